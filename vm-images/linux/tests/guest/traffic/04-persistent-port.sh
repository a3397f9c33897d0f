# SPDX-License-Identifier: BSD-2-Clause
# NEWIF makes a network device and DELIF removes it; what is left at unload goes with the module.
. /tests/lib.sh

device_there() { [ -e "/sys/class/net/$1" ]; }

load
vale-ctl -n vp0 || fail 'vale-ctl -n vp0'
device_there vp0 || fail 'NEWIF made no device'
ip link show vp0 | grep -q link/ether || fail 'vp0 is no Ethernet device'
ip link set vp0 up mtu 9000 || fail 'vp0 cannot be set up'
ip link set vp0 down
! vale-ctl -n vp0 2>/dev/null || fail 'NEWIF of a name that is taken worked'
! vale-ctl -n lo 2>/dev/null || fail 'NEWIF of lo worked'
! vale-ctl -r lo 2>/dev/null || fail 'DELIF of lo worked'
vale-ctl -a vale0:vp0 || fail 'vale-ctl -a vale0:vp0'
port_there vale0:vp0 || fail "vale0:vp0 is not listed: $(ports)"
! vale-ctl -r vp0 2>/dev/null || fail 'DELIF worked although the port is attached'
vale-ctl -d vale0:vp0 || fail 'vale-ctl -d vale0:vp0'
vale-ctl -r vp0 || fail 'vale-ctl -r vp0'
! device_there vp0 || fail 'DELIF left the device'

vale-ctl -n vp1 || fail 'vale-ctl -n vp1'
vale-ctl -n vp2 || fail 'vale-ctl -n vp2'
vale-ctl -a vale1:vp2 || fail 'vale-ctl -a vale1:vp2'
unload
! device_there vp1 || fail 'vp1 outlives the module'
! device_there vp2 || fail 'vp2 outlives the module'
