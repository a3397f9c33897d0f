/* SPDX-License-Identifier: BSD-2-Clause */
/* vale-ctl against the real switch in this process: what one line does, the next one shows. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fake_dev.h"
#include "kmod/ctl/headers.h"
#include "kmod/ctl/vale_ctl.h"
#include "kmod/user/nm_user.h"
#include "suite.h"

/* Opens a port; the handle, or NULL. */
static void *open_port(const char *name)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_header header = {.nr_version = NETMAP_API,
				      .nr_reqtype = NETMAP_REQ_REGISTER,
				      .nr_body = (uintptr_t)&reg};
	void *handle = NULL;

	strcpy(header.nr_name, name);
	if (nmdev_inproc.open(&handle))
		return NULL;
	if (nmdev_inproc.ioctl(handle, NIOCCTRL, &header) == 0)
		return handle;
	nmdev_inproc.close(handle);
	return NULL;
}

static void says(const char *line, int status, const char *out, const char *err)
{
	fake_reset();
	fake_run(&nmdev_inproc, line);
	if (fake.status != status || strcmp(fake.out, out) || strcmp(fake.err, err))
		printf("vale-ctl %s: exit %d, stdout '%s', stderr '%s'\n", line, fake.status,
		       fake.out, fake.err);
	CU_ASSERT_EQUAL(fake.status, status);
	CU_ASSERT_STRING_EQUAL(fake.out, out);
	CU_ASSERT_STRING_EQUAL(fake.err, err);
}

static void listing_follows_ports(void)
{
	void *a, *b;

	says("", 0, "", "");
	a = open_port("vale7:a");
	b = open_port("vale7:b");
	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b);
	says("", 0, "vale7:a bridge_idx 0 port_idx 0\nvale7:b bridge_idx 0 port_idx 1\n", "");
	says("-l vale7:b", 0, "bridge_idx: 0\nport_idx:   1\n", "");
	says("-l vale7:c", 0, "bridge_idx: 0\nport_idx:   255\n", "");
	nmdev_inproc.close(a);
	says("", 0, "vale7:b bridge_idx 0 port_idx 1\n", "");
	nmdev_inproc.close(b);
	says("-l vale7:b", 1, "", "failed to list vale7:b: No such file or directory\n");
	says("", 0, "", "");
}

static void a_persistent_port_from_first_to_last(void)
{
	fake_run(&nmdev_inproc, "-v -n p0 -C 64,32,2,1");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.out, "tx_slots:   64\nrx_slots:   32\n"
						"tx_rings:   2\nrx_ring:    1\nmem_id:     "));
	says("-n p0", 1, "", "failed to create p0: File exists\n");
	says("-v -a vale7:p0", 0, "port_index: 0\n", "");
	says("-a vale7:p0", 1, "", "failed to attach vale7:p0: Device or resource busy\n");
	says("-r p0", 1, "", "failed to remove p0: Device or resource busy\n");
	says("", 0, "vale7:p0 bridge_idx 0 port_idx 0\n", "");
	says("-d vale7:p0", 0, "", "");
	says("-d vale7:p0", 1, "", "failed to detach vale7:p0: No such device or address\n");
	says("-r p0", 0, "", "");
	says("-r p0", 1, "", "failed to remove p0: No such device or address\n");
}

static void information_and_regions(void)
{
	void *a = open_port("vale7:a");
	const char *id;
	char want[64];

	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	fake_run(&nmdev_inproc, "-g vale7:a");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.out, "\ntx_slots:   1024\nrx_slots:   1024\n"
						"tx_rings:   1\nrx_rings    1\nmem_id:     "));
	id = strstr(fake.out, "mem_id:");
	CU_ASSERT_PTR_NOT_NULL_FATAL(id);
	snprintf(want, sizeof(want), "%s", id);
	fake_run(&nmdev_inproc, "-v -n p0 -m vale7:a -C 16");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.out, want));
	says("-r p0", 0, "", "");
	nmdev_inproc.close(a);
}

static void counters_of_the_switch(void)
{
	void *a = open_port("vale7:a");

	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	fake_run(&nmdev_inproc, "-s");
	CU_ASSERT_EQUAL(fake.status, 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.out, "\nvale7:a "));
	says("-s vale7:b", 1, "",
	     "failed to read counters of vale7:b: No such file or directory\n");
	says("--json -s vale7:a", 0,
	     "{\"type\":\"stats\",\"name\":\"vale7:a\",\"bridge_idx\":0,\"port_idx\":0,"
	     "\"tx_packets\":0,\"tx_bytes\":0,\"tx_copies\":0,\"tx_drop_bad_slot\":0,"
	     "\"tx_drop_no_dest\":0,\"tx_drop_lookup\":0,\"tx_drop_no_switch\":0,"
	     "\"rx_packets\":0,\"rx_bytes\":0,\"rx_drop_ring_full\":0,\"rx_drop_not_ready\":0,"
	     "\"rx_drop_bad_slot\":0}\n",
	     "");
	nmdev_inproc.close(a);
}

