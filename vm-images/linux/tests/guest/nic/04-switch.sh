# SPDX-License-Identifier: BSD-2-Clause
# A device in a switch: frames cross between its wire and a VALE port, in both directions, polled or not.
. /tests/lib.sh
. /tests/nic.sh

load
make_pair left right
vale-ctl -a vale0:left || fail 'vale-ctl -a vale0:left'
transfer 1000 vale0:p netmap:right
transfer 1000 netmap:right vale0:p
vale-ctl -p vale0:left -C 0,0 || fail "vale-ctl -p vale0:left -C 0,0"
! vale-ctl -d vale0:left 2>/dev/null || fail 'a polled device can be detached'
transfer 1000 netmap:right vale0:p
vale-ctl -P vale0:left || fail 'vale-ctl -P vale0:left'
vale-ctl -d vale0:left || fail 'vale-ctl -d vale0:left'
unload
