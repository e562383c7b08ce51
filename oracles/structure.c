/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The full sweep: raw memory against the flat model.
 *
 * The tables are followed from the roots as the words in memory say; the model
 * says what each entry must be.  Stretches of equal words are compared as
 * memory, so that an empty entry costs less than a nanosecond.
 *
 * Of the kernel part that a space shares its root's words are held against
 * those of the owner's root; what is below them is the owner's (share.h).
 */
#include "oracle.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "defect.h"
#include "model.h"

struct sweep {
	const struct oracle *oracle;
	const struct pt_memory *memory;
	const struct pt_regime *regime;
	const struct oracle_table *live;
	unsigned live_count;
	unsigned space;
	/*
	 * Entries are read with every control on: what a control turns into a
	 * reserved encoding is still what software wrote, and that is what is
	 * compared here.  Verdicts are taken in the case's own regime.
	 */
	struct pt_regime reading;
	struct flat_cursor cursor;
	/* A word that was read and found to be none, per depth. */
	uint64_t none[PT_DEPTHS];
	bool none_known[PT_DEPTHS];
	/* The stretch whose verdicts are known. */
	struct pt_verdict verdict[PT_PRIVILEGES][PT_ACCESSES];
	struct oracle_view judged;
	struct finding *finding;
};

/* One table as it lies in memory. */
struct raw_table {
	const uint8_t *host;
	uint64_t first;			/* offset of what it covers */
	unsigned depth;
};

/* The entry at p of a table at level. */
static inline uint64_t load(const struct sweep *s, const uint8_t *p,
			    const struct mmu_level *level)
{
	const bool big = s->oracle->arch->big_endian;

	if (level->half_offset)
		return bytes_get(p, 4, big) |
		       bytes_get(p + level->half_offset, 4, big) << 32;
	return bytes_get(p, level->entry_bytes, big);
}

/* Whether an entry is stored as more than one word in a row. */
static inline bool scattered(const struct mmu_level *level)
{
	return level->half_offset || level->copies > 1;
}

/*
 *			Reports
 */

static struct finding *start_finding(struct sweep *s, enum check_id check,
				     unsigned depth, uint64_t offset,
				     const char *divergence)
{
	struct finding *f = s->finding;

	*f = (struct finding){
		.check = check,
		.depth = (int8_t)depth,
		.space = (uint8_t)s->space,
		.va = model_address(s->oracle, s->space, offset),
	};
	snprintf(f->divergence, sizeof(f->divergence), "%s", divergence);
	return f;
}

static void print_seen(struct finding *f, uint64_t raw,
		       const struct mmu_entry *entry)
{
	static const char *const class[] = {
		[MMU_INVALID] = "invalid",
		[MMU_TABLE] = "table",
		[MMU_LEAF] = "leaf",
		[MMU_RESERVED] = "reserved",
	};
	char text[MODEL_ATTRS_TEXT];
	const char *name = entry->class <= MMU_RESERVED ? class[entry->class] :
							  "?";

	if (entry->class == MMU_LEAF)
		snprintf(f->seen, sizeof(f->seen),
			 "0x%" PRIx64 ": leaf pa 0x%" PRIx64 " %s%s", raw,
			 entry->pa, model_attrs_text(entry->attrs, text),
			 entry->order ? " group" : "");
	else if (entry->class == MMU_TABLE)
		snprintf(f->seen, sizeof(f->seen),
			 "0x%" PRIx64 ": table pa 0x%" PRIx64 " denies %.4s",
			 raw, entry->pa, model_attrs_text(entry->denied, text));
	else
		snprintf(f->seen, sizeof(f->seen), "0x%" PRIx64 ": %s%s", raw,
			 name, entry->empty ? " (none)" : "");
}

static void print_wanted(struct finding *f, const struct flat_segment *want)
{
	char text[MODEL_ATTRS_TEXT];

	model_attrs_text(want->attrs, text);
	if (want->kind == PT_TABLE)
		snprintf(f->expected, sizeof(f->expected), "table denies %.4s",
			 text);
	else if (want->kind == PT_LEAF)
		snprintf(f->expected, sizeof(f->expected),
			 "leaf pa 0x%" PRIx64 " %s%s", want->pa, text,
			 want->order ? " group" : "");
	else
		snprintf(f->expected, sizeof(f->expected), "%s",
			 pt_kind_name(want->kind));
}

