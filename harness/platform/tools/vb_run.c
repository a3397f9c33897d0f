/* SPDX-License-Identifier: BSD-2-Clause */
/* vb-run: start a platform, run one command there, show what it says, end with its status. */
#include <argp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "platform.h"
#include "protocol.h"

#define COMMAND_ID 1
#define LIMIT_MARGIN_MS                                                                            \
	5000 /* the agent ends the command itself; this is for an agent that does not */
#define COLLECT_MS 1000
#define CARDS_MAX  8

struct options {
	const struct platform_ops *platform;
	struct platform_config config;
	struct platform_cards cards[CARDS_MAX];
	unsigned timeout_s;
	int cpu;
	bool verbose;
	char **command;
};

static volatile sig_atomic_t interrupted;

static const struct argp_option option_table[] = {
	{"platform", 'p', "NAME", 0, "qemu (default), icount, uml, xen or native", 0},
	{"kernel", 'k', "SPEC", 0, "guest kernel: suite, major.minor or release", 0},
	{"accel", 'a', "NAME", 0, "auto (default), kvm or tcg", 0},
	{"cpus", 'c', "N", 0, "processors of the guest (default 2)", 0},
	{"memory", 'm', "MIB", 0, "memory of the guest in MiB (default 512)", 0},
	{"card", 'n', "DRIVER", 0, "two network cards for this driver, joined; may be repeated", 0},
	{"pin", 'i', "CPU", 0, "pin the command to this processor", 0},
	{"timeout", 't', "SECONDS", 0, "time limit of the command (default 60, 0: none)", 0},
	{"logs", 'l', "DIR", 0,
	 "folder for console.log, agent.jsonl, qemu.log (default build/vb-run)", 0},
	{"verbose", 'v', NULL, 0, "say what was started, and heartbeats", 0},
	{0},
};

static const struct {
	const char *name;
	enum platform_accel accel;
} accels[] = {{"auto", ACCEL_AUTO}, {"none", ACCEL_NONE}, {"kvm", ACCEL_KVM}, {"tcg", ACCEL_TCG}};

static unsigned number(struct argp_state *state, const char *what, const char *arg,
		       unsigned long low, unsigned long high)
{
	char *end;
	unsigned long value = strtoul(arg, &end, 10);

	if (end == arg || *end || value < low || value > high)
		argp_error(state, "%s must be a number in %lu..%lu, not '%s'", what, low, high,
			   arg);
	return (unsigned)value;
}

static void choose_platform(struct options *o, struct argp_state *state, const char *arg)
{
	static const struct platform_ops *const platforms[] = {&platform_qemu, &platform_icount, &platform_uml,
							       &platform_xen,  &platform_native};

	for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++)
		if (strcmp(platforms[i]->name, arg) == 0) {
			o->platform = platforms[i];
			return;
		}
	argp_error(state, "no platform '%s'; there are qemu, icount, uml, xen and native", arg);
}

static void choose_accel(struct options *o, struct argp_state *state, const char *arg)
{
	for (size_t i = 0; i < sizeof(accels) / sizeof(accels[0]); i++)
		if (strcmp(accels[i].name, arg) == 0) {
			o->config.accel = accels[i].accel;
			return;
		}
	argp_error(state, "no accelerator '%s'; there are auto, kvm and tcg", arg);
}

static void add_card(struct options *o, struct argp_state *state, const char *driver)
{
	if (o->config.n_cards == CARDS_MAX)
		argp_error(state, "--card was given more than %d times", CARDS_MAX);
	o->cards[o->config.n_cards++] = (struct platform_cards){.driver = driver, .wires = 1};
	o->config.cards = o->cards;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'p':
		choose_platform(o, state, arg);
		return 0;
	case 'k':
		o->config.kernel = arg;
		return 0;
	case 'a':
		choose_accel(o, state, arg);
		return 0;
	case 'c':
		o->config.cpus = number(state, "--cpus", arg, 1, 64);
		return 0;
	case 'm':
		o->config.memory_mib = number(state, "--memory", arg, 128, 65536);
		return 0;
	case 'n':
		add_card(o, state, arg);
		return 0;
	case 'i':
		o->cpu = (int)number(state, "--pin", arg, 0, 63);
		return 0;
	case 't':
		o->timeout_s = number(state, "--timeout", arg, 0, PROTOCOL_MAX_TIMEOUT_MS / 1000);
		return 0;
	case 'l':
		o->config.log_dir = arg;
		return 0;
	case 'v':
		o->verbose = true;
		return 0;
	case ARGP_KEY_ARGS:
		o->command = state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no command to run");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void on_signal(int signal)
{
	interrupted = 1;
}

static void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction act = {.sa_handler = on_signal};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &act, NULL);
}

static int complain(const char *doing, const struct vb_err *err)
{
	fprintf(stderr, "vb-run: %s: %s\n", doing, err->text);
	return err->code ? (int)err->code : VB_INTERNAL;
}

