/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk list: formats, witnesses, subjects, guests and mutants.
 */
#include <stdlib.h>
#include <string.h>

#include <tablewalk/check.h>

#include "../oracles/defect.h"
#include "addrxlat.h"
#include "command.h"
#include "guest.h"
#include "guest_none.h"
#include "subjects/impostor.h"

#define NAMES 96

/* Appends the size of 2^shift bytes: "4K"; group is a mark behind it. */
static size_t add_size(char out[NAMES], size_t used, unsigned shift,
		       const char *group)
{
	static const char unit[] = " KMGTPE";

	if (used >= NAMES - 8)
		return used;
	return used + (size_t)snprintf(out + used, NAMES - used, "%s%u%.1s%s",
				       used ? " " : "", 1u << shift % 10,
				       shift < 10 ? "B" : &unit[shift / 10],
				       group);
}

/* "4K 64K* 2M": the sizes from the page upward, those of groups with a star. */
static void leaf_sizes(const struct pt_format *f, char out[NAMES])
{
	size_t used = 0;

	out[0] = '\0';
	for (int d = PT_PTE; d >= f->top; d--) {
		const struct pt_level *l = &f->level[d];

		if (!l->leaf.match.count)
			continue;
		used = add_size(out, used, l->va_shift, "");
		for (unsigned i = 0; i < l->group_count; i++)
			used = add_size(out, used,
					(unsigned)l->va_shift +
						l->group[i].order, "*");
	}
}

/* "pud 9, pmd 9, pte 9": depths with the lg2 of a table's entries. */
static void level_names(const struct pt_format *f, char out[NAMES])
{
	size_t used = 0;

	for (unsigned d = f->top; d < PT_DEPTHS && used < NAMES - 8; d++)
		used += (size_t)snprintf(out + used, NAMES - used, "%s%s %u",
					 used ? ", " : "",
					 pt_depth_name((int)d),
					 f->level[d].index_bits);
}

/* What a model MMU is a model of. */
static const char *grade_name(const struct mmu_arch *arch)
{
	switch ((enum mmu_grade)arch->grade) {
	case MMU_HARDWARE:
		return "hardware";
	case MMU_REFILL:
		return "refill";
	case MMU_SOFTWARE_TREE:
		return "software tree";
	case MMU_INVENTED:
		return "invented";
	}
	return "?";
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
		const struct guest_none *none = guest_none(f->name);
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
			json_array_append_new(witnesses, json_string(
				guest_refills(f->name) ? "guest-refill" :
							 "guest"));
		if (pt_format_header_facts[i])
			json_array_append_new(witnesses,
					      json_string("header-facts"));
		leaf_sizes(f, sizes);
		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:o, s:s, s:s, s:o, s:s, s:s, s:s*, "
			"s:s*, s:s*}",
			"name", f->name, "architecture", f->architecture,
			"levels", levels, "leaf_sizes", sizes, "grade",
			arch ? grade_name(arch) : "none", "witnesses",
			witnesses, "manual", f->manual, "model_source",
			arch ? arch->source : "", "model_only",
			none ? none->why : NULL, "model_only_source",
			none ? none->source : NULL, "addrxlat",
			opinion_addrxlat.layout(f->name, NULL)));
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

static json_t *oracle_defects_json(void)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < ORACLE_DEFECTS; i++) {
		char name[64];

		oracle_defect_name(i, name);
		json_array_append_new(list, json_pack(
			"{s:s, s:s}", "id", name, "what",
			oracle_defect_what(i)));
	}
	return list;
}

