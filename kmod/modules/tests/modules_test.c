/* SPDX-License-Identifier: BSD-2-Clause */
/* What each module decides on hand-made frames. */
#include "frames.h"
#include "kmod/core/table.h"
#include "kmod/modules/modules.h"
#include "nm_user.h"
#include "suite.h"

#define DEFAULT_PORT   99
#define MISS	       DEFAULT_PORT
#define DROP	       NM_BDG_NOPORT
#define IP(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define COUNT(a)       (sizeof(a) / sizeof((a)[0]))

static struct nm_lookup_state state;

static void state_begin(void)
{
	int kind;

	CU_ASSERT_EQUAL_FATAL(nm_user_init(), 0);
	memset(&state, 0, sizeof(state));
	state.default_port = DEFAULT_PORT;
	for (kind = 0; kind < VALE_KEY_KINDS; kind++)
		CU_ASSERT_EQUAL_FATAL(nm_table_init(&state.table[kind], NM_TABLE_BITS_MIN), 0);
}

static void state_end(void)
{
	int kind;

	for (kind = 0; kind < VALE_KEY_KINDS; kind++)
		nm_table_exit(&state.table[kind]);
	CU_ASSERT_EQUAL(nm_user_exit(), 0);
}

static void say(enum vale_modctl_kind kind, uint64_t key, uint32_t port)
{
	CU_ASSERT_EQUAL(nm_table_set(&state.table[kind], key, port), 0);
}

/* With a virtio-net header of so many bytes before the frame. */
static uint32_t ask_shifted(const struct nm_lookup_module *module, const struct test_frame *f,
			    uint16_t header_bytes)
{
	uint8_t *data = malloc(header_bytes + f->bytes + 1), ring = 3; /* ASan guards its end */
	struct nm_bdg_fwd ft = {
		.ft_buf = data,
		.ft_frags = 1,
		.ft_offset = header_bytes,
		.ft_len = header_bytes + f->bytes,
	};
	uint32_t port;

	memset(data, 0xa5, header_bytes);
	memcpy(data + header_bytes, f->data, f->bytes);
	port = module->ops.lookup(&ft, &ring, NULL, &state);
	CU_ASSERT_EQUAL(ring, 3);
	free(data);
	return port;
}

static uint32_t ask(const struct nm_lookup_module *module, const struct test_frame *f)
{
	uint32_t port = ask_shifted(module, f, 0);

	CU_ASSERT_EQUAL(ask_shifted(module, f, 12), port);
	return port;
}

/* No module reads beyond a frame that ends early, and none follows half an address. */
static void short_frames_are_never_read_beyond(void)
{
	static struct nm_lookup_module *const modules[] = {&vale_mymodule, &vale_macs, &vale_ips,
							   &vale_demux};
	struct test_frame whole, f;
	uint16_t bytes;
	size_t m;

	state_begin();
	frame_l4(&whole, IP(10, 0, 0, 7), 17, 53, 5);
	say(VALE_KEY_TUPLE, nm_key_of_tuple((uint8_t[]){10, 0, 0, 7}, 17, 53), 7);
	for (m = 0; m < COUNT(modules); m++)
		for (bytes = 0; bytes <= whole.bytes; bytes++) {
			uint32_t port;

			f = whole;
			f.bytes = bytes;
			port = ask(modules[m], &f);
			CU_ASSERT(port == DROP || port == MISS || port == 7);
			if (bytes < ETHER_BYTES + IP4_BYTES)
				CU_ASSERT_NOT_EQUAL(port, 7);
		}
	CU_ASSERT_EQUAL(ask(&vale_demux, &whole), 7);
	state_end();
}

static void mymodule_takes_the_last_byte(void)
{
	static const struct {
		uint32_t dst;
		uint32_t port;
	} cases[] = {
		{IP(10, 0, 0, 1), 1},	     {IP(10, 0, 0, 2), 2},	    {IP(10, 0, 1, 0), 0},
		{IP(192, 168, 7, 253), 253}, {IP(255, 255, 255, 255), 255},
	};
	struct test_frame f;
	size_t i;

	state_begin();
	for (i = 0; i < COUNT(cases); i++) {
		frame_ip4(&f, IP(1, 2, 3, 4), cases[i].dst, 17, 5);
		CU_ASSERT_EQUAL(ask(&vale_mymodule, &f), cases[i].port);
	}
	frame_arp(&f, IP(10, 0, 0, 1), IP(10, 0, 0, 1));
	CU_ASSERT_EQUAL(ask(&vale_mymodule, &f), DROP);
	frame_ether(&f, 1, 2, 0x86dd);
	f.bytes = 60;
	CU_ASSERT_EQUAL(ask(&vale_mymodule, &f), DROP);
	state_end();
}

static void macs_knows_sources_whole(void)
{
	struct test_frame f;

	state_begin();
	say(VALE_KEY_MAC, 0x020000000005, 5);
	say(VALE_KEY_MAC, 0, 0); /* all zero is an address like any other */
	frame_ether(&f, 9, 5, 0x1234);
	CU_ASSERT_EQUAL(ask(&vale_macs, &f), 5);
	f.data[6] = 0x12; /* one bit away */
	CU_ASSERT_EQUAL(ask(&vale_macs, &f), MISS);
	frame_ether(&f, 5, 9, 0x1234); /* as destination */
	CU_ASSERT_EQUAL(ask(&vale_macs, &f), MISS);
	memset(f.data + 6, 0, 6);
	CU_ASSERT_EQUAL(ask(&vale_macs, &f), 0);
	memset(f.data + 6, 0xff, 6); /* a group as source */
	CU_ASSERT_EQUAL(ask(&vale_macs, &f), MISS);
	state_end();
}

