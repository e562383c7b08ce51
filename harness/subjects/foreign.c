/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The list of foreign subjects, and the life of one in a run: its memory, its
 * spaces, its operations.
 */
#include "foreign_private.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../mm/pgtable.h"

/* The public header repeats what it must not include. */
_Static_assert(TABLEWALK_R == PT_R && TABLEWALK_W == PT_W &&
	       TABLEWALK_X == PT_X && TABLEWALK_USER == PT_USER &&
	       TABLEWALK_RIGHTS == PT_RIGHTS && TABLEWALK_GLOBAL == PT_GLOBAL &&
	       TABLEWALK_ACCESSED == PT_ACCESSED &&
	       TABLEWALK_DIRTY == PT_DIRTY && TABLEWALK_SOFT0 == PT_SOFT0 &&
	       TABLEWALK_SOFT1 == PT_SOFT1 &&
	       TABLEWALK_MEMTYPE == PT_MEMTYPE_MASK &&
	       TABLEWALK_MEMTYPE_SHIFT == PT_MEMTYPE_SHIFT &&
	       TABLEWALK_KEY == PT_KEY_MASK &&
	       TABLEWALK_KEY_SHIFT == PT_KEY_SHIFT, "attributes are one word");
_Static_assert(TABLEWALK_PGD == PT_PGD && TABLEWALK_P4D == PT_P4D &&
	       TABLEWALK_PUD == PT_PUD && TABLEWALK_PMD == PT_PMD &&
	       TABLEWALK_PTE == PT_PTE && TABLEWALK_DEPTHS == PT_DEPTHS,
	       "depths have one number");
_Static_assert(TABLEWALK_WINDOWS == PT_WINDOWS, "a window for each");

/*
 *			The list
 */

static struct foreign_entry {
	struct subject_kind kind;
	struct tablewalk_subject subject;	/* 0 where its own ends */
	const struct tablewalk_subject *given;	/* what open() is to have */
} entries[FOREIGN_MAX];
static unsigned entry_count;

/* Of version 1, in which read was the last member. */
#define LEAST_BYTES (offsetof(struct tablewalk_subject, read) +                \
		     sizeof(((struct tablewalk_subject *)NULL)->read))

static const char *const difference_name[FOREIGN_DIFFERENCES] = {
	"unmap-drops-leaf", "unmap-refuses-part", "protect-whole-leaf",
	"protect-refuses-part", "short-count", "map-picks-leaf",
	"map-replaces", "frees-empty", "empty-any", "errors-leave-prefix",
	"errors-leave-tables", "error-values", "trusts-arguments",
	"hole-errors", "map-same-ok", "walk-leaves", "walk-no-aliases",
	"walk-no-holes", "no-entries", "table-in-way",
	"errors-divide", "tables-take", "other-words",
	"protect-same-keeps", "map-keeps-rights", "protect-gradual",
};
_Static_assert(TABLEWALK_DIFFERENCES == (UINT64_C(1) << FOREIGN_DIFFERENCES) - 1,
	       "a name for each");

const char *foreign_difference_name(unsigned bit)
{
	return bit < FOREIGN_DIFFERENCES ? difference_name[bit] : NULL;
}

const char *foreign_reason(const struct tablewalk_subject *subject,
			   unsigned bit)
{
	const struct tablewalk_reason *r = subject->reasons;

	for (; r && r->difference; r++)
		if (r->difference == UINT64_C(1) << bit)
			return r->source;
	return NULL;
}

/* A name that --subject, files and signatures can have. */
static bool is_name(const char *name)
{
	size_t length = name ? strlen(name) : 0;

	return length && length < 32 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length &&
	       strcmp(name, "builtin");
}

