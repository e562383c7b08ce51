/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guest comparison by the machine's translate instruction: see hw_private.h.
 */
#include "hw_private.h"

/* The probes of one batch. */
struct asked {
	struct hw *hw;
	unsigned count;
};

/* Every kind of access that the instruction answers for. */
static bool add_boundary(void *context, uint64_t va)
{
	struct asked *a = context;
	struct guest_probe *probe = a->hw->probe;
	const uint64_t page = va & ~HW_PAGE_MASK;

	if (a->count && probe[a->count - 1].va == page)
		return true;
	if (a->count + GUEST_KINDS > GUEST_BATCH_MAX)
		return false;
	for (unsigned i = 0; i < GUEST_KINDS; i++) {
		probe[a->count] = guest_kind(page, i);
		probe[a->count].translate = true;
		a->count += guest_makes(a->hw->guest, &probe[a->count]);
	}
	return true;
}

static int ask_space(struct hw *hw, unsigned space,
		     struct violation *violation, char *error,
		     size_t error_bytes)
{
	struct asked a = { .hw = hw };
	int ret;

	hw->space = space;
	oracle_each_boundary(run_oracle(hw->run), space, add_boundary, &a);
	if (!a.count)
		return 0;
	ret = guest_run(hw->guest, hw_root(hw, space), hw->probe, hw->result,
			a.count, NULL);
	if (ret)
		return hw_guest_failed(hw, ret, error, error_bytes);
	for (unsigned i = 0; i < a.count && !ret; i++) {
		const struct hw_question q = {
			.probe = &hw->probe[i], .result = &hw->result[i],
			.now = hw_expect(hw, &hw->probe[i]),
		};

		ret = hw_judge(hw, &q, violation);
	}
	return ret;
}

int hw_translate(struct hw *hw, struct violation *violation, char *error,
		 size_t error_bytes)
{
	int ret = 0;

	if (!guest_translate_mask(hw->guest))
		return 0;
	for (unsigned i = 0; i < PT_SPACES && !ret; i++)
		ret = ask_space(hw, i, violation, error, error_bytes);
	return ret;
}
