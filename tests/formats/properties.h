/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What every descriptor keeps, as predicates.  They are functions and not
 * cmocka tests, so that the perturbation test can ask whether they notice.
 */
#ifndef TABLEWALK_TESTS_PROPERTIES_H
#define TABLEWALK_TESTS_PROPERTIES_H

#include <stdio.h>

#include <tablewalk/format.h>

/* One descriptor under test, and what is wrong with it. */
struct check {
	const struct pt_format *format;
	bool thorough; /* every combination, not one of each */
	char why[160];
};

/* Notes what is wrong; false, to be returned. */
static inline bool broken(struct check *check, const char *what, unsigned depth,
			  uint64_t word)
{
	snprintf(check->why, sizeof(check->why), "%s: %s (%s, %016llx)",
		 check->format->name, what, pt_depth_name((int)depth),
		 (unsigned long long)word);
	return false;
}

struct property {
	const char *name;
	bool (*holds)(struct check *check);
};

/* properties_layout.c: the tables and fields.  properties_words.c: entries. */
extern const struct property layout_properties[];
extern const unsigned layout_property_count;
extern const struct property word_properties[];
extern const unsigned word_property_count;

/* known_words.c: words made by hand mean what is known of them. */
bool known_words_hold(struct check *check);

/*
 * ignored_bits.c: bits that no rule and no field of that kind speaks of; of
 * leaves, single ones or those of groups.
 */
uint64_t ignored_by(const struct pt_format *f, unsigned depth,
		    enum pt_kind kind, bool grouped);

/* properties_predicates.c */
bool predicates_are_consistent(struct check *check);
bool leaves_are_where_linux_sees_them(struct check *check);

/* The kinds that a depth has rules for; leaves in groups are the last. */
#define LISTED_KINDS (8 + PT_GROUPS)
struct listed_kind {
	enum pt_kind kind;
	const struct pt_matches *matches;
	uint64_t fixed;
	uint64_t fields; /* bits that hold something */
	const struct pt_leaf_layout *layout; /* of a leaf */
};
void list_kinds(const struct pt_format *format, unsigned depth,
		struct listed_kind list[LISTED_KINDS]);

/* Whether leaves exist at that depth. */
static inline bool has_leaves(const struct pt_format *format, unsigned depth)
{
	return format->level[depth].leaf.match.count != 0;
}

/* A reproducible stream of numbers: splitmix64. */
static inline uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

#endif
