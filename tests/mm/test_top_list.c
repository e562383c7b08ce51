/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of all top-level tables: include/tablewalk/top_list.h.  A sentence
 * in quotes is the header's.
 */
#include "mm_fixture.h"

#include <errno.h>
#include <string.h>

#include <tablewalk/top_list.h>

#define SPACES 5
#define PA UINT64_C(0x4000000)
#define BYTES UINT64_C(0x400000)

/* Spaces whose constructors keep a list; memory is given once only. */
struct kept {
	struct pt_memory memory;
	struct pt_env env;
	struct pt_space space[SPACES];
	struct pt_top record[SPACES];
	struct pt_tops tops;
	uint64_t next;
	unsigned order[SPACES], visits;	/* numbers of the spaces visited */
	unsigned destroy;		/* at the visit with this number */
	int value;			/* what the callback returns */
};

static int on_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct kept *k = context;

	*pa = (k->next + bytes - 1) & ~(bytes - 1);
	k->next = *pa + bytes;
	return k->next > PA + BYTES ? -ENOMEM : 0;
}

static void on_free(void *context, uint64_t pa, uint64_t bytes)
{
	const struct kept *k = context;

	/* What was released is not listed any more. */
	assert_null(pt_top_find(&k->tops, pa));
	assert_null(pt_top_find(&k->tops, pa + bytes - 1));
}

static int on_construct(void *context, const struct pt_table_page *page)
{
	struct kept *k = context;

	return pt_top_construct(&k->tops, &k->record[page->space], page);
}

static void on_destruct(void *context, const struct pt_table_page *page)
{
	struct kept *k = context;

	pt_top_destruct(&k->tops, page);
}

static struct kept *open_kept(void **state, unsigned i)
{
	struct kept *k;

	if (i >= pt_format_count)
		return NULL;
	k = test_calloc(1, sizeof(*k));
	*state = k;
	k->memory.window[0] = (struct pt_window){
		PA, BYTES, test_calloc(1, BYTES)
	};
	k->env = (struct pt_env){
		.memory = &k->memory, .context = k,
		.alloc = on_alloc, .free = on_free,
		.construct = on_construct, .destruct = on_destruct,
	};
	k->tops.format = pt_formats[i];
	k->next = PA;
	for (unsigned n = 0; n < SPACES; n++)
		k->record[n].space = &k->space[n];
	return k;
}

static int close_kept(void **state)
{
	struct kept *k = *state;

	if (k) {
		test_free(k->memory.window[0].host);
		test_free(k);
	}
	*state = NULL;
	return 0;
}

static void create(struct kept *k, unsigned n)
{
	const struct pt_format *f = k->tops.format;

	assert_int_equal(pt_space_init(&k->space[n], f, &k->env, n, f->pa_bits),
			 0);
}

static int on_top(void *context, struct pt_top *top)
{
	struct kept *k = context;

	assert_true(k->visits < SPACES);
	assert_true(top->listed);
	assert_int_equal(top->page.pa, top->space->root);
	assert_int_equal(top->page.depth, top->space->format->top);
	k->order[k->visits++] = top->space->number;
	if (k->visits == k->destroy)
		pt_space_destroy(top->space);
	return k->value;
}

/* Walks the list, and finds these numbers in this order. */
static void assert_order(struct kept *k, const char *numbers)
{
	k->visits = 0;
	assert_int_equal(pt_top_walk(&k->tops, on_top, k), strlen(numbers));
	for (unsigned i = 0; i < k->visits; i++)
		assert_int_equal(k->order[i], numbers[i] - '0');
}

/* "Calls found for each root in the order in which they were created." */
static void roots_are_listed_in_order_of_creation(void **state)
{
	struct kept *k;

	for (unsigned i = 0; (k = open_kept(state, i)); i++) {
		assert_order(k, "");
		create(k, 2);
		create(k, 0);
		create(k, 4);
		create(k, 1);
		assert_order(k, "2041");
		pt_space_destroy(&k->space[0]);
		assert_order(k, "241");
		pt_space_destroy(&k->space[2]);
		assert_order(k, "41");
		pt_space_destroy(&k->space[1]);
		assert_order(k, "4");
		create(k, 0);
		create(k, 3);
		assert_order(k, "403");
		pt_space_destroy(&k->space[4]);
		pt_space_destroy(&k->space[3]);
		pt_space_destroy(&k->space[0]);
		assert_order(k, "");
		close_kept(state);
	}
}