/* What is wrong with entry where the model has *want; NULL: nothing. */
static const char *entry_divergence(const struct mmu_level *level,
				    const struct flat_segment *want,
				    const struct mmu_entry *entry)
{
	uint64_t group = pt_ones((unsigned)level->va_shift + want->order);
	bool table = want->kind == PT_TABLE, leaf = want->kind == PT_LEAF;
	unsigned class = table ? MMU_TABLE : leaf ? MMU_LEAF : MMU_INVALID;

	if (entry->class != class) {
		if (class == MMU_INVALID)
			return "ghost";
		return entry->class == MMU_INVALID ? "lost" : "kind";
	}
	if (table)
		return entry->denied != want->attrs ? "prot" : NULL;
	if (!leaf) {
		if (entry->empty == (want->kind == PT_NONE))
			return NULL;
		return entry->empty ? "lost" : "ghost";
	}
	if (entry->order != want->order)
		return "order";
	if (entry->pa != (entry->replicated ? want->pa & ~group : want->pa))
		return "pfn";
	return entry->attrs != want->attrs ? "prot" : NULL;
}

static const uint8_t *word_at(const struct sweep *s,
			      const struct raw_table *table, uint64_t offset)
{
	const struct mmu_level *level = &s->oracle->arch->level[table->depth];
	uint64_t index = (offset - table->first) >> level->va_shift;

	return table->host + index * mmu_stride(level);
}

/* Whether all copies of the entry are the same. */
static bool copies_agree(const struct sweep *s, const struct raw_table *table,
			 uint64_t offset)
{
	const struct mmu_level *level = &s->oracle->arch->level[table->depth];
	const uint8_t *p = word_at(s, table, offset);

	return level->copies <= 1 || ODEF(COPIES_ACCEPTED, false, true) ||
	       !memcmp(p, p + level->entry_bytes,
		       (level->copies - 1u) * level->entry_bytes);
}

/* Compares one entry; want->pa is that of its first byte. */
static bool check_entry(struct sweep *s, const struct raw_table *table,
			uint64_t offset, uint64_t raw,
			const struct flat_segment *want,
			struct mmu_entry *entry)
{
	const struct mmu_level *level = &s->oracle->arch->level[table->depth];
	const char *divergence;
	struct finding *f;

	s->oracle->arch->entry(&s->reading, table->depth, raw, entry);
	divergence = ODEF(ENTRY_ITSELF, entry_divergence(level, want, entry),
			  NULL);
	if (!divergence && !copies_agree(s, table, offset))
		divergence = "copies";
	if (!divergence)
		return true;
	f = start_finding(s,
			  entry->class == MMU_TABLE ? CHECK_TABLE_SET :
						      CHECK_ENTRY,
			  table->depth, offset, divergence);
	/* A table where one belongs, denying wrongly, is an entry. */
	if (want->kind == PT_TABLE)
		f->check = CHECK_ENTRY;
	print_wanted(f, want);
	print_seen(f, raw, entry);
	return false;
}

/*
 *			Entries
 */

/* A stretch of none entries: read one, then compare memory. */
static bool check_none(struct sweep *s, const struct raw_table *table,
		       const struct flat_segment *want)
{
	const struct mmu_level *level = &s->oracle->arch->level[table->depth];
	unsigned bytes = mmu_stride(level);
	uint64_t count = ((want->last - want->first) >> level->va_shift) + 1;
	const uint8_t *p = word_at(s, table, want->first);
	bool known = s->none_known[table->depth] && !scattered(level);
	bool same = known &&
		    load(s, p, level) == s->none[table->depth];

	if (ODEF(HOLES_ACCEPTED, false, true))
		return true;
	if (same && !memcmp(p, p + bytes, (size_t)(count - 1) * bytes))
		return true;
	for (uint64_t i = 0; i < count; i++, p += bytes) {
		uint64_t raw = load(s, p, level);
		struct mmu_entry entry;

		if (known && raw == s->none[table->depth])
			continue;
		if (!check_entry(s, table, want->first + (i << level->va_shift),
				 raw, want, &entry))
			return false;
		s->none[table->depth] = raw;
		s->none_known[table->depth] = true;
		known = !scattered(level);
	}
	return true;
}

/* How many of count words are in line with the first two; count >= 2. */
static uint64_t words_in_line(const struct sweep *s, const uint8_t *p,
			      unsigned bytes, uint64_t count)
{
	const bool big = s->oracle->arch->big_endian;
	uint64_t word = bytes_get(p, bytes, big), i = 1;
	const uint64_t step = bytes_get(p + bytes, bytes, big) - word;

	if (bytes == 8) {
		for (; i < count; i++)
			if (bytes_get64(p + 8 * i, big) != (word += step))
				break;
	} else {
		for (; i < count; i++)
			if (bytes_get(p + i * bytes, bytes, big) !=
			    (word += step))
				break;
	}
	return i;
}

