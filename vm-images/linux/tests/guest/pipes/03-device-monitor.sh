# SPDX-License-Identifier: BSD-2-Clause
# A copy monitor of a device port sees what arrives although the owner has stopped reading.
. /tests/lib.sh

gone() { ! kill -0 "$1" 2>/dev/null; }

load
modprobe veth || fail 'modprobe veth'
ip link add left type veth peer name right || fail 'no veth pair'
ip link set left up
ip link set right up
pkt-gen -f rx -i netmap:left >/tmp/owner.log 2>&1 &
owner=$!
pkt-gen -f tx -i netmap:right -R $(rate 1000) >/tmp/tx.log 2>&1 &
tx=$!
wait_for 20 'packets at the owner' packets_seen /tmp/owner.log
kill -STOP $owner
pkt-gen -f rx -i netmap:left/r >/tmp/mon.log 2>&1 &
mon=$!
wait_for 20 'packets at the monitor' packets_seen /tmp/mon.log
kill -9 $owner
wait_for 10 'the monitor to end with its port' gone $mon
kill -9 $tx
wait || :
ip link del left
unload
