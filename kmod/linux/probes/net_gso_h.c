/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Segmentation has a header of its own. */
#include <net/gso.h>

struct sk_buff *probe(struct sk_buff *skb)
{
	return skb_gso_segment(skb, 0);
}
