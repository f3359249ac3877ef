/* SPDX-License-Identifier: MIT */
#ifndef TOY_AP_BUS_H
#define TOY_AP_BUS_H
#include <linux/device.h>
#include <asm/ap.h>

enum { AP_RESPONSE_NORMAL = 0, AP_RESPONSE_Q_NOT_AVAIL = 1, AP_RESPONSE_RESET_IN_PROGRESS = 2, AP_RESPONSE_DECONFIGURED = 3,
       AP_RESPONSE_CHECKSTOPPED = 4, AP_RESPONSE_BUSY = 5, AP_RESPONSE_INVALID_ADDRESS = 6, AP_RESPONSE_OTHERWISE_CHANGED = 7 };

struct ap_device { struct device device; };
struct ap_queue { struct ap_device ap_dev; ap_qid_t qid; bool config; };
struct ap_perms { int unused; };
struct ap_driver {
	struct device_driver driver;
	int (*probe)(struct ap_device *apdev);
	void (*remove)(struct ap_device *apdev);
	void (*on_config_changed)(struct ap_config_info *now, struct ap_config_info *before);
	void (*on_scan_complete)(struct ap_config_info *now, struct ap_config_info *before);
};

int ap_driver_register(struct ap_driver *registered, struct module *owner, char *name);
#endif
