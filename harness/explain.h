/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The story of a case, for a person who writes page-table code and has never seen
 * this program: what each operation asks for, the tables before and after the one
 * that went wrong, what was expected and what was seen, and the rule that says so.
 *
 * explain.c		runs the case and finds out what the story is about
 * explain_mark.c	which entry, event or store it is that differs
 * explain_notes.c	what the operation stored and invalidated
 * explain_picture.c	the tables around that place, as few lines
 * explain_op.c		operations, attributes and errors in words
 * explain_rules.c	check -> rule, operation -> clause of the contract
 * explain_text.c, explain_svg.c, explain_json.c	ways to tell it
 */
#ifndef HARNESS_EXPLAIN_H
#define HARNESS_EXPLAIN_H

#include <stdio.h>

#include "folding.h"
#include "subject.h"
#include "tree.h"

/*
 *			Rules
 */

/* What a check holds, and where that is written. */
struct explain_rule {
	uint8_t check;			/* enum check_id */
	const char *divergence;		/* NULL: all that no other row has */
	const char *row;		/* of a table of docs/checks.md */
	const char *text;		/* what that row says must hold */
	const char *plain;		/* what is wrong, as a sentence */
	/* The contract: a header of include/tablewalk/, and words of it. */
	const char *header, *clause;
};

/* NULL only for CHECK_NONE and what is no check. */
const struct explain_rule *explain_rule(unsigned check, const char *divergence);
/* All of them, for the test. */
extern const struct explain_rule explain_rules[];
extern const unsigned explain_rule_count;

/* What an operation is to do: a header, and its words there. */
struct explain_clause {
	const char *header, *clause;
};
const struct explain_clause *explain_clause(unsigned kind);

/* What a divergence means ("lost"), in words; NULL for an unknown one. */
const char *explain_divergence(const char *divergence);

/* The section of arch/<a>/README.md that says how entries are encoded. */
const char *explain_section(const struct pt_format *format);

/*
 *			Words
 */

/* What an operation asks for, as one sentence without a full stop. */
void explain_op(FILE *out, const struct pt_format *format, const struct op *op);

/* "readable, writable, user"; "no right at all". */
void explain_attrs(FILE *out, uint32_t attrs);

/* "0", "-ENOENT (there is no such entry)". */
void explain_return(FILE *out, int ret);

/*
 * What the oracle's text of a verdict, "user read permission@pte", means; false
 * for any other text.
 */
bool explain_verdict(FILE *out, const char *text);

/* A length in the largest unit of which it is a whole number: "4K". */
#define EXPLAIN_BYTES 24
const char *explain_bytes(char out[EXPLAIN_BYTES], uint64_t bytes);

/*
 *			Pictures
 */

/* Lines of a picture that fit a page; and room for those of a bad case. */
#define PICTURE_GOAL 40
#define PICTURE_LINES 160

enum picture_what {
	PICTURE_ROOT,			/* a space and its root */
	PICTURE_RUN,			/* an entry, or several that are alike */
	PICTURE_LEFT_OUT,		/* so many entries are not shown */
};

struct picture_line {
	uint8_t what;			/* enum picture_what */
	uint8_t space, depth;		/* depth of the entry; of the root */
	unsigned first, last;		/* indices; LEFT_OUT: how many in last */
	uint64_t va;			/* of the first */
	uint64_t table;			/* physical address of their table */
	struct tree_entry entry;	/* the first one */
	uint64_t last_raw;		/* the word of the last one */
	bool steady;			/* several tables: all the same one */
	bool changed;			/* not as in the other picture */
	bool wrong;			/* not what the operations so far make it */
	bool marked;			/* what the story is about */
	bool dead;			/* points to what is no live table */
	bool opened;			/* its table follows, one step in */
	bool below;			/* something in its table changed */
};

struct picture {
	struct picture_line line[PICTURE_LINES];
	unsigned count;
};

/* A range that the story is about. */
struct focus {
	unsigned space;
	uint64_t va, last;
};

#define FOCUSES 16

/* Where the mark is: one entry, if it is one. */
struct place {
	bool there;
	unsigned space, depth, index;
	uint64_t offset;		/* of the entry, in its space */
	uint64_t va;
	bool wrong;			/* it is not what it has to be */
	struct tree_entry entry;	/* as it is after the operation */
};

/* What a picture is made of. */
struct scene {
	const struct tree *tree;
	const struct tree *other;	/* to compare with; NULL: nothing */
	struct run *run;		/* whose model says what is wrong; NULL */
	const struct focus *focus;
	unsigned focuses;
	bool everything;		/* no focus: all there is */
	struct place place;
};

/* At most PICTURE_LINES lines, as a rule at most PICTURE_GOAL. */
void picture_draw(struct picture *picture, const struct scene *scene);

/*
 * Whether an entry is not what the flat model of the run says it is: of another
 * kind, at another address, with other attributes; or its copies differ.
 */
bool picture_is_wrong(struct run *run, unsigned space, unsigned depth,
		      uint64_t offset, const struct tree_entry *entry);

/*
 * What that model says it is: "leaf pa 0x1000 rw-u-ad--", and which attributes are
 * missing or too many.
 */
void picture_wanted(FILE *out, struct run *run, unsigned space, unsigned depth,
		    uint64_t offset, const struct tree_entry *entry);

