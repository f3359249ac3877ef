/* SPDX-License-Identifier: MIT
 *
 * The one message between a driver in C and the engine, and what the runtime offers to the glue.
 *
 * A kernel thread is a coroutine with a stack of its own. It runs until it asks for something; the request stands in the mailbox,
 * the engine answers in the same mailbox and resumes the coroutine. Nothing of the engine ever runs on a coroutine's stack.
 */
#ifndef APX_H
#define APX_H

#include <stddef.h>
#include <stdint.h>

#define APX_PROTOCOL 2

/* Requests. The numbers are those of NativeOp on the other side; a test compares them. */
enum apx_op {
	APX_NONE = 0,
	APX_TAPQ = 1,		/* a apqn -> r0 status word, r1 GR2 */
	APX_ZAPQ = 2,		/* a apqn -> r0 */
	APX_RAPQ = 3,		/* a apqn -> r0 */
	APX_AQIC = 4,		/* a apqn, b enable | gisc << 4 | isc << 8, c guest or -1, d NIB -> r0 */
	APX_QCI = 5,		/* -> r0 flags, r1 adapter positions, r2 domain positions, d highest ids (adapter << 8 | domain) */
	APX_MSLEEP = 6,		/* d milliseconds */
	APX_LOCK = 7,		/* a lock */
	APX_UNLOCK = 8,		/* a lock */
	APX_LOCK_SHARED = 9,	/* a lock */
	APX_UNLOCK_SHARED = 10,	/* a lock */
	APX_QUEUE_WORK = 11,	/* a queue */
	APX_FLUSH_WORK = 12,	/* a queue */
	APX_PIN = 13,		/* a mdev, d guest address -> r0 host address or -errno */
	APX_UNPIN = 14,		/* a mdev, d guest address */
	APX_GISC_REGISTER = 15,	/* a guest, b subclass -> r0 host subclass or -errno */
	APX_GISC_UNREGISTER = 16,	/* a guest, b subclass -> r0 */
	APX_SET_MASKS = 17,	/* a guest, d adapter positions, e domain positions */
	APX_CLEAR_MASKS = 18,	/* a guest */
	APX_KVM_GET = 19,	/* a guest */
	APX_KVM_PUT = 20,	/* a guest */
	APX_SET_HOOK = 21,	/* a guest, b mdev */
	APX_CLEAR_HOOK = 22,	/* a guest */
	APX_ALLOC = 23,		/* text kind -> r0 handle, 0 when memory is out */
	APX_FREE = 24,		/* d handle */
	APX_WARN = 25,		/* a apqn or -1, b the instruction that it is about, text */
	APX_LOG = 26,		/* a apqn or -1, b the instruction that it is about, text */
	APX_RETURN = 27,	/* d result of the entry point */
	APX_FAULT = 28,		/* a kind, b signal, d program counter, e address, text what is known of the address */
	APX_ACCESS = 29,	/* a bytes, b whether it is a store: memory that threads share */
};

/* Kinds of APX_FAULT. */
enum apx_fault {
	APX_FAULT_WILD = 0,	/* an address that belongs to nothing */
	APX_FAULT_NULL = 1,	/* the first page */
	APX_FAULT_FREED = 2,	/* an object that was freed: use after free, double free */
	APX_FAULT_OVERRUN = 3,	/* behind an object */
	APX_FAULT_STACK = 4,	/* the guard page of the stack */
	APX_FAULT_LOOP = 5,	/* the code turns in a circle and asks for nothing */
	APX_FAULT_BUG = 6,	/* the code says so itself (BUG), or the model cannot go on */
	APX_FAULT_RACE = 7,	/* two accesses that nothing orders; d and e are where they are */
	APX_FAULT_SANITIZER = 8,	/* what a sanitizer says */
};

/* Entry points that the engine calls. */
enum apx_entry {
	APX_ENTRY_INIT = 1,		/* module init */
	APX_ENTRY_PROBE = 2,		/* a queue */
	APX_ENTRY_REMOVE = 3,		/* a queue */
	APX_ENTRY_CREATE = 4,		/* a mdev */
	APX_ENTRY_ASSIGN_ADAPTER = 5,	/* a mdev, b adapter id */
	APX_ENTRY_ASSIGN_DOMAIN = 6,	/* a mdev, b domain id */
	APX_ENTRY_OPEN = 7,		/* a mdev, b guest */
	APX_ENTRY_CLOSE = 8,		/* a mdev */
	APX_ENTRY_RESET = 9,		/* a mdev */
	APX_ENTRY_AQIC = 10,		/* a guest, b apqn, c enable | isc << 1, d NIB -> status word */
	APX_ENTRY_DMA_UNMAP = 11,	/* a mdev, c first guest address, d length */
	APX_ENTRY_CONFIG = 12,		/* -> whether the configuration changed */
	APX_ENTRY_SCAN = 13,
	APX_ENTRY_WORK = 14,		/* a queue */
	APX_ENTRY_UNASSIGN_ADAPTER = 15,	/* a mdev, b adapter id */
	APX_ENTRY_UNASSIGN_DOMAIN = 16,	/* a mdev, b domain id */
	APX_ENTRY_DESTROY = 17,		/* a mdev */
};

