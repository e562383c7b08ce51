/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A kernel part that two spaces have in common: include/tablewalk/share.h.  A
 * sentence in quotes is the header's.  What is refused is in test_share_busy.c.
 */
#include "sharing.h"

#include <errno.h>

#include <tablewalk/ptdump.h>
#include <tablewalk/vpte.h>
#include <tablewalk/walk.h>

#include "../../mm/pt_entry.h"

static const enum pt_share both[] = { PT_SHARE_POINTER, PT_SHARE_SYNCED };

/* Maps two pages of the owner at the start of its kernel part. */
static void map_pages(struct sharing *s)
{
	assert_int_equal(sharing_map(s, OWNER, sharing_first(s), PT_PTE, 2),
			 0);
}

/*
 * "Every store to an entry of the kernel part of the owner's root is made in the
 * sharer's root as well, before anything else is stored or released", whatever
 * is done to either space; and "the entries of the two roots are equal there",
 * "both translate it alike", and the tables are found as they should be.
 */
static void rules_hold_after_any_operations(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_POINTER)); i++) {
		sharing_exercise(s, 0x5eed + i, 400);
		sharing_close(state);
	}
}

/*
 * "With PT_SHARE_SYNCED there is one exception [...]: an entry that is none in
 * the sharer stays none, whatever becomes of the owner's, until pt_sync_kernel()
 * copies it."
 */
static void rules_of_synced_parts_hold_after_any_operations(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_SYNCED)); i++) {
		sharing_exercise(s, 0xfeed + i, 400);
		sharing_close(state);
	}
}

/* The random operations do reach the sharer's root, in most formats often. */
static void exercise_reaches_the_roots(void **state)
{
	struct sharing *s;
	unsigned often = 0, formats = 0;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_POINTER));
	     i++, formats++) {
		sharing_exercise(s, 77 + i, 300);
		often += s->mirrored >= 5;
		assert_true(s->mirrored > 0);
		sharing_close(state);
	}
	assert_true(often > formats / 2);
}

/* "with what is in it now", and the lower half is no concern of it. */
static void sharing_takes_what_is_there(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open(state, i)); i++) {
		map_pages(s);
		assert_int_equal(sharing_map(s, OWNER, 0, PT_PTE, 1), 0);
		assert_int_equal(sharing_share(s, both[i % 2]), 0);
		sharing_check(s);
		sharing_assert_alike(s, sharing_first(s));
		sharing_assert_hidden(s, 0);
		assert_true(s->space[SHARER].kernel == &s->space[OWNER]);
		assert_true(s->space[OWNER].sharer == &s->space[SHARER]);
		assert_true(!s->space[OWNER].kernel &&
			    !s->space[SHARER].sharer);
		assert_int_equal(s->space[SHARER].synced, i % 2);
		sharing_close(state);
	}
}

/* "Allocates nothing", releases nothing, and stores to one root only. */
static void sharing_allocates_nothing(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open(state, i)); i++) {
		map_pages(s);
		sharing_forget(s);
		s->fail_in = 1;
		assert_int_equal(sharing_share(s, both[i % 2]), 0);
		assert_int_equal(s->fail_in, 1);
		assert_int_equal(s->allocations + s->releases, 0);
		assert_int_equal(s->stores, 1);
		s->fail_in = 0;
		sharing_close(state);
	}
}

/* "The *kernel part* [...] (those with an index of at least half their number)" */
static void kernel_part_is_the_upper_half(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_POINTER)); i++) {
		const unsigned kernel = sharing_kernel(s);
		const unsigned index[] = { 0, kernel - 1, kernel,
					   sharing_entries(s) - 1 };

		for (unsigned n = 0; n < 4; n++) {
			uint64_t va = sharing_va(s, index[n]);
			unsigned mapped;

			/* Of very short roots some are the same. */
			if (sharing_look(s, OWNER, va).kind != PT_NONE)
				continue;
			assert_int_equal(sharing_map(s, OWNER, va, PT_PTE, 1),
					 0);
			mapped = sharing_look(s, SHARER, va).kind == PT_LEAF;
			assert_int_equal(mapped, index[n] >= kernel);
		}
		sharing_check(s);
		sharing_close(state);
	}
}

