/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of a pretended network device: what is said of wrong ones, and what --fix makes of them.
 */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>

#include "kmod/ctl/nic.h"
#include "suite.h"

static struct {
	unsigned on; /* tso, gso, gro, tx, rx: a bit each, as in offloads */
	bool pause;
	short flags;
	bool no_ethtool; /* it has no such settings */
	int refuses;	 /* what every change is answered with */
	unsigned changes;
} nic;

static const struct {
	uint32_t get, set;
} offloads[] = {
	{ETHTOOL_GTSO, ETHTOOL_STSO},	    {ETHTOOL_GGSO, ETHTOOL_SGSO},
	{ETHTOOL_GGRO, ETHTOOL_SGRO},	    {ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM},
	{ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM},
};

static int change(void)
{
	nic.changes++;
	return nic.refuses;
}

static int pretend_ethtool(void *data)
{
	struct ethtool_pauseparam *pause = data;
	struct ethtool_value *value = data;
	unsigned i;

	if (nic.no_ethtool)
		return -EOPNOTSUPP;
	for (i = 0; i < sizeof(offloads) / sizeof(offloads[0]); i++) {
		if (value->cmd == offloads[i].get) {
			value->data = nic.on >> i & 1;
			return 0;
		}
		if (value->cmd == offloads[i].set && !change())
			nic.on &= ~(!value->data << i);
	}
	if (pause->cmd == ETHTOOL_GPAUSEPARAM)
		pause->tx_pause = nic.pause;
	else if (pause->cmd == ETHTOOL_SPAUSEPARAM && !change())
		nic.pause = pause->tx_pause;
	return nic.changes ? nic.refuses : 0;
}

static int pretend(unsigned long cmd, struct ifreq *ifr)
{
	CU_ASSERT_STRING_EQUAL(ifr->ifr_name, "eth7");
	if (cmd == SIOCETHTOOL)
		return pretend_ethtool(ifr->ifr_data);
	if (cmd == SIOCGIFFLAGS) {
		ifr->ifr_flags = nic.flags;
		return 0;
	}
	if (!change())
		nic.flags = ifr->ifr_flags;
	return nic.refuses;
}

/* What is said; the caller frees it. */
static char *check(bool fix, int failures)
{
	char *text = NULL;
	size_t bytes;
	FILE *err = open_memstream(&text, &bytes);

	CU_ASSERT_PTR_NOT_NULL_FATAL(err);
	CU_ASSERT_EQUAL(ctl_nic_check("eth7", fix, pretend, err), failures);
	fclose(err);
	return text;
}

static void says(const char *text, const char *what)
{
	if (!strstr(text, what))
		printf("'%s' is not in:\n%s", what, text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, what));
}

static unsigned lines(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void wrong_settings_are_told_with_their_command(void)
{
	char *text;

	memset(&nic, 0, sizeof(nic));
	nic.on = 0x1f;
	nic.pause = true;
	nic.flags = IFF_UP;
	text = check(false, 0);
	CU_ASSERT_EQUAL(lines(text), 7);
	says(text, "warning: eth7: tso is on");
	says(text, "correct it with: ethtool -K eth7 gro off\n");
	says(text, "ethtool -A eth7 autoneg off rx off tx off\n");
	says(text, "ip link set eth7 promisc on\n");
	CU_ASSERT_EQUAL(nic.changes, 0);
	free(text);
}

static void right_settings_are_not_worth_a_word(void)
{
	char *text;

	memset(&nic, 0, sizeof(nic));
	nic.flags = IFF_UP | IFF_PROMISC;
	text = check(false, 0);
	CU_ASSERT_STRING_EQUAL(text, "");
	free(text);
	nic.no_ethtool = true;
	text = check(true, 0);
	CU_ASSERT_STRING_EQUAL(text, "");
	CU_ASSERT_EQUAL(nic.changes, 0);
	free(text);
}

static void fix_corrects_all_that_is_wrong(void)
{
	char *text;

	memset(&nic, 0, sizeof(nic));
	nic.on = 0x15;
	nic.pause = true;
	nic.flags = IFF_UP;
	text = check(true, 0);
	CU_ASSERT_EQUAL(lines(text), 5);
	says(text, "done: ethtool -K eth7 tso off\n");
	CU_ASSERT_EQUAL(nic.on, 0);
	CU_ASSERT_EQUAL(nic.pause, false);
	CU_ASSERT_EQUAL(nic.flags, IFF_UP | IFF_PROMISC);
	free(text);
}

static void what_cannot_be_corrected_is_told(void)
{
	char *text;

	memset(&nic, 0, sizeof(nic));
	nic.on = 1;
	nic.refuses = -EPERM;
	text = check(true, 2);
	CU_ASSERT_EQUAL(lines(text), 2);
	says(text, "cannot do as --fix asks: ethtool -K eth7 tso off: Operation not permitted\n");
	says(text, "ip link set eth7 promisc on: Operation not permitted\n");
	free(text);
}

static const struct suite_test tests[] = {
	{"wrong_settings_are_told_with_their_command", wrong_settings_are_told_with_their_command},
	{"right_settings_are_not_worth_a_word", right_settings_are_not_worth_a_word},
	{"fix_corrects_all_that_is_wrong", fix_corrects_all_that_is_wrong},
	{"what_cannot_be_corrected_is_told", what_cannot_be_corrected_is_told},
};

SUITE_MAIN("vale-ctl-nic", tests)
