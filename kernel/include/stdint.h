/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For glue that is compiled with a kernel's headers, which have the types but not
 * the file, and that includes tablewalk/subject.h.
 */
#ifndef TABLEWALK_KERNEL_STDINT_H
#define TABLEWALK_KERNEL_STDINT_H

#include <linux/types.h>

#define UINT32_C(number) number##U
#define UINT64_C(number) number##ULL

#endif
