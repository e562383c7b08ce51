/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Poisoned tables: pt_table_poisoned() of include/tablewalk/table_owner.h.  A
 * sentence in quotes is the header's.
 */
#include "poisoned.h"

#include <stdlib.h>
#include <string.h>

/* Space 0 of a format; reports are of one range. */
struct example {
	struct owned *o;
	struct poisoned all;
};

static const struct pt_poison *only(struct example *x, uint64_t pa,
				    uint64_t bytes)
{
	poisoned_ask(x->o, PT_SPACES, pa, bytes, &x->all);
	assert_int_equal(x->all.ret, 1);
	assert_int_equal(x->all.count, 1);
	return &x->all.report[0];
}

static void assert_lost(const struct pt_poison *p, unsigned k, uint64_t first,
			uint64_t last)
{
	assert_true(k < p->ranges);
	assert_int_equal(p->lost[k].first, first);
	assert_int_equal(p->lost[k].last, last);
}

/* The format of that name with both spaces, in its own fragments. */
static struct owned *open_named(void **state, const char *name)
{
	unsigned i = 0;

	while (i < pt_format_count && strcmp(pt_formats[i]->name, name))
		i++;
	assert_true(i < pt_format_count);
	return owned_open_fragments(state, i);
}

static uint64_t table_pa(struct owned *o, unsigned space, uint64_t va,
			 unsigned depth)
{
	struct pt_owner owner;

	assert_int_equal(pt_table_at(&o->m[space].space, va, depth, &owner), 0);
	return owner.page.pa;
}

/*
 * "An address is lost where a walk for it, from the root down to the entry that
 * ends it, reads a byte of this range." "No poisoned byte is read." "No address
 * is lost twice." Random ranges on every format, with and without fragments.
 */
static void lost_is_what_a_walk_would_read(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open(state, i)); i++) {
		poisoned_populate(o);
		poisoned_exercise(o, 0xabcdef + i, true);
		owned_close(state);
		o = owned_open_fragments(state, i);
		poisoned_populate(o);
		poisoned_exercise(o, 0xfedcba + i, true);
		owned_close(state);
	}
}

/* "It does not matter what the entry holds; one that was none is lost too." */
static void any_byte_loses_one_entry(void **state)
{
	struct example x = { .o = NULL };

	for (unsigned i = 0; (x.o = owned_open(state, i)); i++) {
		const struct pt_format *f = x.o->f;
		unsigned stride = pt_stride(&f->level[PT_PTE]);
		uint64_t page = mm_page(x.o->m), pa;
		const struct pt_poison *p;

		assert_int_equal(owned_map(x.o, 0, 0, 1), 0);
		pa = table_pa(x.o, 0, 0, PT_PTE);
		for (unsigned byte = 0; byte < 2 * stride; byte++) {
			unsigned k = byte / stride;

			p = only(&x, pa + byte, 1);
			assert_int_equal(p->owner.page.depth, PT_PTE);
			assert_int_equal(p->owner.page.space, 0);
			assert_int_equal(p->ranges, 1);
			assert_lost(p, 0, k * page, (k + 1) * page - 1);
		}
		/* One byte of each of two neighbours. */
		p = only(&x, pa + stride - 1, 2);
		assert_int_equal(p->ranges, 1);
		assert_lost(p, 0, 0, 2 * page - 1);
		owned_close(state);
	}
}

/* "A signed root loses nothing between its halves". */
static void signed_root_loses_no_gap(void **state)
{
	unsigned gaps = 0, full = 0;
	struct example x = { .o = NULL };

	for (unsigned i = 0; (x.o = owned_open(state, i)); i++) {
		const struct pt_format *f = x.o->f;
		const struct pt_space *space = &x.o->m[0].space;
		uint64_t word = pt_ones(f->va_word_bits);
		uint64_t half = pt_ones(f->va_bits) >> 1;
		const struct pt_poison *p =
			only(&x, space->root, pt_table_bytes(f, f->top));

		if (f->va_rule != PT_VA_SIGNED) {
			assert_int_equal(p->ranges, 1);
			assert_lost(p, 0, p->owner.first, p->owner.last);
		} else if (f->va_bits == f->va_word_bits) {
			full++;
			assert_int_equal(p->ranges, 1);
			assert_lost(p, 0, 0, word);
		} else {
			gaps++;
			assert_int_equal(p->ranges, 2);
			assert_lost(p, 0, 0, half);
			assert_lost(p, 1, word - half, word);
		}
		owned_close(state);
	}
	assert_true(gaps && full);
}

