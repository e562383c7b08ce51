/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What Linux 6.12 is known to do otherwise than the contract says under its
 * flags, and random walks therefore keep away from.  Each is shown, and it is
 * checked that it is still so: the day one is gone, or the contract says it,
 * this fails and the restriction on random walks can go.
 */
#include <errno.h>
#include <stdio.h>

#include <tablewalk/check.h>

#include "../../harness/run.h"
#include "match.h"

#define VA UINT64_C(0x8000000000)
#define ALL_CALLBACKS 0x3f

struct known {
	const char *what;
	/* Prepares tables and *op; false where the format has nothing like it. */
	bool (*set_up)(struct match *m, struct match_op *op);
	int (*linux_ret)(const struct match *m);
	uint32_t linux_events;	/* of its trace, the return included; 0: any */
};

static void apply(struct match *m, const struct op *op)
{
	pt_check(match_apply(m, op));
	pt_check(m->seen.event[m->seen.count - 1].ret == 0);
}

static void map(struct match *m, uint64_t va, unsigned pages)
{
	apply(m, &(struct op){
		.kind = OP_MAP, .va = va, .last = va + pages * 4096u - 1,
		.pa = 0x40000000, .attrs = PT_R | PT_W | PT_USER,
		.depth = PT_PTE,
	});
}

static void walk(struct match_op *op, enum glue_entry entry)
{
	*op = (struct match_op){
		.op = { .kind = OP_WALK, .va = VA, .last = VA + 0x1fff,
			.walk.callbacks = ALL_CALLBACKS },
		.entry = (uint8_t)entry,
	};
}

/* mm/pagewalk.c, walk_pmd_range(): action is looked at after the page table. */
static bool pte_again(struct match *m, struct match_op *op)
{
	map(m, VA, 2);
	match_dress(m);
	walk(op, GLUE_TABLES);
	op->op.walk.action = OP_AGAIN;
	op->op.walk.action_depth = PT_PTE;
	return true;
}

/* walk_pmd_range(): there is no count. */
static bool again_for_ever(struct match *m, struct match_op *op)
{
	map(m, VA, 2);
	match_dress(m);
	walk(op, GLUE_TABLES);
	op->op.walk.callbacks = OP_CB_ENTRY(PT_PMD);
	op->op.walk.action = OP_AGAIN;
	op->op.walk.action_depth = PT_PMD;
	op->op.walk.action_always = true;
	op->op.walk.stop_at = 100;
	op->op.walk.stop_value = 5;
	return true;
}

static bool restricted(struct match *m, struct match_op *op, unsigned depth,
		       uint32_t right, enum glue_entry entry)
{
	if (depth < m->format->top)
		return false;
	map(m, VA, 2);
	apply(m, &(struct op){ .kind = OP_RESTRICT, .va = VA,
			       .depth = (uint8_t)depth, .attrs = right });
	match_dress(m);
	walk(op, entry);
	op->op.walk.callbacks = OP_CB_ENTRY(PT_PTE) | OP_CB_HOLE;
	return true;
}

/* arch/x86/include/asm/pgtable.h, pgd_bad(): all but USER must be as usual. */
static bool pgd_without_w(struct match *m, struct match_op *op)
{
	return restricted(m, op, PT_PGD, PT_W, GLUE_TABLES);
}

/* p4d_bad(): no other bits than the usual ones, and NX is not. */
static bool p4d_without_x(struct match *m, struct match_op *op)
{
	return restricted(m, op, PT_P4D, PT_X, GLUE_TABLES);
}

/* mm/pgtable-generic.c, __pte_offset_map(): pmd_bad(), not for init_mm. */
static bool pmd_without_w(struct match *m, struct match_op *op)
{
	return restricted(m, op, PT_PMD, PT_W, GLUE_DEBUG_USER);
}