static void set_header(void *handle, const char *name, uint32_t bytes)
{
	struct nmreq_port_hdr length = {.nr_hdr_len = bytes};
	struct nmreq_header header = {.nr_version = NETMAP_API,
				      .nr_reqtype = NETMAP_REQ_PORT_HDR_SET,
				      .nr_body = (uintptr_t)&length};

	strcpy(header.nr_name, name);
	CU_ASSERT_EQUAL(nmdev_inproc.ioctl(handle, NIOCCTRL, &header), 0);
}

static int headers_differ(void *handle, const char *name, const char *word)
{
	char *said = NULL;
	size_t bytes = 0;
	FILE *err = open_memstream(&said, &bytes);
	struct ctl c = {.dev = &nmdev_inproc, .handle = handle, .err = err};
	int differing = ctl_headers_check(&c, name);

	fclose(err);
	if (word)
		CU_ASSERT_PTR_NOT_NULL(strstr(said, word));
	CU_ASSERT_EQUAL(said[0] == '\0', differing == 0);
	free(said);
	return differing;
}

static void headers_of_other_lengths_are_named(void)
{
	void *a = open_port("vale7:a"), *b = open_port("vale7:b"), *far = open_port("vale70:b");

	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	CU_ASSERT_PTR_NOT_NULL_FATAL(b);
	CU_ASSERT_PTR_NOT_NULL_FATAL(far);
	CU_ASSERT_EQUAL(headers_differ(a, "vale7:a", NULL), 0);
	set_header(far, "vale70:b", 10);
	CU_ASSERT_EQUAL(headers_differ(a, "vale7:a", NULL), 0);
	set_header(b, "vale7:b", 12);
	CU_ASSERT_EQUAL(headers_differ(a, "vale7:a", "vale7:b with one of 12"), 1);
	CU_ASSERT_EQUAL(headers_differ(a, "vale7:b", "pkt-gen -H 12"), 1);
	CU_ASSERT_EQUAL(headers_differ(a, "vale7:none", NULL), 0);
	set_header(a, "vale7:a", 12);
	CU_ASSERT_EQUAL(headers_differ(a, "vale7:a", NULL), 0);
	nmdev_inproc.close(a);
	nmdev_inproc.close(b);
	nmdev_inproc.close(far);
}

static void polling_needs_a_device(void)
{
	void *a = open_port("vale7:a");

	CU_ASSERT_PTR_NOT_NULL_FATAL(a);
	fake_run(&nmdev_inproc, "-p vale7:a -C 0,0");
	CU_ASSERT_EQUAL(fake.status, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.err, "failed to enable polling on vale7:a: "));
	nmdev_inproc.close(a);
}

enum { THREADS = 4, ROUNDS = 200 };

/* Each thread creates and removes a port of its own; the number of rounds that went wrong. */
static void *create_and_remove(void *name)
{
	char *create[] = {"vale-ctl", "-v", "-C", "16", "-n", name, NULL};
	char *drop[] = {"vale-ctl", "-r", name, NULL};
	char *text = NULL;
	size_t bytes = 0;
	intptr_t wrong = 0;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		FILE *out = open_memstream(&text, &bytes);

		wrong += vale_ctl_main(6, create, &nmdev_inproc, out, stderr) != 0;
		wrong += vale_ctl_main(3, drop, &nmdev_inproc, out, stderr) != 0;
		fclose(out);
		wrong += strncmp(text, "tx_slots:   16\n", 15) != 0;
		free(text);
	}
	return (void *)wrong;
}

static void threads_do_not_disturb_each_other(void)
{
	static char names[THREADS][4] = {"t0", "t1", "t2", "t3"};
	pthread_t thread[THREADS];
	void *wrong;
	int i;

	for (i = 0; i < THREADS; i++)
		CU_ASSERT_EQUAL_FATAL(pthread_create(&thread[i], NULL, create_and_remove, names[i]),
				      0);
	for (i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &wrong);
		CU_ASSERT_PTR_NULL(wrong);
	}
}

static void nothing_is_left(void)
{
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
	CU_ASSERT_EQUAL(nm_user_live_bytes(), 0);
}

#define TEST(name)                                                                                 \
	{                                                                                          \
#name, name                                                                        \
	}
static const struct suite_test tests[] = {
	TEST(listing_follows_ports),
	TEST(a_persistent_port_from_first_to_last),
	TEST(information_and_regions),
	TEST(counters_of_the_switch),
	TEST(headers_of_other_lengths_are_named),
	TEST(polling_needs_a_device),
	TEST(threads_do_not_disturb_each_other),
	TEST(nothing_is_left),
};

SUITE_MAIN("vale-ctl in process", tests)
