/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A small page-table library for x86-64's four levels, as somebody else might have
 * one: tables come from tablewalk_memory, and are looked at through pointer().
 * Bits: Intel SDM vol. 3A, section 4.5, tables 4-15 to 4-20.
 */
#include "subjects.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define P UINT64_C(0x001)
#define RW UINT64_C(0x002)
#define US UINT64_C(0x004)
#define PS UINT64_C(0x080)
#define NX (UINT64_C(1) << 63)
#define PA UINT64_C(0x000ffffffffff000)
#define RIGHTS_BITS (RW | US | NX)

#define TOP TABLEWALK_P4D
#define PAGE UINT64_C(4096)
#define ENTRIES 512u

struct tables {
	const struct tablewalk_memory *memory;
	uint64_t root;
	bool short_hole, own_order;
};

/* Bytes that an entry of that depth spans. */
static uint64_t span(int depth)
{
	return PAGE << 9 * (TABLEWALK_PTE - depth);
}

static uint64_t read_entry(const struct tables *t, const uint8_t *at)
{
	uint64_t value = 0;
	unsigned i;

	if (t->own_order) {
		memcpy(&value, at, 8);
		return value;
	}
	for (i = 0; i < 8; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

static void write_entry(const struct tables *t, uint8_t *at, uint64_t value)
{
	unsigned i;

	if (t->own_order) {
		memcpy(at, &value, 8);
		return;
	}
	for (i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint8_t *entry_at(const struct tables *t, uint64_t table, uint64_t va,
			 int depth)
{
	uint8_t *at = t->memory->pointer(t->memory->context, table);

	return at + 8 * (va / span(depth) % ENTRIES);
}

static bool is_leaf(uint64_t entry, int depth)
{
	return (entry & P) && (depth == TABLEWALK_PTE || (entry & PS));
}

static bool is_table(uint64_t entry, int depth)
{
	return (entry & P) && !is_leaf(entry, depth);
}

static uint64_t encode(uint64_t pa, uint32_t attrs, int depth)
{
	return pa | P | (attrs & TABLEWALK_W ? RW : 0) |
	       (attrs & TABLEWALK_USER ? US : 0) |
	       (attrs & TABLEWALK_X ? 0 : NX) |
	       (depth == TABLEWALK_PTE ? 0 : PS);
}

static uint32_t decode(uint64_t entry)
{
	return TABLEWALK_R | (entry & RW ? TABLEWALK_W : 0) |
	       (entry & US ? TABLEWALK_USER : 0) |
	       (entry & NX ? 0 : TABLEWALK_X);
}

/* INVALID, RANGE or 0; aligned to span bytes. */
static int check(uint64_t va, uint64_t last, uint64_t bytes)
{
	if (last < va || va % bytes || (last + 1) % bytes)
		return TABLEWALK_INVALID;
	if ((int64_t)(va << 16) >> 16 != (int64_t)va ||
	    (int64_t)(last << 16) >> 16 != (int64_t)last ||
	    (va ^ last) >> 63)
		return TABLEWALK_RANGE;
	return 0;
}

/* A table of that depth, or -1. */
static uint64_t new_table(const struct tables *t)
{
	uint64_t pa;

	return t->memory->allocate(t->memory->context, PAGE, 0, &pa) ?
	       pa : UINT64_MAX;
}

/*
 * The entry of that depth that covers va, or the one above it where the tables end;
 * *found is its depth.  Tables that are missing are made with create; NULL where
 * there is no memory for one.
 */
static uint8_t *find(const struct tables *t, uint64_t va, int depth,
		     bool create, int *found)
{
	uint64_t table = t->root;
	int d;

	for (d = TOP;; d++) {
		uint8_t *at = entry_at(t, table, va, d);
		uint64_t entry = read_entry(t, at);

		*found = d;
		if (d == depth || is_leaf(entry, d))
			return at;
		if (!(entry & P)) {
			if (!create)
				return at;
			table = new_table(t);
			if (table == UINT64_MAX)
				return NULL;
			write_entry(t, at, table | P | RW | US);
		} else {
			table = entry & PA;
		}
	}
}

static int tiny_open(const struct tablewalk_subject *subject,
		     struct tablewalk_setup *setup, void **state)
{
	struct tables *t = calloc(1, sizeof(*t));

	if (!t)
		return TABLEWALK_MEMORY;
	t->memory = setup->memory;
	t->short_hole = subject == &tiny_short_hole;
	t->own_order = subject == &tiny_own_order;
	t->root = new_table(t);
	if (t->root == UINT64_MAX) {
		free(t);
		return TABLEWALK_MEMORY;
	}
	*state = t;
	return 0;
}

static void release(const struct tables *t, uint64_t table, int depth)
{
	const uint8_t *at = t->memory->pointer(t->memory->context, table);
	unsigned i;

	for (i = 0; i < ENTRIES; i++) {
		uint64_t entry = read_entry(t, at + 8 * i);

		if (is_table(entry, depth))
			release(t, entry & PA, depth + 1);
	}
	t->memory->release(t->memory->context, table, PAGE);
}

static void tiny_close(void *state)
{
	struct tables *t = state;

	release(t, t->root, TOP);
	free(t);
}

static uint64_t tiny_root(void *state)
{
	const struct tables *t = state;

	return t->root;
}

static void flush(const struct tables *t, uint64_t va, uint64_t last, int depth,
		  int tables)
{
	t->memory->flush(t->memory->context, va, last, depth, tables);
}

static int tiny_map(void *state, uint64_t va, uint64_t last, uint64_t pa,
		    uint32_t attrs, int depth, uint64_t *done)
{
	const struct tables *t = state;
	int error = depth < TABLEWALK_PUD || depth > TABLEWALK_PTE ?
		    TABLEWALK_UNSUPPORTED : check(va, last, span(depth));
	uint64_t at, i, count = error ? 0 : (last - va) / span(depth) + 1;
	uint8_t *entry;
	int found;

	for (i = 0; i < count; i++) {
		entry = find(t, va + i * span(depth), depth, false, &found);
		if (read_entry(t, entry) & P)
			return TABLEWALK_EXISTS;
	}
	for (i = 0; i < count; i++) {
		at = va + i * span(depth);
		entry = find(t, at, depth, true, &found);
		if (!entry)
			return TABLEWALK_MEMORY;
		write_entry(t, entry, encode(pa + i * span(depth), attrs, depth));
		*done = at + span(depth) - va;
	}
	return error;
}

/* Replaces the leaves in [va, last] by what keep and add make of them. */
static int change(const struct tables *t, uint64_t va, uint64_t last,
		  uint64_t keep, uint64_t add, uint64_t *done)
{
	int error = check(va, last, PAGE), found;
	uint64_t at, next;

	for (at = va; !error; at = next) {
		uint8_t *entry = find(t, at, TABLEWALK_PTE, false, &found);
		uint64_t old = read_entry(t, entry);

		next = (at | (span(found) - 1)) + 1;
		if (old & P) {
			write_entry(t, entry, (old & keep) | add);
			flush(t, at & ~(span(found) - 1), next - 1, found, 0);
		}
		*done = (next - 1 < last ? next - 1 : last) - va + 1;
		if (next - 1 >= last)
			break;
	}
	return error;
}

static int tiny_unmap(void *state, uint64_t va, uint64_t last, uint64_t *done)
{
	return change(state, va, last, 0, 0, done);
}

static int tiny_protect(void *state, uint64_t va, uint64_t last, uint32_t rights,
			uint64_t *done)
{
	return change(state, va, last, ~RIGHTS_BITS,
		      encode(0, rights, TABLEWALK_PTE) & RIGHTS_BITS, done);
}

static int tiny_split(void *state, uint64_t va, int depth)
{
	const struct tables *t = state;
	uint64_t leaf, table, i;
	uint8_t *at;
	int found;

	if (depth < TABLEWALK_PUD || depth > TABLEWALK_PMD)
		return TABLEWALK_UNSUPPORTED;
	at = find(t, va, depth, false, &found);
	leaf = read_entry(t, at);
	if (found != depth || !is_leaf(leaf, depth))
		return TABLEWALK_MISSING;
	table = new_table(t);
	if (table == UINT64_MAX)
		return TABLEWALK_MEMORY;
	if (depth + 1 == TABLEWALK_PTE)
		leaf &= ~PS;
	for (i = 0; i < ENTRIES; i++)
		write_entry(t, entry_at(t, table, i * span(depth + 1), depth + 1),
			    leaf + i * span(depth + 1));
	write_entry(t, at, table | P | RW | US);
	va &= ~(span(depth) - 1);
	flush(t, va, va + span(depth) - 1, depth, 1);
	return 0;
}

static int tiny_collapse(void *state, uint64_t va, int depth)
{
	const struct tables *t = state;
	uint64_t table, first, i;
	uint8_t *at;
	int found;

	if (depth < TABLEWALK_PUD || depth > TABLEWALK_PMD)
		return TABLEWALK_UNSUPPORTED;
	at = find(t, va, depth, false, &found);
	table = read_entry(t, at) & PA;
	if (found != depth || !is_table(read_entry(t, at), depth))
		return TABLEWALK_MISSING;
	first = read_entry(t, entry_at(t, table, 0, depth + 1));
	for (i = 0; i < ENTRIES; i++)
		if (!is_leaf(first, depth + 1) || (first & PA) % span(depth) ||
		    read_entry(t, entry_at(t, table, i * span(depth + 1),
					   depth + 1)) !=
		    first + i * span(depth + 1))
			return TABLEWALK_BUSY;
	write_entry(t, at, first | PS);
	va &= ~(span(depth) - 1);
	flush(t, va, va + span(depth) - 1, -1, 1);
	t->memory->release(t->memory->context, table, PAGE);
	return 0;
}

static int tiny_install(void *state, uint64_t va, uint64_t last, uint64_t pa,
			uint32_t attrs, uint64_t *done)
{
	const struct tables *t = state;
	int error = check(va, last, PAGE), found;
	uint64_t i, count = error ? 0 : (last - va) / PAGE + 1;

	for (i = 0; i < count; i++) {
		uint8_t *entry = find(t, va + i * PAGE, TABLEWALK_PTE, true,
				      &found);

		if (!entry)
			return TABLEWALK_MEMORY;
		if (!(read_entry(t, entry) & P))
			write_entry(t, entry, encode(pa + i * PAGE, attrs,
						     TABLEWALK_PTE));
		*done = (i + 1) * PAGE;
	}
	return error;
}

/* Entries of one table; above 0 or below it ends the walk. */
static int walk_table(const struct tables *t, uint64_t table, int depth,
		      uint64_t va, uint64_t last, struct tablewalk_visitor *v)
{
	uint32_t deeper = v->callbacks & 0x1f & ~((2u << depth) - 1);
	uint64_t at = va, end;
	int stop = 0;

	for (;; at = end + 1) {
		uint8_t *p = entry_at(t, table, at, depth);
		uint64_t entry, entry_pa;

		end = at | (span(depth) - 1);
		if (end > last)
			end = last;
again:
		entry = read_entry(t, p);
		t->memory->address(t->memory->context, p, &entry_pa);
		v->action = TABLEWALK_SUBTREE;
		if (!(entry & P)) {
			if (v->callbacks & 0x20)
				stop = v->hole(v, depth, at, end -
					(t->short_hole && end == last ? PAGE : 0));
		} else if (v->callbacks & 1u << depth) {
			stop = v->entry(v, depth, at, end, entry_pa);
			if (!stop && v->action == TABLEWALK_AGAIN)
				goto again;
			/* It may have changed what it looked at. */
			entry = read_entry(t, p);
		}
		if (!stop && v->action == TABLEWALK_SUBTREE && deeper) {
			if (v->split && is_leaf(entry, depth) &&
			    depth < TABLEWALK_PTE) {
				stop = v->split(v, depth, at);
				entry = read_entry(t, p);
			}
			if (!stop && is_table(entry, depth))
				stop = walk_table(t, entry & PA, depth + 1, at,
						  end, v);
		}
		if (stop || end == last)
			return stop;
	}
}

static int tiny_walk(void *state, uint64_t va, uint64_t last,
		     struct tablewalk_visitor *visitor)
{
	const struct tables *t = state;
	int error = check(va, last, PAGE);

	return error ? error : walk_table(t, t->root, TOP, va, last, visitor);
}

static int tiny_translate(void *state, uint64_t va,
			  struct tablewalk_translation *found)
{
	const struct tables *t = state;
	int error = check(va & ~(PAGE - 1), va | (PAGE - 1), PAGE), depth;
	uint64_t entry;

	memset(found, 0, sizeof(*found));
	if (error)
		return error;
	entry = read_entry(t, find(t, va, TABLEWALK_PTE, false, &depth));
	if (!(entry & P))
		return 0;
	found->present = 1;
	found->depth = depth;
	found->pa = (entry & PA) + va % span(depth);
	found->attrs = decode(entry);
	return 0;
}

static int tiny_dump(void *state, uint64_t va, uint64_t last,
		     struct tablewalk_dump *dump)
{
	const struct tables *t = state;
	int error = check(va, last, PAGE), depth, run_depth = 0, stop;
	uint64_t at = va, start = va, next;
	uint32_t rights, run = 0;

	while (!error) {
		uint64_t entry = read_entry(t, find(t, at, TABLEWALK_PTE, false,
						    &depth));

		rights = entry & P ? decode(entry) : 0;
		next = (at | (span(depth) - 1)) + 1;
		if (run && (rights != run || depth != run_depth)) {
			stop = dump->run(dump, run_depth, start, at - 1, run);
			if (stop)
				return stop;
		}
		if (rights != run || depth != run_depth)
			start = at;
		run = rights;
		run_depth = depth;
		if (next - 1 >= last)
			break;
		at = next;
	}
	return error || !run ? error :
	       dump->run(dump, run_depth, start, last, run);
}

static const char *const formats[] = { "x86_64-4level", NULL };
static const struct tablewalk_reason reasons[] = {
	{ TABLEWALK_DIFFERS_UNMAP_DROPS_LEAF, "tiny.c, change()" },
	{ TABLEWALK_DIFFERS_PROTECT_WHOLE_LEAF, "tiny.c, change()" },
	{ TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX, "tiny.c, tiny_map()" },
	{ 0, NULL },
};

#define TINY(name_, what_) \
	{ \
		.version = TABLEWALK_SUBJECT_VERSION, \
		.bytes = sizeof(struct tablewalk_subject), \
		.name = name_, \
		.what = what_, \
		.formats = formats, \
		.capabilities = \
			TABLEWALK_CAPABILITIES & ~TABLEWALK_CAN_FREE & \
			~TABLEWALK_CAN_FAIL & ~TABLEWALK_TABLES_ELSEWHERE, \
		.differences = TABLEWALK_DIFFERS_UNMAP_DROPS_LEAF | \
			       TABLEWALK_DIFFERS_PROTECT_WHOLE_LEAF | \
			       TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX, \
		.reasons = reasons, \
		.attrs = TABLEWALK_RIGHTS, \
		.attrs_always = TABLEWALK_R, \
		.leaf_depths = 0x1c, \
		.open = tiny_open, \
		.close = tiny_close, \
		.root = tiny_root, \
		.map = tiny_map, \
		.unmap = tiny_unmap, \
		.protect = tiny_protect, \
		.split = tiny_split, \
		.collapse = tiny_collapse, \
		.install = tiny_install, \
		.walk = tiny_walk, \
		.translate = tiny_translate, \
		.dump = tiny_dump, \
	}

const struct tablewalk_subject tiny =
	TINY("tiny", "four levels of x86-64 in one file");
const struct tablewalk_subject tiny_short_hole =
	TINY("tiny", "tiny with a hole that is too short");
const struct tablewalk_subject tiny_own_order =
	TINY("tiny", "tiny with entries in the processor's byte order");
