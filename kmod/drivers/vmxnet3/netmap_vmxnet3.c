/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * netmap's rings on VMware's vmxnet3: included at the end of the driver's vmxnet3_drv.c, with the
 * functions of the file "hooks" under the names stock_*. The layouts are those of the driver's
 * vmxnet3_defs.h. Whose a descriptor is tells its generation, a bit that changes with each round.
 */
#include "native.h"

#define RX_RING 0 /* that of first buffers; the other one, for the rest of long frames, stays empty */
#define QUEUE_REG_BYTES 8 /* between the registers of two queues */

/* As of version 7 of the device the place depends on what the device can do. */
#ifdef HAS_vmxnet3_check_ptcapability
#define TX_PRODUCED(adapter) ((adapter)->tx_prod_offset)
#define RX_PRODUCED(adapter) ((adapter)->rx_prod_offset)
#else
#define TX_PRODUCED(adapter) VMXNET3_REG_TXPROD
#define RX_PRODUCED(adapter) VMXNET3_REG_RXPROD
#endif

static bool vmxnet3_nm_sizes_agree(const struct vmxnet3_adapter *adapter)
{
	return !adapter->tx_queue[0].tx_ring.base ||
	       (adapter->tx_queue[0].tx_ring.size == adapter->tx_ring_size &&
		adapter->rx_queue[0].rx_ring[RX_RING].size == adapter->rx_ring_size);
}

/* The driver makes rings smaller or larger than was asked for if that suits the MTU better. */
static u32 vmxnet3_nm_rx_bytes(struct net_device *netdev)
{
	struct vmxnet3_adapter *adapter = netdev_priv(netdev);

	return vmxnet3_nm_sizes_agree(adapter) ? netdev->mtu + VMXNET3_MAX_ETH_HDR_SIZE : U32_MAX;
}

static void vmxnet3_nm_down(struct net_device *netdev)
{
	struct vmxnet3_adapter *adapter = netdev_priv(netdev);

	while (test_and_set_bit(VMXNET3_STATE_BIT_RESETTING, &adapter->state))
		usleep_range(1000, 2000);
	vmxnet3_quiesce_dev(adapter);
	vmxnet3_reset_dev(adapter);
}

static void vmxnet3_nm_up(struct net_device *netdev)
{
	struct vmxnet3_adapter *adapter = netdev_priv(netdev);

	if (vmxnet3_activate_dev(adapter))
		vmxnet3_force_close(adapter);
	clear_bit(VMXNET3_STATE_BIT_RESETTING, &adapter->state);
}

static u32 vmxnet3_nm_gen(const struct nm_native_ring *r, const struct vmxnet3_cmd_ring *ring,
			  u32 shift)
{
	return (u32)ring->gen << shift;
}

/* The descriptor after it belongs to the next round when the ring ends here. */
static void vmxnet3_nm_pass(const struct nm_native_ring *r, struct vmxnet3_cmd_ring *ring, u32 slot)
{
	if (nm_native_index(r, slot) == r->ring->slots - 1)
		ring->gen ^= 1;
}

/* The first descriptor of a frame is given away last, so that the device sees all or nothing. */
static u32 vmxnet3_nm_send(struct nm_native_ring *r, struct vmxnet3_cmd_ring *ring, u32 slot,
			   u32 to)
{
	u32 first = nm_native_index(r, slot), gen = vmxnet3_nm_gen(r, ring, VMXNET3_TXD_GEN_SHIFT);
	struct nm_native_piece piece;
	union Vmxnet3_GenericDesc *desc;

	do {
		u32 at = nm_native_index(r, slot);
		u32 own = vmxnet3_nm_gen(r, ring, VMXNET3_TXD_GEN_SHIFT);

		nm_native_tx_piece(r, slot, &piece);
		desc = ring->base + at;
		desc->txd.addr = cpu_to_le64(piece.dma);
		if (at == first)
			own ^= VMXNET3_TXD_GEN;
		desc->dword[2] = cpu_to_le32(own | piece.bytes);
		desc->dword[3] = 0;
		vmxnet3_nm_pass(r, ring, slot);
		slot = nm_next(slot, r->ring->slots);
	} while (!piece.last && slot != to);
	desc->dword[3] = cpu_to_le32(VMXNET3_TXD_CQ | VMXNET3_TXD_EOP);
	dma_wmb(); /* the rest before the first generation */
	desc = ring->base + first;
	desc->dword[2] = cpu_to_le32((le32_to_cpu(desc->dword[2]) & ~VMXNET3_TXD_GEN) | gen);
	return slot;
}

static void vmxnet3_nm_tx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct vmxnet3_adapter *adapter = netdev_priv(r->native->netdev);
	u32 slot = from;

	while (slot != to)
		slot = vmxnet3_nm_send(r, &adapter->tx_queue[r->queue].tx_ring, slot, to);
	VMXNET3_WRITE_BAR0_REG(adapter, TX_PRODUCED(adapter) + r->queue * QUEUE_REG_BYTES,
			       nm_native_index(r, to));
}

/* One completion a frame, which names its last descriptor. */
static u32 vmxnet3_nm_tx_done(struct nm_native_ring *r)
{
	struct vmxnet3_adapter *adapter = netdev_priv(r->native->netdev);
	struct vmxnet3_comp_ring *done = &adapter->tx_queue[r->queue].comp_ring;
	u32 n = r->ring->slots, max = n, index;

	while (max--) {
		union Vmxnet3_GenericDesc *desc = done->base + done->next2proc;

		if (VMXNET3_TCD_GET_GEN(&desc->tcd) != done->gen)
			break;
		dma_rmb(); /* the rest of the descriptor after its generation */
		index = VMXNET3_TCD_GET_TXIDX(&desc->tcd);
		if (index < n)
			r->oldest = nm_native_slot(r, nm_next(index, n));
		vmxnet3_comp_ring_adv_next2proc(done);
	}
	return r->oldest;
}

