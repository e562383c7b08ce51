/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk show: the tables that a case leaves, as a tree of text or as runs;
 * tablewalk dump: the runs, of an example where no case is given.
 *
 * The tree is read from memory by descriptor; runs of equal neighbours are one
 * line, empty entries none.  --dump prints what pt_dump_range() makes of them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../mm/pt_entry.h"
#include "command.h"
#include "dump_text.h"

/* How the tables are shown. */
struct show {
	const char *path;		/* of the case */
	bool dump, holes;		/* runs instead of a tree; holes too */
	json_t *into;			/* the JSON array to fill; NULL: text */
	json_t *wx_pages;		/* with dump: the array of their numbers */
};

struct shower {
	const struct pt_format *format;
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
	const uint64_t bytes = pt_table_bytes(s->format, depth);
	const struct pt_table opened = {
		.env = run_space(s->run, s->space)->env,
		.host = pt_memory_at(run_memory(s->run), table, bytes),
		.pa = table,
	};

	*out = (struct shown){ .first = index, .last = index };
	/* After a violation a table may be said to lie where no memory is. */
	if (opened.host)
		out->entry = pt_read_entry(s->format, depth, &opened, index);
	out->kind = pt_entry_kind(s->format, depth, out->entry);
	if (out->kind == PT_TABLE) {
		out->table_pa = pt_table_pa(l, out->entry);
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

static void show_space(const struct show *show, struct run *run, unsigned i)
{
	const struct pt_format *format = run_format(run);
	struct pt_space *space = run_space(run, i);
	const struct shower shower = {
		.format = format, .run = run, .space = i, .into = show->into,
	};

	if (!show->into)
		printf(" space %u: root %s at pa 0x%" PRIx64 "\n", i,
		       pt_depth_name(format->top), space->root);
	if (!show->dump)
		show_table(&shower, format->top, space->root, 0);
	else if (show->into)
		json_array_append_new(show->wx_pages, json_integer(
			(json_int_t)dump_text_json(show->into, space,
						   show->holes)));
	else
		dump_text_print(stdout, space, show->holes);
}

static int show_case(const struct pt_format *format, const struct tw_case *c,
		     const struct show *show)
{
	char error[256];
	struct violation violation;
	struct run *run = run_create(format, NULL, error, sizeof(error));

	if (!run) {
		command_error("%s", error);
		return STATUS_CANNOT;
	}

	bool clean = run_case(run, c, RUN_CHECK_END, NULL, &violation);

	if (!show->into)
		printf("%s on %s\n", show->path, format->name);
	for (unsigned i = 0; i < PT_SPACES; i++)
		show_space(show, run, i);
	if (!clean && !show->into)
		printf(" violated: the tables are those at the violation; "
		       "`tablewalk run' explains it\n");
	run_destroy(run);
	return clean ? STATUS_CLEAN : STATUS_VIOLATION;
}

/* One JSON document: entries of the tree, or runs and wx_pages of the dump. */
static int show_json(const struct pt_format *format, const struct tw_case *c,
		     struct show *show)
{
	json_t *document;
	int status, printed;

	show->into = json_array();
	show->wx_pages = show->dump ? json_array() : NULL;
	status = show_case(format, c, show);
	document = json_pack("{s:s, s:s, s:b, s:o}", "case", show->path,
			     "format", format->name, "violated",
			     status == STATUS_VIOLATION,
			     show->dump ? "runs" : "entries", show->into);
	if (show->dump)
		json_object_set_new(document, "wx_pages", show->wx_pages);
	printed = command_json(document);
	return printed ? printed : status;
}

/* The options of show; true when there are files to go on with. */
struct show_arguments {
	struct show show;
	struct format_list formats;
	bool json;
	int status;			/* where there is nothing to go on with */
};

static bool show_options(const struct command *command, int argc, char **argv,
			 struct show_arguments *a)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "mutant", required_argument, NULL, 'm' },
		{ "dump", no_argument, NULL, 'd' },
		{ "holes", no_argument, NULL, 'H' },
		{ "json", no_argument, NULL, 'J' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	a->status = STATUS_USAGE;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'f':
			if (!command_formats(optarg, &a->formats))
				return false;
			break;
		case 'm':
			if (!command_mutant(optarg))
				return false;
			break;
		case 'd':
			a->show.dump = true;
			break;
		case 'H':
			a->show.holes = true;
			break;
		case 'J':
			a->json = true;
			break;
		case 'h':
			command_help(command);
			a->status = STATUS_CLEAN;
			return false;
		default:
			command_usage(command);
			return false;
		}
	}
	return true;
}

