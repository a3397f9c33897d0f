# SPDX-License-Identifier: BSD-2-Clause
# A card is pulled out under traffic. The last test, as nobody puts it back.
. /tests/lib.sh
. /tests/native.sh

begin admode=1
[ "$(cat "/sys/class/net/$left/address")" = 52:54:00:00:00:01 ] || { set -- "$left" && left=$right && right=$1; }
traffic_into_switch
echo 'unplug card.0.1' >&3
wait_for 30 "$left to go" no_device "$left"
wait_for 20 "the sender to end: $(tail -n 1 tx.log)" has_ended "$sender"
end_traffic
! pkt-gen -i "netmap:$left" -f tx -n 1 -w 0 >log 2>&1 || fail 'a card that is gone can be opened'
vale-ctl -d "vale0:$right" || fail "vale-ctl -d vale0:$right"
end
