/* SPDX-License-Identifier: BSD-2-Clause */
/* Manifests, good and bad, and the command line that QEMU gets for one. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest_image.h"
#include "qemu_args.h"
#include "qemu_program.h"
#include "suite.h"

struct folder {
	char dir[64];
	char manifest[96];
	char kernel[96];
};

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	CU_ASSERT(fputs(text, f) >= 0);
	fclose(f);
}

static void open_folder(struct folder *d)
{
	snprintf(d->dir, sizeof(d->dir), "/tmp/vb-image-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(d->dir));
	snprintf(d->manifest, sizeof(d->manifest), "%s/manifest.json", d->dir);
	snprintf(d->kernel, sizeof(d->kernel), "%s/kernel", d->dir);
	write_text(d->kernel, "a kernel");
}

static void close_folder(struct folder *d)
{
	unlink(d->manifest);
	unlink(d->kernel);
	CU_ASSERT_EQUAL(rmdir(d->dir), 0);
}

static void a_good_manifest(void)
{
	struct guest_image image;
	struct platform_config cfg = {.build_dir = "/no/such/folder"};
	struct vb_err err = {0};
	struct folder d;
	char text[400];

	open_folder(&d);
	snprintf(text, sizeof(text),
		 "{\"kernel\":\"6.1.0\",\"vmlinuz\":\"%s\",\"initramfs\":\"%s\",\"more\":[]}",
		 d.kernel, d.kernel);
	write_text(d.manifest, text);
	CU_ASSERT_EQUAL(guest_image_read(d.manifest, &image, &err), 0);
	CU_ASSERT_STRING_EQUAL(image.kernel, "6.1.0");
	CU_ASSERT_STRING_EQUAL(image.initramfs, d.kernel);
	CU_ASSERT_FALSE(guest_image_find(&cfg, &image));
	setenv(GUEST_IMAGE_ENV, d.manifest, 1);
	CU_ASSERT_TRUE(guest_image_find(&cfg, &image));
	CU_ASSERT_EQUAL(guest_image_prepare(&guest_maker_linux, &cfg, &image, &err), 0);
	unsetenv(GUEST_IMAGE_ENV);
	close_folder(&d);
}

/* A script that makes a guest of what it finds in the folder of downloads; its last line names what
 * it made. */
static void a_guest_is_made_from_the_downloads_that_the_environment_names(void)
{
	struct guest_image image;
	struct platform_config cfg = {.build_dir = "build"};
	struct vb_err err = {0};
	struct folder d;

	open_folder(&d);
	write_text(d.manifest, "#!/bin/sh\necho $VB_CACHE_DIR/made\n");
	CU_ASSERT_EQUAL(chmod(d.manifest, 0700), 0);
	setenv("VB_CACHE_DIR", "/some/downloads", 1);
	cfg.cache_dir = platform_cache_dir();
	CU_ASSERT_EQUAL(guest_image_prepare(&(struct guest_maker){.script = d.manifest}, &cfg,
					    &image, &err),
			-1);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "/some/downloads/made"));
	unsetenv("VB_CACHE_DIR");
	CU_ASSERT_STRING_EQUAL(platform_cache_dir(), "cache");
	close_folder(&d);
}

static void bad_manifests_are_named(void)
{
	static const struct {
		const char *text, *word;
	} rows[] = {
		{"", "manifest.json"},
		{"{\"kernel\":\"6.1\"", "manifest.json"},
		{"{\"kernel\":\"6.1\",\"vmlinuz\":\"/no\"}", "initramfs"},
		{"{\"kernel\":7,\"vmlinuz\":\"/no\",\"initramfs\":\"/no\"}", "kernel"},
		{"{\"kernel\":\"6.1\",\"vmlinuz\":\"/no/kernel\",\"initramfs\":\"/no\"}",
		 "/no/kernel"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct guest_image image;
		struct vb_err err = {0};
		struct folder d;

		open_folder(&d);
		write_text(d.manifest, rows[i].text);
		CU_ASSERT_EQUAL(guest_image_read(d.manifest, &image, &err), -1);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, rows[i].word));
		close_folder(&d);
	}
}

static const char *value_after(const struct qemu_args *args, const char *option)
{
	for (size_t i = 0; i + 1 < args->n; i++)
		if (strcmp(args->argv[i], option) == 0)
			return args->argv[i + 1];
	return "";
}

