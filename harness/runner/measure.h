/* SPDX-License-Identifier: BSD-2-Clause */
/* From what the programs of a trial said to the numbers that are stored. */
#ifndef VB_MEASURE_H
#define VB_MEASURE_H

#include "program.h"

/*
 * rx_pps and rx_bps: what all receivers (and reflectors) took, over the window from the first to
 * the last batch that any of them saw. tx_pps likewise of the senders. loss_ratio: 1 - taken / sent
 * copies, and the places of the loss by the counters already in the record (losses.h).
 * sender_cpu_ns, receiver_cpu_ns, reflector_cpu_ns: what the threads of such programs had of a
 * processor for each packet, and end_cpu_ns the greater of the first two, where the programs say
 * it. reflector_round_ns: what a packet takes the slowest reflector in the middle one of its
 * rounds, without waiting. -1 (VB_FAILED) when nothing arrived or the window is empty.
 */
int measure_throughput(struct record *r, const struct program *programs, size_t n, bool flood,
		       struct vb_err *err);

/*
 * What a search's trial offered and lost: offered_pps (rate_pps, or when that is 0, what was sent a
 * second), tx_pps, rx_pps, loss_ratio and its places as above, sender_late_ns (how late the latest
 * paced batch was), and unsent_ratio: the share of the rate that the senders did not keep, 0 when
 * they came within 0.5 % or 5 ms. packets: how many were to be sent, 0 as many as possible. -1
 * (VB_FAILED) when nothing was sent or nothing arrived.
 */
int measure_offered(struct record *r, const struct program *programs, size_t n, bool flood,
		    double rate_pps, double packets, struct vb_err *err);

/* latency_min_ns ... latency_max_ns, latency_count, latency_lost and the histogram, of the one
 * program that has it. */
int measure_latency(struct record *r, const struct program *programs, size_t n, struct vb_err *err);

/*
 * instructions_per_packet: those that one delivered packet costs, and own_instructions_per_packet:
 * those of them that are the loop's, by its closing line. -1 (VB_FAILED) when it counted nothing.
 */
int measure_instructions(struct record *r, const struct program *program, struct vb_err *err);

/*
 * What a packet costs a program that sends, switches and receives, by its own clock: ns_per_packet;
 * cycles_per_packet, by its yardstick; copies_per_packet, of a frame copied between its looks at
 * the clock, which is copy_cycles_per_frame; core_hz, the yardstick's fastest pace; spans, and of
 * them undisturbed_spans that had the core for themselves. -1 (VB_FAILED) when it told none of it.
 */
int measure_cost(struct record *r, const struct program *program, struct vb_err *err);

/*
 * boot_min_ns, boot_p50_ns, boot_max_ns: from the creation of a guest to its first packet;
 * boot_all_ns: from the first creation to the last guest's first packet. -1 (VB_FAILED) when the
 * program says none of it.
 */
int measure_boot(struct record *r, const struct program *program, struct vb_err *err);

/* The rate of a calibration's only program under the given name. */
int measure_rate(struct record *r, const struct program *program, const char *metric,
		 struct vb_err *err);

#endif
