/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Linux's set_memory.c for x86-64 as a subject: protect and split are
 * set_memory_ro(), _rw(), _x(), _nx() and _4k() on the tables of init_mm, translate
 * is lookup_address().
 *
 * That file maps nothing and unmaps nothing: map and unmap write entries with the
 * tree's own helpers (setmemory_glue.c), and unmap of a part of a leaf divides it
 * with set_memory.c first.  Callers of set_memory_*() know what is mapped; here
 * that knowledge is found in the tables, and holes are left out.
 *
 * A change of W and X is two calls.  Where the second runs out of memory the first
 * is not undone, so the calls are cut such that only the last leaf of one can need
 * a table (protect_chunk()).
 */
#include "setmemory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "setmemory_glue.h"

#define PAGE UINT64_C(4096)
/* set_memory_*() count pages in an int. */
#define MOST_PAGES (UINT64_C(1) << 30)

struct space {
	const struct tablewalk_memory *memory;
	struct setm_host host;
	uint64_t root;
};

static void *host_allocate(void *context)
{
	struct space *s = context;
	uint64_t pa;

	return s->memory->allocate(s->memory->context, PAGE, PAGE, &pa);
}

static void host_release(void *context, void *table)
{
	struct space *s = context;
	uint64_t pa = 0;

	s->memory->address(s->memory->context, table, &pa);
	s->memory->release(s->memory->context, pa, PAGE);
}

static void *host_pointer(void *context, unsigned long pa)
{
	struct space *s = context;

	return s->memory->pointer(s->memory->context, pa);
}

static unsigned long host_address(void *context, const void *pointer)
{
	struct space *s = context;
	uint64_t pa = 0;

	s->memory->address(s->memory->context, pointer, &pa);
	return pa;
}

static void host_flush(void *context, unsigned long va, unsigned long last)
{
	struct space *s = context;

	/* INVLPG and a new CR3 forget what is known of tables, too. */
	s->memory->flush(s->memory->context, va, last, -1, 1);
}

static int sm_open(const struct tablewalk_subject *subject,
		   struct tablewalk_setup *setup, void **state)
{
	struct space *s = calloc(1, sizeof(*s));

	(void)subject;
	if (!s)
		return TABLEWALK_MEMORY;
	s->memory = setup->memory;
	s->host = (struct setm_host){
		.context = s, .allocate = host_allocate,
		.release = host_release, .pointer = host_pointer,
		.address = host_address, .flush = host_flush,
		.levels = strcmp(setup->format, "x86_64-5level") ? 4 : 5,
	};
	s->host.root = s->memory->allocate(s->memory->context, PAGE, PAGE,
					   &s->root);
	if (!s->host.root) {
		free(s);
		return TABLEWALK_MEMORY;
	}
	*state = s;
	return TABLEWALK_OK;
}

static void sm_close(void *state)
{
	struct space *s = state;

	setm_host(&s->host);
	setm_release();
	s->memory->release(s->memory->context, s->root, PAGE);
	free(s);
}

static uint64_t sm_root(void *state)
{
	const struct space *s = state;

	return s->root;
}

/*
 *			Attributes
 */
static const struct {
	uint32_t attr;
	unsigned flag;
} flags[] = {
	{ TABLEWALK_W, SETM_WRITE }, { TABLEWALK_X, SETM_EXEC },
	{ TABLEWALK_GLOBAL, SETM_GLOBAL },
	{ TABLEWALK_ACCESSED, SETM_ACCESSED },
	{ TABLEWALK_SOFT0, SETM_SOFT0 }, { TABLEWALK_SOFT1, SETM_SOFT1 },
};

/* Entry of IA32_PAT as Linux fills it: WB, WC, UC, WT. */
static const uint8_t pat_of[] = { 0, 1, 3, 7 };

static unsigned flags_of(uint32_t attrs)
{
	uint32_t type = (attrs & TABLEWALK_MEMTYPE) >> TABLEWALK_MEMTYPE_SHIFT;
	uint32_t key = (attrs & TABLEWALK_KEY) >> TABLEWALK_KEY_SHIFT;
	unsigned out = key << SETM_KEY_SHIFT | (unsigned)pat_of[type]
						       << SETM_PAT_SHIFT;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		out |= attrs & flags[i].attr ? flags[i].flag : 0;
	return out;
}

