/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Two toy formats for the tests of the oracles, and helpers that run operations
 * and compare traces as text.
 *
 * "toy": 11 of 32 address bits, sign-extended, pages of 16 bytes.
 *
 *	depth	span	entries	table	leaf	group	can deny
 *	pud	0x200	4	32	yes	-	W X	(root)
 *	pmd	0x80	4	32	yes	2	R W X U
 *	pte	0x10	8	64	yes	4	-
 *
 * "toy5": two roots of 12 of 32 bits, all five depths, pages of 16 bytes.
 *
 *	depth	span	entries	table	leaf	group	can deny
 *	pgd	0x800	2	16	no	-	W	(root)
 *	p4d	0x200	4	32	yes	-	W
 *	pud	0x100	2	16	yes	2	W
 *	pmd	0x40	4	32	yes	-	W
 *	pte	0x10	4	32	yes	2	-
 *
 * An entry is 8 bytes, little endian: bits 1..0 are 0 invalid, 1 leaf, 2 table;
 * 4 and up the attributes or denied rights, 24 and up the address, 60 group.
 */
#ifndef TESTS_ORACLES_TOY_H
#define TESTS_ORACLES_TOY_H

#include <tablewalk/op.h>
#include <tablewalk/trace.h>

#include "oracle.h"

#define TOY_EVENTS 512

/* RWX of a kernel page, accessed; and with fewer rights. */
#define TOY_RWX (PT_R | PT_W | PT_X)
#define TOY_RW (PT_R | PT_W)

extern const struct mmu_arch toy_arch, toy5_arch;

struct toy {
	const struct mmu_arch *arch;
	struct oracle *oracle;
	struct pt_regime regime;
	struct trace trace;
	struct trace_event event[TOY_EVENTS];
};

/* Makes an oracle with empty spaces; pa_bits is 16. */
void toy_open(struct toy *toy, const struct mmu_arch *arch);
void toy_close(struct toy *toy);

/* Applies op; toy->trace has its events.  Returns what it returned. */
int toy_run(struct toy *toy, const struct op *op);

/* Shorthands. */
int toy_map(struct toy *toy, uint64_t va, uint64_t last, uint64_t pa,
	    uint32_t attrs, unsigned depth, unsigned order);
int toy_range(struct toy *toy, enum op_kind kind, uint64_t va, uint64_t last);
int toy_at(struct toy *toy, enum op_kind kind, uint64_t va, unsigned depth,
	   uint32_t attrs);
int toy_free(struct toy *toy, uint64_t va, uint64_t last, uint64_t floor,
	     uint64_t ceiling);
int toy_setkind(struct toy *toy, uint64_t va, unsigned depth, enum pt_kind kind,
		uint64_t pa);
int toy_collapse(struct toy *toy, uint64_t va, unsigned depth, unsigned order);
int toy_fail(struct toy *toy, unsigned nth);
int toy_walk(struct toy *toy, uint64_t va, uint64_t last,
	     const struct op_walk *walk);
int toy_vma(struct toy *toy, uint64_t va, uint64_t last, enum op_vma type);
int toy_walk_vma(struct toy *toy, uint64_t va, uint64_t last,
		 const struct op_walk *walk);

/* Fails the test unless the events of the last operation are these lines. */
void toy_expect(const struct toy *toy, const char *const *lines,
		unsigned count);
#define EXPECT_TRACE(toy, ...)                                               \
	toy_expect(toy, (const char *const[]){ __VA_ARGS__ },                \
		   sizeof((const char *const[]){ __VA_ARGS__ }) /            \
			   sizeof(const char *))

/*
 * The same for events that have no text of their own: all but the last, which
 * is the return.
 */
void toy_expect_events(const struct toy *toy, const struct trace_event *want,
		       unsigned count);
#define EXPECT_EVENTS(toy, ...)                                              \
	toy_expect_events(toy, (const struct trace_event[]){ __VA_ARGS__ },  \
			  sizeof((const struct trace_event[]){               \
				  __VA_ARGS__ }) /                           \
				  sizeof(struct trace_event))

/* Lines of a trace, shortened: all of these are wb with key 0. */
#define TOY_VISIT(text) "visit " text " wb key 0"
#define TOY_TABLE(text) "visit " text " x1 table order 0 pa 0x0 --------- wb key 0"
#define TOY_NONE(text) "visit " text " none order 0 pa 0x0 --------- wb key 0"

/* Fails unless translate at va gives this line. */
void toy_expect_at(struct toy *toy, uint64_t va, const char *line);

/* A raw entry. */
uint64_t toy_leaf(uint64_t pa, uint32_t attrs, bool group);
uint64_t toy_table(uint64_t pa, uint32_t denied);

#endif
