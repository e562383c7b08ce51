/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * owner and ctor-fail as the built-in subject carries them out: OP_OWNER of
 * include/tablewalk/table_owner.h, ctor-fail of table_ops.h.
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
};

/* The format number i with an empty subject, or NULL. */
static struct fixture *open_format(struct fixture *x, unsigned i)
{
	if (i >= pt_format_count)
		return NULL;
	x->f = pt_formats[i];
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
	assert_int_equal(x->event[x->trace.count - 1].type, TRACE_RETURN);
	assert_int_equal(x->event[x->trace.count - 1].ret, ret);
	return ret;
}

/* One page of the current space, at the lowest address of its root. */
static struct op map_first_page(const struct fixture *x)
{
	const struct pt_rights *rights = &x->f->level[PT_PTE].leaf.rights;
	uint64_t va = 0;
	uint32_t attrs = PT_R;

	if (x->f->va_rule == PT_VA_ROOTS && x->subject.current)
		va = pt_ones(x->f->va_word_bits) & ~pt_ones(x->f->va_bits);
	while (!(attrs & PT_R && rights->right[attrs].representable))
		attrs++;
	return (struct op){
		.kind = OP_MAP, .va = va,
		.last = va + (pt_span(x->f, PT_PTE) - 1),
		.attrs = attrs, .depth = PT_PTE,
	};
}

/*
 * "a TRACE_OWNER for each, with va..last what it covers, depth, and order the
 * number of its space.  Returns how many."
 */
static void owner_names_space_and_range(void **state)
{
	static struct fixture fixture;
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(&fixture, i)); i++) {
		for (uint8_t s = 0; s < PT_SPACES; s++) {
			struct op map;
			struct op owner = { .kind = OP_OWNER, .depth = PT_PTE };
			const struct trace_event *e = x->event;

			apply(x, (struct op){ .kind = OP_SWITCH, .space = s });
			map = map_first_page(x);
			owner.va = map.va;
			assert_int_equal(apply(x, owner), -ENOENT);
			assert_int_equal(x->trace.count, 1);
			assert_int_equal(apply(x, map), 0);
			assert_int_equal(apply(x, owner), 1);
			assert_int_equal(x->trace.count, 2);
			assert_int_equal(e->type, TRACE_OWNER);
			assert_int_equal(e->va, map.va);
			assert_int_equal(e->last - e->va,
					 pt_span(x->f, PT_PMD) - 1);
			assert_int_equal(e->depth, PT_PTE);
			assert_int_equal(e->order, s);
			assert_int_equal(e->pa, 0);
			assert_int_equal(e->count, 1);
			owner.depth = PT_DEPTHS;
			assert_int_equal(apply(x, owner), -EINVAL);
		}
		arena_close(&x->arena);
	}
}

/* "The trace has TRACE_ALLOC and TRACE_FREE for it." */
static void refused_constructor_is_traced_as_alloc_and_free(void **state)
{
	static struct fixture fixture;
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(&fixture, i)); i++) {
		struct op fail = { .kind = OP_CTOR_FAIL, .nth = 1 };
		uint64_t bytes = pt_table_bytes(x->f, x->f->top + 1u);

		assert_int_equal(apply(x, fail), 0);
		assert_int_equal(apply(x, map_first_page(x)), -ENOMEM);
		assert_int_equal(x->trace.count, 3);
		assert_int_equal(x->event[0].type, TRACE_ALLOC);
		assert_int_equal(x->event[0].pa, bytes);
		assert_int_equal(x->event[1].type, TRACE_FREE);
		assert_int_equal(x->event[1].pa, bytes);
		/* The refusal disarms it, and so does 0. */
		assert_int_equal(apply(x, fail), 0);
		fail.nth = 0;
		assert_int_equal(apply(x, fail), 0);
		assert_int_equal(apply(x, map_first_page(x)), 0);
		arena_close(&x->arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owner_names_space_and_range),
		cmocka_unit_test(
			refused_constructor_is_traced_as_alloc_and_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
