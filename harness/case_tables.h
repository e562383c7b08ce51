/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What every byte of a case means: the constant tables of case.c, which alone
 * includes this file.
 *
 * The tables are frozen.  An entry that was ever given never changes, because
 * stored cases, and the hashes in corpora/frozen/, would change their meaning.
 * A new value takes codes of a kind that no header could enable before, or
 * comes with a new tag.  Order within a table has no meaning; the number of
 * codes of a value is its weight when bytes are drawn at random.
 */
#ifndef HARNESS_CASE_TABLES_H
#define HARNESS_CASE_TABLES_H

#include "case.h"

struct place_code {
	uint8_t anchor, height;
};

struct length_code {
	uint8_t count, scale;
};

struct output_code {
	uint8_t anchor, delta;
};

struct action_code {
	uint8_t action, depth, from;
	bool always;
};

struct stop_code {
	uint8_t at;
	int8_t value;
	uint8_t skew;
};

/* Xn(v) is n times v. */
#define X2(...) __VA_ARGS__, __VA_ARGS__
#define X3(...) X2(__VA_ARGS__), __VA_ARGS__
#define X4(...) X2(__VA_ARGS__), X2(__VA_ARGS__)
#define X5(...) X4(__VA_ARGS__), __VA_ARGS__
#define X6(...) X4(__VA_ARGS__), X2(__VA_ARGS__)
#define X7(...) X4(__VA_ARGS__), X3(__VA_ARGS__)
#define X8(...) X4(__VA_ARGS__), X4(__VA_ARGS__)
#define X9(...) X8(__VA_ARGS__), __VA_ARGS__
#define X10(...) X8(__VA_ARGS__), X2(__VA_ARGS__)
#define X11(...) X8(__VA_ARGS__), X3(__VA_ARGS__)
#define X12(...) X8(__VA_ARGS__), X4(__VA_ARGS__)
#define X13(...) X8(__VA_ARGS__), X5(__VA_ARGS__)
#define X14(...) X8(__VA_ARGS__), X6(__VA_ARGS__)
#define X15(...) X8(__VA_ARGS__), X7(__VA_ARGS__)
#define X16(...) X8(__VA_ARGS__), X8(__VA_ARGS__)
#define X32(...) X16(__VA_ARGS__), X16(__VA_ARGS__)
#define X64(...) X32(__VA_ARGS__), X32(__VA_ARGS__)

/* A struct case_aux that uses the named fields. */
#define MAP(h, g, e, mode) { h, g, e, CASE_PA_##mode, CASE_SKEW_NONE, 0, 0, 0 }
#define SKEW(how) { .skew = CASE_SKEW_##how }
#define HEIGHT(h) { .height = h }
#define GROUP(h, g) { .height = h, .group = g }
#define VALUE(h, v) { .height = h, .value = v }
#define BOUNDS(how) { .value = CASE_BOUNDS_##how }

/*
 * The attributes that cases use.  All formats can have those up to index 22;
 * what follows some cannot.
 */
#define AD (PT_ACCESSED | PT_DIRTY)
#define MEM(type) ((uint32_t)PT_MEM_##type << PT_MEMTYPE_SHIFT)
static const uint32_t attrs_tuple[32] = {
	PT_R | AD,
	PT_R | PT_W | AD,
	PT_R | PT_X | AD,
	PT_R | PT_W | PT_X | AD,
	PT_R | PT_USER | AD,
	PT_R | PT_W | PT_USER | AD,
	PT_R | PT_X | PT_USER | AD,
	PT_R | PT_W | PT_X | PT_USER | AD,
	PT_R | PT_GLOBAL | AD,
	PT_R | PT_W | PT_GLOBAL | AD,
	PT_R | PT_X | PT_GLOBAL | AD,
	PT_R | PT_W | PT_X | PT_GLOBAL | AD,
	PT_R | PT_USER | PT_ACCESSED,
	PT_R | PT_W | PT_USER | PT_ACCESSED,
	PT_R | PT_X | PT_USER | PT_ACCESSED,
	PT_R | PT_W | PT_X | PT_USER | PT_ACCESSED,
	PT_R | PT_W | PT_ACCESSED,
	PT_R | PT_ACCESSED,
	PT_R | PT_W,
	PT_R | PT_USER,
	PT_R | PT_W | PT_USER,
	PT_R | PT_X | PT_USER,
	PT_R,
	AD,
	PT_R | PT_W | AD | MEM(WC),
	PT_R | PT_W | AD | MEM(UC),
	PT_R | PT_W | AD | MEM(WT),
	PT_R | PT_W | PT_USER | AD | UINT32_C(5) << PT_KEY_SHIFT,
	PT_R | PT_USER | AD | PT_SOFT0,
	PT_R | PT_X | PT_USER | AD | PT_SOFT0 | PT_SOFT1,
	PT_X | PT_USER | AD,
	PT_W | AD,
};
#undef AD
#undef MEM

/*
 * Byte 0: enum op_kind.  A quarter is map; the last tenth is for later kinds.
 */
static const uint8_t kind_code[256] = {
	X4(OP_NOP), X64(OP_MAP), X16(OP_UNMAP), X8(OP_UNMAP), X16(OP_PROTECT),
	X16(OP_SPLIT), X16(OP_COLLAPSE), X10(OP_RESTRICT), X12(OP_SETKIND),
	X8(OP_TOUCH), X16(OP_FREE), X10(OP_TRANSLATE), X6(OP_SWITCH),
	X16(OP_WALK), X4(OP_WALK), X8(OP_FAIL), X2(OP_NOP), X3(OP_INSTALL),
	X3(OP_DUMP), X3(OP_ITERATE), X3(OP_COPY), X3(OP_POKE),
	X3(OP_CTOR_FAIL), X3(OP_SHARE), X3(OP_SYNC),
};

