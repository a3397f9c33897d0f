# SPDX-License-Identifier: BSD-2-Clause
# lb spreads a switch port over two readers in other processes, and counts what it did when it is stopped.
. /tests/lib.sh

load
lb -w 0 -i vale0:in -p 2 -B 2000 -o 1 >/tmp/lb.out 2>/tmp/lb.log &
lb=$!
wait_for 10 "lb to be ready: $(cat /tmp/lb.log)" grep -q Ready /tmp/lb.log
for i in 0 1; do
    pkt-gen -f rx -i "vale0:in}$i" >/tmp/rx$i.log 2>&1 &
done
! pkt-gen -f tx -i 'vale0:in{0' -n 1 2>/dev/null || fail 'a second writer could open a pipe of lb'
send 20000 vale0:tx -R $(rate 20000) -d 10.1.0.1-10.1.0.50
for i in 0 1; do
    wait_for 15 "packets at reader $i" packets_seen /tmp/rx$i.log
done
wait_for 10 'statistics' grep -q '"output_ring":null' /tmp/lb.out
kill -INT $lb
wait $lb || fail "lb ended with status $?"
grep -qE '^[1-9][0-9]* packets forwarded\.  [0-9]+ packets dropped\. Total [1-9]' /tmp/lb.out ||
    fail "lb's last words: $(tail -n 1 /tmp/lb.out)"
kill -9 $(jobs -p)
wait_for 10 'all ports to go' no_ports
unload
