# SPDX-License-Identifier: BSD-2-Clause
# Cards that a run on this machine itself has taken, by PCI address: whatever is left when the runner is killed, they come
# back as they were.
. /tests/lib.sh
. /tests/cards.sh

readonly STATE=/tmp/nics

# The PCI device of a card: that of a virtio card is one further up.
pci_of() {
    local dir
    dir=$(readlink -f "/sys/class/net/$1/device")
    [ -e "$dir/class" ] || dir=${dir%/*}
    basename "$dir"
}

is_back() {
    [ ! -e $STATE ] && [ "$(cat "/sys/class/net/$left/mtu")" = 1400 ] &&
        ! ip link show "$left" | grep -q PROMISC && ip link show "$left" | grep -q UP && ! ip link show "$right" | grep -q UP
}

take_cards
ip link set "$left" promisc off mtu 1400
ip link set "$right" promisc off down
VB_NICS="$(pci_of "$right") $(pci_of "$left")"
export VB_NICS
host-nics take $STATE $VB_NICS || fail 'the cards cannot be taken'
! host-nics take $STATE $VB_NICS >/dev/null || fail 'they can be taken twice'

mkfifo pipe
host-nics guard $STATE 3<pipe >guard.log 2>&1 &
guardian=$!
sleep 1000 >pipe &
runner=$!
vb-nic load
vb-nic up emulated "$VB_DRIVER" 1
[ -e /sys/class/net/nic0 ] && [ -e /sys/class/net/nic1 ] || fail 'the cards have no new names'
[ "$(pci_of nic0)" = "${VB_NICS%% *}" ] || fail 'nic0 is not the card that was named first'
vale-ctl -a vale0:nic1 2>/dev/null || fail 'vale-ctl -a vale0:nic1'
start_receiver vale0:p
start_sender netmap:nic0 $PACE
flows 'from card to card'
alive $guardian || fail "the guardian has ended: $(cat guard.log)"

kill -9 $runner
stop_traffic
wait $guardian || fail "the guardian: $(cat guard.log)"
is_back || fail "the cards are not as they were: $(ip link)"
! loaded || fail 'netmap.ko is still there'
leave_cards
