/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* See owned.h. */
#include "owned.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../mm/pt_entry.h"
#include "mm_ops.h"

#define OPERATIONS 240

void owned_break(struct owned *o, const char *rule)
{
	if (!o->broken)
		o->broken = rule;
}

static void breaks(struct owned *o, const char *rule)
{
	owned_break(o, rule);
}

static void note(struct owned *o, enum owned_type type, uint64_t pa)
{
	if (o->events < OWNED_EVENTS)
		o->event[o->events] = (struct owned_event){ type, pa };
	o->events++;
}

static struct owned_table *find(struct owned *o, uint64_t pa)
{
	for (unsigned i = 0; i < o->tables; i++)
		if (o->table[i].page.pa == pa)
			return &o->table[i];
	return NULL;
}

static bool overlap(uint64_t pa, uint64_t bytes, uint64_t other,
		    uint64_t other_bytes)
{
	return pa < other + other_bytes && other < pa + bytes;
}

/* Whether no table, or with fragments no page, is in these bytes. */
static bool is_room(const struct owned *o, uint64_t pa, uint64_t bytes)
{
	for (unsigned i = 0; i < o->tables; i++)
		if (overlap(pa, bytes, o->table[i].page.pa,
			    o->table[i].page.bytes))
			return false;
	for (unsigned i = 0; i < o->pages; i++)
		if (overlap(pa, bytes, o->page[i].pa, o->page[i].bytes))
			return false;
	return true;
}

/* The lowest address where so many bytes are free; 0: nowhere. */
static uint64_t find_room(const struct owned *o, uint64_t bytes)
{
	uint64_t pa = OWNED_PA;

	while (pa + bytes <= OWNED_PA + OWNED_BYTES) {
		if (is_room(o, pa, bytes))
			return pa;
		pa += bytes;
	}
	return 0;
}

/* The fragments' source of pages. */
static int on_page_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct owned *o = context;

	if (o->page_fail_in && !--o->page_fail_in)
		return -ENOMEM;
	*pa = find_room(o, bytes);
	if (!*pa || o->pages == OWNED_PAGES) {
		breaks(o, "the arena of the test is too small");
		return -ENOMEM;
	}
	memset(pt_memory_at(&o->memory, *pa, bytes), 0, bytes);
	o->page[o->pages++] = (struct owned_page){ *pa, bytes };
	return 0;
}

static void on_page_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct owned *o = context;
	unsigned i = 0;

	while (i < o->pages && o->page[i].pa != pa)
		i++;
	if (i == o->pages || o->page[i].bytes != bytes) {
		breaks(o, "takes back exactly what page_alloc gave");
		return;
	}
	for (unsigned k = 0; k < o->tables; k++)
		if (overlap(pa, bytes, o->table[k].page.pa,
			    o->table[k].page.bytes))
			breaks(o, "once no table is in it");
	o->page[i] = o->page[--o->pages];
}

/* A table from a page: zeroed, aligned, and where no other one is. */
static int alloc_fragment(struct owned *o, uint64_t bytes, uint64_t *pa)
{
	int ret = pt_fragment_alloc(&o->fragments, bytes, pa);
	const uint8_t *host;

	if (ret)
		return ret;
	if (*pa & (bytes - 1))
		breaks(o, "aligned to bytes");
	host = pt_memory_at(&o->memory, *pa, bytes);
	for (uint64_t i = 0; i < bytes; i++)
		if (host[i])
			breaks(o, "bytes of zeroed memory");
	/* What else is there would lead anywhere. */
	memset(pt_memory_at(&o->memory, *pa, bytes), 0, bytes);
	for (unsigned i = 0; i < o->tables; i++)
		if (overlap(*pa, bytes, o->table[i].page.pa,
			    o->table[i].page.bytes))
			breaks(o, "where no other table is");
	return 0;
}

static int alloc_whole(struct owned *o, uint64_t bytes, uint64_t *pa)
{
	*pa = find_room(o, bytes);
	if (!*pa)
		return -ENOMEM;
	memset(pt_memory_at(&o->memory, *pa, bytes), 0, bytes);
	return 0;
}

