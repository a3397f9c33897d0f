/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * netmap's rings on the Intel 8254x: included at the end of the driver's e1000_main.c, with the
 * functions of the file "hooks" under the names stock_*. One queue a direction. Registers and
 * legacy descriptors: Intel, PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's
 * Manual.
 */
#include "native.h"

#define CRC_BYTES 4 /* the hardware leaves it at the end of what it received */

static u32 e1000_nm_rx_bytes(struct net_device *netdev)
{
	struct e1000_adapter *adapter = netdev_priv(netdev);

	/* What is not one of the sizes that the hardware knows is rounded up to this one. */
	return max_t(u32, adapter->rx_buffer_len, E1000_RXBUFFER_2048);
}

static void e1000_nm_down(struct net_device *netdev)
{
	struct e1000_adapter *adapter = netdev_priv(netdev);

	while (test_and_set_bit(__E1000_RESETTING, &adapter->flags))
		usleep_range(1000, 2000);
	e1000_down(adapter);
}

static void e1000_nm_up(struct net_device *netdev)
{
	struct e1000_adapter *adapter = netdev_priv(netdev);

	e1000_up(adapter);
	clear_bit(__E1000_RESETTING, &adapter->flags);
}

static void e1000_nm_tx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct e1000_adapter *adapter = netdev_priv(r->native->netdev);
	struct e1000_tx_ring *tx = &adapter->tx_ring[r->queue];
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
	writel(nm_native_index(r, to), adapter->hw.hw_addr + tx->tdt);
}

static u32 e1000_nm_tx_done(struct nm_native_ring *r)
{
	struct e1000_adapter *adapter = netdev_priv(r->native->netdev);

	return nm_native_slot(r, readl(adapter->hw.hw_addr + adapter->tx_ring[r->queue].tdh));
}

static void e1000_nm_rx_post(struct nm_native_ring *r, u32 from, u32 to)
{
	struct e1000_adapter *adapter = netdev_priv(r->native->netdev);
	struct e1000_rx_ring *rx = &adapter->rx_ring[r->queue];
	u32 slot;

	for (slot = from; slot != to; slot = nm_next(slot, r->ring->slots)) {
		struct e1000_rx_desc *desc = E1000_RX_DESC(*rx, nm_native_index(r, slot));

		desc->buffer_addr = cpu_to_le64(nm_native_rx_room(r, slot));
		desc->status = 0;
	}
	wmb(); /* descriptors before the doorbell */
	writel(nm_native_index(r, to), adapter->hw.hw_addr + rx->rdt);
}

static u32 e1000_nm_rx_fill(struct nm_native_ring *r, u32 pos, u32 max)
{
	struct e1000_adapter *adapter = netdev_priv(r->native->netdev);
	struct e1000_rx_ring *rx = &adapter->rx_ring[r->queue];
	u32 bytes;
	bool last;

	while (max--) {
		struct e1000_rx_desc *desc = E1000_RX_DESC(*rx, nm_native_index(r, pos));

		if (!(READ_ONCE(desc->status) & E1000_RXD_STAT_DD))
			break;
		dma_rmb(); /* the rest of the descriptor after its flag */
		bytes = le16_to_cpu(desc->length);
		last = desc->status & E1000_RXD_STAT_EOP;
		nm_native_rx_done(r, pos, last && bytes > CRC_BYTES ? bytes - CRC_BYTES : bytes,
				  !last);
		pos = nm_next(pos, r->ring->slots);
	}
	return pos;
}

static struct nm_native_ops e1000_nm_ops = {
	.driver = &e1000_driver.driver,
	.tx_min_bytes = ETH_ZLEN,
	.rx_bytes = e1000_nm_rx_bytes,
	.down = e1000_nm_down,
	.up = e1000_nm_up,
	.tx_post = e1000_nm_tx_post,
	.tx_done = e1000_nm_tx_done,
	.rx_post = e1000_nm_rx_post,
	.rx_fill = e1000_nm_rx_fill,
};

static int __init e1000_init_module(void)
{
	return nm_native_load(&e1000_nm_ops, stock_e1000_init_module);
}

static void __exit e1000_exit_module(void)
{
	nm_native_unload(&e1000_nm_ops, stock_e1000_exit_module);
}

void e1000_down(struct e1000_adapter *adapter)
{
	nm_native_pause(adapter->netdev);
	stock_e1000_down(adapter);
}

static void e1000_configure(struct e1000_adapter *adapter)
{
	stock_e1000_configure(adapter);
	nm_native_resume(adapter->netdev);
}

static bool e1000_clean_tx_irq(struct e1000_adapter *adapter, struct e1000_tx_ring *tx_ring)
{
	return nm_native_interrupt(adapter->netdev, NM_TX, 0) ||
	       stock_e1000_clean_tx_irq(adapter, tx_ring);
}

static bool e1000_clean_rx_irq(struct e1000_adapter *adapter, struct e1000_rx_ring *rx_ring,
			       int *work_done, int work_to_do)
{
	return nm_native_interrupt(adapter->netdev, NM_RX, 0) ||
	       stock_e1000_clean_rx_irq(adapter, rx_ring, work_done, work_to_do);
}

static bool e1000_clean_jumbo_rx_irq(struct e1000_adapter *adapter, struct e1000_rx_ring *rx_ring,
				     int *work_done, int work_to_do)
{
	return nm_native_interrupt(adapter->netdev, NM_RX, 0) ||
	       stock_e1000_clean_jumbo_rx_irq(adapter, rx_ring, work_done, work_to_do);
}

static void e1000_alloc_rx_buffers(struct e1000_adapter *adapter, struct e1000_rx_ring *rx_ring,
				   int cleaned_count)
{
	if (!nm_native_has(adapter->netdev, NM_RX, 0))
		stock_e1000_alloc_rx_buffers(adapter, rx_ring, cleaned_count);
}

static void e1000_alloc_jumbo_rx_buffers(struct e1000_adapter *adapter,
					 struct e1000_rx_ring *rx_ring, int cleaned_count)
{
	if (!nm_native_has(adapter->netdev, NM_RX, 0))
		stock_e1000_alloc_jumbo_rx_buffers(adapter, rx_ring, cleaned_count);
}
