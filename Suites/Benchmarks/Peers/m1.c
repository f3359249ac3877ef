/*
 * The small model M1(N) in plain C, as a hand-written state machine: the floor for runs, and a second opinion for the search.
 *
 * m1 search N FIXED          every state, breadth first: states transitions violations
 * m1 run N FIXED SEED RUNS   runs at random: steps, sum of the trace hashes, runs with a violation, nanoseconds of CPU
 *
 * A queue is a byte: bits 0..1 ticks of the reset that is going on, 2 interruption is on, 3 a reply waits, 4 the page is pinned.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runs.h"

#define EACH		0x0101010101010101u
#define TICKS		(EACH * 3)
#define IRQ_AND_REPLY	0x0cu
#define RC_RESET	(2u << 16)
#define EMPTY		(1u << 31)

enum pc { ZAPQ, BUSY_SLEEP, RESET_SLEEP, TAPQ, UNPIN, DONE };
enum op { OP_NONE, OP_ZAPQ, OP_TAPQ, OP_UNPIN, OP_TICK, OP_STORE };

struct state {
	u64 queues;
	uint8_t pc, queue, retry, retry2;
	uint8_t zapped;
	uint8_t zero[3];
};

static int n, fixed;

static struct state initial(void)
{
	struct state s;
	memset(&s, 0, sizeof(s));
	s.queues = (EACH * 0x1c) & (n == 8 ? ~0ull : (1ull << (8 * n)) - 1);
	s.retry = 1;
	s.retry2 = 2;
	return s;
}

static inline int resetting(const struct state *s, int j)
{
	return (s->queues >> (8 * j)) & 3;
}

static inline void reset(struct state *s, int j, int ticks)
{
	if (ticks)
		s->queues |= (u64)ticks << (8 * j);
	else
		s->queues &= ~((u64)IRQ_AND_REPLY << (8 * j));
}

static inline void leave(struct state *s)
{
	s->pc = UNPIN;
	s->retry = s->retry2 = 0;
}

static inline void look(struct state *s, int empty)
{
	if (!empty && (fixed || s->retry2 > 0)) {
		s->pc = RESET_SLEEP;
		s->retry2 -= !fixed;
	} else {
		leave(s);
	}
}

static inline void unpin(struct state *s)
{
	s->queues &= ~(0x10ull << (8 * s->queue));
	if (s->queue + 1 < n) {
		s->queue++;
		s->pc = ZAPQ;
		s->retry = 1;
		s->retry2 = 2;
	} else {
		s->queue = 0;
		s->pc = DONE;
	}
}

static inline void pass_time(struct state *s)
{
	u64 busy = (s->queues | s->queues >> 1) & EACH, last = s->queues & ~(s->queues >> 1) & EACH;
	s->queues = (s->queues - busy) & ~(last * IRQ_AND_REPLY);
	if (s->pc == BUSY_SLEEP && (fixed || s->retry > 0)) {
		s->pc = ZAPQ;
		s->retry -= !fixed;
	} else if (s->pc == BUSY_SLEEP) {
		leave(s);
	} else if (s->pc == RESET_SLEEP) {
		s->pc = TAPQ;
	}
}

static inline int time_can_pass(const struct state *s)
{
	return s->pc == BUSY_SLEEP || s->pc == RESET_SLEEP || (s->pc == DONE && (s->queues & TICKS));
}

/* --- search ------------------------------------------------------------------------------------------------------------------ */

static struct state *states;
static uint32_t *table;
static size_t count, capacity, slots;
static u64 transitions, violations;

static u64 hash_of(const struct state *s)
{
	u64 w[2];
	unsigned __int128 p;
	memcpy(w, s, sizeof(w));
	p = (unsigned __int128)(w[0] ^ 0x9E3779B97F4A7C15u) * (w[1] ^ 0xC2B2AE3D27D4EB4Fu);
	return (u64)(p >> 64) ^ (u64)p;
}

static void put(uint32_t id)
{
	size_t at = hash_of(&states[id]) & (slots - 1);
	while (table[at])
		at = (at + 1) & (slots - 1);
	table[at] = id + 1;
}

static void add(const struct state *s)
{
	size_t at;
	transitions++;
	if (2 * (count + 1) > slots) {
		slots *= 2;
		free(table);
		table = calloc(slots, sizeof(*table));
		for (size_t i = 0; i < count; i++)
			put((uint32_t)i);
	}
	for (at = hash_of(s) & (slots - 1); table[at]; at = (at + 1) & (slots - 1))
		if (!memcmp(&states[table[at] - 1], s, sizeof(*s)))
			return;
	if (count == capacity) {
		capacity *= 2;
		states = realloc(states, capacity * sizeof(*states));
	}
	states[count] = *s;
	table[at] = (uint32_t)++count;
}

