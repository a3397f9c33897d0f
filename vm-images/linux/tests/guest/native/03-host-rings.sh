# SPDX-License-Identifier: BSD-2-Clause
# The host's stack goes on over a program that passes frames between the device's rings and the host's, and over a
# switch; and again without either.
. /tests/lib.sh
. /tests/native.sh

begin admode=1
start_neighbour
ip link set "$right" netns "$neighbour"
ip addr add 192.0.2.1/24 dev "$left"
in_neighbour ip addr add 192.0.2.2/24 dev "$right"
in_neighbour ip link set "$right" up
wait_for $MIN_LINK_S 'ping over the driver alone' ping_works
bridge -w 0 -i "netmap:$left" -i "netmap:$left^" >bridge.log 2>&1 &
bridge=$!
wait_for $MIN_LINK_S "ping through bridge: $(cat bridge.log)" ping_works
kill -INT $bridge
wait $bridge || :
wait_for $MIN_LINK_S 'ping after bridge' ping_works
vale-ctl -h "vale0:$left" 2>/dev/null || fail "vale-ctl -h vale0:$left"
wait_for $MIN_LINK_S 'ping through the switch' ping_works
vale-ctl -d "vale0:$left" || fail "vale-ctl -d vale0:$left"
wait_for $MIN_LINK_S 'ping after the switch' ping_works
kill -9 "$neighbour"
wait_for 10 "$right to come back" has_device "$right"
end