/*
 * Byte 1: anchor and height of the granule; each pair has a code.  Two thirds
 * are near each other: HOME0, HOME1 and references.
 */
static const struct place_code place_code[256] = {
	{ CASE_ZERO, 0 }, { CASE_ZERO, 1 }, { CASE_ZERO, 2 },
	{ CASE_ZERO, 3 }, { CASE_ZERO, 4 }, { CASE_PAGE1, 0 },
	{ CASE_PAGE1, 1 }, { CASE_PAGE1, 2 }, { CASE_PAGE1, 3 },
	{ CASE_PAGE1, 4 }, X2({ CASE_LOW_END, 0 }), { CASE_LOW_END, 1 },
	{ CASE_LOW_END, 2 }, { CASE_LOW_END, 3 }, { CASE_LOW_END, 4 },
	X2({ CASE_HIGH_START, 0 }), { CASE_HIGH_START, 1 },
	{ CASE_HIGH_START, 2 }, { CASE_HIGH_START, 3 },
	{ CASE_HIGH_START, 4 }, X2({ CASE_TOP, 0 }), { CASE_TOP, 1 },
	{ CASE_TOP, 2 }, { CASE_TOP, 3 }, { CASE_TOP, 4 },
	X16({ CASE_HOME0, 0 }), X14({ CASE_HOME0, 1 }), X8({ CASE_HOME0, 2 }),
	X4({ CASE_HOME0, 3 }), X3({ CASE_HOME0, 4 }), X12({ CASE_HOME1, 0 }),
	X10({ CASE_HOME1, 1 }), X6({ CASE_HOME1, 2 }), X3({ CASE_HOME1, 3 }),
	X2({ CASE_HOME1, 4 }), X4({ CASE_HOME2, 0 }), X3({ CASE_HOME2, 1 }),
	X2({ CASE_HOME2, 2 }), X2({ CASE_HOME2, 3 }), { CASE_HOME2, 4 },
	X4({ CASE_HOME3, 0 }), X3({ CASE_HOME3, 1 }), X2({ CASE_HOME3, 2 }),
	X2({ CASE_HOME3, 3 }), { CASE_HOME3, 4 }, X3({ CASE_LITERAL, 0 }),
	X2({ CASE_LITERAL, 1 }), { CASE_LITERAL, 2 }, { CASE_LITERAL, 3 },
	{ CASE_LITERAL, 4 }, { CASE_GAP, 0 }, { CASE_GAP, 1 },
	{ CASE_GAP, 2 }, { CASE_GAP, 3 }, { CASE_GAP, 4 },
	{ CASE_GAP_END, 0 }, { CASE_GAP_END, 1 }, { CASE_GAP_END, 2 },
	{ CASE_GAP_END, 3 }, { CASE_GAP_END, 4 }, X16({ CASE_PREV1, 0 }),
	X10({ CASE_PREV1, 1 }), X4({ CASE_PREV1, 2 }), X2({ CASE_PREV1, 3 }),
	{ CASE_PREV1, 4 }, X8({ CASE_PREV1_END, 0 }),
	X5({ CASE_PREV1_END, 1 }), X2({ CASE_PREV1_END, 2 }),
	{ CASE_PREV1_END, 3 }, { CASE_PREV1_END, 4 }, X8({ CASE_PREV2, 0 }),
	X5({ CASE_PREV2, 1 }), X2({ CASE_PREV2, 2 }), { CASE_PREV2, 3 },
	{ CASE_PREV2, 4 }, X3({ CASE_PREV2_END, 0 }),
	X2({ CASE_PREV2_END, 1 }), { CASE_PREV2_END, 2 },
	{ CASE_PREV2_END, 3 }, { CASE_PREV2_END, 4 }, X6({ CASE_PREV4, 0 }),
	X3({ CASE_PREV4, 1 }), { CASE_PREV4, 2 }, { CASE_PREV4, 3 },
	{ CASE_PREV4, 4 }, X2({ CASE_PREV4_END, 0 }), { CASE_PREV4_END, 1 },
	{ CASE_PREV4_END, 2 }, { CASE_PREV4_END, 3 }, { CASE_PREV4_END, 4 },
	X4({ CASE_FIRST, 0 }), X2({ CASE_FIRST, 1 }), { CASE_FIRST, 2 },
	{ CASE_FIRST, 3 }, { CASE_FIRST, 4 }, X2({ CASE_FIRST_END, 0 }),
	{ CASE_FIRST_END, 1 }, { CASE_FIRST_END, 2 }, { CASE_FIRST_END, 3 },
	{ CASE_FIRST_END, 4 },
};

/*
 * Byte 2: granules to add.
 */
static const int8_t coarse_code[256] = {
	X64(0), X32(0), X16(0), X15(0), X16(1), X8(1), X16(-1), X8(-1),
	X10(2), X10(-2), X6(3), X6(-3), X4(4), X4(-4), X2(5), X2(-5), X2(6),
	X2(-6), X2(7), X2(-7), X2(8), X2(-8), 15, -15, 16, -16, 31, -31, 32,
	-32, 63, -63, 64, -64, 127, -127, -128, 10, -10, 12, -12, 20, -20, 24,
	-24, 48, -48,
};

/*
 * Byte 3: base pages to add.
 */
