/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tables that share a page: include/tablewalk/fragment.h.  A sentence in quotes
 * is the header's.
 */
#include "owned.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PA UINT64_C(0x10000)
#define PAGE UINT64_C(0x1000)
#define MEMORY (16 * PAGE)
#define RECORDS 4

/* A source of pages, one after the other, that takes them back in any order. */
struct source {
	struct pt_memory memory;
	struct pt_fragments f;
	struct pt_fragment_page record[RECORDS];
	uint64_t next;
	unsigned taken, given_back;
	uint64_t last_bytes, last_freed;
	int refuse;			/* what page_alloc returns */
};

static int page_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct source *s = context;

	if (s->refuse)
		return s->refuse;
	s->next = (s->next + bytes - 1) & ~(bytes - 1);
	assert_true(s->next + bytes <= PA + MEMORY);
	*pa = s->next;
	memset(pt_memory_at(&s->memory, *pa, bytes), 0, bytes);
	s->next += bytes;
	s->last_bytes = bytes;
	s->taken++;
	return 0;
}

static void page_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct source *s = context;

	s->last_freed = pa;
	s->last_bytes = bytes;
	s->given_back++;
}

static struct source *open_source(void **state)
{
	struct source *s = calloc(1, sizeof(*s));
	uint8_t *host = aligned_alloc(4096, MEMORY);

	assert_true(s && host);
	memset(host, 0xee, MEMORY);
	s->memory.window[0] = (struct pt_window){ PA, MEMORY, host };
	s->next = PA;
	s->f = (struct pt_fragments){
		.memory = &s->memory, .page_bytes = PAGE,
		.page = s->record, .pages = RECORDS, .context = s,
		.page_alloc = page_alloc, .page_free = page_free,
	};
	*state = s;
	return s;
}

static int close_source(void **state)
{
	struct source *s = *state;

	if (s) {
		free(s->memory.window[0].host);
		free(s);
	}
	*state = NULL;
	return 0;
}

static uint64_t take(struct source *s, uint64_t bytes)
{
	uint64_t pa;

	assert_int_equal(pt_fragment_alloc(&s->f, bytes, &pa), 0);
	assert_int_equal(pa & (bytes - 1), 0);
	return pa;
}

static void give(struct source *s, uint64_t pa, uint64_t bytes)
{
	assert_int_equal(pt_fragment_free(&s->f, pa, bytes), 0);
}

/* The tables that a list named. */
struct names {
	uint64_t pa[PT_FRAGMENTS_PER_PAGE], bytes;
	unsigned count;
	int value;			/* what the callback returns */
};

static int on_name(void *context, uint64_t pa, uint64_t bytes)
{
	struct names *names = context;

	assert_true(names->count < PT_FRAGMENTS_PER_PAGE);
	names->pa[names->count++] = pa;
	names->bytes = bytes;
	return names->value;
}

static int list(struct source *s, uint64_t pa, struct names *names, int value)
{
	*names = (struct names){ .value = value };
	return pt_fragment_list(&s->f, pa, on_name, names);
}

/*
 * "They lie at multiples of it from the start of the page"; "from the lowest
 * such place; where there is none, from the start of a new page".
 */
static void places_are_taken_from_the_lowest(void **state)
{
	struct source *s = open_source(state);

	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(take(s, 1024), PA + i * 1024);
	assert_int_equal(s->taken, 2);
	give(s, PA + 2 * 1024, 1024);
	give(s, PA + 1024, 1024);
	give(s, PA + 5 * 1024, 1024);
	assert_int_equal(take(s, 1024), PA + 1024);
	assert_int_equal(take(s, 1024), PA + 2 * 1024);
	assert_int_equal(take(s, 1024), PA + 5 * 1024);
	assert_int_equal(s->taken, 2);
	assert_int_equal(s->given_back, 0);
}

/* "with the last one of its page the page goes back, at once", not before. */
static void last_table_gives_the_page_back(void **state)
{
	struct source *s = open_source(state);

	for (unsigned i = 0; i < 4; i++)
		take(s, 1024);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(s->given_back, 0);
		assert_int_equal(pt_fragment_count(&s->f, PA), 4 - i);
		give(s, PA + i * 1024, 1024);
	}
	assert_int_equal(s->given_back, 1);
	assert_int_equal(s->last_freed, PA);
	assert_int_equal(s->last_bytes, PAGE);
	assert_int_equal(pt_fragment_count(&s->f, PA), 0);
	/* Its record is free again. */
	for (unsigned i = 0; i < RECORDS; i++)
		take(s, PAGE);
}

