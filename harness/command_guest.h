/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which formats a subcommand that runs guests can have, with which emulator.
 */
#ifndef HARNESS_COMMAND_GUEST_H
#define HARNESS_COMMAND_GUEST_H

#include "command.h"
#include "guest.h"

/*
 * False with a sentence where a format that was asked for has no guest, or none that
 * the options can run, or the emulator of the options is none.
 */
bool command_guest_usable(const struct guest_options *options,
			  const struct format_list *list);

/*
 * Fills an empty list, as without --format, with every format whose guest can run here,
 * by what the options name.  False with a sentence where there is none.
 */
bool command_guest_formats(const struct guest_options *options,
			   struct format_list *list);

#endif