/* Below the root nothing is stored twice: "the tables below them are [...] one". */
static void below_the_root_nothing_is_stored_twice(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i, both[i % 2]));
	     i++) {
		map_pages(s);
		sharing_sync(s, sharing_first(s));
		sharing_forget(s);
		assert_int_equal(pt_unmap(&s->space[OWNER], sharing_first(s),
					  sharing_first(s) +
						  pt_span(s->f, PT_PTE) - 1),
				 0);
		assert_int_equal(s->mirrored, 0);
		sharing_assert_alike(s, sharing_first(s));
		sharing_assert_alike(s, sharing_first(s) +
						pt_span(s->f, PT_PTE));
		sharing_close(state);
	}
}

/* Mapping, and freeing what was mapped, through the owner. */
static void added_and_removed_tables_are_the_sharers_too(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_POINTER)); i++) {
		const uint64_t va = sharing_first(s);

		map_pages(s);
		sharing_assert_alike(s, va);
		assert_int_equal(sharing_look(s, SHARER, va).kind, PT_LEAF);
		sharing_forget(s);
		assert_int_equal(pt_unmap(&s->space[OWNER], va,
					  sharing_last(s)), 0);
		assert_int_equal(pt_free_tables(&s->space[OWNER], va,
						sharing_last(s), 0,
						UINT64_MAX), 0);
		assert_int_equal(s->mirrored, 1);
		assert_int_equal(s->releases, PT_PTE - s->f->top);
		sharing_check(s);
		sharing_assert_hidden(s, va);
		sharing_close(state);
	}
}

/*
 * Leaves of the root itself: map, protect, split, collapse, setkind, unmap and
 * touch through the owner are seen by the sharer after each.
 */
static void leaves_of_the_root_are_shared(void **state)
{
	struct sharing *s;
	unsigned formats = 0;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_POINTER)); i++) {
		const unsigned top = s->f->top;
		const uint64_t va = sharing_va(s, sharing_entries(s) - 1);
		struct pt_space *owner = &s->space[OWNER];

		if (!sharing_has_leaf(s, top)) {
			sharing_close(state);
			continue;
		}
		formats++;
		assert_int_equal(sharing_map(s, OWNER, va, top, 1), 0);
		sharing_assert_alike(s, va);
		assert_int_equal(sharing_look(s, SHARER, va).depth, top);
		pt_touch(owner, va, PT_WRITE);
		sharing_assert_alike(s, va);
		assert_int_equal(pt_protect(owner, va, sharing_last(s),
					    sharing_other_rights(s)), 0);
		sharing_assert_alike(s, va);
		assert_int_equal(pt_split(owner, va, top), 0);
		assert_int_equal(sharing_look(s, SHARER, va).depth, top + 1);
		sharing_assert_alike(s, va);
		assert_int_equal(pt_collapse(owner, va, top, 0), 0);
		assert_int_equal(sharing_look(s, SHARER, va).depth, top);
		sharing_assert_alike(s, va);
		pt_setkind(owner, va, top, PT_PROTNONE, 0);
		sharing_assert_alike(s, va);
		/* Divides the block to its last page. */
		assert_int_equal(pt_unmap(owner, va,
					  va + pt_span(s->f, PT_PTE) - 1), 0);
		sharing_assert_alike(s, va);
		sharing_assert_alike(s, sharing_last(s));
		assert_int_equal(pt_unmap(owner, va, sharing_last(s)), 0);
		sharing_check(s);
		sharing_close(state);
	}
	assert_true(formats >= 8);
}

/* Groups of the root's entries: all members are the sharer's, whatever happens. */
static void groups_of_the_root_are_shared(void **state)
{
	struct sharing *s;
	unsigned formats = 0;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_POINTER)); i++) {
		const struct pt_level *l = &s->f->level[s->f->top];
		const unsigned order = l->group_count ? l->group[0].order : 0;
		const uint64_t va = sharing_first(s);
		struct pt_space *owner = &s->space[OWNER];

		if (!order) {
			sharing_close(state);
			continue;
		}
		formats++;
		/* No unit lies in both halves. */
		assert_true(1u << order <= sharing_kernel(s));
		assert_int_equal(pt_map(owner, va, va + (pt_span(s->f,
					s->f->top) << order) - 1, 0,
					sharing_rights(s), s->f->top, order),
				 0);
		assert_int_equal(sharing_look(s, SHARER, va).order, order);
		sharing_check(s);
		pt_touch(owner, va, PT_READ);
		sharing_check(s);
		assert_int_equal(pt_split(owner, va, s->f->top), 0);
		assert_int_equal(sharing_look(s, SHARER, va).order, 0);
		sharing_check(s);
		assert_int_equal(pt_collapse(owner, va, s->f->top, order), 0);
		assert_int_equal(sharing_look(s, SHARER, va).order, order);
		sharing_check(s);
		sharing_close(state);
	}
	assert_true(formats >= 3);
}

