/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A subject: arch/x86/mm/pat/set_memory.c of a Linux tree, unmodified.
 */
#ifndef TABLEWALK_SETMEMORY_H
#define TABLEWALK_SETMEMORY_H

#include <tablewalk/subject.h>

extern const struct tablewalk_subject linux_set_memory;

#endif
