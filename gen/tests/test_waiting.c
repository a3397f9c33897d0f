/* SPDX-License-Identifier: BSD-2-Clause */
/* Receivers that sleep in a pipe of the system, and receivers that never sleep. */
#include <stdlib.h>
#include <unistd.h>

#include "pktgen.h"
#include "session.h"
#include "suite.h"

#define GENTLE "-R 20000 -b 16"

static struct session *ready(struct session *s)
{
	CU_ASSERT_FATAL(session_says(s, "\"ready\""));
	return s;
}

/* Frames of a pipe(2), timed as those of a switch are. */
static void a_pipe_of_the_system_carries_frames(void)
{
	char path[] = "/tmp/gen-engine-XXXXXX", pipe[64];
	struct session *rx, *tx;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(path));
	rx = ready(session_start("-i fifo:%s/pipe -f rx --json -n 100 --latency", path));
	tx = session_start(
		"-i fifo:%s/pipe -f tx --json -n 100 --latency --latency-every 1 " GENTLE, path);
	CU_ASSERT(session_end(tx) && session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 100);
	CU_ASSERT_EQUAL(session_number(rx, "end", "bytes"), 6000);
	CU_ASSERT_EQUAL(session_number(rx, "end", "latency.count"), 100);
	session_free(tx);
	session_free(rx);
	snprintf(pipe, sizeof(pipe), "%s/pipe", path);
	CU_ASSERT_EQUAL(unlink(pipe), 0);
	CU_ASSERT_EQUAL(rmdir(path), 0);
}

static void a_spinning_receiver_stops_when_told(void)
{
	struct session *rx = ready(session_start("-i vale0:rx -f rx --json --spin")), *tx;

	tx = session_start("-i vale0:tx -f tx --json -n 500 " GENTLE);
	CU_ASSERT(session_end(tx));
	usleep(100000);
	CU_ASSERT(session_stop(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 500);
	session_free(tx);
	session_free(rx);
}

static bool looked;

/* Of all calls that look for packets only the first is made. */
static int first_look(void *handle, unsigned long request, void *arg)
{
	int ret;

	if (request != NIOCRXSYNC)
		return nmdev_inproc.ioctl(handle, request, arg);
	if (looked)
		return 0;
	ret = nmdev_inproc.ioctl(handle, request, arg);
	__atomic_store_n(&looked, true, __ATOMIC_RELEASE);
	return ret;
}

static int hardly_looking(int argc, char **argv, const struct app_env *env)
{
	struct nmdev_ops nmdev = nmdev_inproc;
	struct app_env blind = *env;

	nmdev.ioctl = first_look;
	blind.nmdev = &nmdev;
	return pktgen_main(argc, argv, &blind);
}

/* Packets that a spinning receiver finds by itself; it stops when told, or has all of them. */
static double found_without_calls(const char *option)
{
	struct session *rx, *tx;
	double packets;

	looked = false;
	rx = ready(session_start_program(
		hardly_looking, "pkt-gen -i vale0:rx -f rx --json --spin -n 500 %s", option));
	while (!__atomic_load_n(&looked, __ATOMIC_ACQUIRE) && !rx->ended)
		usleep(1000);
	tx = session_start("-i vale0:tx -f tx --json -n 500 --at-once " GENTLE);
	CU_ASSERT(session_end(tx));
	CU_ASSERT(*option ? session_end(rx) : session_stop(rx));
	packets = session_number(rx, "end", "packets");
	session_free(tx);
	session_free(rx);
	return packets;
}

static void a_live_receiver_finds_packets_without_calls(void)
{
	CU_ASSERT_EQUAL(found_without_calls("--live"), 500);
	CU_ASSERT_EQUAL(found_without_calls(""), 0);
}

/* More than a ring holds arrive only if slots are given back. */
static void a_live_receiver_gives_slots_back(void)
{
	struct session *rx = ready(session_start("-i vale0:rx -f rx --json --spin --live -n 4000"));
	struct session *tx;
	int round;

	for (round = 0; round < 200 && !rx->ended; round++) {
		tx = session_start("-i vale0:tx -f tx --json -n 500 --at-once " GENTLE);
		CU_ASSERT(session_end(tx));
		session_free(tx);
	}
	CU_ASSERT(session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 4000);
	session_free(rx);
}

/* A pipe does not know the flag. */
static void a_live_receiver_works_with_ports_that_are_not(void)
{
	struct session *rx =
		ready(session_start("-i netmap:x}1 -f rx --json --spin --live -w 0 -n 3000"));
	struct session *tx = session_start("-i netmap:x{1 -f tx --json -w 0 -n 3000");

	CU_ASSERT(session_end(tx) && session_end(rx));
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 3000);
	session_free(tx);
	session_free(rx);
}

/* A sender of another process is between its two cursors: a sync now would reset its ring. */
static void a_receiver_leaves_the_transmit_rings_of_its_port_alone(void)
{
	static const struct app_env quiet = {.nmdev = &nmdev_inproc};
	struct session *rx, *tx;
	struct netmap_ring *ring;
	struct nmport_d *port;
	struct app app;

	app_begin(&app, &quiet);
	port = nmport_open_in(&app.context.ctx, "vale0:shared");
	CU_ASSERT_PTR_NOT_NULL_FATAL(port);
	ring = NETMAP_TXRING(port->nifp, port->first_tx_ring);
	ring->head = 1;
	rx = ready(session_start("-i vale0:shared -f rx --json -n 500"));
	tx = session_start("-i vale0:other -f tx --json -n 500 " GENTLE);
	CU_ASSERT(session_end(tx) && session_end(rx));
	CU_ASSERT_EQUAL(rx->status, 0);
	CU_ASSERT_EQUAL(session_number(rx, "end", "packets"), 500);
	CU_ASSERT_EQUAL(ring->head, 1);
	ring->head = 0;
	session_free(tx);
	session_free(rx);
	nmport_close(port);
	app_end(&app);
}

static void what_is_no_pipe_is_refused(void)
{
	static const struct session_refusal nothing = {"pkt-gen -i fifo:/dev/null -f rx --json",
						       "cannot open fifo:/dev/null", 255, 4};

	CU_ASSERT_EQUAL(session_refusals_wrong(pktgen_main, &nothing, 1), 0);
}

static const struct suite_test tests[] = {
	{"a pipe of the system carries frames", a_pipe_of_the_system_carries_frames},
	{"what is no pipe is refused", what_is_no_pipe_is_refused},
	{"a spinning receiver stops when told", a_spinning_receiver_stops_when_told},
	{"a live receiver finds packets without calls",
	 a_live_receiver_finds_packets_without_calls},
	{"a live receiver gives slots back", a_live_receiver_gives_slots_back},
	{"a live receiver works with ports that are not",
	 a_live_receiver_works_with_ports_that_are_not},
	{"a receiver leaves the transmit rings of its port alone",
	 a_receiver_leaves_the_transmit_rings_of_its_port_alone},
};

SUITE_MAIN("gen-waiting", tests)
