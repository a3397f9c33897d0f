# SPDX-License-Identifier: BSD-2-Clause
# Loads the module, uses every kind of port, and unloads, again and again: the kernel's memory does not grow with it.
. /tests/lib.sh
. /tests/nic.sh

readonly WARM_UP=1 ROUNDS=3 LIMIT_KIB=1024

round() {
    load
    make_pair left right
    vale-ctl -h vale0:left || fail 'vale-ctl -h vale0:left'
    vale-ctl -n vp0 || fail 'vale-ctl -n vp0'
    vale-ctl -a vale0:vp0 || fail 'vale-ctl -a vale0:vp0'
    insmod /lib/modules/learn.ko || fail 'insmod learn.ko'
    transfer 500 netmap:right vale0:p
    pkt-gen -i 'vale1:q{1' -f rx -n 1 -w 0 -W >log 2>&1 &
    wait_for 20 'a pipe' grep -q Ready log
    kill -9 $!
    wait $! 2>/dev/null || :
    vale-ctl -d vale0:vp0
    vale-ctl -r vp0
    vale-ctl -d vale0:left
    wait_for 10 'the ports to go' no_ports
    rmmod learn
    unload
    ip link del left
    sleep 1
}

n=0
while [ $n -lt $WARM_UP ]; do
    round
    n=$((n + 1))
done
before=$(kernel_kib)
n=0
while [ $n -lt $ROUNDS ]; do
    round
    n=$((n + 1))
done
grown=$(($(kernel_kib) - before))
echo "the kernel's memory grew by $grown KiB in $ROUNDS rounds"
! memory_tells || [ $grown -lt $LIMIT_KIB ] || fail "the kernel's memory grew by $grown KiB in $ROUNDS rounds, $LIMIT_KIB are allowed"
