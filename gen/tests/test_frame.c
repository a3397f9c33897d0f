/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames byte by byte, address ranges, and checksums that stay right whatever changes. */
#include <arpa/inet.h>
#include <string.h>

#include "csum.h"
#include "frame.h"
#include "suite.h"

static struct frame_spec spec_of(int family, uint32_t bytes, const char *src, const char *dst)
{
	struct frame_spec spec = {
		.family = family, .max_bytes = bytes, .dst_mac = {255, 255, 255, 255, 255, 255}};
	struct vb_err err;

	CU_ASSERT_EQUAL_FATAL(range_parse(&spec.src, family, src, "-s", &err), 0);
	CU_ASSERT_EQUAL_FATAL(range_parse(&spec.dst, family, dst, "-d", &err), 0);
	return spec;
}

static void make(struct frame *f, const struct frame_spec *spec)
{
	struct vb_err err;

	CU_ASSERT_EQUAL_FATAL(frame_init(f, spec, 1, &err), 0);
}

static unsigned be16(const struct frame *f, unsigned offset)
{
	return (unsigned)f->buf[f->vnet_bytes + offset] << 8 | f->buf[f->vnet_bytes + offset + 1];
}

/* From scratch, as a receiver would check it. */
static void checksums_hold(const struct frame *f)
{
	const uint8_t *ip = f->buf + f->vnet_bytes + 14;
	bool v4 = f->spec.family == 4;
	const uint8_t *udp = ip + (v4 ? 20 : 40);
	uint32_t udp_bytes = (uint32_t)udp[4] << 8 | udp[5], sum;

	CU_ASSERT_EQUAL(udp_bytes, f->bytes - f->vnet_bytes - (v4 ? 34 : 54));
	if (v4)
		CU_ASSERT_EQUAL(csum_finish(csum_add(0, ip, 20)), 0);
	sum = csum_add(htons(17), v4 ? ip + 12 : ip + 8, v4 ? 8 : 32);
	sum = csum_add(sum + htons((uint16_t)udp_bytes), udp, udp_bytes);
	CU_ASSERT_EQUAL(csum_finish(sum), 0);
}

static void reference_bytes(void)
{
	static const struct {
		int family;
		uint32_t bytes;
		const char *src, *dst;
		unsigned ip_check, udp_length, udp_check; /* ip_check 0: none */
	} cases[] = {
		{4, 60, "10.0.0.1", "10.1.0.1", 0x26ad, 0x001a, 0x1580},
		{4, 128, "10.0.0.1", "10.1.0.1", 0x2669, 0x005e, 0xa603},
		/* Addresses, ports and both lengths count (RFC 8200); left out, it is 0x3341. */
		{6, 80, "fd00::1", "fd00::2", 0, 0x001a, 0x2f7e},
	};
	struct frame f;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned udp = cases[i].family == 4 ? 34 : 54;
		struct frame_spec spec =
			spec_of(cases[i].family, cases[i].bytes, cases[i].src, cases[i].dst);

		make(&f, &spec);
		if (cases[i].ip_check)
			CU_ASSERT_EQUAL(be16(&f, 24), cases[i].ip_check);
		CU_ASSERT_EQUAL(be16(&f, udp + 4), cases[i].udp_length);
		CU_ASSERT_EQUAL(be16(&f, udp + 6), cases[i].udp_check);
		checksums_hold(&f);
		frame_free(&f);
	}
}

static void default_frame_is_laid_out_as_specified(void)
{
	static const uint8_t headers[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0,	  0,	0,    0,    0,	  0,	0x08,
		0x00, 0x45, 0x10, 0x00, 0x2e, 0x00, 0x00, 0x40, 0x00, 64,   17,	  0x26, 0xad,
		10,   0,    0,	  1,	10,   1,    0,	  1,	0x04, 0xd2, 0x04, 0xd2,
	};
	struct frame_spec spec = spec_of(4, 60, "10.0.0.1", "10.1.0.1");
	struct frame f;

	spec.vnet_bytes = 12;
	make(&f, &spec);
	CU_ASSERT_EQUAL(f.bytes, 72);
	CU_ASSERT_EQUAL(memcmp(f.buf, "\0\0\0\0\0\0\0\0\0\0\0\0", 12), 0);
	CU_ASSERT_EQUAL(memcmp(f.buf + 12, headers, sizeof(headers)), 0);
	CU_ASSERT_EQUAL(memcmp(f.buf + 12 + 42, "netmap pkt-gen DIR", 18), 0);
	frame_free(&f);
}

