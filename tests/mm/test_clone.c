/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copies of whole trees: include/tablewalk/clone.h. */
#include "tree_rules.h"

#include <errno.h>

#include <tablewalk/op.h>

#include "../../mm/pgtable.h"

/* Entry by entry, dumped, and by the model MMU; failures leave nothing. */
static void copy_is_the_same_and_shares_no_table(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		rules_clone(p, 0xc1 + i);
		plain_close(state);
	}
}

/* In other memory, where tables have the same addresses, and by themselves. */
static void copy_lives_in_memory_of_its_own(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		uint64_t seed = 0x3e3 + i;
		void *other = NULL;
		struct plain *q = plain_open(&other, i);
		struct rules_dump a = { .dump.flags = PT_DUMP_HOLES }, b = a;
		struct pt_space to;
		unsigned tables;

		*state = p;
		rules_populate(p, &seed, 24);
		tables = rules_count_tables(&p->space);
		assert_int_equal(pt_clone_tables(&to, &p->space, &q->env), 0);
		assert_int_equal(q->tables, tables + 2);
		assert_int_equal(q->constructed, q->tables);
		for (unsigned n = 0; n < 100; n++)
			assert_true(rules_same_outcome(p, &p->space, &to,
						       rules_some_va(p, &seed)));
		assert_int_equal(rules_dump(&p->space, &a, 0, p->last), 0);
		/* What it was copied from is gone. */
		pt_space_destroy(&p->space);
		assert_int_equal(rules_dump(&to, &b, 0, p->last), 0);
		assert_true(a.hash == b.hash);
		pt_space_destroy(&to);
		plain_close(&other);
		assert_int_equal(p->tables, 0);
		assert_null(p->broken);
		plain_drop(state);
	}
}

/* Bits of an entry that no operation makes are copied too. */
static void bad_entries_are_copied(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const uint64_t page = pt_span(p->f, PT_PTE);
		struct pt_slot slot, copy;
		struct pt_space to;

		assert_int_equal(pt_map(&p->space, 0, page - 1, 0,
					plain_rights(p, 0), PT_PTE, 0), 0);
		slot = pt_descend(&p->space, 0, PT_PTE);
		for (unsigned bit = 0; bit < 8; bit++) {
			struct pt_entry e = { slot.entry.raw ^ 1u << bit };

			pt_slot_write(&p->space, &slot, e);
			assert_int_equal(pt_clone_tables(&to, &p->space, NULL),
					 0);
			copy = pt_descend(&to, 0, PT_PTE);
			assert_true(copy.entry.raw == e.raw);
			pt_space_destroy(&to);
		}
		plain_close(state);
	}
}

/* The settings of a space are copied, its VMAs are not. */
static void settings_are_those_of_the_source(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		struct pt_space to;

		p->space.runtime_folded = 2;
		p->space.walk_flags = WALK_FLAGS;
		p->space.changes = 7;
		assert_int_equal(pt_clone_tables(&to, &p->space, NULL), 0);
		assert_int_equal(to.runtime_folded, 2);
		assert_int_equal(to.walk_flags, WALK_FLAGS);
		assert_int_equal(to.number, p->space.number);
		assert_int_equal(to.pa_bits, p->space.pa_bits);
		assert_int_equal(to.changes, 0);
		assert_null(to.vma);
		pt_space_destroy(&to);
		p->fail_in = 1;
		assert_int_equal(pt_clone_tables(&to, &p->space, NULL),
				 -ENOMEM);
		assert_int_equal(to.root, 0);
		plain_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, plain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(copy_is_the_same_and_shares_no_table),
		TEST(copy_lives_in_memory_of_its_own),
		TEST(bad_entries_are_copied),
		TEST(settings_are_those_of_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
