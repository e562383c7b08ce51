/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux's io-pgtable-arm as subjects: map_pages(), unmap_pages(), iova_to_phys().
 *
 * The driver trusts its callers, who keep track of what is mapped; what they do is
 * done here (docs/kernel-subjects-map.md): an unmap takes the largest page size
 * that fits, as iommu_unmap() does, and leaves holes out; no block is mapped over a
 * table with something in it.  For that, and for the depth and attributes of a
 * translation, of which the driver tells the address only, entries are read here.
 *
 * An attribute that the driver cannot leave out, or has no other value for, is in
 * attrs_always.  Bits are of Arm ARM DDI 0487, D8.3.
 */
#include "iopgtable.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "iopgtable_glue.h"

#define VALID UINT64_C(1)
#define TYPE UINT64_C(2)		/* a table; at the pte a page */
#define AP_USER (UINT64_C(1) << 6)
#define AP_READ_ONLY (UINT64_C(1) << 7)
#define S2_WRITE (UINT64_C(1) << 7)
#define XN (UINT64_C(1) << 54)

/* A format of ours that the driver has, and how it is asked for it. */
struct iopgtable_format {
	const char *name;
	enum iopt_format kind;
	uint8_t page_shift, input_bits, top;
};

static const struct iopgtable_format formats[] = {
	{ "arm64-4k-39", IOPT_64_S1, 12, 39, TABLEWALK_PUD },
	{ "arm64-4k-48", IOPT_64_S1, 12, 48, TABLEWALK_P4D },
	{ "arm64-16k-36", IOPT_64_S1, 14, 36, TABLEWALK_PMD },
	{ "arm64-16k-47", IOPT_64_S1, 14, 47, TABLEWALK_PUD },
	{ "arm64-16k-48", IOPT_64_S1, 14, 48, TABLEWALK_P4D },
	{ "arm64-64k-42", IOPT_64_S1, 16, 42, TABLEWALK_PMD },
	{ "arm64-64k-48", IOPT_64_S1, 16, 48, TABLEWALK_PUD },
	{ "arm64-64k-52", IOPT_64_S1, 16, 52, TABLEWALK_PUD },
	{ "arm64-s2-40", IOPT_64_S2, 12, 40, TABLEWALK_PUD },
	{ "arm64-s2-48", IOPT_64_S2, 12, 48, TABLEWALK_P4D },
	{ "arm-lpae", IOPT_32_S1, 12, 32, TABLEWALK_PUD },
};

struct space {
	const struct iopgtable_format *format;
	const struct tablewalk_memory *memory;
	struct iopt_host host;
	struct iopt *iopt;
	bool refused;			/* an allocation of this operation */
};

/* An entry on the way to an address. */
struct place {
	int depth;
	uint64_t raw;
	uint64_t start, last;		/* what it covers */
};

static unsigned shift_of(const struct space *s, int depth)
{
	return s->format->page_shift + (unsigned)(TABLEWALK_PTE - depth) *
				       (s->format->page_shift - 3u);
}

static unsigned index_bits(const struct space *s, int depth)
{
	if (depth == s->format->top)
		return s->format->input_bits - shift_of(s, depth);
	return s->format->page_shift - 3u;
}

static bool is_table(int depth, uint64_t raw)
{
	return depth < TABLEWALK_PTE && (raw & (VALID | TYPE)) == (VALID | TYPE);
}

/* D8.3.1: with 64 KiB pages address bits 51..48 are in bits 15..12. */
static uint64_t address_in(const struct space *s, uint64_t raw)
{
	uint64_t pa = raw & UINT64_C(0x0000fffffffff000);

	if (s->format->page_shift < 16)
		return pa;
	return (pa & ~UINT64_C(0xf000)) | (pa & UINT64_C(0xf000)) << 36;
}

static const uint64_t *table_at(const struct space *s, uint64_t pa)
{
	return s->memory->pointer(s->memory->context, pa);
}

