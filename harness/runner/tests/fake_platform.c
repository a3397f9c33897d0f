/* SPDX-License-Identifier: BSD-2-Clause */
#include "fake_platform.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum fake_fault fake_fault;
int fake_faults_left = -1;
int fake_starts;
int fake_entered, fake_left;
void (*fake_hook)(void);
struct fake_device fake_device;

struct platform {
	json_t *queue;	 /* events to come */
	json_t *running; /* {"1": "rx"}: programs that end on a signal */
	json_int_t rx;
	bool sent, dead;
	double passed, took_s; /* of the simulated device */
};

static bool faulty(enum fake_fault fault)
{
	if (fake_fault != fault || fake_faults_left == 0)
		return false;
	return true;
}

static void spend(void)
{
	if (fake_faults_left > 0)
		fake_faults_left--;
}

static void put(struct platform *p, json_t *event)
{
	json_array_append_new(p->queue, event);
}

static void out(struct platform *p, json_int_t id, const char *stream, const char *line)
{
	put(p, json_pack("{s:s, s:I, s:s, s:s}", "ev", "out", "id", id, "stream", stream, "line",
			 line));
}

static void leave(struct platform *p, json_int_t id, int status, int signal, int timed_out)
{
	put(p, json_pack("{s:s, s:I, s:i, s:i, s:b}", "ev", "exit", "id", id, "status", status,
			 "signal", signal, "timed_out", timed_out));
}

static void play_rx(struct platform *p, json_int_t id)
{
	char key[24];

	if (faulty(FAKE_RX_FAILS)) {
		out(p, id, "stderr", "vale0:rxp: cannot open: No such device");
		leave(p, id, 255, 0, 0);
		spend();
		return;
	}
	p->rx = id;
	snprintf(key, sizeof(key), "%lld", (long long)id);
	json_object_set_new(p->running, key, json_string("rx"));
	out(p, id, "stdout", "{\"type\":\"start\",\"function\":\"rx\"}");
	if (!faulty(FAKE_RX_NEVER_READY))
		out(p, id, "stdout", "{\"type\":\"ready\"}");
}

static void out_end(struct platform *p, json_int_t id, const char *function, double packets,
		    double took_s)
{
	char line[400];

	snprintf(line, sizeof(line),
		 "{\"type\":\"end\",\"function\":\"%s\",\"reason\":\"count\",\"packets\":%.0f,"
		 "\"bytes\":%.0f,\"first_ns\":1000000000,\"last_ns\":%.0f,\"late_ns\":1500,"
		 "\"latency\":null}",
		 function, packets, packets * 60, 1e9 + took_s * 1e9);
	out(p, id, "stdout", line);
}

static double word_after(json_t *argv, const char *option)
{
	json_t *word;
	size_t i;

	json_array_foreach(argv, i,
			   word) if (strcmp(json_string_value(word), option) ==
				     0) return atof(json_string_value(json_array_get(argv, i + 1)));
	return 0;
}

/* Sends at -R, or as fast as it can, -n packets, or as many as --duration allows; the device
 * passes what fits through it, and keeps a queue. */
static void play_device(struct platform *p, json_int_t id, json_t *argv)
{
	const struct fake_device *d = &fake_device;
	double rate = word_after(argv, "-R"), packets = word_after(argv, "-n"), lost;

	if (rate <= 0 || rate > d->top_pps)
		rate = d->top_pps;
	if (packets <= 0)
		packets = rate * word_after(argv, "--duration");
	p->took_s = packets / rate;
	lost = rate > d->capacity_pps ? packets * (1 - d->capacity_pps / rate) - d->queue : 0;
	p->passed = packets - (lost > 1 ? lost : 0) - floor(packets * d->leak);
	out_end(p, id, "tx", packets, p->took_s);
	leave(p, id, 0, 0, 0);
}

static void end_rx(struct platform *p, json_int_t id)
{
	if (fake_device.top_pps > 0) {
		out_end(p, id, "rx", p->passed, p->took_s);
		leave(p, id, 0, 0, 0);
		return;
	}
	out(p, id, "stdout", "{\"type\":\"interval\",\"pps\":900.0,\"bps\":432000.0}");
	if (faulty(FAKE_RX_EMPTY))
		out(p, id, "stdout",
		    "{\"type\":\"end\",\"function\":\"rx\",\"reason\":\"signal\",\"packets\":0,"
		    "\"bytes\":0,\"first_ns\":0,\"last_ns\":0,\"pps\":0.0,\"latency\":null}");
	else
		out(p, id, "stdout",
		    "{\"type\":\"end\",\"function\":\"rx\",\"reason\":\"signal\",\"packets\":900,"
		    "\"bytes\":54000,\"drops\":20,\"first_ns\":1000000000,\"last_ns\":3000000000,"
		    "\"pps\":450.0,\"latency\":null}");
	leave(p, id, 0, 0, 0);
}

