# SPDX-License-Identifier: BSD-2-Clause
# What the tests of group nic share. The machine's own neighbour discovery would be traffic that nobody counts.
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6

# make_pair LEFT RIGHT: joined and up
make_pair() {
    ip link add "$1" type veth peer name "$2" || fail 'no veth pair'
    ip link set "$1" up
    ip link set "$2" up
}

# receive COUNT PORT: in the background, with its report in rx.log
receive() {
    pkt-gen -i "$2" -f rx -n "$1" -w 0 >rx.log 2>&1 &
    wait_for 20 "a receiver at $2" grep -q Ready rx.log
}

# send COUNT PORT [OPTION...]: slowly enough for a receiver in an emulated machine
send() {
    local count=$1 port=$2
    shift 2
    pkt-gen -i "$port" -f tx -n "$count" -R 5000 -w 0 "$@" >tx.log 2>&1 || fail "sending at $port: $(cat tx.log)"
}

# received COUNT BYTES: all of it
received() {
    wait_for 20 "$1 packets, and the receiver says: $(cat rx.log)" grep -q "^Received $1 packets $2 bytes" rx.log
}
