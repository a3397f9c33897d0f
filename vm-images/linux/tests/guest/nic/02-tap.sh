# SPDX-License-Identifier: BSD-2-Clause
# A tap device: register modes, attachment with and without the host's stack, polling.
. /tests/lib.sh
. /tests/nic.sh

load
ip tuntap add dev tap0 mode tap || fail 'no tap device'
ip link set tap0 up
for port in netmap:tap0 netmap:tap0^ 'netmap:tap0*' netmap:tap0-0 netmap:tap0^0 netmap:tap0/x; do
    pkt-gen -i "$port" -f rx -n 1 -w 0 -W >log 2>&1 &
    wait_for 10 "$port to open: $(cat log)" grep -q Ready log
    kill -9 $!
    wait $! 2>/dev/null || :
done
for how in -a -h; do
    vale-ctl $how vale0:tap0 || fail "vale-ctl $how vale0:tap0"
    port_there vale0:tap0 || fail "vale0:tap0 is not listed: $(ports)"
    ! vale-ctl $how vale0:tap0 2>/dev/null || fail 'attached twice'
    ! vale-ctl $how vale1:tap0 2>/dev/null || fail 'attached to a second switch'
    ! pkt-gen -i netmap:tap0 -f rx -n 1 >log 2>&1 </dev/null || fail 'an attached device can be opened'
    [ $how = -a ] || port_there 'vale0:tap0\^' || fail "the host's port is not listed: $(ports)"
    vale-ctl -d vale0:tap0 || fail 'vale-ctl -d vale0:tap0'
    no_ports || fail "ports are left: $(ports)"
done
vale-ctl -h vale0:tap0
unload
ip link del tap0
