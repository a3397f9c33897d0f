# SPDX-License-Identifier: BSD-2-Clause
# The lookup modules as part of the user-space host, and their tests.
VALE_MODULES := $(addprefix kmod/modules/,builtin.c demux.c ips.c learn.c macs.c mymodule.c)

$(eval $(call library,vale_modules,$(VALE_MODULES)))
