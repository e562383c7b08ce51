/* SPDX-License-Identifier: GPL-2.0-only */
/* arm64: the size is compiled in. */
static const struct format formats[] = {
	{ "arm64-4k-48", 48, TWO_ROOTS, 4 },
};

s64 memstart_addr;

static void arch_begin(const struct format *format)
{
}

/* Level 0 has no blocks, and no software entries. */
static bool is_upper_leaf(unsigned long word)
{
	return false;
}
