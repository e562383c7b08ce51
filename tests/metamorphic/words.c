/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * See words.h.  Entries are put together from bytes here, by the descriptor and
 * by nothing of mm/.  Both functions recurse once per depth.
 */
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A number of that many bytes in the format's order. */
static uint64_t read_number(const struct pt_format *f, const uint8_t *host,
			    unsigned bytes)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < bytes; i++)
		number = number << 8 | host[f->big_endian ? i : bytes - 1 - i];
	return number;
}

static struct pt_entry read_entry(const struct pt_format *f, unsigned depth,
				  const uint8_t *host)
{
	const struct pt_level *l = &f->level[depth];
	struct pt_entry e = { read_number(f, host, l->entry_bytes) };

	if (l->half_offset)
		e.raw = read_number(f, host, 4) |
			read_number(f, host + l->half_offset, 4) << 32;
	return e;
}

/* One table of each tree, and where a difference is told. */
struct pair {
	const struct pt_format *f;
	const struct words *a, *b;
	uint64_t va;			/* of its first entry */
	char *text;
	size_t bytes;
};

static bool differ(const struct pair *p, unsigned depth, unsigned index,
		   const char *what, uint64_t a, uint64_t b)
{
	snprintf(p->text, p->bytes, "%s entry for 0x%" PRIx64
		 " and on: %s 0x%" PRIx64 " and 0x%" PRIx64,
		 pt_depth_name((int)depth), p->va + index * pt_span(p->f, depth),
		 what, a, b);
	return false;
}

static bool same_tables(const struct pair *p, unsigned depth, uint64_t a_pa,
			uint64_t b_pa);

/* Two entries that are not both the same bytes, or may point to tables. */
static bool same_entries(const struct pair *p, unsigned depth, unsigned index,
			 struct pt_entry a, struct pt_entry b)
{
	const struct pt_address_field *field = &p->f->level[depth].table.pa;
	const uint64_t address = pt_address_mask(field);
	struct pair below = *p;

	if (pt_entry_kind(p->f, depth, a) != PT_TABLE ||
	    pt_entry_kind(p->f, depth, b) != PT_TABLE)
		return a.raw == b.raw || differ(p, depth, index, "words", a.raw,
						b.raw);
	if ((a.raw ^ b.raw) & ~address)
		return differ(p, depth, index, "pointers", a.raw, b.raw);
	below.va += index * pt_span(p->f, depth);
	return same_tables(&below, depth + 1, pt_address_decode(field, a.raw),
			   pt_address_decode(field, b.raw));
}

static bool same_tables(const struct pair *p, unsigned depth, uint64_t a_pa,
			uint64_t b_pa)
{
	const uint64_t bytes = pt_table_bytes(p->f, depth);
	const unsigned entries = 1u << p->f->level[depth].index_bits;
	const unsigned stride = pt_stride(&p->f->level[depth]);
	const uint8_t *a = pt_memory_at(p->a->memory, a_pa, bytes);
	const uint8_t *b = pt_memory_at(p->b->memory, b_pa, bytes);

	if (!a || !b)
		return differ(p, depth, 0, "tables outside memory", a_pa, b_pa);
	if (depth == PT_PTE && !memcmp(a, b, bytes))
		return true;
	for (unsigned i = 0; i < entries; i++) {
		const size_t offset = (size_t)i * stride;
		struct pt_entry x = read_entry(p->f, depth, a + offset);
		struct pt_entry y = read_entry(p->f, depth, b + offset);

		if (!same_entries(p, depth, i, x, y))
			return false;
	}
	/* What lies between entries, and their copies. */
	return depth < PT_PTE || differ(p, depth, 0, "bytes of tables", a_pa,
					b_pa);
}

bool words_compare(const struct pt_format *format, const struct words *a,
		   const struct words *b, char *text, size_t bytes)
{
	const struct pair pair = {
		.f = format, .a = a, .b = b, .text = text, .bytes = bytes,
	};

	return same_tables(&pair, format->top, a->root, b->root);
}

static unsigned count_tables(const struct pt_format *f,
			     const struct words *tree, unsigned depth,
			     uint64_t pa)
{
	const struct pt_address_field *field = &f->level[depth].table.pa;
	const uint8_t *host = pt_memory_at(tree->memory, pa,
					   pt_table_bytes(f, depth));
	unsigned count = 1;

	if (!host || depth == PT_PTE)
		return 1;
	for (unsigned i = 0; i < 1u << f->level[depth].index_bits; i++) {
		struct pt_entry e = read_entry(f, depth, host +
				(size_t)i * pt_stride(&f->level[depth]));

		if (pt_entry_kind(f, depth, e) == PT_TABLE)
			count += count_tables(f, tree, depth + 1,
					      pt_address_decode(field, e.raw));
	}
	return count;
}

unsigned words_tables(const struct pt_format *format, const struct words *tree)
{
	return count_tables(format, tree, format->top, tree->root);
}
