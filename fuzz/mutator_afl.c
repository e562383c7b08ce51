/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * AFL++'s hooks for the record-aware mutator: a shared object that afl-fuzz
 * loads (AFL_CUSTOM_MUTATOR_LIBRARY), docs/custom_mutators.md of AFL++ 4.04c.
 *
 * afl-fuzz runs its own stages beside this one; here too a quarter is plain
 * byte changes, so that the mutator alone (AFL_CUSTOM_MUTATOR_ONLY) is not
 * blind to what records cannot say.  TABLEWALK_FUZZ_PROFILE chooses what the
 * mutator leans to: profile.h.
 */
#include <stdlib.h>
#include <string.h>

#include "profile.h"

void *afl_custom_init(void *afl, unsigned int seed);
void afl_custom_deinit(void *data);
size_t afl_custom_fuzz(void *data, uint8_t *bytes, size_t size, uint8_t **out,
		       uint8_t *other, size_t other_size, size_t max_size);

struct mutator {
	struct rng rng;
	enum profile profile;
	uint8_t buffer[CASE_BYTES];
};

void *afl_custom_init(void *afl, unsigned int seed)
{
	struct mutator *m = calloc(1, sizeof(*m));

	(void)afl;
	if (m) {
		rng_seed(&m->rng, seed);
		m->profile = profile_read();
	}
	return m;
}

void afl_custom_deinit(void *data)
{
	free(data);
}

/* Changes a few single bytes. */
static void change_bytes(struct rng *rng, uint8_t *bytes, size_t size)
{
	for (unsigned n = 1 + rng_below(rng, 4); n && size; n--) {
		uint32_t at = rng_below(rng, (uint32_t)size);

		bytes[at] ^= (uint8_t)(1u << rng_below(rng, 8));
	}
}

size_t afl_custom_fuzz(void *data, uint8_t *bytes, size_t size, uint8_t **out,
		       uint8_t *other, size_t other_size, size_t max_size)
{
	struct mutator *m = data;
	size_t room = max_size < CASE_BYTES ? max_size : CASE_BYTES;
	uint32_t what = rng_below(&m->rng, 16);

	*out = m->buffer;
	if (what == 0 && other && other_size)
		return cross_cases(&m->rng, bytes, size, other, other_size,
				   m->buffer, room);
	if (size > room)
		size = room;
	memcpy(m->buffer, bytes, size);
	if (what <= 4) {
		change_bytes(&m->rng, m->buffer, size);
		return size;
	}
	return profile_mutate(m->profile, &m->rng, m->buffer, size, room);
}
