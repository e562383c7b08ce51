/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The registry of second readings, and reading an entry in a format's bytes. */
#include "mmu.h"

#include <string.h>

#include "mmu_walk.h"

static const struct mmu_arch *const archs[] = {
#define MMU_FORMAT(name) &mmu_##name,
#include "formats.def"
#undef MMU_FORMAT
};

const struct mmu_arch *mmu_find(const char *format)
{
	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++)
		if (strcmp(archs[i]->format, format) == 0)
			return archs[i];
	return NULL;
}

const struct mmu_arch *const *mmu_all(unsigned *count)
{
	*count = sizeof(archs) / sizeof(archs[0]);
	return archs;
}

bool mmu_read(const struct mmu_arch *arch, const struct pt_memory *memory,
	      uint64_t pa, unsigned entry_bytes, uint64_t *raw)
{
	const uint8_t *p = mmu_word(memory, pa, entry_bytes);

	if (!p)
		return false;
	*raw = bytes_get(p, entry_bytes, arch->big_endian);
	return true;
}
