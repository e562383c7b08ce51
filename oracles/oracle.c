/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The oracle's life, its view of an address, and the comparison of model MMU
 * and flat model at one address.
 */
#include "oracle.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "defect.h"
#include "expect.h"
#include "model.h"

/* Verdicts are compared as memory. */
_Static_assert(sizeof(struct pt_verdict) == 2, "no padding");

/*
 * Whether leaves can have flag, with whatever rights it can go with: parts of
 * an attribute word are representable independently.
 */
static bool has_flag(const struct mmu_arch *arch, uint32_t flag)
{
	for (uint32_t rights = 0; rights <= PT_RIGHTS; rights++)
		if (arch->representable(PT_PTE, rights | flag))
			return true;
	return false;
}

struct oracle *oracle_create(const struct mmu_arch *arch)
{
	struct oracle *oracle = calloc(1, sizeof(*oracle));
	bool ok = oracle;

	if (!oracle)
		return NULL;
	oracle->arch = arch;
	flat_geometry_init(&oracle->geometry, arch);
	for (unsigned d = arch->top; d < PT_DEPTHS; d++)
		oracle->table_bytes[d] = mmu_table_bytes(&arch->level[d]);
	for (unsigned i = 0; i < PT_SPACES; i++) {
		flat_init(&oracle->space[i], &oracle->geometry);
		ok = ok && flat_reserve(&oracle->space[i], 0);
	}
	ok = share_create(oracle) && ok;
	oracle->has_accessed = has_flag(arch, PT_ACCESSED);
	oracle->has_dirty = has_flag(arch, PT_DIRTY);
	oracle->scratch = calloc(1, sizeof(*oracle->scratch));
	if (ok && oracle->scratch)
		return oracle;
	oracle_destroy(oracle);
	return NULL;
}

void oracle_destroy(struct oracle *oracle)
{
	if (!oracle)
		return;
	for (unsigned i = 0; i < PT_SPACES; i++) {
		flat_destroy(&oracle->space[i]);
		vma_destroy(&oracle->vma[i]);
	}
	share_destroy(oracle);
	if (oracle->scratch)
		free(oracle->scratch->reached);
	free(oracle->scratch);
	free(oracle);
}

void oracle_reset(struct oracle *oracle, const struct pt_regime *regime)
{
	for (unsigned i = 0; i < PT_SPACES; i++) {
		flat_reset(&oracle->space[i]);
		vma_reset(&oracle->vma[i]);
	}
	share_reset(oracle);
	oracle->regime = *regime;
	oracle->current = 0;
	oracle->armed = 0;
	oracle->ctor_armed = 0;
	oracle->during = (struct model_during){ 0 };
}

void oracle_fold(struct oracle *oracle, uint8_t runtime_folded)
{
	oracle->runtime_folded = ODEF(FOLDING_FORGOTTEN, runtime_folded, 0);
}

void oracle_walk_flags(struct oracle *oracle, uint32_t flags)
{
	oracle->walk_flags = ODEF(FLAGS_FORGOTTEN, flags, 0);
}

uint64_t oracle_legit_uses(const struct oracle *oracle, unsigned id)
{
	return id < LEGIT_COUNTERS ? oracle->scratch->legit_uses[id] : 0;
}

/*
 *			Addresses
 */

/* The bits above va_bits of an address of the space, if they are all one. */
static uint64_t upper_bits(const struct mmu_arch *arch)
{
	return pt_ones(arch->va_word_bits) & ~pt_ones(arch->va_bits);
}

uint64_t model_address(const struct oracle *oracle, unsigned space,
		       uint64_t offset)
{
	const struct mmu_arch *arch = oracle->arch;

	if (arch->two_roots ? space == 1 :
			      arch->sign_extended &&
				      offset >> (arch->va_bits - 1u))
		return offset | upper_bits(arch);
	return offset;
}

bool model_offset(const struct oracle *oracle, unsigned space, uint64_t va,
		  uint64_t *offset)
{
	*offset = va & oracle->geometry.last;
	return model_address(oracle, space, *offset) == va;
}

bool model_range(const struct oracle *oracle, unsigned space, uint64_t va,
		 uint64_t last, uint64_t *first_offset, uint64_t *last_offset)
{
	/* Both ends translated, and no gap in between. */
	return model_offset(oracle, space, va, first_offset) &&
	       model_offset(oracle, space, last, last_offset) &&
	       last - va == *last_offset - *first_offset;
}

