/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether the processor sees what the host does to tables.
 *
 * With TCG it does: the walk is a few loads of shared memory.  With KVM the processor
 * walks the guest's tables itself where it has nested paging; without, it walks tables
 * that KVM keeps, and KVM is told only of what the guest stores.
 */
#include <string.h>

#include <tablewalk/vpte.h>

#include "../oracles/mmu/mmu.h"
#include "hw_private.h"

static const char first_case[] =
	"tablewalk case 1\n"
	"regime 0\n"
	"profile current\n"
	"window ram\n"
	"salt 0x0000\n"
	"kinds default\n"
	"map at=home0 len=1unit attrs=rwuad pa=data height=0\n";

/* Reads the page; where that reached, or 0. */
static uint64_t reached(struct hw *hw, uint64_t va)
{
	const struct guest_probe probe = {
		.va = va, .access = PT_READ, .privilege = PT_AS_USER,
	};
	struct guest_result result;

	if (guest_run(hw->guest, run_regime(hw->run)->root[0], &probe, &result,
		      1, NULL) || result.class != GUEST_OK)
		return 0;
	return result.pa;
}

/* Moves the leaf at va, of so many bytes, to pa; whether a read follows it. */
static bool follows(struct hw *hw, const struct pt_lookup *leaf, uint64_t va,
		    uint64_t bytes, uint64_t pa)
{
	struct pt_space *space = run_space(hw->run, 0);

	return !pt_unmap(space, va, va + bytes - 1) &&
	       !pt_map(space, va, va + bytes - 1, pa, leaf->attrs, leaf->depth,
		       leaf->order) &&
	       reached(hw, va) == pa;
}

/* A page of the case, to and fro: some ways of keeping tables fail now and then. */
static bool to_and_fro(struct hw *hw)
{
	enum { TIMES = 16 };
	struct pt_lookup leaf = { .kind = PT_NONE };
	uint64_t va = 0, bytes, pa;

	hw_collect_pages(hw, 0);
	for (unsigned i = 0; i < hw->count && leaf.kind != PT_LEAF; i++) {
		va = hw->page[i];
		if (pt_translate(run_space(hw->run, 0), va, &leaf))
			return false;
	}
	pa = leaf.pa & ~HW_PAGE_MASK;
	if (leaf.kind != PT_LEAF || reached(hw, va) != pa)
		return false;
	bytes = pt_span(hw->format, leaf.depth) << leaf.order;
	for (unsigned i = 0; i < TIMES; i++)
		if (!follows(hw, &leaf, va, bytes, i % 2 ? pa : pa + bytes))
			return false;
	return true;
}

bool hw_edits_are_seen(struct hw *hw, char *error, size_t error_bytes)
{
	struct violation violation;
	struct tw_case c;

	if (case_parse(first_case, strlen(first_case), "self-test", &c, error,
		       error_bytes))
		return false;
	snprintf(error, error_bytes, "%s: with KVM the processor does not see what "
		 "the host does to tables", hw->format->name);
	return run_case(hw->run, &c, RUN_CHECK_END, NULL, &violation) &&
	       to_and_fro(hw);
}
