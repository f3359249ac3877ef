/* SPDX-License-Identifier: MIT
 *
 * Coroutines, the mailbox, and the functions that the engine calls (apx_*, default visibility).
 *
 * State of a run: all writable data of this library and the heap. It is taken once, when queues and mdevs are set up, and put back at
 * the start of every run; a run that was abandoned half-way needs no other end.
 */
#define _GNU_SOURCE
#include "apx.h"
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

#ifdef APX_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef APX_COVERAGE
void __gcov_dump(void);
void __gcov_reset(void);
#endif

#define APX_EXPORT __attribute__((visibility("default")))

struct apx_message apx_mailbox;
struct apx_thread *apx_current;
struct apx_shape apx_shape;

static struct apx_thread threads[APX_THREADS_MAX];
uint64_t apx_resumes;

/* ---- switching --------------------------------------------------------------------------------------------------------------- */

#if defined(__x86_64__)
static void *engine_sp;

/* Saves what a called function must preserve, changes the stack, restores. */
void apx_switch(void **save, void *load);
__asm__(".text\n"
	".globl apx_switch\n"
	".hidden apx_switch\n"
	".type apx_switch,@function\n"
	"apx_switch:\n"
	"	pushq %rbp\n	pushq %rbx\n	pushq %r12\n	pushq %r13\n	pushq %r14\n	pushq %r15\n"
	"	movq %rsp, (%rdi)\n"
	"	movq %rsi, %rsp\n"
	"	popq %r15\n	popq %r14\n	popq %r13\n	popq %r12\n	popq %rbx\n	popq %rbp\n"
	"	ret\n"
	".size apx_switch, .-apx_switch\n");

static void switch_to_thread(struct apx_thread *thread) { apx_switch(&engine_sp, thread->sp); }
static void switch_to_engine(struct apx_thread *thread) { apx_switch(&thread->sp, engine_sp); }
#else
/* Portable and slow: a system call for each switch. */
static ucontext_t engine_context;
static ucontext_t contexts[APX_THREADS_MAX];

static void switch_to_thread(struct apx_thread *thread) { swapcontext(&engine_context, &contexts[thread - threads]); }
static void switch_to_engine(struct apx_thread *thread) { swapcontext(&contexts[thread - threads], &engine_context); }
#endif

/* A sanitizer has to be told of every change of the stack. */
#ifdef APX_ASAN
static void *engine_fake;
static const void *engine_bottom;
static size_t engine_size;

static void enter(struct apx_thread *thread)
{
	__sanitizer_start_switch_fiber(&engine_fake, thread->stack, APX_STACK_BYTES);
	switch_to_thread(thread);
	__sanitizer_finish_switch_fiber(engine_fake, NULL, NULL);
}

static void arrived(struct apx_thread *thread) { __sanitizer_finish_switch_fiber(thread->fake_stack, &engine_bottom, &engine_size); }
static void leaving(struct apx_thread *thread) { __sanitizer_start_switch_fiber(&thread->fake_stack, engine_bottom, engine_size); }
#else
static void enter(struct apx_thread *thread) { switch_to_thread(thread); }
static void arrived(struct apx_thread *thread) { (void)thread; }
static void leaving(struct apx_thread *thread) { (void)thread; }
#endif

static void leave(void)
{
	struct apx_thread *thread = apx_current;

	apx_current = NULL;
	leaving(thread);
	switch_to_engine(thread);
	arrived(thread);
}

struct apx_message *apx_ask(int op, int a, int b, int c, int64_t d, int64_t e, const char *text)
{
	struct apx_message *m = &apx_mailbox;

	m->op = op;
	m->a = a;
	m->b = b;
	m->c = c;
	m->d = d;
	m->e = e;
	m->text = (int64_t)(intptr_t)text;
	leave();
	return m;
}

_Noreturn void apx_give_up(int kind, int64_t pc, int64_t address, const char *text)
{
	apx_ask(APX_FAULT, kind, 0, 0, pc, address, text);
	for (;;)
		leave();
}

int apx_thread_index(void) { return (int)(apx_current - threads); }

