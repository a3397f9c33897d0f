# SPDX-License-Identifier: BSD-2-Clause
# The host's stack behind its rings: what it sends is read there, what is written there it receives, and packets
# that are passed on transparently go both ways.
. /tests/lib.sh
. /tests/nic.sh

load
make_neighbours left right
ping_works || fail 'no ping before'
pkt-gen -i netmap:left* -f rx -W -w 0 >rx.log 2>&1 &
wait_for 20 'a reader of all rings' ready
! ping_works || fail 'packets pass although a program takes them'
wait_for 20 'packets at the program' packets_seen rx.log
echo 1 >$PARAMETERS/fwd
ping_works || fail 'packets do not pass although fwd is set'
echo 0 >$PARAMETERS/fwd
wait_for 30 'the reader to end' grep -q '^Received' rx.log
ping_works || fail 'no ping after'

# Frames that a program writes into the host ring come up the stack: its counter of datagrams tells.
datagrams() { awk '/^Ip: [0-9]/ { print $4 }' /proc/net/snmp; }
before=$(datagrams)
send 1000 netmap:left^ -d 198.51.100.1 -D "$(cat /sys/class/net/left/address)"
[ $(($(datagrams) - before)) -ge 1000 ] || fail "$(datagrams) datagrams, $before before 1000 came"
unload
