/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * netmap's rings on the Intel 82575, 82576, 82580, I350 and I210: included at the end of the
 * driver's igb_main.c, with the functions of the file "hooks" under the names stock_*. Advanced
 * descriptors: Intel, 82576 Gigabit Ethernet Controller Datasheet.
 */
#include "native.h"

static struct igb_adapter *igb_nm_adapter(const struct net_device *netdev)
{
	return netdev_priv(netdev);
}

static u32 igb_nm_rx_bytes(struct net_device *netdev)
{
	struct igb_adapter *adapter = igb_nm_adapter(netdev);
	u32 most = IGB_RXBUFFER_2048, i;

	for (i = 0; i < adapter->num_rx_queues; i++)
		most = max_t(u32, most, igb_rx_bufsz(adapter->rx_ring[i]));
	return most;
}

static void igb_nm_down(struct net_device *netdev)
{
	struct igb_adapter *adapter = igb_nm_adapter(netdev);

	while (test_and_set_bit(__IGB_RESETTING, &adapter->state))
		usleep_range(1000, 2000);
	igb_down(adapter);
}

static void igb_nm_up(struct net_device *netdev)
{
	struct igb_adapter *adapter = igb_nm_adapter(netdev);

	igb_up(adapter);
	clear_bit(__IGB_RESETTING, &adapter->state);
}

static void igb_nm_tx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct igb_adapter *adapter = igb_nm_adapter(r->native->netdev);
	struct igb_ring *tx = adapter->tx_ring[r->queue];
	struct nm_native_piece piece;
	u32 slot, next, command, info = 0;

	for (slot = from; slot != to; slot = next) {
		union e1000_adv_tx_desc *desc = IGB_TX_DESC(tx, nm_native_index(r, slot));

		next = nm_next(slot, r->ring->slots);
		nm_native_tx_piece(r, slot, &piece);
		if (piece.first)
			info = nm_native_frame_bytes(r, slot) << E1000_ADVTXD_PAYLEN_SHIFT;
		command = E1000_ADVTXD_DTYP_DATA | E1000_ADVTXD_DCMD_DEXT | E1000_ADVTXD_DCMD_IFCS |
			  piece.bytes;
		if (piece.last)
			command |= E1000_ADVTXD_DCMD_EOP;
		if (piece.report || next == to)
			command |= E1000_ADVTXD_DCMD_RS;
		desc->read.buffer_addr = cpu_to_le64(piece.dma);
		desc->read.cmd_type_len = cpu_to_le32(command);
		desc->read.olinfo_status = cpu_to_le32(info);
	}
	wmb(); /* descriptors before the doorbell */
	writel(nm_native_index(r, to), tx->tail);
}

static u32 igb_nm_tx_done(struct nm_native_ring *r)
{
	struct igb_adapter *adapter = igb_nm_adapter(r->native->netdev);
	struct e1000_hw *hw = &adapter->hw;

	return nm_native_slot(r, rd32(E1000_TDH(adapter->tx_ring[r->queue]->reg_idx)));
}

/* The second word of what is read is the first of what is written back: 0 clears the flags. */
static void igb_nm_rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct igb_adapter *adapter = igb_nm_adapter(r->native->netdev);
	struct igb_ring *rx = adapter->rx_ring[r->queue];
	u32 slot;

	for (slot = from; slot != to; slot = nm_next(slot, r->ring->slots)) {
		union e1000_adv_rx_desc *desc = IGB_RX_DESC(rx, nm_native_index(r, slot));

		desc->read.pkt_addr = cpu_to_le64(nm_native_rx_room(r, slot));
		desc->read.hdr_addr = 0;
	}
	wmb(); /* descriptors before the doorbell */
	writel(nm_native_index(r, to), rx->tail);
}

static u32 igb_nm_rx_fill(struct nm_native_ring *r, u32 pos, u32 max)
{
	struct igb_adapter *adapter = igb_nm_adapter(r->native->netdev);
	struct igb_ring *rx = adapter->rx_ring[r->queue];
	u32 status;

	while (max--) {
		union e1000_adv_rx_desc *desc = IGB_RX_DESC(rx, nm_native_index(r, pos));

		status = le32_to_cpu(READ_ONCE(desc->wb.upper.status_error));
		if (!(status & E1000_RXD_STAT_DD))
			break;
		dma_rmb(); /* the rest of the descriptor after its flag */
		nm_native_rx_done(r, pos, le16_to_cpu(desc->wb.upper.length),
				  !(status & E1000_RXD_STAT_EOP));
		pos = nm_next(pos, r->ring->slots);
	}
	return pos;
}

static struct nm_native_ops igb_nm_ops = {
	.driver = &igb_driver.driver,
	.tx_min_bytes = ETH_ZLEN,
	.rx_bytes = igb_nm_rx_bytes,
	.down = igb_nm_down,
	.up = igb_nm_up,
	.tx_post = igb_nm_tx_post,
	.tx_done = igb_nm_tx_done,
	.rx_post = igb_nm_rx_post,
	.rx_fill = igb_nm_rx_fill,
};

static int __init igb_init_module(void)
{
	return nm_native_load(&igb_nm_ops, stock_igb_init_module);
}

static void __exit igb_exit_module(void)
{
	nm_native_unload(&igb_nm_ops, stock_igb_exit_module);
}

void igb_down(struct igb_adapter *adapter)
{
	nm_native_pause(adapter->netdev);
	stock_igb_down(adapter);
}

static void igb_configure(struct igb_adapter *adapter)
{
	stock_igb_configure(adapter);
	nm_native_resume(adapter->netdev);
}

static bool igb_clean_tx_irq(struct igb_q_vector *q_vector, int napi_budget)
{
	struct igb_ring *ring = q_vector->tx.ring;

	return nm_native_interrupt(ring->netdev, NM_TX, ring->queue_index) ||
	       stock_igb_clean_tx_irq(q_vector, napi_budget);
}

static int igb_clean_rx_irq(struct igb_q_vector *q_vector, const int budget)
{
	struct igb_ring *ring = q_vector->rx.ring;

	if (nm_native_interrupt(ring->netdev, NM_RX, ring->queue_index))
		return 0;
	return stock_igb_clean_rx_irq(q_vector, budget);
}

void igb_alloc_rx_buffers(struct igb_ring *rx_ring, u16 cleaned_count)
{
	if (!nm_native_has(rx_ring->netdev, NM_RX, rx_ring->queue_index))
		stock_igb_alloc_rx_buffers(rx_ring, cleaned_count);
}
