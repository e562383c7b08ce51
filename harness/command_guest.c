/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What subcommands with guests share: see command_guest.h.
 */
#include "command_guest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Whether the guest of that format is run by what the options name. */
static bool fits(const struct guest_options *options, const char *format)
{
	return (!options->qemu || guest_uses_program(format, options->qemu)) &&
	       (!options->kvm || !strcmp(guest_architecture(format), "x86")) &&
	       (!options->below || guest_has_below(format));
}

/* False with a sentence where a format that was asked for cannot be. */
static bool check_formats(const struct guest_options *options,
			  const struct format_list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		const char *name = list->format[i]->name;

		if (!guest_known(name)) {
			command_error("%s has no guest; `tablewalk list' shows "
				      "which have", name);
			return false;
		}
		if (fits(options, name))
			continue;
		if (options->qemu && !guest_uses_program(name, options->qemu))
			command_error("%s: the guest of %s runs on %s",
				      options->qemu, name, guest_program(name));
		else if (options->below && !guest_has_below(name))
			command_error("--below is for guests with a second "
				      "translation, and that of %s has none",
				      name);
		else
			command_error("--accel kvm is for guests of x86, and %s "
				      "is none", name);
		return false;
	}
	return true;
}

/* The emulator that was asked for must be one. */
static bool check_emulator(const struct guest_options *options)
{
	char version[GUEST_VERSION];
	int error;

	if (!options->qemu)
		return true;
	error = guest_emulator_version(options->qemu, version, sizeof(version));
	if (!error)
		return true;
	command_error("%s: %s", options->qemu,
		      error == -EINVAL ? "does not say which QEMU it is" :
					 strerror(-error));
	return false;
}

bool command_guest_usable(const struct guest_options *options,
			  const struct format_list *list)
{
	return check_formats(options, list) && check_emulator(options);
}

bool command_guest_formats(const struct guest_options *options,
			   struct format_list *list)
{
	char why[256] = "no format has a guest";

	if (options->qemu)
		snprintf(why, sizeof(why), "%s is the emulator of no guest: its "
			 "name is not that of one", options->qemu);
	for (unsigned i = 0; i < pt_format_count; i++) {
		const char *name = pt_formats[i]->name;

		if (!guest_known(name) || !fits(options, name))
			continue;
		if ((options->qemu || guest_available(name, why, sizeof(why))) &&
		    !command_formats(name, list))
			return false;
	}
	if (!list->count)
		command_error("%s", why);
	return list->count > 0;
}
