# SPDX-License-Identifier: BSD-2-Clause
# A native device in a switch, with and without the host's stack: frames cross between the wire and a port, both ways.
. /tests/lib.sh
. /tests/native.sh

# A batch that is most of the device's ring, of which its hardware may not take all at once, and nothing after it: the
# rest goes when the hardware has room. The ring at the other end holds all of it.
one_batch() {
    receive "$1" "netmap:$right"
    links
    send "$1" vale0:p -l 200 -b "$1"
    all_received "$1" $(($1 * 200)) || fail "a part of a batch is stuck, or lost: $(tail -n 3 rx.log)"
}

through_the_switch() {
    one_batch 200
    one_batch 124 # of which half a ring of 256 leaves a few, too few to be urgent
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
