# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

# name mode default; "actual" ones depend on the layout and only have to be there
expected='verbose 644 0
debug 644 0
no_timestamp 644 0
no_pendintr 644 1
txsync_retry 644 2
fwd 644 0
admode 644 0
generic_mit 644 100000
generic_ringsize 644 1024
generic_rings 644 1
generic_txqdisc 644 1
generic_hwcsum 644 0
ptnet_vnet_hdr 644 1
default_pipes 644 0
bridge_batch 644 1024
max_bridges 444 8
if_size 644 1024
if_num 644 100
ring_size 644 36864
ring_num 644 200
buf_size 644 2048
buf_num 644 163840
if_curr_size 444 actual
if_curr_num 444 actual
ring_curr_size 444 actual
ring_curr_num 444 actual
buf_curr_size 444 actual
buf_curr_num 444 actual
priv_if_size 644 1024
priv_if_num 644 2
priv_ring_size 644 20480
priv_ring_num 644 4
priv_buf_size 644 2048
priv_buf_num 644 4098'

load
echo "$expected" | while read -r name mode value; do
    file=$PARAMETERS/$name
    [ -f "$file" ] || fail "no parameter $name"
    [ "$(stat -c %a "$file")" = "$mode" ] || fail "$name has mode $(stat -c %a "$file"), not $mode"
    [ "$value" = actual ] || [ "$(cat "$file")" = "$value" ] || fail "$name is $(cat "$file"), not $value"
done
[ "$(ls $PARAMETERS | wc -l)" = "$(echo "$expected" | wc -l)" ] || fail "other parameters: $(ls $PARAMETERS)"
unload

load max_bridges=3 bridge_batch=64 priv_buf_size=4096
[ "$(cat $PARAMETERS/max_bridges)" = 3 ] || fail 'max_bridges is not taken at load'
echo 128 >$PARAMETERS/bridge_batch
[ "$(cat $PARAMETERS/bridge_batch)" = 128 ] || fail 'bridge_batch cannot be written'
unload
