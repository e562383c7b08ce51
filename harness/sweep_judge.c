/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a sweep may ask, and whether the answer is right: see sweep_private.h.
 */
#include "sweep_private.h"

#define PAGE_MASK UINT64_C(0xfff)

/* Safety */

static bool in_range(const struct guest_range *range, uint64_t pa)
{
	return pa - range->pa < range->bytes;
}

static bool leads_to_table(const struct sweep *s, uint64_t pa)
{
	const struct guest_ram *ram = guest_ram(s->guest);

	return in_range(&ram->ram, pa) ? in_range(&ram->tables, pa) :
					 guest_plain(s->guest, pa);
}

static bool leads_to_data(const struct sweep *s, unsigned depth, uint64_t pa)
{
	const struct guest_ram *ram = guest_ram(s->guest);
	const uint64_t bytes = pt_span(s->format, depth);

	/* A leaf as large as all RAM has data somewhere; which page decides. */
	if (!in_range(&ram->ram, pa))
		return guest_plain(s->guest, pa) || bytes > ram->data.bytes;
	return in_range(&ram->data, pa) || bytes > ram->data.bytes;
}

bool sweep_word_safe(const struct sweep *s, unsigned depth, uint64_t raw,
		     bool as_leaf, bool pages)
{
	const struct pt_level *l = &s->format->level[depth];
	struct mmu_entry e;

	s->model->entry(&s->regime, depth, raw, &e);
	if (e.class == MMU_TABLE)
		return leads_to_table(s, e.pa);
	/* A leaf to the manual, a table to a machine that lacks it. */
	if (e.class == MMU_LEAF && guest_lacks(s->guest).leaves >> depth & 1)
		return false;
	if (e.class == MMU_LEAF)
		return !pages || leads_to_data(s, depth, e.pa);
	/* An emulator may think otherwise of an entry that is none. */
	if (as_leaf)
		return !pages ||
		       leads_to_data(s, depth,
				     pt_address_decode(&l->leaf.pa, raw));
	return depth == PT_PTE ||
	       leads_to_table(s, pt_address_decode(&l->table.pa, raw));
}

bool sweep_model(struct sweep *s, unsigned space, uint64_t va,
		 struct mmu_outcome *out)
{
	const struct guest_ram *ram = guest_ram(s->guest);

	s->loads.count = 0;
	s->model->translate(s->model, &s->memory, &s->regime, space, va, out);
	for (unsigned i = 0; i < s->loads.count && i < PT_LOADS; i++)
		if (in_range(&ram->ram, s->loads.pa[i]) ?
			    !in_range(&ram->tables, s->loads.pa[i]) :
			    !guest_plain(s->guest, s->loads.pa[i]))
			return false;
	return s->loads.count <= PT_LOADS;
}

/* The entries above that depth, or-ed. */
static uint64_t above(const uint64_t word[PT_DEPTHS], int depth)
{
	uint64_t all = 0;

	for (int d = 0; d < depth; d++)
		all |= word[d];
	return all;
}

/*
 * Whether the list warns of that access: it is not safe but for reads, or it kills
 * and that has been seen.  *alone is set where it may kill.
 */
static bool warned(struct sweep *s, const struct pt_verdict *v,
		   const uint64_t word[PT_DEPTHS],
		   const struct guest_probe *probe, bool *alone)
{
	const struct deviation_query query = {
		.format = s->format->name, .verdict = *v,
		.word = v->depth >= 0 ? word[v->depth] : 0,
		.above = above(word, v->depth), .translate = probe->translate,
		.control = s->regime.control, .access = probe->access,
		.privilege = probe->privilege,
	};
	const struct deviation *d = NULL;

	while ((d = deviation_ahead(&s->deviations, &query, d))) {
		if (d->reads && probe->access != PT_READ)
			return true;
		/* Once it is asked: a list out of date shall be noticed. */
		if (!(d->got >> GUEST_DIED & 1))
			continue;
		*alone = true;
		if (s->met[d - s->deviations.deviation])
			return true;
	}
	return false;
}

/* The verdict on that probe, as far as the machine sees the leaf. */
static struct pt_verdict verdict_of(const struct sweep *s,
				    const struct mmu_outcome *out,
				    const struct guest_probe *probe)
{
	const struct pt_verdict v =
		out->verdict[probe->privilege][probe->access];

	return out->leaf ? guest_sees(s->guest, v, out->attrs) : v;
}

