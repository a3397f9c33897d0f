# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

# User Mode Linux runs no 32-bit programs beside those of 64 bits.
grep -q 'User Mode Linux' /proc/cpuinfo && compat='' || compat=ioctl-compat
load
vb-guest-check ioctl-unknown $compat unbound || fail 'system calls on an unbound descriptor'
no_ports || fail "an unbound descriptor left ports: $(ports)"
unload
