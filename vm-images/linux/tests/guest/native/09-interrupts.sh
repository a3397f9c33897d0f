# SPDX-License-Identifier: BSD-2-Clause
# An interrupt that was bound to a processor stays there while rings change hands.
. /tests/lib.sh
. /tests/native.sh

readonly BOUND_TO=1

# interrupts_of DEV: their numbers; a virtio device leaves them to the one it lives on
interrupts_of() {
    local device
    device=$(readlink -f "/sys/class/net/$1/device")
    [ -e "$device/irq" ] || device=${device%/*}
    ls "$device/msi_irqs" 2>/dev/null || cat "$device/irq"
}

bind_all() {
    local irq
    for irq in $(interrupts_of "$1"); do
        echo $BOUND_TO 2>/dev/null >"/proc/irq/$irq/smp_affinity_list" || :
    done
}

# places DEV: how many of its interrupts are bound there
places() {
    local irq
    for irq in $(interrupts_of "$1"); do
        cat "/proc/irq/$irq/smp_affinity_list"
    done | grep -cx $BOUND_TO
}

# Of a virtio device the interrupt of none of its queues may go elsewhere.
begin admode=1
bind_all "$right"
bound=$(places "$right")
[ "$bound" -ge 1 ] || fail "no interrupt of $right can be bound"
hold "$right"
[ "$(places "$right")" -ge $((bound - 1)) ] || fail "$right in use: $(places "$right") of $bound interrupts are where they were"
let_go
[ "$(places "$right")" -ge $((bound - 1)) ] || fail "$right free again: $(places "$right") of $bound interrupts are where they were"
end
