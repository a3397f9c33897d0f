# SPDX-License-Identifier: BSD-2-Clause
# What xen-netback and xen-netfront do with rings and frames, as a library, and its tests; kmod/xen/build makes the module.
XEN_CORE_SRCS := $(addprefix kmod/xen/,state.c frontring.c packet.c copies.c filter.c offload.c from_guest.c to_guest.c share.c front_ring.c \
	backring.c to_backend.c from_backend.c)
XEN_INC	:= -I. -Ikmod/core -Ikmod/user -Ikmod/xen

$(eval $(call library,vif,$(XEN_CORE_SRCS),$(XEN_INC)))

# xen_test,SUITE: kmod/xen/tests/SUITE_test.c
define xen_test
$(call suite,xen_$(1),kmod/xen/tests/$(1)_test.c kmod/xen/tests/guest.c,vif nm_user,-lpthread,$(XEN_INC) -Ikmod/xen/tests)
endef
$(foreach t,hostile deliver offload share state front pair,$(eval $(call xen_test,$(t))))

# Guests by chance; and with clang guided by libFuzzer: build/fuzz/fuzz_guest -max_total_time=60
$(eval $(call suite,xen_chance,$(addprefix kmod/xen/tests/,chance_test.c fuzz.c guest.c),vif nm_user,-lpthread,\
	$(XEN_INC) -Ikmod/xen/tests))
XEN_FUZZ_SRCS := $(XEN_CORE_SRCS) $(addprefix kmod/xen/tests/,fuzz_libfuzzer.c fuzz.c guest.c) $(NM_CORE_SRCS) $(NM_USER_SRCS)
$(BUILD)/fuzz/fuzz_guest: $(XEN_FUZZ_SRCS) $(wildcard kmod/xen/*.h kmod/xen/tests/*.h kmod/core/*.h kmod/user/*.h)
	@mkdir -p $(@D)
	@clang $(CSTD) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
		$(INCLUDE) $(XEN_INC) -Ikmod/xen/tests -o $@ $(XEN_FUZZ_SRCS) -lpthread
