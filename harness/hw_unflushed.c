/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Accesses behind a change of tables without a flush.
 *
 * The change is the last operation of the case that changes what tables say.  In
 * front of it the processor makes every access that is permitted to some pages, most
 * of them those that the operation is about; it keeps what it holds of the tables while
 * the operation is carried out, and then makes all accesses to these pages.  An
 * operation may pass through states that are neither old nor new, but nobody makes an
 * access meanwhile: each answer is the old one or the new one, page included.  Then the
 * same accesses are made behind a flush: each answer is the new one.
 *
 * Intel SDM volume 3A, 4.10.4.4, and the other manuals alike: until it is invalidated
 * a translation may be used; what is between a table's entry and a page that a
 * processor holds apart (4.10.3) could lead through tables that are released already.
 * Emulators hold whole translations only; the host's processor is not asked (KVM).
 */
#include <errno.h>
#include <string.h>

#include "../oracles/mmu/mmu.h"
#include "hw_private.h"

/* Pages that are accessed; each by all kinds before and behind. */
enum { PAGES = 16, ACCESSES = PAGES * GUEST_KINDS };

struct unflushed {
	struct hw *hw;
	unsigned end;			/* index behind the operation */
	bool failed;			/* it did not pass the checks of run_case() */
	struct violation violation;	/* then; unused */
	struct guest_lot before, after;
	struct guest_probe first[ACCESSES], second[ACCESSES];
	struct guest_result first_result[ACCESSES], second_result[ACCESSES];
	struct hw_expected first_now[ACCESSES];
	struct hw_expected was[ACCESSES], now[ACCESSES];
	unsigned page[ACCESSES];	/* of second: index of its page in hand */
};

/* Whether the operation changes what the tables say to the hardware. */
static bool says_more(const struct op *op)
{
	switch ((unsigned)op->kind) {
	case OP_MAP:
	case OP_UNMAP:
	case OP_PROTECT:
	case OP_SPLIT:
	case OP_COLLAPSE:
	case OP_RESTRICT:
	case OP_SETKIND:
	case OP_FREE:
	case OP_INSTALL:
	case OP_COPY:
		return true;
	default:
		return false;
	}
}

/* The index of the last such operation, which is put into *op; -1: none. */
static int last_change(const struct hw *hw, const struct tw_case *c,
		       struct op *op)
{
	const struct case_place place = machine_place(hw->format);
	struct case_resolver resolver;
	struct op next;
	int last = -1;

	case_resolver_init(&resolver, c, &place);
	for (int i = 0; case_resolve(&resolver, &next); i++) {
		if (!says_more(&next))
			continue;
		*op = next;
		last = i;
	}
	return last;
}

/* Whether the operation is about that page, or a neighbour of it. */
static bool concerns(const struct op *op, uint64_t page)
{
	const uint64_t bytes = HW_PAGE_MASK + 1;
	const uint64_t first = op->va & ~HW_PAGE_MASK;
	const uint64_t last = op->last > op->va ? op->last : op->va;

	return page - (first - bytes) <= (last & ~HW_PAGE_MASK) - first +
						 2 * bytes;
}

/* Keeps PAGES of the pages in hand: those that the operation is about first. */
static void choose_pages(struct hw *hw, const struct op *op)
{
	uint64_t chosen[PAGES];
	unsigned count = 0;

	for (unsigned about = 2; about-- > 0;)
		for (unsigned i = 0; i < hw->count && count < PAGES; i++)
			if (concerns(op, hw->page[i]) == (about == 1))
				chosen[count++] = hw->page[i];
	memcpy(hw->page, chosen, count * sizeof(chosen[0]));
	hw->count = count;
}

/* What is permitted now, by that privilege, to all pages: before. */
static void fill_before(struct unflushed *u, enum pt_privilege privilege)
{
	struct hw *hw = u->hw;

	for (unsigned i = 0; i < hw->count * PT_ACCESSES; i++) {
		const struct guest_probe probe = {
			.va = hw->page[i / PT_ACCESSES],
			.access = (enum pt_access)(i % PT_ACCESSES),
			.privilege = privilege,
		};
		const struct hw_expected now = hw_expect(hw, &probe);

		if (now.verdict.word != PT_V_OK)
			continue;
		u->first[u->before.count] = probe;
		u->first_now[u->before.count++] = now;
	}
}

/* All kinds, by that privilege, to all pages: behind. */
static void fill_after(struct unflushed *u, enum pt_privilege privilege)
{
	struct hw *hw = u->hw;

	for (unsigned i = 0; i < hw->count * PT_ACCESSES; i++) {
		const size_t n = u->after.count++;

		u->second[n] = (struct guest_probe){
			.va = hw->page[i / PT_ACCESSES],
			.access = (enum pt_access)(i % PT_ACCESSES),
			.privilege = privilege,
		};
		u->page[n] = i / PT_ACCESSES;
		u->was[n] = hw_expect(hw, &u->second[n]);
	}
}

/*
 * One privilege is the last before and the first behind: QEMU gives up all that it
 * holds when a riscv guest's mstatus changes.
 */
static void fill(struct unflushed *u)
{
	const enum pt_privilege middle = (enum pt_privilege)(u->hw->salt &
							     1);
	const enum pt_privilege other = (enum pt_privilege)(~u->hw->salt & 1);

	u->before = (struct guest_lot){ u->first, u->first_result, 0 };
	u->after = (struct guest_lot){ u->second, u->second_result, 0 };
	fill_before(u, other);
	fill_before(u, middle);
	fill_after(u, middle);
	fill_after(u, other);
	/* A batch needs some access to pause behind. */
	if (!u->before.count && u->after.count) {
		u->first[0] = u->second[0];
		u->first_now[0] = u->was[0];
		u->before.count = 1;
	}
}

