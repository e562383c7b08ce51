/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The mips guests against tables written by hand.
 *
 * Words and expectations: MIPS64 Privileged Resource Architecture (MD00091), EntryLo0
 * and EntryLo1, "Address Translation" (V first, then XI and RI, then D); where Linux
 * keeps the bits of EntryLo: mips32-4k from bit 4 on (XI RI G V D C PFN), mips64 from
 * bit 6 on, with the mark of a huge page in bit 4.  Bits below are software's, and
 * here always 0: the processor does not see them.
 */
#include "guest_fixture.h"

enum { PAGE = 4096, XI = 1, RI = 2, V = 8, D = 16, C = 0x60 };

#define XKPHYS	UINT64_C(0x9800000000000000)
#define HUGE	UINT64_C(0x10)

static uint64_t pte64(uint64_t pa, unsigned bits)
{
	return pa << 2 | (uint64_t)(bits | C) << 6;
}

/* Every entry empty: each level has its own invalid table to point to. */
static void fill(struct guest *g, unsigned n, uint64_t word)
{
	for (unsigned i = 0; i < PAGE / 8; i++)
		fixture_put(g, fixture_table(g, n), i, word);
}

/* Root, 8 or 9 (with puds: of two pages), pud 10, pmd 11, pte 12; entry 0 of each. */
static uint64_t chain(struct guest *g, bool p4d)
{
	fill(g, 8, XKPHYS | (p4d ? 0x1000 : 0x2000));
	fill(g, 9, XKPHYS | 0x2000);
	fill(g, 10, XKPHYS | 0x2000);
	fill(g, 11, XKPHYS | 0x3000);
	fixture_put(g, fixture_table(g, 8), 0,
		    XKPHYS | fixture_table(g, p4d ? 10 : 11));
	fixture_put(g, fixture_table(g, 10), 0, XKPHYS | fixture_table(g, 11));
	fixture_put(g, fixture_table(g, 11), 0, XKPHYS | fixture_table(g, 12));
	return fixture_table(g, 8);
}

/* V, then XI and RI, then D; user and kernel alike. */
static const struct {
	unsigned bits;
	const char *outcome;
} row[] = {
	{ V | D, "ooo ooo" }, { V, "odo odo" }, { V | D | XI, "ood ood" },
	{ V | XI, "odd odd" }, { V | RI, "ddo ddo" },
	{ V | RI | XI, "ddd ddd" }, { 0, "aaa aaa" }, { D, "aaa aaa" },
	{ XI, "aaa aaa" }, { RI | XI | D, "aaa aaa" },
};

enum { ROWS = sizeof(row) / sizeof(row[0]) };

static void entrylo_decides_each_access(void **state)
{
	/* Either page of a pair has its own bits, whatever the other's are. */
	static const char *const format[] = { "mips64-4k", "mips64-4k-48" };

	(void)state;
	for (unsigned f = 0; f < 2; f++) {
		struct guest *g = fixture_open(format[f], NULL);
		uint64_t root = chain(g, f == 1);

		for (unsigned i = 0; i < ROWS; i++)
			fixture_put(g, fixture_table(g, 12), i,
				    pte64(fixture_data(g, i), row[i].bits));
		for (unsigned i = 0; i < ROWS; i++)
			fixture_expect(g, root, (uint64_t)i * PAGE,
				       row[i].outcome, fixture_data(g, i));
		guest_close(g);
	}
}

/* The 32-bit format is big-endian: two entries of 4 bytes in one of 8. */
static uint64_t pair32(uint32_t even, uint32_t odd)
{
	return (uint64_t)__builtin_bswap32(odd) << 32 |
	       __builtin_bswap32(even);
}

static void the_walker_decides_alike(void **state)
{
	/* The hardware's walk gives the same entries the same meaning. */
	struct guest *g = fixture_open("mips32-4k", NULL);
	const uint64_t root = fixture_table(g, 8), table = fixture_table(g, 9);
	const uint32_t none = 0x80003000;
	uint32_t word[2];

	(void)state;
	for (unsigned i = 0; i < 256; i++)
		fixture_put(g, root, i, pair32(none, none));
	fixture_put(g, root, 255, pair32(none, 0x80000000 | (uint32_t)table));
	for (unsigned i = 0; i < ROWS; i++) {
		word[i % 2] = (uint32_t)fixture_data(g, i) |
			      (row[i].bits | C) << 4;
		if (i % 2)
			fixture_put(g, table, i / 2, pair32(word[0], word[1]));
	}
	for (unsigned i = 0; i < ROWS; i++)
		fixture_expect(g, root, 0x7fc00000 + (uint64_t)i * PAGE,
			       row[i].outcome, fixture_data(g, i));
	word[1] = (uint32_t)fixture_data(g, ROWS) | (V | D | C) << 4;
	fixture_put(g, table, 511, pair32(0, word[1]));
	fixture_expect(g, root, 0x7ffff000, "ooo ooo", fixture_data(g, ROWS));
	fixture_expect(g, root, 0x7fffe000, "aaa aaa", 0);
	fixture_expect(g, root, 0x7fbff000, "aaa aaa", 0);
	fixture_expect(g, root, 0x80000000, "--- ---", 0);
	guest_close(g);
}

static void a_huge_page_is_a_pair_of_halves(void **state)
{
	/* Both megabytes of it are reached, and its bits hold for both. */
	struct guest *g = fixture_open("mips64-4k-48", NULL);
	const uint64_t data = guest_ram(g)->data.pa, huge = 0x200000;
	uint64_t root = chain(g, true);

	(void)state;
	fixture_put(g, fixture_table(g, 11), 1, pte64(data, V | D) | HUGE);
	fixture_put(g, fixture_table(g, 11), 2, pte64(data, V | XI) | HUGE);
	fixture_put(g, fixture_table(g, 11), 3, pte64(data, D) | HUGE);
	for (uint64_t at = 0; at < huge; at += 0x7f000) {
		fixture_expect(g, root, huge + at, "ooo ooo", data + at);
		fixture_expect(g, root, 2 * huge + at, "odd odd", data + at);
		fixture_expect(g, root, 3 * huge + at, "aaa aaa", 0);
	}
	fixture_expect(g, root, 2 * huge - PAGE, "ooo ooo", data + huge - PAGE);
	guest_close(g);
}

static void holes_and_edges_at_every_level(void **state)
{
	/* Empty entries of any table are holes, and no entry is another's. */
	static const unsigned table[] = { 8, 10, 11, 12 };
	struct guest *g = fixture_open("mips64-4k-48", NULL);
	const uint64_t all = 0xfffffffff000;
	uint64_t root = chain(g, true);

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		fixture_put(g, fixture_table(g, table[i]), 511,
			    XKPHYS | fixture_table(g, table[i + 1]));
	fixture_put(g, fixture_table(g, 12), 511,
		    pte64(fixture_data(g, 5), V | D));
	fixture_expect(g, root, all, "ooo ooo", fixture_data(g, 5));
	for (unsigned shift = 12; shift < 48; shift += 9)
		fixture_expect(g, root, all - (UINT64_C(1) << shift),
			       "aaa aaa", 0);
	fixture_expect(g, root, UINT64_C(1) << 48, "--- ---", 0);
	guest_close(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entrylo_decides_each_access),
		cmocka_unit_test(the_walker_decides_alike),
		cmocka_unit_test(a_huge_page_is_a_pair_of_halves),
		cmocka_unit_test(holes_and_edges_at_every_level),
	};

	return fixture_main("mips64-4k", tests);
}
