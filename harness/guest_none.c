/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Why a format has a model only.  QEMU is 7.2, files are those of its source.
 */
#include "guest_none.h"

#include <fnmatch.h>
#include <stddef.h>

static const struct guest_none rows[] = {
	{ "arc-*", "QEMU 7.2 has no ARC target",
	  "target/" },
	{ "loongarch64-4k", "in QEMU 7.2 the smallest page of LoongArch is 16K",
	  "target/loongarch/cpu-param.h, TARGET_PAGE_BITS" },
	{ "m68k-coldfire", "QEMU 7.2 has ColdFire processors without their MMU",
	  "target/m68k/helper.c, get_physical_address" },
	{ "m68k-sun3", "QEMU 7.2 has no Sun-3 and not its MMU",
	  "hw/m68k" },
	{ "microblaze", "no walker: software fills a TLB from its tree",
	  "MicroBlaze Processor Reference Guide (UG984), chapter 2, "
	  "Virtual-Memory Management" },
	{ "parisc64", "no walker in QEMU 7.2, whose HPPA is of 32 bits; software "
	  "fills its TLB",
	  "target/hppa/cpu.h, TARGET_LONG_BITS; target/hppa/mem_helper.c" },
	{ "ppc-8xx-*", "QEMU 7.2 does not implement the MMU of the 8xx",
	  "target/ppc/mmu_common.c, POWERPC_MMU_MPC8xx" },
	{ "ppc-book3s32", "hardware walks the hash table, not Linux's tree",
	  "Programming Environments Manual for 32-Bit Microprocessors, 7.6" },
	{ "ppc-e500", "no walker: software fills a TLB from its tree",
	  "target/ppc/mmu_common.c, mmubooke206_get_physical_address" },
	{ "ppc64-e500", "no walker: software fills a TLB from its tree",
	  "target/ppc/mmu_common.c, mmubooke206_get_physical_address" },
	{ "ppc64-hash-*", "hardware walks the hash table, not Linux's tree",
	  "Power ISA version 3.0 B, Book III, 5.7.9" },
	{ "sh4*", "no walker: software fills a TLB from its tree",
	  "SH-4 Software Manual, 3.3, LDTLB" },
	{ "sparc64", "no walker: software fills a TLB, hardware names a place in "
	  "the TSB at most",
	  "UltraSPARC User's Manual, 6.3 (TSB)" },
	{ "fake*", "an invented format that no machine has",
	  "docs/fake-manual.md" },
	{ "template", "an invented format that no machine has",
	  "arch/template/README.md" },
};

const struct guest_none *guest_none_row(unsigned index)
{
	return index < sizeof(rows) / sizeof(rows[0]) ? &rows[index] : NULL;
}

const struct guest_none *guest_none(const char *format)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (fnmatch(rows[i].formats, format, 0) == 0)
			return &rows[i];
	return NULL;
}
