/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * --opinion, for the subcommands that take it.
 */
#include <inttypes.h>
#include <string.h>

#include "addrxlat.h"
#include "command.h"
#include "subject.h"

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

int command_chosen_formats(const struct subject_kind *kind,
			   const struct opinion *opinion,
			   struct format_list *formats)
{
	const bool named = formats->count;
	const char *why = "";
	unsigned known = 0;

	if (!command_subject_formats(kind, formats))
		return STATUS_USAGE;
	for (unsigned i = 0; opinion && i < formats->count; i++) {
		const struct pt_format *f = formats->format[i];

		if (opinion->layout(f->name, &why)) {
			formats->format[known++] = f;
		} else if (named) {
			command_error("%s has no opinion `%s': %s", f->name,
				      opinion->name, why);
			return STATUS_USAGE;
		}
	}
	if (opinion)
		formats->count = known;
	if (formats->count)
		return STATUS_CLEAN;
	command_error("the subject %s has no format with an opinion: %s",
		      kind->name, why);
	return STATUS_USAGE;
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
