/* SPDX-License-Identifier: MIT */
#ifndef TOY_ISC_H
#define TOY_ISC_H
#endif
