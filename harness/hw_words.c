/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What hardware writes to tables: accessed and dirty, where it has them, and nothing
 * else.
 *
 * A word is read as the model MMU reads it, before and after: an entry that hardware
 * wrote is the same entry with more flags.  The one thing that the model MMU does not
 * tell is where an entry that points to a table has its accessed flag.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../oracles/mmu/mmu.h"
#include "bytes.h"
#include "hw_private.h"

/* How much behind what a case uses is looked at after each. */
#define POOL_MARGIN (UINT64_C(64) << 10)

/*
 * What hardware sets.  The first row whose prefix fits; without one, nothing.
 *
 * Intel SDM volume 3A, 4.8: A in every entry that a translation uses, whatever it
 * comes to, D in the leaf; 4.4.1: none in a PDPTE.  RISC-V privileged specification
 * 20211203, 4.3.1: A and D of the leaf; in a pointer they are reserved.  Arm ARM (DDI
 * 0487), D8.4: AF of the leaf with TCR.HA.  M68040 User's Manual, 3.2.2.3: U in every
 * descriptor that a search accesses, denied or not, M in the page's.  SPARC Architecture
 * Manual version 8, appendix H: R and M of the PTE.  Power ISA 3.0B, book III, 5.7.12: R
 * and C of the leaf.
 */
static const struct written {
	const char *prefix;		/* of the format's name */
	uint32_t control;		/* PT_REGIME_* it takes; 0: always */
	uint8_t leaf;			/* HW_A, HW_D */
	bool denied;			/* HW_A of a leaf that denies, too */
	bool root;			/* tables: of the root's entries, too */
	uint64_t table;			/* tables: accessed; 0: there is none */
} written[] = {
	{ "i386-pae", 0, HW_A | HW_D, true, false, 0x20 },
	{ "i386", 0, HW_A | HW_D, true, true, 0x20 },
	{ "x86_64", 0, HW_A | HW_D, true, true, 0x20 },
	{ "riscv", PT_REGIME_RISCV_ADUE, HW_A | HW_D, false, false, 0 },
	{ "arm64", PT_REGIME_ARM64_HA, HW_A, false, false, 0 },
	{ "m68k-motorola", 0, HW_A | HW_D, true, true, 0x08 },
	{ "sparc32", 0, HW_A | HW_D, false, false, 0 },
	{ "ppc64-radix", 0, HW_A | HW_D, false, false, 0 },
};

static const struct written nothing = { .prefix = "" };

static const struct written *written_by(const struct hw *hw)
{
	for (unsigned i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		const struct written *w = &written[i];

		if (strncmp(hw->format->name, w->prefix, strlen(w->prefix)))
			continue;
		if (w->control & ~run_regime(hw->run)->control)
			return &nothing;
		return w;
	}
	return &nothing;
}

/* What it holds now. */
static uint64_t found(const struct hw *hw, const struct hw_word *word)
{
	return bytes_get(word->at, word->bytes, hw->mmu->big_endian);
}

static void put_back(const struct hw *hw, const struct hw_word *word)
{
	bytes_put(word->at, word->bytes, hw->mmu->big_endian, word->before);
}

static uint8_t flags_of(uint32_t attrs)
{
	return (uint8_t)((attrs & PT_ACCESSED ? HW_A : 0) |
			 (attrs & PT_DIRTY ? HW_D : 0));
}

/* The word at pa, whether it is in hand or not. */
static uint16_t *find(struct hw_words *words, uint64_t pa)
{
	uint32_t at = (uint32_t)((pa >> 2) * UINT64_C(0x9e3779b97f4a7c15) >> 48);

	while (words->slot[at] && words->word[words->slot[at] - 1].pa != pa)
		at = (at + 1) & 0xffff;
	return &words->slot[at];
}

/* Puts the entry at pa in hand; its number. */
static uint16_t add(struct hw *hw, const struct hw_word *word,
		    const struct mmu_entry *entry)
{
	const struct written *w = written_by(hw);
	struct hw_words *words = &hw->words;
	uint16_t *slot = find(words, word->pa);

	if (!*slot) {
		struct hw_word *new = &words->word[words->count++];

		*new = *word;
		new->leaf = entry->class == MMU_LEAF;
		new->has = new->leaf ? flags_of(entry->attrs) :
			   new->before & w->table ? HW_A : 0;
		*slot = (uint16_t)words->count;
	}
	return (uint16_t)(*slot - 1);
}

/*
 * The way to page number i.  Tables whose entries are not one word each have no
 * flags that hardware writes.
 */