/* The function that a capability needs and that is not there, or NULL. */
static const char *missing_function(const struct tablewalk_subject *s)
{
	const struct {
		uint64_t can;
		bool there;
		const char *name;
	} needs[] = {
		{ TABLEWALK_CAN_MAP, s->root && s->map, "root and map" },
		{ TABLEWALK_CAN_UNMAP, s->unmap, "unmap" },
		{ TABLEWALK_CAN_PROTECT, s->protect, "protect" },
		{ TABLEWALK_CAN_SPLIT, s->split, "split" },
		{ TABLEWALK_CAN_COLLAPSE, s->collapse, "collapse" },
		{ TABLEWALK_CAN_INSTALL, s->install, "install" },
		{ TABLEWALK_CAN_WALK, s->walk, "walk" },
		{ TABLEWALK_CAN_TRANSLATE, s->translate, "translate" },
		{ TABLEWALK_CAN_DUMP, s->dump, "dump" },
		{ TABLEWALK_CAN_FREE, s->free_tables, "free_tables" },
		{ TABLEWALK_TABLES_ELSEWHERE, s->read, "read" },
	};

	if (!s->open || !s->close)
		return "open and close";
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (s->capabilities & needs[i].can && !needs[i].there)
			return needs[i].name;
	return NULL;
}

/* The first difference without a reason, or FOREIGN_DIFFERENCES. */
static unsigned without_reason(const struct tablewalk_subject *s)
{
	unsigned bit = 0;

	while (bit < FOREIGN_DIFFERENCES &&
	       (!(s->differences >> bit & 1) || foreign_reason(s, bit)))
		bit++;
	return bit;
}

/* What is wrong with it, as the end of a sentence; "" where nothing is. */
static void find_fault(const struct tablewalk_subject *s, char *out,
		       size_t bytes)
{
	const uint64_t change = TABLEWALK_CAN_UNMAP | TABLEWALK_CAN_PROTECT |
				TABLEWALK_CAN_SPLIT | TABLEWALK_CAN_COLLAPSE |
				TABLEWALK_CAN_INSTALL | TABLEWALK_CAN_FREE |
				TABLEWALK_CAN_FLUSH | TABLEWALK_CAN_FAIL |
				TABLEWALK_TABLES_ELSEWHERE;
	const char *function = missing_function(s);
	unsigned bit = without_reason(s);

	out[0] = '\0';
	if (function)
		snprintf(out, bytes, "lacks the function%s %s that it says it can",
			 strstr(function, " and ") ? "s" : "", function);
	else if (s->capabilities & ~TABLEWALK_CAPABILITIES)
		snprintf(out, bytes, "has capabilities that this version does "
			 "not know");
	else if (s->differences & ~TABLEWALK_DIFFERENCES)
		snprintf(out, bytes, "has differences that this version does "
			 "not know");
	else if (bit < FOREIGN_DIFFERENCES)
		snprintf(out, bytes, "gives no reason for the difference %s",
			 foreign_difference_name(bit));
	else if (!(s->capabilities & TABLEWALK_CAN_MAP) &&
		 s->capabilities & change)
		snprintf(out, bytes, "changes tables but cannot map");
	else if (!s->formats || !s->formats[0])
		snprintf(out, bytes, "names no format");
	else if (!s->what)
		snprintf(out, bytes, "does not say what it is");
	else if (s->capabilities & TABLEWALK_CAN_MAP && !s->leaf_depths)
		snprintf(out, bytes, "maps no leaf of any depth");
}

/*
 * Copies what there is of a subject, behind whose bytes nothing may be read; false
 * with a sentence where it is not of a version that is known here.
 */
static bool take_copy(const struct tablewalk_subject *given,
		      struct tablewalk_subject *out, char *error,
		      size_t error_bytes)
{
	if (!given || given->version < 1 ||
	    given->version > TABLEWALK_SUBJECT_VERSION) {
		snprintf(error, error_bytes, "the subject is of another version "
			 "of the interface: %" PRIu32 ", this is %d",
			 given ? given->version : 0, TABLEWALK_SUBJECT_VERSION);
		return false;
	}
	if (given->bytes < LEAST_BYTES || given->bytes > sizeof(*out)) {
		snprintf(error, error_bytes, "the subject's struct is %s than any "
			 "that is known here: %" PRIu32 " bytes, not %zu to %zu",
			 given->bytes > sizeof(*out) ? "newer" : "smaller",
			 given->bytes, LEAST_BYTES, sizeof(*out));
		return false;
	}
	memset(out, 0, sizeof(*out));
	memcpy(out, given, given->bytes);
	return true;
}

