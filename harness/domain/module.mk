# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call library,vbdomain,$(addprefix harness/domain/,client.c config.c console.c first_frame.c guests_line.c keeper.c keeper_address.c \
	life.c options.c patience.c xl.c),-Iharness/agent))
$(eval $(call program,vb-domain,$(addprefix harness/domain/,main.c verb_boot.c verb_run.c verb_start.c verb_stop.c),\
	vbdomain vbagent vbcommon,-static -ljansson))
$(eval $(call suite,domain,harness/domain/tests/domain_test.c,vbdomain vbagent vbcommon,-ljansson,-Iharness/domain -Iharness/agent))
$(eval $(call suite,keeper,harness/domain/tests/keeper_test.c,vbdomain vbagent vbcommon,-ljansson -lutil,\
	-Iharness/domain -Iharness/agent))
