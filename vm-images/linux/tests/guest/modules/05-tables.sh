# SPDX-License-Identifier: BSD-2-Clause
# 100,000 entries are said, found, and given back; a module's switch may be in another namespace.
. /tests/lib.sh

load
insmod /lib/modules/macs.ko || fail 'insmod macs.ko'
pkt-gen -f rx -i vale0:a >/tmp/a.log 2>&1 &
a=$!
wait_for 10 'port vale0:a' port_there vale0:a
bdgfnctl macs regfn --bridge=0 --port=257 2>/dev/null
bdgfnctl macs addif --bridge=0 --mac 02:00:00:00:00:00 --dest 0 --count 100000 2>/dev/null ||
    fail '100,000 entries cannot be said'
bdgfnctl macs info --bridge=0 2>/dev/null | grep -q 'entries 100000$' || fail "$(bdgfnctl macs info --bridge=0)"
send 100 vale0:tx -S 02:00:00:01:86:9f # the last of them
[ "$(received vale0:a)" = 100 ] || fail 'frames of the last station did not arrive'
send 100 vale0:tx -S 02:00:00:01:86:a0
[ "$(received vale0:a)" = 100 ] || fail 'frames of the station after the last arrived'
bdgfnctl macs delif --bridge=0 --mac 02:00:00:00:00:00 --count 100000 2>/dev/null || fail 'delif'
bdgfnctl macs info --bridge=0 2>/dev/null | grep -q 'entries 0$' || fail 'entries are left'

mkfifo /tmp/go /tmp/there
unshare -n sh -c '. /tests/lib.sh; trap - EXIT
    pkt-gen -f rx -i vale0:inner >/tmp/inner.log 2>&1 &
    wait_for 10 "the inner port" port_there vale0:inner
    bdgfnctl macs regfn --bridge=0 --port=257 2>/dev/null || fail "regfn in the namespace"
    send 100 vale0:tx
    [ "$(received vale0:inner)" = 0 ] || fail "macs does not run the inner switch"
    echo there >/tmp/there; read go </tmp/go
    send 100 vale0:tx
    [ "$(received vale0:inner)" = 100 ] || fail "the inner switch does not learn again"
    kill -9 $!' &
inner=$!
read there </tmp/there
rmmod macs || fail 'rmmod macs from another namespace'
echo go >/tmp/go
wait $inner || fail 'inside the namespace'
kill -9 $a
wait_for 5 'the port to go' no_ports
wait_for 10 'the namespace to let go' rmmod netmap
! dmesg | grep 'netmap: leak' || fail 'netmap leaks'
