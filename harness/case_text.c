/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Records -> text, and the values of fields -> records.  docs/case-format.md
 * has the grammar.
 *
 * One table describes every field: how it is called, printed and parsed, and
 * which kinds have it; the printer and the parser both follow it.
 */
#include <errno.h>
#include <string.h>

#include "case.h"
#include "case_shape.h"
#include "case_text.h"

static const char *const anchor_name[CASE_ANCHORS] = {
	"zero",      "page1",   "low_end",   "high_start", "top",
	"home0",     "home1",   "home2",     "home3",      "literal",
	"gap",       "gap_end", "prev1",     "prev1_end",  "prev2",
	"prev2_end", "prev4",   "prev4_end", "first",      "first_end",
};
static const char *const pa_name[CASE_PAS] = {
	"zero", "data",   "data2",   "below_4g", "4g",
	"end",  "beyond", "random0", "random1",
};
static const char *const pa_mode_name[CASE_PA_MODES] = {
	"congruent",
	"aligned",
	"exact",
};
static const char *const skew_name[CASE_SKEWS] = {
	"none", "va", "last", "both", "half",
};
static const char *const bounds_name[CASE_BOUNDS] = {
	"range", "floor", "ceiling", "both", "table0", "table1",
};
const char *const text_window_name[CASE_WINDOWS] = {
	"low", "4g", "top", "mixed", "ram", "pages",
};
static const char *const access_name[PT_ACCESSES] = {
	"read",
	"write",
	"exec",
};
static const char *const action_name[] = {
	"subtree",
	"continue",
	"again",
};
static const char *const memtype_name[PT_MEMTYPES] = {
	"wb",
	"wc",
	"uc",
	"wt",
};
static const char *const depth_name[PT_DEPTHS] = {
	"pgd", "p4d", "pud", "pmd", "pte",
};
static const char *const kind_name[PT_KINDS] = {
	"none",      "table",  "leaf",         "protnone", "swap",
	"migration", "marker", "invalid-huge", "bad",
};
static const char *const vma_name[OP_VMAS] = {
	"none", "plain", "pfnmap", "hugetlb",
};
static const char *const entry_name[OP_ENTRIES] = {
	"range", "vma", "range_vma", "mapping", "refused",
};
static const char *const iterate_name[OP_ITERATES] = {
	"all", "present", "age", "move",
};
static const char *const look_name[OP_SHADOWS] = {
	"short",
	"long",
};
static const char *const which_name[OP_POISONS] = {
	"table",
	"entry",
	"two",
};
static const char *const word_name[OP_POKES] = {
	"nothing", "bad", "other", "depth", "unknown",
};
static const char *const how_name[OP_PAIRS] = {
	"compare",
	"copy",
};
static const char *const shift_name[CASE_SHIFTS] = {
	"none",
	"page",
	"entry",
};
static const char *const clear_name[CASE_CLEARS] = {
	"-",
	"w",
	"wad",
};
/* Bits 0 and up of an attribute word. */
static const char attr_letter[] = "rwxugadst";

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void put(struct text_writer *w, const char *s)
{
	while (*s && w->left > 1) {
		*w->at++ = *s++;
		w->left--;
	}
	if (w->left)
		*w->at = '\0';
}

static void put_unsigned(struct text_writer *w, unsigned value)
{
	char digits[12];

	snprintf(digits, sizeof(digits), "%u", value);
	put(w, digits);
}

/* With its sign, also where it is not negative. */
static void put_signed(struct text_writer *w, int value)
{
	char digits[12];

	snprintf(digits, sizeof(digits), "%+d", value);
	put(w, digits);
}

static void put_name(struct text_writer *w, const char *const *names,
		     size_t count, unsigned value)
{
	put(w, value < count ? names[value] : "?");
}

bool text_take(struct text_reader *in, const char *s)
{
	size_t n = strlen(s);

	if ((size_t)(in->end - in->at) < n || memcmp(in->at, s, n) != 0)
		return false;
	in->at += n;
	return true;
}

bool text_take_name(struct text_reader *in, const char *const *names,
		    size_t count, uint8_t *value)
{
	size_t best = 0;

	for (size_t i = 0; i < count; i++) {
		struct text_reader copy = *in;

		if (strlen(names[i]) > best && text_take(&copy, names[i])) {
			best = strlen(names[i]);
			*value = (uint8_t)i;
		}
	}
	in->at += best;
	return best != 0;
}