static void the_command_line_follows_the_configuration(void)
{
	struct platform_config cfg = {.cpus = 3, .memory_mib = 700};
	struct guest_image image = {.vmlinuz = "K", .initramfs = "I"};
	struct qemu_args args;

	CU_ASSERT_EQUAL_FATAL(
		qemu_args_make(&args, "qemu", &cfg, &image, QEMU_TCG, "/logs/a,b", NULL), 0);
	CU_ASSERT_STRING_EQUAL(args.argv[0], "qemu");
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-smp"), "3");
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-m"), "700M");
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-kernel"), "K");
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-initrd"), "I");
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-accel"), "tcg,thread=multi");
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-cpu"), "max,erms=off,fsrm=off");
	CU_ASSERT_PTR_NOT_NULL(strstr(value_after(&args, "-chardev"), "path=/logs/a,,b"));
	CU_ASSERT_PTR_NULL(args.argv[args.n]);
	qemu_args_free(&args);
	CU_ASSERT_EQUAL_FATAL(qemu_args_make(&args, "qemu", &cfg, &image, QEMU_KVM, "c", NULL), 0);
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-accel"), "kvm");
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-cpu"), "host");
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-icount"), "");
	qemu_args_free(&args);
	CU_ASSERT_EQUAL_FATAL(qemu_args_make(&args, "qemu", &cfg, &image, QEMU_ICOUNT, "c", NULL),
			      0);
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-icount"), "shift=0,sleep=off");
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-accel"), "tcg,thread=single");
	qemu_args_free(&args);
}

static unsigned count(const struct qemu_args *args, const char *part)
{
	unsigned n = 0;

	for (size_t i = 0; i < args->n; i++)
		n += strstr(args->argv[i], part) != NULL;
	return n;
}

static void cards_are_joined_in_pairs(void)
{
	static const struct platform_cards cards[] = {
		{.driver = "e1000", .wires = 2},
		{.driver = "ixgbe", .wires = 1},
		{.driver = "virtio_net", .wires = PLATFORM_WIRES_MAX}};
	struct platform_config cfg = {.cpus = 1, .memory_mib = 512, .cards = cards, .n_cards = 3};
	struct guest_image image = {.vmlinuz = "K", .initramfs = "I"};
	struct qemu_args args;

	CU_ASSERT_EQUAL_FATAL(qemu_args_make(&args, "qemu", &cfg, &image, QEMU_TCG, "c", NULL), 0);
	CU_ASSERT_EQUAL(count(&args, "e1000,"), 4);
	CU_ASSERT_EQUAL(count(&args, "ixgbe"), 0);
	CU_ASSERT_EQUAL(count(&args, "virtio-net-pci,"), 2 * PLATFORM_WIRES_MAX);
	CU_ASSERT_EQUAL(count(&args, "hubport,"), 4 + 2 * PLATFORM_WIRES_MAX);
	CU_ASSERT_EQUAL(count(&args, ",hubid=0"), 2);
	CU_ASSERT_EQUAL(count(&args, ",hubid=8"), 2);
	CU_ASSERT_EQUAL(count(&args, "mac=52:54:00:00:00:03"), 1);
	qemu_args_free(&args);
}

static void a_wire_may_lead_outside(void)
{
	static const struct platform_cards cards[] = {
		{.driver = "e1000", .wires = 2, .outside = true},
		{.driver = "vmxnet3", .wires = 1}};
	struct platform_config cfg = {.cpus = 1, .memory_mib = 512, .cards = cards, .n_cards = 2};
	struct guest_image image = {.vmlinuz = "K", .initramfs = "I"};
	struct qemu_args args;

	CU_ASSERT_EQUAL_FATAL(qemu_args_make(&args, "qemu", &cfg, &image, QEMU_TCG, "c", NULL), 0);
	CU_ASSERT_EQUAL(count(&args, "e1000,"), 2);
	CU_ASSERT_EQUAL(count(&args, "socket,id=net0.0,fd=6"), 1);
	CU_ASSERT_EQUAL(count(&args, "socket,id=net0.1,fd=7"), 1);
	CU_ASSERT_EQUAL(count(&args, "hubport,"), 2);
	CU_ASSERT_EQUAL(count(&args, "socket,id=wire,fd=5"), 1);
	CU_ASSERT_EQUAL(count(&args, "name=org.valebench.wire"), 1);
	qemu_args_free(&args);
	cfg.cards++;
	cfg.n_cards--;
	CU_ASSERT_EQUAL_FATAL(qemu_args_make(&args, "qemu", &cfg, &image, QEMU_TCG, "c", NULL), 0);
	CU_ASSERT_EQUAL(count(&args, "org.valebench.wire"), 0);
	CU_ASSERT_EQUAL(count(&args, "socket,id=wire"), 0);
	qemu_args_free(&args);
}