static json_t *impostors_json(void)
{
	const struct subject_kind *kind;
	json_t *list = json_array();

	for (unsigned i = 0; (kind = impostor(i)) != NULL; i++)
		json_array_append_new(list, json_pack(
			"{s:s, s:s}", "id", kind->name, "what", kind->what));
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

static void print_format(unsigned i)
{
	const struct pt_format *f = pt_formats[i];
	const struct mmu_arch *arch = mmu_find(f->name);
	const char *layout = opinion_addrxlat.layout(f->name, NULL);
	char sizes[NAMES], levels[NAMES] = "", why[256] = "";
	bool guest = guest_available(f->name, why, sizeof(why));

	leaf_sizes(f, sizes);
	level_names(f, levels);
	printf("%-19s %-10s %-39s %-22s %s", f->name, f->architecture, levels,
	       sizes, arch ? "flat" : "-");
	if (arch && arch->walks)
		printf(", model MMU (%s)", grade_name(arch));
	printf("%s%s%s", guest ? ", guest" : "",
	       guest && guest_refills(f->name) ? " (refill)" : "",
	       pt_format_header_facts[i] ? ", header facts" : "");
	printf("%s%s\n", layout ? ", addrxlat " : "", layout ? layout : "");
	if (why[0] && guest_known(f->name))
		printf("%-19s no guest: %s\n", "", why);
	if (guest_none(f->name))
		printf("%-19s model only: %s\n", "",
		       guest_none(f->name)->why);
}

/* Another's subject, its formats and how it differs. */
static void print_foreign(const struct subject_kind *kind)
{
	const struct tablewalk_subject *s = foreign_of(kind);

	printf("  %-30s %s\n  %-30s formats:", kind->name, kind->what, "");
	for (unsigned i = 0; s->formats[i]; i++)
		printf(" %s", s->formats[i]);
	putchar('\n');
	for (unsigned bit = 0; bit < FOREIGN_DIFFERENCES; bit++)
		if (s->differences >> bit & 1)
			printf("  %-30s differs: %s (%s)\n", "",
			       foreign_difference_name(bit),
			       foreign_reason(s, bit));
}

static json_t *subjects_json(void)
{
	const struct subject_kind *kind;
	json_t *list = json_pack("[s]", subject_builtin.name);

	for (unsigned i = 0; (kind = foreign(i)) != NULL; i++)
		json_array_append_new(list, json_string(kind->name));
	return list;
}

/* What is wrong on purpose: subjects, and defects of subject and checks. */
static void print_wrong(void)
{
	const struct subject_kind *kind;
	char name[64];

	printf("\nSUBJECTS\n  %-30s %s\n", subject_builtin.name,
	       subject_builtin.what);
	for (unsigned i = 0; (kind = foreign(i)) != NULL; i++)
		print_foreign(kind);
	printf("\nIMPOSTORS\n");
	for (unsigned i = 0; (kind = impostor(i)) != NULL; i++)
		printf("  %-30s %s\n", kind->name, kind->what);
	printf("\nMUTANTS\n");
	for (unsigned i = 1; i < MUTANTS; i++) {
		mutant_name(i, name);
		printf("  %-30s %s\n", name, mutant_what(i));
	}
	printf("\nMUTANTS OF THE CHECKS\n");
	for (unsigned i = 0; i < ORACLE_DEFECTS; i++) {
		oracle_defect_name(i, name);
		printf("  %-30s %s\n", name, oracle_defect_what(i));
	}
}

static void print_text(void)
{
	printf("%-19s %-10s %-39s %-22s %s\n", "FORMAT", "ARCH",
	       "LEVELS (LG2 ENTRIES)", "LEAF SIZES (* GROUPS)", "WITNESSES");
	for (unsigned i = 0; i < pt_format_count; i++)
		print_format(i);
	if (opinion_addrxlat.missing)
		printf("\n%s\n", opinion_addrxlat.missing);
	print_wrong();
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
			"{s:o, s:s*, s:o, s:o, s:o, s:o, s:o}",
			"formats", formats_json(),
			"no_addrxlat", opinion_addrxlat.missing,
			"subjects", subjects_json(), "guests", guests_json(),
			"mutants", mutants_json(),
			"oracle_mutants", oracle_defects_json(),
			"impostors", impostors_json()));
	print_text();
	return STATUS_CLEAN;
}

const struct command command_list = {
	.name = "list",
	.synopsis = "[--json]",
	.help =
	"Lists formats with their levels, leaf sizes and witnesses, guests, subjects and\n"
	"impostors that --subject takes, and the deliberate defects, of the subject and\n"
	"of the checks, that --mutant can switch on.\n\n"
	"Witnesses: flat, the flat-address model; model MMU, the second reading of the\n"
	"format, of the hardware's walk, the refill handler, or a tree that only the\n"
	"kernel looks up; guest, a bare-metal program under QEMU; header facts, what the\n"
	"kernel's own headers say; addrxlat, the opinion of libaddrxlat, with the name of\n"
	"its layout.  Model only: why there can be no guest.\n\n"
	"  --json            one document on standard output\n",
	.main = list_main,
};
