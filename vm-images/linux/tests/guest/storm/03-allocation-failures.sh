# SPDX-License-Identifier: BSD-2-Clause
# Every allocation of a port's life fails in turn, where the kernel can make them fail.
. /tests/lib.sh

[ -e /proc/self/fail-nth ] || {
	echo 'skipped: this kernel is built without fault injection (CONFIG_FAULT_INJECTION)'
	exit 77
}
load
vb-guest-check allocation-failures || fail 'failing allocations'
no_ports || fail "ports are left: $(ports)"
unload
