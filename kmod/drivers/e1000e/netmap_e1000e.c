/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * netmap's rings on the Intel 8257x, 8258x and I21x: included at the end of the driver's netdev.c,
 * with the functions of the file "hooks" under the names stock_*. One queue a direction, legacy
 * transmit and extended receive descriptors: Intel, 82574 Gigabit Ethernet Controller Family
 * Datasheet.
 */
#include "native.h"

#define CRC_BYTES 4 /* left at the end of what was received, unless the driver has it stripped */

/* Beyond the standard MTU the driver splits packets over several buffers a descriptor. */
static u32 e1000e_nm_rx_bytes(struct net_device *netdev)
{
	struct e1000_adapter *adapter = netdev_priv(netdev);

	if (adapter->rx_ps_pages)
		return U32_MAX;
	/* What is not one of the sizes that the hardware knows is rounded up to this one. */
	return max_t(u32, adapter->rx_buffer_len, 2048);
}

static void e1000e_nm_down(struct net_device *netdev)
{
	struct e1000_adapter *adapter = netdev_priv(netdev);

	while (test_and_set_bit(__E1000_RESETTING, &adapter->state))
		usleep_range(1000, 2000);
	e1000e_down(adapter, true);
}

static void e1000e_nm_up(struct net_device *netdev)
{
	struct e1000_adapter *adapter = netdev_priv(netdev);

	e1000e_up(adapter);
	clear_bit(__E1000_RESETTING, &adapter->state);
}

/* The driver's own indices follow, as it compares them with the hardware's before a reset. */
static void e1000e_nm_tx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct e1000_adapter *adapter = netdev_priv(r->native->netdev);
	struct e1000_ring *tx = adapter->tx_ring;
	struct nm_native_piece piece;
	u32 slot, next, command;

	for (slot = from; slot != to; slot = next) {
		struct e1000_tx_desc *desc = E1000_TX_DESC(*tx, nm_native_index(r, slot));

		next = nm_next(slot, r->ring->slots);
		nm_native_tx_piece(r, slot, &piece);
		command = E1000_TXD_CMD_IFCS | piece.bytes;
		if (piece.last)
			command |= E1000_TXD_CMD_EOP;
		if (piece.report || next == to)
			command |= E1000_TXD_CMD_RS;
		desc->buffer_addr = cpu_to_le64(piece.dma);
		desc->lower.data = cpu_to_le32(command);
		desc->upper.data = 0;
	}
	wmb(); /* descriptors before the doorbell */
	tx->next_to_use = nm_native_index(r, to);
	if (adapter->flags2 & FLAG2_PCIM2PCI_ARBITER_WA)
		e1000e_update_tdt_wa(tx, tx->next_to_use);
	else
		writel(tx->next_to_use, tx->tail);
}

static u32 e1000e_nm_tx_done(struct nm_native_ring *r)
{
	struct e1000_adapter *adapter = netdev_priv(r->native->netdev);
	u32 index = readl(adapter->tx_ring->head);

	if (index < r->ring->slots)
		adapter->tx_ring->next_to_clean = index;
	return nm_native_slot(r, index);
}

static void e1000e_nm_rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct e1000_adapter *adapter = netdev_priv(r->native->netdev);
	struct e1000_ring *rx = adapter->rx_ring;
	u32 slot;

	for (slot = from; slot != to; slot = nm_next(slot, r->ring->slots)) {
		union e1000_rx_desc_extended *desc =
			E1000_RX_DESC_EXT(*rx, nm_native_index(r, slot));

		desc->read.buffer_addr = cpu_to_le64(nm_native_rx_room(r, slot));
		desc->wb.upper.status_error = 0;
	}
	wmb(); /* descriptors before the doorbell */
	if (adapter->flags2 & FLAG2_PCIM2PCI_ARBITER_WA)
		e1000e_update_rdt_wa(rx, nm_native_index(r, to));
	else
		writel(nm_native_index(r, to), rx->tail);
}

static u32 e1000e_nm_rx_fill(struct nm_native_ring *r, u32 pos, u32 max)
{
	struct e1000_adapter *adapter = netdev_priv(r->native->netdev);
	u32 crc = adapter->flags2 & FLAG2_CRC_STRIPPING ? 0 : CRC_BYTES;
	u32 status, bytes;
	bool last;

	while (max--) {
		union e1000_rx_desc_extended *desc =
			E1000_RX_DESC_EXT(*adapter->rx_ring, nm_native_index(r, pos));

		status = le32_to_cpu(READ_ONCE(desc->wb.upper.status_error));
		if (!(status & E1000_RXD_STAT_DD))
			break;
		dma_rmb(); /* the rest of the descriptor after its flag */
		bytes = le16_to_cpu(desc->wb.upper.length);
		last = status & E1000_RXD_STAT_EOP;
		nm_native_rx_done(r, pos, last && bytes > crc ? bytes - crc : bytes, !last);
		pos = nm_next(pos, r->ring->slots);
	}
	return pos;
}

static struct nm_native_ops e1000e_nm_ops = {
	.driver = &e1000_driver.driver,
	.tx_min_bytes = ETH_ZLEN,
	.max_mtu = ETH_DATA_LEN,
	.rx_bytes = e1000e_nm_rx_bytes,
	.down = e1000e_nm_down,
	.up = e1000e_nm_up,
	.tx_post = e1000e_nm_tx_post,
	.tx_done = e1000e_nm_tx_done,
	.rx_post = e1000e_nm_rx_post,
	.rx_fill = e1000e_nm_rx_fill,
};

static int __init e1000_init_module(void)
{
	return nm_native_load(&e1000e_nm_ops, stock_e1000_init_module);
}

static void __exit e1000_exit_module(void)
{
	nm_native_unload(&e1000e_nm_ops, stock_e1000_exit_module);
}

void e1000e_down(struct e1000_adapter *adapter, bool reset)
{
	nm_native_pause(adapter->netdev);
	stock_e1000e_down(adapter, reset);
}

static void e1000_configure(struct e1000_adapter *adapter)
{
	stock_e1000_configure(adapter);
	nm_native_resume(adapter->netdev);
}

static bool e1000_clean_tx_irq(struct e1000_ring *tx_ring)
{
	return nm_native_interrupt(tx_ring->adapter->netdev, NM_TX, 0) ||
	       stock_e1000_clean_tx_irq(tx_ring);
}

static bool e1000_clean_rx_irq(struct e1000_ring *rx_ring, int *work_done, int work_to_do)
{
	return nm_native_interrupt(rx_ring->adapter->netdev, NM_RX, 0) ||
	       stock_e1000_clean_rx_irq(rx_ring, work_done, work_to_do);
}

static bool e1000_clean_jumbo_rx_irq(struct e1000_ring *rx_ring, int *work_done, int work_to_do)
{
	return nm_native_interrupt(rx_ring->adapter->netdev, NM_RX, 0) ||
	       stock_e1000_clean_jumbo_rx_irq(rx_ring, work_done, work_to_do);
}

static void e1000_alloc_rx_buffers(struct e1000_ring *rx_ring, int cleaned_count, gfp_t gfp)
{
	if (!nm_native_has(rx_ring->adapter->netdev, NM_RX, 0))
		stock_e1000_alloc_rx_buffers(rx_ring, cleaned_count, gfp);
}

static void e1000_alloc_jumbo_rx_buffers(struct e1000_ring *rx_ring, int cleaned_count, gfp_t gfp)
{
	if (!nm_native_has(rx_ring->adapter->netdev, NM_RX, 0))
		stock_e1000_alloc_jumbo_rx_buffers(rx_ring, cleaned_count, gfp);
}
