/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the files of the guest comparison share.
 *
 * hw.c			the guest, the pages, the accesses; where answers are judged
 * hw_words.c		what hardware writes to tables, and what it must not
 * hw_unflushed.c	accesses behind a change of tables without a flush
 * hw_translate.c	what the machine's translate instruction says
 * hw_known.c		differences with a reason
 * hw_kvm.c		whether tables that the host edits are seen under KVM
 */
#ifndef HARNESS_HW_PRIVATE_H
#define HARNESS_HW_PRIVATE_H

#include "guest_mailbox.h"
#include "deviation.h"
#include "hw.h"

#define HW_PAGE_MASK UINT64_C(0xfff)

/* Pages in hand; some are accessed twice in a batch. */
#define HW_PAGES_MAX (GUEST_BATCH_MAX - 128)

/* What should become of an access. */
struct hw_expected {
	struct pt_verdict verdict;
	uint64_t pa;			/* where it is OK */
	uint32_t attrs;			/* of the leaf; 0: there is none */
	bool unseen;			/* the emulator cannot see why */
};

/* An answer, and what it is judged by. */
struct hw_question {
	const struct guest_probe *probe;
	const struct guest_result *result;
	/* The access to the same page before, since the last flush; or NULL. */
	const struct guest_probe *after;
	struct hw_expected now;
	/* Unflushed: what held before the change; else NULL. */
	const struct hw_expected *was;
};

struct hw_word;

/*
 * A difference between what should be and what is: of an answer, of the flags of a
 * word, or else of some other word.
 */
struct hw_difference {
	enum check_id check;
	const char *divergence;
	const struct hw_question *question;
	int8_t depth;			/* enum pt_depth */
	uint64_t va;
	/* Of a word, as text. */
	const char *expected, *seen;
	/* Of flags: the word, what it holds now, and what is wrong if it is flags. */
	const struct hw_word *word;
	uint64_t found;
	uint8_t missing, extra;
};

/* An entry on the way to some page in hand. */
struct hw_word {
	uint64_t pa;			/* in the subject's tables */
	uint8_t *at;			/* where hardware sees it */
	uint64_t before;		/* what it holds when nobody wrote */
	uint64_t va;			/* some page that it leads to */
	uint8_t depth, bytes;
	bool leaf, root;
	bool store;			/* somebody tried to write there now */
	uint8_t has;			/* HW_A and HW_D that it had */
	uint8_t may, must;		/* ... that may, must be set now */
};

/* Flags that hardware sets. */
enum { HW_A = 1, HW_D = 2 };

#define HW_NO_WORD UINT16_MAX
#define HW_WORDS_MAX ((unsigned)HW_PAGES_MAX * PT_DEPTHS)

/* The words on the way to each page in hand, each once. */
struct hw_words {
	unsigned count;
	struct hw_word word[HW_WORDS_MAX];
	uint16_t way[HW_PAGES_MAX][PT_DEPTHS];	/* HW_NO_WORD: none */
	uint16_t slot[1 << 16];		/* hash of pa -> word + 1 */
};

/* The table area as it was. */
struct hw_pool {
	uint64_t bytes;			/* that are held */
	uint64_t *copy;			/* of MACHINE_TABLES_BYTES */
};

struct hw {
	const struct pt_format *format;
	const struct mmu_arch *mmu;
	struct guest_options options;
	struct guest *guest;
	struct run *run;
	const struct subject_kind *subject;	/* see hw_subject() */
	enum run_check check;
	struct hw_counts counts;
	uint64_t cases;			/* of this guest */
	uint64_t salt;			/* of the case, or its hash: what follows
					   what */
	bool pairs;			/* in the batch in hand */
	unsigned space;			/* whose boundaries are being asked */
	unsigned count;			/* of pages in hand */
	uint64_t page[HW_PAGES_MAX];
	unsigned of_page[GUEST_BATCH_MAX]; /* of each probe: index of its page */
	struct guest_probe probe[GUEST_BATCH_MAX];
	struct guest_result result[GUEST_BATCH_MAX];
	struct deviation_list deviations;	/* of the emulator that runs */
	struct hw_words words;
	struct hw_pool pool;
};

/*
 * hw.c.  Judges an answer.  0: as it should be, known, or not run; 1 with *violation
 * filled.
 */
int hw_judge(struct hw *hw, const struct hw_question *question,
	     struct violation *violation);

/* Every difference comes here: 0 if it is known, else 1 with *violation filled. */
int hw_differ(struct hw *hw, const struct hw_difference *difference,
	      struct violation *violation);

/* Where the root of that space is. */
uint64_t hw_root(const struct hw *hw, unsigned space);

/* What the flat model says now of that access in the space in hand. */
struct hw_expected hw_expect(struct hw *hw, const struct guest_probe *probe);

/* Puts the pages of that space in hand. */
void hw_collect_pages(struct hw *hw, unsigned space);

/* Whether that page's accesses can only reach data pages, as the model has it. */
bool hw_page_is_safe(struct hw *hw, uint64_t va);

/* Writes the sentence of the guest's error there; returns code. */
int hw_guest_failed(struct hw *hw, int code, char *error, size_t error_bytes);

/*
 * hw_words.c.  Puts the words on the way to the pages in hand in hand; what they hold
 * is what they should hold while nobody writes.
 */
void hw_words_collect(struct hw *hw);

/* A batch begins: nothing may be written yet. */
void hw_words_begin(struct hw *hw);

/* That access was made to page number page, with that result. */
void hw_words_access(struct hw *hw, unsigned page,
		     const struct guest_probe *probe,
		     const struct guest_result *result);

/*
 * The batch is over: what was written is judged, and taken back.  unflushed: what
 * hardware holds need not be what the tables say, so nothing must be written, and
 * the root has what was written before the change.
 */
int hw_words_end(struct hw *hw, bool unflushed, struct violation *violation);

/* Takes back what hardware wrote, unseen. */
void hw_words_restore(struct hw *hw);

/* Notes what the table area holds: what cases use of it, and some behind that. */
void hw_pool_take(struct hw *hw);

/* It holds what it held. */
int hw_pool_check(struct hw *hw, struct violation *violation);

/* What was never handed out is empty still, in all of the table area. */
int hw_pool_check_rest(struct hw *hw, struct violation *violation);

/*
 * hw_unflushed.c.  Runs the case; the accesses around its last operation that changes
 * what tables say are asked about without a flush.  0, 1 or an error as hw_case().
 */
int hw_run_unflushed(struct hw *hw, const struct tw_case *c,
		     struct violation *violation, char *error,
		     size_t error_bytes);

/*
 * hw_translate.c.  Asks the instruction, where the machine has one, what every access
 * at every boundary of mappings and holes of all spaces would come to; the expectation
 * is that of the accesses.  As no page is touched, leaves that point at no data page
 * are asked about too, so their addresses are compared here and nowhere else.  The
 * regime is set, and the run's case is done.  0, 1 or an error as hw_case().
 */
int hw_translate(struct hw *hw, struct violation *violation, char *error,
		 size_t error_bytes);

/* hw_known.c.  Why that is known, or NULL. */
const struct deviation *hw_known(const struct hw *hw,
				 const struct hw_difference *difference);

/* hw_kvm.c.  False with a sentence where an edit is not seen. */
bool hw_edits_are_seen(struct hw *hw, char *error, size_t error_bytes);

#endif
