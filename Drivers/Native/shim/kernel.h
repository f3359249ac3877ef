/* SPDX-License-Identifier: MIT
 *
 * What a vfio_ap of a Linux tree needs of the kernel besides the headers that are taken from that tree: names, shapes and constants, in
 * our own words. Every <linux/...> and <asm/...> header that is not borrowed from the tree leads here.
 *
 * A primitive that can wait or that the engine must see (locks, sleep, work, AP instructions, pins) is a call into the glue.
 */
#ifndef APX_KERNEL_H
#define APX_KERNEL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- words of the language ---------------------------------------------------------------------------------------------------- */

typedef uint8_t u8, __u8;
typedef uint16_t u16, __u16, __le16, __be16;
typedef uint32_t u32, __u32, __le32, __be32;
typedef unsigned long long u64, __u64, __le64, __be64;
typedef int8_t s8, __s8;
typedef int16_t s16, __s16;
typedef int32_t s32, __s32;
typedef long long s64, __s64;
typedef _Bool bool;
typedef long ssize_t;
typedef long long loff_t;
typedef unsigned long dma_addr_t, phys_addr_t;
typedef unsigned int gfp_t, dev_t, umode_t;
typedef unsigned int uint;
typedef struct { int counter; } atomic_t;
typedef struct { long counter; } atomic64_t;
typedef struct { int refs; } refcount_t;
typedef struct { u8 b[16]; } guid_t, uuid_t;
union register_pair { unsigned __int128 pair; struct { unsigned long even, odd; }; };

#define true 1
#define false 0
#define __user
#define __init
#define __exit
#define __iomem
#define __force
#define __must_check
#define __packed __attribute__((packed))
#define __aligned(n) __attribute__((aligned(n)))
#define __maybe_unused __attribute__((unused))
#define __always_inline inline
#define __aligned_u64 __u64 __attribute__((aligned(8)))
#define __counted_by(member)
#define __struct_group(tag, name, attributes, members...) union { struct { members } attributes; struct tag { members } attributes name; }
#define __DECLARE_FLEX_ARRAY(type, name) struct { struct { } unused_##name; type name[]; }
#define DECLARE_FLEX_ARRAY(type, name) __DECLARE_FLEX_ARRAY(type, name)
#define fallthrough __attribute__((__fallthrough__))
#define likely(x) (x)
#define unlikely(x) (x)
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))
#define IS_ENABLED(option) 0
#define BUILD_BUG_ON(condition) _Static_assert(!(condition), #condition)
#define BUILD_BUG_ON_ZERO(condition) ((int)sizeof(struct { int : (-!!(condition)); }))
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define offsetofend(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))
#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))
#define container_of_const(pointer, type, member) container_of(pointer, type, member)
#define min(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b) ({ __typeof__(a) a_ = (a); __typeof__(b) b_ = (b); a_ > b_ ? a_ : b_; })
#define BIT(n) (1UL << (n))
#define U8_MAX 0xff

#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define HZ 100
#define GFP_KERNEL 1u
#define GFP_KERNEL_ACCOUNT 2u

