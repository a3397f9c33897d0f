/* SPDX-License-Identifier: BSD-2-Clause */
#include "scenario_metrics.h"

#include <stddef.h>
#include <string.h>

static const char *const metrics[] = {
	"rx_pps",
	"rx_bps",
	"tx_pps",
	"loss_ratio",
	"sender_cpu_ns",
	"receiver_cpu_ns",
	"reflector_cpu_ns",
	"reflector_round_ns",
	"end_cpu_ns",
	"latency_min_ns",
	"latency_mean_ns",
	"latency_p50_ns",
	"latency_p90_ns",
	"latency_p99_ns",
	"latency_p99_9_ns",
	"latency_max_ns",
	"kernel_memory_mib",
	"busy_cpus",
	"instructions_per_packet",
	"own_instructions_per_packet",
	"ns_per_packet",
	"cycles_per_packet",
	"copies_per_packet",
	"ndr_pps",
	"pdr_pps",
	"rfc2544_pps",
	"soak_pps",
	"back_to_back_packets",
	"scaling_ratio",
	"boot_min_ns",
	"boot_p50_ns",
	"boot_max_ns",
	"boot_all_ns",
};

bool scenario_metric_known(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(metrics) / sizeof(metrics[0]); i++)
		if (strcmp(metrics[i], name) == 0)
			return true;
	return false;
}