/* 64 bytes; request and reply use the same one. */
struct apx_message {
	int32_t op, a, b, c;
	int64_t d, e, text;
	int64_t r0, r1, r2;
};

_Static_assert(sizeof(struct apx_message) == 64, "one message, one cache line");

/* The shape of the emulated machine, given once before the module starts. */
#define APX_QUEUES_MAX 256
#define APX_GUESTS_MAX 32
#define APX_MDEVS_MAX 32
struct apx_shape {
	int32_t queues, domains, guests, mdevs;	/* queue i is adapter i / domains, domain i % domains */
	uint16_t apqn[APX_QUEUES_MAX];
	int32_t facilities;			/* bit 0 QCI (12), bit 1 T bit (15), bit 2 AIV (65) */
};

extern struct apx_shape apx_shape;
struct apx_registry;
struct apx_view;

/* What the engine calls, in this process or over a pipe. */
int apx_protocol(void);
int64_t apx_base(void);
struct apx_message *apx_init(const struct apx_shape *shape, struct apx_registry *all);
struct apx_view *apx_view(void);
int apx_begin(int entry, int64_t a, int64_t b, int64_t c, int64_t d);
void apx_resume(int index);
int apx_callers(int index, int64_t *into, int most);
void apx_snapshot(void);
void apx_restore(void);

/* What the driver's own structures say, for oracles that compare it with the machine. */
struct apx_view {
	struct { int64_t saved_iova; int32_t saved_isc, mdev; } queues[APX_QUEUES_MAX];	/* mdev: its number plus one, 0 for none */
	struct { uint64_t adapters, domains; } shadows[APX_MDEVS_MAX];			/* positions */
};

/* Fills the view; 0 when the tree's structures are not known. Supplied by the glue. */
int apx_glue_view(struct apx_view *view);

/* Coroutines. */
#define APX_THREADS_MAX 64
#define APX_STACK_BYTES (64 * 1024)

struct apx_thread {
	void *sp;		/* where it stands while it does not run */
	char *stack;		/* lowest usable byte; the guard page is below */
	int32_t used, entry;
	int64_t args[4];
	int32_t last_apqn, last_op;	/* the last AP instruction, for what it warns of */
	int64_t slept_ms;
	void *fake_stack;	/* AddressSanitizer's */
	struct apx_message held;	/* a request that waits until the engine has seen a change of a hook */
};

extern struct apx_message apx_mailbox;
extern struct apx_thread *apx_current;
int apx_thread_index(void);

/* Asks the engine and waits for its answer; only on a coroutine. */
struct apx_message *apx_ask(int op, int a, int b, int c, int64_t d, int64_t e, const char *text);

/* Gives the run up: the code of this coroutine never goes on. */
_Noreturn void apx_give_up(int kind, int64_t pc, int64_t address, const char *text);

/* Races: what orders accesses of threads. Without --mem-preempt all of these do nothing. */
void apx_race_init(void);
void apx_race_reset(void);
void apx_race_begin(int thread, int entry, const int64_t args[4]);
void apx_race_end(int thread, int entry, const int64_t args[4]);
void apx_race_acquire(int lock, int shared);
void apx_race_release(int lock, int shared);
void apx_race_queued(int queue);
void apx_race_flushed(int queue);
/* Code that is not instrumented touches memory that threads share; mode: 1 a store, 2 atomic. */
void apx_touch(const void *address, size_t size, int mode);
int apx_in_data(uint64_t address);
int apx_in_heap(uint64_t address);

/* Supplied by the glue: runs an entry point; and shows the engine a change that the code made by a plain store. */
int64_t apx_glue_entry(int entry, const int64_t args[4]);
int apx_glue_pending(struct apx_message *message);
/* Whether something live of the glue's is inside freed memory: its name, or NULL. */
const char *apx_glue_live_inside(const void *from, size_t length);

/* The heap: every object has pages of its own and ends at a page that cannot be touched. */
void *apx_heap_alloc(size_t size, const char *kind, const char *file, int line);
void apx_heap_free(const void *object, const char *file, int line);
/* The object that an address is in, however it stands: its start, or NULL. */
const void *apx_heap_start(const void *address, size_t *size);
/* Names an address for a message; the kind of fault is the result. */
int apx_heap_explain(uint64_t address, char *text, size_t length);
int apx_heap_alive(const void *object);
void apx_heap_init(void);
void apx_heap_snapshot(void);
void apx_heap_restore_begin(void);
void apx_heap_restore_end(void);

/* All copies of this library in a process, so that one handler of signals can ask each of them. */
#define APX_COPIES_MAX 1020
struct apx_registry {
	int32_t count, passed_on;	/* copies; signals that were not theirs */
	int (*handle[APX_COPIES_MAX])(int number, void *information, void *context);
};

void apx_fault_init(struct apx_registry *all);
void apx_fault_resume(void);
/* Answers the engine with what a sanitizer said, and ends the process; only in a program of its own. */
_Noreturn void apx_last_words(const char *text);
int apx_on_stack(uint64_t address, int *guard);

#endif
