# SPDX-License-Identifier: BSD-2-Clause
# vbagent: what runner and agents share; vbserve: what only agents do.
$(eval $(call library,vbagent,$(addprefix harness/agent/,klog.c protocol.c)))
$(eval $(call library,vbserve,$(addprefix harness/agent/,kmsg.c program.c session.c thread_program.c)))
$(eval $(call program,vb-agent,$(addprefix harness/agent/,boot.c guest.c port.c script.c),vbserve vbagent vbcommon,-static -ljansson))
$(eval $(call program,vb-wire,$(addprefix harness/agent/,port.c wire.c wire_call.c),vbagent vbcommon,-static -ljansson))
$(eval $(call program,vb-agent-host,harness/agent/host.c,vbserve vbagent vbcommon,-ljansson))
$(eval $(call program,vb-agent-native,harness/agent/native.c,vbserve vbagent vbcommon pktgen bridge lb gen_app vale_ctl netmap \
	bdgfnctl bdgfn vale_modules nm_user,\
	-ljansson -lpcap -lm -lpthread,-I.))
$(eval $(call suite,agent_protocol,harness/agent/tests/protocol_test.c,vbagent vbcommon,-ljansson,-Iharness/agent))
$(eval $(call suite,agent_session,harness/agent/tests/session_test.c,vbserve vbagent vbcommon,-ljansson -lpthread,-Iharness/agent))
$(eval $(call suite,wire_call,harness/agent/tests/wire_call_test.c harness/agent/wire_call.c,vbagent vbcommon,-ljansson,-Iharness/agent))
$(eval $(call suite,klog,harness/agent/tests/klog_test.c,vbserve vbagent vbcommon,-ljansson,-Iharness/agent))