/* "The tables of a page are all of one length." */
static void lengths_have_pages_of_their_own(void **state)
{
	struct source *s = open_source(state);
	struct names names;

	assert_int_equal(take(s, 256), PA);
	assert_int_equal(take(s, 512), PA + PAGE);
	assert_int_equal(take(s, 256), PA + 256);
	assert_int_equal(take(s, 512), PA + PAGE + 512);
	assert_int_equal(pt_fragment_count(&s->f, PA + 5), 2);
	assert_int_equal(list(s, PA + PAGE - 1, &names, 0), 2);
	assert_int_equal(names.bytes, 256);
	assert_int_equal(list(s, PA + PAGE, &names, 0), 2);
	assert_int_equal(names.bytes, 512);
	assert_int_equal(names.pa[0], PA + PAGE);
	assert_int_equal(names.pa[1], PA + PAGE + 512);
}

/*
 * "those shorter than page_bytes / PT_FRAGMENTS_PER_PAGE at multiples of that":
 * no page holds more than the record can count.
 */
static void short_tables_fill_a_page_of_256(void **state)
{
	struct source *s = open_source(state);
	struct names names;

	for (unsigned i = 0; i < PT_FRAGMENTS_PER_PAGE; i++)
		assert_int_equal(take(s, 8), PA + i * 16);
	assert_int_equal(s->taken, 1);
	assert_int_equal(pt_fragment_count(&s->f, PA + PAGE / 2), 256);
	assert_int_equal(list(s, PA, &names, 0), 256);
	assert_int_equal(names.pa[255], PA + 255 * 16);
	assert_int_equal(take(s, 8), PA + PAGE);
}

/* "A table of page_bytes or more has a page of its own length." */
static void long_tables_have_a_page_each(void **state)
{
	struct source *s = open_source(state);
	uint64_t one = take(s, PAGE), four = take(s, 4 * PAGE);

	assert_int_equal(s->last_bytes, 4 * PAGE);
	assert_int_equal(pt_fragment_count(&s->f, one), 1);
	assert_int_equal(pt_fragment_count(&s->f, four + 3 * PAGE), 1);
	assert_int_equal(pt_fragment_count(&s->f, four + 4 * PAGE), 0);
	give(s, four, 4 * PAGE);
	assert_int_equal(s->last_freed, four);
	assert_int_equal(s->last_bytes, 4 * PAGE);
	give(s, one, PAGE);
	assert_int_equal(s->given_back, 2);
}

/* "What an earlier table left in the place is cleared". */
static void reused_places_are_cleared(void **state)
{
	struct source *s = open_source(state);
	uint8_t *host;
	uint64_t pa;

	take(s, 256);
	pa = take(s, 256);
	take(s, 256);
	host = s->memory.window[0].host + (pa - 1 - PA);
	memset(host, 0xdb, 258);
	give(s, pa, 256);
	/* "What is in the table stays there until then." */
	assert_int_equal(host[1], 0xdb);
	assert_int_equal(take(s, 256), pa);
	for (unsigned i = 1; i <= 256; i++)
		assert_int_equal(host[i], 0);
	/* Its neighbours keep what they hold. */
	assert_int_equal(host[0], 0xdb);
	assert_int_equal(host[257], 0xdb);
}

/* "-ENOENT: no table of that length is at pa." */
static void what_is_no_table_is_not_taken_back(void **state)
{
	struct source *s = open_source(state);
	uint64_t a = take(s, 512), b = take(s, 512);

	give(s, a, 512);
	assert_int_equal(pt_fragment_free(&s->f, a, 512), -ENOENT);
	assert_int_equal(pt_fragment_free(&s->f, b + 512, 512), -ENOENT);
	assert_int_equal(pt_fragment_free(&s->f, b, 256), -ENOENT);
	assert_int_equal(pt_fragment_free(&s->f, b, 1024), -ENOENT);
	assert_int_equal(pt_fragment_free(&s->f, b + 256, 512), -ENOENT);
	assert_int_equal(pt_fragment_free(&s->f, b, 0), -ENOENT);
	assert_int_equal(pt_fragment_free(&s->f, PA - 512, 512), -ENOENT);
	assert_int_equal(pt_fragment_free(&s->f, 0, 0), -ENOENT);
	assert_int_equal(pt_fragment_count(&s->f, b), 1);
	assert_int_equal(s->given_back, 0);
	give(s, b, 512);
	assert_int_equal(pt_fragment_free(&s->f, b, 512), -ENOENT);
	assert_int_equal(s->given_back, 1);
}

/*
 * "-EINVAL: bytes is no power of two.  -ENOMEM: no record for another page is
 * free, or what else page_alloc returned.  Nothing has changed then."
 */
