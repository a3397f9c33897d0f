/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario_shape.h"

int scenario_shape_check(const struct scenario *sc, const char *path,
			 const struct yaml_lines *lines, struct vb_err *err)
{
	const struct scenario_shape *shape = sc->shape;
	const struct scenario_parameter *p;

	if ((shape != NULL) != (sc->measure == MEASURE_SCALING))
		return vb_fail(err, VB_USAGE, "%s:%u: measure: scaling and shape go together", path,
			       yaml_lines_of(lines, shape ? "shape" : "measure"));
	if (!shape)
		return 0;
	p = scenario_parameter(sc, shape->parameter);
	if (!p || p->type != TYPE_INTEGER || !p->min || *p->min < 1)
		return vb_fail(err, VB_USAGE,
			       "%s:%u: %s is no parameter that is an integer with min 1 or more",
			       path, yaml_lines_of(lines, "shape.parameter"), shape->parameter);
	if (!(shape->within >= 0 && shape->within < 1))
		return vb_fail(err, VB_USAGE, "%s:%u: within is %g, which is not from 0 to below 1",
			       path, yaml_lines_of(lines, "shape.within"), shape->within);
	return 0;
}