#define EPERM 1
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define ENXIO 6
#define EAGAIN 11
#define ENOMEM 12
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define ENOTTY 25
#define ERANGE 34
#define EOPNOTSUPP 95
#define EADDRINUSE 98
#define EADDRNOTAVAIL 99
#define ETIME 62

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) ((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)
static inline int IS_ERR(const void *p) { return IS_ERR_VALUE(p); }
static inline int IS_ERR_OR_NULL(const void *p) { return !p || IS_ERR_VALUE(p); }
static inline long PTR_ERR(const void *p) { return (long)p; }
static inline void *ERR_PTR(long error) { return (void *)error; }

#define _IO(type, number) (((type) << 8) | (number))
#define _IOR(type, number, what) (0x80000000u | (sizeof(what) << 16) | ((type) << 8) | (number))
#define _IOW(type, number, what) (0x40000000u | (sizeof(what) << 16) | ((type) << 8) | (number))
#define _IOWR(type, number, what) (0xc0000000u | (sizeof(what) << 16) | ((type) << 8) | (number))

/* Where the code is, for messages. */
void apx_warn(const char *file, int line, const char *format, ...);
void apx_log(const char *format, ...);
void apx_log_limited(int *shown, const char *format, ...);
_Noreturn void apx_bug(const char *file, int line, const char *what);

#define WARN(condition, format...) ({ int warn_ = !!(condition); if (warn_) apx_warn(__FILE__, __LINE__, format); warn_; })
#define WARN_ONCE(condition, format...) WARN(condition, format)
#define WARN_ON(condition) ({ int warn_ = !!(condition); if (warn_) apx_warn(__FILE__, __LINE__, "%s", #condition); warn_; })
#define WARN_ON_ONCE(condition) WARN_ON(condition)
#define BUG() apx_bug(__FILE__, __LINE__, "BUG")
#define BUG_ON(condition) do { if (condition) apx_bug(__FILE__, __LINE__, #condition); } while (0)
#define pr_emerg(format...) apx_log(format)
#define pr_alert(format...) apx_log(format)
#define pr_crit(format...) apx_log(format)
#define pr_err(format...) apx_log(format)
#define pr_warn(format...) apx_log(format)
#define pr_notice(format...) apx_log(format)
#define pr_info(format...) apx_log(format)
#define pr_debug(format...) do { } while (0)
#define pr_err_ratelimited(format...) ({ static int shown_[4]; apx_log_limited(shown_, format); })
#define pr_warn_ratelimited(format...) ({ static int shown_[4]; apx_log_limited(shown_, format); })
#define pr_notice_ratelimited(format...) ({ static int shown_[4]; apx_log_limited(shown_, format); })
#define pr_info_ratelimited(format...) ({ static int shown_[4]; apx_log_limited(shown_, format); })
#define dev_err(device, format...) apx_log(format)
#define dev_warn(device, format...) apx_log(format)
#define dev_notice(device, format...) apx_log(format)
#define dev_info(device, format...) apx_log(format)
#define dev_dbg(device, format...) do { } while (0)
#define dev_notice_ratelimited(device, format...) ({ static int shown_[4]; apx_log_limited(shown_, format); })
#define dev_warn_ratelimited(device, format...) ({ static int shown_[4]; apx_log_limited(shown_, format); })

/* The s390 debug feature is a log. */
typedef struct apx_debug { int level; } debug_info_t;
struct debug_view { int unused; };
extern struct debug_view debug_sprintf_view, debug_hex_ascii_view;
debug_info_t *debug_register(const char *name, int pages, int areas, int length);
void debug_unregister(debug_info_t *info);
static inline int debug_register_view(debug_info_t *info, struct debug_view *view) { return 0; }
static inline void debug_set_level(debug_info_t *info, int level) { info->level = level; }
#define debug_sprintf_event(info, at, format...) do { if ((info) && (at) <= (info)->level) apx_log(format); } while (0)

/* ---- lists and hash tables ---------------------------------------------------------------------------------------------------- */

struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_head { struct hlist_node *first; };

#define LIST_POISON1 ((void *)0x100)
#define LIST_POISON2 ((void *)0x122)
#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list) { list->next = list->prev = list; }
static inline int list_empty(const struct list_head *list) { return list->next == list; }

static inline void apx_list_between(struct list_head *entry, struct list_head *before, struct list_head *after)
{
	entry->prev = before;
	entry->next = after;
	before->next = entry;
	after->prev = entry;
}

static inline void list_add(struct list_head *entry, struct list_head *list) { apx_list_between(entry, list, list->next); }
static inline void list_add_tail(struct list_head *entry, struct list_head *list) { apx_list_between(entry, list->prev, list); }

static inline void apx_list_unlink(struct list_head *entry)
{
	struct list_head *before = entry->prev, *after = entry->next;

	before->next = after;
	after->prev = before;
}

static inline void list_del(struct list_head *entry)
{
	apx_list_unlink(entry);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

static inline void list_del_init(struct list_head *entry)
{
	apx_list_unlink(entry);
	INIT_LIST_HEAD(entry);
}

static inline void list_move(struct list_head *entry, struct list_head *list)
{
	apx_list_unlink(entry);
	list_add(entry, list);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *list)
{
	apx_list_unlink(entry);
	list_add_tail(entry, list);
}

#define list_entry(pointer, type, member) container_of(pointer, type, member)
#define list_first_entry(list, type, member) list_entry((list)->next, type, member)
#define list_for_each_entry(at, list, member) \
	for (at = list_entry((list)->next, __typeof__(*at), member); &at->member != (list); \
	     at = list_entry(at->member.next, __typeof__(*at), member))
#define list_for_each_entry_safe(at, following, list, member) \
	for (at = list_entry((list)->next, __typeof__(*at), member), following = list_entry(at->member.next, __typeof__(*at), member); \
	     &at->member != (list); at = following, following = list_entry(following->member.next, __typeof__(*following), member))

static inline void INIT_HLIST_NODE(struct hlist_node *node) { node->next = NULL; node->pprev = NULL; }
static inline int hlist_unhashed(const struct hlist_node *node) { return !node->pprev; }

static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *list)
{
	node->next = list->first;
	if (node->next)
		node->next->pprev = &node->next;
	list->first = node;
	node->pprev = &list->first;
}

static inline void hlist_del_init(struct hlist_node *node)
{
	if (hlist_unhashed(node))
		return;
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
	INIT_HLIST_NODE(node);
}

/* The order in which the queues of a table come is that of the kernel: multiplication with its constant, then the upper bits. */
static inline unsigned int apx_hash(u32 value, unsigned int bits) { return (u32)(value * 0x61C88647u) >> (32 - bits); }

#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define DEFINE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define HASH_SIZE(table) ARRAY_SIZE(table)
#define APX_HASH_BITS(table) ((unsigned int)(31 - __builtin_clz((unsigned int)HASH_SIZE(table))))
#define hash_init(table) do { for (unsigned int i_ = 0; i_ < HASH_SIZE(table); i_++) (table)[i_].first = NULL; } while (0)
#define hash_add(table, node, key) hlist_add_head(node, &(table)[apx_hash((u32)(key), APX_HASH_BITS(table))])
#define hash_del(node) hlist_del_init(node)
static inline int apx_hash_empty(struct hlist_head *table, unsigned int size)
{
	for (unsigned int i = 0; i < size; i++)
		if (table[i].first)
			return 0;
	return 1;
}
#define hash_empty(table) apx_hash_empty(table, HASH_SIZE(table))
#define APX_HENTRY(pointer, type, member) ({ struct hlist_node *n_ = (pointer); n_ ? container_of(n_, type, member) : NULL; })
#define hlist_for_each_entry(at, list, member) \
	for (at = APX_HENTRY((list)->first, __typeof__(*(at)), member); at; at = APX_HENTRY((at)->member.next, __typeof__(*(at)), member))
#define hash_for_each(table, bucket, at, member) \
	for ((bucket) = 0, at = NULL; at == NULL && (bucket) < (int)HASH_SIZE(table); (bucket)++) \
		hlist_for_each_entry(at, &(table)[bucket], member)
#define hash_for_each_possible(table, at, member, key) \
	hlist_for_each_entry(at, &(table)[apx_hash((u32)(key), APX_HASH_BITS(table))], member)

/* Loops over bits are seen as one access: with each of their loads as a scheduling point nothing would ever come to its end. */
#ifdef APX_MEM_PREEMPT
/* Mode: 1 a store, 2 atomic. */
void apx_touch(const void *address, size_t size, int mode);
#define APX_TOUCH(address, size, mode) apx_touch(address, size, mode)
#define APX_QUIET static __attribute__((unused, no_sanitize("thread")))
#else
#define APX_TOUCH(address, size, mode) do { } while (0)
#define APX_QUIET static inline
#endif

/* ---- bits; the s390's inverted ones count from the left of each word ---------------------------------------------------------- */

#define BITS_PER_LONG 64
#define BITS_TO_LONGS(bits) (((bits) + 63) / 64)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]

/* Single bits are atomic. */
APX_QUIET int test_bit(unsigned long nr, const unsigned long *map) { APX_TOUCH(map + nr / 64, 8, 2); return (map[nr / 64] >> (nr % 64)) & 1; }
APX_QUIET void set_bit(unsigned long nr, unsigned long *map) { APX_TOUCH(map + nr / 64, 8, 3); map[nr / 64] |= 1UL << (nr % 64); }
APX_QUIET void clear_bit(unsigned long nr, unsigned long *map) { APX_TOUCH(map + nr / 64, 8, 3); map[nr / 64] &= ~(1UL << (nr % 64)); }
static inline int test_bit_inv(unsigned long nr, const unsigned long *map) { return test_bit(nr ^ 63, map); }
static inline void set_bit_inv(unsigned long nr, unsigned long *map) { set_bit(nr ^ 63, map); }
static inline void clear_bit_inv(unsigned long nr, unsigned long *map) { clear_bit(nr ^ 63, map); }
static inline int test_and_set_bit_inv(unsigned long nr, unsigned long *map)
{
	int was = test_bit_inv(nr, map);

	set_bit_inv(nr, map);
	return was;
}

APX_QUIET unsigned long find_next_bit_inv(const unsigned long *map, unsigned long size, unsigned long from)
{
	APX_TOUCH(map, BITS_TO_LONGS(size) * 8, 0);
	while (from < size && !(map[from / 64] >> ((from ^ 63) % 64) & 1))
		from++;
	return from < size ? from : size;
}

static inline unsigned long find_first_bit_inv(const unsigned long *map, unsigned long size) { return find_next_bit_inv(map, size, 0); }
#define for_each_set_bit_inv(bit, map, size) \
	for ((bit) = find_first_bit_inv(map, size); (bit) < (size); (bit) = find_next_bit_inv(map, size, (bit) + 1))

APX_QUIET void bitmap_zero(unsigned long *map, unsigned int bits) { APX_TOUCH(map, BITS_TO_LONGS(bits) * 8, 1); memset(map, 0, BITS_TO_LONGS(bits) * 8); }
APX_QUIET void bitmap_fill(unsigned long *map, unsigned int bits) { APX_TOUCH(map, BITS_TO_LONGS(bits) * 8, 1); memset(map, 0xff, BITS_TO_LONGS(bits) * 8); }
APX_QUIET void bitmap_copy(unsigned long *to, const unsigned long *from, unsigned int bits) { APX_TOUCH(from, BITS_TO_LONGS(bits) * 8, 0); APX_TOUCH(to, BITS_TO_LONGS(bits) * 8, 1); memmove(to, from, BITS_TO_LONGS(bits) * 8); }

static inline void bitmap_clear(unsigned long *map, unsigned int from, unsigned int count)
{
	while (count-- > 0)
		clear_bit(from++, map);
}

static inline void bitmap_set(unsigned long *map, unsigned int from, unsigned int count)
{
	while (count-- > 0)
		set_bit(from++, map);
}

APX_QUIET bool bitmap_empty(const unsigned long *map, unsigned int bits)
{ APX_TOUCH(map, BITS_TO_LONGS(bits) * 8, 0);
	for (unsigned int i = 0; i < BITS_TO_LONGS(bits); i++)
		if (map[i])
			return false;
	return true;
}

APX_QUIET bool bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int bits) { APX_TOUCH(a, BITS_TO_LONGS(bits) * 8, 0); APX_TOUCH(b, BITS_TO_LONGS(bits) * 8, 0); return !memcmp(a, b, BITS_TO_LONGS(bits) * 8); }

