# SPDX-License-Identifier: BSD-2-Clause
# Each network namespace has switches of its own; a dying one takes its persistent ports along.
. /tests/lib.sh

load
pkt-gen -f rx -i vale0:p >/tmp/outer.log 2>&1 &
outer=$!
wait_for 10 'port vale0:p' port_there vale0:p
unshare -n sh -c '. /tests/lib.sh; trap - EXIT
    no_ports || fail "a new namespace shows ports: $(ports)"
    vale-ctl -n vp9 || fail "NEWIF in a namespace"
    vale-ctl -a vale0:vp9 || fail "attach in a namespace"
    port_there vale0:vp9 || fail "vale0:vp9 is not listed"
    port_gone vale0:p || fail "the port of another namespace is listed"' || fail 'inside the namespace'
port_there vale0:p || fail 'the port is gone'
port_gone vale0:vp9 || fail 'the port of the namespace is listed outside'
kill -9 $outer
wait_for 5 'the port to go' no_ports
wait_for 10 'the namespace to let go' rmmod netmap
! dmesg | grep 'netmap: leak' || fail 'netmap leaks'
