/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the resolver promises of the kinds that version 3 gives fields.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "../../harness/case.h"
#include "../../harness/case_shape.h"
#include "../../harness/generate.h"
#include "../../harness/run.h"

#define START "tablewalk case 3\n"
#define RAM_BYTES (UINT64_C(46) << 20)

/* One operation with what it came from. */
struct seen {
	const struct pt_format *format;
	const struct tw_case *c;
	const struct case_record *record;
	struct case_place place;
	struct op op;
};

typedef void seen_fn(const struct seen *s);

static struct case_place place_of(const struct pt_format *f)
{
	return (struct case_place){ f, f->ram_base + (UINT64_C(16) << 20),
				    RAM_BYTES };
}

static void random_case(struct rng *rng, bool ram, struct tw_case *c)
{
	uint8_t bytes[CASE_BYTES];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)rng_next(rng);
	memset(bytes + 6, 0, 10);
	bytes[6] = 3;
	case_decode(bytes, sizeof(bytes), c);
	if (ram)
		c->header.window = CASE_WINDOW_RAM;
}

/* Calls fn for the operations of random and of generated cases. */
static void each_op(seen_fn *fn, unsigned cases)
{
	struct generate_options options = { .version = 3,
					    .records = CASE_RECORDS };
	struct rng rng;

	rng_seed(&rng, 50);
	for (unsigned n = 0; n < pt_format_count * cases; n++) {
		struct seen s = { .format = pt_formats[n % pt_format_count] };
		struct case_resolver r;
		struct tw_case c;

		options.ram = n / pt_format_count & 2;
		if (n / pt_format_count & 1)
			random_case(&rng, options.ram, &c);
		else
			generate_case(&rng, &options, &c);
		s.c = &c;
		s.place = place_of(s.format);
		case_resolver_init(&r, &c, &s.place);
		for (unsigned i = 0; case_resolve(&r, &s.op); i++) {
			s.record = &c.record[i];
			fn(&s);
		}
	}
}

/* Pages of a range; 0 where it is empty. */
static uint64_t pages_of(const struct seen *s)
{
	return s->op.last < s->op.va ? 0 :
	       ((s->op.last - s->op.va) >> s->format->page_shift) + 1;
}

/* The most pages that an identity map may have. */
static uint64_t identity_pages(const struct pt_format *f)
{
	unsigned depth = PT_PTE;

	while (depth > f->top && (!f->level[depth - 1].index_bits ||
				  f->level[depth - 1].leaf.match.count))
		depth--;
	while (!f->level[depth].index_bits)
		depth++;
	return UINT64_C(64) << (f->level[depth].va_shift - f->page_shift);
}

static void check_clip(const struct seen *s)
{
	const struct pt_level *pte = &s->format->level[PT_PTE];
	const uint64_t two_tables = UINT64_C(2) << pte->index_bits;
	/* A skew may move the end into one page more. */
	const uint64_t pages = pages_of(s) - (s->record->aux.skew && pages_of(s));

	switch (s->op.kind) {
	case OP_POKE:
		assert_true(pages <= 65536);
		break;
	case OP_SHADOW:
		if (s->op.nth == OP_SHADOW_LONG)
			assert_true(pages <= (two_tables > 4096 ? two_tables
								: 4096));
		break;
	case OP_IDENTITY:
		assert_true(pages <= identity_pages(s->format));
		break;
	case OP_PAIR:
		assert_true(pages <=
			    (s->op.nth == OP_PAIR_COPY ? 4096u : 1024u));
		break;
	default:
		break;
	}
}

/* What has an event for each page is not longer than the page says. */
static void ranges_are_clipped(void **state)
{
	(void)state;
	each_op(check_clip, 200);
}