static int on_alloc(void *context, uint64_t bytes, uint64_t *pa)
{
	struct owned *o = context;
	bool refused = o->page_fail_in;
	int ret;

	if (o->pending)
		breaks(o, "constructed before anything else is allocated");
	if (o->leaving)
		breaks(o, "destructed right before it is released");
	for (unsigned i = 0; i < PT_SPACES; i++)
		if (o->m[i].arena.fail_in && !--o->m[i].arena.fail_in)
			return -ENOMEM;
	ret = o->fragments.page ? alloc_fragment(o, bytes, pa) :
				  alloc_whole(o, bytes, pa);
	if (ret && refused && !o->page_fail_in)
		return ret;
	if (ret || o->tables == OWNED_TABLES) {
		breaks(o, "the arena of the test is too small");
		return -ENOMEM;
	}
	o->table[o->tables++] = (struct owned_table){
		.page = { .pa = *pa, .bytes = (uint32_t)bytes },
	};
	o->pending = *pa;
	note(o, OWNED_ALLOC, *pa);
	return 0;
}

static void on_free(void *context, uint64_t pa, uint64_t bytes)
{
	struct owned *o = context;
	struct owned_table *t = find(o, pa);

	note(o, OWNED_FREE, pa);
	if (!t || t->page.bytes != bytes) {
		breaks(o, "released what was given");
		return;
	}
	if (o->leaving != pa || t->constructed)
		breaks(o, "destructed right before it is released");
	o->leaving = 0;
	if (o->pending == pa)
		o->pending = 0;
	memset(pt_memory_at(&o->memory, pa, bytes), 0xdb, bytes);
	*t = o->table[--o->tables];
	if (!o->fragments.page)
		return;
	if (pt_fragment_free(&o->fragments, pa, bytes))
		breaks(o, "takes back a table");
	if (!pt_fragment_free(&o->fragments, pa, bytes))
		breaks(o, "released before: -ENOENT");
}

static bool is_linked(struct owned *o, uint64_t pa)
{
	owned_reach(o);
	for (unsigned i = 0; i < o->reaches; i++)
		if (o->reached[i].page.pa == pa)
			return true;
	return false;
}

static int on_construct(void *context, const struct pt_table_page *page)
{
	struct owned *o = context;
	struct owned_table *t = find(o, page->pa);

	if (!t || o->pending != page->pa || t->page.bytes != page->bytes) {
		breaks(o, "constructed once, right after it was allocated");
		return 0;
	}
	o->pending = 0;
	if (is_linked(o, page->pa))
		breaks(o, "constructed before an entry points to it");
	if (o->ctor_fail_in && !--o->ctor_fail_in) {
		note(o, OWNED_REFUSE, page->pa);
		o->refused++;
		o->leaving = page->pa;
		/* Whatever it is, the operation's answer is another. */
		return 1;
	}
	note(o, OWNED_CONSTRUCT, page->pa);
	o->made++;
	t->page = *page;
	t->constructed = true;
	return 0;
}

static bool pages_equal(const struct pt_table_page *a,
			const struct pt_table_page *b)
{
	return a->pa == b->pa && a->bytes == b->bytes && a->depth == b->depth &&
	       a->space == b->space;
}

static void on_destruct(void *context, const struct pt_table_page *page)
{
	struct owned *o = context;
	struct owned_table *t = find(o, page->pa);

	note(o, OWNED_DESTRUCT, page->pa);
	if (o->pending || o->leaving)
		breaks(o, "destructed right before it is released");
	if (!t || !t->constructed) {
		breaks(o, "destructed once, what was constructed");
		return;
	}
	if (!pages_equal(page, &t->page))
		breaks(o, "the same from construction to destruction");
	if (is_linked(o, page->pa))
		breaks(o, "destructed after the last entry is gone");
	t->constructed = false;
	o->leaving = page->pa;
}

/* What choose_addresses() of the fixture does; space 1 has the upper half. */
static void choose_addresses(struct mm *m, unsigned half)
{
	const struct pt_format *f = m->f;
	uint64_t root = pt_ones(f->va_bits);

	if (f->va_rule != PT_VA_ROOTS)
		root >>= 1;
	m->bytes = root + 1;
	if (half)
		m->base = f->va_rule == PT_VA_ZERO ?
				  root + 1 : pt_ones(f->va_word_bits) - root;
}

static struct owned *open_format(void **state, unsigned i, bool fragments)
{
	const struct pt_format *f;
	struct owned *o;
	uint8_t *host;

