# SPDX-License-Identifier: BSD-2-Clause
MATRIX := choose config drivers figures lane grid reason resolve rows rows_sql source takeover work
MATRIX_LIBS := -lcyaml -lyaml -ljansson -lsqlite3 -lnettle -lm
MATRIX_FLAGS := -Iharness/runner -Iharness/platform

$(eval $(call library,vbmatrix,$(MATRIX:%=harness/matrix/%.c),$(MATRIX_FLAGS)))
$(eval $(call program,vb-matrix,harness/matrix/main.c harness/matrix/options.c,vbmatrix vbrunner vbcommon,\
	$(MATRIX_LIBS),$(MATRIX_FLAGS)))

$(BUILD)/obj/vbmatrix/harness/matrix/rows_sql.o: results/matrix.sql
$(BUILD)/san/obj/vbmatrix/harness/matrix/rows_sql.o: results/matrix.sql

matrix_suite = $(eval $(call suite,matrix_$(1),harness/matrix/tests/$(1)_test.c,vbmatrix vbrunner vbcommon,\
	$(MATRIX_LIBS),$(MATRIX_FLAGS) -Iharness/matrix))
$(call matrix_suite,choose)
$(call matrix_suite,grid)
$(call matrix_suite,work)