static void play_tx_end(struct platform *p, json_int_t id)
{
	out(p, id, "stdout",
	    "{\"type\":\"end\",\"function\":\"tx\",\"reason\":\"duration\",\"packets\":1000,"
	    "\"bytes\":60000,\"first_ns\":1000000000,\"last_ns\":2000000000,\"pps\":1000.0,"
	    "\"latency\":{\"unit\":\"ns\",\"mode\":\"round-trip\",\"count\":10,\"lost\":1,\"min\":"
	    "900,"
	    "\"mean\":1500.5,\"p50\":1400,\"p90\":2000,\"p99\":2100,\"p99_9\":2200,\"max\":2300,"
	    "\"buckets\":[[900,1000,4],[1000,2300,6]]}}");
	leave(p, id, 0, 0, 0);
}

static void play_tx(struct platform *p, json_int_t id)
{
	p->sent = true;
	out(p, id, "stdout", "{\"type\":\"interval\",\"pps\":1000.0,\"bps\":480000.0}");
	if (faulty(FAKE_TX_FAILS)) {
		out(p, id, "stderr", "vale0:txp: transmit failed: Input/output error");
		leave(p, id, 1, 0, 0);
	} else if (faulty(FAKE_TX_NO_END)) {
		leave(p, id, 0, 0, 0);
	} else if (faulty(FAKE_TX_KILLED)) {
		leave(p, id, 0, 11, 0);
	} else if (faulty(FAKE_TX_TIMED_OUT)) {
		leave(p, id, 0, 9, 1);
	} else if (faulty(FAKE_OOPS)) {
		put(p, json_pack("{s:s, s:s, s:s}", "ev", "kernel", "kind", "oops", "text",
				 "BUG: kernel NULL pointer dereference, address: "
				 "0000000000000008\nCall Trace:\n f+0x8"));
	} else if (faulty(FAKE_DIES)) {
		put(p, json_pack("{s:s}", "ev", "gone"));
	} else if (faulty(FAKE_RX_LEAVES)) {
		end_rx(p, p->rx);
	} else if (!faulty(FAKE_TX_SILENT)) {
		play_tx_end(p, id);
		return;
	}
	spend();
}

static void play_ctl(struct platform *p, json_int_t id, bool stats)
{
	if (stats && faulty(FAKE_CTL_FAILS)) {
		out(p, id, "stderr", "failed to list: No such file or directory");
		leave(p, id, 1, 0, 0);
		return;
	}
	if (stats)
		out(p, id, "stdout",
		    p->sent ? "{\"type\":\"stats\",\"name\":\"vale0:rxp\",\"rx_packets\":905,"
			      "\"rx_drop_ring_full\":80,\"rx_drop_not_ready\":5}"
			    : "{\"type\":\"stats\",\"name\":\"vale0:rxp\",\"rx_packets\":3,"
			      "\"rx_drop_ring_full\":0,\"rx_drop_not_ready\":0}");
	leave(p, id, 0, 0, 0);
}

static void play_nic(struct platform *p, json_int_t id)
{
	out(p, id, "stdout", "{\"name\":\"nic0\",\"card_missed\":0,\"card_dropped\":0}");
	out(p, id, "stdout",
	    p->sent ? "{\"name\":\"nic1\",\"card_missed\":41,\"card_dropped\":9}"
		    : "{\"name\":\"nic1\",\"card_missed\":1,\"card_dropped\":2}");
	leave(p, id, 0, 0, 0);
}

static void play_enter(struct platform *p, json_int_t id, const char *point)
{
	bool missing = strcmp(point, "2") == 0, broken = strcmp(point, "3") == 0;

	fake_entered++;
	if (missing || broken)
		out(p, id, "stderr", missing ? "no device" : "the card is broken");
	leave(p, id, missing ? VB_MISSING : broken, 0, 0);
}

static bool has_word(json_t *argv, const char *wanted)
{
	json_t *word;
	size_t i;

	json_array_foreach(argv, i,
			   word) if (strcmp(json_string_value(word), wanted) == 0) return true;
	return false;
}

