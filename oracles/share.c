/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel part that the two spaces have in common (share.h).
 *
 * Source: include/tablewalk/share.h, the text.
 */
#include "share.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "defect.h"
#include "model.h"

static unsigned sharer_of(const struct share *share)
{
	return (share->owner + 1u) % PT_SPACES;
}

bool share_create(struct oracle *oracle)
{
	struct share *s = &oracle->share;
	const unsigned top = oracle->geometry.top;
	const uint64_t entries = UINT64_C(1)
				 << oracle->arch->level[top].index_bits;

	/* Those with an index of at least half their number; of one, none. */
	s->entries = entries / 2;
	s->first = (entries - s->entries) << oracle->geometry.shift[top];
	if (!s->entries)
		return true;
	s->owned = calloc((size_t)s->entries, sizeof(*s->owned));
	s->present = calloc((size_t)s->entries, sizeof(*s->present));
	return s->owned && s->present;
}

void share_destroy(struct oracle *oracle)
{
	free(oracle->share.owned);
	free(oracle->share.present);
}

void share_reset(struct oracle *oracle)
{
	oracle->share.active = false;
}

bool share_is_sharer(const struct oracle *oracle, unsigned space)
{
	return oracle->share.active && oracle->share.owner != space;
}

uint64_t share_own_last(const struct oracle *oracle, unsigned space)
{
	const struct share *s = &oracle->share;

	if (!share_is_sharer(oracle, space) || !s->entries)
		return oracle->geometry.last;
	return s->first - 1;
}

unsigned share_owner_of(const struct oracle *oracle, unsigned space,
			uint64_t offset)
{
	return offset > share_own_last(oracle, space) ? oracle->share.owner :
							space;
}

int share_refuses(const struct oracle *oracle, unsigned space, uint64_t first,
		  uint64_t last)
{
	const uint64_t own = share_own_last(oracle, space);

	return first > own || last > own ? -EBUSY : 0;
}

/*
 *			The owner's root
 */

static uint64_t entry_of(const struct oracle *oracle, uint64_t offset)
{
	return (offset - oracle->share.first) >>
	       oracle->geometry.shift[oracle->geometry.top];
}

/* Which root entries of the owner's kernel part are not none. */
static void read_owner(struct oracle *oracle)
{
	struct share *s = &oracle->share;
	const struct flat_space *owner = &oracle->space[s->owner];
	const unsigned top = oracle->geometry.top;

	memset(s->owned, 0, (size_t)s->entries * sizeof(*s->owned));
	if (top < PT_PTE) {
		const struct flat_tables *t = &owner->table[top + 1];
		size_t i = flat_seek_table(owner, top + 1, 0, s->first);

		for (; i < t->count; i++)
			s->owned[entry_of(oracle, t->start[i])] = true;
	}
	for (size_t i = flat_seek(owner, 0, s->first); i < owner->extents;
	     i++) {
		const struct flat_extent *e = &owner->extent[i];
		uint64_t at = e->first > s->first ? e->first : s->first;
		uint64_t end = entry_of(oracle, e->last);

		for (uint64_t n = entry_of(oracle, at); n <= end; n++)
			s->owned[n] = true;
	}
}

/*
 * Which ones the sharer has then.  What is replaced was not none when the
 * operation began, even if it is broken before it is made.
 */
static void follow_owner(struct share *s)
{
	for (uint64_t i = 0; i < s->entries; i++)
		s->present[i] = s->owned[i] && (!s->synced || s->present[i]);
}

/*
 *			The copy in the sharer
 */

static bool copy_extents(const struct flat_space *from, struct flat_space *to,
			 uint64_t first, uint64_t last)
{
	for (size_t i = flat_seek(from, 0, first);
	     i < from->extents && from->extent[i].first <= last; i++) {
		struct flat_extent part = from->extent[i];

		if (part.first < first) {
			part.pa = flat_pa(&part, first);
			part.first = first;
		}
		if (part.last > last)
			part.last = last;
		if (!flat_reserve(to, 0))
			return false;
		flat_add(to, &part);
	}
	return true;
}

