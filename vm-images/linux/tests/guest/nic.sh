# SPDX-License-Identifier: BSD-2-Clause
# What the tests of group nic share. The machine's own neighbour discovery would be traffic that nobody counts.
echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6

no_device() { [ ! -e "/sys/class/net/$1" ]; }

# make_pair LEFT RIGHT: joined and up. What a test before left goes, perhaps with its namespace.
make_pair() {
    ip link del "$1" 2>/dev/null || :
    wait_for 10 "the old $1 to go" no_device "$1"
    ip link add "$1" type veth peer name "$2" || fail 'no veth pair'
    ip link set "$1" up
    ip link set "$2" up
}

ready() { grep -q Ready rx.log 2>/dev/null; }

# transfer COUNT FROM TO [BEFORE]: all that is sent at one port arrives at the other. A machine that is busy elsewhere
# overruns a ring, so losses call for another attempt at a lower rate. BEFORE is called between receiver and sender.
transfer() {
    local pps
    for pps in 1000 300 100; do
        receive "$1" "$3"
        ${4:-:}
        send "$1" "$2" -l 200 -R $pps
        ! all_received "$1" $(($1 * 200)) || return 0
        echo "at $pps packets/s not all arrived: $(tail -n 3 rx.log)"
    done
    fail "of $1 packets from $2 to $3 some are missing at any rate"
}

# all_received COUNT BYTES: by the receiver, which has ended afterwards. Seconds after its end nothing of a sender's is
# under way any more.
all_received() {
    local tries=50
    until grep -q "^Received $1 packets $2 bytes" rx.log || [ $tries = 0 ]; do
        tries=$((tries - 1))
        usleep 100000
    done
    kill -INT "$receiver" 2>/dev/null || :
    wait "$receiver" || fail 'the receiver has ended with an error'
    grep -q "^Received $1 packets $2 bytes" rx.log
}

# receive COUNT PORT: in the background, with its report in rx.log
receive() {
    rm -f rx.log
    pkt-gen -i "$2" -f rx -n "$1" -w 0 >rx.log 2>&1 &
    receiver=$!
    wait_for 20 "a receiver at $2" ready
}

# send COUNT PORT [OPTION...]
send() {
    local count=$1 port=$2
    shift 2
    pkt-gen -i "$port" -f tx -n "$count" -w 0 "$@" >tx.log 2>&1 || fail "sending at $port: $(cat tx.log)"
}

# The device RIGHT in a network namespace of its own, 192.0.2.1 on LEFT and 192.0.2.2 on RIGHT.
make_neighbours() {
    make_pair "$1" "$2"
    start_neighbour
    ip link set "$2" netns "$neighbour"
    ip addr add 192.0.2.1/24 dev "$1"
    in_neighbour ip addr add 192.0.2.2/24 dev "$2"
    in_neighbour ip link set "$2" up
}

# Until unshare has done its work, the namespace of its process is our own.
is_apart() { [ -e "/proc/$1/ns/net" ] && [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }

# A process with a network namespace of its own, in $neighbour.
start_neighbour() {
    unshare -n sleep 1000 &
    neighbour=$!
    wait_for 10 'the neighbour' is_apart $neighbour
}

in_neighbour() { nsenter -t "$neighbour" -n "$@"; }

ping_works() { ping -q -c 3 -i 0.3 -W 2 192.0.2.2 >ping.log 2>&1; }
