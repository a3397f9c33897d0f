#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs in dom0: guests of both types, what goes wrong with them, and their interfaces in a bridge and a switch.
# Prints "ok NAME" or "FAILED NAME: why" for each.
#   guests.sh TEST...
readonly INTERFACES=8 RESTS_S=3 STANDARD_KIB=400 NETMAP_KIB=1500 # what is counted is never at rest
fail() { echo "FAILED $test: $*"; }
said() { grep -q -- "$1" /tmp/said; }

# refused TEXT COMMAND...: it fails, and its last line says why
refused() {
    text=$1
    shift
    if "$@" >/tmp/said 2>&1; then
        fail "'$*' worked"
        return 1
    fi
    tail -n1 /tmp/said | grep -q -- "$text" || { fail "$(cat /tmp/said)"; return 1; }
}

domains() { xl list | tail -n +2 | wc -l; }

# The toolstack answers, a message crosses the store, and the real module runs in dom0.
tools() {
    xl list | grep -q '^Domain-0 ' || { fail 'xl does not list dom0'; return; }
    xenstore write /vb word
    [ "$(xenstore read /vb)" = word ] || { fail 'the store does not keep a word'; return; }
    insmod /lib/modules/netmap.ko
    pkt-gen -i vale0:a -f tx -n 1000 >/dev/null 2>&1 || { fail 'no traffic in dom0'; return; }
    rmmod netmap && echo "ok $test"
}

# Programs run there as here: output, status and signals.
pv() {
    vb-xen up stock 1 || return
    [ "$(vb-domain run g1 cat /sys/hypervisor/guest_type)" = PV ] || { fail 'no PV guest'; return; }
    vb-domain run g1 sh -c 'exit 7'
    [ $? = 7 ] || { fail 'another status'; return; }
    vb-domain run g1 sleep 100 &
    sleep 2
    kill -INT $!
    wait $!
    [ $? = 130 ] || { fail 'another status after a signal'; return; }
    grep -qx "br0" <<END || { fail 'its interface is not in the bridge'; return; }
$(basename "$(readlink /sys/class/net/vif*.0/master)")
END
    vb-xen down stock 1 && [ "$(domains)" = 1 ] && echo "ok $test" || fail 'it did not end'
}

# A guest that dies takes what runs there with it, says why, and is gone.
crash() {
    vb-xen up stock 1 --type pvh || return
    [ "$(vb-domain run g1 cat /sys/hypervisor/guest_type)" = PVH ] || { fail 'no PVH guest'; return; }
    refused 'its kernel reported panic: Kernel panic' vb-domain run g1 sh -c 'echo c >/proc/sysrq-trigger; sleep 60' || return
    refused 'domain g1' vb-xen down stock 1 || return
    [ "$(domains)" = 1 ] || { fail 'it is still there'; return; }
    rmmod xen_netback
    echo "ok $test"
}

# One line each, and nothing stays behind.
refusals() {
    refused 'no Linux bridge nowhere\|cannot create domain' vb-domain start x --vif bridge=nowhere || return
    refused 'a bare domain needs a kernel' vb-domain start x --bare || return
    refused 'there is no domain x' vb-domain run x true || return
    refused 'there is no domain x' vb-domain stop x || return
    refused 'cannot be read' vb-domain start x --kernel /none || return
    [ "$(domains)" = 1 ] && [ -z "$(ls /run/valebench/domains)" ] && echo "ok $test" || fail 'something stayed'
}

# A kernel without anything to run, kept by its console only.
bare() {
    vb-domain start b --bare --kernel /guests/vmlinux --extra console=hvc0 --await 'Linux version' --memory 128 || return
    tries=0
    while xl list b >/dev/null 2>&1 && [ $tries -lt $((60 * ${VB_PATIENCE:-1})) ]; do
        tries=$((tries + 1))
        sleep 1
    done
    refused 'Kernel panic - not syncing: VFS' vb-domain stop --now b || return
    echo "ok $test"
}