static const int8_t fine_code[256] = {
	X64(0), X32(0), X16(0), X3(0), X16(1), X4(1), X16(-1), X4(-1), X8(2),
	X8(-2), X6(3), X6(-3), X4(4), X4(-4), X4(5), X4(-5), X4(6), X4(-6),
	X4(7), X4(-7), X4(8), X4(-8), 9, -9, 10, -10, 11, -11, 12, -12, 13,
	-13, 14, -14, 15, -15, 16, -16, 24, -24, 31, -31, 32, -32, 48, -48,
	63, -63, 64, -64, 96, -96, 127, -127, -128,
};

/*
 * Byte 4: count and scale.  Most are a few units or pages.
 */
static const struct length_code length_code[256] = {
	{ 0, CASE_UNIT }, { 0, CASE_PAGE }, X32({ 1, CASE_UNIT }),
	X16({ 1, CASE_UNIT }), X11({ 1, CASE_UNIT }), X16({ 1, CASE_PAGE }),
	X5({ 1, CASE_PAGE }), X16({ 2, CASE_UNIT }), X13({ 2, CASE_UNIT }),
	X11({ 2, CASE_PAGE }), X13({ 3, CASE_UNIT }), X5({ 3, CASE_PAGE }),
	X11({ 4, CASE_UNIT }), X5({ 4, CASE_PAGE }), X3({ 5, CASE_UNIT }),
	{ 5, CASE_PAGE }, X3({ 6, CASE_UNIT }), { 6, CASE_PAGE },
	X3({ 7, CASE_UNIT }), { 7, CASE_PAGE }, X5({ 8, CASE_UNIT }),
	{ 8, CASE_PAGE }, { 9, CASE_UNIT }, { 9, CASE_PAGE },
	{ 10, CASE_UNIT }, { 10, CASE_PAGE }, { 11, CASE_UNIT },
	{ 11, CASE_PAGE }, { 12, CASE_UNIT }, { 12, CASE_PAGE },
	{ 13, CASE_UNIT }, { 13, CASE_PAGE }, { 14, CASE_UNIT },
	{ 14, CASE_PAGE }, { 15, CASE_UNIT }, { 15, CASE_PAGE },
	{ 16, CASE_UNIT }, { 16, CASE_PAGE }, { 17, CASE_UNIT },
	{ 17, CASE_PAGE }, { 18, CASE_UNIT }, { 18, CASE_PAGE },
	{ 19, CASE_UNIT }, { 19, CASE_PAGE }, { 20, CASE_UNIT },
	{ 20, CASE_PAGE }, { 21, CASE_UNIT }, { 21, CASE_PAGE },
	{ 22, CASE_UNIT }, { 22, CASE_PAGE }, { 23, CASE_UNIT },
	{ 23, CASE_PAGE }, { 24, CASE_UNIT }, { 24, CASE_PAGE },
	{ 25, CASE_UNIT }, { 25, CASE_PAGE }, { 26, CASE_UNIT },
	{ 26, CASE_PAGE }, { 27, CASE_UNIT }, { 27, CASE_PAGE },
	{ 28, CASE_UNIT }, { 28, CASE_PAGE }, { 29, CASE_UNIT },
	{ 29, CASE_PAGE }, { 30, CASE_UNIT }, { 30, CASE_PAGE },
	{ 31, CASE_UNIT }, { 31, CASE_PAGE }, X3({ 1, CASE_H1 }),
	X2({ 1, CASE_H2 }), { 2, CASE_H1 }, { 2, CASE_H2 }, { 3, CASE_H1 },
	{ 3, CASE_H2 }, { 4, CASE_H1 }, { 4, CASE_H2 }, { 5, CASE_H1 },
	{ 5, CASE_H2 }, { 6, CASE_H1 }, { 6, CASE_H2 }, { 7, CASE_H1 },
	{ 7, CASE_H2 }, { 8, CASE_H1 }, { 8, CASE_H2 }, { 1, CASE_H3 },
	{ 1, CASE_H4 }, { 2, CASE_H3 }, { 2, CASE_H4 }, { 3, CASE_H3 },
	{ 3, CASE_H4 }, { 4, CASE_H3 }, { 4, CASE_H4 }, X8({ 0, CASE_EDGE }),
	{ 0, CASE_SPACE },
};

/*
 * Byte 5 of map and protect: index into attrs_tuple.
 */
static const uint8_t attrs_code[256] = {
	X8(0), X12(1), X8(2), X8(3), X8(4), X14(5), X8(6), X8(7), X8(8),
	X8(9), X8(10), X8(11), X8(12), X8(13), X8(14), X8(15), X8(16), X8(17),
	X8(18), X8(19), X8(20), X8(21), X8(22), X7(23), X7(24), X7(25),
	X7(26), X7(27), X7(28), X6(29), X7(30), X7(31),
};

/*
 * Byte 6 of map and setkind: anchor and delta of the physical address; BEYOND
 * has the deltas 0..3.
 */
