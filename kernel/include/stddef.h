/* SPDX-License-Identifier: GPL-2.0-only */
/* As stdint.h here. */
#ifndef TABLEWALK_KERNEL_STDDEF_H
#define TABLEWALK_KERNEL_STDDEF_H

#include <linux/stddef.h>
#include <linux/types.h>

#endif
