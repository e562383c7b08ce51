/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the resolver promises of every operation, for every format.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "../../harness/case.h"
#include "../../harness/generate.h"

#define RAM_BYTES (UINT64_C(48) << 20)

/* One operation with what it came from. */
struct seen {
	const struct pt_format *format;
	const struct tw_case *c;
	const struct case_record *record;
	struct case_place place;
	unsigned space; /* before the operation */
	struct op op;
};

typedef void seen_fn(const struct seen *s);

static void random_bytes_case(struct rng *rng, bool ram, struct tw_case *c)
{
	uint8_t bytes[CASE_BYTES];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)rng_next(rng);
	/* Version 1, all its kinds. */
	memset(bytes + 6, 0, 10);
	case_decode(bytes, sizeof(bytes), c);
	if (ram)
		c->header.window = CASE_WINDOW_RAM;
}

static void each_op_of(const struct tw_case *c, const struct pt_format *f,
		       seen_fn *fn)
{
	struct seen s = {
		.format = f,
		.c = c,
		.place = { f, f->ram_base + (UINT64_C(16) << 20), RAM_BYTES },
	};
	struct case_resolver r;

	case_resolver_init(&r, c, &s.place);
	for (unsigned i = 0;; i++) {
		s.space = r.space;
		if (!case_resolve(&r, &s.op)) {
			assert_int_equal(i, c->count);
			return;
		}
		s.record = &c->record[i];
		fn(&s);
	}
}

/* Calls fn for the operations of random and of generated cases. */
static void each_op(seen_fn *fn, unsigned cases)
{
	struct generate_options options = {
		.mask = OP_MASK_V1,
		.records = CASE_RECORDS,
	};
	struct tw_case c;
	struct rng rng;

	rng_seed(&rng, 20);
	for (unsigned i = 0; i < pt_format_count; i++)
		for (unsigned n = 0; n < cases; n++) {
			options.ram = n & 2;
			if (n & 1)
				random_bytes_case(&rng, n & 2, &c);
			else
				generate_case(&rng, &options, &c);
			each_op_of(&c, pt_formats[i], fn);
		}
}

static void check_depth(const struct seen *s)
{
	switch (s->op.kind) {
	case OP_MAP:
	case OP_SPLIT:
	case OP_COLLAPSE:
	case OP_RESTRICT:
	case OP_SETKIND:
		assert_true(s->op.depth >= s->format->top);
		assert_true(s->op.depth < PT_DEPTHS);
		assert_true(s->format->level[s->op.depth].index_bits > 0);
		break;
	default:
		assert_int_equal(s->op.depth, 0);
		break;
	}
}

/* No operation names a depth above the root, or one that is folded. */
static void depth_is_never_above_the_root(void **state)
{
	(void)state;
	each_op(check_depth, 300);
}

static void check_word(const struct seen *s)
{
	uint64_t word = pt_ones(s->format->va_word_bits);

	assert_true(s->op.va <= word);
	assert_true(s->op.last <= word);
	assert_true(s->op.floor <= word);
	assert_true(s->op.ceiling <= word);
}

/* Addresses fit the address word. */
static void addresses_fit_the_word(void **state)
{
	(void)state;
	each_op(check_word, 300);
}

static uint64_t unit_of(const struct seen *s)
{
	return pt_span(s->format, s->op.depth) << s->op.order;
}

static void check_alignment(const struct seen *s)
{
	const struct op *op = &s->op;

	if (op->kind != OP_MAP || op->last < op->va)
		return;
	assert_int_equal(op->va & (pt_span(s->format, PT_PTE) - 1), 0);
	if (!s->record->aux.exact) {
		assert_int_equal(op->va & (unit_of(s) - 1), 0);
		assert_int_equal((op->last + 1) & (unit_of(s) - 1), 0);
		if (s->record->aux.pa_mode != CASE_PA_EXACT)
			assert_int_equal(op->pa & (unit_of(s) - 1), 0);
	}
	assert_true((op->last - op->va) >>
		    s->format->level[op->depth].va_shift <
		    (CASE_CLIP | UINT64_C(1)
		     << s->format->level[op->depth].index_bits));
}

/* A map that is not exact is aligned, in va, length and pa, and not too long. */
static void maps_are_aligned_and_clipped(void **state)
{
	(void)state;
	each_op(check_alignment, 300);
}

static void check_protect(const struct seen *s)
{
	unsigned height = s->record->height, depth = PT_PTE - height;

	if (s->op.kind != OP_PROTECT || s->op.last < s->op.va)
		return;
	if (depth < s->format->top)
		depth = s->format->top;
	assert_true((s->op.last - s->op.va) >>
		    s->format->level[depth].va_shift <= CASE_CLIP);
	assert_int_equal(s->op.attrs & ~PT_RIGHTS, 0);
}

