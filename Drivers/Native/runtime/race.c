/* SPDX-License-Identifier: MIT
 *
 * --mem-preempt: the compiler calls these functions before every load and store of the driver. Each that touches memory which threads
 * share is a scheduling point, and is compared with the last accesses of the same bytes: two of different threads, one of them a store,
 * that no lock, no work item and no return from an entry point puts in an order, are a race (vector clocks, as FastTrack does it).
 *
 * Entry points that do not overlap count as ordered: which of them the surroundings order is not known here. READ_ONCE and WRITE_ONCE
 * are scheduling points and never a race.
 */
#define _GNU_SOURCE
#include "apx.h"
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#ifdef APX_MEM_PREEMPT

#define LOCKS_MAX 64
#define LOCK_PQAP_HOOK 3
#define CELLS (1u << 15)
#define READERS 3

struct clock { uint32_t of[APX_THREADS_MAX]; };
struct access { uint64_t pc; uint32_t time; uint8_t thread, bytes; };
struct cell { uint64_t word; uint32_t generation; struct access store, loads[READERS]; };

/* Not in the data that goes back at the start of a run. */
static struct races {
	struct clock threads[APX_THREADS_MAX], exclusive[LOCKS_MAX], shared[LOCKS_MAX], queued[APX_QUEUES_MAX], worked[APX_QUEUES_MAX], ended;
	uint32_t generation;
	struct cell cells[CELLS];
} *races;

static void join(struct clock *into, const struct clock *from)
{
	for (int i = 0; i < APX_THREADS_MAX; i++)
		if (from->of[i] > into->of[i])
			into->of[i] = from->of[i];
}