	if (i > pt_format_count)
		return NULL;
	f = i < pt_format_count ? pt_formats[i] : &mm_narrow;
	o = calloc(1, sizeof(*o));
	/* Tables are zeroed one by one. */
	host = aligned_alloc(4096, OWNED_BYTES);
	assert_true(o && host);
	*state = o;
	o->f = f;
	o->memory.window[0] = (struct pt_window){ OWNED_PA, OWNED_BYTES, host };
	o->env = (struct pt_env){
		.memory = &o->memory, .context = o,
		.alloc = on_alloc, .free = on_free,
		.construct = on_construct, .destruct = on_destruct,
	};
	o->fragments = (struct pt_fragments){
		.memory = &o->memory,
		.page_bytes = UINT64_C(1) << f->page_shift,
		.page = fragments ? o->record : NULL, .pages = OWNED_PAGES,
		.context = o,
		.page_alloc = on_page_alloc, .page_free = on_page_free,
	};
	for (unsigned s = 0; s < PT_SPACES; s++) {
		o->m[s].f = f;
		o->m[s].arena.f = f;
		choose_addresses(&o->m[s], s);
		assert_int_equal(pt_space_init(&o->m[s].space, f, &o->env, s,
					       f->pa_bits), 0);
		o->linked[s] = true;
	}
	owned_check(o);
	o->events = 0;
	return o;
}

struct owned *owned_open(void **state, unsigned i)
{
	return open_format(state, i, false);
}

struct owned *owned_open_fragments(void **state, unsigned i)
{
	return open_format(state, i, true);
}

void owned_destroy(struct owned *o)
{
	for (unsigned s = 0; s < PT_SPACES; s++) {
		/* Nobody can get at it any more. */
		o->linked[s] = false;
		pt_space_destroy(&o->m[s].space);
	}
	owned_check(o);
	if (o->tables)
		breaks(o, "destroying releases every table");
	if (o->pages)
		breaks(o, "with the last table the page goes back");
}

void owned_drop(void **state)
{
	struct owned *o = *state;

	free(o->memory.window[0].host);
	free(o);
	*state = NULL;
}

void owned_close(void **state)
{
	struct owned *o = *state;

	owned_destroy(o);
	if (o->broken)
		fail_msg("broken: %s", o->broken);
	owned_drop(state);
}

int owned_teardown(void **state)
{
	struct owned *o = *state;

	if (o) {
		print_error("on format %s\n", o->f->name);
		owned_drop(state);
	}
	return 0;
}

/* What the entries of a root cover. */
static void root_range(const struct pt_space *space, struct pt_owner *root)
{
	const struct pt_format *f = space->format;
	uint64_t word = pt_ones(f->va_word_bits);

	root->first = 0;
	root->last = f->va_rule == PT_VA_SIGNED ? word : pt_ones(f->va_bits);
	if (f->va_rule == PT_VA_ROOTS && space->number) {
		root->first = ~pt_ones(f->va_bits) & word;
		root->last = word;
	}
}

/* The address that a root translates, from the bits that index tables. */
static uint64_t whole_address(const struct pt_space *space, uint64_t bits)
{
	const struct pt_format *f = space->format;
	uint64_t above = pt_ones(f->va_word_bits) & ~pt_ones(f->va_bits);
	bool upper = f->va_rule == PT_VA_SIGNED && bits >> (f->va_bits - 1);

	if (f->va_rule == PT_VA_ROOTS)
		upper = space->number;
	return upper ? bits | above : bits;
}

/* bits: of the first address that the table covers. */
static void reach(struct owned *o, const struct pt_space *space,
		  unsigned depth, uint64_t pa, uint64_t bits)
{
	const struct pt_format *f = space->format;
	struct pt_table table = pt_table_open(space, depth, pa);
	struct pt_owner owner = {
		.page = { .pa = pa, .bytes = (uint32_t)pt_table_bytes(f, depth),
			  .depth = (uint8_t)depth,
			  .space = (uint8_t)space->number },
	};

	if (depth == f->top) {
		root_range(space, &owner);
	} else {
		owner.first = whole_address(space, bits);
		owner.last = owner.first + (pt_span(f, depth - 1) - 1);
	}
	assert_true(o->reaches < OWNED_TABLES);
	o->reached[o->reaches++] = owner;
	for (unsigned i = 0; depth < PT_PTE && i < mm_entries(o->m, depth);
	     i++) {
		struct pt_entry e = pt_read_entry(f, depth, &table, i);

		if (pt_entry_kind(f, depth, e) == PT_TABLE)
			reach(o, space, depth + 1,
			      pt_address_decode(&f->level[depth].table.pa,
						e.raw),
			      bits + i * pt_span(f, depth));
	}
}

