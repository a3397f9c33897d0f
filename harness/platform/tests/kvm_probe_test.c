/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe's verdicts and their cache, with scripts for guests. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "kvm_probe.h"
#include "suite.h"

struct rig {
	char dir[64];
	char boot_id[96];
	char qemu[96];
	char cache[96];
	struct kvm_probe probe;
	struct guest_image image;
};

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	CU_ASSERT_FATAL(fd >= 0);
	CU_ASSERT_EQUAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	fchmod(fd, mode);
	close(fd);
}

static bool device_is_there(const struct kvm_probe *probe, struct kvm_verdict *v)
{
	return true;
}

static void open_rig(struct rig *r, const char *qemu_script)
{
	memset(r, 0, sizeof(*r));
	snprintf(r->dir, sizeof(r->dir), "/tmp/vb-kvm-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(r->dir));
	snprintf(r->boot_id, sizeof(r->boot_id), "%s/boot_id", r->dir);
	snprintf(r->qemu, sizeof(r->qemu), "%s/qemu", r->dir);
	snprintf(r->cache, sizeof(r->cache), "%s/kvm-probe-6.1.log.json", r->dir);
	write_file(r->boot_id, "first-boot\n", 0600);
	write_file(r->qemu, qemu_script, 0700);
	r->probe = (struct kvm_probe){.device_answers = device_is_there,
				      .qemu = r->qemu,
				      .boot_id_path = r->boot_id,
				      .cache_dir = r->dir,
				      .limit_ms = 1000};
	snprintf(r->image.kernel, sizeof(r->image.kernel), "6.1.log");
	snprintf(r->image.vmlinuz, sizeof(r->image.vmlinuz), "vmlinuz");
}

static void close_rig(struct rig *r)
{
	unlink(r->boot_id);
	unlink(r->qemu);
	unlink(r->cache);
	CU_ASSERT_EQUAL(rmdir(r->dir), 0);
}

static struct kvm_verdict ask(const struct rig *r)
{
	struct kvm_verdict v;

	kvm_probe_ask(&r->probe, &r->image, &v);
	return v;
}

static void no_device_needs_no_guest(void)
{
	struct rig r;
	struct kvm_verdict v;

	open_rig(&r, "#!/bin/sh\necho Linux version\n");
	r.probe.device_answers = kvm_probe_default.device_answers;
	r.probe.device = "/dev/no-kvm-here";
	v = ask(&r);
	CU_ASSERT_FALSE(v.works);
	CU_ASSERT_PTR_NOT_NULL(strstr(v.reason, "/dev/no-kvm-here"));
	r.probe.device = "/dev/null";
	v = ask(&r);
	CU_ASSERT_FALSE(v.works);
	CU_ASSERT_NOT_EQUAL(access(r.cache, F_OK), 0);
	close_rig(&r);
}

static const struct {
	const char *script;
	bool works;
	const char *word;
} guests[] = {
	{"#!/bin/sh\necho SeaBIOS\necho '[    0.000000] Linux version 6.1'\nsleep 30\n", true,
	 "booted"},
	{"#!/bin/sh\nsleep 30\n", false, "no sign of life"},
	{"#!/bin/sh\nyes booting\n", false, "no sign of life"},
	{"#!/bin/sh\necho 'kvm: assertion failed' >&2\nexit 1\n", false, "kvm: assertion failed"},
	{"#!/no/such/interpreter\n", false, "cannot be started"},
};

static void a_guest_must_speak(void)
{
	for (size_t i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
		uint64_t before = vb_now_ms();
		struct kvm_verdict v;
		struct rig r;

		open_rig(&r, guests[i].script);
		v = ask(&r);
		CU_ASSERT_EQUAL(v.works, guests[i].works);
		CU_ASSERT_PTR_NOT_NULL(strstr(v.reason, guests[i].word));
		CU_ASSERT(vb_now_ms() - before < 5000);
		close_rig(&r);
	}
}

static void write_verdict(const struct rig *r, const char *boot_id)
{
	char text[200];

	snprintf(text, sizeof(text),
		 "{\"boot_id\":\"%s\",\"works\":true,\"reason\":\"from the cache\"}", boot_id);
	write_file(r->cache, text, 0600);
}

static void a_verdict_is_kept_until_the_host_starts_anew(void)
{
	struct kvm_verdict v;
	struct rig r;

	open_rig(&r, "#!/bin/sh\nexit 1\n");
	write_verdict(&r, "first-boot");
	v = ask(&r);
	CU_ASSERT_TRUE(v.works);
	CU_ASSERT_STRING_EQUAL(v.reason, "from the cache");
	write_verdict(&r, "an-earlier-boot");
	v = ask(&r);
	CU_ASSERT_FALSE(v.works);
	write_file(r.qemu, "#!/bin/sh\necho Linux version\n", 0700);
	v = ask(&r);
	CU_ASSERT_FALSE(v.works);
	write_file(r.cache, "{\"boot_id\":7", 0600);
	v = ask(&r);
	CU_ASSERT_TRUE(v.works);
	close_rig(&r);
}

static const struct suite_test tests[] = {
	{"no device needs no guest", no_device_needs_no_guest},
	{"a guest must speak", a_guest_must_speak},
	{"a verdict is kept until the host starts anew",
	 a_verdict_is_kept_until_the_host_starts_anew},
};

SUITE_MAIN("kvm_probe", tests)
