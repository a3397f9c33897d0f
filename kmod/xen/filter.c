/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include "filter.h"

#define MULTICAST 1
#define BROADCAST 0xffffffffffffULL

static uint64_t key(const uint8_t mac[6])
{
	uint64_t key = 0;

	memcpy(&key, mac, 6);
	return key;
}

static unsigned find(const struct vif_filter *f, uint64_t mac)
{
	unsigned i = 0;

	while (i < VIF_FILTER_MAX && OS_READ_ONCE(f->mac[i]) != mac)
		i++;
	return i;
}

bool vif_filter_add(struct vif_filter *f, const uint8_t mac[6])
{
	bool known;
	unsigned i;

	if (!(mac[0] & MULTICAST))
		return false;
	os_spin_lock(&f->lock);
	known = find(f, key(mac)) < VIF_FILTER_MAX;
	i = known ? 0 : find(f, 0);
	if (!known && i < VIF_FILTER_MAX)
		OS_WRITE_ONCE(f->mac[i], key(mac));
	os_spin_unlock(&f->lock);
	return i < VIF_FILTER_MAX;
}

void vif_filter_del(struct vif_filter *f, const uint8_t mac[6])
{
	unsigned i;

	os_spin_lock(&f->lock);
	i = find(f, key(mac));
	if (i < VIF_FILTER_MAX)
		OS_WRITE_ONCE(f->mac[i], 0);
	os_spin_unlock(&f->lock);
}

bool vif_filter_passes(const struct vif_filter *f, const uint8_t mac[6])
{
	if (!OS_READ_ONCE(f->on) || !(mac[0] & MULTICAST) || key(mac) == BROADCAST)
		return true;
	return find(f, key(mac)) < VIF_FILTER_MAX;
}
