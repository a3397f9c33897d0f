# SPDX-License-Identifier: BSD-2-Clause
# What every guest test starts with: `. /tests/lib.sh`. A test passes when its last line is reached.
set -eu

readonly MODULE=/lib/modules/netmap.ko PARAMETERS=/sys/module/netmap/parameters

# What programs said, but for rates and waiting, comes before the reason: that is what is read first.
fail() {
    local said
    for said in *.log; do
        [ ! -s "$said" ] || { echo "$said:" && grep -vE '[0-9] ?[KMG]?pps|waiting for initial' "$said" | tail -n 4; }
    done
    echo "FAILED: $*"
    exit 1
}

# skip WHY: the test says nothing here
skip() {
    echo "skip: $*"
    exit 77
}

# busybox's shell prefers its own ip, which knows neither bridges nor the names of veth pairs.
ip() { /bin/ip "$@"; }

# loaded [MODULE]: netmap unless another is named
loaded() { grep -q "^${1:-netmap} " /proc/modules; }

load() { insmod $MODULE "$@" || fail "insmod netmap.ko $*"; }

# A test that ends early must not spoil the next one.
clean_up() {
    local pids module
    pids=$(jobs -p)
    [ -z "$pids" ] || kill -9 $pids 2>/dev/null || :
    wait
    for module in nm_faults mylookup mymodule macs ips learn demux; do
        ! loaded $module || rmmod $module || :
    done
    ! loaded || rmmod netmap || :
}
trap clean_up EXIT

# The module goes, and has given back all that it took.
unload() {
    rmmod netmap || fail 'rmmod netmap'
    ! loaded || fail 'netmap is still loaded after rmmod'
    ! dmesg | grep 'netmap: leak' || fail 'netmap leaks'
}

refuses_unload() {
    ! rmmod netmap 2>/dev/null || fail "rmmod worked although $*"
    loaded || fail "netmap is gone although $*"
}

# wait_for SECONDS TEXT COMMAND...: until the command succeeds. The machine may be slower than where the limit was chosen,
# so it is three times that; kernels that watch themselves are given longer.
wait_for() {
    local tries=$(($1 * 30 * ${VB_PATIENCE:-1})) text=$2
    shift 2
    until "$@"; do
        [ $tries -gt 0 ] || fail "waited in vain for $text"
        tries=$((tries - 1))
        usleep 100000
    done
}

# rate PPS: what a receiver can keep up with that gets a fraction of a processor
rate() { echo $(($1 / ${VB_PATIENCE:-1})); }

# Lists every port; the exit status of a bare vale-ctl is no verdict.
ports() { vale-ctl 2>&1 || :; }
port_there() { ports | grep -q "^$1 bridge_idx [0-9]* port_idx [0-9]*$"; }
port_gone() { ! port_there "$1"; }
no_ports() { ! ports | grep -q bridge_idx; }

# packets_seen LOG: did this pkt-gen report a rate above zero?
packets_seen() { grep -qE '[1-9][0-9.]* ?[KMG]?pps' "$1"; }

# What the kernel itself uses: all that is neither free (on a CPU's own list of pages included) nor a cache nor a task's.
kernel_kib() {
    sync
    echo 3 >/proc/sys/vm/drop_caches
    awk '/^(MemFree|Cached|Buffers|AnonPages|PageTables|KernelStack):/ { other += $2 }
         /^MemTotal:/ { total = $2 }
         $1 == "count:" { other += $2 * 4 }
         END { print total - other }' /proc/meminfo /proc/zoneinfo
}

# KASAN keeps freed memory for a while, so its amount tells nothing; such a kernel looks for leaks itself (debug.sh).
memory_tells() { [ ! -e /sys/kernel/debug/kmemleak ]; }

# send COUNT PORT OPTIONS...: so many frames, and the sender is gone again
send() {
    local count=$1 port=$2
    shift 2
    pkt-gen -f tx -i "$port" -n "$count" "$@" >send.log 2>&1 || fail "pkt-gen: $(cat send.log)"
    wait_for 5 "$port to go" port_gone "$port"
}

# received PORT: frames that reached it, read by its owner or lost
received() {
    vale-ctl --json -s "$1" | sed 's/.*"rx_packets": *\([0-9]*\).*/\1/'
}
more_than() { [ "$(received "$2")" -gt "$1" ]; }
