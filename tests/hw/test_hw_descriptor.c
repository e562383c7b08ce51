/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A wrong descriptor is noticed by the machine itself: with each deliberate defect of
 * descriptors that hardware can see, tables are made, what the models say of them is
 * ignored, and the guest's accesses tell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <tablewalk/check.h>

#include "hw_fixture.h"

#define HEADER HW_HEADER("0x0001")

/* Every right with and without the others; a block; a group; what tables take away. */
static const char *const texts[] = {
	HEADER
	"map at=home0 len=4unit attrs=rwuad pa=data height=0\n"
	"map at=home0+8 len=4unit attrs=ruad pa=data height=0\n"
	"map at=home0+16 len=4unit attrs=rwxuad pa=data height=0\n"
	"map at=home0+24 len=4unit attrs=rxad pa=data height=0\n"
	"map at=home0+32 len=4unit attrs=rwad pa=data height=0\n"
	"map at=home0+48 len=4unit attrs=rwua pa=data height=0\n",
	HEADER
	"map at=home0+1h1 len=1unit attrs=rwuad pa=data2 height=1\n",
	HEADER
	"map at=home0 len=1unit attrs=rwuad pa=data height=0 group=1\n",
	HEADER
	"map at=home0 len=4unit attrs=rwxuad pa=data height=0\n"
	"restrict at=home0 height=1 remove=w\n",
};

#define TEXTS (sizeof(texts) / sizeof(texts[0]))

/* What mutants.def calls a defect, and where it says that it can show. */
static const struct {
	const char *id, *formats;
} mutants[] = {
	{ "OFF", "" },
#define MUTANT(id, place, class, models, formats, what) { #id, formats },
#include "../mutants/mutants.def"
#undef MUTANT
};

/*
 * The defects that change what a processor makes of an entry.  Others concern software
 * only (its bits, swap entries) or what hardware sets by itself where it looks at it
 * (ACCESSED); show only in memory types, keys, or with more memory than the machines
 * have; or make a processor read whatever lies somewhere else.
 */
static const enum mutant_id defects[] = {
	MUTANT_DESC_LEAF_BIT_PTE,
	MUTANT_DESC_LEAF_BIT_PMD,
	MUTANT_DESC_TABLE_BIT_ROOT,
	MUTANT_DESC_TABLE_BIT_PMD,
	MUTANT_DESC_WRITE_INVERTED,
	MUTANT_DESC_EXEC_INVERTED,
	MUTANT_DESC_EXEC_INVERTED_PMD,
	MUTANT_DESC_USER_INVERTED,
	MUTANT_DESC_READ_WRITE_SWAPPED,
	MUTANT_DESC_DERIVED_SWAPPED,
	MUTANT_DESC_GROUP_MARK_LOST,
	MUTANT_DESC_HIERARCHY_INVERTED_PGD,
	MUTANT_DESC_HIERARCHY_INVERTED_P4D,
	MUTANT_DESC_HIERARCHY_INVERTED_PUD,
	MUTANT_DESC_HIERARCHY_INVERTED_PMD,
};

#define DEFECTS (sizeof(defects) / sizeof(defects[0]))

/* Of these, what a machine has no eyes for. */
static const struct unseen {
	const char *formats;		/* as in mutants.def */
	enum mutant_id defect;
	const char *why;
} unseen[] = {
	{ "arm-short-linux mips32-4k mips64-4k* loongarch64-16k s390x-*",
	  MUTANT_DESC_LEAF_BIT_PTE,
	  "it is software's; hardware's bits follow from flags and rights" },
	{ "mips64-4k*", MUTANT_DESC_LEAF_BIT_PMD, "it is software's" },
	{ "s390x-*", MUTANT_DESC_LEAF_BIT_PMD,
	  "without enhanced DAT there are leaves in page tables only" },
	{ "mips64-4k* loongarch64-16k", MUTANT_DESC_TABLE_BIT_ROOT,
	  "of a pointer's segment nothing reaches the physical address" },
	{ "mips64-4k* loongarch64-16k", MUTANT_DESC_TABLE_BIT_PMD,
	  "of a pointer's segment nothing reaches the physical address" },
	{ "openrisc", MUTANT_DESC_TABLE_BIT_ROOT,
	  "the miss handlers take the address and look at nothing else" },
	{ "openrisc", MUTANT_DESC_TABLE_BIT_PMD,
	  "the miss handlers take the address and look at nothing else" },
	{ "s390x-*", MUTANT_DESC_TABLE_BIT_ROOT,
	  "the table is shorter, but not too short for the addresses in use" },
	{ "arm-short-linux arm-lpae mips32-4k mips64-4k* loongarch64-16k "
	  "s390x-* xtensa", MUTANT_DESC_WRITE_INVERTED,
	  "it is software's; what hardware looks at is derived from W" },
	{ "arm-short-linux", MUTANT_DESC_EXEC_INVERTED,
	  "it is software's; hardware has its own, derived from X" },
	{ "arm-short-linux", MUTANT_DESC_USER_INVERTED,
	  "it is software's; hardware has its own, derived from USER" },
	{ "openrisc", MUTANT_DESC_EXEC_INVERTED,
	  "what has any other right may be executed" },
	{ "loongarch64-16k", MUTANT_DESC_EXEC_INVERTED,
	  "the emulator does not know NX" },
	{ "loongarch64-16k", MUTANT_DESC_EXEC_INVERTED_PMD,
	  "the emulator does not know NX" },
	{ "s390x-*", MUTANT_DESC_EXEC_INVERTED_PMD,
	  "without enhanced DAT there are leaves in page tables only" },
	{ "loongarch64-16k", MUTANT_DESC_READ_WRITE_SWAPPED,
	  "the emulator does not know NR, and W is software's" },
	{ "arm64-*", MUTANT_DESC_GROUP_MARK_LOST,
	  "it is a hint: each entry of the group has its own address" },
	{ "s390x-*", MUTANT_DESC_HIERARCHY_INVERTED_PGD,
	  "without enhanced DAT regions have no protection" },
	{ "s390x-*", MUTANT_DESC_HIERARCHY_INVERTED_P4D,
	  "without enhanced DAT regions have no protection" },
	{ "s390x-*", MUTANT_DESC_HIERARCHY_INVERTED_PUD,
	  "without enhanced DAT regions have no protection" },
};

