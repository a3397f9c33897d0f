# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

for round in 1 2 3 4 5; do
    load
    [ -c /dev/netmap ] || fail 'no /dev/netmap'
    [ "$(stat -c %a /dev/netmap)" = 600 ] || fail "/dev/netmap has mode $(stat -c %a /dev/netmap), not 600"
    unload
    [ ! -e /dev/netmap ] || fail '/dev/netmap outlives the module'
done
