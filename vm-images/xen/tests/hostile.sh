#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs in dom0: guests that attack our backend, one that must not suffer, and guests that are killed wherever they are.
# Prints "ok NAME" or "FAILED NAME: why" for each, and figures; ends with "done".
#   hostile.sh attacks|others|killed...
set -u
readonly ATTACKS='ahead backwards offers crossing endless extras unknown segments no-grants foreign vanish lengths pieces rewrite
    keys-rewritten mute storm flood flood-bad shared-beyond shared-back shared-slots shared-scribble shared-storm
    shared-mute keys states'
readonly ROUNDS=3 MAX_ROUNDS=7 ATTACK_S=4 SETTLE_S=1 WINDOW_S=2 KEEPS_PERCENT=80 PATIENCE_S=$((30 * ${VB_PATIENCE:-1}))
readonly INIT_WAIT=2 CONNECTED=4 CLOSING=5 # states of xenbus

ok() { echo "ok $1"; }
fail() { echo "FAILED $1: $2"; }

# start NAME FRONT
start() {
    vb-domain start "$1" --extra "vb.front=$2" --vif "mac=02:00:00:00:01:0${1#g},bridge=vale0,script=vif-vale"
}

# arm NAME: a guest without a driver is given what a program needs to play one
arm() {
    start "$1" none && vb-domain run "$1" sh -c 'for m in evtchn gntalloc gntdev; do modprobe xen-$m || exit; done'
}

id_of() { xl domid "$1"; }
sent_by() { cat "/sys/class/net/vif$(id_of "$1").0/statistics/rx_packets"; }
uptime_ms() { awk '{ printf "%d", $1 * 1000 }' /proc/uptime; }

# What no guest asked for, so that there is something to be had by those who do not take it.
noise() {
    pkt-gen -i vale0:noise -f tx -w 0 -R 500 -l 60 -S 02:00:00:00:00:99 -D ff:ff:ff:ff:ff:ff >/dev/null 2>&1 &
    noise=$!
}

# The guest says what came of each attack; of all that is wrong with it the log has one line, and no more by anybody else.
attacks() {
    # shellcheck disable=SC2086 # words
    vb-domain run g2 vb-frontend $ATTACKS 2>&1 | tee /tmp/attacks
    for attack in $ATTACKS; do
        grep -q "^ok $attack\$\|^FAILED $attack:" /tmp/attacks || fail "$attack" "it was not tried: $(tail -n 1 /tmp/attacks)"
    done
    lines=$(dmesg | grep -c "vif$(id_of g2).0: closed:\|vif-$(id_of g2)-0: ")
    if [ "$lines" = 1 ]; then ok said-once; else fail said-once "the log has $lines lines about it"; fi
}

# rate_beside ATTACK: frames a second that the victim gets rid of while g2 is at it
rate_beside() {
    vb-domain run g2 vb-frontend -s $ATTACK_S "$1" >/tmp/beside 2>&1 &
    attacker=$!
    sleep $SETTLE_S
    before=$(sent_by "$victim") from=$(uptime_ms)
    sleep $WINDOW_S
    echo $((($(sent_by "$victim") - before) * 1000 / ($(uptime_ms) - from)))
    wait $attacker
}

# higher A B: the higher of two numbers
higher() { if [ "$1" -gt "$2" ]; then echo "$1"; else echo "$2"; fi; }

# others_beside ATTACK LIKE: the victim has most of the rate that it has beside a guest that is as busy, but does nothing wrong.
# Whoever else uses the machine lowers both, so the highest of several rounds count; more are tried while these say that too little
# is kept.
others_beside() {
    usual=0 attacked=0 kept=0 seen='' round=0
    while [ $round -lt $ROUNDS ] || { [ $kept -lt $KEEPS_PERCENT ] && [ $round -lt $MAX_ROUNDS ]; }; do
        rate=$(rate_beside "$2") seen="$seen $rate" usual=$(higher "$usual" "$rate")
        rate=$(rate_beside "$1") seen="$seen/$rate" attacked=$(higher "$attacked" "$rate")
        [ "$usual" -eq 0 ] || kept=$((attacked * 100 / usual))
        round=$((round + 1))
    done
    echo "beside $1, $victim on $port:$seen frames/s beside $2/$1, it keeps $kept %"
    if [ $kept -ge $KEEPS_PERCENT ]; then ok "beside-$1-$port"; else fail "beside-$1-$port" "$victim keeps $kept %"; fi
}

