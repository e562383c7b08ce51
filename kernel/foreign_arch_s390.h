/* SPDX-License-Identifier: GPL-2.0-only */
/* s390: the type of the root's first entry says how many levels there are. */
static const struct format formats[] = {
	{ "s390x-3level", 42, ZERO, 3 },
	{ "s390x-4level", 53, ZERO, 4 },
	{ "s390x-5level", 64, ZERO, 5 },
};

struct vm_layout vm_layout;
struct page *vmemmap;
unsigned long zero_page_mask;

static void arch_begin(const struct format *format)
{
}

/* Region-first and region-second tables have pointers only. */
static bool is_upper_leaf(unsigned long word)
{
	return false;
}
