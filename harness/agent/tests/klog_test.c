/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The watcher against logs: those of 6.1 and 6.12, and three of 5.10, were printed by crashed
 * guests, the others follow their kernels' formats.
 */
#include <string.h>

#include "klog.h"
#include "kmsg.h"
#include "suite.h"

#define LOGS	    "harness/agent/tests/logs/"
#define MAX_REPORTS 8

/* Reads a log a millisecond a line and collects its reports. Returns how many there were. */
static size_t watch(const char *name, struct klog_report *reports)
{
	static struct klog k;
	char path[256], line[1024];
	uint64_t now = 1000;
	size_t n = 0;
	FILE *f;

	snprintf(path, sizeof(path), LOGS "%s", name);
	f = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	klog_init(&k);
	while (n < MAX_REPORTS && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		n += klog_line(&k, line, now++, &reports[n]);
	}
	if (n < MAX_REPORTS)
		n += klog_settle(&k, now + KLOG_SETTLE_MS, false, &reports[n]);
	fclose(f);
	return n;
}

static const struct {
	const char *log;
	const char *kinds; /* of its reports, in order */
	const char *words; /* that the first excerpt must hold */
} crashes[] = {
	{"warning-5.10.log", "warning", "vbfault warns 7"},
	{"warning-6.1.log", "warning", "vbfault warns 7"},
	{"warning-6.12.log", "warning", "RIP: 0010:f_init"},
	{"warning-7.2.log", "warning", "region_put"},
	{"refcount-6.1.log", "warning", "refcount_t: decrement hit 0; leaking memory."},
	{"page-allocation-6.1.log", "warning", "order:10"},
	{"bug-6.1.log", "bug", "invalid opcode: 0000 [#1]"},
	{"bug-6.12.log", "bug", "Oops: invalid opcode: 0000 [#1]"},
	{"bad-page-6.1.log", "bug", "PAGE_FLAGS_CHECK_AT_FREE"},
	{"kasan-6.12.log", "bug", "Freed by task 521"},
	{"ubsan-6.12.log", "bug", "index 16 is out of range"},
	{"ubsan-5.10.log", "bug", "shift exponent"},
	{"slab-5.10.log", "bug", "Objects remaining"},
	{"atomic-6.1.log", "bug", "__schedule_bug"},
	{"oops-null-5.10.log", "oops", "Oops: 0002 [#1]"},
	{"oops-null-6.1.log", "oops", "Oops: 0002 [#1]"},
	{"oops-null-6.12.log", "oops", "Oops: 0002 [#1]"},
	{"oops-page-6.1.log", "oops", "BUG: unable to handle page fault"},
	{"oops-gpf-6.1.log", "oops", "non-canonical address"},
	{"oops-gpf-6.12.log", "oops", "non-canonical address"},
	{"panic-sysrq-6.1.log", "panic", "sysrq_handle_crash"},
	{"panic-6.12.log", "panic", "vbfault panics"},
	{"hung-task-6.1.log", "hung_task", "state:D"},
	{"hung-task-7.2.log", "hung_task", "rmmod"},
	{"rcu-stall-6.1.log", "rcu_stall", "self-detected stall"},
	{"rcu-stall-6.12.log", "rcu_stall", "NMI backtrace for cpu 1"},
	{"rcu-expedited-6.1.log", "rcu_stall", "expedited"},
	{"soft-lockup-5.10.log", "soft_lockup", "port_drain"},
	{"soft-lockup-6.12.log", "soft_lockup", "insmod:140"},
	{"hard-lockup-5.10.log", "hard_lockup", "native_queued_spin_lock_slowpath"},
	{"hard-lockup-7.2.log", "hard_lockup", "CPU1"},
	{"oom-6.1.log", "oom", "Out of memory: Killed process"},
	{"lockdep-6.6.log", "lockdep", "*** DEADLOCK ***"},
	{"suspicious-rcu-5.10.log", "lockdep", "kmod/core/vale.c:118"},
	{"invalid-wait-context-6.12.log", "lockdep", "zone->lock"},
	{"leaks.log", "leak leak leak", "netmap: leak: 3 objects"},
	{"boot-5.10.log", "", NULL},
	{"boot-6.1.log", "", NULL},
	{"boot-6.12.log", "", NULL},
};

