/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which emulator a path is: its program, by its name, and its version, by asking it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest_private.h"

enum { VERSION_SECONDS = 10, LOOK_NS = 1000000 };

/* What "--version" begins with. */
#define PREFIX "QEMU emulator version "

/* Runs "path --version" to its end; what it wrote is in process->messages. */
static int ask(struct guest_process *process, const char *path)
{
	const uint64_t limit = guest_now_ns() +
			       VERSION_SECONDS * UINT64_C(1000000000);
	const int keep[2] = { -1, -1 };
	char program[GUEST_PATH_MAX], option[] = "--version";
	char *argv[] = { program, option, NULL };
	int error;

	snprintf(program, sizeof(program), "%s", path);
	if (access(path, X_OK))
		return -errno;
	error = guest_process_start(process, path, argv, keep, VERSION_SECONDS);
	if (error)
		return error;
	while (guest_process_alive(process)) {
		if (guest_now_ns() < limit) {
			guest_sleep_ns(LOOK_NS);
			continue;
		}
		guest_process_kill(process);
		return -ETIMEDOUT;
	}
	return 0;
}

/* "7.2" of "QEMU emulator version 7.2.22 (...)". */
static int parse(const char *line, char *version, size_t size)
{
	static const char digits[] = "0123456789";
	const char *at = line + strlen(PREFIX);
	size_t major, minor;

	if (strncmp(line, PREFIX, strlen(PREFIX)))
		return -EINVAL;
	major = strspn(at, digits);
	minor = at[major] == '.' ? strspn(at + major + 1, digits) : 0;
	if (!major || !minor || major + 1 + minor >= size)
		return -EINVAL;
	snprintf(version, size, "%.*s", (int)(major + 1 + minor), at);
	return 0;
}

int guest_emulator_version(const char *path, char *version, size_t size)
{
	struct guest_process process = { .messages = -1 };
	char line[128] = "";
	int error = ask(&process, path);

	if (!error && pread(process.messages, line, sizeof(line) - 1, 0) < 0)
		error = -errno;
	if (process.messages >= 0)
		close(process.messages);
	return error ? error : parse(line, version, size);
}

int guest_version(const struct guest *guest, char version[GUEST_VERSION])
{
	const char *program = guest->machine->program;
	struct guest_versions *known = guest->options.versions;
	int error;

	for (unsigned i = 0; known && i < known->count; i++)
		if (strcmp(known->of[i].program, program) == 0) {
			memcpy(version, known->of[i].version, GUEST_VERSION);
			return 0;
		}
	error = guest_emulator_version(guest->path, version, GUEST_VERSION);
	if (!error && known && known->count < GUEST_VERSIONS_MAX) {
		known->of[known->count].program = program;
		memcpy(known->of[known->count++].version, version,
		       GUEST_VERSION);
	}
	return error;
}

bool guest_uses_program(const char *format, const char *path)
{
	const struct guest_machine *machine = guest_find_machine(format);
	const char *name = strrchr(path, '/');
	size_t length;

	if (!machine)
		return false;
	name = name ? name + 1 : path;
	length = strlen(machine->program);
	return strncmp(name, machine->program, length) == 0 &&
	       strchr("-.", name[length]) != NULL;
}

const char *guest_program(const char *format)
{
	const struct guest_machine *machine = guest_find_machine(format);

	return machine ? machine->program : "";
}

const char *guest_architecture(const char *format)
{
	const struct guest_machine *machine = guest_find_machine(format);

	return machine ? machine->architecture : "";
}
