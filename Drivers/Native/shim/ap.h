/* SPDX-License-Identifier: MIT
 *
 * asm/ap.h: all types are those of the tree's own header. Its inline assembly is turned into nothing while it is read, its functions
 * are renamed out of the way, and the instructions are asked of the engine instead.
 */
#ifndef APX_AP_H
#define APX_AP_H

#include "kernel.h"

#define asm(...)
#define volatile(...) ("")
#define ap_instructions_available apx_unused_instructions_available
#define ap_tapq apx_unused_tapq
#define ap_test_queue apx_unused_test_queue
#define ap_rapq apx_unused_rapq
#define ap_zapq apx_unused_zapq
#define ap_qci apx_unused_qci
#define ap_aqic apx_unused_aqic
#define ap_qact apx_unused_qact
#define ap_bapq apx_unused_bapq
#define ap_aapq apx_unused_aapq
#include APX_TREE_AP_H
#undef asm
#undef volatile
#undef ap_instructions_available
#undef ap_tapq
#undef ap_test_queue
#undef ap_rapq
#undef ap_zapq
#undef ap_qci
#undef ap_aqic
#undef ap_qact
#undef ap_bapq
#undef ap_aapq

/* Status words as the engine has them, bit 0 on the left (facts: queue status word). */
u32 apx_instruction(int op, int apqn, u64 *gr2);
u32 apx_instruction_aqic(int apqn, int enable, int gisc, int isc, u64 gisa, u64 nib);

static inline struct ap_queue_status apx_to_status(u32 word)
{
	struct ap_queue_status status = { 0 };

	status.queue_empty = word >> 31;
	status.replies_waiting = word >> 30;
	status.queue_full = word >> 29;
#ifdef APX_STATUS_ASYNC
	status.async = word >> 25;
#endif
	status.irq_enabled = word >> 24;
	status.response_code = word >> 16;
	return status;
}

static inline u32 apx_from_status(struct ap_queue_status status)
{
	return (u32)status.queue_empty << 31 | (u32)status.replies_waiting << 30 | (u32)status.queue_full << 29
#ifdef APX_STATUS_ASYNC
		| (u32)status.async << 25
#endif
		| (u32)status.irq_enabled << 24 | (u32)status.response_code << 16;
}

/* GR2 of TAPQ: a plain register in older trees, a structure of bit fields later. */
static inline void apx_store_info(void *info, u64 gr2)
{
	if (!info)
		return;
#ifdef APX_TAPQ_HWINFO
	struct ap_tapq_hwinfo *into = info;

	into->value = 0;
	into->class = gr2 >> 48;
	into->bs = gr2 >> 46;
	into->at = gr2 >> 24;
	into->nd = gr2 >> 16;
	into->ml = gr2 >> 8;
	into->qd = gr2;
#else
	*(u64 *)info = gr2;
#endif
}

static inline struct ap_queue_status apx_tapq(ap_qid_t apqn, void *info)
{
	u64 gr2 = 0;
	struct ap_queue_status status = apx_to_status(apx_instruction(1, apqn & 0xffff, &gr2));

	apx_store_info(info, gr2);
	return status;
}

int apx_qci(struct ap_config_info *info);

/* The number of arguments and their types differ between trees; extra ones are bits that the model does not have. */
#define ap_instructions_available() 1
#define ap_tapq(apqn, info) apx_tapq(apqn, info)
#define ap_test_queue(apqn, tbit, info) apx_tapq(apqn, info)
#define ap_rapq(apqn, more...) apx_to_status(apx_instruction(3, (apqn) & 0xffff, NULL))
#define ap_zapq(apqn, more...) apx_to_status(apx_instruction(2, (apqn) & 0xffff, NULL))
#define ap_qci(info) apx_qci(info)
#define ap_aqic(apqn, control, nib) ({ __typeof__(control) control_ = (control); \
	apx_to_status(apx_instruction_aqic((apqn) & 0xffff, control_.ir, control_.gisc, control_.isc, \
		(u64)control_.gisa << 4, (u64)(nib))); })

#endif
