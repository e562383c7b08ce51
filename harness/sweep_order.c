/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * In which order the scenes of a sweep come: see sweep_private.h.
 *
 * A sweep may end at any time, and shall have seen something of everything by then.
 * What scenes vary (their content: family, depth, kind of leaf) is gone through once in
 * each round, by a stride that scatters what is alike.  Each comes under another
 * control word in each round: the one that has had the fewest addresses so far of
 * those that are left to this content.  After as many rounds as there are control words
 * each content has been under each.
 */
#include <stdlib.h>

#include "sweep_private.h"

struct contents {
	const struct sweep_scene *scene;
	uint32_t *addresses;		/* of each */
	bool *used;			/* content times controls: had it */
	unsigned count;
};

static unsigned common_divisor(unsigned a, unsigned b)
{
	while (b) {
		const unsigned rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * The golden section of count, or the next above it without a common divisor: by such
 * steps neighbours come far from each other, and everything comes once.
 */
static unsigned stride(unsigned count)
{
	unsigned step = count * 618u / 1000u + 1u;

	while (common_divisor(step, count) != 1)
		step++;
	return step;
}

/* Which control word that content gets, and that it has had it. */
static unsigned take_control(const struct sweep *s, const struct contents *c,
			     unsigned content, uint64_t *had)
{
	bool *used = c->used + (size_t)content * s->controls;
	unsigned best = s->controls;

	for (unsigned i = 0; i < s->controls; i++)
		if (!used[i] && (best == s->controls || had[i] < had[best]))
			best = i;
	used[best] = true;
	had[best] += c->addresses[content];
	return best;
}

/* All scenes, in order, into scene. */
static void put_scenes(struct sweep *s, const struct contents *c,
		       struct sweep_scene *scene, uint64_t *had)
{
	const unsigned step = stride(c->count);
	unsigned content = 0;

	for (unsigned round = 0; round < s->controls; round++)
		for (unsigned i = 0; i < c->count; i++) {
			const unsigned w = take_control(s, c, content, had);

			*scene = c->scene[content];
			scene++->control = s->control[w].control;
			s->control[w].scenes++;
			content = (content + step) % c->count;
		}
}

bool sweep_order(struct sweep *s)
{
	struct contents c = { .scene = s->scene, .count = s->scenes };
	const size_t total = (size_t)s->scenes * s->controls;
	struct sweep_scene *scene;
	uint64_t *had, first, end;
	bool good;

	if (!total)
		return true;
	c.addresses = calloc(c.count, sizeof(*c.addresses));
	c.used = calloc(total, sizeof(*c.used));
	scene = calloc(total, sizeof(*scene));
	had = calloc(s->controls, sizeof(*had));
	good = c.addresses && c.used && scene && had;
	for (unsigned i = 0; i < c.count && good; i++) {
		s->now = &s->scene[i];
		sweep_set_regime(s, s->control[0].control, s->now->space);
		sweep_fill(s);
		sweep_slice(s, &first, &end);
		c.addresses[i] = (uint32_t)(end - first);
	}
	if (good) {
		put_scenes(s, &c, scene, had);
		free(s->scene);
		s->scene = scene;
		s->scenes = s->room = (unsigned)total;
	} else {
		free(scene);
	}
	s->now = NULL;
	free(c.addresses);
	free(c.used);
	free(had);
	return good;
}

uint64_t sweep_plan_hash(const struct sweep *s)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);	/* FNV-1a */

	for (unsigned i = 0; i < s->scenes; i++) {
		const struct sweep_scene *scene = &s->scene[i];
		const uint32_t part[] = {
			scene->control, scene->family, scene->space,
			scene->leaf, scene->order, scene->depth, scene->part,
		};

		for (size_t j = 0; j < sizeof(part) / sizeof(part[0]); j++)
			for (unsigned k = 0; k < 4; k++)
				hash = (hash ^ (part[j] >> 8 * k & 0xff)) *
				       UINT64_C(0x100000001b3);
	}
	return hash;
}

void sweep_count_cases(struct sweep *s, uint32_t control, uint64_t cases)
{
	for (unsigned i = 0; i < s->controls; i++)
		if (s->control[i].control == control)
			s->control[i].cases += cases;
}

struct sweep_control *sweep_controls(struct sweep *sweep, unsigned *count)
{
	*count = sweep->controls;
	return sweep->control;
}
