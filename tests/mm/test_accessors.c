/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The accessor algebra of mm/pt_accessors.h, for every format, depth, kind,
 * group and attribute word.
 *
 * What each accessor does is said here on attribute words; that an entry says
 * the word is the business of the encoding's own tests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../mm/pt_accessors.h"

enum accessor {
	MKYOUNG, MKOLD, MKDIRTY, MKCLEAN, MKWRITE, WRPROTECT, MODIFY, ACCESSORS,
};

static const char *const accessor_name[ACCESSORS] = {
	"mkyoung", "mkold", "mkdirty", "mkclean", "mkwrite", "wrprotect",
	"modify",
};

static struct pt_entry apply(enum accessor a, struct pt_at at,
			     struct pt_entry e, uint32_t rights)
{
	switch (a) {
	case MKYOUNG:
		return pt_mkyoung(at, e);
	case MKOLD:
		return pt_mkold(at, e);
	case MKDIRTY:
		return pt_mkdirty(at, e);
	case MKCLEAN:
		return pt_mkclean(at, e);
	case MKWRITE:
		return pt_mkwrite(at, e);
	case WRPROTECT:
		return pt_wrprotect(at, e);
	case MODIFY:
		return pt_modify(at, e, rights);
	case ACCESSORS:
		break;
	}
	return e;
}

static bool can_say(const struct pt_level *l, uint32_t rights)
{
	return l->leaf.rights.right[rights & PT_RIGHTS].representable;
}

/* What the attribute word becomes. */
static uint32_t expected(enum accessor a, const struct pt_level *l,
			 uint32_t attrs, uint32_t rights)
{
	switch (a) {
	case MKYOUNG:
		return l->leaf.accessed.mask ? attrs | PT_ACCESSED : attrs;
	case MKOLD:
		return attrs & ~PT_ACCESSED;
	case MKDIRTY:
		return l->leaf.dirty.mask ? attrs | PT_DIRTY : attrs;
	case MKCLEAN:
		return attrs & ~PT_DIRTY;
	case MKWRITE:
		return can_say(l, attrs | PT_W) ? attrs | PT_W : attrs;
	case WRPROTECT:
		return can_say(l, attrs & ~PT_W) ? attrs & ~PT_W : attrs;
	case MODIFY:
		return can_say(l, rights) ?
			       (attrs & ~PT_RIGHTS) | (rights & PT_RIGHTS) :
			       attrs;
	case ACCESSORS:
		break;
	}
	return attrs;
}

/* One kind of entry of one depth; order 0 or that of a group. */
struct subject {
	struct pt_at at;
	enum pt_kind kind;
	unsigned order;
	uint64_t pa;
};

static const struct pt_level *level_of(const struct subject *s)
{
	return &s->at.format->level[s->at.depth];
}

static struct pt_entry make(const struct subject *s, uint32_t attrs)
{
	struct pt_mould mould =
		s->kind == PT_LEAF ? pt_leaf_mould(level_of(s), attrs, s->order)
				   : pt_kind_mould(level_of(s), s->kind, attrs);

	return pt_mould_fill(&mould, s->pa);
}

static void assert_same(const struct subject *s, const char *what,
			struct pt_entry got, struct pt_entry wanted)
{
	if (got.raw != wanted.raw)
		fail_msg("%s %s %s order %u: %s gives %llx, not %llx",
			 s->at.format->name, pt_depth_name((int)s->at.depth),
			 pt_kind_name(s->kind), s->order, what,
			 (unsigned long long)got.raw,
			 (unsigned long long)wanted.raw);
}

/* Each attribute of struct types.h alone, with every combination of rights. */
#define REST 19
static uint32_t rest_word(unsigned n)
{
	static const uint32_t word[REST] = {
		0, PT_ACCESSED, PT_DIRTY, PT_ACCESSED | PT_DIRTY, PT_GLOBAL,
		PT_GLOBAL | PT_ACCESSED, PT_SOFT0, PT_SOFT1,
		PT_SOFT0 | PT_SOFT1 | PT_ACCESSED | PT_DIRTY,
		PT_MEM_WC << PT_MEMTYPE_SHIFT, PT_MEM_UC << PT_MEMTYPE_SHIFT,
		PT_MEM_WT << PT_MEMTYPE_SHIFT,
		PT_MEM_UC << PT_MEMTYPE_SHIFT | PT_ACCESSED | PT_DIRTY,
		PT_MEM_WT << PT_MEMTYPE_SHIFT | PT_GLOBAL,
		UINT32_C(1) << PT_KEY_SHIFT, UINT32_C(9) << PT_KEY_SHIFT,
		UINT32_C(15) << PT_KEY_SHIFT | PT_DIRTY,
		UINT32_C(5) << PT_KEY_SHIFT | PT_GLOBAL | PT_SOFT1,
		PT_GLOBAL | PT_ACCESSED | PT_DIRTY,
	};

	return word[n];
}

