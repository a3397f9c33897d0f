/* SPDX-License-Identifier: BSD-2-Clause */
/* Where packets were lost, in words: the metrics whose names begin with lost_. */
#ifndef VB_LOSS_PLACE_H
#define VB_LOSS_PLACE_H

#include "record.h"

/* The place with the greatest value; "" when nothing was lost anywhere. value() gives that of a
 * metric, anything below 0 when there is none. */
const char *loss_place(double (*value)(const void *ctx, const char *metric), const void *ctx);
const char *loss_place_of_record(const struct record *r);

#endif