bool foreign_add(const struct tablewalk_subject *given, char *error,
		 size_t error_bytes)
{
	struct tablewalk_subject copy;
	const struct tablewalk_subject *subject = &copy;
	char fault[120] = "";

	if (!take_copy(given, &copy, error, error_bytes))
		return false;
	if (!is_name(subject->name)) {
		snprintf(error, error_bytes, "a subject's name is 1 to 31 of "
			 "a-z, 0-9 and '-', and not builtin");
		return false;
	}
	for (unsigned i = 0; i < entry_count && !fault[0]; i++)
		if (!strcmp(entries[i].kind.name, subject->name))
			snprintf(fault, sizeof(fault), "is there twice");
	if (!fault[0] && entry_count == FOREIGN_MAX)
		snprintf(fault, sizeof(fault), "is one too many, there can be "
			 "%u", FOREIGN_MAX);
	if (!fault[0])
		find_fault(subject, fault, sizeof(fault));
	for (unsigned i = 0; !fault[0] && subject->formats[i]; i++)
		if (!pt_format_find(subject->formats[i]))
			snprintf(fault, sizeof(fault), "names the format %s, "
				 "which there is not", subject->formats[i]);
	if (fault[0]) {
		snprintf(error, error_bytes, "the subject %s %s", subject->name,
			 fault);
		return false;
	}
	entries[entry_count++] = (struct foreign_entry){
		.kind = { .name = subject->name, .what = subject->what },
		.subject = copy, .given = given,
	};
	return true;
}

void foreign_forget_all(void)
{
	entry_count = 0;
}

const struct subject_kind *foreign(unsigned number)
{
	return number < entry_count ? &entries[number].kind : NULL;
}

static const struct foreign_entry *entry_of(const struct subject_kind *kind)
{
	for (unsigned i = 0; i < entry_count; i++)
		if (kind == &entries[i].kind)
			return &entries[i];
	return NULL;
}

const struct tablewalk_subject *foreign_of(const struct subject_kind *kind)
{
	const struct foreign_entry *entry = entry_of(kind);

	return entry ? &entry->subject : NULL;
}

bool foreign_has_format(const struct tablewalk_subject *subject,
			const char *format)
{
	for (unsigned i = 0; subject->formats[i]; i++)
		if (!strcmp(subject->formats[i], format))
			return true;
	return false;
}

/*
 *			Memory
 */

static void *give(void *context, size_t size, size_t alignment, uint64_t *pa)
{
	struct foreign_run *f = context;

	if (!size || size & (size - 1) || alignment & (alignment - 1) ||
	    size > ARENA_WINDOW_BYTES / 16 || alignment > size) {
		foreign_wrong(f, "allocated %zu bytes aligned to %zu", size,
			      alignment);
		return NULL;
	}
	if (f->arena->env.alloc(f->arena, size, pa)) {
		f->refusals++;
		return NULL;
	}
	return pt_memory_at(&f->arena->memory, *pa, size);
}

static void take_back(void *context, uint64_t pa, size_t size)
{
	struct foreign_run *f = context;

	f->arena->env.free(f->arena, pa, size);
}

static void *pointer(void *context, uint64_t pa)
{
	struct foreign_run *f = context;

	return pt_memory_at(&f->arena->memory, pa, 1);
}

static int address(void *context, const void *at, uint64_t *pa)
{
	struct foreign_run *f = context;

	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		const struct pt_window *w = &f->arena->memory.window[i];
		uintptr_t offset = (uintptr_t)at - (uintptr_t)w->host;

		if (!w->bytes || offset >= w->bytes)
			continue;
		*pa = w->pa + offset;
		return TABLEWALK_OK;
	}
	return TABLEWALK_RANGE;
}

static void flushed(void *context, uint64_t va, uint64_t last, int depth,
		    int tables)
{
	struct foreign_run *f = context;

	if (depth < PT_DEPTH_UNKNOWN || depth >= PT_DEPTHS || last < va)
		foreign_wrong(f, "invalidated 0x%" PRIx64 "-0x%" PRIx64
			      " of depth %d", va, last, depth);
	(void)tables;
}

