/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A kernel part that address spaces have in common.
 *
 * Source: x86's pgd_list, sync_global_pgds() and vmalloc_fault(), arm's
 * do_translation_fault(), the copies that pgd_alloc() makes of the kernel's
 * entries (Linux 6.12).
 *
 * The *kernel part* of a space is what the upper half of its root's entries cover
 * (those with an index of at least half their number; a root of one entry has
 * none).  Once a space shares that of another, the *owner*, both translate it
 * alike: the entries of the two roots are equal there, and the tables below
 * them are the owner's, one and the same.
 *
 * Every store to an entry of the kernel part of the owner's root is made in the
 * sharer's root as well, before anything else is stored or released.  With
 * PT_SHARE_SYNCED there is one exception, as where the kernel's entries are copied
 * when a process first faults on them: an entry that is none in the sharer when
 * an operation begins stays none, whatever becomes of the owner's, until
 * pt_sync_kernel() copies it.  (What is broken before it is made was not none.)
 *
 * The kernel part is changed through its owner only.  An operation that could
 * change it through the sharer returns -EBUSY, before any other error of state
 * (that is after -EINVAL, -ERANGE and -EOPNOTSUPP, and before any callback),
 * when its range, or the unit it works on, touches the kernel part: map, unmap,
 * protect, split, collapse, restrict, setkind, touch, free, install, copy on either
 * side, and iterations that age or move.  A walk over VMAs that is to split there
 * ends with -EBUSY instead (R25), and so does one that is to clear a bad entry.
 * Everything that only reads works as ever.
 *
 * The owner's tables stay its own: they were constructed for it, they are
 * destructed and released by it, and pt_table_owners() finds them for it alone,
 * once.  pt_table_at() of the sharer finds them too, with the owner's number.
 * What is shared is invalidated in the owner's name, which stands for all who
 * share it; entries of the sharer's root need none of their own there.  So it is for
 * break before make, which holds for both roots.  ACCESSED and DIRTY that hardware
 * sets in a root's entry are not carried over to the other.
 */
#ifndef TABLEWALK_SHARE_H
#define TABLEWALK_SHARE_H

#include <tablewalk/table_ops.h>

enum pt_share {
	PT_SHARE_POINTER,	/* equal at all times (x86-64) */
	PT_SHARE_SYNCED,	/* additions are copied on demand (arm, x86-32) */
};

/*
 * Makes to share the kernel part of owner, with what is in it now.  Allocates
 * nothing.  Checked in this order:
 * -EINVAL: they are the same space, or of different formats.
 * -EOPNOTSUPP: the two spaces do not translate the same addresses.
 * -EBUSY: to or owner shares one already, or is shared from.
 * -EEXIST: an entry of the kernel part of to's root is not none.
 */
int pt_share_kernel(struct pt_space *to, struct pt_space *owner,
		    enum pt_share how);

/*
 * What a fault at va does: copies the owner's root entry that covers va.
 * Returns 1 if that changed anything, 0 if the entries were equal.  Of a group it
 * is the one entry: what the sharer has is then a broken group (vpte.h).
 * -EINVAL: the space shares nothing.  -ERANGE: va is not of the kernel part, or
 * not of the space.  -ENOENT: the owner's entry is none.
 */
int pt_sync_kernel(struct pt_space *space, uint64_t va);

/*
 * Ends it: the kernel part of space becomes empty, and what was in it is invalidated
 * in the owner's name before the owner can release anything.  Nothing if it shares
 * none.
 */
void pt_unshare_kernel(struct pt_space *space);

/*
 * pt_space_destroy() of a sharer ends the sharing first; that of an owner ends
 * it for its sharer.
 *
 * OP_SHARE: pt_share_kernel() of the current space with the other as its owner;
 * nth 1 is PT_SHARE_SYNCED.  OP_SYNC: pt_sync_kernel() of the current space.
 */

#endif
