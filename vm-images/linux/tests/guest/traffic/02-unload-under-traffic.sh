# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

load
pkt-gen -f rx -i vale0:b >/tmp/rx.log 2>&1 &
rx=$!
wait_for 10 'port vale0:b' port_there vale0:b
pkt-gen -f tx -i vale0:a >/tmp/tx.log 2>&1 &
tx=$!
wait_for 15 'packets at the receiver' packets_seen /tmp/rx.log
refuses_unload 'traffic flows'
kill -9 $tx
refuses_unload 'the receiver is open'
kill -9 $rx
wait_for 5 'the last port to go' no_ports
unload
