/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See sharing.h. */
#include "sharing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../mm/pt_entry.h"

#define ARENA_PA UINT64_C(0x4000000)	/* low enough for every format */
#define ARENA_BYTES UINT64_C(0x800000)

static void breaks(struct sharing *s, const char *rule)
{
	if (!s->broken)
		s->broken = rule;
}

unsigned sharing_entries(const struct sharing *s)
{
	return 1u << s->f->level[s->f->top].index_bits;
}

unsigned sharing_kernel(const struct sharing *s)
{
	return sharing_entries(s) / 2;
}

uint64_t sharing_va(const struct sharing *s, unsigned index)
{
	uint64_t va = index * pt_span(s->f, s->f->top);

	if (s->f->va_rule == PT_VA_SIGNED && index >= sharing_kernel(s))
		va |= pt_ones(s->f->va_word_bits) & ~pt_ones(s->f->va_bits);
	return va;
}

uint64_t sharing_first(const struct sharing *s)
{
	return sharing_va(s, sharing_kernel(s));
}

uint64_t sharing_last(const struct sharing *s)
{
	return sharing_va(s, sharing_entries(s) - 1) +
	       (pt_span(s->f, s->f->top) - 1);
}

uint64_t sharing_raw(const struct sharing *s, unsigned which, unsigned index)
{
	struct pt_table root = pt_table_open(&s->space[which], s->f->top,
					     s->space[which].root);

	return pt_read_entry(s->f, s->f->top, &root, index).raw;
}

static bool is_none(const struct sharing *s, uint64_t raw)
{
	return pt_is_none(&s->f->level[s->f->top], (struct pt_entry){ raw });
}

static bool is_shared(const struct sharing *s)
{
	return s->open[SHARER] && s->open[OWNER] &&
	       s->space[SHARER].kernel == &s->space[OWNER];
}

/* What is in flight has arrived, or was not to. */
static void settle(struct sharing *s)
{
	uint64_t raw;

	if (s->flight == SHARING_NO_FLIGHT)
		return;
	raw = sharing_raw(s, SHARER, s->flight);
	if (s->space[SHARER].synced && s->was_none) {
		if (!is_none(s, raw))
			breaks(s, "an entry that is none in the sharer stays "
				  "none");
	} else if (raw != sharing_raw(s, OWNER, s->flight)) {
		breaks(s, "made in the sharer's root as well, before anything "
			  "else is stored or released");
	}
	s->flight = SHARING_NO_FLIGHT;
}

/* The index of the entry of that root's kernel part at pa, or NO_FLIGHT. */
static unsigned kernel_index(const struct sharing *s, unsigned which,
			     uint64_t pa)
{
	const struct pt_level *l = &s->f->level[s->f->top];
	uint64_t index = (pa - s->space[which].root) / pt_stride(l);

	if (!s->open[which] || pa < s->space[which].root ||
	    index >= sharing_entries(s) || index < sharing_kernel(s))
		return SHARING_NO_FLIGHT;
	return (unsigned)index;
}

static void on_store(void *context, uint64_t pa, unsigned bytes,
		     uint64_t before, uint64_t after)
{
	struct sharing *s = context;
	unsigned owned = kernel_index(s, OWNER, pa);
	unsigned index = kernel_index(s, SHARER, pa);

	(void)bytes;
	(void)before;
	(void)after;
	s->stores++;
	if (!is_shared(s))
		return;
	if (index != SHARING_NO_FLIGHT && index == s->flight)
		s->mirrored++;
	else if (index != SHARING_NO_FLIGHT && !s->direct)
		breaks(s, "changed through its owner only");
	settle(s);
	if (owned != SHARING_NO_FLIGHT) {
		uint64_t now = s->space[OWNER].changes + 1;

		s->flight = owned;
		s->was_none = is_none(s, sharing_raw(s, SHARER, owned));
		if (!s->was_none && is_none(s, sharing_raw(s, OWNER, owned)))
			s->broke[owned] = now;
		else if (s->f->break_before_make && s->broke[owned] == now)
			s->was_none = false;
	}
}

static void on_flush(void *context, const struct pt_flush *flush)
{
	struct sharing *s = context;

	s->flushes[flush->space]++;
	settle(s);
}

static bool is_free(const struct sharing *s, uint64_t pa, uint64_t bytes)
{
	for (unsigned i = 0; i < s->tables; i++)
		if (s->table[i].pa < pa + bytes &&
		    pa < s->table[i].pa + s->table[i].bytes)
			return false;
	return true;
}

