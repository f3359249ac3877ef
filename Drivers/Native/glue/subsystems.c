/* SPDX-License-Identifier: MIT
 *
 * The subsystems around the driver, as far as it can see them: AP bus, mediated devices, VFIO, KVM; and the entry points that the engine
 * calls. The compiler checks these functions against the tree's own prototypes. What is taken for granted about the order in which the
 * real subsystems do things has an assumption id, listed in assumptions.json.
 */
#include "vfio_ap_private.h"
#include "glue.h"

extern int (*const apx_module_init)(void);

struct work_struct *glue_work[APX_QUEUES_MAX];
unsigned char glue_work_busy[APX_QUEUES_MAX];

/* ---- instructions ------------------------------------------------------------------------------------------------------------- */

static void remember(int op, int apqn)
{
	apx_current->last_op = op;
	apx_current->last_apqn = apqn;
}

u32 apx_instruction(int op, int apqn, u64 *gr2)
{
	struct apx_message *reply;

	remember(op, apqn);
	reply = apx_ask(op, apqn, 0, 0, 0, 0, NULL);
	if (gr2)
		*gr2 = (u64)reply->r1;
	return (u32)reply->r0;
}

/* GISAs have made-up addresses: nobody looks into one. */
#define GISA_OF(guest) ((u64)(0x100 + (guest)) << 12)

u32 apx_instruction_aqic(int apqn, int enable, int gisc, int isc, u64 gisa, u64 nib)
{
	int guest = (int)(gisa >> 12) - 0x100;

	remember(APX_AQIC, apqn);
	if (guest < 0 || guest >= apx_shape.guests)
		guest = -1;
	return (u32)apx_ask(APX_AQIC, apqn, enable | gisc << 4 | isc << 8, guest, (int64_t)nib, 0, NULL)->r0;
}

static int adapter_id(int position) { return apx_shape.apqn[position * apx_shape.domains] >> 8; }
static int domain_id(int position) { return apx_shape.apqn[position] & 0xff; }
static int adapter_count(void) { return apx_shape.queues / apx_shape.domains; }

int apx_qci(struct ap_config_info *info)
{
	struct apx_message *reply = apx_ask(APX_QCI, 0, 0, 0, 0, 0, NULL);
	u64 adapters = (u64)reply->r1, domains = (u64)reply->r2;

	memset(info, 0, sizeof(*info));
	info->apsc = 1;
	info->apxa = 1;
	info->APX_CONFIG_NA = reply->d >> 8;
	info->APX_CONFIG_ND = reply->d;
	for (int i = 0; i < adapter_count(); i++)
		if (adapters >> i & 1)
			set_bit_inv((unsigned long)adapter_id(i), (unsigned long *)info->apm);
	for (int i = 0; i < apx_shape.domains; i++)
		if (domains >> i & 1) {
			set_bit_inv((unsigned long)domain_id(i), (unsigned long *)info->aqm);
			set_bit_inv((unsigned long)domain_id(i), (unsigned long *)info->adm);
		}
	return 0;
}

/* ---- AP bus ------------------------------------------------------------------------------------------------------------------- */

static struct ap_driver *driver;
static struct ap_queue *queues[APX_QUEUES_MAX];
static const void *probed[APX_QUEUES_MAX];
static struct ap_config_info config, former_config;
static int config_changed;

struct mutex ap_perms_mutex = { LOCK_AP_PERMS, 0, "ap_perms_mutex" };
struct mutex ap_attr_mutex = { LOCK_AP_PERMS, 0, "ap_attr_mutex" };
struct ap_perms ap_perms;

int ap_driver_register(struct ap_driver *registered, struct module *owner, char *name)
{
	(void)owner;
	driver = registered;
	driver->driver.name = name;
	return 0;
}

void ap_driver_unregister(struct ap_driver *registered) { (void)registered; }

struct ap_queue *ap_get_qdev(ap_qid_t apqn)
{
	for (int i = 0; i < apx_shape.queues; i++)
		if (queues[i] && queues[i]->qid == apqn) {
			get_device(&queues[i]->ap_dev.device);
			return queues[i];
		}
	return NULL;
}

int ap_owned_by_def_drv(int card, int queue) { (void)card; (void)queue; return 0; }
int ap_apqn_in_matrix_owned_by_def_drv(unsigned long *apm, unsigned long *aqm) { (void)apm; (void)aqm; return 0; }