static const struct output_code output_code[256] = {
	X9({ CASE_PA_ZERO, 0 }), { CASE_PA_ZERO, 1 }, { CASE_PA_ZERO, 2 },
	{ CASE_PA_ZERO, 3 }, { CASE_PA_ZERO, 4 }, { CASE_PA_ZERO, 5 },
	{ CASE_PA_ZERO, 6 }, { CASE_PA_ZERO, 7 }, { CASE_PA_ZERO, 8 },
	{ CASE_PA_ZERO, 9 }, { CASE_PA_ZERO, 10 }, { CASE_PA_ZERO, 11 },
	{ CASE_PA_ZERO, 12 }, { CASE_PA_ZERO, 13 }, { CASE_PA_ZERO, 14 },
	{ CASE_PA_ZERO, 15 }, X32({ CASE_PA_DATA, 0 }),
	X5({ CASE_PA_DATA, 0 }), X11({ CASE_PA_DATA, 1 }),
	X7({ CASE_PA_DATA, 2 }), X5({ CASE_PA_DATA, 3 }), { CASE_PA_DATA, 4 },
	{ CASE_PA_DATA, 5 }, { CASE_PA_DATA, 6 }, { CASE_PA_DATA, 7 },
	{ CASE_PA_DATA, 8 }, { CASE_PA_DATA, 9 }, { CASE_PA_DATA, 10 },
	{ CASE_PA_DATA, 11 }, { CASE_PA_DATA, 12 }, { CASE_PA_DATA, 13 },
	{ CASE_PA_DATA, 14 }, { CASE_PA_DATA, 15 }, X11({ CASE_PA_DATA2, 0 }),
	X7({ CASE_PA_DATA2, 1 }), { CASE_PA_DATA2, 2 }, { CASE_PA_DATA2, 3 },
	{ CASE_PA_DATA2, 4 }, { CASE_PA_DATA2, 5 }, { CASE_PA_DATA2, 6 },
	{ CASE_PA_DATA2, 7 }, { CASE_PA_DATA2, 8 }, { CASE_PA_DATA2, 9 },
	{ CASE_PA_DATA2, 10 }, { CASE_PA_DATA2, 11 }, { CASE_PA_DATA2, 12 },
	{ CASE_PA_DATA2, 13 }, { CASE_PA_DATA2, 14 }, { CASE_PA_DATA2, 15 },
	X9({ CASE_PA_BELOW_4G, 0 }), X3({ CASE_PA_BELOW_4G, 1 }),
	{ CASE_PA_BELOW_4G, 2 }, { CASE_PA_BELOW_4G, 3 },
	{ CASE_PA_BELOW_4G, 4 }, { CASE_PA_BELOW_4G, 5 },
	{ CASE_PA_BELOW_4G, 6 }, { CASE_PA_BELOW_4G, 7 },
	{ CASE_PA_BELOW_4G, 8 }, { CASE_PA_BELOW_4G, 9 },
	{ CASE_PA_BELOW_4G, 10 }, { CASE_PA_BELOW_4G, 11 },
	{ CASE_PA_BELOW_4G, 12 }, { CASE_PA_BELOW_4G, 13 },
	{ CASE_PA_BELOW_4G, 14 }, { CASE_PA_BELOW_4G, 15 },
	X9({ CASE_PA_4G, 0 }), X3({ CASE_PA_4G, 1 }), { CASE_PA_4G, 2 },
	{ CASE_PA_4G, 3 }, { CASE_PA_4G, 4 }, { CASE_PA_4G, 5 },
	{ CASE_PA_4G, 6 }, { CASE_PA_4G, 7 }, { CASE_PA_4G, 8 },
	{ CASE_PA_4G, 9 }, { CASE_PA_4G, 10 }, { CASE_PA_4G, 11 },
	{ CASE_PA_4G, 12 }, { CASE_PA_4G, 13 }, { CASE_PA_4G, 14 },
	{ CASE_PA_4G, 15 }, X9({ CASE_PA_END, 0 }), X3({ CASE_PA_END, 1 }),
	{ CASE_PA_END, 2 }, { CASE_PA_END, 3 }, { CASE_PA_END, 4 },
	{ CASE_PA_END, 5 }, { CASE_PA_END, 6 }, { CASE_PA_END, 7 },
	{ CASE_PA_END, 8 }, { CASE_PA_END, 9 }, { CASE_PA_END, 10 },
	{ CASE_PA_END, 11 }, { CASE_PA_END, 12 }, { CASE_PA_END, 13 },
	{ CASE_PA_END, 14 }, { CASE_PA_END, 15 }, { CASE_PA_BEYOND, 0 },
	{ CASE_PA_BEYOND, 1 }, { CASE_PA_BEYOND, 2 }, { CASE_PA_BEYOND, 3 },
	X8({ CASE_PA_RANDOM0, 0 }), { CASE_PA_RANDOM0, 1 },
	{ CASE_PA_RANDOM0, 2 }, { CASE_PA_RANDOM0, 3 },
	{ CASE_PA_RANDOM0, 4 }, { CASE_PA_RANDOM0, 5 },
	{ CASE_PA_RANDOM0, 6 }, { CASE_PA_RANDOM0, 7 },
	{ CASE_PA_RANDOM0, 8 }, { CASE_PA_RANDOM0, 9 },
	{ CASE_PA_RANDOM0, 10 }, { CASE_PA_RANDOM0, 11 },
	{ CASE_PA_RANDOM0, 12 }, { CASE_PA_RANDOM0, 13 },
	{ CASE_PA_RANDOM0, 14 }, { CASE_PA_RANDOM0, 15 },
	X8({ CASE_PA_RANDOM1, 0 }), { CASE_PA_RANDOM1, 1 },
	{ CASE_PA_RANDOM1, 2 }, { CASE_PA_RANDOM1, 3 },
	{ CASE_PA_RANDOM1, 4 }, { CASE_PA_RANDOM1, 5 },
	{ CASE_PA_RANDOM1, 6 }, { CASE_PA_RANDOM1, 7 },
	{ CASE_PA_RANDOM1, 8 }, { CASE_PA_RANDOM1, 9 },
	{ CASE_PA_RANDOM1, 10 }, { CASE_PA_RANDOM1, 11 },
	{ CASE_PA_RANDOM1, 12 }, { CASE_PA_RANDOM1, 13 },
	{ CASE_PA_RANDOM1, 14 }, { CASE_PA_RANDOM1, 15 },
};

