/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See plain.h. */
#include "plain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void plain_breaks(struct plain *p, const char *rule)
{
	if (!p->broken)
		p->broken = rule;
}

bool plain_holds(struct plain *p, bool rule_holds, const char *rule)
{
	if (!rule_holds)
		plain_breaks(p, rule);
	return rule_holds;
}

static struct plain_table *find(struct plain *p, uint64_t pa)
{
	for (unsigned i = 0; i < p->tables; i++)
		if (p->table[i].pa == pa)
			return &p->table[i];
	return NULL;
}

static int on_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct plain *p = context;

	if (p->fail_in && !--p->fail_in)
		return -ENOMEM;
	*pa = (p->next + bytes - 1) & ~(bytes - 1);
	if (*pa + bytes > PLAIN_PA + PLAIN_BYTES || p->tables == PLAIN_TABLES) {
		p->full = true;
		return -ENOMEM;
	}
	p->next = *pa + bytes;
	memset(pt_memory_at(&p->memory, *pa, bytes), 0, bytes);
	p->table[p->tables++] = (struct plain_table){ *pa, bytes, false };
	return 0;
}

/* After the last one that is there. */
static void set_next(struct plain *p)
{
	p->next = PLAIN_PA;
	for (unsigned i = 0; i < p->tables; i++)
		if (p->table[i].pa + p->table[i].bytes > p->next)
			p->next = p->table[i].pa + p->table[i].bytes;
}

static void on_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct plain *p = context;
	struct plain_table *t = find(p, pa);

	if (!plain_holds(p, t && t->bytes == bytes, "given back as it was"))
		return;
	plain_holds(p, !t->constructed, "destructed before it is given back");
	memset(pt_memory_at(&p->memory, pa, bytes), 0, bytes);
	*t = p->table[--p->tables];
	set_next(p);
}

static int on_construct(void *context, const struct pt_table_page *page)
{
	struct plain *p = context;
	struct plain_table *t = find(p, page->pa);

	if (plain_holds(p, t && !t->constructed, "constructed once")) {
		t->constructed = true;
		p->constructed++;
	}
	return 0;
}

static void on_destruct(void *context, const struct pt_table_page *page)
{
	struct plain *p = context;
	struct plain_table *t = find(p, page->pa);

	if (plain_holds(p, t && t->constructed, "destructed once")) {
		t->constructed = false;
		p->constructed--;
	}
}

static void on_flush(void *context, const struct pt_flush *flush)
{
	struct plain *p = context;

	if (!p->flushes++ || flush->va < p->flush_va)
		p->flush_va = flush->va;
	if (p->flushes == 1 || flush->last > p->flush_last)
		p->flush_last = flush->last;
	p->flush_tables |= flush->tables;
}

struct plain *plain_open(void **state, unsigned i)
{
	struct plain *p;
	uint8_t *host;

	if (i > pt_format_count)
		return NULL;
	p = calloc(1, sizeof(*p));
	host = calloc(1, PLAIN_BYTES);
	assert_true(p && host);
	*state = p;
	p->f = i < pt_format_count ? pt_formats[i] : &mm_narrow;
	p->mmu = mmu_find(p->f->name);
	p->control = p->f->regime[0];
	p->memory.window[0] = (struct pt_window){ PLAIN_PA, PLAIN_BYTES, host };
	p->next = PLAIN_PA;
	p->env = (struct pt_env){
		.memory = &p->memory, .context = p,
		.alloc = on_alloc, .free = on_free, .flush = on_flush,
		.construct = on_construct, .destruct = on_destruct,
	};
	assert_int_equal(pt_space_init(&p->space, p->f, &p->env, 0,
				       p->f->pa_bits), 0);
	p->last = plain_root_entries(p) * pt_span(p->f, p->f->top) - 1;
	return p;
}

void plain_drop(void **state)
{
	struct plain *p = *state;

	free(p->memory.window[0].host);
	free(p);
	*state = NULL;
}

void plain_close(void **state)
{
	struct plain *p = *state;

	pt_space_destroy(&p->space);
	plain_holds(p, !p->tables, "no table is left");
	plain_holds(p, !p->full, "the memory of the test is large enough");
	if (p->broken)
		fail_msg("broken: %s", p->broken);
	plain_drop(state);
}

int plain_teardown(void **state)
{
	struct plain *p = *state;

	if (p) {
		print_error("on format %s\n", p->f->name);
		plain_drop(state);
	}
	return 0;
}

static uint64_t hash_table(const struct plain *p, const struct plain_table *t)
{
	const uint8_t *host = pt_memory_at(&p->memory, t->pa, t->bytes);
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ t->pa, word;

	for (uint64_t i = 0; i < t->bytes; i += sizeof(word)) {
		memcpy(&word, host + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x100000001b3);
		hash ^= hash >> 29;
	}
	return hash;
}

uint64_t plain_hash(const struct plain *p)
{
	uint64_t sum = p->tables;

	for (unsigned i = 0; i < p->tables; i++)
		sum += hash_table(p, &p->table[i]);
	return sum;
}

bool plain_translate(const struct plain *p, const struct pt_space *space,
		     uint64_t va, struct mmu_outcome *out)
{
	struct pt_regime regime = {
		.control = p->control, .pa_bits = space->pa_bits,
	};

	if (!p->mmu || !p->mmu->walks)
		return false;
	regime.root[space->number] = space->root;
	p->mmu->translate(p->mmu, space->env->memory, &regime, space->number,
			  va, out);
	return true;
}

unsigned plain_root_entries(const struct plain *p)
{
	const struct pt_format *f = p->f;
	unsigned entries = 1u << f->level[f->top].index_bits;

	return f->va_rule == PT_VA_SIGNED ? entries / 2 : entries;
}

uint32_t plain_rights(const struct plain *p, unsigned n)
{
	const struct pt_rights *rights = &p->f->level[PT_PTE].leaf.rights;

	for (uint32_t r = 0;; r = (r + 1) & PT_RIGHTS)
		if (rights->right[r].representable && !n--)
			return r;
}

uint32_t plain_removable(const struct plain *p, unsigned depth)
{
	const struct pt_table_layout *table = &p->f->level[depth].table;
	uint32_t rights = 0;

	for (unsigned i = 0; i < table->hierarchy_count; i++)
		rights |= table->hierarchy[i].right;
	return rights;
}

uint64_t plain_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}
