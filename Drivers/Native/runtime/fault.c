/* SPDX-License-Identifier: MIT
 *
 * Containment: a signal that hits code on a coroutine ends that coroutine and nothing else; every other signal goes on to the handler
 * that was there before. Code that turns in a circle without asking for anything is found by its processor time.
 */
#define _GNU_SOURCE
#include "apx.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define TICK_MS 50
#define TICKS_MAX 6		/* 300 ms of processor time without a request: between two of them lie microseconds */

extern uint64_t apx_resumes, apx_text_from, apx_text_to;

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
static struct sigaction before[4];
static struct { int kind, signal; int64_t pc, address; char text[256]; } caught;

static void escape(void)
{
	apx_ask(APX_FAULT, caught.kind, caught.signal, 0, caught.pc, caught.address, caught.text);
	abort();
}

/* The interrupted code goes on in escape(), at the upper end of its own stack, which nobody needs any more. */
static void redirect(ucontext_t *context)
{
#if defined(__x86_64__)
	uint64_t top = (uint64_t)(uintptr_t)apx_current->stack + APX_STACK_BYTES - 256;

	context->uc_mcontext.gregs[REG_RSP] = (greg_t)((top & ~(uint64_t)15) - 8);
	context->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)escape;
#else
	(void)context;
	abort();
#endif
}

static int is_ours(ucontext_t *context, uint64_t address, int *guard)
{
#if defined(__x86_64__)
	int unused;

	return apx_on_stack((uint64_t)context->uc_mcontext.gregs[REG_RSP], &unused) | apx_on_stack(address, guard);
#else
	(void)context;
	(void)address;
	*guard = 0;
	return 0;
#endif
}

/* Code outside the driver (a jump to nowhere, a function of the C library) is named by the place that it was called from. */
static int64_t place(uint64_t pc, uint64_t sp)
{
	int guard;

	if (pc >= apx_text_from && pc < apx_text_to)
		return (int64_t)pc;
	for (int i = 0; i < 256 && apx_on_stack(sp, &guard) && !guard; i++, sp += 8) {
		uint64_t word = *(uint64_t *)(uintptr_t)sp;

		if (word > apx_text_from && word < apx_text_to)
			return (int64_t)word - 1;
	}
	return (int64_t)pc;
}

static void on_signal(int number, siginfo_t *info, void *data)
{
	ucontext_t *context = data;
	int guard = 0, index = 0;
	uint64_t address = (uint64_t)(uintptr_t)info->si_addr;

	if (apx_current && is_ours(context, number == SIGSEGV ? address : 0, &guard)) {
#if defined(__x86_64__)
		caught.pc = place((uint64_t)context->uc_mcontext.gregs[REG_RIP], (uint64_t)context->uc_mcontext.gregs[REG_RSP]);
#endif
		caught.signal = number;
		caught.address = (int64_t)address;
		caught.text[0] = 0;
		caught.kind = guard ? APX_FAULT_STACK : apx_heap_explain(address, caught.text, sizeof(caught.text));
		redirect(context);
		return;
	}
	while (signals[index] != number)
		index++;
	if (before[index].sa_flags & SA_SIGINFO)
		before[index].sa_sigaction(number, info, data);
	else if (before[index].sa_handler == SIG_DFL || before[index].sa_handler == SIG_IGN) {
		signal(number, SIG_DFL);
		raise(number);
	} else
		before[index].sa_handler(number);
}

static struct watch { void (*tick)(ucontext_t *context); } watch;
static uint64_t seen;
static int ticks;

static void on_tick_here(ucontext_t *context)
{
	int guard;

	if (!apx_current || apx_resumes != seen || !is_ours(context, 0, &guard)) {
		seen = apx_resumes;
		ticks = 0;
		return;
	}
	if (++ticks < TICKS_MAX)
		return;
	ticks = 0;
	caught.kind = APX_FAULT_LOOP;
	caught.signal = 0;
#if defined(__x86_64__)
	caught.pc = (int64_t)context->uc_mcontext.gregs[REG_RIP];
#endif
	caught.address = 0;
	caught.text[0] = 0;
	redirect(context);
}

/* Several copies of this library may be loaded; each timer says whose it is. */
static void on_tick(int number, siginfo_t *info, void *data)
{
	struct watch *whose = info->si_value.sival_ptr;

	(void)number;
	if (info->si_code == SI_TIMER && whose)
		whose->tick(data);
}

void apx_fault_init(void)
{
	static int done;
	struct sigaction action;
	struct sigevent event;
	struct itimerspec every = { { 0, TICK_MS * 1000000L }, { 0, TICK_MS * 1000000L } };
	stack_t stack;
	timer_t timer;

	if (done)
		return;
	done = 1;

	/* An overflowed stack can take no handler: the thread needs an alternate one, as managed threads have. */
	if (!sigaltstack(NULL, &stack) && (stack.ss_flags & SS_DISABLE)) {
		stack.ss_size = 64 * 1024;
		stack.ss_sp = mmap(NULL, stack.ss_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		stack.ss_flags = 0;
		sigaltstack(&stack, NULL);
	}

	memset(&action, 0, sizeof(action));
	action.sa_sigaction = on_signal;
	action.sa_flags = SA_SIGINFO | SA_ONSTACK;
	sigemptyset(&action.sa_mask);
	for (int i = 0; i < 4; i++)
		sigaction(signals[i], &action, &before[i]);

	watch.tick = on_tick_here;
	memset(&action, 0, sizeof(action));
	action.sa_sigaction = on_tick;
	action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
	sigaction(SIGRTMAX - 2, &action, NULL);
	memset(&event, 0, sizeof(event));
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = SIGRTMAX - 2;
	event.sigev_value.sival_ptr = &watch;
	event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	if (!timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer))
		timer_settime(timer, 0, &every, NULL);
}
