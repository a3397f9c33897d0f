# SPDX-License-Identifier: BSD-2-Clause
$(eval $(call library,vbcommon,$(addprefix harness/common/,excerpt.c jsonl.c lines.c process.c utf8.c yardstick.c)))
$(eval $(call suite,jsonl,harness/common/tests/jsonl_test.c,vbcommon,-ljansson))
$(eval $(call suite,process,harness/common/tests/process_test.c,vbcommon,-ljansson))