static bool check_nth(struct sweep *s, const struct raw_table *table,
		      const struct flat_segment *segment, uint64_t n)
{
	const struct mmu_level *level = &s->oracle->arch->level[table->depth];
	uint64_t offset = segment->first + (n << level->va_shift);
	struct flat_segment want = *segment;
	struct mmu_entry entry;

	want.pa += n << level->va_shift;
	return check_entry(s, table, offset,
			   load(s, word_at(s, table, offset), level), &want,
			   &entry);
}

/*
 * A stretch of leaves, or of software entries.  Reading each through entry()
 * is the dearest part of a sweep, so of words that form a progression only the
 * first two and the last are.  That is enough: a word that is in line is right
 * as long as the encoding of consecutive addresses is in line, and where it
 * stops to be, the last word, being in line still, would be wrong.
 */
static bool check_run(struct sweep *s, const struct raw_table *table,
		      const struct flat_segment *segment)
{
	const struct mmu_level *level = &s->oracle->arch->level[table->depth];
	uint64_t count = ((segment->last - segment->first) >> level->va_shift) +
			 1;
	const uint8_t *p = word_at(s, table, segment->first);

	for (uint64_t i = 0, n; i < count; i += n) {
		n = 1;
		if (!check_nth(s, table, segment, i))
			return false;
		if (i + 1 == count || ODEF(RUN_FIRST_ONLY, false, true))
			break;
		if (scattered(level))
			continue;
		n = words_in_line(s, p + i * level->entry_bytes,
				  level->entry_bytes, count - i);
		if (!check_nth(s, table, segment, i + 1) ||
		    !check_nth(s, table, segment, i + n - 1))
			return false;
	}
	return true;
}

/*
 *			Tables
 */

/* The place of pa in the sorted live tables, or live_count. */
static unsigned find_live(const struct sweep *s, uint64_t pa)
{
	unsigned low = 0, high = s->live_count;

	while (low < high) {
		unsigned middle = low + (high - low) / 2;

		if (s->live[middle].pa < pa)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < s->live_count && s->live[low].pa == pa)
		return low;
	return s->live_count;
}

/* Notes that the table at pa is reachable; finds it in memory. */
static bool reach_table(struct sweep *s, struct raw_table *table, uint64_t pa)
{
	uint64_t bytes = s->oracle->table_bytes[table->depth];
	unsigned at = find_live(s, pa);
	enum check_id check = CHECK_NONE;
	struct finding *f;

	table->host = pt_memory_at(s->memory, pa, bytes);
	if (!table->host || at == s->live_count || s->live[at].bytes != bytes)
		check = CHECK_TABLE_GHOST;
	else if (s->oracle->scratch->reached[at] &&
		 ODEF(TWICE_ACCEPTED, true, false))
		check = CHECK_TABLE_SHARED;
	if (check == CHECK_NONE) {
		s->oracle->scratch->reached[at] = 1;
		return true;
	}
	f = start_finding(s, check, table->depth, table->first, "ghost");
	snprintf(f->expected, sizeof(f->expected),
		 "a live table of %" PRIu64 " bytes, reachable once", bytes);
	snprintf(f->seen, sizeof(f->seen), "0x%" PRIx64 " %s", pa,
		 check == CHECK_TABLE_SHARED ? "is reachable twice" :
		 !table->host		     ? "is outside memory" :
		 at == s->live_count	     ? "is not live" :
					       "has another length");
	return false;
}

/* One entry of the sharer's root; raw is what is there, if it is not none. */
static void report_shared(struct sweep *s, uint64_t entry, bool none,
			  uint64_t raw)
{
	const struct oracle *o = s->oracle;
	const struct share *share = &o->share;
	const unsigned top = o->geometry.top;
	const char *divergence = none			? "lost" :
				 share->present[entry] ? "kind" :
							 "ghost";
	struct mmu_entry seen;
	struct finding *f = start_finding(
		s, CHECK_SHARED_PART, top,
		share->first + (entry << o->geometry.shift[top]), divergence);

	snprintf(f->expected, sizeof(f->expected), "%s",
		 share->present[entry] ? "the words of the owner's root" :
		 share->synced	       ? "none: it was not copied yet" :
					 "none, as in the owner's root");
	o->arch->entry(&s->reading, top, raw, &seen);
	print_seen(f, raw, &seen);
}

