/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Tables written by hand for the format of toy.h, with break before make, and
 * the stores and flushes that some subject could make.
 *
 * 0..0x7f are pages 0 to 3, and 4 to 7 in a group; 0x80..0xff one leaf; 0x100
 * an empty table; the rest of the table at pmd is empty.
 * Each test starts with these and one operation begun.
 */
#ifndef TESTS_ORACLES_BBM_WORLD_H
#define TESTS_ORACLES_BBM_WORLD_H

#include "bbm.h"
#include "toy.h"

#define BASE 0x1000u
#define ROOT0 0x1000u
#define ROOT1 0x1020u
#define PMD_TABLE 0x1040u
#define PTE_TABLE 0x1080u
#define PTE_TABLE2 0x10c0u
#define NEW_TABLE 0x1100u

#define UC ((uint32_t)PT_MEM_UC << PT_MEMTYPE_SHIFT)

struct world {
	struct toy toy;
	struct mmu_arch arch;
	_Alignas(8) uint8_t bytes[512], shadow[512];
	struct pt_memory memory, before;
	struct oracle_stale *stale;
	struct oracle_bbm *bbm;
	struct finding finding;
};

static inline uint64_t pte(unsigned index)
{
	return PTE_TABLE + 8 * index;
}

static inline uint64_t pmd(unsigned index)
{
	return PMD_TABLE + 8 * index;
}

static inline uint64_t leaf(uint64_t pa)
{
	return toy_leaf(pa, TOY_RW, false);
}

static inline uint64_t group(uint64_t pa)
{
	return toy_leaf(pa, TOY_RW, true);
}

/* A store that nobody hears of. */
void poke(struct world *w, uint64_t pa, uint64_t raw);
void store(struct world *w, uint64_t pa, uint64_t raw);

/* Entries first..last of the page table, each one as raw says, ascending. */
void store_pages(struct world *w, unsigned first, unsigned last,
		 uint64_t (*raw)(uint64_t pa));

/* Of space 0; the second of every depth, and with tables. */
void flush_as(struct world *w, uint64_t va, uint64_t last, int depth,
	      bool tables);
void flush(struct world *w, uint64_t va, uint64_t last);

/* Begins the next operation. */
void begin(struct world *w);

void passes(struct world *w);
/* divergence: "break" where something was in use, "flush" where one lacks. */
void finds(struct world *w, const char *divergence, uint64_t va,
	   const char *expected);

int open_world(void **state);
int open_world_without_rule(void **state);
int close_world(void **state);

#define TEST(name)                                                            \
	cmocka_unit_test_setup_teardown(name, open_world, close_world)

#endif