int model_check_range(const struct oracle *oracle, uint64_t va, uint64_t last,
		      uint64_t *first_offset, uint64_t *last_offset)
{
	uint64_t page = pt_ones(oracle->arch->page_shift);

	if (last < va || (va & page) || ((last + 1) & page))
		return -EINVAL;
	if (!model_range(oracle, oracle->current, va, last, first_offset,
			 last_offset))
		return -ERANGE;
	return 0;
}

/*
 *			Expectation
 */

/* What the operation comes to in the space that is current. */
static int expect_alone(struct oracle *oracle, const struct op *op,
			struct trace *trace)
{
	int ret;

	switch (op->kind) {
	case OP_WALK:
		return expect_walk(oracle, op, trace);
	case OP_WALK_VMA:
		return expect_walk_vma(oracle, op, trace);
	case OP_INSTALL:
		return expect_install(oracle, op, trace);
	case OP_OWNER:
		return expect_owner(oracle, op, trace);
	case OP_POISON:
		return expect_poison(oracle, op, trace);
	case OP_SYNC:
		return share_expect_sync(oracle, op);
	default:
		ret = expect_table_op(oracle, op, trace);
		/* The run stops there, as for a trace that is too long. */
		if (ret == EXPECT_NO_HOST_MEMORY)
			trace->overflow = true;
		return ret;
	}
}

int expect_op(struct oracle *oracle, const struct op *op, struct trace *trace)
{
	int ret = expect_alone(oracle, op, trace);

	if (!share_update(oracle, op->kind))
		trace->overflow = true;
	return ret;
}

void oracle_expect(struct oracle *oracle, const struct op *op,
		   struct trace *expected)
{
	struct trace_event event = { .type = TRACE_RETURN, .count = 1 };

	if (!expect_held(oracle, op))
		event.ret = expect_op(oracle, op, expected);
	trace_emit(expected, &event);
}

/*
 *			View and boundaries
 */

/*
 * The depth of the topmost table entry above offset that no access can pass in
 * this regime, whatever the leaf.
 */
static int8_t reserved_above(const struct oracle *oracle, unsigned space,
			     uint64_t offset)
{
	const struct flat_space *s = &oracle->space[space];
	const uint32_t most = PT_RIGHTS | PT_ACCESSED | PT_DIRTY;
	int found = PT_DEPTHS;

	for (size_t i = 0; i < s->denials; i++) {
		const struct flat_denial *d = &s->denial[i];

		if (offset < d->first || offset > d->last || d->depth >= found)
			continue;
		if (oracle->arch->permits(&oracle->regime, most, d->denied,
					  PT_READ, PT_AS_KERNEL) ==
		    PT_V_RESERVED)
			found = d->depth;
	}
	/* The depth of the pointer entry, not of the table. */
	return (int8_t)(found == PT_DEPTHS ? PT_DEPTH_UNKNOWN : found - 1);
}

static void look(const struct oracle *oracle, unsigned space,
		 struct flat_cursor *cursor, uint64_t offset,
		 struct oracle_view *view)
{
	const struct mmu_arch *arch = oracle->arch;
	uint64_t floor = 0, ceiling = oracle->geometry.last;
	uint64_t base = model_address(oracle, space, offset) - offset;
	struct flat_view flat;

	/* A stretch does not reach over the gap. */
	if (arch->sign_extended && !arch->two_roots) {
		if (offset >> (arch->va_bits - 1u))
			floor = pt_ones(arch->va_bits - 1u) + 1;
		else
			ceiling = pt_ones(arch->va_bits - 1u);
	}
	flat_look(&oracle->space[space], cursor, offset, floor, ceiling, &flat);
	view->kind = flat.kind;
	view->depth = flat.depth;
	view->order = flat.order;
	view->attrs = flat.attrs;
	view->denied = flat.denied;
	view->pa = flat.pa;
	view->first = base + flat.first;
	view->last = base + flat.last;
	view->canonical = true;
	view->reserved = PT_DEPTH_UNKNOWN;
	if (flat.denied && arch->permits)
		view->reserved = reserved_above(oracle, space, offset);
}

void oracle_view(const struct oracle *oracle, unsigned space, uint64_t va,
		 struct oracle_view *view)
{
	struct flat_cursor cursor = { 0 };
	uint64_t offset;

	memset(view, 0, sizeof(*view));
	if (model_offset(oracle, space, va, &offset))
		look(oracle, space, &cursor, offset, view);
}

uint32_t oracle_denied_at(const struct oracle *oracle, unsigned space,
			  uint64_t va, unsigned depth)
{
	uint64_t offset;

	if (!model_offset(oracle, space, va, &offset))
		return 0;
	return flat_denied(&oracle->space[space], depth + 1, offset);
}

