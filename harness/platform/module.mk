# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call library,vbplatform,$(addprefix harness/platform/,guest_image.c kvm_probe.c link.c native.c place.c qemu.c \
	qemu_args.c qmp.c),-Iharness/platform -Iharness/agent))
$(eval $(call program,vb-run,harness/platform/tools/vb_run.c,vbplatform vbagent vbcommon,-ljansson,\
	-Iharness/platform -Iharness/agent))