static void check_fields(const struct seen *s)
{
	const struct op *op = &s->op;
	const uint64_t word = pt_ones(s->format->va_word_bits);

	assert_true(op->va <= word && op->last <= word);
	if (op->kind < OP_SHADOW && op->kind != OP_POKE)
		return;
	assert_int_equal(op->floor, 0);
	assert_int_equal(op->ceiling, 0);
	assert_int_equal(op->walk.callbacks, 0);
	assert_int_equal(op->order, 0);
	if (op->kind == OP_POKE || op->kind == OP_POISON) {
		assert_true(op->depth >= s->format->top);
		assert_true(s->format->level[op->depth].index_bits > 0);
	} else {
		assert_int_equal(op->depth, 0);
	}
	if (op->kind == OP_POKE)
		assert_in_range(op->nth, OP_POKE_BAD, OP_POKE_UNKNOWN);
	else
		assert_in_range(op->nth, 0, OP_POISON_TWO);
	if (op->kind == OP_IDENTITY)
		assert_int_equal(op->pa, op->va);
	else if (op->kind == OP_PAIR)
		assert_true(op->pa <= word);
	else if (op->kind != OP_SHADOW)
		assert_int_equal(op->pa, 0);
	if (op->kind == OP_PAIR)
		assert_int_equal(op->attrs & ~(PT_W | PT_ACCESSED | PT_DIRTY),
				 0);
	else if (op->kind != OP_SHADOW && op->kind != OP_IDENTITY)
		assert_int_equal(op->attrs, 0);
}

/* Fields that a kind does not use are 0; depths are those of tables. */
static void fields_are_those_of_the_kind(void **state)
{
	(void)state;
	each_op(check_fields, 200);
}

static void check_ram(const struct seen *s)
{
	const uint64_t ram = s->place.ram_pa, last = ram + RAM_BYTES - 1;

	if (s->c->header.window != CASE_WINDOW_RAM)
		return;
	if (s->op.kind == OP_SHADOW)
		assert_true(s->op.pa >= ram && s->op.pa <= last);
	if (s->op.kind != OP_IDENTITY || s->op.last < s->op.va)
		return;
	assert_true(s->op.va >= ram);
	assert_true(s->op.last <= last + (s->record->aux.skew != 0));
}

/* With the RAM window identity maps and the pages of shadows are in RAM. */
static void ram_cases_keep_to_ram(void **state)
{
	(void)state;
	each_op(check_ram, 200);
}

/* Parses a text and resolves it; the n-th operation is *op. */
static void resolve_text(const char *text, const char *format, unsigned n,
			 struct op *op)
{
	const struct case_place place = place_of(pt_format_find(format));
	struct case_resolver r;
	char error[200] = "";
	struct tw_case c;

	if (case_parse(text, strlen(text), "text", &c, error, sizeof(error)))
		fail_msg("%s", error);
	case_resolver_init(&r, &c, &place);
	for (unsigned i = 0; i <= n; i++)
		assert_true(case_resolve(&r, op));
}

#define HOME UINT64_C(0x8000000000)
#define RAW UINT64_C(0x1000000)		/* pa=data */
#define WAD (PT_W | PT_ACCESSED | PT_DIRTY)