static uint32_t attrs_of(unsigned word)
{
	uint32_t key = (word & SETM_KEY) >> SETM_KEY_SHIFT;
	uint32_t out = TABLEWALK_R | key << TABLEWALK_KEY_SHIFT;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		out |= word & flags[i].flag ? flags[i].attr : 0;
	for (uint32_t type = 0; type < sizeof(pat_of); type++)
		if (pat_of[type] == (word & SETM_PAT) >> SETM_PAT_SHIFT)
			return out | type << TABLEWALK_MEMTYPE_SHIFT;
	/* A type that has no word: none that was asked for. */
	return out | TABLEWALK_MEMTYPE;
}

/*
 *			Ranges
 */
static uint64_t span_ones(int depth)
{
	return (PAGE << 9 * (TABLEWALK_PTE - depth)) - 1;
}

/* What the entry that ends the way to va covers. */
static uint64_t first_of(const struct setm_place *place, uint64_t va)
{
	return va & ~span_ones(place->depth);
}

static uint64_t last_of(const struct setm_place *place, uint64_t va)
{
	return va | span_ones(place->depth);
}

/* The first mapped address from *at to last; false: there is none. */
static bool next_leaf(uint64_t *at, uint64_t last, struct setm_place *place)
{
	for (;;) {
		setm_find(*at, TABLEWALK_PTE, place);
		if (place->leaf)
			return true;
		if (last_of(place, *at) >= last)
			return false;
		*at = last_of(place, *at) + 1;
	}
}

/*
 *			Mapping
 */
static bool is_free(uint64_t va, uint64_t last, int depth)
{
	for (;;) {
		struct setm_place place;

		setm_find(va, depth, &place);
		if (place.leaf || place.table)
			return false;
		if (last_of(&place, va) >= last)
			return true;
		va = last_of(&place, va) + 1;
	}
}

static int sm_map(void *state, uint64_t va, uint64_t last, uint64_t pa,
		  uint32_t attrs, int depth, uint64_t *done)
{
	struct space *s = state;
	uint64_t count;

	if (depth < TABLEWALK_PUD || !(attrs & TABLEWALK_R) ||
	    (attrs & TABLEWALK_MEMTYPE) >> TABLEWALK_MEMTYPE_SHIFT >=
		    sizeof(pat_of))
		return TABLEWALK_UNSUPPORTED;
	setm_host(&s->host);
	if (!is_free(va, last, depth))
		return TABLEWALK_EXISTS;
	count = (last - va) / (span_ones(depth) + 1) + 1;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t offset = i * (span_ones(depth) + 1);

		*done = offset;
		if (setm_map(va + offset, pa + offset, flags_of(attrs), depth))
			return TABLEWALK_MEMORY;
	}
	*done = last - va + 1;
	return TABLEWALK_OK;
}

/*
 * Makes the leaf a table of leaves of the next depth.  A 2M page:
 * set_memory_4k() of one page of it.  Of a 1G page that would divide a 2M page too:
 * a change of W of one 2M page in it, there and back, does not.
 */
static int divide(uint64_t va, const struct setm_place *place)
{
	const uint64_t pages = (span_ones(TABLEWALK_PMD) + 1) / PAGE;
	bool writes = place->flags & SETM_WRITE;
	uint64_t piece = va & ~span_ones(TABLEWALK_PMD);
	int ret;

	if (place->depth == TABLEWALK_PMD)
		return setm_change(SETM_4K, va & ~(PAGE - 1), 1);
	ret = setm_change(writes ? SETM_RO : SETM_RW, piece, pages);
	if (ret)
		return ret;
	return setm_change(writes ? SETM_RW : SETM_RO, piece, pages);
}

static int sm_unmap(void *state, uint64_t va, uint64_t last, uint64_t *done)
{
	struct space *s = state;
	struct setm_place place;
	uint64_t at = va;

	setm_host(&s->host);
	while (next_leaf(&at, last, &place)) {
		*done = at - va;
		if (first_of(&place, at) < at || last_of(&place, at) > last) {
			int depth = place.depth;

			if (divide(at, &place))
				return TABLEWALK_MEMORY;
			setm_find(at, TABLEWALK_PTE, &place);
			/* Whoever says so and did not would be asked for ever. */
			if (place.depth == depth)
				return TABLEWALK_BUSY;
			continue;
		}
		setm_unmap(at, place.depth);
		if (last_of(&place, at) >= last)
			break;
		at = last_of(&place, at) + 1;
	}
	*done = last - va + 1;
	return TABLEWALK_OK;
}

