/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See mm_script.h. */
#include "mm_script.h"

#include <string.h>

struct mm_script *mm_script_new(const struct mm *m)
{
	static struct mm_script script;

	memset(&script, 0, sizeof(script));
	script.act_of = MM_HOLE;
	script.table_depth = PT_DEPTH_UNKNOWN;
	script.supply = (struct pt_install){ mm_pa(m), MM_RW };
	script.supply_step = mm_page(m);
	return &script;
}

static int add(struct pt_walk *walk, const struct mm_call *call)
{
	struct mm_script *script = walk->context;

	assert_true(script->count < MM_CALLS);
	script->call[script->count] = *call;
	script->call[script->count++].vma = walk->vma;
	return script->count == script->stop_at ? script->stop_value : 0;
}

static int on_entry(const struct pt_visit *visit, struct pt_walk *walk,
		    unsigned of)
{
	struct mm_script *script = walk->context;
	const struct mm_call call = {
		.start = visit->start, .last = visit->last, .pa = visit->pa,
		.attrs = visit->attrs, .of = of, .depth = visit->depth,
		.real_depth = visit->real_depth, .kind = visit->kind,
		.order = visit->order,
	};

	assert_int_equal(walk->action, PT_WALK_SUBTREE);
	if (of == script->act_of && script->act_count) {
		script->act_count--;
		walk->action = script->action;
	}
	return add(walk, &call);
}

int mm_on_pgd(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_PGD);
}

int mm_on_p4d(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_P4D);
}

int mm_on_pud(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_PUD);
}

int mm_on_pmd(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_PMD);
}

int mm_on_pte(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, PT_PTE);
}

int mm_on_bad(const struct pt_visit *visit, struct pt_walk *walk)
{
	return on_entry(visit, walk, MM_BAD);
}

int mm_on_hugetlb(const struct pt_visit *visit, struct pt_walk *walk)
{
	int ret = on_entry(visit, walk, MM_HUGETLB);

	/* Not looked at. */
	walk->action = PT_WALK_AGAIN;
	return ret;
}

int mm_on_hole(uint64_t start, uint64_t last, int depth, struct pt_walk *walk)
{
	const struct mm_call call = { .start = start, .last = last,
				      .of = MM_HOLE, .depth = depth };

	/* Not looked at. */
	walk->action = PT_WALK_AGAIN;
	return add(walk, &call);
}

int mm_on_install(uint64_t start, uint64_t last, struct pt_install *supplied,
		  struct pt_walk *walk)
{
	struct mm_script *script = walk->context;
	const struct mm_call call = { .start = start, .last = last,
				      .of = MM_INSTALL,
				      .pa = script->supply.pa,
				      .attrs = script->supply.attrs };

	/* Not looked at. */
	walk->action = PT_WALK_AGAIN;
	*supplied = script->supply;
	script->supply.pa += script->supply_step;
	return add(walk, &call);
}

static int on_range(uint64_t start, uint64_t last, struct pt_walk *walk,
		    unsigned of, int depth)
{
	const struct mm_call call = { .start = start, .last = last, .of = of,
				      .depth = depth };

	/* Not looked at. */
	walk->action = PT_WALK_AGAIN;
	return add(walk, &call);
}

int mm_on_test(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	on_range(start, last, walk, MM_TEST, 0);
	return walk->vma->test;
}

int mm_on_pre(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	on_range(start, last, walk, MM_PRE, 0);
	return walk->vma->pre;
}

void mm_on_post(struct pt_walk *walk)
{
	on_range(walk->vma_start, walk->vma_last, walk, MM_POST, 0);
}

static int on_table(uint64_t start, uint64_t last, struct pt_walk *walk,
		    int depth)
{
	const struct mm_script *script = walk->context;
	int ret = on_range(start, last, walk, MM_TABLE, depth);

	return depth == script->table_depth ? script->table_value : ret;
}

int mm_on_p4d_table(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	return on_table(start, last, walk, PT_P4D);
}

int mm_on_pud_table(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	return on_table(start, last, walk, PT_PUD);
}

int mm_on_pmd_table(uint64_t start, uint64_t last, struct pt_walk *walk)
{
	return on_table(start, last, walk, PT_PMD);
}

const struct pt_walk_ops mm_ops_all = {
	.pgd_entry = mm_on_pgd, .p4d_entry = mm_on_p4d, .pud_entry = mm_on_pud,
	.pmd_entry = mm_on_pmd, .pte_entry = mm_on_pte, .pte_hole = mm_on_hole,
};

const struct pt_walk_ops mm_ops_page = {
	.pte_entry = mm_on_pte,
	.pte_hole = mm_on_hole,
};

const struct mm_call *mm_assert_call(const struct mm_script *script,
				     unsigned i, unsigned of, uint64_t start,
				     uint64_t last)
{
	const struct mm_call *call = &script->call[i];

	assert_true(i < script->count);
	assert_int_equal(call->of, of);
	assert_int_equal(call->start, start);
	assert_int_equal(call->last, last);
	return call;
}

void mm_assert_hole(const struct mm_script *script, unsigned i, uint64_t start,
		    uint64_t last, int depth)
{
	assert_int_equal(mm_assert_call(script, i, MM_HOLE, start, last)->depth,
			 depth);
}

unsigned mm_calls_of(const struct mm_script *script, unsigned of)
{
	unsigned count = 0;

	for (unsigned i = 0; i < script->count; i++)
		count += script->call[i].of == of;
	return count;
}

struct pt_vma mm_vma(const struct mm *m, uint64_t page, uint64_t n,
		     enum op_vma type)
{
	return (struct pt_vma){
		.start = m->base + page * mm_page(m),
		.last = m->base + (page + n) * mm_page(m) - 1,
		.type = (uint8_t)type,
	};
}

void mm_set_vmas(struct mm *m, const struct pt_vma *vma, unsigned n)
{
	m->space.vma = vma;
	m->space.vmas = n;
}

/* Writes the root's first entry as if the subject had. */
static void write_root(struct mm *m, const uint8_t bytes[8])
{
	unsigned length = m->f->level[m->f->top].entry_bytes;
	struct mm_arena *arena = &m->arena;

	for (unsigned i = 0; i < MM_WINDOWS; i++) {
		uint64_t offset = m->space.root - arena->memory.window[i].pa;

		if (offset >= MM_WINDOW_BYTES)
			continue;
		memcpy(arena->memory.window[i].host + offset, bytes, length);
		memcpy(arena->shadow[i] + offset, bytes, length);
		return;
	}
	fail_msg("the root is nowhere");
}

bool mm_plant_bad(struct mm *m, uint8_t saved[8])
{
	const struct pt_level *l = &m->f->level[m->f->top];
	uint8_t bytes[8];

	memcpy(saved, pt_memory_at(&m->arena.memory, m->space.root,
				   l->entry_bytes), l->entry_bytes);
	/* A pattern of one byte is the same in every order. */
	for (unsigned n = 1; n < 256; n++) {
		struct pt_entry bad = { n * UINT64_C(0x101010101010101) };

		if (l->entry_bytes == 4)
			bad.raw &= UINT32_MAX;
		if (pt_entry_kind(m->f, m->f->top, bad) != PT_BAD)
			continue;
		memset(bytes, (int)n, sizeof(bytes));
		write_root(m, bytes);
		return true;
	}
	return false;
}

void mm_unplant(struct mm *m, const uint8_t saved[8])
{
	write_root(m, saved);
}