static void thread_main(void)
{
	arrived(apx_current);
	for (;;) {
		int64_t result;

		apx_race_begin(apx_thread_index(), apx_current->entry, apx_current->args);
		result = apx_glue_entry(apx_current->entry, apx_current->args);
		apx_race_end(apx_thread_index(), apx_current->entry, apx_current->args);
		apx_ask(APX_RETURN, 0, 0, 0, result, 0, NULL);
	}
}

int apx_on_stack(uint64_t address, int *guard)
{
	struct apx_thread *thread = apx_current;
	uint64_t stack, page = (uint64_t)sysconf(_SC_PAGESIZE);

	*guard = 0;
	if (!thread)
		return 0;
	stack = (uint64_t)(uintptr_t)thread->stack;
	*guard = address >= stack - page && address < stack;
	return address >= stack - page && address < stack + APX_STACK_BYTES;
}

static void prepare(struct apx_thread *thread)
{
	if (!thread->stack) {
		size_t page = (size_t)sysconf(_SC_PAGESIZE);
		char *base = mmap(NULL, APX_STACK_BYTES + page, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		mprotect(base, page, PROT_NONE);
		thread->stack = base + page;
	}
#ifdef APX_ASAN
	__asan_unpoison_memory_region(thread->stack, APX_STACK_BYTES);
	thread->fake_stack = NULL;
#endif
#if defined(__x86_64__)
	{
		uint64_t *top = (uint64_t *)(thread->stack + APX_STACK_BYTES);

		*--top = 0;				/* where thread_main would return to: nowhere */
		*--top = (uint64_t)(uintptr_t)thread_main;
		top -= 6;				/* the registers that apx_switch takes off */
		memset(top, 0, 6 * sizeof(*top));
		thread->sp = top;
	}
#else
	{
		ucontext_t *context = &contexts[thread - threads];

		getcontext(context);
		context->uc_stack.ss_sp = thread->stack;
		context->uc_stack.ss_size = APX_STACK_BYTES;
		context->uc_link = NULL;
		makecontext(context, thread_main, 0);
	}
#endif
}

/* ---- the state of a run ------------------------------------------------------------------------------------------------------ */

static char *data_start, *data_copy;
uint64_t apx_text_from, apx_text_to;
static int64_t load_base;
static size_t data_length;

/* The executable and the writable part of this library without what the loader made read-only. */
static int find_data(struct dl_phdr_info *info, size_t size, void *unused)
{
	uintptr_t here = (uintptr_t)find_data, relro_end = 0;
	int found = 0;

	(void)size;
	(void)unused;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + p->p_vaddr;

		if (p->p_type == PT_LOAD && here >= from && here < from + p->p_memsz)
			found = 1;
		if (p->p_type == PT_GNU_RELRO)
			relro_end = from + p->p_memsz;
	}
	if (!found)
		return 0;
	load_base = (int64_t)info->dlpi_addr;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + p->p_vaddr, to = from + p->p_memsz;

		if (p->p_type == PT_LOAD && (p->p_flags & PF_X)) {
			apx_text_from = from;
			apx_text_to = to;
		}
		if (p->p_type != PT_LOAD || !(p->p_flags & PF_W))
			continue;
		if (relro_end > from && relro_end <= to) {
			uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

			from = relro_end & ~(page - 1);
		}
		data_start = (char *)from;
		data_length = to - from;
	}
	return 1;
}

/* A sanitizer's copy would find the red zones between variables. */
static void copy_words(char *to, const char *from, size_t length)
{
#ifdef APX_ASAN
	for (size_t i = 0; i < length; i++)
		((volatile char *)to)[i] = ((const volatile char *)from)[i];
#else
	memcpy(to, from, length);
#endif
}

/* Counts of lines are written out before the data that they are in goes back. */
static void write_coverage(void)
{
#ifdef APX_COVERAGE
	__gcov_dump();
	__gcov_reset();
#endif
}

int apx_in_data(uint64_t address) { return address >= (uint64_t)(uintptr_t)data_start && address < (uint64_t)(uintptr_t)data_start + data_length; }

