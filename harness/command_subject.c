/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Choosing a subject on the command line, and telling what it was asked for.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "subject.h"
#include "subjects/impostor.h"
#include "subjects/process.h"

/* Counters of a foreign subject, in this order. */
enum { ASKED, REFUSED, BESIDE, LEFT_OUT, DIFFERED,
       LEFT_OUT_KIND = DIFFERED + FOREIGN_DIFFERENCES };
_Static_assert(LEFT_OUT_KIND + OP_KINDS == SUBJECT_COUNTERS, "as many");

/* Those of --subject-command; they end with this process. */
static struct process_subject *programs[FOREIGN_MAX];
static unsigned program_count;

static void end_programs(void)
{
	while (program_count)
		process_subject_destroy(programs[--program_count]);
}

bool command_subject(const char *name, const struct subject_kind **out)
{
	*out = &subject_builtin;
	if (!strcmp(name, subject_builtin.name))
		return true;
	for (unsigned i = 0; (*out = foreign(i)) != NULL; i++)
		if (!strcmp(name, (*out)->name))
			return true;
	for (unsigned i = 0; (*out = impostor(i)) != NULL; i++)
		if (!strcmp(name, (*out)->name))
			return true;
	command_error("unknown subject `%s'; `tablewalk list' names them", name);
	return false;
}

bool command_subject_program(const char *program,
			     const struct subject_kind **out)
{
	char error[512];
	struct process_subject *process;

	if (program_count == FOREIGN_MAX) {
		command_error("--subject-command was given more than %u times",
			      FOREIGN_MAX);
		return false;
	}
	process = process_subject_create(program, error, sizeof(error));
	if (!process ||
	    !foreign_add(process_subject(process), error, sizeof(error))) {
		process_subject_destroy(process);
		command_error("--subject-command: %s", error);
		return false;
	}
	if (!program_count)
		atexit(end_programs);
	programs[program_count++] = process;
	for (unsigned i = 0; foreign(i); i++)
		*out = foreign(i);
	return true;
}

const struct subject_kind *command_default_subject(void)
{
	return foreign(0) ? foreign(0) : &subject_builtin;
}

const char *command_subject_name(const struct subject_kind *kind)
{
	return kind == command_default_subject() && !program_count ? NULL
								   : kind->name;
}

bool command_subject_formats(const struct subject_kind *kind,
			     struct format_list *formats)
{
	const struct tablewalk_subject *s = foreign_of(kind);

	if (!s)
		return formats->count || command_formats("all", formats);
	for (unsigned i = 0; i < formats->count; i++) {
		if (foreign_has_format(s, formats->format[i]->name))
			continue;
		command_error("the subject %s has no tables of the format %s",
			      kind->name, formats->format[i]->name);
		return false;
	}
	for (unsigned i = 0; !formats->count && s->formats[i]; i++) {
		char list[1024] = "";

		for (; s->formats[i]; i++) {
			size_t used = strlen(list);

			snprintf(list + used, sizeof(list) - used, "%s%s",
				 used ? "," : "", s->formats[i]);
		}
		return command_formats(list, formats);
	}
	return true;
}

/*
 *			Counts
 */

void command_subject_counts(const struct run *run,
			    uint64_t counter[SUBJECT_COUNTERS])
{
	const struct foreign_counts *c = run_foreign_counts(run);

	memset(counter, 0, SUBJECT_COUNTERS * sizeof(*counter));
	if (!c)
		return;
	counter[ASKED] = c->asked;
	counter[REFUSED] = c->refused;
	counter[BESIDE] = c->beside;
	memcpy(&counter[DIFFERED], c->differed, sizeof(c->differed));
	for (unsigned k = 0; k < OP_KINDS; k++) {
		counter[LEFT_OUT_KIND + k] = c->left_out[k];
		counter[LEFT_OUT] += c->left_out[k];
	}
}

void command_subject_count(const struct run *run,
			   const uint64_t before[SUBJECT_COUNTERS],
			   uint64_t counter[SUBJECT_COUNTERS])
{
	uint64_t now[SUBJECT_COUNTERS];

	command_subject_counts(run, now);
	for (unsigned i = 0; i < SUBJECT_COUNTERS; i++)
		counter[i] += now[i] - before[i];
}

void command_subject_print(const struct subject_kind *kind,
			   const uint64_t counter[SUBJECT_COUNTERS])
{
	const struct tablewalk_subject *s = foreign_of(kind);
	const char *before = "";

	if (!s)
		return;
	printf("subject %s: asked for %" PRIu64 " operations, refused %" PRIu64
	       " it cannot do; %" PRIu64 " read by the built-in subject, %"
	       PRIu64 " done by nobody%s", kind->name, counter[ASKED],
	       counter[REFUSED], counter[BESIDE], counter[LEFT_OUT],
	       counter[LEFT_OUT] ? " (" : "\n");
	for (unsigned k = 0; k < OP_KINDS; k++) {
		if (!counter[LEFT_OUT_KIND + k])
			continue;
		printf("%s%s %" PRIu64, before, op_kind_name(k),
		       counter[LEFT_OUT_KIND + k]);
		before = ", ";
	}
	if (counter[LEFT_OUT])
		puts(")");
	if (s->capabilities & TABLEWALK_TABLES_ELSEWHERE)
		puts("its tables are in memory of its own: those that nothing "
		     "points to are not found");
	for (unsigned bit = 0; bit < FOREIGN_DIFFERENCES; bit++)
		if (s->differences >> bit & 1)
			printf("differs by name %" PRIu64 " times: %s (%s)\n",
			       counter[DIFFERED + bit],
			       foreign_difference_name(bit),
			       foreign_reason(s, bit));
}

json_t *command_subject_json(const struct subject_kind *kind,
			     const uint64_t counter[SUBJECT_COUNTERS])
{
	const struct tablewalk_subject *s = foreign_of(kind);
	json_t *left_out = json_object(), *differs = json_object();

	for (unsigned k = 0; s && k < OP_KINDS; k++)
		if (counter[LEFT_OUT_KIND + k])
			json_object_set_new(left_out, op_kind_name(k),
				json_integer((json_int_t)
					     counter[LEFT_OUT_KIND + k]));
	for (unsigned bit = 0; s && bit < FOREIGN_DIFFERENCES; bit++)
		if (s->differences >> bit & 1)
			json_object_set_new(differs,
				foreign_difference_name(bit),
				json_integer((json_int_t)
					     counter[DIFFERED + bit]));
	return json_pack("{s:s, s:I, s:I, s:I, s:o, s:o}", "name", kind->name,
			 "asked", (json_int_t)counter[ASKED],
			 "refused", (json_int_t)counter[REFUSED],
			 "read_by_builtin", (json_int_t)counter[BESIDE],
			 "left_out", left_out, "differs", differs);
}