static int on_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct sharing *s = context;

	settle(s);
	s->allocations++;
	if (s->fail_in && !--s->fail_in)
		return -ENOMEM;
	*pa = ARENA_PA;
	while (*pa < ARENA_PA + ARENA_BYTES && !is_free(s, *pa, bytes))
		*pa += bytes;
	if (*pa >= ARENA_PA + ARENA_BYTES || s->tables == SHARING_TABLES)
		return -ENOMEM;
	memset(pt_memory_at(&s->memory, *pa, bytes), 0, bytes);
	s->table[s->tables++] = (struct pt_table_page){
		.pa = *pa, .bytes = (uint32_t)bytes,
	};
	return 0;
}

static struct pt_table_page *find(struct sharing *s, uint64_t pa)
{
	for (unsigned i = 0; i < s->tables; i++)
		if (s->table[i].pa == pa)
			return &s->table[i];
	return NULL;
}

static int on_construct(void *context, const struct pt_table_page *page)
{
	struct sharing *s = context;
	struct pt_table_page *table = find(s, page->pa);

	settle(s);
	if (table)
		*table = *page;
	return 0;
}

static void on_destruct(void *context, const struct pt_table_page *page)
{
	struct sharing *s = context;
	const struct pt_table_page *table = find(s, page->pa);

	settle(s);
	if (!table || table->space != page->space || table->depth != page->depth)
		breaks(s, "destructed and released by its owner");
}

static void on_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct sharing *s = context;
	const struct pt_level *l = &s->f->level[s->f->top];
	struct pt_table_page *table = find(s, pa);

	settle(s);
	s->releases++;
	if (!table || table->bytes != bytes) {
		breaks(s, "released what was given");
		return;
	}
	for (unsigned i = sharing_kernel(s);
	     s->open[SHARER] && i < sharing_entries(s); i++) {
		struct pt_entry e = { sharing_raw(s, SHARER, i) };

		if (pt_entry_kind(s->f, s->f->top, e) == PT_TABLE &&
		    pt_table_pa(l, e) == pa)
			breaks(s, "released while the sharer points to it");
	}
	memset(pt_memory_at(&s->memory, pa, bytes), 0xdb, bytes);
	*table = s->table[--s->tables];
}

static struct sharing *open_pair(void **state, unsigned i, bool apart)
{
	struct sharing *s;
	uint8_t *host;

	if (i > pt_format_count)
		return NULL;
	s = calloc(1, sizeof(*s));
	host = aligned_alloc(4096, ARENA_BYTES);
	assert_true(s && host);
	*state = s;
	s->f = i < pt_format_count ? pt_formats[i] : &mm_narrow;
	s->flight = SHARING_NO_FLIGHT;
	s->memory.window[0] = (struct pt_window){ ARENA_PA, ARENA_BYTES, host };
	s->env = (struct pt_env){
		.memory = &s->memory, .context = s,
		.alloc = on_alloc, .free = on_free, .store = on_store,
		.flush = on_flush,
		.construct = on_construct, .destruct = on_destruct,
	};
	for (unsigned n = 0; n < SHARING_SPACES; n++) {
		bool one = s->f->va_rule == PT_VA_ROOTS && !apart;

		assert_int_equal(pt_space_init(&s->space[n], s->f, &s->env,
					       one ? 0 : n, s->f->pa_bits), 0);
		s->open[n] = true;
	}
	sharing_forget(s);
	return s;
}

struct sharing *sharing_open(void **state, unsigned i)
{
	return open_pair(state, i, false);
}

struct sharing *sharing_open_apart(void **state, unsigned i)
{
	return open_pair(state, i, true);
}

struct sharing *sharing_open_shared(void **state, unsigned i,
				    enum pt_share how)
{
	struct sharing *s = open_pair(state, i, false);

	if (s)
		assert_int_equal(sharing_share(s, how), 0);
	return s;
}

void sharing_destroy(struct sharing *s, unsigned which)
{
	settle(s);
	/* The sharer's own tables are released while its root has them. */
	if (which == SHARER)
		s->open[which] = false;
	s->direct = true;
	pt_space_destroy(&s->space[which]);
	s->direct = false;
	s->open[which] = false;
}

void sharing_drop(void **state)
{
	struct sharing *s = *state;

	free(s->memory.window[0].host);
	free(s);
	*state = NULL;
}

void sharing_close(void **state)
{
	struct sharing *s = *state;

	for (unsigned n = 0; n < SHARING_SPACES; n++)
		if (s->open[n])
			sharing_destroy(s, n);
	if (s->broken)
		fail_msg("broken: %s", s->broken);
	assert_int_equal(s->tables, 0);
	sharing_drop(state);
}

int sharing_teardown(void **state)
{
	struct sharing *s = *state;

	if (s) {
		print_error("on format %s\n", s->f->name);
		sharing_drop(state);
	}
	return 0;
}