void owned_reach(struct owned *o)
{
	o->reaches = 0;
	for (unsigned s = 0; s < PT_SPACES; s++)
		if (o->linked[s])
			reach(o, &o->m[s].space, o->f->top,
			      o->m[s].space.root, 0);
}

/* What the list of a page's tables should say next, in ascending order. */
struct listing {
	struct owned *o;
	uint64_t behind;		/* of the one before it */
	unsigned found;
};

static int on_listed(void *context, uint64_t pa, uint64_t bytes)
{
	struct listing *l = context;
	const struct owned_table *t = find(l->o, pa);

	if (!t || t->page.bytes != bytes || pa < l->behind)
		breaks(l->o, "calls found for each, in ascending order");
	l->behind = pa + bytes;
	l->found++;
	return 0;
}

/* One page against the ledger; any byte of it will do. */
static void check_page(struct owned *o, const struct owned_page *page)
{
	struct listing l = { .o = o, .behind = page->pa };
	uint64_t pa = page->pa + (o->events * 8 & (page->bytes - 1));
	unsigned count = 0, spaces = 0;
	int ret;

	for (unsigned i = 0; i < o->tables; i++) {
		const struct pt_table_page *t = &o->table[i].page;

		if (!overlap(page->pa, page->bytes, t->pa, t->bytes))
			continue;
		count++;
		spaces |= 1u << t->space;
	}
	if (!count)
		breaks(o, "with the last table the page goes back");
	if (pt_fragment_count(&o->fragments, pa) != count)
		breaks(o, "how many tables are in the page");
	ret = pt_fragment_list(&o->fragments, pa, on_listed, &l);
	if (ret != (int)count || l.found != count)
		breaks(o, "returns how many, and lists them all");
	if (count > o->several)
		o->several = count;
	o->mixed = o->mixed || spaces == 3;
}

void owned_check(struct owned *o)
{
	for (unsigned i = 0; i < o->pages; i++)
		check_page(o, &o->page[i]);
	if (o->pending)
		breaks(o, "every table is constructed");
	if (o->leaving)
		breaks(o, "released at once");
	owned_reach(o);
	if (o->reaches != o->tables)
		breaks(o, "every table is linked or released");
	for (unsigned i = 0; i < o->reaches; i++) {
		const struct owned_table *t = find(o, o->reached[i].page.pa);

		if (!t || !t->constructed)
			breaks(o, "what is linked is constructed");
		else if (!pages_equal(&t->page, &o->reached[i].page))
			breaks(o, "of the space and level that it is for");
	}
}

static bool owners_equal(const struct pt_owner *a, const struct pt_owner *b)
{
	return pages_equal(&a->page, &b->page) && a->first == b->first &&
	       a->last == b->last;
}

/* What a search should find next: from reached[next] on, what is met. */
struct search {
	struct owned *o;
	uint64_t pa, bytes;
	unsigned next, found;
};

static bool is_met(const struct search *s, const struct pt_table_page *page)
{
	return s->pa < page->pa + page->bytes && page->pa < s->pa + s->bytes;
}

static void skip_others(struct search *s)
{
	while (s->next < s->o->reaches &&
	       !is_met(s, &s->o->reached[s->next].page))
		s->next++;
}

static int on_owner(void *context, const struct pt_owner *owner)
{
	struct search *s = context;

	skip_others(s);
	if (s->next == s->o->reaches ||
	    !owners_equal(owner, &s->o->reached[s->next]))
		breaks(s->o, "the tables found, in the order of spaces");
	s->next++;
	s->found++;
	return 0;
}

static void check_search(struct owned *o, uint64_t pa, uint64_t bytes)
{
	struct pt_space *spaces[PT_SPACES] = { &o->m[0].space, &o->m[1].space };
	struct search s = { .o = o, .pa = pa, .bytes = bytes };
	int ret = pt_table_owners(spaces, PT_SPACES, pa, bytes, on_owner, &s);

	skip_others(&s);
	if (s.next != o->reaches || ret != (int)s.found)
		breaks(o, "returns how many, and finds them all");
}

