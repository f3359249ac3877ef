/*
 * Scenario S on a small machine, in plain C as hand-written state machines: a driver releases 4 queues while 4 vCPUs use them. The floor for runs.
 *
 * release SEED RUNS   runs at random: steps, sum of the trace hashes, runs with a violation, nanoseconds of CPU
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runs.h"

#define N		4
#define REQUESTS	4
#define MS		1000000ll
#define RC_RESET	(2u << 16)
#define RC_NO_REPLY	(0x10u << 16)
#define EMPTY		(1u << 31)

/* Slots: the driver, the vCPUs, the replies of the cards, the ends of their resets. Each has a timer. */
enum { DRIVER, VCPU, REPLY = VCPU + N, RESET_END = REPLY + N, SLOTS = RESET_END + N };

enum driver_pc { ZAPQ, BUSY_SLEEP, RESET_SLEEP, TAPQ, UNPIN };
enum vcpu_pc { AQIC, NQAP, SLEEP, DQAP, GUEST_ZAPQ };

/* As the engine numbers them. */
enum op { OP_NONE, OP_TAPQ, OP_ZAPQ, OP_AQIC = 4, OP_NQAP = 6, OP_DQAP, OP_MSLEEP, OP_UNPIN = 16 };

static const int64_t service_ns[] = { 0, 1 * MS, 50 * MS };

static struct {
	int64_t left[SLOTS];
	uint32_t ready, armed;
	struct { uint8_t requests, replies, irq, pinned, resetting; } queues[N];
	struct { uint8_t pc, queue, retry, retry2; } driver;
	struct { uint8_t pc, requests; } vcpus[N];
	int violated;
} m;

static inline void arm(int slot, int64_t ns)
{
	if (ns) {
		m.left[slot] = ns;
		m.armed |= 1u << slot;
	} else {
		m.ready |= 1u << slot;
	}
}

static inline int pass_time(void)
{
	int64_t step = INT64_MAX;
	uint32_t ended = 0;
	for (uint32_t w = m.armed; w; w &= w - 1) {
		int64_t left = m.left[__builtin_ctz(w)];
		step = left < step ? left : step;
	}
	if (!m.armed)
		return 0;
	now += (u64)step;
	for (uint32_t w = m.armed; w; w &= w - 1) {
		int slot = __builtin_ctz(w);
		m.left[slot] -= step;
		ended |= m.left[slot] ? 0 : w & -w;
	}
	m.armed ^= ended;
	m.ready |= ended;
	return 1;
}

static inline void serve(int j)
{
	arm(REPLY + j, service_ns[choose(3)]);
}

static inline void complete(int j)
{
	m.queues[j].requests = m.queues[j].replies = m.queues[j].irq = m.queues[j].resetting = 0;
	m.ready &= ~(1u << (REPLY + j));
	m.armed &= ~(1u << (REPLY + j));
}

static inline uint32_t zapq(int j)
{
	int duration;
	if (m.queues[j].resetting)
		return RC_RESET;
	duration = choose(4);
	if (!duration) {
		complete(j);
		return EMPTY;
	}
	m.queues[j].resetting = 1;
	arm(RESET_END + j, duration * 20 * MS);
	return 0;
}

static inline void look(int empty)
{
	if (!empty && m.driver.retry2 > 0) {
		m.driver.retry2--;
		m.driver.pc = RESET_SLEEP;
		arm(DRIVER, 20 * MS);
	} else {
		m.driver.pc = UNPIN;
		m.ready |= 1u << DRIVER;
	}
}

