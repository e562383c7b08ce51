/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Each check of the guest comparison can fail: between the guest and the comparison
 * stands somebody who changes an answer, or a word of the tables, and it is noticed.
 * The linker puts him there (--wrap).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "hw_fixture.h"

#include "../../oracles/mmu/mmu.h"
#include "../../harness/hw_private.h"

#define CASE(attrs, operation)                                                 \
	HW_HEADER("0x0000")                                                    \
	"map at=home0 len=4unit attrs=" attrs " pa=data height=0\n" operation

#define UNMAP "unmap at=home0 len=4unit\n"

static enum lie {
	TRUTH,
	SECOND_ELSEWHERE,	/* the second access to a page reached another */
	LOSE_FLAGS,		/* nothing was written */
	DIRTY_BY_READ,		/* a batch that reads makes a page dirty */
	OTHER_PAGE,		/* a leaf's address has changed */
	OTHER_TABLE,		/* so has that of an entry of the root in use */
	NEIGHBOUR,		/* an entry that nobody used has changed */
	CHANGED_ELSEWHERE,	/* unflushed: neither the old page nor the new */
	STALE_FLUSHED,		/* the old page behind a flush */
	STILL_ABSENT,		/* unflushed: what was absent is absent still */
	CHANGED_NEIGHBOUR,	/* unflushed: an entry that nobody used */
	STUCK,			/* the first page that was ever reached */
} lie;
static bool told;
static struct hw *hw;
static uint8_t image[HW_WORDS_MAX][8];
static uint8_t read_leaf[8], dirty_leaf[8];
static uint64_t first_page;
static struct guest_probe old_probe;
static struct guest_result old_result;

int __real_guest_run(struct guest *guest, uint64_t root_pa,
		     const struct guest_probe *probes,
		     struct guest_result *results, size_t count,
		     size_t *skipped);
int __wrap_guest_run(struct guest *guest, uint64_t root_pa,
		     const struct guest_probe *probes,
		     struct guest_result *results, size_t count,
		     size_t *skipped);
int __real_guest_run_changed(struct guest *guest, uint64_t root_pa,
			     const struct guest_lot *before,
			     const struct guest_lot *after,
			     void (*change)(void *context), void *context,
			     size_t *skipped);
int __wrap_guest_run_changed(struct guest *guest, uint64_t root_pa,
			     const struct guest_lot *before,
			     const struct guest_lot *after,
			     void (*change)(void *context), void *context,
			     size_t *skipped);

/* Flips bit 12 of the entry, which is part of its address on every machine. */
static void flip(const struct hw_word *word)
{
	if (!word || told)
		return;
	word->at[hw->mmu->big_endian ? word->bytes - 2 : 1] ^= 0x10;
	told = true;
}

/* A word in hand: in the root or not, of a leaf or not. */
static struct hw_word *find_word(bool root, bool leaf)
{
	for (unsigned i = 0; i < hw->words.count; i++)
		if (hw->words.word[i].root == root &&
		    hw->words.word[i].leaf == leaf)
			return &hw->words.word[i];
	return NULL;
}

static bool in_hand(uint64_t pa)
{
	for (unsigned i = 0; i < hw->words.count; i++)
		if (hw->words.word[i].pa == pa)
			return true;
	return false;
}

/* An entry of a leaf's table, or an empty one's, that leads to no page in hand. */
static void flip_neighbour(void)
{
	const struct hw_word *leaf = find_word(false, true);

	for (unsigned i = 0; !leaf && i < hw->words.count; i++)
		if (hw->words.word[i].depth == PT_PTE)
			leaf = &hw->words.word[i];
	for (unsigned i = 1; leaf && i < 64 && !told; i++) {
		struct hw_word other = *leaf;

		other.pa ^= i * leaf->bytes;
		if (in_hand(other.pa))
			continue;
		other.at = pt_memory_at(run_memory(hw->run), other.pa,
					other.bytes);
		flip(&other);
	}
}

static bool has_writes(const struct guest_probe *probes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (probes[i].access == PT_WRITE)
			return true;
	return false;
}

/* What writing makes of the first leaf that reading makes something else of. */
static void make_dirty(const struct guest_probe *probes, size_t count)
{
	const struct hw_word *leaf = find_word(false, true);

	if (!leaf)
		return;
	if (probes[0].privilege == PT_AS_USER &&
	    probes[0].access == PT_READ && !has_writes(probes, count))
		memcpy(read_leaf, leaf->at, leaf->bytes);
	if (probes[0].privilege == PT_AS_USER && probes[0].access == PT_WRITE)
		memcpy(dirty_leaf, leaf->at, leaf->bytes);
	if (has_writes(probes, count) || probes[0].access != PT_EXEC ||
	    !memcmp(read_leaf, dirty_leaf, leaf->bytes))
		return;
	memcpy(leaf->at, dirty_leaf, leaf->bytes);
	told = true;
}

static void second_elsewhere(const struct guest_probe *probes,
			     struct guest_result *results, size_t count)
{
	for (size_t i = 1; i < count && !told; i++) {
		if (probes[i].va != probes[i - 1].va ||
		    results[i].class != GUEST_OK)
			continue;
		results[i].pa ^= 0x1000;
		told = true;
	}
}