void foreign_wrong(struct foreign_run *f, const char *format, ...)
{
	va_list list;

	if (f->wrong[0])
		return;
	va_start(list, format);
	vsnprintf(f->wrong, sizeof(f->wrong), format, list);
	va_end(list);
}

void foreign_used(struct foreign_run *f, uint64_t difference)
{
	for (unsigned bit = 0; bit < FOREIGN_DIFFERENCES; bit++)
		f->counts.differed[bit] += difference >> bit & 1;
}

/*
 *			Life
 */

struct foreign_run *foreign_create(const struct subject_kind *kind,
				   struct arena *arena, struct oracle *oracle,
				   struct subject *host)
{
	const struct foreign_entry *entry = entry_of(kind);
	struct foreign_run *f = entry ? calloc(1, sizeof(*f)) : NULL;

	if (!f)
		return NULL;
	f->subject = &entry->subject;
	f->given = entry->given;
	f->process = process_subject_of(f->subject);
	f->arena = arena;
	f->oracle = oracle;
	f->host = host;
	f->memory = (struct tablewalk_memory){
		.context = f, .allocate = give, .release = take_back,
		.pointer = pointer, .address = address, .flush = flushed,
		.fd = -1,
	};
	if (f->subject->capabilities & TABLEWALK_NEEDS_SHARED)
		f->memory.fd = arena_share(arena);
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		f->memory.window[i].pa = arena->memory.window[i].pa;
		f->memory.window[i].bytes = arena->memory.window[i].bytes;
		f->memory.window[i].offset = arena->shared_at[i];
	}
	f->scratch.event = calloc(FOREIGN_SCRATCH, sizeof(*f->scratch.event));
	f->scratch.capacity = FOREIGN_SCRATCH;
	if (f->scratch.event)
		return f;
	free(f);
	return NULL;
}

void foreign_destroy(struct foreign_run *f)
{
	if (!f)
		return;
	foreign_abandon(f);
	foreign_elsewhere_close(f);
	free(f->scratch.event);
	free(f);
}

bool foreign_maps(const struct foreign_run *f)
{
	return foreign_can(f, TABLEWALK_CAN_MAP);
}

const struct foreign_counts *foreign_counts(const struct foreign_run *f)
{
	return &f->counts;
}

/* A finding about the subject as a whole; seen is one sentence. */
static bool report(struct finding *finding, const char *divergence,
		   const char *expected, const char *seen)
{
	*finding = (struct finding){ .check = CHECK_SUBJECT,
				     .depth = PT_DEPTH_UNKNOWN };
	snprintf(finding->divergence, sizeof(finding->divergence), "%s",
		 divergence);
	snprintf(finding->expected, sizeof(finding->expected), "%s", expected);
	snprintf(finding->seen, sizeof(finding->seen), "%.*s",
		 (int)sizeof(finding->seen) - 1, seen);
	return false;
}

/* Whether it did something that no subject may; *finding says what. */
static bool behaves(const struct foreign_run *f, struct finding *finding)
{
	if (foreign_is_gone(f)) {
		const struct process_trouble *t =
			process_subject_trouble(f->process);

		return report(finding, process_trouble_name(t->kind),
			      "an answer", t->sentence);
	}
	if (f->elsewhere.divergence)
		return report(finding, f->elsewhere.divergence,
			      "tables where open() says, all of which read() "
			      "reads", f->elsewhere.fault);
	return !f->wrong[0] ||
	       report(finding, "misuse", "the contract of subject.h", f->wrong);
}

const struct pt_memory *foreign_memory(const struct foreign_run *f)
{
	return foreign_is_elsewhere(f) ? &f->elsewhere.memory
				       : &f->arena->memory;
}

bool foreign_tables(struct foreign_run *f, const struct oracle_table **table,
		    unsigned *count, struct finding *finding)
{
	if (!foreign_is_elsewhere(f)) {
		*table = arena_live(f->arena, count);
		return true;
	}
	foreign_elsewhere_copy(f);
	*table = f->elsewhere.table;
	*count = f->elsewhere.count;
	return behaves(f, finding);
}

