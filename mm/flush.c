/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Invalidation; see flush.h.
 *
 * Source: include/tablewalk/table_ops.h, struct pt_flush.
 */
#include "flush.h"

static bool is_empty(const struct pt_stale *stale)
{
	return stale->va > stale->last;
}

void pt_stale_add(struct pt_stale *stale, unsigned depth, uint64_t va,
		  enum pt_kind kind, struct pt_entry e)
{
	const struct pt_level *l = &stale->space->format->level[depth];
	int8_t leaf_depth = PT_DEPTH_UNKNOWN;
	unsigned shift = l->va_shift;

	/* Hardware uses leaves and tables; what a bad entry is nobody knows. */
	if (kind == PT_LEAF) {
		leaf_depth = (int8_t)depth;
		shift += MUT(FLUSH_GROUP_AS_ENTRY, pt_leaf_order(l, e), 0u);
		shift = MUT(FLUSH_LARGE_AS_PAGE, shift,
			    stale->space->format->page_shift);
	} else if (kind == PT_TABLE || kind == PT_BAD) {
		stale->tables = true;
		leaf_depth = (int8_t)MUT(FLUSH_TABLE_HINT, leaf_depth,
					 (int)depth);
	} else {
		return;
	}
	if (is_empty(stale))
		stale->depth = leaf_depth;
	else if (stale->depth != leaf_depth &&
		 MUT(FLUSH_FIRST_DEPTH, true, false))
		stale->depth = PT_DEPTH_UNKNOWN;
	if ((va & ~pt_ones(shift)) < stale->va ||
	    MUT(FLUSH_LAST_ONLY, false, true))
		stale->va = va & ~pt_ones(shift);
	if ((va | pt_ones(shift)) > stale->last)
		stale->last = va | pt_ones(shift);
	if (MUT(FLUSH_BEFORE_STORE, false, true))
		pt_stale_flush(stale);
}

void pt_stale_note_leaf(struct pt_stale *stale, unsigned depth, uint64_t va,
			struct pt_entry old, struct pt_entry e)
{
	const struct pt_level *l = &stale->space->format->level[depth];
	const struct pt_leaf_layout *leaf;
	struct pt_entry same = old;

	if (!stale->wanted)
		return;
	/* What old would be if hardware had made e's flags of it. */
	leaf = pt_layout_of(l, old);
	if (leaf->accessed.mask)
		same.raw = pt_flag_write(&leaf->accessed, same.raw,
					 pt_flag_read(&leaf->accessed, e.raw));
	if (leaf->dirty.mask && pt_flag_read(&leaf->dirty, e.raw))
		same.raw = pt_flag_write(&leaf->dirty, same.raw, true);
	same = pt_derive(leaf, same);
	if (same.raw != e.raw)
		pt_stale_add(stale, depth, va, PT_LEAF, old);
}

/* The defects that make a flush say less than it should; false: nothing. */
static bool spoil(const struct pt_format *f, struct pt_flush *flush)
{
	const uint64_t page = pt_span(f, PT_PTE);

	if (MUT(FLUSH_WRONG_DEPTH, false, flush->depth != PT_DEPTH_UNKNOWN))
		flush->depth = flush->depth == PT_PTE ? PT_PMD : PT_PTE;
	if (MUT(FLUSH_WRONG_SPACE, false, true))
		flush->space ^= 1;
	if (MUT(FLUSH_NO_TABLES, false, true))
		flush->tables = false;
	if (MUT(FLUSH_END_WRAPS, false,
		flush->last == pt_ones(f->va_word_bits)))
		return false;
	if (MUT(FLUSH_SHORT, true, false))
		return true;
	if (flush->last - flush->va < page)
		return false;
	flush->last -= page;
	return true;
}

void pt_stale_flush_broken(struct pt_stale *stale, uint64_t bytes)
{
	struct pt_stale part = *stale;

	/*
	 * The defects put off to the end what they leave out here, and name no
	 * depth: they are mistakes between break and make only.
	 */
	if (MUT(BBM_NO_FLUSH, false, true))
		return;
	if (MUT(BBM_FLUSH_SHORT, true, !bytes || is_empty(stale))) {
		pt_stale_flush(stale);
		return;
	}
	if (part.last - part.va > bytes - 1)
		part.last = part.va + (bytes - 1);
	part.unsure = true;
	pt_stale_tell(&part);
}

void pt_stale_tell(struct pt_stale *stale)
{
	const struct pt_space *space = stale->space;
	struct pt_flush flush = {
		.va = stale->va, .last = stale->last,
		.depth = stale->unsure ? PT_DEPTH_UNKNOWN : stale->depth,
		.tables = stale->tables,
		.space = (uint8_t)space->number,
	};

	*stale = pt_stale_open(space);
	if (spoil(space->format, &flush))
		space->env->flush(space->env->context, &flush);
}