static void stale(const struct guest_probe *probes,
		  struct guest_result *results, size_t count)
{
	for (size_t i = 0; i < count && !told; i++) {
		if (old_result.class != GUEST_OK || probes[i].va != old_probe.va ||
		    probes[i].access != old_probe.access ||
		    probes[i].privilege != old_probe.privilege)
			continue;
		results[i] = old_result;
		told = true;
	}
}

static void stuck(struct guest_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (results[i].class != GUEST_OK)
			continue;
		told |= first_page && first_page != results[i].pa;
		first_page = first_page ? first_page : results[i].pa;
		results[i].pa = first_page;
	}
}

int __wrap_guest_run(struct guest *guest, uint64_t root_pa,
		     const struct guest_probe *probes,
		     struct guest_result *results, size_t count,
		     size_t *skipped)
{
	int ret;

	/* These lies are about accesses. */
	if (count && probes[0].translate)
		return __real_guest_run(guest, root_pa, probes, results, count,
					skipped);
	for (unsigned i = 0; lie == LOSE_FLAGS && i < hw->words.count; i++) {
		const struct hw_word *word = &hw->words.word[i];

		memcpy(image[i], word->root ?
			pt_memory_at(run_memory(hw->run), word->pa,
				     word->bytes) : word->at, word->bytes);
	}
	ret = __real_guest_run(guest, root_pa, probes, results, count, skipped);
	for (unsigned i = 0; lie == LOSE_FLAGS && i < hw->words.count; i++) {
		const struct hw_word *word = &hw->words.word[i];

		told |= memcmp(word->at, image[i], word->bytes) != 0;
		memcpy(word->at, image[i], word->bytes);
	}
	if (lie == SECOND_ELSEWHERE)
		second_elsewhere(probes, results, count);
	if (lie == DIRTY_BY_READ && !told)
		make_dirty(probes, count);
	if (lie == OTHER_PAGE)
		flip(find_word(false, true));
	if (lie == OTHER_TABLE)
		flip(find_word(true, false));
	if (lie == NEIGHBOUR)
		flip_neighbour();
	if (lie == STALE_FLUSHED)
		stale(probes, results, count);
	if (lie == STUCK)
		stuck(results, count);
	return ret;
}

int __wrap_guest_run_changed(struct guest *guest, uint64_t root_pa,
			     const struct guest_lot *before,
			     const struct guest_lot *after,
			     void (*change)(void *context), void *context,
			     size_t *skipped)
{
	int ret = __real_guest_run_changed(guest, root_pa, before, after, change,
					   context, skipped);

	old_probe = before->probes[0];
	old_result = before->results[0];
	for (size_t i = 0; i < after->count && !told; i++) {
		struct guest_result *r = &after->results[i];

		if (lie == CHANGED_ELSEWHERE &&
		    before->results[0].class == GUEST_OK &&
		    after->probes[i].va == before->probes[0].va) {
			*r = before->results[0];
			r->pa ^= 0x1000;
			told = true;
		}
		if (lie == STILL_ABSENT && r->class == GUEST_OK) {
			*r = (struct guest_result){
				.class = GUEST_FAULT_ABSENT,
				.depth = PT_DEPTH_UNKNOWN,
			};
			told = true;
		}
	}
	if (lie == CHANGED_NEIGHBOUR)
		flip_neighbour();
	return ret;
}

static int open_liar(void **state)
{
	const int ret = open_hw(state);

	hw = *state;
	return ret;
}

static int run(const char *text, enum lie what, struct violation *violation)
{
	const struct tw_case c = hw_parse(text);
	char error[256] = "";
	int ret;

	lie = what;
	told = false;
	first_page = 0;
	old_result.class = GUEST_NOT_RUN;
	memset(read_leaf, 0, sizeof(read_leaf));
	memset(dirty_leaf, 0, sizeof(dirty_leaf));
	ret = hw_case(hw, &c, violation, error, sizeof(error));
	lie = TRUTH;
	if (ret < 0)
		fail_msg("%s", error);
	return ret;
}

/* The lie is noticed so; where the machine gives no occasion for it, skipped. */
static void expect(const char *text, enum lie what, enum check_id check,
		   const char *divergence)
{
	struct violation violation;
	const int ret = run(text, what, &violation);

	if (!told) {
		assert_int_equal(ret, 0);
		skip();
	}
	assert_int_equal(ret, 1);
	assert_int_equal(violation.finding.check, check);
	assert_string_equal(violation.finding.divergence, divergence);
}

/* An access that follows another one to its page is judged as that one is. */
static void a_wrong_second_answer_is_seen(void **state)
{
	(void)state;
	expect(CASE("rwxuad", ""), SECOND_ELSEWHERE, CHECK_MACHINE_ADDRESS,
	       "pfn");
}

/* Where hardware sets flags, it is noticed when it does not. */
static void flags_that_are_lost_are_seen(void **state)
{
	(void)state;
	expect(CASE("rwu", ""), LOSE_FLAGS, CHECK_MACHINE_FLAGS, "lost");
}

