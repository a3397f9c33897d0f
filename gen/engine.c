/* SPDX-License-Identifier: BSD-2-Clause */
/* One run from the command line to the final line. */
#include "engine.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "options.h"
#include "report.h"
#include "setup.h"

#define TICK_NS	      (50 * NS_PER_MS) /* how often the reporter looks at the caller's stop flag */
#define MIN_REPORT_NS (10 * NS_PER_MS)

static const char *const reason_names[] = {"running", "count", "duration",
					   "signal",  "idle",  "error"};

const char *end_reason_name(enum end_reason r)
{
	return reason_names[r];
}

static enum end_reason run_function(struct worker *w)
{
	static enum end_reason (*const functions[])(struct worker *) = {
		[FN_RX] = rx_run,     [FN_TX] = tx_run,	      [FN_PING] = ping_run,
		[FN_PONG] = pong_run, [FN_TXSEQ] = txseq_run, [FN_RXSEQ] = rxseq_run,
	};

	return w->cfg->replay_file ? replay_run(w) : functions[w->cfg->fn](w);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct engine *eng = w->eng;

	setup_pin(w);
	if (w->start_ns < clock_ns())
		w->start_ns = clock_ns();
	w->reason = run_function(w);
	if (!w->end_ns)
		w->end_ns = clock_ns();
	w->cpu_ns = clock_cpu_ns();
	if (w->io.ops->count_lost)
		w->io.ops->count_lost(&w->io);
	w->counters.drops += w->io.lost;
	if (w->reason == END_RUNNING && eng->env->stop && *eng->env->stop)
		pg_log(eng, "received control-C on thread %u", w->index);
	if (w->reason == END_ERROR)
		pg_error(eng, "ouch, thread %u exited with error", w->index);
	pthread_mutex_lock(&eng->lock);
	eng->running--;
	pthread_cond_signal(&eng->done);
	pthread_mutex_unlock(&eng->lock);
	return NULL;
}

static int start_workers(struct engine *eng)
{
	unsigned i;
	int ret;

	for (i = 0; i < eng->n_workers; i++) {
		eng->workers[i].start_ns = eng->start_ns;
		eng->running++;
		ret = pthread_create(&eng->workers[i].thread, NULL, worker_main, &eng->workers[i]);
		if (ret) {
			eng->running--;
			pg_error(eng, "cannot start thread %u: %s", i, strerror(ret));
			__atomic_store_n(&eng->stop, END_ERROR, __ATOMIC_RELAXED);
			return -1;
		}
		eng->workers[i].started = true;
	}
	return 0;
}

static struct sample read_counters(struct engine *eng)
{
	struct sample s = {.now_ns = clock_ns(), .min_space = NO_MIN_SPACE};
	unsigned i;

	for (i = 0; i < eng->n_workers; i++) {
		struct counters *c = &eng->workers[i].counters;
		uint32_t space = __atomic_exchange_n(&c->min_space, NO_MIN_SPACE, __ATOMIC_RELAXED);

		s.packets += __atomic_load_n(&c->packets, __ATOMIC_RELAXED);
		s.bytes += __atomic_load_n(&c->bytes, __ATOMIC_RELAXED);
		s.events += __atomic_load_n(&c->events, __ATOMIC_RELAXED);
		s.drops += __atomic_load_n(&c->drops, __ATOMIC_RELAXED);
		s.min_space = space < s.min_space ? space : s.min_space;
	}
	return s;
}

static void report_since(struct engine *eng, struct sample *before, struct average *avg)
{
	struct sample now = read_counters(eng), diff = now;

	diff.dt_ns = now.now_ns - before->now_ns;
	if (diff.dt_ns < MIN_REPORT_NS)
		return;
	diff.packets -= before->packets;
	diff.bytes -= before->bytes;
	diff.events -= before->events;
	diff.drops -= before->drops;
	*before = now;
	if (eng->cfg.json)
		json_interval_line(eng, &diff);
	else
		report_interval(eng, &diff, avg);
}

