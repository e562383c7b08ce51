/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which formats libaddrxlat can walk, and how a virtual address is cut up for it.
 *
 * Names of formats of entries are those of addrxlat_pte_format(); the widths of the
 * fields are read from the manuals that each row names, not from the descriptors.
 *
 * Sources: Intel SDM volume 3A (325384-083), chapter 4 "Paging"; Arm ARM (DDI
 * 0487J.a), D8.2 "Translation process" and G5.5 "VMSAv8-32 Long-descriptor
 * translation table format"; z/Architecture Principles of Operation (SA22-7832-13),
 * chapter 3 "Dynamic Address Translation".
 */
#include "addrxlat.h"

#include <string.h>

#define SDM "Intel SDM 3A, section "
#define ARM "Arm ARM, section "
#define POP "z/Architecture PoP, chapter 3, "

static const struct addrxlat_layout layouts[] = {
	{ "i386", "ia32", 3, { 12, 10, 10 }, ADDRXLAT_WORD, false, 0,
	  SDM "4.3, 32-bit paging" },
	{ "i386-pae", "ia32_pae", 4, { 12, 9, 9, 2 }, ADDRXLAT_WORD, false, 0,
	  SDM "4.4, PAE paging" },
	{ "x86_64-4level", "x86_64", 5, { 12, 9, 9, 9, 9 }, ADDRXLAT_SIGNED,
	  false, 0, SDM "4.5, 4-level paging" },
	{ "x86_64-5level", "x86_64", 6, { 12, 9, 9, 9, 9, 9 },
	  ADDRXLAT_SIGNED, false, 0, SDM "4.5, 5-level paging" },
	{ "arm64-4k-39", "aarch64", 4, { 12, 9, 9, 9 }, ADDRXLAT_TWO_ROOTS,
	  false, 0, ARM "D8.2.8, 4 KB granule, T0SZ 25" },
	{ "arm64-4k-48", "aarch64", 5, { 12, 9, 9, 9, 9 },
	  ADDRXLAT_TWO_ROOTS, false, 0, ARM "D8.2.8, 4 KB granule, T0SZ 16" },
	{ "arm64-4k-52", "aarch64_lpa2", 6, { 12, 9, 9, 9, 9, 4 },
	  ADDRXLAT_TWO_ROOTS, false, 0,
	  ARM "D8.2.8, 4 KB granule, T0SZ 12, DS 1" },
	{ "arm64-16k-36", "aarch64", 3, { 14, 11, 11 }, ADDRXLAT_TWO_ROOTS,
	  false, 0, ARM "D8.2.9, 16 KB granule, T0SZ 28" },
	{ "arm64-16k-47", "aarch64", 4, { 14, 11, 11, 11 },
	  ADDRXLAT_TWO_ROOTS, false, 0, ARM "D8.2.9, 16 KB granule, T0SZ 17" },
	{ "arm64-16k-48", "aarch64", 5, { 14, 11, 11, 11, 1 },
	  ADDRXLAT_TWO_ROOTS, false, 0, ARM "D8.2.9, 16 KB granule, T0SZ 16" },
	{ "arm64-16k-52", "aarch64_lpa2", 5, { 14, 11, 11, 11, 5 },
	  ADDRXLAT_TWO_ROOTS, false, 0,
	  ARM "D8.2.9, 16 KB granule, T0SZ 12, DS 1" },
	{ "arm64-64k-42", "aarch64", 3, { 16, 13, 13 }, ADDRXLAT_TWO_ROOTS,
	  false, 0, ARM "D8.2.10, 64 KB granule, T0SZ 22" },
	{ "arm64-64k-48", "aarch64", 4, { 16, 13, 13, 6 },
	  ADDRXLAT_TWO_ROOTS, false, 0, ARM "D8.2.10, 64 KB granule, T0SZ 16" },
	{ "arm64-64k-52", "aarch64_lpa", 4, { 16, 13, 13, 10 },
	  ADDRXLAT_TWO_ROOTS, false, 0,
	  ARM "D8.2.10, 64 KB granule, T0SZ 12, 52-bit addresses" },
	{ "arm64-s2-40", "aarch64", 4, { 12, 9, 9, 10 }, ADDRXLAT_ZERO,
	  false, 0, ARM "D8.2.2, two concatenated tables at level 1" },
	{ "arm64-s2-48", "aarch64", 5, { 12, 9, 9, 9, 9 }, ADDRXLAT_ZERO,
	  false, 0, ARM "D8.2.8, 4 KB granule, stage 2" },
	{ "arm-lpae", "aarch64", 4, { 12, 9, 9, 2 }, ADDRXLAT_WORD, false, 0,
	  ARM "G5.5, which has the descriptors of D8.3" },
	{ "s390x-3level", "s390x", 4, { 12, 8, 11, 11 }, ADDRXLAT_ZERO, true,
	  PT_R | PT_ACCESSED, POP "region-third-table origin" },
	{ "s390x-4level", "s390x", 5, { 12, 8, 11, 11, 11 }, ADDRXLAT_ZERO,
	  true, PT_R | PT_ACCESSED, POP "region-second-table origin" },
	{ "s390x-5level", "s390x", 6, { 12, 8, 11, 11, 11, 11 },
	  ADDRXLAT_WORD, true, PT_R | PT_ACCESSED,
	  POP "region-first-table origin" },
};

/* Beginnings of names, and why no format of that name has a layout. */
static const struct {
	const char *begins, *why;
} without[] = {
	{ "ppc64-radix",
	  "of ppc64 libaddrxlat has the tables of Linux on hash MMUs with 64 KiB "
	  "pages only" },
	{ "ppc64-hash",
	  "of ppc64 libaddrxlat has the tables of Linux on hash MMUs with 64 KiB "
	  "pages only" },
	{ "arm-short",
	  "of arm libaddrxlat has long descriptors only, as those of aarch64" },
	{ "fake", "nobody else knows a format that is invented" },
	{ "template", "nobody else knows a format that is invented" },
	{ "", "libaddrxlat has no format of entries of this architecture" },
};

const struct addrxlat_layout *addrxlat_layout(const char *format,
					      const char **why)
{
	size_t i;

	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		if (!strcmp(layouts[i].format, format))
			return &layouts[i];
	for (i = 0; strncmp(format, without[i].begins,
			    strlen(without[i].begins)) != 0; i++)
		;
	if (why)
		*why = without[i].why;
	return NULL;
}
