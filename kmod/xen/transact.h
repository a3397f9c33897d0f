/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Several keys of the store that appear together or not at all. */
#ifndef VIF_TRANSACT_H
#define VIF_TRANSACT_H

#include <xen/xenbus.h>

/* Writes keys in a transaction: 0, or -errno, which ends it with nothing written. */
typedef int vif_write(const void *what, struct xenbus_transaction xbt);

/* Has write called again as long as others were faster. 0, or the first -errno. */
static inline int vif_transact(vif_write *write, const void *what)
{
	struct xenbus_transaction xbt;
	int error;

	do {
		error = xenbus_transaction_start(&xbt);
		if (error)
			return error;
		error = write(what, xbt);
		if (error) {
			xenbus_transaction_end(xbt, 1);
			return error;
		}
		error = xenbus_transaction_end(xbt, 0);
	} while (error == -EAGAIN);
	return error;
}

#endif
