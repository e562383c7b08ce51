/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Comparing the traces of one operation, and events as text.
 *
 * Runs are compared callback by callback: where an expected run of 512 meets a
 * seen run of 511 and another event, the finding is about the 512th.
 */
#include "oracle.h"

#include <inttypes.h>
#include <stdio.h>

#include "defect.h"
#include "defect_differ.h"
#include "model.h"

const char *check_name(enum check_id check)
{
	static const char *const name[CHECKS] = {
		[CHECK_NONE] = "none",
		[CHECK_TRACE_VISIT] = "trace-visit",
		[CHECK_TRACE_HOLE] = "trace-hole",
		[CHECK_TRACE_ALLOC] = "trace-alloc",
		[CHECK_TRACE_LOOKUP] = "trace-lookup",
		[CHECK_TRACE_RETURN] = "trace-return",
		[CHECK_MMU_VERDICT] = "mmu-verdict",
		[CHECK_MMU_ADDRESS] = "mmu-address",
		[CHECK_MMU_ATTRS] = "mmu-attrs",
		[CHECK_TABLE_LOST] = "table-lost",
		[CHECK_TABLE_GHOST] = "table-ghost",
		[CHECK_TABLE_SHARED] = "table-shared",
		[CHECK_TABLE_SET] = "table-set",
		[CHECK_ENTRY] = "entry",
		[CHECK_STORE] = "store",
		[CHECK_ARENA] = "arena",
		[CHECK_OVERFLOW] = "overflow",
		[CHECK_MACHINE_VERDICT] = "machine-verdict",
		[CHECK_MACHINE_ADDRESS] = "machine-address",
		[CHECK_STORE_STATE] = "store-state",
		[CHECK_TRACE_VMA] = "trace-vma",
		[CHECK_TRACE_INSTALL] = "trace-install",
		[CHECK_TRACE_DUMP] = "trace-dump",
		[CHECK_TRACE_ITEM] = "trace-item",
		[CHECK_TABLE_OWNER] = "table-owner",
		[CHECK_FLUSH_COVER] = "flush-cover",
		[CHECK_FLUSH_HINT] = "flush-hint",
		[CHECK_FLUSH_BEFORE_FREE] = "flush-before-free",
		[CHECK_SHARED_PART] = "shared-part",
		[CHECK_BBM] = "break-before-make",
		[CHECK_TRACE_POISON] = "trace-poison",
		[CHECK_TRACE_STRAY] = "trace-stray",
		[CHECK_MACHINE_FLAGS] = "machine-flags",
		[CHECK_MACHINE_TABLE] = "machine-table",
		[CHECK_SUBJECT] = "subject",
		[CHECK_OPINION] = "opinion",
	};

	return (unsigned)check < CHECKS ? name[check] : "?";
}

/*
 *			Text
 */

const char *model_attrs_text(uint32_t attrs, char out[MODEL_ATTRS_TEXT])
{
	static const char letters[] = "rwxugad01";
	static const char *const type[] = {
		"wb", "wc", "uc", "wt", "mt4", "mt5", "mt6", "mt7",
	};
	unsigned n = 0;

	for (unsigned i = 0; letters[i]; i++)
		out[n++] = attrs >> i & 1 ? letters[i] : '-';
	snprintf(out + n, MODEL_ATTRS_TEXT - n, " %s key %u",
		 type[pt_attrs_memtype(attrs)], pt_attrs_key(attrs));
	return out;
}

/* visit, hugetlb, install, item */
static int print_entry(char *out, size_t bytes, const struct trace_event *e)
{
	char attrs[MODEL_ATTRS_TEXT];

	return snprintf(out, bytes,
			"%s %s 0x%" PRIx64 "-0x%" PRIx64 " x%u %s order %u"
			" pa 0x%" PRIx64 " %s",
			trace_type_name(e->type), pt_depth_name(e->depth),
			e->va, e->last, e->count, pt_kind_name(e->kind),
			e->order, e->pa, model_attrs_text(e->attrs, attrs));
}