/* "leaf", "table"; the parts of a line, for text and drawing alike. */
void picture_index(FILE *out, const struct picture_line *line);
void picture_target(FILE *out, const struct pt_format *format,
		    const struct picture_line *line);
void picture_word(FILE *out, const struct pt_format *format,
		  const struct picture_line *line);

/*
 *			The story
 */

enum story_end {
	STORY_CLEAN,
	STORY_VIOLATION,
	STORY_DIED,			/* a signal ended the process */
	STORY_HUNG,			/* it had to be ended */
};

/* What kind of thing it is that is not as expected. */
enum story_differs {
	DIFFERS_NOTHING,
	DIFFERS_ENTRY,			/* an entry of a table */
	DIFFERS_EVENT,			/* what the operation reported */
	DIFFERS_STORES,			/* the order of stores, flushes */
	DIFFERS_TABLE,			/* a table that nothing leads to */
	DIFFERS_STATEMENT,		/* what the arena or a list says */
};
const char *story_differs_name(unsigned differs);

struct story_step {
	struct op op;
	int ret;
	bool done;			/* ret is what it returned */
	bool held;			/* carried out inside a later walk */
	uint8_t space;			/* that it works on */
};

/* Notes of the one operation that are kept; the count goes on. */
#define STORY_NOTES 4096

struct story_options {
	const char *path;		/* of the case, as it was given */
	const struct pt_format *format;
	enum run_check check;
	uint8_t folded;
	const struct subject_kind *subject;
	const struct opinion *opinion;	/* NULL: nobody's */
	const char *mutants;		/* as --mutant had them, or NULL */
	int at;				/* the operation to look at; -1: none.
					   Checked is every operation then */
	double seconds;			/* until a case hangs */
};

struct story {
	struct story_options options;
	const struct tw_case *c;
	enum story_end end;
	int signal;			/* STORY_DIED */
	struct violation violation;	/* STORY_VIOLATION */
	struct story_step step[CASE_RECORDS];
	unsigned steps;
	/* The operation that the pictures are about; -1: the case's end. */
	int about;
	bool failed;			/* about is the one that went wrong */
	/* The machine in front of it, and behind it; after NULL: it died. */
	struct run *before, *after;
	struct tree tree_before, tree_after;
	struct focus focus[FOCUSES];
	unsigned focuses;
	struct picture drawn_before, drawn_after;
	enum story_differs differs;
	struct place place;
	uint64_t lost_table;		/* DIFFERS_TABLE */
	unsigned store;			/* number of the store named; 0: none */
	uint32_t event;			/* the first that differs */
	struct run_note note[STORY_NOTES];
	unsigned notes, notes_kept;
	uint64_t unreachable[8];	/* tables that are live and not reached */
	unsigned unreachables;
};

/*
 * Runs the case, first in a process of its own, and fills in the story.  NULL with
 * a sentence in error where it cannot be run; *usage tells that the options are to
 * blame.
 */
struct story *story_tell(const struct story_options *options,
			 const struct tw_case *c, bool *usage, char *error,
			 size_t error_bytes);
void story_free(struct story *story);

/* What went wrong, in one sentence; "Nothing is wrong." */
void story_summary(FILE *out, const struct story *story);
/* "MAP-EQ"-like signature: check/divergence/depth/operation/family. */
void story_signature(FILE *out, const struct story *story);
/* The command that shows the same again. */
void story_replay(FILE *out, const struct story *story);
/* One line about a note: "store 3 at pa 0x...: 0x0 -> 0x67". */
void story_note(FILE *out, const struct story *story, unsigned index);
/*
 * The last note of those that one line can tell with this one: stores to
 * neighbouring words, which become the same, or go up in even steps.
 */
unsigned story_joined(const struct story *story, unsigned index);
/* A line about the notes [first, last], as story_joined() has them. */
void story_note_run(FILE *out, const struct story *story, unsigned first,
		    unsigned last);
/* Which note is the store of that number; notes_kept: it is not there. */
unsigned story_store(const struct story *story, unsigned number);
/* Whether the order of stores and invalidations belongs to the story. */
bool story_tells_stores(const struct story *story);
/* What the marked entry has to be; nothing where the model has no objection. */
bool story_wants(const struct story *story);
void story_wanted(FILE *out, const struct story *story);
/* The place of the mark: "entry [511] of the pte table at pa 0x..." */
void story_place(FILE *out, const struct story *story);

/* explain_mark.c: what differs, and where; the tables are open by now. */
void story_mark(struct story *story);
/* The live tables that no root leads to, after the operation. */
void story_find_unreachable(struct story *story);

/*
 * explain_probe.c: runs the case in a process of its own, where it may die.  True
 * when it did not: then it may be run here.  Else *end is STORY_DIED or STORY_HUNG,
 * *signal what ended it and *op the operation in hand.  *cannot: there could be no
 * such process.
 */
bool story_probe(const struct story_options *options, const struct tw_case *c,
		 enum story_end *end, int *signal, unsigned *op, bool *cannot);
/* A run as the options say; NULL with a sentence. */
struct run *story_run(const struct story_options *options, char *error,
		      size_t error_bytes);

void story_text(FILE *out, const struct story *story);
/* A drawing: static SVG 1.1, the same bytes for the same story. */
void story_svg(FILE *out, const struct story *story);

#endif
