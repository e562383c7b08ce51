/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The built-in page-table code behind the public interface: what looks at tables.
 */
#include "mirror_private.h"

int mirror_each_entry(struct state *s, uint64_t va, uint64_t last,
		      pt_entry_fn *fn, void *context)
{
	const struct pt_walk_ops ops = {
		.pgd_entry = fn, .p4d_entry = fn, .pud_entry = fn,
		.pmd_entry = fn, .pte_entry = fn,
	};

	return pt_walk_inclusive(&s->space, va, last, &ops, context);
}

struct looker {
	struct state *s;
	struct tablewalk_visitor *visitor;
};

static bool is_silent(const struct state *s, const struct pt_visit *visit)
{
	switch ((unsigned)s->mirror->way) {
	case MIRROR_WALKS_LEAVES:
		return visit->kind == PT_TABLE;
	case MIRROR_WALKS_NO_ALIASES:
		return visit->depth < (int)s->space.format->top;
	case MIRROR_WALKS_NO_HOLES:
		return visit->kind == PT_NONE;
	default:
		return false;
	}
}

static int on_entry(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct looker *l = walk->context;
	struct tablewalk_visitor *v = l->visitor;
	int ret;

	if (is_silent(l->s, visit))
		return 0;
	v->action = TABLEWALK_SUBTREE;
	ret = v->entry(v, visit->depth, visit->start, visit->last,
		       l->s->mirror->way == MIRROR_NO_ENTRIES ? UINT64_MAX
							      : visit->slot);
	if (v->action == TABLEWALK_CONTINUE)
		walk->action = PT_WALK_CONTINUE;
	if (v->action == TABLEWALK_AGAIN)
		walk->action = PT_WALK_AGAIN;
	return ret;
}

static int on_hole(uint64_t start, uint64_t last, int depth,
		   struct pt_walk *walk)
{
	struct looker *l = walk->context;

	return l->s->mirror->way == MIRROR_WALKS_NO_HOLES
		       ? 0 : l->visitor->hole(l->visitor, depth, start, last);
}

int mirror_walk(void *state, uint64_t va, uint64_t last,
		       struct tablewalk_visitor *v)
{
	struct state *s = state;
	struct looker looker = { s, v };
	pt_entry_fn *entry[PT_DEPTHS];

	for (unsigned d = 0; d < PT_DEPTHS; d++)
		entry[d] = v->callbacks >> d & 1 ? on_entry : NULL;

	const struct pt_walk_ops ops = {
		.pgd_entry = entry[PT_PGD], .p4d_entry = entry[PT_P4D],
		.pud_entry = entry[PT_PUD], .pmd_entry = entry[PT_PMD],
		.pte_entry = entry[PT_PTE],
		.pte_hole = v->callbacks & 0x20 ? on_hole : NULL,
	};

	if (s->mirror->way == MIRROR_CALLS_UNSET && !(v->callbacks & 0x20))
		v->hole(v, 0, va, last);
	return pt_walk_inclusive(&s->space, va, last, &ops, &looker);
}

int mirror_translate(void *state, uint64_t va,
			    struct tablewalk_translation *found)
{
	struct state *s = state;
	struct pt_lookup lookup;
	int ret = pt_translate(&s->space, va, &lookup);

	if (ret || lookup.kind != PT_LEAF)
		return mirror_result(s, ret);
	*found = (struct tablewalk_translation){
		.present = 1, .depth = lookup.depth, .pa = lookup.pa,
		.attrs = lookup.attrs, .removed = lookup.removed,
	};
	return TABLEWALK_OK;
}

static int on_dumped(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct tablewalk_dump *dump = walk->context;
	struct pt_lookup found;

	/* Aliases of the root's entries come first; the entry itself is last. */
	if (visit->kind != PT_LEAF || visit->depth != visit->real_depth ||
	    pt_translate(walk->space, visit->start, &found))
		return 0;
	return dump->run(dump, visit->depth, visit->start, visit->last,
			 found.attrs & ~found.removed & PT_RIGHTS);
}

int mirror_dump(void *state, uint64_t va, uint64_t last,
		       struct tablewalk_dump *dump)
{
	return mirror_each_entry(state, va, last, on_dumped, dump);
}