bool sweep_can_ask(struct sweep *s, const struct mmu_outcome *out,
		   const uint64_t word[PT_DEPTHS],
		   const struct guest_probe *probe, bool *alone)
{
	const struct pt_verdict *v = out->verdict[probe->privilege];
	const struct pt_verdict seen = verdict_of(s, out, probe);
	const struct guest_answer answer = guest_project(s->guest, probe, &seen);

	*alone = false;
	if (!guest_makes(s->guest, probe) || answer.class == GUEST_NOT_RUN)
		return false;
	/* A write also reads: of a page that only takes stores it says nothing. */
	if (!probe->translate && probe->access == PT_WRITE && v[PT_WRITE].word == PT_V_OK &&
	    v[PT_READ].word != PT_V_OK)
		return false;
	/* Whatever denies it, what is behind a leaf is known, and shall be data. */
	if (out->leaf && !probe->translate &&
	    !in_range(&guest_ram(s->guest)->data, out->pa))
		return false;
	return answer.class == GUEST_OK ||
	       !warned(s, &v[probe->access], word, probe, alone);
}

/* Comparing */

static bool same_answer(struct guest_answer a, struct guest_answer b)
{
	return a.class == b.class && a.depth == b.depth;
}

bool sweep_differs(struct sweep *s, const struct mmu_outcome *out,
		   const uint64_t word[PT_DEPTHS],
		   const struct guest_probe *probe,
		   const struct guest_result *result,
		   struct sweep_bucket *bucket)
{
	const struct pt_verdict v = verdict_of(s, out, probe);
	const struct guest_answer expected = guest_project(s->guest, probe, &v);
	const struct guest_answer got = { result->class, result->depth };
	const uint64_t mask = guest_pa_mask(s->guest, probe);
	const bool agree = guest_agrees(s->guest, probe, &v, result);
	const bool ok = result->class == GUEST_OK;
	const uint64_t page = out->pa & ~PAGE_MASK;
	struct deviation_query query = {
		.format = s->format->name, .verdict = v, .got = got,
		.control = s->regime.control, .access = probe->access,
		.privilege = probe->privilege,
	};

	query.other_page = ok && agree &&
			   ((page ^ result->pa) & mask & ~PAGE_MASK);
	if (agree && guest_tells_below(probe, result))
		query.other_page = (out->below ^ result->pa) & ~PAGE_MASK;
	if (agree && !query.other_page)
		return false;
	query.word = v.depth >= 0 ? word[v.depth] : 0;
	query.above = above(word, v.depth);
	query.translate = probe->translate;
	*bucket = (struct sweep_bucket){
		.architecture = s->format->architecture, .verdict = v,
		.expected = expected, .got = got,
		.other_page = query.other_page,
		.cause = deviation_find(&s->deviations, &query),
		.expected_pa = page, .got_pa = ok ? result->pa : 0,
	};
	return true;
}

bool sweep_same_bucket(const struct sweep_bucket *a,
		       const struct sweep_bucket *b)
{
	return a->architecture == b->architecture &&
	       same_answer(a->expected, b->expected) &&
	       same_answer(a->got, b->got) && a->other_page == b->other_page &&
	       a->cause == b->cause;
}

bool sweep_add_bucket(struct sweep *sweep, const struct sweep_bucket *bucket)
{
	struct sweep_bucket *b = sweep->bucket;

	while (b < sweep->bucket + sweep->buckets && !sweep_same_bucket(b, bucket))
		b++;
	if (b == sweep->bucket + SWEEP_BUCKETS)
		return false;
	if (b == sweep->bucket + sweep->buckets) {
		*b = *bucket;
		sweep->buckets++;
	} else {
		b->count += bucket->count;
		for (unsigned i = 0; i < PT_DEPTHS; i++)
			b->by_depth[i] += bucket->by_depth[i];
		for (unsigned i = 0; i < 65; i++)
			b->by_bit[i] += bucket->by_bit[i];
	}
	if (bucket->cause)
		sweep->met[bucket->cause - sweep->deviations.deviation] = true;
	return true;
}
