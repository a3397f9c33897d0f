# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

load
vb-guest-check wake-poll wake-select wake-epoll || fail 'sleepers are not woken'
unload
