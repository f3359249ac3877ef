/* SPDX-License-Identifier: MIT
 *
 * The heap: an object ends at a page that cannot be touched, a freed object cannot be touched at all, and no address is used twice in
 * a run. So use after free, overrun and double free are found at the access itself, without a sanitizer.
 */
#define _GNU_SOURCE
#include "apx.h"
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#ifdef APX_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(from, length) __asan_poison_memory_region(from, length)
#define UNPOISON(from, length) __asan_unpoison_memory_region(from, length)
#else
#define POISON(from, length) ((void)(from), (void)(length))
#define UNPOISON(from, length) ((void)(from), (void)(length))
#endif

#define HEAP_BYTES (64u << 20)
#define PAGE 4096u
#define OBJECTS_MAX 2048
#define REDZONE 0xbb

struct object {
	char *pages;			/* first page */
	uint32_t length;		/* bytes of its pages, without the guard */
	uint32_t size, offset;		/* bytes asked for, and where they begin in the pages */
	int32_t freed, line, freed_line;
	const char *kind, *file, *freed_file;
	char *copy;			/* content when the snapshot was taken */
};

static struct object objects[OBJECTS_MAX];
static int32_t count;
static char *heap, *next;
static int32_t snapshot_count;

static size_t whole_pages(size_t bytes) { return (bytes + PAGE - 1) & ~(size_t)(PAGE - 1); }

/* A sanitizer knows to the byte what belongs to an object. */
static void fence(struct object *o)
{
	UNPOISON(o->pages, o->length);
	POISON(o->pages, o->offset);
	POISON(o->pages + o->offset + o->size, o->length - o->offset - o->size);
}

int apx_in_heap(uint64_t address) { return heap && address >= (uint64_t)(uintptr_t)heap && address < (uint64_t)(uintptr_t)next; }

static void fill(struct object *o, int from_new)
{
	if (mprotect(o->pages, o->length, PROT_READ | PROT_WRITE))
		apx_give_up(APX_FAULT_BUG, 0, 0, "the host gives no more memory for kernel objects");
	UNPOISON(o->pages, o->length);
	if (from_new) {
		memset(o->pages, REDZONE, o->length);
		memset(o->pages + o->offset, 0, o->size);
	}
	fence(o);
}

void apx_heap_init(void)
{
	if (!heap)
		heap = next = mmap(NULL, HEAP_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

void *apx_heap_alloc(size_t size, const char *kind, const char *file, int line)
{
	struct object *o = &objects[count];

	if (count == OBJECTS_MAX || next + whole_pages(size ? size : 1) + PAGE > heap + HEAP_BYTES)
		return NULL;
	o->pages = next;
	o->length = (uint32_t)whole_pages(size ? size : 1);
	o->size = (uint32_t)size;
	o->offset = (uint32_t)((o->length - size) & ~(size_t)7);
	o->kind = kind;
	o->file = file;
	o->line = line;
	o->freed = 0;
	count++;
	next += o->length + PAGE;
	fill(o, 1);
	return o->pages + o->offset;
}

static struct object *find(uint64_t address)
{
	for (int i = 0; i < count; i++) {
		uint64_t from = (uint64_t)(uintptr_t)objects[i].pages;

		if (address >= from && address < from + objects[i].length + PAGE)
			return &objects[i];
	}
	return NULL;
}

int apx_heap_alive(const void *object)
{
	struct object *o = find((uint64_t)(uintptr_t)object);

	return o && !o->freed;
}

const void *apx_heap_start(const void *address, size_t *size)
{
	struct object *o = find((uint64_t)(uintptr_t)address);

	if (!o)
		return NULL;
	*size = o->size;
	return o->pages + o->offset;
}

static const char *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "?";
}

void apx_heap_free(const void *object, const char *file, int line)
{
	static char text[320];
	struct object *o;
	const char *live;

	if (!object)
		return;
	o = find((uint64_t)(uintptr_t)object);
	if (!o || o->pages + o->offset != (const char *)object) {
		snprintf(text, sizeof(text), "kfree at %s:%d of an address that is no object", base_name(file), line);
		apx_give_up(APX_FAULT_WILD, 0, (int64_t)(intptr_t)object, text);
	}
	if (o->freed) {
		snprintf(text, sizeof(text), "double free at %s:%d of %s allocated at %s:%d, freed at %s:%d", base_name(file), line,
			 o->kind, base_name(o->file), o->line, base_name(o->freed_file), o->freed_line);
		apx_give_up(APX_FAULT_FREED, 0, (int64_t)(intptr_t)object, text);
	}
	UNPOISON(o->pages, o->length);
	for (uint32_t i = 0; i < o->length; i++) {
		if ((i < o->offset || i >= o->offset + o->size) && (unsigned char)o->pages[i] != REDZONE) {
			snprintf(text, sizeof(text), "%s allocated at %s:%d was written %s its end or beginning", o->kind,
				 base_name(o->file), o->line, "past");
			apx_give_up(APX_FAULT_OVERRUN, 0, (int64_t)(intptr_t)(o->pages + i), text);
		}
	}
	live = apx_glue_live_inside(object, o->size);
	if (live) {
		snprintf(text, sizeof(text), "%s allocated at %s:%d is freed at %s:%d with %s in it", o->kind, base_name(o->file),
			 o->line, base_name(file), line, live);
		apx_give_up(APX_FAULT_FREED, 0, (int64_t)(intptr_t)object, text);
	}
	o->freed = 1;
	o->freed_file = file;
	o->freed_line = line;
	POISON(o->pages, o->length);
	mprotect(o->pages, o->length, PROT_NONE);
}

int apx_heap_explain(uint64_t address, char *text, size_t length)
{
	struct object *o = find(address);

	if (!o) {
		text[0] = 0;
		return address < PAGE ? APX_FAULT_NULL : APX_FAULT_WILD;
	}
	if (o->freed) {
		snprintf(text, length, "%s allocated at %s:%d, freed at %s:%d", o->kind, base_name(o->file), o->line,
			 base_name(o->freed_file), o->freed_line);
		return APX_FAULT_FREED;
	}
	snprintf(text, length, "behind %s allocated at %s:%d, %u bytes", o->kind, base_name(o->file), o->line, o->size);
	return APX_FAULT_OVERRUN;
}

void apx_heap_snapshot(void)
{
	snapshot_count = count;
	for (int i = 0; i < count; i++) {
		if (objects[i].freed)
			continue;
		objects[i].copy = mmap(NULL, objects[i].length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		UNPOISON(objects[i].pages, objects[i].length);
		memcpy(objects[i].copy, objects[i].pages, objects[i].length);
		fence(&objects[i]);
	}
}

/* Before the table of objects goes back: what the run allocated can no longer be touched, what it freed can. */
void apx_heap_restore_begin(void)
{
	for (int i = 0; i < count; i++) {
		struct object *o = &objects[i];

		if (i >= snapshot_count && !o->freed)
			mprotect(o->pages, o->length, PROT_NONE);
		else if (i < snapshot_count && o->freed && o->copy)
			mprotect(o->pages, o->length, PROT_READ | PROT_WRITE);
	}
}

void apx_heap_restore_end(void)
{
	for (int i = 0; i < count; i++) {
		struct object *o = &objects[i];

		if (o->copy && !o->freed) {
			fence(o);
			memcpy(o->pages + o->offset, o->copy + o->offset, o->size);
		}
	}
}
