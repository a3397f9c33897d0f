# SPDX-License-Identifier: BSD-2-Clause
# netmap.ko and the cards' driver go under traffic: the module refuses while a program has a port, and takes its
# attachments along; a driver goes at once, and who has its cards is told.
. /tests/lib.sh
. /tests/cards.sh

load
take_cards
start_receiver "netmap:$right"
start_sender "netmap:$left" $PACE
flows 'at first'
refuses_unload "programs have $left and $right"
leave_cards
wait_for 20 "the receiver to end: $(cat rx.log)" ended "$receiver"
wait_for 20 "the sender to end: $(cat tx.log)" ended "$sender"

take_cards
vale-ctl -h "vale0:$left" 2>/dev/null || fail "vale-ctl -h vale0:$left"
start_receiver "packet:$left"
start_sender "packet:$right" $PACE
usleep 500000
unload
flows "to the stack, once the module has gone"
stop_traffic
load
leave_cards
unload
