# SPDX-License-Identifier: BSD-2-Clause
# The everyday alternative to VALE must be there to compare with: its modules are loaded when asked for.
. /tests/lib.sh

ip link add left type veth peer name right || fail 'no veth pair'
ip link add br0 type bridge || fail 'no bridge'
ip link set right master br0 up || fail 'a veth end cannot join the bridge'
ip link set left up
ip link set br0 up
ip tuntap add dev tap0 mode tap || fail 'no tap device'
[ "$(readlink /sys/class/net/right/master)" = ../br0 ] || fail 'right is not a port of br0'
ip link del tap0
ip link del br0
ip link del left
[ ! -e /sys/class/net/right ] || fail 'the other end outlives its peer'
