# SPDX-License-Identifier: BSD-2-Clause
# A device in a switch: frames cross between its wire and a VALE port, in both directions, polled or not.
. /tests/lib.sh
. /tests/nic.sh

load
make_pair left right
vale-ctl -a vale0:left || fail 'vale-ctl -a vale0:left'
receive 2000 netmap:right
send 2000 vale0:p -l 100
received 2000 200000
receive 2000 vale0:p
send 2000 netmap:right -l 100
received 2000 200000
vale-ctl -p vale0:left -C 0,0 || fail "vale-ctl -p vale0:left -C 0,0"
! vale-ctl -d vale0:left 2>/dev/null || fail 'a polled device can be detached'
receive 2000 vale0:p
send 2000 netmap:right -l 100
received 2000 200000
vale-ctl -P vale0:left || fail 'vale-ctl -P vale0:left'
vale-ctl -d vale0:left || fail 'vale-ctl -d vale0:left'
unload