/* "The kernel part is changed through its owner": ageing its root leaves too. */
static void ageing_through_the_owner_is_the_sharers_too(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_POINTER)); i++) {
		const uint64_t va = sharing_va(s, sharing_entries(s) - 1);
		struct pt_iterator it;

		if (!sharing_has_leaf(s, s->f->top) ||
		    !s->f->level[PT_PTE].leaf.accessed.mask) {
			sharing_close(state);
			continue;
		}
		assert_int_equal(sharing_map(s, OWNER, va, s->f->top, 1), 0);
		assert_int_equal(pt_touch(&s->space[OWNER], va, PT_READ), 0);
		assert_true(sharing_look(s, SHARER, va).attrs & PT_ACCESSED);
		assert_int_equal(pt_iterate(&it, &s->space[OWNER], va,
					    sharing_last(s)), 0);
		assert_true(pt_iterate_next(&it));
		assert_int_equal(pt_item_change(&it, PT_ACCESSED, 0), 0);
		assert_false(sharing_look(s, SHARER, va).attrs & PT_ACCESSED);
		assert_int_equal(pt_item_set(&it, sharing_pa(s, s->f->top),
					     sharing_other_rights(s), 0), 0);
		sharing_assert_alike(s, va);
		sharing_check(s);
		sharing_close(state);
	}
}

/* "copies the owner's root entry that covers va.  Returns 1 [...], 0 [...]" */
static void sync_copies_one_entry(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_SYNCED)); i++) {
		const uint64_t last = sharing_va(s, sharing_entries(s) - 1);

		map_pages(s);
		sharing_map(s, OWNER, last, PT_PTE, 1);
		sharing_check(s);
		assert_int_equal(s->mirrored, 0);
		sharing_assert_hidden(s, sharing_first(s));
		sharing_assert_hidden(s, last);
		sharing_forget(s);
		/* Any byte of what the entry covers will do. */
		assert_int_equal(sharing_sync(s, sharing_last(s) - 1), 1);
		assert_int_equal(s->stores, 1);
		assert_int_equal(s->allocations + s->releases, 0);
		sharing_assert_alike(s, last);
		if (sharing_kernel(s) > 1)
			sharing_assert_hidden(s, sharing_first(s));
		assert_int_equal(sharing_sync(s, last), 0);
		assert_int_equal(s->stores, 1);
		sharing_close(state);
	}
}

/* What is equal at all times has nothing to copy. */
static void sync_of_equal_parts_changes_nothing(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_POINTER)); i++) {
		map_pages(s);
		sharing_forget(s);
		assert_int_equal(sharing_sync(s, sharing_first(s)), 0);
		sharing_assert_idle(s);
		sharing_close(state);
	}
}

/*
 * "-EINVAL: the space shares nothing.  -ERANGE: va is not of the kernel part, or
 * not of the space.  -ENOENT: the owner's entry is none."
 */
static void sync_has_its_errors_in_order(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open(state, i)); i++) {
		const uint64_t beyond = UINT64_C(1) << (s->f->va_bits - 1);
		const uint64_t va = sharing_first(s);

		sharing_forget(s);
		assert_int_equal(sharing_sync(s, 0), -EINVAL);
		assert_int_equal(sharing_sync(s, va), -EINVAL);
		assert_int_equal(sharing_share(s, both[i % 2]), 0);
		assert_int_equal(pt_sync_kernel(&s->space[OWNER], va),
				 -EINVAL);
		assert_int_equal(sharing_sync(s, 0), -ERANGE);
		assert_int_equal(sharing_sync(s, sharing_va(s,
					sharing_kernel(s) - 1)), -ERANGE);
		/* An index of the kernel part, but in the gap. */
		if (s->f->va_rule == PT_VA_SIGNED &&
		    s->f->va_bits < s->f->va_word_bits)
			assert_int_equal(sharing_sync(s, beyond), -ERANGE);
		assert_int_equal(sharing_sync(s, va), -ENOENT);
		sharing_assert_idle(s);
		sharing_close(state);
	}
}