int ap_hex2bitmap(const char *text, unsigned long *map, int bits)
{
	int at = 0;

	if (text[0] == '0' && (text[1] | 32) == 'x')
		text += 2;
	memset(map, 0, (size_t)bits / 8);
	for (; *text && *text != '\n'; text++) {
		int c = *text | 32, digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;

		if (digit < 0 || at + 4 > bits)
			return -EINVAL;
		for (int i = 0; i < 4; i++, at++)
			if (digit >> (3 - i) & 1)
				set_bit_inv((unsigned long)at, map);
	}
	return at ? 0 : -EINVAL;
}

void glue_probed(int64_t queue, const void *object) { probed[queue] = object; }

int glue_queue_of(const void *address)
{
	size_t size, other;
	const void *start = apx_heap_start(address, &size);

	for (int i = 0; start && i < apx_shape.queues; i++) {
		const void *data = queues[i] ? dev_get_drvdata(&queues[i]->ap_dev.device) : NULL;

		if (start == probed[i] || (data && apx_heap_start(data, &other) == start))
			return i;
	}
	return -1;
}

static int64_t probe_queue(int64_t index)
{
	struct ap_queue *queue = queues[index];
	int rc;

	if (!queue) {
		queue = queues[index] = apx_heap_alloc(sizeof(*queue), "struct ap_queue", "AP bus", 0);
		queue->qid = apx_shape.apqn[index];
		queue->config = 1;
		device_register(&queue->ap_dev.device);
		apx_emit(queue->ap_dev.device.name, sizeof(queue->ap_dev.device.name), "%02x.%04x", queue->qid >> 8, queue->qid & 0xff);
	}
	queue->ap_dev.device.driver = &driver->driver;
	rc = driver->probe(&queue->ap_dev);
	if (rc)
		queue->ap_dev.device.driver = NULL;
	return rc;
}

static int64_t remove_queue(int64_t index)
{
	driver->remove(&queues[index]->ap_dev);
	queues[index]->ap_dev.device.driver = NULL;
	dev_set_drvdata(&queues[index]->ap_dev.device, NULL);
	return 0;
}

/* The bus looks at the configuration and tells the driver when it differs from the last one. */
static int64_t scan_begin(void)
{
	struct ap_config_info now;

	if (!apx_facility(12))
		return 0;
	ap_qci(&now);
	config_changed = !!__builtin_memcmp(&now, &config, sizeof(now));
	if (!config_changed)
		return 0;
	former_config = config;
	config = now;
	if (driver->on_config_changed)
		driver->on_config_changed(&config, &former_config);
	return 1;
}

static int64_t scan_end(void)
{
	if (config_changed && driver->on_scan_complete)
		driver->on_scan_complete(&config, &former_config);
	return config_changed;
}

/* ---- mediated devices and VFIO ------------------------------------------------------------------------------------------------ */

static struct mdev_driver *mdev_driver;
static struct { struct mdev_device *mdev; struct vfio_device *vdev; int open; } mdevs[APX_MDEVS_MAX];

int mdev_register_driver(struct mdev_driver *registered)
{
	mdev_driver = registered;
	return 0;
}

void mdev_unregister_driver(struct mdev_driver *registered) { (void)registered; }

int mdev_register_parent(struct mdev_parent *parent, struct device *dev, struct mdev_driver *registered, struct mdev_type **types,
			 unsigned int count)
{
	parent->dev = dev;
	parent->mdev_driver = registered;
	parent->types = types;
	parent->nr_types = count;
	return 0;
}

void mdev_unregister_parent(struct mdev_parent *parent) { (void)parent; }

static void release_vfio_device(struct device *dev)
{
	struct vfio_device *vdev = container_of(dev, struct vfio_device, device);

	if (vdev->ops->release)
		vdev->ops->release(vdev);
#ifndef APX_DRIVER_FREES_VDEV
	apx_kfree(vdev, "vfio", 0);
#endif
}

#ifdef APX_DRIVER_FREES_VDEV
void vfio_free_device(struct vfio_device *vdev) { apx_kfree(vdev, "vfio", 0); }
#endif

struct vfio_device *_vfio_alloc_device(size_t size, struct device *dev, const struct vfio_device_ops *ops)
{
	struct vfio_device *vdev = apx_kalloc(size, "struct ap_matrix_mdev", "vfio", 0);
	int rc;