/* Whether one of the names and patterns with * at the end is this format's. */
static bool concerns(const char *formats)
{
	const char *name = hw_format()->name;

	for (;;) {
		const size_t word = strcspn(formats, " ");
		const size_t fixed = strcspn(formats, "* ");

		if ((word == 3 && !strncmp(formats, "all", 3)) ||
		    (word && !strncmp(formats, name, fixed) &&
		     (fixed < word || !name[fixed])))
			return true;
		if (!formats[word])
			return false;
		formats += word + 1;
	}
}

static const char *why_unseen(enum mutant_id defect)
{
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (unseen[i].defect == defect && concerns(unseen[i].formats))
			return unseen[i].why;
	return NULL;
}

/* The operations of the case, whatever the models say of each; then the guest. */
static bool guest_objects(struct hw *hw, const struct tw_case *c,
			  struct violation *violation)
{
	char error[256] = "";
	int ret;

	run_start(hw_run(hw), c);
	for (unsigned i = 1; i <= c->count; i++)
		run_until(hw_run(hw), i, violation);
	ret = hw_ask(hw, violation, error, sizeof(error));
	if (ret < 0)
		fail_msg("%s", error);
	return ret > 0;
}

/* Without a defect model and machine agree on all of it. */
static void right_tables_are_agreed_on(void **state)
{
	for (size_t i = 0; i < TEXTS; i++) {
		const struct tw_case c = hw_parse(texts[i]);
		struct violation v;
		char error[256] = "";

		if (hw_case(*state, &c, &v, error, sizeof(error)))
			fail_msg("case %zu: %s %s %s", i, error,
				 v.finding.expected, v.finding.seen);
		assert_false(guest_objects(*state, &c, &v));
	}
}

/* Whether the guest objects to one of the cases, made with the defect. */
static bool defect_is_seen(struct hw *hw, enum mutant_id defect)
{
	struct violation v;
	bool seen = false;

	for (size_t i = 0; i < TEXTS && !seen; i++) {
		const struct tw_case c = hw_parse(texts[i]);

		mutant_selected = defect;
		seen = guest_objects(hw, &c, &v);
		mutant_selected = MUTANT_OFF;
	}
	if (!seen)
		return false;
	assert_true(v.finding.check == CHECK_MACHINE_VERDICT ||
		    v.finding.check == CHECK_MACHINE_ADDRESS ||
		    v.finding.check == CHECK_MACHINE_FLAGS);
	return true;
}

/* The machine notices each defect but those it is known not to. */
static void wrong_descriptors_are_seen(void **state)
{
	unsigned count = 0;

	for (size_t i = 0; i < DEFECTS; i++) {
		const char *why = why_unseen(defects[i]);
		bool seen;

		if (!concerns(mutants[defects[i]].formats))
			continue;
		seen = defect_is_seen(*state, defects[i]);
		if (seen == !why)
			count += seen;
		else
			fail_msg("%s is %s: %s", mutants[defects[i]].id,
				 seen ? "seen" : "not seen",
				 why ? why : "no reason is known");
	}
	assert_true(count > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_tables_are_agreed_on),
		cmocka_unit_test(wrong_descriptors_are_seen),
	};

	return cmocka_run_group_tests(tests, open_hw, close_hw);
}
