/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the tests of the model MMUs share: a little memory that tables are
 * written into by hand, and assertions about one address.
 */
#ifndef TESTS_MMU_MMU_FIXTURE_H
#define TESTS_MMU_MMU_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mmu/mmu.h"

/* All of the memory there is. */
#define FIXTURE_PA    UINT64_C(0x10000)
#define FIXTURE_BYTES UINT64_C(0x8000)

struct mmu_fixture {
	const struct mmu_arch *arch;
	struct pt_regime regime;
	struct pt_memory memory;
	uint8_t bytes[FIXTURE_BYTES];
};

/* Empties the memory; both roots at FIXTURE_PA, control 0. */
void mmu_fixture_init(struct mmu_fixture *fixture, const char *format,
		      unsigned pa_bits);

/* Writes an 8-byte entry in the format's byte order. */
void mmu_fixture_put(struct mmu_fixture *fixture, uint64_t pa, uint64_t raw);

/*
 * One address and the entries on its way, all of them good: the tables that a
 * test starts from.
 */
struct mmu_path {
	const char *format;
	unsigned pa_bits;
	uint64_t va;
	unsigned count;		/* of at and good */
	const uint64_t *at;	/* physical addresses, from the root down */
	const uint64_t *good;	/* entries */
};

/* A new fixture with the entries of path. */
void mmu_path_init(struct mmu_fixture *fixture, const struct mmu_path *path,
		   uint32_t control);

/*
 * A new fixture with raw in place of entry i: the walk ends there, in word.
 * The fixture is left so.
 */
void mmu_assert_path_fault(struct mmu_fixture *fixture,
			   const struct mmu_path *path, uint32_t control,
			   unsigned i, uint64_t raw, enum pt_word word);

/* All six accesses end in word at depth, and no leaf is reported. */
void mmu_assert_fault(const struct mmu_fixture *fixture, unsigned space,
		      uint64_t va, enum pt_word word, int depth);

/*
 * Six verdicts at a leaf of that depth.  expected is "rwx rwx", user first: a
 * letter of rwx is PT_V_OK, - PERMISSION, k KEY, a ACCESS, d DIRTY,
 * s ADDRSIZE.
 */
void mmu_assert_rights(const struct mmu_fixture *fixture, unsigned space,
		       uint64_t va, unsigned depth, const char *expected);

/* The leaf at va: where it leads, and its attributes. */
void mmu_assert_leaf(const struct mmu_fixture *fixture, unsigned space,
		     uint64_t va, unsigned depth, uint64_t pa, uint32_t attrs);

/* What entry() makes of raw at depth. */
struct mmu_entry mmu_fixture_entry(const struct mmu_fixture *fixture,
				   unsigned depth, uint64_t raw);

/* The bits of an entry that stand for each attribute. */
struct mmu_bits {
	uint64_t r, w, x, user, accessed, dirty;
};

/* raw with the bits of all attrs inverted. */
uint64_t mmu_flip(uint64_t raw, const struct mmu_bits *bits, uint32_t attrs);

/*
 * Encoders written by the test straight from the manual.  leaf encodes at
 * PT_PTE, its address is the test's choice; table encodes the pointer to the
 * table at pa, from a table at depth.
 */
struct mmu_encoder {
	const struct mmu_path *path;	/* va: index 1 everywhere */
	uint64_t (*leaf)(uint32_t attrs);
	uint64_t (*table)(unsigned depth, uint64_t pa, uint32_t denied);
	uint64_t table_pa[PT_DEPTHS];	/* by depth; the root's is not used */
	uint32_t control_mask;		/* all its subsets are tried */
	uint32_t control_always;
};

/*
 * permits() and translate() say the same: all representable rights x A x D x
 * denied rights x depth of the entry that denies x control x access x
 * privilege.  Returns how many verdicts were compared.
 */
unsigned mmu_assert_permits_agrees(const struct mmu_encoder *encoder);

#endif
