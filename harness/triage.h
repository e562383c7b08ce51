/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From the files that fuzzers leave behind to findings: each defect once, small,
 * plain, confirmed and described.  docs/triage.md tells of it as a user sees it.
 *
 * Every run of a case is in a process of its own, or in one that ran nothing but
 * variants of that case: what a case does to its process is a finding like any
 * other.  The calling process runs none, so that each child starts afresh.
 */
#ifndef HARNESS_TRIAGE_H
#define HARNESS_TRIAGE_H

#include <jansson.h>

#include "folding.h"
#include "run.h"

struct subject_kind;

/* How often a finding must show itself, each time in a fresh process. */
#define TRIAGE_CONFIRMATIONS 3
/* Room for a signature, zero included; what is longer is cut. */
#define TRIAGE_SIGNATURE 320
#define TRIAGE_SLUG 200
#define TRIAGE_SHAPE 512
#define TRIAGE_REPORT 8192

/*
 * What a run came to.
 * TRIAGE_CRASH		the process died by a signal, or of its own accord
 * TRIAGE_SANITIZER	the same after a sanitizer's report
 * TRIAGE_HANG		no operation was done for the whole of the time limit
 * TRIAGE_CANNOT	the run could not be made; report tells why
 */
enum triage_kind {
	TRIAGE_CLEAN,
	TRIAGE_VIOLATION,
	TRIAGE_CRASH,
	TRIAGE_SANITIZER,
	TRIAGE_HANG,
	TRIAGE_CANNOT,
};

/* "clean", "violation", "crash", ... */
const char *triage_kind_name(unsigned kind);

/* How a case is run; all but the case itself. */
struct triage_setting {
	const struct pt_format *format;
	const struct subject_kind *subject;
	uint8_t check;			/* enum run_check */
	uint8_t runtime_folded;		/* see run_fold() */
	/* Asked on the formats that it knows (run_opinion()); NULL: nobody. */
	const struct opinion *opinion;
};

/*
 * The parts of a signature CHECK/DIVERGENCE/DEPTH/OPERATION, which is completed
 * by the format's architecture.  Of a violation check is that of the finding; else
 * it is "crash", "hang" or "asan:heap-buffer-overflow", and divergence is the
 * signal, "-" or the innermost functions.
 */
struct triage_outcome {
	uint8_t kind;			/* enum triage_kind */
	bool at_end;
	unsigned op_index;		/* record from 0, of the operation */
	char check[64], divergence[160], depth[16], operation[24];
	char report[TRIAGE_REPORT];	/* lines of text for a person */
};

/* "entry/lost/pte/unmap/x86" */
void triage_signature(const struct triage_outcome *outcome,
		      const struct pt_format *format,
		      char out[TRIAGE_SIGNATURE]);

/*
 * What stays the same when one defect is met by way of another operation, at
 * another depth or on another format: check and divergence.  The checks of what is
 * in memory (mmu-verdict, mmu-address, mmu-attrs, entry) count as one, since which
 * of them sees it first depends on where it is.
 */
bool triage_same_class(const struct triage_outcome *a,
		       const struct triage_outcome *b);

/* A file name for a signature: what is no letter or digit becomes one dash. */
void triage_slug(const char *signature, char out[TRIAGE_SLUG]);

/* The kinds of a case's records, "map;unmap". */
void triage_shape(const struct tw_case *c, char out[TRIAGE_SHAPE]);

/*
 * Takes a sanitizer's report apart: check and divergence of *out.  False where
 * text holds none.
 */
bool triage_sanitizer(const char *text, struct triage_outcome *out);

/* An input: a case, and how it says that it is to be run. */
struct triage_input {
	struct tw_case c;
	bool has_format, has_check, has_folding, has_subject;
	char format[32], subject[32];
	char opinion[32];		/* empty: none is named */
	enum run_check check;
	struct folding folding;
};

/*
 * Text begins with "tablewalk"; all else is what a fuzzer wrote, and any bytes are
 * a case.  Of a text the last comment line `# tablewalk run ... FILE' tells how it
 * is run.  0, or -EINVAL with "name:line: what is wrong" in error.
 */
