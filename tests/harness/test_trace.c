/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A trace has one form however it was produced: item by item, in runs, or by
 * extending.  Both sides of every comparison rest on this.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../harness/generate.h"
#include "../../harness/subject.h"

#define ITEMS 64

static struct trace_event room[2][ITEMS];

static struct trace fresh(unsigned which)
{
	return (struct trace){ .event = room[which], .capacity = ITEMS };
}

static void assert_same(const struct trace *a, const struct trace *b)
{
	assert_int_equal(a->count, b->count);
	for (uint32_t i = 0; i < a->count; i++)
		assert_true(trace_event_equal(&a->event[i], &b->event[i]));
}

/*
 * Neighbours that differ in one thing at a time, rarely: most continue the run.
 * The item after one at the top of the address word begins anew.
 */
static void next_item(struct rng *rng, struct trace_event *item)
{
	static const uint8_t kind[] = {
		PT_NONE, PT_LEAF, PT_SWAP, PT_TABLE, PT_MARKER, PT_PROTNONE,
	};
	const uint64_t bytes = item->last - item->va + 1;

	item->va += bytes;
	item->last += bytes;
	item->pa += item->pa ? bytes : 0;
	switch (rng_below(rng, 16)) {
	case 0:
		item->kind = kind[rng_below(rng, sizeof(kind))];
		break;
	case 1:
		item->pa = rng_below(rng, 4) * 0x1000;
		break;
	case 2:
		item->attrs ^= PT_W;
		break;
	case 3:
		item->type ^= TRACE_VISIT ^ TRACE_HOLE;
		break;
	case 4:
		item->depth = (int8_t)rng_below(rng, PT_DEPTHS);
		break;
	case 5:
		item->order ^= 2;
		break;
	case 6:
		item->va += 0x1000;
		item->last += 0x1000;
		break;
	case 7:
		item->last += 0x1000 * (uint64_t)rng_below(rng, 3);
		break;
	default:
		break;
	}
}

/* Extending is what emitting does. */
static void extending_is_emitting(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1);
	for (unsigned round = 0; round < 20000; round++) {
		struct trace_event item = {
			.va = 0x1000, .last = 0x1fff, .count = 1,
		};
		struct trace a = fresh(0), b = fresh(1);

		for (unsigned i = 0; i < ITEMS; i++) {
			trace_emit(&a, &item);
			if (!trace_extend(&b, item.type, item.depth, item.kind,
					  item.order, item.attrs, item.pa,
					  item.va, item.last))
				trace_start(&b, item.type, item.depth, item.kind,
					    item.order, item.attrs, item.pa,
					    item.va, item.last);
			next_item(&rng, &item);
		}
		assert_same(&a, &b);
	}
}

/* Runs given as a whole, cut anywhere, are the same as their items. */
static void runs_are_their_items(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 2);
	for (unsigned round = 0; round < 20000; round++) {
		struct trace a = fresh(0), b = fresh(1);
		uint64_t va = 0x1000;

		for (unsigned r = 0; r < 6; r++) {
			const uint64_t bytes = UINT64_C(0x1000)
					       << rng_below(&rng, 2);
			const uint32_t count = 1 + rng_below(&rng, 6);
			const struct trace_event run = {
				.type = TRACE_HOLE, .depth = PT_PMD, .va = va,
				.last = va + count * bytes - 1, .count = count,
			};

			trace_emit(&a, &run);
			for (uint32_t i = 0; i < count; i++) {
				struct trace_event item = run;

				item.va = va + i * bytes;
				item.last = item.va + bytes - 1;
				item.count = 1;
				trace_emit(&b, &item);
			}
			va += count * bytes;
		}
		assert_same(&a, &b);
	}
}

/* What does not fit is not written, and said. */
static void overflow_is_said(void **state)
{
	struct trace_event item = { .type = TRACE_RETURN, .count = 1 };
	struct trace a = fresh(0);

	(void)state;
	for (unsigned i = 0; i < ITEMS; i++) {
		trace_emit(&a, &item);
		assert_false(a.overflow);
	}
	trace_emit(&a, &item);
	assert_true(a.overflow);
	assert_int_equal(a.count, ITEMS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(extending_is_emitting),
		cmocka_unit_test(runs_are_their_items),
		cmocka_unit_test(overflow_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
