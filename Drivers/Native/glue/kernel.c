/* SPDX-License-Identifier: MIT
 *
 * The kernel's primitives: what the driver asks of them becomes a request to the engine.
 */
#include "kernel.h"
#include "../runtime/apx.h"
#include "glue.h"

struct debug_view debug_sprintf_view, debug_hex_ascii_view;
struct workqueue_struct *system_wq, *system_long_wq, *system_unbound_wq, *system_percpu_wq;

/* ---- text --------------------------------------------------------------------------------------------------------------------- */

int vsnprintf(char *to, size_t size, const char *format, va_list args);

static void put(char *to, size_t size, int *length, const char *text)
{
	for (; *text; text++, (*length)++)
		if ((size_t)*length + 1 < size)
			to[*length] = *text;
}

static int apx_piece(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(to, size, format, args);
	va_end(args);
	return length;
}

/* printf, and the kernel's pointers to addresses (%pad, %pa). */
int apx_vformat(char *to, size_t size, const char *format, va_list args)
{
	int length = 0;

	while (*format) {
		char spec[32], text[256];
		int n = 0, longs = 0, wide = 0;

		if (*format != '%') {
			char one[2] = { *format++, 0 };

			put(to, size, &length, one);
			continue;
		}
		spec[n++] = *format++;
		while (*format && n < 20 && strchr("-+ #0123456789.*", *format)) {
			if (*format == '*')
				n += apx_piece(spec + n, 12, "%d", va_arg(args, int));
			else
				spec[n++] = *format;
			format++;
		}
		while (*format && strchr("hlzt", *format)) {
			longs += *format == 'l';
			wide |= *format == 'z' || *format == 't';
			spec[n++] = *format++;
		}
		if (!*format)
			break;
		spec[n++] = *format;
		spec[n] = 0;
		text[0] = 0;
		switch (*format++) {
		case '%':
			apx_piece(text, sizeof(text), "%%");
			break;
		case 's': {
			const char *string = va_arg(args, const char *);

			apx_piece(text, sizeof(text), spec, string ? string : "(null)");
			break;
		}
		case 'p':
			if (format[0] == 'a') {
				format += format[1] == 'd' || format[1] == 'p' ? 2 : 1;
				apx_piece(text, sizeof(text), "0x%016lx", *va_arg(args, unsigned long *));
			} else {
				/* Where something lies differs from process to process. */
				(void)va_arg(args, void *);
				while ((*format >= 'a' && *format <= 'z') || (*format >= 'A' && *format <= 'Z'))
					format++;
				apx_piece(text, sizeof(text), "(address)");
			}
			break;
		default:
			if (longs || wide)
				apx_piece(text, sizeof(text), spec, va_arg(args, long));
			else
				apx_piece(text, sizeof(text), spec, va_arg(args, int));
			break;
		}
		put(to, size, &length, text);
	}
	if (size)
		to[(size_t)length < size ? (size_t)length : size - 1] = 0;
	return length;
}

int apx_emit(char *to, size_t size, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = apx_vformat(to, size, format, args);
	va_end(args);
	return (size_t)length < size ? length : (int)size - 1;
}

static char message[512];

static void say(int op, const char *format, va_list args)
{
	int length = apx_vformat(message, sizeof(message), format, args);

	if ((size_t)length >= sizeof(message))
		length = sizeof(message) - 1;
	while (length > 0 && (message[length - 1] == '\n' || message[length - 1] == ' '))
		message[--length] = 0;
	apx_ask(op, apx_current->last_apqn, apx_current->last_op, 0, 0, 0, message);
}

void apx_warn(const char *file, int line, const char *format, ...)
{
	va_list args;

	(void)file;
	(void)line;
	va_start(args, format);
	say(APX_WARN, format, args);
	va_end(args);
}

void apx_log(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(APX_LOG, format, args);
	va_end(args);
}