# victim NAME PORT: it sends until it is told to stop
victim() {
    victim=$1 port=${2%:*}
    vb-domain run "$victim" pkt-gen -i "$2" -f tx -w 0 -l 60 -S "02:00:00:00:01:0${1#g}" -D 02:00:00:00:00:01 >/dev/null 2>&1 &
    sender=$!
}

spared() {
    kill -INT $sender
    wait $sender
}

# A guest of each protocol beside those that attack by either.
others() {
    victim g1 packet:eth0
    others_beside storm spin
    others_beside flood-bad flood
    others_beside shared-storm spin
    spared
    start g7 ours || { fail others 'a guest in netmap mode does not start'; return; }
    victim g7 netmap:eth0
    others_beside storm spin
    others_beside shared-storm spin
    spared
    xl destroy g7
    has_left 2 || fail others "$(interfaces) interfaces instead of 2"
}

interfaces() {
    set -- /sys/class/net/vif*
    if [ -e "$1" ]; then echo $#; else echo 0; fi
}

# has_left N: no more interfaces than these are there, soon
has_left() {
    tries=0
    while [ "$(interfaces)" != "$1" ]; do
        [ $tries -lt $PATIENCE_S ] || return 1
        tries=$((tries + 1))
        sleep 1
    done
}

# backend_is NAME STATE: soon
backend_is() {
    path=/local/domain/0/backend/vif/$(id_of "$1")/0/state tries=0
    until [ "$(xenstore-read "$path")" = "$2" ]; do
        [ $tries -lt $PATIENCE_S ] || { fail killed "the backend of $1 is in state $(xenstore-read "$path") instead of $2"; return 1; }
        tries=$((tries + 1))
        sleep 1
    done
}

# Guests that die where they may: never connected (g3), closing (g4), in a storm (g5), in netmap mode (g6), and closed (g2).
killed() {
    starts=''
    for i in 3 4 5 6; do
        arm g$i &
        starts="$starts $!"
    done
    for start in $starts; do wait "$start" || { fail killed 'a guest does not start'; return; }; done
    for at in g4:mute g5:storm g6:shared-mute; do
        vb-domain run "${at%:*}" vb-frontend -s 100 "${at#*:}" >/dev/null 2>&1 &
    done
    for i in 4 5 6; do backend_is g$i $CONNECTED || return; done
    xenstore-write "/local/domain/$(id_of g4)/device/vif/0/state" $CLOSING
    backend_is g3 $INIT_WAIT && backend_is g4 $CLOSING || return
    for i in 3 4 5 6 2; do xl destroy g$i || fail killed "g$i cannot be destroyed"; done
    if has_left 1; then ok killed; else fail killed "$(interfaces) interfaces instead of 1"; fi
}

# Nothing stays behind, and nothing was said that should not be.
leave() {
    for guest in g1 g2; do xl destroy $guest 2>/dev/null; done
    kill $noise
    wait $noise
    has_left 0 && rmmod xen-netback && rmmod netmap || { fail leave 'a module cannot be unloaded'; return; }
    said=$(dmesg | grep -E 'netmap: leak|BUG:|WARNING:|Call Trace' | head -n 1)
    if [ -z "$said" ]; then ok leave; else fail leave "$said"; fi
}

insmod /lib/modules/netmap.ko && insmod /lib/modules/xen/xen-netback.ko || exit 1
start g1 stock && arm g2 || exit 1
noise
for part in "$@"; do $part; done
leave
echo done