static void expand(const struct state *s)
{
	struct state t;
	if (s->pc == ZAPQ && resetting(s, s->queue)) {
		t = *s;
		t.pc = BUSY_SLEEP;
		add(&t);
	} else if (s->pc == ZAPQ) {
		for (int d = 0; d < 4; d++) {
			t = *s;
			reset(&t, s->queue, d);
			look(&t, d == 0);
			add(&t);
		}
	} else if (s->pc == TAPQ) {
		t = *s;
		look(&t, !resetting(s, s->queue));
		add(&t);
	} else if (s->pc == UNPIN) {
		t = *s;
		unpin(&t);
		add(&t);
	}
	if (time_can_pass(s)) {
		t = *s;
		pass_time(&t);
		add(&t);
	}
	for (int j = 0; j < n; j++) {
		if (!(s->zapped >> j & 1)) {
			for (int d = 0; d < (resetting(s, j) ? 1 : 4); d++) {
				t = *s;
				t.zapped |= 1 << j;
				if (!resetting(s, j))
					reset(&t, j, d);
				add(&t);
			}
		}
		if ((s->queues >> (8 * j) & IRQ_AND_REPLY) == IRQ_AND_REPLY) {
			t = *s;
			t.queues &= ~(8ull << (8 * j));
			violations += !(s->queues >> (8 * j) & 0x10);
			add(&t);
		}
	}
}

static int search(void)
{
	struct state s = initial();
	capacity = slots = 1 << 16;
	states = malloc(capacity * sizeof(*states));
	table = calloc(slots, sizeof(*table));
	add(&s);
	transitions = 0;
	for (size_t i = 0; i < count; i++) {
		s = states[i];
		expand(&s);
	}
	printf("%zu %llu %llu\n", count, (unsigned long long)transitions, (unsigned long long)violations);
	return 0;
}

/* --- runs -------------------------------------------------------------------------------------------------------------------- */

static inline void step_driver(struct state *s)
{
	u64 reply;
	switch (s->pc) {
	case ZAPQ:
		if (resetting(s, s->queue)) {
			s->pc = BUSY_SLEEP;
			hash_step(0, OP_ZAPQ, RC_RESET);
			return;
		}
		reply = choose(4);
		reset(s, s->queue, (int)reply);
		look(s, reply == 0);
		hash_step(0, OP_ZAPQ, reply ? 0 : EMPTY);
		return;
	case TAPQ:
		reply = resetting(s, s->queue) ? RC_RESET : EMPTY;
		look(s, reply == EMPTY);
		hash_step(0, OP_TAPQ, reply);
		return;
	default:
		unpin(s);
		hash_step(0, OP_UNPIN, 0);
	}
}

static inline void step_guest(struct state *s, int j)
{
	u64 reply = RC_RESET;
	s->zapped |= 1 << j;
	if (!resetting(s, j)) {
		int d = choose(4);
		reset(s, j, d);
		reply = d ? 0 : EMPTY;
	}
	hash_step(1 + j, OP_ZAPQ, reply);
}

/* Slots: the driver, the guests, the cards, time. */
static u64 run(u64 seed, int *violated)
{
	struct state s = initial();
	u64 steps = 0, guests = (1u << n) - 1;
	begin_run(seed);
	for (;; steps++) {
		u64 cards = s.queues >> 2 & s.queues >> 3 & EACH;
		u64 ready = (s.pc == ZAPQ || s.pc == TAPQ || s.pc == UNPIN) | (guests & ~(u64)s.zapped) << 1
			| (cards * 0x0102040810204080u >> 56) << (1 + n) | (u64)time_can_pass(&s) << (1 + 2 * n);
		int choices = __builtin_popcountll(ready), slot;
		if (!choices)
			return steps;
		for (int skip = choices > 1 ? choose(choices) : 0; skip > 0; skip--)
			ready &= ready - 1;
		slot = __builtin_ctzll(ready);
		if (slot == 0) {
			step_driver(&s);
		} else if (slot <= n) {
			step_guest(&s, slot - 1);
		} else if (slot <= 2 * n) {
			int j = slot - n - 1;
			s.queues &= ~(8ull << (8 * j));
			*violated |= !(s.queues >> (8 * j) & 0x10);
			hash_step(slot, OP_STORE, 0);
		} else {
			now++;
			pass_time(&s);
			hash_step(slot, OP_TICK, 0);
		}
	}
}

static int run_all(u64 first, u64 runs)
{
	u64 steps = 0, hashes = 0, violating = 0;
	int64_t began = cpu_ns();
	for (u64 i = 0; i < runs; i++) {
		int violated = 0;
		steps += run(first + i, &violated);
		hashes += hash;
		violating += violated;
	}
	printf("%llu %llu %llu %lld\n", (unsigned long long)steps, (unsigned long long)hashes, (unsigned long long)violating, (long long)(cpu_ns() - began));
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 4) {
		n = atoi(argv[2]);
		fixed = atoi(argv[3]);
	}
	if (n < 1 || n > 8)
		return fputs("usage: m1 search N FIXED | m1 run N FIXED SEED RUNS\n", stderr), 2;
	if (argc == 4 && !strcmp(argv[1], "search"))
		return search();
	if (argc == 6 && !strcmp(argv[1], "run"))
		return run_all(strtoull(argv[4], NULL, 10), strtoull(argv[5], NULL, 10));
	return fputs("usage: m1 search N FIXED | m1 run N FIXED SEED RUNS\n", stderr), 2;
}
