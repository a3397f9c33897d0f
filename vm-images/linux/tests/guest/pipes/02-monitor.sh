# SPDX-License-Identifier: BSD-2-Clause
# Monitors of a switch port in other processes: they see its traffic, hold nobody up, and end with it.
. /tests/lib.sh

gone() { ! kill -0 "$1" 2>/dev/null; }

load
! pkt-gen -f rx -i vale0:b/r >/tmp/none.log 2>&1 || fail 'a port that nobody has open could be monitored'
pkt-gen -f rx -i vale0:b >/tmp/rx.log 2>&1 &
rx=$!
wait_for 10 'port vale0:b' port_there vale0:b
pkt-gen -f rx -i vale0:b/rt >/tmp/copy.log 2>&1 &
copy=$!
pkt-gen -f rx -i vale0:b/z >/tmp/zero.log 2>&1 &
zero=$!
usleep 500000
pkt-gen -f tx -i vale0:a >/tmp/tx.log 2>&1 &
tx=$!
wait_for 15 'packets at the receiver' packets_seen /tmp/rx.log
wait_for 15 'packets at the copy monitor' packets_seen /tmp/copy.log
wait_for 15 'packets at the zero-copy monitor' packets_seen /tmp/zero.log

# A monitor that does not read any more, and one that is killed, are nobody's business.
kill -STOP $copy
kill -9 $zero
: >/tmp/rx.log
wait_for 15 'packets at the receiver, still' packets_seen /tmp/rx.log
kill -CONT $copy
kill -9 $rx
wait_for 10 'the monitor to end with its port' gone $copy
kill -9 $tx
wait_for 5 'the last port to go' no_ports
unload
