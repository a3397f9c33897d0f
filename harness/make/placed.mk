# SPDX-License-Identifier: BSD-2-Clause
# Programs whose timings must not go by one order of their parts are linked in several, as build/bin/FOLDER/placed/NAME-K
# (gen/loop/placed.h). After all module.mk, which say of what a program is made.
PLACEMENTS := $(shell seq 16)

# placement,NAME,K: the order goes by K alone, so that two builds of one source are the same.
define placement
PROGRAMS += $(BUILD)/bin/$(dir $(1))placed/$(notdir $(1))-$(2)
$(BUILD)/bin/$(dir $(1))placed/$(notdir $(1))-$(2): $(PARTS_$(1))
	@mkdir -p $$(@D)
	@echo "  LD      $$@"
	@$$(CC) $$(CFLAGS) -o $$@ $$$$(yes $(2) | shuf --random-source=/dev/stdin -e $$^) $(LDLIBS_$(1)) $$(LDFLAGS)
endef

$(foreach p,$(PLACED),$(foreach k,$(PLACEMENTS),$(eval $(call placement,$(p),$(k)))))
