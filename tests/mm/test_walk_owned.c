/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Walks that ask whose a table is: walk.h.  A sentence in quotes is the
 * header's.
 */
#include "owned.h"

#include <errno.h>
#include <limits.h>

#include <tablewalk/op.h>
#include <tablewalk/walk.h>

#include "../../mm/pt_entry.h"

#define NOBODY UINT_MAX

enum wrong { UNKNOWN, OTHER_SPACE, OTHER_DEPTH, OTHER_LENGTH, OTHER_ADDRESS,
	     WRONGS };

/* One walk: what it asked, and what it was told. */
struct asking {
	struct owned *o;
	unsigned asked;
	uint64_t pa[OWNED_TABLES];
	unsigned lie_at;		/* number of the question, or NOBODY */
	enum wrong lie;
	struct pt_table_page told;
	const struct pt_table_page *answer;	/* the last one */
	unsigned strays, visits;
	struct pt_table_page wanted;	/* of the stray */
	bool found_is_answer;
};

/* The ledger's answer, or the lie that it is time for. */
static const struct pt_table_page *table_of(uint64_t pa, struct pt_walk *walk)
{
	struct asking *a = walk->context;
	unsigned n = a->asked++;

	assert_true(n < OWNED_TABLES);
	a->pa[n] = pa;
	a->answer = NULL;
	for (unsigned i = 0; i < a->o->tables; i++)
		if (a->o->table[i].page.pa == pa && a->o->table[i].constructed)
			a->answer = &a->o->table[i].page;
	if (n != a->lie_at)
		return a->answer;
	assert_non_null(a->answer);
	a->told = *a->answer;
	a->answer = a->lie == UNKNOWN ? NULL : &a->told;
	a->told.space ^= a->lie == OTHER_SPACE;
	a->told.depth ^= a->lie == OTHER_DEPTH;
	a->told.bytes *= a->lie == OTHER_LENGTH ? 2 : 1;
	a->told.pa += a->lie == OTHER_ADDRESS ? a->told.bytes : 0;
	return a->answer;
}

static void stray(const struct pt_table_page *wanted,
		  const struct pt_table_page *found, struct pt_walk *walk)
{
	struct asking *a = walk->context;

	a->strays++;
	a->wanted = *wanted;
	a->found_is_answer = found == a->answer;
}

static int on_entry(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct asking *a = walk->context;

	(void)visit;
	a->visits++;
	return 0;
}

static const struct pt_walk_ops ops_all = {
	.pte_entry = on_entry, .table_of = table_of, .stray = stray,
};

static struct asking *fresh(struct owned *o)
{
	static struct asking a;

	a = (struct asking){ .o = o, .lie_at = NOBODY };
	return &a;
}

/* Walks all of the fixture's part of a space. */
static int walk_all(struct owned *o, unsigned s, const struct pt_walk_ops *ops,
		    struct asking *a)
{
	const struct mm *m = &o->m[s];

	return pt_walk_inclusive(&o->m[s].space, m->base,
				 m->base + (m->bytes - 1), ops, a);
}

static void populate(struct owned *o)
{
	for (unsigned s = 0; s < PT_SPACES; s++) {
		uint64_t pages = o->m[s].bytes / mm_page(o->m);

		assert_int_equal(owned_map(o, s, 1, 1), 0);
		assert_int_equal(owned_map(o, s, pages - 1, 1), 0);
	}
}

/*
 * "it is asked right before the entries of a table are read, each time, the root
 * included".
 */
static void every_table_is_asked_about_once(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		populate(o);
		owned_reach(o);
		for (unsigned s = 0; s < PT_SPACES; s++) {
			struct asking *a = fresh(o);
			unsigned n = 0;

			assert_int_equal(walk_all(o, s, &ops_all, a), 0);
			for (unsigned k = 0; k < o->reaches; k++) {
				const struct pt_table_page *p =
					&o->reached[k].page;

				if (p->space != s)
					continue;
				assert_true(n < a->asked);
				assert_int_equal(a->pa[n++], p->pa);
			}
			assert_int_equal(a->asked, n);
			assert_int_equal(a->strays, 0);
			assert_int_equal(a->visits, 2 * mm_entries(o->m,
								   PT_PTE));
		}
		owned_close(state);
	}
}

/* The table of space s with that number among those reached. */
static const struct pt_table_page *reached_of(struct owned *o, unsigned s,
					      unsigned n)
{
	unsigned k = 0;

	while (o->reached[k].page.space != s || n--)
		k++;
	return &o->reached[k].page;
}

