# SPDX-License-Identifier: BSD-2-Clause
comma := ,

ABI_LAYOUT := kmod/include/tests/abi_layout.c
ABI_DIALECTS := $(addprefix $(BUILD)/obj/abi/,c99.o c17.o cxx17.o)

$(eval $(call suite,abi-names,kmod/include/tests/names_test.c $(ABI_LAYOUT)))
$(eval $(call suite,abi-rings,kmod/include/tests/rings_test.c))

# The layout file makes no code, so linking these only makes sure that every dialect was compiled.
$(BUILD)/tests/abi-names: $(ABI_DIALECTS)

$(ABI_DIALECTS): $(ABI_LAYOUT) $(wildcard kmod/include/net/*.h)
	@mkdir -p $(@D)
	@echo "  ABI     $@"
	@$(CC) -x $(if $(findstring cxx,$@),c++ -std=c++17,c -std=$(basename $(@F)) -Wpedantic) \
		-Wall -Wextra -Werror -Ikmod/include -c -o $@ $<

SELFTEST := $(addprefix kmod/include/tests/selftest,.c _port.c _register.c _info.c _newif.c \
	_legacy.c _misuse.c _options.c _traffic.c _rings.c _poll.c _life.c \
	_pipe.c _null.c _monitor.c _offsets.c _csb.c _kloop.c _extmem.c _pages.c _device.c _vnet.c _libnetmap.c _report.c _features.c)
SELFTEST += $(addprefix kmod/include/tests/statements_,option.c port.c abi.c ring.c vale.c)
SELFTEST_INPROC := $(SELFTEST) $(addprefix kmod/include/tests/selftest_,inproc.c device_inproc.c)
SELFTEST_WRAP := $(addprefix -Wl$(comma)--wrap=,open close ioctl mmap munmap poll) -pthread

# The same tests twice: over the kernel's device in a guest, and over the switch in this process.
$(eval $(call program,nm-selftest,$(SELFTEST) kmod/include/tests/selftest_tap.c,netmap,-static -pthread))
$(eval $(call suite,selftest-inproc,$(SELFTEST_INPROC),netmap nm_user,$(SELFTEST_WRAP),\
	-I. -DSELFTEST_INPROC))