/* Readers of its tables look at the copies. */
static void look_elsewhere(struct foreign_run *f, unsigned number,
			   const struct tablewalk_setup *setup)
{
	f->elsewhere.env = f->arena->env;
	f->elsewhere.env.memory = &f->elsewhere.memory;
	f->host->space[number].env = &f->elsewhere.env;
	foreign_elsewhere_open(f, number, setup->elsewhere_pa,
			       setup->elsewhere_bytes);
}

static bool open_space(struct foreign_run *f, unsigned number,
		       struct pt_regime *regime, struct finding *finding)
{
	struct pt_space *space = &f->host->space[number];
	struct tablewalk_setup setup = {
		.bytes = sizeof(setup), .space = number,
		.format = space->format->name, .control = regime->control,
		.pa_bits = regime->pa_bits, .memory = &f->memory,
		.root = foreign_maps(f) ? 0 : space->root,
		.folded = space->runtime_folded,
	};
	char seen[64];
	int ret = f->subject->open(f->given, &setup, &f->state[number]);

	if (foreign_is_gone(f))
		return behaves(f, finding);
	if (ret) {
		snprintf(seen, sizeof(seen), "open of space %u returned %d",
			 number, ret);
		return report(finding, "open", "an empty space", seen);
	}
	f->open[number] = true;
	if (foreign_maps(f))
		space->root = regime->root[number] =
			f->subject->root(f->state[number]);
	if (foreign_is_elsewhere(f))
		look_elsewhere(f, number, &setup);
	return behaves(f, finding);
}

bool foreign_begin(struct foreign_run *f, struct pt_regime *regime,
		   struct finding *finding)
{
	f->format = f->host->space[0].format;
	f->arch = mmu_find(f->format->name);
	f->control = regime->control;
	f->wrong[0] = '\0';
	f->refusals = 0;
	f->arena->unowned = foreign_maps(f);
	foreign_elsewhere_reset(f);
	for (unsigned i = 0; i < PT_SPACES; i++)
		if (!open_space(f, i, regime, finding))
			return false;
	foreign_elsewhere_copy(f);
	return behaves(f, finding);
}

void foreign_abandon(struct foreign_run *f)
{
	for (unsigned i = 0; i < PT_SPACES; i++)
		if (f->open[i])
			f->subject->close(f->state[i]);
	memset(f->open, 0, sizeof(f->open));
}

bool foreign_end(struct foreign_run *f, struct finding *finding)
{
	char seen[80];
	unsigned count = 0;

	foreign_abandon(f);
	if (!behaves(f, finding))
		return false;
	if (!foreign_maps(f))
		return true;
	arena_live(f->arena, &count);
	if (!count)
		return arena_check(f->arena, finding);
	snprintf(seen, sizeof(seen), "%u tables after both spaces were closed",
		 count);
	return report(finding, "leak", "no table", seen);
}

/*
 *			Operations
 */

int foreign_model(struct foreign_run *f, const struct op *op)
{
	f->scratch.count = 0;
	f->scratch.overflow = false;
	oracle_expect(f->oracle, op, &f->scratch);
	return f->scratch.overflow || !f->scratch.count
		       ? TABLEWALK_UNSUPPORTED
		       : f->scratch.event[f->scratch.count - 1].ret;
}

void foreign_return(struct trace *trace, int ret)
{
	const struct trace_event event = {
		.type = TRACE_RETURN, .ret = ret, .count = 1,
	};

	trace_emit(trace, &event);
}

/* Whether there is a hole in the space's addresses between two that it has. */
static bool has_gap(const struct foreign_run *f, uint64_t va, uint64_t last)
{
	const unsigned bits = f->arch->va_bits;
	struct oracle_view view;

	for (unsigned b = bits - 1; b <= bits && b < 64; b++) {
		uint64_t border = UINT64_C(1) << b;

		if (border < va || border > last)
			continue;
		oracle_view(f->oracle, foreign_space(f), border, &view);
		if (!view.canonical)
			return true;
	}
	return false;
}

