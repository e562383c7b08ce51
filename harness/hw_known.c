/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Differences with a reason: what the emulator does, though the manual says
 * otherwise.  They are counted, and do not fail a run.
 */
#include <string.h>

#include "../oracles/mmu/mmu.h"
#include "hw_private.h"

/*
 * Supervisor code fetched from a user page that it had just read or written, or had
 * before a change without a flush.
 */
static bool sum_fetch(const struct hw *hw, const struct hw_difference *d)
{
	const struct hw_question *q = d->question;

	if (!q || !(run_regime(hw->run)->control & PT_REGIME_RISCV_SUM) ||
	    q->probe->privilege != PT_AS_KERNEL ||
	    q->probe->access != PT_EXEC || q->result->class != GUEST_OK)
		return false;
	if (q->was && q->was->verdict.word == PT_V_PERMISSION &&
	    !((q->was->pa ^ q->result->pa) & UINT32_MAX))
		return true;
	return d->check == CHECK_MACHINE_VERDICT && q->after &&
	       q->after->privilege == PT_AS_KERNEL &&
	       q->after->access != PT_EXEC &&
	       q->now.verdict.word == PT_V_PERMISSION;
}

static bool is_guarded(const struct hw_expected *e)
{
	return e->verdict.word == PT_V_PERMISSION && e->attrs & PT_X &&
	       pt_attrs_memtype(e->attrs) == PT_MEM_UC;
}

/* Code was fetched from guarded storage that had just been read or written. */
static bool guarded_fetch(const struct hw *hw, const struct hw_difference *d)
{
	const struct hw_question *q = d->question;

	(void)hw;
	if (!q || q->probe->access != PT_EXEC || q->result->class != GUEST_OK)
		return false;
	if (q->was && is_guarded(q->was) &&
	    !((q->was->pa ^ q->result->pa) & UINT32_MAX))
		return true;
	return d->check == CHECK_MACHINE_VERDICT && q->after &&
	       q->after->access != PT_EXEC && is_guarded(&q->now);
}

/* A pointer of the root, and no other, got the accessed flag of other entries. */
static bool pdpte_accessed(const struct hw *hw, const struct hw_difference *d)
{
	return d->word && d->word->root && !strcmp(hw->format->name, "i386-pae") &&
	       d->found == (d->word->before | 0x20);
}

/* A page that denies a write got dirty. */
static bool denied_dirty(const struct hw *hw, const struct hw_difference *d)
{
	(void)hw;
	return d->word && d->word->leaf && d->word->store && !d->missing &&
	       d->extra == HW_D;
}

/* A page that was read first did not get dirty by a write. */
static bool clean_behind_read(const struct hw *hw,
			      const struct hw_difference *d)
{
	return d->word && d->word->leaf && hw->pairs && !d->extra &&
	       d->missing == HW_D;
}

/*
 * A table was taken away, and what the machine holds of it serves on: of the entry
 * that led there nothing was invalidated.
 */
static bool table_held(const struct hw *hw, const struct hw_difference *d)
{
	const struct hw_question *q = d->question;

	(void)hw;
	return q && q->was && q->was->verdict.depth == PT_PTE &&
	       q->now.verdict.depth == PT_PMD;
}

/*
 * Conditions that the keys of a list cannot say.  Each is a stanza "told: hw" of that
 * name in arch/<a>/deviations, which has the reason; without the stanza, as with
 * another emulator, it does not count.
 */
static const struct known {
	const char *id;
	bool (*holds)(const struct hw *hw, const struct hw_difference *d);
} known[] = {
	{ "riscv-sum-fetch", sum_fetch },
	{ "ppc64-guarded-fetch", guarded_fetch },
	{ "i386-pae-pdpte-accessed", pdpte_accessed },
	{ "m68k-denied-modified", denied_dirty },
	{ "m68k-modified-lost", clean_behind_read },
	{ "xtensa-table-held", table_held },
};

static const struct deviation *asked(const struct hw *hw,
				     const struct hw_question *q)
{
	const struct deviation_query query = {
		.format = hw->format->name, .verdict = q->now.verdict,
		.got = { q->result->class, q->result->depth },
		.other_page = q->now.verdict.word == PT_V_OK &&
			      q->result->class == GUEST_OK,
		.control = run_regime(hw->run)->control,
		.access = q->probe->access, .privilege = q->probe->privilege,
		.again = q->after, .translate = q->probe->translate,
	};

	return deviation_find(&hw->deviations, &query);
}

const struct deviation *hw_known(const struct hw *hw,
				 const struct hw_difference *difference)
{
	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct deviation *d = deviation_named(&hw->deviations,
							    known[i].id);

		if (d && deviation_concerns(d, hw->format->name) &&
		    known[i].holds(hw, difference))
			return d;
	}
	return difference->question ? asked(hw, difference->question) : NULL;
}
