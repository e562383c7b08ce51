/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux's dumper, mm/ptdump.c: its notes, put together to the runs that
 * OP_DUMP is about.
 *
 * A note has no length: it is that of the entry, clipped to the range, and the
 * next note must follow on it.  Effective rights are said beforehand, table by
 * table, by calls that have no address.
 */
#include <stdio.h>

#include <tablewalk/ptdump.h>

#include "../../mm/pt_entry.h"
#include "match.h"

struct dump {
	struct match *m;
	const struct op *op;
	struct trace *trace;
	uint64_t next;			/* where the next note must be */
	uint64_t wx_pages;
	uint32_t removed[PT_DEPTHS];	/* by the table entry of that depth */
	int told_depth;			/* the last that effective_prot was told */
	uint64_t told_word;
	struct trace_event run;		/* in progress; count 0 if there is none */
	unsigned flushes;
};

static void wrong(struct dump *d, const char *what, uint64_t addr)
{
	if (!d->m->wrong[0])
		snprintf(d->m->wrong, sizeof(d->m->wrong), "%s at 0x%llx", what,
			 (unsigned long long)addr);
}

static void end_run(struct dump *d)
{
	const struct trace_event *run = &d->run;
	const uint32_t effective = run->attrs & ~run->removed;

	if (!run->count)
		return;
	if (run->kind == PT_LEAF && (effective & PT_W) && (effective & PT_X))
		d->wx_pages += (run->last - run->va + 1) >> 12;
	if (run->kind != PT_NONE || (d->op->nth & PT_DUMP_HOLES))
		trace_emit(d->trace, run);
	d->run.count = 0;
}

static void add(struct dump *d, const struct trace_event *entry)
{
	struct trace_event *run = &d->run;

	if (run->count && run->depth == entry->depth &&
	    run->kind == entry->kind && run->attrs == entry->attrs &&
	    run->removed == entry->removed) {
		run->last = entry->last;
		return;
	}
	end_run(d);
	*run = *entry;
}

/* Adds an entry; the marker, if it is inside, is a border. */
static void add_marked(struct dump *d, struct trace_event entry)
{
	const uint64_t marker = d->op->floor;

	if (marker && marker > entry.va && marker <= entry.last) {
		struct trace_event front = entry;

		front.last = marker - 1;
		add(d, &front);
		entry.va = marker;
	}
	if (marker && marker == entry.va)
		end_run(d);
	add(d, &entry);
}

/* What effective_prot() is told of: tables on the way, then the entry itself. */
static void told(struct dump *d, unsigned depth, uint64_t word)
{
	const struct pt_format *f = d->m->format;
	const struct pt_entry e = { .raw = word };

	d->told_depth = (int)depth;
	d->told_word = word;
	if (depth < f->top || depth >= PT_PTE)
		return;
	d->removed[depth] = pt_entry_kind(f, depth, e) == PT_TABLE
				    ? pt_table_removed(&f->level[depth], e) : 0;
}

void glue_on_note(void *context, int depth, unsigned long addr,
		     unsigned long word, int effective)
{
	struct dump *d = context;
	const struct pt_format *f = d->m->format;
	const uint64_t raw = word;
	struct trace_event entry = { .type = TRACE_RUN, .va = addr, .count = 1 };
	unsigned real;

	d->m->counts.notes++;
	if (effective) {
		told(d, (unsigned)depth, word);
		return;
	}
	if (depth < 0) {
		d->flushes++;
		return;
	}
	real = (unsigned)depth < f->top ? f->top : (unsigned)depth;
	if (addr != d->next)
		wrong(d, "a note that does not follow on the last", addr);
	if (word && (d->told_depth != depth || d->told_word != word))
		wrong(d, "effective_prot() was not told of an entry", addr);
	match_read(d->m, &raw, real, addr, &entry);
	entry.pa = 0;
	entry.depth = (int8_t)real;
	entry.last = addr | (pt_span(f, real) - 1);
	if (entry.last > d->op->last)
		entry.last = d->op->last;
	for (unsigned i = f->top; i < real; i++)
		entry.removed |= d->removed[i];
	d->next = entry.last + 1;
	add_marked(d, entry);
}

void match_dump(struct match *m, const struct op *op)
{
	struct dump d = {
		.m = m, .op = op, .trace = &m->seen, .next = op->va,
		.told_depth = PT_DEPTH_UNKNOWN,
	};
	struct trace_event event = { .type = TRACE_WX, .count = 1 };

	m->counts.dumps++;
	m->seen.count = 0;
	m->seen.overflow = false;
	kernel_dump(op->va, op->last + 1, 1, &d);
	end_run(&d);
	if (d.next != op->last + 1)
		wrong(&d, "the notes end", d.next);
	if (d.flushes != 1)
		wrong(&d, "not flushed once", op->last);
	event.pa = d.wx_pages;
	trace_emit(&m->seen, &event);
	event = (struct trace_event){ .type = TRACE_RETURN, .count = 1 };
	trace_emit(&m->seen, &event);
}