/* "an entry is lost with any of its bytes: with either half". */
static void entry_in_halves_is_lost_with_either(void **state)
{
	struct example x = { .o = open_named(state, "arm-short-linux") };
	const struct pt_level *l = &x.o->f->level[PT_PTE];
	uint64_t page = mm_page(x.o->m), pa, n = mm_entries(x.o->m, PT_PTE);
	const struct pt_poison *p;

	assert_int_equal(owned_map(x.o, 0, 0, 1), 0);
	pa = table_pa(x.o, 0, 0, PT_PTE);
	p = only(&x, pa + 5 * 4, 1);
	assert_lost(p, 0, 5 * page, 6 * page - 1);
	p = only(&x, pa + l->half_offset + 5 * 4 + 3, 1);
	assert_lost(p, 0, 5 * page, 6 * page - 1);
	assert_int_equal(p->ranges, 1);
	/* The last low halves and the first high ones are side by side. */
	p = only(&x, pa + l->half_offset - 8, 12);
	assert_int_equal(p->ranges, 2);
	assert_lost(p, 0, 0, page - 1);
	assert_lost(p, 1, (n - 2) * page, n * page - 1);
	p = only(&x, pa + 4, l->half_offset);
	assert_int_equal(p->ranges, 1);
	assert_lost(p, 0, 0, n * page - 1);
	owned_close(state);
}

/* "with any copy". */
static void entry_in_copies_is_lost_with_any(void **state)
{
	struct example x = { .o = open_named(state, "ppc-8xx-16k") };
	uint64_t page = mm_page(x.o->m), pa;

	assert_int_equal(owned_map(x.o, 0, 0, 1), 0);
	pa = table_pa(x.o, 0, 0, PT_PTE);
	for (unsigned copy = 0; copy < 4; copy++)
		assert_lost(only(&x, pa + 3 * 16 + 4 * copy, 4), 0, 3 * page,
			    4 * page - 1);
	assert_lost(only(&x, pa + 2 * 16 + 12, 8), 0, 2 * page, 4 * page - 1);
	owned_close(state);
}

/* "Bytes of a table behind its entries (pt_level.table_shift) lose nothing." */
static void bytes_behind_the_entries_lose_nothing(void **state)
{
	unsigned longer = 0;
	struct example x = { .o = NULL };

	for (unsigned i = 0; (x.o = owned_open(state, i)); i++) {
		const struct pt_format *f = x.o->f;

		assert_int_equal(owned_map(x.o, 0, 0, 1), 0);
		for (unsigned d = f->top; d < PT_DEPTHS; d++) {
			uint64_t pa = table_pa(x.o, 0, 0, d);
			uint64_t end = (uint64_t)mm_entries(x.o->m, d) *
				       pt_stride(&f->level[d]);
			const struct pt_poison *p;

			if (f->level[d].half_offset ||
			    end == pt_table_bytes(f, d))
				continue;
			p = only(&x, pa + end, pt_table_bytes(f, d) - end);
			assert_int_equal(p->ranges, 0);
			assert_int_equal(p->owner.page.pa, pa);
			p = only(&x, pa + end - 1, 2);
			assert_int_equal(p->ranges, 1);
			longer++;
		}
		owned_close(state);
	}
	assert_true(longer);
}

/* "An entry of a group is lost alone". */
static void entry_of_a_group_is_lost_alone(void **state)
{
	unsigned groups = 0;
	struct example x = { .o = NULL };

	for (unsigned i = 0; (x.o = owned_open(state, i)); i++) {
		const struct pt_level *l = &x.o->f->level[PT_PTE];
		uint64_t page = mm_page(x.o->m), pa;
		struct pt_space *space = &x.o->m[0].space;
		unsigned order = l->group_count ? l->group[0].order : 0;

		if (order && !pt_map(space, 0, (page << order) - 1, 0,
				     owned_rights(x.o), PT_PTE, order)) {
			pa = table_pa(x.o, 0, 0, PT_PTE);
			assert_lost(only(&x, pa + pt_stride(l), 1), 0, page,
				    2 * page - 1);
			groups++;
		}
		owned_close(state);
	}
	assert_true(groups);
}

/*
 * "So what only lost entries lead to is not found, and its addresses are lost
 * with those entries."
 */
