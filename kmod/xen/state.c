/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "state.h"

/* The one way round: waiting, connected, closing, closed, and waiting again. */
static enum vif_step step_from(enum vif_state own)
{
	switch (own) {
	case VIF_INIT_WAIT:
		return VIF_CONNECT;
	case VIF_CONNECTED:
		return VIF_DISCONNECT;
	case VIF_CLOSING:
		return VIF_CLOSE;
	default:
		return VIF_PREPARE;
	}
}

static enum vif_step towards(enum vif_state own, enum vif_state goal)
{
	/* What never was connected need not be disconnected. */
	if (own == VIF_INIT_WAIT && goal != VIF_CONNECTED && goal != VIF_INIT_WAIT)
		return VIF_CLOSE;
	return own == goal ? VIF_STAY : step_from(own);
}

enum vif_step vif_next_step(enum vif_state own, unsigned int other, bool online)
{
	switch (other) {
	case VIF_INITIALISING:
		return towards(own, VIF_INIT_WAIT);
	case VIF_CONNECTED:
		return towards(own, VIF_CONNECTED);
	case VIF_CLOSING:
		return own == VIF_CLOSED ? VIF_STAY : towards(own, VIF_CLOSING);
	case VIF_CLOSED:
		if (own != VIF_CLOSED)
			return towards(own, VIF_CLOSED);
		return online ? VIF_STAY : VIF_REMOVE;
	case VIF_UNKNOWN:
		return VIF_REMOVE;
	default:
		return VIF_STAY;
	}
}
