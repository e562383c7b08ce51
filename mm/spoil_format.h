/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Deliberate defects of descriptors: the subject reads its format with a
 * mistake in it, and agrees with itself.  Only a second reading can notice.
 */
#ifndef MM_SPOIL_FORMAT_H
#define MM_SPOIL_FORMAT_H

#include <tablewalk/format.h>

/* What a space works with: the format itself, without a defect. */
const struct pt_format *pt_descriptor(const struct pt_format *format);

#endif
