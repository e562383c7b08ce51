/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a dump says of rights is what hardware does, and it is all there wherever the
 * range ends.  R46 to R48, R50 and R51 of docs/walker-rules.md.
 */
#include "dump_judge.h"

#include <inttypes.h>

#define CASES 32

static bool takes_away(const struct plain *p)
{
	for (unsigned d = p->f->top; d < PT_PTE; d++)
		if (p->f->level[d].table.hierarchy_count)
			return true;
	return false;
}

/* Rights are the hardware's, at every address, on every format with a model. */
static void effective_rights_are_the_hardwares(void **state)
{
	struct plain *p;

	for (unsigned i = 0; i < pt_format_count; i++) {
		uint64_t restricted = 0;
		bool hierarchical = false;

		for (unsigned n = 0; n < CASES; n++) {
			p = plain_open(state, i);
			assert_non_null(p->mmu);
			hierarchical = takes_away(p);
			restricted += judge_dump(p, 0xe11 + 97 * i + n,
						 n % p->f->regime_count);
			plain_close(state);
		}
		/* Half of the real bugs need restrictive upper entries. */
		if (hierarchical && restricted < CASES / 2)
			fail_msg("%s: %" PRIu64 " runs with rights taken away",
				 pt_formats[i]->name, restricted);
	}
}

/* The runs of a dump that are not holes, and whether all runs join. */
struct parts {
	uint64_t hash, next, runs;
	bool joins;
};

static int on_part(void *context, const struct pt_dump_run *run)
{
	struct parts *parts = context;

	parts->joins &= run->start == parts->next;
	parts->next = run->last + 1;
	if (run->kind == PT_NONE)
		return 0;
	parts->runs++;
	parts->hash = (parts->hash ^ run->start) * UINT64_C(0x100000001b3);
	parts->hash = (parts->hash ^ run->last) * UINT64_C(0x100000001b3);
	parts->hash ^= parts->hash >> 29;
	return 0;
}

static struct parts dump_parts(struct plain *p, uint32_t flags, uint64_t va,
			       uint64_t last)
{
	struct parts parts = { .next = va, .joins = true };
	struct pt_dump dump = {
		.flags = flags, .context = &parts, .run = on_part,
	};

	assert_int_equal(pt_dump_range(&p->space, va, last, &dump), 0);
	return parts;
}

/*
 * R47: wherever a range ends, with holes shown its runs are all of it, the last one
 * too, and without them the same other runs are there.
 */
static void last_run_is_flushed_wherever_the_range_ends(void **state)
{
	struct plain *p;

	for (unsigned i = 0; (p = plain_open(state, i)); i++) {
		const uint64_t page = pt_span(p->f, PT_PTE);
		uint64_t seed = 0xf1 + i;

		rules_populate(p, &seed, 40);
		for (unsigned n = 0; n < 60; n++) {
			uint64_t a = rules_some_va(p, &seed) & ~(page - 1);
			uint64_t b = rules_some_va(p, &seed) & ~(page - 1);
			uint64_t last = (a > b ? a : b) + (page - 1);
			struct parts shown, hidden;

			shown = dump_parts(p, PT_DUMP_HOLES, a < b ? a : b,
					   last);
			hidden = dump_parts(p, 0, a < b ? a : b, last);
			assert_true(shown.joins);
			assert_true(shown.next == last + 1);
			assert_true(shown.hash == hidden.hash);
			assert_true(shown.runs == hidden.runs);
		}
		plain_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, plain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(effective_rights_are_the_hardwares),
		TEST(last_run_is_flushed_wherever_the_range_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