/* A number without sign, at most 3 digits and at most max. */
static bool take_number(struct text_reader *in, unsigned max, unsigned *value)
{
	unsigned n = 0, digits = 0;

	while (in->at < in->end && *in->at >= '0' && *in->at <= '9') {
		n = n * 10 + (unsigned)(*in->at++ - '0');
		if (++digits > 3)
			return false;
	}
	*value = n;
	return digits && n <= max;
}

/* A number in [-128, 127]; plus: a sign must be there. */
static bool take_signed(struct text_reader *in, bool plus, int8_t *value)
{
	bool minus = text_take(in, "-");
	unsigned n;

	if (!minus && !text_take(in, "+") && plus)
		return false;
	if (!take_number(in, minus ? 128 : 127, &n))
		return false;
	*value = (int8_t)(minus ? -(int)n : (int)n);
	return true;
}

bool text_take_byte(struct text_reader *in, unsigned max, uint8_t *value)
{
	unsigned n;

	if (!take_number(in, max, &n))
		return false;
	*value = (uint8_t)n;
	return true;
}

static uint8_t byte_of(const struct text_field *f, const struct case_record *r)
{
	return ((const uint8_t *)r)[f->offset];
}

static void print_byte(struct text_writer *w, const struct text_field *f,
		       const struct case_record *r)
{
	if (f->names)
		put_name(w, f->names, f->count, byte_of(f, r));
	else
		put_unsigned(w, byte_of(f, r));
}

static bool parse_byte(struct text_reader *in, const struct text_field *f,
		       struct case_record *r)
{
	uint8_t *byte = (uint8_t *)r + f->offset;

	return f->names ? text_take_name(in, f->names, f->count, byte)
			: text_take_byte(in, f->count - 1, byte);
}

/* at=ANCHOR[+COARSEhHEIGHT][+FINE] */
static void print_at(struct text_writer *w, const struct text_field *f,
		     const struct case_record *r)
{
	(void)f;
	put_name(w, anchor_name, COUNT(anchor_name), r->anchor);
	if (r->coarse || r->height) {
		put_signed(w, r->coarse);
		put(w, "h");
		put_unsigned(w, r->height);
	}
	if (r->fine)
		put_signed(w, r->fine);
}

static bool parse_at(struct text_reader *in, const struct text_field *f,
		     struct case_record *r)
{
	int8_t delta;

	(void)f;
	if (!text_take_name(in, anchor_name, COUNT(anchor_name), &r->anchor))
		return false;
	if (in->at == in->end)
		return true;
	if (!take_signed(in, true, &delta))
		return false;
	if (text_take(in, "h")) {
		r->coarse = delta;
		if (!text_take_byte(in, CASE_HEIGHTS - 1, &r->height))
			return false;
		if (in->at == in->end)
			return true;
		if (!take_signed(in, true, &delta))
			return false;
	}
	r->fine = delta;
	return true;
}

/* len=COUNTunit, COUNTpage, COUNTh1..h4, edge, space */
static const char *const scale_name[CASE_SCALES] = {
	"unit", "page", "h1", "h2", "h3", "h4", "edge", "space",
};

static void print_len(struct text_writer *w, const struct text_field *f,
		      const struct case_record *r)
{
	(void)f;
	if (r->scale < CASE_EDGE)
		put_unsigned(w, r->count);
	put_name(w, scale_name, COUNT(scale_name), r->scale);
}

static bool parse_len(struct text_reader *in, const struct text_field *f,
		      struct case_record *r)
{
	bool counted = in->at < in->end && *in->at >= '0' && *in->at <= '9';

	(void)f;
	if (counted && !text_take_byte(in, 255, &r->count))
		return false;
	return text_take_name(in, scale_name, COUNT(scale_name), &r->scale) &&
	       counted == (r->scale < CASE_EDGE);
}

/* Letters of an attribute word, "-" for none, then :memtype and :keyN. */
static void put_attrs(struct text_writer *w, uint32_t attrs)
{
	unsigned count = 0;

	for (unsigned i = 0; attr_letter[i]; i++)
		if (attrs >> i & 1) {
			const char letter[2] = { attr_letter[i], '\0' };

			put(w, letter);
			count++;
		}
	if (!count)
		put(w, "-");
	if (pt_attrs_memtype(attrs) != PT_MEM_WB) {
		put(w, ":");
		put_name(w, memtype_name, COUNT(memtype_name),
			 pt_attrs_memtype(attrs));
	}
	if (pt_attrs_key(attrs)) {
		put(w, ":key");
		put_unsigned(w, pt_attrs_key(attrs));
	}
}

