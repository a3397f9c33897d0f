/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <linux/delay.h>
#include <linux/rtnetlink.h>

#include "netback.h"

#define PAUSE_US 500
#define TRIES	 100

/* Whoever takes what it sent is told once more. */
static bool waits(struct vif *vif)
{
	bool some = false;
	unsigned int i;

	rtnl_lock();
	for (i = 0; netif_running(vif->netdev) && !vif->lost && i < vif->nqueues; i++) {
		bool mine = vif->shares ? vif->grants && vif_shared_waits(vif)
					: vif_queue_waits(&vif->queues[i]);

		some |= mine && nm_native_interrupt(vif->netdev, NM_RX, i);
	}
	rtnl_unlock();
	return some;
}

/* All interfaces are waited for in one thread: a guest that sends without end is heard out once. */
void vif_drain(struct vif *vif)
{
	unsigned int tries;

	for (tries = 0; !vif->endless && waits(vif); tries++) {
		vif->endless = tries == TRIES;
		usleep_range(PAUSE_US, 2 * PAUSE_US);
	}
}
