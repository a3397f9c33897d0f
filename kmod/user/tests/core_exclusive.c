/* SPDX-License-Identifier: BSD-2-Clause */
/* The interface for modules: exclusive switches, and what only their token can do. */
#include <net/vale_module.h>

#include "support.h"

static uint32_t drop_lookup(struct nm_bdg_fwd *ft, uint8_t *dst_ring, struct nm_port *src,
			    void *private_data)
{
	return NM_BDG_NOPORT;
}

static const struct nm_lookup_ops drop = {.lookup = drop_lookup, .name = "drop"};

static void *keep(void *private_data, void *cookie, int *error)
{
	return private_data;
}

static void exclusive_switches_have_their_errors(void)
{
	void *token, *other;
	struct port p;
	int status = 1;

	CU_ASSERT_EQUAL(nm_user_init(), 0);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0:", NULL), -ENXIO);
	token = netmap_vale_create("vale0:", &status);
	CU_ASSERT_PTR_NOT_NULL(token);
	CU_ASSERT_EQUAL(status, 0);
	CU_ASSERT_PTR_NULL(netmap_vale_create("vale0", &status));
	CU_ASSERT_EQUAL(status, -EEXIST);
	CU_ASSERT_PTR_NULL(netmap_vale_create("ethernet", &status));
	CU_ASSERT_EQUAL(status, -ENOMEM);
	CU_ASSERT_PTR_NULL(netmap_vale_create("valewithalongname", &status));
	CU_ASSERT_EQUAL(status, -ENOMEM);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0", NULL), -EACCES);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0", &status), -EACCES);
	port_open(&p, "vale1:a");
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale1", token), -EINVAL);
	CU_ASSERT_PTR_NULL(netmap_vale_create("vale1", &status));
	CU_ASSERT_EQUAL(status, -EEXIST);
	port_close(&p);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0", token), 0);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0", token), -ENXIO);
	other = netmap_vale_create("vale0", &status);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0", token), -EACCES); /* the old token is dead */
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0", other), 0);
	finish();
}

static void every_switch_can_be_exclusive_and_no_more(void)
{
	char name[16];
	int i, status;

	CU_ASSERT_EQUAL(nm_user_init(), 0);
	for (i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "vale%d", i);
		CU_ASSERT_PTR_NOT_NULL(netmap_vale_create(name, &status));
	}
	CU_ASSERT_PTR_NULL(netmap_vale_create("vale8", &status));
	CU_ASSERT_EQUAL(status, -ENOMEM);
	finish(); /* what nobody destroyed goes with the host */
}

static int attach(const char *name, void *token, uint32_t *idx)
{
	struct nmreq_vale_attach body = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_header hdr = {.nr_version = NETMAP_API, .nr_body = (uintptr_t)&body};
	int rc;

	snprintf(hdr.nr_name, sizeof(hdr.nr_name), "%s", name);
	rc = netmap_bdg_attach(&hdr, token);
	*idx = body.port_index;
	return rc;
}

static int detach(const char *name, void *token)
{
	struct nmreq_vale_detach body = {0};
	struct nmreq_header hdr = {.nr_version = NETMAP_API, .nr_body = (uintptr_t)&body};

	snprintf(hdr.nr_name, sizeof(hdr.nr_name), "%s", name);
	return netmap_bdg_detach(&hdr, token);
}

static int newif(const char *name)
{
	struct nmreq_vale_newif body = {0};
	struct nmreq_header hdr = {.nr_version = NETMAP_API, .nr_body = (uintptr_t)&body};

	snprintf(hdr.nr_name, sizeof(hdr.nr_name), "%s", name);
	return nm_vi_create(&hdr);
}

