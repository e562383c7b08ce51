/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A kernel part shared by two spaces.
 *
 * The root of an owner knows who shares it (struct pt_table): the writers of
 * pt_entry.h pass on what they store there, and nothing else has to know.
 *
 * Source: include/tablewalk/share.h.
 */
#include <errno.h>

#include <tablewalk/check.h>
#include <tablewalk/share.h>

#include "pgtable.h"

/* Entry number index of the root, which is that of the space. */
static struct pt_entry root_read(const struct pt_space *space,
				 const struct pt_table *root, unsigned index)
{
	return pt_read_entry(space->format, space->format->top, root, index);
}

static const struct pt_level *root_level(const struct pt_space *space)
{
	return &space->format->level[space->format->top];
}

/* Whether the sharer gets e in the place of old. */
static bool is_passed_on(const struct pt_space *sharer, struct pt_entry old,
			 struct pt_entry e)
{
	const struct pt_level *l = root_level(sharer);
	bool was_none = pt_is_none(l, old);
	bool is_none = pt_is_none(l, e);

	if (was_none)
		return !sharer->synced ||
		       MUT(SYNCED_VISIBLE_AT_ONCE, false, true);
	return is_none ? MUT(SHARE_REMOVAL_MISSED, true, false) :
			 MUT(SHARE_CHANGE_MISSED, true, false);
}

/* The word of struct pt_space.broken, and the bit in it, of that entry. */
static uint64_t *broken_word(struct pt_space *sharer, unsigned index,
			     uint64_t *bit)
{
	unsigned at = index - pt_kernel_first(sharer->format);

	pt_check(at / 64 < PT_BROKEN_WORDS);
	*bit = UINT64_C(1) << at % 64;
	return &sharer->broken[at / 64];
}

void pt_share_break(struct pt_space *sharer, unsigned index)
{
	const struct pt_table root = pt_root_open(sharer);
	uint64_t bit, *word;

	if (index < pt_kernel_first(sharer->format) ||
	    pt_is_none(root_level(sharer), root_read(sharer, &root, index)))
		return;
	word = broken_word(sharer, index, &bit);
	*word |= bit;
}

/* Whether the entry was broken; it is not any more. */
static bool was_broken(struct pt_space *sharer, unsigned index)
{
	uint64_t bit, *word;
	bool was;

	if (!sharer->format->break_before_make)
		return false;
	word = broken_word(sharer, index, &bit);
	was = *word & bit;
	*word &= ~bit;
	return was;
}

void pt_share_store(struct pt_space *sharer, unsigned index, struct pt_entry e)
{
	const struct pt_format *f = sharer->format;
	const struct pt_table root = pt_root_open(sharer);
	struct pt_entry old;

	if (index < pt_kernel_first(f))
		return;
	old = root_read(sharer, &root, index);
	if (is_passed_on(sharer, old, e) ||
	    (!pt_is_none(root_level(sharer), e) && was_broken(sharer, index)))
		pt_write_entry(f, f->top, &root, index, e);
}

static bool translate_alike(const struct pt_space *a, const struct pt_space *b)
{
	return a->format->va_rule != PT_VA_ROOTS || !a->number == !b->number;
}

static int share_error(const struct pt_space *to, const struct pt_space *owner)
{
	unsigned entries = pt_table_entries(to->format, to->format->top);
	struct pt_table root;

	if (to == owner || to->format != owner->format)
		return -EINVAL;
	if (!translate_alike(to, owner))
		return -EOPNOTSUPP;
	if (to->kernel || to->sharer || owner->kernel || owner->sharer)
		return -EBUSY;
	root = pt_root_open(to);
	for (unsigned i = pt_kernel_first(to->format); i < entries; i++)
		if (!pt_is_none(root_level(to), root_read(to, &root, i)))
			return -EEXIST;
	return 0;
}

/* Makes an entry of the space what it is in the owner; whether it was not. */
static bool copy_entry(const struct pt_space *space,
		       const struct pt_space *owner, unsigned index)
{
	const struct pt_format *f = space->format;
	const struct pt_table root = pt_root_open(space);
	const struct pt_table from = pt_root_open(owner);
	struct pt_entry e = root_read(owner, &from, index);

	if (root_read(space, &root, index).raw == e.raw)
		return false;
	pt_write_entry(f, f->top, &root, index, e);
	return true;
}

int pt_share_kernel(struct pt_space *to, struct pt_space *owner,
		    enum pt_share how)
{
	unsigned entries = pt_table_entries(to->format, to->format->top);
	int ret = share_error(to, owner);

	if (ret)
		return ret;
	for (unsigned i = pt_kernel_first(to->format) +
			  MUT(SHARE_FIRST_MISSED, 0u, 1u); i < entries; i++)
		copy_entry(to, owner, i);
	to->kernel = owner;
	to->synced = how == PT_SHARE_SYNCED;
	owner->sharer = to;
	return 0;
}

int pt_sync_kernel(struct pt_space *space, uint64_t va)
{
	const struct pt_space *owner = space->kernel;
	const struct pt_format *f = space->format;
	unsigned index = pt_index(f, f->top, va);
	struct pt_table root;

	if (!owner)
		return -EINVAL;
	if (!pt_range_translated(space, va, va) ||
	    index < pt_kernel_first(f))
		return -ERANGE;
	root = pt_root_open(owner);
	if (pt_is_none(root_level(owner), root_read(owner, &root, index)))
		return -ENOENT;
	return MUT(SYNC_COPIES_NOTHING, copy_entry(space, owner, index), 0);
}

/*
 * What was cached of the entries is forgotten in the owner's name, as all that
 * is shared, before the owner can release anything.
 */
void pt_unshare_kernel(struct pt_space *space)
{
	const struct pt_format *f = space->format;
	const unsigned entries = pt_table_entries(f, f->top);
	struct pt_space *owner = space->kernel;
	struct pt_stale stale;
	struct pt_table root;

	if (!owner)
		return;
	stale = pt_stale_open(owner);
	root = pt_root_open(space);
	for (unsigned i = pt_kernel_first(f); i < entries; i++) {
		struct pt_entry e = root_read(space, &root, i);

		if (pt_is_none(root_level(space), e))
			continue;
		pt_stale_note(&stale, f->top, pt_root_entry_va(space, i),
			      pt_entry_kind(f, f->top, e), e);
		pt_write_entry(f, f->top, &root, i,
			       pt_none_entry(root_level(space)));
	}
	pt_stale_flush(&stale);
	owner->sharer = NULL;
	space->kernel = NULL;
	space->synced = false;
}
