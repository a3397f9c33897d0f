/* SPDX-License-Identifier: BSD-2-Clause */
/* What this kernel can do without being asked for more than an answer; and the known gaps. */
#include "selftest.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#define PORT "valest:probe"

/* Features whose absence is no failure, and why. Empty: everything must be there. */
static const struct {
	enum st_feature feature;
	const char *why;
} known_gaps[] = {
	{ST_EXTMEM, "the option EXTMEM is not built in"},
};

static int probe_register(const char *name, uint32_t mode, uint64_t flags, uint16_t mem_id,
			  void *options)
{
	struct nmreq_register reg = {.nr_mode = mode, .nr_flags = flags, .nr_mem_id = mem_id};
	int fd = st_open(), ret;

	if (fd < 0)
		return errno;
	ret = st_ctrl_options(fd, NETMAP_REQ_REGISTER, name, &reg, options);
	st_close(fd);
	return ret;
}

static int probe_pipes(void)
{
	return probe_register(PORT "{1", NR_REG_ALL_NIC, 0, 0, NULL);
}

static int probe_monitors(void)
{
	struct st_port p;
	int ret = st_bind(&p, PORT);

	if (!ret)
		ret = probe_register(PORT, NR_REG_ALL_NIC, NR_MONITOR_RX, 0, NULL);
	st_unbind(&p);
	return ret;
}

static int probe_null_ports(void)
{
	return probe_register(PORT, NR_REG_NULL, 0, 1, NULL);
}

static int probe_offsets(void)
{
	struct nmreq_opt_offsets option = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_OFFSETS,
					   .nro_max_offset = 64};

	return probe_register(PORT, NR_REG_ALL_NIC, 0, 0, &option);
}

static int probe_csb(void)
{
	struct nmreq_opt_csb option = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_CSB, .csb_atok = 1};

	return probe_register(PORT, NR_REG_ALL_NIC, NR_EXCLUSIVE, 0, &option);
}

static int probe_request(unsigned type, const char *name, void *body)
{
	int fd = st_open(), ret;

	if (fd < 0)
		return errno;
	ret = st_ctrl(fd, type, name, body);
	st_close(fd);
	return ret;
}

static int probe_kloop(void)
{
	return probe_request(NETMAP_REQ_SYNC_KLOOP_STOP, "", NULL);
}

static int probe_extmem(void)
{
	struct nmreq_opt_extmem option = {.nro_opt.nro_reqtype = NETMAP_REQ_OPT_EXTMEM};

	return probe_register(PORT, NR_REG_ALL_NIC, 0, 0, &option);
}

static int probe_devices(void)
{
	return probe_register("lo", NR_REG_ALL_NIC, NR_TX_RINGS_ONLY, 0, NULL);
}

static int probe_polling(void)
{
	struct nmreq_vale_polling body = {.nr_mode = NETMAP_POLLING_MODE_SINGLE_CPU,
					  .nr_num_polling_cpus = 1};

	return probe_request(NETMAP_REQ_VALE_POLLING_ENABLE, PORT, &body);
}

static int attach(const char *name)
{
	struct nmreq_vale_attach body = {.reg = {.nr_mode = NR_REG_ALL_NIC}};

	return probe_request(NETMAP_REQ_VALE_ATTACH, name, &body);
}

static int probe_two_switches(void)
{
	struct nmreq_vale_newif newif = {.nr_tx_slots = 16, .nr_rx_slots = 16};
	struct nmreq_vale_detach detach = {0};
	int ret = probe_request(NETMAP_REQ_VALE_NEWIF, "nmst1", &newif);

	if (!ret)
		ret = attach("valest:nmst1");
	if (!ret)
		ret = attach("valest2:nmst1");
	if (!ret)
		probe_request(NETMAP_REQ_VALE_DETACH, "valest2:nmst1", &detach);
	probe_request(NETMAP_REQ_VALE_DETACH, "valest:nmst1", &detach);
	probe_request(NETMAP_REQ_VALE_DELIF, "nmst1", NULL);
	return ret;
}

static const struct {
	const char *name;
	int (*ask)(void); /* EOPNOTSUPP: not there */
} features[] = {
	[ST_PIPES] = {"pipes", probe_pipes},
	[ST_MONITORS] = {"monitors", probe_monitors},
	[ST_NULL_PORTS] = {"null ports", probe_null_ports},
	[ST_OFFSETS] = {"OFFSETS", probe_offsets},
	[ST_CSB] = {"CSB", probe_csb},
	[ST_KLOOP] = {"SYNC_KLOOP", probe_kloop},
	[ST_EXTMEM] = {"EXTMEM", probe_extmem},
	[ST_DEVICES] = {"device ports", probe_devices},
	[ST_POLLING] = {"polling", probe_polling},
	[ST_TWO_SWITCHES] = {"ports in two switches", probe_two_switches},
};

bool st_needs(enum st_feature feature)
{
	size_t i;

	if (features[feature].ask() != EOPNOTSUPP)
		return true;
	for (i = 0; i < ST_COUNT(known_gaps); i++)
		if (known_gaps[i].feature == feature) {
			st_skipped(known_gaps[i].why);
			return false;
		}
	st_failed(__FILE__, __LINE__, "%s: not supported, and no known gap",
		  features[feature].name);
	return false;
}