/*
 *			What set_memory.c is for
 */

/* Everything from at on that is mapped without a hole, up to last. */
static uint64_t run_end(uint64_t at, uint64_t last)
{
	uint64_t most = at + (MOST_PAGES * PAGE - 1);

	if (most > at && most < last)
		last = most;
	for (;;) {
		struct setm_place place;

		setm_find(at, TABLEWALK_PTE, &place);
		if (!place.leaf)
			return at - 1;
		if (last_of(&place, at) >= last)
			return last;
		at = last_of(&place, at) + 1;
	}
}

/* The first address from at on whose leaf has flag not as wanted; or last + 1. */
static uint64_t first_unlike(uint64_t at, uint64_t last, unsigned flag,
			     bool wanted)
{
	for (;;) {
		struct setm_place place;

		setm_find(at, TABLEWALK_PTE, &place);
		if (!(place.flags & flag) == wanted)
			return at;
		if (last_of(&place, at) >= last)
			return last + 1;
		at = last_of(&place, at) + 1;
	}
}

static int change(enum setm_change what, uint64_t at, uint64_t last)
{
	return setm_change(what, at, (last - at) / PAGE + 1);
}

/*
 * Sets W and X of what is mapped without a hole.  *behind is where that ended.
 * Only the last leaf can be a part: the first change divides it, or has nothing to
 * change in it; then only the second can run out of memory in it.
 */
static int protect_chunk(uint64_t at, uint64_t last, uint32_t rights,
			 uint64_t *behind)
{
	bool w = rights & TABLEWALK_W, x = rights & TABLEWALK_X;
	int ret = change(w ? SETM_RW : SETM_RO, at, last), second;

	*behind = ret ? first_unlike(at, last, SETM_WRITE, w) : last + 1;
	if (*behind == at)
		return ret;
	second = change(x ? SETM_X : SETM_NX, at, *behind - 1);
	if (second)
		*behind = first_unlike(at, *behind - 1, SETM_EXEC, x);
	return ret ? ret : second;
}

static int sm_protect(void *state, uint64_t va, uint64_t last, uint32_t rights,
		      uint64_t *done)
{
	struct space *s = state;
	struct setm_place place;
	uint64_t at = va;

	if (!(rights & TABLEWALK_R))
		return TABLEWALK_UNSUPPORTED;
	setm_host(&s->host);
	while (next_leaf(&at, last, &place)) {
		uint64_t end = last_of(&place, at), behind;
		int ret;

		if (first_of(&place, at) == at || end >= last)
			end = run_end(at, last);
		ret = protect_chunk(at, end, rights, &behind);
		*done = behind - va;
		if (ret)
			return ret;
		if (end == last)
			break;
		at = end + 1;
	}
	*done = last - va + 1;
	return TABLEWALK_OK;
}

static int sm_split(void *state, uint64_t va, int depth)
{
	struct space *s = state;
	struct setm_place place;

	if (depth != TABLEWALK_PUD && depth != TABLEWALK_PMD)
		return TABLEWALK_UNSUPPORTED;
	setm_host(&s->host);
	setm_find(va, depth, &place);
	if (!place.leaf || place.depth != depth)
		return TABLEWALK_MISSING;
	return divide(va, &place);
}

static int sm_translate(void *state, uint64_t va,
			struct tablewalk_translation *found)
{
	struct space *s = state;
	struct setm_place place;
	unsigned long word;
	int depth;

	setm_host(&s->host);
	depth = setm_lookup(va, &word);
	setm_find(va, TABLEWALK_PTE, &place);
	*found = (struct tablewalk_translation){ .present = depth >= 0 };
	if (depth < 0)
		return TABLEWALK_OK;
	found->depth = depth;
	found->pa = place.pa + (va & span_ones(depth));
	found->attrs = attrs_of(place.flags);
	found->removed = (place.no_write ? TABLEWALK_W : 0) |
			 (place.no_exec ? TABLEWALK_X : 0) |
			 (place.no_user ? TABLEWALK_USER : 0);
	return TABLEWALK_OK;
}