static bool representable(const struct subject *s, uint32_t attrs)
{
	return pt_attrs_representable(level_of(s), attrs) &&
	       (s->kind == PT_LEAF || !(attrs & PT_GLOBAL));
}

typedef void word_fn(const struct subject *s, uint32_t attrs);

static void each_word(const struct subject *s, word_fn *fn)
{
	for (uint32_t rights = 0; rights <= PT_RIGHTS; rights++)
		for (unsigned n = 0; n < REST; n++)
			if (representable(s, rights | rest_word(n)))
				fn(s, rights | rest_word(n));
}

/* Every kind of entry with attributes of every format. */
static void each_subject(word_fn *fn)
{
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];

		for (unsigned d = f->top; d < PT_DEPTHS; d++) {
			const struct pt_level *l = &f->level[d];
			struct subject s = { { f, d }, PT_LEAF, 0, 0 };

			if (!l->leaf.match.count)
				continue;
			s.pa = pt_ones(f->pa_bits) & ~(pt_span(f, d) - 1);
			each_word(&s, fn);
			for (unsigned g = 0; g < l->group_count; g++) {
				s.order = l->group[g].order;
				s.pa &= ~pt_ones(l->va_shift + s.order);
				each_word(&s, fn);
			}
			s.order = 0;
			s.kind = PT_PROTNONE;
			if (l->leaf.protnone.count)
				each_word(&s, fn);
			s.kind = PT_INVALID_HUGE;
			if (l->leaf.invalid.count)
				each_word(&s, fn);
		}
	}
}

static void check_each(const struct subject *s, uint32_t attrs)
{
	struct pt_entry e = make(s, attrs);

	for (unsigned a = 0; a < ACCESSORS; a++)
		for (uint32_t rights = 0;
		     rights <= (a == MODIFY ? PT_RIGHTS : 0); rights++) {
			struct pt_entry got = apply(a, s->at, e, rights);

			assert_same(s, accessor_name[a], got,
				    make(s, expected(a, level_of(s), attrs,
						     rights)));
			assert_same(s, "the same again",
				    apply(a, s->at, got, rights), got);
		}
}

/* Each accessor changes its attribute, what follows from it, nothing else. */
static void accessors_change_one_attribute(void **state)
{
	(void)state;
	each_subject(check_each);
}

static void check_commute(const struct subject *s, uint32_t attrs)
{
	static const enum accessor about[3][2] = {
		{ MKYOUNG, MKOLD }, { MKDIRTY, MKCLEAN }, { MKWRITE, WRPROTECT },
	};
	struct pt_entry e = make(s, attrs);

	for (unsigned n = 0; n < 3; n++)
		for (unsigned m = 0; m < n; m++)
			for (unsigned i = 0; i < 4; i++) {
				enum accessor a = about[n][i & 1];
				enum accessor b = about[m][i >> 1];

				assert_same(s, "the other order",
					apply(a, s->at, apply(b, s->at, e, 0),
					      0),
					apply(b, s->at, apply(a, s->at, e, 0),
					      0));
			}
}

/* Different attributes can be changed in any order. */
static void accessors_commute(void **state)
{
	(void)state;
	each_subject(check_commute);
}

static void check_wrprotect(const struct subject *s, uint32_t attrs)
{
	struct pt_entry e = pt_wrprotect(s->at, make(s, attrs));
	uint32_t got = pt_attrs_read(level_of(s), s->kind, e);

	assert_int_equal(got & PT_DIRTY, attrs & PT_DIRTY);
	assert_int_equal(got & PT_ACCESSED, attrs & PT_ACCESSED);
}

/* A dirty page that is write-protected is still dirty. */
static void write_protection_keeps_dirty(void **state)
{
	(void)state;
	each_subject(check_wrprotect);
}