void apx_race_init(void)
{
	if (!races)
		races = mmap(NULL, sizeof(*races), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	races->generation = 1;
}

void apx_race_reset(void)
{
	memset(races, 0, offsetof(struct races, generation));
	races->generation++;
}

static struct clock *mine(void) { return &races->threads[apx_thread_index()]; }
static void tick(void) { mine()->of[apx_thread_index()]++; }

void apx_race_begin(int thread, int entry, const int64_t args[4])
{
	(void)thread;
	join(mine(), &races->ended);
	if (entry == APX_ENTRY_WORK)
		join(mine(), &races->queued[args[0]]);
	if (entry == APX_ENTRY_AQIC)
		join(mine(), &races->exclusive[LOCK_PQAP_HOOK]);
	tick();
}

void apx_race_end(int thread, int entry, const int64_t args[4])
{
	(void)thread;
	join(&races->ended, mine());
	if (entry == APX_ENTRY_WORK)
		join(&races->worked[args[0]], mine());
	if (entry == APX_ENTRY_AQIC)
		join(&races->shared[LOCK_PQAP_HOOK], mine());
	tick();
}

void apx_race_acquire(int lock, int shared)
{
	join(mine(), &races->exclusive[lock]);
	if (!shared)
		join(mine(), &races->shared[lock]);
}

void apx_race_release(int lock, int shared)
{
	join(shared ? &races->shared[lock] : &races->exclusive[lock], mine());
	tick();
}

void apx_race_queued(int queue)
{
	join(&races->queued[queue], mine());
	tick();
}

void apx_race_flushed(int queue) { join(mine(), &races->worked[queue]); }

static struct cell *cell_of(uint64_t word)
{
	uint32_t at = (uint32_t)(word * 0x9e3779b97f4a7c15ull >> 49);

	for (uint32_t i = 0; i < CELLS; i++, at++) {
		struct cell *cell = &races->cells[at & (CELLS - 1)];

		if (cell->generation != races->generation) {
			memset(cell, 0, sizeof(*cell));
			cell->generation = races->generation;
			cell->word = word;
			return cell;
		}
		if (cell->word == word)
			return cell;
	}
	apx_give_up(APX_FAULT_BUG, 0, 0, "more memory is shared than is watched for races");
}

static int unordered(const struct access *other, uint8_t bytes)
{
	return (other->bytes & bytes) && other->thread != apx_thread_index() && mine()->of[other->thread] < other->time;
}

static void race(uint64_t address, size_t size, int store, uint64_t pc, const struct access *other, int other_store)
{
	static char text[320];
	char object[192];
	size_t length = 0;
	const char *start = apx_heap_start((const void *)(uintptr_t)address, &length);

	object[0] = 0;
	if (start) {
		apx_heap_explain(address, object, sizeof(object));
		snprintf(text, sizeof(text), "%s %zu bytes at offset %ld of %s|%s", store ? "stores" : "loads", size,
			 (long)((const char *)(uintptr_t)address - start), strstr(object, "behind ") == object ? object + 7 : object,
			 other_store ? "stored" : "loaded");
	} else {
		snprintf(text, sizeof(text), "%s %zu bytes of a variable of the driver's|%s", store ? "stores" : "loads", size,
			 other_store ? "stored" : "loaded");
	}
	apx_give_up(APX_FAULT_RACE, (int64_t)pc, (int64_t)other->pc, text);
}

static void watch(uint64_t address, size_t size, int store, uint64_t pc)
{
	for (size_t i = 0; i < size;) {
		uint64_t word = (address + i) & ~(uint64_t)7;
		unsigned int from = (unsigned int)(address + i - word), count = 8 - from;
		struct cell *cell = cell_of(word);
		struct access now = { pc, mine()->of[apx_thread_index()], (uint8_t)apx_thread_index(), 0 };
		int oldest = 0;

		if (count > size - i)
			count = (unsigned int)(size - i);
		now.bytes = (uint8_t)(((1u << count) - 1) << from);
		if (unordered(&cell->store, now.bytes))
			race(address, size, store, pc, &cell->store, 1);
		for (int r = 0; r < READERS; r++) {
			if (store && unordered(&cell->loads[r], now.bytes))
				race(address, size, store, pc, &cell->loads[r], 0);
			if (cell->loads[r].thread == now.thread || !cell->loads[r].bytes)
				oldest = r;
		}
		if (store)
			cell->store = now;
		else
			cell->loads[oldest] = now;
		i += count;
	}
}

static void access(const void *where, size_t size, int store, int marked, const void *pc)
{
	uint64_t address = (uint64_t)(uintptr_t)where;

	if (!apx_current || !size || !(apx_in_heap(address) || apx_in_data(address)))
		return;
	apx_ask(APX_ACCESS, (int)size, store, 0, 0, 0, NULL);
	/* A freed object is found by the access itself. */
	if (!marked && (!apx_in_heap(address) || apx_heap_alive(where)))
		watch(address, size, store, (uint64_t)(uintptr_t)pc);
}

void apx_touch(const void *address, size_t size, int mode) { access(address, size, mode & 1, mode >> 1, __builtin_return_address(0)); }

/* What the compiler calls. */
#define LOAD(name, size, marked) void name(void *at); void name(void *at) { access(at, size, 0, marked, __builtin_return_address(0)); }
#define STORE(name, size, marked) void name(void *at); void name(void *at) { access(at, size, 1, marked, __builtin_return_address(0)); }
#define BOTH(size) \
	LOAD(__tsan_read##size, size, 0) STORE(__tsan_write##size, size, 0) \
	LOAD(__tsan_unaligned_read##size, size, 0) STORE(__tsan_unaligned_write##size, size, 0) \
	LOAD(__tsan_volatile_read##size, size, 1) STORE(__tsan_volatile_write##size, size, 1) \
	LOAD(__tsan_unaligned_volatile_read##size, size, 1) STORE(__tsan_unaligned_volatile_write##size, size, 1)
BOTH(1) BOTH(2) BOTH(4) BOTH(8) BOTH(16)

void __tsan_init(void);
void __tsan_func_entry(void *from);
void __tsan_func_exit(void);
void __tsan_read_range(void *at, unsigned long size);
void __tsan_write_range(void *at, unsigned long size);
void __tsan_init(void) { }
void __tsan_func_entry(void *from) { (void)from; }
void __tsan_func_exit(void) { }
void __tsan_read_range(void *at, unsigned long size) { access(at, size, 0, 0, __builtin_return_address(0)); }
void __tsan_write_range(void *at, unsigned long size) { access(at, size, 1, 0, __builtin_return_address(0)); }

#else

void apx_race_init(void) { }
void apx_race_reset(void) { }
void apx_race_begin(int thread, int entry, const int64_t args[4]) { (void)thread; (void)entry; (void)args; }
void apx_race_end(int thread, int entry, const int64_t args[4]) { (void)thread; (void)entry; (void)args; }
void apx_race_acquire(int lock, int shared) { (void)lock; (void)shared; }
void apx_race_release(int lock, int shared) { (void)lock; (void)shared; }
void apx_race_queued(int queue) { (void)queue; }
void apx_race_flushed(int queue) { (void)queue; }

#endif
