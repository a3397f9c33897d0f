# SPDX-License-Identifier: BSD-2-Clause
# What `make install` puts where: the netmap programs, their library and headers, and the man pages.
PREFIX  ?= /usr/local
DESTDIR ?=

INSTALL_PROGRAMS := $(addprefix $(BUILD)/bin/,pkt-gen bridge lb vale-ctl bdgfnctl)
INSTALL_MAN      := $(addprefix docs/man/,pkt-gen.1 bridge.8 lb.8 vale-ctl.8 bdgfnctl.8 libnetmap.3)
INSTALL_ROOT      = $(DESTDIR)$(PREFIX)

.PHONY: install
install: $(INSTALL_PROGRAMS) $(BUILD)/lib/netmap.a ## programs, libnetmap, headers and man pages ## make install PREFIX=/usr DESTDIR=/tmp/package
	@install -d '$(INSTALL_ROOT)/bin' '$(INSTALL_ROOT)/lib/pkgconfig' '$(INSTALL_ROOT)/include/net'
	@install -m 755 $(INSTALL_PROGRAMS) '$(INSTALL_ROOT)/bin'
	@install -m 644 $(BUILD)/lib/netmap.a '$(INSTALL_ROOT)/lib/libnetmap.a'
	@install -m 644 kmod/include/libnetmap.h '$(INSTALL_ROOT)/include'
	@install -m 644 $(wildcard kmod/include/net/*.h) '$(INSTALL_ROOT)/include/net'
	@sed 's|@PREFIX@|$(PREFIX)|' gen/libnetmap/libnetmap.pc.in >'$(INSTALL_ROOT)/lib/pkgconfig/libnetmap.pc'
	@chmod 644 '$(INSTALL_ROOT)/lib/pkgconfig/libnetmap.pc'
	@$(foreach page,$(INSTALL_MAN),install -D -m 644 -t '$(INSTALL_ROOT)/share/man/man$(subst .,,$(suffix $(page)))' $(page) &&) true
	@echo "installed under $(INSTALL_ROOT)"
