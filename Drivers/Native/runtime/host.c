/* SPDX-License-Identifier: MIT
 *
 * The driver in a program of its own: commands on standard input, answers on standard output, numbers little-endian. A command is 72
 * bytes: number, thread, message. The answer is the message; that to a resume goes on with the lengths of text and view, and both.
 */
#include "apx.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INIT = 1, BEGIN = 2, RESUME = 3, SNAPSHOT = 4, RESTORE = 5 };
struct command { int32_t number, thread; struct apx_message message; };

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
static int32_t le32(int32_t value) { return (int32_t)__builtin_bswap32((uint32_t)value); }
static int64_t le64(int64_t value) { return (int64_t)__builtin_bswap64((uint64_t)value); }
#else
static int32_t le32(int32_t value) { return value; }
static int64_t le64(int64_t value) { return value; }
#endif

static struct apx_message turned(struct apx_message m)
{
	return (struct apx_message) { le32(m.op), le32(m.a), le32(m.b), le32(m.c), le64(m.d), le64(m.e), le64(m.text), le64(m.r0), le64(m.r1), le64(m.r2) };
}

static int take(void *into, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t n = read(0, (char *)into + done, length - done);

		if (n <= 0)
			return 0;
		done += (size_t)n;
	}
	return 1;
}

static void give(const void *from, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t n = write(1, (const char *)from + done, length - done);

		if (n <= 0)
			_exit(3);
		done += (size_t)n;
	}
}

static void answer(struct apx_message message)
{
	message = turned(message);
	give(&message, sizeof(message));
}

static void answer_resume(void)
{
	static struct { struct apx_message message; int32_t text, view; char rest[4096 + sizeof(struct apx_view)]; } out;
	const char *text = (const char *)(intptr_t)apx_mailbox.text;
	struct apx_view *view = apx_view();
	size_t at = text ? strnlen(text, 4000) : 0;
	int32_t length = (int32_t)at;

	out.message = turned(apx_mailbox);
	memcpy(out.rest, text ? text : "", at);
	for (int i = 0; view && i < apx_shape.queues; i++, at += 16) {
		int64_t iova = le64(view->queues[i].saved_iova);
		int32_t isc = le32(view->queues[i].saved_isc), mdev = le32(view->queues[i].mdev);

		memcpy(out.rest + at, &iova, 8);
		memcpy(out.rest + at + 8, &isc, 4);
		memcpy(out.rest + at + 12, &mdev, 4);
	}
	for (int i = 0; view && i < apx_shape.mdevs; i++, at += 16) {
		int64_t adapters = le64((int64_t)view->shadows[i].adapters), domains = le64((int64_t)view->shadows[i].domains);

		memcpy(out.rest + at, &adapters, 8);
		memcpy(out.rest + at + 8, &domains, 8);
	}
	out.text = le32(length);
	out.view = le32((int32_t)at - length);
	give(&out, offsetof(__typeof__(out), rest) + at);
}

void apx_last_words(const char *text)
{
	apx_mailbox.op = APX_FAULT;
	apx_mailbox.a = APX_FAULT_SANITIZER;
	apx_mailbox.b = 0;
	apx_mailbox.d = 0;
	apx_mailbox.text = (int64_t)(intptr_t)text;
	answer_resume();
	_exit(1);
}

static int initialise(void)
{
	static struct apx_registry all;
	struct apx_shape shape;

	if (!take(&shape, sizeof(shape)))
		return 0;
	for (int32_t *word = &shape.queues; word <= &shape.mdevs; word++)
		*word = le32(*word);
	shape.facilities = le32(shape.facilities);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	for (int i = 0; i < APX_QUEUES_MAX; i++)
		shape.apqn[i] = __builtin_bswap16(shape.apqn[i]);
#endif
	apx_init(&shape, &all);
	answer((struct apx_message) { .a = apx_protocol(), .b = !!apx_view(), .d = apx_base() });
	return 1;
}

int main(void)
{
	struct command in;

	while (take(&in, sizeof(in))) {
		struct apx_message m = turned(in.message);

		switch (le32(in.number)) {
		case INIT:
			if (!initialise())
				return 2;
			break;
		case BEGIN:
			answer((struct apx_message) { .a = apx_begin(m.a, m.d, m.e, m.r0, m.r1) });
			break;
		case RESUME:
			apx_mailbox = m;
			apx_resume(le32(in.thread));
			answer_resume();
			break;
		case SNAPSHOT:
			apx_snapshot();
			answer(m);
			break;
		case RESTORE:
			apx_restore();
			answer(m);
			break;
		default:
			return 2;
		}
	}
	return 0;
}
