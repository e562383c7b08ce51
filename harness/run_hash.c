/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a case did as one number: of its traces, the same on every host; and of
 * everything that it did and left, which tells whether a defect had any effect.
 */
#include "run_private.h"

uint64_t run_hash_trace(uint64_t hash, const struct trace *trace)
{
	for (uint32_t i = 0; i < trace->count; i++) {
		const struct trace_event *e = &trace->event[i];
		const uint64_t fields[] = {
			e->type, e->va, e->last, e->pa, e->attrs, e->removed,
			e->count, (uint64_t)(int64_t)e->ret,
			(uint64_t)(int64_t)e->depth, e->kind, e->order,
		};

		for (unsigned f = 0; f < sizeof(fields) / sizeof(fields[0]); f++)
			hash = run_hash_number(hash, fields[f]);
	}
	return hash;
}

uint64_t run_trace_hash(struct run *run, const struct tw_case *c)
{
	uint64_t hash = RUN_HASH_EMPTY;
	struct violation ignored;

	run_once(run, c, RUN_CHECK_END, NULL, &hash, &ignored);
	return hash;
}

/* Marks and words of the live tables; released ones may not be looked at. */
static uint64_t hash_tables(struct run *run, uint64_t hash)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct pt_window *w = &run->arena.memory.window[i];

		for (uint32_t t = 0; t < run->arena.window[i].count; t++) {
			const struct arena_table *table =
				&run->arena.window[i].table[t];

			hash = run_hash_number(hash, table->pa);
			hash = run_hash_number(hash, table->bytes |
				(uint64_t)table->live << 32 |
				(uint64_t)table->mark << 40 |
				(uint64_t)table->space << 48 |
				(uint64_t)table->depth << 56);
			for (uint32_t b = 0; table->live && b < table->bytes; b++)
				hash = (hash ^ w->host[table->pa - w->pa + b]) *
				       UINT64_C(0x100000001b3);
		}
	}
	return hash;
}

uint64_t run_state_hash(struct run *run, const struct tw_case *c,
			enum run_check check)
{
	uint64_t hash = RUN_HASH_EMPTY, reports = hash;
	struct violation v;

	run->reports = &reports;
	bool clean = run_once(run, c, check == RUN_CHECK_END ? RUN_CHECK_EVERY :
							       check,
			      NULL, &hash, &v);

	run->reports = NULL;
	hash = run_hash_number(run_hash_number(hash, reports),
			   clean ? 0 : v.op_index + UINT64_C(1));
	return hash_tables(run, hash);
}