/* A protect is clipped in granules of its place, and names rights only. */
static void protects_are_clipped(void **state)
{
	(void)state;
	each_op(check_protect, 300);
}

static void check_ram(const struct seen *s)
{
	uint64_t ram = s->place.ram_pa, last = ram + s->place.ram_bytes - 1;
	const struct op *op = &s->op;
	uint64_t bytes = op->last - op->va;

	if (op->kind != OP_MAP || op->last < op->va ||
	    s->c->header.window != CASE_WINDOW_RAM)
		return;
	if (unit_of(s) > RAM_BYTES / 2) {
		/* May not fit aligned: one leaf that begins at or below RAM. */
		assert_true(op->pa <= last);
		assert_true(bytes + 1 < unit_of(s) || op->pa + bytes >= ram);
		return;
	}
	assert_true(op->pa >= ram);
	assert_true(op->pa + bytes <= last);
}

/* With the RAM window a map lands in RAM, unless one leaf is larger. */
static void ram_cases_map_ram(void **state)
{
	(void)state;
	each_op(check_ram, 400);
}

static void check_half(const struct seen *s)
{
	const struct pt_format *f = s->format;
	uint64_t ones = pt_ones(f->va_bits), word = pt_ones(f->va_word_bits);
	uint64_t lo = s->space ? word - ones : 0;

	/* A skew may move the end by one byte. */
	if (f->va_rule != PT_VA_ROOTS || !s->op.last || s->record->aux.skew ||
	    s->record->anchor == CASE_GAP || s->record->anchor == CASE_GAP_END)
		return;
	assert_true(s->op.va >= lo && s->op.va - lo <= ones);
	if (s->op.last >= s->op.va)
		assert_true(s->op.last - lo <= ones);
}

/* With two roots, all but the gap anchors keep to the current space. */
static void two_roots_keep_to_their_half(void **state)
{
	(void)state;
	each_op(check_half, 300);
}

static void check_unused(const struct seen *s)
{
	const struct op *op = &s->op;
	bool range = op->kind == OP_MAP || op->kind == OP_UNMAP ||
		     op->kind == OP_PROTECT || op->kind == OP_FREE ||
		     op->kind == OP_WALK;

	assert_int_equal(op->kind, s->record->kind);
	if (!range)
		assert_int_equal(op->last, 0);
	if (op->kind == OP_NOP || op->kind == OP_SWITCH || op->kind == OP_FAIL)
		assert_int_equal(op->va, 0);
	if (op->kind != OP_MAP && op->kind != OP_SETKIND)
		assert_int_equal(op->pa, 0);
	if (op->kind != OP_FREE)
		assert_true(op->floor == 0 && op->ceiling == 0);
	if (op->kind != OP_WALK)
		assert_true(op->walk.callbacks == 0 && op->walk.stop_at == 0);
	if (op->walk.stop_at)
		assert_int_not_equal(op->walk.stop_value, 0);
}

/* Fields that a kind does not use are 0. */
static void unused_fields_are_zero(void **state)
{
	(void)state;
	each_op(check_unused, 300);
}

/* Resolving the same case again gives the same operations. */
static void resolution_has_no_memory(void **state)
{
	struct case_resolver a, b;
	struct tw_case c;
	struct op x, y;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 21);
	memset(&a, 0x55, sizeof(a));
	memset(&b, 0xaa, sizeof(b));
	for (unsigned n = 0; n < 200; n++) {
		const struct case_place place = {
			pt_formats[n % pt_format_count],
			0,
			0,
		};

		random_bytes_case(&rng, false, &c);
		case_resolver_init(&a, &c, &place);
		case_resolver_init(&b, &c, &place);
		while (case_resolve(&a, &x)) {
			assert_true(case_resolve(&b, &y));
			assert_true(x.va == y.va && x.last == y.last &&
				    x.pa == y.pa && x.floor == y.floor &&
				    x.ceiling == y.ceiling &&
				    x.attrs == y.attrs && x.depth == y.depth);
		}
		assert_false(case_resolve(&b, &y));
	}
}

/* Parses a text and resolves it; the n-th operation is *op. */
static void resolve_text(const char *text, const struct pt_format *f,
			 unsigned n, struct op *op)
{
	const struct case_place place = { f, 0, 0 };
	struct case_resolver r;
	char error[200] = "";
	struct tw_case c;

	if (case_parse(text, strlen(text), "text", &c, error, sizeof(error)))
		fail_msg("%s", error);
	case_resolver_init(&r, &c, &place);
	for (unsigned i = 0; i <= n; i++)
		assert_true(case_resolve(&r, op));
}

