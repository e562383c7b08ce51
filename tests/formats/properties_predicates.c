/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The predicate matrix: what Linux's p?d_none(), p?d_present(), p?d_leaf() and
 * p?d_bad() say of each kind (docs/walker-rules.md, R52 to R55).  What they say
 * in fact is read out of the kernel's headers (tests/facts/); here is what must
 * hold of any architecture.
 */
#include <fnmatch.h>

#include "entry_codec.h"
#include "properties.h"

/* Architectures whose predicates break a rule, with the kernel's reason. */
struct exception {
	const char *format;		/* a pattern of fnmatch() */
	uint8_t kind;			/* enum pt_kind */
	uint8_t says;			/* PT_SAYS_*: not judged */
	const char *reason;
};

static const struct exception exceptions[] = {
	{ "x86_64*", PT_TABLE, PT_SAYS_BAD,
	  "p?d_bad() wants D, which hardware never sets in a table's entry" },
	{ "i386*", PT_TABLE, PT_SAYS_BAD,
	  "p?d_bad() wants D, which hardware never sets in a table's entry" },
	{ "x86_64*", PT_PROTNONE, PT_SAYS_PRESENT,
	  "pud_present() is P only; pmd_present() is not" },
	{ "riscv-*", PT_PROTNONE, PT_SAYS_PRESENT,
	  "p?d_present() above pmd is V only" },
	{ "arm-lpae", PT_PROTNONE, PT_SAYS_PRESENT,
	  "pmd_present() is L_PMD_SECT_VALID only" },
	{ "x86_64*", PT_INVALID_HUGE, PT_SAYS_PRESENT,
	  "pud_present() is P only; pmd_present() is not" },
	{ "ppc64-radix-*", PT_INVALID_HUGE, PT_SAYS_PRESENT,
	  "pud_present() is _PAGE_PRESENT only; pmd_present() is not" },
	{ "mips64*", PT_INVALID_HUGE, PT_SAYS_PRESENT,
	  "pmd_present() of a huge entry is _PAGE_PRESENT" },
	{ "arm-lpae", PT_INVALID_HUGE, PT_SAYS_PRESENT,
	  "pmd_present() is L_PMD_SECT_VALID only" },
	{ "arm64-4k-52", PT_MIGRATION, PT_SAYS_PRESENT,
	  "p4d_present() is anything but 0; Linux has no such leaf" },
	{ "sparc32-srmmu", PT_LEAF, PT_SAYS_PRESENT,
	  "p?d_present() asks for a pointer; Linux has no such leaf" },
};

static uint8_t excused(const struct pt_format *f, enum pt_kind kind)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (exceptions[i].kind == kind &&
		    !fnmatch(exceptions[i].format, f->name, 0))
			return exceptions[i].says;
	return 0;
}

static bool exists(const struct pt_level *l, unsigned kind)
{
	switch (kind) {
	case PT_NONE:
		return true;
	case PT_TABLE:
		return l->table.match.count;
	case PT_LEAF:
		return l->leaf.match.count;
	case PT_PROTNONE:
		return l->leaf.protnone.count;
	case PT_SWAP:
		return l->swap.match.count;
	case PT_MIGRATION:
		return l->migration.match.count;
	case PT_MARKER:
		return l->marker.match.count;
	case PT_INVALID_HUGE:
		return l->leaf.invalid.count;
	default:
		return false;
	}
}

/* What must be said and what must not be, of an entry of that kind (R53). */
static void rule_of(unsigned kind, uint8_t *must, uint8_t *never)
{
	switch (kind) {
	case PT_NONE:
		*must = PT_SAYS_NONE;
		/* Whether it is bad too nobody asks. */
		*never = PT_SAYS_PRESENT | PT_SAYS_LEAF;
		break;
	case PT_TABLE:
		*must = PT_SAYS_PRESENT;
		*never = PT_SAYS_NONE | PT_SAYS_LEAF | PT_SAYS_BAD;
		break;
	case PT_LEAF:
	case PT_PROTNONE:
	case PT_INVALID_HUGE:
		/* R52: a leaf is present; not every architecture says leaf. */
		*must = PT_SAYS_PRESENT;
		*never = PT_SAYS_NONE;
		break;
	default:
		/* Software's: neither none nor present. */
		*must = 0;
		*never = PT_SAYS_NONE | PT_SAYS_PRESENT;
		break;
	}
}

/* none, present and non-present partition the kinds; a table is no leaf. */
bool predicates_are_consistent(struct check *c)
{
	const struct pt_format *f = c->format;

	for (unsigned d = f->top; d <= PT_PTE; d++)
		for (unsigned kind = 0; kind < PT_KINDS; kind++) {
			const struct pt_level *l = &f->level[d];
			uint8_t says = l->linux_says[kind];
			uint8_t must, never;

			if (!exists(l, kind)) {
				if (says)
					return broken(c, "no such kind", d,
						      kind);
				continue;
			}
			rule_of(kind, &must, &never);
			never &= (uint8_t)~excused(f, kind);
			must &= (uint8_t)~excused(f, kind);
			if ((says & must) != must || says & never)
				return broken(c, "predicates of a kind", d,
					      kind);
			/* pte_leaf() and pte_bad() do not exist. */
			if (d == PT_PTE &&
			    says & (PT_SAYS_LEAF | PT_SAYS_BAD))
				return broken(c, "predicates of a pte", d,
					      kind);
		}
	return true;
}

/*
 * R52: what p?d_leaf() calls a leaf maps more than a page, so it is one here,
 * and a depth with tables only never has it.
 */
bool leaves_are_where_linux_sees_them(struct check *c)
{
	const struct pt_format *f = c->format;

	for (unsigned d = f->top; d < PT_PTE; d++) {
		const struct pt_level *l = &f->level[d];
		bool leaf = l->linux_says[PT_LEAF] & PT_SAYS_LEAF;

		if (leaf && !l->leaf.match.count)
			return broken(c, "a leaf where there is none", d, 0);
		if (l->linux_says[PT_SWAP] || l->linux_says[PT_MARKER])
			return broken(c, "swap above a page table", d, 0);
	}
	return true;
}
