# SPDX-License-Identifier: BSD-2-Clause
# Rings, channels and MTU while programs send and receive: rings and channels stay until the programs have gone, a new
# MTU is taken where a buffer can hold it, and traffic goes on.
. /tests/lib.sh
. /tests/cards.sh

# ring DEV RX|TX: its slots now
ring() { ethtool -g "$1" 2>/dev/null | awk -v which="$2:" '/^Current/ { now = 1 } now && $1 == which { print $2; exit }'; }

# is_kept COMMAND...: the command is refused, and changes nothing
is_kept() {
    ! "$@" 2>refusal || fail "$* is not refused although a program has the device"
    flows "after $* was refused"
}

load
take_cards
slots=$(ring "$right" RX)
start_receiver "netmap:$right"
start_sender "netmap:$left" $PACE
flows 'at first'
is_kept ethtool -G "$right" rx $((slots / 2))
is_kept ethtool -G "$left" tx $(($(ring "$left" TX) / 2))
[ "$(ring "$right" RX)" = "$slots" ] || fail "$right had $slots slots and has $(ring "$right" RX)"
ip link set "$right" mtu 1400 || fail "mtu of $right"
flows 'with a smaller MTU'
ip link set "$left" mtu 1400 || fail "mtu of $left"
flows 'with smaller MTUs'
! ip link set "$left" mtu 9000 2>/dev/null || fail "an MTU beyond a buffer is accepted at $left"
ip link set "$left" mtu 1500
ip link set "$right" mtu 1500
flows 'with the MTUs as they were'
stop_traffic
if ethtool -G "$right" rx $((slots / 2)) 2>/dev/null; then
    start_receiver "netmap:$right"
    start_sender "netmap:$left" $PACE
    flows 'with rings of another size'
    stop_traffic
fi
leave_cards

# Of these drivers' cards none has more than one channel here.
ip link add va numtxqueues 4 numrxqueues 4 type veth peer name vb numtxqueues 4 numrxqueues 4
ip link set va up
ip link set vb up
start_receiver netmap:vb
start_sender netmap:va $PACE
flows 'between the ends of a pair'
is_kept ethtool -L va tx 2 rx 2
stop_traffic
ethtool -L va tx 2 rx 2 || fail 'channels cannot be changed although nobody has the device'
start_receiver netmap:va
start_sender netmap:vb $PACE
flows 'with two channels'
stop_traffic
ip link del va
unload