	if (!vdev)
		return ERR_PTR(-ENOMEM);
	vdev->dev = dev;
	vdev->ops = ops;
	vdev->device.references = 1;
	vdev->device.release = release_vfio_device;
	for (int i = 0; i < apx_shape.mdevs; i++)
		if (mdevs[i].mdev && &mdevs[i].mdev->dev == dev)
			mdevs[i].vdev = vdev;
	rc = ops->init ? ops->init(vdev) : 0;
	if (rc) {
		apx_kfree(vdev, "vfio", 0);
		return ERR_PTR(rc);
	}
	return vdev;
}

int vfio_register_emulated_iommu_dev(struct vfio_device *vdev) { (void)vdev; return 0; }
int vfio_register_group_dev(struct vfio_device *vdev) { (void)vdev; return 0; }

int vfio_set_irqs_validate_and_prepare(struct vfio_irq_set *header, int irqs, int types, size_t *size)
{
	(void)header;
	(void)irqs;
	(void)types;
	*size = 0;
	return 0;
}

static int mdev_of(struct vfio_device *vdev)
{
	for (int i = 0; i < apx_shape.mdevs; i++)
		if (mdevs[i].vdev == vdev)
			return i;
	apx_give_up(APX_FAULT_BUG, 0, 0, "a VFIO device belongs to no mdev");
}

/* The real one asks the user of the device to close it and waits; the engine removes an mdev when that is done (mdev-remove-when-closed). */
void vfio_unregister_group_dev(struct vfio_device *vdev)
{
	if (mdevs[mdev_of(vdev)].open)
		apx_give_up(APX_FAULT_BUG, 0, 0, "an mdev is removed that somebody has open");
}

int vfio_pin_pages(struct vfio_device *vdev, dma_addr_t iova, int count, int protection, struct page **pages)
{
	int mdev = mdev_of(vdev);

	(void)protection;
	for (int i = 0; i < count; i++) {
		int64_t address = apx_ask(APX_PIN, mdev, 0, 0, (int64_t)((iova + ((u64)i << PAGE_SHIFT)) & PAGE_MASK), 0, NULL)->r0;

		if (address < 0) {
			while (i-- > 0)
				vfio_unpin_pages(vdev, iova + ((u64)i << PAGE_SHIFT), 1);
			return (int)address;
		}
		pages[i] = (struct page *)address;
	}
	return count;
}

void vfio_unpin_pages(struct vfio_device *vdev, dma_addr_t iova, int count)
{
	int mdev = mdev_of(vdev);

	for (int i = 0; i < count; i++)
		apx_ask(APX_UNPIN, mdev, 0, 0, (int64_t)((iova + ((u64)i << PAGE_SHIFT)) & PAGE_MASK), 0, NULL);
}

static int64_t create_mdev(int64_t index)
{
	struct mdev_device *mdev = apx_heap_alloc(sizeof(*mdev), "struct mdev_device", "mdev", 0);

	mdevs[index].mdev = mdev;
	mdev->uuid.b[15] = (u8)(index + 1);
	mdev->active = 1;
	device_register(&mdev->dev);
	mdev->dev.driver = &mdev_driver->driver;
	apx_emit(mdev->dev.name, sizeof(mdev->dev.name), "mdev%d", (int)index);
	return mdev_driver->probe(mdev);
}

static int64_t destroy_mdev(int64_t index)
{
	mdev_driver->remove(mdevs[index].mdev);
	mdevs[index].mdev = NULL;
	mdevs[index].vdev = NULL;
	return 0;
}

/* A write to one of the mdev's attributes. */
static int64_t store(int64_t index, const char *name, int64_t value)
{
	const struct attribute_group **groups = mdev_driver->driver.dev_groups;
	char text[24];

	apx_emit(text, sizeof(text), "%ld\n", (long)value);
	for (; groups && *groups; groups++)
		for (struct attribute **attr = (*groups)->attrs; *attr; attr++)
			if (!strcmp((*attr)->name, name)) {
				struct device_attribute *found = container_of(*attr, struct device_attribute, attr);

				return found->store(&mdevs[index].mdev->dev, found, text, strlen(text));
			}
	apx_give_up(APX_FAULT_BUG, 0, 0, "the driver has no such attribute");
}

/* ---- KVM ---------------------------------------------------------------------------------------------------------------------- */

static struct kvm kvms[APX_GUESTS_MAX];
static crypto_hook *shown_hook[APX_GUESTS_MAX];

static int guest_of(struct kvm *kvm) { return (int)(kvm - kvms); }

