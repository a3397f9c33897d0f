/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * netmap's rings on the Intel 82598, 82599, X540 and X550: included at the end of the driver's
 * ixgbe_main.c, with the functions of the file "hooks" under the names stock_*. Advanced
 * descriptors: Intel, 82599 10 GbE Controller Datasheet.
 */
#include "native.h"

static struct ixgbe_adapter *ixgbe_nm_adapter(const struct net_device *netdev)
{
	return pci_get_drvdata(to_pci_dev(netdev->dev.parent));
}

static u32 ixgbe_nm_rx_bytes(struct net_device *netdev)
{
	struct ixgbe_adapter *adapter = ixgbe_nm_adapter(netdev);
	u32 most = IXGBE_RXBUFFER_2K, i;

	for (i = 0; i < adapter->num_rx_queues; i++)
		most = max_t(u32, most, ixgbe_rx_bufsz(adapter->rx_ring[i]));
	return most;
}

static void ixgbe_nm_down(struct net_device *netdev)
{
	struct ixgbe_adapter *adapter = ixgbe_nm_adapter(netdev);

	while (test_and_set_bit(__IXGBE_RESETTING, &adapter->state))
		usleep_range(1000, 2000);
	ixgbe_down(adapter);
}

static void ixgbe_nm_up(struct net_device *netdev)
{
	struct ixgbe_adapter *adapter = ixgbe_nm_adapter(netdev);

	ixgbe_up(adapter);
	clear_bit(__IXGBE_RESETTING, &adapter->state);
}

static void ixgbe_nm_tx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct ixgbe_adapter *adapter = ixgbe_nm_adapter(r->native->netdev);
	struct ixgbe_ring *tx = adapter->tx_ring[r->queue];
	struct nm_native_piece piece;
	u32 slot, next, command, info = 0;

	for (slot = from; slot != to; slot = next) {
		union ixgbe_adv_tx_desc *desc = IXGBE_TX_DESC(tx, nm_native_index(r, slot));

		next = nm_next(slot, r->ring->slots);
		nm_native_tx_piece(r, slot, &piece);
		if (piece.first)
			info = nm_native_frame_bytes(r, slot) << IXGBE_ADVTXD_PAYLEN_SHIFT;
		command = IXGBE_ADVTXD_DTYP_DATA | IXGBE_ADVTXD_DCMD_DEXT | IXGBE_ADVTXD_DCMD_IFCS |
			  piece.bytes;
		if (piece.last)
			command |= IXGBE_ADVTXD_DCMD_EOP;
		if (piece.report || next == to)
			command |= IXGBE_ADVTXD_DCMD_RS;
		desc->read.buffer_addr = cpu_to_le64(piece.dma);
		desc->read.cmd_type_len = cpu_to_le32(command);
		desc->read.olinfo_status = cpu_to_le32(info);
	}
	wmb(); /* descriptors before the doorbell */
	writel(nm_native_index(r, to), tx->tail);
}

static u32 ixgbe_nm_tx_done(struct nm_native_ring *r)
{
	struct ixgbe_adapter *adapter = ixgbe_nm_adapter(r->native->netdev);
	struct ixgbe_hw *hw = &adapter->hw;

	return nm_native_slot(r,
			      IXGBE_READ_REG(hw, IXGBE_TDH(adapter->tx_ring[r->queue]->reg_idx)));
}

/* The second word of what is read is the first of what is written back: 0 clears the flags. */
static void ixgbe_nm_rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct ixgbe_adapter *adapter = ixgbe_nm_adapter(r->native->netdev);
	struct ixgbe_ring *rx = adapter->rx_ring[r->queue];
	u32 slot;

	for (slot = from; slot != to; slot = nm_next(slot, r->ring->slots)) {
		union ixgbe_adv_rx_desc *desc = IXGBE_RX_DESC(rx, nm_native_index(r, slot));

		desc->read.pkt_addr = cpu_to_le64(nm_native_rx_room(r, slot));
		desc->read.hdr_addr = 0;
	}
	wmb(); /* descriptors before the doorbell */
	writel(nm_native_index(r, to), rx->tail);
}

static u32 ixgbe_nm_rx_fill(struct nm_native_ring *r, u32 pos, u32 max)
{
	struct ixgbe_adapter *adapter = ixgbe_nm_adapter(r->native->netdev);
	struct ixgbe_ring *rx = adapter->rx_ring[r->queue];
	u32 status;

	while (max--) {
		union ixgbe_adv_rx_desc *desc = IXGBE_RX_DESC(rx, nm_native_index(r, pos));

		status = le32_to_cpu(READ_ONCE(desc->wb.upper.status_error));
		if (!(status & IXGBE_RXD_STAT_DD))
			break;
		dma_rmb(); /* the rest of the descriptor after its flag */
		nm_native_rx_done(r, pos, le16_to_cpu(desc->wb.upper.length),
				  !(status & IXGBE_RXD_STAT_EOP));
		pos = nm_next(pos, r->ring->slots);
	}
	return pos;
}

static struct nm_native_ops ixgbe_nm_ops = {
	.driver = &ixgbe_driver.driver,
	.tx_min_bytes = ETH_ZLEN,
	.rx_bytes = ixgbe_nm_rx_bytes,
	.down = ixgbe_nm_down,
	.up = ixgbe_nm_up,
	.tx_post = ixgbe_nm_tx_post,
	.tx_done = ixgbe_nm_tx_done,
	.rx_post = ixgbe_nm_rx_post,
	.rx_fill = ixgbe_nm_rx_fill,
};

static int __init ixgbe_init_module(void)
{
	return nm_native_load(&ixgbe_nm_ops, stock_ixgbe_init_module);
}

static void __exit ixgbe_exit_module(void)
{
	nm_native_unload(&ixgbe_nm_ops, stock_ixgbe_exit_module);
}

void ixgbe_down(struct ixgbe_adapter *adapter)
{
	nm_native_pause(adapter->netdev);
	stock_ixgbe_down(adapter);
}

static void ixgbe_configure(struct ixgbe_adapter *adapter)
{
	stock_ixgbe_configure(adapter);
	nm_native_resume(adapter->netdev);
}

/* Merged packets do not come in the order of descriptors. */
static void ixgbe_configure_rscctl(struct ixgbe_adapter *adapter, struct ixgbe_ring *ring)
{
	if (!nm_native_has(ring->netdev, NM_RX, ring->queue_index))
		stock_ixgbe_configure_rscctl(adapter, ring);
}

/* Queues for XDP have numbers of their own. */
static bool ixgbe_clean_tx_irq(struct ixgbe_q_vector *q_vector, struct ixgbe_ring *tx_ring,
			       int napi_budget)
{
	if (!ring_is_xdp(tx_ring) &&
	    nm_native_interrupt(tx_ring->netdev, NM_TX, tx_ring->queue_index))
		return true;
	return stock_ixgbe_clean_tx_irq(q_vector, tx_ring, napi_budget);
}

static int ixgbe_clean_rx_irq(struct ixgbe_q_vector *q_vector, struct ixgbe_ring *rx_ring,
			      const int budget)
{
	if (nm_native_interrupt(rx_ring->netdev, NM_RX, rx_ring->queue_index))
		return 0;
	return stock_ixgbe_clean_rx_irq(q_vector, rx_ring, budget);
}

void ixgbe_alloc_rx_buffers(struct ixgbe_ring *rx_ring, u16 cleaned_count)
{
	if (!nm_native_has(rx_ring->netdev, NM_RX, rx_ring->queue_index))
		stock_ixgbe_alloc_rx_buffers(rx_ring, cleaned_count);
}