static inline void step_driver(void)
{
	int j = m.driver.queue;
	uint32_t status;
	switch (m.driver.pc) {
	case ZAPQ:
		status = zapq(j);
		hash_step(DRIVER, OP_ZAPQ, status);
		if (status == RC_RESET) {
			m.driver.pc = BUSY_SLEEP;
			arm(DRIVER, 20 * MS);
		} else {
			look(status == EMPTY);
		}
		break;
	case BUSY_SLEEP:
		hash_step(DRIVER, OP_MSLEEP, 0);
		m.driver.pc = m.driver.retry > 0 ? ZAPQ : UNPIN;
		m.driver.retry -= m.driver.retry > 0;
		m.ready |= 1u << DRIVER;
		break;
	case RESET_SLEEP:
		hash_step(DRIVER, OP_MSLEEP, 0);
		m.driver.pc = TAPQ;
		m.ready |= 1u << DRIVER;
		break;
	case TAPQ:
		status = m.queues[j].resetting ? RC_RESET : m.queues[j].requests + m.queues[j].replies ? 0 : EMPTY;
		hash_step(DRIVER, OP_TAPQ, status);
		look(status == EMPTY);
		break;
	default:
		m.queues[j].pinned = 0;
		hash_step(DRIVER, OP_UNPIN, 0);
		m.driver.queue++;
		m.driver.pc = ZAPQ;
		m.driver.retry = 1;
		m.driver.retry2 = 2;
		m.ready |= (m.driver.queue < N ? 1u : 0u) << DRIVER;
	}
}

static inline void step_vcpu(int j)
{
	uint32_t status = m.queues[j].resetting ? RC_RESET : 0;
	int slot = VCPU + j;
	switch (m.vcpus[j].pc) {
	case AQIC:
		if (!status)
			m.queues[j].irq = 1;
		hash_step(slot, OP_AQIC, status);
		m.vcpus[j].pc = NQAP;
		m.ready |= 1u << slot;
		break;
	case NQAP:
		if (!status && m.queues[j].requests++ == 0)
			serve(j);
		hash_step(slot, OP_NQAP, status);
		m.vcpus[j].pc = SLEEP;
		arm(slot, MS);
		break;
	case SLEEP:
		hash_step(slot, OP_MSLEEP, 0);
		m.vcpus[j].pc = DQAP;
		m.ready |= 1u << slot;
		break;
	case DQAP:
		if (!status && !m.queues[j].replies)
			status = RC_NO_REPLY;
		else if (!status)
			m.queues[j].replies--;
		hash_step(slot, OP_DQAP, status);
		if (++m.vcpus[j].requests < REQUESTS) {
			m.vcpus[j].pc = NQAP;
			m.ready |= 1u << slot;
		} else if (j & 1) {
			m.vcpus[j].pc = GUEST_ZAPQ;
			m.ready |= 1u << slot;
		}
		break;
	default:
		hash_step(slot, OP_ZAPQ, zapq(j));
	}
}

static inline void reply(int j)
{
	m.queues[j].requests--;
	m.queues[j].replies++;
	m.violated |= m.queues[j].irq && !m.queues[j].pinned;
	if (m.queues[j].requests)
		serve(j);
	hash_step(REPLY + j, OP_NONE, 0);
}

static u64 run(u64 seed)
{
	u64 steps = 0;
	begin_run(seed);
	memset(&m, 0, sizeof(m));
	for (int j = 0; j < N; j++)
		m.queues[j].pinned = 1;
	m.driver.retry = 1;
	m.driver.retry2 = 2;
	m.ready = (1u << REPLY) - 1;
	for (;;) {
		uint32_t ready = m.ready;
		int choices = __builtin_popcount(ready), slot;
		if (!choices) {
			if (!pass_time())
				return steps;
			continue;
		}
		steps++;
		for (int skip = choices > 1 ? choose(choices) : 0; skip > 0; skip--)
			ready &= ready - 1;
		slot = __builtin_ctz(ready);
		m.ready &= ~(1u << slot);
		if (slot == DRIVER) {
			step_driver();
		} else if (slot < REPLY) {
			step_vcpu(slot - VCPU);
		} else if (slot < RESET_END) {
			reply(slot - REPLY);
		} else {
			complete(slot - RESET_END);
			hash_step(slot, OP_NONE, 0);
		}
	}
}

int main(int argc, char **argv)
{
	u64 first, runs, steps = 0, hashes = 0, violating = 0;
	int64_t began = cpu_ns();
	if (argc != 3)
		return fputs("usage: release SEED RUNS\n", stderr), 2;
	first = strtoull(argv[1], NULL, 10);
	runs = strtoull(argv[2], NULL, 10);
	for (u64 i = 0; i < runs; i++) {
		steps += run(first + i);
		hashes += hash;
		violating += (u64)m.violated;
	}
	printf("%llu %llu %llu %lld\n", (unsigned long long)steps, (unsigned long long)hashes, (unsigned long long)violating, (long long)(cpu_ns() - began));
	return 0;
}
