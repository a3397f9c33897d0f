/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario_schema.h"

#include <cyaml/cyaml.h>

#define NAME_BYTES 64
#define TEXT_BYTES 4096
#define OPTIONAL   CYAML_FLAG_OPTIONAL
#define LIST	   (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define NAME(key, type, member)                                                                    \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, NAME_BYTES)
#define NAME_OPT(key, type, member) CYAML_FIELD_STRING_PTR(key, LIST, type, member, 1, NAME_BYTES)
#define TEXT(key, type, member)                                                                    \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, type, member, 1, TEXT_BYTES)
#define TEXT_OPT(key, type, member) CYAML_FIELD_STRING_PTR(key, LIST, type, member, 1, TEXT_BYTES)

#define ENUM(key, flags, type, member, names)                                                      \
	CYAML_FIELD_ENUM(key, (flags) | CYAML_FLAG_STRICT, type, member, names,                    \
			 CYAML_ARRAY_LEN(names))
#define FLAGS(key, flags, type, member, names)                                                     \
	CYAML_FIELD_FLAGS(key, (flags) | CYAML_FLAG_STRICT, type, member, names,                   \
			  CYAML_ARRAY_LEN(names))

static const cyaml_strval_t platform_names[] = {{"native", ON_NATIVE}, {"qemu", ON_QEMU},
						{"host", ON_HOST},     {"icount", ON_ICOUNT},
						{"uml", ON_UML},       {"xen", ON_XEN},
						{"xen-host", ON_XEN_HOST}};
static const cyaml_strval_t type_names[] = {{"integer", TYPE_INTEGER}, {"text", TYPE_TEXT}};
static const cyaml_strval_t role_names[] = {
	{"sender", ROLE_SENDER}, {"receiver", ROLE_RECEIVER}, {"reflector", ROLE_REFLECTOR}};
static const cyaml_strval_t measure_names[] = {{"throughput", MEASURE_THROUGHPUT},
					       {"latency", MEASURE_LATENCY},
					       {"memory", MEASURE_MEMORY},
					       {"instructions", MEASURE_INSTRUCTIONS},
					       {"cost", MEASURE_COST},
					       {"ndr_pdr", MEASURE_NDR_PDR},
					       {"rfc2544", MEASURE_RFC2544},
					       {"soak", MEASURE_SOAK},
					       {"back_to_back", MEASURE_BACK_TO_BACK},
					       {"scaling", MEASURE_SCALING},
					       {"boot", MEASURE_BOOT}};
static const cyaml_strval_t expected_names[] = {
	{"flat", SHAPE_FLAT}, {"linear", SHAPE_LINEAR}, {"affine_cost", SHAPE_AFFINE_COST}};
static const cyaml_strval_t highest_names[] = {{"mrr", HIGHEST_MRR}, {"pdr", HIGHEST_PDR}};
static const cyaml_strval_t delivery_names[] = {{"unicast", DELIVERY_UNICAST},
						{"flood", DELIVERY_FLOOD}};
static const cyaml_strval_t fitness_names[] = {
	{"full", FITNESS_FULL}, {"host", FITNESS_HOST}, {"none", FITNESS_NONE}};
static const cyaml_strval_t calibrator_names[] = {{"copy", CALIBRATE_COPY},
						  {"ceiling", CALIBRATE_CEILING},
						  {"spread", CALIBRATE_SPREAD}};

static const cyaml_schema_value_t word = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, NAME_BYTES)};

static const cyaml_schema_field_t parameter_fields[] = {
	NAME("name", struct scenario_parameter, name),
	TEXT_OPT("about", struct scenario_parameter, about),
	NAME_OPT("unit", struct scenario_parameter, unit),
	NAME("default", struct scenario_parameter, value),
	ENUM("type", OPTIONAL, struct scenario_parameter, type, type_names),
	CYAML_FIELD_INT_PTR("min", LIST, struct scenario_parameter, min),
	CYAML_FIELD_INT_PTR("max", LIST, struct scenario_parameter, max),
	CYAML_FIELD_SEQUENCE("choices", LIST, struct scenario_parameter, choices, &word, 1, 64),
	CYAML_FIELD_END};
