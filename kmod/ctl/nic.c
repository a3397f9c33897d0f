/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct nic {
	const char *dev;
	ctl_nic_ask *ask;
};

struct setting;

/* Both return 0 or -errno; is_wrong answers in *wrong. */
struct setting {
	int (*is_wrong)(const struct nic *nic, const struct setting *s, bool *wrong);
	int (*correct)(const struct nic *nic, const struct setting *s);
	uint32_t get;
	uint32_t set;
	bool costs_only;     /* it may stay: all is done in software, and nothing is lost */
	const char *state;   /* what is wrong */
	const char *because; /* what comes of it */
	const char *command; /* what corrects it; %s is the device */
};

static int ask_ethtool(const struct nic *nic, void *data)
{
	struct ifreq ifr = {0};

	memcpy(ifr.ifr_name, nic->dev, strlen(nic->dev) + 1);
	ifr.ifr_data = data;
	return nic->ask(SIOCETHTOOL, &ifr);
}

static int value_is_on(const struct nic *nic, const struct setting *s, bool *wrong)
{
	struct ethtool_value value = {.cmd = s->get};
	int ret = ask_ethtool(nic, &value);

	*wrong = value.data != 0;
	return ret;
}

static int value_off(const struct nic *nic, const struct setting *s)
{
	struct ethtool_value value = {.cmd = s->set};

	return ask_ethtool(nic, &value);
}

static int pause_is_on(const struct nic *nic, const struct setting *s, bool *wrong)
{
	struct ethtool_pauseparam pause = {.cmd = s->get};
	int ret = ask_ethtool(nic, &pause);

	*wrong = pause.rx_pause || pause.tx_pause;
	return ret;
}

static int pause_off(const struct nic *nic, const struct setting *s)
{
	struct ethtool_pauseparam pause = {.cmd = s->set};

	return ask_ethtool(nic, &pause);
}

static int ask_flags(const struct nic *nic, uint32_t cmd, struct ifreq *ifr)
{
	memcpy(ifr->ifr_name, nic->dev, strlen(nic->dev) + 1);
	return nic->ask(cmd, ifr);
}

static int promisc_is_off(const struct nic *nic, const struct setting *s, bool *wrong)
{
	struct ifreq ifr = {0};
	int ret = ask_flags(nic, s->get, &ifr);

	*wrong = !(ifr.ifr_flags & IFF_PROMISC);
	return ret;
}

static int promisc_on(const struct nic *nic, const struct setting *s)
{
	struct ifreq ifr = {0};
	int ret = ask_flags(nic, s->get, &ifr);

	ifr.ifr_flags |= IFF_PROMISC;
	return ret ? ret : ask_flags(nic, s->set, &ifr);
}

#define OFFLOAD(name, get_cmd, set_cmd, why)                                                       \
	{                                                                                          \
		.is_wrong = value_is_on, .correct = value_off, .get = get_cmd, .set = set_cmd,     \
		.costs_only = true, .state = name " is on", .because = why,                        \
		.command = "ethtool -K %s " name " off"                                            \
	}

static const struct setting settings[] = {
	OFFLOAD("tso", ETHTOOL_GTSO, ETHTOOL_STSO, "large segments are cut up in software"),
	OFFLOAD("gso", ETHTOOL_GGSO, ETHTOOL_SGSO, "large segments are cut up in software"),
	OFFLOAD("gro", ETHTOOL_GGRO, ETHTOOL_SGRO, "frames are merged and cut up again"),
	OFFLOAD("tx", ETHTOOL_GTXCSUM, ETHTOOL_STXCSUM, "checksums are completed in software"),
	OFFLOAD("rx", ETHTOOL_GRXCSUM, ETHTOOL_SRXCSUM, "nobody uses what it finds out"),
	{pause_is_on, pause_off, ETHTOOL_GPAUSEPARAM, ETHTOOL_SPAUSEPARAM, false,
	 "flow control is on", "a slow receiver stops its senders",
	 "ethtool -A %s autoneg off rx off tx off"},
	{promisc_is_off, promisc_on, SIOCGIFFLAGS, SIOCSIFFLAGS, false, "promiscuous mode is off",
	 "frames for other stations do not arrive", "ip link set %s promisc on"},
};

int ctl_nic_kernel(unsigned long cmd, struct ifreq *ifr)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), ret;

	if (fd < 0)
		return -errno;
	ret = ioctl(fd, cmd, ifr) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

static void warn(const struct nic *nic, const struct setting *s, FILE *err)
{
	fprintf(err, "vale-ctl: warning: %s: %s, so %s; correct it with: ", nic->dev, s->state,
		s->because);
	fprintf(err, s->command, nic->dev);
	fputc('\n', err);
}

/* 0, -errno, or -EOPNOTSUPP also if the driver agreed and changed nothing. */
static int correct(const struct nic *nic, const struct setting *s)
{
	int ret = s->correct(nic, s);
	bool wrong;

	if (!ret && !s->is_wrong(nic, s, &wrong) && wrong)
		ret = -EOPNOTSUPP;
	return ret;
}

/* Is it the device that cannot, rather than the caller who may not? */
static bool is_fixed(int error)
{
	return error == -EOPNOTSUPP || error == -EINVAL;
}

static bool fix_one(const struct nic *nic, const struct setting *s, FILE *err)
{
	int ret = correct(nic, s);
	bool bearable = s->costs_only && is_fixed(ret);
	char text[128];

	if (bearable) {
		fprintf(err,
			"vale-ctl: %s: %s, and its driver cannot change that: %s, which costs time "
			"and loses nothing\n",
			nic->dev, s->state, s->because);
		return true;
	}
	fputs(ret ? "vale-ctl: cannot do as --fix asks: " : "vale-ctl: done: ", err);
	fprintf(err, s->command, nic->dev);
	if (ret)
		fprintf(err, ": %s; %s, so %s",
			is_fixed(ret) ? "the driver cannot change that"
				      : strerror_r(-ret, text, sizeof(text)),
			s->state, s->because);
	fputc('\n', err);
	return !ret;
}

int ctl_nic_check(const char *dev, bool fix, ctl_nic_ask *ask, FILE *err)
{
	const struct nic nic = {.dev = dev, .ask = ask};
	int failed = 0;
	bool wrong;
	size_t i;

	if (strlen(dev) >= IFNAMSIZ)
		return 0;
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const struct setting *s = &settings[i];

		if (s->is_wrong(&nic, s, &wrong) || !wrong)
			continue;
		if (fix)
			failed += !fix_one(&nic, s, err);
		else
			warn(&nic, s, err);
	}
	return failed;
}