/*
 * Byte 7 of map: height, group, exact, mode of the physical address.  Groups at
 * height 4 have no code.
 */
static const struct case_aux map_code[256] = {
	X32(MAP(0, 0, 0, CONGRUENT)), X16(MAP(0, 0, 0, CONGRUENT)),
	X2(MAP(0, 0, 0, CONGRUENT)), X32(MAP(0, 0, 0, ALIGNED)),
	X12(MAP(0, 0, 0, ALIGNED)), X7(MAP(0, 0, 0, EXACT)),
	X8(MAP(0, 0, 1, CONGRUENT)), X7(MAP(0, 0, 1, ALIGNED)),
	X2(MAP(0, 0, 1, EXACT)), X5(MAP(0, 1, 0, CONGRUENT)),
	X5(MAP(0, 1, 0, ALIGNED)), X2(MAP(0, 1, 0, EXACT)),
	X2(MAP(0, 1, 1, CONGRUENT)), X2(MAP(0, 1, 1, ALIGNED)),
	MAP(0, 1, 1, EXACT), X16(MAP(1, 0, 0, CONGRUENT)),
	X5(MAP(1, 0, 0, CONGRUENT)), X16(MAP(1, 0, 0, ALIGNED)),
	X3(MAP(1, 0, 0, ALIGNED)), X4(MAP(1, 0, 0, EXACT)),
	X4(MAP(1, 0, 1, CONGRUENT)), X4(MAP(1, 0, 1, ALIGNED)),
	MAP(1, 0, 1, EXACT), X3(MAP(1, 1, 0, CONGRUENT)),
	X3(MAP(1, 1, 0, ALIGNED)), MAP(1, 1, 0, EXACT),
	MAP(1, 1, 1, CONGRUENT), MAP(1, 1, 1, ALIGNED), MAP(1, 1, 1, EXACT),
	X9(MAP(2, 0, 0, CONGRUENT)), X8(MAP(2, 0, 0, ALIGNED)),
	X2(MAP(2, 0, 0, EXACT)), X2(MAP(2, 0, 1, CONGRUENT)),
	X2(MAP(2, 0, 1, ALIGNED)), MAP(2, 0, 1, EXACT),
	X2(MAP(2, 1, 0, CONGRUENT)), X2(MAP(2, 1, 0, ALIGNED)),
	MAP(2, 1, 0, EXACT), MAP(2, 1, 1, CONGRUENT), MAP(2, 1, 1, ALIGNED),
	MAP(2, 1, 1, EXACT), X4(MAP(3, 0, 0, CONGRUENT)),
	X4(MAP(3, 0, 0, ALIGNED)), MAP(3, 0, 0, EXACT),
	MAP(3, 0, 1, CONGRUENT), MAP(3, 0, 1, ALIGNED), MAP(3, 0, 1, EXACT),
	MAP(3, 1, 0, CONGRUENT), MAP(3, 1, 0, ALIGNED), MAP(3, 1, 0, EXACT),
	MAP(3, 1, 1, CONGRUENT), MAP(3, 1, 1, ALIGNED), MAP(3, 1, 1, EXACT),
	X2(MAP(4, 0, 0, CONGRUENT)), X2(MAP(4, 0, 0, ALIGNED)),
	MAP(4, 0, 0, EXACT), MAP(4, 0, 1, CONGRUENT), MAP(4, 0, 1, ALIGNED),
	MAP(4, 0, 1, EXACT),
};

/*
 * Byte 7 of unmap and protect: skew.
 */
static const struct case_aux range_code[256] = {
	X64(SKEW(NONE)), X64(SKEW(NONE)), X64(SKEW(NONE)), X32(SKEW(NONE)),
	X16(SKEW(NONE)), X4(SKEW(VA)), X4(SKEW(LAST)), X4(SKEW(BOTH)),
	X4(SKEW(HALF)),
};

/*
 * Byte 7 of split: height and skew.
 */
static const struct case_aux split_code[256] = {
	X64(HEIGHT(0)), X64(HEIGHT(1)), X32(HEIGHT(1)), X32(HEIGHT(2)),
	X16(HEIGHT(2)), X8(HEIGHT(2)), X16(HEIGHT(3)), X8(HEIGHT(3)),
	X8(HEIGHT(4)), X8({ .height = 1, .skew = CASE_SKEW_VA }),
};

/*
 * Byte 7 of collapse: height and group.
 */
static const struct case_aux collapse_code[256] = {
	X12(GROUP(0, 0)), X64(GROUP(1, 0)), X32(GROUP(1, 0)), X4(GROUP(1, 0)),
	X32(GROUP(2, 0)), X8(GROUP(2, 0)), X14(GROUP(3, 0)), X4(GROUP(4, 0)),
	X32(GROUP(0, 1)), X16(GROUP(0, 1)), X16(GROUP(1, 1)), X4(GROUP(1, 1)),
	X10(GROUP(2, 1)), X5(GROUP(3, 1)), X3(GROUP(4, 1)),
};

/*
 * Byte 7 of restrict: height and the set of rights (PT_R 1, PT_W 2, PT_X 4,
 * PT_USER 8).  At height 0 there is one code.
 */
