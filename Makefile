# SPDX-License-Identifier: BSD-2-Clause
# The front door. `make` or `make help` names every target.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

include harness/make/rules.mk
-include kmod/include/module.mk kmod/user/module.mk kmod/ctl/module.mk gen/module.mk
-include harness/common/module.mk harness/agent/module.mk harness/platform/module.mk harness/runner/module.mk
-include harness/report/module.mk vm-images/linux/module.mk ci/module.mk

.PHONY: help programs suites
help: ## name every target
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-22s %s\n", $$1, $$2}' Makefile

programs: $(PROGRAMS)
suites: $(SUITES)
