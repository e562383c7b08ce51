/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The vocabulary of Tablewalk: depths, kinds of entry, attributes, regimes,
 * verdicts and simulated physical memory.
 *
 * This header, op.h and trace.h are all that oracles/ may see.  It holds no
 * bit of any architecture's entries; those are in arch/ (first reading) and in
 * oracles/mmu/ (second reading).
 */
#ifndef TABLEWALK_TYPES_H
#define TABLEWALK_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Depth names the span of one entry, counted as Linux does.  The leaf table is
 * always PT_PTE; a format with fewer levels simply starts lower: the root of
 * Sv39 is a PT_PUD table, the root of 4-level x86-64 a PT_P4D table.
 * Height is the same counted from the leaf: height = PT_PTE - depth.
 */
enum pt_depth {
	PT_PGD,
	PT_P4D,
	PT_PUD,
	PT_PMD,
	PT_PTE,
	PT_DEPTHS,		/* how many there are */
};
#define PT_DEPTH_UNKNOWN (-1)

/*
 * What an entry is.  Exactly one kind holds for every bit pattern at every
 * depth: a pattern that no rule of the format matches is PT_BAD.
 *
 * PT_NONE	 empty; a hole
 * PT_TABLE	 points to a table of the next depth; never at PT_PTE
 * PT_LEAF	 maps memory
 * PT_PROTNONE	 keeps pa and attributes, inaccessible to the hardware
 * PT_SWAP	 a software entry with a payload; PT_PTE only
 * PT_MIGRATION	 a software entry with a payload, at any depth with leaves
 * PT_MARKER	 a software entry without payload; PT_PTE only
 * PT_INVALID_HUGE  a leaf above PT_PTE made invalid while it is split, as
 *		 pmd_mkinvalid() leaves it: keeps pa and attributes,
 *		 inaccessible to the hardware, and unlike PT_PROTNONE not for
 *		 long; dividing it gives leaves again
 */
enum pt_kind {
	PT_NONE,
	PT_TABLE,
	PT_LEAF,
	PT_PROTNONE,
	PT_SWAP,
	PT_MIGRATION,
	PT_MARKER,
	PT_INVALID_HUGE,
	PT_BAD,
	PT_KINDS,
};

/*
 * Attributes of a leaf, as one word.
 *
 * R, W, X are the rights of whom the page is for: user code if USER is set,
 * else the kernel.  What the kernel may do to a user page, and the rest of a
 * machine's peculiarities, is stated per architecture in the model MMU, not
 * here.  A page that is X and USER without R is representable only where taking
 * USER away takes the execution away; on arm64 it does not (APTable says
 * nothing of execution), so its execute-only pages have no word.  GLOBAL,
 * ACCESSED, DIRTY are what the architecture calls so.  The memory type (enum
 * pt_memtype) and the protection key (0..15) are small numbers.
 *
 * SOFT0 and SOFT1 are bits that hardware ignores; no manual can say which, so
 * this does: those that Linux 6.12 marks special and userfaultfd-protected
 * pages with (x86 9 and 10, arm64 56 and 58), on riscv the two RSW bits (8 and
 * 9).  arm64's DIRTY is such a bit too (55): its hardware dirty management is
 * off.
 */
#define PT_R		UINT32_C(0x0001)
#define PT_W		UINT32_C(0x0002)
#define PT_X		UINT32_C(0x0004)
#define PT_USER		UINT32_C(0x0008)
#define PT_RIGHTS	UINT32_C(0x000f)	/* R, W, X and USER */
#define PT_GLOBAL	UINT32_C(0x0010)
#define PT_ACCESSED	UINT32_C(0x0020)
#define PT_DIRTY	UINT32_C(0x0040)
#define PT_SOFT0	UINT32_C(0x0080)
#define PT_SOFT1	UINT32_C(0x0100)
#define PT_MEMTYPE_SHIFT 12
#define PT_MEMTYPE_MASK	UINT32_C(0x7000)
#define PT_KEY_SHIFT	16
#define PT_KEY_MASK	UINT32_C(0xf0000)

/*
 * Memory types that more than one architecture can say.
 * x86 (IA32_PAT as Linux sets it: WB WC UC- UC WB WP UC- WT): WB 0, WC 1,
 * UC 3, WT 7.  arm64 (MAIR_EL1 as Linux sets it): WB AttrIndx 0 (Normal),
 * WC 2 (Normal-NC), UC 3 (Device-nGnRnE), no WT.  riscv without Svpbmt: WB only.
 */
enum pt_memtype {
	PT_MEM_WB,
	PT_MEM_WC,
	PT_MEM_UC,
	PT_MEM_WT,
	PT_MEMTYPES,
};

static inline unsigned pt_attrs_memtype(uint32_t attrs)
{
	return (attrs & PT_MEMTYPE_MASK) >> PT_MEMTYPE_SHIFT;
}