static void add_way(struct hw *hw, unsigned i)
{
	const struct pt_regime *regime = run_regime(hw->run);
	const uint64_t va = hw->page[i];
	uint64_t table = regime->root[hw->space];
	struct mmu_entry entry = { .class = MMU_TABLE };

	for (unsigned d = hw->mmu->top; d < PT_DEPTHS; d++) {
		const struct mmu_level *level = &hw->mmu->level[d];
		uint64_t offset;
		struct hw_word word;

		if (!level->index_bits || entry.class != MMU_TABLE)
			continue;
		if (level->half_offset || level->copies > 1)
			return;
		offset = (va >> level->va_shift & pt_ones(level->index_bits)) *
			 mmu_stride(level);
		word = (struct hw_word){
			.pa = table + offset, .va = va, .depth = (uint8_t)d,
			.bytes = level->entry_bytes, .root = d == hw->mmu->top,
		};
		if (!mmu_read(hw->mmu, run_memory(hw->run), word.pa, word.bytes,
			      &word.before))
			return;
		word.at = word.root ?
			guest_at(hw->guest, guest_ram(hw->guest)->runtime.pa +
				 GUEST_RUNTIME_AT + offset, word.bytes) :
			pt_memory_at(run_memory(hw->run), word.pa, word.bytes);
		hw->mmu->entry(regime, d, word.before, &entry);
		hw->words.way[i][d] = add(hw, &word, &entry);
		table = entry.pa;
	}
}

void hw_words_collect(struct hw *hw)
{
	hw->words.count = 0;
	memset(hw->words.slot, 0, sizeof(hw->words.slot));
	for (unsigned i = 0; i < hw->count; i++) {
		struct oracle_view view;

		for (unsigned d = 0; d < PT_DEPTHS; d++)
			hw->words.way[i][d] = HW_NO_WORD;
		oracle_view(run_oracle(hw->run), hw->space, hw->page[i], &view);
		if (view.canonical && hw->mmu->walks)
			add_way(hw, i);
	}
}

void hw_words_begin(struct hw *hw)
{
	for (unsigned i = 0; i < hw->words.count; i++) {
		struct hw_word *word = &hw->words.word[i];

		word->may = word->must = 0;
		word->store = false;
	}
}

void hw_words_access(struct hw *hw, unsigned page,
		     const struct guest_probe *probe,
		     const struct guest_result *result)
{
	const struct written *w = written_by(hw);
	const bool made = result->class == GUEST_OK;
	/* Stage 1 was done: the flag may be set (Arm ARM, D8.5), or not yet. */
	const bool below = result->class == GUEST_BELOW_ABSENT ||
			   result->class == GUEST_BELOW_DENIED;
	const uint8_t leaf = w->leaf &
			     (probe->access == PT_WRITE ? HW_A | HW_D : HW_A);

	if (result->class == GUEST_NOT_RUN)
		return;
	for (unsigned d = 0; d < PT_DEPTHS; d++) {
		struct hw_word *word;
		uint8_t flags;

		if (hw->words.way[page][d] == HW_NO_WORD)
			continue;
		word = &hw->words.word[hw->words.way[page][d]];
		word->store |= probe->access == PT_WRITE;
		flags = word->leaf ? leaf :
			w->table && (w->root || !word->root) ? HW_A : 0;
		if (made)
			word->must |= flags;
		if (made || !word->leaf)
			word->may |= flags;
		else if (w->denied || below)
			word->may |= flags & HW_A;
	}
}

/*
 * Whether the entry is the same with exactly those flags more.  Each flag is one bit:
 * so no bit changed that the model MMU does not tell of.
 */
static bool only_flags(const struct hw *hw, const struct hw_word *word,
		       uint64_t after, uint8_t *set)
{
	const struct pt_regime *regime = run_regime(hw->run);
	const uint64_t changed = word->before ^ after;
	struct mmu_entry old, new;
	unsigned bits = 0;

	hw->mmu->entry(regime, word->depth, word->before, &old);
	hw->mmu->entry(regime, word->depth, after, &new);
	*set = 0;
	if (changed & word->before || old.class != new.class ||
	    old.pa != new.pa || old.denied != new.denied ||
	    old.order != new.order)
		return false;
	if (!word->leaf) {
		*set = HW_A;
		return old.class == MMU_TABLE &&
		       changed == written_by(hw)->table;
	}
	if ((old.attrs ^ new.attrs) & ~(PT_ACCESSED | PT_DIRTY))
		return false;
	*set = flags_of(new.attrs & ~old.attrs);
	for (uint64_t rest = changed; rest; rest &= rest - 1)
		bits++;
	return bits == (unsigned)(*set & HW_A) + (unsigned)(*set >> 1);
}

static const char *flags_name(unsigned flags)
{
	static const char *const name[] = {
		"nothing", "accessed", "dirty", "accessed and dirty",
	};

	return name[flags & (HW_A | HW_D)];
}

/* What is wrong with that word: *d is filled in but for the text, or false. */
static bool judge_word(const struct hw *hw, const struct hw_word *word,
		       uint64_t after, bool unflushed, struct hw_difference *d)
{
	const unsigned must = unflushed ? 0u : word->must & ~word->has & 3u;
	uint8_t set = 0;

	*d = (struct hw_difference){
		.check = CHECK_MACHINE_FLAGS, .depth = (int8_t)word->depth,
		.va = word->va, .word = word, .found = after,
	};
	if (after != word->before && !only_flags(hw, word, after, &set)) {
		d->divergence = "prot";
		return true;
	}
	d->extra = set & (uint8_t)~word->may;
	d->missing = (uint8_t)(must & ~(unsigned)set);
	d->divergence = d->extra ? "ghost" : "lost";
	return d->extra || d->missing;
}

