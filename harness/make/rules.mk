# SPDX-License-Identifier: BSD-2-Clause
# How user-space parts are built. Each folder has a module.mk that calls these three; nothing else compiles.
#
#   $(eval $(call library,NAME,SOURCES,CPPFLAGS))          build/lib/NAME.a, and build/san/lib/NAME.a for tests
#   $(eval $(call program,NAME,SOURCES,LIBRARIES,LDLIBS,CPPFLAGS))  build/bin/NAME
#   $(eval $(call suite,NAME,SOURCES,LIBRARIES,LDLIBS,CPPFLAGS))    build/tests/NAME, with ASan and UBSan
#
# SOURCES are paths from the top. LIBRARIES are names given to `library`, in link order.

CC       ?= gcc
BUILD    := build
WARN     := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter
CFLAGS   ?= -O2 -g
# Loops of a few ns go by how their code lies in the lines of the cache; a change elsewhere must not move it (docs/methodology.md).
ALIGNED  := -falign-functions=64 -falign-loops=64
CSTD     := -std=gnu11
INCLUDE  := -Ikmod/include -Iharness/common -D_GNU_SOURCE
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

# Programs that are linked in other orders as well (placed.mk).
PLACED   :=
PROGRAMS :=
SUITES   :=

# compile,OBJDIR,SOURCE,FLAGS
define compile
$(1)/$(2:.c=.o): $(2) harness/make/rules.mk
	@mkdir -p $$(@D)
	@echo "  CC      $$@"
	@$$(CC) $$(CSTD) $$(CFLAGS) $$(ALIGNED) $$(WARN) $$(INCLUDE) $(3) -MMD -MP -c -o $$@ $$<
-include $(1)/$(2:.c=.d)
endef

# archive,FILE,OBJDIR,SOURCES,FLAGS
define archive
$(foreach s,$(3),$(eval $(call compile,$(2),$(s),$(4))))
$(1): $(addprefix $(2)/,$(3:.c=.o))
	@mkdir -p $$(@D)
	@echo "  AR      $$@"
	@rm -f $$@ && $$(AR) rcs $$@ $$^
endef

define library
OBJECTS_$(1) := $(addprefix $(BUILD)/obj/$(1)/,$(2:.c=.o))
$(call archive,$(BUILD)/lib/$(1).a,$(BUILD)/obj/$(1),$(2),$(3))
$(call archive,$(BUILD)/san/lib/$(1).a,$(BUILD)/san/obj/$(1),$(2),$(3) $(SANITIZE))
endef

define program
$(foreach s,$(2),$(eval $(call compile,$(BUILD)/obj/bin-$(1),$(s),$(5))))
PROGRAMS += $(BUILD)/bin/$(1)
$(BUILD)/bin/$(1): $(addprefix $(BUILD)/obj/bin-$(1)/,$(2:.c=.o)) $(3:%=$(BUILD)/lib/%.a)
	@mkdir -p $$(@D)
	@echo "  LD      $$@"
	@$$(CC) $$(CFLAGS) -o $$@ $$^ $(4) $$(LDFLAGS)
PARTS_$(1) = $(addprefix $(BUILD)/obj/bin-$(1)/,$(2:.c=.o)) $(foreach l,$(3),$$(OBJECTS_$(l)))
LDLIBS_$(1) := $(4)
endef

define suite
$(foreach s,$(2),$(eval $(call compile,$(BUILD)/san/obj/suite-$(1),$(s),$(5) $(SANITIZE) -Iharness/testing)))
SUITES += $(BUILD)/tests/$(1)
$(BUILD)/tests/$(1): $(addprefix $(BUILD)/san/obj/suite-$(1)/,$(2:.c=.o)) $(3:%=$(BUILD)/san/lib/%.a)
	@mkdir -p $$(@D)
	@echo "  LD      $$@"
	@$$(CC) $$(CFLAGS) $(SANITIZE) -o $$@ $$^ $(4) -lcunit $$(LDFLAGS)
endef
