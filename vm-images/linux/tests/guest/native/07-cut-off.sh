# SPDX-License-Identifier: BSD-2-Clause
# A batch of which the hardware takes only a part at a time: the rest goes when there is room, though nobody asks again.
# Of a ring of 256 a virtio device without tables of descriptors takes 120 frames that are not short: a batch goes in two
# parts or in three, and of the shortest one so little is left that nothing is urgent. Other hardware takes all of it at once.
. /tests/lib.sh
. /tests/native.sh

[ "$VB_DRIVER" = virtio_net ] || skip "$VB_DRIVER takes whole batches"

readonly BYTES=300

# The ring at the other end holds all of it.
judge() {
    all_received "$1" $(($1 * BYTES)) || fail "a part of a batch of $1 from $2 is stuck, or lost: $(tail -n 3 rx.log)"
}

through_the_switch() {
    receive "$1" "netmap:$right"
    links
    send "$1" vale0:p -l $BYTES -b "$1"
    judge "$1" 'the switch'
}

# What was sent before is over and the driver knows it: whenever a frame arrives, the switch looks at the device.
settle() {
    hold "$right"
    transfer 10 "netmap:$right" vale0:p
    let_go
}

by_a_program() {
    receive "$1" "netmap:$right"
    links
    VB_DEVICE=$left VB_FRAMES=$1 VB_BYTES=$BYTES vb-guest-check one-sync || fail 'a batch cannot be sent'
    judge "$1" 'a program'
}

begin admode=1
for count in 124 250; do
    by_a_program $count
done
vale-ctl -a "vale0:$left" || fail "vale-ctl -a vale0:$left"
for count in 124 250; do
    settle
    through_the_switch $count
done
vale-ctl -d "vale0:$left" || fail "vale-ctl -d vale0:$left"
end
