/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What a backend does as its frontend goes through its states: a pure function, so that every order
 * can be tried. Values are those of enum xenbus_state.
 */
#ifndef VIF_STATE_H
#define VIF_STATE_H

#include "os.h"

enum vif_state {
	VIF_UNKNOWN,
	VIF_INITIALISING,
	VIF_INIT_WAIT,
	VIF_INITIALISED,
	VIF_CONNECTED,
	VIF_CLOSING,
	VIF_CLOSED,
};

enum vif_step { VIF_STAY, VIF_PREPARE, VIF_CONNECT, VIF_DISCONNECT, VIF_CLOSE, VIF_REMOVE };

/*
 * The next step of a backend in state own, told that the frontend is in state other; online: the
 * device is to stay. Called again after each step, with the state that it led to, until VIF_STAY or
 * VIF_REMOVE.
 */
enum vif_step vif_next_step(enum vif_state own, unsigned int other, bool online);

#endif