/* Sleeps until deadline_ns or until a worker ends. Returns the workers still running. */
static unsigned sleep_until(struct engine *eng, uint64_t deadline_ns)
{
	struct timespec ts = {.tv_sec = (time_t)(deadline_ns / NS_PER_S),
			      .tv_nsec = (long)(deadline_ns % NS_PER_S)};
	unsigned running;

	pthread_mutex_lock(&eng->lock);
	if (eng->running)
		pthread_cond_timedwait(&eng->done, &eng->lock, &ts);
	running = eng->running;
	pthread_mutex_unlock(&eng->lock);
	return running;
}

static void stop_all(struct engine *eng, enum end_reason why)
{
	int running = END_RUNNING;

	__atomic_compare_exchange_n(&eng->stop, &running, (int)why, false, __ATOMIC_RELAXED,
				    __ATOMIC_RELAXED);
}

/* Reports and watches the clock and the caller's flag until all workers are done. */
static void supervise(struct engine *eng)
{
	uint64_t period_ns = (uint64_t)eng->cfg.report_ms * NS_PER_MS, now_ns = clock_ns();
	uint64_t deadline_ns = UINT64_MAX, next_ns = now_ns + period_ns, wake_ns;
	struct sample last = {.now_ns = now_ns};
	struct average avg = {.count = 0};

	if (eng->cfg.duration_s > 0)
		deadline_ns = eng->start_ns + (uint64_t)(eng->cfg.duration_s * 1e9);
	for (;;) {
		now_ns = clock_ns();
		if (eng->env->stop && *eng->env->stop)
			stop_all(eng, END_SIGNAL);
		if (now_ns >= deadline_ns)
			stop_all(eng, END_DURATION);
		if (now_ns >= next_ns) {
			report_since(eng, &last, &avg);
			next_ns += period_ns * ((now_ns - next_ns) / period_ns + 1);
		}
		wake_ns = now_ns + TICK_NS;
		wake_ns = next_ns < wake_ns ? next_ns : wake_ns;
		wake_ns = deadline_ns > now_ns && deadline_ns < wake_ns ? deadline_ns : wake_ns;
		if (!sleep_until(eng, wake_ns))
			return;
	}
}

static void join_workers(struct engine *eng)
{
	unsigned i;

	for (i = 0; i < eng->n_workers; i++)
		if (eng->workers[i].started)
			pthread_join(eng->workers[i].thread, NULL);
}

static enum end_reason reason_of(const struct engine *eng)
{
	enum end_reason reason = eng->stop != END_RUNNING ? (enum end_reason)eng->stop : END_COUNT;
	unsigned i;

	for (i = 0; i < eng->n_workers; i++) {
		if (eng->workers[i].reason == END_ERROR)
			return END_ERROR;
		if (eng->workers[i].reason == END_IDLE && eng->stop == END_RUNNING)
			reason = END_IDLE;
		if (eng->workers[i].reason == END_RUNNING && eng->stop == END_RUNNING)
			reason = END_SIGNAL;
	}
	return reason;
}

static void time_workers(const struct engine *eng, struct result *r)
{
	uint64_t start_ns = 0, end_ns = 0;
	unsigned i;

	for (i = 0; i < eng->n_workers; i++) {
		const struct worker *w = &eng->workers[i];

		start_ns = w->start_ns > start_ns ? w->start_ns : start_ns;
		end_ns = w->end_ns > end_ns ? w->end_ns : end_ns;
		r->cpu_ns += w->cpu_ns;
		if (!w->counters.packets)
			continue;
		if (!r->first_ns || w->first_ns < r->first_ns)
			r->first_ns = w->first_ns;
		r->last_ns = w->last_ns > r->last_ns ? w->last_ns : r->last_ns;
		r->late_ns = w->late_ns > r->late_ns ? w->late_ns : r->late_ns;
	}
	r->elapsed_ns = end_ns > start_ns ? end_ns - start_ns : 0;
	if (r->reason == END_IDLE && r->elapsed_ns > NS_PER_S)
		r->elapsed_ns -= NS_PER_S; /* the second of silence was no work */
}

/* All workers' latencies into the first's. Round trips are lost when they did not come back,
 * however late they left. */
static void merge_latency(const struct engine *eng, struct result *r)
{
	struct latency *all = eng->n_workers ? eng->workers[0].latency : NULL;
	uint64_t sent = 0;
	unsigned i;

	if (!all)
		return;
	r->lost = latency_lost(all);
	sent = eng->workers[0].marks_sent;
	for (i = 1; i < eng->n_workers; i++) {
		hist_merge(&all->hist, &eng->workers[i].latency->hist);
		r->lost += latency_lost(eng->workers[i].latency);
		sent += eng->workers[i].marks_sent;
	}
	if (eng->cfg.latency != LATENCY_ONE_WAY)
		r->lost = sent > all->hist.count ? sent - all->hist.count : 0;
	r->latency = all;
}

