/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * metamorphic [--seed S] [--trials N] [--format NAME [--trial K]]
 *             [--defect ID] RELATION
 *
 * Tries one relation on every format, folded in all the ways there are in turn.
 * Fails where it is broken, with what is needed to see that again, and where
 * too few trials met the relation's precondition.
 *
 * With --defect (in the program that has the defects) it fails unless the
 * relation is broken, within the same trials, while that defect is switched on.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tablewalk/check.h>

#include "../../harness/folding.h"
#include "relation.h"

static const struct relation *const relations[] = {
	&relation_split_collapse, &relation_unmap_protect, &relation_holes,
	&relation_order, &relation_pieces, &relation_read_pieces,
	&relation_formats, &relation_dump, &relation_copy, &relation_clone,
	&relation_groups, &relation_folding, &relation_readers,
};

#define RELATIONS (sizeof(relations) / sizeof(relations[0]))

/* So that one wrong format does not drown the others. */
#define COMPLAINTS 5

struct options {
	const struct relation *relation;
	const char *format, *defect;
	uint64_t seed, only;		/* only: this trial, if one */
	unsigned trials;		/* 0: as many as the relation has */
	bool one;
};

struct totals {
	unsigned trials, met, formats, broken;
	unsigned first;			/* trials when it broke first */
};

static uint64_t name_hash(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * UINT64_C(0x100000001b3);
	return hash;
}

static void report(const struct options *o, const struct trial *t,
		   uint64_t number)
{
	char folding[FOLDING_TEXT];
	static char text[CASE_TEXT_BYTES];

	folding_text(t->folded, folding);
	case_text(&t->c, text);
	fprintf(stderr, "%s broken: %s\n%s\nformat %s, folded %s, seed %" PRIu64
		", trial %" PRIu64 "; again with\n  metamorphic --seed %" PRIu64
		" --format %s --trial %" PRIu64 " %s\nthe first %u of these:\n"
		"%s\n", o->relation->name, o->relation->states, t->what,
		t->format->name, folding, o->seed, number, o->seed,
		t->format->name, number, o->relation->name, t->at, text);
}

/* How many trials each format gets. */
static unsigned trials_of(const struct options *o)
{
#ifdef METAMORPHIC_FEWER
	const unsigned fewer = METAMORPHIC_FEWER;
#else
	const unsigned fewer = 1;
#endif
	return o->trials ? o->trials : o->relation->trials / fewer;
}

/* All trials of one format; returns false when it is enough. */
static bool try_format(const struct options *o, struct trial *t,
		       struct totals *totals)
{
	static const struct folding all = { .mode = FOLDING_ALL };
	const unsigned trials = trials_of(o);
	unsigned met = 0;

	for (uint64_t k = 0; k < trials || o->one; k++) {
		enum verdict verdict;

		if (o->one)
			k = o->only;
		rng_seed(&t->rng, (o->seed << 32 | k) ^
				  name_hash(t->format->name) ^
				  name_hash(o->relation->name) << 1);
		t->folded = folding_of_case(&all, t->format, k);
		t->what[0] = '\0';
		verdict = o->relation->run(t);
		totals->trials++;
		met += verdict != NOT_MET;
		if (verdict == BROKEN && !totals->broken++)
			totals->first = totals->trials;
		if (verdict == BROKEN && (!o->defect || o->one))
			report(o, t, k);
		if (o->one || totals->broken >= (o->defect ? 1 : COMPLAINTS))
			break;
	}
	totals->met += met;
	totals->formats += met > 0;
	return totals->broken < (o->defect ? 1 : COMPLAINTS);
}

static bool run_format(const struct options *o, const struct pt_format *format,
		       struct totals *totals)
{
	struct trial *t = calloc(1, sizeof(*t));
	struct side side[2];
	bool more;

	pt_check(t && side_open(&side[0], format) && side_open(&side[1], format));
	t->format = format;
	t->a = &side[0];
	t->b = &side[1];
	more = try_format(o, t, totals);
	for (unsigned i = 0; i < PT_SPACES; i++) {
		view_close(&t->view_a[i]);
		view_close(&t->view_b[i]);
	}
	side_close(&side[0]);
	side_close(&side[1]);
	free(t);
	return more;
}

