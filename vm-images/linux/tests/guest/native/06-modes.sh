# SPDX-License-Identifier: BSD-2-Clause
# The parameter chooses between native and emulated, each time a device is opened; what has no native driver is refused
# where only native ones are wanted.
. /tests/lib.sh
. /tests/native.sh

begin admode=2
transfer 300 "netmap:$left" "netmap:$right"
echo 1 >$PARAMETERS/admode
exchange 300 "$left" "$right"
make_pair pair0 pair1
! pkt-gen -i netmap:pair0 -f tx -n 1 -w 0 >log 2>&1 || fail 'a veth device is native?'
echo 0 >$PARAMETERS/admode
pkt-gen -i netmap:pair0 -f tx -n 1 -w 0 >log 2>&1 || fail "a veth device is refused: $(cat log)"
exchange 300 "$right" "$left"
ip link del pair0
end
