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

#include "command.h"
#include "dump_text.h"
#include "tree.h"

/* How the tables are shown. */
struct show {
	const char *path;		/* of the case */
	bool dump, holes;		/* runs instead of a tree; holes too */
	json_t *into;			/* the JSON array to fill; NULL: text */
	json_t *wx_pages;		/* with dump: the array of their numbers */
};

struct shower {
	const struct tree *tree;
	unsigned space;
	json_t *into;			/* the JSON array to fill; NULL: text */
};

/* What one line says of one entry, or of a run of entries. */
struct shown {
	struct tree_entry entry;	/* the first */
	unsigned first, last;		/* indices */
};

static void print_line(const struct shower *s, unsigned depth,
		       const struct shown *run, uint64_t va)
{
	char range[24], attrs[RUN_FLAGS_TEXT];
	int indent = 2 * (int)(depth - s->tree->format->top);
	const struct tree_entry *e = &run->entry;

	snprintf(range, sizeof(range), run->first == run->last ? "[%u]"
		 : "[%u-%u]", run->first, run->last);
	printf("  %*s%-10s 0x%016" PRIx64 " %s", indent, "", range, va,
	       pt_kind_name(e->kind));
	if (e->kind == PT_TABLE) {
		printf(" -> %s at pa 0x%" PRIx64,
		       pt_depth_name((int)depth + 1), e->pa);
		if (e->denied) {
			run_print_flags(attrs, e->denied);
			printf(" takes away %.4s", attrs);
		}
	} else if (e->kind == PT_BAD) {
		printf(" 0x%" PRIx64, e->raw);
	} else {
		run_print_flags(attrs, e->attrs);
		printf(" pa 0x%" PRIx64 " %s", e->pa, attrs);
		if (pt_attrs_memtype(e->attrs))
			printf(" memtype %u", pt_attrs_memtype(e->attrs));
		if (pt_attrs_key(e->attrs))
			printf(" key %u", pt_attrs_key(e->attrs));
		if (e->order)
			printf(" order %u", e->order);
	}
	putchar('\n');
}

static void json_line(const struct shower *s, unsigned depth,
		      const struct shown *run, uint64_t va)
{
	const struct tree_entry *e = &run->entry;
	char text[24], attrs[RUN_FLAGS_TEXT];

	snprintf(text, sizeof(text), "0x%016" PRIx64, va);
	run_print_flags(attrs, e->kind == PT_TABLE ? e->denied : e->attrs);
	json_array_append_new(s->into, json_pack(
		"{s:i, s:s, s:i, s:i, s:s, s:s, s:I, s:s, s:i}",
		"space", (int)s->space, "depth", pt_depth_name((int)depth),
		"first", (int)run->first, "last", (int)run->last, "va", text,
		"kind", pt_kind_name(e->kind), "pa", (json_int_t)e->pa,
		e->kind == PT_TABLE ? "takes_away" : "attrs", attrs,
		"order", (int)e->order));
}

static void show_table(const struct shower *s, unsigned depth, uint64_t table,
		       uint64_t base);

static void show_run(const struct shower *s, unsigned depth,
		     const struct shown *run, uint64_t base)
{
	const struct pt_format *f = s->tree->format;
	uint64_t offset = base + run->first * pt_span(f, depth);
	uint64_t va = tree_address(f, s->space, offset);

	if (run->entry.kind == PT_NONE)
		return;
	if (s->into)
		json_line(s, depth, run, va);
	else
		print_line(s, depth, run, va);
	/* One step deeper each time: at most PT_DEPTHS of these at once. */
	if (run->entry.kind == PT_TABLE && depth < PT_PTE)
		show_table(s, depth + 1, run->entry.pa, offset);
}

static void show_table(const struct shower *s, unsigned depth, uint64_t table,
		       uint64_t base)
{
	const uint64_t span = pt_span(s->tree->format, depth);
	struct shown run = { .entry.kind = PT_NONE };

	for (unsigned i = 0; i < tree_entries(s->tree, depth); i++) {
		struct shown next = { .first = i, .last = i };

		tree_read(s->tree, depth, table, i, &next.entry);
		if (i && tree_continues(&run.entry, &next.entry,
					(i - run.first) * span)) {
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
	struct tree tree;
	const struct shower shower = {
		.tree = &tree, .space = i, .into = show->into,
	};

	tree_open(&tree, run);
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
		       "`tablewalk explain' says why\n");
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
