/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/poll.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>

#include "chardev.h"
#include "compat.h"
#include "core.h"
#include "netns.h"

/* A descriptor keeps the namespace that its names are looked up in, wherever its task moves. */
struct channel {
	struct nm_file *file;
	struct net *net;
};

static int channel_open(struct inode *inode, struct file *filp)
{
	struct channel *ch = os_alloc(sizeof(*ch));

	if (!ch)
		return -ENOMEM;
	ch->net = get_net(current->nsproxy->net_ns);
	ch->file = nm_file_open(nm_netns_get(ch->net));
	if (!ch->file) {
		put_net(ch->net);
		os_free(ch);
		return -ENOMEM;
	}
	filp->private_data = ch;
	return 0;
}

/* A loop in the kernel holds the file as long as it runs, so the release would never come. */
static int channel_flush(struct file *filp, fl_owner_t owner)
{
	struct channel *ch = filp->private_data;

	nm_file_flush(ch->file, owner);
	return 0;
}

static int channel_release(struct inode *inode, struct file *filp)
{
	struct channel *ch = filp->private_data;

	nm_file_close(ch->file);
	put_net(ch->net);
	os_free(ch);
	return 0;
}

static long channel_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct channel *ch = filp->private_data;

	return nm_file_ioctl(ch->file, cmd, (void __user *)arg);
}

static __poll_t channel_poll(struct file *filp, poll_table *table)
{
	struct channel *ch = filp->private_data;
	struct os_poll poll = {.file = filp, .table = table};
	unsigned int events = (__force unsigned int)poll_requested_events(table);

	return (__force __poll_t)nm_file_poll(ch->file, events, &poll);
}

static struct page *page_of(void *addr)
{
	return is_vmalloc_addr(addr) ? vmalloc_to_page(addr) : virt_to_page(addr);
}

/*
 * Pages come one fault at a time: most of a region is never backed and much of what is backed is
 * never touched. A port of default size costs about a thousand faults, 5 ms in an emulated guest.
 */
static vm_fault_t channel_fault(struct vm_fault *vmf)
{
	struct channel *ch = vmf->vma->vm_file->private_data;
	void *addr = nm_file_page(ch->file, (uint64_t)vmf->pgoff << PAGE_SHIFT);

	if (!addr)
		return VM_FAULT_SIGBUS;
	vmf->page = page_of(addr);
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct channel_vm_ops = {
	.fault = channel_fault,
};

static int channel_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct channel *ch = filp->private_data;
	uint64_t bytes = vma->vm_end - vma->vm_start;
	bool shared = vma->vm_flags & VM_SHARED;
	int error;

	/* A private writer would write into copies that the switch never sees. */
	if (!shared && (vma->vm_flags & VM_WRITE))
		return -EINVAL;
	error = nm_file_mmap_check(ch->file, (uint64_t)vma->vm_pgoff << PAGE_SHIFT, bytes);
	if (error)
		return error;
	compat_vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP, shared ? 0 : VM_MAYWRITE);
	vma->vm_ops = &channel_vm_ops;
	return 0;
}

static const struct file_operations channel_ops = {
	.owner = THIS_MODULE,
	.open = channel_open,
	.flush = channel_flush,
	.release = channel_release,
	.unlocked_ioctl = channel_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.poll = channel_poll,
	.mmap = channel_mmap,
	.llseek = noop_llseek,
};

static struct miscdevice netmap_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "netmap",
	.mode = 0600,
	.fops = &channel_ops,
};

int nm_chardev_register(void)
{
	return misc_register(&netmap_device);
}

void nm_chardev_unregister(void)
{
	misc_deregister(&netmap_device);
}