static const cyaml_schema_value_t parameter = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_parameter, parameter_fields)};

static const cyaml_schema_field_t axis_fields[] = {
	NAME("parameter", struct scenario_axis, parameter),
	CYAML_FIELD_SEQUENCE("values", CYAML_FLAG_POINTER, struct scenario_axis, values, &word, 1,
			     256),
	CYAML_FIELD_END};
static const cyaml_schema_value_t axis = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_axis, axis_fields)};

static const cyaml_schema_field_t step_fields[] = {
	TEXT("run", struct scenario_step, run), NAME_OPT("when", struct scenario_step, when),
	FLAGS("platforms", OPTIONAL, struct scenario_step, platforms, platform_names),
	CYAML_FIELD_BOOL("attaches", OPTIONAL, struct scenario_step, attaches),
	CYAML_FIELD_END};
static const cyaml_schema_value_t step = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_step, step_fields)};

static const cyaml_schema_field_t cards_fields[] = {
	NAME("driver", struct scenario_cards, driver),
	CYAML_FIELD_UINT("wires", CYAML_FLAG_DEFAULT, struct scenario_cards, wires),
	CYAML_FIELD_BOOL("outside", OPTIONAL, struct scenario_cards, outside),
	CYAML_FIELD_END};
static const cyaml_schema_value_t cards = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_cards, cards_fields)};

static const cyaml_schema_field_t program_fields[] = {
	NAME("name", struct scenario_program, name),
	TEXT("run", struct scenario_program, run),
	NAME_OPT("count", struct scenario_program, count),
	NAME_OPT("when", struct scenario_program, when),
	CYAML_FIELD_INT_PTR("cpu", LIST, struct scenario_program, cpu),
	ENUM("role", 0, struct scenario_program, role, role_names),
	CYAML_FIELD_END};
static const cyaml_schema_value_t program = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_program, program_fields)};

static const cyaml_schema_field_t calibration_fields[] = {
	ENUM("kind", 0, struct scenario_calibration, kind, calibrator_names),
	CYAML_FIELD_SEQUENCE("by", CYAML_FLAG_POINTER, struct scenario_calibration, by, &word, 1,
			     16),
	CYAML_FIELD_END};
static const cyaml_schema_value_t calibration = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_calibration, calibration_fields)};

#define SEARCH(key) CYAML_FIELD_FLOAT(#key, OPTIONAL, struct scenario_search, key)

static const cyaml_schema_field_t search_fields[] = {
	SEARCH(loss_ratio),    SEARCH(exceed_ratio), SEARCH(width),	 SEARCH(sum_s),
	SEARCH(first_trial_s), SEARCH(min_pps),	     SEARCH(residual_s), SEARCH(settle_s),
	SEARCH(longest_s),     SEARCH(trials_max),   CYAML_FIELD_END};

static const cyaml_schema_field_t load_fields[] = {
	NAME("parameter", struct scenario_load, parameter),
	ENUM("of", OPTIONAL, struct scenario_load, of, highest_names),
	CYAML_FIELD_UINT("idle_pps", CYAML_FLAG_DEFAULT, struct scenario_load, idle_pps),
	CYAML_FIELD_SEQUENCE("programs", CYAML_FLAG_POINTER, struct scenario_load, programs,
			     &program, 1, 16),
	CYAML_FIELD_END};

static const cyaml_schema_field_t shape_fields[] = {
	NAME("parameter", struct scenario_shape, parameter),
	ENUM("expected", 0, struct scenario_shape, expected, expected_names),
	CYAML_FIELD_FLOAT("within", CYAML_FLAG_DEFAULT, struct scenario_shape, within),
	CYAML_FIELD_UINT("cpus_each", OPTIONAL, struct scenario_shape, cpus_each), CYAML_FIELD_END};

