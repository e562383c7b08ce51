/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Known deviations of emulators: what a machine says differently than its manual,
 * and why we believe so.
 *
 * The lists are arch/<a>/deviations/<emulator>-<version>.txt, compiled in, and
 * beside them manual.txt: what the architecture leaves open, for all emulators.  A
 * stanza is a few lines "key: value", and stanzas have an empty line between; a
 * line that starts with a blank goes on with the one above, one with # is for
 * readers.  docs/deviations.md has the keys.
 */
#ifndef HARNESS_DEVIATION_H
#define HARNESS_DEVIATION_H

#include <stdio.h>

#include "guest.h"

/* A file of the list, as compiled in.  Lines end with NULL. */
struct deviation_file {
	const char *architecture;
	const char *emulator;		/* "qemu-7.2" */
	const char *const *lines;
};

extern const struct deviation_file deviation_files[];
extern const unsigned deviation_file_count;

/* Bit of deviation.got: made, but another page than the expected one. */
#define DEVIATION_OTHER_PAGE (UINT32_C(1) << GUEST_CLASSES)

/* One access that came out differently than it should. */
struct deviation_query {
	const char *format;
	struct pt_verdict verdict;	/* that the model asks for */
	uint64_t word;			/* the entry that decided; 0: unknown */
	uint64_t above;			/* all entries above it, or-ed */
	struct guest_answer got;
	bool other_page;
	uint32_t control;		/* PT_REGIME_* */
	enum pt_access access;
	enum pt_privilege privilege;
	bool again;			/* not the page's first since a flush */
	bool translate;			/* asked of the translate instruction */
};

/* All sets are bit masks, 0 for any. */
struct deviation {
	char id[64];
	char formats[128];		/* globs with * at the end, blanks between */
	uint32_t expected;		/* bit enum pt_word */
	uint32_t got;			/* bit enum guest_class, OTHER_PAGE */
	uint32_t depths;		/* bit enum pt_depth of the verdict */
	uint32_t accesses;		/* bit enum pt_access */
	uint32_t privileges;		/* bit enum pt_privilege */
	uint64_t bits;			/* one of them is set in the word */
	uint64_t clear;			/* all of them are clear in it */
	uint64_t above;			/* one of them is set in an entry above */
	uint32_t control_on, control_off;
	bool again;			/* only where query.again is set */
	bool translate;			/* only where query.translate is set */
	bool reads;			/* only reads are safe */
	bool told;			/* hw_known.c has its condition */
	bool open;			/* no deviation: the manual leaves it open */
	char reason[512], manual[160], run[200];
};

#define DEVIATIONS_MAX 64

struct deviation_list {
	unsigned count;
	struct deviation deviation[DEVIATIONS_MAX];
};

/*
 * Adds the stanzas of text lines to list.  False with one sentence, which names
 * where (source:line), for an unknown key or word, a stanza without id, formats,
 * expected, got, reason, manual or run, a second stanza with the same id.
 */
bool deviation_parse(struct deviation_list *list, const char *source,
		     const char *const *lines, char *error, size_t error_bytes);

/* The same of a file. */
bool deviation_read(struct deviation_list *list, const char *path, char *error,
		    size_t error_bytes);

/*
 * Adds what is compiled in for that architecture and emulator ("qemu-7.2"), and
 * what its manual leaves open; 0 stanzas where there are no such lists.  False with a
 * sentence for a bad list.
 */
bool deviation_builtin(struct deviation_list *list, const char *architecture,
		       const char *emulator, char *error, size_t error_bytes);

/*
 * The same for the emulator that runs that guest, whose version is asked for; emulator
 * gets its name.  False with a sentence where it does not tell.
 */
#define DEVIATION_EMULATOR 32
bool deviation_of_guest(struct deviation_list *list, const struct guest *guest,
			const char *architecture,
			char emulator[DEVIATION_EMULATOR], char *error,
			size_t error_bytes);

/* The one of that name, or NULL. */
const struct deviation *deviation_named(const struct deviation_list *list,
					const char *id);

/* The first that fits, or NULL. */
const struct deviation *deviation_find(const struct deviation_list *list,
				       const struct deviation_query *query);

/*
 * For what might come: the next behind after (NULL: the first) of which all but got
 * fits, so that a caller can keep clear of what is dangerous; NULL behind the last.
 */
const struct deviation *deviation_ahead(const struct deviation_list *list,
					const struct deviation_query *query,
					const struct deviation *after);

/* Whether the deviation is about that format at all. */
bool deviation_concerns(const struct deviation *deviation, const char *format);

/* Names of a control word's bits, "WP NXE"; "-" for none. */
#define CONTROL_TEXT 64
void control_text(char out[CONTROL_TEXT], const char *architecture,
		  uint32_t control);
/* The bit of that name; 0 if the architecture has none such. */
uint32_t control_bit(const char *architecture, const char *name);

#endif
