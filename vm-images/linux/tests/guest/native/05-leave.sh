# SPDX-License-Identifier: BSD-2-Clause
# A device leaves its driver, and the driver goes, under traffic: programs are told, switches forget, all works again.
. /tests/lib.sh
. /tests/native.sh

told() {
    wait_for 20 "the sender to end after $*: $(tail -n 1 tx.log)" has_ended "$sender"
    end_traffic
}

begin admode=1
address=$(address "$left")
driver=$(readlink -f "/sys/class/net/$left/device/driver")
for round in 1 2; do
    traffic_into_switch
    echo "$address" >"$driver/unbind"
    wait_for 10 "$left to go" no_device "$left"
    told 'its device was unbound'
    ! pkt-gen -i "netmap:$left" -f tx -n 1 -w 0 >log 2>&1 || fail 'a device that is gone can be opened'
    echo "$address" >"$driver/bind"
    set -- $(cards "$VB_DRIVER")
    [ $# = 2 ] || fail "$# cards after one was bound again"
    [ "$1" = "$right" ] && left=$2 || left=$1
    vale-ctl -d "vale0:$right" || fail "vale-ctl -d vale0:$right"
    bring_up "$left" "$right"
done
exchange 500 "$left" "$right"

traffic
unplug "$left"
wait_for 10 "$left to go" no_device "$left"
told 'its device was removed'
echo 1 >/sys/bus/pci/rescan
set -- $(cards "$VB_DRIVER")
[ $# = 2 ] || fail "$# cards after a rescan"
left=$1 right=$2
bring_up "$left" "$right"

traffic_into_switch
rmmod "$VB_DRIVER" || fail "rmmod $VB_DRIVER under traffic"
told 'its driver was unloaded'
wait_for 10 'the switch to forget the device' port_gone "vale0:$right"
unload