static bool take_attrs(struct text_reader *in, uint32_t *attrs)
{
	unsigned key;
	uint8_t type = 0;

	*attrs = 0;
	if (text_take(in, "-"))
		return in->at == in->end || *in->at == ':';
	for (unsigned i = 0; attr_letter[i]; i++)
		if (in->at < in->end && *in->at == attr_letter[i]) {
			*attrs |= UINT32_C(1) << i;
			in->at++;
		}
	if (!*attrs)
		return false;
	while (text_take(in, ":"))
		if (text_take(in, "key")) {
			if (*attrs & PT_KEY_MASK ||
			    !take_number(in, 15, &key) || !key)
				return false;
			*attrs |= (uint32_t)key << PT_KEY_SHIFT;
		} else {
			if (*attrs & (PT_KEY_MASK | PT_MEMTYPE_MASK) ||
			    !text_take_name(in, memtype_name,
					    COUNT(memtype_name), &type) ||
			    !type)
				return false;
			*attrs |= (uint32_t)type << PT_MEMTYPE_SHIFT;
		}
	return true;
}

static void print_attrs(struct text_writer *w, const struct text_field *f,
			const struct case_record *r)
{
	(void)f;
	put_attrs(w, r->attrs);
}

static bool parse_attrs(struct text_reader *in, const struct text_field *f,
			struct case_record *r)
{
	(void)f;
	return take_attrs(in, &r->attrs);
}

/* pa=ANCHOR[+DELTA] */
static void print_pa(struct text_writer *w, const struct text_field *f,
		     const struct case_record *r)
{
	(void)f;
	put_name(w, pa_name, COUNT(pa_name), r->pa_anchor);
	if (r->pa_delta)
		put_signed(w, r->pa_delta);
}

static bool parse_pa(struct text_reader *in, const struct text_field *f,
		     struct case_record *r)
{
	(void)f;
	if (!text_take_name(in, pa_name, COUNT(pa_name), &r->pa_anchor))
		return false;
	return in->at == in->end ||
	       (text_take(in, "+") &&
		text_take_byte(in, CASE_PA_DELTAS - 1, &r->pa_delta));
}

static void print_remove(struct text_writer *w, const struct text_field *f,
			 const struct case_record *r)
{
	(void)f;
	put_attrs(w, r->aux.value);
}

static bool parse_remove(struct text_reader *in, const struct text_field *f,
			 struct case_record *r)
{
	uint32_t rights;

	(void)f;
	if (!take_attrs(in, &rights) || rights > PT_RIGHTS)
		return false;
	r->aux.value = (uint8_t)rights;
	return true;
}

/* callbacks=all, none, or names in order: pgd,p4d,pud,pmd,pte,hole */
static const char *const callback_name[] = {
	"pgd", "p4d", "pud", "pmd", "pte", "hole",
};

/* A set of names in order, joined by commas; "all" or "none". */
static void put_set(struct text_writer *w, const char *const *names,
		    size_t count, unsigned set)
{
	const char *comma = "";

	if (set == 0 || set == pt_ones((unsigned)count)) {
		put(w, set ? "all" : "none");
		return;
	}
	for (unsigned i = 0; i < count; i++)
		if (set >> i & 1) {
			put(w, comma);
			put(w, names[i]);
			comma = ",";
		}
}

static bool take_set(struct text_reader *in, const char *const *names,
		     size_t count, uint8_t *set)
{
	uint8_t which;

	*set = 0;
	if (text_take(in, "none"))
		return true;
	if (text_take(in, "all")) {
		*set = (uint8_t)pt_ones((unsigned)count);
		return true;
	}
	do {
		if (!text_take_name(in, names, count, &which) ||
		    *set >> which & 1)
			return false;
		*set |= (uint8_t)(1u << which);
	} while (text_take(in, ","));
	return true;
}

static void print_callbacks(struct text_writer *w, const struct text_field *f,
			    const struct case_record *r)
{
	(void)f;
	put_set(w, callback_name, COUNT(callback_name), r->walk.callbacks);
}

static bool parse_callbacks(struct text_reader *in, const struct text_field *f,
			    struct case_record *r)
{
	(void)f;
	return take_set(in, callback_name, COUNT(callback_name),
			&r->walk.callbacks);
}

/* vma_callbacks=all, none, or names in order: test,pre,post,hugetlb,table */
static const char *const vma_callback_name[] = {
	"test", "pre", "post", "hugetlb", "table",
};

