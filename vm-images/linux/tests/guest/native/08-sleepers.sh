# SPDX-License-Identifier: BSD-2-Clause
# Who sleeps until a frame is there is woken by each: by the hardware's interrupt, and by the stack that hands it over.
. /tests/lib.sh
. /tests/native.sh

begin admode=1
for mode in 1 2; do
    echo $mode >/sys/module/netmap/parameters/admode
    VB_DEVICE=$left VB_FAR=$right vb-guest-check sleepers || fail "a wake-up was lost with admode $mode"
done
end
