/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * --opinion, for the subcommands that take it.
 */
#include <inttypes.h>
#include <string.h>

#include "addrxlat.h"
#include "command.h"

const struct opinion *command_opinion(const char *name, int *status)
{
	if (strcmp(name, opinion_addrxlat.name) != 0) {
		command_error("--opinion takes %s, not `%s'",
			      opinion_addrxlat.name, name);
		*status = STATUS_USAGE;
		return NULL;
	}
	if (opinion_addrxlat.missing) {
		command_error("%s", opinion_addrxlat.missing);
		*status = STATUS_CANNOT;
		return NULL;
	}
	return &opinion_addrxlat;
}

int command_opinion_formats(const struct opinion *opinion,
			    struct format_list *list)
{
	const char *why;

	for (unsigned i = 0; i < list->count; i++) {
		if (opinion->layout(list->format[i]->name, &why))
			continue;
		command_error("%s has no opinion `%s': %s",
			      list->format[i]->name, opinion->name, why);
		return STATUS_USAGE;
	}
	if (list->count)
		return STATUS_CLEAN;
	for (unsigned i = 0; i < pt_format_count; i++)
		if (opinion->layout(pt_formats[i]->name, NULL))
			list->format[list->count++] = pt_formats[i];
	return STATUS_CLEAN;
}

void command_opinion_print(const struct opinion *opinion,
			   const struct opinion_counts *counts)
{
	const uint64_t *of = counts->of;

	printf("opinion %s: %" PRIu64 " addresses, %" PRIu64 " of them mapped, %"
	       PRIu64 " at 2^48 or above, %" PRIu64 " by tables there; %" PRIu64
	       " outside\n", opinion->name, of[OPINION_ADDRESSES],
	       of[OPINION_MAPPED], of[OPINION_HIGH_PAGES],
	       of[OPINION_HIGH_TABLES], of[OPINION_OUTSIDE]);
	for (unsigned i = OPINION_ALLOWED; i < OPINION_COUNTS; i++)
		if (of[i])
			printf("allowed %" PRIu64 " times by name: %s\n",
			       of[i], opinion_count_name(i));
}

json_t *command_opinion_json(const struct opinion *opinion,
			     const struct opinion_counts *counts)
{
	json_t *object = json_pack("{s:s}", "name", opinion->name);

	for (unsigned i = 0; i < OPINION_COUNTS; i++)
		json_object_set_new(object, opinion_count_name(i),
				    json_integer((json_int_t)counts->of[i]));
	return object;
}

void command_opinion_add(struct opinion_counts *sum,
			 const struct opinion_counts *counts)
{
	for (unsigned i = 0; i < OPINION_COUNTS; i++)
		sum->of[i] += counts->of[i];
}
