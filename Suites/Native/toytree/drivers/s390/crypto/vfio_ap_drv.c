/* SPDX-License-Identifier: MIT
 *
 * The toy's module: brings up what vfio_ap_ops.c needs.
 */
#include <linux/module.h>
#include "vfio_ap_private.h"

struct toy *toy;

static struct ap_driver toy_driver = { .probe = toy_probe, .remove = toy_remove };

static int __init toy_init(void)
{
	toy = kzalloc(sizeof(*toy), GFP_KERNEL);
	if (!toy)
		return -ENOMEM;
	mutex_init(&toy->guests_lock);
	mutex_init(&toy->mdevs_lock);
	INIT_LIST_HEAD(&toy->queues);
	ap_driver_register(&toy_driver, THIS_MODULE, "toy");
	return toy_register();
}

module_init(toy_init);