/* What a root has of the other space: its words are those of the owner's. */
static bool check_shared(struct sweep *s)
{
	const struct oracle *o = s->oracle;
	const struct share *share = &o->share;

	if (!share_is_sharer(o, s->space) ||
	    ODEF(SHARED_ACCEPTED, false, true))
		return true;
	for (uint64_t i = 0; i < share->entries; i++) {
		uint64_t raw;
		bool none;

		if (share_words_equal(o, s->memory, s->regime, i) &&
		    (!share->synced || share->present[i]))
			continue;
		none = share_word_none(o, s->memory, &s->reading, i, &raw);
		/* Of what was not copied yet only this is known. */
		if (share->synced && !share->present[i] && none)
			continue;
		report_shared(s, i, none, raw);
		return false;
	}
	return true;
}

/* The last offset of a table at depth that s->space has for itself. */
static uint64_t last_own(const struct sweep *s, unsigned depth, uint64_t first)
{
	if (depth == s->oracle->geometry.top)
		return share_own_last(s->oracle, s->space);
	return first | pt_ones(s->oracle->geometry.table_shift[depth]);
}

/* Checks the table at pa and all below it.  Recurses at most 4 deep. */
static bool sweep_table(struct sweep *s, unsigned depth, uint64_t first,
			uint64_t pa)
{
	const struct oracle *o = s->oracle;
	uint64_t last = last_own(s, depth, first);
	struct raw_table table = { .first = first, .depth = depth };
	struct flat_segment want;

	if (!reach_table(s, &table, pa))
		return false;
	for (uint64_t at = first;; at = want.last + 1) {
		bool ok;

		flat_read(&o->space[s->space], &s->cursor, depth, at, last,
			  &want);
		if (want.kind == PT_TABLE) {
			uint64_t raw = load(s, word_at(s, &table, at),
					    &o->arch->level[depth]);
			struct mmu_entry entry;

			ok = check_entry(s, &table, at, raw, &want, &entry) &&
			     sweep_table(s, depth + 1, at, entry.pa);
		} else if (ODEF(SWEEP_FIRST_TABLE, false,
				depth != o->geometry.top)) {
			ok = true;
		} else if (want.kind == PT_NONE) {
			ok = check_none(s, &table, &want);
		} else {
			ok = check_run(s, &table, &want);
		}
		if (!ok || want.last == last ||
		    ODEF(SWEEP_FIRST_STRETCH, false, true))
			return ok;
	}
}

/* What a call of oracle_each_table() asked for. */
struct each {
	bool (*fn)(void *context, const struct oracle_reached *table);
	void *context;
};

/*
 * How many entries after the one at p, of those left, repeat it, as far as this
 * is cheap to say.
 */
static uint64_t repeated(const uint8_t *p, unsigned stride, uint64_t left)
{
	uint64_t count = 0;

	while (left - count >= 32 &&
	       !memcmp(p + count * stride, p + (count + 1) * stride,
		       32 * (size_t)stride))
		count += 32;
	return count;
}

/*
 * Reports the table at pa and, unless it is the one that the entry before leads
 * to, all below it, as its words say: a table full of pointers to one table is
 * read once.  Recurses at most 4 deep.
 */
static bool report_tables(struct sweep *s, const struct each *each,
			  unsigned depth, uint64_t first, uint64_t pa,
			  uint32_t denied, bool again)
{
	const struct oracle *o = s->oracle;
	const struct mmu_level *level = &o->arch->level[depth];
	const struct oracle_reached reached = {
		.pa = pa,
		.bytes = o->table_bytes[depth],
		.first = model_address(o, s->space, first),
		.space = (uint8_t)s->space,
		.depth = (uint8_t)depth,
		.denied = denied,
	};
	const uint8_t *p = pt_memory_at(s->memory, pa, reached.bytes);
	uint64_t last = last_own(s, depth, first), before = UINT64_MAX;

	if (!each->fn(each->context, &reached))
		return false;
	if (!p || depth == PT_PTE || again ||
	    ODEF(REACHED_ROOT_ONLY, false, true))
		return true;
	for (uint64_t at = first;; p += mmu_stride(level)) {
		uint64_t raw = load(s, p, level), same;
		struct mmu_entry entry = { .class = MMU_INVALID };

		/* Most are none, and none is one word nearly always. */
		if (!s->none_known[depth] || raw != s->none[depth])
			o->arch->entry(&s->reading, depth, raw, &entry);
		if (entry.class == MMU_INVALID && entry.empty) {
			s->none[depth] = raw;
			s->none_known[depth] = true;
		}
		if (entry.class == MMU_INVALID) {
			same = repeated(p, mmu_stride(level),
					(last - at) >> level->va_shift);
			p += same * mmu_stride(level);
			at += same << level->va_shift;
		}
		if (entry.class == MMU_TABLE) {
			if (!report_tables(s, each, depth + 1, at, entry.pa,
					   entry.denied, entry.pa == before))
				return false;
			before = entry.pa;
		}
		if ((at | pt_ones(level->va_shift)) == last)
			return true;
		at += UINT64_C(1) << level->va_shift;
	}
}