/* The tables below the root, and what they take away; to has none behind. */
static bool copy_tables(const struct flat_space *from, struct flat_space *to,
			uint64_t first, uint64_t last)
{
	for (unsigned d = from->geometry->top + 1u; d < PT_DEPTHS; d++) {
		struct flat_tables *t = &to->table[d];
		size_t begin, end;

		flat_table_range(from, d, first, last, &begin, &end);
		if (begin == end)
			continue;
		if (!flat_reserve(to, end - begin))
			return false;
		memcpy(&t->start[t->count], &from->table[d].start[begin],
		       (end - begin) * sizeof(*t->start));
		t->count += end - begin;
	}
	for (size_t i = 0; i < from->denials; i++) {
		const struct flat_denial *d = &from->denial[i];

		if (d->first < first || d->last > last)
			continue;
		if (!flat_reserve(to, 0))
			return false;
		flat_deny(to, d->depth, d->first, d->denied);
	}
	return true;
}

/* Puts what the sharer has of the owner's kernel part where it has it. */
static bool mirror(struct oracle *oracle)
{
	const struct share *s = &oracle->share;
	const unsigned top = oracle->geometry.top;
	const unsigned shift = oracle->geometry.shift[top];
	const struct flat_space *from = &oracle->space[s->owner];
	struct flat_space *to = &oracle->space[sharer_of(s)];

	if (!flat_reserve(to, 0))
		return false;
	flat_remove(to, s->first, oracle->geometry.last);
	for (unsigned d = top + 1; d < PT_DEPTHS; d++)
		flat_drop_tables(to, d, s->first, oracle->geometry.last);
	for (uint64_t i = 0, end; i < s->entries; i = end) {
		uint64_t first = s->first + (i << shift);

		for (end = i; end < s->entries && s->present[end];)
			end++;
		if (end == i) {
			end++;
			continue;
		}
		if (!copy_tables(from, to, first,
				 s->first + ((end - 1) << shift) +
					 pt_ones(shift)) ||
		    !copy_extents(from, to, first,
				  s->first + ((end - 1) << shift) +
					  pt_ones(shift)))
			return false;
	}
	return true;
}

/*
 * Whether an operation of that kind may change what is shared.  The sharer has
 * four that reach the owner or what it has of it; all else it does is refused
 * there, or elsewhere.  What a walk carries out comes here as itself.
 */
static bool may_change(const struct oracle *oracle, unsigned kind)
{
	switch (kind) {
	case OP_NOP:
	case OP_TRANSLATE:
	case OP_SWITCH:
	case OP_WALK:
	case OP_FAIL:
	case OP_DUMP:
	case OP_CTOR_FAIL:
	case OP_VMA:
	case OP_OWNER:
	case OP_DURING:
	case OP_POKE:
	case OP_CLONE:
	case OP_POISON:
	/* Refused while a kernel part is shared. */
	case OP_SHADOW:
	case OP_IDENTITY:
		return false;
	case OP_SHARE:
	case OP_SYNC:
	case OP_COPY:
	case OP_PAIR:
		return true;
	default:
		return !share_is_sharer(oracle, oracle->current);
	}
}

bool share_update(struct oracle *oracle, unsigned kind)
{
	struct share *s = &oracle->share;

	if (!s->active || !s->entries || !may_change(oracle, kind) ||
	    ODEF(MIRROR_FORGOTTEN, false, true))
		return true;
	read_owner(oracle);
	follow_owner(s);
	return mirror(oracle);
}

/*
 *			Operations
 */

