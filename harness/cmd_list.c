/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk list: formats, witnesses, subjects, guests and mutants.
 */
#include <stdlib.h>
#include <string.h>

#include <tablewalk/check.h>

#include "command.h"
#include "guest.h"

#define NAMES 96

/* "4K 2M 1G": the leaf sizes from the page upward. */
static void leaf_sizes(const struct pt_format *f, char out[NAMES])
{
	static const char unit[] = " KMGTPE";
	size_t used = 0;

	out[0] = '\0';
	for (int d = PT_PTE; d >= f->top; d--) {
		unsigned shift = f->level[d].va_shift;

		if (!f->level[d].leaf.match.count || used >= NAMES - 8)
			continue;
		used += (size_t)snprintf(out + used, NAMES - used, "%s%u%.1s",
					 used ? " " : "", 1u << shift % 10,
					 shift < 10 ? "B" : &unit[shift / 10]);
	}
}

static bool has_guest(const struct pt_format *f)
{
	char why[256];

	return guest_available(f->name, why, sizeof(why));
}

static json_t *formats_json(void)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		const struct mmu_arch *arch = mmu_find(f->name);
		json_t *levels = json_array(), *witnesses = json_array();
		char sizes[NAMES];

		for (unsigned d = f->top; d < PT_DEPTHS; d++)
			json_array_append_new(levels,
				json_string(pt_depth_name((int)d)));
		if (arch)
			json_array_append_new(witnesses, json_string("flat"));
		if (arch && arch->walks)
			json_array_append_new(witnesses,
					      json_string("model-mmu"));
		if (has_guest(f))
			json_array_append_new(witnesses, json_string("guest"));
		leaf_sizes(f, sizes);
		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:o, s:s, s:o, s:s}", "name", f->name,
			"architecture", f->architecture, "levels", levels,
			"leaf_sizes", sizes, "witnesses", witnesses,
			"manual", f->manual));
	}
	return list;
}

static json_t *mutants_json(void)
{
	json_t *list = json_array();

	for (unsigned i = 1; i < MUTANTS; i++) {
		char name[64];

		mutant_name(i, name);
		json_array_append_new(list, json_pack("{s:s, s:s}", "id", name,
						      "what", mutant_what(i)));
	}
	return list;
}

static json_t *guests_json(void)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < pt_format_count; i++)
		if (has_guest(pt_formats[i]))
			json_array_append_new(list,
				json_string(pt_formats[i]->name));
	return list;
}

static void print_text(void)
{
	printf("%-16s %-10s %-24s %-16s %s\n", "FORMAT", "ARCH", "LEVELS",
	       "LEAF SIZES", "WITNESSES");
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];
		const struct mmu_arch *arch = mmu_find(f->name);
		char sizes[NAMES], levels[NAMES] = "", why[256] = "";
		size_t used = 0;

		leaf_sizes(f, sizes);
		for (unsigned d = f->top; d < PT_DEPTHS; d++)
			used += (size_t)snprintf(levels + used, NAMES - used,
						 "%s%s", used ? " " : "",
						 pt_depth_name((int)d));
		printf("%-16s %-10s %-24s %-16s %s%s%s\n", f->name,
		       f->architecture, levels, sizes, arch ? "flat" : "-",
		       arch && arch->walks ? ", model MMU" : "",
		       guest_available(f->name, why, sizeof(why)) ? ", guest"
								  : "");
		if (why[0] && guest_known(f->name))
			printf("%-16s no guest: %s\n", "", why);
	}
	printf("\nSUBJECTS\n  builtin\n\nMUTANTS\n");
	for (unsigned i = 1; i < MUTANTS; i++) {
		char name[64];

		mutant_name(i, name);
		printf("  %-30s %s\n", name, mutant_what(i));
	}
}

static int list_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'J' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool json = false;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'J') {
			json = true;
		} else if (option == 'h') {
			command_help(command);
			return STATUS_CLEAN;
		} else {
			return command_usage(command);
		}
	}
	if (optind < argc) {
		command_error("list takes no argument, not `%s'", argv[optind]);
		return STATUS_USAGE;
	}
	if (json)
		return command_json(json_pack(
			"{s:o, s:[s], s:o, s:o}", "formats", formats_json(),
			"subjects", "builtin", "guests", guests_json(),
			"mutants", mutants_json()));
	print_text();
	return STATUS_CLEAN;
}

const struct command command_list = {
	.name = "list",
	.synopsis = "[--json]",
	.help =
	"Lists formats with their levels, leaf sizes and witnesses, subjects, guests\n"
	"and the deliberate defects that --mutant can switch on.\n\n"
	"  --json            one document on standard output\n",
	.main = list_main,
};
