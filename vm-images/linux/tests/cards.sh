# SPDX-License-Identifier: BSD-2-Clause
# Which card a driver drives, which QEMU emulates it, and how two of them are put back to back.
# shellcheck shell=bash

# card_of DRIVER: QEMU's name of its card
card_of() {
    if [[ $1 == virtio_net ]]; then echo virtio-net-pci; else echo "$1"; fi
}

# has_card QEMU CARD: asked about this one, as a list of all would load modules that may be another QEMU's
has_card() {
    [[ $("$1" -device "$2,help" 2>/dev/null) == "$2 options:"* ]]
}

# qemu_of DRIVER: the machine's QEMU, or a newer one if only that has the card; nothing when neither has
qemu_of() {
    local card newer
    card=$(card_of "$1")
    if has_card qemu-system-x86_64 "$card"; then
        echo qemu-system-x86_64
    elif newer=$("$here/newer-qemu" | tail -n 1) && has_card "$newer" "$card"; then
        echo "$newer"
    fi
}

# drivers_with_cards: those of the tree that can be tried here, a line each
drivers_with_cards() {
    local file driver
    for file in "$top"/kmod/drivers/*/hooks; do
        driver=$(basename "$(dirname "$file")")
        [[ -z $(qemu_of "$driver") ]] || echo "$driver"
    done
}

# drivers_of_guest: those that the guest's kernel brought along and whose cards the machine's QEMU has
drivers_of_guest() {
    local driver carried
    carried=$(cpio -t --quiet <"$guest/initramfs.cpio")
    for driver in virtio_net vmxnet3 e1000 e1000e; do
        if grep -q "/kernel/.*/$driver\.ko" <<<"$carried" && has_card qemu-system-x86_64 "$(card_of $driver)"; then
            echo $driver
        fi
    done
}

# pair_of HUB CARD: two of them back to back, as arguments of QEMU, a line each. The first of two virtio cards knows no
# tables of descriptors, so that half of what a ring holds is more than its queue takes at a time. The virtual functions of an igb, which
# nobody uses, take two slots, 16 beyond its own.
pair_of() {
    local end special
    for end in 1 2; do
        special=
        [[ $2 != virtio-net-pci || $end != 1 ]] || special=,indirect_desc=off
        [[ $2 != igb ]] || special=,addr=$((4 + 2 * end))
        printf '%s\n' -netdev "hubport,id=$2.$end,hubid=$1" \
            -device "$2$special,id=card.$1.$end,netdev=$2.$end,mac=52:54:00:00:0$1:0$end,romfile="
    done
}

# cards_of GROUP VARIANT: the cards that a group needs
cards_of() {
    case $1 in
    nic)
        pair_of 0 virtio-net-pci
        pair_of 1 vmxnet3
        ;;
    native | cards) pair_of 0 "$(card_of "$2")" ;;
    esac
}