static void every_log_is_judged_right(void)
{
	static struct klog_report reports[MAX_REPORTS];

	for (size_t i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++) {
		size_t n = watch(crashes[i].log, reports);
		char kinds[256] = "";

		for (size_t j = 0; j < n; j++) {
			strcat(kinds, j ? " " : "");
			strcat(kinds, klog_kind_name(reports[j].kind));
		}
		if (strcmp(kinds, crashes[i].kinds) != 0)
			printf("\n  %s: reported '%s'\n", crashes[i].log, kinds);
		CU_ASSERT_STRING_EQUAL(kinds, crashes[i].kinds);
		if (n && !strstr(reports[0].text, crashes[i].words))
			printf("\n  %s: no '%s' in:\n%s\n", crashes[i].log, crashes[i].words,
			       reports[0].text);
		CU_ASSERT(!n || strstr(reports[0].text, crashes[i].words));
	}
}

/* Lines of healthy machines that look like trouble. */
static void ordinary_lines_raise_no_alarm(void)
{
	static const char *const lines[] = {
		"clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable "
		"because the skew is too large:",
		"Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on, data leaks "
		"possible via Spectre v2 BHB attacks!",
		"traps: a.out[311] general protection fault ip:401136 sp:7ffd0 error:0 in "
		"a.out[401000+1000]",
		"a.out[312]: segfault at 0 ip 0000000000401136 sp 00007ffd error 4 in a.out",
		"sched: RT throttling activated",
		"perf: interrupt took too long (2510 > 2500), lowering "
		"kernel.perf_event_max_sample_rate to 79500",
		"workqueue: vmstat_update hogged CPU for >10000us 4 times, consider switching to "
		"WQ_UNBOUND",
		"INFO: NMI handler (nmi_cpu_backtrace_handler) took too long to run: 31.978 msecs",
		"ACPI BIOS Error (bug): Could not resolve symbol [\\_SB.PCI0], AE_NOT_FOUND",
		"netmap: loaded, 0 leaks of memory so far",
		"systemd[1]: Started oom-killer watcher",
		"random: crng init done",
		"debug: the text [#1] alone is nothing",
		"Kernel panic is what we do not do",
		"",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (klog_classify(lines[i]) != KLOG_NONE)
			printf("\n  alarm: %s\n", lines[i]);
		CU_ASSERT_EQUAL(klog_classify(lines[i]), KLOG_NONE);
	}
}

