# SPDX-License-Identifier: BSD-2-Clause
# What cannot be is refused with a line that says why.
. /tests/lib.sh

# refuses_to_load FILE PATTERN [PARAMETER...]: insmod fails and the kernel log says why
refuses_to_load() {
    local file=$1 pattern=$2
    shift 2
    dmesg -c >/dev/null
    ! insmod "/lib/modules/$file" "$@" 2>/dev/null || fail "insmod $file $* worked"
    dmesg | grep -q "$pattern" || fail "insmod $file $*: the log says $(dmesg)"
}

# refuses PATTERN COMMAND...: exit status 1 and one line that fits
refuses() {
    local pattern=$1 status=0
    shift
    "$@" >/tmp/out 2>/tmp/err || status=$?
    [ $status = 1 ] || fail "$*: status $status"
    [ "$(wc -l </tmp/err)" = 1 ] && [ ! -s /tmp/out ] || fail "$* is not refused in one line: $(cat /tmp/out /tmp/err)"
    grep -q "$pattern" /tmp/err || fail "$* says $(cat /tmp/err)"
}

load
refuses_to_load mymodule.ko 'mymodule: there is no switch vale0'
refuses_to_load mymodule.ko 'mymodule: there is no switch vale5' switch=vale5
refuses_to_load learn.ko 'learn: there is no switch vale0'
refuses_to_load mylookup.ko 'mylookup: there is no switch vale0'
refuses_to_load mymodule.ko "mymodule: cannot run switch 'eth0'" switch=eth0

refuses 'module macs is not loaded' bdgfnctl macs regfn --bridge=0 --port=257
insmod /lib/modules/macs.ko || fail 'insmod macs.ko'
refuses_unload 'macs uses it'
refuses 'there is no switch vale0' bdgfnctl macs regfn --bridge=0 --port=257
pkt-gen -f rx -i vale0:a >/tmp/a.log 2>&1 &
a=$!
wait_for 10 'port vale0:a' port_there vale0:a
refuses 'vale0 is not run by macs' bdgfnctl macs addif --bridge=0 --mac 02:00:00:00:00:01 --dest 1
bdgfnctl macs regfn --bridge=0 2>/dev/null || fail 'regfn'
refuses 'no table of such addresses' bdgfnctl macs addif --bridge=0 --ip4 10.0.0.1 --dest 1
refuses 'no such entry' bdgfnctl macs delif --bridge=0 --mac 02:00:00:00:00:01
insmod /lib/modules/mymodule.ko || fail 'insmod mymodule.ko takes the switch over'
rmmod macs || fail 'rmmod macs'
rmmod mymodule || fail 'rmmod mymodule'
kill -9 $a
wait_for 5 'the port to go' no_ports
unload
