/* SPDX-License-Identifier: MIT */
#ifndef TOY_VFIO_H
#define TOY_VFIO_H
#include <linux/device.h>
#include <uapi/linux/vfio.h>

struct vfio_device_ops;
struct vfio_device {
	struct device *dev, device;
	const struct vfio_device_ops *ops;
	struct kvm *kvm;
	unsigned open_count;
};

struct vfio_device_ops {
	int (*init)(struct vfio_device *vdev);
	void (*release)(struct vfio_device *vdev);
	int (*open_device)(struct vfio_device *vdev);
	void (*close_device)(struct vfio_device *vdev);
	long (*ioctl)(struct vfio_device *vdev, unsigned command, unsigned long argument);
	void (*dma_unmap)(struct vfio_device *vdev, u64 iova, u64 length);
};

struct vfio_device *_vfio_alloc_device(size_t size, struct device *dev, const struct vfio_device_ops *ops);
int vfio_pin_pages(struct vfio_device *vdev, dma_addr_t iova, int count, int protection, struct page **pages);
void vfio_unpin_pages(struct vfio_device *vdev, dma_addr_t iova, int count);
#endif