# carries BACKEND PORT: the guest's interface is a port of the switch, and packets come through both ways
carries() {
    backend=$1 port=$2
    vb-xen up "$backend" 1 2>/tmp/said
    case $? in
    0) ;;
    4) echo "skipped $test: $(cat /tmp/said)" && return ;;
    *) fail "$(cat /tmp/said)" && return ;;
    esac
    vale-ctl 2>&1 | grep -q '^vale0:vif[0-9]*\.0 ' || { fail 'its interface is not in the switch'; return; }
    pkt-gen -i vale0:host -f rx -S 02:00:00:00:00:01 --announce -n 100 -T 1000 --json >/tmp/rx 2>/dev/null &
    receiver=$!
    sleep 1
    vb-domain run g1 pkt-gen -i "$port" -f tx -w 0 -n 100 -b 10 -D 02:00:00:00:00:01 >/dev/null 2>&1
    arrived 100 || return
    vb-domain run g1 pkt-gen -i "$port" -f rx -w 0 -S 02:00:00:00:01:01 --announce -n 50 -T 1000 --json >/tmp/rx 2>/dev/null &
    receiver=$!
    sleep 3
    pkt-gen -i vale0:host -f tx -w 0 -n 50 -b 10 -R 500 -S 02:00:00:00:00:01 -D 02:00:00:00:01:01 >/dev/null 2>&1
    arrived 50 || return
    vb-xen down "$backend" 1 && echo "ok $test" || fail 'it did not end'
}

# arrived N: the receiver ends with that many packets, or is ended
arrived() {
    tries=0
    while [ -d /proc/$receiver ] && [ $tries -lt $((20 * ${VB_PATIENCE:-1})) ]; do
        tries=$((tries + 1))
        sleep 1
    done
    kill -INT $receiver 2>/dev/null
    wait $receiver
    tail -n1 /tmp/rx | grep -q "\"packets\":$1," || { fail "$(tail -n1 /tmp/rx)"; return 1; }
}

vale() { carries standard packet:eth0; }
netmap() { carries netmap netmap:eth0; }

# await SECONDS COMMAND...: until it works; so many seconds of a quiet machine
await() {
    left=$(($1 * ${VB_PATIENCE:-1}))
    shift
    until "$@"; do
        [ "$left" -gt 0 ] || return 1
        left=$((left - 1))
        sleep 1
    done
}

is_port() { vale-ctl 2>&1 | grep -q "^vale0:$1 "; }
is_gone() { [ ! -e "/sys/class/net/$1" ]; }

# A new interface is down.
has_link() {
    [ "$(vb-domain run g1 sh -c 'cd /sys/class/net && for eth in eth*; do ip link set $eth up && cat $eth/carrier; done' 2>/dev/null)" = 1 ]
}

guest_sends() { vb-domain run g1 sh -c 'pkt-gen -i netmap:$(ls /sys/class/net | grep eth) -f tx -w 0 -l 1000 '"$*" >/dev/null 2>&1; }
bytes_of() { cat "/sys/class/net/$1/statistics/rx_bytes"; }
uptime_ms() { awk '{ printf "%d", $1 * 1000 }' /proc/uptime; }

# A megabit a second is 125 bytes a millisecond, of which some are lost to starting and ending.
keeps_limit() {
    before=$(bytes_of "$1") from=$(uptime_ms)
    guest_sends --duration 5
    rate=$((($(bytes_of "$1") - before) / ($(uptime_ms) - from)))
    { [ $rate -ge 20 ] && [ $rate -le 150 ]; } || { fail "$rate bytes a ms instead of 125"; return 1; }
}

