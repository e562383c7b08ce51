/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Identity maps: physical memory at equal addresses, for code that switches
 * translation on or off, or the tables under its own feet.
 *
 * Source: Linux 6.12 arch/x86/mm/ident_map.c, kernel_ident_mapping_init(), and
 * arm64's idmap (arch/arm64/mm/mmu.c); but what is mapped already is refused and
 * not passed over, and a failure leaves nothing behind.
 */
#ifndef TABLEWALK_IDENTITY_H
#define TABLEWALK_IDENTITY_H

#include <tablewalk/table_ops.h>

/*
 * The last address that the space can map to itself, so that a caller can clip a
 * bank of memory to it: the smaller one of the last of those that the root
 * translates from 0 on and of 2^pa_bits - 1.  False where there is none: in the
 * space of an upper root.
 */
bool pt_identity_last(const struct pt_space *space, uint64_t *last);

/*
 * Maps [pa, last] to itself, with the largest leaves that fit: an entry that is
 * none, and that the range covers whole, becomes a leaf at the first depth from
 * the root that has leaves.  Of those at one depth, the entries of a whole aligned
 * unit become a group, of the largest order there is.  Where the range covers a
 * part of an entry, or there is a table, which stays, what is below is mapped.
 * Missing tables are allocated, in ascending address, a table before those below
 * it; so there is no other with fewer.
 * -EINVAL: as for pt_map() with base pages.
 * -ERANGE: the root does not translate all of the range, or memory ends before.
 * Nothing is clipped.
 * -EOPNOTSUPP: attrs are not representable.
 * -EBUSY: the space shares a kernel part, or its own is shared (share.h).
 * -EEXIST: an entry in range, at any depth, is neither none nor a table.
 * -ENOMEM: nothing was changed.
 */
int pt_identity_map(struct pt_space *space, uint64_t pa, uint64_t last,
		    uint32_t attrs);

/* OP_IDENTITY: pt_identity_map() of [va, last]. */

#endif
