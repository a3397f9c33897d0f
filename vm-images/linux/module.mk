# SPDX-License-Identifier: BSD-2-Clause
# What the guest tests run inside the guest, beside the programs that every guest has.
$(eval $(call program,vb-guest-check,$(addprefix vm-images/linux/tests/,check.c checks.c no_memory.c fail_nth.c short_lives.c storm.c lives.c vport.c ring_size.c one_sync.c sleepers.c carrier.c)))