void kvm_get_kvm(struct kvm *kvm) { apx_ask(APX_KVM_GET, guest_of(kvm), 0, 0, 0, 0, NULL); }
void kvm_put_kvm(struct kvm *kvm) { apx_ask(APX_KVM_PUT, guest_of(kvm), 0, 0, 0, 0, NULL); }
int kvm_s390_gisc_register(struct kvm *kvm, u32 gisc) { return (int)apx_ask(APX_GISC_REGISTER, guest_of(kvm), (int)gisc, 0, 0, 0, NULL)->r0; }
int kvm_s390_gisc_unregister(struct kvm *kvm, u32 gisc) { return (int)apx_ask(APX_GISC_UNREGISTER, guest_of(kvm), (int)gisc, 0, 0, 0, NULL)->r0; }

static u64 positions(const unsigned long *map, int domains)
{
	u64 result = 0;

	for (int i = 0; i < (domains ? apx_shape.domains : adapter_count()); i++)
		result |= (u64)test_bit_inv((unsigned long)(domains ? domain_id(i) : adapter_id(i)), map) << i;
	return result;
}

void kvm_arch_crypto_set_masks(struct kvm *kvm, unsigned long *apm, unsigned long *aqm, unsigned long *adm)
{
	(void)adm;
	apx_ask(APX_SET_MASKS, guest_of(kvm), 0, 0, (int64_t)positions(apm, 0), (int64_t)positions(aqm, 1), NULL);
}

void kvm_arch_crypto_clear_masks(struct kvm *kvm) { apx_ask(APX_CLEAR_MASKS, guest_of(kvm), 0, 0, 0, 0, NULL); }

static struct kvm *guest(int64_t index)
{
	struct kvm *kvm = &kvms[index];

	if (!kvm->arch.crypto.crycbd) {
		kvm->lock = (struct mutex) { LOCK_KVM + (int)index, 0, "kvm->lock" };
		kvm->arch.crypto.crycbd = 3;
		kvm->arch.crypto.pqap_hook_rwsem = (struct rw_semaphore) { LOCK_PQAP_HOOK, 0, "pqap_hook_rwsem" };
		kvm->arch.gisa_int.origin = (struct kvm_s390_gisa *)GISA_OF(index);
	}
	return kvm;
}

/* The hook is a plain pointer that the driver stores to; the engine has to hear of it. */
int apx_glue_pending(struct apx_message *message)
{
	for (int i = 0; i < apx_shape.guests; i++) {
		crypto_hook *hook = kvms[i].arch.crypto.pqap_hook;

		if (hook == shown_hook[i])
			continue;
		shown_hook[i] = hook;
		__builtin_memset(message, 0, sizeof(*message));
		message->op = hook ? APX_SET_HOOK : APX_CLEAR_HOOK;
		message->a = i;
		for (int m = 0; hook && m < apx_shape.mdevs; m++) {
			size_t size;

			if (mdevs[m].vdev && apx_heap_start(hook, &size) == apx_heap_start(mdevs[m].vdev, &size))
				message->b = m;
		}
		return 1;
	}
	return 0;
}

const char *apx_glue_live_inside(const void *from, size_t length)
{
	for (int i = 0; i < apx_shape.queues; i++)
		if (glue_work_busy[i] && (const char *)glue_work[i] >= (const char *)from && (const char *)glue_work[i] < (const char *)from + length)
			return "a work item that waits or runs";
	return NULL;
}

int apx_glue_view(struct apx_view *view)
{
#ifdef APX_DRIVER_VIEW
	for (int i = 0; i < apx_shape.queues; i++) {
		struct vfio_ap_queue *q = queues[i] ? dev_get_drvdata(&queues[i]->ap_dev.device) : NULL;

		view->queues[i].saved_iova = 0;
		view->queues[i].saved_isc = VFIO_AP_ISC_INVALID;
		view->queues[i].mdev = 0;
		if (!q || !apx_heap_alive(q))
			continue;
		view->queues[i].saved_iova = (int64_t)q->saved_iova;
		view->queues[i].saved_isc = q->saved_isc;
		for (int m = 0; m < apx_shape.mdevs; m++)
			if (q->matrix_mdev && mdevs[m].vdev == &q->matrix_mdev->vdev)
				view->queues[i].mdev = m + 1;
	}
	for (int m = 0; m < apx_shape.mdevs; m++) {
		struct ap_matrix_mdev *mdev = mdevs[m].vdev ? container_of(mdevs[m].vdev, struct ap_matrix_mdev, vdev) : NULL;
		int alive = mdev && apx_heap_alive(mdev);

		view->shadows[m].adapters = alive ? positions(mdev->shadow_apcb.apm, 0) : 0;
		view->shadows[m].domains = alive ? positions(mdev->shadow_apcb.aqm, 1) : 0;
	}
	return 1;
#else
	(void)view;
	return 0;
#endif
}