APX_QUIET bool bitmap_and(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int bits)
{ APX_TOUCH(a, BITS_TO_LONGS(bits) * 8, 0); APX_TOUCH(b, BITS_TO_LONGS(bits) * 8, 0); APX_TOUCH(to, BITS_TO_LONGS(bits) * 8, 1);
	unsigned long any = 0;

	for (unsigned int i = 0; i < BITS_TO_LONGS(bits); i++)
		any |= to[i] = a[i] & b[i];
	return any != 0;
}

APX_QUIET bool bitmap_andnot(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int bits)
{ APX_TOUCH(a, BITS_TO_LONGS(bits) * 8, 0); APX_TOUCH(b, BITS_TO_LONGS(bits) * 8, 0); APX_TOUCH(to, BITS_TO_LONGS(bits) * 8, 1);
	unsigned long any = 0;

	for (unsigned int i = 0; i < BITS_TO_LONGS(bits); i++)
		any |= to[i] = a[i] & ~b[i];
	return any != 0;
}

APX_QUIET void bitmap_or(unsigned long *to, const unsigned long *a, const unsigned long *b, unsigned int bits)
{ APX_TOUCH(a, BITS_TO_LONGS(bits) * 8, 0); APX_TOUCH(b, BITS_TO_LONGS(bits) * 8, 0); APX_TOUCH(to, BITS_TO_LONGS(bits) * 8, 1);
	for (unsigned int i = 0; i < BITS_TO_LONGS(bits); i++)
		to[i] = a[i] | b[i];
}

