# SPDX-License-Identifier: BSD-2-Clause
# Under traffic: the link goes down and comes back, the MTU changes or is refused, rings keep their size.
. /tests/lib.sh
. /tests/native.sh

# More packets after the line of that number?
more_since() { tail -n +$(($1 + 1)) rx.log | grep -qE '[1-9][0-9.]* ?[KMG]?pps'; }

goes_on() {
    wait_for $MIN_LINK_S "traffic after $*" more_since "$(wc -l <rx.log)"
}

begin admode=1
traffic
for dev in "$left" "$right"; do
    ip link set "$dev" down
    usleep 500000
    ip link set "$dev" up
    goes_on "a pause of $dev"
done
! ip link set "$left" mtu 9000 2>/dev/null || fail 'an MTU beyond a buffer is accepted'
ip link set "$left" mtu 1400 || fail 'a smaller MTU is refused'
goes_on 'a new MTU'
ip link set "$left" mtu 1500
VB_DEVICE=$left vb-guest-check rings-fixed
VB_DEVICE=$right vb-guest-check rings-fixed
goes_on 'an attempt to resize rings'
! rmmod netmap 2>/dev/null || fail 'netmap can be unloaded although a driver uses it'
end_traffic
ip link set "$left" mtu 9000 || fail 'the MTU is guarded although nobody uses the device'
! pkt-gen -i "netmap:$left" -f rx -n 1 -w 0 >log 2>&1 || fail 'frames of 9000 bytes fit into a buffer of 2048?'
ip link set "$left" mtu 1500
VB_DEVICE=$left vb-guest-check rings-free
wait_for $MIN_LINK_S "the link of $left" has_link "$left"
exchange 300 "$left" "$right"
end
