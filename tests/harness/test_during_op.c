/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What OP_DURING holds and who carries it out, as the built-in subject has it:
 * include/tablewalk/walk.h, "Operations on these in a case".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "../../harness/subject.h"

#define EVENTS 32

struct fixture {
	const struct pt_format *f;
	struct arena arena;
	struct subject subject;
	struct trace_event event[EVENTS];
	struct trace trace;
	uint32_t attrs;
};

/* The format number i, one page mapped at 0 of space 0; or NULL. */
static struct fixture *open_format(unsigned i);

/* Carries out an operation; its events are in x->trace, the return last. */
static int apply(struct fixture *x, struct op op)
{
	int ret;

	x->trace = (struct trace){ .event = x->event, .capacity = EVENTS };
	ret = subject_apply(&x->subject, &op, &x->trace);
	assert_true(x->trace.count > 0 && !x->trace.overflow);
	assert_int_equal(x->event[x->trace.count - 1].type, TRACE_RETURN);
	assert_int_equal(x->event[x->trace.count - 1].ret, ret);
	return ret;
}

static struct op page_op(const struct fixture *x, unsigned kind, uint64_t page)
{
	uint64_t span = pt_span(x->f, PT_PTE);

	return (struct op){
		.kind = (uint8_t)kind, .va = page * span,
		.last = page * span + (span - 1), .depth = PT_PTE,
		.attrs = kind == OP_MAP ? x->attrs : 0,
	};
}

/* A walk of the first page with callbacks for pages only. */
static struct op walk_op(const struct fixture *x)
{
	struct op op = page_op(x, OP_WALK, 0);

	op.walk.callbacks = OP_CB_ENTRY(PT_PTE);
	return op;
}

static int during(struct fixture *x, unsigned nth)
{
	return apply(x, (struct op){ .kind = OP_DURING, .nth = (uint8_t)nth });
}

/* Of the page at 0. */
static unsigned kind_now(struct fixture *x)
{
	struct pt_lookup found;

	assert_int_equal(pt_translate(&x->subject.space[0], 0, &found), 0);
	return found.kind;
}

static struct fixture *open_format(unsigned i)
{
	static struct fixture x;
	const struct pt_rights *rights;

	if (i >= pt_format_count)
		return NULL;
	x.f = pt_formats[i];
	rights = &x.f->level[PT_PTE].leaf.rights;
	for (x.attrs = PT_R; !(x.attrs & PT_R &&
			       rights->right[x.attrs].representable);)
		x.attrs++;
	assert_int_equal(arena_open(&x.arena, x.f, NULL), 0);
	arena_reset(&x.arena, CASE_WINDOW_LOW);
	assert_true(subject_open(&x.subject, x.f, &x.arena));
	assert_int_equal(apply(&x, page_op(&x, OP_MAP, 0)), 0);
	return &x;
}

/* What ends a case half way must not be there in the next one. */
static void close_holding(struct fixture *x)
{
	during(x, 1);
	apply(x, page_op(x, OP_UNMAP, 0));
	assert_non_null(subject_would_carry(&x->subject,
					    &(struct op){ .kind = OP_WALK }));
	arena_close(&x->arena);
}

static void assert_types(const struct fixture *x, const uint8_t *type,
			 unsigned count)
{
	assert_int_equal(x->trace.count, count);
	for (unsigned i = 0; i < count; i++)
		assert_int_equal(x->event[i].type, type[i]);
}

/*
 * "it returns 0 at its turn, without any other event.  The next OP_WALK carries it
 * out inside its callback ..., right after that callback's own event".
 */
static void held_operation_is_carried_out_by_the_next_walk(void **state)
{
	static const uint8_t seen[] = {
		TRACE_VISIT, TRACE_INNER, TRACE_VISIT, TRACE_RETURN,
	};
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(i)); i++) {
		const struct op unmap = page_op(x, OP_UNMAP, 0);
		const struct op walk = walk_op(x);

		assert_int_equal(during(x, 1), 0);
		assert_int_equal(x->trace.count, 1);
		assert_true(subject_would_hold(&x->subject, &unmap));
		assert_int_equal(apply(x, unmap), 0);
		assert_int_equal(x->trace.count, 1);
		assert_int_equal(kind_now(x), PT_LEAF);
		assert_false(subject_would_hold(&x->subject, &unmap));
		assert_int_equal(subject_would_carry(&x->subject, &walk)->kind,
				 OP_UNMAP);
		assert_int_equal(apply(x, walk), 0);
		assert_types(x, seen, 4);
		assert_int_equal(x->event[0].kind, PT_LEAF);
		assert_int_equal(x->event[1].ret, 0);
		assert_int_equal(x->event[2].kind, PT_NONE);
		assert_int_equal(kind_now(x), PT_NONE);
		/* "In any case it is forgotten then". */
		assert_null(subject_would_carry(&x->subject, &walk));
		assert_int_equal(apply(x, walk), 0);
		assert_int_equal(x->trace.count, 2);
		close_holding(x);
	}
}

