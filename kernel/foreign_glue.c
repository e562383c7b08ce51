/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Linux's walker of kernel tables (mm/pagewalk.c, mm/pgtable-generic.c) as a reader,
 * on other architectures than x86-64: FOREIGN_ARCH names the header of one.  Compiled
 * with the tree's own headers, with one processor and no lock debugging, so that
 * locks are plain memory.  There are no VMAs here; walk_glue.c has them.
 *
 * The one thing that is replaced is where physical memory is.  Linux has all of it
 * behind one offset, which for the windows of the harness would need more addresses
 * than a process has: foreign_<arch>.h, included before all else, makes __va() a
 * call of foreign_va().
 */
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>

#include <tablewalk/subject.h>

#include "foreign_glue.h"

struct mm_struct init_mm;

/* What is canonical, and what the tree has to be told of a format. */
struct format {
	const char *name;
	int bits;			/* of an address that one root has */
	enum { SIGNED, TWO_ROOTS, ZERO } rule;
	int levels;
};

struct space {
	struct tablewalk_memory memory;
	const struct format *format;
	bool upper;			/* TWO_ROOTS: the half with ones above */
	u64 root;
	/* Of the walk that runs: the last address, and what Linux is told. */
	u64 last, end;
};

static struct space *at_work;
static void *escape[5];			/* of __builtin_setjmp() */

/* The entry that was last evaluated again: PT_WALK_AGAIN_LIMIT of walk.h. */
#define AGAIN_LIMIT 8
static struct {
	int depth;
	unsigned long start;
	unsigned count;
} again;

#include FOREIGN_ARCH

void *foreign_va(unsigned long pa)
{
	void *at = at_work->memory.pointer(at_work->memory.context, pa);

	if (!at)
		foreign_fail("the walker looks for a table where no memory is");
	return at;
}

static u64 foreign_pa(const void *at)
{
	u64 pa;

	if (at_work->memory.address(at_work->memory.context, at, &pa))
		foreign_fail("the walker has an entry where no memory is");
	return pa;
}

/*
 *			What the walker calls
 */

/*
 * All that is printed here is that an entry is bad, just before it is cleared.  What
 * WALK_NO_UPPER_LEAF is about ends the walk instead.
 */
int _printk(const char *format, ...)
{
	__builtin_va_list list;
	unsigned long word;

	__builtin_va_start(list, format);
	__builtin_va_arg(list, const char *);
	__builtin_va_arg(list, int);
	word = __builtin_va_arg(list, unsigned long);
	__builtin_va_end(list);
	if (is_upper_leaf(word))
		__builtin_longjmp(escape, 1);
	return 0;
}

/* Of walks with VMAs, which nothing here starts. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	return NULL;
}
unsigned long zero_pfn = ~0UL, huge_zero_pfn = ~0UL;
/* Wanted by address only, of struct pages that nobody looks at. */
struct pglist_data contig_page_data;
atomic_long_t vm_node_stat[NR_VM_NODE_STAT_ITEMS];

/*
 *			Callbacks
 */

/* The reverse of what walk() does to the end of a range. */
static u64 last_before(u64 end)
{
	return end == at_work->end ? at_work->last : end - 1;
}

/*
 * Linux evaluates an entry again without bound, and also the pmd entry whose page
 * table's last callback asked for that.  The contract has a limit, and at the page
 * table AGAIN is nothing.
 */
static int ask_again(int depth, unsigned long start, struct mm_walk *walk)
{
	if (depth != TABLEWALK_PUD && depth != TABLEWALK_PMD)
		return 0;
	if (again.depth != depth || again.start != start)
		again.count = 0;
	again.depth = depth;
	again.start = start;
	if (again.count++ == AGAIN_LIMIT)
		return -EAGAIN;
	walk->action = ACTION_AGAIN;
	return 0;
}

static int on_entry(int depth, const void *slot, unsigned long word,
		    unsigned long start, unsigned long end, struct mm_walk *walk)
{
	struct tablewalk_visitor *v = walk->private;
	int ret;

	/* Above the root's own depth it is an alias. */
	if (depth < TABLEWALK_PUD && is_upper_leaf(word) &&
	    depth >= TABLEWALK_DEPTHS - at_work->format->levels)
		return TABLEWALK_UNSUPPORTED;
	if (!(v->callbacks >> depth & 1))
		return 0;
	v->action = TABLEWALK_SUBTREE;
	ret = v->entry(v, depth, start, last_before(end), foreign_pa(slot));
	if (v->action == TABLEWALK_CONTINUE)
		walk->action = ACTION_CONTINUE;
	return ret || v->action != TABLEWALK_AGAIN
		       ? ret : ask_again(depth, start, walk);
}

