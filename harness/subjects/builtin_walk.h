/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The walks of the built-in subject; see builtin_walk.c. */
#ifndef HARNESS_BUILTIN_WALK_H
#define HARNESS_BUILTIN_WALK_H

#include "../subject.h"

/* OP_WALK, OP_WALK_VMA and OP_INSTALL: what the walk returned. */
int builtin_walk(struct pt_space *space, const struct op *op,
		 struct trace *trace);
int builtin_walk_vma(struct pt_space *space, const struct op *op,
		     struct trace *trace);
int builtin_install(struct pt_space *space, const struct op *op,
		    struct trace *trace);

#endif
