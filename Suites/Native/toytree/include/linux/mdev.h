/* SPDX-License-Identifier: MIT */
#ifndef TOY_MDEV_H
#define TOY_MDEV_H
#include <linux/device.h>

struct mdev_driver;
struct mdev_type { const char *name; };
struct mdev_device { struct device dev; guid_t uuid; bool active; };
struct mdev_parent { struct device *dev; struct mdev_driver *mdev_driver; struct mdev_type **types; unsigned nr_types; };

struct mdev_driver {
	struct device_driver driver;
	int (*probe)(struct mdev_device *mdev);
	void (*remove)(struct mdev_device *mdev);
};

int mdev_register_driver(struct mdev_driver *registered);
void mdev_unregister_driver(struct mdev_driver *registered);
int mdev_register_parent(struct mdev_parent *parent, struct device *dev, struct mdev_driver *registered, struct mdev_type **types,
			 unsigned count);
void mdev_unregister_parent(struct mdev_parent *parent);
#endif