static void refusals_change_nothing(void **state)
{
	struct source *s = open_source(state);
	uint64_t pa;

	assert_int_equal(pt_fragment_alloc(&s->f, 0, &pa), -EINVAL);
	assert_int_equal(pt_fragment_alloc(&s->f, 768, &pa), -EINVAL);
	s->refuse = -ENOMEM;
	assert_int_equal(pt_fragment_alloc(&s->f, 256, &pa), -ENOMEM);
	s->refuse = -EAGAIN;
	assert_int_equal(pt_fragment_alloc(&s->f, 256, &pa), -EAGAIN);
	s->refuse = 0;
	assert_int_equal(pt_fragment_count(&s->f, PA), 0);
	for (unsigned i = 0; i < RECORDS; i++)
		take(s, UINT64_C(256) << i);
	assert_int_equal(pt_fragment_alloc(&s->f, PAGE, &pa), -ENOMEM);
	assert_int_equal(s->taken, RECORDS);
	/* There still is room in the pages that there are. */
	s->refuse = -ENOMEM;
	for (unsigned i = 0; i < 15; i++)
		assert_int_equal(take(s, 256), PA + 256 * (i + 1));
	assert_int_equal(pt_fragment_alloc(&s->f, 256, &pa), -ENOMEM);
}

/* "Returns how many, or the first value of found that is not 0." */
static void a_value_ends_the_list(void **state)
{
	struct source *s = open_source(state);
	struct names names;

	for (unsigned i = 0; i < 3; i++)
		take(s, 1024);
	assert_int_equal(list(s, PA, &names, -7), -7);
	assert_int_equal(names.count, 1);
	assert_int_equal(list(s, PA, &names, 9), 9);
	assert_int_equal(names.count, 1);
	assert_int_equal(list(s, PA, &names, 0), 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(names.pa[i], PA + i * 1024);
	assert_int_equal(list(s, PA + PAGE, &names, 0), 0);
	assert_int_equal(list(s, PA - 1, &names, 0), 0);
	/* Places that are free are not named. */
	give(s, PA + 1024, 1024);
	assert_int_equal(list(s, PA, &names, 0), 2);
	assert_int_equal(names.pa[1], PA + 2048);
}

/* Whether some table of the format is shorter than its page. */
static bool has_fragments(const struct owned *o)
{
	for (unsigned d = o->f->top; d < PT_DEPTHS; d++)
		if (pt_table_bytes(o->f, d) < mm_page(o->m))
			return true;
	return false;
}

#define STEPS 240
#define PLACES 16

static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* How many places there are in a space, a table of pages each. */
static uint64_t places_in(const struct mm *m)
{
	uint64_t half = m->bytes / pt_span(m->f, PT_PMD) / 2;

	return half < PLACES ? half : PLACES;
}

/* One page comes, or goes with its tables, far from the others of its space. */
static void come_or_go(struct owned *o, uint64_t *seed, unsigned *mapped)
{
	unsigned s = (unsigned)(draw(seed) % PT_SPACES);
	uint64_t span = pt_span(o->f, PT_PMD);
	unsigned k = (unsigned)(draw(seed) %
				places_in(&o->m[s]));
	struct pt_space *space = &o->m[s].space;
	/* Every other one is at the other end. */
	uint64_t va = o->m[s].base +
		      (k % 2 ? o->m[s].bytes - span * k : span * k);
	uint64_t last = va + mm_page(o->m) - 1;
	int ret;

	if (mapped[s] >> k & 1) {
		assert_int_equal(pt_unmap(space, va, last), 0);
		assert_int_equal(pt_free_tables(space, va, last, 0,
						UINT64_MAX), 0);
		mapped[s] &= ~(1u << k);
		return;
	}
	o->page_fail_in = draw(seed) % 4 ? 0 : 1;
	o->ctor_fail_in = draw(seed) % 8 ? 0 : 1 + (unsigned)(*seed % 3);
	o->m[s].arena.fail_in =
		draw(seed) % 8 ? 0 : 1 + (unsigned)(*seed % 3);
	ret = pt_map(space, va, last, 0, owned_rights(o), PT_PTE, 0);
	if (!ret)
		mapped[s] |= 1u << k;
	else if (ret == -ENOMEM)
		o->refused++;
	else
		fail_msg("map returns %d", ret);
	o->page_fail_in = 0;
	o->ctor_fail_in = 0;
	o->m[s].arena.fail_in = 0;
}

/*
 * Tables of two spaces come and go in any order, some refused: each page counts
 * and lists its tables, goes back with the last one and not before, and every
 * table is zeroed, aligned, by itself, and found by pt_table_owners() in its
 * page.
 */
static void pages_balance_while_tables_come_and_go(void **state)
{
	unsigned formats = 0;
	struct owned *o;

	for (unsigned i = 0; (o = owned_open_fragments(state, i)); i++) {
		unsigned mapped[PT_SPACES] = { 0 };
		uint64_t seed = 0x9e3779b9 + i;

		for (unsigned n = 0; n < STEPS; n++) {
			come_or_go(o, &seed, mapped);
			owned_check(o);
			if (n % 16 == 0)
				owned_check_queries(o);
		}
		if (!o->broken && has_fragments(o)) {
			formats++;
			assert_true(o->several > 1);
			assert_true(o->mixed);
			assert_true(o->refused > 8);
		}
		owned_close(state);
	}
	assert_true(formats >= 20);
}

/* The same whatever the operations are. */
static void pages_balance_after_any_operations(void **state)
{
	struct owned *o;

	for (unsigned i = 0; (o = owned_open_fragments(state, i)); i++) {
		owned_exercise(o, 0x7654321 + i);
		owned_close(state);
	}
}

/* The owners that a search found in one page. */
struct owners {
	struct pt_table_page page[PT_FRAGMENTS_PER_PAGE];
	unsigned count;
};

static int on_owner(void *context, const struct pt_owner *owner)
{
	struct owners *owners = context;

	assert_true(owners->count < PT_FRAGMENTS_PER_PAGE);
	owners->page[owners->count++] = owner->page;
	return 0;
}

static int is_owner(void *context, uint64_t pa, uint64_t bytes)
{
	const struct owners *owners = context;
	unsigned i = 0;

	while (i < owners->count && owners->page[i].pa != pa)
		i++;
	assert_true(i < owners->count);
	assert_int_equal(owners->page[i].bytes, bytes);
	return 0;
}

/*
 * The page of a table holds the tables that its owners say; returns whether
 * they are of both spaces.
 */
static bool page_is_mixed(struct owned *o, uint64_t pa)
{
	struct pt_space *spaces[PT_SPACES] = { &o->m[0].space, &o->m[1].space };
	uint64_t page = pa & ~(mm_page(o->m) - 1);
	struct owners owners = { .count = 0 };
	unsigned of[PT_SPACES] = { 0 };
	int n = pt_table_owners(spaces, PT_SPACES, page, mm_page(o->m),
				on_owner, &owners);

	assert_int_equal(n, pt_fragment_count(&o->fragments, page));
	assert_int_equal(pt_fragment_list(&o->fragments, page, is_owner,
					  &owners), n);
	for (unsigned i = 0; i < owners.count; i++)
		of[owners.page[i].space]++;
	return of[0] && of[1];
}

/*
 * "tables of several spaces may be in one page": the query of the whole page
 * has all of them, each with its own owner, on every format with short tables.
 */
static void page_of_two_spaces_has_owners_of_both(void **state)
{
	unsigned formats = 0;
	struct owned *o;

	for (unsigned i = 0; (o = owned_open_fragments(state, i)); i++) {
		unsigned mixed = 0;

		for (unsigned s = 0; s < PT_SPACES; s++)
			assert_int_equal(owned_map(o, s, 0, 1), 0);
		for (unsigned d = o->f->top; d < PT_DEPTHS; d++) {
			struct pt_owner owner;

			assert_int_equal(pt_table_at(&o->m[1].space,
						     o->m[1].base, d, &owner),
					 0);
			mixed += page_is_mixed(o, owner.page.pa);
		}
		/* Without a table in between, the other space's is next. */
		if (has_fragments(o)) {
			assert_true(mixed > 0);
			formats++;
		}
		/* And each is told from the others by any of its bytes. */
		owned_check_queries(o);
		owned_close(state);
	}
	assert_true(formats >= 20);
}

#define TEST(name) cmocka_unit_test_teardown(name, close_source)
#define OWNED_TEST(name) cmocka_unit_test_teardown(name, owned_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(places_are_taken_from_the_lowest),
		TEST(last_table_gives_the_page_back),
		TEST(lengths_have_pages_of_their_own),
		TEST(short_tables_fill_a_page_of_256),
		TEST(long_tables_have_a_page_each),
		TEST(reused_places_are_cleared),
		TEST(what_is_no_table_is_not_taken_back),
		TEST(refusals_change_nothing),
		TEST(a_value_ends_the_list),
		OWNED_TEST(pages_balance_while_tables_come_and_go),
		OWNED_TEST(pages_balance_after_any_operations),
		OWNED_TEST(page_of_two_spaces_has_owners_of_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
