/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A subject with an arena, and operations applied to it one by one: what tests of
 * operations without the oracle have in common.
 */
#ifndef TESTS_HARNESS_OP_FIXTURE_H
#define TESTS_HARNESS_OP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "../../harness/subject.h"

#define EVENTS 256

struct fixture {
	const struct pt_format *f;
	struct arena arena;
	struct subject subject;
	struct trace_event event[EVENTS];
	struct trace trace;
	uint32_t attrs;			/* that every page can have, with R */
};

/* The format number i with an empty subject; false behind the last. */
static inline bool open_format(struct fixture *x, unsigned i)
{
	uint32_t attrs = PT_R;

	if (i >= pt_format_count)
		return false;
	x->f = pt_formats[i];
	assert_int_equal(arena_open(&x->arena, x->f, NULL), 0);
	arena_reset(&x->arena, CASE_WINDOW_LOW);
	assert_true(subject_open(&x->subject, x->f, &x->arena));
	while (!(attrs & PT_R &&
		 x->f->level[PT_PTE].leaf.rights.right[attrs].representable))
		attrs++;
	x->attrs = attrs;
	return true;
}

/* Carries out an operation; its events are in x->trace, the return last. */
static inline int apply(struct fixture *x, struct op op)
{
	int ret;

	x->trace = (struct trace){ .event = x->event, .capacity = EVENTS };
	ret = subject_apply(&x->subject, &op, &x->trace);
	assert_true(x->trace.count > 0 && !x->trace.overflow);
	assert_int_equal(x->event[x->trace.count - 1].type, TRACE_RETURN);
	assert_int_equal(x->event[x->trace.count - 1].ret, ret);
	return ret;
}

/* An operation on count pages from the page of that number of the space on. */
static inline struct op pages_op(const struct fixture *x, unsigned kind,
				 uint64_t page, uint64_t count)
{
	const uint64_t span = pt_span(x->f, PT_PTE);
	uint64_t va = page * span;

	if (x->f->va_rule == PT_VA_ROOTS && x->subject.current)
		va |= pt_ones(x->f->va_word_bits) & ~pt_ones(x->f->va_bits);
	return (struct op){
		.kind = (uint8_t)kind, .va = va,
		.last = va + (count * span - 1), .depth = PT_PTE,
		.attrs = kind == OP_MAP ? x->attrs : 0,
	};
}

static inline unsigned events_of(const struct fixture *x, unsigned type)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < x->trace.count; i++)
		n += x->event[i].type == type ? x->event[i].count : 0;
	return n;
}

/* The first event of that type, which there is. */
static inline const struct trace_event *first_of(const struct fixture *x,
						 unsigned type)
{
	for (uint32_t i = 0; i < x->trace.count; i++)
		if (x->event[i].type == type)
			return &x->event[i];
	fail_msg("no %s in the trace", trace_type_name(type));
	return x->event;
}

/* What the tables hold, as one number, and that the arena finds nothing. */
static inline uint64_t table_hash(struct fixture *x)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	struct finding finding;
	unsigned count;
	const struct oracle_table *live = arena_live(&x->arena, &count);

	for (unsigned t = 0; t < count; t++) {
		const uint8_t *host = pt_memory_at(&x->arena.memory,
						   live[t].pa, live[t].bytes);

		for (uint64_t i = 0; i < live[t].bytes; i++)
			hash = (hash ^ host[i]) * UINT64_C(0x100000001b3);
	}
	assert_true(arena_check(&x->arena, &finding));
	assert_true(arena_check_marks(&x->arena, &finding));
	return hash;
}

static inline unsigned live_tables(struct fixture *x)
{
	unsigned count;

	arena_live(&x->arena, &count);
	return count;
}

#endif