static void check_huge(const struct subject *s, uint32_t attrs)
{
	const struct pt_format *f = s->at.format;

	for (unsigned d = f->top; d < PT_DEPTHS; d++) {
		const struct pt_level *l = &f->level[d];
		uint64_t pa = pt_ones(f->pa_bits) & ~(pt_span(f, d) - 1);
		struct pt_entry e;

		if (!l->leaf.match.count ||
		    (s->kind == PT_PROTNONE && !l->leaf.protnone.count) ||
		    (s->kind == PT_INVALID_HUGE && !l->leaf.invalid.count))
			continue;
		e = pt_mkhuge(s->at, make(s, attrs), d, pa);
		assert_int_equal(pt_entry_kind(f, d, e), s->kind);
		assert_int_equal(pt_entry_pa(l, s->kind, e, 0), pa);
		assert_int_equal(pt_leaf_order(l, e), 0);
		if (pt_attrs_read(l, s->kind, e) != attrs)
			fail_msg("%s: %s as %s loses attributes %x", f->name,
				 pt_depth_name((int)s->at.depth),
				 pt_depth_name((int)d), attrs);
	}
}

/* Memory type, key and all else survive a change of the leaf's size. */
static void every_attribute_survives_another_size(void **state)
{
	(void)state;
	each_subject(check_huge);
}

/* Entries without attributes come back untouched from every accessor. */
static void other_kinds_are_left_alone(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];

		for (unsigned d = f->top; d < PT_DEPTHS; d++) {
			const struct pt_level *l = &f->level[d];
			const uint64_t word[] = {
				l->none_value,
				l->swap.match.count ? l->swap.fixed
						    : l->none_value,
				l->migration.match.count ? l->migration.fixed
							 : l->none_value,
				l->marker.match.count ? l->marker.fixed
						      : l->none_value,
				d < PT_PTE ? pt_table_entry(l, 0).raw
					   : l->none_value,
			};
			struct subject s = { { f, d }, PT_NONE, 0, 0 };

			for (unsigned n = 0; n < 5; n++)
				for (unsigned a = 0; a < ACCESSORS; a++)
					assert_same(&s, accessor_name[a],
						apply(a, s.at,
						      (struct pt_entry){
							      word[n] },
						      PT_R | PT_USER),
						(struct pt_entry){ word[n] });
		}
	}
}

#define TABLE_BYTES (1u << 17)

static void gather_in(const struct pt_format *f, unsigned depth,
		      const struct pt_group *group)
{
	static _Alignas(64) uint8_t host[TABLE_BYTES];
	const struct pt_level *l = &f->level[depth];
	struct pt_env env = { 0 };
	struct pt_table table = { .env = &env, .host = host };
	unsigned entries = 1u << group->order;
	uint32_t rights = PT_R | PT_USER, want;

	while (!can_say(l, rights))
		rights = (rights + 1) & PT_RIGHTS;
	want = rights | (l->leaf.accessed.mask ? PT_ACCESSED : 0) |
	       (l->leaf.dirty.mask ? PT_DIRTY : 0);
	assert_true(pt_table_bytes(f, depth) <= TABLE_BYTES);
	for (unsigned odd = 0; odd < entries; odd++) {
		for (unsigned i = 0; i < entries; i++) {
			struct pt_mould mould = pt_leaf_mould(
				l, i == odd ? want : rights, group->order);

			pt_write_entry(f, depth, &table, i,
				       pt_mould_fill(&mould,
						     i * pt_span(f, depth)));
		}
		for (unsigned i = 0; i < entries; i++)
			assert_int_equal(pt_gather((struct pt_at){ f, depth },
						   &table, i),
					 want);
	}
}

/* One accessed or dirty entry makes its whole group so, from each entry. */
static void groups_gather_accessed_and_dirty(void **state)
{
	unsigned groups = 0;

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];

		for (unsigned d = f->top; d < PT_DEPTHS; d++)
			for (unsigned g = 0; g < f->level[d].group_count;
			     g++, groups++)
				gather_in(f, d, &f->level[d].group[g]);
	}
	assert_true(groups >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accessors_change_one_attribute),
		cmocka_unit_test(accessors_commute),
		cmocka_unit_test(write_protection_keeps_dirty),
		cmocka_unit_test(every_attribute_survives_another_size),
		cmocka_unit_test(other_kinds_are_left_alone),
		cmocka_unit_test(groups_gather_accessed_and_dirty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
