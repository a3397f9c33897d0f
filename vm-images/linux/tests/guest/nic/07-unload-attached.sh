# SPDX-License-Identifier: BSD-2-Clause
# The module goes although devices are attached and frames arrive; links go down and up, and the MTU is guarded.
. /tests/lib.sh
. /tests/nic.sh

load
make_neighbours left right
pkt-gen -i netmap:left -f rx -w 0 >rx.log 2>&1 &
wait_for 20 'a receiver' ready
! ip link set left mtu 9000 2>/dev/null || fail 'an MTU beyond a buffer is accepted'
ip link set left mtu 1400 || fail 'a smaller MTU is refused'
ip link set left down
ip link set left up
kill -9 $!
wait $! 2>/dev/null || :
ip link set left mtu 9000 || fail 'the MTU is guarded although nobody uses the device'
! pkt-gen -i netmap:left -f rx -n 1 -w 0 >log 2>&1 || fail 'frames of 9000 bytes fit into a buffer of 2048?'
ip link set left mtu 1500

vale-ctl -h vale0:left || fail 'vale-ctl -h vale0:left'
ping -f 192.0.2.2 >/dev/null 2>&1 &
in_neighbour ping -q -i 0.01 192.0.2.1 >/dev/null 2>&1 &
wait_for 10 'ping through the switch' ping_works
unload
wait_for 10 'ping after the module has gone' ping_works

ip link add br0 type bridge
ip link set left master br0
load
! pkt-gen -i netmap:left -f rx -n 1 -w 0 >log 2>&1 || fail 'the port of a bridge can be opened'
! vale-ctl -a vale0:left 2>/dev/null || fail 'the port of a bridge can be attached'
! pkt-gen -i netmap:lo -f rx -n 1 -w 0 >log 2>&1 || fail 'lo can be opened to receive'
pkt-gen -i netmap:lo/T -f tx -n 10 -w 0 >log 2>&1 || fail "lo cannot be opened to send: $(cat log)"
unload
ip link del br0
