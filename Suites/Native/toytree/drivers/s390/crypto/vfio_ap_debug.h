/* SPDX-License-Identifier: MIT */
#ifndef TOY_DEBUG_H
#define TOY_DEBUG_H
#endif