/* What the totals say; the exit status. */
static int judge(const struct options *o, const struct totals *totals,
		 double seconds)
{
	const struct relation *r = o->relation;

	printf("%s: %u trials, %u met the precondition, on %u formats, "
	       "%u broken, %.2f s\n", r->name, totals->trials, totals->met,
	       totals->formats, totals->broken, seconds);
	if (o->defect) {
		if (totals->broken)
			printf("%s shows after %u trials\n", o->defect,
			       totals->first);
		else
			fprintf(stderr, "%s does not break %s\n", o->defect,
				r->name);
		return !totals->broken;
	}
	if (totals->broken)
		return 1;
	/* A relation that is never asked holds. */
	if (o->format || (totals->met * 100 >= totals->trials * r->met_percent &&
			  totals->formats >= r->met_formats))
		return 0;
	fprintf(stderr, "%s: too few, it wants %u of 100 and %u formats\n",
		r->name, r->met_percent, r->met_formats);
	return 1;
}

static bool switch_on(const char *defect)
{
#ifdef TABLEWALK_MUTANTS
	static const char *const names[] = {
#define MUTANT(id, ...) #id,
#include "../mutants/mutants.def"
#undef MUTANT
	};
	char id[64];
	size_t length = strlen(defect);

	for (size_t i = 0; i <= length && length < sizeof(id); i++) {
		char c = defect[i];

		id[i] = (char)(c == '-' ? '_' : c >= 'a' && c <= 'z' ?
			       c - 'a' + 'A' : c);
	}
	for (unsigned i = 0; i < MUTANTS - 1 && length < sizeof(id); i++) {
		if (strcmp(names[i], id) == 0) {
			mutant_selected = (enum mutant_id)(i + 1);
			return true;
		}
	}
#endif
	fprintf(stderr, "metamorphic: no defect `%s' here\n", defect);
	return false;
}

static bool parse_number(const char *text, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 0);
	return !errno && end != text && !*end;
}

/* One option and its value; false where they are no such. */
static bool parse_option(struct options *o, const char *name,
			 const char *value)
{
	uint64_t number;

	if (strcmp(name, "--format") == 0) {
		o->format = value;
		return pt_format_find(value);
	}
	if (strcmp(name, "--defect") == 0) {
		o->defect = value;
		return switch_on(value);
	}
	if (!parse_number(value, &number))
		return false;
	if (strcmp(name, "--seed") == 0) {
		o->seed = number;
	} else if (strcmp(name, "--trials") == 0) {
		o->trials = (unsigned)number;
	} else if (strcmp(name, "--trial") == 0) {
		o->only = number;
		o->one = true;
	} else {
		return false;
	}
	return true;
}

static bool parse(struct options *o, int argc, char **argv)
{
	int i = 1;

	for (; i + 1 < argc - 1 && argv[i][0] == '-'; i += 2)
		if (!parse_option(o, argv[i], argv[i + 1]))
			return false;
	for (unsigned r = 0; i == argc - 1 && r < RELATIONS; r++)
		if (strcmp(argv[i], relations[r]->name) == 0)
			o->relation = relations[r];
	return o->relation && (!o->one || o->format);
}

int main(int argc, char **argv)
{
	struct options o = { .seed = 1 };
	struct totals totals = { 0 };
	clock_t begin;

	if (!parse(&o, argc, argv)) {
		fprintf(stderr, "usage: metamorphic [--seed S] [--trials N] "
			"[--format NAME [--trial K]] [--defect ID] RELATION\n"
			"relations:");
		for (unsigned r = 0; r < RELATIONS; r++)
			fprintf(stderr, " %s", relations[r]->name);
		fprintf(stderr, "\n");
		return 2;
	}
	begin = clock();
	for (unsigned i = 0; i < pt_format_count; i++) {
		if (o.format && strcmp(o.format, pt_formats[i]->name) != 0)
			continue;
		if (!run_format(&o, pt_formats[i], &totals))
			break;
	}
	return judge(&o, &totals, (double)(clock() - begin) / CLOCKS_PER_SEC);
}