static const struct {
	const char *text;
	struct op op;
} meanings[] = {
	{ "poke at=home0+1 len=3page height=1 word=depth",
	  { HOME + 0x1000, HOME + 0x3fff, .depth = PT_PMD,
	    .nth = OP_POKE_DEPTH } },
	{ "poke at=zero len=space height=0 word=bad",
	  { 0, 0xfffffff, .depth = PT_PTE, .nth = OP_POKE_BAD } },
	{ "shadow at=home0 len=4h1 attrs=rad pa=data+2 look=short",
	  { HOME, HOME + 0x7fffff, RAW + 0x2000,
	    .attrs = PT_R | PT_ACCESSED | PT_DIRTY } },
	{ "shadow at=home0 len=space attrs=rad pa=data look=short",
	  { 0, 0x7fffffffffff, RAW,
	    .attrs = PT_R | PT_ACCESSED | PT_DIRTY } },
	{ "shadow at=home0 len=space attrs=rad pa=data look=long",
	  { 0, 0xffffff, RAW, .attrs = PT_R | PT_ACCESSED | PT_DIRTY,
	    .nth = OP_SHADOW_LONG } },
	{ "identity at=page1 len=2page attrs=rwad",
	  { 0x1000, 0x2fff, 0x1000,
	    .attrs = PT_R | PT_W | PT_ACCESSED | PT_DIRTY } },
	{ "identity at=page1 len=1h4 attrs=rwad",
	  { 0x1000, 0x1000000fff, 0x1000,
	    .attrs = PT_R | PT_W | PT_ACCESSED | PT_DIRTY } },
	{ "clone at=home0 len=space holes=1",
	  { 0, 0x7fffffffffff, .nth = 1 } },
	{ "pair at=home0 len=2page how=compare",
	  { HOME, HOME + 0x1fff, HOME, .nth = OP_PAIR_COMPARE } },
	{ "pair at=home0 len=edge how=compare shift=page",
	  { HOME, HOME + 0x1fffff, HOME + 0x1000,
	    .nth = OP_PAIR_COMPARE } },
	{ "pair at=home0 len=space how=compare shift=page",
	  { 0, 0x3fffff, 0x1000, .nth = OP_PAIR_COMPARE } },
	{ "pair at=home0+0h2 len=1h2 how=copy shift=entry clear=wad",
	  { HOME, HOME + 0xffffff, HOME + 0x40000000, .attrs = WAD,
	    .nth = OP_PAIR_COPY } },
	{ "pair at=top len=1page how=copy shift=page clear=w",
	  { UINT64_C(0xfffffffffffff000), UINT64_MAX, 0,
	    .attrs = PT_W, .nth = OP_PAIR_COPY } },
	{ "iterate at=page1 len=2page items=move",
	  { 0x1000, 0x2fff, .nth = OP_ITERATE_MOVE } },
	{ "poison at=home0+1 height=2 which=two",
	  { HOME + 0x1000, .depth = PT_PUD, .nth = OP_POISON_TWO } },
	{ "poison at=home0 height=1 which=entry skew=half",
	  { HOME + 0x800, .depth = PT_PMD, .nth = OP_POISON_ENTRY } },
};

/* What each kind means on a format whose numbers one can check by hand. */
static void kinds_mean_what_they_say(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		const struct op *want = &meanings[i].op;
		char text[200];
		struct op op;

		snprintf(text, sizeof(text), START "%s\n", meanings[i].text);
		resolve_text(text, "x86_64-4level", 0, &op);
		if (op.va != want->va || op.last != want->last ||
		    op.pa != want->pa || op.attrs != want->attrs ||
		    op.depth != want->depth || op.nth != want->nth)
			fail_msg("%s: %llx..%llx pa %llx attrs %x depth %u "
				 "nth %u", meanings[i].text,
				 (unsigned long long)op.va,
				 (unsigned long long)op.last,
				 (unsigned long long)op.pa, op.attrs, op.depth,
				 op.nth);
	}
}

/* With two roots the target of a pair is in the other half. */
static void pairs_face_the_other_half(void **state)
{
	struct op op;

	(void)state;
	resolve_text(START "pair at=zero len=1page how=compare shift=page\n",
		     "arm64-4k-39", 0, &op);
	assert_int_equal(op.va, 0);
	assert_int_equal(op.pa, UINT64_C(0xffffff8000001000));
	resolve_text(START "switch space=1\n"
			   "pair at=zero len=1page how=copy\n",
		     "arm64-4k-39", 1, &op);
	assert_int_equal(op.va, UINT64_C(0xffffff8000000000));
	assert_int_equal(op.pa, 0);
}

/*
 * In RAM an identity map lies where its address, modulo RAM, is; it ends with RAM,
 * and references see it there.
 */
static void identity_moves_into_ram(void **state)
{
	static const char text[] =
		START "window ram\n"
		      "identity at=zero+5 len=2page attrs=rwad\n"
		      "translate at=prev1_end\n"
		      "identity at=zero+5h2 len=1h2 attrs=rwad\n"
		      "identity at=zero+5 len=0page attrs=rwad\n";
	const struct pt_format *f = pt_format_find("riscv-sv39");
	const uint64_t ram = f->ram_base + (UINT64_C(16) << 20);
	/* 5 GiB modulo 46 MiB. */
	const uint64_t far = (UINT64_C(5) << 30) % RAM_BYTES;
	struct op op;

	(void)state;
	resolve_text(text, "riscv-sv39", 0, &op);
	assert_int_equal(op.va, ram + 0x5000);
	assert_int_equal(op.last, ram + 0x6fff);
	resolve_text(text, "riscv-sv39", 1, &op);
	assert_int_equal(op.va & ~UINT64_C(0xfff), ram + 0x7000);
	resolve_text(text, "riscv-sv39", 2, &op);
	assert_int_equal(op.va, ram + far);
	assert_int_equal(op.last, ram + RAM_BYTES - 1);
	resolve_text(text, "riscv-sv39", 3, &op);
	assert_int_equal(op.last + 1, op.va);
}

