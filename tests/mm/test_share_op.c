/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * share and sync, and what else of include/tablewalk/share.h is carried out by
 * the built-in subject itself: iterations that age, and questions for owners.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "../../harness/subject.h"

struct fixture {
	const struct pt_format *f;
	struct arena arena;
	struct subject subject;
	struct trace_event event[64];
	struct trace trace;
	uint64_t va;			/* the first of the kernel part */
};

/* The next format with one root from number *i on, or NULL. */
static struct fixture *open_format(struct fixture *x, unsigned *i)
{
	while (*i < pt_format_count &&
	       pt_formats[*i]->va_rule == PT_VA_ROOTS)
		++*i;
	if (*i >= pt_format_count)
		return NULL;
	x->f = pt_formats[*i];
	x->va = UINT64_C(1) << (x->f->va_bits - 1);
	if (x->f->va_rule == PT_VA_SIGNED)
		x->va |= pt_ones(x->f->va_word_bits) & ~pt_ones(x->f->va_bits);
	assert_int_equal(arena_open(&x->arena, x->f, NULL), 0);
	arena_reset(&x->arena, CASE_WINDOW_LOW);
	assert_true(subject_open(&x->subject, x->f, &x->arena));
	return x;
}

/* Carries out an operation; its events are in x->trace, the return last. */
static int apply(struct fixture *x, struct op op)
{
	int ret;

	x->trace = (struct trace){ .event = x->event, .capacity = 64 };
	ret = subject_apply(&x->subject, &op, &x->trace);
	assert_true(x->trace.count > 0 && !x->trace.overflow);
	assert_int_equal(x->event[x->trace.count - 1].ret, ret);
	return ret;
}

static int share(struct fixture *x, uint8_t nth)
{
	return apply(x, (struct op){ .kind = OP_SHARE, .nth = nth });
}

static int sync(struct fixture *x)
{
	return apply(x, (struct op){ .kind = OP_SYNC, .va = x->va });
}

static void switch_to(struct fixture *x, uint8_t space)
{
	apply(x, (struct op){ .kind = OP_SWITCH, .space = space });
}

/* Maps the first page of the current space's kernel part. */
static int map_page(struct fixture *x)
{
	const struct pt_rights *rights = &x->f->level[PT_PTE].leaf.rights;
	uint32_t attrs = PT_R;

	while (!(attrs & PT_R && rights->right[attrs].representable))
		attrs++;
	return apply(x, (struct op){
		.kind = OP_MAP, .va = x->va,
		.last = x->va + (pt_span(x->f, PT_PTE) - 1),
		.attrs = attrs, .depth = PT_PTE,
	});
}

/* "pt_share_kernel() of the current space with the other as its owner" */
static void current_space_shares_the_other_ones(void **state)
{
	static struct fixture fixture;
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(&fixture, &i)); i++) {
		const uint8_t sharer = i % 2;
		struct pt_space *space = x->subject.space;

		switch_to(x, sharer);
		assert_int_equal(sync(x), -EINVAL);
		assert_int_equal(share(x, 0), 0);
		assert_true(space[sharer].kernel == &space[1 - sharer]);
		assert_false(space[sharer].synced);
		assert_int_equal(share(x, 0), -EBUSY);
		assert_int_equal(map_page(x), -EBUSY);
		switch_to(x, 1 - sharer);
		assert_int_equal(map_page(x), 0);
		switch_to(x, sharer);
		assert_int_equal(apply(x, (struct op){ .kind = OP_TRANSLATE,
						       .va = x->va }), 0);
		assert_int_equal(x->event[0].kind, PT_LEAF);
		assert_int_equal(sync(x), 0);
		arena_close(&x->arena);
	}
}

/* "nth 1 is PT_SHARE_SYNCED" */
static void nth_1_is_synced(void **state)
{
	static struct fixture fixture;
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(&fixture, &i)); i++) {
		switch_to(x, 1);
		assert_int_equal(share(x, 1), 0);
		assert_int_equal(sync(x), -ENOENT);
		switch_to(x, 0);
		assert_int_equal(map_page(x), 0);
		switch_to(x, 1);
		assert_int_equal(apply(x, (struct op){ .kind = OP_TRANSLATE,
						       .va = x->va }), 0);
		assert_int_equal(x->event[0].kind, PT_NONE);
		assert_int_equal(sync(x), 1);
		assert_int_equal(sync(x), 0);
		arena_close(&x->arena);
	}
}

/*
 * "iterations that age or move" are -EBUSY after what the range is refused for and
 * -EOPNOTSUPP, before any item; others are not.
 */
static void ageing_is_busy_before_any_item(void **state)
{
	static struct fixture fixture;
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(&fixture, &i)); i++) {
		const bool ages = x->f->level[PT_PTE].leaf.accessed.mask;
		struct op iterate = {
			.kind = OP_ITERATE, .nth = OP_ITERATE_AGE, .va = x->va,
			.last = x->va + (pt_span(x->f, PT_PTE) - 1),
		};

		assert_int_equal(map_page(x), 0);
		switch_to(x, 1);
		assert_int_equal(share(x, 0), 0);
		assert_int_equal(apply(x, iterate),
				 ages ? -EBUSY : -EOPNOTSUPP);
		assert_int_equal(x->trace.count, 1);
		iterate.last--;
		assert_int_equal(apply(x, iterate), -EINVAL);
		iterate.last++;
		/* So are those that move, and they need no flag. */
		iterate.nth = OP_ITERATE_MOVE;
		assert_int_equal(apply(x, iterate), -EBUSY);
		assert_int_equal(x->trace.count, 1);
		iterate.nth = OP_ITERATE_ALL;
		assert_int_equal(apply(x, iterate), 0);
		assert_int_equal(x->trace.count, 2);
		iterate.nth = OP_ITERATE_AGE;
		switch_to(x, 0);
		assert_int_equal(apply(x, iterate), ages ? 0 : -EOPNOTSUPP);
		/* The sharer's own half may be aged. */
		iterate.va = 0;
		iterate.last = pt_span(x->f, PT_PTE) - 1;
		switch_to(x, 1);
		assert_int_equal(apply(x, iterate), ages ? 0 : -EOPNOTSUPP);
		arena_close(&x->arena);
	}
}

/* A table of the part is found once, as its owner's, by way of either. */
static void owner_of_a_shared_table_is_one(void **state)
{
	static struct fixture fixture;
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(&fixture, &i)); i++) {
		const uint8_t sharer = i % 2;
		struct op owner = { .kind = OP_OWNER, .va = x->va,
				    .depth = PT_PTE };

		switch_to(x, 1 - sharer);
		assert_int_equal(map_page(x), 0);
		switch_to(x, sharer);
		assert_int_equal(share(x, i % 2), 0);
		for (uint8_t s = 0; s < PT_SPACES; s++) {
			switch_to(x, s);
			assert_int_equal(apply(x, owner), 1);
			assert_int_equal(x->event[0].type, TRACE_OWNER);
			assert_int_equal(x->event[0].order, 1 - sharer);
			assert_int_equal(x->event[0].va, x->va);
		}
		arena_close(&x->arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(current_space_shares_the_other_ones),
		cmocka_unit_test(nth_1_is_synced),
		cmocka_unit_test(ageing_is_busy_before_any_item),
		cmocka_unit_test(owner_of_a_shared_table_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
