# SPDX-License-Identifier: BSD-2-Clause
# A network frontend that does what no driver would; it runs in guests of Xen, for vm-images/xen/tests/hostile.
$(eval $(call program,vb-frontend,$(addprefix harness/frontend/,main.c attack.c attacks_alone.c attacks_shared.c attacks_standard.c \
	channel.c frontend.c grants.c shared.c standard.c store.c),,-static -lpthread,-Ikmod/core -Ikmod/user -Ikmod/xen))