static int finish(struct engine *eng, enum end_reason forced)
{
	struct result r = {.reason = forced};
	struct vb_err err;

	if (eng->capture && capture_close(eng->capture, &err)) {
		pg_error(eng, "%s", err.text);
		forced = END_ERROR;
	}
	eng->capture = NULL;
	r.total = read_counters(eng);
	r.reason = forced != END_RUNNING ? forced : reason_of(eng);
	time_workers(eng, &r);
	merge_latency(eng, &r);
	if (forced == END_RUNNING || r.total.packets)
		report_final(eng, &r);
	if (eng->cfg.json)
		json_end_line(eng, &r);
	return r.reason == END_ERROR ? VB_FAILED : VB_OK;
}

/* Waits -w seconds; false if stopped meanwhile. */
static bool settle_port(struct engine *eng)
{
	uint64_t until_ns = clock_ns() + (uint64_t)eng->cfg.wait_s * NS_PER_S;

	if (eng->cfg.wait_s)
		pg_log(eng, "Wait %lld secs for phy reset", (long long)eng->cfg.wait_s);
	while (clock_ns() < until_ns && !worker_stopped(&eng->workers[0]))
		poll(NULL, 0, 10);
	pg_log(eng, "Ready...");
	return !worker_stopped(&eng->workers[0]);
}

static int run(struct engine *eng)
{
	struct vb_err err;

	if (eng->cfg.json)
		json_start_line(eng);
	report_start(eng);
	if (settle_port(eng)) {
		if (eng->cfg.announce && setup_announce(eng, &err)) {
			pg_error(eng, "%s", err.text);
			return finish(eng, END_ERROR);
		}
		if (eng->cfg.json)
			json_ready_line(eng);
		eng->start_ns = clock_ns();
		if (eng->cfg.rate_pps && !eng->cfg.at_once && config_sends(&eng->cfg))
			eng->start_ns = pace_start(eng->start_ns);
		start_workers(eng);
		supervise(eng);
		join_workers(eng);
	} else {
		stop_all(eng, END_SIGNAL);
	}
	return finish(eng, eng->stop == END_ERROR ? END_ERROR : END_RUNNING);
}

static int usage_error(struct engine *eng, const struct vb_err *err)
{
	fprintf(eng->env->err, "pkt-gen: %s\n", err->text);
	fflush(eng->env->err);
	if (eng->cfg.json)
		finish(eng, END_ERROR);
	return PKTGEN_USAGE_EXIT;
}

static int open_error(struct engine *eng, const struct vb_err *err)
{
	pg_error(eng, "%s; aborting", err->text);
	if (eng->cfg.json)
		finish(eng, END_ERROR);
	return PKTGEN_USAGE_EXIT;
}

static int engine_main(struct engine *eng, int argc, char **argv)
{
	struct vb_err err = {.code = VB_OK};

	options_defaults(&eng->cfg);
	if (options_parse(&eng->cfg, argc, argv, &err))
		return usage_error(eng, &err);
	if (eng->cfg.help) {
		options_usage(eng->env->err);
		return VB_OK;
	}
	eng->text = eng->cfg.json ? eng->env->err : eng->env->out;
	if (config_settle(&eng->cfg, &err))
		return usage_error(eng, &err);
	setup_say_choices(eng);
	if (setup_workers(eng, &err))
		return open_error(eng, &err);
	return run(eng);
}

int pktgen_main(int argc, char **argv, const struct app_env *env)
{
	struct engine eng;
	pthread_condattr_t attr;
	int status;

	memset(&eng, 0, sizeof(eng));
	eng.env = env;
	eng.text = env->out;
	pthread_mutex_init(&eng.lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&eng.done, &attr);
	pthread_condattr_destroy(&attr);
	status = engine_main(&eng, argc, argv);
	setup_undo(&eng);
	pthread_cond_destroy(&eng.done);
	pthread_mutex_destroy(&eng.lock);
	return status;
}
