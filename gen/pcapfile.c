/* SPDX-License-Identifier: BSD-2-Clause */
#include "pcapfile.h"

#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S	1000000000ll
#define MAX_FRAME_BYTES 65536

struct reader {
	struct pcapfile *f;
	size_t packet_room, data_room;
	int64_t first_ns, last_ns;
};

void pcapfile_free(struct pcapfile *f)
{
	free(f->packets);
	free(f->data);
	memset(f, 0, sizeof(*f));
}

/* Makes room for one more entry of `size` bytes each, doubling. */
static int grow(void **array, size_t *room, size_t need, size_t size)
{
	size_t wanted = *room ? *room : 1024;
	void *p;

	while (wanted < need)
		wanted *= 2;
	if (wanted == *room)
		return 0;
	p = realloc(*array, wanted * size);
	if (!p)
		return -1;
	*array = p;
	*room = wanted;
	return 0;
}

static int append(struct reader *r, const struct pcap_pkthdr *hdr, const u_char *data)
{
	int64_t ns = hdr->ts.tv_sec * NS_PER_S + hdr->ts.tv_usec;
	struct pcapfile *f = r->f;

	if (grow((void **)&f->packets, &r->packet_room, f->count + 1, sizeof(*f->packets)) ||
	    grow((void **)&f->data, &r->data_room, f->data_bytes + hdr->caplen, 1))
		return -1;
	if (f->count == 0)
		r->first_ns = r->last_ns = ns;
	if (ns > r->last_ns) /* a clock that was set back counts as standing still */
		r->last_ns = ns;
	memcpy(f->data + f->data_bytes, data, hdr->caplen);
	f->packets[f->count++] = (struct pcap_packet){
		.ns = (uint64_t)(r->last_ns - r->first_ns),
		.offset = f->data_bytes,
		.bytes = hdr->caplen < MAX_FRAME_BYTES ? hdr->caplen : MAX_FRAME_BYTES,
	};
	f->data_bytes += hdr->caplen;
	f->cut += hdr->caplen < hdr->len;
	return 0;
}

static int read_all(struct reader *r, pcap_t *pcap, size_t limit, const char *path,
		    const char *what, struct vb_err *err)
{
	struct pcap_pkthdr *hdr;
	const u_char *data;
	int ret = 0;

	while ((!limit || r->f->count < limit) && (ret = pcap_next_ex(pcap, &hdr, &data)) == 1)
		if (hdr->caplen && append(r, hdr, data))
			return vb_fail(err, VB_NO_SPACE,
				       "%s: %s does not fit into memory (%zu packets read)", what,
				       path, r->f->count);
	if (ret == PCAP_ERROR)
		return vb_fail(err, VB_USAGE, "%s: cannot read %s behind packet %zu: %s", what,
			       path, r->f->count, pcap_geterr(pcap));
	if (!r->f->count)
		return vb_fail(err, VB_USAGE, "%s: there is no packet in %s", what, path);
	return 0;
}

int pcapfile_read(struct pcapfile *f, const char *path, size_t limit, const char *what,
		  struct vb_err *err)
{
	char why[PCAP_ERRBUF_SIZE];
	struct reader r = {.f = f};
	pcap_t *pcap;
	int ret;

	memset(f, 0, sizeof(*f));
	pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!pcap)
		return vb_fail(err, VB_USAGE, "%s: cannot read the capture %s: %s", what, path,
			       why);
	if (pcap_datalink(pcap) != DLT_EN10MB)
		ret = vb_fail(err, VB_USAGE, "%s: %s holds no Ethernet frames but link type %d",
			      what, path, pcap_datalink(pcap));
	else
		ret = read_all(&r, pcap, limit, path, what, err);
	pcap_close(pcap);
	if (ret)
		pcapfile_free(f);
	return ret;
}