/*
 * "Unless the answer is exactly what the walk takes the table for (address,
 * length, depth, number of the space ...) stray is called, if it is set, with
 * that and with the answer, and the walk ends with -EFAULT." For each table,
 * each way to be wrong.
 */
static void any_other_answer_ends_the_walk(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		unsigned tables;

		populate(o);
		owned_reach(o);
		fresh(o);
		tables = o->reaches / 2;
		for (unsigned n = 0; n < WRONGS * tables; n++) {
			const struct pt_table_page *p =
				reached_of(o, 1, n / WRONGS);
			struct asking *a = fresh(o);

			a->lie_at = n / WRONGS;
			a->lie = n % WRONGS;
			assert_int_equal(walk_all(o, 1, &ops_all, a), -EFAULT);
			assert_int_equal(a->strays, 1);
			assert_int_equal(a->asked, n / WRONGS + 1);
			assert_int_equal(a->wanted.pa, p->pa);
			assert_int_equal(a->wanted.bytes, p->bytes);
			assert_int_equal(a->wanted.depth, p->depth);
			assert_int_equal(a->wanted.space, 1);
			assert_true(a->found_is_answer);
			/* Of its entries nothing was seen. */
			assert_true(a->visits <= mm_entries(o->m, PT_PTE));
			if (!a->lie_at)
				assert_int_equal(a->visits, 0);
		}
		owned_close(state);
	}
}

/* Without stray the walk ends all the same. */
static void nobody_has_to_be_told(void **state)
{
	static const struct pt_walk_ops ops = {
		.pte_entry = on_entry, .table_of = table_of,
	};
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		struct asking *a = fresh(o);

		populate(o);
		a->lie_at = 1;
		a->lie = OTHER_SPACE;
		assert_int_equal(walk_all(o, 0, &ops, a), -EFAULT);
		assert_int_equal(a->strays, 0);
		owned_close(state);
	}
}

/* Tables that are not read are not asked about (R23). */
static void tables_that_are_not_read_are_not_asked_about(void **state)
{
	static const struct pt_walk_ops ops = {
		.table_of = table_of, .stray = stray,
	};
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		struct asking *a = fresh(o);

		populate(o);
		assert_int_equal(walk_all(o, 0, &ops, a), 0);
		assert_int_equal(a->asked, 1);
		assert_int_equal(a->pa[0], o->m[0].space.root);
		owned_close(state);
	}
}

/*
 * A walker handed a table that another space owns: an entry of space 1 is made
 * to point to a page table of space 0.
 */
static void table_of_another_space_is_not_read(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		struct pt_owner theirs, above;
		struct asking *a = fresh(o);
		struct pt_table table;
		struct pt_entry e, kept;
		unsigned index = pt_index(o->f, PT_PMD, o->m[1].base);

		populate(o);
		assert_int_equal(pt_table_at(&o->m[0].space, 0, PT_PTE,
					     &theirs), 0);
		assert_int_equal(pt_table_at(&o->m[1].space, o->m[1].base,
					     PT_PMD, &above), 0);
		table = pt_table_open(&o->m[1].space, PT_PMD, above.page.pa);
		kept = pt_read_entry(o->f, PT_PMD, &table, index);
		e = pt_table_entry(&o->f->level[PT_PMD], theirs.page.pa);
		pt_write_entry(o->f, PT_PMD, &table, index, e);
		assert_int_equal(walk_all(o, 1, &ops_all, a), -EFAULT);
		assert_int_equal(a->strays, 1);
		assert_int_equal(a->wanted.pa, theirs.page.pa);
		assert_int_equal(a->wanted.space, 1);
		assert_int_equal(a->answer->space, 0);
		assert_int_equal(a->visits, 0);
		pt_write_entry(o->f, PT_PMD, &table, index, kept);
		owned_close(state);
	}
}

static int supply(uint64_t start, uint64_t last, struct pt_install *supplied,
		  struct pt_walk *walk)
{
	const struct asking *a = walk->context;

	(void)start;
	(void)last;
	*supplied = (struct pt_install){ .attrs = owned_rights(a->o) };
	return 0;
}

