# SPDX-License-Identifier: BSD-2-Clause
# Two idle ports of default size take less than 20 MiB of kernel memory.
. /tests/lib.sh

readonly LIMIT_KIB=$((20 * 1024))

load
before=$(kernel_kib)
pkt-gen -f rx -i vale0:a >/tmp/a.log 2>&1 &
a=$!
pkt-gen -f rx -i vale0:b >/tmp/b.log 2>&1 &
b=$!
wait_for 10 'port vale0:a' port_there vale0:a
wait_for 10 'port vale0:b' port_there vale0:b
sleep 1
taken=$(($(kernel_kib) - before))
echo "two idle ports take $taken KiB"
[ $taken -gt 0 ] || fail "two ports cannot take $taken KiB: the measure is broken"
[ $taken -lt $LIMIT_KIB ] || fail "two idle ports take $taken KiB, more than $LIMIT_KIB"
kill -9 $a $b
wait_for 5 'the ports to go' no_ports
left=$(($(kernel_kib) - before))
echo "$left KiB are left afterwards"
! memory_tells || [ $left -lt 2048 ] || fail "$left KiB are not given back"
unload
