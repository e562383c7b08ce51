/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * mips probe guest of 32 bits: the processor's own table walker.
 *
 * Sources: MIPS32 Privileged Resource Architecture, MD00090, revision 5 and later:
 * "Hardware Page Table Walking" (PWBase, PWField, PWSize, PWCtl), "Segmentation
 * Control" (SegCtl1, access control modes); Linux 6.12 asm/pgtable-32.h, pgtable-bits.h
 * (where the fields are that the registers name).
 */
#include "probe.h"

#include <stddef.h>
#include <tablewalk/types.h>

#include "guest_layout.h"
#include "guest_mailbox.h"

/*
 * PWField: the global directory at bit 22, no upper and middle one (which then have
 * the same position), pages at 12.  PTEI: 4 bits of software's go, and then XI and RI
 * to the other end.
 */
#define PWFIELD	(22u << 24 | 22u << 18 | 22u << 12 | 12u << 6 | (4 + 2))
/* PWSize: 9 bits of the directory, 10 of a page table, entries of 32 bits. */
#define PWSIZE	(9u << 24 | 10u << 6)
#define PWCTL_ENABLE	(1u << 31)

/* CFG3 of SegCtl1 is kseg0; its access mode, 7 is unmapped for whatever mode. */
#define SEGCTL1_KSEG0_UUSK	(7u << 20)

const uint32_t mips_status = 0;

void mips_prepare(const struct guest_mailbox *mailbox)
{
	uint32_t *const invalid = (uint32_t *)(MIPS_KSEG0 +
					       MIPS_INVALID_PTE_AT);
	uint32_t segctl1;

	(void)mailbox;
	for (unsigned i = 0; i < 1024; i++)
		invalid[i] = 0;
	__asm__ volatile("mfc0 %0, $5, 3" : "=r"(segctl1));
	MIPS_WRITE(5, 3, segctl1 | SEGCTL1_KSEG0_UUSK);
	MIPS_WRITE(5, 6, PWFIELD);
	MIPS_WRITE(5, 7, PWSIZE);
}

void mips_use(const struct guest_mailbox *mailbox)
{
	MIPS_WRITE(5, 5, mailbox_u64(mailbox->root));	/* PWBase */
	MIPS_WRITE(6, 6, PWCTL_ENABLE);
}

void mips_leave(void)
{
	MIPS_WRITE(6, 6, 0);
}

/* kseg0 is everybody's. */
const char *mips_user_view(const char *stub)
{
	return stub;
}