static int print_run(char *out, size_t bytes, const struct trace_event *e)
{
	char attrs[MODEL_ATTRS_TEXT];
	char removed[MODEL_ATTRS_TEXT];

	return snprintf(out, bytes,
			"run %s 0x%" PRIx64 "-0x%" PRIx64 " %s %s removed %.4s",
			pt_depth_name(e->depth), e->va, e->last,
			pt_kind_name(e->kind), model_attrs_text(e->attrs, attrs),
			model_attrs_text(e->removed, removed));
}

static int print_lookup(char *out, size_t bytes, const struct trace_event *e)
{
	char attrs[MODEL_ATTRS_TEXT];
	char removed[MODEL_ATTRS_TEXT];

	return snprintf(out, bytes,
			"lookup 0x%" PRIx64 " %s %s order %u pa 0x%" PRIx64
			" %s removed %.4s",
			e->va, pt_depth_name(e->depth), pt_kind_name(e->kind),
			e->order, e->pa, model_attrs_text(e->attrs, attrs),
			model_attrs_text(e->removed, removed));
}

static int print_stray(char *out, size_t bytes, const struct trace_event *e)
{
	int n = snprintf(out, bytes, "stray %s space %u",
			 pt_depth_name(e->depth), e->order);

	if (n < 0 || (size_t)n >= bytes)
		return n;
	if (!e->removed)
		return n + snprintf(out + n, bytes - (size_t)n, " found none");
	return n + snprintf(out + n, bytes - (size_t)n, " found %s space %d",
			    pt_depth_name(e->kind), e->ret);
}

int oracle_print_event(char *out, size_t bytes, const struct trace_event *event)
{
	switch (event->type) {
	case TRACE_VISIT:
	case TRACE_HUGETLB:
	case TRACE_INSTALL:
	case TRACE_ITEM:
		return print_entry(out, bytes, event);
	case TRACE_HOLE:
		return snprintf(out, bytes,
				"hole %s 0x%" PRIx64 "-0x%" PRIx64 " x%u",
				pt_depth_name(event->depth), event->va,
				event->last, event->count);
	case TRACE_ALLOC:
	case TRACE_NOMEM:
	case TRACE_FREE:
		return snprintf(out, bytes, "%s %" PRIu64 " bytes x%u",
				trace_type_name(event->type), event->pa,
				event->count);
	case TRACE_LOOKUP:
		return print_lookup(out, bytes, event);
	case TRACE_TEST:
	case TRACE_PRE:
	case TRACE_POST:
	case TRACE_LOST:
		return snprintf(out, bytes, "%s 0x%" PRIx64 "-0x%" PRIx64,
				trace_type_name(event->type), event->va,
				event->last);
	case TRACE_TABLE:
		return snprintf(out, bytes, "table %s 0x%" PRIx64 "-0x%" PRIx64,
				pt_depth_name(event->depth), event->va,
				event->last);
	case TRACE_OWNER:
	case TRACE_POISON:
		return snprintf(out, bytes,
				"%s %s 0x%" PRIx64 "-0x%" PRIx64 " space %u",
				trace_type_name(event->type),
				pt_depth_name(event->depth), event->va,
				event->last, event->order);
	case TRACE_RUN:
		return print_run(out, bytes, event);
	case TRACE_STRAY:
		return print_stray(out, bytes, event);
	case TRACE_WX:
		return snprintf(out, bytes, "wx %" PRIu64 " pages", event->pa);
	default:
		return snprintf(out, bytes, "%s %d",
				trace_type_name(event->type), event->ret);
	}
}

/*
 *			Comparison
 */

