# SPDX-License-Identifier: BSD-2-Clause
# Emulated network cards back to back: frames cross the wire in both directions, and between it and a switch.
. /tests/lib.sh
. /tests/nic.sh
[ -d /sys/bus/pci ] || skip 'User Mode Linux has no cards'

# cards DRIVER: the names of its devices
cards() {
    local dev
    for dev in /sys/class/net/*; do
        [ "$(basename "$(readlink "$dev/device/driver")")" != "$1" ] || basename "$dev"
    done
}

both_ways() {
    transfer 1000 "$1" "$2"
    transfer 1000 "$2" "$1"
}

load
for driver in virtio_net vmxnet3; do
    modprobe $driver
    set -- $(cards $driver)
    [ $# = 2 ] || fail "$driver has $# cards"
    for dev; do
        ip link set "$dev" up promisc on
    done
    wait_for 10 'the link' grep -q 1 "/sys/class/net/$2/carrier"
    both_ways "netmap:$1" "netmap:$2"
    vale-ctl -a "vale0:$1" || fail "vale-ctl -a vale0:$1"
    both_ways vale0:p "netmap:$2"
    rmmod $driver || fail "rmmod $driver while a card is attached"
    wait_for 10 'the switch to forget the card' no_ports
done
unload

ip link add bundle type bond || fail 'no bond'
load
! pkt-gen -i netmap:bundle -f rx -n 1 -w 0 >log 2>&1 || fail 'a bond can be opened'
dmesg | grep -q 'netmap: bundle: cannot become a port: it is a bond' || fail 'nobody says why'
unload
ip link del bundle
