/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sweeps as JSON: the report, and what an interrupted one goes on from.
 */
#ifndef HARNESS_SWEEP_STATE_H
#define HARNESS_SWEEP_STATE_H

#include <jansson.h>

#include "sweep.h"

/* The buckets of a sweep. */
json_t *sweep_buckets_json(struct sweep *sweep);

/* How much was compared under each control word, when scene next comes. */
json_t *sweep_controls_json(struct sweep *sweep, unsigned next);

/*
 * Writes how far the sweep is, in one step (a new file, then renamed).  False
 * with a sentence in error.
 */
bool sweep_state_write(struct sweep *sweep, const char *path, bool deep,
		       unsigned next, double seconds, char *error,
		       size_t error_bytes);

/*
 * Goes on from such a file: counts and buckets are taken up, *next is the scene
 * that comes.  True without the file, with *next 0.  False with a sentence where
 * it is of another sweep, or broken.
 */
bool sweep_state_read(struct sweep *sweep, const char *path, bool deep,
		      unsigned *next, double *seconds, char *error,
		      size_t error_bytes);

#endif
