/* SPDX-License-Identifier: MIT
 *
 * What the parts of the glue know of each other.
 */
#ifndef GLUE_H
#define GLUE_H

#include "../runtime/apx.h"

/* The engine's locks (KernelLock on the other side). */
enum { LOCK_MATRIX_DEV = 0, LOCK_GUESTS = 1, LOCK_MDEVS = 2, LOCK_PQAP_HOOK = 3, LOCK_AP_PERMS = 4, LOCK_KVM = 5 };

struct work_struct;

/* The work item of each queue that was queued last, and whether it waits or runs. */
extern struct work_struct *glue_work[APX_QUEUES_MAX];
extern unsigned char glue_work_busy[APX_QUEUES_MAX];

/* The probe of a queue allocated an object: the driver's structure of the queue. */
void glue_probed(int64_t queue, const void *object);

/* The queue whose structure an address is in, or -1. */
int glue_queue_of(const void *address);

#endif