static void print_vma_callbacks(struct text_writer *w,
				const struct text_field *f,
				const struct case_record *r)
{
	(void)f;
	put_set(w, vma_callback_name, COUNT(vma_callback_name),
		r->walk.vma_callbacks);
}

static bool parse_vma_callbacks(struct text_reader *in,
				const struct text_field *f,
				struct case_record *r)
{
	(void)f;
	return take_set(in, vma_callback_name, COUNT(vma_callback_name),
			&r->walk.vma_callbacks);
}

/* Bits of aux.value, one field each: text_field.count is the bit. */
static void print_bit(struct text_writer *w, const struct text_field *f,
		      const struct case_record *r)
{
	put_unsigned(w, r->aux.value & f->count ? 1 : 0);
}

static bool parse_bit(struct text_reader *in, const struct text_field *f,
		      struct case_record *r)
{
	uint8_t bit;

	if (!text_take_byte(in, 1, &bit))
		return false;
	r->aux.value |= (uint8_t)(bit ? f->count : 0);
	return true;
}

static void print_vma(struct text_writer *w, const struct text_field *f,
		      const struct case_record *r)
{
	(void)f;
	put_name(w, vma_name, COUNT(vma_name), r->aux.value & CASE_VMA_TYPE);
}

static bool parse_vma(struct text_reader *in, const struct text_field *f,
		      struct case_record *r)
{
	uint8_t type;

	(void)f;
	if (!text_take_name(in, vma_name, COUNT(vma_name), &type))
		return false;
	r->aux.value |= type;
	return true;
}

/* action=ACTION:DEPTH:FROM, with a + behind it for "and always after" */
static void print_action(struct text_writer *w, const struct text_field *f,
			 const struct case_record *r)
{
	(void)f;
	put_name(w, action_name, COUNT(action_name), r->walk.action);
	put(w, ":");
	put(w, pt_depth_name(r->walk.action_depth));
	put(w, ":");
	put_unsigned(w, r->walk.action_from);
	put(w, r->walk.action_always ? "+" : "");
}

static bool parse_action(struct text_reader *in, const struct text_field *f,
			 struct case_record *r)
{
	(void)f;
	if (!text_take_name(in, action_name, COUNT(action_name),
			    &r->walk.action) ||
	    !text_take(in, ":") ||
	    !text_take_name(in, depth_name, COUNT(depth_name),
			    &r->walk.action_depth) ||
	    !text_take(in, ":") ||
	    !text_take_byte(in, 255, &r->walk.action_from))
		return false;
	r->walk.action_always = text_take(in, "+");
	return true;
}

/* stop=NUMBER:VALUE */
static void print_stop(struct text_writer *w, const struct text_field *f,
		       const struct case_record *r)
{
	(void)f;
	put_unsigned(w, r->walk.stop_at);
	put(w, ":");
	put_signed(w, r->walk.stop_value);
}

static bool parse_stop(struct text_reader *in, const struct text_field *f,
		       struct case_record *r)
{
	(void)f;
	return text_take_byte(in, 255, &r->walk.stop_at) &&
	       text_take(in, ":") &&
	       take_signed(in, false, &r->walk.stop_value);
}

/* The fields in the order they are printed. */
#define BIT(kind)  (UINT32_C(1) << (kind))
#define AT(member) offsetof(struct case_record, member)
#define ONE_ENTRY                                                              \
	(BIT(OP_SPLIT) | BIT(OP_COLLAPSE) | BIT(OP_RESTRICT) | BIT(OP_SETKIND))
#define RANGES                                                                 \
	(BIT(OP_MAP) | BIT(OP_UNMAP) | BIT(OP_PROTECT) | BIT(OP_FREE) |        \
	 BIT(OP_WALK) | BIT(OP_INSTALL) | BIT(OP_DUMP) | BIT(OP_ITERATE) |     \
	 BIT(OP_COPY) | BIT(OP_VMA) | BIT(OP_WALK_VMA) | BIT(OP_POKE) |        \
	 BIT(OP_SHADOW) | BIT(OP_IDENTITY) | BIT(OP_CLONE) | BIT(OP_PAIR))
