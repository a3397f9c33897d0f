# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call library,vbagent,$(addprefix harness/agent/,klog.c kmsg.c program.c protocol.c session.c thread_program.c)))
$(eval $(call program,vb-agent,$(addprefix harness/agent/,boot.c guest.c port.c script.c),vbagent vbcommon,-static -ljansson))
$(eval $(call program,vb-agent-native,harness/agent/native.c,vbagent vbcommon pktgen vale_ctl nm_user,\
	-ljansson -lpcap -lm -lpthread,-I.))
$(eval $(call suite,agent_protocol,harness/agent/tests/protocol_test.c,vbagent vbcommon,-ljansson,-Iharness/agent))
$(eval $(call suite,agent_session,harness/agent/tests/session_test.c,vbagent vbcommon,-ljansson -lpthread,-Iharness/agent))
$(eval $(call suite,klog,harness/agent/tests/klog_test.c,vbagent vbcommon,-ljansson,-Iharness/agent))
