/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See mm_fixture.h. */
#include "mm_fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t window_pa[MM_WINDOWS] = {
	UINT64_C(0x100000),
	UINT64_C(0x100000000) - MM_WINDOW_BYTES / 2,
	UINT64_C(0x1000000000),
};

#define V	UINT64_C(1)		/* valid */
#define L	UINT64_C(2)		/* leaf */
#define GRP	UINT64_C(0x40)		/* of a group */
#define NARROW_LEAF(mark)                                                      \
	{                                                                      \
		.match = {                                                     \
			.count = 1,                                            \
			.list[0] = { V | L | GRP, V | (mark) },                \
		},                                                             \
		.fixed = V | (mark),                                           \
		.pa = { .lsb = 12, .width = 20, .pa_shift = 12 },              \
		.rights = {                                                    \
			.mask = 0xc,                                           \
			.right[PT_R] = { true, 0x0 },                          \
			.right[PT_R | PT_W] = { true, 0x4 },                   \
			.right[PT_R | PT_USER] = { true, 0x8 },                \
			.right[MM_RW] = { true, 0xc },                         \
		},                                                             \
		.accessed = { 0x10, 0x10, 0 },                                 \
		.dirty = { 0x20, 0, 0x20 },                                    \
	}
#define NARROW_NONE { .count = 1, .list[0] = { UINT64_MAX, 0 } }

const struct pt_format mm_narrow = {
	.name = "narrow",
	.architecture = "tests",
	.manual = "this file: bit 0 valid, 1 leaf, 2 W, 3 U, 4 A, 5 D, 6 group",
	.va_rule = PT_VA_SIGNED,
	.top = PT_PMD,
	.page_shift = 12,
	.va_bits = 32,
	.va_word_bits = 32,
	.pa_bits = 32,
	.regime_count = 1,
	.level = {
		[PT_PMD] = {
			.manual_name = "directory",
			.va_shift = 22, .index_bits = 10, .entry_bytes = 4,
			.none = NARROW_NONE,
			.table = {
				.match = {
					.count = 1,
					.list[0] = { V | L, V },
				},
				.fixed = V,
				.pa = { .lsb = 12, .width = 20, .pa_shift = 12 },
			},
		},
		[PT_PTE] = {
			.manual_name = "page table",
			.va_shift = 12, .index_bits = 10, .entry_bytes = 4,
			.none = NARROW_NONE,
			.leaf = NARROW_LEAF(L),
			.group_count = 1,
			.group[0] = { .order = 4, .leaf = NARROW_LEAF(L | GRP) },
		},
	},
};

static unsigned window_of(const struct mm_arena *arena, uint64_t pa)
{
	for (unsigned i = 0; i < MM_WINDOWS; i++)
		if (pa - arena->memory.window[i].pa < MM_WINDOW_BYTES)
			return i;
	fail_msg("no window holds %llx", (unsigned long long)pa);
	return 0;
}

/* Where in window w a free run of that length begins; MM_GRANULES: nowhere. */
static unsigned find_room(const struct mm_arena *arena, unsigned w,
			  unsigned need)
{
	unsigned at = 0;

	while (at + need <= MM_GRANULES) {
		unsigned used = 0;

		while (used < need && !arena->live[w][at + used])
			used++;
		if (used == need)
			return at;
		/* Past what is in the way, and aligned again. */
		at += used + arena->live[w][at + used];
		at = (at + need - 1) / need * need;
	}
	return (unsigned)MM_GRANULES;
}

static void arena_log(struct mm_arena *arena, enum mm_event_type type,
		      uint64_t pa, uint64_t bytes)
{
	assert_true(arena->event_count < MM_EVENTS);
	arena->event[arena->event_count++] =
		(struct mm_event){ type, pa, bytes };
}

static int arena_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct mm_arena *arena = context;
	unsigned need = (unsigned)(bytes < MM_GRANULE ? 1 : bytes / MM_GRANULE);
	unsigned bits = arena->f->table_pa_bits ? arena->f->table_pa_bits :
						  arena->f->pa_bits;

	if (arena->fail_in && !--arena->fail_in) {
		arena_log(arena, MM_NOMEM, 0, bytes);
		return -ENOMEM;
	}
	for (unsigned tried = 0; tried < MM_WINDOWS; tried++) {
		unsigned w = arena->turn++ % MM_WINDOWS;
		unsigned at = find_room(arena, w, need);

		*pa = window_pa[w] + at * MM_GRANULE;
		if (at == MM_GRANULES ||
		    *pa + bytes - 1 > pt_ones(bits))
			continue;
		arena->live[w][at] = (uint16_t)need;
		arena->live_count++;
		arena_log(arena, MM_ALLOC, *pa, bytes);
		return 0;
	}
	fail_msg("the arena of the tests is too small");
	return -ENOMEM;
}

