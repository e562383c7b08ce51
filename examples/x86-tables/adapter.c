/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* x86_tables.h as a subject: flags and errors are the same numbers on both sides. */
#include <stdlib.h>
#include <tablewalk/subject.h>
#include "x86_tables.h"

#define LEVEL(depth) ((unsigned)(5 - (depth)))
#define DEPTH(level) (5 - (int)(level))
#define MEMORY ((const struct tablewalk_memory *)context) /* of the harness */

static void *allocate(void *context, uint64_t *pa)
{
	return MEMORY->allocate(MEMORY->context, 4096, 4096, pa);
}
static void release(void *context, uint64_t pa)
{
	MEMORY->release(MEMORY->context, pa, 4096);
}
static void *pointer(void *context, uint64_t pa)
{
	return MEMORY->pointer(MEMORY->context, pa);
}
static void flush(void *context, uint64_t va, uint64_t last)
{
	MEMORY->flush(MEMORY->context, va, last, -1, 1);
}
static const struct x86_memory memory = { allocate, release, pointer, flush };

static int open(const struct tablewalk_subject *subject, struct tablewalk_setup *setup, void **state)
{
	struct x86_space *space = *state = malloc(sizeof(*space));
	int error = TABLEWALK_MEMORY;

	if (space)
		error = x86_open(space, &memory, (void *)(uintptr_t)setup->memory, setup->pa_bits);
	if (error)
		free(space);
	return error;
}
static void close(void *s) { x86_close(s), free(s); }
static uint64_t root(void *s) { return ((const struct x86_space *)s)->root; }

/* Operations: only their arguments are to be translated. */
static int map(void *s, uint64_t va, uint64_t last, uint64_t pa, uint32_t attrs, int depth,
	       uint64_t *done)
{
	return x86_map(s, va, last, pa, attrs, LEVEL(depth));
}
static int unmap(void *s, uint64_t va, uint64_t last, uint64_t *n) { return x86_unmap(s, va, last); }
static int protect(void *s, uint64_t va, uint64_t last, uint32_t rights, uint64_t *done)
{
	return x86_protect(s, va, last, rights);
}
static int split(void *s, uint64_t va, int depth) { return x86_split(s, va, LEVEL(depth)); }
static int collapse(void *s, uint64_t va, int depth) { return x86_collapse(s, va, LEVEL(depth)); }
static int trim(void *s, uint64_t va, uint64_t last) { return x86_trim(s, va, last); }

static int visit(void *context, const struct x86_leaf *leaf)
{
	struct tablewalk_visitor *v = context;

	return v->callbacks >> DEPTH(leaf->level) & 1 ?
		v->entry(v, DEPTH(leaf->level), leaf->va, leaf->last, leaf->entry_pa) : 0;
}
static int walk(void *s, uint64_t va, uint64_t last, struct tablewalk_visitor *visitor)
{
	return x86_walk(s, va, last, visit, visitor);
}
static int translate(void *s, uint64_t va, struct tablewalk_translation *found)
{
	struct x86_leaf leaf;
	int error = x86_translate(s, va, &leaf);

	if (!error)
		*found = (struct tablewalk_translation){ 1, DEPTH(leaf.level), leaf.pa, leaf.flags, 0 };
	return error == TABLEWALK_MISSING ? TABLEWALK_OK : error;
}

#define CAN(what) TABLEWALK_CAN_##what
#define DIFFERS(how) TABLEWALK_DIFFERS_##how
static const struct tablewalk_subject subject = {
	.version = TABLEWALK_SUBJECT_VERSION, .bytes = sizeof(subject),
	.name = "x86-tables", .what = "the example's library for x86-64 with 4 levels",
	.formats = (const char *const[]){ "x86_64-4level", NULL },
	.capabilities = CAN(MAP) | CAN(UNMAP) | CAN(PROTECT) | CAN(SPLIT) | CAN(COLLAPSE) | CAN(FREE) |
			CAN(WALK) | CAN(TRANSLATE) | CAN(STOP) | CAN(FLUSH) | CAN(FAIL),
	.differences = DIFFERS(WALK_LEAVES) | DIFFERS(WALK_NO_ALIASES) | DIFFERS(WALK_NO_HOLES) |
		       DIFFERS(ERRORS_LEAVE_TABLES),
	.reasons = (const struct tablewalk_reason[]){
		{ DIFFERS(WALK_LEAVES), "x86_tables.h, x86_walk(): each leaf" },
		{ DIFFERS(WALK_NO_ALIASES), "x86_tables.h, x86_walk(): each leaf" },
		{ DIFFERS(WALK_NO_HOLES), "x86_tables.h, x86_walk(): each leaf" },
		{ DIFFERS(ERRORS_LEAVE_TABLES), "x86_tables.h, -ENOMEM of x86_map()" }, { 0, NULL } },
	.attrs = X86_FLAGS, .leaf_depths = 1u << TABLEWALK_PUD | 1u << TABLEWALK_PMD | 1u << TABLEWALK_PTE,
	.open = open, .close = close, .root = root, .map = map, .unmap = unmap, .protect = protect,
	.split = split, .collapse = collapse, .free_tables = trim, .walk = walk, .translate = translate,
};

const struct tablewalk_subject *tablewalk_the_subject(void) { return &subject; }
