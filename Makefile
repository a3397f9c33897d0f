# SPDX-License-Identifier: BSD-2-Clause
# The front door. `make` names every target; everything else is said in README.md.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

include harness/make/rules.mk
include $(wildcard kmod/*/module.mk gen/module.mk harness/*/module.mk vm-images/*/module.mk)
include harness/make/placed.mk
include harness/make/install.mk

# What `make bench` passes on; each is empty unless given on the command line.
SCENARIO ?=
PLATFORM ?=
ACCEL    ?=
KERNEL   ?=
SET      ?=
TRIALS   ?=
DURATION ?=
RUN      ?=
A        ?=
B        ?= .
GOOD     ?=
BAD      ?= HEAD
POINT    ?=
LANE     ?=
DRIVER   ?=
ITEM     ?=
INTO     ?=

# option,NAME,VALUE: --NAME 'VALUE', or nothing when VALUE is empty
quote  = '$(subst ','\'',$(1))'
option = $(if $(strip $(2)),--$(1) $(call quote,$(2)))
JOBS  := $(shell nproc 2>/dev/null || echo 1)

.PHONY: help deps all programs suites test conformance drivers kernels matrix validate fuzz storm debug-test wire bench growth compare bisect regress baseline gate-proof list report trend doctor clean distclean

help: ## every target on one line ## make help
	@awk -F ' *## *' '/^[a-z-]+:.*##/ { split($$1, t, ":"); printf "%-10s %-58s %s\n", t[1], $$2, $$3 }' Makefile harness/make/install.mk

deps: ## install the Debian packages that are missing ## make deps
	@ci/install-packages

all: deps ## build everything that runs on this host ## make all
	@$(MAKE) --no-print-directory -j$(JOBS) programs

programs: $(PROGRAMS)
suites: $(SUITES)

test: deps ## run all tests; the last line counts them ## make test
	@$(MAKE) --no-print-directory -j$(JOBS) programs suites
	@ci/run-tests

conformance: all ## every statement of docs/abi.md against netmap.ko in a guest ## make conformance KERNEL=6.1 (or PLATFORM=uml)
	@ci/conformance $(call option,platform,$(PLATFORM)) $(call option,kernel,$(KERNEL))

drivers: deps ## drivers that move netmap's slots themselves, for a kernel ## make drivers KERNEL=6.1 DRIVER=e1000
	@kmod/drivers/build $(call option,kernel,$(KERNEL)) $(DRIVER)

kernels: all ## what the kernels of the matrix are today, by suite ## make kernels
	@build/bin/vb-matrix --kernels $(call option,kernel,$(KERNEL))

matrix: all ## switch and drivers on every kernel, an item a cell ## make matrix KERNEL=6.12,7.3 DRIVER=e1000 ITEM="nic,native*"
	@build/bin/vb-matrix $(call option,kernel,$(KERNEL)) $(call option,driver,$(DRIVER)) $(call option,item,$(ITEM)) $(if $(AGAIN),--again)

validate: all ## the same on one kernel of your own ## make validate KERNEL=/lib/modules/6.1.0-53-amd64 DRIVER=e1000 SOURCE=/usr/src/linux-source-6.1
	$(if $(strip $(KERNEL)),,@echo 'make validate: no kernel given; name a package, a build tree or VMLINUZ,BUILD-TREE, as in: make validate KERNEL=/lib/modules/6.1.0-53-amd64' >&2; exit 2)
	@build/bin/vb-matrix $(if $(AGAIN),,--fresh) $(call option,kernel,$(KERNEL)) $(call option,source,$(SOURCE)) $(call option,driver,$(DRIVER)) $(call option,item,$(ITEM))

fuzz: all suites ## arbitrary calls against the switch in a process ## make fuzz MINUTES=30
	@ci/fuzz $(call quote,$(or $(strip $(MINUTES)),10))

storm: all ## tasks killed with -9 in a guest, at random and for long ## make storm MINUTES=10 KERNEL=6.1
	@ci/storm $(call quote,$(or $(strip $(MINUTES)),10)) $(call option,kernel,$(KERNEL))

debug-test: all ## netmap.ko in kernels that watch themselves; builds them ## make debug-test LANE=uml
	@vm-images/debug/test $(call option,lane,$(LANE))

wire: all ## network cards under traffic for long, watchdogs at work ## make wire MINUTES=10 DRIVER=e1000
	@ci/wire $(call quote,$(or $(strip $(MINUTES)),10)) $(call quote,$(strip $(DRIVER)))

bench: all ## run a scenario, store every trial, draw its graphs ## make bench SCENARIO=smoke PLATFORM=native SET="frame_bytes=60,1514"
	$(if $(strip $(SCENARIO)),,@echo 'make bench: no scenario given; name one, as in: make bench SCENARIO=smoke (make list shows all)' >&2; exit 2)
	@build/bin/valebench run $(call quote,$(SCENARIO)) $(call option,platform,$(PLATFORM)) \
		$(call option,accel,$(ACCEL)) $(call option,kernel,$(KERNEL)) $(call option,set,$(SET)) \
		$(call option,trials,$(TRIALS)) $(call option,duration,$(DURATION)) $(nic_options)

# Network cards of this machine, for PLATFORM=host.
nic_options = $(foreach nic,$(NIC),$(call option,nic,$(nic))) \
	$(if $(filter yes,$(I_KNOW_THIS_TAKES_THE_NIC)),--i-know-this-takes-the-nic)

# What runs of a scenario are told by these variables.
run_options = $(call option,platform,$(PLATFORM)) $(call option,accel,$(ACCEL)) $(call option,kernel,$(KERNEL)) \
	$(call option,set,$(SET)) $(call option,duration,$(DURATION))

growth: all ## how a packet's cost grows; takes minutes ## make growth (or INTO=docs/performance.md)
	@build/bin/valebench run growth $(call option,trials,$(TRIALS)) $(call option,duration,$(DURATION)) >&2
	@harness/report/valebench-report collection scenarios/collections/growth.yaml $(or $(call option,into,$(INTO)),--markdown)

compare: all ## measure two commits in turn; B is this tree unless told ## make compare A=HEAD~1 PLATFORM=native (by gate-loop unless SCENARIO is given)
	$(if $(strip $(A)),,@echo 'make compare: no commit given to compare with; name one, as in: make compare A=HEAD' >&2; exit 2)
	@build/bin/valebench compare $(call quote,$(A)) $(call quote,$(B)) $(if $(strip $(SCENARIO)),$(call quote,$(SCENARIO))) \
		$(run_options) $(call option,trials,$(TRIALS))

bisect: all ## find the commit that changed one point ## make bisect GOOD=v1 SCENARIO=instructions POINT=case=unicast-508
	@build/bin/valebench bisect $(call quote,$(GOOD)) $(call quote,$(BAD)) $(call quote,$(SCENARIO)) $(call quote,$(POINT)) \
		$(run_options)

regress: all ## hold this tree against the committed baselines (CI: valebench regress) ## make regress LANE=counted
	@build/bin/valebench regress $(call option,lane,$(LANE)) || { status=$$?; \
	echo "make regress: that was status $$status of build/bin/valebench regress (1 worse, 3 cannot tell); make turns it into 2"; \
	exit $$status; }

baseline: all ## make this tree the baseline of this class of machines ## make baseline LANE=counted
	@build/bin/valebench baseline $(call option,lane,$(LANE))

gate-proof: all ## is the timed gate to be believed here? Wants a quiet machine ## make gate-proof TIMES=1 PLATFORM=native
	@ci/gate-proof $(call quote,$(or $(strip $(TIMES)),3)) $(if $(strip $(PLATFORM)),$(call quote,$(PLATFORM)))

list: all ## name the scenarios ## make list
	@build/bin/valebench list

report: all ## draw the table, graphs and page of a run again ## make report RUN=NAME (default: the last run)
	@build/bin/valebench report $(call quote,$(or $(strip $(RUN)),--last))
	@harness/report/valebench-report trend --quiet

trend: all ## how every stored series went, where it changed; a dashboard ## make trend SCENARIO=vale-p2p
	@build/bin/valebench trend $(call option,scenario,$(SCENARIO))

doctor: all ## what this machine can and cannot run, and why ## make doctor
	@build/bin/valebench doctor

clean: ## remove what was built; downloads and results stay ## make clean
	rm -rf build

distclean: clean ## remove downloads and results as well ## make distclean
	rm -rf cache results/runs results/trend results/collections results/matrix results/store.sqlite results/store.sqlite-wal results/store.sqlite-shm