/* Tables that the walk itself makes are constructed before it asks. */
static void tables_made_by_the_walk_are_known(void **state)
{
	static const struct pt_walk_ops ops = {
		.install_pte = supply, .table_of = table_of, .stray = stray,
	};
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		const struct pt_vma vma = {
			.start = 0, .last = mm_page(o->m) - 1,
			.type = OP_VMA_PLAIN,
		};
		struct asking *a = fresh(o);

		o->m[0].space.vma = &vma;
		o->m[0].space.vmas = 1;
		assert_int_equal(pt_walk_install(&o->m[0].space, 0, vma.last,
						 &ops, a), 0);
		assert_int_equal(a->asked, PT_DEPTHS - o->f->top);
		assert_int_equal(a->strays, 0);
		owned_check(o);
		o->m[0].space.vmas = 0;
		owned_close(state);
	}
}

/* "for hugetlb_entry on the way to each page". */
static void way_to_hugetlb_pages_is_asked_about(void **state)
{
	static const struct pt_walk_ops ops = {
		.hugetlb_entry = on_entry, .table_of = table_of, .stray = stray,
	};
	unsigned formats = 0;
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		const struct pt_vma vma = {
			.start = 0, .last = 2 * pt_span(o->f, PT_PMD) - 1,
			.type = OP_VMA_HUGETLB, .huge_depth = PT_PMD,
		};
		unsigned way = PT_PMD - o->f->top + 1;
		struct asking *a = fresh(o);

		o->m[0].space.vma = &vma;
		o->m[0].space.vmas = 1;
		if (!pt_map(&o->m[0].space, 0, vma.last, 0, owned_rights(o),
			    PT_PMD, 0)) {
			assert_int_equal(pt_walk_vmas(&o->m[0].space, 0,
						      vma.last, &ops, a), 0);
			assert_int_equal(a->asked, 2 * way);
			assert_int_equal(a->visits, 2);
			a = fresh(o);
			a->lie_at = 2 * way - 1;
			a->lie = OTHER_SPACE;
			assert_int_equal(pt_walk_vmas(&o->m[0].space, 0,
						      vma.last, &ops, a),
					 -EFAULT);
			assert_int_equal(a->visits, 1);
			assert_int_equal(a->wanted.depth, PT_PMD);
			formats++;
		}
		o->m[0].space.vmas = 0;
		owned_close(state);
	}
	assert_true(formats > 0);
}

/* "number of the space, or of the owner in a shared kernel part". */
static void shared_kernel_tables_are_their_owners(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		const uint64_t word = pt_ones(o->f->va_word_bits);
		/* The last page of both spaces, where they have the same. */
		uint64_t end = o->f->va_rule == PT_VA_SIGNED ?
				       word : pt_ones(o->f->va_bits);
		uint64_t va = end - (mm_page(o->m) - 1);
		struct pt_space *owner = &o->m[0].space;
		struct pt_space *sharer = &o->m[1].space;
		struct asking *a = fresh(o);
		struct pt_table from, to;
		struct pt_entry kept;
		unsigned last = mm_entries(o->m, o->f->top) - 1;

		if (o->f->va_rule == PT_VA_ROOTS) {
			owned_close(state);
			continue;
		}
		assert_int_equal(pt_map(owner, va, end, 0, owned_rights(o),
					PT_PTE, 0), 0);
		from = pt_table_open(owner, o->f->top, owner->root);
		to = pt_table_open(sharer, o->f->top, sharer->root);
		kept = pt_read_entry(o->f, o->f->top, &to, last);
		pt_write_entry(o->f, o->f->top, &to, last,
			       pt_read_entry(o->f, o->f->top, &from, last));
		sharer->kernel = owner;
		assert_int_equal(pt_walk_inclusive(sharer, va, end, &ops_all,
						   a), 0);
		assert_int_equal(a->asked, PT_DEPTHS - o->f->top);
		assert_int_equal(a->visits, 1);
		/* Without that, they are strays. */
		sharer->kernel = NULL;
		a = fresh(o);
		assert_int_equal(pt_walk_inclusive(sharer, va, end, &ops_all,
						   a), -EFAULT);
		assert_int_equal(a->asked, 2);
		pt_write_entry(o->f, o->f->top, &to, last, kept);
		owned_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, owned_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_table_is_asked_about_once),
		TEST(any_other_answer_ends_the_walk),
		TEST(nobody_has_to_be_told),
		TEST(tables_that_are_not_read_are_not_asked_about),
		TEST(table_of_another_space_is_not_read),
		TEST(tables_made_by_the_walk_are_known),
		TEST(way_to_hugetlb_pages_is_asked_about),
		TEST(shared_kernel_tables_are_their_owners),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