static void play(struct platform *p, json_int_t id, json_t *argv)
{
	const char *program = json_string_value(json_array_get(argv, 0));

	if (faulty(FAKE_NOT_FOUND)) {
		put(p, json_pack("{s:s, s:I, s:s}", "ev", "error", "id", id, "text",
				 "pkt-gen: No such file or directory"));
		return;
	}
	put(p, json_pack("{s:s, s:I, s:i}", "ev", "started", "id", id, "pid", 100));
	if (strcmp(program, "vale-ctl") == 0)
		play_ctl(p, id, has_word(argv, "-s"));
	else if (strcmp(program, "vb-nic") == 0 && has_word(argv, "counters"))
		play_nic(p, id);
	else if (strcmp(program, "pkt-gen") == 0 && has_word(argv, "tx") &&
		 fake_device.top_pps > 0 && fake_fault == FAKE_WELL)
		play_device(p, id, argv);
	else if (strcmp(program, "pkt-gen") == 0 && has_word(argv, "tx"))
		play_tx(p, id);
	else if (strcmp(program, "pkt-gen") == 0)
		play_rx(p, id);
	else if (strcmp(program, "vb-copyloop") == 0) {
		out(p, id, "stdout",
		    "{\"type\":\"copyloop\",\"frame_bytes\":60,\"packets\":5000,"
		    "\"elapsed_ns\":1000000000,\"pps\":5000.0}");
		leave(p, id, 0, 0, 0);
	} else if (strcmp(program, "enter") == 0) {
		play_enter(p, id, json_string_value(json_array_get(argv, 1)));
	} else {
		fake_left += strcmp(program, "leave") == 0;
		leave(p, id, faulty(FAKE_SETUP_FAILS) ? 1 : 0, 0, 0);
	}
}

static int fake_probe(const struct platform_config *cfg, struct platform_facts *facts,
		      struct vb_err *err)
{
	snprintf(facts->accelerator, sizeof(facts->accelerator), "none");
	return 0;
}

static int fake_probe_qemu(const struct platform_config *cfg, struct platform_facts *facts,
			   struct vb_err *err)
{
	if (faulty(FAKE_NO_QEMU))
		return vb_fail(err, VB_MISSING, "qemu-system-x86_64 is not installed");
	return fake_probe(cfg, facts, err);
}

static int fake_prepare(const struct platform_config *cfg, struct vb_err *err)
{
	return 0;
}

static struct platform *fake_start(const struct platform_config *cfg, struct platform_facts *facts,
				   struct vb_err *err)
{
	struct platform *p = calloc(1, sizeof(*p));

	fake_starts++;
	if (faulty(FAKE_NO_BOOT)) {
		free(p);
		vb_fail(err, VB_TIMEOUT, "waited 120 s for the guest's first word");
		return NULL;
	}
	p->queue = json_array();
	p->running = json_object();
	facts->boot_ms = 7;
	return p;
}

static int fake_exec(struct platform *p, json_t *message, struct vb_err *err)
{
	json_int_t id = json_integer_value(json_object_get(message, "id"));
	const char *signal = json_string_value(json_object_get(message, "signal"));
	char key[24];

	if (!signal) {
		play(p, id, json_object_get(message, "argv"));
		return 0;
	}
	snprintf(key, sizeof(key), "%lld", (long long)id);
	if (faulty(FAKE_RX_IMMORTAL))
		return 0;
	if (strcmp(signal, "KILL") == 0) {
		leave(p, id, 0, 9, 0);
	} else if (json_object_get(p->running, key) && !faulty(FAKE_RX_DEAF)) {
		json_object_del(p->running, key);
		end_rx(p, id);
	}
	return 0;
}

static int fake_collect(struct platform *p, struct platform_event *event, unsigned timeout_ms,
			struct vb_err *err)
{
	const struct timespec nap = {.tv_nsec = 1000000};

	if (fake_hook)
		fake_hook();
	event->kind = PLATFORM_EVENT_NONE;
	if (p->dead || json_array_size(p->queue) == 0) {
		nanosleep(&nap, NULL);
		return 0;
	}
	event->json = json_incref(json_array_get(p->queue, 0));
	json_array_remove(p->queue, 0);
	event->kind = PLATFORM_EVENT_AGENT;
	if (strcmp(json_string_value(json_object_get(event->json, "ev")), "gone") == 0) {
		json_decref(event->json);
		event->kind = PLATFORM_EVENT_DEAD;
		snprintf(event->text, sizeof(event->text), "the guest powered off early");
		p->dead = true;
	}
	return 0;
}

static void fake_stop(struct platform *p)
{
	json_decref(p->queue);
	json_decref(p->running);
	free(p);
}

static void fake_excerpt(struct platform *p, char *buf, size_t bytes)
{
	snprintf(buf, bytes, "last line of the console");
}

#define FAKE(called, prober)                                                                       \
	{                                                                                          \
		.name = called, .summary = "a fake", .probe = prober, .prepare = fake_prepare,     \
		.start = fake_start, .exec = fake_exec, .collect = fake_collect,                   \
		.stop = fake_stop, .excerpt = fake_excerpt                                         \
	}

const struct platform_ops fake_native = FAKE("native", fake_probe);
const struct platform_ops fake_qemu = FAKE("qemu", fake_probe_qemu);
const struct platform_ops *const fake_platforms[] = {&fake_native, &fake_qemu, NULL};