APX_QUIET bool bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int bits)
{ APX_TOUCH(a, BITS_TO_LONGS(bits) * 8, 0); APX_TOUCH(b, BITS_TO_LONGS(bits) * 8, 0);
	for (unsigned int i = 0; i < BITS_TO_LONGS(bits); i++)
		if (a[i] & b[i])
			return true;
	return false;
}

static inline u16 le16_to_cpup(const __le16 *p) { return *p; }
static inline u32 le32_to_cpup(const __le32 *p) { return *p; }

/* The interception handler copies a status word into the upper half of a guest register and shifts it down: a habit of big-endian
 * machines. On exactly this pair of types the copy goes into the upper half here too. */
struct ap_queue_status;
#define memcpy(to, from, length) \
	apx_memcpy(to, from, length, __builtin_types_compatible_p(__typeof__(*(to)), unsigned long long) \
		   && __builtin_types_compatible_p(__typeof__(*(from)), struct ap_queue_status))
static inline void *apx_memcpy(void *to, const void *from, size_t length, int upper_half)
{
	int shift = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && upper_half && length == 4 ? 4 : 0;

	__builtin_memcpy((char *)to + shift, from, length);
	return to;
}

/* ---- text --------------------------------------------------------------------------------------------------------------------- */

int apx_vformat(char *to, size_t size, const char *format, va_list args);
int sprintf(char *to, const char *format, ...);
int snprintf(char *to, size_t size, const char *format, ...);
int apx_emit(char *to, size_t size, const char *format, ...);
#define scnprintf(to, size, format...) apx_emit(to, size, format)
#define sysfs_emit(to, format...) apx_emit(to, PAGE_SIZE, format)
#define sysfs_emit_at(to, at, format...) apx_emit((to) + (at), PAGE_SIZE - (at), format)
int kstrtoul(const char *text, unsigned int base, unsigned long *value);
char *apx_strsep(char **text, const char *separators);
#define strsep apx_strsep

