# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

load
vb-guest-check no-memory || fail 'running out of memory'
no_ports || fail "ports are left: $(ports)"
unload
