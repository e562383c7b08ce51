/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See dump_judge.h. */
#include "dump_judge.h"

#include <inttypes.h>
#include <string.h>

#define SMALL_RUN 40		/* pages */

struct judge {
	struct plain *p;
	struct pt_regime regime;
	bool by_default;		/* it is the format's first one */
	uint64_t next;			/* the address after the last run */
	uint64_t addresses, leaves, restricted, wx_pages;
};

static void dislikes(const struct judge *j, const struct pt_dump_run *run,
		     uint64_t va, const char *what)
{
	if (j->p->broken)
		return;
	print_error("%s: %s at 0x%" PRIx64 ", run 0x%" PRIx64 "-0x%" PRIx64
		    " %s %s attrs %#x removed %#x\n", j->p->f->name, what, va,
		    run->start, run->last, pt_kind_name(run->kind),
		    pt_depth_name(run->depth), run->attrs, run->removed);
	plain_breaks(j->p, what);
}

/*
 * Where a machine does not know a right that software keeps, or more decides than
 * the rights (arch/<a>/README.md).  Only the access named is not judged by the
 * effective rights there; permits() judges it all the same.
 */
enum only { ALWAYS, NOT_WRITE_BACK, WITHOUT_RIGHTS, USER_TAKEN_AWAY };

static const struct peculiarity {
	const char *architecture, *format;	/* one of them is NULL */
	enum pt_access access;
	enum only only;
} peculiarities[] = {
	/* Execution is the TLB entry's, and the handler permits it to all. */
	{ NULL, "m68k-coldfire", PT_EXEC, ALWAYS },
	{ "openrisc", NULL, PT_EXEC, ALWAYS },
	/* Nothing is fetched from guarded memory. */
	{ "microblaze", NULL, PT_EXEC, NOT_WRITE_BACK },
	{ NULL, "ppc64-radix-4k", PT_EXEC, NOT_WRITE_BACK },
	{ NULL, "ppc64-radix-64k", PT_EXEC, NOT_WRITE_BACK },
	/* The kernel can read what nobody has a right to. */
	{ NULL, "parisc64", PT_READ, WITHOUT_RIGHTS },
	/* APTable takes data accesses away from user code, not PXN or UXN. */
	{ "arm", NULL, PT_EXEC, USER_TAKEN_AWAY },
	{ "arm64", NULL, PT_EXEC, USER_TAKEN_AWAY },
};

static bool is_peculiar(const struct pt_format *f,
			const struct pt_dump_run *run, enum pt_access access)
{
	const size_t count = sizeof(peculiarities) / sizeof(*peculiarities);

	for (size_t i = 0; i < count; i++) {
		const struct peculiarity *q = &peculiarities[i];

		if (q->access != access ||
		    strcmp(q->format ? q->format : q->architecture,
			   q->format ? f->name : f->architecture))
			continue;
		if (q->only == ALWAYS ||
		    (q->only == NOT_WRITE_BACK && pt_attrs_memtype(run->attrs)) ||
		    (q->only == WITHOUT_RIGHTS && !(run->attrs & PT_RIGHTS)) ||
		    (q->only == USER_TAKEN_AWAY &&
		     run->attrs & run->removed & PT_USER))
			return true;
	}
	return false;
}

/*
 * Whether the verdict on an access is what the effective rights say: R, W, X are
 * those of the one the page is for.  A user has no access to what is the kernel's;
 * what the kernel may do to a user's page is the machine's affair (types.h).
 */
static bool is_as_effective(uint32_t effective, enum pt_access access,
			    enum pt_privilege privilege, unsigned word)
{
	static const uint32_t right[PT_ACCESSES] = { PT_R, PT_W, PT_X };
	/* Allowed by its rights: the flags may still ask for software. */
	const bool permitted = word == PT_V_OK || word == PT_V_ACCESS ||
			       word == PT_V_DIRTY;
	const bool users = effective & PT_USER;

	if (privilege == PT_AS_USER && !users)
		return word != PT_V_OK;
	if (users != (privilege == PT_AS_USER))
		return true;
	if (effective & right[access])
		return permitted;
	return word != PT_V_OK;
}

