# SPDX-License-Identifier: BSD-2-Clause
# Two ends of a veth pair as ports: what one sends the other receives.
. /tests/lib.sh
. /tests/nic.sh

load
make_pair left right
transfer 2000 netmap:left netmap:right
unload
ip link del left
