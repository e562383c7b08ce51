/* SPDX-License-Identifier: GPL-2.0-only */
/* riscv: three to five levels, by two variables. */
static const struct format formats[] = {
	{ "riscv-sv39", 39, SIGNED, 3 },
	{ "riscv-sv39-svnapot", 39, SIGNED, 3 },
	{ "riscv-sv48", 48, SIGNED, 4 },
	{ "riscv-sv48-svpbmt", 48, SIGNED, 4 },
	{ "riscv-sv57", 57, SIGNED, 5 },
};

struct kernel_mapping kernel_map;
bool pgtable_l4_enabled, pgtable_l5_enabled;
phys_addr_t phys_ram_base;
struct page *mem_map;

static void arch_begin(const struct format *format)
{
	pgtable_l4_enabled = format->levels >= 4;
	pgtable_l5_enabled = format->levels >= 5;
}

/*
 * Any depth of riscv can have leaves.  The walker asks at pgd and p4d whether an
 * entry is bad, which is not valid, and takes what is not for a table: valid leaves
 * and those that look so with _PAGE_PROT_NONE, and migration entries.
 */
static bool is_upper_leaf(unsigned long word)
{
	return word & _PAGE_PRESENT ? word & _PAGE_LEAF : word;
}