#define ENTRY_CALLBACK(level, depth)					\
static int on_##level(level##_t *slot, unsigned long start,		\
		      unsigned long end, struct mm_walk *walk)		\
{									\
	return on_entry(depth, slot, level##_val(*slot), start, end,	\
			walk);						\
}
ENTRY_CALLBACK(pgd, TABLEWALK_PGD)
ENTRY_CALLBACK(p4d, TABLEWALK_P4D)
ENTRY_CALLBACK(pud, TABLEWALK_PUD)
ENTRY_CALLBACK(pmd, TABLEWALK_PMD)
ENTRY_CALLBACK(pte, TABLEWALK_PTE)

static int on_hole(unsigned long start, unsigned long end, int depth,
		   struct mm_walk *walk)
{
	struct tablewalk_visitor *v = walk->private;

	return v->hole(v, depth, start, last_before(end));
}

/*
 *			The subject
 */

static bool same_text(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static int reader_open(const struct tablewalk_subject *subject,
		       struct tablewalk_setup *setup, void **state)
{
	struct space *s = foreign_alloc(sizeof(*s));

	if (!s)
		return TABLEWALK_MEMORY;
	s->memory = *setup->memory;
	s->root = setup->root;
	for (unsigned i = 0; i < ARRAY_SIZE(formats); i++)
		if (same_text(formats[i].name, setup->format))
			s->format = &formats[i];
	if (!s->format) {
		foreign_free(s);
		return TABLEWALK_UNSUPPORTED;
	}
	s->upper = s->format->rule == TWO_ROOTS && setup->space;
	*state = s;
	return TABLEWALK_OK;
}

static void reader_close(void *state)
{
	foreign_free(state);
}

static bool has_address(const struct space *s, u64 va)
{
	const int bits = s->format->bits;
	const u64 above = bits < 64 ? va >> bits : 0;
	const u64 ones = bits < 64 ? ~0ULL >> bits : 0;

	switch (s->format->rule) {
	case SIGNED:
		return above == (va >> (bits - 1) & 1 ? ones : 0);
	case TWO_ROOTS:
		return above == (s->upper ? ones : 0);
	default:
		return !above;
	}
}

/*
 * Ends are exclusive in Linux, so that 2^64 is none: the last address instead comes
 * to the same.
 *
 * The callbacks of p4d and pgd are set too where that makes no difference to what
 * the walker reads, for on_entry() to see leaves there.
 */
static int walk(struct space *s, u64 va, u64 last, struct tablewalk_visitor *v)
{
	const u32 set = v->callbacks;
	const struct mm_walk_ops ops = {
		.pgd_entry = on_pgd,
		.p4d_entry = set & 0x1e ? on_p4d : NULL,
		.pud_entry = set & 4 ? on_pud : NULL,
		.pmd_entry = set & 8 ? on_pmd : NULL,
		.pte_entry = set & 16 ? on_pte : NULL,
		.pte_hole = set & 32 ? on_hole : NULL,
#if KERNEL_HAS_WALK_LOCK
		.walk_lock = PGWALK_RDLOCK,
#endif
	};

	again.count = 0;
	again.depth = -1;
	s->last = last;
	s->end = last + 1 ? last + 1 : last;
	arch_begin(s->format);
	/* The walker wants the mmap lock to be held: written by somebody. */
	atomic_long_set(&init_mm.mmap_lock.count, 1);
	init_mm.pgd = foreign_va(s->root);
	if (__builtin_setjmp(escape))
		return TABLEWALK_UNSUPPORTED;
#if KERNEL_HAS_WALK_DEBUG
	return walk_page_range_debug(&init_mm, va, s->end, &ops, NULL, v);
#else
	return walk_page_range_novma(&init_mm, va, s->end, &ops, NULL, v);
#endif
}

static int reader_walk(void *state, u64 va, u64 last,
		       struct tablewalk_visitor *visitor)
{
	struct space *s = at_work = state;

	/* Linux does not end where the end is below one page. */
	if (last < va || last < PAGE_SIZE - 1)
		return TABLEWALK_INVALID;
	if (!has_address(s, va) || !has_address(s, last) ||
	    (s->format->rule == SIGNED && (va ^ last) >> 63))
		return TABLEWALK_RANGE;
	return walk(s, va, last, visitor);
}

const struct tablewalk_subject foreign_reader = {
	.version = TABLEWALK_SUBJECT_VERSION,
	.bytes = sizeof(struct tablewalk_subject),
	.open = reader_open,
	.close = reader_close,
	.walk = reader_walk,
};