void owned_check_queries(struct owned *o)
{
	owned_reach(o);
	for (unsigned i = 0; i < o->reaches; i++) {
		const struct pt_owner *want = &o->reached[i];
		struct pt_owner got = { .first = 0 };
		struct pt_space *space = &o->m[want->page.space].space;
		/* Any address that it covers, aligned or not. */
		uint64_t va = i % 2 ? want->first : want->last;

		if (pt_table_at(space, va, want->page.depth, &got) ||
		    !owners_equal(&got, want))
			breaks(o, "the table that holds the entry covering va");
		check_search(o, want->page.pa, want->page.bytes);
		check_search(o, want->page.pa & ~(mm_page(o->m) - 1),
			     mm_page(o->m));
	}
	check_search(o, OWNED_PA, OWNED_BYTES / 8);
}

uint32_t owned_rights(const struct owned *o)
{
	const struct pt_rights *rights = &o->f->level[PT_PTE].leaf.rights;
	uint32_t r = PT_R;

	while (r < PT_RIGHTS && !(r & PT_R && rights->right[r].representable))
		r++;
	return r;
}

int owned_map(struct owned *o, unsigned i, uint64_t page, uint64_t n)
{
	uint64_t bytes = mm_page(&o->m[i]);
	uint64_t va = o->m[i].base + page * bytes;

	return pt_map(&o->m[i].space, va, va + n * bytes - 1, 0,
		      owned_rights(o), PT_PTE, 0);
}

/* A number that tells what all linked tables hold. */
static uint64_t digest(struct owned *o)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	owned_reach(o);
	for (unsigned i = 0; i < o->reaches; i++) {
		const struct pt_table_page *page = &o->reached[i].page;
		const uint8_t *p = pt_memory_at(&o->memory, page->pa,
						page->bytes);

		for (uint32_t at = 0; at < page->bytes; at += 8) {
			uint64_t word;

			memcpy(&word, p + at, 8);
			sum = (sum ^ word ^ page->pa) *
			      UINT64_C(0x100000001b3);
		}
	}
	return sum;
}

/* One random operation, the copy of some pages, or the end of all of them. */
static int apply(struct owned *o, struct mm *m, uint64_t *seed)
{
	struct mm_op op = mm_op_draw(m, seed);
	struct mm *to = m == &o->m[0] ? &o->m[1] : &o->m[0];

	/* Few formats have all the rights that are drawn. */
	if (op.op == MM_OP_MAP &&
	    !pt_attrs_representable(&o->f->level[PT_PTE], op.attrs))
		op.attrs = owned_rights(o);
	if (*seed % 16 == 1) {
		/* Only so are many tables released, and made again. */
		uint64_t last = m->base + mm_op_pages(m) * mm_page(m) - 1;
		int ret = pt_unmap(&m->space, m->base, last);

		return ret ? ret :
			     pt_free_tables(&m->space, m->base, last, 0,
					    UINT64_MAX);
	}
	if (*seed % 8)
		return mm_op_apply(m, &op);
	return pt_copy(&m->space, &to->space, op.va, op.last,
		       op.va - m->base + to->base, *seed % 16);
}

/* Now and then a constructor or a page is to be refused. */
static void arm(struct owned *o, unsigned n)
{
	/* It stays armed until it has refused one. */
	if (!o->ctor_fail_in && n % 3 == 0)
		o->ctor_fail_in = 1 + n / 3 % 3;
	if (o->fragments.page && n % 7 == 0)
		o->page_fail_in = 1;
}

void owned_exercise(struct owned *o, uint64_t seed)
{
	for (unsigned n = 0; n < OPERATIONS && !o->broken; n++) {
		unsigned refused = o->refused;
		uint64_t before;
		bool armed;
		int ret;

		arm(o, n);
		armed = o->page_fail_in;
		before = o->ctor_fail_in || armed ? digest(o) : 0;
		o->events = 0;
		ret = apply(o, &o->m[n / 4 % PT_SPACES], &seed);
		o->refused += armed && !o->page_fail_in;
		if (refused != o->refused && ret != -ENOMEM)
			breaks(o, "the operation returns -ENOMEM");
		if (refused != o->refused && digest(o) != before)
			breaks(o, "-ENOMEM changes nothing");
		owned_check(o);
		if (n % 8 == 0)
			owned_check_queries(o);
	}
	o->ctor_fail_in = 0;
	o->page_fail_in = 0;
}
