/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk show: the tables that a case leaves, as a tree of text.
 *
 * The tree is read from memory by descriptor; runs of equal neighbours are one
 * line, empty entries none.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../mm/pt_entry.h"
#include "command.h"

struct shower {
	const struct pt_format *format;
	const struct mmu_arch *arch;	/* for reading words in its byte order */
	struct run *run;
	unsigned space;
	json_t *into;			/* the JSON array to fill; NULL: text */
};

/* What one line says of one entry, or of a run of entries. */
struct shown {
	struct pt_entry entry;
	enum pt_kind kind;
	struct pt_lookup found;		/* LEAF and the non-present kinds */
	uint64_t table_pa;
	uint32_t denied;
	unsigned first, last;		/* indices */
};

/* The first address of an entry, in the form that programs use. */
static uint64_t canonical(const struct shower *s, uint64_t va)
{
	const struct pt_format *f = s->format;
	const uint64_t word = pt_ones(f->va_word_bits);
	const uint64_t inside = pt_ones(f->va_bits);

	switch (f->va_rule) {
	case PT_VA_SIGNED:
		return va >> (f->va_bits - 1) & 1 ? (va | ~inside) & word : va;
	case PT_VA_ROOTS:
		return s->space ? (va | ~inside) & word : va;
	case PT_VA_ZERO:
		break;
	}
	return va;
}

static void read_shown(const struct shower *s, unsigned depth, uint64_t table,
		       unsigned index, uint64_t va, struct shown *out)
{
	const struct pt_level *l = &s->format->level[depth];
	uint64_t raw = 0;

	*out = (struct shown){ .first = index, .last = index };
	mmu_read(s->arch, run_memory(s->run),
		 table + (uint64_t)index * l->entry_bytes, l->entry_bytes, &raw);
	out->entry.raw = raw;
	out->kind = pt_entry_kind(s->format, depth, out->entry);
	if (out->kind == PT_TABLE) {
		out->table_pa = pt_address_decode(&l->table.pa, raw);
		out->denied = pt_table_removed(l, out->entry);
	} else if (out->kind != PT_NONE && out->kind != PT_BAD) {
		pt_translate(run_space(s->run, s->space), va, &out->found);
	}
}

/* Whether next is one more of the same, span further on. */
static bool continues(const struct shown *run, const struct shown *next,
		      uint64_t span)
{
	uint64_t length = (uint64_t)(run->last - run->first + 1) * span;

	if (run->kind != next->kind || run->kind == PT_TABLE ||
	    run->kind == PT_BAD)
		return false;
	return run->kind == PT_NONE || run->kind == PT_MARKER ||
	       (run->found.attrs == next->found.attrs &&
		run->found.order == next->found.order &&
		next->found.pa == run->found.pa + length);
}

static void print_line(const struct shower *s, unsigned depth,
		       const struct shown *run, uint64_t va)
{
	char range[24], attrs[RUN_FLAGS_TEXT];
	int indent = 2 * (int)(depth - s->format->top);

	snprintf(range, sizeof(range), run->first == run->last ? "[%u]"
		 : "[%u-%u]", run->first, run->last);
	printf("  %*s%-10s 0x%016" PRIx64 " %s", indent, "", range, va,
	       pt_kind_name(run->kind));
	if (run->kind == PT_TABLE) {
		printf(" -> %s at pa 0x%" PRIx64,
		       pt_depth_name((int)depth + 1), run->table_pa);
		if (run->denied) {
			run_print_flags(attrs, run->denied);
			printf(" takes away %.4s", attrs);
		}
	} else if (run->kind == PT_BAD) {
		printf(" 0x%" PRIx64, run->entry.raw);
	} else {
		run_print_flags(attrs, run->found.attrs);
		printf(" pa 0x%" PRIx64 " %s", run->found.pa, attrs);
		if (pt_attrs_memtype(run->found.attrs))
			printf(" memtype %u", pt_attrs_memtype(run->found.attrs));
		if (pt_attrs_key(run->found.attrs))
			printf(" key %u", pt_attrs_key(run->found.attrs));
		if (run->found.order)
			printf(" order %u", run->found.order);
	}
	putchar('\n');
}

static void json_line(const struct shower *s, unsigned depth,
		      const struct shown *run, uint64_t va)
{
	char text[24], attrs[RUN_FLAGS_TEXT];

	snprintf(text, sizeof(text), "0x%016" PRIx64, va);
	run_print_flags(attrs, run->kind == PT_TABLE ? run->denied
						     : run->found.attrs);
	json_array_append_new(s->into, json_pack(
		"{s:i, s:s, s:i, s:i, s:s, s:s, s:I, s:s, s:i}",
		"space", (int)s->space, "depth", pt_depth_name((int)depth),
		"first", (int)run->first, "last", (int)run->last, "va", text,
		"kind", pt_kind_name(run->kind), "pa",
		(json_int_t)(run->kind == PT_TABLE ? run->table_pa
						   : run->found.pa),
		run->kind == PT_TABLE ? "takes_away" : "attrs", attrs,
		"order", (int)run->found.order));
}