/* Ten lines in five seconds of this thread, as the kernel's default. */
void apx_log_limited(int *state, const char *format, ...)
{
	int64_t now = apx_current->slept_ms;
	va_list args;

	if (state[1] == 0 || now - state[0] >= 5000 || now < state[0]) {
		state[0] = (int)now;
		state[1] = 0;
	}
	if (++state[1] > 10)
		return;
	va_start(args, format);
	say(APX_LOG, format, args);
	va_end(args);
}

void apx_bug(const char *file, int line, const char *what)
{
	const char *name = strrchr(file, '/');

	apx_emit(message, sizeof(message), "%s at %s:%d", what, name ? name + 1 : file, line);
	apx_give_up(APX_FAULT_BUG, 0, 0, message);
}

int kstrtoul(const char *text, unsigned int base, unsigned long *value)
{
	unsigned long result = 0;
	int digits = 0;

	if (*text == '+')
		text++;
	if (text[0] == '0' && (text[1] | 32) == 'x' && (base == 0 || base == 16)) {
		text += 2;
		base = 16;
	} else if (base == 0) {
		base = text[0] == '0' ? 8 : 10;
	}
	for (; *text && *text != '\n'; text++, digits++) {
		unsigned int digit = *text >= '0' && *text <= '9' ? (unsigned int)(*text - '0') : (unsigned int)((*text | 32) - 'a' + 10);

		if (digit >= base)
			return -EINVAL;
		result = result * base + digit;
	}
	if (!digits)
		return -EINVAL;
	*value = result;
	return 0;
}

char *apx_strsep(char **text, const char *separators)
{
	char *start = *text, *end;

	if (!start)
		return NULL;
	end = start + strcspn(start, separators);
	if (*end) {
		*end = 0;
		*text = end + 1;
	} else {
		*text = NULL;
	}
	return start;
}

/* ---- memory ------------------------------------------------------------------------------------------------------------------- */

/* Handles of the objects that the engine knows, beside the addresses. */
#define HANDLES_MAX 64
static struct { const void *object; int64_t handle; } handles[HANDLES_MAX];

void *apx_kalloc(size_t size, const char *kind, const char *file, int line)
{
	int64_t handle = apx_ask(APX_ALLOC, 0, 0, 0, (int64_t)size, 0, kind)->r0;
	void *object = handle ? apx_heap_alloc(size, kind, file, line) : NULL;

	if (apx_current->entry == APX_ENTRY_PROBE)
		glue_probed(apx_current->args[0], object);
	for (int i = 0; object && i < HANDLES_MAX; i++) {
		if (!handles[i].object) {
			handles[i].object = object;
			handles[i].handle = handle;
			break;
		}
	}
	return object;
}

void apx_kfree(const void *object, const char *file, int line)
{
	apx_heap_free(object, file, line);
	for (int i = 0; object && i < HANDLES_MAX; i++) {
		if (handles[i].object == object) {
			handles[i].object = NULL;
			apx_ask(APX_FREE, 0, 0, 0, handles[i].handle, 0, NULL);
			break;
		}
	}
}

char *apx_kstrndup(const char *text, size_t length, const char *file, int line)
{
	size_t used = strnlen(text, length);
	char *copy = apx_kalloc(used + 1, "text", file, line);

	if (copy)
		__builtin_memcpy(copy, text, used);
	return copy;
}

/* ---- locks, sleep ------------------------------------------------------------------------------------------------------------- */

int apx_self(void) { return 1 + apx_thread_index(); }

/* The lock classes that the model knows, by the text of their initialisation. */
void apx_lock_init(int *id, const char **name, const char *text)
{
	static const struct { const char *part; int id; } known[] = {
		{ "guests_lock", LOCK_GUESTS }, { "mdevs_lock", LOCK_MDEVS }, { "ap_perms", LOCK_AP_PERMS }, { "ap_attr", LOCK_AP_PERMS },
		{ "matrix_dev->lock", LOCK_MATRIX_DEV },
	};

	*name = text;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strstr(text, known[i].part)) {
			*id = known[i].id;
			return;
		}
	}
	apx_emit(message, sizeof(message), "the driver has a lock that the model does not know: %s", text);
	apx_give_up(APX_FAULT_BUG, 0, 0, message);
}

