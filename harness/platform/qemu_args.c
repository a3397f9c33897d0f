/* SPDX-License-Identifier: BSD-2-Clause */
#include "qemu_args.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host_tsc.h"
#include "outside.h"
#include "protocol.h"
#include "qemu_cards.h"

/*
 * panic=-1: a panic resets at once, which -no-reboot turns into QEMU's end. tsc=reliable: an
 * emulated clock jitters, and the kernel would give up its TSC for a far slower one.
 */
#define KERNEL_COMMAND_LINE "console=ttyS0 panic=-1 random.trust_cpu=on tsc=reliable no_timer_check"

/* A PV dom0 does not survive the SMAP of the model `max`; without rdrand a first guest waits for
 * entropy, without npt there is no PVH. */
#define XEN_CPU "qemu64,+npt,+rdrand"

/* Xen's console is the serial line, and dom0's is Xen's: one log for both. Of its schedulers credit
 * is the one whose time slice can be set. */
#define XEN_COMMAND_LINE                                                                           \
	"console=com1 com1=115200,8n1 loglvl=warning guest_loglvl=warning bootscrub=0 "            \
	"sched=credit"
#define DOM0_COMMAND_LINE                                                                          \
	"console=hvc0 panic=-1 random.trust_cpu=on vb.start=/etc/xen/start-toolstack"

void qemu_args_add(struct qemu_args *args, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (args->n >= QEMU_MAX_ARGS || vasprintf(&text, fmt, ap) < 0)
		args->failed = true;
	else
		args->argv[args->n++] = text;
	va_end(ap);
}

/*
 * In QEMU's option lists a comma ends a value unless it is doubled. To be freed; NULL: no memory.
 */
static char *escape(const char *path)
{
	char *escaped = malloc(2 * strlen(path) + 1), *to = escaped;

	if (!escaped)
		return NULL;
	for (; *path; path++) {
		if (*path == ',')
			*to++ = ',';
		*to++ = *path;
	}
	*to = '\0';
	return escaped;
}

static void add_with_path(struct qemu_args *args, const char *before, const char *path)
{
	char *escaped = escape(path);

	if (escaped)
		qemu_args_add(args, "%s%s", before, escaped);
	else
		args->failed = true;
	free(escaped);
}

/*
 * Emulated rep movsb is several times slower than the moves that the kernel uses without it.
 * sleep=off: an idle guest's clock jumps to its next timer instead of following ours.
 */
static const struct {
	const char *accel, *cpu, *icount;
} machines[] = {
	[QEMU_KVM] = {"kvm", "host", NULL},
	[QEMU_TCG] = {"tcg,thread=multi", "max,erms=off,fsrm=off", NULL},
	[QEMU_ICOUNT] = {"tcg,thread=single", "max,erms=off,fsrm=off", "shift=0,sleep=off"},
};

static const char *cpu_of(const struct guest_image *image, enum qemu_machine machine)
{
	return image->hypervisor[0] && machine != QEMU_KVM ? XEN_CPU : machines[machine].cpu;
}

static void add_machine(struct qemu_args *args, const struct platform_config *cfg,
			const struct guest_image *image, enum qemu_machine machine)
{
	unsigned others_mib = image->hypervisor[0] ? QEMU_XEN_GUESTS_MIB : 0;

	qemu_args_add(args, "-machine");
	qemu_args_add(args, "pc");
	qemu_args_add(args, "-accel");
	qemu_args_add(args, "%s", machines[machine].accel);
	qemu_args_add(args, "-cpu");
	qemu_args_add(args, "%s", cpu_of(image, machine));
	if (machines[machine].icount) {
		qemu_args_add(args, "-icount");
		qemu_args_add(args, "%s", machines[machine].icount);
	}
	qemu_args_add(args, "-smp");
	qemu_args_add(args, "%u", cfg->cpus);
	qemu_args_add(args, "-m");
	qemu_args_add(args, "%uM", cfg->memory_mib + others_mib);
}

