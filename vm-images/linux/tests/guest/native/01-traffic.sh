# SPDX-License-Identifier: BSD-2-Clause
# Frames cross the wire in both directions while the driver moves the slots, and as many as were sent.
. /tests/lib.sh
. /tests/native.sh

begin admode=1
exchange 1000 "$left" "$right"
exchange 1000 "$right" "$left"
end
