# SPDX-License-Identifier: BSD-2-Clause
# A native device in a switch, with and without the host's stack: frames cross between the wire and a port, both ways.
. /tests/lib.sh
. /tests/native.sh

through_the_switch() {
    transfer 1000 vale0:p "netmap:$right" links
    hold "$right"
    transfer 1000 "netmap:$right" vale0:p
    let_go
}

begin admode=1
for mode in -a -h; do
    vale-ctl $mode "vale0:$left" || fail "vale-ctl $mode vale0:$left"
    through_the_switch
    vale-ctl -d "vale0:$left" || fail "vale-ctl -d vale0:$left"
done
end