/* ---- memory ------------------------------------------------------------------------------------------------------------------- */

void *apx_kalloc(size_t size, const char *kind, const char *file, int line);
void apx_kfree(const void *object, const char *file, int line);
char *apx_kstrndup(const char *text, size_t length, const char *file, int line);
#define kzalloc(size, flags) apx_kalloc(size, #size, __FILE__, __LINE__)
#define kmalloc(size, flags) apx_kalloc(size, #size, __FILE__, __LINE__)
#define kcalloc(n, size, flags) apx_kalloc((size_t)(n) * (size), #size, __FILE__, __LINE__)
#define kzalloc_obj(object, flags...) ((__typeof__(object) *)apx_kalloc(sizeof(object), #object, __FILE__, __LINE__))
#define kmalloc_obj(object, flags...) kzalloc_obj(object)
#define kstrndup(text, length, flags) apx_kstrndup(text, length, __FILE__, __LINE__)
#define kfree(object) apx_kfree(object, __FILE__, __LINE__)
#define kvfree(object) apx_kfree(object, __FILE__, __LINE__)
#define kfree_sensitive(object) apx_kfree(object, __FILE__, __LINE__)
static inline unsigned long copy_from_user(void *to, const void *from, unsigned long length) { __builtin_memcpy(to, from, length); return 0; }
static inline unsigned long copy_to_user(void *to, const void *from, unsigned long length) { __builtin_memcpy(to, from, length); return 0; }
#define get_user(value, pointer) ({ (value) = *(pointer); 0; })

/* ---- locks, sleep, work ------------------------------------------------------------------------------------------------------- */

struct mutex { int id; int holder; const char *name; };
struct rw_semaphore { int id; int holder; const char *name; };
typedef struct { int count; } spinlock_t;
struct completion { int done; };
typedef struct { int unused; } wait_queue_entry_t, poll_table, wait_queue_head_t;
struct timer_list { int unused; };

