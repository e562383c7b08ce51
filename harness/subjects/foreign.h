/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Foreign subjects: other people's code behind tablewalk/subject.h, driven as the
 * harness drives its own.
 *
 * A *mapper* (TABLEWALK_CAN_MAP) has tables of its own in the arena.  Operations
 * that the interface has go to it; the model gets what the contract and the
 * subject's named differences make of them (foreign_change.c).  What only looks at
 * tables is done by the subject if it can, else by the built-in subject's readers
 * on the mapper's tables.  Operations that the interface does not have are done by
 * nobody, model included, and counted.
 *
 * A *reader* has none: the built-in subject makes the tables, and the reader is
 * asked for walks, translations and dumps.
 *
 * The list of foreign subjects is the process's: it is made before the first
 * command runs and does not change after that.
 */
#ifndef HARNESS_FOREIGN_H
#define HARNESS_FOREIGN_H

#include <tablewalk/subject.h>

#include "../subject.h"

#define FOREIGN_MAX 32

/*
 * Adds a subject, which stays the caller's and where it is: open() gets that one.
 * What it says of itself is read now.  Its struct may be smaller than ours; what it
 * lacks is 0.  False with a sentence in error where what it says cannot be.
 */
bool foreign_add(const struct tablewalk_subject *given, char *error,
		 size_t error_bytes);

/* Empties the list; no run may have one of them.  For tests. */
void foreign_forget_all(void);

/* The subject of that number, in the order they were added; NULL behind the last. */
const struct subject_kind *foreign(unsigned number);

/* What it says of itself, complete; NULL where the kind is none of these. */
const struct tablewalk_subject *foreign_of(const struct subject_kind *kind);

/* Whether it has tables of that format. */
bool foreign_has_format(const struct tablewalk_subject *subject,
			const char *format);

/* The name of a difference, "short-count", by the number of its bit; or NULL. */
const char *foreign_difference_name(unsigned bit);
#define FOREIGN_DIFFERENCES 26

/* Why the subject says that it is legitimate, or NULL. */
const char *foreign_reason(const struct tablewalk_subject *subject,
			   unsigned bit);

/* What was done, over all cases of a run. */
struct foreign_counts {
	uint64_t asked;			/* operations carried out by the subject */
	uint64_t refused;		/* ... that it has to refuse, and did */
	uint64_t beside;		/* done by the built-in subject's readers */
	uint64_t left_out[OP_KINDS];	/* done by nobody */
	uint64_t differed[FOREIGN_DIFFERENCES];	/* uses of each */
};

/* A foreign subject in a run. */
struct foreign_run;

/*
 * kind is one of foreign(); arena, oracle and host belong to the run and outlive
 * it.  NULL where memory runs out.
 */
struct foreign_run *foreign_create(const struct subject_kind *kind,
				   struct arena *arena, struct oracle *oracle,
				   struct subject *host);
void foreign_destroy(struct foreign_run *f);

/* Whether it makes tables of its own. */
bool foreign_maps(const struct foreign_run *f);

/* The memory that tables are in: the arena's, or copies of the subject's own. */
const struct pt_memory *foreign_memory(const struct foreign_run *f);

/*
 * The tables there are, sorted by address: the arena's live ones, or those of the
 * subject's own that are reachable, copied anew if anything was done since.  The
 * array is f's.  False with *finding where they cannot all be read.
 */
bool foreign_tables(struct foreign_run *f, const struct oracle_table **table,
		    unsigned *count, struct finding *finding);

/*
 * Begins a case.  Of a mapper it opens both spaces, host's spaces become views of
 * them, and regime->root is set; of a reader host is open already.  False with
 * *finding where the subject does not open.
 */
bool foreign_begin(struct foreign_run *f, struct pt_regime *regime,
		   struct finding *finding);

/*
 * One operation by the subject and by the model.  Appends what was done to *seen
 * and what should have been to *expected, and sets *ret to the return value.
 * *left_out: it was done by nobody.  False with *finding where they disagree.
 * Roots that moved are put into *regime.
 */
bool foreign_step(struct foreign_run *f, const struct op *op,
		  struct pt_regime *regime, struct trace *seen,
		  struct trace *expected, int *ret, bool *left_out,
		  struct finding *finding);

/* Ends a case: closes the spaces.  False with *finding where tables are left. */
bool foreign_end(struct foreign_run *f, struct finding *finding);

/* Gives up a case that a violation ended. */
void foreign_abandon(struct foreign_run *f);

const struct foreign_counts *foreign_counts(const struct foreign_run *f);

#endif