static void vmxnet3_nm_rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct vmxnet3_adapter *adapter = netdev_priv(r->native->netdev);
	struct vmxnet3_cmd_ring *ring = &adapter->rx_queue[r->queue].rx_ring[RX_RING];
	u32 slot;

	for (slot = from; slot != to; slot = nm_next(slot, r->ring->slots)) {
		union Vmxnet3_GenericDesc *desc = ring->base + nm_native_index(r, slot);

		desc->rxd.addr = cpu_to_le64(nm_native_rx_room(r, slot));
		dma_wmb(); /* the address before the generation */
		desc->dword[2] =
			cpu_to_le32(VMXNET3_RXD_BTYPE_HEAD << VMXNET3_RXD_BTYPE_SHIFT |
				    r->ring->bufs->objsize |
				    vmxnet3_nm_gen(r, ring, VMXNET3_RXD_GEN_SHIFT));
		vmxnet3_nm_pass(r, ring, slot);
	}
	VMXNET3_WRITE_BAR0_REG(adapter, RX_PRODUCED(adapter) + r->queue * QUEUE_REG_BYTES,
			       nm_native_index(r, to));
}

/* Buffers that the device passed over come back empty, as does what it says was damaged. */
static u32 vmxnet3_nm_rx_fill(struct nm_native_ring *r, u32 pos, u32 max)
{
	struct vmxnet3_adapter *adapter = netdev_priv(r->native->netdev);
	struct vmxnet3_comp_ring *done = &adapter->rx_queue[r->queue].comp_ring;
	u32 n = r->ring->slots, slot;

	while (max) {
		struct Vmxnet3_RxCompDesc *desc = &done->base[done->next2proc].rcd;

		if (desc->gen != done->gen)
			break;
		dma_rmb(); /* the rest of the descriptor after its generation */
		slot = desc->rxdIdx < n ? nm_native_slot(r, desc->rxdIdx) : pos;
		for (; pos != slot && max > 1; max--, pos = nm_next(pos, n))
			nm_native_rx_done(r, pos, 0, false);
		nm_native_rx_done(r, pos, desc->err ? 0 : min_t(u32, desc->len, r->ring->bufs->objsize),
				  !desc->eop);
		vmxnet3_comp_ring_adv_next2proc(done);
		pos = nm_next(pos, n);
		max--;
	}
	return pos;
}

static struct nm_native_ops vmxnet3_nm_ops = {
	.driver = &vmxnet3_driver.driver,
	.tx_min_bytes = ETH_ZLEN,
	.rx_bytes = vmxnet3_nm_rx_bytes,
	.down = vmxnet3_nm_down,
	.up = vmxnet3_nm_up,
	.tx_post = vmxnet3_nm_tx_post,
	.tx_done = vmxnet3_nm_tx_done,
	.rx_post = vmxnet3_nm_rx_post,
	.rx_fill = vmxnet3_nm_rx_fill,
};

static int __init vmxnet3_init_module(void)
{
	return nm_native_load(&vmxnet3_nm_ops, stock_vmxnet3_init_module);
}

static void vmxnet3_exit_module(void)
{
	nm_native_unload(&vmxnet3_nm_ops, stock_vmxnet3_exit_module);
}

int vmxnet3_quiesce_dev(struct vmxnet3_adapter *adapter)
{
	nm_native_pause(adapter->netdev);
	return stock_vmxnet3_quiesce_dev(adapter);
}

int vmxnet3_activate_dev(struct vmxnet3_adapter *adapter)
{
	int error = stock_vmxnet3_activate_dev(adapter);

	if (!error)
		nm_native_resume(adapter->netdev);
	return error;
}

/* Whole frames, as they are on the wire, in the buffers that were offered. */
static void vmxnet3_setup_driver_shared(struct vmxnet3_adapter *adapter)
{
	struct Vmxnet3_DSDevRead *wants = &adapter->shared->devRead;
	u32 i;

	stock_vmxnet3_setup_driver_shared(adapter);
	for (i = 0; i < adapter->num_rx_queues; i++) {
		if (!nm_native_has(adapter->netdev, NM_RX, i))
			continue;
		wants->misc.uptFeatures &= ~(UPT1_F_LRO | UPT1_F_RXVLAN);
		adapter->rqd_start[i].conf.rxDataRingDescSize = 0;
	}
}

static int vmxnet3_tq_tx_complete(struct vmxnet3_tx_queue *tq, struct vmxnet3_adapter *adapter)
{
	if (nm_native_interrupt(adapter->netdev, NM_TX, tq->qid))
		return 0;
	return stock_vmxnet3_tq_tx_complete(tq, adapter);
}

static int vmxnet3_rq_rx_complete(struct vmxnet3_rx_queue *rq, struct vmxnet3_adapter *adapter,
				  int quota)
{
	if (nm_native_interrupt(adapter->netdev, NM_RX, rq->qid))
		return 0;
	return stock_vmxnet3_rq_rx_complete(rq, adapter, quota);
}

/* Who asks takes none for a failure. */
static int vmxnet3_rq_alloc_rx_buf(struct vmxnet3_rx_queue *rq, u32 ring_idx, int num_to_alloc,
				   struct vmxnet3_adapter *adapter)
{
	if (nm_native_has(adapter->netdev, NM_RX, rq - adapter->rx_queue))
		return num_to_alloc;
	return stock_vmxnet3_rq_alloc_rx_buf(rq, ring_idx, num_to_alloc, adapter);
}