int sharing_share(struct sharing *s, enum pt_share how)
{
	int ret;

	s->direct = true;
	ret = pt_share_kernel(&s->space[SHARER], &s->space[OWNER], how);
	s->direct = false;
	return ret;
}

int sharing_sync(struct sharing *s, uint64_t va)
{
	int ret;

	settle(s);
	s->direct = true;
	ret = pt_sync_kernel(&s->space[SHARER], va);
	s->direct = false;
	return ret;
}

void sharing_unshare(struct sharing *s)
{
	settle(s);
	s->direct = true;
	pt_unshare_kernel(&s->space[SHARER]);
	s->direct = false;
}

void sharing_forget(struct sharing *s)
{
	s->stores = 0;
	s->mirrored = 0;
	s->allocations = 0;
	s->releases = 0;
	memset(s->flushes, 0, sizeof(s->flushes));
}

void sharing_assert_idle(const struct sharing *s)
{
	assert_int_equal(s->stores, 0);
	assert_int_equal(s->allocations, 0);
	assert_int_equal(s->releases, 0);
	for (unsigned n = 0; n < PT_SPACES; n++)
		assert_int_equal(s->flushes[n], 0);
}

bool sharing_holds(struct sharing *s)
{
	settle(s);
	for (unsigned i = sharing_kernel(s);
	     is_shared(s) && i < sharing_entries(s); i++) {
		uint64_t raw = sharing_raw(s, SHARER, i);

		if (raw != sharing_raw(s, OWNER, i) &&
		    !(s->space[SHARER].synced && is_none(s, raw)))
			breaks(s, "the entries of the two roots are equal");
	}
	return !s->broken;
}

void sharing_check(struct sharing *s)
{
	if (!sharing_holds(s))
		fail_msg("broken: %s", s->broken);
}

bool sharing_has_leaf(const struct sharing *s, unsigned depth)
{
	return s->f->level[depth].leaf.match.count &&
	       pt_span(s->f, depth) - 1 <= pt_ones(s->f->pa_bits);
}

uint32_t sharing_rights(const struct sharing *s)
{
	const struct pt_rights *rights = &s->f->level[PT_PTE].leaf.rights;

	for (uint32_t r = 0; r <= PT_RIGHTS; r++)
		if (r & PT_R && rights->right[r].representable)
			return r;
	fail_msg("%s: nothing can be read", s->f->name);
	return 0;
}

uint32_t sharing_other_rights(const struct sharing *s)
{
	const struct pt_rights *rights = &s->f->level[PT_PTE].leaf.rights;
	uint32_t r = PT_RIGHTS;

	while (!(r & PT_R && rights->right[r].representable))
		r--;
	return r;
}

uint64_t sharing_pa(const struct sharing *s, unsigned depth)
{
	uint64_t span = pt_span(s->f, depth);

	return 3 * (span / 2) <= pt_ones(s->f->pa_bits) / 2 ? span : 0;
}

int sharing_map(struct sharing *s, unsigned which, uint64_t va, unsigned depth,
		unsigned n)
{
	return pt_map(&s->space[which], va,
		      va + n * pt_span(s->f, depth) - 1, sharing_pa(s, depth),
		      sharing_rights(s), depth, 0);
}

int sharing_fill(struct sharing *s, unsigned which, uint64_t va,
		 unsigned depth)
{
	uint64_t ones = pt_span(s->f, depth - 1) - 1;

	return pt_map(&s->space[which], va & ~ones, va | ones,
		      sharing_pa(s, depth - 1), sharing_rights(s), depth, 0);
}

struct pt_lookup sharing_look(const struct sharing *s, unsigned which,
			      uint64_t va)
{
	/* Nothing of the space is changed. */
	struct pt_space space = s->space[which];
	struct pt_lookup found;

	assert_int_equal(pt_translate(&space, va, &found), 0);
	return found;
}

void sharing_assert_alike(const struct sharing *s, uint64_t va)
{
	struct pt_lookup a = sharing_look(s, SHARER, va);
	struct pt_lookup b = sharing_look(s, OWNER, va);

	assert_string_equal(pt_kind_name(a.kind), pt_kind_name(b.kind));
	assert_int_equal(a.depth, b.depth);
	assert_int_equal(a.order, b.order);
	assert_true(a.pa == b.pa);
	assert_int_equal(a.attrs, b.attrs);
	assert_int_equal(a.removed, b.removed);
}

void sharing_assert_hidden(const struct sharing *s, uint64_t va)
{
	struct pt_lookup found = sharing_look(s, SHARER, va);

	assert_string_equal(pt_kind_name(found.kind), pt_kind_name(PT_NONE));
	assert_int_equal(found.depth, s->f->top);
}
