/* SPDX-License-Identifier: MIT */
#ifndef TOY_UAPI_VFIO_H
#define TOY_UAPI_VFIO_H
#include <linux/ioctl.h>
#define VFIO_DEVICE_RESET _IO(59, 111)
struct vfio_irq_set { int index; };
#endif