/* What was copied on demand goes with the owner's, and does not come back so. */
static void synced_entries_are_removed_and_stay_away(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_SYNCED)); i++) {
		const uint64_t va = sharing_first(s);

		map_pages(s);
		assert_int_equal(sharing_sync(s, va), 1);
		assert_int_equal(pt_unmap(&s->space[OWNER], va,
					  sharing_last(s)), 0);
		sharing_forget(s);
		assert_int_equal(pt_free_tables(&s->space[OWNER], va,
						sharing_last(s), 0,
						UINT64_MAX), 0);
		assert_int_equal(s->mirrored, 1);
		sharing_assert_hidden(s, va);
		assert_int_equal(sharing_sync(s, va), -ENOENT);
		map_pages(s);
		sharing_assert_hidden(s, va);
		assert_int_equal(sharing_sync(s, va), 1);
		sharing_assert_alike(s, va);
		sharing_close(state);
	}
}

/* What was copied on demand changes with the owner's; what was not, does not. */
static void synced_entries_are_changed(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_SYNCED)); i++) {
		const unsigned top = s->f->top;
		const uint64_t va = sharing_va(s, sharing_entries(s) - 1);
		struct pt_space *owner = &s->space[OWNER];

		/* Elsewhere a change breaks before it makes. */
		if (!sharing_has_leaf(s, top) || s->f->break_before_make) {
			sharing_close(state);
			continue;
		}
		for (unsigned synced = 0; synced < 2; synced++) {
			assert_int_equal(sharing_map(s, OWNER, va, top, 1), 0);
			if (synced)
				assert_int_equal(sharing_sync(s, va), 1);
			assert_int_equal(pt_protect(owner, va, sharing_last(s),
						    sharing_other_rights(s)),
					 0);
			assert_int_equal(pt_split(owner, va, top), 0);
			assert_int_equal(pt_collapse(owner, va, top, 0), 0);
			sharing_check(s);
			if (synced)
				sharing_assert_alike(s, va);
			else
				sharing_assert_hidden(s, va);
			assert_int_equal(pt_unmap(owner, va, sharing_last(s)),
					 0);
		}
		sharing_close(state);
	}
}

/* "What is shared is invalidated in the owner's name" and in no other. */
static void owner_invalidates_for_both(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i, both[i % 2]));
	     i++) {
		map_pages(s);
		sharing_sync(s, sharing_first(s));
		sharing_forget(s);
		assert_int_equal(pt_unmap(&s->space[OWNER], sharing_first(s),
					  sharing_last(s)), 0);
		assert_int_equal(pt_free_tables(&s->space[OWNER],
						sharing_first(s),
						sharing_last(s), 0,
						UINT64_MAX), 0);
		if (s->f->va_rule != PT_VA_ROOTS) {
			assert_true(s->flushes[OWNER] > 0);
			assert_int_equal(s->flushes[SHARER], 0);
		}
		sharing_close(state);
	}
}

/* What a reader was told, one number after the other. */
struct notes {
	uint64_t word[64];
	unsigned count;
};

static void note(struct notes *n, uint64_t word)
{
	assert_true(n->count < 64);
	n->word[n->count++] = word;
}

static int on_entry(const struct pt_visit *visit, struct pt_walk *walk)
{
	struct notes *n = walk->context;

	if (visit->kind == PT_NONE)
		return 0;
	note(n, visit->start);
	note(n, visit->last);
	note(n, visit->entry.raw);
	return 0;
}

static int on_run(void *context, const struct pt_dump_run *run)
{
	note(context, run->start);
	note(context, run->last);
	note(context, (uint64_t)run->kind << 32 | run->attrs);
	return 0;
}

static struct notes walked(struct sharing *s, unsigned which, uint64_t last)
{
	const struct pt_walk_ops ops = {
		.pgd_entry = on_entry, .p4d_entry = on_entry,
		.pud_entry = on_entry, .pmd_entry = on_entry,
		.pte_entry = on_entry,
	};
	struct notes n = { .count = 0 };

	assert_int_equal(pt_walk_inclusive(&s->space[which], sharing_first(s),
					   last, &ops, &n), 0);
	return n;
}

static struct notes dumped(struct sharing *s, unsigned which, uint64_t last)
{
	struct notes n = { .count = 0 };
	struct pt_dump dump = { .flags = PT_DUMP_HOLES, .context = &n,
				.run = on_run };