/* A page gets dirty by a write, and by nothing else. */
static void dirty_by_a_fetch_is_seen(void **state)
{
	(void)state;
	expect(CASE("rwxua", ""), DIRTY_BY_READ, CHECK_MACHINE_FLAGS, "ghost");
}

/* Of an entry in use nothing else may change. */
static void another_page_in_an_entry_is_seen(void **state)
{
	(void)state;
	expect(CASE("rwxuad", ""), OTHER_PAGE, CHECK_MACHINE_FLAGS, "prot");
}

/* Neither of the root, which hardware sees as a copy. */
static void another_table_in_the_root_is_seen(void **state)
{
	(void)state;
	expect(CASE("rwxuad", ""), OTHER_TABLE, CHECK_MACHINE_FLAGS, "prot");
}

/* An entry that no access used must not change at all. */
static void a_neighbour_that_is_written_is_seen(void **state)
{
	(void)state;
	expect(CASE("rwxuad", ""), NEIGHBOUR, CHECK_MACHINE_TABLE, "prot");
}

/* Nor behind a change without a flush. */
static void an_unflushed_neighbour_is_seen(void **state)
{
	(void)state;
	expect(CASE("rwxuad", UNMAP), CHANGED_NEIGHBOUR, CHECK_MACHINE_TABLE,
	       "prot");
}

/* Nor memory that never was a table, however far away. */
static void a_word_far_away_is_seen(void **state)
{
	uint64_t *last = (void *)(guest_at(hw->guest,
					   guest_ram(hw->guest)->tables.pa,
					   MACHINE_TABLES_BYTES) +
				  MACHINE_TABLES_BYTES - 8);
	struct violation violation;

	(void)state;
	hw->cases = 0;
	*last = 1;
	assert_int_equal(run(CASE("rwxuad", ""), TRUTH, &violation), 1);
	assert_int_equal(violation.finding.check, CHECK_MACHINE_TABLE);
	*last = 0;
	hw->cases = 0;
	assert_int_equal(run(CASE("rwxuad", ""), TRUTH, &violation), 0);
}

/* Without a flush the old page may be reached, but no third one. */
static void a_third_page_unflushed_is_seen(void **state)
{
	(void)state;
	expect(CASE("rwxuad", UNMAP), CHANGED_ELSEWHERE, CHECK_MACHINE_VERDICT,
	       "ghost");
}

/* Behind the flush it must not be reached any more. */
static void a_stale_answer_behind_a_flush_is_seen(void **state)
{
	(void)state;
	expect(CASE("rwxuad", UNMAP), STALE_FLUSHED, CHECK_MACHINE_VERDICT,
	       "ghost");
}

/* What an empty entry said is not held, where the manual says so. */
static void absence_is_not_held(void **state)
{
	const bool x86 = !strcmp(hw->format->architecture, "x86");
	struct violation violation;

	(void)state;
	if (!x86)
		skip();
	assert_int_equal(run(CASE("rwxuad", ""), STILL_ABSENT, &violation), 1);
	assert_true(told);
	assert_string_equal(violation.finding.divergence, "lost");
}

/* The real machine answers as before now and then: the pause flushes nothing. */
static void stale_answers_are_seen(void **state)
{
	const struct hw_counts before = *hw_counts(hw);
	struct violation violation;

	(void)state;
	/* Its guest flushes before each fetch (arch/loongarch/README.md). */
	if (!strcmp(hw->format->architecture, "loongarch"))
		skip();
	assert_int_equal(run(CASE("rwxuad", UNMAP), TRUTH, &violation), 0);
	assert_true(hw_counts(hw)->unflushed > before.unflushed);
	assert_true(hw_counts(hw)->stale > before.stale);
}

/* Edits of the host are seen with TCG; a machine that is stuck is not believed. */
static void the_self_test_can_fail(void **state)
{
	char error[256];

	(void)state;
	lie = TRUTH;
	assert_true(hw_edits_are_seen(hw, error, sizeof(error)));
	lie = STUCK;
	first_page = 0;
	assert_false(hw_edits_are_seen(hw, error, sizeof(error)));
	lie = TRUTH;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_second_answer_is_seen),
		cmocka_unit_test(flags_that_are_lost_are_seen),
		cmocka_unit_test(dirty_by_a_fetch_is_seen),
		cmocka_unit_test(another_page_in_an_entry_is_seen),
		cmocka_unit_test(another_table_in_the_root_is_seen),
		cmocka_unit_test(a_neighbour_that_is_written_is_seen),
		cmocka_unit_test(an_unflushed_neighbour_is_seen),
		cmocka_unit_test(a_word_far_away_is_seen),
		cmocka_unit_test(a_third_page_unflushed_is_seen),
		cmocka_unit_test(a_stale_answer_behind_a_flush_is_seen),
		cmocka_unit_test(absence_is_not_held),
		cmocka_unit_test(stale_answers_are_seen),
		cmocka_unit_test(the_self_test_can_fail),
	};

	return cmocka_run_group_tests(tests, open_liar, close_hw);
}
