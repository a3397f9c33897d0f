# SPDX-License-Identifier: BSD-2-Clause
# Traffic from card to card as fast as it goes, in both directions at once, for VB_ATTACK_SECONDS.
# The kernel's watchdogs are at work meanwhile, and what they say fails the group.
. /tests/lib.sh
. /tests/cards.sh

# As soon as may be, but not before the guest has had the processor for some seconds.
echo $((${VB_PATIENCE:-1} > 12 ? 60 : 5 * ${VB_PATIENCE:-1})) >/proc/sys/kernel/watchdog_thresh
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
alive $back || fail 'the receiver of back.log has ended by itself'
alive $forth || fail 'the sender of forth.log has ended by itself'
kill -INT $forth $back 2>/dev/null || : # how they end is judged below
stop_traffic
wait $back || fail 'the receiver of back.log has ended with an error'
wait $forth || fail 'the sender of forth.log has ended with an error'
packets_seen back.log || fail 'nothing came back'
vale-ctl -d "vale0:$right" || fail "vale-ctl -d vale0:$right"
leave_cards
unload
