/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The default main of a fuzz target: replays files and directories.
 *
 *	NAME [--seconds-each N] FILE|DIRECTORY ...
 *
 * Every input is run twice at its turn and once more in reverse order after
 * all others, and must lead to the same each time: a target that keeps state
 * between inputs is found here.  An input that takes longer than the limit ends
 * the replay.  Text cases are converted for targets that take binary ones.
 * Exit status: 0 all replayed, 1 an input misbehaved, 2 usage or bad input.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../harness/case.h"
#include "fuzz.h"

#define INPUTS_MAX       100000
#define DIRECTORIES_DEEP 4

struct input {
	char *path;
	uint8_t *bytes;
	size_t count;
	uint64_t digest;
};

struct replay {
	struct input *input;
	size_t count, capacity;
	uint64_t bytes;
	unsigned seconds;
};

static _Noreturn void die(const char *path, const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", fuzz_target.name, path, what);
	exit(2);
}

/* Takes over path and bytes. */
static void add_input(struct replay *r, char *path, uint8_t *bytes,
		      size_t count)
{
	if (r->count == r->capacity) {
		size_t capacity = r->capacity ? 2 * r->capacity : 64;
		struct input *more =
			capacity > INPUTS_MAX
				? NULL
				: realloc(r->input, capacity * sizeof(*more));

		if (!more)
			die(path, "too many inputs");
		r->input = more;
		r->capacity = capacity;
	}
	r->input[r->count++] = (struct input){ path, bytes, count, 0 };
	r->bytes += count;
}

/* The bytes of a file; at most one more than any input may have. */
static uint8_t *read_all(const char *path, size_t *count)
{
	size_t room = CASE_FILE_BYTES + 1;
	uint8_t *bytes = malloc(room), *fit;
	FILE *f = fopen(path, "rb");

	if (!f || !bytes)
		die(path, strerror(errno));
	*count = fread(bytes, 1, room, f);
	if (ferror(f))
		die(path, "cannot be read");
	fclose(f);
	if (*count == room)
		die(path, "larger than 1 MiB");
	/* Exactly as long as it is, so that ASan sees a read beyond it. */
	fit = realloc(bytes, *count ? *count : 1);
	return fit ? fit : bytes;
}

static void add_file(struct replay *r, const char *path)
{
	static const char magic[] = "tablewalk";
	size_t count, length = strlen(magic);
	uint8_t *bytes = read_all(path, &count);
	char *name = strdup(path);

	if (!name)
		die(path, "out of memory");
	if (fuzz_target.cases && count >= length &&
	    memcmp(bytes, magic, length) == 0) {
		uint8_t *binary = malloc(CASE_BYTES);
		char error[300];
		struct tw_case c;

		if (!binary)
			die(path, "out of memory");
		if (case_parse((const char *)bytes, count, path, &c, error,
			       sizeof(error))) {
			fprintf(stderr, "%s\n", error);
			exit(2);
		}
		free(bytes);
		bytes = binary;
		count = case_encode(&c, binary);
	}
	add_input(r, name, bytes, count);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* A file, or all files below a directory in the order of their names. */
static void add_path(struct replay *r, const char *path, unsigned depth)
{
	struct dirent **list;
	struct stat st;
	int n;

	if (stat(path, &st))
		die(path, strerror(errno));
	if (!S_ISDIR(st.st_mode)) {
		add_file(r, path);
		return;
	}
	if (depth == DIRECTORIES_DEEP)
		die(path, "too many directories in each other");
	n = scandir(path, &list, visible, alphasort);
	if (n < 0)
		die(path, strerror(errno));
	for (int i = 0; i < n; i++) {
		size_t room = strlen(path) + strlen(list[i]->d_name) + 2;
		char *child = malloc(room);

		if (!child)
			die(path, "out of memory");
		snprintf(child, room, "%s/%s", path, list[i]->d_name);
		add_path(r, child, depth + 1);
		free(child);
		free(list[i]);
	}
	free(list);
}

/* Which input runs, for whoever has to be told why the process ended. */
static volatile sig_atomic_t current_input;

static void time_is_up(int signal)
{
	char text[] = "replay: time limit exceeded by input number ........\n";
	unsigned number = (unsigned)current_input;

	(void)signal;
	for (size_t i = sizeof(text) - 3; text[i] == '.'; i--, number /= 10)
		text[i] = (char)('0' + number % 10);
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(1);
	_exit(1);
}

static uint64_t run_input(const struct replay *r, size_t index)
{
	const struct input *in = &r->input[index];
	uint64_t digest;

	current_input = (sig_atomic_t)index;
	alarm(r->seconds);
	digest = fuzz_target.digest(in->bytes, in->count);
	alarm(0);
	return digest;
}

/* Runs everything; false when an input does not lead to the same again. */
static bool replay_all(struct replay *r)
{
	bool same = true;

	for (size_t i = 0; i < r->count; i++) {
		r->input[i].digest = run_input(r, i);
		if (run_input(r, i) != r->input[i].digest) {
			printf("%s: differs when run again\n",
			       r->input[i].path);
			same = false;
		}
	}
	for (size_t i = r->count; i--;)
		if (run_input(r, i) != r->input[i].digest) {
			printf("%s: differs after other inputs\n",
			       r->input[i].path);
			same = false;
		}
	return same;
}

static int usage(void)
{
	fprintf(stderr, "usage: %s [--seconds-each N] FILE|DIRECTORY ...\n",
		fuzz_target.name);
	return 2;
}

int main(int argc, char **argv)
{
	struct replay r = { .seconds = 10 };
	struct sigaction action = { .sa_handler = time_is_up };
	int first = 1;
	bool same;

	if (argc > 2 && strcmp(argv[1], "--seconds-each") == 0) {
		char *end;
		unsigned long n = strtoul(argv[2], &end, 10);

		if (*end || n < 1 || n > 3600)
			return usage();
		r.seconds = (unsigned)n;
		first = 3;
	}
	if (first >= argc || argv[first][0] == '-')
		return usage();
	for (int i = first; i < argc; i++)
		add_path(&r, argv[i], 0);
	LLVMFuzzerInitialize(&argc, &argv);
	sigaction(SIGALRM, &action, NULL);
	same = replay_all(&r);
	printf("%s: %zu inputs, %llu bytes, 3 runs each: %s\n",
	       fuzz_target.name, r.count, (unsigned long long)r.bytes,
	       same ? "all the same" : "NOT the same");
	for (size_t i = 0; i < r.count; i++) {
		free(r.input[i].path);
		free(r.input[i].bytes);
	}
	free(r.input);
	return same ? 0 : 1;
}
