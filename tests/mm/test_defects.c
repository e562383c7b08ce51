/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects of tests/mutants/mutants.def: each changes what the
 * subject does, and none of them stops the process.
 */
#include "mm_ops.h"

#include <stdlib.h>
#include <string.h>

#include <tablewalk/check.h>
#include <tablewalk/ptdump.h>
#include <tablewalk/vpte.h>
#include <tablewalk/walk.h>

#define OPERATIONS 400
#define SPACES_MAX 256
/* Later ones need walks that these are not: test_walk_defects.c. */
#define DEFECT_LAST MUTANT_RUNTIME_FOLD_CORRECTED

/* A digest of everything that can be seen from outside: FNV-1a. */
struct digest {
	uint64_t sum;
	unsigned calls;
	bool stop, skip;
};

static void add(struct digest *digest, uint64_t n)
{
	for (unsigned i = 0; i < 64; i += 8)
		digest->sum = (digest->sum ^ (n >> i & 0xff)) *
			      UINT64_C(0x100000001b3);
}

static int visit_entry(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct digest *digest = walk->context;

	add(digest, visit->start);
	add(digest, visit->last);
	add(digest, visit->pa);
	add(digest, visit->attrs | (uint64_t)visit->kind << 32 |
			    (uint64_t)visit->order << 40);
	if (digest->skip && visit->depth == PT_PMD)
		walk->action = PT_WALK_CONTINUE;
	return digest->stop && visit->depth == PT_PTE &&
	       visit->kind == PT_LEAF;
}

static int visit_hole(uint64_t start, uint64_t last, int depth,
		      struct pt_walk *walk)
{
	struct digest *digest = walk->context;

	add(digest, start);
	add(digest, last);
	add(digest, (uint64_t)depth);
	return 0;
}

/* Bad entries are what some defects make. */
static const struct pt_walk_ops ops = {
	.pmd_entry = visit_entry,
	.pte_entry = visit_entry,
	.pte_hole = visit_hole,
	.bad = visit_entry,
};

static void add_walk(struct mm *m, struct digest *digest, unsigned n)
{
	uint64_t last = m->base + mm_op_pages(m) * mm_page(m) - 1;

	digest->stop = n % 3 == 1;
	digest->skip = n % 3 == 2;
	add(digest, (uint64_t)pt_walk_inclusive(&m->space, m->base, last, &ops,
						digest));
	last = m->base + (m->bytes - 1);
	add(digest, (uint64_t)pt_walk_inclusive(&m->space, m->base, last, &ops,
						digest));
}

/*
 * What random operations hardly make: a path of which only the first table is
 * to be had, and a full table with and without a restriction.
 */
static void add_rarities(struct mm *m, struct digest *digest)
{
	uint64_t last = m->base + pt_span(m->f, PT_PMD) - 1;
	struct pt_space *s = &m->space;

	m->arena.fail_in = 2;
	add(digest, (uint64_t)pt_map(s, m->base, last, 0, MM_RW, PT_PTE, 0));
	m->arena.fail_in = 0;
	add(digest, m->arena.live_count);
	pt_map(s, m->base, last, 0, MM_RW, PT_PTE, 0);
	pt_restrict(s, m->base, PT_PMD, PT_W);
	add(digest, (uint64_t)pt_collapse(s, m->base, PT_PMD, 0));
	pt_restrict(s, m->base, PT_PMD, 0);
	add(digest, (uint64_t)pt_collapse(s, m->base, PT_PMD, 0));
	add(digest, m->arena.stores);
	pt_unmap(s, m->base, last);
}

static int visit_run(void *context, const struct pt_dump_run *run)
{
	struct digest *digest = context;

	add(digest, run->start);
	add(digest, run->last);
	add(digest, run->attrs | (uint64_t)run->removed << 32);
	add(digest, run->kind | (uint64_t)run->depth << 8);
	return 0;
}

/* With a marker in the middle, and all but the order of groups. */
static void add_dump(struct mm *m, struct digest *digest)
{
	uint64_t bytes = mm_op_pages(m) * mm_page(m);
	const uint64_t marker = m->base + bytes / 2;
	struct pt_dump dump = {
		.flags = PT_DUMP_HOLES, .marker = &marker, .markers = 1,
		.context = digest, .run = visit_run,
	};

	add(digest, (uint64_t)pt_dump_range(&m->space, m->base,
					    m->base + bytes - 1, &dump));
	add(digest, dump.wx_pages);
}

