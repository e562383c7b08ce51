/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Shadow regions: include/tablewalk/shadow.h, and R50 of docs/walker-rules.md.
 */
#include "tree_rules.h"

#include <errno.h>

/* Links as high up as fits, seen by the model MMU; failures change nothing. */
static void shadow_is_filled_seen_and_cleared(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		rules_shadow(p);
		plain_close(state);
	}
}

/* R50: the shortcut changes what is read, and nothing of what is reported. */
static void dump_is_the_same_with_the_shortcut(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		rules_dump_shadow(p, 0xd1f + i);
		plain_close(state);
	}
}

/* R48, R50: rights are those left by the link and the tables above it. */
static void rights_below_a_link_are_accumulated(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const struct rules_range range = rules_range(p, p->f->top);
		struct pt_shadow shadow;
		struct rules_dump d = { .dump.shadow = &shadow };

		assert_int_equal(pt_shadow_init(&shadow, &p->space, RULES_PAGE,
						plain_rights(p, 0)), 0);
		assert_int_equal(pt_shadow_fill(&p->space, &shadow, range.va,
						range.last), 0);
		for (uint32_t right = PT_R; right <= PT_USER; right <<= 1) {
			uint64_t link = pt_span(p->f, p->f->top);

			if (!range.whole ||
			    pt_restrict(&p->space, link, p->f->top, right))
				continue;
			assert_int_equal(rules_dump(&p->space, &d, link,
						    2 * link - 1), 0);
			assert_int_equal(d.runs, 1);
			assert_int_equal(d.first.removed, right);
			assert_int_equal(d.first.depth, PT_PTE);
			assert_int_equal(d.first.attrs, shadow.attrs);
			assert_true(d.dump.tables < PT_DEPTHS + 1u);
		}
		assert_int_equal(pt_shadow_clear(&p->space, &shadow, range.va,
						 range.last), 0);
		pt_shadow_destroy(&shadow);
		plain_close(state);
	}
}

/* What is mapped is refused, also by another link; a part of a link stays. */
static void what_is_in_the_way_is_refused(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const uint64_t page = pt_span(p->f, PT_PTE);
		const uint64_t block = pt_span(p->f, PT_PMD);
		const uint32_t attrs = plain_rights(p, 0);
		struct pt_shadow shadow;
		struct pt_space *s = &p->space;
		uint64_t before;

		assert_int_equal(pt_shadow_init(&shadow, s, RULES_PAGE, attrs),
				 0);
		assert_int_equal(pt_map(s, block - page, block - 1, 0, attrs,
					PT_PTE, 0), 0);
		before = plain_hash(p);
		assert_int_equal(pt_shadow_fill(s, &shadow, block - page,
						2 * block - 1), -EEXIST);
		assert_true(plain_hash(p) == before);
		assert_false(pt_shadow_touches(s, &shadow, 0, p->last));
		assert_int_equal(pt_shadow_fill(s, &shadow, block,
						2 * block - 1), 0);
		assert_int_equal(pt_shadow_fill(s, &shadow, 2 * block - page,
						2 * block - 1), -EEXIST);
		before = plain_hash(p);
		assert_int_equal(pt_shadow_clear(s, &shadow, block,
						 2 * block - page - 1), -EBUSY);
		assert_int_equal(pt_shadow_clear(s, &shadow, block + page,
						 2 * block - 1), -EBUSY);
		assert_true(plain_hash(p) == before);
		/* What an unmap would have to ask first. */
		assert_true(pt_shadow_touches(s, &shadow, block, block));
		assert_true(pt_shadow_touches(s, &shadow, 0, p->last));
		assert_false(pt_shadow_touches(s, &shadow, 0, block - 1));
		/* Around the link, and with what is not the shadow's. */
		assert_int_equal(pt_shadow_clear(s, &shadow, 0, p->last), 0);
		assert_int_equal(shadow.links, 0);
		assert_int_equal(pt_unmap(s, block - page, block - 1), 0);
		pt_shadow_destroy(&shadow);
		plain_close(state);
	}
}

/* A table that is there already is filled, and stays. */
static void existing_table_is_filled(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const uint64_t page = pt_span(p->f, PT_PTE);
		const uint64_t block = pt_span(p->f, PT_PMD);
		struct pt_space *s = &p->space;
		struct pt_shadow shadow;
		unsigned tables;

		assert_int_equal(pt_map(s, 0, page - 1, 0, plain_rights(p, 0),
					PT_PTE, 0), 0);
		assert_int_equal(pt_unmap(s, 0, page - 1), 0);
		assert_int_equal(pt_shadow_init(&shadow, s, RULES_PAGE,
						plain_rights(p, 0)), 0);
		tables = p->tables;
		assert_int_equal(pt_shadow_fill(s, &shadow, 0, block - 1), 0);
		assert_int_equal(shadow.links, 0);
		assert_int_equal(p->tables, tables);
		assert_int_equal(pt_shadow_clear(s, &shadow, 0, block - 1), 0);
		assert_int_equal(rules_count_tables(s), PT_PTE - p->f->top);
		pt_shadow_destroy(&shadow);
		plain_close(state);
	}
}

/* Bad arguments are told apart before anything is looked at. */
static void bad_arguments_are_refused(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const uint64_t page = pt_span(p->f, PT_PTE);
		const uint32_t attrs = plain_rights(p, 0);
		struct pt_space *s = &p->space;
		struct pt_shadow shadow, other;
		struct pt_env env = p->env;

		assert_int_equal(pt_shadow_init(&shadow, s, page / 2, attrs),
				 -EINVAL);
		if (s->pa_bits < 64)
			assert_int_equal(pt_shadow_init(&shadow, s,
							UINT64_C(1)
								<< s->pa_bits,
							attrs), -ERANGE);
		assert_int_equal(pt_shadow_init(&shadow, s, 0, UINT32_MAX),
				 -EOPNOTSUPP);
		assert_int_equal(pt_shadow_init(&shadow, s, 0, attrs), 0);
		assert_int_equal(pt_shadow_fill(s, &shadow, page, page - 1),
				 -EINVAL);
		assert_int_equal(pt_shadow_fill(s, &shadow, 0, page), -EINVAL);
		other = shadow;
		other.env = &env;
		assert_int_equal(pt_shadow_fill(s, &other, 0, page - 1),
				 -EINVAL);
		assert_int_equal(pt_shadow_clear(s, &other, 0, page - 1),
				 -EINVAL);
		if (p->f->va_bits < p->f->va_word_bits)
			assert_int_equal(pt_shadow_fill(
				s, &shadow, p->last + 1,
				p->last + page), -ERANGE);
		s->sharer = s;
		assert_int_equal(pt_shadow_fill(s, &shadow, 0, page - 1),
				 -EBUSY);
		s->sharer = NULL;
		pt_shadow_destroy(&shadow);
		plain_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, plain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shadow_is_filled_seen_and_cleared),
		TEST(dump_is_the_same_with_the_shortcut),
		TEST(rights_below_a_link_are_accumulated),
		TEST(what_is_in_the_way_is_refused),
		TEST(existing_table_is_filled),
		TEST(bad_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
