/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * bench_guests [--seconds S] [--only FORMAT,...] [--processor]: probes per second
 * of each guest, a line of a Markdown table each; with --processor per second of
 * processor time of the emulator, which other programs on the machine disturb less.
 *
 * Up to 8192 pages, each leaf at an address of its own, are mapped by the built-in
 * subject.  One batch asks or touches each page once; a batch begins with a flush,
 * so every probe walks.  Accesses are reads, writes and fetches, by user and kernel,
 * in turn; so are the kinds that a translate instruction answers for.  Of five slices
 * of S / 5 seconds the fastest counts, as what else the machine does can only slow one
 * down; the first batch of each kind, in which the emulator translates its code, does
 * not count.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tablewalk/vpte.h>

#include "../harness/run.h"
#include "guest.h"

enum { PAGES = 8192, KINDS = 6, SLICES = 5, ROUND_TRIPS = 256 };

struct bench {
	struct guest *guest;
	struct run *run;
	uint64_t root;
	unsigned pages, count;		/* mapped; of probes in hand */
	double seconds;			/* of one slice */
	bool processor;
	uint64_t page[PAGES];
	struct guest_probe probe[PAGES];
	struct guest_result result[PAGES];
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* One page mapped as the format likes it. */
static bool run_seed_case(struct bench *b, char *error, size_t bytes)
{
	static const char text[] =
		"tablewalk case 1\n"
		"regime 0\n"
		"profile current\n"
		"window ram\n"
		"salt 0x0000\n"
		"kinds default\n"
		"map at=home0 len=1unit attrs=rwxuad pa=data height=0\n";
	struct violation violation;
	struct tw_case c;

	if (case_parse(text, strlen(text), "bench", &c, error, bytes))
		return false;
	c.header.window = CASE_WINDOW_RAM;
	if (run_case(b->run, &c, RUN_CHECK_END, NULL, &violation))
		return true;
	snprintf(error, bytes, "the case fails: %s, not %s",
		 violation.finding.seen, violation.finding.expected);
	return false;
}

/* The only mapping, in either half. */
static bool find_leaf(struct bench *b, struct pt_item *leaf)
{
	const struct pt_format *f = run_format(b->run);
	const uint64_t low = pt_ones(f->va_rule == PT_VA_SIGNED ?
				     f->va_bits - 1u : f->va_bits);
	const uint64_t top = pt_ones(f->va_word_bits);
	struct pt_iterator iterator;

	for (unsigned half = 0; half < 2; half++) {
		if (pt_iterate(&iterator, run_space(b->run, 0),
			       half ? top - low : 0, half ? top : low))
			continue;
		while (pt_iterate_next(&iterator))
			if (iterator.item.kind == PT_LEAF) {
				*leaf = iterator.item;
				return true;
			}
	}
	return false;
}

/* Maps as many pages behind that one as there is room for, on data pages in turn. */
static void map_pages(struct bench *b, const struct pt_item *leaf)
{
	const struct guest_range *data = &guest_ram(b->guest)->data;
	const uint64_t bytes = leaf->last - leaf->start + 1;

	for (b->pages = 0; b->pages < PAGES; b->pages++) {
		const uint64_t va = leaf->start + (b->pages + 1) * bytes;
		const uint64_t pa = data->pa + (b->pages * bytes) %
					(data->bytes - data->bytes % bytes);

		if (pt_map(run_space(b->run, 0), va, va + bytes - 1, pa,
			   leaf->attrs, leaf->depth, leaf->order))
			return;
		b->page[b->pages] = va;
	}
}

static bool prepare(struct bench *b, const char *format, double *start_ms,
		    char *error, size_t bytes)
{
	const struct pt_format *f = pt_format_find(format);
	const double began = now();
	struct pt_item leaf;

	if (guest_open(format, NULL, &b->guest, error, bytes))
		return false;
	*start_ms = (now() - began) * 1e3;
	b->run = run_create(f, guest_at(b->guest,
					f->ram_base + MACHINE_TABLES_OFFSET,
					MACHINE_TABLES_BYTES), error, bytes);
	if (!b->run || !run_seed_case(b, error, bytes))
		return false;
	snprintf(error, bytes, "nothing could be mapped");
	if (!find_leaf(b, &leaf))
		return false;
	map_pages(b, &leaf);
	b->root = run_regime(b->run)->root[0];
	if (guest_set_regime(b->guest, run_regime(b->run)->control)) {
		snprintf(error, bytes, "%s", guest_error(b->guest));
		return false;
	}
	return b->pages > 0;
}

/* A probe for each page, of the kinds that the guest can make in turn. */
static void choose(struct bench *b, bool translate)
{
	unsigned kind = 0;

	b->count = 0;
	for (unsigned i = 0; i < b->pages; i++)
		for (unsigned tries = 0; tries < KINDS; tries++, kind++) {
			const struct guest_probe probe = {
				.va = b->page[i], .translate = translate,
				.access = (enum pt_access)(kind % 3),
				.privilege = (enum pt_privilege)(kind / 3 % 2),
			};

			if (!guest_makes(b->guest, &probe))
				continue;
			b->probe[b->count++] = probe;
			kind++;
			break;
		}
}

static bool batch(struct bench *b)
{
	if (guest_run(b->guest, b->root, b->probe, b->result, b->count, NULL) ==
	    0)
		return true;
	fprintf(stderr, "bench_guests: %s\n", guest_error(b->guest));
	return false;
}

/* Seconds of the clock that rates are told in. */
static double clock_of(const struct bench *b)
{
	struct timespec t;
	clockid_t clock;

	if (!b->processor || clock_getcpuclockid(guest_pid(b->guest), &clock))
		return now();
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Probes per second of the fastest slice; 0 after a failure. */
static double rate(struct bench *b)
{
	double best = 0;

	if (!b->count || !batch(b))
		return 0;
	for (unsigned i = 0; i < SLICES; i++) {
		const double began = now(), clock = clock_of(b);
		unsigned long batches = 0;
		double spent;

		do {
			if (!batch(b))
				return 0;
			batches++;
		} while (now() - began < b->seconds);
		spent = clock_of(b) - clock;
		spent = (double)b->count * (double)batches / spent;
		best = spent > best ? spent : best;
	}
	return best;
}

/* Microseconds of the fastest of some round trips without a probe. */
static double round_trip(struct bench *b)
{
	double best = 1;

	for (unsigned i = 0; i < ROUND_TRIPS; i++) {
		const double began = now();

		if (guest_round_trip(b->guest, b->root))
			return 0;
		if (now() - began < best)
			best = now() - began;
	}
	return best * 1e6;
}

static unsigned percent_ok(const struct bench *b)
{
	unsigned ok = 0;

	for (unsigned i = 0; i < b->count; i++)
		ok += b->result[i].class == GUEST_OK;
	return b->count ? ok * 100 / b->count : 0;
}

static void print_rate(double per_second)
{
	if (per_second > 0)
		printf(" %.0f |", per_second);
	else
		printf(" - |");
}

/* A line of the table; false: the guest could not do it, and it is told. */
static bool bench_format(const char *format, double seconds, bool processor)
{
	struct bench *b = calloc(1, sizeof(*b));
	char error[512] = "out of memory";
	double start_ms = 0;
	bool ok = false;

	if (!b || !prepare(b, format, &start_ms, error, sizeof(error))) {
		fprintf(stderr, "bench_guests: %s: %s\n", format, error);
	} else {
		b->seconds = seconds / (double)SLICES;
		b->processor = processor;
		printf("| %s | %.0f |", format, start_ms);
		choose(b, true);
		print_rate(rate(b));
		choose(b, false);
		print_rate(rate(b));
		printf(" %u |", percent_ok(b));
		print_rate(guest_flush_each(b->guest, true) ? 0 : rate(b));
		guest_flush_each(b->guest, false);
		printf(" %.1f | %u |\n", round_trip(b), b->pages);
		fflush(stdout);
		ok = guest_seconds_left(b->guest) > 0;
	}
	if (b) {
		run_destroy(b->run);
		guest_close(b->guest);
	}
	free(b);
	return ok;
}

/* Whether list, with commas, has that format; NULL has all. */
static bool wanted(const char *list, const char *format)
{
	const size_t length = strlen(format);

	if (!list)
		return true;
	for (const char *at = list; (at = strstr(at, format)) != NULL; at++)
		if ((at == list || at[-1] == ',') &&
		    (at[length] == ',' || !at[length]))
			return true;
	return false;
}

/* The first name of the list that is no guest's; NULL if there is none. */
static const char *unknown(char *list)
{
	for (char *rest = list, *name; (name = strtok(rest, ",")) != NULL;
	     rest = NULL)
		if (!guest_known(name))
			return name;
	return NULL;
}

static int usage(FILE *to, int status)
{
	fprintf(to, "usage: bench_guests [--seconds S] [--only FORMAT,...] "
		"[--processor]\n"
		"Prints probes per second of each guest as a Markdown table.\n"
		"  --seconds S       for each figure; default 1\n"
		"  --only FORMAT,... these guests only\n"
		"  --processor       per second of the emulator's processor "
		"time\n");
	return status;
}

static int bench_all(const char *only, double seconds, bool processor)
{
	const char *format;
	char why[256];
	int status = 0;

	printf("| format | start ms | cold by translate /s | cold by access /s | "
	       "of these ok %% | flush before each /s | empty batch us | pages |\n"
	       "|---|---|---|---|---|---|---|---|\n");
	for (unsigned i = 0; (format = guest_format(i)) != NULL; i++) {
		if (!wanted(only, format))
			continue;
		if (!guest_available(format, why, sizeof(why))) {
			fprintf(stderr, "bench_guests: %s\n", why);
			status = 3;
		} else if (!bench_format(format, seconds, processor)) {
			status = 1;
		}
	}
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "only", required_argument, NULL, 'o' },
		{ "processor", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *only = NULL;
	bool processor = false;
	double seconds = 1;
	char names[2048], *end;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h')
			return usage(stdout, 0);
		if (option == 's') {
			seconds = strtod(optarg, &end);
			if (*end || !(seconds > 0 && seconds <= 3600)) {
				fprintf(stderr, "bench_guests: --seconds: `%s' "
					"is not above 0, up to 3600\n", optarg);
				return 2;
			}
		} else if (option == 'p') {
			processor = true;
		} else if (option == 'o') {
			only = optarg;
			snprintf(names, sizeof(names), "%s", only);
			if (!*only || unknown(names)) {
				fprintf(stderr, "bench_guests: --only: no guest "
					"for `%s'\n", only);
				return 2;
			}
		} else {
			return usage(stderr, 2);
		}
	}
	if (optind < argc)
		return usage(stderr, 2);
	return bench_all(only, seconds, processor);
}