static enum check_id check_of(unsigned type)
{
	switch (type) {
	case TRACE_VISIT:
		return CHECK_TRACE_VISIT;
	case TRACE_HOLE:
		return CHECK_TRACE_HOLE;
	case TRACE_LOOKUP:
		return CHECK_TRACE_LOOKUP;
	case TRACE_RETURN:
	case TRACE_INNER:
		return CHECK_TRACE_RETURN;
	case TRACE_TEST:
	case TRACE_PRE:
	case TRACE_POST:
	case TRACE_HUGETLB:
	case TRACE_TABLE:
		return CHECK_TRACE_VMA;
	case TRACE_INSTALL:
		return CHECK_TRACE_INSTALL;
	case TRACE_RUN:
	case TRACE_WX:
		return CHECK_TRACE_DUMP;
	case TRACE_ITEM:
		return CHECK_TRACE_ITEM;
	case TRACE_OWNER:
		return CHECK_TABLE_OWNER;
	case TRACE_POISON:
	case TRACE_LOST:
		return CHECK_TRACE_POISON;
	case TRACE_STRAY:
		return CHECK_TRACE_STRAY;
	default:
		return CHECK_TRACE_ALLOC;
	}
}

/* Whether events of the type are joined to runs of a range. */
static bool is_run(unsigned type)
{
	return type == TRACE_VISIT || type == TRACE_HOLE ||
	       type == TRACE_INSTALL || type == TRACE_ITEM;
}

/* Whether an event of the type is about an address. */
static bool has_address(unsigned type)
{
	return type != TRACE_ALLOC && type != TRACE_NOMEM &&
	       type != TRACE_FREE && type != TRACE_RETURN && type != TRACE_WX &&
	       type != TRACE_INNER && type != TRACE_STRAY;
}

/* Whether an event of the type is about entries of a depth. */
static bool has_depth(unsigned type)
{
	if (type == TRACE_STRAY)
		return true;
	return has_address(type) && type != TRACE_TEST && type != TRACE_PRE &&
	       type != TRACE_POST && type != TRACE_LOST;
}

/* A reader of a trace that takes runs apart. */
struct reader {
	const struct trace *trace;
	uint32_t at;
	struct trace_event rest;	/* of event at; none at the end */
};

static bool at_end(const struct reader *r)
{
	return r->at >= r->trace->count;
}

static void reader_load(struct reader *r)
{
	if (!at_end(r))
		r->rest = r->trace->event[r->at];
}

static uint64_t item_bytes(const struct trace_event *e)
{
	return (e->last - e->va + 1) / e->count;
}

/* Takes the first count items off the event. */
static void reader_take(struct reader *r, uint32_t count)
{
	struct trace_event *e = &r->rest;

	if (count == e->count) {
		r->at++;
		reader_load(r);
		return;
	}
	if (is_run(e->type)) {
		uint64_t bytes = item_bytes(e) * count;

		e->va += bytes;
		if (trace_has_pa(e->type, e->kind))
			e->pa += bytes;
	}
	e->count -= count;
}

/* The first item of the event alone. */
static struct trace_event first_item(const struct trace_event *e)
{
	struct trace_event item = *e;

	if (is_run(e->type))
		item.last = item.va + item_bytes(e) - 1;
	item.count = 1;
	return item;
}

/*
 * Whether seen is one too many before the end of an operation, or of one in a
 * callback, that was expected.
 */
static bool is_surplus(const struct trace_event *want,
		       const struct trace_event *seen)
{
	return want->type == TRACE_RETURN ||
	       (want->type == TRACE_INNER && seen->type != TRACE_RETURN);
}

/* In what two items that are not equal differ, the most telling first. */
static const char *divergence_of(const struct trace_event *want,
				 const struct trace_event *seen)
{
	bool table = want->type == TRACE_ALLOC || want->type == TRACE_FREE ||
		     want->type == TRACE_NOMEM;

	if (want->type != seen->type) {
		if (want->type == TRACE_FREE)
			return "leak";
		if (is_surplus(want, seen))
			return "ghost";
		return seen->type == TRACE_RETURN || seen->type == TRACE_INNER ?
			       "lost" : "kind";
	}
	if (want->ret != seen->ret)
		return "retval";
	/* A table's length tells its depth. */
	if (want->depth != seen->depth || (table && want->pa != seen->pa))
		return "depth";
	if (want->va != seen->va || want->last != seen->last)
		return "range";
	if (want->kind != seen->kind)
		return "kind";
	if (want->order != seen->order)
		return "order";
	if (want->type == TRACE_WX)
		return "count";
	return want->pa != seen->pa ? "pfn" : "prot";
}

