/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tablewalk command as a function: dispatch and general help, for our own
 * subject and for those of other people (tablewalk/subject.h).
 */
#include <string.h>

#include <tablewalk/subject.h>

#include "command.h"
#include "subjects/foreign.h"

static const struct command *const commands[] = {
	&command_random, &command_run,	&command_hw,
	&command_show,	 &command_dump, &command_convert, &command_list,
	&command_kill,	 &command_sweep,
	&command_explain,
	&command_triage,
	&command_plan,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void help(FILE *out)
{
	fputs("usage: tablewalk COMMAND [OPTION...]\n\n"
	      "Checks page-table code: random and recorded sequences of map, unmap,\n"
	      "split, protect, collapse and walk on every architecture's format, held\n"
	      "against a flat model, a model of the hardware's walk, and QEMU.\n\n",
	      out);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(out, "  tablewalk %s %s\n", commands[i]->name,
			commands[i]->synopsis);
	fputs("\n`tablewalk COMMAND --help' explains each.\n"
	      "Exit status: 0 clean, 1 violation, 2 usage or bad input, 3 could not run.\n",
	      out);
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		help(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		help(stdout);
		return STATUS_CLEAN;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("tablewalk " TABLEWALK_VERSION);
		return STATUS_CLEAN;
	}
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[1], commands[i]->name))
			return commands[i]->main(commands[i], argc - 1,
						 argv + 1);
	command_error("unknown command `%s'; `tablewalk --help' names them",
		      argv[1]);
	return STATUS_USAGE;
}

int tablewalk_main_many(int argc, char **argv,
			const struct tablewalk_subject *const *subjects,
			unsigned count)
{
	char error[200];

	for (unsigned i = 0; i < count; i++)
		if (!foreign_add(subjects[i], error, sizeof(error))) {
			command_error("%s", error);
			return STATUS_USAGE;
		}
	return dispatch(argc, argv);
}

int tablewalk_main(int argc, char **argv,
		   const struct tablewalk_subject *subject)
{
	return tablewalk_main_many(argc, argv, &subject, 1);
}
