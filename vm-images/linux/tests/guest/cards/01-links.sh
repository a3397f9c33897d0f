# SPDX-License-Identifier: BSD-2-Clause
# Links and cards that go down and up while programs send and receive: both go on.
. /tests/lib.sh
. /tests/cards.sh

no_carrier() { ! carrier "$1"; }

load
take_cards
start_receiver "netmap:$right"
start_sender "netmap:$left" $PACE
flows 'at first'
# QEMU's e1000e does not tell its driver that the link has gone.
ends='1 2'
[ "$VB_DRIVER" != e1000e ] || ends=''
for end in $ends; do
    ask "set_link card.0.$end off"
    wait_for 20 'the link to go' no_carrier "$([ $end = 1 ] && echo "$left" || echo "$right")"
    ask "set_link card.0.$end on"
    flows "after the link at end $end was down"
done
for dev in "$left" "$right"; do
    ip link set "$dev" down
    usleep 300000
    ip link set "$dev" up
    flows "after $dev was down"
done
alive "$sender" || fail "the sender has ended: $(cat tx.log)"
stop_traffic
leave_cards
unload