static const cyaml_schema_field_t compare_fields[] = {
	NAME("parameter", struct scenario_compare, parameter),
	NAME("baseline", struct scenario_compare, baseline), CYAML_FIELD_END};

static const cyaml_schema_field_t graph_fields[] = {
	NAME("x", struct scenario_graph, x),
	NAME_OPT("x_unit", struct scenario_graph, x_unit),
	NAME_OPT("series", struct scenario_graph, series),
	CYAML_FIELD_SEQUENCE("y", CYAML_FLAG_POINTER, struct scenario_graph, y, &word, 1, 8),
	CYAML_FIELD_BOOL("log_x", OPTIONAL, struct scenario_graph, log_x),
	CYAML_FIELD_BOOL("log_y", OPTIONAL, struct scenario_graph, log_y),
	CYAML_FIELD_END};

static const cyaml_schema_field_t scenario_fields[] = {
	NAME("name", struct scenario, name),
	TEXT("title", struct scenario, title),
	TEXT_OPT("about", struct scenario, about),
	FLAGS("platforms", 0, struct scenario, platforms, platform_names),
	ENUM("measure", 0, struct scenario, measure, measure_names),
	ENUM("delivery", OPTIONAL, struct scenario, delivery, delivery_names),
	ENUM("fitness", OPTIONAL, struct scenario, fitness, fitness_names),
	CYAML_FIELD_UINT("cpus", OPTIONAL, struct scenario, cpus),
	CYAML_FIELD_UINT("memory_mib", OPTIONAL, struct scenario, memory_mib),
	CYAML_FIELD_UINT("trials", CYAML_FLAG_DEFAULT, struct scenario, trials),
	NAME("duration_s", struct scenario, duration_text),
	NAME_OPT("warmup_s", struct scenario, warmup_text),
	CYAML_FIELD_SEQUENCE("parameters", LIST, struct scenario, parameters, &parameter, 0, 32),
	CYAML_FIELD_SEQUENCE("sweep", LIST, struct scenario, sweep, &axis, 0, 8),
	CYAML_FIELD_SEQUENCE("cards", LIST, struct scenario, cards, &cards, 0, 8),
	CYAML_FIELD_SEQUENCE("setup", LIST, struct scenario, setup, &step, 0, 64),
	CYAML_FIELD_SEQUENCE("teardown", LIST, struct scenario, teardown, &step, 0, 64),
	CYAML_FIELD_SEQUENCE("point_setup", LIST, struct scenario, point_setup, &step, 0, 64),
	CYAML_FIELD_SEQUENCE("point_teardown", LIST, struct scenario, point_teardown, &step, 0, 64),
	CYAML_FIELD_SEQUENCE("programs", CYAML_FLAG_POINTER, struct scenario, programs, &program, 1,
			     16),
	CYAML_FIELD_SEQUENCE("calibrations", LIST, struct scenario, calibrations, &calibration, 0,
			     4),
	CYAML_FIELD_MAPPING_PTR("load", LIST, struct scenario, load, load_fields),
	CYAML_FIELD_MAPPING("search", OPTIONAL, struct scenario, search, search_fields),
	CYAML_FIELD_MAPPING_PTR("shape", LIST, struct scenario, shape, shape_fields),
	CYAML_FIELD_MAPPING_PTR("compare", LIST, struct scenario, compare, compare_fields),
	CYAML_FIELD_MAPPING_PTR("graph", CYAML_FLAG_POINTER, struct scenario, graph, graph_fields),
	CYAML_FIELD_END};
static const cyaml_schema_value_t scenario_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct scenario, scenario_fields)};

int scenario_schema_load(const struct yaml_text *yaml, struct scenario **sc, struct vb_err *err)
{
	return yaml_text_load(yaml, &scenario_value, (void **)sc,
			      "every key is described in docs/scenarios.md", err);
}

void scenario_schema_free(struct scenario *sc)
{
	yaml_text_free_data(&scenario_value, sc);
}
