# SPDX-License-Identifier: BSD-2-Clause
CTL_SOURCES := $(addprefix kmod/ctl/,change.c config.c headers.c nic.c options.c show.c vale_ctl.c)

$(eval $(call library,vale_ctl,$(CTL_SOURCES),-I.))
$(eval $(call program,vale-ctl,kmod/ctl/main.c,vale_ctl netmap,-ljansson -static,-I.))
$(eval $(call library,bdgfn,kmod/ctl/bdgfn.c,-I.))
$(eval $(call library,bdgfnctl,$(addprefix kmod/ctl/,bdgfn_key.c bdgfn_options.c bdgfnctl.c),-I.))
$(eval $(call program,bdgfnctl,kmod/ctl/bdgfnctl_main.c,bdgfnctl bdgfn netmap,-static,-I.))
CTL_FAKE := kmod/ctl/tests/fake_dev.c

$(eval $(call suite,vale-ctl,kmod/ctl/tests/vale_ctl_test.c $(CTL_FAKE),vale_ctl netmap,-ljansson -pthread,-I.))
$(eval $(call suite,vale-ctl-inproc,kmod/ctl/tests/vale_ctl_inproc_test.c $(CTL_FAKE),\
	vale_ctl netmap nm_user,-ljansson -pthread,-I.))
$(eval $(call suite,vale-ctl-nic,kmod/ctl/tests/nic_test.c,vale_ctl,,-I.))
$(eval $(call suite,bdgfnctl,kmod/ctl/tests/bdgfnctl_test.c,bdgfnctl bdgfn netmap,-pthread,-I.))
