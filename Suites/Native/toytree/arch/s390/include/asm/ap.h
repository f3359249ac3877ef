/* SPDX-License-Identifier: MIT
 *
 * The toy's idea of the AP instructions: types, and functions with inline assembly that the shim has to get out of the way.
 */
#ifndef TOY_AP_H
#define TOY_AP_H
#include <linux/io.h>

typedef unsigned int ap_qid_t;

struct ap_queue_status {
	unsigned queue_empty : 1, replies_waiting : 1, queue_full : 1, : 3, async : 1, irq_enabled : 1;
	unsigned response_code : 8, : 16;
};

struct ap_config_info {
	unsigned apsc : 1, apxa : 1, : 30;
	unsigned char na; unsigned char nd;
	unsigned short unused[5];
	unsigned apm[8], aqm[8], adm[8];
} __aligned(8);

union ap_qirq_ctrl {
	unsigned long value;
	struct { unsigned ir : 1, gisc : 3, isc : 3; unsigned gisa; };
};

static inline struct ap_queue_status ap_zapq(ap_qid_t qid)
{
	struct ap_queue_status result = { 0 };

	asm volatile("pqap %0" : : "d" (qid));
	return result;
}

static inline struct ap_queue_status ap_tapq(ap_qid_t qid, unsigned long *info)
{
	*info = 0;
	return ap_zapq(qid);
}
#endif