static void add_line(struct qemu_args *args, const char *id, int fd, const char *port)
{
	qemu_args_add(args, "-chardev");
	qemu_args_add(args, "socket,id=%s,fd=%d", id, fd);
	qemu_args_add(args, "-device");
	qemu_args_add(args, "virtserialport,chardev=%s,name=%s", id, port);
}

static void add_channels(struct qemu_args *args, const struct platform_config *cfg,
			 const char *console_path)
{
	qemu_args_add(args, "-chardev");
	add_with_path(args, "file,id=console,append=on,path=", console_path);
	qemu_args_add(args, "-serial");
	qemu_args_add(args, "chardev:console");
	qemu_args_add(args, "-device");
	qemu_args_add(args, "virtio-serial-pci");
	add_line(args, "agent", QEMU_AGENT_FD, PROTOCOL_PORT);
	if (outside_wires(cfg))
		add_line(args, "wire", QEMU_LINE_FD, PROTOCOL_WIRE_PORT);
	qemu_args_add(args, "-chardev");
	qemu_args_add(args, "socket,id=qmp,fd=%d", QEMU_QMP_FD);
	qemu_args_add(args, "-mon");
	qemu_args_add(args, "chardev=qmp,mode=control");
}

static void add_linux(struct qemu_args *args, const struct guest_image *image,
		      enum qemu_machine machine)
{
	char tsc[HOST_TSC_ARGUMENT_BYTES] = "";

	qemu_args_add(args, "-kernel");
	qemu_args_add(args, "%s", image->vmlinuz);
	qemu_args_add(args, "-initrd");
	qemu_args_add(args, "%s", image->initramfs);
	qemu_args_add(args, "-append");
	/* KVM tells its guests itself, and icount's counter is another one than this machine's. */
	if (machine == QEMU_TCG)
		host_tsc_argument(tsc);
	qemu_args_add(args, KERNEL_COMMAND_LINE " %s", tsc);
}

/* Xen is the kernel to QEMU, and what it boots are modules with their command lines. */
static void add_xen(struct qemu_args *args, const struct platform_config *cfg,
		    const struct guest_image *image)
{
	char *kernel = escape(image->vmlinuz), *initramfs = escape(image->initramfs);

	qemu_args_add(args, "-kernel");
	qemu_args_add(args, "%s", image->hypervisor);
	qemu_args_add(args, "-initrd");
	if (kernel && initramfs)
		qemu_args_add(args, "%s " DOM0_COMMAND_LINE ",%s", kernel, initramfs);
	else
		args->failed = true;
	qemu_args_add(args, "-append");
	qemu_args_add(args, XEN_COMMAND_LINE " dom0_mem=%uM,max:%uM dom0_max_vcpus=%u",
		      cfg->memory_mib, cfg->memory_mib, cfg->cpus);
	free(kernel);
	free(initramfs);
}

int qemu_args_make(struct qemu_args *args, const char *program, const struct platform_config *cfg,
		   const struct guest_image *image, enum qemu_machine machine,
		   const char *console_path, struct vb_err *err)
{
	static const char *const fixed[] = {"-nodefaults", "-no-user-config", "-no-reboot",
					    "-display", "none"};

	memset(args, 0, sizeof(*args));
	args->next_wire = QEMU_WIRES_FD;
	qemu_args_add(args, "%s", program);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		qemu_args_add(args, "%s", fixed[i]);
	add_machine(args, cfg, image, machine);
	add_channels(args, cfg, console_path);
	qemu_cards_add(args, cfg);
	if (image->hypervisor[0])
		add_xen(args, cfg, image);
	else
		add_linux(args, image, machine);
	if (!args->failed)
		return 0;
	qemu_args_free(args);
	return vb_fail(err, VB_NO_SPACE, "no memory for QEMU's command line");
}

void qemu_args_free(struct qemu_args *args)
{
	for (size_t i = 0; i < args->n; i++)
		free(args->argv[i]);
	memset(args, 0, sizeof(*args));
}
