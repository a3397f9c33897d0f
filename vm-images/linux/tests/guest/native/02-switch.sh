# SPDX-License-Identifier: BSD-2-Clause
# A native device in a switch, with and without the host's stack: frames cross between the wire and a port, both ways.
. /tests/lib.sh
. /tests/native.sh

through_the_switch() {
    receive 1000 "netmap:$right"
    wait_for $MIN_LINK_S "the link of $left" has_link "$left"
    wait_for $MIN_LINK_S "the link of $right" has_link "$right"
    send 1000 vale0:p -l 200 -R $(rate 1000)
    received 1000 200000
    receive 1000 vale0:p
    hold "$right"
    send 1000 "netmap:$right" -l 200 -R $(rate 1000)
    received 1000 200000
    let_go
}

begin admode=1
for mode in -a -h; do
    vale-ctl $mode "vale0:$left" || fail "vale-ctl $mode vale0:$left"
    through_the_switch
    vale-ctl -d "vale0:$left" || fail "vale-ctl -d vale0:$left"
done
end
