/*
 * The floor: scenario S of the run-loop benchmark as a hand-written state machine.
 *
 * It makes exactly the history that the engine makes for the same seed: the same random numbers, the same choices in the same order,
 * the same steps, events and hash chain. It has nothing else: no faults, no other driver, no other topology, one oracle
 * (nib-store-after-unpin). What never happens in this scenario is left out; the equality of the hashes says that this is so.
 *
 * One thread, plain data, switch statements. Virtual time is absolute here. The numbers of operations and events, and the
 * scenario's figures, come from floor.h, which the benchmark writes from the engine's own.
 *
 * Usage: floor FIRST_SEED SEEDS. Prints: steps, sum of the hashes, runs with a violation, nanoseconds of CPU.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "floor.h"

typedef uint64_t u64;
typedef int64_t s64;

#define NEVER INT64_MAX
#define DEPTH 8				/* of a queue */
#define FIRST_NIB_PAGE 0x11		/* host page of the guest's page 1; queue i has its NIB in page 1 + i */
#define PATTERN_GUEST 0x11		/* content of a page of the guest, and of one that went back to the host */
#define PATTERN_HOST 0x6b
#define NISC 5
#define ALERT_NS 50000
#define POLLS 24
#define POLL_NS 5000000
#define RESET_INTERVAL_NS 20000000
#define RC_NORMAL 0x00u
#define RC_RESET_IN_PROGRESS 0x02u
#define RC_NO_PENDING_REPLY 0x10u
#define EMPTY 0x80000000u
#define REPLIES 0x40000000u
#define FULL 0x20000000u
#define IRQ_ENABLED 0x01000000u

/* Slots, in the engine's order: the VMM, the vCPUs, kernel workers and bus scan (never used here), timers of queues, adapter, guest. */
#define VMM 0
#define FIRST_VCPU 1
#define ACTORS (1 + VCPUS + QUEUES + 1)
#define QUEUE_TIMER(q, t) (ACTORS + (q) * TIMERS_PER_QUEUE + (t))
#define GUEST_TIMER (ACTORS + QUEUES * TIMERS_PER_QUEUE + 1)
#define SLOTS (GUEST_TIMER + 1)

enum irq { IRQ_OFF, IRQ_ENABLING, IRQ_ON };

/* What an actor asks for next. */
enum pc {
	IDLE,
	/* the VMM, and the driver in its thread */
	CREATE, OPEN_ENTER, OPEN_LOCK, OPEN_HOOK, OPEN_GET, OPEN_MASKS, OPEN_UNLOCK, OPEN_EXIT, LIFE, STOP, JOIN, CLOSE_ENTER, CLOSE_LOCK,
	CLOSE_MASKS, CLOSE_HOOK, ZAPQ, RESET_SLEEP, TAPQ, GISC_UNREGISTER, UNPIN, CLOSE_PUT, CLOSE_UNLOCK, CLOSE_EXIT, CLOSE_KVM, RELEASE,
	/* a vCPU, and the driver in its thread */
	AQIC_ENTER, AQIC_LOCK, AQIC_PIN, AQIC_GISC, AQIC, AQIC_UNLOCK, AQIC_EXIT, PAUSE, NQAP, POLL_SLEEP, DQAP,
};

struct queue {
	int requests[DEPTH], replies[DEPTH];
	u64 nib, flight_nib;
	uint8_t request_count, reply_count, resetting, irq, flight, gisc, flight_gisc;
	int8_t irq_guest, flight_guest;
};

struct event {
	u64 first, second;
};

static const s64 life_ns[] = LIFE_NS, pause_ns[] = PAUSE_NS, service_ns[] = SERVICE_NS, reset_ns[] = RESET_NS, latency_ns[] = LATENCY_NS;
#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

static struct {
	s64 end[SLOTS];			/* instant at which an armed slot is due */
	u64 armed, ready;
	s64 now;
	u64 hash;
	u64 s0, s1, s2, s3;
	struct event events[16];
	int event_count;
	int steps, current, healed, stopped, violated;
	uint8_t pc[1 + VCPUS], action[VCPUS], polls[VCPUS];
	struct queue q[QUEUES];
	s64 lock_taken;
	int lock_holder;		/* actor + 1 */
	u64 lock_wanted;		/* actors whose next operation takes it */
	uint8_t nib_byte[QUEUES], pins[QUEUES], owned[QUEUES], saved[QUEUES];
	uint8_t giscs[8], ipm, iam, alert_mask, on_alert_list, stopping, vcpus;
	int references;
	int resetting, retry2;
} w;

