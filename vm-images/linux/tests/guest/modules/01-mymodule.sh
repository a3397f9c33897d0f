# SPDX-License-Identifier: BSD-2-Clause
# The walk-through of mymodule: the last byte of the IPv4 destination is the port.
. /tests/lib.sh

load
pkt-gen -i vale0:vi0 -f rx >/tmp/vi0.log 2>&1 &
vi0=$!
wait_for 10 'port vale0:vi0' port_there vale0:vi0
insmod /lib/modules/mymodule.ko || fail 'insmod mymodule.ko'
pkt-gen -i vale0:rxport -f rx >/tmp/rx.log 2>&1 &
rx=$!
wait_for 10 'port vale0:rxport' port_there vale0:rxport
ports | grep -q '^vale0:vi0 bridge_idx 0 port_idx 0$' || fail "vi0 is not port 0: $(ports)"
ports | grep -q '^vale0:rxport bridge_idx 0 port_idx 1$' || fail "rxport is not port 1: $(ports)"

send 100 vale0:txport -d 10.1.0.1
[ "$(received vale0:rxport)" = 100 ] || fail "of 100 frames to .1, $(received vale0:rxport) arrived"
[ "$(received vale0:vi0)" = 0 ] || fail "$(received vale0:vi0) frames to .1 arrived at vi0"
send 100 vale0:txport -d 10.1.0.2
[ "$(received vale0:rxport)" = 100 ] || fail 'frames to .2 arrived at rxport'
send 100 vale0:txport -d 10.1.0.0
[ "$(received vale0:vi0)" = 100 ] || fail 'frames to .0 did not arrive at vi0'
[ "$(received vale0:rxport)" = 100 ] || fail 'frames to .0 arrived at rxport'

rmmod mymodule || fail 'rmmod mymodule'
send 100 vale0:txport -d 10.1.0.2
[ "$(received vale0:rxport)" = 200 ] || fail 'the switch does not flood after the module is gone'
[ "$(received vale0:vi0)" = 200 ] || fail 'the switch does not flood to vi0'
kill -9 $vi0 $rx
wait_for 5 'the ports to go' no_ports
unload