static const char *const formats[] = {
	"x86_64-4level", "x86_64-5level", NULL,
};

#define FILE_NAME "arch/x86/mm/pat/set_memory.c, "

static const struct tablewalk_reason reasons[] = {
	{ TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX, FILE_NAME
	  "__change_page_attr_set_clr(): \"if (ret) goto out\" in the loop over "
	  "the pages, nothing is undone" },
	{ TABLEWALK_DIFFERS_ERRORS_LEAVE_TABLES, "map is not of set_memory.c: "
	  "kernel/setmemory_glue.c, setm_map(), makes tables on the way as "
	  "mm/vmalloc.c does" },
	{ TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS, FILE_NAME
	  "change_page_attr_set_clr(): \"People should not be passing in "
	  "unaligned addresses\"; __cpa_process_fault(): a WARN for what is not "
	  "mapped" },
	{ TABLEWALK_DIFFERS_ERRORS_DIVIDE, FILE_NAME "__change_page_attr(): "
	  "\"goto repeat\" after split_large_page(), which may be wanted once "
	  "more for a 2M page of a 1G page and fail then" },
	{ TABLEWALK_DIFFERS_TABLES_TAKE, FILE_NAME "__split_large_page(): "
	  "mk_pte(base, __pgprot(_KERNPG_TABLE)), which has no _PAGE_USER" },
	{ TABLEWALK_DIFFERS_PROTECT_SAME_KEEPS, FILE_NAME
	  "__should_split_large_page(): \"If the requested pgprot is the same as "
	  "the current pgprot, then the large page can be preserved\"" },
	{ TABLEWALK_DIFFERS_TABLE_IN_WAY, "map is not of set_memory.c: "
	  "kernel/setmemory.c, sm_map(), takes a table for something mapped" },
	{ 0, NULL },
};

/*
 * Not in attrs: USER, which the table that a split installs takes away
 * (__split_large_page(): _KERNPG_TABLE); DIRTY, which set_memory_ro() clears since
 * 6.6 (change_page_attr_clear() of _PAGE_RW | _PAGE_DIRTY).
 */
const struct tablewalk_subject linux_set_memory = {
	.version = TABLEWALK_SUBJECT_VERSION,
	.bytes = sizeof(struct tablewalk_subject),
	.name = "linux-set-memory",
	.what = "Linux's set_memory.c of x86: protects and splits; maps with the "
		"tree's pfn_pte(), set_pmd() and so on",
	.formats = formats,
	.capabilities = TABLEWALK_CAN_MAP | TABLEWALK_CAN_UNMAP |
			TABLEWALK_CAN_PROTECT | TABLEWALK_CAN_SPLIT |
			TABLEWALK_CAN_TRANSLATE | TABLEWALK_CAN_FLUSH |
			TABLEWALK_CAN_FAIL,
	.differences = TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX |
		       TABLEWALK_DIFFERS_ERRORS_LEAVE_TABLES |
		       TABLEWALK_DIFFERS_TRUSTS_ARGUMENTS |
		       TABLEWALK_DIFFERS_TABLE_IN_WAY |
		       TABLEWALK_DIFFERS_ERRORS_DIVIDE |
		       TABLEWALK_DIFFERS_TABLES_TAKE |
		       TABLEWALK_DIFFERS_PROTECT_SAME_KEEPS,
	.reasons = reasons,
	.attrs = TABLEWALK_W | TABLEWALK_X | TABLEWALK_GLOBAL |
		 TABLEWALK_ACCESSED | TABLEWALK_SOFT0 | TABLEWALK_SOFT1 |
		 TABLEWALK_MEMTYPE | TABLEWALK_KEY,
	.attrs_always = TABLEWALK_R,
	.leaf_depths = 1u << TABLEWALK_PUD | 1u << TABLEWALK_PMD |
		       1u << TABLEWALK_PTE,
	.open = sm_open, .close = sm_close, .root = sm_root, .map = sm_map,
	.unmap = sm_unmap, .protect = sm_protect, .split = sm_split,
	.translate = sm_translate,
};
