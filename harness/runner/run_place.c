/* SPDX-License-Identifier: BSD-2-Clause */
#include "run_state.h"

#include "choice.h"
#include "clock.h"
#include "command.h"

#define STEP_LIMIT_MS 120000 /* guests of guests boot in one */

/* The parameters of the first point for which the step's condition holds; NULL when there is none.
 */
static const struct params *vars_of(const struct run *r, const struct scenario_step *step)
{
	size_t i;

	for (i = 0; i < r->plan.n; i++)
		if (params_match(&r->plan.points[i].params, step->when))
			return &r->plan.points[i].params;
	return NULL;
}

static int run_step(struct run *r, const char *what, const struct scenario_step *step,
		    const struct params *vars, struct vb_err *err)
{
	struct vb_err why;

	if (command_run(&r->session, step->run, vars, STEP_LIMIT_MS, NULL, NULL, &why) == 0)
		return 0;
	return vb_fail(err, why.code, "%s of the scenario: %.400s", what, why.text);
}

static bool here(const struct run *r, const struct scenario_step *step)
{
	return !step->platforms || (step->platforms & choice_bit(r->session.ops));
}

static int run_steps(struct run *r, const char *what, const struct scenario_step *steps, size_t n,
		     struct vb_err *err)
{
	const struct params *vars;
	size_t i;

	for (i = 0; i < n; i++) {
		vars = here(r, &steps[i]) ? vars_of(r, &steps[i]) : NULL;
		if (vars && run_step(r, what, &steps[i], vars, err))
			return -1;
	}
	return 0;
}

static int run_point_steps(struct run *r, const char *what, const struct plan_point *p,
			   const struct scenario_step *steps, size_t n, struct vb_err *err)
{
	size_t i;

	if (p->kind == PLAN_CALIBRATION)
		return 0;
	for (i = 0; i < n; i++)
		if (here(r, &steps[i]) && params_match(&p->params, steps[i].when) &&
		    run_step(r, what, &steps[i], &p->params, err))
			return -1;
	return 0;
}

int run_point_enter(struct run *r, const struct plan_point *p, struct vb_err *err)
{
	const struct scenario *sc = r->file.scenario;

	return run_point_steps(r, "point_setup", p, sc->point_setup, sc->point_setup_count, err);
}

int run_point_leave(struct run *r, const struct plan_point *p, struct vb_err *err)
{
	const struct scenario *sc = r->file.scenario;

	if (!r->session.place || r->session.fault != SESSION_SOUND)
		return 0;
	return run_point_steps(r, "point_teardown", p, sc->point_teardown, sc->point_teardown_count,
			       err);
}

static bool attaches(const struct run *r, const struct plan_point *p,
		     const struct scenario_step *steps, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (steps[i].attaches && here(r, &steps[i]) &&
		    params_match(&p->params, steps[i].when))
			return true;
	return false;
}

bool run_point_attaches(const struct run *r, const struct plan_point *p)
{
	const struct scenario *sc = r->file.scenario;

	return attaches(r, p, sc->setup, sc->setup_count) ||
	       attaches(r, p, sc->point_setup, sc->point_setup_count);
}

int run_boot(struct run *r, struct vb_err *err)
{
	const struct scenario *sc = r->file.scenario;
	const struct platform_facts *f = &r->session.facts;
	struct store_run place;

	r->started_ms = vb_now_ms();
	if (session_start(&r->session, &r->cfg, err))
		return -1;
	place = (struct store_run){.accelerator = f->accelerator[0] ? f->accelerator : "none",
				   .accelerator_reason = f->accelerator_reason,
				   .kernel = f->kernel[0] ? f->kernel : NULL,
				   .qemu = f->qemu[0] ? f->qemu : NULL};
	if (store_run_place(&r->store, r->id, &place, f->boot_ms, err))
		return -1;
	if (f->boot_ms >= 100)
		progress_say(&r->progress, "the guest answered after %.1f s", f->boot_ms / 1000.0);
	return run_steps(r, "setup", sc->setup, sc->setup_count, err);
}

int run_shut_down(struct run *r, struct vb_err *err)
{
	const struct scenario *sc = r->file.scenario;
	int rc = 0;

	if (r->session.place && r->session.fault == SESSION_SOUND && !*r->session.interrupted)
		rc = run_steps(r, "teardown", sc->teardown, sc->teardown_count, err);
	session_stop(&r->session);
	return rc;
}