static inline unsigned pt_attrs_key(uint32_t attrs)
{
	return (attrs & PT_KEY_MASK) >> PT_KEY_SHIFT;
}

/* An access, and who makes it. */
enum pt_access { PT_READ, PT_WRITE, PT_EXEC, PT_ACCESSES };
enum pt_privilege { PT_AS_USER, PT_AS_KERNEL, PT_PRIVILEGES };

/*
 * The address spaces of a case.  Where a format has one root for the whole
 * address range (x86, riscv), both spaces cover all of it.  Where it has two
 * roots (arm64 TTBR0/TTBR1, fake-tiny), space 0 is the range whose upper bits
 * are zero and space 1 the range whose upper bits are one.  With one root the
 * range may be sign-extended or zero-extended (template).
 */
#define PT_SPACES 2

/*
 * A second translation, of what the first calls physical addresses: those of tables
 * and those that leaves have.  count pages of the same length from first on; what
 * is outside of them is itself, with all rights.
 */
struct pt_below_page {
	uint64_t to;			/* physical address */
	uint32_t rights;		/* PT_R, PT_W, PT_X; 0: not mapped */
};

struct pt_below {
	uint64_t first;
	unsigned count;
	uint8_t shift;			/* lg2 bytes of a page */
	const struct pt_below_page *page;
};

/*
 * Everything but the words in memory that decides a translation.  It is part
 * of the case.  control holds PT_REGIME_* bits, whose meaning depends on the
 * architecture.
 */
struct pt_regime {
	uint64_t root[PT_SPACES];	/* physical address of each root table */
	uint32_t control;
	uint8_t pa_bits;		/* implemented physical address bits */
	const struct pt_below *below;	/* NULL: there is none */
};

/*
 * No other architecture than these has control bits.
 *
 * x86: CR0.WP, EFER.NXE, CR4.SMEP, CR4.SMAP (EFLAGS.AC = 0), CR4.PKE.  The
 * regime of a case always has NXE: without it, which attributes have an
 * encoding would depend on the regime.  It never has PKE, which is for 4 and 5
 * levels only: PKRU then is PT_X86_PKRU, where key k has as AD bit 0 of k and
 * as WD bit 1 of k (PKRU bits 2k and 2k + 1).
 */
#define PT_REGIME_X86_WP	UINT32_C(0x01)
#define PT_REGIME_X86_NXE	UINT32_C(0x02)
#define PT_REGIME_X86_SMEP	UINT32_C(0x04)
#define PT_REGIME_X86_SMAP	UINT32_C(0x08)
#define PT_REGIME_X86_PKE	UINT32_C(0x10)
#define PT_X86_PKRU		UINT32_C(0xe4e4e4e4)
/* riscv: sstatus.SUM, sstatus.MXR, hardware update of A and D (Svadu). */
#define PT_REGIME_RISCV_SUM	UINT32_C(0x01)
#define PT_REGIME_RISCV_MXR	UINT32_C(0x02)
#define PT_REGIME_RISCV_ADUE	UINT32_C(0x04)
/*
 * arm64 EL1&0: TCR.HA (hardware sets AF), PSTATE.PAN, SCTLR.WXN, TCR.HPD0 and
 * HPD1 together; HD is 0, DS as the format's name says.  Stage 2 has only HA,
 * that of VTCR.  STAGE2: HCR_EL2.VM, stage 2 is on below stage 1 under test; what
 * it maps where is pt_regime.below.  The regime of a case has none of WXN, HPD,
 * STAGE2: those are for sweeps.
 */
#define PT_REGIME_ARM64_HA	UINT32_C(0x01)
#define PT_REGIME_ARM64_PAN	UINT32_C(0x02)
#define PT_REGIME_ARM64_WXN	UINT32_C(0x04)
#define PT_REGIME_ARM64_HPD	UINT32_C(0x08)
#define PT_REGIME_ARM64_STAGE2	UINT32_C(0x10)
/*
 * arm: DACR says manager, not client, for the domain (short descriptors only);
 * SCTLR.AFE, with which AP[0] of short descriptors is the access flag.  The
 * regime of a case never has AFE: with it other attributes have an encoding.
 */
#define PT_REGIME_ARM_MANAGER	UINT32_C(0x01)
#define PT_REGIME_ARM_AFE	UINT32_C(0x02)
/* fake and fake-tiny: docs/fake-manual.md, "Control bits". */
#define PT_REGIME_FAKE_HWAD	UINT32_C(0x01)
#define PT_REGIME_FAKE_GUARD	UINT32_C(0x02)

