/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The deliberate defects of invalidation: each is noticed by what looks at
 * memory and invalidations only.
 */
#include "mm_flush.h"
#include "mm_ops.h"

#include <tablewalk/check.h>

#define OPERATIONS 200
#define DEFECT_FIRST MUTANT_FLUSH_FORGOTTEN_PROTECT
#define DEFECT_LAST MUTANT_FLUSH_WRONG_SPACE

static unsigned ended(struct mm_flush *w)
{
	return mm_flush_end(w) != NULL;
}

/* A fork of all that there is; returns how many mistakes it made. */
static unsigned fork_all(struct mm *m, struct mm_flush *w)
{
	uint64_t bytes = mm_op_pages(m) * mm_page(m), to_va = m->base;
	struct pt_space to;
	unsigned found;

	assert_int_equal(pt_space_init(&to, m->f, &m->env, !m->space.number,
				       m->f->pa_bits), 0);
	if (m->f->va_rule == PT_VA_ROOTS)
		to_va ^= pt_ones(m->f->va_word_bits) & ~pt_ones(m->f->va_bits);
	mm_flush_add(w, &to);
	mm_flush_begin(w);
	pt_copy(&m->space, &to, m->base, m->base + bytes - 1, to_va, true);
	found = ended(w);
	w->space[to.number] = NULL;
	pt_space_destroy(&to);
	return found;
}

/* Joins what random operations hardly make: a full table, and a full group. */
static unsigned join(struct mm *m, struct mm_flush *w)
{
	uint64_t last = m->base + pt_span(m->f, PT_PMD) - 1;
	unsigned depth = mm_group_depth(m), found;
	struct pt_space *s = &m->space;

	pt_map(s, m->base, last, 0, MM_RW, PT_PTE, 0);
	mm_flush_begin(w);
	pt_collapse(s, m->base, PT_PMD, 0);
	found = ended(w);
	if (depth == PT_PTE) {
		mm_flush_begin(w);
		pt_collapse(s, m->base, depth, mm_order(m, depth));
		found += ended(w);
	}
	pt_unmap(s, m->base, last);
	return found;
}

/* How many operations make a mistake on the space number i; -1: no such. */
static int mistakes(void **state, unsigned i)
{
	struct mm *m = mm_open(state, i);
	struct mm_flush *w;
	uint64_t seed = 4711 + i;
	unsigned found = 0;

	if (!m)
		return -1;
	w = mm_flush_watch(m);
	found += join(m, w);
	for (unsigned n = 0; n < OPERATIONS; n++) {
		struct mm_op op = mm_op_draw(m, &seed);

		mm_forget(m);
		mm_flush_begin(w);
		mm_op_apply(m, &op);
		found += ended(w);
		if (n % 32 == 31)
			found += fork_all(m, w);
	}
	mm_close(state);
	return (int)found;
}

/* Without a defect nothing is found; each of them is found on most formats. */
static void every_flush_defect_is_found(void **state)
{
	unsigned spaces = 0;
	int found;

	mutant_selected = MUTANT_OFF;
	while ((found = mistakes(state, spaces)) >= 0) {
		assert_int_equal(found, 0);
		spaces++;
	}
	for (unsigned id = DEFECT_FIRST; id <= DEFECT_LAST; id++) {
		unsigned shown = 0;

		mutant_selected = (enum mutant_id)id;
		for (unsigned i = 0; i < spaces; i++)
			shown += mistakes(state, i) > 0;
		mutant_selected = MUTANT_OFF;
		if (shown < spaces / 2)
			fail_msg("defect number %u is found in %u spaces of %u",
				 id, shown, spaces);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(every_flush_defect_is_found,
					  mm_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
