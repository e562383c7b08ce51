/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Random tables, VMAs and walks.  Tables come from the harness's generator of
 * cases; walks start and end around the addresses that it used.
 */
#include "match.h"

static bool one_in(struct rng *rng, uint32_t n)
{
	return rng_below(rng, n) == 0;
}

/* Kinds of operation that build tables; nothing here looks at the second space. */
#define TABLE_KINDS                                                            \
	(1u << OP_MAP | 1u << OP_UNMAP | 1u << OP_PROTECT | 1u << OP_SPLIT |   \
	 1u << OP_COLLAPSE | 1u << OP_RESTRICT | 1u << OP_SETKIND |            \
	 1u << OP_TOUCH | 1u << OP_FREE)

void random_tables(struct match *m, struct tw_case *c)
{
	struct generate_options options = {
		.mask = TABLE_KINDS, .format = m->format,
	};

	options.records = 1 + rng_below(&m->rng, 28);
	generate_case(&m->rng, &options, c);
}

/* What one case may map with large leaves, in pmd entries, if it may be split. */
#define SPLIT_BUDGET 1100

/*
 * Whether splitting all that it maps stays affordable: a split pud is 513
 * tables and a quarter of a million pages to visit, in each walk from then on.
 */
static bool affordable(struct match *m, const struct op *op)
{
	uint64_t units = 1;

	if (op->depth > PT_PMD)
		return true;
	if (op->kind == OP_MAP)
		units = (op->last - op->va + 1) >> 21;
	else if (op->depth != PT_PMD)
		units = 512;
	if (m->kernel_only)
		return true;
	if (units + m->huge > SPLIT_BUDGET)
		return false;
	m->huge += units;
	return true;
}

/*
 * Linux calls table entries bad that take away what its own never do: pgd_bad()
 * and pmd_bad() all but USER, p4d_bad() execution.  pmd_bad() is not asked for
 * the kernel's own tables.
 */
bool random_keeps(struct match *m, const struct op *op)
{
	if ((op->kind == OP_MAP || op->kind == OP_SETKIND) && !affordable(m, op))
		return false;
	if (op->kind == OP_SETKIND) {
		/* The dumper says nothing of migration entries that are large. */
		if (op->target == PT_MIGRATION && op->depth <= PT_PMD)
			m->unnoted = true;
		return true;
	}
	if (op->kind != OP_RESTRICT)
		return true;
	switch (op->depth) {
	case PT_PGD:
		return !(op->attrs & ~PT_USER);
	case PT_P4D:
		return !(op->attrs & PT_X);
	case PT_PMD:
		return m->kernel_only || !(op->attrs & ~PT_USER);
	}
	return true;
}

void random_anchor(struct match *m, const struct op *op)
{
	if (op->last < op->va || m->anchors + 2 > MATCH_ANCHORS)
		return;
	m->anchor[m->anchors++] = op->va;
	m->anchor[m->anchors++] = op->last + 1;
}

/*
 * Offsets are within one half; the top of the upper half is the last address
 * that a kernel can write as an exclusive end.
 */
struct half {
	uint64_t base, last;
};

static struct half half_of(const struct match *m, uint64_t va)
{
	const uint64_t size = UINT64_C(1) << (m->format->va_bits - 1);

	if (va >> 63)
		return (struct half){ -size, UINT64_MAX - 1 };
	return (struct half){ 0, size - 1 };
}

static uint64_t into(struct half half, uint64_t va)
{
	return va < half.base ? half.base : va > half.last ? half.last : va;
}

/* Some whole number of entries of some depth, in bytes. */
static uint64_t random_length(struct match *m)
{
	unsigned depth = m->format->top +
			 rng_below(&m->rng, PT_DEPTHS - m->format->top);
	uint64_t count = one_in(&m->rng, 4) ? 1 + rng_below(&m->rng, 600)
					    : 1 + rng_below(&m->rng, 4);

	return count << m->format->level[depth].va_shift;
}

/* A page of some half, near something. */
static uint64_t random_page(struct match *m)
{
	const uint64_t size = UINT64_C(1) << (m->format->va_bits - 1);
	const uint64_t edge[] = { 0, size - 4096, -size, -(uint64_t)4096 };
	uint32_t what = rng_below(&m->rng, 16);
	uint64_t va = edge[what & 3], delta;
	struct half half;

	if (what && m->anchors)
		va = m->anchor[rng_below(&m->rng, m->anchors)];
	half = half_of(m, va);
	va = into(half, va);
	if (one_in(&m->rng, 2)) {
		delta = random_length(m);
		if (one_in(&m->rng, 2))
			va = va - half.base < delta ? half.base : va - delta;
		else
			va = half.last - va < delta ? half.last : va + delta;
	}
	return va & ~UINT64_C(4095);
}

