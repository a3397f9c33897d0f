# SPDX-License-Identifier: BSD-2-Clause
# bridge between two switches, with one memory region and with two; it ends on a signal, and all ports go with it.
. /tests/lib.sh

# through NAME WORDS...: frames from the first switch reach the second, and bridge says these words
through() {
    local words=$1
    shift
    bridge -w 0 -v --json "$@" >/tmp/bridge.out 2>/tmp/bridge.log &
    bridge=$!
    wait_for 10 "bridge to be ready: $(cat /tmp/bridge.log)" grep -q ready /tmp/bridge.out
    pkt-gen -f rx -i vale1:rx -S 02:00:00:00:00:01 --announce >/tmp/rx.log 2>&1 &
    rx=$!
    wait_for 10 'the receiver' port_there vale1:rx
    send 20000 vale0:tx -R $(rate 20000) -D 02:00:00:00:00:01
    wait_for 15 'packets behind the bridge' packets_seen /tmp/rx.log
    kill -INT $bridge
    wait $bridge || fail "bridge ended with status $?"
    grep -q "$words" /tmp/bridge.log || fail "bridge did not say '$words': $(cat /tmp/bridge.log)"
    grep -q '"reason":"signal","forwarded":[1-9]' /tmp/bridge.out || fail "bridge's end: $(cat /tmp/bridge.out)"
    kill -9 $rx
    wait_for 10 'all ports to go' no_ports
}

load
through 'zerocopy supported' -i vale0:left -i vale1:right@share=vale0:left
through 'zerocopy supported, copying all the same' -c -i vale0:left -i vale1:right@share=vale0:left
through 'zerocopy NOT supported' vale0:left vale1:right
! bridge -w 0 -i vale0:left -i netmap:nosuch 2>/tmp/bridge.log || fail 'bridge joined a device that is not there'
wait_for 10 'the first port to go' no_ports
unload
