/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Impostors: see impostor.h.  What they remember from one operation to the next
 * is in struct subject, so a case is the same each time it runs.
 */
#include "impostor.h"

#include <errno.h>
#include <string.h>

#include <tablewalk/table_owner.h>

static int do_nothing(struct subject *s, const struct op *op,
		      struct trace *trace)
{
	(void)s;
	(void)op;
	(void)trace;
	return 0;
}

static int refuse(struct subject *s, const struct op *op, struct trace *trace)
{
	(void)s;
	(void)op;
	(void)trace;
	return -EOPNOTSUPP;
}

/* Every fifth operation did the opposite of what it says. */
static int lie(struct subject *s, const struct op *op, struct trace *trace)
{
	int ret = subject_builtin.turn(s, op, trace);

	if (++s->turns % 5)
		return ret;
	return ret ? 0 : -EINVAL;
}

/* One more of the size that is asked for, wherever that is possible. */
static int map_more(struct subject *s, const struct op *op,
		    struct trace *trace)
{
	const struct pt_format *f = s->space[s->current].format;
	struct op more = *op;

	if (op->kind != OP_MAP || op->depth < f->top || op->depth > PT_PTE)
		return subject_builtin.turn(s, op, trace);
	more.last += pt_span(f, op->depth) << op->order;

	int ret = subject_builtin.turn(s, &more, trace);

	/* No room for it: then what was asked for, as if nothing had been. */
	if (ret != -EEXIST && ret != -ERANGE && ret != -EINVAL &&
	    ret != -EBUSY)
		return ret;
	return subject_builtin.turn(s, op, trace);
}

/* Flips one bit of the entry after the one that was mapped. */
static void corrupt(struct subject *s)
{
	struct pt_space *space = &s->space[s->last_space];
	const struct op *map = &s->last_map;
	const struct pt_level *l = &space->format->level[map->depth];
	const uint64_t va = map->last + 1;
	struct pt_owner owner;
	uint8_t *host;

	if (pt_table_at(space, va, map->depth, &owner))
		return;
	host = pt_memory_at(&s->arena->memory, owner.page.pa, owner.page.bytes);
	host += pt_index(space->format, map->depth, va) * pt_stride(l);
	host[s->turns % pt_stride(l)] ^= (uint8_t)(1u << s->turns / 2 % 8);
}

/* All is right at its time; some operations later something is not. */
static int corrupt_later(struct subject *s, const struct op *op,
			 struct trace *trace)
{
	const unsigned space = s->current;
	int ret = subject_builtin.turn(s, op, trace);

	s->turns++;
	if (s->due && s->turns == s->due) {
		corrupt(s);
		s->due = 0;
	} else if (!s->due && op->kind == OP_MAP && !ret && !s->holds) {
		s->last_map = *op;
		s->last_space = space;
		s->due = s->turns + 5;
	}
	return ret;
}

/* Empties an entry for a moment, for everybody to see. */
static void flicker_once(struct subject *s)
{
	const struct pt_space *space = &s->space[s->last_space];
	const struct pt_env *env = space->env;
	const struct op *map = &s->last_map;
	const struct pt_level *l = &space->format->level[map->depth];
	const uint8_t none[8] = { 0 };
	uint8_t kept[8];
	struct pt_owner owner;
	uint8_t *host;
	uint64_t pa;

	if (!env->store || pt_stride(l) != l->entry_bytes ||
	    pt_table_at(&s->space[s->last_space], map->va, map->depth, &owner))
		return;
	pa = owner.page.pa +
	     pt_index(space->format, map->depth, map->va) * pt_stride(l);
	host = pt_memory_at(env->memory, pa, l->entry_bytes);
	memcpy(kept, host, l->entry_bytes);
	memcpy(host, none, l->entry_bytes);
	env->store(env->context, pa, l->entry_bytes, 0, 0);
	memcpy(host, kept, l->entry_bytes);
	env->store(env->context, pa, l->entry_bytes, 0, 0);
}

/* Whether op says nothing of what was mapped first, nor of its neighbours. */
static bool is_far(const struct subject *s, const struct op *op)
{
	const struct pt_format *f = s->space[s->last_space].format;
	const struct op *map = &s->last_map;
	const uint64_t around = pt_span(f, map->depth) - 1 +
				(UINT64_C(16) << f->page_shift);

	return s->current != s->last_space ||
	       (op->va > map->va && op->va - map->va > around) ||
	       (op->last < map->va && map->va - op->last > around);
}

/* All ends well, but what was mapped first is gone for a moment each time. */
static int flicker(struct subject *s, const struct op *op, struct trace *trace)
{
	const unsigned space = s->current;
	int ret;

	if (s->due && op->kind == OP_MAP && is_far(s, op))
		flicker_once(s);
	ret = subject_builtin.turn(s, op, trace);
	if (!s->due && op->kind == OP_MAP && !ret && !s->holds) {
		s->last_map = *op;
		s->last_space = space;
		s->due = 1;
	}
	return ret;
}

/*
 * Of several callbacks in a row that are alike a walk leaves out the last, here
 * of the last such row.
 */
static int forget(struct subject *s, const struct op *op, struct trace *trace)
{
	int ret = subject_builtin.turn(s, op, trace);

	for (uint32_t i = trace->count; i-- > 0;) {
		struct trace_event *e = &trace->event[i];
		const uint64_t bytes = e->last - e->va + 1;

		if ((e->type != TRACE_VISIT && e->type != TRACE_HOLE) ||
		    e->count < 2 || !bytes)
			continue;
		e->last -= bytes / e->count;
		e->count--;
		break;
	}
	return ret;
}

static const struct subject_kind impostors[] = {
	{ "nothing", "does nothing and says that all went well", do_nothing },
	{ "liar", "does everything right, but every fifth return value is wrong",
	  lie },
	{ "one-page-more", "maps one page more than it was asked for", map_more },
	{ "late-corruption", "flips a bit of a neighbour's entry, some operations "
	  "after all was right", corrupt_later },
	{ "forgetful-walk", "leaves out the last of several callbacks in a row",
	  forget },
	{ "flicker", "empties an entry that it has nothing to do with for a moment",
	  flicker },
	{ "always-refuses", "answers -EOPNOTSUPP to everything", refuse },
};

const struct subject_kind *impostor(unsigned number)
{
	if (number >= sizeof(impostors) / sizeof(impostors[0]))
		return NULL;
	return &impostors[number];
}