/* "its events as if it came alone, but TRACE_INNER instead of TRACE_RETURN" */
static void inner_events_are_those_of_the_operation(void **state)
{
	static const uint8_t seen[] = {
		TRACE_VISIT, TRACE_NOMEM, TRACE_INNER, TRACE_VISIT,
		TRACE_RETURN,
	};
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(i)); i++) {
		struct op map = page_op(x, OP_MAP, 0);

		/* Somewhere that takes a table. */
		map.va = UINT64_C(1) << (x->f->va_bits - 2);
		map.last = map.va + (pt_span(x->f, PT_PTE) - 1);
		during(x, 1);
		apply(x, map);
		apply(x, (struct op){ .kind = OP_FAIL, .nth = 1 });
		assert_int_equal(apply(x, walk_op(x)), 0);
		assert_types(x, seen, 5);
		assert_int_equal(x->event[2].ret, -ENOMEM);
		close_holding(x);
	}
}

/*
 * "If that callback is also the one that stops the walk, the operation comes
 * first.  A walk that has fewer callbacks does not carry it out."
 */
static void stop_comes_after_the_operation(void **state)
{
	static const uint8_t seen[] = {
		TRACE_VISIT, TRACE_INNER, TRACE_RETURN,
	};
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(i)); i++) {
		struct op walk = walk_op(x);

		walk.walk.stop_at = 1;
		walk.walk.stop_value = 5;
		during(x, 2);
		apply(x, page_op(x, OP_UNMAP, 0));
		assert_int_equal(apply(x, walk), 5);
		assert_int_equal(x->trace.count, 2);
		assert_int_equal(apply(x, walk), 5);
		assert_int_equal(kind_now(x), PT_LEAF);
		during(x, 1);
		apply(x, page_op(x, OP_UNMAP, 0));
		assert_int_equal(apply(x, walk), 5);
		assert_types(x, seen, 3);
		assert_int_equal(kind_now(x), PT_NONE);
		close_holding(x);
	}
}

/* A walk that is refused has no callbacks; it is forgotten all the same. */
static void refused_walk_forgets_it(void **state)
{
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(i)); i++) {
		struct op walk = walk_op(x);

		walk.last = 0;
		walk.va = pt_span(x->f, PT_PTE);
		during(x, 1);
		apply(x, page_op(x, OP_UNMAP, 0));
		assert_int_equal(apply(x, walk), -EINVAL);
		assert_int_equal(apply(x, walk_op(x)), 0);
		assert_int_equal(kind_now(x), PT_LEAF);
		close_holding(x);
	}
}

/*
 * "as it is at the next OP_DURING; one with nth 0 holds nothing.  An operation of
 * another kind that follows ends the wait".
 */
static void nothing_is_held_after_another_during_or_kind(void **state)
{
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(i)); i++) {
		const struct op unmap = page_op(x, OP_UNMAP, 0);
		const struct op map = page_op(x, OP_MAP, 0);

		during(x, 1);
		apply(x, unmap);
		during(x, 1);
		assert_int_equal(apply(x, walk_op(x)), 0);
		assert_int_equal(x->trace.count, 2);
		/* The walk was what followed. */
		assert_int_equal(apply(x, unmap), 0);
		assert_int_equal(kind_now(x), PT_NONE);
		assert_int_equal(apply(x, map), 0);
		during(x, 0);
		assert_int_equal(apply(x, unmap), 0);
		assert_int_equal(kind_now(x), PT_NONE);
		assert_int_equal(apply(x, map), 0);
		during(x, 1);
		apply(x, (struct op){ .kind = OP_NOP });
		assert_int_equal(apply(x, unmap), 0);
		assert_int_equal(kind_now(x), PT_NONE);
		close_holding(x);
	}
}

/*
 * Only one operation is held, and only OP_WALK carries it out; what comes in
 * between is carried out at its turn, and it waits on.
 */
static void held_operation_waits_for_a_walk(void **state)
{
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(i)); i++) {
		const struct op unmap = page_op(x, OP_UNMAP, 0);
		struct op vmas = walk_op(x);

		during(x, 1);
		apply(x, page_op(x, OP_MAP, 0));
		assert_int_equal(apply(x, unmap), 0);
		assert_int_equal(kind_now(x), PT_NONE);
		vmas.kind = OP_WALK_VMA;
		assert_int_equal(apply(x, vmas), 0);
		assert_int_equal(kind_now(x), PT_NONE);
		assert_int_equal(apply(x, walk_op(x)), 0);
		assert_int_equal(kind_now(x), PT_LEAF);
		close_holding(x);
	}
}

/* "on the space that is current when it is carried out" */
static void current_space_is_that_of_the_walk(void **state)
{
	struct fixture *x;

	(void)state;
	for (unsigned i = 0; (x = open_format(i)); i++) {
		if (x->f->va_rule != PT_VA_ROOTS) {
			during(x, 1);
			apply(x, page_op(x, OP_UNMAP, 0));
			apply(x, (struct op){ .kind = OP_SWITCH, .space = 1 });
			apply(x, page_op(x, OP_MAP, 0));
			assert_int_equal(apply(x, walk_op(x)), 0);
			assert_int_equal(x->event[2].kind, PT_NONE);
			assert_int_equal(kind_now(x), PT_LEAF);
		}
		close_holding(x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(held_operation_is_carried_out_by_the_next_walk),
		cmocka_unit_test(inner_events_are_those_of_the_operation),
		cmocka_unit_test(stop_comes_after_the_operation),
		cmocka_unit_test(refused_walk_forgets_it),
		cmocka_unit_test(nothing_is_held_after_another_during_or_kind),
		cmocka_unit_test(held_operation_waits_for_a_walk),
		cmocka_unit_test(current_space_is_that_of_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