# An interface with a name and a limit of its own, which is taken from a running guest and given to it again.
interface() {
    vb-xen load netmap || { fail 'no modules'; return; }
    vif=bridge=vale0,script=vif-vale,mac=02:00:00:00:01:01
    vb-domain start g1 --extra vb.front=ours --vif $vif,vifname=lan0,rate=1Mb/s || { fail 'no guest'; return; }
    is_port lan0 || { fail 'it has another name'; return; }
    keeps_limit lan0 || return
    xl network-detach g1 0 && await 20 is_gone lan0 || { fail 'it cannot be taken away'; return; }
    # shellcheck disable=SC2046 # words
    xl network-attach g1 $(echo $vif,vifname=lan1 | tr , ' ') && await 20 is_port lan1 || { fail 'it does not come again'; return; }
    await 20 has_link || { fail "it has no link when it comes again: $(vb-domain run g1 sh -c 'dmesg | tail -n 3' 2>&1)"; return; }
    guest_sends -n 100
    sleep 1
    [ "$(bytes_of lan1)" = 100000 ] || { fail "$(bytes_of lan1) bytes of 100000"; return; }
    vb-xen down netmap 1 && echo "ok $test" || fail 'it did not end'
}

# kernel_kib [COMMAND...]: what the kernel uses, but for caches, there where the command runs others: the least of some looks
kernel_kib() {
    "$@" sh -c 'for look in 1 2 3 4; do echo 3 >/proc/sys/vm/drop_caches; sleep 1; cat /proc/meminfo; done' |
        awk '/^(MemFree|Buffers|Cached|AnonPages):/ { kib -= $2 }
            /^MemTotal:/ { if (n++ && (!least || kib < least)) least = kib; kib = $2 }
            END { print least && least < kib ? least : kib }'
}

connected() { [ "$(xenstore-ls -f /local/domain/0/backend/vif | grep -c 'state = "4"')" = "$1" ]; }

# interface_kib BACKEND: memory that an idle interface takes: in dom0 $here, in its guest $there
interface_kib() {
    vb-xen up "$1" 1 2>/tmp/said || { fail "$(cat /tmp/said)"; return 1; }
    if [ "$1" = stock ]; then vif='bridge=br0 script=vif-bridge'; else vif='bridge=vale0 script=vif-vale'; fi
    await 20 connected 1
    sleep $((RESTS_S * ${VB_PATIENCE:-1}))
    here=$(kernel_kib) there=$(kernel_kib vb-domain run g1) i=0
    while [ $i -lt $INTERFACES ]; do
        i=$((i + 1))
        # shellcheck disable=SC2086 # words
        xl network-attach g1 mac=02:00:00:00:02:0$i $vif || { fail "interface $i is refused"; return 1; }
    done
    await 60 connected $((INTERFACES + 1)) || { fail 'its interfaces do not connect'; return 1; }
    sleep $((RESTS_S * ${VB_PATIENCE:-1}))
    here=$((($(kernel_kib) - here) / INTERFACES)) there=$((($(kernel_kib vb-domain run g1) - there) / INTERFACES))
    echo "figure $test $1: an interface takes $here KiB of dom0 and $there KiB of its guest"
    while [ $i -gt 0 ]; do # the toolstack takes longer for a guest with all of them than it has to end
        xl network-detach g1 $i || { fail "interface $i stays"; return 1; }
        i=$((i - 1))
    done
    vb-xen down "$1" 1 || { fail 'it did not end'; return 1; }
}

# at_most KIB BACKEND: of dom0
at_most() {
    interface_kib "$2" || return
    [ "$here" -le "$1" ] || { fail "$here KiB of dom0 in $2, not $1"; return 1; }
}

# Slots would be most of what it takes of dom0: those of the standard protocol have no memory while nothing goes, and in netmap mode
# the guest needs nothing that compares to the kernel's own pages.
memory() {
    interface_kib stock || return
    stock=$((here + there))
    at_most $STANDARD_KIB standard && at_most $NETMAP_KIB netmap || return
    if [ $((here + there)) -le $stock ]; then echo "ok $test"; else fail "$((here + there)) KiB in all instead of $stock"; fi
}

for test in "$@"; do $test; done
echo done
