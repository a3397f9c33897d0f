# SPDX-License-Identifier: BSD-2-Clause
# The host's stack behind its rings: what it sends is read there, what is written there it receives, and packets
# that are passed on transparently go both ways.
. /tests/lib.sh
. /tests/nic.sh

load
make_neighbours left right
wait_for 10 'ping before the reader' ping_works
pkt-gen -i netmap:left* -f rx -w 0 >rx.log 2>&1 &
reader=$!
wait_for 20 'a reader of all rings' ready
! ping_works || fail 'packets pass although a program takes them'
wait_for 20 'packets at the program' packets_seen rx.log
echo 1 >$PARAMETERS/fwd
wait_for 10 'ping although a program takes packets, as fwd is set' ping_works
echo 0 >$PARAMETERS/fwd
kill -INT $reader
wait $reader || fail 'the reader has ended with an error'
wait_for 10 'ping after the reader' ping_works

# Frames that a program writes into the host ring come up the stack: its counter of datagrams tells.
datagrams() { awk '/^Ip: [0-9]/ { print $4 }' /proc/net/snmp; }
before=$(datagrams)
send 1000 netmap:left^ -R 2000 -d 198.51.100.1 -D "$(cat /sys/class/net/left/address)"
all_came() { [ $(($(datagrams) - before)) -ge 1000 ]; }
wait_for 10 "1000 datagrams on top of $before" all_came
unload
