/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Dumps for people and programs; see dump_text.h.
 *
 * Source of the shape: Linux 6.12 arch/arm64/mm/ptdump.c and
 * arch/x86/mm/dump_pagetables.c.
 */
#include "dump_text.h"

#include <inttypes.h>

#include <tablewalk/check.h>
#include <tablewalk/ptdump.h>

#include "run.h"

/* A range of addresses that one root translates, and what it is called. */
struct area {
	uint64_t start, last;
	const char *name;
};

#define AREAS_MAX 2

/* The areas of a space, ascending; returns how many there are. */
static unsigned space_areas(const struct pt_space *space,
			    struct area area[AREAS_MAX])
{
	const struct pt_format *f = space->format;
	const uint64_t word = pt_ones(f->va_word_bits);
	const uint64_t root = pt_ones(f->va_bits);

	switch (f->va_rule) {
	case PT_VA_SIGNED:
		area[0] = (struct area){ 0, root >> 1, "lower half" };
		area[1] = (struct area){ word - (root >> 1), word,
					 "upper half" };
		return 2;
	case PT_VA_ROOTS:
		area[0] = space->number ?
				  (struct area){ word - root, word,
						 "upper root" } :
				  (struct area){ 0, root, "lower root" };
		return 1;
	case PT_VA_ZERO:
		break;
	}
	area[0] = (struct area){ 0, root, "address space" };
	return 1;
}

/* A length in the largest unit of which it is a whole number. */
static void print_bytes(char out[24], uint64_t bytes)
{
	static const char unit[] = "BKMGTPE";
	unsigned i = 0;

	while (!(bytes & 1023) && unit[i + 1]) {
		bytes >>= 10;
		i++;
	}
	snprintf(out, 24, "%" PRIu64 "%c", bytes, unit[i]);
}

/* The four rights as text, "rwxu" when all are set. */
static void print_rights(char out[5], uint32_t rights)
{
	char flags[RUN_FLAGS_TEXT];

	run_print_flags(flags, rights);
	snprintf(out, 5, "%.4s", flags);
}

/* What the callbacks need besides the run. */
struct printer {
	FILE *out;
	json_t *runs;
	const struct pt_space *space;
	int digits;			/* of an address */
};

static int print_run(void *context, const struct pt_dump_run *run)
{
	const struct printer *p = context;
	char bytes[24], attrs[RUN_FLAGS_TEXT], effective[5];

	print_bytes(bytes, run->last - run->start + 1);
	fprintf(p->out, "0x%0*" PRIx64 "-0x%0*" PRIx64 " %8s %s", p->digits,
		run->start, p->digits, run->last, bytes,
		pt_kind_name(run->kind));
	if (run->kind == PT_LEAF || run->kind == PT_PROTNONE ||
	    run->kind == PT_INVALID_HUGE) {
		run_print_flags(attrs, run->attrs);
		print_rights(effective, pt_dump_effective(run));
		fprintf(p->out, " %s eff %s", attrs, effective);
	}
	if (pt_attrs_memtype(run->attrs))
		fprintf(p->out, " memtype %u", pt_attrs_memtype(run->attrs));
	if (pt_attrs_key(run->attrs))
		fprintf(p->out, " key %u", pt_attrs_key(run->attrs));
	fprintf(p->out, " %s\n", pt_depth_name(run->depth));
	return 0;
}

static int append_run(void *context, const struct pt_dump_run *run)
{
	const struct printer *p = context;
	char start[24], last[24], attrs[RUN_FLAGS_TEXT];
	char removed[5], effective[5];

	snprintf(start, sizeof(start), "0x%0*" PRIx64, p->digits, run->start);
	snprintf(last, sizeof(last), "0x%0*" PRIx64, p->digits, run->last);
	run_print_flags(attrs, run->attrs);
	print_rights(removed, run->removed);
	print_rights(effective, pt_dump_effective(run));
	json_array_append_new(p->runs, json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i}",
		"space", (int)p->space->number, "start", start, "last", last,
		"depth", pt_depth_name(run->depth),
		"kind", pt_kind_name(run->kind), "attrs", attrs,
		"removed", removed, "effective", effective,
		"memtype", (int)pt_attrs_memtype(run->attrs),
		"key", (int)pt_attrs_key(run->attrs)));
	return 0;
}

/* Dumps every area of the space; returns the number of W+X pages. */
static uint64_t dump_areas(struct printer *printer, struct pt_space *space,
			   bool holes)
{
	struct area area[AREAS_MAX];
	unsigned areas = space_areas(space, area);
	uint64_t wx_pages = 0;

	for (unsigned i = 0; i < areas; i++) {
		struct pt_dump dump = {
			.flags = holes ? PT_DUMP_HOLES : 0,
			.context = printer,
			.run = printer->out ? print_run : append_run,
		};
		int ret;

		if (printer->out)
			fprintf(printer->out, "---[ %s ]---\n", area[i].name);
		ret = pt_dump_range(space, area[i].start, area[i].last, &dump);
		pt_check(ret == 0);
		wx_pages += dump.wx_pages;
	}
	return wx_pages;
}

void dump_text_print(FILE *out, struct pt_space *space, bool holes)
{
	struct printer printer = {
		.out = out, .space = space,
		.digits = space->format->va_word_bits / 4,
	};
	uint64_t wx_pages = dump_areas(&printer, space, holes);

	if (wx_pages)
		fprintf(out, "warning: %" PRIu64 " W+X page%s\n", wx_pages,
			wx_pages == 1 ? "" : "s");
}

uint64_t dump_text_json(json_t *runs, struct pt_space *space, bool holes)
{
	struct printer printer = {
		.runs = runs, .space = space,
		.digits = space->format->va_word_bits / 4,
	};

	return dump_areas(&printer, space, holes);
}
