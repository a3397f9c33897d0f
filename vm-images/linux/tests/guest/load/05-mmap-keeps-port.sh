# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

load
vb-guest-check mmap-keeps-port mmap-in-child || fail 'a mapping does not keep its port'
unload
