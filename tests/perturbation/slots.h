/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every member of a descriptor that can be wrong by one bit or by one.
 */
#ifndef TESTS_SLOTS_H
#define TESTS_SLOTS_H

#include <tablewalk/format.h>

enum slot_type {
	SLOT_WORD,		/* uint64_t: each bit of the entry's width */
	SLOT_RIGHT,		/* uint32_t: each bit of an attribute word */
	SLOT_NUMBER,		/* uint8_t: one more, one less */
	SLOT_HALF,		/* uint16_t: one more, one less */
	SLOT_SAYS,		/* uint8_t: each of the PT_SAYS_* bits */
	SLOT_SWITCH,		/* bool */
};

/* One member of a descriptor that can be changed. */
struct slot {
	uint8_t type;		/* enum slot_type */
	uint8_t depth;		/* PT_DEPTHS: of the whole format */
	uint8_t bits;		/* SLOT_WORD: width */
	uint8_t limit;		/* SLOT_NUMBER: largest value; 0: none */
	bool hardware;		/* an architecture's, not Linux's choice */
	const char *member;
	void *at;
	/*
	 * A mask of a field of entries that these rules accept: a bit that every
	 * rule wants clear adds nothing to it.  NULL: no such mask.
	 */
	const struct pt_matches *within;
	/*
	 * A rule or fixed bits of such entries; one of the two, or neither.
	 */
	const struct pt_leaf_layout *leaf;
	const struct pt_table_layout *table;
	const struct pt_matches *rules;	/* that this is a part of, or NULL */
	uint32_t possible;	/* attributes that a mask of them can meet */
};

#define SLOTS_MAX 6000
struct slots {
	unsigned count;
	struct slot slot[SLOTS_MAX];
};

/*
 * Lists the members of *format that are in use: rules that are counted, fields
 * that have a width, encodings of what is representable.
 */
void slots_list(struct slots *slots, struct pt_format *format);

/* How many changes a slot stands for. */
unsigned slot_changes(const struct slot *slot);

/*
 * Whether change number n can be made and changes anything: a count stays inside
 * its array and above 0, a mask gets no bit that is always clear.
 */
bool slot_allows(const struct slot *slot, unsigned n);

/* Whether two lists of rules accept the same words. */
bool matches_equal(const struct pt_matches *a, const struct pt_matches *b);

/* Makes change number n, or takes it back. */
void slot_change(const struct slot *slot, unsigned n, bool back);

#endif