/* What some places mean on a format whose numbers one can check by hand. */
static void places_mean_what_they_say(void **state)
{
	const struct pt_format *f = pt_format_find("x86_64-4level");
	static const struct {
		const char *text;
		uint64_t va, last;
	} table[] = {
		{ "at=zero len=1page", 0, 0xfff },
		{ "at=zero len=0page", 0x1000, 0xfff },
		{ "at=page1 len=0page", 0x1000, 0xfff },
		{ "at=home0 len=2page", 0x8000000000, 0x8000001fff },
		{ "at=home0-1h1 len=1unit", 0x7fffe00000, 0x7fffffffff },
		{ "at=home0-1 len=1h2", 0x7ffffff000, 0x803fffefff },
		{ "at=home1 len=edge", 0x8040000000, 0x80401fffff },
		{ "at=home0+1 len=edge", 0x8000001000, 0x80001fffff },
		{ "at=home0+1h1 len=edge", 0x8000200000, 0x803fffffff },
		{ "at=home3+0h4 len=1unit", 0xffff808000000000,
		  0xffff80ffffffffff },
		{ "at=home0 len=space", 0, 0x7fffffffffff },
		{ "at=home3 len=space", 0xffff800000000000,
		  0xffffffffffffffff },
		{ "at=low_end len=2page", 0x7ffffffff000, 0x800000000fff },
		{ "at=high_start len=1page", 0xffff800000000000,
		  0xffff800000000fff },
		{ "at=top len=1page", 0xfffffffffffff000, 0xffffffffffffffff },
		{ "at=top len=2page", 0xfffffffffffff000, 0xffffffffffffffff },
		{ "at=gap len=1page", 0x800000000000, 0x800000000fff },
		{ "at=gap_end len=1page", 0xffff7ffffffff000,
		  0xffff7fffffffffff },
		{ "at=prev1_end len=1page", 0x8000000000, 0x8000000fff },
		{ "at=home0 len=1page skew=both", 0x8000000001, 0x8000001000 },
	};

	(void)state;
	assert_non_null(f);
	for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char text[200];
		struct op op;

		snprintf(text, sizeof(text),
			 "tablewalk case 1\nwalk callbacks=all %s\n",
			 table[i].text);
		resolve_text(text, f, 0, &op);
		if (op.va != table[i].va || op.last != table[i].last)
			fail_msg("%s: %llx..%llx", table[i].text,
				 (unsigned long long)op.va,
				 (unsigned long long)op.last);
	}
}

/* References name the ranges of earlier records, whatever those did. */
static void references_follow_earlier_ranges(void **state)
{
	const struct pt_format *f = pt_format_find("x86_64-4level");
	static const char text[] = "tablewalk case 1\n"
				   "fail nth=1\n"
				   "unmap at=home0 len=3page skew=va\n"
				   "switch space=1\n"
				   "translate at=prev1_end\n"
				   "translate at=prev2-1\n"
				   "split at=first+1h1 height=1\n"
				   "translate at=prev1_end\n"
				   "translate at=first_end\n";
	static const uint64_t va[] = {
		0,
		0x8000000001,
		0,
		0x8000003000,
		0x7ffffff000,
		0x8000200000,
		0x8000400000,
		0x8000003000,
	};
	struct op op;

	(void)state;
	for (unsigned i = 0; i < sizeof(va) / sizeof(va[0]); i++) {
		resolve_text(text, f, i, &op);
		if (op.va != va[i])
			fail_msg("%u: %llx", i, (unsigned long long)op.va);
	}
}

/* A congruent map of one table's worth has a pa that the next leaf allows. */
static void congruent_maps_can_be_collapsed(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		uint64_t span = pt_span(f, PT_PMD);
		struct op op;

		if (!f->level[PT_PMD].leaf.match.count)
			continue;
		resolve_text("tablewalk case 1\n"
			     "map at=home0+3 len=edge attrs=rwad pa=below_4g+3 "
			     "height=0\n",
			     f, 0, &op);
		assert_int_equal(op.pa & (span - 1), op.va & (span - 1));
		assert_int_equal((op.last + 1) & (span - 1), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(depth_is_never_above_the_root),
		cmocka_unit_test(addresses_fit_the_word),
		cmocka_unit_test(maps_are_aligned_and_clipped),
		cmocka_unit_test(protects_are_clipped),
		cmocka_unit_test(ram_cases_map_ram),
		cmocka_unit_test(two_roots_keep_to_their_half),
		cmocka_unit_test(unused_fields_are_zero),
		cmocka_unit_test(resolution_has_no_memory),
		cmocka_unit_test(places_mean_what_they_say),
		cmocka_unit_test(references_follow_earlier_ranges),
		cmocka_unit_test(congruent_maps_can_be_collapsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