/* Whether no entry of the kernel part of the space's root is anything. */
static bool is_empty(const struct oracle *oracle, unsigned space)
{
	const struct flat_space *flat = &oracle->space[space];
	const uint64_t first = oracle->share.first;
	const unsigned top = oracle->geometry.top;

	if (!oracle->share.entries)
		return true;
	if (flat_occupied(flat, first, oracle->geometry.last))
		return false;
	return top == PT_PTE ||
	       flat_seek_table(flat, top + 1, 0, first) ==
		       flat->table[top + 1].count;
}

int share_expect_share(struct oracle *oracle, const struct op *op)
{
	struct share *s = &oracle->share;

	if (oracle->arch->two_roots)
		return -EOPNOTSUPP;
	if (s->active)
		return -EBUSY;
	if (!is_empty(oracle, oracle->current))
		return -EEXIST;
	s->active = true;
	s->synced = op->nth == 1;
	s->owner = (uint8_t)((oracle->current + 1u) % PT_SPACES);
	/* With what is in it now: all that is there. */
	for (uint64_t i = 0; i < s->entries; i++)
		s->present[i] = true;
	return 0;
}

int share_expect_sync(struct oracle *oracle, const struct op *op)
{
	struct share *s = &oracle->share;
	uint64_t offset, entry;

	if (!share_is_sharer(oracle, oracle->current))
		return -EINVAL;
	if (!model_offset(oracle, oracle->current, op->va, &offset) ||
	    offset <= share_own_last(oracle, oracle->current) || !s->entries)
		return -ERANGE;
	entry = entry_of(oracle, offset);
	if (!s->owned[entry])
		return -ENOENT;
	if (s->present[entry])
		return 0;
	s->present[entry] = true;
	return 1;
}

/*
 *			Memory
 */

static const uint8_t *word_at(const struct oracle *oracle,
			      const struct pt_memory *memory, uint64_t root,
			      uint64_t entry)
{
	const unsigned top = oracle->geometry.top;
	const uint8_t *host = pt_memory_at(memory, root,
					   oracle->table_bytes[top]);
	const struct mmu_level *level = &oracle->arch->level[top];
	uint64_t own = (UINT64_C(1) << level->index_bits) -
		       oracle->share.entries;

	return host ? host + (own + entry) * mmu_stride(level) : NULL;
}

bool share_words_equal(const struct oracle *oracle,
		       const struct pt_memory *memory,
		       const struct pt_regime *regime, uint64_t entry)
{
	const struct share *s = &oracle->share;
	const struct mmu_level *level = &oracle->arch->level
						 [oracle->geometry.top];
	const uint8_t *a = word_at(oracle, memory, regime->root[s->owner],
				   entry);
	const uint8_t *b = word_at(oracle, memory, regime->root[sharer_of(s)],
				   entry);

	if (!a || !b)
		return false;
	return !memcmp(a, b, mmu_stride(level)) &&
	       (!level->half_offset ||
		!memcmp(a + level->half_offset, b + level->half_offset,
			mmu_stride(level)));
}

bool share_word_none(const struct oracle *oracle,
		     const struct pt_memory *memory,
		     const struct pt_regime *regime, uint64_t entry,
		     uint64_t *raw)
{
	const unsigned top = oracle->geometry.top;
	const struct mmu_level *level = &oracle->arch->level[top];
	const bool big = oracle->arch->big_endian;
	const uint8_t *p = word_at(oracle, memory,
				   regime->root[sharer_of(&oracle->share)],
				   entry);
	struct mmu_entry read;

	*raw = 0;
	if (!p)
		return false;
	if (level->half_offset)
		*raw = bytes_get(p, 4, big) |
		       bytes_get(p + level->half_offset, 4, big) << 32;
	else
		*raw = bytes_get(p, level->entry_bytes, big);
	oracle->arch->entry(regime, top, *raw, &read);
	/* Of copies one is as good as the others. */
	return read.class == MMU_INVALID && read.empty &&
	       (level->copies <= 1 ||
		!memcmp(p, p + level->entry_bytes,
			(level->copies - 1u) * level->entry_bytes));
}
