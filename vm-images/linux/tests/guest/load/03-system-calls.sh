# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

load
vb-guest-check ioctl-unknown ioctl-compat unbound || fail 'system calls on an unbound descriptor'
no_ports || fail "an unbound descriptor left ports: $(ports)"
unload
