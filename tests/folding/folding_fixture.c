/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See folding_fixture.h. */
#include "folding_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../harness/generate.h"

#define TRACE_EVENTS (UINT32_C(1) << 16)
/* So that one wrong format does not drown the others. */
#define COMPLAINTS 20

static int is_case(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".tw") == 0;
}

struct seeds *seeds_load(void)
{
	struct seeds *seeds = calloc(1, sizeof(*seeds));
	struct dirent **list = NULL;
	int n = scandir(CORPORA_DIR "/seeds", &list, is_case, alphasort);

	assert_non_null(seeds);
	assert_in_range(n, 16, FOLDING_SEEDS_MAX);
	for (int i = 0; i < n; i++) {
		char path[1000], error[400];

		snprintf(path, sizeof(path), "%s/seeds/%s", CORPORA_DIR,
			 list[i]->d_name);
		snprintf(seeds->name[i], sizeof(seeds->name[i]), "%.60s",
			 list[i]->d_name);
		if (case_load(path, CASE_TAGGED, &seeds->c[i], error,
			      sizeof(error)))
			fail_msg("%s", error);
		free(list[i]);
	}
	free(list);
	seeds->count = (unsigned)n;
	return seeds;
}

void draw_case(const struct pt_format *format, uint64_t number,
	       struct tw_case *out)
{
	const struct generate_options options = {
		.mask = OP_MASK_V1, .records = CASE_RECORDS, .format = format,
	};
	struct rng rng;

	rng_seed(&rng, UINT64_C(0xf01d) + number);
	generate_case(&rng, &options, out);
}

void side_open(struct side *side, const struct pt_format *format)
{
	*side = (struct side){ .format = format };
	assert_int_equal(arena_open(&side->arena, format, NULL), 0);
	side->trace.event = calloc(TRACE_EVENTS, sizeof(struct trace_event));
	assert_non_null(side->trace.event);
	side->trace.capacity = TRACE_EVENTS;
}

void side_close(struct side *side)
{
	arena_close(&side->arena);
	free(side->trace.event);
}

void side_begin(struct side *side, const struct tw_case *c, uint8_t pa_bits,
		uint8_t runtime_folded)
{
	arena_reset(&side->arena, (enum case_window)c->header.window);
	assert_true(subject_open(&side->subject, side->format, &side->arena));
	for (unsigned i = 0; i < PT_SPACES; i++) {
		side->subject.space[i].pa_bits = pa_bits;
		side->subject.space[i].runtime_folded = runtime_folded;
	}
}

int side_apply(struct side *side, const struct op *op)
{
	side->trace.count = 0;
	side->trace.overflow = false;

	int ret = subject_apply(&side->subject, op, &side->trace);

	assert_false(side->trace.overflow);
	return ret;
}

void complain(unsigned *failures, const char *format, ...)
{
	va_list args;

	if (++*failures > COMPLAINTS)
		return;
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}
