/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A subject without tables: what every function returns and reports is a hash of
 * its arguments, so that one bit of one argument that is lost on the way shows.
 */
#include "subjects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct echo_space {
	uint64_t hash;			/* of what it was opened with */
	const struct tablewalk_memory *memory;
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static uint64_t mix4(uint64_t hash, uint64_t a, uint64_t b, uint64_t c,
		     uint64_t d)
{
	return mix(mix(mix(mix(hash, a), b), c), d);
}

static int number(uint64_t hash)
{
	return (int)(hash % 400) - 199;	/* -200 would say that it died */
}

static int echo_open(const struct tablewalk_subject *subject,
		     struct tablewalk_setup *setup, void **state)
{
	struct echo_space *e = malloc(sizeof(*e));
	size_t i;

	(void)subject;
	if (!e)
		return TABLEWALK_MEMORY;
	e->memory = setup->memory;
	e->hash = mix4(setup->space, setup->control, setup->pa_bits,
		       setup->root, setup->folded);
	for (i = 0; setup->format[i]; i++)
		e->hash = mix(e->hash, (unsigned char)setup->format[i]);
	setup->elsewhere_pa = mix(e->hash, 1);
	setup->elsewhere_bytes = mix(e->hash, 2);
	*state = e;
	/* This must not get between the messages. */
	printf("opened for %s\n", setup->format);
	fflush(stdout);
	return 0;
}

static void echo_close(void *state)
{
	struct echo_space *e = state;

	e->memory->flush(e->memory->context, e->hash, 0, -1, 1);
	free(e);
}

static uint64_t echo_root(void *state)
{
	const struct echo_space *e = state;

	return mix(e->hash, 3);
}

/* A flush of everything that a function was given, beside its result. */
static int result(const struct echo_space *e, unsigned function, uint64_t a,
		  uint64_t b, uint64_t c, uint64_t d, uint64_t *done)
{
	uint64_t hash = mix4(mix(e->hash, function), a, b, c, d);

	e->memory->flush(e->memory->context, hash, ~hash, (int)(hash >> 40),
			 (int)(hash & 1));
	if (done)
		*done = mix(hash, 1);
	return number(hash);
}

static int echo_map(void *state, uint64_t va, uint64_t last, uint64_t pa,
		    uint32_t attrs, int depth, uint64_t *done)
{
	return result(state, 4, va, last, pa,
		      attrs ^ (uint64_t)(uint32_t)depth << 32, done);
}

static int echo_unmap(void *state, uint64_t va, uint64_t last, uint64_t *done)
{
	return result(state, 5, va, last, 0, 0, done);
}

static int echo_protect(void *state, uint64_t va, uint64_t last,
			uint32_t rights, uint64_t *done)
{
	return result(state, 6, va, last, rights, 0, done);
}

static int echo_split(void *state, uint64_t va, int depth)
{
	return result(state, 7, va, (uint32_t)depth, 0, 0, NULL);
}

static int echo_collapse(void *state, uint64_t va, int depth)
{
	return result(state, 8, va, (uint32_t)depth, 0, 0, NULL);
}

static int echo_install(void *state, uint64_t va, uint64_t last, uint64_t pa,
			uint32_t attrs, uint64_t *done)
{
	return result(state, 9, va, last, pa, attrs, done);
}

static int echo_free_tables(void *state, uint64_t va, uint64_t last)
{
	return result(state, 10, va, last, 0, 0, NULL);
}

/* Its callbacks' answers go into what it returns. */
static int echo_walk(void *state, uint64_t va, uint64_t last,
		     struct tablewalk_visitor *v)
{
	const struct echo_space *e = state;
	uint64_t hash = mix4(e->hash, va, last, v->callbacks, v->split != NULL);
	unsigned i;

	for (i = 0; i < 40; i++) {
		int stop, depth = (int)(hash % 5);

		v->action = TABLEWALK_SUBTREE;
		if (hash >> 8 & 1)
			stop = v->hole(v, depth - (hash >> 9 & 1 && !depth),
				       hash, ~hash);
		else
			stop = v->entry(v, depth, hash, ~hash, hash << 7);
		if (stop)
			return stop;
		hash = mix4(hash, i, v->action, 0, 0);
		if (v->split && hash % 16 == 0)
			hash = mix(hash, (unsigned)v->split(v, depth, hash));
	}
	return number(hash);
}

static int echo_translate(void *state, uint64_t va,
			  struct tablewalk_translation *found)
{
	const struct echo_space *e = state;
	uint64_t hash = mix(e->hash, va);

	found->present = (uint32_t)hash;
	found->depth = (int32_t)((hash >> 20) % 256) - 128;
	found->pa = mix(hash, 1);
	found->attrs = (uint32_t)mix(hash, 2);
	found->removed = (uint32_t)mix(hash, 3);
	return number(hash);
}

static int echo_dump(void *state, uint64_t va, uint64_t last,
		     struct tablewalk_dump *dump)
{
	const struct echo_space *e = state;
	uint64_t hash = mix4(e->hash, va, last, 0, 0), i;

	/* More than one message holds. */
	for (i = 0; i < 3000; i++, hash = mix(hash, i)) {
		int stop = dump->run(dump, (int)(hash % 5), hash, ~hash,
				     (uint32_t)(hash >> 32));

		if (stop)
			return stop;
	}
	return number(hash);
}

static int echo_read(void *state, uint64_t pa, void *to, size_t bytes)
{
	const struct echo_space *e = state;
	unsigned char *out = to;
	size_t i;

	if (pa == 0)
		return TABLEWALK_RANGE;
	for (i = 0; i < bytes; i++)
		out[i] = (unsigned char)mix(e->hash, pa + i);
	return 0;
}

static const char *const formats[] = { "x86_64-4level", "s390x", NULL };
static const struct tablewalk_reason reasons[] = {
	{ TABLEWALK_DIFFERS_NO_ENTRIES, "echo.c: there is nothing, \"really\"" },
	{ TABLEWALK_DIFFERS_SHORT_COUNT, "echo.c, caf\303\251" },
	{ 0, NULL },
};

const struct tablewalk_subject echo = {
	.version = TABLEWALK_SUBJECT_VERSION,
	.bytes = sizeof(struct tablewalk_subject),
	.name = "echo",
	.what = "hashes of what it is given",
	.formats = formats,
	.capabilities = TABLEWALK_CAPABILITIES & ~TABLEWALK_NEEDS_SHARED,
	.differences = TABLEWALK_DIFFERS_NO_ENTRIES |
		       TABLEWALK_DIFFERS_SHORT_COUNT,
	.reasons = reasons,
	.attrs = 0xdeadbeef,
	.attrs_always = 0x80000001,
	.leaf_depths = 0x15,
	.walk_flags = 0xa5a,
	.open = echo_open,
	.close = echo_close,
	.root = echo_root,
	.map = echo_map,
	.unmap = echo_unmap,
	.protect = echo_protect,
	.split = echo_split,
	.collapse = echo_collapse,
	.install = echo_install,
	.free_tables = echo_free_tables,
	.walk = echo_walk,
	.translate = echo_translate,
	.dump = echo_dump,
	.read = echo_read,
};
