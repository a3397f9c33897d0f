/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The netif protocol as it lies in pages that a guest shares with its backend. Layouts and values
 * are those of Xen's public interface: docs/xen-net.md says where they come from. Whatever is read
 * here was written by the other side, which may be rewriting it.
 */
#ifndef VIF_NETIF_H
#define VIF_NETIF_H

#include "os.h"

#define VIF_PAGE_BYTES	 4096
#define VIF_RING_ENTRIES 256 /* of either ring */
#define VIF_SLOTS_MAX	 20  /* requests of one frame; frontends send 18 at most */
#define VIF_EXTRAS_MAX	 4
#define VIF_FRAME_MAX	 65535

/* At the start of a ring's page; indices run free. */
struct vif_shared {
	uint32_t req_prod;
	uint32_t req_event; /* the backend wants to hear of this request */
	uint32_t rsp_prod;
	uint32_t rsp_event;
	uint8_t pad[48];
	uint8_t entries[];
};

/* Where a request or response lies, by its free-running index. */
static inline uint8_t *vif_shared_entry(struct vif_shared *shared, uint32_t index,
					uint32_t entry_bytes)
{
	return shared->entries + (index & (VIF_RING_ENTRIES - 1)) * entry_bytes;
}

/* A copy of an entry that its writer may be rewriting: each word is read once. */
static inline void vif_shared_copy(struct vif_shared *shared, uint32_t index, uint32_t entry_bytes,
				   void *to)
{
	const uint32_t *from = (const uint32_t *)vif_shared_entry(shared, index, entry_bytes);
	uint32_t i, word;

	for (i = 0; i < entry_bytes / sizeof(word); i++) {
		word = OS_READ_ONCE(from[i]);
		memcpy((uint8_t *)to + i * sizeof(word), &word, sizeof(word));
	}
}

/*
 * Shows what was written up to end to the other side. Has that asked, in *event, to be told of
 * anything between?
 */
static inline bool vif_shared_publish(uint32_t *prod, const uint32_t *event, uint32_t end)
{
	uint32_t old = OS_READ_ONCE(*prod);

	os_store_release(prod, end);
	os_mb(); /* pairs with the other's, between its event and its look at prod */
	return end - OS_READ_ONCE(*event) < end - old;
}

/* What the guest sends. */
struct vif_tx_request {
	uint32_t gref;
	uint16_t offset;
	uint16_t flags;
	uint16_t id;
	uint16_t bytes; /* of the whole frame in its first request, of the fragment in others */
};

struct vif_tx_response {
	uint16_t id;
	int16_t status;
};

enum {
	VIF_TX_CSUM_BLANK = 1,
	VIF_TX_DATA_VALIDATED = 2,
	VIF_TX_MORE = 4,
	VIF_TX_EXTRA = 8,
};

/* In the place of a request, behind the first of a frame. */
struct vif_extra {
	uint8_t type;
	uint8_t flags;
	union {
		struct {
			uint16_t mss;
			uint8_t type;
			uint8_t pad;
			uint16_t features;
		} gso;
		uint8_t mac[6];
	};
	uint32_t unused;
};

enum { VIF_EXTRA_GSO = 1, VIF_EXTRA_MCAST_ADD = 2, VIF_EXTRA_MCAST_DEL = 3, VIF_EXTRA_HASH = 4 };
enum { VIF_EXTRA_MORE = 1 };
enum { VIF_GSO_TCPV4 = 1, VIF_GSO_TCPV6 = 2 };

/* What the guest receives. */
struct vif_rx_request {
	uint16_t id;
	uint16_t pad;
	uint32_t gref;
};

struct vif_rx_response {
	uint16_t id;
	uint16_t offset;
	uint16_t flags;
	int16_t status; /* bytes, or one of those below */
};

enum {
	VIF_RX_DATA_VALIDATED = 1,
	VIF_RX_CSUM_BLANK = 2,
	VIF_RX_MORE = 4,
	VIF_RX_EXTRA = 8,
};

enum { VIF_OKAY = 0, VIF_ERROR = -1, VIF_DROPPED = -2, VIF_NULL = 1 };

#endif