static int64_t open_device(int64_t index, int64_t number)
{
	struct vfio_device *vdev = mdevs[index].vdev;
	int rc;

	vdev->kvm = guest(number);
	vdev->open_count = 1;
	rc = vdev->ops->open_device(vdev);
	mdevs[index].open = !rc;
	if (rc) {
		vdev->kvm = NULL;
		vdev->open_count = 0;
	}
	return rc;
}

static int64_t close_device(int64_t index)
{
	struct vfio_device *vdev = mdevs[index].vdev;

	if (vdev->ops->close_device)
		vdev->ops->close_device(vdev);
	vdev->kvm = NULL;
	vdev->open_count = 0;
	mdevs[index].open = 0;
	return 0;
}

/* PQAP(AQIC) of a guest, intercepted: registers as KVM has them. */
static int64_t intercept_aqic(const int64_t args[4])
{
	struct kvm_s390_sie_block block = { .eca = ECA_AIV };
	struct kvm_run run;
	struct kvm_vcpu vcpu = { .kvm = guest(args[0]), .run = &run, .arch.sie_block = &block };
	crypto_hook *hook = vcpu.kvm->arch.crypto.pqap_hook;
	union { u32 half; struct ap_queue_status status; } result;

	__builtin_memset(&run, 0, sizeof(run));
	run.s.regs.gprs[0] = 3ull << 24 | (u64)args[1];
	run.s.regs.gprs[1] = (u64)(args[2] & 1) << (63 - 16) | (u64)(args[2] >> 1 & 7);
	run.s.regs.gprs[2] = (u64)args[3];
	if (!hook || (*hook)(&vcpu))
		return AP_RESPONSE_Q_NOT_AVAIL << 16;
	result.half = (u32)run.s.regs.gprs[1];
	return apx_from_status(result.status);
}

static int64_t run_work(int64_t index)
{
	struct work_struct *work = glue_work[index];

	work->func(work);
	glue_work_busy[index] = 0;
	return 0;
}

static int64_t initialise(void)
{
	if (apx_facility(12)) {
		ap_qci(&config);
		former_config = config;
	}
	return apx_module_init();
}

int64_t apx_glue_entry(int entry, const int64_t a[4])
{
	struct vfio_device *vdev;

	switch (entry) {
	case APX_ENTRY_INIT: return initialise();
	case APX_ENTRY_PROBE: return probe_queue(a[0]);
	case APX_ENTRY_REMOVE: return remove_queue(a[0]);
	case APX_ENTRY_CREATE: return create_mdev(a[0]);
	case APX_ENTRY_DESTROY: return destroy_mdev(a[0]);
	case APX_ENTRY_ASSIGN_ADAPTER: return store(a[0], "assign_adapter", a[1]);
	case APX_ENTRY_ASSIGN_DOMAIN: return store(a[0], "assign_domain", a[1]);
	case APX_ENTRY_UNASSIGN_ADAPTER: return store(a[0], "unassign_adapter", a[1]);
	case APX_ENTRY_UNASSIGN_DOMAIN: return store(a[0], "unassign_domain", a[1]);
	case APX_ENTRY_OPEN: return open_device(a[0], a[1]);
	case APX_ENTRY_CLOSE: return close_device(a[0]);
	case APX_ENTRY_RESET:
		vdev = mdevs[a[0]].vdev;
		return vdev->ops->ioctl(vdev, VFIO_DEVICE_RESET, 0);
	case APX_ENTRY_AQIC: return intercept_aqic(a);
	case APX_ENTRY_DMA_UNMAP:
		vdev = mdevs[a[0]].vdev;
		if (vdev->ops->dma_unmap)
			vdev->ops->dma_unmap(vdev, (u64)a[2], (u64)a[3]);
		return 0;
	case APX_ENTRY_CONFIG: return scan_begin();
	case APX_ENTRY_SCAN: return scan_end();
	case APX_ENTRY_WORK: return run_work(a[0]);
	default: apx_give_up(APX_FAULT_BUG, 0, 0, "no such entry point");
	}
}