bool oracle_each_table(const struct oracle *oracle,
		       const struct pt_memory *memory,
		       const struct pt_regime *regime,
		       bool (*fn)(void *context,
				  const struct oracle_reached *table),
		       void *context)
{
	const struct each each = { .fn = fn, .context = context };
	struct sweep s = {
		.oracle = oracle,
		.memory = memory,
		.regime = regime,
		.reading = *regime,
	};

	if (!oracle->arch->walks || ODEF(MMU_UNASKED, false, true))
		return true;
	s.reading.control = UINT32_MAX;
	for (s.space = 0; s.space < PT_SPACES; s.space++)
		if (!report_tables(&s, &each, oracle->geometry.top, 0,
				   regime->root[s.space], 0, false))
			return false;
	return true;
}

/* Every live table was reached from a root. */
static bool check_lost(struct sweep *s)
{
	for (unsigned i = 0; i < s->live_count; i++) {
		struct finding *f;

		if (s->oracle->scratch->reached[i])
			continue;
		f = start_finding(s, CHECK_TABLE_LOST, 0, 0, "leak");
		f->depth = PT_DEPTH_UNKNOWN;
		f->space = 0;
		f->va = 0;
		snprintf(f->expected, sizeof(f->expected),
			 "every live table is reachable from a root");
		snprintf(f->seen, sizeof(f->seen),
			 "0x%" PRIx64 ", %" PRIu64 " bytes, is not",
			 s->live[i].pa, s->live[i].bytes);
		return false;
	}
	return true;
}

/* No host memory counts as a finding: the sweep was not made. */
static bool prepare(struct sweep *s)
{
	struct model_scratch *scratch = s->oracle->scratch;

	if (s->live_count > scratch->capacity) {
		size_t want = (size_t)s->live_count * 2;
		uint8_t *bigger = realloc(scratch->reached, want);

		if (!bigger) {
			start_finding(s, CHECK_ARENA, 0, 0, "count");
			snprintf(s->finding->seen, sizeof(s->finding->seen),
				 "no host memory for the sweep");
			return false;
		}
		scratch->reached = bigger;
		scratch->capacity = want;
	}
	if (s->live_count)
		memset(scratch->reached, 0, s->live_count);
	return true;
}

/*
 *			Verdicts
 */

/* Whether the two views have the same verdicts. */
static bool judged_alike(const struct oracle_view *a,
			 const struct oracle_view *b)
{
	return a->canonical && a->kind == b->kind && a->depth == b->depth &&
	       a->attrs == b->attrs && a->denied == b->denied &&
	       a->reserved == b->reserved;
}

static bool check_boundary(void *context, const struct oracle_view *view,
			   uint64_t va)
{
	struct sweep *s = context;

	if (!judged_alike(&s->judged, view)) {
		model_verdicts(s->oracle, view, s->verdict);
		s->judged = *view;
	}
	return model_check_view(s->oracle, s->memory, s->regime, s->space, va,
				view, s->verdict, s->finding);
}

bool oracle_sweep(const struct oracle *oracle, const struct pt_memory *memory,
		  const struct pt_regime *regime,
		  const struct oracle_table *live, unsigned live_count,
		  struct finding *finding)
{
	struct sweep s = {
		.oracle = oracle,
		.memory = memory,
		.regime = regime,
		.live = live,
		.live_count = live_count,
		.reading = *regime,
		.finding = finding,
	};

	if (!oracle->arch->walks || ODEF(MMU_UNASKED, false, true))
		return true;
	s.reading.control = UINT32_MAX;
	if (!prepare(&s))
		return false;
	for (s.space = 0; s.space < ODEF(SWEEP_FIRST_SPACE, PT_SPACES, 1);
	     s.space++) {
		s.cursor = (struct flat_cursor){ 0 };
		if (!sweep_table(&s, oracle->geometry.top, 0,
				 regime->root[s.space]) ||
		    !check_shared(&s) ||
		    /* What lies inside a stretch has been read entry by entry. */
		    !model_each_boundary(oracle, s.space, false,
					 check_boundary, &s))
			return false;
	}
	s.space = 0;
	/* What was not swept is not lost. */
	return ODEF(SWEEP_FIRST_SPACE, false, true) ||
	       ODEF(LOST_ACCEPTED, false, true) || check_lost(&s);
}
