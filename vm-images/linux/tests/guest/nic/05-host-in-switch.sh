# SPDX-License-Identifier: BSD-2-Clause
# The host's stack in a switch: ping and bulk transfer go through it beside a generator's traffic, without -h neither.
. /tests/lib.sh
. /tests/nic.sh

load
make_neighbours left right
vale-ctl -h vale0:left || fail 'vale-ctl -h vale0:left'
wait_for 10 'ping through the switch' ping_works
pkt-gen -i vale0:p -f rx -w 0 >rx.log 2>&1 &
listener=$!
wait_for 20 'a listener' ready
pkt-gen -i vale0:q -f tx -R $(rate 2000) -w 0 >tx.log 2>&1 &
wait_for 20 'traffic at the listener' packets_seen rx.log
wait_for 10 'ping beside traffic' ping_works
kill -9 $! $listener
wait_for 10 'the generators to leave' port_gone vale0:p

# Offloads are on: what hardware would have done to segments and checksums is done for the switch.
tail -f /dev/null | in_neighbour nc -l -p 5001 >received &
dd if=/dev/urandom of=sent bs=64k count=16 2>/dev/null
wait_for 10 'the other side to listen' sh -c "grep -q ':1389 ' /proc/$neighbour/net/tcp /proc/$neighbour/net/tcp6"
nc 192.0.2.2 5001 <sent &
wait_for 30 'all of the transfer' cmp -s sent received

vale-ctl -d vale0:left || fail 'vale-ctl -d vale0:left'
wait_for 10 'ping after the detachment' ping_works
vale-ctl -a vale0:left || fail 'vale-ctl -a vale0:left'
! ping_works || fail 'the stack is not cut off'
unload
wait_for 10 'ping after the module has gone' ping_works
