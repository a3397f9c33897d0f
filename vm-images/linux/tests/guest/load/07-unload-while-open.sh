# SPDX-License-Identifier: BSD-2-Clause
. /tests/lib.sh

load
exec 4<>/dev/netmap
refuses_unload 'a descriptor is open'
exec 4>&-
unload
