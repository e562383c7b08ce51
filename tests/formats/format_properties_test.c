/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every descriptor of the registry against the properties, and the registry
 * itself.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "properties.h"

/* The property holds for every format in the registry. */
static void holds_for_every_format(void **state)
{
	const struct property *property = *state;

	assert_true(pt_format_count > 0);
	for (unsigned i = 0; i < pt_format_count; i++) {
		struct check check = { pt_formats[i], true, "" };

		if (!property->holds(&check))
			fail_msg("%s", check.why);
	}
}

/* A name is unique, of plain characters, and leads back to its format. */
static void format_names_are_unique_and_found(void **state)
{
	const char *const plain = "abcdefghijklmnopqrstuvwxyz0123456789-_";

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const char *name = pt_formats[i]->name;

		assert_true(strlen(name) > 0);
		assert_int_equal(strspn(name, plain), strlen(name));
		assert_ptr_equal(pt_format_find(name), pt_formats[i]);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(name, pt_formats[j]->name);
	}
	assert_null(pt_format_find(""));
	assert_null(pt_format_find("no such format"));
}

static void assert_has_readme(const struct pt_format *f)
{
	char path[512];
	FILE *readme;

	snprintf(path, sizeof(path), "%s/%s/README.md", TABLEWALK_ARCH_DIR,
		 f->architecture);
	readme = fopen(path, "r");
	if (!readme)
		fail_msg("%s: no arch/%s/README.md", f->name, f->architecture);
	fclose(readme);
}

/* Each format says where it comes from and what its tables are called. */
static void formats_name_their_manual(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];

		assert_true(strlen(f->architecture) > 0);
		assert_has_readme(f);
		assert_true(strlen(f->manual) > 0);
		for (unsigned depth = f->top; depth <= PT_PTE; depth++)
			assert_true(strlen(f->level[depth].manual_name) > 0);
	}
}

/* A path of indexes chosen at random is read back from the address it makes. */
static void indexes_read_back_from_addresses(void **state)
{
	uint64_t numbers = 3;

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];

		for (unsigned n = 0; n < 1000; n++) {
			uint64_t path[PT_DEPTHS] = { 0 };
			uint64_t va =
				next_random(&numbers) & pt_ones(f->page_shift);

			for (unsigned d = f->top; d <= PT_PTE; d++) {
				path[d] = next_random(&numbers) &
					  pt_ones(f->level[d].index_bits);
				va += path[d] * pt_span(f, d);
			}
			assert_true(va <= pt_ones(f->va_bits));
			for (unsigned d = f->top; d <= PT_PTE; d++)
				assert_int_equal(pt_index(f, d, va), path[d]);
		}
	}
}

#define PROPERTIES_MAX 32
static unsigned add_properties(struct CMUnitTest *test, unsigned count,
			       const struct property *property, unsigned more,
			       const struct property **slot)
{
	for (unsigned i = 0; i < more && count < PROPERTIES_MAX; i++, count++) {
		slot[count] = &property[i];
		test[count] = (struct CMUnitTest){
			.name = property[i].name,
			.test_func = holds_for_every_format,
		};
	}
	return count;
}

int main(void)
{
	const struct CMUnitTest named[] = {
		cmocka_unit_test(format_names_are_unique_and_found),
		cmocka_unit_test(formats_name_their_manual),
		cmocka_unit_test(indexes_read_back_from_addresses),
	};
	/* cmocka's state is a pointer to non-const: copies are handed out. */
	struct property copy[PROPERTIES_MAX];
	const struct property *from[PROPERTIES_MAX];
	struct CMUnitTest test[PROPERTIES_MAX];
	unsigned count = 0;
	int failed;

	count = add_properties(test, count, layout_properties,
			       layout_property_count, from);
	count = add_properties(test, count, word_properties,
			       word_property_count, from);
	for (unsigned i = 0; i < count; i++) {
		copy[i] = *from[i];
		test[i].initial_state = &copy[i];
	}
	failed = cmocka_run_group_tests(named, NULL, NULL);
	/* The array length is not constant, so not by the macro. */
	return failed +
	       _cmocka_run_group_tests("properties", test, count, NULL, NULL);
}