int triage_read(const uint8_t *bytes, size_t count, const char *name,
		struct triage_input *out, char *error, size_t error_bytes);

/*
 * The lines of a text case: the case itself, the signature and how it is run.
 * mutants: as --mutant takes them; NULL: none.
 */
void triage_print_case(FILE *out, const struct tw_case *c,
		       const struct triage_setting *setting,
		       const char *signature, const char *mutants);

/* The case as a C program that returns 1 where it shows the finding. */
void triage_print_program(FILE *out, const struct tw_case *c,
			  const struct triage_setting *setting,
			  const char *signature, const char *mutants);

/* The command that runs a file, " --format F --check every" and so on. */
void triage_print_options(FILE *out, const struct triage_setting *setting,
			  const char *mutants);

/* Asks for the end: all that is complete by then is kept. */
struct triage_stop {
	bool (*asked)(void *context);	/* NULL: nobody asks */
	void *context;
};

/*
 * Fresh processes.  One at a time; triage_trials_open() is called once, in a
 * process that has not run a case and will not.
 */
struct triage_trials;
struct triage_trials *triage_trials_open(double timeout,
					 const struct triage_stop *stop);
void triage_trials_close(struct triage_trials *trials);

/* Runs a case in a fresh process.  False when asked to stop. */
bool triage_trial(struct triage_trials *trials,
		  const struct triage_setting *setting, const struct tw_case *c,
		  struct triage_outcome *out);

/* Another finding that minimising met on its way. */
#define TRIAGE_SLIPS 32
struct triage_slip {
	struct triage_setting setting;
	struct tw_case c;
	char signature[TRIAGE_SIGNATURE];
	bool close;			/* has the kinds of the smallest case */
};

/* A case, how it is run and what it comes to. */
struct triage_shown {
	struct triage_setting setting;
	struct tw_case c;
	struct triage_outcome outcome;
};

struct triage_slips {
	unsigned count;
	struct triage_slip slip[TRIAGE_SLIPS];
};

/*
 * Makes *shown, which must show its outcome, smaller and plainer, as long as it
 * has that signature; then with fewer levels, on another format of the same
 * architecture.  With by_class, as long as triage_same_class() says: the case
 * that stands for all the ways in which its defect shows itself; the format stays.
 * Bounded in runs and time; ends early with the best so far when asked to stop.
 * slips, if not NULL, gets what else was met, each signature once, and is not
 * emptied first.  False when asked to stop.
 */
bool triage_minimise(struct triage_trials *trials, struct triage_shown *shown,
		     bool by_class, struct triage_slips *slips);

/*
 * What a case comes to on another format.
 * TRIAGE_UNSUPPORTED	nothing is violated, but the format cannot have what one
 *			of the records asks for (fit.h), or refuses an operation
 *			that the format of the finding carries out: nothing is
 *			said about the defect
 */
enum triage_result {
	TRIAGE_PASS,
	TRIAGE_FAIL,
	TRIAGE_UNSUPPORTED,
	TRIAGE_UNKNOWN,			/* it could not be run */
};
const char *triage_result_name(unsigned result);

struct triage_reply {
	struct triage_setting setting;
	uint8_t result;			/* enum triage_result */
	char signature[TRIAGE_SIGNATURE];	/* of TRIAGE_FAIL, else empty */
};

/*
 * Runs it on every format, with the subject of the finding and, if that is another,
 * with the built-in one.  reply has room for TRIAGE_REPLIES.  Returns how many
 * there are, 0 when asked to stop.
 */
#define TRIAGE_REPLIES 256
unsigned triage_vector(struct triage_trials *trials,
		       const struct triage_shown *shown,
		       struct triage_reply *reply);

/*
 * A file as it came, for the list of an entry.
 */
struct triage_raw {
	const char *file;
	char sha256[65];
	bool slip;			/* met while another was minimised */
};

/*
 * An entry: what is, or will be, a directory of its own.  json is the contents of
 * its finding.json.
 */
