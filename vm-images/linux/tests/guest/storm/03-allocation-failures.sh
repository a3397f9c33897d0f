# SPDX-License-Identifier: BSD-2-Clause
# Every allocation of every kind of life fails in turn: by a module of ours, and by the kernel where it can do so.
. /tests/lib.sh

failing() {
	vb-guest-check allocation-failures || fail "failing allocations, by $1"
	no_ports || fail "ports are left: $(ports)"
}

load
[ -e /lib/modules/nm_faults.ko ] || [ -e /proc/self/fail-nth ] || skip 'nothing here can let allocations fail'
if [ -e /lib/modules/nm_faults.ko ]; then
    insmod /lib/modules/nm_faults.ko || fail 'insmod nm_faults.ko'
    failing 'our own module'
    rmmod nm_faults
fi
[ ! -e /proc/self/fail-nth ] || failing 'the kernel'
unload
