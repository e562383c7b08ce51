/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How virtual addresses are cut up for libaddrxlat, against the second reading of each
 * format; this needs no library.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <tablewalk/format.h>

#include "../../harness/addrxlat.h"

/* Offset and indices are those of the tables, from the lowest upward, and no more. */
static void fields_are_those_of_the_tables(void **state)
{
	unsigned count = 0;

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const char *name = pt_formats[i]->name;
		const struct addrxlat_layout *l = addrxlat_layout(name, NULL);
		const struct mmu_arch *arch = mmu_find(name);
		unsigned bits = 0, field = 0;

		if (!l)
			continue;
		count++;
		assert_int_equal(l->field[field++], arch->page_shift);
		for (int d = PT_PTE; d >= arch->top; d--)
			if (arch->level[d].index_bits)
				assert_int_equal(l->field[field++],
						 arch->level[d].index_bits);
		assert_int_equal(field, l->fields);
		for (unsigned f = 0; f < field; f++)
			bits += l->field[f];
		assert_int_equal(bits, arch->va_bits);
		assert_int_equal(l->big_endian, arch->big_endian);
	}
	assert_int_equal(count, 20);
}

/* Bits above the fields are what the format's roots have there. */
static void ranges_are_those_of_the_roots(void **state)
{
	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		const char *name = pt_formats[i]->name;
		const struct addrxlat_layout *l = addrxlat_layout(name, NULL);
		const struct mmu_arch *arch = mmu_find(name);

		if (!l)
			continue;
		assert_int_equal(l->range == ADDRXLAT_TWO_ROOTS,
				 arch->two_roots);
		assert_int_equal(l->range == ADDRXLAT_SIGNED,
				 arch->sign_extended);
		assert_int_equal(l->range == ADDRXLAT_WORD,
				 arch->va_bits == arch->va_word_bits);
	}
}

/* A format without a layout has a reason, and each architecture that has none too. */
static void others_have_a_reason(void **state)
{
	const char *why = NULL;

	(void)state;
	for (unsigned i = 0; i < pt_format_count; i++) {
		why = NULL;
		if (!addrxlat_layout(pt_formats[i]->name, &why))
			assert_non_null(why);
	}
	assert_null(addrxlat_layout("ppc64-radix-64k", &why));
	assert_non_null(strstr(why, "hash MMUs"));
	assert_null(addrxlat_layout("fake-tiny", &why));
	assert_non_null(strstr(why, "invented"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_those_of_the_tables),
		cmocka_unit_test(ranges_are_those_of_the_roots),
		cmocka_unit_test(others_have_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