static const struct case_aux restrict_code[256] = {
	X4(VALUE(0, PT_R)), X10(VALUE(1, 0)), X6(VALUE(1, 1)),
	X6(VALUE(1, 2)), X6(VALUE(1, 3)), X6(VALUE(1, 4)), X6(VALUE(1, 5)),
	X6(VALUE(1, 6)), X6(VALUE(1, 7)), X6(VALUE(1, 8)), X6(VALUE(1, 9)),
	X6(VALUE(1, 10)), X6(VALUE(1, 11)), X6(VALUE(1, 12)),
	X6(VALUE(1, 13)), X6(VALUE(1, 14)), X6(VALUE(1, 15)), X9(VALUE(2, 0)),
	X5(VALUE(2, 1)), X5(VALUE(2, 2)), X5(VALUE(2, 3)), X5(VALUE(2, 4)),
	X5(VALUE(2, 5)), X5(VALUE(2, 6)), X5(VALUE(2, 7)), X5(VALUE(2, 8)),
	X5(VALUE(2, 9)), X5(VALUE(2, 10)), X5(VALUE(2, 11)), X5(VALUE(2, 12)),
	X5(VALUE(2, 13)), X5(VALUE(2, 14)), X5(VALUE(2, 15)), X7(VALUE(3, 0)),
	X3(VALUE(3, 1)), X3(VALUE(3, 2)), X3(VALUE(3, 3)), X3(VALUE(3, 4)),
	X3(VALUE(3, 5)), X3(VALUE(3, 6)), X3(VALUE(3, 7)), X3(VALUE(3, 8)),
	X3(VALUE(3, 9)), X3(VALUE(3, 10)), X3(VALUE(3, 11)), X3(VALUE(3, 12)),
	X3(VALUE(3, 13)), X3(VALUE(3, 14)), X3(VALUE(3, 15)), VALUE(4, 0),
	VALUE(4, 1), VALUE(4, 2), VALUE(4, 3), VALUE(4, 4), VALUE(4, 5),
	VALUE(4, 6), VALUE(4, 7), VALUE(4, 8), VALUE(4, 9), VALUE(4, 10),
	VALUE(4, 11), VALUE(4, 12), VALUE(4, 13), VALUE(4, 14), VALUE(4, 15),
};

/*
 * Byte 7 of setkind: height and enum pt_kind.
 */
static const struct case_aux setkind_code[256] = {
	X32(VALUE(0, PT_PROTNONE)), X12(VALUE(0, PT_PROTNONE)),
	X16(VALUE(1, PT_PROTNONE)), X8(VALUE(1, PT_PROTNONE)),
	X10(VALUE(2, PT_PROTNONE)), X4(VALUE(3, PT_PROTNONE)),
	X2(VALUE(4, PT_PROTNONE)), X32(VALUE(0, PT_SWAP)),
	X12(VALUE(0, PT_SWAP)), X4(VALUE(1, PT_SWAP)), X2(VALUE(2, PT_SWAP)),
	VALUE(3, PT_SWAP), VALUE(4, PT_SWAP), X16(VALUE(0, PT_MIGRATION)),
	X12(VALUE(0, PT_MIGRATION)), X16(VALUE(1, PT_MIGRATION)),
	X6(VALUE(1, PT_MIGRATION)), X10(VALUE(2, PT_MIGRATION)),
	X4(VALUE(3, PT_MIGRATION)), X2(VALUE(4, PT_MIGRATION)),
	X32(VALUE(0, PT_MARKER)), X4(VALUE(0, PT_MARKER)),
	X4(VALUE(1, PT_MARKER)), X2(VALUE(2, PT_MARKER)), VALUE(3, PT_MARKER),
	VALUE(4, PT_MARKER), VALUE(0, PT_INVALID_HUGE),
	VALUE(1, PT_INVALID_HUGE), VALUE(2, PT_INVALID_HUGE),
	VALUE(3, PT_INVALID_HUGE), VALUE(4, PT_INVALID_HUGE),
	VALUE(0, PT_LEAF), VALUE(1, PT_LEAF), VALUE(1, PT_TABLE),
	VALUE(0, PT_NONE), VALUE(0, PT_BAD),
};

/*
 * Byte 7 of touch: enum pt_access and skew.
 */
static const struct case_aux touch_code[256] = {
	X64(VALUE(0, PT_READ)), X32(VALUE(0, PT_READ)),
	X64(VALUE(0, PT_WRITE)), X32(VALUE(0, PT_WRITE)),
	X14(VALUE(0, PT_WRITE)), X32(VALUE(0, PT_EXEC)),
	X8(VALUE(0, PT_EXEC)), X4({ .skew = CASE_SKEW_VA, .value = PT_READ }),
	X4({ .skew = CASE_SKEW_VA, .value = PT_WRITE }),
	X2({ .skew = CASE_SKEW_VA, .value = PT_EXEC }),
};

/*
 * Byte 7 of translate: skew.
 */
static const struct case_aux translate_code[256] = {
	X64(SKEW(NONE)), X64(SKEW(NONE)), X32(SKEW(VA)), X8(SKEW(VA)),
	X32(SKEW(LAST)), X16(SKEW(LAST)), X32(SKEW(HALF)), X8(SKEW(HALF)),
};

/*
 * Byte 7 of free: enum case_bounds and skew.
 */
static const struct case_aux free_code[256] = {
	X16(BOUNDS(RANGE)), X8(BOUNDS(RANGE)), X16(BOUNDS(FLOOR)),
	X8(BOUNDS(FLOOR)), X16(BOUNDS(CEILING)), X8(BOUNDS(CEILING)),
	X64(BOUNDS(BOTH)), X32(BOUNDS(BOTH)), X32(BOUNDS(TABLE0)),
	X8(BOUNDS(TABLE0)), X32(BOUNDS(TABLE1)), X8(BOUNDS(TABLE1)),
	X4({ .skew = CASE_SKEW_VA, .value = CASE_BOUNDS_BOTH }),
	X4({ .skew = CASE_SKEW_LAST, .value = CASE_BOUNDS_BOTH }),
};

