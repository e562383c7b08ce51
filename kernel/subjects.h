/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The subjects of a Linux tree that are in this program; subjects.c.in. */
#ifndef KERNEL_SUBJECTS_H
#define KERNEL_SUBJECTS_H

#include <tablewalk/subject.h>

extern const struct tablewalk_subject *const linux_subjects[];
extern const unsigned linux_subject_count;

#endif
