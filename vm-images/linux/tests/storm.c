/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tasks that open ports, pipes and monitors, map, send, receive, scribble, loop in the kernel,
 * bring memory along, fork and exec, and are killed with -9 any time.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "lives.h"
#include "vport.h"

#define STORM_SECONDS 20 /* unless VB_ATTACK_SECONDS says otherwise */
#define CHILDREN      6
#define SWITCHES      3
#define PORTS	      8
#define LIFE_MAX_US   60000
#define FEWEST_KILLS  20
#define SEED	      20120901

static void port_name(char *name, size_t bytes, unsigned *seed)
{
	static const char *const ends[] = {"", "", "", "{1", "}1"};

	snprintf(name, bytes, "vale%d:s%d%s", rand_r(seed) % SWITCHES, rand_r(seed) % PORTS,
		 ends[rand_r(seed) % 5]);
}

/* Sends and receives until killed. */
static void work(struct vport *p, unsigned *seed)
{
	struct pollfd pfd = {.fd = p->fd, .events = POLLIN};

	for (;;) {
		int burst = rand_r(seed) % 32;

		while (burst-- && !vport_send(p))
			;
		poll(&pfd, 1, rand_r(seed) % 5);
		vport_drain(p);
	}
}

static void scribble(struct netmap_ring *ring, uint32_t slots, unsigned *seed)
{
	uint32_t *words = (uint32_t *)ring;
	size_t n = (sizeof(*ring) + slots * sizeof(ring->slot[0])) / sizeof(*words);
	int times = rand_r(seed) % 64;

	while (times--)
		words[rand_r(seed) % n] = rand_r(seed) % (rand_r(seed) % 3 ? slots : RAND_MAX);
	ring->head = ring->cur = rand_r(seed) % slots;
}

/* Writes what no honest program would into all that it shares with the kernel. */
static void attack(struct vport *p, unsigned *seed)
{
	struct netmap_ring *rings[] = {NETMAP_TXRING(p->nifp, 0), NETMAP_RXRING(p->nifp, 0)};
	const uint32_t slots = rings[0]->num_slots;
	struct pollfd pfd = {.fd = p->fd, .events = POLLIN | POLLOUT};

	for (;;) {
		scribble(rings[rand_r(seed) % 2], slots, seed);
		p->nifp->ni_bufs_head = rand_r(seed);
		ioctl(p->fd, NIOCTXSYNC, NULL);
		ioctl(p->fd, NIOCRXSYNC, NULL);
		poll(&pfd, 1, 1);
	}
}

static void live(unsigned seed)
{
	char name[32];
	struct vport p;

	port_name(name, sizeof(name), &seed);
	switch (rand_r(&seed) % 10) {
	case 0:
		execlp("pkt-gen", "pkt-gen", "-f", "tx", "-i", name, NULL);
		_exit(1);
	case 1:
		if (!vport_open(&p, name))
			pause();
		break;
	case 2:
		if (!vport_open_mapped(&p, name) && fork() >= 0)
			work(&p, &seed);
		break;
	case 3:
		if (!vport_open_mapped(&p, name))
			attack(&p, &seed);
		break;
	case 4:
		live_in_loop(name);
		break;
	case 5:
		live_in_own_memory(name);
		break;
	case 6:
		live_as_monitor(name, seed);
		break;
	case 7:
		live_of_requests(seed);
		break;
	default:
		if (!vport_open_mapped(&p, name))
			work(&p, &seed);
	}
	_exit(0);
}

/* Each child leads a group of its own, so that its own children die with it. */
static pid_t start(unsigned seed)
{
	pid_t pid = fork();

	if (pid == 0) {
		setpgid(0, 0);
		if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
			_exit(1);
		live(seed);
	}
	if (pid > 0)
		setpgid(pid, pid);
	return pid;
}

static void end(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Grandchildren are not ours to wait for: ask until the ports are gone, for at most two seconds. */
static bool all_gone(void)
{
	struct nmreq_vale_list first = {0};
	int fd = open("/dev/netmap", O_RDWR), tries, rc = 0;

	for (tries = 0; rc != -ENOENT && tries < 200; tries++) {
		usleep(10000);
		memset(&first, 0, sizeof(first));
		rc = vport_request(fd, NETMAP_REQ_VALE_LIST, "", &first);
	}
	close(fd);
	return rc == -ENOENT;
}

static time_t storm_seconds(void)
{
	const char *text = getenv("VB_ATTACK_SECONDS");
	long wanted = text ? strtol(text, NULL, 10) : 0;

	return wanted > 0 ? wanted : STORM_SECONDS;
}

/* What requests may have left behind: it outlives its maker by right. */
static void remove_device(void)
{
	struct nmreq_vale_detach detach = {0};
	int fd = open("/dev/netmap", O_RDWR);

	vport_request(fd, NETMAP_REQ_VALE_DETACH, "vale0:" STORM_DEVICE, &detach);
	vport_request(fd, NETMAP_REQ_VALE_DELIF, STORM_DEVICE, NULL);
	close(fd);
}

/* Fewer where the machine or its kernel is as many times slower as VB_PATIENCE says, but some. */
static unsigned fewest_kills(void)
{
	const char *patience = getenv("VB_PATIENCE");
	int times = patience ? atoi(patience) : 1;

	return times <= 1 ? FEWEST_KILLS : times < FEWEST_KILLS ? FEWEST_KILLS / times : 1;
}

bool check_storm(void)
{
	const time_t until = time(NULL) + storm_seconds();
	pid_t children[CHILDREN] = {0};
	unsigned seed = SEED, kills = 0;
	int i;

	for (i = 0; time(NULL) < until; i = (i + 1) % CHILDREN) {
		end(children[i]);
		kills += children[i] > 0;
		children[i] = start(rand_r(&seed));
		usleep(rand_r(&seed) % LIFE_MAX_US);
	}
	for (i = 0; i < CHILDREN; i++)
		end(children[i]);
	remove_device();
	return expect(kills >= fewest_kills(), "%u tasks killed, not %u", fewest_kills(), kills) &
	       expect(all_gone(), "no port left");
}
