# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

available_kib() {
    echo 3 >/proc/sys/vm/drop_caches
    awk '/^MemAvailable:/ { print $2 }' /proc/meminfo
}

load
before=$(available_kib)
vb-guest-check storm || fail 'ports outlive their killed tasks'
unload
lost=$((before - $(available_kib)))
echo "$lost KiB less available after the storm"
[ $lost -lt 8192 ] || fail "$lost KiB are lost"
