/* SPDX-License-Identifier: MIT
 *
 * A toy vfio_ap: reset in a work item, interrupts with pin and GISC, one hook. Tests plant bugs by changing lines of a copy.
 */
#include <linux/delay.h>
#include <linux/slab.h>
#include "vfio_ap_private.h"

#define LOOK_MS 20

static void give_back(struct toy_queue *q)
{
	if (!q->nib)
		return;
	kvm_s390_gisc_unregister(q->owner->kvm, q->isc);
	vfio_unpin_pages(&q->owner->vdev, q->nib, 1);
	q->nib = 0;
}

/* Looks at the queue until its reset is over; asks for another one when the first was refused. */
static void watch_reset(struct work_struct *work)
{
	struct toy_queue *q = container_of(work, struct toy_queue, reset_work);
	struct ap_queue_status now;

	for (;;) {
		msleep(LOOK_MS);
		now = ap_tapq(q->apqn, NULL);
		if (now.response_code == AP_RESPONSE_RESET_IN_PROGRESS || now.response_code == AP_RESPONSE_BUSY)
			continue;
		if (now.response_code == AP_RESPONSE_NORMAL && q->last.response_code != AP_RESPONSE_NORMAL) {
			q->last = ap_zapq(q->apqn);
			continue;
		}
		break;
	}
	give_back(q);
}

static void begin_reset(struct toy_queue *q)
{
	q->last = ap_zapq(q->apqn);
	queue_work(system_long_wq, &q->reset_work);
}

static void end_reset(struct toy_queue *q)
{
	flush_work(&q->reset_work);
}

static int mine(struct toy_queue *q, struct toy_mdev *m)
{
	return test_bit_inv(q->apqn >> 8, m->adapters) && test_bit_inv(q->apqn & 0xff, m->domains);
}

static void reset_all(struct toy_mdev *m)
{
	struct toy_queue *q;

	list_for_each_entry(q, &toy->queues, node)
		if (mine(q, m))
			begin_reset(q);
	list_for_each_entry(q, &toy->queues, node)
		if (mine(q, m))
			end_reset(q);
}

static struct ap_queue_status disable(struct toy_queue *q)
{
	union ap_qirq_ctrl off = { 0 };
	struct ap_queue_status status, seen;

	for (;;) {
		status = ap_aqic(q->apqn, off, 0);
		if (status.response_code != AP_RESPONSE_RESET_IN_PROGRESS && status.response_code != AP_RESPONSE_BUSY)
			break;
		msleep(LOOK_MS);
	}
	for (;;) {
		seen = ap_tapq(q->apqn, NULL);
		if (!seen.irq_enabled || seen.response_code == AP_RESPONSE_DECONFIGURED)
			break;
		msleep(LOOK_MS);
	}
	give_back(q);
	return status;
}

static struct ap_queue_status enable(struct toy_queue *q, int isc, u64 nib)
{
	union ap_qirq_ctrl on = { 0 };
	struct ap_queue_status status = { .response_code = AP_RESPONSE_INVALID_ADDRESS };
	struct page *page;
	int nisc;

	if (vfio_pin_pages(&q->owner->vdev, nib, 1, IOMMU_WRITE, &page) != 1)
		return status;
	nisc = kvm_s390_gisc_register(q->owner->kvm, isc);
	if (nisc < 0) {
		vfio_unpin_pages(&q->owner->vdev, nib, 1);
		return status;
	}
	on.ir = 1;
	on.gisc = isc;
	on.isc = nisc;
	on.gisa = virt_to_phys(q->owner->kvm->arch.gisa_int.origin) >> 4;
	status = ap_aqic(q->apqn, on, page_to_phys(page) | (nib & ~PAGE_MASK));
	if (status.response_code == AP_RESPONSE_NORMAL) {
		give_back(q);
		q->nib = nib;
		q->isc = isc;
		return status;
	}
	kvm_s390_gisc_unregister(q->owner->kvm, isc);
	vfio_unpin_pages(&q->owner->vdev, nib, 1);
	pr_warn("queue %04x does not take interrupts: %02x\n", q->apqn, status.response_code);
	return status;
}

static int intercept(struct kvm_vcpu *vcpu)
{
	u64 *gprs = vcpu->run->s.regs.gprs;
	struct ap_queue_status status = { .response_code = AP_RESPONSE_Q_NOT_AVAIL };
	struct toy_mdev *m = container_of(vcpu->kvm->arch.crypto.pqap_hook, struct toy_mdev, hook);
	struct toy_queue *q;

	mutex_lock(&toy->mdevs_lock);
	list_for_each_entry(q, &toy->queues, node)
		if (q->apqn == (int)(gprs[0] & 0xffff) && mine(q, m) && m->kvm) {
			q->owner = m;
			status = gprs[1] >> 47 & 1 ? enable(q, gprs[1] & 7, gprs[2]) : disable(q);
		}
	memcpy(&gprs[1], &status, sizeof(status));
	gprs[1] >>= 32;
	mutex_unlock(&toy->mdevs_lock);
	return 0;
}

static void lock_all(struct kvm *kvm)
{
	mutex_lock(&toy->guests_lock);
	mutex_lock(&kvm->lock);
	down_write(&kvm->arch.crypto.pqap_hook_rwsem);
	mutex_lock(&toy->mdevs_lock);
}

