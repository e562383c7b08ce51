/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Families: formats of one architecture that differ by one more level on top.
 * What a case does on the small one it does on the large one too.
 *
 * Each operation is resolved for the small format and carried out on both.  Not
 * compared, because the level between makes the difference:
 *  - an operation that the small format answers with -ERANGE: the large one may
 *    well translate that address.  It is left out on the large one;
 *  - fail and ctor-fail: they count tables, of which the large one needs more;
 *  - share and sync: half of the large one's root is another range;
 *  - owner down to the small one's root, which is always there;
 *  - the script of a walk (actions, stops), and during: they count callbacks, of
 *    which the large one has others.  The walk itself is compared, and what would
 *    have been held is carried out at its turn;
 *  - where tables are, and how many (allocations, releases);
 *  - at and above the first level that both have with the same span: the depth
 *    of a hole, since either may have no table there, and visits above it.
 *    The addresses that such holes cover together are compared;
 *  - operations that name a depth above that level, and those at the depths
 *    that a pair names as different, with the reason.
 * Which rules an address must follow (va_rule) is the same in all pairs; pairs
 * of a signed and an unsigned range have different addresses, not more of them.
 */
#include "folding_fixture.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../oracles/oracle.h"

/* Random cases for each pair, besides the seeds. */
#define CASES 100
#define EVENTS (UINT32_C(1) << 16)

struct pair {
	const char *small, *large;
	/* Depths of both where they can have different things, and why. */
	uint8_t different;
	const char *why;
};

static const struct pair pairs[] = {
	{ "x86_64-4level", "x86_64-5level", 0, NULL },
	{ "arm64-4k-39", "arm64-4k-48", 0, NULL },
	{ "arm64-4k-48", "arm64-4k-52", 1 << PT_P4D,
	  "512 GiB blocks exist with TCR.DS only" },
	{ "arm64-16k-36", "arm64-16k-47", 0, NULL },
	{ "arm64-16k-47", "arm64-16k-48", 0, NULL },
	{ "arm64-16k-47", "arm64-16k-52", 1 << PT_PUD,
	  "64 GiB blocks exist with TCR.DS only" },
	{ "arm64-64k-42", "arm64-64k-48", 0, NULL },
	{ "arm64-64k-42", "arm64-64k-52", 0, NULL },
	{ "arm64-s2-40", "arm64-s2-48", 0, NULL },
	{ "riscv-sv39", "riscv-sv48", 0, NULL },
	{ "riscv-sv48", "riscv-sv57", 0, NULL },
	{ "s390x-3level", "s390x-4level", 0, NULL },
	{ "s390x-4level", "s390x-5level", 0, NULL },
	{ "mips64-4k", "mips64-4k-48", 0, NULL },
	{ "arc-2level-8k", "arc-3level-8k", 0, NULL },
	{ "arc-3level-8k", "arc-4level-8k", 0, NULL },
};