static void tables_behind_lost_entries_are_not_found(void **state)
{
	struct example x = { .o = NULL };

	for (unsigned i = 0; (x.o = owned_open(state, i)); i++) {
		const struct pt_poison *p;

		for (unsigned s = 0; s < PT_SPACES; s++)
			assert_int_equal(owned_map(x.o, s, 0, 1), 0);
		/* All memory: of each space the root is left. */
		poisoned_ask(x.o, PT_SPACES, 0, UINT64_MAX, &x.all);
		assert_int_equal(x.all.ret, 2);
		for (unsigned s = 0; s < PT_SPACES; s++) {
			p = &x.all.report[s];
			assert_int_equal(p->owner.page.depth, x.o->f->top);
			assert_int_equal(p->owner.page.space, s);
			assert_int_equal(p->lost[0].first, p->owner.first);
			assert_int_equal(p->lost[p->ranges - 1].last,
					 p->owner.last);
		}
		owned_close(state);
	}
}

/* "Returns how many, or the first value of report that is not 0." */
static void a_value_ends_the_reports(void **state)
{
	struct example x = { .o = NULL };

	for (unsigned i = 0; (x.o = owned_open(state, i)); i++) {
		x.all.value = -7;
		poisoned_ask(x.o, PT_SPACES, OWNED_PA, OWNED_BYTES, &x.all);
		assert_int_equal(x.all.ret, -7);
		assert_int_equal(x.all.count, 1);
		x.all.value = 0;
		/* Of the spaces that were named only. */
		poisoned_ask(x.o, 1, OWNED_PA, OWNED_BYTES, &x.all);
		assert_int_equal(x.all.ret, 1);
		poisoned_ask(x.o, 0, OWNED_PA, OWNED_BYTES, &x.all);
		assert_int_equal(x.all.ret, 0);
		/* No byte, and the end of memory. */
		poisoned_ask(x.o, 2, x.o->m[0].space.root, 0, &x.all);
		assert_int_equal(x.all.ret, 0);
		poisoned_ask(x.o, 2, OWNED_PA + OWNED_BYTES, UINT64_MAX,
			     &x.all);
		assert_int_equal(x.all.ret, 0);
		owned_close(state);
	}
}

/*
 * "Tables of a shared kernel part (share.h) are reported once, with their
 * owner; the sharer's root loses its own entries for them."
 */
static void shared_tables_are_reported_once(void **state)
{
	struct example x = { .o = NULL };

	for (unsigned i = 0; (x.o = owned_open(state, i)); i++) {
		struct pt_space *owner = &x.o->m[0].space;
		struct pt_space *sharer = &x.o->m[1].space;
		uint64_t bytes = pt_table_bytes(x.o->f, x.o->f->top), pa;
		uint64_t pages = x.o->m[0].bytes / mm_page(x.o->m), va;
		uint8_t *root = pt_memory_at(&x.o->memory, sharer->root,
					     bytes);
		const uint8_t *from = pt_memory_at(&x.o->memory, owner->root,
						   bytes);

		uint8_t *saved = malloc(bytes);

		assert_non_null(saved);
		/* A table behind the last entry of the owner's root. */
		va = x.o->f->va_rule == PT_VA_SIGNED ?
			     pt_ones(x.o->f->va_word_bits) :
			     x.o->m[0].base + (pages - 1) * mm_page(x.o->m);
		va &= ~(mm_page(x.o->m) - 1);
		assert_true(root && from);
		assert_int_equal(pt_map(owner, va, va + mm_page(x.o->m) - 1, 0,
					owned_rights(x.o), PT_PTE, 0), 0);
		pa = table_pa(x.o, 0, va, PT_PTE);
		memcpy(saved, root, bytes);
		memcpy(root + bytes / 2, from + bytes / 2, bytes / 2);
		sharer->kernel = owner;
		assert_int_equal(only(&x, pa, 1)->owner.page.space, 0);
		assert_true(only(&x, sharer->root + bytes - 1, 1)->ranges <= 1);
		assert_int_equal(x.all.report[0].owner.page.space, 1);
		sharer->kernel = NULL;
		/* Nobody else releases what is the owner's. */
		memcpy(root, saved, bytes);
		free(saved);
		owned_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, owned_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lost_is_what_a_walk_would_read),
		TEST(any_byte_loses_one_entry),
		TEST(signed_root_loses_no_gap),
		TEST(entry_in_halves_is_lost_with_either),
		TEST(entry_in_copies_is_lost_with_any),
		TEST(bytes_behind_the_entries_lose_nothing),
		TEST(entry_of_a_group_is_lost_alone),
		TEST(tables_behind_lost_entries_are_not_found),
		TEST(a_value_ends_the_reports),
		TEST(shared_tables_are_reported_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
