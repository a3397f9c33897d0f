# SPDX-License-Identifier: BSD-2-Clause
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
