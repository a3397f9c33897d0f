# SPDX-License-Identifier: BSD-2-Clause
# Modules come and go while frames fly; netmap itself stays as long as one of them is there.
. /tests/lib.sh

load
pkt-gen -f rx -i vale0:a >/tmp/a.log 2>&1 &
a=$!
wait_for 10 'port vale0:a' port_there vale0:a
pkt-gen -f rx -i vale0:b >/tmp/b.log 2>&1 &
b=$!
wait_for 10 'port vale0:b' port_there vale0:b
pkt-gen -f tx -i vale0:tx -d 10.0.0.1 -D 02:00:00:00:00:01 >/tmp/tx.log 2>&1 &
tx=$!
wait_for 15 'packets at a receiver' packets_seen /tmp/b.log
for round in 1 2 3 4 5 6 7 8; do
    for module in mymodule learn mylookup; do
        insmod /lib/modules/$module.ko || fail "insmod $module.ko, round $round"
        refuses_unload "$module uses it"
        before=$(received vale0:b)
        usleep 50000
        rmmod $module || fail "rmmod $module, round $round"
    done
done
wait_for 5 'frames to flow on' more_than $before vale0:b
kill -9 $tx
kill -9 $a $b
wait_for 5 'the ports to go' no_ports
unload