/* Calls fn at the ends of one stretch, and if inside is set within it too. */
static bool each_of_stretch(const struct oracle *oracle,
			    struct oracle_view *view, bool inside,
			    bool (*fn)(void *context,
				       const struct oracle_view *view,
				       uint64_t va),
			    void *context)
{
	uint64_t unit = pt_ones(oracle->geometry.shift[view->depth] +
				(unsigned)view->order);
	uint64_t first = view->first, pa = view->pa;
	uint64_t last = ODEF(BOUNDARY_PAST_END, view->last, view->last + 1);
	/* The last byte before the first internal border, and the last one. */
	uint64_t low = first | unit, high = last & ~unit;
	uint64_t at[7] = { first, last, last, last, last, last, last };
	bool more = true;

	if (!inside) {
		at[1] = last;
	} else if (low >= last) {
		at[1] = first + (last - first) / 2;
	} else {
		at[1] = low;
		at[2] = low + 1;
		at[3] = low + 1 + (high - (low + 1)) / 2;
		at[4] = high - 1;
		at[5] = high;
	}
	for (unsigned i = 0; i < ODEF(BOUNDARY_FIRST_ONLY, 7u, 1u) && more; i++) {
		if (i && at[i] <= at[i - 1]) {
			at[i] = at[i - 1];
			continue;
		}
		if (flat_has_pa(view->kind))
			view->pa = pa + (at[i] - first);
		more = fn(context, view, at[i]);
	}
	return more;
}

bool model_each_boundary(const struct oracle *oracle, unsigned space,
			 bool inside,
			 bool (*fn)(void *context,
				    const struct oracle_view *view,
				    uint64_t va),
			 void *context)
{
	struct flat_cursor cursor = { 0 };
	uint64_t offset = 0;

	for (;;) {
		struct oracle_view view = { 0 };

		look(oracle, space, &cursor, offset, &view);
		/* What lies before the offset was reported already. */
		view.first = model_address(oracle, space, offset);
		if (!each_of_stretch(oracle, &view, inside, fn, context))
			return false;
		offset = view.last & oracle->geometry.last;
		if (offset == oracle->geometry.last)
			return true;
		offset++;
	}
}

struct public_boundary {
	bool (*fn)(void *context, uint64_t va);
	void *context;
};

static bool forward_boundary(void *context, const struct oracle_view *view,
			     uint64_t va)
{
	const struct public_boundary *b = context;

	(void)view;
	return b->fn(b->context, va);
}

bool oracle_each_boundary(const struct oracle *oracle, unsigned space,
			  bool (*fn)(void *context, uint64_t va), void *context)
{
	struct public_boundary b = { .fn = fn, .context = context };

	return model_each_boundary(oracle, space, true, forward_boundary, &b);
}

/*
 *			One address
 */

struct pt_verdict oracle_verdict(const struct oracle *oracle,
				 const struct oracle_view *view,
				 enum pt_access access,
				 enum pt_privilege privilege)
{
	struct pt_verdict verdict = {
		.word = PT_V_CANONICAL,
		.depth = PT_DEPTH_UNKNOWN,
	};

	if (!view->canonical)
		return verdict;
	if (view->reserved != PT_DEPTH_UNKNOWN) {
		verdict.word = PT_V_RESERVED;
		verdict.depth = view->reserved;
		return verdict;
	}
	verdict.depth = (int8_t)view->depth;
	verdict.word = PT_V_TRANSLATION;
	if (view->kind == PT_LEAF)
		verdict.word = (uint8_t)oracle->arch->permits(
			&oracle->regime, view->attrs, view->denied, access,
			privilege);
	return verdict;
}

void model_verdicts(const struct oracle *oracle, const struct oracle_view *view,
		    struct pt_verdict out[PT_PRIVILEGES][PT_ACCESSES])
{
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++)
			out[p][a] = oracle_verdict(oracle, view,
						   (enum pt_access)a,
						   (enum pt_privilege)p);
}

/* "user read ok@pte" */
static void print_verdict(char *out, size_t bytes, unsigned privilege,
			  unsigned access, struct pt_verdict verdict)
{
	static const char *const who[PT_PRIVILEGES] = { "user", "kernel" };
	static const char *const what[PT_ACCESSES] = {
		"read", "write", "exec",
	};

	snprintf(out, bytes, "%s %s %s@%s", who[privilege], what[access],
		 pt_word_name(verdict.word), pt_depth_name(verdict.depth));
}

static void report_verdict(struct finding *f, unsigned privilege,
			   unsigned access, struct pt_verdict want,
			   struct pt_verdict seen)
{
	const char *word = "prot";