	assert_int_equal(pt_dump_range(&s->space[which], sharing_first(s),
				       last, &dump), 0);
	return n;
}

static struct notes iterated(struct sharing *s, unsigned which, uint64_t last)
{
	struct notes n = { .count = 0 };
	struct pt_iterator it;

	assert_int_equal(pt_iterate(&it, &s->space[which], sharing_first(s),
				    last), 0);
	while (pt_iterate_next(&it)) {
		if (it.item.kind == PT_NONE)
			continue;
		note(&n, it.item.start);
		note(&n, it.item.pa);
		note(&n, it.item.slot);
	}
	return n;
}

/* "Everything that only reads works as ever": it is told the same of both. */
static void readers_see_the_same_through_both(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i,
						      PT_SHARE_POINTER)); i++) {
		struct notes (*const reader[])(struct sharing *, unsigned,
					       uint64_t) = {
			walked, dumped, iterated,
		};
		uint64_t last = sharing_first(s) + 16 * pt_span(s->f, PT_PTE) -
				1;

		map_pages(s);
		sharing_forget(s);
		for (unsigned r = 0; r < 3; r++) {
			struct notes a = reader[r](s, SHARER, last);
			struct notes b = reader[r](s, OWNER, last);

			assert_true(a.count >= 3);
			assert_int_equal(a.count, b.count);
			assert_memory_equal(a.word, b.word,
					    a.count * sizeof(a.word[0]));
		}
		sharing_assert_idle(s);
		sharing_close(state);
	}
}

struct found {
	struct pt_owner owner[2 * PT_DEPTHS];
	unsigned count;
};

static int on_owner(void *context, const struct pt_owner *owner)
{
	struct found *found = context;

	assert_true(found->count < 2 * PT_DEPTHS);
	found->owner[found->count++] = *owner;
	return 0;
}

/*
 * "pt_table_owners() finds them for it alone, once.  pt_table_at() of the sharer
 * finds them too, with the owner's number."
 */
static void tables_stay_the_owners(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i, both[i % 2]));
	     i++) {
		const unsigned below = PT_PTE - s->f->top;
		struct pt_space *spaces[] = { &s->space[SHARER],
					      &s->space[OWNER] };
		struct found all = { .count = 0 }, alone = { .count = 0 };
		struct pt_owner owner;

		map_pages(s);
		sharing_sync(s, sharing_first(s));
		assert_int_equal(pt_table_owners(spaces, 2, 0, UINT64_MAX,
						 on_owner, &all), below + 2);
		assert_int_equal(all.owner[0].page.pa, s->space[SHARER].root);
		assert_int_equal(pt_table_owners(spaces, 1, 0, UINT64_MAX,
						 on_owner, &alone), 1);
		for (unsigned n = 0; n <= below; n++) {
			const unsigned depth = s->f->top + n;
			const struct pt_owner *own = &all.owner[n + 1];

			assert_int_equal(own->page.space,
					 s->space[OWNER].number);
			assert_int_equal(own->page.depth, depth);
			assert_int_equal(pt_table_at(&s->space[SHARER],
						     sharing_first(s), depth,
						     &owner), 0);
			/* The root is each one's own. */
			if (!n)
				own = &all.owner[0];
			assert_int_equal(owner.page.pa, own->page.pa);
			assert_int_equal(owner.page.space, own->page.space);
			assert_true(owner.first == own->first &&
				    owner.last == own->last);
		}
		sharing_close(state);
	}
}

/* The sharer's own tables, in its lower half, are found as ever. */
static void lower_half_stays_the_sharers(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i, both[i % 2]));
	     i++) {
		struct pt_space *spaces[] = { &s->space[SHARER] };
		struct found found = { .count = 0 };
		struct pt_owner owner;

		assert_int_equal(sharing_map(s, SHARER, 0, PT_PTE, 1), 0);
		assert_int_equal(pt_table_owners(spaces, 1, 0, UINT64_MAX,
						 on_owner, &found),
				 PT_PTE - s->f->top + 1);
		assert_int_equal(pt_table_at(&s->space[SHARER], 0, PT_PTE,
					     &owner), 0);
		assert_int_equal(owner.page.space, s->space[SHARER].number);
		sharing_assert_hidden(s, sharing_first(s));
		assert_int_equal(sharing_look(s, OWNER, 0).kind, PT_NONE);
		sharing_close(state);
	}
}

