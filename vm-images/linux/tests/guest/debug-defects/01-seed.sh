# SPDX-License-Identifier: BSD-2-Clause
# Seeds one defect. The test passes; the kernel's log is what has to fail the run.
. /tests/lib.sh

insmod /lib/modules/nm_defects.ko defect="$VB_DRIVER" || fail "insmod nm_defects.ko defect=$VB_DRIVER"
rmmod nm_defects