/* Pairs that look like the above, and differ in more than a level. */
static const struct pair other_pairs[] = {
	{ "arm-short-linux", "arm-lpae", 0,
	  "two entry formats: other attributes, blocks with LPAE only" },
	{ "riscv-sv39", "riscv-sv48-svpbmt", 0,
	  "memory types with Svpbmt only; riscv-sv48 is compared" },
	{ "riscv-sv48-svpbmt", "riscv-sv57", 0,
	  "memory types with Svpbmt only; riscv-sv48 is compared" },
	{ "riscv-sv39-svnapot", "riscv-sv48", 0,
	  "groups with Svnapot only; riscv-sv39 is compared" },
	{ "riscv-sv39-svnapot", "riscv-sv48-svpbmt", 0,
	  "groups with the one, memory types with the other" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One case on both formats. */
struct family {
	const struct pair *pair;
	unsigned first;			/* depth from which spans are equal */
	struct side small, large;
	struct oracle *oracle[2];	/* small, large: for their boundaries */
	struct trace expected;		/* room for what they expect */
	struct trace visits[2], gaps[2];
	const char *seed;		/* NULL: drawn, with that number */
	unsigned number;
	unsigned failures;
	uint64_t compared, skipped, executed, addresses, leaves;
};

static void differ(struct family *f, const char *what, const struct op *op)
{
	complain(&f->failures, "%s and %s, case %s %u: %s, %s 0x%" PRIx64,
		 f->pair->small, f->pair->large, f->seed ? f->seed : "number",
		 f->number, what, op ? op_kind_name(op->kind) : "address",
		 op ? op->va : 0);
}

/* Everything that an operation can ask of a depth and be refused. */
struct ability {
	uint32_t rights, flags, memtypes, kinds, deniable;
	unsigned groups, key_width;
	bool leaf;
};

static uint32_t flags_of(const struct pt_leaf_layout *l)
{
	const struct pt_flag *flag[] = {
		&l->global, &l->accessed, &l->dirty, &l->soft0, &l->soft1,
	};
	uint32_t set = 0;

	for (unsigned i = 0; i < COUNT(flag); i++)
		set |= (uint32_t)(flag[i]->mask != 0) << i;
	return set;
}

static void ability_of(const struct pt_format *f, unsigned depth,
		       struct ability *a)
{
	const struct pt_level *l = &f->level[depth];

	memset(a, 0, sizeof(*a));
	a->leaf = l->leaf.match.count;
	for (unsigned i = 0; a->leaf && i <= PT_RIGHTS; i++)
		a->rights |= (uint32_t)l->leaf.rights.right[i].representable
			     << i;
	a->flags = a->leaf ? flags_of(&l->leaf) : 0;
	a->memtypes = a->leaf ? 1u << PT_MEM_WB : 0;
	for (unsigned i = 0; a->leaf && l->leaf.memtype.mask && i < PT_MEMTYPES;
	     i++)
		a->memtypes |= (uint32_t)l->leaf.memtype.type[i].representable
			       << i;
	a->key_width = a->leaf ? l->leaf.key.width : 0;
	a->kinds = (uint32_t)(l->leaf.protnone.count != 0) |
		   (uint32_t)(l->swap.match.count != 0) << 1 |
		   (uint32_t)(l->migration.match.count != 0) << 2 |
		   (uint32_t)(l->marker.match.count != 0) << 3;
	for (unsigned i = 0; i < l->table.hierarchy_count; i++)
		a->deniable |= l->table.hierarchy[i].right;
	for (unsigned i = 0; i < l->group_count; i++)
		a->groups |= 1u << l->group[i].order;
}

static bool same_ability(const struct pt_format *a, const struct pt_format *b,
			 unsigned depth)
{
	struct ability of_a, of_b;

	ability_of(a, depth, &of_a);
	ability_of(b, depth, &of_b);
	return of_a.leaf == of_b.leaf && of_a.rights == of_b.rights &&
	       of_a.flags == of_b.flags && of_a.memtypes == of_b.memtypes &&
	       of_a.key_width == of_b.key_width && of_a.kinds == of_b.kinds &&
	       of_a.deniable == of_b.deniable && of_a.groups == of_b.groups;
}

/* The first depth of the small format from which on entries span the same. */
static unsigned first_alike(const struct pt_format *small,
			    const struct pt_format *large)
{
	unsigned depth = PT_PTE;

	while (depth > small->top &&
	       small->level[depth - 1].va_shift ==
		       large->level[depth - 1].va_shift)
		depth--;
	return depth;
}

/* Whether an operation asks for what the two formats have differently. */
static bool is_left_out(const struct family *f, const struct op *op)
{
	switch ((unsigned)op->kind) {
	case OP_FAIL:
	case OP_CTOR_FAIL:
	case OP_DURING:
	case OP_SHARE:
	case OP_SYNC:
		return true;
	case OP_OWNER:
	case OP_POISON:
		return op->depth <= f->small.format->top;
	case OP_POKE:
		/* The same place of the other half is elsewhere. */
		return op->depth <= f->small.format->top ||
		       op->nth == OP_POKE_OTHER;
	case OP_MAP:
	case OP_SPLIT:
	case OP_COLLAPSE:
	case OP_RESTRICT:
	case OP_SETKIND:
		return op->depth < f->first ||
		       f->pair->different >> op->depth & 1;
	default:
		return false;
	}
}

/* A hole among those whose depth is not compared: joined to the one before. */
static void add_gap(struct trace *gaps, const struct trace_event *hole)
{
	if (gaps->count && gaps->event[gaps->count - 1].last + 1 == hole->va) {
		gaps->event[gaps->count - 1].last = hole->last;
		return;
	}
	assert_true(gaps->count < gaps->capacity);
	gaps->event[gaps->count++] = (struct trace_event){
		.type = TRACE_HOLE, .va = hole->va, .last = hole->last,
		.count = 1,
	};
}

/* Of a walk's trace, what does not depend on the levels above first. */
static void reduce(struct family *f, const struct trace *trace,
		   struct trace *visits, struct trace *gaps)
{
	visits->count = gaps->count = 0;
	for (uint32_t i = 0; i < trace->count; i++) {
		const struct trace_event *e = &trace->event[i];

		if (e->type == TRACE_HOLE && e->depth <= (int)f->first)
			add_gap(gaps, e);
		else if ((e->type == TRACE_VISIT || e->type == TRACE_HOLE) &&
			 e->depth >= (int)f->first)
			trace_emit(visits, e);
	}
	assert_false(visits->overflow);
}

static bool traces_equal(const struct trace *a, const struct trace *b)
{
	if (a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (!trace_event_equal(&a->event[i], &b->event[i]))
			return false;
	return true;
}

static void compare_walks(struct family *f, const struct op *op)
{
	reduce(f, &f->small.trace, &f->visits[0], &f->gaps[0]);
	reduce(f, &f->large.trace, &f->visits[1], &f->gaps[1]);
	for (uint32_t i = 0; i < f->visits[0].count; i++)
		if (f->visits[0].event[i].kind == PT_LEAF)
			f->leaves += f->visits[0].event[i].count;
	if (!traces_equal(&f->visits[0], &f->visits[1]))
		differ(f, "visits differ", op);
	/* R23: else the level between is not read, nor its holes reported. */
	if ((op->walk.callbacks & (OP_CB_HOLE - 1u)) >> f->first &&
	    !traces_equal(&f->gaps[0], &f->gaps[1]))
		differ(f, "holes cover different addresses", op);
}

/* A hole counts as one of the first level, wherever above it was found. */
static int level_depth(const struct family *f, const struct pt_lookup *found)
{
	return found->kind == PT_NONE && found->depth < f->first
		       ? (int)f->first : found->depth;
}

static void compare_address(struct family *f, unsigned space, uint64_t va)
{
	const struct op at = { .kind = OP_TRANSLATE, .va = va };
	struct pt_lookup a = { 0 }, b = { 0 };
	int small = pt_translate(&f->small.subject.space[space], va, &a);
	int large = pt_translate(&f->large.subject.space[space], va, &b);

	f->addresses++;
	if (small == -ERANGE) {
		if (large == 0 && b.kind != PT_NONE)
			differ(f, "something outside the small one", &at);
		return;
	}
	if (small != large || a.kind != b.kind || a.pa != b.pa ||
	    a.attrs != b.attrs || a.removed != b.removed ||
	    a.order != b.order || level_depth(f, &a) != level_depth(f, &b))
		differ(f, "lookups differ", &at);
}

/* Which addresses to look at: the borders that one of the oracles knows. */
struct looking {
	struct family *family;
	unsigned space;
};

static bool look(void *context, uint64_t va)
{
	const struct looking *l = context;

	compare_address(l->family, l->space, va);
	return true;
}

static void expect(struct family *f, struct oracle *oracle,
		   const struct op *op)
{
	f->expected.count = 0;
	f->expected.overflow = false;
	oracle_expect(oracle, op, &f->expected);
}

static void apply_both(struct family *f, const struct op *op)
{
	int small = side_apply(&f->small, op), large;

	expect(f, f->oracle[0], op);
	if (small == -ERANGE) {
		f->skipped++;
		return;
	}
	large = side_apply(&f->large, op);
	expect(f, f->oracle[1], op);
	f->compared++;
	f->executed += small >= 0;
	if (small != large)
		differ(f, "return values differ", op);
	if (op->kind == OP_WALK)
		compare_walks(f, op);
	if (op->kind == OP_TRANSLATE)
		compare_address(f, f->small.subject.current, op->va);
}

static void check_case(struct family *f, const struct tw_case *c)
{
	const struct pt_format *small = f->small.format;
	const struct pt_format *large = f->large.format;
	const struct case_place place = machine_place(small);
	struct pt_regime regime = { .pa_bits = small->pa_bits };
	struct case_resolver resolver;
	struct op op;

	side_begin(&f->small, c, small->pa_bits, 0);
	side_begin(&f->large, c, small->pa_bits, 0);
	regime.control = small->regime[0];
	oracle_reset(f->oracle[0], &regime);
	regime.control = large->regime[0];
	oracle_reset(f->oracle[1], &regime);
	case_resolver_init(&resolver, c, &place);
	while (case_resolve(&resolver, &op)) {
		if (is_left_out(f, &op)) {
			f->skipped++;
			continue;
		}
		op.walk = (struct op_walk){ .callbacks = op.walk.callbacks };
		apply_both(f, &op);
	}
	for (unsigned i = 0; i < 2; i++) {
		struct looking l = { .family = f };

		for (; l.space < PT_SPACES; l.space++)
			oracle_each_boundary(f->oracle[i], l.space, look, &l);
	}
}

static void open_trace(struct trace *trace)
{
	*trace = (struct trace){ .capacity = EVENTS };
	trace->event = calloc(EVENTS, sizeof(struct trace_event));
	assert_non_null(trace->event);
}

static void open_family(struct family *f, const struct pair *pair,
			const struct pt_format *small,
			const struct pt_format *large)
{
	*f = (struct family){ .pair = pair };
	f->first = first_alike(small, large);
	side_open(&f->small, small);
	side_open(&f->large, large);
	f->oracle[0] = oracle_create(mmu_find(small->name));
	f->oracle[1] = oracle_create(mmu_find(large->name));
	assert_non_null(f->oracle[0]);
	assert_non_null(f->oracle[1]);
	open_trace(&f->expected);
	for (unsigned i = 0; i < 2; i++) {
		open_trace(&f->visits[i]);
		open_trace(&f->gaps[i]);
	}
}

static void close_family(struct family *f)
{
	side_close(&f->small);
	side_close(&f->large);
	free(f->expected.event);
	for (unsigned i = 0; i < 2; i++) {
		oracle_destroy(f->oracle[i]);
		free(f->visits[i].event);
		free(f->gaps[i].event);
	}
}

/* What a pair says of itself is so: nothing is left out that need not be. */
static void check_pair(struct family *f)
{
	const struct pt_format *small = f->small.format;
	const struct pt_format *large = f->large.format;
	uint8_t different = 0;

	for (unsigned depth = f->first; depth < PT_DEPTHS; depth++)
		if (!same_ability(small, large, depth))
			different |= (uint8_t)(1u << depth);
	if (different != f->pair->different)
		complain(&f->failures, "%s and %s differ at depths 0x%x, not "
			 "0x%x", small->name, large->name, different,
			 f->pair->different);
	if (small->va_rule != large->va_rule ||
	    small->va_word_bits != large->va_word_bits ||
	    small->pa_bits > large->pa_bits || small->top != large->top + 1)
		complain(&f->failures, "%s and %s are no pair", small->name,
			 large->name);
}

static void check_family(const struct seeds *seeds, const struct pair *pair,
			 unsigned *failures)
{
	const struct pt_format *small = pt_format_find(pair->small);
	const struct pt_format *large = pt_format_find(pair->large);
	struct family f;
	struct tw_case c;

	if (!small || !large) {
		complain(failures, "%s: no such format",
			 small ? pair->large : pair->small);
		return;
	}
	open_family(&f, pair, small, large);
	check_pair(&f);
	for (unsigned i = 0; i < seeds->count; i++) {
		f.seed = seeds->name[i];
		check_case(&f, &seeds->c[i]);
	}
	f.seed = NULL;
	for (; f.number < CASES; f.number++) {
		draw_case(small, f.number, &c);
		check_case(&f, &c);
	}
	print_message("%-14s %-14s %" PRIu64 " operations (%" PRIu64
		      " executed), %" PRIu64 " left out, %" PRIu64 " leaves, %"
		      PRIu64 " addresses\n", small->name, large->name,
		      f.compared, f.executed, f.skipped, f.leaves, f.addresses);
	if (f.executed * 2 < f.compared || f.skipped > f.compared ||
	    !f.leaves || f.addresses < 1000)
		complain(&f.failures, "%s and %s: hardly anything compared",
			 small->name, large->name);
	*failures += f.failures;
	close_family(&f);
}

/*
 * A format with one more level does what the smaller one does: return values,
 * visits, the addresses of holes, and what every address translates to.
 */
static void one_more_level_changes_nothing_below(void **state)
{
	struct seeds *seeds = seeds_load();
	unsigned failures = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		check_family(seeds, &pairs[i], &failures);
	free(seeds);
	assert_int_equal(failures, 0);
}

static bool looks_like_a_pair(const struct pt_format *small,
			      const struct pt_format *large)
{
	return !strcmp(small->architecture, large->architecture) &&
	       small->top == large->top + 1 &&
	       small->page_shift == large->page_shift &&
	       small->va_rule == large->va_rule &&
	       small->va_word_bits == large->va_word_bits &&
	       small->big_endian == large->big_endian &&
	       small->level[PT_PMD].va_shift == large->level[PT_PMD].va_shift;
}

static unsigned times_listed(const struct pair *list, size_t count,
			     const struct pt_format *small,
			     const struct pt_format *large)
{
	unsigned times = 0;

	for (size_t i = 0; i < count; i++)
		times += !strcmp(list[i].small, small->name) &&
			 !strcmp(list[i].large, large->name);
	return times;
}

/* Every two formats that could be compared are, or it is said why not. */
static void every_pair_is_compared_or_explained(void **state)
{
	unsigned failures = 0, found = 0;

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		for (unsigned j = 0; j < pt_format_count; j++) {
			const struct pt_format *a = pt_formats[i];
			const struct pt_format *b = pt_formats[j];

			if (!looks_like_a_pair(a, b))
				continue;
			found++;
			if (times_listed(pairs, COUNT(pairs), a, b) +
				    times_listed(other_pairs,
						 COUNT(other_pairs), a, b) !=
			    1)
				complain(&failures, "%s and %s: one more "
					 "level, and not listed", a->name,
					 b->name);
		}
	}
	for (size_t i = 0; i < COUNT(pairs) + COUNT(other_pairs); i++) {
		const struct pair *p = i < COUNT(pairs)
			? &pairs[i] : &other_pairs[i - COUNT(pairs)];

		/* What is left out has a reason. */
		assert_true(!(i >= COUNT(pairs) || p->different) || p->why);
	}
	assert_int_equal(failures, 0);
	assert_int_equal(found, COUNT(pairs) + COUNT(other_pairs));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair_is_compared_or_explained),
		cmocka_unit_test(one_more_level_changes_nothing_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