void apx_lock_init(int *id, const char **name, const char *text);
void apx_lock(int id, int *holder, int shared);
void apx_unlock(int id, int *holder, int shared);
void apx_assert_held(int held, const char *file, int line, const char *text);
int apx_self(void);
#define mutex_init(lock) apx_lock_init(&(lock)->id, &(lock)->name, #lock)
#define mutex_destroy(lock) do { } while (0)
#define mutex_lock(lock) ({ struct mutex *m_ = (lock); apx_lock(m_->id, &m_->holder, 0); })
#define mutex_unlock(lock) ({ struct mutex *m_ = (lock); apx_unlock(m_->id, &m_->holder, 0); })
#define mutex_lock_nested(lock, class) mutex_lock(lock)
#define mutex_lock_interruptible(lock) ({ mutex_lock(lock); 0; })
#define mutex_is_locked(lock) ((lock)->holder != 0)
#define DEFINE_MUTEX(name) struct mutex name = { 0, 0, #name }
#define init_rwsem(lock) apx_lock_init(&(lock)->id, &(lock)->name, #lock)
#define down_read(lock) ({ struct rw_semaphore *m_ = (lock); apx_lock(m_->id, &m_->holder, 1); })
#define up_read(lock) ({ struct rw_semaphore *m_ = (lock); apx_unlock(m_->id, &m_->holder, 1); })
#define down_write(lock) ({ struct rw_semaphore *m_ = (lock); apx_lock(m_->id, &m_->holder, 0); })
#define up_write(lock) ({ struct rw_semaphore *m_ = (lock); apx_unlock(m_->id, &m_->holder, 0); })
#define lockdep_assert_held(lock) apx_assert_held((lock)->holder == apx_self(), __FILE__, __LINE__, #lock)
#define spin_lock_init(lock) do { } while (0)
#define spin_lock(lock) do { } while (0)
#define spin_unlock(lock) do { } while (0)
#define spin_lock_bh(lock) do { } while (0)
#define spin_unlock_bh(lock) do { } while (0)

void msleep(unsigned int ms);
#define cond_resched() msleep(0)

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);
struct work_struct { work_func_t func; int ready; };
struct delayed_work { struct work_struct work; };
struct workqueue_struct;
extern struct workqueue_struct *system_wq, *system_long_wq, *system_unbound_wq, *system_percpu_wq;
#define INIT_WORK(item, function) do { (item)->func = (function); (item)->ready = 1; } while (0)
bool queue_work(struct workqueue_struct *queue, struct work_struct *work);
bool flush_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
#define schedule_work(work) queue_work(system_wq, work)

/* ---- devices ------------------------------------------------------------------------------------------------------------------ */

struct device;
struct device_driver;
struct kobject { int unused; };
struct kset;
struct module;
struct file;
struct inode;
struct cdev { int unused; };
struct vm_area_struct;
struct rb_root_cached;
struct iova_bitmap;
struct iommu_group;
struct dentry;
#define THIS_MODULE ((struct module *)0)
#define KBUILD_MODNAME "vfio_ap"
#define MODULE_AUTHOR(text)
#define MODULE_DESCRIPTION(text)
#define MODULE_LICENSE(text)
#define MODULE_DEVICE_TABLE(kind, table)
#define MODULE_ALIAS(text)
#define EXPORT_SYMBOL(name)
#define EXPORT_SYMBOL_GPL(name)
#define module_init(function) int (*const apx_module_init)(void) = function;
#define module_exit(function) void (*const apx_module_exit)(void) = function;
static inline bool try_module_get(struct module *module) { return true; }
static inline void module_put(struct module *module) { }

struct attribute { const char *name; umode_t mode; };
struct device_attribute {
	struct attribute attr;
	ssize_t (*show)(struct device *dev, struct device_attribute *attr, char *buf);
	ssize_t (*store)(struct device *dev, struct device_attribute *attr, const char *buf, size_t count);
};
struct attribute_group { const char *name; struct attribute **attrs; };
#define DEVICE_ATTR_RO(id) struct device_attribute dev_attr_##id = { { #id, 0444 }, id##_show, NULL }
#define DEVICE_ATTR_WO(id) struct device_attribute dev_attr_##id = { { #id, 0200 }, NULL, id##_store }
#define DEVICE_ATTR_RW(id) struct device_attribute dev_attr_##id = { { #id, 0644 }, id##_show, id##_store }
#define ATTRIBUTE_GROUPS(id) \
	static const struct attribute_group id##_group = { .attrs = id##_attrs }; \
	static const struct attribute_group *id##_groups[] = { &id##_group, NULL }

struct bus_type {
	const char *name;
#ifdef APX_MATCH_CONST
	int (*match)(struct device *dev, const struct device_driver *driver);
#else
	int (*match)(struct device *dev, struct device_driver *driver);
#endif
};

struct device_driver {
	const char *name;
	const struct bus_type *bus;
	struct module *owner;
	const char *mod_name;
	bool suppress_bind_attrs;
	const struct attribute_group **groups, **dev_groups;
};