void apx_lock(int id, int *holder, int shared)
{
	apx_ask(shared ? APX_LOCK_SHARED : APX_LOCK, id, 0, 0, 0, 0, NULL);
	apx_race_acquire(id, shared);
	if (!shared)
		*holder = apx_self();
}

void apx_unlock(int id, int *holder, int shared)
{
	if (!shared)
		*holder = 0;
	apx_race_release(id, shared);
	apx_ask(shared ? APX_UNLOCK_SHARED : APX_UNLOCK, id, 0, 0, 0, 0, NULL);
}

void apx_assert_held(int held, const char *file, int line, const char *text)
{
	if (!held)
		apx_warn(file, line, "lock %s is not held", text);
}

void msleep(unsigned int ms)
{
	apx_ask(APX_MSLEEP, 0, 0, 0, ms, 0, NULL);
	apx_current->slept_ms += ms;
}

/* ---- work --------------------------------------------------------------------------------------------------------------------- */

static int queue_of(struct work_struct *work)
{
	int queue = glue_queue_of(work);

	if (queue < 0)
		apx_give_up(APX_FAULT_BUG, 0, 0, "a work item belongs to no queue: the model has one work item for each queue");
	return queue;
}

bool queue_work(struct workqueue_struct *unused, struct work_struct *work)
{
	int queue = queue_of(work);

	(void)unused;
	glue_work[queue] = work;
	glue_work_busy[queue] = 1;
	apx_race_queued(queue);
	apx_ask(APX_QUEUE_WORK, queue, 0, 0, 0, 0, NULL);
	return true;
}

bool flush_work(struct work_struct *work)
{
	int queue = queue_of(work);

	apx_ask(APX_FLUSH_WORK, queue, 0, 0, 0, 0, NULL);
	apx_race_flushed(queue);
	return true;
}

bool cancel_work_sync(struct work_struct *work) { return flush_work(work); }

/* ---- devices ------------------------------------------------------------------------------------------------------------------ */

static struct device root;
static debug_info_t debug;

debug_info_t *debug_register(const char *name, int pages, int areas, int length) { return &debug; }
void debug_unregister(debug_info_t *info) { }

struct device *root_device_register(const char *name)
{
	root.references = 1;
	apx_emit(root.name, sizeof(root.name), "%s", name);
	return &root;
}

void root_device_unregister(struct device *dev) { }
int bus_register(const struct bus_type *bus) { return 0; }
void bus_unregister(const struct bus_type *bus) { }
int driver_register(struct device_driver *driver) { return 0; }
void driver_unregister(struct device_driver *driver) { }

int device_register(struct device *dev)
{
	dev->references = 1;
	return 0;
}

void device_unregister(struct device *dev) { put_device(dev); }
void device_del(struct device *dev) { }

struct device *get_device(struct device *dev)
{
	if (dev)
		dev->references++;
	return dev;
}

void put_device(struct device *dev)
{
	if (dev && --dev->references == 0 && dev->release)
		dev->release(dev);
}

int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group) { return 0; }
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group) { }

int apx_facility(int number)
{
	return number == 12 ? apx_shape.facilities & 1 : number == 15 ? apx_shape.facilities >> 1 & 1 : number == 65 ? apx_shape.facilities >> 2 & 1 : 0;
}

void apx_eventfd_signal(struct eventfd_ctx *context) { apx_log("eventfd signalled"); }
struct eventfd_ctx *eventfd_ctx_fdget(int fd) { return (struct eventfd_ctx *)&root; }
void eventfd_ctx_put(struct eventfd_ctx *context) { }
