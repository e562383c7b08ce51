/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a sweep consists of, and the tables of one scene: see sweep_private.h.
 */
#include <stdlib.h>

#include "../mm/pt_entry.h"
#include "sweep_private.h"

static bool is_leaf_depth(const struct sweep *s, unsigned depth)
{
	return s->format->level[depth].leaf.match.count &&
	       s->model->level[depth].leaf;
}

static unsigned entries_of(const struct sweep *s, unsigned depth)
{
	return 1u << s->format->level[depth].index_bits;
}

/*
 * How many words a table has room for.  Of a root two entries stay empty, so
 * that one is left for the guest's own runtime and one for the other half.
 */
static unsigned capacity(const struct sweep *s, unsigned depth, unsigned order)
{
	unsigned units = entries_of(s, depth) >> order;

	if (depth == s->format->top)
		units = units > 2 ? units - 2 : 0;
	return units < SWEEP_COLUMN ? units : SWEEP_COLUMN;
}

static bool add_scene(struct sweep *s, const struct sweep_scene *scene)
{
	if (s->scenes == s->room) {
		unsigned room = s->room ? 2 * s->room : 256;
		void *more = realloc(s->scene, room * sizeof(s->scene[0]));

		if (!more)
			return false;
		s->scene = more;
		s->room = room;
	}
	s->scene[s->scenes++] = *scene;
	return true;
}

/* As many parts as the words of the family need. */
static bool add_parts(struct sweep *s, struct sweep_scene scene,
		      enum sweep_family family, unsigned depth)
{
	const unsigned room = capacity(s, depth, scene.order);
	unsigned parts;

	scene.family = (uint8_t)family;
	scene.depth = (uint8_t)depth;
	if (!room)
		return true;
	sweep_words(&s->words, s->format, depth, scene.order, family,
		    depth == scene.leaf, s->deep);
	parts = (s->words.count + room - 1) / room;
	for (scene.part = 0; scene.part < parts; scene.part++)
		if (!add_scene(s, &scene))
			return false;
	return true;
}

/* How many addresses the columns make. */
static uint64_t addresses(const struct sweep *s)
{
	uint64_t all = s->offsets;

	for (unsigned d = s->format->top; d <= s->now->leaf; d++)
		all *= s->column[d].count;
	return all;
}

/* Rights at all depths: as many parts as there are slices. */
static bool add_lattice(struct sweep *s, struct sweep_scene scene)
{
	uint64_t parts;

	scene.family = SWEEP_LATTICE;
	s->now = &scene;
	sweep_set_regime(s, 0, scene.space);
	sweep_fill(s);
	parts = (addresses(s) + SWEEP_SLICE - 1) / SWEEP_SLICE;
	s->now = NULL;
	for (; scene.part < parts; scene.part++)
		if (!add_scene(s, &scene))
			return false;
	return true;
}

/* All scenes whose chain ends in such a leaf. */
static bool plan_leaf(struct sweep *s, struct sweep_scene scene, bool bits)
{
	bool good;

	scene.depth = scene.leaf;
	good = add_lattice(s, scene);
	scene.family = SWEEP_EDGES;
	good = good && add_scene(s, &scene);
	if (!bits)
		return good;
	good = good && add_parts(s, scene, SWEEP_ATTRS, scene.leaf) &&
	       add_parts(s, scene, SWEEP_LEAF_BITS, scene.leaf);
	if (scene.order)
		return good;
	for (unsigned d = s->format->top; d <= scene.leaf && good; d++) {
		good = add_parts(s, scene, SWEEP_PLAIN, d);
		if (good && d < scene.leaf)
			good = add_parts(s, scene, SWEEP_TABLE_BITS, d);
	}
	return good;
}

/* All scenes, once, without a control word. */
static bool plan_contents(struct sweep *s)
{
	const struct pt_format *f = s->format;
	const unsigned spaces = f->va_rule == PT_VA_ZERO ? 1 : 2;

	for (unsigned space = 0; space < spaces; space++)
		for (unsigned leaf = f->top; leaf < PT_DEPTHS; leaf++) {
			const struct pt_level *l = &f->level[leaf];
			struct sweep_scene scene = {
				.space = (uint8_t)space, .leaf = (uint8_t)leaf,
			};
			/* The upper half of one root is no other hardware. */
			const bool bits = !space || f->va_rule == PT_VA_ROOTS;

			if (!is_leaf_depth(s, leaf))
				continue;
			if (!plan_leaf(s, scene, bits))
				return false;
			for (unsigned i = 0; i < l->group_count; i++) {
				scene.order = l->group[i].order;
				if (!plan_leaf(s, scene, bits))
					return false;
			}
		}
	return true;
}

/* Every setting of what model and guest both know. */
static bool plan_controls(struct sweep *s)
{
	uint32_t any, always, set = 0;
	unsigned count = 1;

	guest_controls(s->guest, &any, &always);
	any &= s->model->controls & ~always;
	for (uint32_t left = any; left; left &= left - 1)
		count *= 2;
	s->control = calloc(count, sizeof(*s->control));
	if (!s->control)
		return false;
	do {
		s->control[s->controls++].control = set | always;
		set = (set - any) & any;
	} while (set);
	return true;
}

bool sweep_plan(struct sweep *s)
{
	return plan_controls(s) && plan_contents(s) && sweep_order(s);
}