APX_EXPORT void apx_snapshot(void)
{
	write_coverage();
	apx_race_reset();
	apx_heap_snapshot();
	apx_base();
	if (!data_copy)
		data_copy = mmap(NULL, data_length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	copy_words(data_copy, data_start, data_length);
}

APX_EXPORT void apx_restore(void)
{
	char *copy = data_copy;
	size_t length = data_length;
	uint64_t resumes = apx_resumes;
	struct apx_thread kept[APX_THREADS_MAX];

	write_coverage();
	apx_race_reset();
	apx_heap_restore_begin();
	memcpy(kept, threads, sizeof(kept));
	copy_words(data_start, copy, length);
	for (int i = 0; i < APX_THREADS_MAX; i++) {
		/* Stacks are made when they are first needed and stay. */
		threads[i].stack = kept[i].stack;
		threads[i].used = 0;
	}
	apx_resumes = resumes;
	apx_heap_restore_end();
}

/* ---- what the engine calls --------------------------------------------------------------------------------------------------- */

APX_EXPORT int apx_protocol(void) { return APX_PROTOCOL; }

/* Where the library was loaded: addresses less this one are those that debug information has. */
APX_EXPORT int64_t apx_base(void)
{
	if (!data_start)
		dl_iterate_phdr(find_data, NULL);
	return load_base;
}

APX_EXPORT struct apx_message *apx_init(const struct apx_shape *shape, struct apx_registry *all)
{
	apx_base();
	apx_heap_init();
	apx_race_init();
	apx_fault_init(all);
	apx_shape = *shape;
	return &apx_mailbox;
}

/* What the driver's structures say now, or NULL when they are not known. */
APX_EXPORT struct apx_view *apx_view(void)
{
	static struct apx_view view;

	return apx_glue_view(&view) ? &view : NULL;
}

/* A new kernel thread that stands at the beginning of an entry point; negative when there are too many. */
APX_EXPORT int apx_begin(int entry, int64_t a, int64_t b, int64_t c, int64_t d)
{
	for (int i = 0; i < APX_THREADS_MAX; i++) {
		struct apx_thread *thread = &threads[i];

		if (thread->used)
			continue;
		prepare(thread);
		thread->used = 1;
		thread->entry = entry;
		thread->args[0] = a;
		thread->args[1] = b;
		thread->args[2] = c;
		thread->args[3] = d;
		thread->last_apqn = -1;
		thread->last_op = 0;
		thread->slept_ms = 0;
		thread->held.op = APX_NONE;
		return i;
	}
	return -1;
}

/* Lets a thread run to its next request. The reply to its last one stands in the mailbox. */
APX_EXPORT void apx_resume(int index)
{
	struct apx_thread *thread = &threads[index];

	if (thread->held.op != APX_NONE) {
		if (!apx_glue_pending(&apx_mailbox)) {
			apx_mailbox = thread->held;
			thread->held.op = APX_NONE;
		}
		goto out;
	}
	apx_fault_resume();
	apx_resumes++;
	apx_current = thread;
	enter(thread);
	if (apx_mailbox.op != APX_FAULT) {
		struct apx_message change;

		if (apx_glue_pending(&change)) {
			thread->held = apx_mailbox;
			apx_mailbox = change;
		}
	}
out:
	if (apx_mailbox.op == APX_RETURN || apx_mailbox.op == APX_FAULT)
		thread->used = 0;
}

/* Where a thread that waits was called from, innermost first, as addresses that debug information has; how many. */
APX_EXPORT int apx_callers(int index, int64_t *into, int most)
{
	int count = 0;
#if defined(__x86_64__)
	struct apx_thread *thread = &threads[index];
	uint64_t low = (uint64_t)(uintptr_t)thread->stack, high = low + APX_STACK_BYTES - 16, frame = ((uint64_t *)thread->sp)[5];

	while (count < most && frame >= low && frame <= high && !(frame & 7)) {
		uint64_t *at = (uint64_t *)(uintptr_t)frame;

		into[count++] = (int64_t)at[1] - 1 - load_base;
		if (at[0] <= frame)
			break;
		frame = at[0];
	}
#else
	(void)index;
	(void)into;
	(void)most;
#endif
	return count;
}
