/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * tablewalk convert: cases between text and binary, without loss.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "command.h"

enum direction { TO_OTHER, TO_TEXT, TO_BINARY };

/* Whether the file is text: what case_load() goes by. */
static bool is_text(const char *path)
{
	char start[9];
	FILE *in = fopen(path, "rb");
	size_t n = in ? fread(start, 1, sizeof(start), in) : 0;

	if (in)
		fclose(in);
	return n == sizeof(start) && !memcmp(start, "tablewalk", sizeof(start));
}

static int write_case(FILE *out, const struct tw_case *c, bool text)
{
	uint8_t bytes[CASE_BYTES];

	if (text)
		return case_print(out, c) < 0 ? -1 : 0;

	size_t n = case_encode(c, bytes);

	return fwrite(bytes, 1, n, out) == n ? 0 : -1;
}

static int convert(const char *from, const char *to, enum direction direction,
		   enum case_bytes take, bool force)
{
	struct tw_case c;
	char error[512];
	bool text = direction == TO_TEXT;
	FILE *out = stdout;

	if (case_load(from, take, &c, error, sizeof(error))) {
		command_error("%s", error);
		return STATUS_USAGE;
	}
	if (direction == TO_OTHER)
		text = !is_text(from);
	if (to) {
		out = fopen(to, force ? "wb" : "wbx");
		if (!out) {
			command_error("%s: %s%s", to, strerror(errno),
				      errno == EEXIST ? " (--force overwrites)"
						      : "");
			return STATUS_USAGE;
		}
	}

	int failed = write_case(out, &c, text);

	failed |= to ? fclose(out) : fflush(out);
	if (failed) {
		command_error("%s: could not be written",
			      to ? to : "standard output");
		if (to)
			remove(to);
		return STATUS_CANNOT;
	}
	return STATUS_CLEAN;
}

struct convert_arguments {
	enum direction direction;
	enum case_bytes take;
	bool force, hash, json;
};

/* Takes one option; false if it is none. */
static bool convert_option(struct convert_arguments *a, int option)
{
	switch (option) {
	case 't':
		a->direction = TO_TEXT;
		return true;
	case 'b':
		a->direction = TO_BINARY;
		return true;
	case 'A':
		a->take = CASE_ANY_BYTES;
		return true;
	case 'F':
		a->force = true;
		return true;
	case 'H':
		a->hash = true;
		return true;
	case 'J':
		a->json = true;
		return true;
	default:
		return false;
	}
}

/* What --hash and --json print. */
static int print_hash(const char *path, enum case_bytes take, bool json)
{
	struct tw_case c;
	char error[512], text[24];

	if (case_load(path, take, &c, error, sizeof(error))) {
		command_error("%s", error);
		return STATUS_USAGE;
	}
	snprintf(text, sizeof(text), "%016" PRIx64, case_hash(&c));
	if (json)
		return command_json(json_pack("{s:s, s:s, s:i}", "case", path,
					      "hash", text, "records",
					      (int)c.count));
	printf("%s  %s\n", text, path);
	return STATUS_CLEAN;
}

static int convert_main(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{ "text", no_argument, NULL, 't' },
		{ "binary", no_argument, NULL, 'b' },
		{ "any-bytes", no_argument, NULL, 'A' },
		{ "force", no_argument, NULL, 'F' },
		{ "hash", no_argument, NULL, 'H' },
		{ "json", no_argument, NULL, 'J' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct convert_arguments a = { .direction = TO_OTHER };
	int option, status = STATUS_CLEAN;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			command_help(command);
			return STATUS_CLEAN;
		}
		if (!convert_option(&a, option))
			return command_usage(command);
	}
	if (argc - optind < 1 || argc - optind > 2) {
		command_error("convert takes a case file and, if not to "
			      "standard output, a file to write");
		return STATUS_USAGE;
	}

	const char *from = argv[optind], *to = argv[optind + 1];

	if (a.json && !to && !a.hash) {
		command_error("convert --json needs a file to write, or --hash");
		return STATUS_USAGE;
	}
	if (to || !a.hash)
		status = convert(from, to, a.direction, a.take, a.force);
	if (status || (!a.hash && !a.json))
		return status;
	return print_hash(from, a.take, a.json);
}

const struct command command_convert = {
	.name = "convert",
	.synopsis = "[--text|--binary] [--force] [--hash] CASE [FILE]",
	.help =
	"Writes a case in the other form (text becomes binary and the reverse) to FILE\n"
	"or standard output.  Nothing is lost either way.\n\n"
	"  --text, --binary  choose the form\n"
	"  --any-bytes       take any file that is not text for a binary case, as the\n"
	"                    fuzzers do\n"
	"  --force           overwrite FILE\n"
	"  --hash            print the hash of the operation list\n"
	"  --json            say what was converted: case, hash, records\n",
	.main = convert_main,
};