/*
 * What a translation comes to.  The depth tells the entry that decided, as an
 * enum pt_depth (the entry's own span, never a folded alias); it is
 * PT_DEPTH_UNKNOWN where no entry was read (OK has the leaf's depth).
 *
 * PT_V_OK		translated and permitted
 * PT_V_TRANSLATION	an entry on the way is invalid
 * PT_V_PERMISSION	valid, but the accumulated rights deny the access
 * PT_V_ACCESS		accessed flag clear and nobody sets it in hardware
 * PT_V_DIRTY		write to a clean page and nobody sets dirty in hardware
 * PT_V_RESERVED	valid entry with a reserved bit or encoding
 * PT_V_ADDRSIZE	an address in an entry exceeds the implemented bits
 * PT_V_CANONICAL	the virtual address is outside every root's range
 * PT_V_WALKBUS		a table lies where there is no memory
 * PT_V_KEY		the protection key denies the access, whether or not the
 *			accumulated rights do so too
 *
 * Of the second translation (pt_regime.below), at the depth of the entry that has the
 * address:
 * PT_V_BELOW		the page's address is not mapped
 * PT_V_BELOW_DENIED	... or not for that access
 * PT_V_WALK_BELOW	the address of a descriptor is not mapped
 * PT_V_WALK_BELOW_DENIED ... or not for reading
 */
enum pt_word {
	PT_V_OK,
	PT_V_TRANSLATION,
	PT_V_PERMISSION,
	PT_V_ACCESS,
	PT_V_DIRTY,
	PT_V_RESERVED,
	PT_V_ADDRSIZE,
	PT_V_CANONICAL,
	PT_V_WALKBUS,
	PT_V_KEY,
	PT_V_BELOW,
	PT_V_BELOW_DENIED,
	PT_V_WALK_BELOW,
	PT_V_WALK_BELOW_DENIED,
	PT_WORDS,
};

struct pt_verdict {
	uint8_t word;		/* enum pt_word */
	int8_t depth;
};

/*
 * Simulated physical memory: a few windows of the physical address space that
 * are backed by host memory.  The harness owns it; the subject writes it
 * through the accessors of table_ops.h, everybody may read it.
 */
#define PT_WINDOWS 4

struct pt_window {
	uint64_t pa;		/* first physical address */
	uint64_t bytes;		/* length; 0 for an unused window */
	uint8_t *host;		/* where it is in this process */
};

/*
 * What was loaded from simulated memory: the addresses, in order.  A count
 * above PT_LOADS tells that the others were not kept.
 */
#define PT_LOADS 32

struct pt_loads {
	unsigned count;
	uint64_t pa[PT_LOADS];
};

struct pt_memory {
	struct pt_window window[PT_WINDOWS];
	/*
	 * Where a model MMU notes the words that its translate() loads; NULL
	 * if nobody wants to know.
	 */
	struct pt_loads *loads;
};

/* The host address of bytes at pa, or NULL where no window holds all of them. */
static inline uint8_t *pt_memory_at(const struct pt_memory *memory, uint64_t pa,
				    uint64_t bytes)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct pt_window *w = &memory->window[i];
		uint64_t offset = pa - w->pa;

		if (offset < w->bytes && bytes <= w->bytes - offset)
			return w->host + offset;
	}
	return NULL;
}

/* 2^bits - 1 for bits 0..64. */
static inline uint64_t pt_ones(unsigned bits)
{
	return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* "pgd" .. "pte"; "-" for PT_DEPTH_UNKNOWN and anything else. */
static inline const char *pt_depth_name(int depth)
{
	static const char *const name[PT_DEPTHS] = {
		"pgd", "p4d", "pud", "pmd", "pte",
	};

	return depth >= 0 && depth < PT_DEPTHS ? name[depth] : "-";
}

static inline const char *pt_kind_name(unsigned kind)
{
	static const char *const name[PT_KINDS] = {
		[PT_NONE] = "none",
		[PT_TABLE] = "table",
		[PT_LEAF] = "leaf",
		[PT_PROTNONE] = "protnone",
		[PT_SWAP] = "swap",
		[PT_MIGRATION] = "migration",
		[PT_MARKER] = "marker",
		[PT_INVALID_HUGE] = "invalid-huge",
		[PT_BAD] = "bad",
	};

	return kind < PT_KINDS ? name[kind] : "?";
}

static inline const char *pt_word_name(unsigned word)
{
	static const char *const name[PT_WORDS] = {
		[PT_V_OK] = "ok",
		[PT_V_TRANSLATION] = "translation",
		[PT_V_PERMISSION] = "permission",
		[PT_V_ACCESS] = "access",
		[PT_V_DIRTY] = "dirty",
		[PT_V_RESERVED] = "reserved",
		[PT_V_ADDRSIZE] = "addrsize",
		[PT_V_CANONICAL] = "canonical",
		[PT_V_WALKBUS] = "walkbus",
		[PT_V_KEY] = "key",
		[PT_V_BELOW] = "below",
		[PT_V_BELOW_DENIED] = "below-denied",
		[PT_V_WALK_BELOW] = "walk-below",
		[PT_V_WALK_BELOW_DENIED] = "walk-below-denied",
	};

	return word < PT_WORDS ? name[word] : "?";
}

#endif
