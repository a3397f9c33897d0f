/* SPDX-License-Identifier: BSD-2-Clause */
/* The first process of every guest. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "boot.h"
#include "port.h"
#include "protocol.h"
#include "script.h"
#include "session.h"

#define PORT_TIMEOUT_MS 10000

static const struct program_ops *always_process(const char *name)
{
	return &program_process;
}

static void environment(void)
{
	clearenv();
	setenv("PATH", "/bin:/sbin:/usr/bin:/usr/sbin", 1);
	setenv("HOME", "/", 1);
	setenv("LANG", "C", 1);
	setvbuf(stdout, NULL, _IOLBF, 0);
}

/* A virtio port, or the serial line that the kernel's command line names. */
static int open_port(struct vb_err *err)
{
	char name[64];

	if (boot_parameter("vb.port", name, sizeof(name)))
		return port_open_serial(name, err);
	return port_open(PROTOCOL_PORT, PORT_TIMEOUT_MS, err);
}

static void serve(void)
{
	struct vb_err err = {0};
	struct kmsg kmsg;
	struct session session = {
		.kind = "guest", .ops_for = always_process, .kmsg = &kmsg, .wake_fd = -1};
	int fd = open_port(&err);

	if (fd < 0 || kmsg_open(&kmsg, &err) || session_open(&session, fd, &err)) {
		fprintf(stderr, "vb-agent: %s\n", err.text);
		return;
	}
	session_run(&session);
}

int main(void)
{
	char path[256];

	if (getpid() != 1) {
		fprintf(stderr, "vb-agent: this is the first process of a guest; it does not run "
				"elsewhere\n");
		return VB_USAGE;
	}
	environment();
	boot_mounts();
	boot_settings();
	boot_modules();
	if (boot_parameter("vb.start", path, sizeof(path)))
		boot_start(path);
	if (boot_parameter("vb.script", path, sizeof(path)))
		script_run(path);
	else
		serve();
	boot_power_off();
}
