/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables that only version 2 of the case format has, frozen as those of
 * case_tables.h are; case.c alone includes this file, after that one.
 */
#ifndef HARNESS_CASE_TABLES2_H
#define HARNESS_CASE_TABLES2_H

#include "case_tables.h"

struct vma_stop_code {
	uint8_t at;
	int8_t value;
	uint8_t skew, entry;
};

struct vma_callbacks_code {
	uint8_t callbacks, vma_callbacks;
};

struct install_code {
	uint8_t callbacks, stop_at;
	int8_t stop_value;
};

/* Byte 0: enum op_kind. */
static const uint8_t kind_code2[256] = {
	OP_NOP, X32(OP_MAP), X4(OP_MAP), X16(OP_UNMAP),
	X12(OP_PROTECT), X10(OP_SPLIT), X12(OP_COLLAPSE), X10(OP_RESTRICT),
	X12(OP_SETKIND), X6(OP_TOUCH), X12(OP_FREE), X4(OP_TRANSLATE),
	X8(OP_SWITCH), X14(OP_WALK), X7(OP_FAIL), X12(OP_INSTALL), X8(OP_DUMP),
	X10(OP_ITERATE), X10(OP_COPY), OP_POKE, X5(OP_CTOR_FAIL), X5(OP_SHARE),
	X3(OP_SYNC), X12(OP_VMA), X16(OP_WALK_VMA), X2(OP_WALK_VMA),
	X4(OP_OWNER), X8(OP_DURING),
};

/* Header byte 2: half are current. */
static const uint8_t profile_code2[256] = {
	X64(CASE_CURRENT), X64(CASE_CURRENT), X16(CASE_SEED_V8),
	X8(CASE_SEED_V8), X16(CASE_6_1), X8(CASE_6_1), X16(CASE_6_12),
	X10(CASE_6_12), X16(CASE_6_13), X11(CASE_6_13), X16(CASE_7_0),
	X11(CASE_7_0),
};

/* Byte 7 of install: callbacks; and which of them stops it with what. */
#define STOPS(cb, at) { cb, at, 7 }, { cb, at, -28 }
#define INSTALL(cb)                                                            \
	X16({ cb, 0, 0 }), STOPS(cb, 1), STOPS(cb, 2), STOPS(cb, 3),           \
		STOPS(cb, 5), STOPS(cb, 8), STOPS(cb, 13), STOPS(cb, 21),      \
		STOPS(cb, 40)
static const struct install_code install_code[256] = {
	INSTALL(0x00), INSTALL(0x10), INSTALL(0x18), INSTALL(0x1c),
	INSTALL(0x3f), INSTALL(0x08), INSTALL(0x04), INSTALL(0x30),
};
#undef INSTALL
#undef STOPS

#define SKEWED(how, v) { .skew = CASE_SKEW_##how, .value = v }
#define SKEWS(v)                                                               \
	SKEWED(VA, v), SKEWED(LAST, v), SKEWED(BOTH, v), SKEWED(HALF, v)

/* Byte 7 of dump: CASE_DUMP_*, or with a skew. */
static const struct case_aux dump_code[256] = {
	X32(VALUE(0, 0)), X16(VALUE(0, 0)), X8(VALUE(0, 0)),
	X32(VALUE(0, 1)), X16(VALUE(0, 1)), X8(VALUE(0, 1)),
	X32(VALUE(0, 2)), X16(VALUE(0, 2)), X8(VALUE(0, 2)),
	X32(VALUE(0, 3)), X16(VALUE(0, 3)), X8(VALUE(0, 3)),
	X2(SKEWS(0)), X2(SKEWS(1)), X2(SKEWS(2)), X2(SKEWS(3)),
};

/* Byte 7 of iterate: enum op_iterate, or with a skew. */
static const struct case_aux iterate_code[256] = {
	X64(VALUE(0, OP_ITERATE_ALL)), X16(VALUE(0, OP_ITERATE_ALL)),
	X64(VALUE(0, OP_ITERATE_PRESENT)), X8(VALUE(0, OP_ITERATE_PRESENT)),
	X64(VALUE(0, OP_ITERATE_AGE)), X8(VALUE(0, OP_ITERATE_AGE)),
	X3(SKEWS(OP_ITERATE_ALL)), X3(SKEWS(OP_ITERATE_PRESENT)),
	X2(SKEWS(OP_ITERATE_AGE)),
};

/* Byte 7 of copy: whether W is taken away, or with a skew. */
static const struct case_aux copy_code[256] = {
	X64(VALUE(0, 0)), X32(VALUE(0, 0)), X16(VALUE(0, 0)),
	X64(VALUE(0, 1)), X32(VALUE(0, 1)), X16(VALUE(0, 1)),
	X4(SKEWS(0)), X4(SKEWS(1)),
};
#undef SKEWS
#undef SKEWED

