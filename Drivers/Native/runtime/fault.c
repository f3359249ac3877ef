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

#define TICK_SIGNAL (SIGRTMAX - 2)

static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
static struct sigaction before[4];
static struct apx_registry *registry;
static struct { int kind, signal; int64_t pc, address; char text[256]; } caught;

static void escape(void)
{
	apx_ask(APX_FAULT, caught.kind, caught.signal, 0, caught.pc, caught.address, caught.text);
	abort();
}

#if defined(__x86_64__)
#define CONTEXT_SP(context) ((context)->uc_mcontext.gregs[REG_RSP])
#define CONTEXT_PC(context) ((context)->uc_mcontext.gregs[REG_RIP])
#define FRAME_BYTES 8
#elif defined(__s390x__)
#define CONTEXT_SP(context) ((context)->uc_mcontext.gregs[15])
#define CONTEXT_PC(context) ((context)->uc_mcontext.psw.addr)
#define FRAME_BYTES 160
#endif

/* The interrupted code goes on in escape(), at the upper end of its own stack, which nobody needs any more. */
static void redirect(ucontext_t *context)
{
#ifdef CONTEXT_SP
	uint64_t top = (uint64_t)(uintptr_t)apx_current->stack + APX_STACK_BYTES - 256;

	CONTEXT_SP(context) = (__typeof__(CONTEXT_SP(context)))((top & ~(uint64_t)15) - FRAME_BYTES);
	CONTEXT_PC(context) = (__typeof__(CONTEXT_PC(context)))(uintptr_t)escape;
#else
	(void)context;
	abort();
#endif
}

static int is_ours(ucontext_t *context, uint64_t address, int *guard)
{
#ifdef CONTEXT_SP
	int unused;

	return apx_on_stack((uint64_t)CONTEXT_SP(context), &unused) | apx_on_stack(address, guard);
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

/* One copy of this library is asked whether a signal hit its driver. */
static int on_signal_here(int number, void *information, void *data)
{
	siginfo_t *info = information;
	ucontext_t *context = data;
	uint64_t address = (uint64_t)(uintptr_t)info->si_addr;
	int guard = 0;

	if (!apx_current || !is_ours(context, number == SIGSEGV ? address : 0, &guard))
		return 0;
#ifdef CONTEXT_SP
	caught.pc = place((uint64_t)CONTEXT_PC(context), (uint64_t)CONTEXT_SP(context));
#endif
	caught.signal = number;
	caught.address = (int64_t)address;
	caught.text[0] = 0;
	caught.kind = guard ? APX_FAULT_STACK : apx_heap_explain(address, caught.text, sizeof(caught.text));
	redirect(context);
	return 1;
}

/* The handler of the first copy serves all: handlers that call each other would need more stack than a thread has for signals. */
static void on_signal(int number, siginfo_t *info, void *data)
{
	int count = __atomic_load_n(&registry->count, __ATOMIC_ACQUIRE), index = 0;

	for (int i = 0; i < count && i < APX_COPIES_MAX; i++) {
		int (*handle)(int, void *, void *) = __atomic_load_n(&registry->handle[i], __ATOMIC_ACQUIRE);

		if (handle && handle(number, info, data))
			return;
	}

	__atomic_fetch_add(&registry->passed_on, 1, __ATOMIC_RELAXED);
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

/*
 * The handler that was there before may never return: then ticks stay blocked on that thread. They are let through when code is about to
 * run there, and not earlier: that handler works on another stack than the alternate one and comes back to it, and a tick in between would
 * begin at the top of it, over frames that are still needed.
 */
void apx_fault_resume(void)
{
	static __thread int32_t seen_here __attribute__((tls_model("initial-exec")));
	int32_t passed_on = __atomic_load_n(&registry->passed_on, __ATOMIC_RELAXED);
	sigset_t tick;

	if (passed_on == seen_here)
		return;
	seen_here = passed_on;
	sigemptyset(&tick);
	sigaddset(&tick, TICK_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &tick, NULL);
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
#ifdef CONTEXT_SP
	caught.pc = (int64_t)CONTEXT_PC(context);
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

#ifdef APX_ASAN
#include <sanitizer/asan_interface.h>

/* The sanitizer's page is one line: its summary, and what the heap knows of the address. The process is lost after that. */
static void on_report(const char *report)
{
	static char line[512];
	const char *summary = strstr(report, "SUMMARY: AddressSanitizer: ");
	size_t length = summary ? strcspn(summary + 27, "\n") : 0;
	char known[256];

	if (!apx_current)
		return;
	apx_heap_explain((uint64_t)(uintptr_t)__asan_get_report_address(), known, sizeof(known));
	snprintf(line, sizeof(line), "%.*s%s%s", (int)length, summary ? summary + 27 : "AddressSanitizer", known[0] ? ": " : "", known);
	apx_last_words(line);
}
#endif

void apx_fault_init(struct apx_registry *all)
{
	static int done;
	struct sigaction action;
	struct sigevent event;
	struct itimerspec every = { { 0, TICK_MS * 1000000L }, { 0, TICK_MS * 1000000L } };
	stack_t stack;
	timer_t timer;
	int32_t copy;

	if (done)
		return;
	done = 1;
	registry = all;
	copy = __atomic_fetch_add(&all->count, 1, __ATOMIC_ACQ_REL);
	if (copy >= APX_COPIES_MAX)
		abort();
	__atomic_store_n(&all->handle[copy], on_signal_here, __ATOMIC_RELEASE);

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
	sigaddset(&action.sa_mask, TICK_SIGNAL);
#ifdef APX_ASAN
	__asan_set_error_report_callback(on_report);
#endif
	for (int i = 0; copy == 0 && i < 4; i++)
		sigaction(signals[i], &action, &before[i]);

	watch.tick = on_tick_here;
	memset(&action, 0, sizeof(action));
	action.sa_sigaction = on_tick;
	action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
	sigaction(TICK_SIGNAL, &action, NULL);
	memset(&event, 0, sizeof(event));
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = TICK_SIGNAL;
	event.sigev_value.sival_ptr = &watch;
	event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
	if (!timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer))
		timer_settime(timer, 0, &every, NULL);
}
