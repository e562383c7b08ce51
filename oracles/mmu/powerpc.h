/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the PowerPC readings share.  None of these machines has a rule that
 * keeps the kernel off what user code may do, unless the reading says so: the
 * access protection of keys and groups (AMR, IAMR; KUAP, KUEP) is taken as off.
 */
#ifndef ORACLES_MMU_POWERPC_H
#define ORACLES_MMU_POWERPC_H

#include "mmu_walk.h"

/* The accesses of one privilege, from three bits. */
static inline unsigned powerpc_set(enum pt_privilege privilege, bool r, bool w,
				   bool x)
{
	return (r ? mmu_may(privilege, PT_READ) : 0) |
	       (w ? mmu_may(privilege, PT_WRITE) : 0) |
	       (x ? mmu_may(privilege, PT_EXEC) : 0);
}

/* The kernel has r, w and x, user code too where user says so. */
static inline unsigned powerpc_shared(bool r, bool w, bool x, bool user)
{
	return powerpc_set(PT_AS_KERNEL, r, w, x) |
	       (user ? powerpc_set(PT_AS_USER, r, w, x) : 0);
}

/* The right that access is; for permits(). */
static inline uint32_t powerpc_right(enum pt_access access)
{
	if (access == PT_EXEC)
		return PT_X;
	return access == PT_WRITE ? PT_W : PT_R;
}

#endif
