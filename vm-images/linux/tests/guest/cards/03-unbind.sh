# SPDX-License-Identifier: BSD-2-Clause
# A driver that lets go of its card while programs or a switch have it: programs end with an error, the switch forgets.
. /tests/lib.sh
. /tests/cards.sh

# unbind DEV, bind: the driver's hold on its device
unbind() {
    driver=$(readlink -f "/sys/class/net/$1/device/driver") device=$(on_bus "$1")
    echo "$device" >"$driver/unbind" || fail "unbinding $1"
}
bind() { echo "$device" >"$driver/bind" || fail "binding $device"; }

load
take_cards
start_receiver "netmap:$right"
start_sender "netmap:$left" $PACE
flows 'at first'
unbind "$right"
wait_for 20 "the receiver to end: $(cat rx.log)" ended "$receiver"
alive "$sender" || fail "the sender has ended: $(cat tx.log)"
bind
unbind "$left"
wait_for 20 "the sender to end: $(cat tx.log)" ended "$sender"
bind

take_cards
vale-ctl -h "vale0:$left" 2>/dev/null || fail "vale-ctl -h vale0:$left"
start_receiver vale0:p
start_sender "netmap:$right" $PACE
flows "into the switch"
unbind "$left"
wait_for 20 "the switch to forget $left" port_gone "vale0:$left"
alive "$sender" || fail "the sender has ended: $(cat tx.log)"
stop_traffic
bind
leave_cards
unload
