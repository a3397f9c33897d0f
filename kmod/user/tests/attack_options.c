/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists of options that go in circles, never end, lie about their size, or change while they are
 * read. */
#include <pthread.h>
#include <stdlib.h>

#include "support.h"

#define ROUNDS	    20000
#define CHAIN	    8
#define OPTION_ROOM 512 /* bytes: more than any option of fixed size */

/* Room for any option; what lies behind the header is payload. */
union option {
	struct nmreq_option head;
	uint64_t words[OPTION_ROOM / sizeof(uint64_t)];
};

static union option chain[CHAIN];

static int request_with(void *options)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC, .nr_flags = NR_EXCLUSIVE};
	struct nmreq_header hdr = {.nr_version = NETMAP_API,
				   .nr_reqtype = NETMAP_REQ_REGISTER,
				   .nr_name = "vale0:a",
				   .nr_options = (uintptr_t)options,
				   .nr_body = (uintptr_t)&reg};
	void *handle;
	int rc;

	CU_ASSERT_EQUAL_FATAL(DEV->open(&handle), 0);
	rc = DEV->ioctl(handle, NIOCCTRL, &hdr);
	CU_ASSERT_EQUAL(hdr.nr_options, (uintptr_t)options);
	CU_ASSERT_EQUAL(hdr.nr_body, (uintptr_t)&reg);
	DEV->close(handle);
	return rc;
}

static void link_up(size_t n, size_t back_to, uint32_t type)
{
	size_t i;

	memset(chain, 0, sizeof(chain));
	for (i = 0; i < n; i++) {
		chain[i].head.nro_reqtype = type;
		chain[i].head.nro_next = (uintptr_t)&chain[i + 1 < n ? i + 1 : back_to];
	}
}

static void circles_of_every_type_and_length(void)
{
	uint32_t type;
	size_t n, back_to;

	for (type = 0; type < NETMAP_REQ_OPT_MAX + 2; type++)
		for (n = 1; n <= CHAIN; n++)
			for (back_to = 0; back_to < n; back_to++) {
				int want = type < NETMAP_REQ_OPT_MAX ? -EINVAL : -EMSGSIZE;

				link_up(n, back_to, type);
				CU_ASSERT_EQUAL(request_with(chain), want);
			}
	finish();
}

static void sizes_that_lie(void)
{
	static const uint64_t sizes[] = {
		1,	 23,	     24,	 25,	     4071,	 4072,	     4096,  4097,
		1 << 16, 1ULL << 31, 1ULL << 32, 1ULL << 63, ~0ULL - 24, ~0ULL - 23, ~0ULL,
	};
	uint32_t type;
	size_t i;

	for (type = 1; type < NETMAP_REQ_OPT_MAX + 2; type++)
		for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			int rc;

			memset(chain, 0, sizeof(chain));
			chain[0].head.nro_reqtype = type;
			chain[0].head.nro_size = sizes[i];
			rc = request_with(chain);
			CU_ASSERT(rc == 0 || rc == -EMSGSIZE || rc == -EOPNOTSUPP ||
				  rc == -EINVAL || rc == -EFAULT || rc == -ENOMEM);
			if (sizes[i] > NETMAP_REQ_MAXSIZE && type < NETMAP_REQ_OPT_MAX)
				CU_ASSERT_EQUAL(rc, -EMSGSIZE);
		}
	finish();
}

static void lists_that_end_nowhere(void)
{
	static const uint64_t nowhere[] = {1, 0xfff, 0x800000000000ULL, ~0ULL, ~0ULL - 23};
	size_t i;

	for (i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++) {
		link_up(2, 0, NETMAP_REQ_OPT_MAX);
		chain[1].head.nro_next = nowhere[i];
		CU_ASSERT_EQUAL(request_with(chain), -EFAULT);
		CU_ASSERT_EQUAL(request_with((void *)(uintptr_t)nowhere[i]), -EFAULT);
	}
	finish();
}

static void *rewrite(void *arg)
{
	static const uint64_t sizes[] = {0, 32, 4096, 4097, ~0ULL, 48};
	volatile bool *stop = arg;
	unsigned seed = 19640229;

	while (!*stop) {
		volatile union option *o = &chain[rand_r(&seed) % CHAIN];

		o->head.nro_reqtype = rand_r(&seed) % (NETMAP_REQ_OPT_MAX + 2);
		o->head.nro_size = sizes[rand_r(&seed) % (sizeof(sizes) / sizeof(sizes[0]))];
		o->head.nro_next = rand_r(&seed) % 4 ? (uintptr_t)&chain[rand_r(&seed) % CHAIN]
						     : rand_r(&seed) % 3U;
		o->words[3 + rand_r(&seed) % 5] = rand_r(&seed) % 2 ? rand_r(&seed) : 0;
	}
	return NULL;
}

static void lists_that_change_while_they_are_read(void)
{
	volatile bool stop = false;
	unsigned i, refused = 0;
	pthread_t thread;

	link_up(CHAIN, 0, NETMAP_REQ_OPT_OFFSETS);
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, rewrite, (void *)&stop), 0);
	for (i = 0; i < ROUNDS; i++)
		refused += request_with(chain) != 0;
	stop = true;
	pthread_join(thread, NULL);
	CU_ASSERT(refused > 0);
	CU_ASSERT_EQUAL(request_with(NULL), 0);
	finish();
}

static void *rewrite_request(void *arg)
{
	struct nmreq_header *hdr = arg;
	unsigned seed = 19640229;

	while (__atomic_load_n(&hdr->nr_version, __ATOMIC_RELAXED)) {
		((volatile char *)hdr->nr_name)[rand_r(&seed) % 10] =
			"vale0:a{1}\0b^"[rand_r(&seed) % 13];
		*(volatile uint16_t *)&hdr->nr_reqtype = rand_r(&seed) % 17;
		*(volatile uint64_t *)&hdr->nr_body = rand_r(&seed) % 3 ? (uintptr_t)chain : 0;
	}
	return NULL;
}

/* Only copies of the request and its body are looked at; afterwards nothing is left of it. */
static void requests_that_change_while_they_are_read(void)
{
	static struct nmreq_header hdr;
	pthread_t thread;
	void *handle;
	int i;

	hdr = (struct nmreq_header){.nr_version = NETMAP_API, .nr_name = "vale0:a"};
	memset(chain, 0, sizeof(chain));
	CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, rewrite_request, &hdr), 0);
	for (i = 0; i < ROUNDS; i++) {
		CU_ASSERT_EQUAL_FATAL(DEV->open(&handle), 0);
		DEV->ioctl(handle, NIOCCTRL, &hdr);
		DEV->close(handle);
		hdr.nr_version = NETMAP_API;
	}
	__atomic_store_n(&hdr.nr_version, 0, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	finish();
}

static const struct suite_test tests[] = {
	{"circles_of_every_type_and_length", circles_of_every_type_and_length},
	{"sizes_that_lie", sizes_that_lie},
	{"lists_that_end_nowhere", lists_that_end_nowhere},
	{"lists_that_change_while_they_are_read", lists_that_change_while_they_are_read},
	{"requests_that_change_while_they_are_read", requests_that_change_while_they_are_read},
};

SUITE_MAIN("attack_options", tests)
