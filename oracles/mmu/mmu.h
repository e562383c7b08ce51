/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second reading of each architecture's manual: geometry, capabilities and
 * a model of the hardware's table walk.
 *
 * Nothing here is derived from arch/; a test holds the two readings against
 * each other.  A format is known by its name only.
 */
#ifndef ORACLES_MMU_MMU_H
#define ORACLES_MMU_MMU_H

#include <tablewalk/types.h>

/* How many sizes of group one depth can have. */
#define MMU_GROUPS 2

/*
 * What tables of one depth are and can hold.
 *
 * An entry is a number of entry_bytes.  In memory it lies once, or in copies
 * one after the other (all equal; hardware or software reads the first), or in
 * two halves: the low half of the number at index * entry_bytes / 2, the high
 * half half_offset bytes after it.
 */
struct mmu_level {
	uint8_t va_shift;	/* lg2 bytes that one entry spans */
	uint8_t index_bits;	/* lg2 entries of a table; 0: no such tables */
	uint8_t entry_bytes;	/* 4 or 8 */
	uint8_t copies;		/* 0 and 1: one; else how many */
	uint16_t half_offset;	/* bytes; 0: not in halves */
	uint8_t table_shift;	/* lg2 length of a table that is longer than its
				   entries; 0: as long as they */
	bool leaf;		/* leaves may be here */
	uint8_t group_order[MMU_GROUPS]; /* lg2 entries of a group; 0: unused */
	uint32_t deniable;	/* rights (PT_R..PT_USER) a table entry can take away */
	uint32_t kinds;		/* bit PT_x set: software kind x representable */
};

/*
 * What one entry says, as hardware reads it.  An address of 2^pa_bits or more
 * does not change the class (except on x86, where such bits are reserved);
 * translate() gives PT_V_ADDRSIZE.
 */
enum mmu_entry_class {
	MMU_INVALID,		/* hardware sees nothing: translation fault */
	MMU_TABLE,
	MMU_LEAF,
	/*
	 * Valid, but a reserved bit or encoding.  The verdict may be another
	 * word all the same (arm64: translation): take it from translate().
	 */
	MMU_RESERVED,
};

struct mmu_entry {
	uint8_t class;		/* enum mmu_entry_class */
	uint64_t pa;		/* TABLE: of the next table; LEAF: mapped */
	uint32_t denied;	/* TABLE: rights taken away */
	uint32_t attrs;		/* LEAF: as types.h, soft bits too */
	uint8_t order;		/* LEAF: lg2 entries of its group; 0: single */
	/*
	 * LEAF in a group: pa is the whole group's, the same in each entry;
	 * else pa is this entry's.
	 */
	bool replicated;
	bool empty;		/* INVALID: the value that software calls none */
};

/* The outcome of one walk, for all accesses at once. */
struct mmu_outcome {
	struct pt_verdict verdict[PT_PRIVILEGES][PT_ACCESSES];
	bool leaf;		/* a leaf was reached: the rest is valid */
	uint64_t pa;		/* of the byte at va; not mapped below: as the
				   leaf has it */
	uint32_t attrs;		/* of the leaf */
	uint32_t denied;	/* rights that the entries above take away */
	uint8_t depth;		/* of the leaf */
	uint8_t order;		/* of the leaf's group; 0: single */
	/*
	 * Of a word that begins with "below" or "walk-below": the address that the
	 * second translation has refused.
	 */
	uint64_t below;
};

/* What a model MMU is a model of. */
enum mmu_grade {
	MMU_HARDWARE,		/* an architected table walk */
	MMU_REFILL,		/* the handler that fills a software TLB */
	MMU_SOFTWARE_TREE,	/* nobody but the kernel's own lookup walks it */
	MMU_INVENTED,		/* a machine that exists only in docs/ */
};

/* One format, second reading.  Constant. */
struct mmu_arch {
	const char *format;	/* name, as in pt_format */
	const char *source;	/* manual title, edition, sections */
	uint8_t top;		/* enum pt_depth of the root table */
	uint8_t page_shift;
	uint8_t va_bits;	/* that one root translates */
	uint8_t va_word_bits;
	/* Neither: address bits from va_bits up are 0 in both spaces. */
	bool two_roots;		/* space 0: upper bits 0, space 1: upper bits 1 */
	bool sign_extended;	/* one root, both halves */
	bool big_endian;
	/*
	 * The manual asks for break-before-make (table_ops.h): the machine may
	 * hold both entries, or a mixture, where one is stored over the other.
	 */
	bool break_before_make;
	/*
	 * False where this model has only geometry and capabilities: entry,
	 * permits and translate are then NULL and nothing is compared.
	 */
	bool walks;
	uint8_t grade;		/* enum mmu_grade */
	uint32_t controls;	/* PT_REGIME_* that this model knows */
	struct mmu_level level[PT_DEPTHS];

	/* Whether a leaf at depth can have these attributes (see table_ops.h). */
	bool (*representable)(unsigned depth, uint32_t attrs);
	/*
	 * Reads one raw entry (already in host byte order) of a table at
	 * depth.  Control bits can only make encodings reserved; of arm-short the
	 * reading is that without AFE, and only translate() knows the other.
	 * denied is what the entry says, whether it counts or not (arm64: HPD).
	 */
	void (*entry)(const struct pt_regime *regime, unsigned depth,
		      uint64_t raw, struct mmu_entry *out);
	/*
	 * The verdict word, PT_V_OK, PERMISSION, KEY, ACCESS or DIRTY (or
	 * RESERVED, where the regime makes these attributes' encoding reserved:
	 * x86 without NXE), of an access to a leaf with these attributes when
	 * the table entries above take the rights denied away.  Says in the
	 * architecture's terms what the neutral attribute words of types.h come
	 * to.
	 */
	enum pt_word (*permits)(const struct pt_regime *regime, uint32_t attrs,
				uint32_t denied, enum pt_access access,
				enum pt_privilege privilege);
	/* Walks the tables of space in memory as the hardware does. */
	void (*translate)(const struct mmu_arch *arch,
			  const struct pt_memory *memory,
			  const struct pt_regime *regime, unsigned space,
			  uint64_t va, struct mmu_outcome *out);
};

/* The reading of that format, or NULL. */
const struct mmu_arch *mmu_find(const char *format);

/* All readings; *count is set. */
const struct mmu_arch *const *mmu_all(unsigned *count);

/*
 * Reads the entry of entry_bytes at pa in the format's byte order.
 * Returns false where there is no memory.
 */
bool mmu_read(const struct mmu_arch *arch, const struct pt_memory *memory,
	      uint64_t pa, unsigned entry_bytes, uint64_t *raw);

/* Bytes from one entry of a table to the next. */
static inline unsigned mmu_stride(const struct mmu_level *level)
{
	unsigned bytes = level->entry_bytes;

	if (level->half_offset)
		return bytes / 2;
	return level->copies ? bytes * level->copies : bytes;
}

/* Length, and alignment, of a table in bytes. */
static inline uint64_t mmu_table_bytes(const struct mmu_level *level)
{
	uint64_t bytes = (uint64_t)level->entry_bytes << level->index_bits;

	if (level->table_shift)
		return UINT64_C(1) << level->table_shift;

	return level->copies ? bytes * level->copies : bytes;
}

#endif