	if (want.word == seen.word)
		word = "depth";
	else if (want.word == PT_V_TRANSLATION)
		word = "ghost";
	else if (seen.word == PT_V_TRANSLATION)
		word = "lost";
	else if (seen.word == PT_V_RESERVED || seen.word == PT_V_ADDRSIZE ||
		 seen.word == PT_V_WALKBUS)
		word = "kind";
	f->check = CHECK_MMU_VERDICT;
	f->depth = want.depth;
	snprintf(f->divergence, sizeof(f->divergence), "%s", word);
	print_verdict(f->expected, sizeof(f->expected), privilege, access,
		      want);
	print_verdict(f->seen, sizeof(f->seen), privilege, access, seen);
}

/* Reports the first of the accesses that differs. */
static void report_verdicts(struct finding *f,
			    struct pt_verdict want[PT_PRIVILEGES][PT_ACCESSES],
			    struct pt_verdict seen[PT_PRIVILEGES][PT_ACCESSES])
{
	for (unsigned p = 0; p < PT_PRIVILEGES; p++) {
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			if (want[p][a].word == seen[p][a].word &&
			    want[p][a].depth == seen[p][a].depth)
				continue;
			report_verdict(f, p, a, want[p][a], seen[p][a]);
			return;
		}
	}
}

static void print_leaf(char *out, size_t bytes, unsigned depth, uint64_t pa,
		       uint32_t attrs, uint32_t denied, unsigned order)
{
	char text[2][MODEL_ATTRS_TEXT];

	snprintf(out, bytes, "%s leaf pa 0x%llx attrs %s denied %s%s",
		 pt_depth_name((int)depth), (unsigned long long)pa,
		 model_attrs_text(attrs, text[0]),
		 model_attrs_text(denied, text[1]), order ? " group" : "");
}

static void report_leaf(struct finding *f, enum check_id check,
			const char *divergence, const struct oracle_view *view,
			const struct mmu_outcome *seen)
{
	f->check = check;
	f->depth = (int8_t)view->depth;
	snprintf(f->divergence, sizeof(f->divergence), "%s", divergence);
	print_leaf(f->expected, sizeof(f->expected), view->depth, view->pa,
		   view->attrs, view->denied, view->order);
	print_leaf(f->seen, sizeof(f->seen), seen->depth, seen->pa, seen->attrs,
		   seen->denied, seen->order);
}

/* The leaf that was reached against the one of the model. */
static bool check_leaf(const struct oracle_view *view,
		       const struct mmu_outcome *seen, struct finding *f)
{
	enum check_id check = CHECK_MMU_ATTRS;
	const char *word = NULL;

	if (seen->depth != view->depth)
		word = "depth";
	else if (seen->attrs != view->attrs || seen->denied != view->denied)
		word = "prot";
	else if (seen->order != view->order)
		word = "order";
	if (seen->pa != view->pa) {
		check = CHECK_MMU_ADDRESS;
		word = "pfn";
	}
	if (!word || ODEF(LEAF_ACCEPTED, false, true))
		return true;
	report_leaf(f, check, word, view, seen);
	return false;
}

bool model_check_view(const struct oracle *oracle,
		      const struct pt_memory *memory,
		      const struct pt_regime *regime, unsigned space,
		      uint64_t va, const struct oracle_view *view,
		      struct pt_verdict want[PT_PRIVILEGES][PT_ACCESSES],
		      struct finding *finding)
{
	struct mmu_outcome seen = { 0 };
	bool same;

	oracle->arch->translate(oracle->arch, memory, regime, space, va, &seen);
	same = !memcmp(seen.verdict, ODEF(VERDICT_ITSELF, want, seen.verdict),
		       ODEF(VERDICT_FIRST_ACCESS, sizeof(seen.verdict),
			    sizeof(seen.verdict[0][0])));
	if (!same)
		report_verdicts(finding, want, seen.verdict);
	else if (seen.leaf && view->kind == PT_LEAF)
		same = check_leaf(view, &seen, finding);
	if (!same) {
		finding->space = (uint8_t)space;
		finding->va = va;
	}
	return same;
}

bool oracle_check_address(const struct oracle *oracle,
			  const struct pt_memory *memory,
			  const struct pt_regime *regime, unsigned space,
			  uint64_t va, struct finding *finding)
{
	struct pt_verdict want[PT_PRIVILEGES][PT_ACCESSES];
	struct oracle_view view;

	if (!oracle->arch->walks || ODEF(EDGES_ACCEPTED, false, true) ||
	    ODEF(MMU_UNASKED, false, true))
		return true;
	oracle_view(oracle, space, va, &view);
	model_verdicts(oracle, &view, want);
	return model_check_view(oracle, memory, regime, space, va, &view, want,
				finding);
}
