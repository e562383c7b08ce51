/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Subjects: drivers/iommu/io-pgtable-arm.c of a Linux tree, unmodified.
 */
#ifndef TABLEWALK_IOPGTABLE_H
#define TABLEWALK_IOPGTABLE_H

#include <tablewalk/subject.h>

extern const struct tablewalk_subject linux_iopgtable_s1;
extern const struct tablewalk_subject linux_iopgtable_s1_exec;
extern const struct tablewalk_subject linux_iopgtable_s2;
extern const struct tablewalk_subject linux_iopgtable_s2_noexec;
extern const struct tablewalk_subject linux_iopgtable_lpae;

#endif