static void time_stamps_do_not_matter(void)
{
	static const char *const lines[] = {
		"watchdog: BUG: soft lockup - CPU#1 stuck for 21s! [insmod:140]",
		"[   56.593374] watchdog: BUG: soft lockup - CPU#1 stuck for 21s! [insmod:140]",
		"[   56.593374][  T140] watchdog: BUG: soft lockup - CPU#1 stuck for 21s! "
		"[insmod:140]",
		"[12345.000001][    C1] watchdog: BUG: soft lockup - CPU#1 stuck for 21s! "
		"[insmod:140]",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		CU_ASSERT_EQUAL(klog_classify(lines[i]), KLOG_SOFT_LOCKUP);
	CU_ASSERT_EQUAL(klog_classify("[    1.000000] Kernel panic - not syncing: x"), KLOG_PANIC);
	CU_ASSERT_EQUAL(klog_classify("(XEN) Panic on CPU 0:"), KLOG_PANIC);
	CU_ASSERT_EQUAL(klog_classify("(XEN) Hardware Dom0 crashed: rebooting machine in 5 seconds."),
			KLOG_PANIC);
	CU_ASSERT_EQUAL(klog_classify("(XEN) Xen BUG at common/event.c:100"), KLOG_BUG);
	CU_ASSERT_EQUAL(klog_classify("(XEN) Xen WARN at common/event.c:100"), KLOG_WARNING);
	CU_ASSERT_EQUAL(klog_classify("(XEN) Entering ACPI S5 state."), KLOG_NONE);
}

static void two_reports_in_a_row_are_two(void)
{
	static struct klog_report r;
	static struct klog k;

	klog_init(&k);
	CU_ASSERT_FALSE(klog_line(&k, "BUG: scheduling while atomic: a/1/0x2", 1, &r));
	CU_ASSERT_FALSE(klog_line(&k, "Call Trace:", 2, &r));
	CU_ASSERT_TRUE(klog_line(&k, "Kernel panic - not syncing: scheduling while atomic", 3, &r));
	CU_ASSERT_EQUAL(r.kind, KLOG_BUG);
	CU_ASSERT_STRING_EQUAL(r.text, "BUG: scheduling while atomic: a/1/0x2\nCall Trace:");
	CU_ASSERT_FALSE(klog_settle(&k, 4, false, &r));
	CU_ASSERT_TRUE(klog_settle(&k, 4, true, &r));
	CU_ASSERT_EQUAL(r.kind, KLOG_PANIC);
	CU_ASSERT_FALSE(klog_busy(&k));
}

static void a_report_without_end_is_cut(void)
{
	static struct klog_report r;
	static struct klog k;
	char line[400];
	bool done = false;
	int i;

	klog_init(&k);
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	klog_line(&k, "WARNING: CPU: 1 PID: 86 at a.c:1 f+0x1/0x2", 0, &r);
	for (i = 1; !done && i < 10 * KLOG_MAX_LINES; i++)
		done = klog_line(&k, line, 0, &r);
	CU_ASSERT_EQUAL(i, KLOG_MAX_LINES);
	CU_ASSERT(strlen(r.text) < KLOG_TEXT_BYTES);
	CU_ASSERT_PTR_NOT_NULL(strstr(r.text, "\n...\n"));
}

static void a_ruler_alone_is_no_report(void)
{
	static struct klog_report r;
	static struct klog k;

	klog_init(&k);
	CU_ASSERT_FALSE(klog_line(&k, "==================================================", 0, &r));
	CU_ASSERT_TRUE(klog_busy(&k));
	CU_ASSERT_FALSE(klog_line(&k, "an ordinary line", 1, &r));
	CU_ASSERT_FALSE(klog_settle(&k, 1 + KLOG_SETTLE_MS, false, &r));
	CU_ASSERT_FALSE(klog_busy(&k));
}

static void foreign_bytes_do_no_harm(void)
{
	static struct klog_report r;
	static struct klog k;

	klog_init(&k);
	klog_line(&k, "BUG: \xff\xfe [\x01", 0, &r);
	klog_line(&k, "[", 0, &r);
	klog_line(&k, "[ 1", 0, &r);
	klog_line(&k, "[]", 0, &r);
	CU_ASSERT_TRUE(klog_settle(&k, 0, true, &r));
	CU_ASSERT_STRING_EQUAL(r.text, "BUG: ?? [\x01\n[\n[ 1\n[]");
}

static void records_of_the_log_device(void)
{
	static const struct {
		const char *record, *text;
	} rows[] = {
		{"6,339,5140900,-;NET: Registered\n SUBSYSTEM=net\n", "NET: Registered"},
		{"4,1,2,c,caller=T1;\\x09(t=5250 \\x5cjiffies \\x5", "\t(t=5250 \\jiffies \\x5"},
		{"0,7,9,-;Kernel panic - not syncing: a;b", "Kernel panic - not syncing: a;b"},
		{"12,340,5140901,-;netmap: leak, says a program", NULL},
		{"nonsense", NULL},
		{";", NULL},
		{"-1,2,3,-;x", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char record[128], *text;

		snprintf(record, sizeof(record), "%s", rows[i].record);
		text = kmsg_text(record);
		if (rows[i].text)
			CU_ASSERT_STRING_EQUAL(text, rows[i].text);
		if (!rows[i].text)
			CU_ASSERT_PTR_NULL(text);
	}
}

static const struct suite_test tests[] = {
	{"every log is judged right", every_log_is_judged_right},
	{"ordinary lines raise no alarm", ordinary_lines_raise_no_alarm},
	{"time stamps do not matter", time_stamps_do_not_matter},
	{"two reports in a row are two", two_reports_in_a_row_are_two},
	{"a report without end is cut", a_report_without_end_is_cut},
	{"a ruler alone is no report", a_ruler_alone_is_no_report},
	{"foreign bytes do no harm", foreign_bytes_do_no_harm},
	{"records of the log device", records_of_the_log_device},
};

SUITE_MAIN("klog", tests)
