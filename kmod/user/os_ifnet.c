/* SPDX-License-Identifier: BSD-2-Clause */
/* Network devices as far as the switch can tell: names in a table. */
#include "nm_user.h"
#include "os.h"

#define IFNETS_MAX 1024
#define NAME_BYTES 16

struct os_ifnet {
	char name[NAME_BYTES];
};

static struct os_ifnet *table[IFNETS_MAX];
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;

static int slot_of(const char *name)
{
	int i;

	for (i = 0; i < IFNETS_MAX; i++)
		if (table[i] && strcmp(table[i]->name, name) == 0)
			return i;
	return -1;
}

bool os_ifnet_exists(void *host_ns, const char *name)
{
	bool found;

	pthread_mutex_lock(&table_lock);
	found = slot_of(name) >= 0;
	pthread_mutex_unlock(&table_lock);
	return found;
}

static int insert(struct os_ifnet *ifnet)
{
	int i;

	if (slot_of(ifnet->name) >= 0)
		return -EEXIST;
	for (i = 0; i < IFNETS_MAX && table[i]; i++)
		;
	if (i == IFNETS_MAX)
		return -ENOMEM;
	table[i] = ifnet;
	return 0;
}

int os_ifnet_create(void *host_ns, const char *name, struct os_ifnet **out)
{
	struct os_ifnet *ifnet;
	int rc;

	if (!name[0] || strlen(name) >= NAME_BYTES)
		return -EINVAL;
	ifnet = os_alloc(sizeof(*ifnet));
	if (!ifnet)
		return -ENOMEM;
	memcpy(ifnet->name, name, strlen(name) + 1);
	pthread_mutex_lock(&table_lock);
	rc = insert(ifnet);
	pthread_mutex_unlock(&table_lock);
	if (rc) {
		os_free(ifnet);
		return rc;
	}
	*out = ifnet;
	return 0;
}

void os_ifnet_destroy(struct os_ifnet *ifnet)
{
	pthread_mutex_lock(&table_lock);
	table[slot_of(ifnet->name)] = NULL;
	pthread_mutex_unlock(&table_lock);
	os_free(ifnet);
}