static void xen_boots_before_its_dom0(void)
{
	struct platform_config cfg = {.cpus = 2, .memory_mib = 512};
	struct guest_image image = {.vmlinuz = "a,b", .initramfs = "I", .hypervisor = "X"};
	struct qemu_args args;
	const char *modules;

	CU_ASSERT_EQUAL_FATAL(qemu_args_make(&args, "qemu", &cfg, &image, QEMU_TCG, "c", NULL), 0);
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-kernel"), "X");
	modules = value_after(&args, "-initrd");
	CU_ASSERT_EQUAL(strncmp(modules, "a,,b console=hvc0 ", 18), 0);
	CU_ASSERT_STRING_EQUAL(modules + strlen(modules) - 2, ",I");
	CU_ASSERT_PTR_NOT_NULL(strstr(value_after(&args, "-append"), "dom0_mem=512M,max:512M"));
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-m"), "3584M");
	CU_ASSERT_PTR_NOT_NULL(strstr(value_after(&args, "-cpu"), "+npt"));
	qemu_args_free(&args);
	CU_ASSERT_EQUAL_FATAL(qemu_args_make(&args, "qemu", &cfg, &image, QEMU_KVM, "c", NULL), 0);
	CU_ASSERT_STRING_EQUAL(value_after(&args, "-cpu"), "host");
	qemu_args_free(&args);
}

static void a_manifest_may_name_a_hypervisor(void)
{
	struct guest_image image = {.hypervisor = "left over"};
	struct vb_err err = {0};
	struct folder d;
	char text[600];

	open_folder(&d);
	snprintf(text, sizeof(text), "{\"kernel\":\"6.1\",\"vmlinuz\":\"%s\",\"initramfs\":\"%s\"}",
		 d.kernel, d.kernel);
	write_text(d.manifest, text);
	CU_ASSERT_EQUAL(guest_image_read(d.manifest, &image, &err), 0);
	CU_ASSERT_STRING_EQUAL(image.hypervisor, "");
	snprintf(text, sizeof(text),
		 "{\"kernel\":\"6.1\",\"vmlinuz\":\"%s\",\"initramfs\":\"%s\",\"hypervisor\":\"%"
		 "s\"}",
		 d.kernel, d.kernel, d.kernel);
	write_text(d.manifest, text);
	CU_ASSERT_EQUAL(guest_image_read(d.manifest, &image, &err), 0);
	CU_ASSERT_STRING_EQUAL(image.hypervisor, d.kernel);
	close_folder(&d);
}

static void a_card_may_need_a_newer_qemu(void)
{
	static const struct platform_cards cards[] = {{.driver = "e1000", .wires = 1},
						      {.driver = "ixgbe", .wires = 1},
						      {.driver = "igb", .wires = 1}};
	static const struct {
		const char *version;
		unsigned n_cards;
		bool suits;
	} rows[] = {
		{"7.2.1 (Debian)", 0, true},   {"7.2.1 (Debian)", 2, true},
		{"7.2.1 (Debian)", 3, false},  {"8.0.0", 3, true},
		{"10.0.13 (Debian)", 3, true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct platform_config cfg = {.cards = cards, .n_cards = rows[i].n_cards};

		CU_ASSERT_EQUAL(qemu_program_suits(rows[i].version, &cfg), rows[i].suits);
	}
}

static void impossible_configurations_are_refused(void)
{
	static const struct {
		const struct platform_ops *ops;
		struct platform_config cfg;
	} rows[] = {
		{&platform_qemu, {.cpus = 0, .memory_mib = 512}},
		{&platform_qemu, {.cpus = 1, .memory_mib = 8}},
		{&platform_qemu, {.cpus = 1, .memory_mib = 512, .accel = ACCEL_NONE}},
		{&platform_xen, {.cpus = 1, .memory_mib = 128}},
		{&platform_xen, {.cpus = 1, .memory_mib = 512, .n_cards = 1}},
		{&platform_native, {.accel = ACCEL_KVM}},
		{&platform_native, {.accel = ACCEL_TCG}},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct platform_facts facts;
		struct vb_err err = {0};

		CU_ASSERT_EQUAL(rows[i].ops->probe(&rows[i].cfg, &facts, &err), -1);
		CU_ASSERT_EQUAL(err.code, VB_USAGE);
	}
}

static const struct suite_test tests[] = {
	{"a good manifest", a_good_manifest},
	{"a guest is made from the downloads that the environment names",
	 a_guest_is_made_from_the_downloads_that_the_environment_names},
	{"a guest is made from the downloads that the environment names",
	 a_guest_is_made_from_the_downloads_that_the_environment_names},
	{"bad manifests are named", bad_manifests_are_named},
	{"the command line follows the configuration", the_command_line_follows_the_configuration},
	{"cards are joined in pairs", cards_are_joined_in_pairs},
	{"a wire may lead outside", a_wire_may_lead_outside},
	{"Xen boots before its dom0", xen_boots_before_its_dom0},
	{"a manifest may name a hypervisor", a_manifest_may_name_a_hypervisor},
	{"a card may need a newer QEMU", a_card_may_need_a_newer_qemu},
	{"impossible configurations are refused", impossible_configurations_are_refused},
};

SUITE_MAIN("guest_image", tests)
