/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A sweep can fail: held against a model MMU that lies in one way it finds a
 * difference for which nobody knows a reason, within its first scenes, and held
 * against the true one none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../hw/hw_format.h"
#include "sweep_fixture.h"

/* How long a lie may go on, and how long the truth is looked at. */
static const double lie_seconds = 10, truth_seconds = 3;

/* What the true model says. */
static void truth(const struct mmu_arch *arch, const struct pt_memory *memory,
		  const struct pt_regime *regime, unsigned space, uint64_t va,
		  struct mmu_outcome *out)
{
	mmu_find(arch->format)->translate(arch, memory, regime, space, va, out);
}

static void user_may_write_what_it_reads(const struct mmu_arch *arch,
					 const struct pt_memory *memory,
					 const struct pt_regime *regime,
					 unsigned space, uint64_t va,
					 struct mmu_outcome *out)
{
	truth(arch, memory, regime, space, va, out);
	out->verdict[PT_AS_USER][PT_WRITE] = out->verdict[PT_AS_USER][PT_READ];
}

static void faults_are_one_deeper(const struct mmu_arch *arch,
				  const struct pt_memory *memory,
				  const struct pt_regime *regime,
				  unsigned space, uint64_t va,
				  struct mmu_outcome *out)
{
	truth(arch, memory, regime, space, va, out);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			struct pt_verdict *v = &out->verdict[p][a];

			v->depth = (int8_t)(v->depth +
				(v->word == PT_V_TRANSLATION && v->depth >= 0 &&
				 v->depth < PT_PTE));
		}
}

static void pages_are_one_further(const struct mmu_arch *arch,
				  const struct pt_memory *memory,
				  const struct pt_regime *regime,
				  unsigned space, uint64_t va,
				  struct mmu_outcome *out)
{
	truth(arch, memory, regime, space, va, out);
	out->pa += 4096;
}

static void nothing_is_reserved(const struct mmu_arch *arch,
				const struct pt_memory *memory,
				const struct pt_regime *regime, unsigned space,
				uint64_t va, struct mmu_outcome *out)
{
	truth(arch, memory, regime, space, va, out);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			if (out->verdict[p][a].word == PT_V_RESERVED)
				out->verdict[p][a].word = PT_V_OK;
}

/* Whether the format's name begins with one of the words, NULL behind the last. */
static bool begins_with(const char *const *word)
{
	while (*word && strncmp(hw_format()->name, *word, strlen(*word)))
		word++;
	return *word;
}

/* Machines that tell the depth of a fault, and those that look at reserved bits. */
static const char *const tell_depths[] = {
	"arm", "sparc32", "s390x", NULL,
};
static const char *const look_at_reserved[] = {
	"x86_64", "i386-pae", "riscv-sv39", "riscv-sv48", "riscv-sv57", "sparc32",
	"s390x", NULL,
};

static void expect_found(struct mmu_arch liar)
{
	struct sweep *s = open_sweep(hw_format()->name, &liar, NULL);
	const unsigned scenes = run_until_unexplained(s, lie_seconds);

	if (!unexplained(s))
		fail_msg("nothing found in %u of %u scenes", scenes,
			 sweep_scenes(s));
	expect_replays(s);
	sweep_destroy(s);
}

static struct mmu_arch true_model(void)
{
	const struct mmu_arch *model = mmu_find(hw_format()->name);

	assert_non_null(model);
	return *model;
}

/* Where the model is right, every difference has its reason. */
static void the_truth_is_explained(void **state)
{
	struct sweep *s = open_sweep(hw_format()->name, NULL, NULL);
	const struct sweep_bucket *b;
	char expected[128], got[128];

	(void)state;
	assert_true(run_until_unexplained(s, truth_seconds) > 0);
	b = unexplained(s);
	if (b) {
		sweep_expected_text(expected, sizeof(expected), b);
		sweep_got_text(got, sizeof(got), b);
		fail_msg("expected %s, got %s", expected, got);
	}
	assert_true(sweep_counts(s)->cases > 0);
	expect_replays(s);
	sweep_destroy(s);
}

/* A model that lets users write what they can read is found out. */
static void a_right_too_many_is_found(void **state)
{
	struct mmu_arch liar = true_model();

	(void)state;
	liar.translate = user_may_write_what_it_reads;
	expect_found(liar);
}

/* A model that has its faults at another depth is, where the machine tells depths. */
static void a_wrong_depth_is_found(void **state)
{
	struct mmu_arch liar = true_model();

	(void)state;
	if (!begins_with(tell_depths))
		skip();
	liar.translate = faults_are_one_deeper;
	expect_found(liar);
}

/* A model that comes to the neighbouring page is. */
static void a_wrong_page_is_found(void **state)
{
	struct mmu_arch liar = true_model();

	(void)state;
	liar.translate = pages_are_one_further;
	expect_found(liar);
}

/* A model without reserved bits is, where the machine has them and looks at them. */
static void a_lost_reserved_bit_is_found(void **state)
{
	struct mmu_arch liar = true_model();

	(void)state;
	if (!begins_with(look_at_reserved))
		skip();
	liar.translate = nothing_is_reserved;
	expect_found(liar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_truth_is_explained),
		cmocka_unit_test(a_right_too_many_is_found),
		cmocka_unit_test(a_wrong_depth_is_found),
		cmocka_unit_test(a_wrong_page_is_found),
		cmocka_unit_test(a_lost_reserved_bit_is_found),
	};

	need_guest(hw_format()->name);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
