# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call library,vbplatform,$(addprefix harness/platform/,guest_image.c host.c host_env.c host_tsc.c icount.c kvm_probe.c \
	link.c local.c native.c outside.c place.c relay.c \
	qemu.c qemu_args.c qemu_cards.c qemu_guest.c qemu_program.c qmp.c uml.c uml_cpus.c xen.c xen_host.c),-Iharness/platform -Iharness/agent))
$(eval $(call program,vb-run,harness/platform/tools/vb_run.c,vbplatform vbagent vbcommon,-ljansson,\
	-Iharness/platform -Iharness/agent))
$(eval $(call program,vb-relay,harness/platform/tools/vb_relay.c,vbplatform vbagent vbcommon,-ljansson,-Iharness/platform))
$(eval $(call program,vb-tsc,harness/platform/tools/vb_tsc.c,vbplatform,,-Iharness/platform))
$(eval $(call suite,host_tsc,harness/platform/tests/host_tsc_test.c,vbplatform,-lm,-Iharness/platform))
$(eval $(call suite,relay,harness/platform/tests/relay_test.c,vbplatform vbagent vbcommon,-ljansson -lpthread,-Iharness/platform))
$(eval $(call suite,qmp,harness/platform/tests/qmp_test.c,vbplatform vbagent vbcommon,-ljansson,-Iharness/platform))
$(eval $(call suite,kvm_probe,harness/platform/tests/kvm_probe_test.c,vbplatform vbagent vbcommon,-ljansson,\
	-Iharness/platform))
$(eval $(call program,vb-fault-tests,$(addprefix harness/platform/tests/,fault_rig.c fault_tests.c),\
	vbplatform vbagent vbcommon,-ljansson -lcunit,-Iharness/platform -Iharness/agent -Iharness/testing))
$(eval $(call suite,guest_image,harness/platform/tests/guest_image_test.c,vbplatform vbagent vbcommon,-ljansson,\
	-Iharness/platform))
$(eval $(call suite,uml_cpus,harness/platform/tests/uml_cpus_test.c,vbplatform vbagent vbcommon,-ljansson,\
	-Iharness/platform))