#define WALKS (BIT(OP_WALK) | BIT(OP_WALK_VMA) | BIT(OP_INSTALL))
#define SKEWED                                                                 \
	(BIT(OP_UNMAP) | BIT(OP_PROTECT) | BIT(OP_SPLIT) | BIT(OP_TOUCH) |     \
	 BIT(OP_FREE) | BIT(OP_TRANSLATE) | BIT(OP_WALK) | BIT(OP_DUMP) |      \
	 BIT(OP_ITERATE) | BIT(OP_COPY) | BIT(OP_WALK_VMA) | BIT(OP_OWNER) |   \
	 BIT(OP_SYNC) | BIT(OP_SHADOW) | BIT(OP_IDENTITY) | BIT(OP_CLONE) |    \
	 BIT(OP_POISON))
const struct text_field text_fields[TEXT_FIELDS] = {
	{ "at", print_at, parse_at, 0, NULL, 0,
	  RANGES | ONE_ENTRY | BIT(OP_TOUCH) | BIT(OP_TRANSLATE) |
		  BIT(OP_OWNER) | BIT(OP_SYNC) | BIT(OP_POISON),
	  false },
	{ "len", print_len, parse_len, 0, NULL, 0, RANGES, false },
	{ "attrs", print_attrs, parse_attrs, 0, NULL, 0,
	  BIT(OP_MAP) | BIT(OP_PROTECT) | BIT(OP_INSTALL) | BIT(OP_SHADOW) |
		  BIT(OP_IDENTITY),
	  false },
	{ "pa", print_pa, parse_pa, 0, NULL, 0,
	  BIT(OP_MAP) | BIT(OP_SETKIND) | BIT(OP_INSTALL) | BIT(OP_SHADOW),
	  false },
	{ "height", print_byte, parse_byte, AT(aux.height), NULL, CASE_HEIGHTS,
	  BIT(OP_MAP) | ONE_ENTRY | BIT(OP_OWNER) | BIT(OP_POISON) |
		  BIT(OP_POKE),
	  false },
	{ "group", print_byte, parse_byte, AT(aux.group), NULL, 2,
	  BIT(OP_MAP) | BIT(OP_COLLAPSE), true },
	{ "exact", print_byte, parse_byte, AT(aux.exact), NULL, 2, BIT(OP_MAP),
	  true },
	{ "pa_mode", print_byte, parse_byte, AT(aux.pa_mode), pa_mode_name,
	  CASE_PA_MODES, BIT(OP_MAP), true },
	{ "remove", print_remove, parse_remove, 0, NULL, 0, BIT(OP_RESTRICT),
	  false },
	{ "kind", print_byte, parse_byte, AT(aux.value), kind_name, PT_KINDS,
	  BIT(OP_SETKIND), false },
	{ "access", print_byte, parse_byte, AT(aux.value), access_name,
	  PT_ACCESSES, BIT(OP_TOUCH), false },
	{ "bounds", print_byte, parse_byte, AT(aux.value), bounds_name,
	  CASE_BOUNDS, BIT(OP_FREE), false },
	{ "space", print_byte, parse_byte, AT(aux.value), NULL, PT_SPACES,
	  BIT(OP_SWITCH), false },
	{ "nth", print_byte, parse_byte, AT(aux.value), NULL, 256,
	  BIT(OP_FAIL) | BIT(OP_CTOR_FAIL) | BIT(OP_DURING), false },
	{ "synced", print_bit, parse_bit, 0, NULL, 1, BIT(OP_SHARE), true },
	{ "type", print_vma, parse_vma, 0, NULL, 0, BIT(OP_VMA), false },
	{ "page", print_byte, parse_byte, AT(aux.height), NULL, CASE_HEIGHTS,
	  BIT(OP_VMA), true },
	{ "file", print_bit, parse_bit, 0, NULL, CASE_VMA_FILE, BIT(OP_VMA),
	  true },
	{ "skip", print_bit, parse_bit, 0, NULL, CASE_VMA_SKIP, BIT(OP_VMA),
	  true },
	{ "end", print_bit, parse_bit, 0, NULL, CASE_VMA_STOP, BIT(OP_VMA),
	  true },
	{ "refuse", print_bit, parse_bit, 0, NULL, CASE_VMA_REFUSE,
	  BIT(OP_VMA), true },
	{ "holes", print_bit, parse_bit, 0, NULL, CASE_DUMP_HOLES,
	  BIT(OP_DUMP) | BIT(OP_CLONE), true },
	{ "marker", print_bit, parse_bit, 0, NULL, CASE_DUMP_MARKER,
	  BIT(OP_DUMP), true },
	{ "items", print_byte, parse_byte, AT(aux.value), iterate_name,
	  OP_ITERATES, BIT(OP_ITERATE), false },
	{ "wrprotect", print_bit, parse_bit, 0, NULL, 1, BIT(OP_COPY), true },
	{ "look", print_byte, parse_byte, AT(aux.value), look_name, OP_SHADOWS,
	  BIT(OP_SHADOW), false },
	{ "which", print_byte, parse_byte, AT(aux.value), which_name,
	  OP_POISONS, BIT(OP_POISON), false },
	{ "word", print_byte, parse_byte, AT(aux.value), word_name, OP_POKES,
	  BIT(OP_POKE), false },
	{ "how", print_byte, parse_byte, AT(aux.value), how_name, OP_PAIRS,
	  BIT(OP_PAIR), false },
	{ "shift", print_byte, parse_byte, AT(aux.shift), shift_name,
	  CASE_SHIFTS, BIT(OP_PAIR) | BIT(OP_COPY), true },
	{ "clear", print_byte, parse_byte, AT(aux.clear), clear_name,
	  CASE_CLEARS, BIT(OP_PAIR), true },
	{ "entry", print_byte, parse_byte, AT(walk.entry), entry_name,
	  OP_ENTRIES, BIT(OP_WALK_VMA), true },
	{ "callbacks", print_callbacks, parse_callbacks, 0, NULL, 0, WALKS,
	  false },
	{ "vma_callbacks", print_vma_callbacks, parse_vma_callbacks, 0, NULL,
	  0, BIT(OP_WALK_VMA), false },
	{ "action", print_action, parse_action, AT(walk.action), NULL, 0,
	  BIT(OP_WALK) | BIT(OP_WALK_VMA), true },
	{ "stop", print_stop, parse_stop, AT(walk.stop_at), NULL, 0, WALKS,
	  true },
	{ "skew", print_byte, parse_byte, AT(aux.skew), skew_name, CASE_SKEWS,
	  SKEWED, true },
};