/* Moves both ends off the page borders, sometimes one only. */
static void unalign(struct match *m, struct half half, struct op *op)
{
	uint32_t which = 1 + rng_below(&m->rng, 3);

	if (which & 1)
		op->va = into(half, op->va + 1 + rng_below(&m->rng, 4095));
	if (which & 2)
		op->last = into(half, op->last - rng_below(&m->rng, 4096));
	if (op->last < op->va)
		op->last = op->va;
	/* Linux would not end. */
	if (op->last < 4095)
		op->last = 4095;
}

static void random_range(struct match *m, struct op *op)
{
	uint64_t va = random_page(m), other = random_page(m);
	struct half half = half_of(m, va);
	uint64_t last = half.last;

	if (half_of(m, other).base != half.base || one_in(&m->rng, 3)) {
		uint64_t length = random_length(m);

		if (length - 1 < half.last - va)
			last = va + length - 1;
	} else if (other < va) {
		last = va - 1;
		va = other;
	} else if (other > va) {
		last = other - 1;
	}
	op->va = va;
	/* Where an aligned end cannot be said the last page is left out, or not. */
	op->last = last == UINT64_MAX - 1 && !one_in(&m->rng, 4) &&
				   va < UINT64_MAX - 4095
			   ? UINT64_MAX - 4096 : last;
	if (one_in(&m->rng, 8))
		unalign(m, half, op);
	if (one_in(&m->rng, 64) && op->va)
		op->last = op->va - 1 - (one_in(&m->rng, 2) ? 0 : op->va / 2);
}

static void random_script(struct match *m, struct op_walk *walk)
{
	walk->callbacks = (uint8_t)rng_below(&m->rng, 64);
	if (one_in(&m->rng, 3))
		walk->callbacks |= OP_CB_ENTRY(PT_PTE) | OP_CB_HOLE;
	if (one_in(&m->rng, 6))
		walk->callbacks = 0x3f;
	if (one_in(&m->rng, 2)) {
		uint32_t from = rng_below(&m->rng, 16);

		walk->action = one_in(&m->rng, 2) ? OP_CONTINUE : OP_AGAIN;
		walk->action_depth = (uint8_t)rng_below(&m->rng, PT_DEPTHS);
		walk->action_from = (uint8_t)(from < 8 ? 0 : from - 8);
		walk->action_always = one_in(&m->rng, 3);
	}
	if (one_in(&m->rng, 3)) {
		uint32_t most = one_in(&m->rng, 2) ? 4 : 250;
		int value = (int)rng_below(&m->rng, 255) - 127;

		walk->stop_at = (uint8_t)(1 + rng_below(&m->rng, most));
		walk->stop_value = (int8_t)(value ? value : 1);
	}
	if (walk->action != OP_AGAIN)
		return;
	/* What pte_entry asks for is heard too late: match_known.c. */
	if (walk->action_depth == PT_PTE)
		walk->action_depth = PT_PMD;
	/*
	 * Linux has no limit: eight callbacks cannot be more than the oracle's.
	 * A value above 0 that a PFNMAP VMA's hole returned would end nothing.
	 */
	if (walk->action_always) {
		walk->stop_at = (uint8_t)(1 + rng_below(&m->rng, 8));
		walk->stop_value = (int8_t)(-1 - (int)rng_below(&m->rng, 100));
	}
}

/* Around the page offsets that VMAs have. */
static uint64_t random_offset(struct match *m)
{
	uint64_t offset = rng_below(&m->rng, 4);

	if (m->vmas) {
		const struct pt_vma *v =
			&m->vma[rng_below(&m->rng, m->vmas)];

		offset += v->page_offset;
		if (one_in(&m->rng, 2))
			offset += (v->last - v->start) >> 12;
		if (one_in(&m->rng, 2))
			offset += random_length(m) >> 12;
	}
	return offset;
}