static void only_the_token_changes_an_exclusive_switch(void)
{
	struct nmreq_vale_attach by_task = {.reg.nr_mode = NR_REG_ALL_NIC};
	struct nmreq_vale_detach off_task;
	struct nmreq_port_info_get info = {0};
	struct port p;
	uint32_t idx;
	void *token;
	int status;

	CU_ASSERT_EQUAL(nm_user_init(), 0);
	token = netmap_vale_create("vale0", &status);
	CU_ASSERT_EQUAL(newif("vi0"), 0);
	CU_ASSERT_EQUAL(newif("vi0"), -EEXIST);
	CU_ASSERT_EQUAL(attach("vale0:vi0", NULL, &idx), -EACCES);
	CU_ASSERT_EQUAL(attach("vale0:vi0", &p, &idx), -EACCES);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_ATTACH, "vale0:vi0", &by_task), -EACCES);
	CU_ASSERT_EQUAL(attach("vale0:vi0", token, &idx), 0);
	CU_ASSERT_EQUAL(idx, 0);
	CU_ASSERT_EQUAL(attach("vale0:vi0", token, &idx), -EBUSY);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0", token), -EBUSY);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &drop, NULL, NULL), -EACCES);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0", &drop, NULL, token), 0);
	CU_ASSERT_EQUAL(netmap_bdg_update_private_data("vale0", keep, NULL, NULL), -EACCES);
	CU_ASSERT_EQUAL(netmap_bdg_update_private_data("vale0", keep, NULL, token), 0);
	CU_ASSERT_EQUAL(port_try(&p, "vale0:eph", NULL), -EACCES);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_PORT_INFO_GET, "vale0:eph", &info), -EACCES);
	port_open(&p, "vale0:vi0"); /* an attached port is there to be opened */
	port_close(&p);
	CU_ASSERT_EQUAL(detach("vale0:vi0", NULL), -EACCES);
	CU_ASSERT_EQUAL(ctrl(NULL, NETMAP_REQ_VALE_DETACH, "vale0:vi0", &off_task), -EACCES);
	CU_ASSERT_EQUAL(detach("vale0:vi0", token), 0);
	CU_ASSERT_EQUAL(detach("vale0:vi0", token), -ENXIO);
	CU_ASSERT_EQUAL(nm_vi_destroy("vi0"), 0);
	CU_ASSERT_EQUAL(nm_vi_destroy("vi0"), -ENXIO);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0", token), 0); /* it outlived its last port */
	finish();
}

static void other_switches_take_any_token(void)
{
	struct port p[1];
	uint32_t idx;

	port_open(&p[0], "vale0:a");
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0:", &drop, &idx, &idx), 0);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale0:whatever", NULL, NULL, &idx), 0);
	CU_ASSERT_EQUAL(netmap_bdg_regops("vale7", &drop, NULL, NULL), -ENXIO);
	CU_ASSERT_EQUAL(newif("vi0"), 0);
	CU_ASSERT_EQUAL(attach("vale0:vi0", &idx, &idx), 0);
	CU_ASSERT_EQUAL(idx, 1);
	CU_ASSERT_EQUAL(detach("vale0:vi0", &idx), 0);
	CU_ASSERT_EQUAL(nm_vi_destroy("vi0"), 0);
	port_close(&p[0]);
	finish();
}

static void creation_survives_every_failing_allocation(void)
{
	void *token = NULL;
	int n, status = 0;

	CU_ASSERT_EQUAL(nm_user_init(), 0);
	for (n = 1; !token && n < 20; n++) {
		nm_user_fail_alloc(n);
		token = netmap_vale_create("vale0", &status);
		nm_user_fail_alloc(0);
		CU_ASSERT_EQUAL(status, token ? 0 : -ENOMEM);
	}
	CU_ASSERT(n > 2);
	CU_ASSERT_EQUAL(netmap_vale_destroy("vale0", token), 0);
	finish();
}

#define TEST(name)                                                                                 \
	{                                                                                          \
#name, name                                                                        \
	}

static const struct suite_test tests[] = {
	TEST(exclusive_switches_have_their_errors),
	TEST(every_switch_can_be_exclusive_and_no_more),
	TEST(only_the_token_changes_an_exclusive_switch),
	TEST(other_switches_take_any_token),
	TEST(creation_survives_every_failing_allocation),
};

SUITE_MAIN("core_exclusive", tests)
