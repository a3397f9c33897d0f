# SPDX-License-Identifier: BSD-2-Clause
# The switch as a library (nm_user), its calibration loop, and its tests.
NM_CORE_SRCS := $(addprefix kmod/core/, \
	params.c mem.c rest.c ring.c lease.c port.c ns.c bind.c offsets.c extmem.c file.c stats.c csb.c kloop.c \
	options.c ctrl.c ctrl_port.c ctrl_vale.c legacy.c \
	gate.c vale.c vale_port.c gather.c forward.c deliver.c exchange.c fill.c few.c handful.c oneway.c asking.c vnet.c segment.c checksum.c learn.c module.c lookup.c table.c \
	null_port.c pipe.c pipe_sync.c monitor.c watch.c)
NM_USER_SRCS := $(addprefix kmod/user/,os_mem.c os_task.c os_poll.c os_event.c os_pin.c os_ifnet.c nmdev_inproc.c)
NM_CORE_SRCS += $(addprefix kmod/core/,dev_port.c dev_sync.c dev_lookout.c forward_host.c attach.c attach_rest.c polling.c)
NM_USER_SRCS += $(addprefix kmod/user/,os_dev.c os_dev_native.c os_worker.c)
NM_USER_INC  := -I. -Ikmod/core -Ikmod/user

$(eval $(call library,nm_user,$(NM_CORE_SRCS) $(NM_USER_SRCS),$(NM_USER_INC)))
$(eval $(call program,vb-copyloop,kmod/user/copyloop.c,,,))

# test,NAME: a suite of kmod/user/tests/NAME.c over the switch in this process.
define nm_user_test
$(call suite,$(1),kmod/user/tests/$(1).c kmod/user/tests/support.c,nm_user,-lpthread,$(NM_USER_INC) -Ikmod/user/tests)
endef
$(foreach t,core_mem core_ring core_lease core_vale core_ports core_ctrl core_framing core_gate core_offsets core_exchange core_extmem core_asking core_few core_handful core_fill core_live core_stall core_stress \
	core_module core_exclusive core_pipe core_pipe_life core_pipe_size core_pipe_swap core_null core_monitor \
	core_monitor_zero core_watch \
	core_offsets_kinds core_device_monitor,$(eval $(call nm_user_test,$(t))))

# Suites with a helper of their own: SUITE HELPER.
define nm_user_helped_test
$(call suite,$(1),$(addprefix kmod/user/tests/,$(1).c $(2).c support.c),nm_user,-lpthread,$(NM_USER_INC) -Ikmod/user/tests)
endef
$(foreach t,core_csb core_kloop core_sync_flags,$(eval $(call nm_user_helped_test,$(t),csb_port)))
$(eval $(call nm_user_helped_test,core_vnet,vnet_frames))

$(foreach t,core_device core_device_native core_host_rings core_attach core_rest,$(eval $(call nm_user_test,$(t))))
$(foreach t,attack_alloc attack_life attack_options attack_rate attack_rings,$(eval $(call nm_user_test,$(t))))

# Arbitrary calls: always by chance, and with clang guided by libFuzzer (ci/fuzz builds that one).
NM_FUZZ_SRCS := $(addprefix kmod/user/fuzz/,fuzz_run.c fuzz_request.c fuzz_mutate.c)
$(eval $(call suite,fuzz_ioctl,$(NM_FUZZ_SRCS) kmod/user/fuzz/fuzz_main.c,nm_user,-lpthread,$(NM_USER_INC)))
NM_FUZZ_ALL := $(NM_CORE_SRCS) $(NM_USER_SRCS) $(NM_FUZZ_SRCS) kmod/user/fuzz/fuzz_libfuzzer.c
$(BUILD)/fuzz/fuzz_ioctl: $(NM_FUZZ_ALL) $(wildcard kmod/core/*.h kmod/user/*.h kmod/user/fuzz/*.h)
	@mkdir -p $(@D)
	@clang $(CSTD) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
		$(INCLUDE) $(NM_USER_INC) -o $@ $(NM_FUZZ_ALL) -lpthread
