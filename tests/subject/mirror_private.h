/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A mirror from inside: what mirror*.c share.
 */
#ifndef TESTS_SUBJECT_MIRROR_PRIVATE_H
#define TESTS_SUBJECT_MIRROR_PRIVATE_H

#include <tablewalk/walk.h>

#include "../../mm/pgtable.h"
#include "mirror.h"

/* Memory of its own: where tables that were given back are given again. */
#define POOL_BYTES (UINT64_C(16) << 20)
#define POOL_FREED 256
struct pool {
	uint8_t *host;
	uint64_t pa, used;
	struct {
		uint64_t pa, bytes;
	} freed[POOL_FREED];
	unsigned freed_count;
	uint64_t scratch;		/* what it has of the harness's */
	bool has_scratch;		/* not in another process */
	uint8_t *stale;			/* the root as it was read first */
};

struct state {
	struct pt_space space;		/* first */
	struct pt_env env;
	struct pt_memory windows;
	const struct tablewalk_memory *memory;
	const struct mirror *mirror;
	struct pool *pool;		/* or NULL */
	uint64_t leaked;
	unsigned turns;
};

/* What the way makes of an error. */
int mirror_result(const struct state *s, int ret);

/* Calls fn for every entry of the range; context is walk->context. */
int mirror_each_entry(struct state *s, uint64_t va, uint64_t last,
		      pt_entry_fn *fn, void *context);

/* Functions of struct tablewalk_subject. */
int mirror_walk(void *state, uint64_t va, uint64_t last,
		struct tablewalk_visitor *v);
int mirror_translate(void *state, uint64_t va,
		     struct tablewalk_translation *found);
int mirror_dump(void *state, uint64_t va, uint64_t last,
		struct tablewalk_dump *dump);

#endif
