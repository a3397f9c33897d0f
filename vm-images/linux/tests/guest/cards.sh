# SPDX-License-Identifier: BSD-2-Clause
# What the tests of group cards share. They are run for the driver that the kernel command line names ($VB_DRIVER), which
# has two cards back to back, with what happens to cards under traffic.

quiet=/proc/sys/net/ipv6/conf/default/disable_ipv6
[ ! -e $quiet ] || echo 1 >$quiet

# cards: their names
cards() {
    local dev
    for dev in /sys/class/net/*; do
        case $(readlink "$dev/device/driver") in
        */"$VB_DRIVER") echo "${dev##*/}" ;;
        esac
    done
}

by_address() {
    local dev address
    for dev; do
        read -r address <"/sys/class/net/$dev/address"
        echo "$address $dev"
    done | sort | cut -d' ' -f2
}

has_cards() {
    local n=$1
    set -- $(cards)
    [ $# = "$n" ]
}
carrier() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]; }

# take_cards: $left and $right, up and with a link
take_cards() {
    modprobe "$VB_DRIVER"
    wait_for 20 'two cards' has_cards 2
    set -- $(by_address $(cards))
    left=$1 right=$2
    ip link set "$left" up promisc on
    ip link set "$right" up promisc on
    wait_for 20 "a link at $left" carrier "$left"
    wait_for 20 "a link at $right" carrier "$right"
}

leave_cards() { rmmod "$VB_DRIVER" || fail "rmmod $VB_DRIVER"; }

# The device on its bus, by which drivers know it: a virtio card's is below the PCI device.
on_bus() { basename "$(readlink -f "/sys/class/net/$1/device")"; }

# ask COMMAND...: of QEMU's monitor, by way of who runs the tests
ask() { echo "ask $*" >&3; }

ready() { grep -q Ready "$1" 2>/dev/null; }

# A rate that leaves an emulated machine time for what is tried meanwhile.
readonly PACE='-R 3000'

# start_receiver PORT, start_sender PORT [OPTION...]: in the background, until stop_traffic
start_receiver() {
    rm -f rx.log
    pkt-gen -i "$1" -f rx -w 0 -T 100 >rx.log 2>&1 &
    receiver=$!
    wait_for 20 "a receiver at $1: $(cat rx.log 2>/dev/null)" ready rx.log
}

start_sender() {
    local port=$1
    shift
    rm -f tx.log
    pkt-gen -i "$port" -f tx -w 0 -T 100 "$@" >tx.log 2>&1 &
    sender=$!
    wait_for 20 "a sender at $port: $(cat tx.log 2>/dev/null)" ready tx.log
}

stop_traffic() {
    kill -INT "$sender" "$receiver" 2>/dev/null || :
    wait "$sender" "$receiver" 2>/dev/null || :
}

# How many lines of the receiver's tell of packets.
moments() { grep -cE '[1-9][0-9.]* ?[KMG]?pps' rx.log || :; }
more_moments() { [ "$(moments)" -gt "$1" ]; }

# Packets arrive now, not only before.
flows() {
    wait_for 20 "traffic $1" more_moments "$(moments)"
}

alive() { kill -0 "$1" 2>/dev/null; }
ended() { ! alive "$1"; }