static void show_table(const struct shower *s, unsigned depth, uint64_t table,
		       uint64_t base);

static void show_run(const struct shower *s, unsigned depth,
		     const struct shown *run, uint64_t base)
{
	uint64_t va = base + run->first * pt_span(s->format, depth);

	if (run->kind == PT_NONE)
		return;
	if (s->into)
		json_line(s, depth, run, canonical(s, va));
	else
		print_line(s, depth, run, canonical(s, va));
	/* One step deeper each time: at most PT_DEPTHS of these at once. */
	if (run->kind == PT_TABLE && depth < PT_PTE)
		show_table(s, depth + 1, run->table_pa, va);
}

static void show_table(const struct shower *s, unsigned depth, uint64_t table,
		       uint64_t base)
{
	const uint64_t span = pt_span(s->format, depth);
	const unsigned entries = 1u << s->format->level[depth].index_bits;
	struct shown run = { .kind = PT_NONE };

	for (unsigned i = 0; i < entries; i++) {
		struct shown next;

		read_shown(s, depth, table, i, canonical(s, base + i * span),
			   &next);
		if (i && continues(&run, &next, span)) {
			run.last = i;
			continue;
		}
		if (i)
			show_run(s, depth, &run, base);
		run = next;
	}
	show_run(s, depth, &run, base);
}

static int show_case(const struct pt_format *format, const struct tw_case *c,
		     const char *path, json_t *into)
{
	char error[256];
	struct violation violation;
	struct run *run = run_create(format, NULL, error, sizeof(error));

	if (!run) {
		command_error("%s", error);
		return STATUS_CANNOT;
	}

	bool clean = run_case(run, c, RUN_CHECK_END, NULL, &violation);

	if (!into)
		printf("%s on %s\n", path, format->name);
	for (unsigned i = 0; i < PT_SPACES; i++) {
		const struct shower shower = {
			.format = format, .arch = mmu_find(format->name),
			.run = run, .space = i, .into = into,
		};
		uint64_t root = run_space(run, i)->root;

		if (!into)
			printf(" space %u: root %s at pa 0x%" PRIx64 "\n", i,
			       pt_depth_name(format->top), root);
		show_table(&shower, format->top, root, 0);
	}
	if (!clean && !into)
		printf(" violated: the tables are those at the violation; "
		       "`tablewalk run' explains it\n");
	run_destroy(run);
	return clean ? STATUS_CLEAN : STATUS_VIOLATION;
}

static int show_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "mutant", required_argument, NULL, 'm' },
		{ "json", no_argument, NULL, 'J' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct format_list formats = { 0 };
	struct tw_case c;
	char error[512];
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			if (!command_formats(optarg, &formats))
				return STATUS_USAGE;
			break;
		case 'm':
			if (!command_mutant(optarg))
				return STATUS_USAGE;
			break;
		case 'J':
			json = true;
			break;
		case 'h':
			command_help(command);
			return STATUS_CLEAN;
		default:
			return command_usage(command);
		}
	}
	if (argc - optind != 1 || formats.count != 1) {
		command_error("show needs one --format and one case file");
		return STATUS_USAGE;
	}

	const struct pt_format *format = formats.format[0];

	if (case_load(argv[optind], CASE_TAGGED, &c, error, sizeof(error))) {
		command_error("%s", error);
		return STATUS_USAGE;
	}
	if (!json)
		return show_case(format, &c, argv[optind], NULL);

	json_t *tables = json_array();
	int status = show_case(format, &c, argv[optind], tables);
	int printed = command_json(json_pack("{s:s, s:s, s:b, s:o}", "case",
					     argv[optind], "format",
					     format->name, "violated",
					     status == STATUS_VIOLATION,
					     "entries", tables));

	return printed ? printed : status;
}

const struct command command_show = {
	.name = "show",
	.synopsis = "--format F [--json] CASE",
	.help =
	"Runs a case and prints the tables it leaves as a tree: index, address, kind,\n"
	"physical address, attributes (rwx, user, global, accessed, dirty, soft bits).\n\n"
	"  --format F        the format\n"
	"  --mutant ID       switch a deliberate defect on\n"
	"  --json            one document: entries with space, depth, va, kind, pa\n",
	.main = show_main,
};