static void arena_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct mm_arena *arena = context;
	unsigned w = window_of(arena, pa);
	uint64_t offset = pa - window_pa[w];

	assert_int_equal(offset % MM_GRANULE, 0);
	assert_int_equal(arena->live[w][offset / MM_GRANULE],
			 bytes / MM_GRANULE);
	arena->live[w][offset / MM_GRANULE] = 0;
	arena->live_count--;
	memset(arena->memory.window[w].host + offset, 0, bytes);
	memset(arena->shadow[w] + offset, 0, bytes);
	arena_log(arena, MM_FREE, pa, bytes);
}

static bool is_live(const struct mm_arena *arena, unsigned w, uint64_t offset)
{
	unsigned g = (unsigned)(offset / MM_GRANULE);

	for (unsigned at = g + 1; at-- > 0 && g - at < MM_TABLE_LIMIT / MM_GRANULE;)
		if (arena->live[w][at])
			return at + arena->live[w][at] > g;
	return false;
}

/* The number at p in the format's byte order, read byte by byte. */
static uint64_t number_at(const struct pt_format *f, const uint8_t *p,
			  unsigned bytes)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < bytes; i++)
		n = n << 8 | p[f->big_endian ? i : bytes - 1 - i];
	return n;
}

static void arena_store(void *context, uint64_t pa, unsigned bytes,
			uint64_t before, uint64_t after)
{
	struct mm_arena *arena = context;
	const struct pt_format *f = arena->f;
	unsigned w = window_of(arena, pa);
	uint64_t offset = pa - window_pa[w];
	uint8_t *p = arena->shadow[w] + offset;

	assert_true(is_live(arena, w, offset));
	assert_true(number_at(f, p, bytes) == before);
	for (unsigned i = 0; i < bytes; i++)
		p[f->big_endian ? bytes - 1 - i : i] =
			(uint8_t)(after >> 8 * i);
	arena->stores++;
}

void mm_save(struct mm *m)
{
	for (unsigned i = 0; i < MM_WINDOWS; i++)
		memcpy(m->arena.saved[i], m->arena.memory.window[i].host,
		       MM_WINDOW_BYTES);
}

void mm_assert_saved(struct mm *m)
{
	for (unsigned i = 0; i < MM_WINDOWS; i++)
		assert_memory_equal(m->arena.saved[i],
				    m->arena.memory.window[i].host,
				    MM_WINDOW_BYTES);
}

void mm_assert_observed(const struct mm *m)
{
	for (unsigned i = 0; i < MM_WINDOWS; i++)
		assert_memory_equal(m->arena.shadow[i],
				    m->arena.memory.window[i].host,
				    MM_WINDOW_BYTES);
}

void mm_forget(struct mm *m)
{
	m->arena.event_count = 0;
	m->arena.stores = 0;
}

static void choose_addresses(struct mm *m, unsigned half)
{
	const struct pt_format *f = m->f;
	uint64_t word = pt_ones(f->va_word_bits);
	uint64_t root = pt_ones(f->va_bits);

	if (f->va_rule != PT_VA_ROOTS)
		root >>= 1;
	m->base = 0;
	m->bytes = root + 1;
	if (half)
		m->base = f->va_rule == PT_VA_ZERO ? root + 1 : word - root;
}

struct mm *mm_open_format(void **state, const struct pt_format *f,
			  unsigned half)
{
	struct mm *m = calloc(1, sizeof(*m));
	unsigned number = f->va_rule == PT_VA_ROOTS ? half : 0;

	assert_non_null(m);
	*state = m;
	m->f = f;
	m->arena.f = f;
	for (unsigned i = 0; i < MM_WINDOWS; i++) {
		uint8_t *host = aligned_alloc(4096, MM_WINDOW_BYTES);

		m->arena.shadow[i] = calloc(1, MM_WINDOW_BYTES);
		m->arena.saved[i] = calloc(1, MM_WINDOW_BYTES);
		assert_true(host && m->arena.shadow[i] && m->arena.saved[i]);
		memset(host, 0, MM_WINDOW_BYTES);
		m->arena.memory.window[i] = (struct pt_window){
			window_pa[i], MM_WINDOW_BYTES, host
		};
	}
	m->env = (struct pt_env){
		.memory = &m->arena.memory,
		.context = &m->arena,
		.alloc = arena_alloc,
		.free = arena_free,
		.store = arena_store,
	};
	assert_int_equal(pt_space_init(&m->space, f, &m->env, number,
				       f->pa_bits), 0);
	choose_addresses(m, half);
	mm_forget(m);
	return m;
}

/*
 * Whether these tests can be carried out on a format: they say what they mean
 * with MM_RW and MM_RO, kernel addresses of 37 bits and tables of some length.
 * The random suite has no such wishes and takes every format.
 */
static bool mm_suits(const struct pt_format *f)
{
	const struct pt_leaf_layout *leaf = &f->level[PT_PTE].leaf;
	unsigned bits = f->table_pa_bits ? f->table_pa_bits : f->pa_bits;

	for (unsigned d = f->top; d < PT_DEPTHS; d++)
		if (pt_table_bytes(f, d) < MM_GRANULE ||
		    pt_table_bytes(f, d) > MM_TABLE_LIMIT ||
		    pt_stride(&f->level[d]) != f->level[d].entry_bytes)
			return false;
	return bits > 36 && leaf->accessed.mask && leaf->dirty.mask &&
	       leaf->protnone.count && f->level[PT_PTE].swap.match.count &&
	       leaf->rights.right[PT_R].representable &&
	       !leaf->rights.right[PT_W].representable &&
	       leaf->rights.right[MM_RW].representable &&
	       leaf->rights.right[MM_RO].representable;
}

