/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Impostors: subjects that are wrong as a whole, and that every check together
 * has to unmask.  Each is a thin layer over the built-in subject; only builds with
 * deliberate defects have them.
 */
#ifndef HARNESS_IMPOSTOR_H
#define HARNESS_IMPOSTOR_H

#include "../subject.h"

/* The impostor of that number, or NULL behind the last one. */
const struct subject_kind *impostor(unsigned number);

#endif