/*
 * Byte 7 of switch: the space.
 */
static const struct case_aux switch_code[256] = {
	X64(VALUE(0, 0)), X64(VALUE(0, 0)), X64(VALUE(0, 1)),
	X64(VALUE(0, 1)),
};

/*
 * Byte 7 of fail: nth.
 */
static const struct case_aux fail_code[256] = {
	X16(VALUE(0, 0)), X64(VALUE(0, 1)), X32(VALUE(0, 2)),
	X16(VALUE(0, 2)), X32(VALUE(0, 3)), X16(VALUE(0, 4)), X8(VALUE(0, 4)),
	X16(VALUE(0, 5)), X12(VALUE(0, 6)), X8(VALUE(0, 7)), X8(VALUE(0, 8)),
	X4(VALUE(0, 9)), X4(VALUE(0, 10)), X4(VALUE(0, 11)), X4(VALUE(0, 12)),
	X3(VALUE(0, 13)), X3(VALUE(0, 14)), X3(VALUE(0, 15)),
	X3(VALUE(0, 16)),
};

/*
 * Byte 5 of walk: the callbacks, OP_CB_*.  Half are all of them.
 */
static const uint8_t callbacks_code[256] = {
	0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, X9(0x08), 0x09, 0x0a,
	0x0b, 0x0c, 0x0d, 0x0e, 0x0f, X11(0x10), 0x11, 0x12, 0x13, 0x14, 0x15,
	0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, X16(0x1f),
	X9(0x20), X4(0x21), 0x22, 0x23, X6(0x24), 0x25, 0x26, 0x27, X13(0x28),
	0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, X4(0x2f), X16(0x30), 0x31, 0x32,
	0x33, 0x34, 0x35, 0x36, 0x37, X4(0x38), 0x39, 0x3a, 0x3b, 0x3c, 0x3d,
	0x3e, X64(0x3f), X32(0x3f), X15(0x3f),
};

/*
 * Byte 6 of walk: action, its depth, its first call, whether always after it.
 */
static const struct action_code action_code[256] = {
	X64({ OP_SUBTREE, 0, 0, false }), X64({ OP_SUBTREE, 0, 0, false }),
	X16({ OP_SUBTREE, 0, 0, false }), X6({ OP_SUBTREE, 0, 0, false }),
	X2({ OP_CONTINUE, PT_PGD, 0, false }),
	{ OP_CONTINUE, PT_PGD, 0, true },
	X2({ OP_CONTINUE, PT_PGD, 1, false }),
	{ OP_CONTINUE, PT_PGD, 1, true }, { OP_CONTINUE, PT_PGD, 3, false },
	{ OP_CONTINUE, PT_PGD, 3, true }, { OP_CONTINUE, PT_PGD, 9, false },
	{ OP_CONTINUE, PT_PGD, 9, true },
	X2({ OP_CONTINUE, PT_P4D, 0, false }),
	{ OP_CONTINUE, PT_P4D, 0, true },
	X2({ OP_CONTINUE, PT_P4D, 1, false }),
	{ OP_CONTINUE, PT_P4D, 1, true }, { OP_CONTINUE, PT_P4D, 3, false },
	{ OP_CONTINUE, PT_P4D, 3, true }, { OP_CONTINUE, PT_P4D, 9, false },
	{ OP_CONTINUE, PT_P4D, 9, true },
	X2({ OP_CONTINUE, PT_PUD, 0, false }),
	X2({ OP_CONTINUE, PT_PUD, 0, true }),
	X2({ OP_CONTINUE, PT_PUD, 1, false }),
	{ OP_CONTINUE, PT_PUD, 1, true }, { OP_CONTINUE, PT_PUD, 3, false },
	{ OP_CONTINUE, PT_PUD, 3, true }, { OP_CONTINUE, PT_PUD, 9, false },
	{ OP_CONTINUE, PT_PUD, 9, true },
	X2({ OP_CONTINUE, PT_PMD, 0, false }),
	X2({ OP_CONTINUE, PT_PMD, 0, true }),
	X2({ OP_CONTINUE, PT_PMD, 1, false }),
	X2({ OP_CONTINUE, PT_PMD, 1, true }),
	X2({ OP_CONTINUE, PT_PMD, 3, false }),
	{ OP_CONTINUE, PT_PMD, 3, true }, { OP_CONTINUE, PT_PMD, 9, false },
	{ OP_CONTINUE, PT_PMD, 9, true },
	X2({ OP_CONTINUE, PT_PTE, 0, false }),
	{ OP_CONTINUE, PT_PTE, 0, true },
	X2({ OP_CONTINUE, PT_PTE, 1, false }),
	{ OP_CONTINUE, PT_PTE, 1, true }, { OP_CONTINUE, PT_PTE, 3, false },
	{ OP_CONTINUE, PT_PTE, 3, true }, { OP_CONTINUE, PT_PTE, 9, false },
	{ OP_CONTINUE, PT_PTE, 9, true }, X2({ OP_AGAIN, PT_PGD, 0, false }),
	{ OP_AGAIN, PT_PGD, 0, true }, X2({ OP_AGAIN, PT_PGD, 1, false }),
	{ OP_AGAIN, PT_PGD, 1, true }, { OP_AGAIN, PT_PGD, 3, false },
	{ OP_AGAIN, PT_PGD, 3, true }, { OP_AGAIN, PT_PGD, 9, false },
	{ OP_AGAIN, PT_PGD, 9, true }, X2({ OP_AGAIN, PT_P4D, 0, false }),
	{ OP_AGAIN, PT_P4D, 0, true }, X2({ OP_AGAIN, PT_P4D, 1, false }),
	{ OP_AGAIN, PT_P4D, 1, true }, { OP_AGAIN, PT_P4D, 3, false },
	{ OP_AGAIN, PT_P4D, 3, true }, { OP_AGAIN, PT_P4D, 9, false },
	{ OP_AGAIN, PT_P4D, 9, true }, X2({ OP_AGAIN, PT_PUD, 0, false }),
	X2({ OP_AGAIN, PT_PUD, 0, true }), X2({ OP_AGAIN, PT_PUD, 1, false }),
	{ OP_AGAIN, PT_PUD, 1, true }, { OP_AGAIN, PT_PUD, 3, false },
	{ OP_AGAIN, PT_PUD, 3, true }, { OP_AGAIN, PT_PUD, 9, false },
	{ OP_AGAIN, PT_PUD, 9, true }, X2({ OP_AGAIN, PT_PMD, 0, false }),
	X2({ OP_AGAIN, PT_PMD, 0, true }), X2({ OP_AGAIN, PT_PMD, 1, false }),
	{ OP_AGAIN, PT_PMD, 1, true }, { OP_AGAIN, PT_PMD, 3, false },
	{ OP_AGAIN, PT_PMD, 3, true }, { OP_AGAIN, PT_PMD, 9, false },
	{ OP_AGAIN, PT_PMD, 9, true }, X2({ OP_AGAIN, PT_PTE, 0, false }),
	{ OP_AGAIN, PT_PTE, 0, true }, X2({ OP_AGAIN, PT_PTE, 1, false }),
	{ OP_AGAIN, PT_PTE, 1, true }, { OP_AGAIN, PT_PTE, 3, false },
	{ OP_AGAIN, PT_PTE, 3, true }, { OP_AGAIN, PT_PTE, 9, false },
	{ OP_AGAIN, PT_PTE, 9, true },
};

