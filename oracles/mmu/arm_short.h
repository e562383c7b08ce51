/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the second readings of arm's short descriptors share: the layout of a
 * second-level descriptor, memory types and rights.
 *
 * Source: ARM Architecture Reference Manual, ARMv7-A and ARMv7-R edition, DDI
 * 0406C: B3.5.1 (short-descriptor formats, first and second level), B3.7.1 and
 * B3.7.2 (AP[2:0], execute-never), B3.8.3 (TEX remap).  SCTLR: AFE by
 * PT_REGIME_ARM_AFE (which means nothing to arm-short-linux), HA 0, TRE 1, WXN
 * 0, UWXN 0; TTBCR.N 0.  PRRR and NMRR as in Linux 6.12,
 * arch/arm/mm/proc-v7-2level.S.
 */
#ifndef ORACLES_MMU_ARM_SHORT_H
#define ORACLES_MMU_ARM_SHORT_H

#include <tablewalk/types.h>

#include "mmu_walk.h"

/* Bits 1:0 of a descriptor, 0: invalid; and those of the second level. */
#define SHORT_TYPE	UINT32_C(3)
#define SHORT_L2_LARGE	UINT32_C(1)
#define SHORT_L2_SMALL	UINT32_C(2)	/* or 3: bit 0 is XN */

/* What the three layouts of a leaf come to. */
struct short_page {
	uint8_t ap;		/* AP[2:0] */
	uint8_t type;		/* TEX[0], C, B */
	bool xn;
	bool ng;
};

/* Figure "Short-descriptor second-level descriptor formats". */
static inline struct short_page short_l2(uint32_t raw)
{
	bool small = raw & SHORT_L2_SMALL;
	struct short_page page = {
		.ap = (uint8_t)((raw >> 4 & 3) | (raw >> 7 & 4)),
		.type = (uint8_t)((raw >> 2 & 3) |
				  (raw >> (small ? 4 : 10) & 4)),
		.xn = raw >> (small ? 0 : 15) & 1,
		.ng = raw >> 11 & 1,
	};

	return page;
}

/* PRRR, NMRR: 0 Strongly-ordered, 1 Normal-NC, 2 and 3 WT and WB. */
static const uint8_t short_memtype[4] = {
	PT_MEM_UC, PT_MEM_WC, PT_MEM_WT, PT_MEM_WB,
};

/* The kernel has all rights of the user, execution included. */
static inline bool short_rights_allow(uint32_t rights, enum pt_access access,
				      enum pt_privilege privilege)
{
	static const uint32_t needed[PT_ACCESSES] = {
		PT_R, PT_R | PT_W, PT_R | PT_X,
	};
	uint32_t need = needed[access];

	if (privilege == PT_AS_USER)
		need |= PT_USER;
	return (rights & need) == need;
}

/*
 * Table "VMSAv7 MMU access permissions", and execution where XN is clear and
 * the mode may read.  Where AP[0] is set it says what the table of AFE = 1 says,
 * "VMSAv7 MMU simplified access permissions".
 */
static inline unsigned short_allowed(struct short_page page)
{
	static const bool kernel_write[8] = { [1] = 1, [2] = 1, [3] = 1 };
	static const bool user_read[8] = { [2] = 1, [3] = 1, [6] = 1, [7] = 1 };
	bool kr = page.ap != 0 && page.ap != 4, ur = user_read[page.ap];
	unsigned allowed = 0;

	allowed |= ur ? mmu_may(PT_AS_USER, PT_READ) : 0;
	allowed |= page.ap == 3 ? mmu_may(PT_AS_USER, PT_WRITE) : 0;
	allowed |= ur && !page.xn ? mmu_may(PT_AS_USER, PT_EXEC) : 0;
	allowed |= kr ? mmu_may(PT_AS_KERNEL, PT_READ) : 0;
	allowed |= kernel_write[page.ap] ? mmu_may(PT_AS_KERNEL, PT_WRITE) : 0;
	allowed |= kr && !page.xn ? mmu_may(PT_AS_KERNEL, PT_EXEC) : 0;
	return allowed;
}

#endif