/* "Ends it: the kernel part of space becomes empty.  Nothing if it shares none." */
static void unsharing_empties_the_part(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open(state, i)); i++) {
		sharing_forget(s);
		sharing_unshare(s);
		sharing_assert_idle(s);
		map_pages(s);
		assert_int_equal(sharing_share(s, both[i % 2]), 0);
		sharing_forget(s);
		/* An owner has no share to end. */
		pt_unshare_kernel(&s->space[OWNER]);
		sharing_assert_idle(s);
		sharing_unshare(s);
		assert_int_equal(s->allocations + s->releases, 0);
		/* In the owner's name, as ever. */
		assert_int_equal(s->flushes[s->space[OWNER].number], 1);
		assert_int_equal(s->flushes[0] + s->flushes[1], 1);
		assert_null(s->space[SHARER].kernel);
		assert_null(s->space[OWNER].sharer);
		sharing_assert_hidden(s, sharing_first(s));
		assert_int_equal(sharing_look(s, OWNER,
					      sharing_first(s)).kind, PT_LEAF);
		/* Both are free again. */
		assert_int_equal(sharing_map(s, SHARER, sharing_first(s),
					     PT_PTE, 1), 0);
		assert_int_equal(pt_share_kernel(&s->space[OWNER],
						 &s->space[SHARER],
						 PT_SHARE_POINTER), -EEXIST);
		sharing_close(state);
	}
}

/* "pt_space_destroy() of a sharer ends the sharing first" */
static void destroyed_sharer_leaves_the_owner_its_tables(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i, both[i % 2]));
	     i++) {
		map_pages(s);
		sharing_sync(s, sharing_first(s));
		sharing_forget(s);
		sharing_destroy(s, SHARER);
		assert_int_equal(s->releases, 1);
		assert_null(s->space[OWNER].sharer);
		assert_int_equal(sharing_look(s, OWNER,
					      sharing_first(s)).kind, PT_LEAF);
		assert_int_equal(pt_unmap(&s->space[OWNER], sharing_first(s),
					  sharing_last(s)), 0);
		sharing_close(state);
	}
}

/* "that of an owner ends it for its sharer", before anything is released. */
static void destroyed_owner_leaves_the_sharer_nothing(void **state)
{
	struct sharing *s;

	for (unsigned i = 0; (s = sharing_open_shared(state, i, both[i % 2]));
	     i++) {
		map_pages(s);
		sharing_sync(s, sharing_first(s));
		assert_int_equal(sharing_map(s, SHARER, 0, PT_PTE, 1), 0);
		sharing_destroy(s, OWNER);
		sharing_check(s);
		assert_null(s->space[SHARER].kernel);
		assert_false(s->space[SHARER].synced);
		for (unsigned n = sharing_kernel(s); n < sharing_entries(s);
		     n++)
			sharing_assert_hidden(s, sharing_va(s, n));
		assert_int_equal(sharing_look(s, SHARER, 0).kind, PT_LEAF);
		assert_int_equal(sharing_map(s, SHARER, sharing_first(s),
					     PT_PTE, 1), 0);
		sharing_close(state);
	}
}

#define TEST(name) cmocka_unit_test_teardown(name, sharing_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rules_hold_after_any_operations),
		TEST(rules_of_synced_parts_hold_after_any_operations),
		TEST(exercise_reaches_the_roots),
		TEST(sharing_takes_what_is_there),
		TEST(sharing_allocates_nothing),
		TEST(kernel_part_is_the_upper_half),
		TEST(below_the_root_nothing_is_stored_twice),
		TEST(added_and_removed_tables_are_the_sharers_too),
		TEST(leaves_of_the_root_are_shared),
		TEST(groups_of_the_root_are_shared),
		TEST(ageing_through_the_owner_is_the_sharers_too),
		TEST(sync_copies_one_entry),
		TEST(sync_of_equal_parts_changes_nothing),
		TEST(sync_has_its_errors_in_order),
		TEST(synced_entries_are_removed_and_stay_away),
		TEST(synced_entries_are_changed),
		TEST(owner_invalidates_for_both),
		TEST(readers_see_the_same_through_both),
		TEST(tables_stay_the_owners),
		TEST(lower_half_stays_the_sharers),
		TEST(unsharing_empties_the_part),
		TEST(destroyed_sharer_leaves_the_owner_its_tables),
		TEST(destroyed_owner_leaves_the_sharer_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