struct mm *mm_open(void **state, unsigned i)
{
	unsigned wanted = i / 2;

	for (unsigned n = 0; n < pt_format_count; n++)
		if (mm_suits(pt_formats[n]) && !wanted--)
			return mm_open_format(state, pt_formats[n], i % 2);
	return wanted ? NULL : mm_open_format(state, &mm_narrow, i % 2);
}

void mm_discard(void **state)
{
	struct mm *m = *state;

	for (unsigned i = 0; i < MM_WINDOWS; i++) {
		free(m->arena.memory.window[i].host);
		free(m->arena.shadow[i]);
		free(m->arena.saved[i]);
	}
	free(m);
	*state = NULL;
}

void mm_close(void **state)
{
	struct mm *m = *state;

	mm_assert_observed(m);
	mm_forget(m);
	pt_space_destroy(&m->space);
	assert_int_equal(m->arena.live_count, 0);
	mm_discard(state);
}

int mm_teardown(void **state)
{
	struct mm *m = *state;

	if (m) {
		print_error("on format %s, addresses from %llx\n", m->f->name,
			    (unsigned long long)m->base);
		mm_discard(state);
	}
	return 0;
}

bool mm_has_leaf(const struct mm *m, unsigned depth)
{
	return m->f->level[depth].leaf.match.count &&
	       2 * pt_span(m->f, depth) <= pt_ones(m->f->pa_bits);
}

unsigned mm_block_depth(const struct mm *m)
{
	return m->f->level[PT_PMD].leaf.match.count ? PT_PMD : PT_PTE;
}

bool mm_can_invalidate(const struct mm *m)
{
	const struct pt_leaf_layout *leaf = &m->f->level[PT_PMD].leaf;

	return mm_has_leaf(m, PT_PMD) && leaf->invalid.count &&
	       leaf->rights.right[PT_R].representable;
}

unsigned mm_group_depth(const struct mm *m)
{
	for (unsigned depth = PT_DEPTHS; depth-- > m->f->top;)
		if (mm_order(m, depth))
			return depth;
	return PT_DEPTHS;
}

unsigned mm_order(const struct mm *m, unsigned depth)
{
	const struct pt_level *l = &m->f->level[depth];

	return l->group_count ? l->group[0].order : 0;
}

uint32_t mm_rich_attrs(const struct mm *m)
{
	const struct pt_leaf_layout *leaf = &m->f->level[PT_PTE].leaf;
	uint32_t attrs = MM_RW;

	attrs |= leaf->global.mask ? PT_GLOBAL : 0;
	attrs |= leaf->accessed.mask ? PT_ACCESSED : 0;
	attrs |= leaf->dirty.mask ? PT_DIRTY : 0;
	attrs |= leaf->soft0.mask ? PT_SOFT0 : 0;
	attrs |= leaf->soft1.mask ? PT_SOFT1 : 0;
	if (leaf->memtype.mask && leaf->memtype.type[PT_MEM_UC].representable)
		attrs |= PT_MEM_UC << PT_MEMTYPE_SHIFT;
	if (leaf->key.width >= 4)
		attrs |= 9u << PT_KEY_SHIFT;
	return attrs;
}

uint64_t mm_pa(const struct mm *m)
{
	for (unsigned depth = m->f->top; depth < PT_PTE; depth++)
		if (mm_has_leaf(m, depth))
			return pt_span(m->f, depth) <<
			       mm_order(m, depth);
	return UINT64_C(0x400000);
}

void mm_map(struct mm *m, uint64_t va, unsigned n, uint64_t pa, uint32_t attrs,
	    unsigned depth, unsigned order)
{
	uint64_t last = va + n * pt_span(m->f, depth) - 1;

	assert_int_equal(pt_map(&m->space, va, last, pa, attrs, depth, order),
			 0);
}

struct pt_lookup mm_look(struct mm *m, uint64_t va)
{
	struct pt_lookup found;

	assert_int_equal(pt_translate(&m->space, va, &found), 0);
	return found;
}

void mm_assert_kind(struct mm *m, uint64_t va, enum pt_kind kind,
		    unsigned depth)
{
	struct pt_lookup found = mm_look(m, va);

	assert_string_equal(pt_kind_name(found.kind), pt_kind_name(kind));
	assert_string_equal(pt_depth_name(found.depth),
			    pt_depth_name((int)depth));
}

void mm_assert_leaf(struct mm *m, uint64_t va, unsigned depth, unsigned order,
		    uint64_t pa, uint32_t attrs)
{
	struct pt_lookup found = mm_look(m, va);

	mm_assert_kind(m, va, PT_LEAF, depth);
	assert_int_equal(found.order, order);
	assert_int_equal(found.pa, pa);
	assert_int_equal(found.attrs, attrs);
}
