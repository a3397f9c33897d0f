# SPDX-License-Identifier: BSD-2-Clause
# A card that is pulled out of the machine while a program or a switch has it, and put in again.
. /tests/lib.sh
. /tests/cards.sh

unplug() { ask 'device_del card.0.2'; }

# The old card may not be quite out of its slot yet, so it is asked for more than once.
plug() {
    local tries=20
    until has_cards 2; do
        [ $tries -gt 0 ] || fail 'the card does not come back'
        ask "device_add $VB_CARD,id=card.0.2,netdev=$VB_CARD.2,mac=$address,romfile="
        sleep 2
        tries=$((tries - 1))
    done
}

load
take_cards
address=$(cat "/sys/class/net/$right/address")
start_receiver "netmap:$right"
start_sender "netmap:$left" $PACE
flows 'at first'
unplug
wait_for 30 "the receiver to end: $(cat rx.log)" ended "$receiver"
wait_for 30 "$right to go" has_cards 1
alive "$sender" || fail "the sender has ended: $(cat tx.log)"
kill -INT "$sender"
wait "$sender" || :
plug

take_cards
vale-ctl -h "vale0:$right" 2>/dev/null || fail "vale-ctl -h vale0:$right"
start_receiver vale0:p
start_sender "netmap:$left" $PACE
flows "into the switch"
unplug
wait_for 30 "the switch to forget $right" port_gone "vale0:$right"
stop_traffic
wait_for 30 "$right to go" has_cards 1
plug
leave_cards
unload