int foreign_check_range(const struct foreign_run *f, uint64_t va, uint64_t last,
			uint64_t align)
{
	struct oracle_view first, end;

	if (last < va || va & (align - 1) || (last + 1) & (align - 1))
		return TABLEWALK_INVALID;
	oracle_view(f->oracle, foreign_space(f), va, &first);
	oracle_view(f->oracle, foreign_space(f), last, &end);
	return first.canonical && end.canonical && !has_gap(f, va, last)
		       ? TABLEWALK_OK : TABLEWALK_RANGE;
}

/* By the built-in subject and the model, as ever. */
static int beside(struct foreign_run *f, const struct op *op,
		  struct trace *expected)
{
	int ret = subject_builtin.turn(f->host, op, f->seen);

	foreign_return(f->seen, ret);
	oracle_expect(f->oracle, op, expected);
	return ret;
}

/* What the built-in subject can do on tables that are not its own. */
static bool can_do_beside(const struct foreign_run *f, const struct op *op)
{
	const uint32_t flags = PT_ACCESSED | PT_DIRTY;
	const bool knows = !foreign_differs(f, TABLEWALK_DIFFERS_OTHER_WORDS);

	switch ((unsigned)op->kind) {
	case OP_NOP:
	case OP_SWITCH:
		return true;
	case OP_ITERATE:
		return knows && (op->nth == OP_ITERATE_ALL ||
				 op->nth == OP_ITERATE_PRESENT);
	case OP_TOUCH:
		/* The hardware would; the subject has to keep both then. */
		return knows && (f->subject->attrs & flags) == flags &&
		       !foreign_is_elsewhere(f);
	default:
		return false;
	}
}

/* An operation of a reader's case; *left_out as for foreign_step(). */
static int reader_step(struct foreign_run *f, const struct op *op,
		       struct trace *expected, bool *left_out)
{
	switch ((unsigned)op->kind) {
	case OP_DURING:
		/* Walkers of other people do not say how they go on. */
		*left_out = true;
		return 0;
	case OP_WALK:
	case OP_TRANSLATE:
	case OP_DUMP:
		return foreign_look(f, op, expected, left_out);
	default:
		return beside(f, op, expected);
	}
}

static int mapper_step(struct foreign_run *f, const struct op *op,
		       struct trace *expected, bool *left_out)
{
	switch ((unsigned)op->kind) {
	case OP_WALK:
	case OP_TRANSLATE:
	case OP_DUMP:
		return foreign_look(f, op, expected, left_out);
	case OP_FAIL:
		*left_out = !foreign_can(f, TABLEWALK_CAN_FAIL);
		if (!*left_out)
			f->arena->fail_in = op->nth;
		foreign_return(f->seen, 0);
		foreign_return(expected, 0);
		return 0;
	case OP_MAP:
	case OP_UNMAP:
	case OP_PROTECT:
	case OP_SPLIT:
	case OP_COLLAPSE:
	case OP_INSTALL:
	case OP_FREE:
		return foreign_change(f, op, expected, left_out);
	default:
		if (can_do_beside(f, op))
			return beside(f, op, expected);
		*left_out = true;
		return 0;
	}
}

void foreign_read_roots(struct foreign_run *f)
{
	for (unsigned i = 0; i < PT_SPACES; i++)
		f->host->space[i].root = f->subject->root(f->state[i]);
}

bool foreign_step(struct foreign_run *f, const struct op *op,
		  struct pt_regime *regime, struct trace *seen,
		  struct trace *expected, int *ret, bool *left_out,
		  struct finding *finding)
{
	f->seen = seen;
	f->refusals = 0;
	f->elsewhere.fresh = false;
	f->arena->trace = seen;
	*left_out = false;
	*ret = foreign_maps(f) ? mapper_step(f, op, expected, left_out)
			       : reader_step(f, op, expected, left_out);
	f->arena->trace = NULL;
	if (foreign_is_gone(f))
		return behaves(f, finding);
	if (*left_out)
		f->counts.left_out[op->kind]++;
	if (foreign_maps(f)) {
		foreign_read_roots(f);
		for (unsigned i = 0; i < PT_SPACES; i++)
			regime->root[i] = f->host->space[i].root;
	}
	return behaves(f, finding) &&
	       (*left_out || oracle_trace_equal(expected, seen, finding));
}
