/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The expected trace of an identity map.
 *
 * Source: include/tablewalk/identity.h, the text; it reads: errors in their
 * order, then allocations, then the change of the model.
 */
#include "expect.h"

#include <errno.h>

#include "cover.h"

static int check(struct step *s)
{
	const struct oracle *o = s->oracle;
	int ret = model_check_range(o, s->op->va, s->op->last, &s->first,
				    &s->last);

	if (ret)
		return ret;
	if (s->op->last > pt_ones(o->regime.pa_bits))
		return -ERANGE;
	if (!o->arch->representable(PT_PTE, s->op->attrs))
		return -EOPNOTSUPP;
	/* Either side: whoever shares changes it as one space. */
	if (o->share.active)
		return -EBUSY;
	return flat_occupied(s->space, s->first, s->last) ? -EEXIST : 0;
}

/* The largest order of a whole unit from offset on; *next: of a larger one. */
static unsigned order_at(const struct mmu_level *level, uint64_t offset,
			 uint64_t last, uint64_t *next)
{
	unsigned best = 0;

	*next = last;
	for (unsigned i = 0; i < MMU_GROUPS; i++) {
		unsigned order = level->group_order[i];
		uint64_t unit = pt_ones(level->va_shift + order);

		if (order > best && !(offset & unit) && last - offset >= unit)
			best = order;
	}
	for (unsigned i = 0; i < MMU_GROUPS; i++) {
		unsigned order = level->group_order[i];
		uint64_t unit = pt_ones(level->va_shift + order);
		uint64_t end = offset | unit;

		if (order > best && end < *next && last - end > unit)
			*next = end;
	}
	return best;
}

/* None entries of one table become leaves, in the largest groups there are. */
static void map(struct cover *cover, unsigned depth, uint64_t first,
		uint64_t last)
{
	const struct step *s = cover->step;
	const struct mmu_level *level = &s->oracle->arch->level[depth];
	const uint64_t base = s->op->va - s->first;

	for (struct flat_extent e;; first = e.last + 1) {
		uint64_t next;

		if (!flat_reserve(s->space, 0)) {
			s->trace->overflow = true;
			return;
		}
		e = (struct flat_extent){
			.first = first, .pa = base + first,
			.attrs = s->op->attrs, .kind = PT_LEAF,
			.depth = (uint8_t)depth,
		};
		e.order = (uint8_t)order_at(level, first, last, &next);
		/* As many units as there are before a larger one fits. */
		e.last = next - ((next - first + 1) &
				 pt_ones(level->va_shift + e.order));
		flat_add(s->space, &e);
		if (e.last == last)
			return;
	}
}

int expect_identity(struct oracle *oracle, const struct op *op,
		    struct trace *trace)
{
	struct step s = {
		.oracle = oracle,
		.op = op,
		.space = &oracle->space[oracle->current],
		.trace = trace,
	};
	struct cover cover = { .step = &s, .end = map };
	int ret = check(&s);

	if (ret)
		return ret;
	for (unsigned d = oracle->geometry.top; d < PT_DEPTHS; d++)
		if (oracle->arch->level[d].leaf)
			cover.ends |= (uint8_t)(1u << d);
	ret = cover_make_tables(&cover);
	if (!ret)
		cover_fill(&cover);
	return ret;
}