/* The entry at that depth which covers va, or the one above it that ends the way. */
static struct place find(const struct space *s, uint64_t va, int deepest)
{
	uint64_t table = iopt_root(s->iopt);

	for (int depth = s->format->top;; depth++) {
		unsigned shift = shift_of(s, depth);
		uint64_t index = va >> shift &
				 ((UINT64_C(1) << index_bits(s, depth)) - 1);
		uint64_t span = UINT64_C(1) << shift;
		const uint64_t *words = table_at(s, table);
		struct place place = {
			.depth = depth, .raw = words ? words[index] : 0,
			.start = va & ~(span - 1), .last = va | (span - 1),
		};

		if (depth == deepest || !is_table(depth, place.raw))
			return place;
		table = address_in(s, place.raw);
	}
}

/* Whether anything is mapped by an entry. */
static bool is_used(const struct space *s, int depth, uint64_t raw)
{
	const uint64_t *words;

	if (!is_table(depth, raw))
		return raw != 0;
	words = table_at(s, address_in(s, raw));
	for (size_t i = 0; words && i < (size_t)1 << index_bits(s, depth + 1);
	     i++)
		if (is_used(s, depth + 1, words[i]))
			return true;
	return false;
}

/*
 *			What the driver asks for
 */
static void *host_allocate(void *context, unsigned long bytes)
{
	struct space *s = context;
	uint64_t pa;
	void *table = s->memory->allocate(s->memory->context, bytes, bytes,
					  &pa);

	if (!table)
		s->refused = true;
	return table;
}

static void host_release(void *context, void *table, unsigned long bytes)
{
	struct space *s = context;
	uint64_t pa = 0;

	s->memory->address(s->memory->context, table, &pa);
	s->memory->release(s->memory->context, pa, bytes);
}

static void *host_pointer(void *context, unsigned long pa)
{
	struct space *s = context;

	return s->memory->pointer(s->memory->context, pa);
}

static unsigned long host_address(void *context, const void *pointer)
{
	struct space *s = context;
	uint64_t pa = 0;

	s->memory->address(s->memory->context, pointer, &pa);
	return pa;
}

static void host_flush(void *context, unsigned long iova, unsigned long bytes,
		       int tables)
{
	struct space *s = context;

	s->memory->flush(s->memory->context, iova,
			 bytes ? iova + bytes - 1 : UINT64_MAX, -1, tables);
}

/*
 *			Life
 */
