# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

load
vb-guest-check mmap-rules mmap-unbacked || fail 'mmap'
no_ports || fail "ports are left: $(ports)"
unload