static void payload_text_repeats(void)
{
	struct frame_spec spec = spec_of(4, 42 + 2 * 70 + 5, "10.0.0.1", "10.1.0.1");
	struct frame f;

	make(&f, &spec);
	CU_ASSERT_EQUAL(
		memcmp(f.buf + 42,
		       "netmap pkt-gen DIRECT payload\nhttp://info.iet.unipi.it/~luigi/netmap/ ",
		       70),
		0);
	CU_ASSERT_EQUAL(memcmp(f.buf + 42, f.buf + 42 + 70, 70), 0);
	CU_ASSERT_EQUAL(memcmp(f.buf + 42 + 140, "netma", 5), 0);
	frame_free(&f);
	spec.indirect = true;
	make(&f, &spec);
	CU_ASSERT_EQUAL(memcmp(f.buf + 42, "netmap pkt-gen indirect payload\n", 32), 0);
	CU_ASSERT_EQUAL(memcmp(f.buf + 42, f.buf + 42 + 72, 72), 0);
	frame_free(&f);
}

static void every_length_keeps_checksums_right(void)
{
	static const int families[] = {4, 6};
	struct frame f;
	uint32_t bytes;
	size_t i;

	for (i = 0; i < 2; i++) {
		struct frame_spec spec = spec_of(families[i], 1600, i ? "fd00::1" : "10.0.0.1",
						 i ? "fd00::2" : "10.1.0.1");

		make(&f, &spec);
		for (bytes = 70; bytes <= 1600; bytes += 1 + bytes % 3) {
			frame_set_bytes(&f, 1670 - bytes);
			checksums_hold(&f);
			CU_ASSERT_EQUAL(f.bytes, 1670 - bytes);
		}
		frame_free(&f);
	}
}

static void odometer_turns_in_order_and_wraps(void)
{
	/* source port, source address, destination port, destination address */
	static const unsigned want[][4] = {
		{1, 1, 7, 1}, {2, 1, 7, 1}, {1, 2, 7, 1}, {2, 2, 7, 1}, {1, 1, 8, 1},
		{2, 1, 8, 1}, {1, 2, 8, 1}, {2, 2, 8, 1}, {1, 1, 7, 2},
	};
	struct frame_spec spec = spec_of(4, 60, "10.0.0.1:1-10.0.0.2:2", "10.1.0.1:7-10.1.0.2:8");
	struct frame f;
	size_t i;

	make(&f, &spec);
	CU_ASSERT(frame_steps(&spec));
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		CU_ASSERT_EQUAL(be16(&f, 34), want[i][0]);
		CU_ASSERT_EQUAL(f.buf[29], want[i][1]);
		CU_ASSERT_EQUAL(be16(&f, 36), want[i][2]);
		CU_ASSERT_EQUAL(f.buf[33], want[i][3]);
		checksums_hold(&f);
		frame_step(&f);
	}
	for (; i < 16; i++)
		frame_step(&f);
	CU_ASSERT_EQUAL(be16(&f, 34), 1);
	CU_ASSERT_EQUAL(f.buf[33], 1);
	frame_free(&f);
}

static void odometer_varies_one_group_of_ipv6(void)
{
	struct frame_spec spec = spec_of(6, 80, "2@[fd00::1]:5-[fd00:0:2::1]:5", "fd00::9");
	struct frame f;
	unsigned i;

	make(&f, &spec);
	for (i = 0; i < 7; i++) {
		CU_ASSERT_EQUAL(be16(&f, 22 + 4), i % 3);
		checksums_hold(&f);
		frame_step(&f);
	}
	frame_free(&f);
}

static void random_ends_keep_checksums_right(void)
{
	struct frame_spec spec = spec_of(4, 61, "10.0.0.1", "10.1.0.1");
	unsigned i, changes = 0;
	struct frame f;
	uint8_t before[4];

	spec.random_src = spec.random_dst = true;
	make(&f, &spec);
	for (i = 0; i < 200; i++) {
		memcpy(before, f.buf + 30, 4);
		frame_step(&f);
		changes += memcmp(before, f.buf + 30, 4) != 0;
		checksums_hold(&f);
	}
	CU_ASSERT(changes > 190);
	frame_free(&f);
}

static void destination_macs_count_and_wrap(void)
{
	struct frame_spec spec = spec_of(4, 60, "10.0.0.1", "10.1.0.1");
	static const uint8_t first[] = {2, 0, 0, 0, 0, 0xff}, second[] = {2, 0, 0, 0, 1, 0};
	struct frame f;

	memcpy(spec.dst_mac, first, 6);
	spec.dst_macs = 3;
	make(&f, &spec);
	CU_ASSERT_EQUAL(memcmp(f.buf, first, 6), 0);
	frame_step(&f);
	CU_ASSERT_EQUAL(memcmp(f.buf, second, 6), 0);
	frame_step(&f);
	frame_step(&f);
	CU_ASSERT_EQUAL(memcmp(f.buf, first, 6), 0);
	checksums_hold(&f);
	frame_free(&f);
}