/* pmd_bad() wants D in a table entry, which hardware ignores there. */
static bool pmd_without_d(struct match *m, struct match_op *op)
{
	map(m, VA, 2);
	match_dress(m);
	*match_slot(m, VA, PT_PMD) &= ~UINT64_C(0x60);
	walk(op, GLUE_DEBUG_USER);
	op->op.walk.callbacks = OP_CB_ENTRY(PT_PTE) | OP_CB_HOLE;
	return true;
}

/*
 * p4d_bad() looks for bits that are too many, not for P: a table entry without
 * it is followed.  The model has a hole there: the tables are another space's.
 */
static bool p4d_without_p(struct match *m, struct match_op *op)
{
	const uint64_t elsewhere = VA + (UINT64_C(1) << 40);

	map(m, elsewhere, 2);
	match_dress(m);
	if (m->format->top == PT_PGD)
		map(m, VA - 4096, 1);
	match_dress(m);
	*match_slot(m, VA, PT_P4D) =
		*match_slot(m, elsewhere, PT_P4D) & ~UINT64_C(1);
	walk(op, GLUE_TABLES);
	op->op.walk.callbacks = OP_CB_ENTRY(PT_PTE) | OP_CB_HOLE;
	return true;
}

/* walk_pte_range_inner() would not end, but a hole comes before that. */
static bool below_a_page(struct match *m, struct match_op *op)
{
	(void)m;
	walk(op, GLUE_TABLES);
	op->op.va = 0;
	op->op.last = 0x7ff;
	op->op.walk.callbacks = OP_CB_HOLE;
	return true;
}

static int zero(const struct match *m)
{
	(void)m;
	return 0;
}

static int five(const struct match *m)
{
	(void)m;
	return 5;
}

static const struct known known[] = {
	{ "AGAIN of a pte callback: the pmd is evaluated again after its page "
	  "table", pte_again, zero, 0 },
	{ "AGAIN has no limit", again_for_ever, five, 101 },
	{ "a pgd table entry without W is bad, and cleared", pgd_without_w,
	  zero, 2 },
	{ "a p4d table entry with NX is bad, and cleared", p4d_without_x, zero,
	  2 },
	{ "a pmd table entry without W is bad, and cleared, but for init_mm",
	  pmd_without_w, zero, 2 },
	{ "a pmd table entry without D is bad, and cleared, but for init_mm",
	  pmd_without_d, zero, 2 },
	{ "a p4d table entry without P is not bad, and followed",
	  p4d_without_p, zero, 2 },
	{ "a range below one page is walked, as far as it is a hole",
	  below_a_page, zero, 0 },
};

static void print_trace(const char *who, const struct trace *trace)
{
	char line[256];

	printf("    %s:\n", who);
	for (uint32_t i = 0; i < trace->count && i < 8; i++) {
		oracle_print_event(line, sizeof(line), &trace->event[i]);
		printf("      %s\n", line);
	}
	if (trace->count > 8)
		printf("      ... %u events in all\n", trace->count);
}

static bool show(struct match *m, const struct known *k)
{
	struct finding finding;
	struct match_op op;
	char line[256];
	int ret;
	bool differs;

	match_begin(m, CASE_WINDOW_LOW, 0);
	if (!k->set_up(m, &op))
		return true;
	match_walk(m, &op);
	match_expect(m, &op.op);
	run_print_op(line, sizeof(line), &op.op);
	printf("  %s\n    %s: %s\n", k->what, m->format->name, line);
	print_trace("the oracle expects", &m->expected);
	print_trace("Linux did", &m->seen);
	ret = m->seen.event[m->seen.count - 1].ret;
	differs = !oracle_trace_equal(&m->expected, &m->seen, &finding) &&
		  ret == k->linux_ret(m) &&
		  (!k->linux_events || m->seen.count == k->linux_events);
	if (!differs)
		printf("DIFFER: this is not so any more\n");
	return differs;
}

int known_differences(struct match *four, struct match *five_level)
{
	bool all = true;

	for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		all &= show(four, &known[i]);
		all &= show(five_level, &known[i]);
	}
	printf("%s\n", all ? "all differ as is known" :
			     "what is known to differ is out of date");
	return all ? 0 : 1;
}