static inline u64 rotl(u64 x, int n)
{
	return (x << n) | (x >> (64 - n));
}

static u64 splitmix64(u64 *state)
{
	u64 z = *state += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static inline int choose(int count)
{
	u64 result = rotl(w.s1 * 5, 7) * 9, t = w.s1 << 17;
	w.s2 ^= w.s0;
	w.s3 ^= w.s1;
	w.s1 ^= w.s2;
	w.s0 ^= w.s3;
	w.s2 ^= t;
	w.s3 = rotl(w.s3, 45);
	return (int)(((result >> 32) * (u64)count) >> 32);
}

static inline s64 choose_ns(const s64 *values, int count)
{
	return count == 1 ? values[0] : values[choose(count)];
}

static inline void mix(u64 first, u64 second)
{
	unsigned __int128 p = (unsigned __int128)(w.hash ^ first ^ 0x9E3779B97F4A7C15u) * (second ^ 0xD1342543DE82EF95u);
	w.hash = (u64)(p >> 64) ^ (u64)p ^ rotl(w.hash, 29);
}

static inline void hash_step(int slot, int op, u64 reply)
{
	mix(((u64)slot << 8) ^ (u64)op ^ (reply << 24), (u64)w.now);
}

static inline void emit(int kind, int queue, int guest, u64 a, u64 b, u64 c, int op)
{
	struct event *e = &w.events[w.event_count++];
	u64 head = (u64)kind | ((u64)op << 8) | ((u64)(uint16_t)queue << 16) | ((u64)(uint16_t)guest << 32);
	e->first = head ^ rotl(a, 48);
	e->second = rotl(b, 32) ^ c;
}

static inline void end_step(void)
{
	for (int i = 0; i < w.event_count; i++)
		mix(w.events[i].first, w.events[i].second);
	w.event_count = 0;
}

static inline void make_ready(int slot)
{
	w.ready |= 1ull << slot;
}

static inline void arm(int slot, s64 ns)
{
	if (ns <= 0) {
		w.armed &= ~(1ull << slot);
		make_ready(slot);
		return;
	}
	w.end[slot] = w.now + ns;
	w.armed |= 1ull << slot;
}

static inline void disarm(int slot)
{
	w.armed &= ~(1ull << slot);
	w.ready &= ~(1ull << slot);
}

static inline int is_armed(int slot)
{
	return ((w.armed | w.ready) >> slot) & 1;
}

static int advance(void)
{
	s64 next = NEVER;
	if (w.armed == 0)
		return 0;
	for (u64 m = w.armed; m; m &= m - 1) {
		s64 end = w.end[__builtin_ctzll(m)];
		next = end < next ? end : next;
	}
	w.now = next;
	for (u64 m = w.armed; m; m &= m - 1) {
		int slot = __builtin_ctzll(m);
		if (w.end[slot] == next) {
			w.armed &= ~(1ull << slot);
			make_ready(slot);
		}
	}
	return 1;
}

static inline int nth(u64 mask, int n)
{
	while (n-- > 0)
		mask &= mask - 1;
	return __builtin_ctzll(mask);
}

static inline int pick(void)
{
	int count = __builtin_popcountll(w.ready), choice;
	if (count == 0)
		return -1;
	if (count == 1)
		return __builtin_ctzll(w.ready);
	choice = choose(count);
	if (!((w.ready >> w.current) & 1))
		return nth(w.ready, choice);
	return choice == 0 ? w.current : nth(w.ready & ~(1ull << w.current), choice - 1);
}

/* --- the machine ------------------------------------------------------------------------------------------------------------- */

static inline u64 status_word(const struct queue *q, u64 rc)
{
	u64 word = rc << 16;
	int count = q->request_count + q->reply_count;
	if (rc != RC_NORMAL)
		return word;
	if (!q->resetting) {
		word |= count == 0 ? EMPTY : 0;
		word |= q->reply_count > 0 ? REPLIES : 0;
		word |= count >= DEPTH ? FULL : 0;
	}
	return q->irq == IRQ_ON ? word | IRQ_ENABLED : word;
}

static inline u64 answer(int op, int queue, u64 rc, int guest, u64 issuer, u64 c)
{
	u64 word = status_word(&w.q[queue], rc);
	emit(EVENT_Instruction, queue, guest, word, issuer, c, op);
	return word;
}

static inline void restore_iam(void)
{
	if (!w.on_alert_list)
		w.iam = w.alert_mask;
}

static void wake_vcpus(void)
{
	for (int i = FIRST_VCPU; i < FIRST_VCPU + VCPUS; i++)
		if (w.pc[i] == PAUSE || w.pc[i] == POLL_SLEEP)
			arm(i, 0);
}

static void start_stores(struct queue *q, int queue)
{
	if (q->flight)
		return;
	q->flight = 3;
	q->flight_nib = q->nib;
	q->flight_gisc = q->gisc;
	q->flight_guest = q->irq_guest;
	arm(QUEUE_TIMER(queue, TIMER_NIB_STORE), 0);
}

static void store_nib(struct queue *q, int queue)
{
	int page = (int)(q->flight_nib >> 12) - FIRST_NIB_PAGE;
	q->flight &= ~1;
	emit(EVENT_NibStore, queue, q->flight_guest, q->flight_nib, w.nib_byte[page], 1, 0);
	w.nib_byte[page] = 1;
	if (w.pins[page] == 0)
		w.violated = 1;
	if (q->flight & 2)
		arm(QUEUE_TIMER(queue, TIMER_IPM_STORE), 0);
}

static void store_ipm(struct queue *q, int queue)
{
	q->flight &= ~2;
	if (q->flight_guest < 0)
		return;
	emit(EVENT_IpmStore, queue, q->flight_guest, q->flight_gisc, w.references > 0, 0, 0);
	if (w.references == 0)
		return;
	w.ipm |= 0x80 >> q->flight_gisc;
	if ((w.iam & w.ipm) && !w.on_alert_list) {
		w.on_alert_list = 1;
		w.iam = 0;
		arm(GUEST_TIMER, ALERT_NS);
		emit(EVENT_GibAlert, -1, 0, 0, 0, 0, 0);
	}
}

static inline void serve_next(struct queue *q, int queue)
{
	if (q->request_count > 0 && !q->resetting && !is_armed(QUEUE_TIMER(queue, TIMER_SERVICE)))
		arm(QUEUE_TIMER(queue, TIMER_SERVICE), choose_ns(service_ns, COUNT(service_ns)));
}

static void complete_request(struct queue *q, int queue)
{
	int psmid = q->requests[0];
	if (q->request_count == 0)
		return;
	q->request_count--;
	for (int i = 0; i < q->request_count; i++)
		q->requests[i] = q->requests[i + 1];
	q->replies[q->reply_count++] = psmid;
	emit(EVENT_ReplyReady, queue, 0, psmid, 0, 0, 0);
	if (q->irq == IRQ_ON)
		start_stores(q, queue);
	serve_next(q, queue);
}

static inline void complete_aqic(struct queue *q, int queue)
{
	q->irq = IRQ_ON;
	q->nib = (((u64)queue + FIRST_NIB_PAGE) << 12) + NIB_OFFSET;
	q->gisc = queue;
	q->irq_guest = 0;
	emit(EVENT_IrqOn, queue, 0, q->nib, q->gisc, 0, 0);
}

static void complete_reset(struct queue *q, int queue)
{
	for (int timer = 0; timer < TIMERS_PER_QUEUE; timer++)
		disarm(QUEUE_TIMER(queue, timer));
	if (q->irq != IRQ_OFF) {
		q->irq = IRQ_OFF;
		q->flight = 0;
		emit(EVENT_IrqOff, queue, q->irq_guest, 0, 0, 0, 0);
		q->irq_guest = -1;
	}
	q->request_count = q->reply_count = q->resetting = 0;
	emit(EVENT_ResetCompleted, queue, -1, 0, 1, 0, 0);
}

static u64 zapq(struct queue *q, int queue)
{
	s64 span = choose_ns(reset_ns, COUNT(reset_ns));
	q->resetting = 1;
	emit(EVENT_ResetStarted, queue, -1, span, 1, ISSUER_Driver, 0);
	disarm(QUEUE_TIMER(queue, TIMER_SERVICE));
	if (q->request_count > 0) {
		int eighths = span > 0 ? 2 * choose(5) : 0;
		s64 last = span - (span / 2 < 1000 ? span / 2 : 1000);
		if (eighths == 0)
			q->request_count = 0;
		else
			arm(QUEUE_TIMER(queue, TIMER_SERVICE), span / 8 * eighths < last ? span / 8 * eighths : last);
	}
	if (q->irq != IRQ_OFF)
		disarm(QUEUE_TIMER(queue, TIMER_AQIC));
	if (span == 0)
		complete_reset(q, queue);
	else
		arm(QUEUE_TIMER(queue, TIMER_RESET_END), span);
	return answer(OP_Zapq, queue, RC_NORMAL, -1, ISSUER_Driver, 0);
}

static u64 nqap(struct queue *q, int queue, int psmid)
{
	if (w.stopping)
		return 0;
	q->requests[q->request_count++] = psmid;
	emit(EVENT_Enqueued, queue, 0, psmid, 0, 0, 0);
	serve_next(q, queue);
	return answer(OP_Nqap, queue, RC_NORMAL, 0, ISSUER_Guest, psmid);
}

static u64 dqap(struct queue *q, int queue)
{
	int psmid = q->replies[0];
	if (w.stopping)
		return 0;
	if (q->reply_count == 0)
		return answer(OP_Dqap, queue, RC_NO_PENDING_REPLY, 0, ISSUER_Guest, 0);
	q->reply_count--;
	for (int i = 0; i < q->reply_count; i++)
		q->replies[i] = q->replies[i + 1];
	emit(EVENT_Dequeued, queue, 0, psmid, 0, 0, 0);
	return answer(OP_Dqap, queue, RC_NORMAL, 0, ISSUER_Guest, 0);
}

static inline u64 wake_up(void)
{
	u64 pending = w.ipm;
	if (w.stopping)
		return (u64)-4;
	if (pending) {
		w.ipm = 0;
		emit(EVENT_InterruptDelivered, -1, 0, pending, 0, 0, 0);
	}
	return pending;
}

static inline void take_lock(int actor)
{
	w.lock_taken = w.now;
	w.lock_holder = actor + 1;
	emit(EVENT_LockTaken, -1, -1, 0, 0, 0, 0);
	w.lock_wanted &= ~(1ull << actor);
	w.ready &= ~w.lock_wanted;
}

static inline void give_lock(void)
{
	w.lock_holder = 0;
	emit(EVENT_LockReleased, -1, -1, 0, (u64)(w.now - w.lock_taken), 0, 0);
	w.ready |= w.lock_wanted;
}

static inline void want_lock(int actor)
{
	w.lock_wanted |= 1ull << actor;
	if (w.lock_holder)
		emit(EVENT_LockWaited, -1, -1, 0, (u64)(w.lock_holder - 1), 0, 0);
	else
		make_ready(actor);
}

static void set_masks(int grant)
{
	for (int i = 0; i < QUEUES; i++) {
		if (grant)
			emit(EVENT_QueueGranted, i, 0, (u64)-1, 0, 0, 0);
		else
			emit(EVENT_QueueRevoked, i, 0, 0, 0, 0, 0);
	}
}

/* --- the actors -------------------------------------------------------------------------------------------------------------- */

static void vcpu_done(int actor)
{
	w.pc[actor] = IDLE;
	if (--w.vcpus == 0 && w.pc[VMM] == JOIN)
		make_ready(VMM);
}

/* The vCPU goes to its next request, unless it has none left or was told to stop. */
static void next_action(int actor)
{
	s64 pause;
	if (w.stopping || ++w.action[actor - FIRST_VCPU] > REQUESTS) {
		vcpu_done(actor);
		return;
	}
	pause = choose_ns(pause_ns, COUNT(pause_ns));
	if (pause > 0) {
		w.pc[actor] = PAUSE;
		arm(actor, pause);
	} else {
		w.pc[actor] = NQAP;
		make_ready(actor);
	}
}

static void next_poll(int actor)
{
	if (w.stopping || w.polls[actor - FIRST_VCPU]++ == POLLS) {
		next_action(actor);
		return;
	}
	w.pc[actor] = POLL_SLEEP;
	arm(actor, POLL_NS);
}

static inline void ask(int actor, enum pc next)
{
	w.pc[actor] = next;
	make_ready(actor);
}

static void step_vcpu(int actor)
{
	int queue = actor - FIRST_VCPU;
	struct queue *q = &w.q[queue];
	u64 reply;

	switch (w.pc[actor]) {
	case AQIC_ENTER:
		emit(EVENT_OperationEntered, queue, 0, OPERATION_AqicIntercept, 0, 0, 0);
		hash_step(actor, OP_EnterOperation, 0);
		w.pc[actor] = AQIC_LOCK;
		want_lock(actor);
		break;
	case AQIC_LOCK:
		take_lock(actor);
		hash_step(actor, OP_Lock, 0);
		ask(actor, AQIC_PIN);
		break;
	case AQIC_PIN:
		w.pins[queue]++;
		emit(EVENT_Pinned, -1, 0, FIRST_NIB_PAGE + queue, w.pins[queue], 0, 0);
		hash_step(actor, OP_PinPages, (u64)(FIRST_NIB_PAGE + queue) << 12);
		ask(actor, AQIC_GISC);
		break;
	case AQIC_GISC:
		w.giscs[queue]++;
		w.alert_mask |= 0x80 >> queue;
		restore_iam();
		emit(EVENT_GiscRegistered, -1, 0, queue, w.giscs[queue], 0, 0);
		hash_step(actor, OP_GiscRegister, NISC);
		ask(actor, AQIC);
		break;
	case AQIC: {
		s64 latency;
		q->irq = IRQ_ENABLING;
		latency = choose_ns(latency_ns, COUNT(latency_ns));
		if (latency == 0)
			complete_aqic(q, queue);
		else
			arm(QUEUE_TIMER(queue, TIMER_AQIC), latency);
		reply = answer(OP_Aqic, queue, RC_NORMAL, -1, ISSUER_Driver, (((u64)queue + FIRST_NIB_PAGE) << 12) + NIB_OFFSET);
		hash_step(actor, OP_Aqic, reply);
		w.saved[queue] = 1;
		ask(actor, AQIC_UNLOCK);
		break;
	}
	case AQIC_UNLOCK:
		give_lock();
		hash_step(actor, OP_Unlock, 0);
		ask(actor, AQIC_EXIT);
		break;
	case AQIC_EXIT:
		emit(EVENT_OperationExited, queue, 0, OPERATION_AqicIntercept, 0, 0, 0);
		hash_step(actor, OP_ExitOperation, 0);
		next_action(actor);
		break;
	case PAUSE:
		hash_step(actor, OP_Msleep, wake_up());
		if (w.stopping)
			vcpu_done(actor);
		else
			ask(actor, NQAP);
		break;
	case NQAP:
		hash_step(actor, OP_Nqap, nqap(q, queue, 10000 + queue * 1000 + w.action[queue]));
		w.polls[queue] = 0;
		next_poll(actor);
		break;
	case POLL_SLEEP:
		hash_step(actor, OP_Msleep, wake_up());
		if (w.stopping)
			vcpu_done(actor);
		else
			ask(actor, DQAP);
		break;
	case DQAP:
		reply = dqap(q, queue);
		hash_step(actor, OP_Dqap, reply);
		if (((reply >> 16) & 0xff) == RC_NO_PENDING_REPLY)
			next_poll(actor);
		else
			next_action(actor);
		break;
	default:
		abort();
	}
}

/* The driver is done with a queue; on to the next, or to the end of close. */
static void next_queue(void)
{
	w.retry2 = 2;
	ask(VMM, ++w.resetting < QUEUES ? ZAPQ : CLOSE_PUT);
}

/* The driver's loop after an accepted ZAPQ: wait for E=1 at most twice, then free what was saved. */
static void look(u64 status)
{
	if (!(status & EMPTY) && w.retry2-- > 0) {
		w.pc[VMM] = RESET_SLEEP;
		arm(VMM, RESET_INTERVAL_NS);
	} else if (w.saved[w.resetting]) {
		ask(VMM, GISC_UNREGISTER);
	} else {
		next_queue();
	}
}

static void step_vmm(void)
{
	int queue = w.resetting;
	u64 reply;

	switch (w.pc[VMM]) {
	case CREATE:
		w.references = 1;
		memset(w.nib_byte, PATTERN_GUEST, sizeof(w.nib_byte));
		emit(EVENT_GuestCreated, -1, 0, 0, 0, 0, 0);
		hash_step(VMM, OP_CreateGuest, 0);
		ask(VMM, OPEN_ENTER);
		break;
	case OPEN_ENTER:
		emit(EVENT_OperationEntered, -1, 0, OPERATION_OpenDevice, 0, 0, 0);
		hash_step(VMM, OP_EnterOperation, 0);
		w.pc[VMM] = OPEN_LOCK;
		want_lock(VMM);
		break;
	case OPEN_LOCK:
		take_lock(VMM);
		hash_step(VMM, OP_Lock, 0);
		ask(VMM, OPEN_HOOK);
		break;
	case OPEN_HOOK:
		hash_step(VMM, OP_SetHook, 0);
		ask(VMM, OPEN_GET);
		break;
	case OPEN_GET:
		emit(EVENT_KvmReference, -1, 0, ++w.references, 1, 0, 0);
		hash_step(VMM, OP_KvmGet, 0);
		ask(VMM, OPEN_MASKS);
		break;
	case OPEN_MASKS:
		set_masks(1);
		hash_step(VMM, OP_SetMasks, 0);
		ask(VMM, OPEN_UNLOCK);
		break;
	case OPEN_UNLOCK:
		give_lock();
		hash_step(VMM, OP_Unlock, 0);
		ask(VMM, OPEN_EXIT);
		break;
	case OPEN_EXIT:
		emit(EVENT_OperationExited, -1, 0, OPERATION_OpenDevice, 0, 0, 0);
		hash_step(VMM, OP_ExitOperation, 0);
		w.pc[VMM] = LIFE;
		arm(VMM, choose_ns(life_ns, COUNT(life_ns)));
		w.vcpus = VCPUS;
		for (int i = 0; i < VCPUS; i++)
			ask(FIRST_VCPU + i, AQIC_ENTER);
		break;
	case LIFE:
		hash_step(VMM, OP_Msleep, 0);
		ask(VMM, STOP);
		break;
	case STOP:
		w.stopping = 1;
		wake_vcpus();
		hash_step(VMM, OP_StopVcpus, 0);
		w.pc[VMM] = JOIN;
		if (w.vcpus == 0)
			make_ready(VMM);
		break;
	case JOIN:
		hash_step(VMM, OP_JoinVcpus, 0);
		ask(VMM, CLOSE_ENTER);
		break;
	case CLOSE_ENTER:
		emit(EVENT_OperationEntered, -1, 0, OPERATION_CloseDevice, 0, 0, 0);
		hash_step(VMM, OP_EnterOperation, 0);
		w.pc[VMM] = CLOSE_LOCK;
		want_lock(VMM);
		break;
	case CLOSE_LOCK:
		take_lock(VMM);
		hash_step(VMM, OP_Lock, 0);
		ask(VMM, CLOSE_MASKS);
		break;
	case CLOSE_MASKS:
		set_masks(0);
		hash_step(VMM, OP_ClearMasks, 0);
		ask(VMM, CLOSE_HOOK);
		break;
	case CLOSE_HOOK:
		hash_step(VMM, OP_ClearHook, 0);
		w.resetting = 0;
		w.retry2 = 2;
		ask(VMM, ZAPQ);
		break;
	case ZAPQ:
		reply = zapq(&w.q[queue], queue);
		hash_step(VMM, OP_Zapq, reply);
		look(reply);
		break;
	case RESET_SLEEP:
		hash_step(VMM, OP_Msleep, 0);
		ask(VMM, TAPQ);
		break;
	case TAPQ:
		reply = answer(OP_Tapq, queue, w.q[queue].resetting ? RC_RESET_IN_PROGRESS : RC_NORMAL, -1, ISSUER_Driver, 0);
		hash_step(VMM, OP_Tapq, reply);
		look(reply);
		break;
	case GISC_UNREGISTER:
		if (--w.giscs[queue] == 0) {
			w.alert_mask &= ~(0x80 >> queue);
			restore_iam();
		}
		emit(EVENT_GiscUnregistered, -1, 0, queue, w.giscs[queue], 0, 0);
		hash_step(VMM, OP_GiscUnregister, 0);
		ask(VMM, UNPIN);
		break;
	case UNPIN:
		w.pins[queue]--;
		w.saved[queue] = 0;
		emit(EVENT_Unpinned, -1, 0, FIRST_NIB_PAGE + queue, w.pins[queue], 0, 0);
		hash_step(VMM, OP_UnpinPages, 0);
		next_queue();
		break;
	case CLOSE_PUT:
		emit(EVENT_KvmReference, -1, 0, --w.references, (u64)-1, 0, 0);
		hash_step(VMM, OP_KvmPut, 0);
		ask(VMM, CLOSE_UNLOCK);
		break;
	case CLOSE_UNLOCK:
		give_lock();
		hash_step(VMM, OP_Unlock, 0);
		ask(VMM, CLOSE_EXIT);
		break;
	case CLOSE_EXIT:
		emit(EVENT_OperationExited, -1, 0, OPERATION_CloseDevice, 0, 0, 0);
		hash_step(VMM, OP_ExitOperation, 0);
		ask(VMM, CLOSE_KVM);
		break;
	case CLOSE_KVM:
		w.references = 0;
		emit(EVENT_KvmReference, -1, 0, 0, (u64)-1, 0, 0);
		disarm(GUEST_TIMER);
		w.on_alert_list = 0;
		emit(EVENT_GuestDestroyed, -1, 0, w.alert_mask, 0, 0, 0);
		hash_step(VMM, OP_CloseKvm, 0);
		ask(VMM, RELEASE);
		break;
	case RELEASE:
		for (int page = -1; page < QUEUES; page++)
			if (page < 0 || w.pins[page] == 0)
				emit(EVENT_PageGiven, -1, -1, FIRST_NIB_PAGE + page, 0, (u64)-1, 0);
		memset(w.nib_byte, PATTERN_HOST, sizeof(w.nib_byte));
		hash_step(VMM, OP_ReleaseMemory, 0);
		w.pc[VMM] = IDLE;
		break;
	default:
		abort();
	}
}

static void hardware(int slot)
{
	int queue = (slot - ACTORS) / TIMERS_PER_QUEUE;
	struct queue *q = &w.q[queue];

	disarm(slot);
	if (slot == GUEST_TIMER) {
		w.on_alert_list = 0;
		restore_iam();
		wake_vcpus();
		return;
	}
	switch ((slot - ACTORS) % TIMERS_PER_QUEUE) {
	case TIMER_RESET_END:
		complete_reset(q, queue);
		break;
	case TIMER_SERVICE:
		complete_request(q, queue);
		break;
	case TIMER_NIB_STORE:
		store_nib(q, queue);
		break;
	case TIMER_IPM_STORE:
		store_ipm(q, queue);
		break;
	case TIMER_AQIC:
		complete_aqic(q, queue);
		break;
	default:
		abort();
	}
}

static void pass_time(void)
{
	if (!w.healed && w.pc[VMM] == IDLE) {
		w.healed = 1;
		emit(EVENT_Healed, -1, -1, 0, 0, 0, 0);
	} else if (!advance()) {
		emit(EVENT_AtRest, -1, -1, 0, 0, 0, 0);
		w.stopped = 1;
	}
	end_step();
}

static void run(u64 seed)
{
	memset(&w, 0, sizeof(w));
	w.s0 = splitmix64(&seed);
	w.s1 = splitmix64(&seed);
	w.s2 = splitmix64(&seed);
	w.s3 = splitmix64(&seed);
	w.hash = 0xA9C4A0520190905u;
	for (int i = 0; i < QUEUES; i++)
		w.q[i].irq_guest = w.q[i].flight_guest = -1;
	ask(VMM, CREATE);
	while (!w.stopped) {
		int slot = pick();
		if (slot < 0) {
			pass_time();
			continue;
		}
		w.steps++;
		if (slot >= ACTORS) {
			hardware(slot);
			hash_step(slot, 0, 0);
		} else {
			w.current = slot;
			w.ready &= ~(1ull << slot);
			if (slot == VMM)
				step_vmm();
			else
				step_vcpu(slot);
		}
		end_step();
	}
}

static s64 cpu_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int main(int argc, char **argv)
{
	u64 first, seeds, hashes = 0, steps = 0, violated = 0;
	s64 began;

	if (argc != 3) {
		fputs("usage: floor FIRST_SEED SEEDS\n", stderr);
		return 2;
	}
	first = strtoull(argv[1], NULL, 10);
	seeds = strtoull(argv[2], NULL, 10);
	for (u64 i = 0; i < seeds / 10; i++)	/* warm the caches and the branch predictor */
		run(first + i);
	began = cpu_ns();
	for (u64 i = 0; i < seeds; i++) {
		run(first + i);
		hashes += w.hash;
		steps += w.steps;
		violated += w.violated;
	}
	printf("%llu %llu %llu %lld\n", (unsigned long long)steps, (unsigned long long)hashes, (unsigned long long)violated,
	       (long long)(cpu_ns() - began));
	return 0;
}
