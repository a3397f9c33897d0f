# SPDX-License-Identifier: BSD-2-Clause
# What `make install` puts where: the netmap programs, their library and headers, and the man pages.
PREFIX  ?= /usr/local
DESTDIR ?=

INSTALL_PROGRAMS := $(addprefix $(BUILD)/bin/,pkt-gen bridge lb vale-ctl bdgfnctl)
INSTALL_MAN      := $(addprefix docs/man/,pkt-gen.1 bridge.8 lb.8 vale-ctl.8 bdgfnctl.8 libnetmap.3 libbdgfn.3)
INSTALL_LIBS     := netmap bdgfn
INSTALL_PC       := gen/libnetmap/libnetmap.pc.in kmod/ctl/libbdgfn.pc.in
INSTALL_ROOT      = $(DESTDIR)$(PREFIX)

.PHONY: install
install: $(INSTALL_PROGRAMS) $(INSTALL_LIBS:%=$(BUILD)/lib/%.a) ## programs, libraries, headers and man pages ## make install PREFIX=/usr DESTDIR=/tmp/package
	@install -d '$(INSTALL_ROOT)/bin' '$(INSTALL_ROOT)/lib/pkgconfig' '$(INSTALL_ROOT)/include/net'
	@install -m 755 $(INSTALL_PROGRAMS) '$(INSTALL_ROOT)/bin'
	@$(foreach lib,$(INSTALL_LIBS),install -m 644 $(BUILD)/lib/$(lib).a '$(INSTALL_ROOT)/lib/lib$(lib).a' &&) true
	@install -m 644 $(INSTALL_LIBS:%=kmod/include/lib%.h) '$(INSTALL_ROOT)/include'
	@install -m 644 $(wildcard kmod/include/net/*.h) '$(INSTALL_ROOT)/include/net'
	@$(foreach pc,$(INSTALL_PC),sed 's|@PREFIX@|$(PREFIX)|' $(pc) >'$(INSTALL_ROOT)/lib/pkgconfig/$(basename $(notdir $(pc)))' &&) true
	@chmod 644 '$(INSTALL_ROOT)/lib/pkgconfig/'lib*.pc
	@$(foreach page,$(INSTALL_MAN),install -D -m 644 -t '$(INSTALL_ROOT)/share/man/man$(subst .,,$(suffix $(page)))' $(page) &&) true
	@echo "installed under $(INSTALL_ROOT)"