struct triage_entry {
	json_t *json;
	struct triage_shown shown;
	struct triage_shown plain;	/* by class, see triage_minimise() */
	char signature[TRIAGE_SIGNATURE];
	char slug[TRIAGE_SLUG + 16];
	bool flaky, is_new;
};

/* Where entries live. */
struct triage_store {
	const char *directory;
	const char *file_under;		/* or NULL */
	const char *mutants;		/* as --mutant takes them, or NULL */
	const struct subject_kind *(*find_subject)(const char *name);
	const struct opinion *(*find_opinion)(const char *name);
	int lock;			/* file descriptor */
	struct triage_entry **entry;
	unsigned count, capacity;
};

/*
 * Makes the directory, takes its lock (waiting for whoever has it), removes what
 * an interrupted process left half done, and reads the entries.  False with a
 * sentence in error.
 */
bool triage_store_open(struct triage_store *store, char *error,
		       size_t error_bytes);
void triage_store_close(struct triage_store *store);

/* The entry of that signature, its own or merged; NULL where there is none. */
struct triage_entry *triage_store_find(const struct triage_store *store,
				       const char *signature, bool flaky);

/*
 * Makes an entry from what was found and writes its directory: all of it or,
 * where that fails, nothing, with a sentence in error.  outcomes: of a flaky one,
 * else NULL.
 */
struct triage_entry *
triage_store_add(struct triage_store *store, const struct triage_shown *shown,
		 const struct triage_shown *plain,
		 const struct triage_reply *reply, unsigned replies,
		 const struct triage_outcome *outcomes, unsigned raw_records,
		 const struct triage_raw *raw, char *error, size_t error_bytes);

/*
 * One more file, or signature, of an entry.  merge: the case that has another
 * signature, kept as merged-SLUG.tw; NULL: it has the entry's.  False with a
 * sentence in error; the entry is then as it was.
 */
bool triage_store_extend(struct triage_store *store, struct triage_entry *entry,
			 const struct triage_raw *raw,
			 const struct triage_shown *merge, char *error,
			 size_t error_bytes);

/* Puts a smaller case of the same signature in the place of an entry's. */
bool triage_store_replace(struct triage_store *store,
			  struct triage_entry *entry,
			  const struct triage_shown *shown,
			  unsigned raw_records, char *error,
			  size_t error_bytes);

/* The text of an entry's finding.json; the caller frees it.  NULL: no memory. */
char *triage_finding_text(const json_t *finding);

/* Signatures that somebody knows of. */
struct triage_known {
	char **signature, **reason;
	unsigned count;
};
/* Adds those of a file; false with "path:line: what is wrong" in error. */
bool triage_known_read(struct triage_known *known, FILE *in, const char *path,
		       char *error, size_t error_bytes);
/* The reason, or NULL where the signature is not known. */
const char *triage_known_find(const struct triage_known *known,
			      const char *signature);
void triage_known_free(struct triage_known *known);

struct triage_options {
	const struct pt_format *const *formats;	/* a hash chooses among them */
	unsigned format_count;		/* at least 1 */
	bool formats_given, check_given, folding_given, subject_given;
	enum run_check check;
	struct folding folding;
	const struct subject_kind *subject;
	const struct opinion *opinion;	/* NULL: as the file says */
	const struct triage_known *known;
	struct triage_stop stop;
	double timeout;			/* seconds without an operation: a hang */
	void (*say)(const char *sentence);	/* progress; NULL: quiet */
};

/* What became of the files; the lists are of signatures. */
struct triage_result_counts {
	unsigned files, clean, bad;
	json_t *fresh, *known, *flaky;	/* arrays, each signature once */
	json_t *entries;		/* arrays of slugs: entries that were met */
	bool interrupted;
	char error[512];		/* why it could not go on; empty: it did */
};

/*
 * Triages files into the store.  A file that cannot be read is counted as bad with
 * a sentence by say_bad(), and the others go on.
 */
void triage_files(struct triage_store *store,
		  const struct triage_options *options, char *const *path,
		  unsigned count, void (*say_bad)(const char *sentence),
		  struct triage_result_counts *out);

#endif
