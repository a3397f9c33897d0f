# SPDX-License-Identifier: BSD-2-Clause
# A device that netmap took from its host goes on working for it through bridge.
. /tests/lib.sh
. /tests/nic.sh

load
make_neighbours left right
wait_for 10 'the neighbour to answer' ping_works
bridge -w 0 --json -i netmap:left >/tmp/bridge.out 2>/tmp/bridge.log &
bridge=$!
wait_for 20 "bridge to be ready: $(cat /tmp/bridge.log)" grep -q ready /tmp/bridge.out
wait_for 20 'the neighbour to answer through bridge' ping_works
kill -INT $bridge
wait $bridge || fail "bridge ended with status $?"
grep -q 'zerocopy supported' /tmp/bridge.log || fail 'a device and its host rings do not share memory'
grep -q '"forwarded":[1-9]' /tmp/bridge.out || fail "nothing went through bridge: $(cat /tmp/bridge.out)"
wait_for 10 'the neighbour to answer without bridge' ping_works
kill -9 "$neighbour"
unload