static int differ(struct hw *hw, struct hw_difference *d,
		  struct violation *violation)
{
	const struct hw_word *word = d->word;
	char expected[128], seen[128];

	snprintf(expected, sizeof(expected), "entry 0x%" PRIx64
		 ", hardware may set %s, must set %s", word->before,
		 flags_name(word->may), flags_name(word->must));
	snprintf(seen, sizeof(seen), "entry 0x%" PRIx64 " at pa 0x%" PRIx64,
		 d->found, word->pa);
	d->expected = expected;
	d->seen = seen;
	return hw_differ(hw, d, violation);
}

int hw_words_end(struct hw *hw, bool unflushed, struct violation *violation)
{
	int ret = 0;

	for (unsigned i = 0; i < hw->words.count && !ret; i++) {
		const struct hw_word *word = &hw->words.word[i];
		const uint64_t after = found(hw, word);
		struct hw_difference d;

		if ((unflushed && word->root) ||
		    (after == word->before &&
		     (unflushed || !(word->must & ~word->has))))
			continue;
		if (judge_word(hw, word, after, unflushed, &d))
			ret = differ(hw, &d, violation);
		else
			hw->counts.written++;
		put_back(hw, word);
	}
	return ret;
}

void hw_words_restore(struct hw *hw)
{
	for (unsigned i = 0; i < hw->words.count; i++) {
		const struct hw_word *word = &hw->words.word[i];

		if (!word->root && found(hw, word) != word->before)
			put_back(hw, word);
	}
}

/* What of the table area is looked at, in whole words. */
static uint64_t pool_bytes(const struct hw *hw)
{
	uint64_t used, most;

	run_extent(hw->run, &used, &most);
	used += POOL_MARGIN;
	return (used < most ? used : most) & ~UINT64_C(7);
}

static const uint64_t *pool_words(const struct hw *hw)
{
	return (const void *)guest_tables(hw->guest);
}

/*
 * Released tables are looked at like all others, which the sanitizers have been told
 * that nobody may: hence also no memcpy(), nor what a compiler makes one of.
 */
__attribute__((no_sanitize("address")))
static void copy_words(uint64_t *to, const volatile uint64_t *from,
		       uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		to[i] = from[i];
}

/* The first of count words that is not as it was, or count. */
__attribute__((no_sanitize("address")))
static uint64_t first_changed(const uint64_t *was, const uint64_t *is,
			      uint64_t count)
{
	enum { STEP = 8 };
	uint64_t i = 0;

	for (; i + STEP <= count; i += STEP) {
		uint64_t changed = 0;

		for (unsigned k = 0; k < STEP; k++)
			changed |= was[i + k] ^ is[i + k];
		if (changed)
			break;
	}
	while (i < count && was[i] == is[i])
		i++;
	return i;
}

void hw_pool_take(struct hw *hw)
{
	hw->pool.bytes = pool_bytes(hw);
	copy_words(hw->pool.copy, pool_words(hw), hw->pool.bytes / 8);
}

/* The word behind `at' words of the table area should be that. */
static int pool_differs(struct hw *hw, uint64_t at, uint64_t was, uint64_t is,
			struct violation *violation)
{
	char expected[128], seen[128];
	const struct hw_difference d = {
		.check = CHECK_MACHINE_TABLE, .divergence = "prot",
		.depth = PT_DEPTH_UNKNOWN, .expected = expected, .seen = seen,
	};

	snprintf(expected, sizeof(expected), "0x%016" PRIx64 " at pa 0x%" PRIx64
		 ", which hardware has no reason to write", was,
		 guest_ram(hw->guest)->tables.pa + 8 * at);
	snprintf(seen, sizeof(seen), "0x%016" PRIx64, is);
	return hw_differ(hw, &d, violation);
}

int hw_pool_check(struct hw *hw, struct violation *violation)
{
	const uint64_t count = hw->pool.bytes / 8;
	const uint64_t *is = pool_words(hw);
	const uint64_t at = first_changed(hw->pool.copy, is, count);
	uint64_t word;

	if (at == count)
		return 0;
	copy_words(&word, is + at, 1);
	return pool_differs(hw, at, hw->pool.copy[at], word, violation);
}

int hw_pool_check_rest(struct hw *hw, struct violation *violation)
{
	const uint64_t *word = pool_words(hw);
	uint64_t used, most;

	run_extent(hw->run, &used, &most);
	for (uint64_t i = (most + 7) / 8; i < MACHINE_TABLES_BYTES / 8; i++)
		if (word[i])
			return pool_differs(hw, i, 0, word[i], violation);
	return 0;
}