/* Where the k-th data page, or the k-th stretch for larger leaves, begins. */
static uint64_t data_pa(const struct sweep *s, unsigned leaf, unsigned order,
			unsigned k)
{
	const struct guest_range *data = &guest_ram(s->guest)->data;
	const uint64_t bytes = pt_span(s->format, leaf) << order;
	const uint64_t first = (data->pa + bytes - 1) & ~(bytes - 1);
	const uint64_t end = data->pa + data->bytes;
	const uint64_t fit = first < end ? (end - first) / bytes : 0;

	return fit ? first + k % fit * bytes : data->pa & ~(bytes - 1);
}

/* Which pages of a leaf are asked for. */
static void fill_offsets(struct sweep *s)
{
	const struct sweep_scene *now = s->now;
	const struct guest_range *data = &guest_ram(s->guest)->data;
	const uint64_t bytes = pt_span(s->format, now->leaf);
	const uint64_t pa = data_pa(s, now->leaf, now->order, 0);

	s->offsets = 0;
	/* A leaf that is larger than the data begins before them. */
	if (pa < data->pa && data->pa - pa < bytes)
		s->offset[s->offsets++] = data->pa - pa;
	else
		s->offset[s->offsets++] = 0;
	if (now->family != SWEEP_EDGES || bytes == 4096)
		return;
	s->offset[s->offsets++] = bytes - 4096;
	if (s->offset[0])
		s->offset[s->offsets++] = 0;
}

static void add_entry(struct sweep *s, unsigned depth, unsigned index,
		      const struct sweep_word *word, unsigned k)
{
	const struct sweep_scene *now = s->now;
	struct sweep_column *c = &s->column[depth];
	const unsigned order = depth == now->leaf ? now->order : 0;
	const uint64_t span = pt_span(s->format, depth);
	uint64_t pa;

	if (depth == now->leaf)
		pa = data_pa(s, depth, order, k) +
		     (index & pt_ones(order)) * span;
	else
		pa = sweep_table_pa(s, depth + 1);
	c->index[c->count] = (uint16_t)index;
	c->word[c->count] = *word;
	c->raw[c->count] = sweep_word_raw(s->format, depth, order, word, pa);
	c->safe[c->count] = sweep_word_safe(s, depth, c->raw[c->count],
					    depth == now->leaf, true);
	c->safe_walk[c->count] = sweep_word_safe(s, depth, c->raw[c->count],
						 depth == now->leaf, false);
	c->count++;
}

/* The first index of a table that is used: never the root's first of a half. */
static unsigned base_index(const struct sweep *s, unsigned depth)
{
	const struct pt_format *f = s->format;

	if (depth != f->top)
		return entries_of(s, depth) / 3;
	return f->va_rule == PT_VA_SIGNED && s->now->space ?
		       entries_of(s, depth) / 2 + 1 : 1;
}

static bool varied(const struct sweep *s, unsigned depth)
{
	return s->now->family == SWEEP_LATTICE ||
	       (s->now->family != SWEEP_EDGES && s->now->depth == depth);
}

/* The words of a table one after the other, each with an entry of its own. */
static void fill_varied(struct sweep *s, unsigned depth)
{
	const struct sweep_scene *now = s->now;
	const unsigned order = depth == now->leaf ? now->order : 0;
	unsigned room = capacity(s, depth, order), first = 0;
	const unsigned units = (unsigned)pt_ones(order);
	unsigned skip = 0;

	/* A group begins where its number is even. */
	if (depth == s->format->top)
		skip = (base_index(s, depth) + units) & ~units;
	if (now->family != SWEEP_LATTICE)
		first = now->part * room;
	else if (skip > 1)
		room = room / 2;
	for (unsigned k = 0; k < room && first + k < s->words.count; k++) {
		unsigned index = (k << order) + (k & units);

		add_entry(s, depth, skip + index, &s->words.word[first + k],
			  first + k);
	}
}

/* One plain entry, or the first and the last. */
static void fill_plain(struct sweep *s, unsigned depth)
{
	const unsigned last = entries_of(s, depth) - 1;
	unsigned half = 0;

	if (s->now->family != SWEEP_EDGES) {
		add_entry(s, depth, base_index(s, depth), &s->words.word[0],
			  0);
		return;
	}
	if (depth == s->format->top && s->format->va_rule == PT_VA_SIGNED)
		half = last / 2 + 1;
	add_entry(s, depth, s->now->space ? half : 0, &s->words.word[0], 0);
	add_entry(s, depth, half && !s->now->space ? half - 1 : last,
		  &s->words.word[0], 1);
}

void sweep_fill(struct sweep *s)
{
	const struct sweep_scene *now = s->now;

	for (unsigned d = s->format->top; d <= now->leaf; d++) {
		const bool leaf = d == now->leaf, v = varied(s, d);

		s->column[d].count = 0;
		sweep_words(&s->words, s->format, d, leaf ? now->order : 0,
			    v ? (enum sweep_family)now->family : SWEEP_EDGES,
			    leaf, s->deep);
		if (v)
			fill_varied(s, d);
		else
			fill_plain(s, d);
	}
	fill_offsets(s);
}

void sweep_slice(const struct sweep *s, uint64_t *first, uint64_t *end)
{
	const uint64_t all = addresses(s);

	*first = 0;
	*end = all;
	if (s->now->family != SWEEP_LATTICE)
		return;
	*first = (uint64_t)s->now->part * SWEEP_SLICE;
	if (*end - *first > SWEEP_SLICE)
		*end = *first + SWEEP_SLICE;
}