/* Taking rights away is as good as a leaf without them, where that exists. */
static bool is_as_without(const struct judge *j, const struct pt_dump_run *run,
			  enum pt_access access, enum pt_privilege privilege,
			  unsigned word)
{
	const uint32_t attrs = run->attrs & ~(run->removed & PT_RIGHTS);

	return !j->p->mmu->representable(run->depth, attrs) ||
	       (unsigned)j->p->mmu->permits(&j->regime, attrs, 0, access,
					    privilege) == word;
}

static void judge_leaf(struct judge *j, const struct pt_dump_run *run,
		       uint64_t va, const struct mmu_outcome *out)
{
	const uint32_t effective = pt_dump_effective(run);

	if (!out->leaf || out->depth != run->depth ||
	    out->attrs != run->attrs || out->denied != run->removed) {
		dislikes(j, run, va, "the leaf is another");
		return;
	}
	for (unsigned w = 0; w < PT_PRIVILEGES; w++) {
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			unsigned word = out->verdict[w][a].word;

			if (word != (unsigned)j->p->mmu->permits(
					    &j->regime, run->attrs,
					    run->removed, a, w))
				dislikes(j, run, va, "permits() says other");
			if (is_peculiar(j->p->f, run, a))
				continue;
			/* Other regimes may ignore rights (x86: WP). */
			if ((j->by_default &&
			     !is_as_effective(effective, a, w, word)) ||
			    !is_as_without(j, run, a, w, word)) {
				dislikes(j, run, va, "other rights than these");
			}
		}
	}
}

static void judge_address(struct judge *j, const struct pt_dump_run *run,
			  uint64_t va)
{
	struct mmu_outcome out;

	if (j->p->broken || !plain_translate(j->p, &j->p->space, va, &out))
		return;
	j->addresses++;
	if (run->kind == PT_LEAF) {
		judge_leaf(j, run, va, &out);
		return;
	}
	for (unsigned w = 0; w < PT_PRIVILEGES; w++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			if (out.verdict[w][a].word == PT_V_OK || out.leaf)
				dislikes(j, run, va, "nothing is mapped there");
}

static int judge_run(void *context, const struct pt_dump_run *run)
{
	struct judge *j = context;
	const uint64_t page = pt_span(j->p->f, PT_PTE);
	const uint64_t pages = (run->last - run->start) / page + 1;
	const uint32_t wx = PT_W | PT_X;

	if (run->start != j->next)
		dislikes(j, run, run->start, "runs leave something out");
	j->next = run->last + 1;
	j->leaves += run->kind == PT_LEAF;
	j->restricted += run->kind == PT_LEAF && (run->attrs & run->removed);
	if (run->kind == PT_LEAF && (pt_dump_effective(run) & wx) == wx)
		j->wx_pages += pages;
	for (uint64_t n = 0; n < pages && n < SMALL_RUN; n++)
		judge_address(j, run, run->start + n * page);
	if (pages > SMALL_RUN) {
		judge_address(j, run, run->start + pages / 2 * page);
		judge_address(j, run, run->last - page);
	}
	judge_address(j, run, run->last);
	return 0;
}

uint64_t judge_dump(struct plain *p, uint64_t seed, unsigned regime)
{
	struct judge j = {
		.p = p, .by_default = !regime,
		.regime = {
			.control = p->f->regime[regime],
			.pa_bits = p->f->pa_bits,
		},
	};
	struct pt_dump dump = {
		.flags = PT_DUMP_HOLES, .context = &j, .run = judge_run,
	};

	p->control = j.regime.control;
	rules_populate(p, &seed, 40);
	assert_int_equal(pt_dump_range(&p->space, 0, p->last, &dump), 0);
	plain_holds(p, j.next == p->last + 1, "runs reach the end");
	plain_holds(p, j.wx_pages == dump.wx_pages, "W+X pages are counted");
	plain_holds(p, j.leaves > 0, "there is something to judge");
	return j.restricted;
}