/* Loads the case at that path and shows what it leaves. */
static int show_loaded(struct show_arguments *a, const char *path)
{
	struct tw_case c;
	char error[512];

	a->show.path = path;
	if (case_load(path, CASE_TAGGED, &c, error, sizeof(error))) {
		command_error("%s", error);
		return STATUS_USAGE;
	}
	return a->json ? show_json(a->formats.format[0], &c, &a->show)
		       : show_case(a->formats.format[0], &c, &a->show);
}

static int show_main(const struct command *command, int argc, char **argv)
{
	struct show_arguments a = { 0 };

	if (!show_options(command, argc, argv, &a))
		return a.status;
	if (argc - optind != 1 || a.formats.count != 1) {
		command_error("show needs one --format and one case file");
		return STATUS_USAGE;
	}
	if (a.show.holes && !a.show.dump) {
		command_error("--holes is an option of --dump");
		return STATUS_USAGE;
	}
	return show_loaded(&a, argv[optind]);
}

const struct command command_show = {
	.name = "show",
	.synopsis = "--format F [--dump [--holes]] [--json] CASE",
	.help =
	"Runs a case and prints the tables it leaves as a tree: index, address, kind,\n"
	"physical address, attributes (rwx, user, global, accessed, dirty, soft bits).\n"
	"With --dump it prints runs of like entries: range, length, kind, attributes,\n"
	"the rights that the tables above leave (eff), depth; and warns of pages that\n"
	"are writable and executable.\n\n"
	"  --format F        the format\n"
	"  --dump            runs instead of the tree\n"
	"  --holes           with --dump: holes too\n"
	"  --mutant ID,...   switch deliberate defects on, of the subject and of the\n"
	"                    checks\n"
	"  --json            one document: entries with space, depth, va, kind, pa; with\n"
	"                    --dump runs with space, start, last, depth, kind, effective\n",
	.main = show_main,
};

/*
 * The example: what a program and the kernel could have mapped, with tables that
 * take rights away where the format has such, so that each line of the dump has
 * another reason.  docs/dump.md explains them.
 */
static const char example[] =
	"tablewalk case 2\n"
	"salt 0x0000\n"
	"map at=home0-4 len=4unit attrs=rwad pa=data height=0\n"
	"map at=home0 len=4unit attrs=rxuad pa=data2 height=0\n"
	"map at=home0+4 len=4unit attrs=rwuad pa=data height=0\n"
	"setkind at=home0+6 height=0 kind=protnone pa=data\n"
	"map at=home0+12 len=2unit attrs=rwxuad pa=data2 height=0\n"
	"map at=home0+1h1 len=2unit attrs=rwuad pa=data height=1\n"
	"map at=home0+1h2 len=4unit attrs=rwxuad pa=data2 height=0\n"
	"restrict at=home0+1h2 height=1 remove=w\n"
	"map at=prev2+1h1 len=4unit attrs=rwxuad pa=data height=0\n"
	"restrict at=home0-1 height=1 remove=w\n"
	"restrict at=home0+1h2 height=2 remove=x\n";

static int dump_example(struct show_arguments *a)
{
	struct tw_case c;
	char error[512];

	a->show.path = "example";
	if (case_parse(example, sizeof(example) - 1, a->show.path, &c, error,
		       sizeof(error))) {
		command_error("%s", error);
		return STATUS_CANNOT;
	}
	return a->json ? show_json(a->formats.format[0], &c, &a->show)
		       : show_case(a->formats.format[0], &c, &a->show);
}

static int dump_main(const struct command *command, int argc, char **argv)
{
	struct show_arguments a = { .show.dump = true };

	if (!show_options(command, argc, argv, &a))
		return a.status;
	if (argc - optind > 1 || a.formats.count != 1) {
		command_error("dump needs one --format and at most one case "
			      "file");
		return STATUS_USAGE;
	}
	return argc > optind ? show_loaded(&a, argv[optind]) :
			       dump_example(&a);
}

const struct command command_dump = {
	.name = "dump",
	.synopsis = "--format F [--holes] [--json] [CASE]",
	.help =
	"Prints the tables that a case leaves as runs of like entries, as `tablewalk\n"
	"show --dump' does; without a case, those of an example.  Each line: range,\n"
	"length, kind, attributes, the rights that the tables above leave (eff), depth.\n"
	"Warns of pages that are writable and executable by what is left.\n\n"
	"  --format F        the format\n"
	"  --holes           holes too\n"
	"  --mutant ID,...   switch deliberate defects on, of the subject and of the\n"
	"                    checks\n"
	"  --json            one document: runs with space, start, last, depth, kind,\n"
	"                    attrs, removed, effective; wx_pages of each space\n",
	.main = dump_main,
};