/* "The record of the root that holds the byte at pa, or NULL." */
static void root_page_tells_its_space(void **state)
{
	struct kept *k;

	for (unsigned i = 0; (k = open_kept(state, i)); i++) {
		uint64_t bytes = pt_table_bytes(k->tops.format,
						k->tops.format->top);

		for (unsigned n = 0; n < SPACES; n++)
			create(k, n);
		for (unsigned n = 0; n < SPACES; n++) {
			uint64_t root = k->space[n].root;

			assert_ptr_equal(pt_top_find(&k->tops, root)->space,
					 &k->space[n]);
			assert_ptr_equal(pt_top_find(&k->tops,
						     root + bytes - 1)->space,
					 &k->space[n]);
		}
		assert_null(pt_top_find(&k->tops, k->space[0].root - 1));
		assert_null(pt_top_find(&k->tops,
					k->space[SPACES - 1].root + bytes));
		pt_space_destroy(&k->space[2]);
		assert_null(pt_top_find(&k->tops, k->record[2].page.pa));
		assert_order(k, "0134");
		close_kept(state);
	}
}

/* "Tables of other depths are passed over": coming and going. */
static void only_roots_are_listed(void **state)
{
	struct kept *k;

	for (unsigned i = 0; (k = open_kept(state, i)); i++) {
		const struct pt_format *f = k->tops.format;
		const struct pt_rights *rights = &f->level[PT_PTE].leaf.rights;
		uint64_t last = (UINT64_C(1) << f->page_shift) - 1;
		uint32_t attrs = PT_R;

		while (!rights->right[attrs].representable)
			attrs++;
		create(k, 0);
		assert_int_equal(pt_map(&k->space[0], 0, last, 0, attrs,
					PT_PTE, 0), 0);
		assert_order(k, "0");
		assert_int_equal(pt_unmap(&k->space[0], 0, last), 0);
		assert_int_equal(pt_free_tables(&k->space[0], 0, last, 0,
						UINT64_MAX), 0);
		assert_order(k, "0");
		close_kept(state);
	}
}

/* "found may destroy the space that it is called for": others still come. */
static void spaces_can_go_while_they_are_visited(void **state)
{
	struct kept *k;

	for (unsigned i = 0; (k = open_kept(state, i)); i++) {
		for (unsigned at = 1; at <= 3; at++) {
			for (unsigned n = 0; n < 3; n++)
				create(k, n);
			k->destroy = at;
			k->visits = 0;
			assert_int_equal(pt_top_walk(&k->tops, on_top, k), 3);
			k->destroy = 0;
			assert_order(k, at == 1 ? "12" : at == 2 ? "02" : "01");
			for (unsigned n = 0; n < 3; n++)
				if (k->record[n].listed)
					pt_space_destroy(&k->space[n]);
		}
		close_kept(state);
	}
}

/* "Returns how many, or the first value of found that is not 0." */
static void a_value_ends_the_walk_of_roots(void **state)
{
	struct kept *k;

	for (unsigned i = 0; (k = open_kept(state, i)); i++) {
		create(k, 0);
		create(k, 1);
		k->value = -7;
		assert_int_equal(pt_top_walk(&k->tops, on_top, k), -7);
		assert_int_equal(k->visits, 1);
		close_kept(state);
	}
}

/* "-EEXIST, which as a constructor's answer refuses the table". */
static void listed_twice_is_refused(void **state)
{
	struct kept *k;

	for (unsigned i = 0; (k = open_kept(state, i)); i++) {
		const struct pt_format *f = k->tops.format;
		struct pt_table_page page;
		struct pt_space other;

		create(k, 1);
		assert_int_equal(pt_space_init(&other, f, &k->env, 1,
					       f->pa_bits), -ENOMEM);
		assert_order(k, "1");
		/* Another record for the same table. */
		page = k->record[1].page;
		assert_int_equal(pt_top_construct(&k->tops, &k->record[2],
						  &page), -EEXIST);
		assert_order(k, "1");
		close_kept(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, close_kept)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(roots_are_listed_in_order_of_creation),
		TEST(root_page_tells_its_space),
		TEST(only_roots_are_listed),
		TEST(spaces_can_go_while_they_are_visited),
		TEST(a_value_ends_the_walk_of_roots),
		TEST(listed_twice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