static void unlock_all(struct kvm *kvm)
{
	mutex_unlock(&toy->mdevs_lock);
	up_write(&kvm->arch.crypto.pqap_hook_rwsem);
	mutex_unlock(&kvm->lock);
	mutex_unlock(&toy->guests_lock);
}

static int toy_open(struct vfio_device *vdev)
{
	struct toy_mdev *m = container_of(vdev, struct toy_mdev, vdev);
	struct kvm *kvm = vdev->kvm;

	lock_all(kvm);
	kvm->arch.crypto.pqap_hook = &m->hook;
	kvm_get_kvm(kvm);
	m->kvm = kvm;
	kvm_arch_crypto_set_masks(kvm, m->adapters, m->domains, m->domains);
	unlock_all(kvm);
	return 0;
}

static void toy_close(struct vfio_device *vdev)
{
	struct toy_mdev *m = container_of(vdev, struct toy_mdev, vdev);
	struct kvm *kvm = m->kvm;

	lock_all(kvm);
	kvm->arch.crypto.pqap_hook = NULL;
	kvm_arch_crypto_clear_masks(kvm);
	reset_all(m);
	m->kvm = NULL;
	unlock_all(kvm);
	kvm_put_kvm(kvm);
}

static long toy_ioctl(struct vfio_device *vdev, unsigned command, unsigned long argument)
{
	if (command != VFIO_DEVICE_RESET)
		return -EOPNOTSUPP;
	mutex_lock(&toy->mdevs_lock);
	reset_all(container_of(vdev, struct toy_mdev, vdev));
	mutex_unlock(&toy->mdevs_lock);
	return 0;
}

static void toy_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	struct toy_mdev *m = container_of(vdev, struct toy_mdev, vdev);
	struct toy_queue *q;

	mutex_lock(&toy->mdevs_lock);
	list_for_each_entry(q, &toy->queues, node)
		if (mine(q, m) && q->nib && q->nib >= iova && q->nib < iova + length)
			disable(q);
	mutex_unlock(&toy->mdevs_lock);
}

static const struct vfio_device_ops toy_ops = {
	.open_device = toy_open, .close_device = toy_close, .ioctl = toy_ioctl, .dma_unmap = toy_dma_unmap,
};

static ssize_t assign(struct device *dev, const char *buf, size_t count, int domain)
{
	struct toy_mdev *m = dev_get_drvdata(dev);
	unsigned long id;

	if (kstrtoul(buf, 0, &id))
		return -EINVAL;
	set_bit_inv(id, domain ? m->domains : m->adapters);
	return count;
}

static ssize_t assign_adapter_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	return assign(dev, buf, count, 0);
}
static DEVICE_ATTR_WO(assign_adapter);

static ssize_t assign_domain_store(struct device *dev, struct device_attribute *attr, const char *buf, size_t count)
{
	return assign(dev, buf, count, 1);
}
static DEVICE_ATTR_WO(assign_domain);

static struct attribute *toy_attrs[] = { &dev_attr_assign_adapter.attr, &dev_attr_assign_domain.attr, NULL };
ATTRIBUTE_GROUPS(toy);

static int toy_mdev_probe(struct mdev_device *mdev)
{
	struct vfio_device *vdev = _vfio_alloc_device(sizeof(struct toy_mdev), &mdev->dev, &toy_ops);

	if (IS_ERR(vdev))
		return PTR_ERR(vdev);
	container_of(vdev, struct toy_mdev, vdev)->hook = intercept;
	dev_set_drvdata(&mdev->dev, container_of(vdev, struct toy_mdev, vdev));
	return 0;
}

static void toy_mdev_remove(struct mdev_device *mdev)
{
	struct toy_mdev *m = dev_get_drvdata(&mdev->dev);
	struct toy_queue *q;

	mutex_lock(&toy->mdevs_lock);
	reset_all(m);
	list_for_each_entry(q, &toy->queues, node)
		if (q->owner == m)
			q->owner = NULL;
	mutex_unlock(&toy->mdevs_lock);
	put_device(&m->vdev.device);
}

static struct mdev_driver toy_mdev_driver = { .driver = { .name = "toy", .dev_groups = toy_groups }, .probe = toy_mdev_probe, .remove = toy_mdev_remove };

int toy_register(void)
{
	return mdev_register_driver(&toy_mdev_driver);
}

int toy_probe(struct ap_device *apdev)
{
	struct toy_queue *q = kzalloc(sizeof(*q), GFP_KERNEL);

	if (!q)
		return -ENOMEM;
	q->apqn = container_of(apdev, struct ap_queue, ap_dev)->qid;
	INIT_WORK(&q->reset_work, watch_reset);
	dev_set_drvdata(&apdev->device, q);
	mutex_lock(&toy->mdevs_lock);
	list_add_tail(&q->node, &toy->queues);
	mutex_unlock(&toy->mdevs_lock);
	return 0;
}

void toy_remove(struct ap_device *apdev)
{
	struct toy_queue *q = dev_get_drvdata(&apdev->device);

	mutex_lock(&toy->mdevs_lock);
	begin_reset(q);
	end_reset(q);
	list_del(&q->node);
	kfree(q);
	mutex_unlock(&toy->mdevs_lock);
}