/* Whether an optional field says nothing. */
static bool is_unsaid(const struct text_field *f, const struct case_record *r)
{
	if (f->print == print_bit)
		return !(r->aux.value & f->count);
	return byte_of(f, r) == 0;
}

static void put_record(struct text_writer *w, const struct case_record *r,
		       unsigned version)
{
	put(w, op_kind_name(r->kind));
	if (!case_has_fields(r->kind, version))
		return;
	for (unsigned i = 0; i < TEXT_FIELDS; i++) {
		const struct text_field *f = &text_fields[i];

		if (r->kind >= OP_KINDS || !(f->kinds >> r->kind & 1) ||
		    (f->optional && is_unsaid(f, r)))
			continue;
		put(w, " ");
		put(w, f->name);
		put(w, "=");
		f->print(w, f, r);
	}
}

static void put_kinds(struct text_writer *w, uint64_t mask, unsigned version)
{
	const char *comma = "";

	if (mask == case_mask(0, version) || mask == 1) {
		put(w, mask == 1 ? "none" : "default");
		return;
	}
	for (unsigned i = 1; i < OP_KINDS; i++)
		if (mask >> i & 1) {
			put(w, comma);
			put(w, op_kind_name(i));
			comma = ",";
		}
}

size_t case_text(const struct tw_case *c, char out[CASE_TEXT_BYTES])
{
	struct text_writer w = { out, CASE_TEXT_BYTES };
	char salt[8];

	put(&w, "tablewalk case ");
	put_unsigned(&w, c->header.version ? c->header.version : 1);
	put(&w, "\nregime ");
	put_unsigned(&w, c->header.regime);
	put(&w, "\nprofile ");
	put(&w, case_profile_name(c->header.profile));
	put(&w, "\nwindow ");
	put_name(&w, text_window_name, COUNT(text_window_name),
		 c->header.window);
	snprintf(salt, sizeof(salt), "0x%04x", c->header.salt);
	put(&w, "\nsalt ");
	put(&w, salt);
	put(&w, "\nkinds ");
	put_kinds(&w, c->header.mask, c->header.version);
	put(&w, "\n");
	for (unsigned i = 0; i < c->count; i++) {
		put_record(&w, &c->record[i], c->header.version);
		put(&w, "\n");
	}
	return (size_t)(w.at - out);
}

int case_print(FILE *out, const struct tw_case *c)
{
	char text[CASE_TEXT_BYTES];
	size_t length = case_text(c, text);

	return fwrite(text, 1, length, out) == length ? 0 : -EIO;
}