/*
 * Byte 7 of walk: the callback that stops it, what it returns; or a skew.
 */
static const struct stop_code stop_code[256] = {
	X64({ 0, 0, CASE_SKEW_NONE }), X64({ 0, 0, CASE_SKEW_NONE }),
	X32({ 0, 0, CASE_SKEW_NONE }), X16({ 0, 0, CASE_SKEW_NONE }),
	X4({ 0, 0, CASE_SKEW_NONE }), X3({ 1, 1, CASE_SKEW_NONE }),
	X3({ 1, -1, CASE_SKEW_NONE }), X3({ 1, 7, CASE_SKEW_NONE }),
	X3({ 1, -125, CASE_SKEW_NONE }), X3({ 2, 1, CASE_SKEW_NONE }),
	X3({ 2, -1, CASE_SKEW_NONE }), X3({ 2, 7, CASE_SKEW_NONE }),
	X3({ 2, -125, CASE_SKEW_NONE }), X3({ 3, 1, CASE_SKEW_NONE }),
	X3({ 3, -1, CASE_SKEW_NONE }), X3({ 3, 7, CASE_SKEW_NONE }),
	X3({ 3, -125, CASE_SKEW_NONE }), X2({ 5, 1, CASE_SKEW_NONE }),
	X2({ 5, -1, CASE_SKEW_NONE }), X2({ 5, 7, CASE_SKEW_NONE }),
	X2({ 5, -125, CASE_SKEW_NONE }), X2({ 8, 1, CASE_SKEW_NONE }),
	X2({ 8, -1, CASE_SKEW_NONE }), X2({ 8, 7, CASE_SKEW_NONE }),
	X2({ 8, -125, CASE_SKEW_NONE }), { 13, 1, CASE_SKEW_NONE },
	{ 13, -1, CASE_SKEW_NONE }, { 13, 7, CASE_SKEW_NONE },
	{ 13, -125, CASE_SKEW_NONE }, { 21, 1, CASE_SKEW_NONE },
	{ 21, -1, CASE_SKEW_NONE }, { 21, 7, CASE_SKEW_NONE },
	{ 21, -125, CASE_SKEW_NONE }, { 40, 1, CASE_SKEW_NONE },
	{ 40, -1, CASE_SKEW_NONE }, { 40, 7, CASE_SKEW_NONE },
	{ 40, -125, CASE_SKEW_NONE }, X4({ 0, 0, CASE_SKEW_VA }),
	X4({ 0, 0, CASE_SKEW_LAST }), X2({ 0, 0, CASE_SKEW_BOTH }),
	X2({ 0, 0, CASE_SKEW_HALF }),
};

/*
 * Header byte 1.
 */
static const uint8_t regime_code[256] = {
	X64(0), X64(1), X64(2), X64(3),
};

/*
 * Header byte 2.
 */
static const uint8_t profile_code[256] = {
	X64(0), X64(0), X64(0), X64(0),
};

/*
 * Header byte 3: few codes for RAM, which only guests need.
 */
static const uint8_t window_code[256] = {
	X64(CASE_WINDOW_LOW), X32(CASE_WINDOW_LOW), X8(CASE_WINDOW_LOW),
	X32(CASE_WINDOW_4G), X16(CASE_WINDOW_4G), X4(CASE_WINDOW_4G),
	X32(CASE_WINDOW_TOP), X16(CASE_WINDOW_TOP), X32(CASE_WINDOW_MIXED),
	X12(CASE_WINDOW_MIXED), X8(CASE_WINDOW_RAM),
};
#endif
