/* SPDX-License-Identifier: MIT */
#ifndef TOY_ZCRYPT_H
#define TOY_ZCRYPT_H
#endif
