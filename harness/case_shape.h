/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which bytes of a record each kind uses: shared by the files that make up the
 * case format (case.c, case_text.c, case_parse.c, resolve.c, generate.c).
 */
#ifndef HARNESS_CASE_SHAPE_H
#define HARNESS_CASE_SHAPE_H

#include "case.h"

#define SHAPE_PLACE 0x01u	/* bytes 1 to 3 */
#define SHAPE_LENGTH 0x02u	/* byte 4; the kind works on a range */
#define SHAPE_ATTRS 0x04u	/* byte 5 is an attribute tuple */
#define SHAPE_OUTPUT 0x08u	/* byte 6 is a physical address */
#define SHAPE_AUX 0x10u		/* byte 7, by kind */
#define SHAPE_WALK 0x20u	/* bytes 5 to 7 describe callbacks */

/*
 * Whether the version gives the kind fields.  A later version may where it does
 * not: version 1 has codes for what comes after fail, version 2 one for poke.
 */
static inline bool case_has_fields(unsigned kind, unsigned version)
{
	return version >= 3 || kind < OP_INSTALL ||
	       (version == 2 && kind != OP_POKE && kind <= OP_DURING);
}

/* In the versions that give the kind fields; nop has none. */
static inline unsigned case_shape(unsigned kind)
{
	static const uint8_t shape[OP_KINDS] = {
		[OP_MAP] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_ATTRS |
			   SHAPE_OUTPUT | SHAPE_AUX,
		[OP_UNMAP] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_AUX,
		[OP_PROTECT] =
			SHAPE_PLACE | SHAPE_LENGTH | SHAPE_ATTRS | SHAPE_AUX,
		[OP_SPLIT] = SHAPE_PLACE | SHAPE_AUX,
		[OP_COLLAPSE] = SHAPE_PLACE | SHAPE_AUX,
		[OP_RESTRICT] = SHAPE_PLACE | SHAPE_AUX,
		[OP_SETKIND] = SHAPE_PLACE | SHAPE_OUTPUT | SHAPE_AUX,
		[OP_TOUCH] = SHAPE_PLACE | SHAPE_AUX,
		[OP_FREE] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_AUX,
		[OP_TRANSLATE] = SHAPE_PLACE | SHAPE_AUX,
		[OP_SWITCH] = SHAPE_AUX,
		[OP_WALK] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_WALK,
		[OP_FAIL] = SHAPE_AUX,
		[OP_INSTALL] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_ATTRS |
			       SHAPE_OUTPUT | SHAPE_AUX,
		[OP_DUMP] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_AUX,
		[OP_ITERATE] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_AUX,
		[OP_COPY] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_AUX,
		[OP_VMA] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_AUX,
		[OP_CTOR_FAIL] = SHAPE_AUX,
		[OP_OWNER] = SHAPE_PLACE | SHAPE_AUX,
		[OP_SHARE] = SHAPE_AUX,
		[OP_SYNC] = SHAPE_PLACE | SHAPE_AUX,
		[OP_DURING] = SHAPE_AUX,
		[OP_POKE] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_AUX,
		[OP_SHADOW] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_ATTRS |
			      SHAPE_OUTPUT | SHAPE_AUX,
		[OP_IDENTITY] =
			SHAPE_PLACE | SHAPE_LENGTH | SHAPE_ATTRS | SHAPE_AUX,
		[OP_CLONE] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_AUX,
		[OP_PAIR] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_AUX,
		[OP_POISON] = SHAPE_PLACE | SHAPE_AUX,
		[OP_WALK_VMA] = SHAPE_PLACE | SHAPE_LENGTH | SHAPE_WALK,
	};

	return kind < OP_KINDS ? shape[kind] : 0;
}

/* The kinds that a version knows are those below. */
static inline unsigned case_kinds(unsigned version)
{
	if (version >= 3)
		return OP_KINDS;
	return version == 2 ? OP_DURING + 1 : OP_SYNC + 1;
}

/* The mask that a stored mask stands for. */
uint64_t case_mask(uint64_t stored, unsigned version);

/*
 * A record of that kind, its fields from bytes 1 to 7, of the first version that
 * gives it any.
 */
void case_decode_fields(unsigned kind, const uint8_t bytes[CASE_RECORD_BYTES],
			struct case_record *out);

bool case_record_equal(const struct case_record *a,
		       const struct case_record *b);

#endif
