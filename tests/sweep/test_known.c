/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the emulator does differently is found without being told of: sweeps with
 * an empty list of deviations, on QEMU 7.2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sweep_fixture.h"

/* A sweep that no list explains anything to; the test ends where QEMU is another. */
static struct sweep *open_bare(const char *format)
{
	struct sweep *s;
	char why[256];

	if (!guest_available(format, why, sizeof(why))) {
		print_message("skipped: %s\n", why);
		skip();
	}
	s = open_sweep(format, NULL, "/dev/null");
	if (!strcmp(sweep_emulator(s), "qemu-7.2"))
		return s;
	print_message("skipped: %s is not qemu-7.2\n", sweep_emulator(s));
	sweep_destroy(s);
	skip();
	return NULL;
}

/*
 * x86: reserved bits are told with an error code that contradicts itself, and that
 * is the one difference of the whole sweep.
 */
static void x86_has_one_difference_quirk(void **state)
{
	struct sweep *s = open_bare("x86_64-4level");
	const struct sweep_bucket *b;
	unsigned count;

	(void)state;
	assert_true(run_until_unexplained(s, 10) <= 8);
	for (unsigned i = 0; i < sweep_scenes(s); i++)
		run_scene(s, i);
	b = sweep_buckets(s, &count);
	assert_int_equal(count, 1);
	assert_int_equal(b->expected.class, GUEST_FAULT_RESERVED);
	assert_int_equal(b->got.class, GUEST_FAULT_RESERVED_ABSENT);
	expect_replays(s);
	sweep_destroy(s);
}

/* arm64, 4K pages: what looks like a block at level 0 is one to QEMU. */
static void arm64_has_blocks_at_level_0_quirk(void **state)
{
	struct sweep *s = open_bare("arm64-4k-48");
	uint64_t bit[65] = { 0 };
	const struct sweep_bucket *b;
	unsigned count;

	(void)state;
	for (unsigned i = 0; i < sweep_scenes(s); i++)
		if (sweep_scene(s, i)->family == SWEEP_TABLE_BITS &&
		    sweep_scene(s, i)->depth == PT_P4D &&
		    sweep_scene(s, i)->leaf == PT_PUD)
			run_scene(s, i);
	b = sweep_buckets(s, &count);
	assert_true(count > 0);
	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(b[i].verdict.word, PT_V_TRANSLATION);
		assert_int_equal(b[i].verdict.depth, PT_P4D);
		assert_int_equal(b[i].expected.class, GUEST_FAULT_ABSENT);
		assert_int_equal(b[i].by_depth[PT_P4D], b[i].count);
		for (unsigned j = 0; j < 65; j++)
			bit[j] += b[i].by_bit[j];
	}
	/* Bit 1 is what a pointer has and a block has not. */
	for (unsigned j = 0; j < 65; j++)
		assert_int_equal(!bit[j], j != 1);
	expect_replays(s);
	sweep_destroy(s);
}

/* How often a reserved verdict was not kept, by the bit that was changed. */
static void lost_by_bit(struct sweep *s, uint64_t lost[64])
{
	unsigned count;
	const struct sweep_bucket *b = sweep_buckets(s, &count);

	memset(lost, 0, 64 * sizeof(lost[0]));
	for (unsigned i = 0; i < count; i++)
		for (unsigned j = 0; j < 64; j++)
			if (b[i].verdict.word == PT_V_RESERVED)
				lost[j] += b[i].by_bit[j];
}

/* riscv: with svpbmt on, reserved bits are not looked at, whatever the depth. */
static void riscv_forgets_reserved_bits_quirk(void **state)
{
	struct sweep *s = open_bare("riscv-sv48-svpbmt");

	(void)state;
	for (unsigned depth = PT_P4D; depth <= PT_PTE; depth++) {
		uint64_t before[64], after[64];

		lost_by_bit(s, before);
		for (unsigned i = 0; i < sweep_scenes(s); i++) {
			const struct sweep_scene *now = sweep_scene(s, i);

			if (now->depth == depth &&
			    (now->family == SWEEP_LEAF_BITS ||
			     now->family == SWEEP_TABLE_BITS))
				run_scene(s, i);
		}
		lost_by_bit(s, after);
		for (unsigned j = 0; j < 64; j++)
			if ((j >= 54 && j <= 60) || j == 63)
				assert_true(after[j] > before[j]);
			else
				assert_int_equal(after[j], before[j]);
	}
	expect_replays(s);
	sweep_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x86_has_one_difference_quirk),
		cmocka_unit_test(arm64_has_blocks_at_level_0_quirk),
		cmocka_unit_test(riscv_forgets_reserved_bits_quirk),
	};

	char why[256];

	/* One of them is enough to begin with; each test looks for its own. */
	if (!guest_available("arm64-4k-48", why, sizeof(why)) &&
	    !guest_available("riscv-sv48-svpbmt", why, sizeof(why)))
		need_guest("x86_64-4level");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