static void ips_asks_station_then_source_then_destination(void)
{
	const uint32_t known = IP(10, 0, 0, 1), other = IP(10, 0, 0, 2), none = IP(10, 0, 9, 9);
	struct test_frame f;

	state_begin();
	say(VALE_KEY_IP4, known, 1);
	say(VALE_KEY_IP4, other, 2);
	frame_ip4(&f, known, other, 6, 5);
	CU_ASSERT_EQUAL(ask(&vale_ips, &f), 1);
	frame_ip4(&f, none, other, 6, 5);
	CU_ASSERT_EQUAL(ask(&vale_ips, &f), 2);
	frame_ip4(&f, none, none, 6, 5);
	CU_ASSERT_EQUAL(ask(&vale_ips, &f), MISS);
	frame_ip4(&f, IP(172, 16, 0, 1), none, 6, 5); /* the last two bytes do not make it known */
	CU_ASSERT_EQUAL(ask(&vale_ips, &f), MISS);
	frame_arp(&f, known, other);
	CU_ASSERT_EQUAL(ask(&vale_ips, &f), 1);
	frame_arp(&f, none, other);
	CU_ASSERT_EQUAL(ask(&vale_ips, &f), 2);
	frame_ether(&f, 1, 2, 0x86dd);
	CU_ASSERT_EQUAL(ask(&vale_ips, &f), MISS);
	say(VALE_KEY_MAC, 0x020000000002, 7);
	CU_ASSERT_EQUAL(ask(&vale_ips, &f), 7);
	frame_ip4(&f, known, other, 6, 5); /* the station goes before the host */
	CU_ASSERT_EQUAL(ask(&vale_ips, &f), 7);
	state_end();
}

static void demux_takes_all_three(void)
{
	static const uint8_t web[] = {10, 0, 0, 80};
	struct test_frame f;
	uint8_t ihl;

	state_begin();
	say(VALE_KEY_TUPLE, nm_key_of_tuple(web, 6, 80), 1);
	say(VALE_KEY_TUPLE, nm_key_of_tuple(web, 17, 80), 2);
	say(VALE_KEY_TUPLE, nm_key_of_tuple(web, 1, 0), 3);
	for (ihl = 5; ihl <= 15; ihl++) {
		frame_l4(&f, IP(10, 0, 0, 80), 6, 80, ihl);
		CU_ASSERT_EQUAL(ask(&vale_demux, &f), 1);
	}
	frame_l4(&f, IP(10, 0, 0, 80), 17, 80, 5);
	CU_ASSERT_EQUAL(ask(&vale_demux, &f), 2);
	frame_l4(&f, IP(10, 0, 0, 80), 17, 81, 5);
	CU_ASSERT_EQUAL(ask(&vale_demux, &f), MISS);
	frame_l4(&f, IP(10, 0, 0, 81), 17, 80, 5);
	CU_ASSERT_EQUAL(ask(&vale_demux, &f), MISS);
	frame_l4(&f, IP(10, 0, 0, 80), 1, 0x1234, 5); /* ICMP has no ports */
	CU_ASSERT_EQUAL(ask(&vale_demux, &f), 3);
	frame_l4(&f, IP(10, 0, 0, 80), 6, 80, 5);
	f.data[ETHER_BYTES + 6] = 0x20; /* a first fragment has its ports */
	CU_ASSERT_EQUAL(ask(&vale_demux, &f), 1);
	f.data[ETHER_BYTES + 7] = 1; /* a later one has not */
	CU_ASSERT_EQUAL(ask(&vale_demux, &f), MISS);
	frame_l4(&f, IP(10, 0, 0, 80), 6, 80, 5);
	f.data[ETHER_BYTES] = 0x44; /* a header shorter than headers are */
	CU_ASSERT_EQUAL(ask(&vale_demux, &f), MISS);
	state_end();
}

static void learn_by_low_byte(void)
{
	struct test_frame f;

	state_begin();
	learn_type = LEARN_LOW_BYTE;
	frame_ether(&f, 42, 2, 0x0800);
	CU_ASSERT_EQUAL(ask(&vale_learn, &f), 42);
	f.bytes = 13;
	CU_ASSERT_EQUAL(ask(&vale_learn, &f), DROP);
	learn_type = LEARN_BRIDGE;
	state_end();
}

static const struct suite_test tests[] = {
	{"short_frames_are_never_read_beyond", short_frames_are_never_read_beyond},
	{"mymodule_takes_the_last_byte", mymodule_takes_the_last_byte},
	{"macs_knows_sources_whole", macs_knows_sources_whole},
	{"ips_asks_station_then_source_then_destination",
	 ips_asks_station_then_source_then_destination},
	{"demux_takes_all_three", demux_takes_all_three},
	{"learn_by_low_byte", learn_by_low_byte},
};

SUITE_MAIN("modules_logic", tests)
