/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "gate.h"
#include "port.h"

#define INSIDE	     1U	  /* the lowest bit of a passage */
#define SPINS	     1000 /* a batch takes microseconds, unless its sender lost the CPU */
#define SLEEP_US     100
#define SAY_AFTER_US 1000000

void nm_gate_wait(const struct nm_ring *ring)
{
	uint32_t seen = os_load_acquire(&ring->passage);
	unsigned spins = 0, slept_us = 0;

	if (!(seen & INSIDE))
		return;
	while (os_load_acquire(&ring->passage) == seen) {
		if (++spins < SPINS) {
			os_cpu_pause();
			continue;
		}
		os_sleep_us(SLEEP_US);
		slept_us += SLEEP_US;
		if (slept_us % SAY_AFTER_US == 0)
			os_log_limited(OS_LOG_ERR,
				       "%s: waiting until tx ring %u is through with a batch, %u s",
				       ring->port->name, ring->id, slept_us / SAY_AFTER_US);
	}
}
