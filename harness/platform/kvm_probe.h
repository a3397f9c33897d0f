/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does KVM really work here? A device that opens is no proof: a guest must print its kernel's first
 * message.
 */
#ifndef VB_KVM_PROBE_H
#define VB_KVM_PROBE_H

#include <stdbool.h>

#include "guest_image.h"

#define KVM_PROBE_LIMIT_MS 5000

struct kvm_verdict {
	bool works;
	char reason[200]; /* in words, also when it works */
};

/* What the probe looks at; the tests put their own in place. */
struct kvm_probe {
	/* The cheap part: is there a device, and KVM behind it? Otherwise false with v->reason. */
	bool (*device_answers)(const struct kvm_probe *probe, struct kvm_verdict *v);
	const char *device;	  /* "/dev/kvm" */
	const char *qemu;	  /* program */
	const char *boot_id_path; /* changes when the host starts anew: the verdict is valid until
				     then */
	const char *cache_dir;
	unsigned limit_ms;
};

extern const struct kvm_probe kvm_probe_default;

/*
 * The verdict for this image's kernel. Boots the probe guest at most once per start of the host and
 * kernel, and says on stderr that it does so; otherwise reads the verdict from
 * cache_dir/kvm-probe-RELEASE.json.
 */
void kvm_probe_ask(const struct kvm_probe *probe, const struct guest_image *image,
		   struct kvm_verdict *verdict);

#endif