static const char *text_of(const json_t *event, const char *key)
{
	const char *text = json_string_value(json_object_get(event, key));

	return text ? text : "";
}

static long long number_of(const json_t *event, const char *key)
{
	return json_integer_value(json_object_get(event, key));
}

static int exit_status(const json_t *event)
{
	if (json_is_true(json_object_get(event, "timed_out"))) {
		fprintf(stderr, "vb-run: the command reached its time limit and was killed\n");
		return VB_TIMEOUT;
	}
	return (int)number_of(event, "status");
}

/* Shows one event. True when it was the last: *status is the exit status then. */
static bool show(const struct options *o, const json_t *event, int *status, bool *kernel_sick)
{
	if (protocol_is(event, "out")) {
		bool to_stderr = strcmp(text_of(event, "stream"), "stderr") == 0;

		fprintf(to_stderr ? stderr : stdout, "%s\n", text_of(event, "line"));
	} else if (protocol_is(event, "kernel")) {
		*kernel_sick = true;
		fprintf(stderr, "vb-run: kernel %s: %s\n", text_of(event, "kind"),
			text_of(event, "text"));
	} else if (protocol_is(event, "exit")) {
		*status = exit_status(event);
		return true;
	} else if (protocol_is(event, "error")) {
		fprintf(stderr, "vb-run: the agent says: %s\n", text_of(event, "text"));
		*status = VB_FAILED;
		return true;
	} else if (o->verbose) {
		json_dumpf(event, stderr, JSON_COMPACT);
		fputc('\n', stderr);
	}
	return false;
}

/* A last look at the kernel log, whose reports settle a moment after the command's end. */
static void drain(const struct options *o, struct platform *p, bool *kernel_sick)
{
	struct platform_event event;
	struct vb_err err = {0};
	int ignored;

	while (o->platform->collect(p, &event, 500, &err) == 0 &&
	       event.kind == PLATFORM_EVENT_AGENT) {
		bool beat = protocol_is(event.json, "heartbeat");

		show(o, event.json, &ignored, kernel_sick);
		json_decref(event.json);
		if (beat)
			return;
	}
}

static int follow(const struct options *o, struct platform *p)
{
	uint64_t deadline = vb_now_ms() + o->timeout_s * 1000ull + LIMIT_MARGIN_MS;
	bool done = false, kernel_sick = false;
	struct platform_event event;
	struct vb_err err = {0};
	int status = VB_OK;

	while (!done && !interrupted) {
		if (o->timeout_s && !vb_left_ms(deadline)) {
			fprintf(stderr, "vb-run: the agent did not end the command at its limit\n");
			return VB_TIMEOUT;
		}
		if (o->platform->collect(p, &event, COLLECT_MS, &err))
			return complain("listening to the agent", &err);
		if (event.kind == PLATFORM_EVENT_DEAD) {
			fprintf(stderr, "vb-run: %s\n", event.text);
			return VB_FAILED;
		}
		if (event.kind == PLATFORM_EVENT_AGENT)
			done = show(o, event.json, &status, &kernel_sick);
		json_decref(event.json);
	}
	if (interrupted)
		return VB_INTERRUPTED;
	drain(o, p, &kernel_sick);
	return status == VB_OK && kernel_sick ? VB_FAILED : status;
}

static int run(const struct options *o, struct platform *p)
{
	json_t *message = protocol_run(COMMAND_ID, (const char *const *)o->command,
				       o->timeout_s * 1000, o->cpu);
	struct vb_err err = {0};
	int rc = o->platform->exec(p, message, &err);

	json_decref(message);
	return rc ? complain("sending the command", &err) : follow(o, p);
}

int main(int argc, char **argv)
{
	char log_dir[64];
	struct options o = {
		.platform = &platform_qemu,
		.config = {.build_dir = "build",
			   .cache_dir = platform_cache_dir(),
			   .log_dir = log_dir,
			   .cpus = 2,
			   .memory_mib = 512,
			   .boot_timeout_ms = 240000,
			   .silence_timeout_ms = 60000},
		.timeout_s = 60,
		.cpu = PROTOCOL_ANY_CPU,
	};
	const struct argp argp = {option_table,
				  parse_option,
				  "-- COMMAND [ARGUMENT...]",
				  "Runs one command in a guest or in the native agent.",
				  NULL,
				  NULL,
				  NULL};
	struct platform_facts facts;
	struct vb_err err = {0};
	struct platform *p;
	int status;

	snprintf(log_dir, sizeof(log_dir), "build/vb-run-%d", (int)getpid());
	argp_err_exit_status = VB_USAGE;
	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	catch_signals();
	p = o.platform->start(&o.config, &facts, &err);
	if (!p)
		return complain("starting", &err);
	if (o.verbose)
		fprintf(stderr, "vb-run: %s up after %llu ms; accelerator %s: %s\n",
			o.platform->name, (unsigned long long)facts.boot_ms, facts.accelerator,
			facts.accelerator_reason);
	status = run(&o, p);
	o.platform->stop(p);
	return status;
}
