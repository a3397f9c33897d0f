# SPDX-License-Identifier: BSD-2-Clause
# A pipe between two processes: its device comes with the first end and goes with the last, however they end.
. /tests/lib.sh

device_there() { ip link show pipe >/dev/null 2>&1; }
device_gone() { ! device_there; }

load
! device_there || fail 'there is a device named pipe already'
pkt-gen -f rx -i 'netmap:pipe}1' >/tmp/rx.log 2>&1 &
rx=$!
wait_for 10 'the device of the pipe' device_there
! vale-ctl -r pipe 2>/dev/null || fail 'the device of an open pipe could be deleted'
pkt-gen -f tx -i 'netmap:pipe{1' >/tmp/tx.log 2>&1 &
tx=$!
wait_for 15 'packets at the receiver' packets_seen /tmp/rx.log
refuses_unload 'both ends are open'

kill -9 $rx
sleep 1
device_there || fail 'the device went with one end'
kill -0 $tx || fail 'the sender went with the receiver'
pkt-gen -f rx -i 'netmap:pipe}1' >/tmp/rx2.log 2>&1 &
rx=$!
wait_for 15 'packets at the second receiver' packets_seen /tmp/rx2.log

kill -9 $tx $rx
wait $tx $rx 2>/dev/null || :
wait_for 5 'the device to go' device_gone
unload
