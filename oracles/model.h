/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The oracle from inside: what oracle.c, expect*.c and structure.c share.
 */
#ifndef ORACLES_MODEL_H
#define ORACLES_MODEL_H

#include "flat.h"
#include "legit.h"
#include "oracle.h"
#include "share.h"
#include "vma.h"

/* What a sweep needs besides the model; it grows, and is reused. */
struct model_scratch {
	uint8_t *reached;		/* per live table: seen in this sweep */
	size_t capacity;
	uint64_t legit_uses[LEGIT_COUNTERS];
};

/* What OP_DURING asked for (walk.h, "Changes during a walk"). */
struct model_during {
	uint8_t waits;			/* the next operation may be held, for
					   the callback of that number; 0: no */
	uint8_t nth;			/* of the callback that carries out op;
					   0: nothing is held */
	struct op op;
};

struct oracle {
	const struct mmu_arch *arch;
	struct pt_regime regime;
	struct flat_geometry geometry;
	struct flat_space space[PT_SPACES];
	struct vma_list vma[PT_SPACES];
	struct share share;
	uint64_t table_bytes[PT_DEPTHS];
	uint32_t armed;			/* allocations until refusal; 0: none */
	uint32_t ctor_armed;		/* constructors until failure; 0: none */
	uint8_t current;		/* space */
	struct model_during during;
	bool has_accessed, has_dirty;
	uint8_t runtime_folded;		/* see oracle_fold() */
	uint32_t walk_flags;		/* see oracle_walk_flags() */
	struct model_scratch *scratch;	/* written also by checks */
};

/* The offset of va; false where no root of space translates va. */
bool model_offset(const struct oracle *oracle, unsigned space, uint64_t va,
		  uint64_t *offset);

/* The reverse. */
uint64_t model_address(const struct oracle *oracle, unsigned space,
		       uint64_t offset);

/* The offsets of [va, last]; false where the range leaves the space. */
bool model_range(const struct oracle *oracle, unsigned space, uint64_t va,
		 uint64_t last, uint64_t *first_offset, uint64_t *last_offset);

/* The errors of a range that every operation has: -EINVAL, -ERANGE, or 0. */
int model_check_range(const struct oracle *oracle, uint64_t va, uint64_t last,
		      uint64_t *first_offset, uint64_t *last_offset);

/*
 * Calls fn for each address worth asking about, with the view of it, as
 * oracle_each_boundary() says; without inside for the first and the last
 * address of each stretch only.  Stretches follow each other in order.
 */
bool model_each_boundary(const struct oracle *oracle, unsigned space,
			 bool inside,
			 bool (*fn)(void *context,
				    const struct oracle_view *view,
				    uint64_t va),
			 void *context);

/* All verdicts at view, as oracle_verdict() has them. */
void model_verdicts(const struct oracle *oracle, const struct oracle_view *view,
		    struct pt_verdict out[PT_PRIVILEGES][PT_ACCESSES]);

/* oracle_check_address() where view and verdicts are known already. */
bool model_check_view(const struct oracle *oracle,
		      const struct pt_memory *memory,
		      const struct pt_regime *regime, unsigned space,
		      uint64_t va, const struct oracle_view *view,
		      struct pt_verdict want[PT_PRIVILEGES][PT_ACCESSES],
		      struct finding *finding);

/* Attributes as text: "rwxu-gad01 wb key 3". */
#define MODEL_ATTRS_TEXT 32
const char *model_attrs_text(uint32_t attrs, char out[MODEL_ATTRS_TEXT]);

#endif