static const struct iopgtable_format *format_named(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

/* All sizes of blocks that the format has levels for; the driver picks. */
static unsigned long page_sizes(const struct space *s)
{
	unsigned long sizes = 0;

	for (int depth = s->format->top; depth <= TABLEWALK_PTE; depth++)
		sizes |= 1ul << shift_of(s, depth);
	return sizes;
}

static void io_close(void *state)
{
	struct space *s = state;

	iopt_host(&s->host);
	if (s->iopt)
		iopt_close(s->iopt);
	free(s);
}

static int io_open(const struct tablewalk_subject *subject,
		   struct tablewalk_setup *setup, void **state)
{
	struct space *s = calloc(1, sizeof(*s));
	struct iopt_config config;

	(void)subject;
	if (!s)
		return TABLEWALK_MEMORY;
	s->format = format_named(setup->format);
	if (!s->format) {
		free(s);
		return TABLEWALK_UNSUPPORTED;
	}
	s->memory = setup->memory;
	s->host = (struct iopt_host){
		.context = s, .allocate = host_allocate,
		.release = host_release, .pointer = host_pointer,
		.address = host_address, .flush = host_flush,
	};
	config = (struct iopt_config){
		.format = s->format->kind,
		.page_sizes = page_sizes(s),
		.input_bits = s->format->input_bits,
		.output_bits = setup->pa_bits,
		/* Stage 2 and LPAE have one root, for both spaces alike. */
		.upper = s->format->kind == IOPT_64_S1 && setup->space,
		.root_bytes = 8ul << index_bits(s, s->format->top),
	};
	iopt_host(&s->host);
	s->iopt = iopt_open(&config);
	if (!s->iopt) {
		int ret = s->refused ? TABLEWALK_MEMORY :
				       TABLEWALK_UNSUPPORTED;

		free(s);
		return ret;
	}
	*state = s;
	return TABLEWALK_OK;
}

static uint64_t io_root(void *state)
{
	const struct space *s = state;

	return iopt_root(s->iopt);
}

/*
 *			Attributes
 *
 * Stage 1 and LPAE: the number of the memory type in the descriptor (AttrIndx) is
 * compared with that of our format, because MAIR decides what it means: the driver
 * fills MAIR for the IOMMU in another way than Linux does for the processor.
 */
#define MEMTYPE(type) ((uint32_t)(type) << TABLEWALK_MEMTYPE_SHIFT)
#define MEM_WB MEMTYPE(0)
#define MEM_WC MEMTYPE(1)
#define MEM_UC MEMTYPE(2)
#define MEM_WT MEMTYPE(3)

/* The flag that makes the driver write that type, or -1. */
static int memtype_flag(const struct space *s, uint32_t type)
{
	switch (s->format->kind) {
	case IOPT_64_S1:		/* AttrIndx 0, 2; ours: WB, WC */
		return type == MEM_WB ? 0 : type == MEM_WC ? IOPT_MMIO : -1;
	case IOPT_64_S2:		/* MemAttr 0xf, 5, 1 */
		return type == MEM_WB ? IOPT_CACHE :
		       type == MEM_WC ? 0 :
		       type == MEM_UC ? IOPT_MMIO : -1;
	case IOPT_32_S1:		/* AttrIndx 1, 2; ours: WC, WT */
		return type == MEM_WC ? IOPT_CACHE :
		       type == MEM_WT ? IOPT_MMIO : -1;
	case IOPT_V7S:
		break;
	}
	return -1;
}

/* IOPT_ flags, or -1 where the driver has none for such attributes. */
static int flags_of(const struct space *s, uint32_t attrs)
{
	int flags = memtype_flag(s, attrs & TABLEWALK_MEMTYPE);
	bool writes = attrs & TABLEWALK_W;

	if (flags < 0 || !(attrs & TABLEWALK_R))
		return -1;
	/* arm-lpae: W without DIRTY is what hardware may not write. */
	if (s->format->kind == IOPT_32_S1)
		writes = attrs & TABLEWALK_DIRTY;
	return flags | IOPT_READ | (writes ? IOPT_WRITE : 0) |
	       (attrs & TABLEWALK_X ? 0 : IOPT_NOEXEC) |
	       (attrs & TABLEWALK_USER ? 0 : IOPT_PRIV);
}

static uint32_t memtype_of(const struct space *s, uint64_t raw)
{
	unsigned index = raw >> 2 & 7;

	if (s->format->kind == IOPT_64_S2)
		return (raw >> 2 & 15) == 15 ? MEM_WB : index == 5 ? MEM_WC :
							MEM_UC;
	if (s->format->kind == IOPT_32_S1)
		return index == 1 ? MEM_WC : MEM_WT;
	return index ? MEM_WC : MEM_WB;
}

/* Of a leaf that the driver wrote. */
static uint32_t attrs_of(const struct space *s, uint64_t raw)
{
	uint32_t attrs = TABLEWALK_ACCESSED | memtype_of(s, raw) |
			 (raw & XN ? 0 : TABLEWALK_X);

	if (s->format->kind == IOPT_64_S2)
		return attrs | TABLEWALK_R | TABLEWALK_USER |
		       (raw & S2_WRITE ? TABLEWALK_W : 0);
	attrs |= TABLEWALK_R | (raw & AP_USER ? TABLEWALK_USER : 0);
	if (s->format->kind == IOPT_32_S1)
		return attrs | TABLEWALK_W;
	return attrs | (raw & AP_READ_ONLY ? 0 : TABLEWALK_W);
}

/*
 *			Operations
 */
static int error_of(int error)
{
	/* -EINVAL: the page size is none of the configuration's. */
	return error == -22 ? TABLEWALK_UNSUPPORTED : error;
}

/* Units of that depth from va to the end of the table that they are in. */
static uint64_t units_to_end(const struct space *s, uint64_t va, int depth)
{
	uint64_t index = va >> shift_of(s, depth);
	uint64_t entries = UINT64_C(1) << index_bits(s, depth);

	return entries - (index & (entries - 1));
}

/*
 * How many of count units from va on, up to the end of their table, have no table
 * with something in it in their way.
 */
static uint64_t free_units(const struct space *s, uint64_t va, uint64_t count,
			   int depth)
{
	uint64_t most = units_to_end(s, va, depth), i = 0;

	if (depth == TABLEWALK_PTE)
		return count;
	while (i < count && i < most) {
		struct place place = find(s, va + (i << shift_of(s, depth)),
					  depth);

		if (is_table(place.depth, place.raw) &&
		    is_used(s, place.depth, place.raw))
			break;
		i++;
	}
	return i;
}

static int io_map(void *state, uint64_t va, uint64_t last, uint64_t pa,
		  uint32_t attrs, int depth, uint64_t *done)
{
	struct space *s = state;
	int flags = flags_of(s, attrs);
	unsigned long mapped = 0;
	uint64_t count;
	int ret;

	*done = 0;
	if (flags < 0 || depth < s->format->top)
		return TABLEWALK_UNSUPPORTED;
	count = ((last - va) >> shift_of(s, depth)) + 1;
	iopt_host(&s->host);
	if (iopt_page_sizes(s->iopt) >> shift_of(s, depth) & 1) {
		count = free_units(s, va, count, depth);
		if (!count)
			return TABLEWALK_EXISTS;
	}
	ret = iopt_map(s->iopt, va, pa, 1ul << shift_of(s, depth), count,
		       flags, &mapped);
	*done = mapped;
	return error_of(ret);
}

/* The depth of the largest pages that begin at va and end at last at most. */
static int largest(const struct space *s, uint64_t va, uint64_t last)
{
	for (int depth = s->format->top; depth < TABLEWALK_PTE; depth++) {
		uint64_t ones = (UINT64_C(1) << shift_of(s, depth)) - 1;

		if (iopt_page_sizes(s->iopt) >> shift_of(s, depth) & 1 &&
		    !(va & ones) && last - va >= ones)
			return depth;
	}
	return TABLEWALK_PTE;
}

/* From va on, which is used, as many units of that depth as are used. */
static uint64_t used_units(const struct space *s, uint64_t va, uint64_t last,
			   int depth)
{
	unsigned shift = shift_of(s, depth);
	struct place place = find(s, va, depth);
	/* Whole units: at least one, for depth is largest()'s. */
	uint64_t wanted = ((last - va - ((UINT64_C(1) << shift) - 1)) >> shift) +
			  1;
	uint64_t most = units_to_end(s, va, depth), count = 0;

	/* A part of a block: what follows is mapped as far as that goes. */
	if (place.depth < depth)
		return wanted < most ? wanted : most;
	while (count < wanted && count < most &&
	       is_used(s, place.depth, place.raw)) {
		count++;
		place = find(s, va + (count << shift), depth);
	}
	return count;
}

/* One call of the driver for the first thing that is mapped. */
static int io_unmap(void *state, uint64_t va, uint64_t last, uint64_t *done)
{
	struct space *s = state;
	uint64_t at = va;
	int depth;

	iopt_host(&s->host);
	s->refused = false;
	*done = 0;
	for (;;) {
		struct place place;

		depth = largest(s, at, last);
		place = find(s, at, depth);
		if (is_used(s, place.depth, place.raw))
			break;
		if (place.last >= last)
			return TABLEWALK_OK;
		at = place.last + 1;
	}

	uint64_t bytes = iopt_unmap(s->iopt, at, 1ul << shift_of(s, depth),
				    used_units(s, at, last, depth));

	*done = at - va + bytes;
	if (bytes)
		return TABLEWALK_OK;
	return s->refused ? TABLEWALK_MEMORY : TABLEWALK_INVALID;
}

static int io_translate(void *state, uint64_t va,
			struct tablewalk_translation *found)
{
	struct space *s = state;
	struct place place;

	iopt_host(&s->host);
	place = find(s, va, TABLEWALK_PTE);
	*found = (struct tablewalk_translation){
		.pa = iopt_translate(s->iopt, va),
	};
	/* 0 is what the driver says of a hole, and of what is at address 0. */
	found->present = place.raw != 0 || found->pa;
	if (!found->present)
		return TABLEWALK_OK;
	found->depth = place.depth;
	found->attrs = attrs_of(s, place.raw);
	return TABLEWALK_OK;
}

/*
 *			The subjects
 */
static const char *const stage1_formats[] = {
	"arm64-4k-39", "arm64-4k-48", "arm64-16k-36", "arm64-16k-47",
	"arm64-16k-48", "arm64-64k-42", "arm64-64k-48", "arm64-64k-52", NULL,
};
static const char *const stage2_formats[] = {
	"arm64-s2-40", "arm64-s2-48", NULL,
};
static const char *const lpae_formats[] = { "arm-lpae", NULL };

#define DRIVER "drivers/iommu/io-pgtable-arm.c, "

static const struct tablewalk_reason reasons[] = {
	{ TABLEWALK_DIFFERS_SHORT_COUNT, DRIVER "__arm_lpae_map() and "
	  "__arm_lpae_unmap(): num_entries = min_t(int, pgcount, max_entries); "
	  "iommu_map() and iommu_unmap() call again" },
	{ TABLEWALK_DIFFERS_EMPTY_ANY, DRIVER "__arm_lpae_unmap(): a table goes "
	  "where a whole block's size is unmapped, and stays where its pages "
	  "are; arm_lpae_init_pte(): one that is in a block's way goes; "
	  "__arm_lpae_map(): what arm_lpae_install_table() made stays when what "
	  "is below fails" },
	{ TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX, "drivers/iommu/iommu.c, "
	  "iommu_map(): \"unroll mapping in case something went wrong\" is the "
	  "caller's" },
	{ TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS, DRIVER "arm_lpae_map_pages(): "
	  "WARN_ON(iaext || paddr >> cfg->oas); alignment is looked at in "
	  "drivers/iommu/iommu.c, __iommu_map() only" },
	{ TABLEWALK_DIFFERS_ERRORS_DIVIDE, DRIVER "arm_lpae_split_blk_unmap(): "
	  "installs its table, then __arm_lpae_unmap() may want one more below; "
	  "where there is none it returns 0, \"Bytes unmapped\"" },
	{ TABLEWALK_DIFFERS_OTHER_WORDS, DRIVER "arm_lpae_prot_to_pte(): "
	  "shareability, both XN bits; Linux's own tables, which the formats "
	  "describe, have arch/arm64/include/asm/pgtable-prot.h" },
	{ TABLEWALK_DIFFERS_UNMAP_REFUSES_PART, DRIVER "__arm_lpae_unmap(): "
	  "WARN_ONCE(true, \"Unmap of a partial large IOPTE is not allowed\")" },
	{ 0, NULL },
};

/* Of the tree (map.cmake): whether an unmap of a part of a block divides it. */
#if IOPGTABLE_DIVIDES
#define REFUSES_PART 0
#else
#define REFUSES_PART TABLEWALK_DIFFERS_UNMAP_REFUSES_PART
#endif

#define SUBJECT(name_, what_, formats_, attrs_, always_)                        \
	{                                                                      \
		.version = TABLEWALK_SUBJECT_VERSION,                          \
		.bytes = sizeof(struct tablewalk_subject),                     \
		.name = name_, .what = what_, .formats = formats_,             \
		.capabilities = TABLEWALK_CAN_MAP | TABLEWALK_CAN_UNMAP |      \
				TABLEWALK_CAN_TRANSLATE |                      \
				TABLEWALK_CAN_FLUSH | TABLEWALK_CAN_FAIL,      \
		.differences = TABLEWALK_DIFFERS_SHORT_COUNT |                 \
			       TABLEWALK_DIFFERS_EMPTY_ANY |                   \
			       TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX |         \
			       TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS |            \
			       TABLEWALK_DIFFERS_ERRORS_DIVIDE |               \
			       TABLEWALK_DIFFERS_OTHER_WORDS |                 \
			       REFUSES_PART,                                   \
		.reasons = reasons,                                            \
		.attrs = attrs_, .attrs_always = always_,                      \
		.leaf_depths = 1u << TABLEWALK_PUD | 1u << TABLEWALK_PMD |     \
			       1u << TABLEWALK_PTE,                            \
		.open = io_open, .close = io_close, .root = io_root,           \
		.map = io_map, .unmap = io_unmap, .translate = io_translate,   \
	}

/*
 * Stage 1 has one bit for user and one for kernel execution where the words of our
 * formats have X for whom the page is; the driver sets or clears both.  So X is
 * not asked for, but where that means the same: what the user may write the
 * kernel never executes (D8.4.1.2).
 */
const struct tablewalk_subject linux_iopgtable_s1 = SUBJECT(
	"linux-iopgtable-s1", "Linux's io-pgtable-arm, ARM_64_LPAE_S1",
	stage1_formats, TABLEWALK_W | TABLEWALK_USER | MEM_WC,
	TABLEWALK_R | TABLEWALK_ACCESSED);

const struct tablewalk_subject linux_iopgtable_s1_exec = SUBJECT(
	"linux-iopgtable-s1-exec",
	"Linux's io-pgtable-arm, ARM_64_LPAE_S1, without IOMMU_NOEXEC",
	stage1_formats, MEM_WC,
	TABLEWALK_R | TABLEWALK_W | TABLEWALK_X | TABLEWALK_USER |
		TABLEWALK_ACCESSED);

const struct tablewalk_subject linux_iopgtable_s2 = SUBJECT(
	"linux-iopgtable-s2",
	"Linux's io-pgtable-arm, ARM_64_LPAE_S2, without IOMMU_NOEXEC",
	stage2_formats, TABLEWALK_W | TABLEWALK_MEMTYPE,
	TABLEWALK_R | TABLEWALK_X | TABLEWALK_USER | TABLEWALK_ACCESSED);

const struct tablewalk_subject linux_iopgtable_s2_noexec = SUBJECT(
	"linux-iopgtable-s2-noexec",
	"Linux's io-pgtable-arm, ARM_64_LPAE_S2, with IOMMU_NOEXEC "
	"(docs/findings)", stage2_formats, TABLEWALK_W | TABLEWALK_MEMTYPE,
	TABLEWALK_R | TABLEWALK_USER | TABLEWALK_ACCESSED);

/* W without DIRTY is what hardware does not write: all that can be had. */
const struct tablewalk_subject linux_iopgtable_lpae = SUBJECT(
	"linux-iopgtable-lpae",
	"Linux's io-pgtable-arm, ARM_32_LPAE_S1, read-only pages",
	lpae_formats, TABLEWALK_USER | (MEM_WT & ~MEM_WC),
	TABLEWALK_R | TABLEWALK_W | TABLEWALK_ACCESSED | MEM_WC);
