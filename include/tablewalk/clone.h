/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A copy of a whole tree: the tables that a resume runs on while the memory that
 * holds its own is overwritten.
 *
 * Source: Linux 6.12 arch/arm64/mm/trans_pgd.c, trans_pgd_create_copy(), and
 * arch/x86/power/hibernate_64.c, set_up_temporary_mappings().
 */
#ifndef TABLEWALK_CLONE_H
#define TABLEWALK_CLONE_H

#include <tablewalk/table_ops.h>

/*
 * Makes *to, which pt_space_destroy() gives back, a space with as many tables as
 * from, none of them in common, and that translates as from does.  Every entry of
 * from is in to as it is, whatever it is, bad ones too; only the address in an
 * entry that points to a table is that of the copy, while the rights that it takes
 * away and all other bits of it stay.  So walks, dumps and hardware see the same;
 * from is read only.
 *
 * Tables come from env, or where that is NULL from the environment of from; their
 * memory may be another one.  Number, regime's pa_bits, folding at run time and
 * walk_flags are those of from; to has no VMAs and shares nothing with anybody,
 * also where from shares a kernel part: its tables are copied too.
 *
 * All tables are allocated first, the root before the others, in ascending
 * address, a table before those below it.  A table is completely filled before an
 * entry points to it.  Nothing needs to be invalidated.
 * -ENOMEM: all tables were given back, last one first; to->root is 0, and to may
 * not be destroyed.
 */
int pt_clone_tables(struct pt_space *to, const struct pt_space *from,
		    const struct pt_env *env);

/*
 * OP_CLONE: the current space is copied (env NULL), the copy dumped as OP_DUMP of
 * [va, last] would do it with the flags nth and no marker, and given back, whatever
 * the dump said, a table after those below it, ascending, the root last.  Returns
 * what the dump returned; a refused copy's -ENOMEM.  All tables of the copy, its root
 * too, are constructed, destructed, and counted by fail and ctor-fail.  Their memory
 * may be given out again after the operation.
 */

#endif
