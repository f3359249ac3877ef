/* SPDX-License-Identifier: MIT */
#ifndef TOY_PRIVATE_H
#define TOY_PRIVATE_H
#include <linux/kvm_host.h>
#include <linux/mdev.h>
#include <linux/mutex.h>
#include <linux/vfio.h>
#include <linux/workqueue.h>
#include "ap_bus.h"

/* What the module has: the two locks in the order in which they are taken, the mdev, the queues. */
struct toy {
	struct mutex guests_lock, mdevs_lock;
	struct mdev_parent parent;
	struct list_head queues;
};

struct toy_mdev {
	struct vfio_device vdev;
	struct kvm *kvm;
	crypto_hook hook;
	unsigned long adapters[4], domains[4];
};

struct toy_queue {
	struct list_head node;
	int apqn, isc;
	dma_addr_t nib;
	struct toy_mdev *owner;
	struct ap_queue_status last;
	struct work_struct reset_work;
};

extern struct toy *toy;
int toy_register(void);
int toy_probe(struct ap_device *apdev);
void toy_remove(struct ap_device *apdev);
#endif
