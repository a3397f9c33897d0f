# SPDX-License-Identifier: BSD-2-Clause
RUNNER := alloc baton bisect busy calibration cards choice collection command confirm counters cpu_times disk disturbance doctor fitness \
	  fitness_host gate hunt identity instance interrupt loss_place losses machine_class measure median memory pair \
	  pair_values params pass paths plan program progress provenance quest record report results \
	  results_outcomes results_words run run_collection run_fitness run_place run_point run_scaling run_search \
	  run_trial run_turn scaling scenario scenario_check scenario_metrics scenario_schema \
	  scenario_search scenario_shape search search_class session sprt store store_migrate store_schema store_sql \
	  store_trial summary sweep template tree trial usage yaml_lines \
	  yaml_text
RUNNER_LIBS := -lcyaml -lyaml -ljansson -lsqlite3 -lnettle -lm

$(eval $(call library,vbrunner,$(RUNNER:%=harness/runner/%.c),-Iharness/platform))
$(eval $(call program,valebench,$(addprefix harness/runner/,main.c platforms.c verb_bisect.c verb_compare.c verb_exchange.c verb_gate.c verb_results.c verb_run.c \
	verb_scenarios.c),vbrunner vbplatform vbagent vbcommon,$(RUNNER_LIBS),-Iharness/platform))

# The tables are part of the program, so it must follow them.
$(BUILD)/obj/vbrunner/harness/runner/store_schema.o: results/schema.sql $(wildcard results/migrations/*.sql)
$(BUILD)/san/obj/vbrunner/harness/runner/store_schema.o: results/schema.sql $(wildcard results/migrations/*.sql)

RUNNER_FAKE := harness/runner/tests/fake_platform.c
runner_suite = $(eval $(call suite,runner_$(1),harness/runner/tests/$(1)_test.c $(2),vbrunner vbcommon,$(RUNNER_LIBS),\
	-Iharness/platform -Iharness/runner))
$(call runner_suite,trial,$(RUNNER_FAKE))
$(call runner_suite,scenario)
$(call runner_suite,search)
$(call runner_suite,scaling)
$(call runner_suite,fitness)
$(call runner_suite,cards)
$(call runner_suite,disturbance)
$(call runner_suite,choice)
$(call runner_suite,baton)
$(call runner_suite,busy)
$(call runner_suite,gate)
$(call runner_suite,collection)
$(call runner_suite,hunt)
$(call runner_suite,sprt)
$(call runner_suite,sweep)
$(call runner_suite,template)
$(call runner_suite,provenance)
$(call runner_suite,store)
$(call runner_suite,store_size)
$(call runner_suite,store_migrate)
$(call runner_suite,run,$(RUNNER_FAKE))
$(call runner_suite,run_search,$(RUNNER_FAKE))
$(call runner_suite,crash,$(RUNNER_FAKE))

$(BUILD)/san/obj/suite-runner_store_migrate/harness/runner/tests/store_migrate_test.o: harness/runner/tests/store_v1.sql
