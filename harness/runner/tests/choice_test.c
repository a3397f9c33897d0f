/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "choice.h"
#include "suite.h"

/* What the fake platforms find when they are asked. */
static struct {
	bool qemu, kvm, uml, uml_cold;
} machine;

static int probe_qemu(const struct platform_config *cfg, struct platform_facts *facts,
		      struct vb_err *err)
{
	if (!machine.qemu)
		return vb_fail(err, VB_MISSING, "no qemu");
	snprintf(facts->accelerator, sizeof(facts->accelerator), machine.kvm ? "kvm" : "tcg");
	return 0;
}

static int probe_uml(const struct platform_config *cfg, struct platform_facts *facts,
		     struct vb_err *err)
{
	if (!machine.uml)
		return vb_fail(err, VB_NO_SPACE, "no room");
	snprintf(facts->accelerator, sizeof(facts->accelerator), "none");
	facts->cold = machine.uml_cold;
	return 0;
}

static int probe_native(const struct platform_config *cfg, struct platform_facts *facts,
			struct vb_err *err)
{
	return 0;
}

static const struct platform_ops qemu = {.name = "qemu", .probe = probe_qemu};
static const struct platform_ops uml = {.name = "uml", .probe = probe_uml};
static const struct platform_ops native = {.name = "native", .probe = probe_native};
static const struct platform_ops *const all[] = {&native, &qemu, &uml, NULL};

#define SWITCH (ON_NATIVE | ON_QEMU | ON_UML)

static const struct row {
	const char *scenario;
	unsigned platforms;
	bool qemu, kvm, uml, cold;
	const char *taken, *word;
} rows[] = {
	{"smoke", SWITCH, true, true, true, false, "qemu", "this machine can"},
	{"smoke", SWITCH, true, false, true, false, "uml", "qemu has no KVM"},
	{"smoke", SWITCH, true, false, true, true, "qemu", "uml has no kernel yet"},
	{"other", SWITCH, true, false, true, true, "uml", "qemu has no KVM"},
	{"other", SWITCH, true, false, false, false, "qemu", "uml cannot run (no room)"},
	{"other", ON_QEMU | ON_NATIVE, true, false, true, false, "qemu", "qemu has no KVM"},
	{"other", SWITCH, false, false, true, false, "uml", "qemu cannot run (no qemu)"},
	{"other", SWITCH, false, false, false, false, "native", "qemu cannot run (no qemu); uml"},
	{"other", ON_QEMU, false, false, true, false, NULL, ""},
};

static void auto_takes_the_best_that_is_there(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		const struct scenario sc = {.name = (char *)row->scenario,
					    .platforms = row->platforms};
		const struct platform_config cfg = {0};
		struct platform_facts facts = {0};
		const struct platform_ops *taken;
		struct vb_err err = {0};
		char why[600] = "";

		machine.qemu = row->qemu;
		machine.kvm = row->kvm;
		machine.uml = row->uml;
		machine.uml_cold = row->cold;
		taken = choice_of(all, &sc, "auto", &cfg, &facts, why, sizeof(why), &err);
		CU_ASSERT_EQUAL(!taken, !row->taken);
		if (taken && row->taken)
			CU_ASSERT_STRING_EQUAL(taken->name, row->taken);
		CU_ASSERT_PTR_NOT_NULL(strstr(why, row->word));
	}
}

static const struct suite_test tests[] = {
	{"auto takes the best that is there", auto_takes_the_best_that_is_there},
};

int main(int argc, char **argv)
{
	return suite_run("choice", tests, sizeof(tests) / sizeof(tests[0]), argc, argv);
}
