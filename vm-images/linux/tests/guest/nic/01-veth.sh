# SPDX-License-Identifier: BSD-2-Clause
# Two ends of a veth pair as ports: what one sends the other receives.
. /tests/lib.sh
. /tests/nic.sh

load
make_pair left right
receive 2000 netmap:right
send 2000 netmap:left -l 200
received 2000 400000
unload
ip link del left
