# SPDX-License-Identifier: BSD-2-Clause
# What an administrator forgets is said with the command that corrects it, and --fix carries it out.
. /tests/lib.sh
. /tests/nic.sh

load
make_pair left right
vale-ctl -a vale0:left 2>said || fail "vale-ctl -a vale0:left: $(cat said)"
grep -q 'warning: left: tso is on, .*: ethtool -K left tso off$' said || fail "nothing of tso: $(cat said)"
grep -q 'warning: left: promiscuous mode is off, .*: ip link set left promisc on$' said || fail "nothing of promisc: $(cat said)"
vale-ctl -d vale0:left
vale-ctl --fix -h vale0:left 2>said || fail "vale-ctl --fix -h vale0:left: $(cat said)"
grep -q 'done: ip link set left promisc on' said || fail "promisc was not set: $(cat said)"
ip link show left | grep -q PROMISC || fail 'promisc is not on'
vale-ctl -d vale0:left
vale-ctl -a vale0:left 2>said
[ ! -s said ] || fail "after --fix something is still wrong: $(cat said)"
unload