/*
 * The guest waits.  What it wrote is taken back, as the models know nothing of it.
 * Pages that have become others than data must not be touched.
 */
static void change(void *context)
{
	struct unflushed *u = context;
	struct hw *hw = u->hw;
	const size_t count = u->after.count;

	hw_words_restore(hw);
	u->failed = !run_until(hw->run, u->end, &u->violation);
	u->after.count = 0;
	if (u->failed)
		return;
	hw_words_collect(hw);
	hw_words_begin(hw);
	hw_pool_take(hw);
	for (size_t i = 0; i < count; i++) {
		const size_t n = u->after.count;

		if (!hw_page_is_safe(hw, u->second[i].va))
			continue;
		u->second[n] = u->second[i];
		u->page[n] = u->page[i];
		u->was[n] = u->was[i];
		u->now[n] = hw_expect(hw, &u->second[n]);
		u->after.count++;
	}
}

static int judge_before(struct unflushed *u, struct violation *violation)
{
	int ret = 0;

	for (size_t i = 0; i < u->before.count && !ret; i++) {
		const struct hw_question q = {
			.probe = &u->first[i], .result = &u->first_result[i],
			.after = i && u->first[i - 1].va == u->first[i].va ?
					 &u->first[i - 1] : NULL,
			.now = u->first_now[i],
		};

		ret = hw_judge(u->hw, &q, violation);
	}
	return ret;
}

/* unflushed: what held before the change will do, too. */
static int judge_after(struct unflushed *u, bool unflushed,
		       struct violation *violation)
{
	struct hw *hw = u->hw;
	int ret = 0;

	for (size_t i = 0; i < u->after.count && !ret; i++) {
		const struct hw_question q = {
			.probe = &u->second[i], .result = &u->second_result[i],
			.after = i && u->page[i - 1] == u->page[i] ?
					 &u->second[i - 1] : NULL,
			.now = u->now[i], .was = unflushed ? &u->was[i] : NULL,
		};

		hw_words_access(hw, u->page[i], q.probe, q.result);
		ret = hw_judge(hw, &q, violation);
	}
	if (!ret)
		ret = hw_words_end(hw, unflushed, violation);
	return ret ? ret : hw_pool_check(hw, violation);
}

/* The same accesses as behind the change, behind a flush: now only the new will do. */
static int ask_flushed(struct unflushed *u, struct violation *violation,
		       char *error, size_t error_bytes)
{
	struct hw *hw = u->hw;
	int ret;

	hw->pairs = true;
	hw_words_begin(hw);
	ret = guest_run(hw->guest, hw_root(hw, hw->space),
			u->second, u->second_result, u->after.count, NULL);
	if (ret)
		return hw_guest_failed(hw, ret, error, error_bytes);
	return judge_after(u, false, violation);
}

/* Around the operation that ends in front of u->end; 1, 0 or an error. */
static int ask(struct unflushed *u, const struct op *op,
	       struct violation *violation, char *error, size_t error_bytes)
{
	struct hw *hw = u->hw;
	int ret = guest_set_regime(hw->guest, run_regime(hw->run)->control);

	if (ret)
		return hw_guest_failed(hw, ret, error, error_bytes);
	hw_collect_pages(hw, run_current(hw->run));
	choose_pages(hw, op);
	fill(u);
	if (!u->before.count)
		return 0;
	hw_words_collect(hw);
	ret = guest_run_changed(hw->guest,
				hw_root(hw, hw->space),
				&u->before, &u->after, change, u, NULL);
	if (ret)
		return hw_guest_failed(hw, ret, error, error_bytes);
	if (u->failed)
		return 0;
	ret = judge_before(u, violation);
	if (!ret)
		ret = judge_after(u, true, violation);
	return ret ? ret : ask_flushed(u, violation, error, error_bytes);
}

/*
 * Model and subject disagree: no matter for the guest.  Run as a whole, the case tells
 * from where on; what was not clean in steps is not clean then either.
 */
static int run_again(struct hw *hw, const struct tw_case *c,
		     struct violation *violation, char *error,
		     size_t error_bytes)
{
	if (!run_case(hw->run, c, RUN_CHECK_END, NULL, violation)) {
		hw->counts.unexplained++;
		return 1;
	}
	snprintf(error, error_bytes, "a case is clean as a whole, and is not in "
		 "steps");
	return -EINVAL;
}

int hw_run_unflushed(struct hw *hw, const struct tw_case *c,
		     struct violation *violation, char *error,
		     size_t error_bytes)
{
	struct unflushed u = { .hw = hw };
	struct violation last;
	struct op op;
	const int change_at = hw->options.kvm ? -1 : last_change(hw, c, &op);
	int ret;

	run_start(hw->run, c);
	if (change_at >= 0) {
		u.end = (unsigned)change_at + 1;
		if (!run_until(hw->run, (unsigned)change_at, &last))
			return run_again(hw, c, violation, error, error_bytes);
		ret = ask(&u, &op, violation, error, error_bytes);
		if (ret > 0) {
			violation->at_end = false;
			violation->op = op;
			violation->op_index = (unsigned)change_at;
		}
		if (ret)
			return ret;
	}
	if (u.failed || !run_finish(hw->run, &last))
		return run_again(hw, c, violation, error, error_bytes);
	violation->op_index = last.op_index;
	return 0;
}
