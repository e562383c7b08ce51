/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Identity maps: include/tablewalk/identity.h. */
#include "tree_rules.h"

#include <errno.h>

/* Each page leads to itself, by the largest leaves and the fewest tables. */
static void memory_is_mapped_to_itself(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		rules_identity(p, 0x1de + i);
		plain_close(state);
	}
}

/* All that can be mapped to itself is, in one go where the root has leaves. */
static void limit_is_the_last_that_can_be_mapped(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const uint64_t page = pt_span(p->f, PT_PTE);
		const uint32_t attrs = plain_rights(p, 0);
		struct pt_lookup found;
		uint64_t last = 0;

		assert_true(pt_identity_last(&p->space, &last));
		assert_int_equal(pt_identity_map(&p->space, last + 1 - page,
						 last, attrs), 0);
		assert_int_equal(pt_translate(&p->space, last, &found), 0);
		assert_int_equal(found.pa, last);
		if (last != UINT64_MAX && last < pt_ones(p->f->va_word_bits))
			assert_int_equal(pt_identity_map(&p->space, last + 1,
							 last + page, attrs),
					 -ERANGE);
		plain_close(state);
	}
}

/* The space of an upper root can map nothing to itself. */
static void upper_root_has_no_identity(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const uint64_t page = pt_span(p->f, PT_PTE);
		struct pt_space upper;
		uint64_t last;

		if (p->f->va_rule == PT_VA_ROOTS) {
			assert_int_equal(pt_space_init(&upper, p->f, &p->env,
						       1, p->f->pa_bits), 0);
			assert_false(pt_identity_last(&upper, &last));
			assert_int_equal(pt_identity_map(&upper, 0, page - 1,
							 plain_rights(p, 0)),
					 -ERANGE);
			pt_space_destroy(&upper);
		}
		plain_close(state);
	}
}

/* A table in the way stays; below it leaves are smaller, and all is mapped. */
static void existing_table_stays(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const uint64_t page = pt_span(p->f, PT_PTE);
		const uint64_t block = pt_span(p->f, PT_PMD);
		const uint32_t attrs = plain_rights(p, 0);
		struct pt_space *s = &p->space;
		struct pt_lookup found;

		assert_int_equal(pt_map(s, block, block + page - 1, 0, attrs,
					PT_PTE, 0), 0);
		assert_int_equal(pt_unmap(s, block, block + page - 1), 0);
		assert_int_equal(pt_identity_map(s, 0, 3 * block - 1, attrs),
				 0);
		for (uint64_t pa = 0; pa < 3 * block; pa += page) {
			assert_int_equal(pt_translate(s, pa, &found), 0);
			assert_int_equal(found.kind, PT_LEAF);
			assert_int_equal(found.pa, pa);
			/* A group may not reach over the table. */
			assert_true(found.depth == PT_PTE ||
				    pa >> p->f->level[PT_PMD].va_shift != 1);
		}
		plain_close(state);
	}
}

/* Errors in the order that table_ops.h gives them. */
static void bad_arguments_are_refused(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const uint64_t page = pt_span(p->f, PT_PTE);
		const uint32_t attrs = plain_rights(p, 0);
		struct pt_space *s = &p->space;

		assert_int_equal(pt_identity_map(s, page, page - 1, attrs),
				 -EINVAL);
		assert_int_equal(pt_identity_map(s, 1, page - 1, attrs),
				 -EINVAL);
		assert_int_equal(pt_identity_map(s, 0, page, UINT32_MAX),
				 -EINVAL);
		s->pa_bits = (uint8_t)(p->f->page_shift + 1);
		assert_int_equal(pt_identity_map(s, page, 3 * page - 1,
						 UINT32_MAX), -ERANGE);
		s->pa_bits = p->f->pa_bits;
		assert_int_equal(pt_identity_map(s, page, 3 * page - 1,
						 UINT32_MAX), -EOPNOTSUPP);
		s->sharer = s;
		assert_int_equal(pt_identity_map(s, page, 3 * page - 1, attrs),
				 -EBUSY);
		s->sharer = NULL;
		plain_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, plain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(memory_is_mapped_to_itself),
		TEST(limit_is_the_last_that_can_be_mapped),
		TEST(upper_root_has_no_identity),
		TEST(existing_table_stays),
		TEST(bad_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
