/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of options behind a request: unknown ones, repeated ones, circles, and too many. */
#include "selftest.h"

#include <string.h>

#define PORT "valest:a"

enum { UNKNOWN = 1234 };

static int with_options(unsigned type, void *options)
{
	struct nmreq_register reg = {.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_port_info_get info = {0};
	int fd = st_open(), ret;

	if (fd < 0)
		return errno;
	ret = st_ctrl_options(fd, type, PORT,
			      type == NETMAP_REQ_REGISTER ? (void *)&reg : (void *)&info, options);
	st_close(fd);
	return ret;
}

static void an_unknown_option_fails_register_and_rolls_back(void)
{
	struct nmreq_option option = {.nro_reqtype = UNKNOWN};

	CHECK_EQ(with_options(NETMAP_REQ_REGISTER, &option), EOPNOTSUPP);
	CHECK_EQ(option.nro_status, EOPNOTSUPP);
	CHECK_EQ(option.nro_reqtype, UNKNOWN);
	CHECK_EQ(option.nro_next, 0);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

static void other_requests_only_report_it(void)
{
	struct nmreq_option second = {.nro_reqtype = UNKNOWN};
	struct nmreq_option first = {.nro_reqtype = UNKNOWN + 1, .nro_next = (uintptr_t)&second};

	CHECK_EQ(with_options(NETMAP_REQ_PORT_INFO_GET, &first), 0);
	CHECK_EQ(first.nro_status, EOPNOTSUPP);
	CHECK_EQ(second.nro_status, EOPNOTSUPP);
	CHECK_EQ(first.nro_next, (uintptr_t)&second);
}

static void type_zero_is_invalid(void)
{
	struct nmreq_option option = {.nro_reqtype = 0};

	CHECK_EQ(with_options(NETMAP_REQ_REGISTER, &option), EINVAL);
	CHECK_EQ(option.nro_status, EINVAL);
}

static void a_circle_of_unknown_options_is_too_long(void)
{
	struct nmreq_option option = {.nro_reqtype = UNKNOWN, .nro_next = (uintptr_t)&option};

	CHECK_EQ(with_options(NETMAP_REQ_REGISTER, &option), EMSGSIZE);
	CHECK_EQ(option.nro_next, (uintptr_t)&option);
}

static void a_circle_of_known_options_is_a_repetition(void)
{
	struct nmreq_opt_offsets option = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_OFFSETS};

	option.nro_opt.nro_next = (uintptr_t)&option;
	CHECK_EQ(with_options(NETMAP_REQ_REGISTER, &option), EINVAL);
	CHECK_EQ(option.nro_opt.nro_status, EINVAL);
}

static void both_of_a_pair_are_marked(void)
{
	struct nmreq_opt_extmem second = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM};
	struct nmreq_opt_extmem first = {
		.nro_opt = {.nro_reqtype = NETMAP_REQ_OPT_EXTMEM, .nro_next = (uintptr_t)&second}};

	CHECK_EQ(with_options(NETMAP_REQ_REGISTER, &first), EINVAL);
	CHECK_EQ(first.nro_opt.nro_status, EINVAL);
	CHECK_EQ(second.nro_opt.nro_status, EINVAL);
}

static void too_many_bytes_of_options(void)
{
	enum { HEADERS = 99, EVENTFDS_BYTES = 1000 };
	static struct nmreq_option chain[HEADERS];
	static union {
		struct nmreq_option option;
		unsigned char bytes[EVENTFDS_BYTES];
	} last;
	int i;

	memset(chain, 0, sizeof(chain));
	memset(&last, 0, sizeof(last));
	for (i = 0; i < HEADERS; i++) {
		chain[i].nro_reqtype = UNKNOWN + (unsigned)i;
		chain[i].nro_next = (uintptr_t)(i + 1 < HEADERS ? &chain[i + 1] : &last.option);
	}
	last.option.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS;
	last.option.nro_size = EVENTFDS_BYTES;
	CHECK_EQ(with_options(NETMAP_REQ_REGISTER, chain), EMSGSIZE);
	CHECK_EQ(chain[0].nro_next, (uintptr_t)&chain[1]);
}

static void one_option_that_says_it_is_huge(void)
{
	struct nmreq_opt_sync_kloop_eventfds option = {
		.nro_opt = {.nro_reqtype = NETMAP_REQ_OPT_SYNC_KLOOP_EVENTFDS, .nro_size = 5000}};

	CHECK_EQ(with_options(NETMAP_REQ_REGISTER, &option), EMSGSIZE);
}

static void an_option_that_cannot_be_read(void)
{
	struct nmreq_option option = {.nro_reqtype = UNKNOWN, .nro_next = 16};

	CHECK_EQ(with_options(NETMAP_REQ_REGISTER, &option), EFAULT);
	CHECK_EQ(st_port_index(PORT), -ENOENT);
}

static const struct st_test tests[] = {
	{"option-unknown", an_unknown_option_fails_register_and_rolls_back},
	{"option-reported", other_requests_only_report_it},
	{"option-type-zero", type_zero_is_invalid},
	{"option-circle", a_circle_of_unknown_options_is_too_long},
	{"option-circle-known", a_circle_of_known_options_is_a_repetition},
	{"option-twice", both_of_a_pair_are_marked},
	{"option-too-many", too_many_bytes_of_options},
	{"option-huge", one_option_that_says_it_is_huge},
	{"option-unreadable", an_option_that_cannot_be_read},
};

const struct st_group st_option_group = {tests, ST_COUNT(tests)};