static void print_side(char *out, size_t bytes, const struct reader *r)
{
	if (at_end(r))
		snprintf(out, bytes, "nothing");
	else
		oracle_print_event(out, bytes, &r->trace->event[r->at]);
}

static void report(struct finding *f, const struct reader *want,
		   const struct reader *seen)
{
	/* Of a surplus event where nothing, or only an end, is expected. */
	bool surplus = at_end(want) ||
		       (!at_end(seen) && is_surplus(&want->rest, &seen->rest));
	const struct trace_event *e = surplus ? &seen->rest : &want->rest;
	const char *word;

	if (at_end(want))
		word = "ghost";
	else if (at_end(seen))
		word = want->rest.type == TRACE_FREE ? "leak" : "lost";
	else
		word = divergence_of(&want->rest, &seen->rest);
	*f = (struct finding){
		.check = check_of(e->type),
		.depth = PT_DEPTH_UNKNOWN,
	};
	if (has_address(e->type))
		f->va = e->va;
	if (has_depth(e->type))
		f->depth = e->depth;
	snprintf(f->divergence, sizeof(f->divergence), "%s", word);
	print_side(f->expected, sizeof(f->expected), want);
	print_side(f->seen, sizeof(f->seen), seen);
}

static bool report_overflow(struct finding *f, const struct trace *expected)
{
	*f = (struct finding){
		.check = CHECK_OVERFLOW,
		.depth = PT_DEPTH_UNKNOWN,
	};
	snprintf(f->divergence, sizeof(f->divergence), "count");
	snprintf(f->expected, sizeof(f->expected), "%u events%s",
		 expected->count, expected->overflow ? " and more" : "");
	snprintf(f->seen, sizeof(f->seen), "%s",
		 expected->overflow ? "fewer" : "more");
	return false;
}

/* Whether two events are the same. */
static inline bool same_event(const struct trace_event *want,
			      const struct trace_event *seen)
{
	return trace_event_equal(want, seen) ||
	       ODEF(DIFFER_SKIPS_HOLES, false,
		    want->type == TRACE_HOLE && seen->type == TRACE_HOLE) ||
	       ODEF(DIFFER_IGNORES_DEPTH, false, same_but_depth(*want, seen)) ||
	       ODEF(DIFFER_IGNORES_RIGHTS, false,
		    same_but_rights(*want, seen)) ||
	       ODEF(DIFFER_IGNORES_RETVAL, false,
		    same_but_return(*want, seen)) ||
	       ODEF(DIFFER_IGNORES_ADDRESS, false,
		    same_but_address(*want, seen)) ||
	       ODEF(DIFFER_IGNORES_KIND, false, same_but_kind(*want, seen));
}

bool oracle_trace_equal(const struct trace *expected, const struct trace *seen,
			struct finding *finding)
{
	struct reader a = { .trace = expected }, b = { .trace = seen };

	/* Nearly always they are equal as they stand. */
	while (!at_end(&a) && !at_end(&b) &&
	       same_event(&expected->event[a.at], &seen->event[b.at])) {
		a.at++;
		b.at++;
	}
	reader_load(&a);
	reader_load(&b);
	while (!at_end(&a) && !at_end(&b)) {
		struct trace_event want = first_item(&a.rest);
		struct trace_event got = first_item(&b.rest);
		uint32_t count;

		if (!same_event(&want, &got)) {
			a.rest = want;
			b.rest = got;
			break;
		}
		count = a.rest.count < b.rest.count ? a.rest.count :
						      b.rest.count;
		reader_take(&a, ODEF(DIFFER_IGNORES_COUNT, count, a.rest.count));
		reader_take(&b, ODEF(DIFFER_IGNORES_COUNT, count, b.rest.count));
	}
	if ((!at_end(&a) || !at_end(&b)) &&
	    ODEF(DIFFER_ACCEPTS_SHORTER, true,
		 at_end(&a) || !ends_alike(expected, &b.rest))) {
		report(finding, &a, &b);
		return false;
	}
	if (expected->overflow != seen->overflow)
		return report_overflow(finding, expected);
	return true;
}
