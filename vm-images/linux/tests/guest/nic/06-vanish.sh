# SPDX-License-Identifier: BSD-2-Clause
# A device that is deleted under traffic: programs are told, switches forget it, its name can be used again.
. /tests/lib.sh
. /tests/nic.sh

load
for round in 1 2 3; do
    make_pair left right
    vale-ctl -h vale0:right || fail 'vale-ctl -h vale0:right'
    pkt-gen -i netmap:left -f tx -w 0 >tx.log 2>&1 &
    sender=$!
    pkt-gen -i vale0:p -f rx -w 0 >rx.log 2>&1 &
    wait_for 30 'traffic' packets_seen rx.log
    ip link del left || fail 'ip link del left'
    [ ! -e /sys/class/net/right ] || fail 'right is still there'
    wait_for 10 'the switch to forget right' port_gone vale0:right
    wait_for 10 "the sender to end: $(cat tx.log)" grep -qE '^Sent|error|failed' tx.log
    ! pkt-gen -i netmap:left -f tx -n 1 -w 0 >log 2>&1 || fail 'a device that is gone can be opened'
    kill -9 $!
    wait $sender 2>/dev/null || :
    wait_for 10 'the receiver to leave' no_ports
done
unload
