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
	bool ignores;	 /* changes are accepted and not made */
	unsigned changes;
} nic;

static const struct {
	uint32_t get, set;
} offloads[] = {
	{ETHTOOL_GTSO, ETHTOOL_STSO},	    {ETHTOOL_GGSO, ETHTOOL_SGSO},
	{ETHTOOL_GGRO, ETHTOOL_SGRO},	    {ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM},
	{ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM},
};

/* Is it made? */
static bool change(void)
{
	nic.changes++;
	return !nic.refuses && !nic.ignores;
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
		if (value->cmd == offloads[i].set && change())
			nic.on &= ~(!value->data << i);
	}
	if (pause->cmd == ETHTOOL_GPAUSEPARAM) {
		pause->tx_pause = nic.pause;
		return 0;
	}
	if (pause->cmd == ETHTOOL_SPAUSEPARAM && change())
		nic.pause = pause->tx_pause;
	return nic.refuses;
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
	if (change())
		nic.flags = ifr->ifr_flags;
	return nic.refuses;
}

#define MOST_SAID 4

struct expected {
	bool fix;
	int failures;
	unsigned lines, changes;
	const char *says[MOST_SAID];
};

static void expect_lines(const char *text, const struct expected *e)
{
	unsigned n = 0, i;
	const char *at;

	for (at = text; *at; at++)
		n += *at == '\n';
	CU_ASSERT_EQUAL(n, e->lines);
	for (i = 0; i < MOST_SAID && e->says[i]; i++) {
		if (!strstr(text, e->says[i]))
			printf("'%s' is not in:\n%s", e->says[i], text);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, e->says[i]));
	}
}

static void expect(const struct expected *e)
{
	char *text = NULL;
	size_t bytes;
	FILE *err = open_memstream(&text, &bytes);

	CU_ASSERT_PTR_NOT_NULL_FATAL(err);
	nic.changes = 0;
	CU_ASSERT_EQUAL(ctl_nic_check("eth7", e->fix, pretend, err), e->failures);
	fclose(err);
	expect_lines(text, e);
	CU_ASSERT_EQUAL(nic.changes, e->changes);
	free(text);
}

static void device(unsigned on, bool pause, short flags)
{
	memset(&nic, 0, sizeof(nic));
	nic.on = on;
	nic.pause = pause;
	nic.flags = flags;
}

static void wrong_settings_are_told_with_their_command(void)
{
	device(0x1f, true, IFF_UP);
	expect(&(struct expected){
		.lines = 7,
		.says = {"warning: eth7: tso is on", "correct it with: ethtool -K eth7 gro off\n",
			 "ethtool -A eth7 autoneg off rx off tx off\n",
			 "ip link set eth7 promisc on\n"},
	});
}

static void right_settings_are_not_worth_a_word(void)
{
	device(0, false, IFF_UP | IFF_PROMISC);
	expect(&(struct expected){.lines = 0});
	nic.no_ethtool = true;
	expect(&(struct expected){.fix = true});
}

static void fix_corrects_all_that_is_wrong(void)
{
	device(0x15, true, IFF_UP);
	expect(&(struct expected){.fix = true,
				  .lines = 5,
				  .changes = 5,
				  .says = {"done: ethtool -K eth7 tso off\n"}});
	CU_ASSERT_EQUAL(nic.on, 0);
	CU_ASSERT_EQUAL(nic.pause, false);
	CU_ASSERT_EQUAL(nic.flags, IFF_UP | IFF_PROMISC);
}

static void what_may_not_be_corrected_is_a_failure(void)
{
	device(1, false, IFF_UP);
	nic.refuses = -EPERM;
	expect(&(struct expected){
		.fix = true,
		.failures = 2,
		.lines = 2,
		.changes = 2,
		.says = {"cannot do as --fix asks: ethtool -K eth7 tso off: Operation not "
			 "permitted",
			 "ip link set eth7 promisc on: Operation not permitted; promiscuous mode "
			 "is off, so frames for other stations do not arrive\n"},
	});
}

static const char bears[] =
	"eth7: rx is on, and its driver cannot change that: nobody uses what it "
	"finds out, which costs time and loses nothing\n";
static const char flow_control[] =
	"cannot do as --fix asks: ethtool -A eth7 autoneg off rx off tx off: the driver cannot "
	"change that; flow control is on, so a slow receiver stops its senders\n";

static void what_a_driver_cannot_change_fails_only_if_it_matters(void)
{
	static const int refusals[] = {-EOPNOTSUPP, -EINVAL};
	unsigned i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		device(0x10, false, IFF_UP | IFF_PROMISC);
		nic.refuses = refusals[i];
		expect(&(struct expected){.fix = true, .lines = 1, .changes = 1, .says = {bears}});
		nic.pause = true;
		expect(&(struct expected){.fix = true,
					  .failures = 1,
					  .lines = 2,
					  .changes = 2,
					  .says = {bears, flow_control}});
	}
}

static void what_a_driver_agrees_to_and_leaves_is_not_done(void)
{
	device(0x10, true, IFF_UP | IFF_PROMISC);
	nic.ignores = true;
	expect(&(struct expected){.fix = true,
				  .failures = 1,
				  .lines = 2,
				  .changes = 2,
				  .says = {bears, flow_control}});
}

static const struct suite_test tests[] = {
	{"wrong settings are told with their command", wrong_settings_are_told_with_their_command},
	{"right settings are not worth a word", right_settings_are_not_worth_a_word},
	{"fix corrects all that is wrong", fix_corrects_all_that_is_wrong},
	{"what may not be corrected is a failure", what_may_not_be_corrected_is_a_failure},
	{"what a driver cannot change fails only if it matters",
	 what_a_driver_cannot_change_fails_only_if_it_matters},
	{"what a driver agrees to and leaves is not done",
	 what_a_driver_agrees_to_and_leaves_is_not_done},
};

SUITE_MAIN("vale-ctl-nic", tests)
