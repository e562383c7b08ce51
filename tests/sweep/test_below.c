/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sweeps of arm64 with stage 2 below stage 1: all that stage 2 can answer is met, and
 * whoever has another idea of it, model or machine, is found out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "guest_layout.h"
#include "sweep_fixture.h"
#include "sweep_private.h"

#define FORMAT "arm64-4k-48"
#define STAGE2 PT_REGIME_ARM64_STAGE2

static const double found_seconds = 20;

/* How often the model has said each word since words_are_counted() began. */
static unsigned said[PT_WORDS];

static void count_words(const struct mmu_arch *arch,
			const struct pt_memory *memory,
			const struct pt_regime *regime, unsigned space,
			uint64_t va, struct mmu_outcome *out)
{
	mmu_find(FORMAT)->translate(arch, memory, regime, space, va, out);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			said[out->verdict[p][a].word]++;
}

/* Stage 2 is not there. */
static void without_map(const struct mmu_arch *arch,
			const struct pt_memory *memory,
			const struct pt_regime *regime, unsigned space,
			uint64_t va, struct mmu_outcome *out)
{
	struct pt_regime other = *regime;

	other.below = NULL;
	mmu_find(FORMAT)->translate(arch, memory, &other, space, va, out);
}

/* Tables are where they are, but pages do not move. */
static void tables_only(const struct mmu_arch *arch,
			const struct pt_memory *memory,
			const struct pt_regime *regime, unsigned space,
			uint64_t va, struct mmu_outcome *out)
{
	mmu_find(FORMAT)->translate(arch, memory, regime, space, va, out);
	if (regime->below && out->leaf)
		out->pa = out->below;
}

/* Has every verdict of that word say another one. */
static void say_instead(struct mmu_outcome *out, enum pt_word word,
			enum pt_word instead)
{
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			if (out->verdict[p][a].word == word)
				out->verdict[p][a].word = (uint8_t)instead;
}

/* Pages move, but all may do everything that stage 1 allows. */
static void with_all_rights(const struct mmu_arch *arch,
			    const struct pt_memory *memory,
			    const struct pt_regime *regime, unsigned space,
			    uint64_t va, struct mmu_outcome *out)
{
	mmu_find(FORMAT)->translate(arch, memory, regime, space, va, out);
	say_instead(out, PT_V_BELOW_DENIED, PT_V_OK);
}

/* A fault of stage 2 on a walk is one of a page. */
static void without_walks(const struct mmu_arch *arch,
			  const struct pt_memory *memory,
			  const struct pt_regime *regime, unsigned space,
			  uint64_t va, struct mmu_outcome *out)
{
	mmu_find(FORMAT)->translate(arch, memory, regime, space, va, out);
	say_instead(out, PT_V_WALK_BELOW, PT_V_BELOW);
}

/* The address of the page that stage 2 refused is the next one. */
static void next_page_refused(const struct mmu_arch *arch,
			      const struct pt_memory *memory,
			      const struct pt_regime *regime, unsigned space,
			      uint64_t va, struct mmu_outcome *out)
{
	mmu_find(FORMAT)->translate(arch, memory, regime, space, va, out);
	out->below += 4096;
}

static struct mmu_arch model_with(void (*translate)(const struct mmu_arch *,
						    const struct pt_memory *,
						    const struct pt_regime *,
						    unsigned, uint64_t,
						    struct mmu_outcome *))
{
	struct mmu_arch model = *mmu_find(FORMAT);

	model.translate = translate;
	return model;
}

static void expect_found(struct sweep *s)
{
	const unsigned scenes = run_until_unexplained(s, found_seconds);

	if (!unexplained(s))
		fail_msg("nothing found in %u of %u scenes", scenes,
			 sweep_scenes(s));
	assert_true(unexplained(s)->first.control & STAGE2);
	sweep_destroy(s);
}

/* Within one round the sweep comes to all that stage 2 can say, and all is explained. */
static void all_that_stage_2_says_is_met(void **state)
{
	const struct mmu_arch model = model_with(count_words);
	struct sweep *s = open_sweep(FORMAT, &model, NULL);
	unsigned controls;

	(void)state;
	sweep_controls(s, &controls);
	for (unsigned i = 0; i < PT_WORDS; i++)
		said[i] = 0;
	for (unsigned i = 0; i < sweep_scenes(s) / controls; i++)
		run_scene(s, i);
	assert_null(unexplained(s));
	assert_true(said[PT_V_BELOW] > 100);
	assert_true(said[PT_V_BELOW_DENIED] > 100);
	assert_true(said[PT_V_WALK_BELOW] > 100);
	assert_true(said[PT_V_WALK_BELOW_DENIED] > 100);
	sweep_destroy(s);
}

/* Models that leave out a part of stage 2 are found out, by what only stage 2 shows. */
static void models_with_half_a_stage_2_are_found(void **state)
{
	const struct mmu_arch liar[] = {
		model_with(without_map), model_with(tables_only),
		model_with(with_all_rights), model_with(without_walks),
		model_with(next_page_refused),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(liar) / sizeof(liar[0]); i++)
		expect_found(open_sweep(FORMAT, &liar[i], NULL));
}

/* Changes the descriptor of stage 2 for the page at that place in RAM. */
static void change_page(struct sweep *s, uint64_t at, uint64_t bits)
{
	const uint64_t area = guest_ram(s->guest)->ram.pa + GUEST_RUNTIME_AT;
	uint8_t *word = guest_at(s->guest, area + ARM64_STAGE2_PAGES +
				 (at >> ARM64_STAGE2_PAGE_SHIFT) * 8, 8);

	for (unsigned i = 0; i < 8; i++)
		word[i] ^= (uint8_t)(bits >> 8 * i);
}

/* A machine one of whose pages is mapped elsewhere, or with other rights, is too. */
static void one_wrong_entry_of_stage_2_is_found(void **state)
{
	static const struct {
		uint64_t at, bits;
	} wrong[] = {
		/* The first page of data: two pages further, not written, not run. */
		{ GUEST_DATA_AT, 0x20000 }, { GUEST_DATA_AT, 0x80 },
		{ GUEST_DATA_AT, UINT64_C(2) << 53 },
		/* A page that is not mapped: one that is. */
		{ GUEST_DATA_AT + 0x30000, 0x417007ff },
		/* The page of the table of depth pmd, of its third 2 MiB: not there. */
		{ GUEST_TABLES_AT + 0x600000, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct sweep *s = open_sweep(FORMAT, NULL, NULL);

		change_page(s, wrong[i].at, wrong[i].bits);
		expect_found(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_stage_2_says_is_met),
		cmocka_unit_test(models_with_half_a_stage_2_are_found),
		cmocka_unit_test(one_wrong_entry_of_stage_2_is_found),
	};

	need_guest(FORMAT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