static void source_macs_turn_beside_the_others(void)
{
	struct frame_spec spec = spec_of(4, 60, "10.0.0.1", "10.1.0.1");
	static const uint8_t src[2][6] = {{2, 0, 0, 0, 0, 0xff}, {2, 0, 0, 0, 1, 0}};
	static const uint8_t dst[3][6] = {
		{2, 1, 0, 0, 0, 1}, {2, 1, 0, 0, 0, 2}, {2, 1, 0, 0, 0, 3}};
	struct frame f;
	int i;

	memcpy(spec.dst_mac, dst[0], 6);
	memcpy(spec.src_mac, src[0], 6);
	spec.dst_macs = 3;
	spec.src_macs = 2;
	make(&f, &spec);
	for (i = 0; i < 12; i++) {
		CU_ASSERT_EQUAL(memcmp(f.buf, dst[i % 3], 6), 0);
		CU_ASSERT_EQUAL(memcmp(f.buf + 6, src[i % 2], 6), 0);
		checksums_hold(&f);
		frame_step(&f);
	}
	frame_free(&f);
}

static void payload_changes_keep_checksum_right(void)
{
	struct frame_spec spec = spec_of(6, 90, "fd00::1", "fd00::2");
	uint32_t i, number;
	struct frame f;

	make(&f, &spec);
	for (i = 0; i < 1000; i++) {
		number = i * 2654435761u;
		frame_put_payload(&f, 0, &number, sizeof(number));
		checksums_hold(&f);
	}
	frame_free(&f);
}

static void ranges_are_understood(void)
{
	static const struct {
		int family;
		const char *text, *want; /* NULL: an error */
	} cases[] = {
		{4, "10.0.0.1", "10.0.0.1:1234 to 10.0.0.1:1234"},
		{4, "10.0.0.1:5", "10.0.0.1:5 to 10.0.0.1:5"},
		{4, "10.0.0.1-10.0.0.9", "10.0.0.1:1234 to 10.0.0.9:1234"},
		{4, "10.0.0.1:5-10.0.0.9", "10.0.0.1:5 to 10.0.0.9:5"},
		{4, "10.0.0.1-10.0.0.9:7000", "10.0.0.1:1234 to 10.0.0.9:7000"},
		{4, "10.0.0.9:9-10.0.0.1:5", "10.0.0.1:5 to 10.0.0.9:9"},
		{6, "fd00::1", "7@[fd00::1]:1234 to 7@[fd00::1]:1234"},
		{6, "3@fd00::1", "3@[fd00::1]:1234 to 3@[fd00::1]:1234"},
		{6, "9@[fd00::1]:80-[fd00::5]:90", "7@[fd00::1]:80 to 7@[fd00::5]:90"},
		{4, "10.0.0", NULL},
		{4, "10.0.0.1:70000", NULL},
		{4, "10.0.0.1:x", NULL},
		{4, "", NULL},
		{4, "10.0.0.1-", NULL},
		{6, "10.0.0.1", NULL},
		{6, "[fd00::1", NULL},
		{6, "x@fd00::1", NULL},
		{6, "[fd00::1]:", NULL},
	};
	char text[2 * RANGE_TEXT_BYTES + 8];
	struct vb_err err;
	struct range r;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int ret = range_parse(&r, cases[i].family, cases[i].text, "-s", &err);

		CU_ASSERT_EQUAL(ret, cases[i].want ? 0 : -1);
		if (ret == 0) {
			range_format(&r, text, sizeof(text));
			CU_ASSERT_STRING_EQUAL(text, cases[i].want);
		} else {
			CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "-s: cannot use"));
			CU_ASSERT_PTR_NULL(strchr(err.text, '\n'));
		}
	}
}

static const struct suite_test tests[] = {
	{"reference checksums and lengths", reference_bytes},
	{"the default frame is laid out as specified", default_frame_is_laid_out_as_specified},
	{"the payload text repeats", payload_text_repeats},
	{"every length keeps checksums right", every_length_keeps_checksums_right},
	{"the odometer turns in order and wraps", odometer_turns_in_order_and_wraps},
	{"the odometer varies one group of IPv6", odometer_varies_one_group_of_ipv6},
	{"random ends keep checksums right", random_ends_keep_checksums_right},
	{"destination MACs count and wrap", destination_macs_count_and_wrap},
	{"source MACs turn beside the others", source_macs_turn_beside_the_others},
	{"payload changes keep the checksum right", payload_changes_keep_checksum_right},
	{"ranges are understood", ranges_are_understood},
};

SUITE_MAIN("gen-frame", tests)
