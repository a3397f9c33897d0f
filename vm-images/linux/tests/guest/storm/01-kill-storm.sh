# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

load
before=$(kernel_kib)
vb-guest-check storm || fail 'ports outlive their killed tasks'
unload
lost=$(($(kernel_kib) - before))
echo "the kernel uses $lost KiB more after the storm"
! memory_tells || [ $lost -lt 4096 ] || fail "$lost KiB are lost"