/* Every item; of leaves ACCESSED is cleared, which a second round sees. */
static void add_items(struct mm *m, struct digest *digest)
{
	uint64_t last = m->base + mm_op_pages(m) * mm_page(m) - 1;
	struct pt_iterator it;

	for (unsigned turn = 0; turn < 2; turn++) {
		pt_iterate(&it, &m->space, m->base, last);
		while (pt_iterate_next(&it)) {
			add(digest, it.item.start);
			add(digest, it.item.pa);
			add(digest, it.item.attrs);
			add(digest, it.item.kind |
					    (uint64_t)it.item.order << 8);
			pt_item_change(&it, PT_ACCESSED, 0);
		}
	}
	add_walk(m, digest, 0);
}

/* A copy that is refused memory, and one that is not, looked at as a space. */
static void add_copy(struct mm *m, struct digest *digest)
{
	uint64_t page = mm_page(m), bytes = mm_op_pages(m) * page;
	struct pt_space from = m->space, to;

	if (pt_space_init(&to, m->f, &m->env, from.number, m->f->pa_bits))
		return;
	m->arena.fail_in = 2;
	add(digest, (uint64_t)pt_copy(&m->space, &to, m->base + page,
				      m->base + bytes - page - 1,
				      m->base + page, true));
	m->arena.fail_in = 0;
	add(digest, m->arena.live_count);
	add(digest, (uint64_t)pt_copy(&m->space, &to, m->base,
				      m->base + bytes - 1, m->base, true));
	add(digest, m->arena.event_count);
	add_walk(m, digest, 0);
	m->space = to;
	add_walk(m, digest, 0);
	m->space = from;
	/* A table may be lost to a defect; the others go. */
	pt_unmap(&to, m->base, m->base + bytes - 1);
	pt_space_destroy(&to);
}

/* What random operations come to on the space number i; 0 if there is none. */
static uint64_t digest_of_space(void **state, unsigned i)
{
	struct digest digest = { .sum = UINT64_C(0xcbf29ce484222325) };
	struct mm *m = mm_open(state, i);
	uint64_t seed = 77 + i;

	if (!m)
		return 0;
	/* Half of them folded at run time: each way hides a defect. */
	if (i % 2)
		m->space.runtime_folded = (uint8_t)(1u << m->f->top);
	add_rarities(m, &digest);
	for (unsigned n = 0; n < OPERATIONS; n++) {
		struct mm_op op = mm_op_draw(m, &seed);
		struct pt_lookup found = { 0 };

		mm_forget(m);
		add(&digest, (uint64_t)mm_op_apply(m, &op));
		add(&digest, m->arena.event_count);
		/* What only an observer of stores can see. */
		add(&digest, m->arena.stores);
		pt_translate(&m->space, op.va, &found);
		add(&digest, found.pa);
		add(&digest, found.attrs | (uint64_t)found.kind << 32 |
				     (uint64_t)found.order << 40);
		if (n % 8 == 0)
			add_walk(m, &digest, n / 8);
		if (n % 32 == 0) {
			add_dump(m, &digest);
			add_items(m, &digest);
			add_copy(m, &digest);
		}
	}
	add(&digest, m->arena.live_count);
	mm_assert_observed(m);
	/* Closing would complain of what a defect has leaked. */
	mm_discard(state);
	return digest.sum;
}

/* Every defect is noticed on some format, and is harmless to the process. */
static void every_defect_shows_and_none_crashes(void **state)
{
	uint64_t good[SPACES_MAX];
	unsigned spaces = 0;

	mutant_selected = MUTANT_OFF;
	while ((good[spaces] = digest_of_space(state, spaces)))
		assert_true(++spaces < SPACES_MAX);
	for (unsigned id = MUTANT_OFF + 1; id <= DEFECT_LAST; id++) {
		unsigned differ = 0;

		mutant_selected = (enum mutant_id)id;
		for (unsigned i = 0; i < spaces; i++)
			differ += digest_of_space(state, i) != good[i];
		mutant_selected = MUTANT_OFF;
		if (!differ)
			fail_msg("defect number %u changes nothing", id);
	}
	/* With all of them off, it is the subject it was. */
	for (unsigned i = 0; i < spaces; i++)
		assert_true(digest_of_space(state, i) == good[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_defect_shows_and_none_crashes,
					  mm_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
