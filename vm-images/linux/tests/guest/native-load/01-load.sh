# SPDX-License-Identifier: BSD-2-Clause
# A native driver loads and unloads, before and after each other with netmap, without a card.
. /tests/lib.sh
. /tests/native.sh

for round in 1 2 3; do
    load admode=1
    load_driver "$VB_DRIVER"
    loaded "$VB_DRIVER" || fail "$VB_DRIVER is not loaded"
    ! rmmod netmap 2>/dev/null || fail "netmap can be unloaded although $VB_DRIVER needs it"
    end
done
