# SPDX-License-Identifier: BSD-2-Clause
# The walk-through of the project's brief, word for word.
. /tests/lib.sh

cd /lib/modules
insmod netmap.ko
pkt-gen -f rx -i vale0:rxp >/tmp/rx.log 2>&1 &
rx=$!
wait_for 10 'port vale0:rxp' port_there vale0:rxp
pkt-gen -f tx -i vale0:txp >/tmp/tx.log 2>&1 &
tx=$!
wait_for 10 'port vale0:txp' port_there vale0:txp
wait_for 15 'packets at the receiver' packets_seen /tmp/rx.log

kill $tx
wait_for 5 'vale0:txp to detach' port_gone vale0:txp
port_there vale0:rxp || fail 'vale0:rxp went with the sender'
kill -9 $rx
wait_for 5 'vale0:rxp to detach' port_gone vale0:rxp
no_ports || fail "the last port is gone but there are: $(ports)"
! vale-ctl -l vale0:rxp 2>/dev/null || fail 'the switch vale0 is still there'
rmmod netmap
! loaded || fail 'netmap is still loaded'
! dmesg | grep 'netmap: leak' || fail 'netmap leaks'
