# SPDX-License-Identifier: BSD-2-Clause
# Every statement of docs/abi.md, attacks among them.
. /tests/lib.sh

load
nm-selftest --summary || fail 'nm-selftest'
no_ports || fail "ports are left: $(ports)"
unload
