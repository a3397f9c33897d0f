# SPDX-License-Identifier: BSD-2-Clause
# Traffic from card to card as fast as it goes, in both directions at once, for VB_ATTACK_SECONDS.
# The kernel's watchdogs are at work meanwhile, and what they say fails the group.
. /tests/lib.sh
. /tests/cards.sh

echo 5 >/proc/sys/kernel/watchdog_thresh
load
take_cards
vale-ctl -a "vale0:$right" 2>/dev/null || fail "vale-ctl -a vale0:$right"
start_receiver "vale0:p"
start_sender "netmap:$left"
pkt-gen -i "netmap:$left" -f rx -w 0 >back.log 2>&1 &
back=$!
pkt-gen -i vale0:q -f tx -w 0 >forth.log 2>&1 &
forth=$!
flows 'at first'
waited=0
while [ $waited -lt $VB_ATTACK_SECONDS ]; do
    sleep 5
    waited=$((waited + 5))
    flows "after $waited s"
done
# A receiver ends by itself when the emulated card was silent for long; its status says whether that was in order.
kill -INT $forth $back 2>/dev/null || :
stop_traffic
wait $back && wait $forth || fail "a generator: $(tail -n 1 back.log) $(tail -n 1 forth.log)"
packets_seen back.log || fail "nothing came back: $(cat back.log)"
vale-ctl -d "vale0:$right" || fail "vale-ctl -d vale0:$right"
leave_cards
unload