struct device {
	struct kobject kobj;
	struct device *parent;
	const struct bus_type *bus;
	struct device_driver *driver;
	void *driver_data;
	void (*release)(struct device *dev);
	int references;
	char name[32];
};

static inline void dev_set_drvdata(struct device *dev, void *data) { dev->driver_data = data; }
static inline void *dev_get_drvdata(const struct device *dev) { return dev->driver_data; }
static inline const char *dev_name(const struct device *dev) { return dev->name; }
#define dev_set_name(device, format...) apx_emit((device)->name, sizeof((device)->name), format)
struct device *root_device_register(const char *name);
void root_device_unregister(struct device *dev);
int bus_register(const struct bus_type *bus);
void bus_unregister(const struct bus_type *bus);
int driver_register(struct device_driver *driver);
void driver_unregister(struct device_driver *driver);
int device_register(struct device *dev);
void device_unregister(struct device *dev);
void device_del(struct device *dev);
struct device *get_device(struct device *dev);
void put_device(struct device *dev);
int sysfs_create_group(struct kobject *kobj, const struct attribute_group *group);
void sysfs_remove_group(struct kobject *kobj, const struct attribute_group *group);

#define AP_DEVICE_ID_MATCH_CARD_TYPE 1
#define AP_DEVICE_ID_MATCH_QUEUE_TYPE 2
struct ap_device_id { u16 match_flags; u8 dev_type; unsigned long driver_info; };

/* ---- KVM ---------------------------------------------------------------------------------------------------------------------- */

#define ECA_AIV 0x00200000
#define IOMMU_READ 1
#define IOMMU_WRITE 2

struct kvm_vcpu;
struct gmap;
struct page;
struct kvm_s390_gisa;
typedef int (*crypto_hook)(struct kvm_vcpu *vcpu);

struct kvm_s390_crypto {
	u32 crycbd;
	struct rw_semaphore pqap_hook_rwsem;
	crypto_hook *pqap_hook;
};

struct kvm_arch {
	struct kvm_s390_crypto crypto;
	struct { struct kvm_s390_gisa *origin; } gisa_int;
	struct gmap *gmap;
};

struct kvm {
	struct mutex lock;
	struct kvm_arch arch;
};

struct kvm_s390_sie_block { u32 eca; };
struct kvm_run { struct { struct { u64 gprs[16]; } regs; } s; };
struct kvm_vcpu {
	struct kvm *kvm;
	struct kvm_run *run;
	struct { struct kvm_s390_sie_block *sie_block; } arch;
};

void kvm_get_kvm(struct kvm *kvm);
void kvm_put_kvm(struct kvm *kvm);
int kvm_s390_gisc_register(struct kvm *kvm, u32 gisc);
int kvm_s390_gisc_unregister(struct kvm *kvm, u32 gisc);
void kvm_arch_crypto_set_masks(struct kvm *kvm, unsigned long *apm, unsigned long *aqm, unsigned long *adm);
void kvm_arch_crypto_clear_masks(struct kvm *kvm);
static inline unsigned long gfn_to_hva(struct kvm *kvm, unsigned long gfn) { return (gfn + 1) << PAGE_SHIFT; }
static inline bool kvm_is_error_hva(unsigned long hva) { return false; }
static inline bool kvm_s390_is_gpa_in_memslot(struct kvm *kvm, unsigned long gpa) { return true; }
static inline bool kvm_s390_pv_cpu_is_protected(struct kvm_vcpu *vcpu) { return false; }
static inline int uv_pin_shared(unsigned long address) { return 0; }
static inline int gmap_convert_to_secure(struct gmap *gmap, unsigned long address) { return 0; }
#define virt_to_phys(address) ((phys_addr_t)(address))
#define page_to_phys(page) ((phys_addr_t)(page) & PAGE_MASK)
#define page_to_pfn(page) (page_to_phys(page) >> PAGE_SHIFT)

int apx_facility(int number);
#define test_facility(number) apx_facility(number)

struct eventfd_ctx;
void apx_eventfd_signal(struct eventfd_ctx *context);
#define eventfd_signal(context, count...) apx_eventfd_signal(context)
struct eventfd_ctx *eventfd_ctx_fdget(int fd);
void eventfd_ctx_put(struct eventfd_ctx *context);

#endif
