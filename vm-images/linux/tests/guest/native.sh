# SPDX-License-Identifier: BSD-2-Clause
# What the tests of group native share: they are run for the driver that the kernel command line names ($VB_DRIVER),
# which has two cards back to back.
. /tests/nic.sh

readonly NATIVE=/lib/modules/native
readonly MIN_LINK_S=30

# cards DRIVER: the names of its devices
cards() {
    local dev
    for dev in /sys/class/net/*; do
        [ "$(basename "$(readlink "$dev/device/driver")")" != "$1" ] || basename "$dev"
    done
}

has_link() { [ "$(cat "/sys/class/net/$1/carrier" 2>/dev/null)" = 1 ]; }

# bring_up DEV...: promiscuous, with link
bring_up() {
    local dev
    for dev; do
        ip link set "$dev" up promisc on
    done
    for dev; do
        wait_for $MIN_LINK_S "the link of $dev" has_link "$dev"
    done
}

# A test that ends early leaves no driver that holds netmap.
clean_up_drivers() {
    kill -9 $(jobs -p) 2>/dev/null || :
    wait
    rmmod "$VB_DRIVER" 2>/dev/null || :
    clean_up
}
trap clean_up_drivers EXIT

# A driver's module asks for others of the kernel, which each kernel has cut otherwise.
load_driver() {
    local needed
    while read -r needed; do
        modprobe "$needed" || fail "modprobe $needed, which $1.ko needs"
    done <"$NATIVE/$1.needs"
    insmod "$NATIVE/$1.ko" || fail "insmod $1.ko"
}

# begin [PARAMETER...]: netmap and the driver loaded, its cards up and in $left and $right
begin() {
    load "$@"
    load_driver "$VB_DRIVER"
    set -- $(cards "$VB_DRIVER")
    [ $# = 2 ] || fail "$VB_DRIVER has $# cards"
    left=$1 right=$2
    bring_up "$left" "$right"
}

# Both modules go, and have given back all that they took.
end() {
    rmmod "$VB_DRIVER" || fail "rmmod $VB_DRIVER"
    unload
}

# hold DEV: all its rings, in the background. A device is reset when the first holder of a ring comes or the last one
# goes, which costs it the link for a while; others come and go without.
hold() {
    rm -f hold.log
    pkt-gen -i "netmap:$1" -f rx -w 0 >hold.log 2>&1 &
    holder=$!
    wait_for 20 "a holder of $1" grep -q Ready hold.log
    links
}

let_go() {
    kill -INT "$holder"
    wait "$holder" || :
}

# exchange COUNT FROM TO: so many frames from one device to another
exchange() {
    hold "$2"
    transfer "$1" "netmap:$2" "netmap:$3" links
    let_go
}

# Who took rings has cost their device the link for a while.
links() {
    wait_for $MIN_LINK_S "the link of $left" has_link "$left"
    wait_for $MIN_LINK_S "the link of $right" has_link "$right"
}

# What the driver calls the device, and how it is taken off its bus: a virtio device has none of its own.
address() { basename "$(readlink "/sys/class/net/$1/device")"; }
unplug() {
    local device
    device=$(readlink -f "/sys/class/net/$1/device")
    [ -e "$device/remove" ] || device=$(dirname "$device")
    echo 1 >"$device/remove"
}

has_device() { [ -e "/sys/class/net/$1" ]; }

# traffic_to PORT: in the background, from $left
traffic_to() {
    pkt-gen -i "$1" -f rx -w 0 >rx.log 2>&1 &
    receiver=$!
    pkt-gen -i "netmap:$left" -f tx -w 0 >tx.log 2>&1 &
    sender=$!
    wait_for $((2 * MIN_LINK_S)) "traffic to $1" packets_seen rx.log
}

# From $left to $right, and a switch that has neither.
traffic() { traffic_to "netmap:$right"; }

# From $left to a port of the switch that $right is attached to.
traffic_into_switch() {
    vale-ctl -a "vale0:$right" 2>/dev/null || fail "vale-ctl -a vale0:$right"
    traffic_to vale0:p
}

end_traffic() {
    kill -9 "$sender" "$receiver" 2>/dev/null || :
    wait "$sender" "$receiver" 2>/dev/null || :
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }
