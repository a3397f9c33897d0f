/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What guests leave to hardware, done in software: checksums and segmentation. */
#ifndef VIF_OFFLOAD_H
#define VIF_OFFLOAD_H

#include "segment.h"

/*
 * Makes the TCP or UDP checksum of a frame that is all here. False: it is of neither kind, or a
 * fragment, or shorter than it says.
 */
bool vif_checksum(uint8_t *frame, uint32_t bytes);

/*
 * Cuts a large frame, all here, into segments of at most mss bytes behind the headers, each at most
 * room bytes long; gso is VIF_GSO_*. 0, or -EINVAL: it is not what it says. Then nm_gso_segments()
 * are written one by one.
 */
int vif_segments_plan(struct nm_gso *g, const uint8_t *frame, uint32_t bytes, uint8_t gso,
		      uint32_t mss, uint32_t room);
/* The bytes of segment index, at to. */
uint32_t vif_segment_write(const struct nm_gso *g, uint32_t index, const uint8_t *frame,
			   uint8_t *to);

#endif
