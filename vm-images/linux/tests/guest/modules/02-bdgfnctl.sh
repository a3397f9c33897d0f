# SPDX-License-Identifier: BSD-2-Clause
# The walk-through of bdgfnctl: frames from a known source go to port 1, all others nowhere.
. /tests/lib.sh

# says TEXT COMMAND...: the command succeeds, prints just that, and [ok] on stderr
says() {
    local text=$1 out
    shift
    out=$("$@" 2>/tmp/err) || fail "$*: $(cat /tmp/err)"
    [ "$out" = "$text" ] || fail "$* prints '$out', not '$text'"
    [ "$(cat /tmp/err)" = '[ok]' ] || fail "$* says '$(cat /tmp/err)'"
}

load
insmod /lib/modules/macs.ko || fail 'insmod macs.ko'
insmod /lib/modules/ips.ko || fail 'insmod ips.ko'
pkt-gen -i vale0:vi0 -f rx >/tmp/vi0.log 2>&1 &
vi0=$!
wait_for 10 'port vale0:vi0' port_there vale0:vi0
pkt-gen -i vale0:rxport -f rx >/tmp/rx.log 2>&1 &
rx=$!
wait_for 10 'port vale0:rxport' port_there vale0:rxport
says 'port = 1' bdgfnctl ips port --vport vale0:rxport

says 'ips: register vale0 bdg_port 257' bdgfnctl ips regfn --bridge=0 --port=257
says '[+] 10.0.0.1       -> 1' bdgfnctl ips addif --bridge=0 --ip4 10.0.0.1 --dest 1
bdgfnctl ips listif --bridge=0 --ip4 1 2>/dev/null | grep -qE '^\[[0-9]{4}\] 10\.0\.0\.1       -> 0001$' ||
    fail "ips listif prints: $(bdgfnctl ips listif --bridge=0 --ip4 1 2>&1)"
send 100 vale0:txport -s 10.0.0.1
[ "$(received vale0:rxport)" = 100 ] || fail "of 100 frames, $(received vale0:rxport) arrived"
send 100 vale0:txport -s 10.0.0.9
[ "$(received vale0:rxport)" = 100 ] || fail 'frames from an unknown source arrived'
says '[-] 10.0.0.1' bdgfnctl ips delif --bridge=0 --ip4 10.0.0.1
send 100 vale0:txport -s 10.0.0.1
[ "$(received vale0:rxport)" = 100 ] || fail 'frames from a deleted source arrived'

says 'macs: register vale0 bdg_port 257' bdgfnctl macs regfn --bridge=0 --port=257
says '[+] 00:00:00:00:00:01 -> 1' bdgfnctl macs addif --bridge=0 --mac 00:00:00:00:00:01 --dest 1
bdgfnctl macs listif --bridge=0 --mac 1 2>/dev/null | grep -qE '^\[[0-9]{4}\] 00:00:00:00:00:01 -> 0001$' ||
    fail "macs listif prints: $(bdgfnctl macs listif --bridge=0 --mac 1 2>&1)"
send 100 vale0:txport -S 00:00:00:00:00:01
[ "$(received vale0:rxport)" = 200 ] || fail 'frames from the known station did not arrive'
send 100 vale0:txport -S 00:00:00:00:00:02
[ "$(received vale0:rxport)" = 200 ] || fail 'frames from an unknown station arrived'
[ "$(received vale0:vi0)" = 0 ] || fail 'frames arrived at vi0'

says 'macs: unregister vale0' bdgfnctl macs unregfn --bridge=0
send 100 vale0:txport
[ "$(received vale0:vi0)" = 100 ] || fail 'the switch does not flood any more'
kill -9 $vi0 $rx
wait_for 5 'the ports to go' no_ports
rmmod ips macs || fail 'rmmod ips macs'
unload