void random_walk(struct match *m, struct match_op *op)
{
	struct op *o = &op->op;

	*op = (struct match_op){ .op.kind = OP_WALK };
	random_range(m, o);
	random_script(m, &o->walk);
	op->entry = (uint8_t)rng_below(&m->rng, m->kernel_only
				? GLUE_DEBUG_USER : GLUE_NO_VMA_ENTRIES);
	if (m->kernel_only || one_in(&m->rng, 2))
		return;
	o->kind = OP_WALK_VMA;
	o->walk.vma_callbacks = (uint8_t)rng_below(&m->rng, 16);
	/* A test_walk that is set hides what a PFNMAP VMA does. */
	if (one_in(&m->rng, 2))
		o->walk.vma_callbacks &= (uint8_t)~OP_CB_TEST_WALK;
	o->walk.entry = one_in(&m->rng, 2)
				? (uint8_t)OP_ENTRY_RANGE
				: (uint8_t)rng_below(&m->rng, OP_ENTRY_REFUSED);
	if (m->vmas && o->walk.entry != OP_ENTRY_RANGE && !one_in(&m->rng, 4)) {
		const struct pt_vma *v =
			&m->vma[rng_below(&m->rng, m->vmas)];

		o->va = v->start;
		if (o->last > v->last || o->last < o->va)
			o->last = v->last;
		if (o->last >= o->va && o->last < 4095)
			o->last = 4095;
	}
	/* A walk of no VMA is nothing that Linux could be asked for. */
	if (match_vma_at(m, o->va) < 0 && o->walk.entry != OP_ENTRY_MAPPING)
		o->walk.entry = OP_ENTRY_RANGE;
	op->entry = (uint8_t)(GLUE_NO_VMA_ENTRIES + o->walk.entry);
	if (o->walk.entry == OP_ENTRY_MAPPING) {
		uint64_t a = random_offset(m), b = random_offset(m);

		o->va = 0;
		o->last = 4095;
		o->floor = a < b ? a : b;
		o->ceiling = a < b ? b : a;
	}
}

void random_vma(struct match *m, struct op *op)
{
	static const uint8_t type[16] = {
		OP_VMA_NONE, OP_VMA_PFNMAP, OP_VMA_PFNMAP,
		OP_VMA_HUGETLB, OP_VMA_HUGETLB, OP_VMA_HUGETLB,
		OP_VMA_PLAIN, OP_VMA_PLAIN, OP_VMA_PLAIN, OP_VMA_PLAIN,
		OP_VMA_PLAIN, OP_VMA_PLAIN, OP_VMA_PLAIN, OP_VMA_PLAIN,
		OP_VMA_PLAIN, OP_VMA_PLAIN,
	};
	uint64_t va = random_page(m), length = random_length(m), unit = 4096;
	struct half half = half_of(m, va);

	*op = (struct op){ .kind = OP_VMA };
	op->vma.type = type[rng_below(&m->rng, 16)];
	if (op->vma.type == OP_VMA_HUGETLB) {
		op->depth = one_in(&m->rng, 2) ? PT_PUD : PT_PMD;
		unit = pt_span(m->format, op->depth);
		length = unit << rng_below(&m->rng, 5);
		va &= ~(unit - 1);
	}
	op->va = va;
	/* No end of a VMA can be 2^64. */
	if (length > half.last - va)
		length = (half.last - va + 1) & ~(unit - 1);
	if (!length) {
		op->va -= unit;
		length = unit;
	}
	op->last = op->va + length - 1;
	if (op->vma.type == OP_VMA_NONE)
		return;
	op->vma.file = one_in(&m->rng, 2);
	if (one_in(&m->rng, 4))
		op->vma.test = (int8_t)((int)rng_below(&m->rng, 7) - 3);
	if (one_in(&m->rng, 6))
		op->vma.pre = (int8_t)((int)rng_below(&m->rng, 7) - 3);
}

/* Dumps are of whole pages. */
void random_dump(struct match *m, struct op *op)
{
	*op = (struct op){ .kind = OP_DUMP };
	random_range(m, op);
	op->va &= ~UINT64_C(4095);
	op->last |= 4095;
	if (op->last < op->va)
		op->last = op->va | 4095;
	if (op->last == UINT64_MAX)
		op->last -= 4096;
	if (op->va > op->last)
		op->va -= 4096;
	op->nth = (uint8_t)rng_below(&m->rng, 2);
	if (one_in(&m->rng, 2))
		op->floor = random_page(m);
}
