/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tables of a match: memory where the kernel's walker can reach it, and
 * what Linux would have done to the entries.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <tablewalk/check.h>

#include "match.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000 /* Linux, asm-generic/mman-common.h */
#endif

/* Intel SDM vol. 3A, Tables 4-14 to 4-18: P, PS; A, and bit 6, ignored. */
#define ENTRY_P UINT64_C(0x01)
#define ENTRY_PS UINT64_C(0x80)
#define ENTRY_AD UINT64_C(0x60)

/*
 * Gives each window memory at MATCH_BASE plus its physical address.  Matches of
 * two formats have the same windows and use them in turn.
 */
static bool place_windows(struct arena *arena)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++) {
		struct pt_window *w = &arena->memory.window[i];
		void *want = (void *)(uintptr_t)(MATCH_BASE + w->pa);

		if (!w->bytes)
			continue;
		if (mmap(want, w->bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				 MAP_FIXED_NOREPLACE,
			 -1, 0) != want && errno != EEXIST)
			return false;
		w->host = want;
	}
	return true;
}

bool match_open(struct match *m, const struct pt_format *format)
{
	*m = (struct match){ .format = format, .flags = FLAGS_6_12 };
	m->expected.capacity = m->seen.capacity = MATCH_EVENTS;
	m->expected.event = calloc(MATCH_EVENTS, sizeof(struct trace_event));
	m->seen.event = calloc(MATCH_EVENTS, sizeof(struct trace_event));
	m->oracle = oracle_create(mmu_find(format->name));
	return m->expected.event && m->seen.event && m->oracle &&
	       !arena_open(&m->arena, format, NULL) && place_windows(&m->arena);
}

static void *root_host(const struct match *m)
{
	return pt_memory_at(&m->arena.memory, m->subject.space[0].root, 4096);
}

void match_begin(struct match *m, enum case_window place, unsigned regime)
{
	arena_reset(&m->arena, place);
	pt_check(subject_open(&m->subject, m->format, &m->arena));
	m->regime = (struct pt_regime){
		.control = m->format->regime[regime % m->format->regime_count],
		.pa_bits = m->format->pa_bits,
		.root = { m->subject.space[0].root, m->subject.space[1].root },
	};
	oracle_reset(m->oracle, &m->regime);
	oracle_fold(m->oracle, 0);
	oracle_walk_flags(m->oracle, m->flags);
	kernel_setup(m->format->top == PT_PGD ? 5 : 4, MATCH_BASE);
	kernel_root(root_host(m));
	m->done_count = m->anchors = m->vmas = 0;
	m->huge = 0;
	m->unnoted = false;
	m->poked = NULL;
	m->wrong[0] = '\0';
	kernel_vmas(NULL, 0);
}

/* The table that an entry points to, NULL where it is no table entry. */
static uint64_t *table_below(const struct match *m, uint64_t entry)
{
	const uint64_t address = entry & UINT64_C(0x000ffffffffff000);

	if ((entry & (ENTRY_P | ENTRY_PS)) != ENTRY_P)
		return NULL;
	return (uint64_t *)(void *)pt_memory_at(&m->arena.memory, address, 4096);
}

uint64_t *match_slot(const struct match *m, uint64_t va, unsigned depth)
{
	uint64_t *table = root_host(m);

	for (unsigned d = m->format->top; table; d++) {
		uint64_t *slot = table + pt_index(m->format, d, va);

		if (d == depth)
			return slot;
		table = table_below(m, *slot);
	}
	return NULL;
}

/*
 * Linux's table entries have A and D (_KERNPG_TABLE) and pgd_bad() and
 * pmd_bad() want them; hardware ignores D there and sets A itself; the
 * descriptor writes neither.  At most four tables deep.
 */
static void dress_table(const struct match *m, uint64_t *table, unsigned depth)
{
	for (unsigned i = 0; i < 512; i++) {
		uint64_t *below;

		if (!table[i])
			continue;
		below = table_below(m, table[i]);
		if (!below)
			continue;
		table[i] |= ENTRY_AD;
		if (depth + 1 < PT_PTE)
			dress_table(m, below, depth + 1);
	}
}

void match_dress(struct match *m)
{
	dress_table(m, root_host(m), m->format->top);
}

/*
 *			VMAs
 */
int match_vma_at(const struct match *m, uint64_t va)
{
	for (unsigned i = 0; i < m->vmas; i++)
		if (m->vma[i].start <= va && va <= m->vma[i].last)
			return (int)i;
	return -1;
}

/* Appends what is left of a VMA when [va, last] is cut out of it. */
static unsigned keep_rest(const struct pt_vma *old, const struct op *op,
			  struct pt_vma *out)
{
	unsigned kept = 0;

	if (old->last < op->va || old->start > op->last) {
		out[kept++] = *old;
		return kept;
	}
	if (old->start < op->va) {
		out[kept] = *old;
		out[kept++].last = op->va - 1;
	}
	if (old->last > op->last) {
		out[kept] = *old;
		out[kept].start = op->last + 1;
		out[kept++].page_offset += (op->last + 1 - old->start) >> 12;
	}
	return kept;
}

static void tell_kernel(const struct match *m)
{
	struct glue_vma list[GLUE_VMAS];

	for (unsigned i = 0; i < m->vmas; i++) {
		const struct pt_vma *v = &m->vma[i];
		unsigned type = GLUE_PLAIN;

		if (v->type == OP_VMA_PFNMAP)
			type = GLUE_PFNMAP;
		if (v->type == OP_VMA_HUGETLB)
			type = v->huge_depth == PT_PUD ? GLUE_HUGETLB_PUD :
							 GLUE_HUGETLB_PMD;
		list[i] = (struct glue_vma){
			.start = v->start, .end = v->last + 1,
			.page_offset = v->page_offset,
			.type = type, .file = v->file,
		};
	}
	kernel_vmas(list, m->vmas);
}

void match_put_vma(struct match *m, const struct op *op)
{
	struct pt_vma list[GLUE_VMAS];
	unsigned count = 0, at = 0;

	pt_check(m->vmas + 2 < GLUE_VMAS);
	for (unsigned i = 0; i < m->vmas; i++)
		count += keep_rest(&m->vma[i], op, list + count);
	if (op->vma.type != OP_VMA_NONE) {
		while (at < count && list[at].start < op->va)
			at++;
		memmove(list + at + 1, list + at,
			(count - at) * sizeof(list[0]));
		list[at] = (struct pt_vma){
			.start = op->va, .last = op->last,
			.type = op->vma.type, .file = op->vma.file,
			.huge_depth = op->depth,
			.test = op->vma.test, .pre = op->vma.pre,
		};
		count++;
	}
	memcpy(m->vma, list, count * sizeof(list[0]));
	m->vmas = count;
	tell_kernel(m);
}
