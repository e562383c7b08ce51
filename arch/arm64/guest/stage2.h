/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 probe guest: the map that stage 2 has below a stage 1 under test.
 */
#ifndef ARCH_ARM64_GUEST_STAGE2_H
#define ARCH_ARM64_GUEST_STAGE2_H

#include <stdint.h>

/*
 * VTCR_EL2 for it: T0SZ 12, SL0 level 1, TG0 64 KiB, PS 52 bits; walks of stage 2
 * write-back, inner shareable; bit 31 is RES1.
 */
#define STAGE2_VTCR	(UINT64_C(1) << 31 | UINT64_C(6) << 16 |	\
			 UINT64_C(1) << 14 | UINT64_C(3) << 12 |	\
			 UINT64_C(1) << 10 | UINT64_C(1) << 8 |		\
			 UINT64_C(2) << 6 | 12)

/* Builds it in the runtime area; returns where its root is, for VTTBR_EL2. */
uint64_t map_stage2(void);

#endif
