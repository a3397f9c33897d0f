# SPDX-License-Identifier: BSD-2-Clause
# The lookup modules as part of the user-space host, and their tests.
VALE_MODULES := $(addprefix kmod/modules/,builtin.c demux.c ips.c learn.c macs.c mymodule.c)

$(eval $(call library,vale_modules,$(VALE_MODULES)))

MODULES_INC := -I. -Ikmod/core -Ikmod/user -Ikmod/modules
$(eval $(call suite,modules_logic,kmod/modules/tests/modules_test.c,vale_modules nm_user,-lpthread,$(MODULES_INC)))
$(eval $(call suite,modules_tables,kmod/modules/tests/tables_test.c,nm_user,-lpthread,$(MODULES_INC)))
$(eval $(call suite,modules_switch,kmod/modules/tests/switch_test.c kmod/user/tests/support.c,\
	vale_modules bdgfn netmap nm_user,-lpthread,$(MODULES_INC) -Ikmod/user/tests))
$(eval $(call suite,modules_storm,kmod/modules/tests/storm_test.c kmod/user/tests/support.c,\
	vale_modules nm_user,-lpthread,$(MODULES_INC) -Ikmod/user/tests))