/* What a person reads of each kind says all of it. */
static void operations_are_printed(void **state)
{
	static const char *const table[][2] = {
		{ "poke at=page1 len=2page height=1 word=unknown",
		  "poke va=0x1000 last=0x2fff at=pmd word=unknown" },
		{ "shadow at=page1 len=1page attrs=rwad pa=data look=long",
		  "shadow va=0x1000 last=0x1fff page=0x1000000 "
		  "attrs=rw---ad-- look=long" },
		{ "identity at=page1 len=1page attrs=rad",
		  "identity va=0x1000 last=0x1fff attrs=r----ad--" },
		{ "clone at=page1 len=1page holes=1",
		  "clone va=0x1000 last=0x1fff holes" },
		{ "pair at=page1 len=1page how=compare shift=page",
		  "pair va=0x1000 last=0x1fff with=0x2000 how=compare" },
		{ "pair at=page1 len=1page how=copy clear=wad",
		  "pair va=0x1000 last=0x1fff with=0x1000 how=copy "
		  "cleared=w,accessed,dirty" },
		{ "iterate at=page1 len=1page items=move",
		  "iterate va=0x1000 last=0x1fff items=move" },
		{ "poison at=page1 height=2 which=two",
		  "poison va=0x1000 at=pud which=two" },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char text[200], line[200];
		struct op op;

		snprintf(text, sizeof(text), START "%s\n", table[i][0]);
		resolve_text(text, "x86_64-4level", 0, &op);
		run_print_op(line, sizeof(line), &op);
		assert_string_equal(line, table[i][1]);
	}
}

/* References see the ranges of the kinds of version 3, a poison's page too. */
static void references_see_the_new_kinds(void **state)
{
	static const char *const before[] = {
		"poke at=home0 len=3page height=0 word=bad",
		"shadow at=home0 len=3page attrs=rad pa=data look=long",
		"identity at=home0 len=3page attrs=rad",
		"clone at=home0 len=3page skew=va",
		"pair at=home0 len=3page how=copy",
		"poison at=home0+2 height=1 which=table",
	};
	char text[200];
	struct op op;

	(void)state;
	for (unsigned i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		snprintf(text, sizeof(text),
			 START "%s\nunmap at=prev1_end len=1page\n",
			 before[i]);
		resolve_text(text, "x86_64-4level", 1, &op);
		if (op.va != HOME + 0x3000)
			fail_msg("%s: %llx", before[i],
				 (unsigned long long)op.va);
	}
}

/* A poke of version 2 has no place, so references see what is before it. */
static void poke_of_version_2_has_no_range(void **state)
{
	static const char text[] = "tablewalk case 2\n"
				   "kinds unmap,poke,translate\n"
				   "unmap at=home0 len=3page\n"
				   "poke\n"
				   "translate at=prev1_end\n";
	struct op op;

	(void)state;
	resolve_text(text, "x86_64-4level", 1, &op);
	assert_int_equal(op.kind, OP_POKE);
	assert_int_equal(op.nth, OP_POKE_NOTHING);
	assert_int_equal(op.va | op.last | op.depth, 0);
	resolve_text(text, "x86_64-4level", 2, &op);
	assert_int_equal(op.va, HOME + 0x3000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_are_clipped),
		cmocka_unit_test(fields_are_those_of_the_kind),
		cmocka_unit_test(ram_cases_keep_to_ram),
		cmocka_unit_test(kinds_mean_what_they_say),
		cmocka_unit_test(pairs_face_the_other_half),
		cmocka_unit_test(identity_moves_into_ram),
		cmocka_unit_test(operations_are_printed),
		cmocka_unit_test(references_see_the_new_kinds),
		cmocka_unit_test(poke_of_version_2_has_no_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