/* Byte 7 of share: whether it is synced. */
static const struct case_aux share_code[256] = {
	X64(VALUE(0, 0)), X64(VALUE(0, 0)), X64(VALUE(0, 1)),
	X64(VALUE(0, 1)),
};

/* Byte 7 of vma: height of hugetlb's pages, CASE_VMA_*. */
#define PLAIN(more) VALUE(0, OP_VMA_PLAIN | (more))
#define PFN(more) VALUE(0, OP_VMA_PFNMAP | (more))
#define HUGE(h, more) VALUE(h, OP_VMA_HUGETLB | (more))
static const struct case_aux vma_code[256] = {
	X16(VALUE(0, OP_VMA_NONE)), X8(VALUE(0, OP_VMA_NONE)),
	X64(PLAIN(0)), X32(PLAIN(CASE_VMA_FILE)), X8(PLAIN(CASE_VMA_FILE)),
	X8(PLAIN(CASE_VMA_SKIP)), X8(PLAIN(CASE_VMA_STOP)),
	X8(PLAIN(CASE_VMA_FILE | CASE_VMA_SKIP)),
	X8(PLAIN(CASE_VMA_FILE | CASE_VMA_STOP)), X8(PLAIN(CASE_VMA_REFUSE)),
	X8(PLAIN(CASE_VMA_FILE | CASE_VMA_REFUSE)),
	X16(PFN(0)), X8(PFN(CASE_VMA_FILE)), X8(PFN(CASE_VMA_SKIP)),
	X4(PFN(CASE_VMA_STOP)), X4(PFN(CASE_VMA_REFUSE)),
	X16(HUGE(1, 0)), X4(HUGE(1, CASE_VMA_FILE)), X4(HUGE(1, CASE_VMA_SKIP)),
	X2(HUGE(1, CASE_VMA_REFUSE)), X8(HUGE(2, 0)),
	X2(HUGE(2, CASE_VMA_FILE)), X2(HUGE(2, CASE_VMA_SKIP)), X2(HUGE(3, 0)),
};
#undef HUGE
#undef PFN
#undef PLAIN

/* Byte 5 of walk-vma: OP_CB_* of both kinds.  Most have all entry callbacks. */
#define ROW(cb)                                                                \
	{ cb, 0x0f }, { cb, 0x1f }, { cb, 0x00 }, { cb, 0x01 }, { cb, 0x06 },  \
		{ cb, 0x02 }, { cb, 0x04 }, { cb, 0x08 }, { cb, 0x0e },        \
		{ cb, 0x0d }, { cb, 0x09 }, { cb, 0x10 }, { cb, 0x1e },        \
		X3({ cb, 0x0f })
static const struct vma_callbacks_code vma_callbacks_code[256] = {
	X5(ROW(0x3f)), ROW(0x1f), ROW(0x30), ROW(0x10), ROW(0x28), ROW(0x24),
	ROW(0x08), ROW(0x21), ROW(0x20), ROW(0x2f), ROW(0x38), ROW(0x00),
};
#undef ROW

/* Byte 7 of walk-vma: the entry point; a stop or a skew. */
#define AT(n, entry)                                                           \
	{ n, 7, CASE_SKEW_NONE, entry }, { n, -125, CASE_SKEW_NONE, entry }
#define STOPS(entry)                                                           \
	AT(1, entry), AT(2, entry), AT(3, entry), AT(5, entry), AT(8, entry),  \
		AT(13, entry), AT(21, entry), AT(40, entry)
#define PLAIN(entry) { 0, 0, CASE_SKEW_NONE, entry }
static const struct vma_stop_code vma_stop_code[256] = {
	X64(PLAIN(OP_ENTRY_RANGE)), X16(PLAIN(OP_ENTRY_RANGE)),
	X6({ 0, 0, CASE_SKEW_VA, OP_ENTRY_RANGE }),
	X4({ 0, 0, CASE_SKEW_LAST, OP_ENTRY_RANGE }),
	X3({ 0, 0, CASE_SKEW_BOTH, OP_ENTRY_RANGE }),
	X3({ 0, 0, CASE_SKEW_HALF, OP_ENTRY_RANGE }),
	X16(PLAIN(OP_ENTRY_VMA)), X12(PLAIN(OP_ENTRY_VMA)),
	X16(PLAIN(OP_ENTRY_RANGE_VMA)), X4(PLAIN(OP_ENTRY_RANGE_VMA)),
	X32(PLAIN(OP_ENTRY_MAPPING)), X8(PLAIN(OP_ENTRY_MAPPING)),
	X2(PLAIN(OP_ENTRY_REFUSED)), X2(STOPS(OP_ENTRY_RANGE)),
	STOPS(OP_ENTRY_MAPPING), STOPS(OP_ENTRY_VMA),
	AT(1, OP_ENTRY_RANGE_VMA), AT(2, OP_ENTRY_RANGE_VMA),
	AT(5, OP_ENTRY_RANGE_VMA),
};
#undef PLAIN
#undef STOPS
#undef AT

#endif
