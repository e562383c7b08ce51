// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's arch/arm64/kvm/hyp/pgtable.c, stage 2, as a subject: what a host with VHE
 * runs for its guests.  Compiled with the tree's own headers.
 *
 * The code takes its memory through struct kvm_pgtable_mm_ops, so that nothing of
 * it is replaced.  Its callbacks get no context: at_work says whose memory it is.
 * Page reference counts, which it takes tables' emptiness from, are in an array
 * beside the memory, as in struct page.
 *
 * The adapter looks at tables with kvm_pgtable_get_leaf() and kvm_pgtable_walk()
 * only.  kvm_main.c says what the code does otherwise than the contract, and why.
 */
#include <linux/bitfield.h>
#include <linux/kvm_host.h>
#include <linux/mm.h>
#include <asm/kvm_mmu.h>
#include <asm/kvm_pgtable.h>
#include <asm/stage2_pgtable.h>

#include "kvm_glue.h"

#define LEVEL_OF(depth) ((s8)((depth) - 1))
#define DEPTH_OF(level) ((int)(level) + 1)

struct space {
	struct kvm_pgtable pgt;
	struct kvm_s2_mmu mmu;
	struct tablewalk_memory memory;
	u32 folded;
	u32 *count[TABLEWALK_WINDOWS];	/* references of each page */
};

static struct space *at_work;

/*
 *			struct kvm_pgtable_mm_ops
 */

static void *virt(phys_addr_t pa)
{
	return at_work->memory.pointer(at_work->memory.context, pa);
}

static phys_addr_t phys(void *at)
{
	u64 pa;

	if (at_work->memory.address(at_work->memory.context, at, &pa))
		kvm_host_fail("virt_to_phys() of what is no table memory");
	return pa;
}

static u32 *count_of(void *at)
{
	const struct tablewalk_memory *m = &at_work->memory;
	phys_addr_t pa = phys(at);

	for (int i = 0; i < TABLEWALK_WINDOWS; i++)
		if (pa - m->window[i].pa < m->window[i].bytes)
			return &at_work->count[i][(pa - m->window[i].pa) >>
						  PAGE_SHIFT];
	kvm_host_fail("a page is in no window");
}

static void *give(size_t bytes)
{
	u64 pa;
	void *at = at_work->memory.allocate(at_work->memory.context, bytes, 0,
					    &pa);

	for (size_t i = 0; at && i < bytes; i += PAGE_SIZE)
		*count_of(at + i) = 1;
	return at;
}

/*
 * What map gets for a struct kvm_mmu_memory_cache; only zalloc_page() looks into
 * it.  Split looks itself how many pages there are, and gets a real one.
 */
struct cache {
	bool endless;
	int count;
	void *page[4];
};

/* As stage2_memcache_zalloc_page() of arch/arm64/kvm/mmu.c. */
static void *zalloc_page(void *arg)
{
	struct cache *cache = arg;

	if (arg == &at_work->mmu.split_page_cache) {
		at_work->mmu.split_page_cache.nobjs--;
		return give(PAGE_SIZE);
	}
	if (cache->count)
		return cache->page[--cache->count];
	return cache->endless ? give(PAGE_SIZE) : NULL;
}

static void *zalloc_pages(size_t bytes)
{
	return give(bytes);
}

static void give_back(void *at, size_t bytes)
{
	at_work->memory.release(at_work->memory.context, phys(at), bytes);
}

static void get_reference(void *at)
{
	++*count_of(at);
}

static void put_reference(void *at)
{
	u32 *count = count_of(at);

	if (!*count)
		kvm_host_fail("put_page() of a page without references");
	if (!--*count)
		give_back((void *)((unsigned long)at & PAGE_MASK),
				 PAGE_SIZE);
}

static int references(void *at)
{
	return (int)*count_of(at);
}

/* Caches of the guest's memory, which there is none of. */
static void maintain(void *at, size_t bytes)
{
}

static void free_unlinked(void *at, s8 level);

static struct kvm_pgtable_mm_ops ops = {
	.zalloc_page = zalloc_page,
	.zalloc_pages_exact = zalloc_pages,
	.free_pages_exact = give_back,
	.free_unlinked_table = free_unlinked,
	.get_page = get_reference,
	.put_page = put_reference,
	.page_count = references,
	.phys_to_virt = virt,
	.virt_to_phys = phys,
	.dcache_clean_inval_poc = maintain,
	.icache_inval_pou = maintain,
};

static void free_unlinked(void *at, s8 level)
{
	kvm_pgtable_stage2_free_unlinked(&ops, at, level);
}

/* Called through has_vhe(); what they would invalidate is not reported. */
void __kvm_tlb_flush_vmid(struct kvm_s2_mmu *mmu)
{
}

void __kvm_tlb_flush_vmid_ipa(struct kvm_s2_mmu *mmu, phys_addr_t ipa,
			      int level)
{
}

void __kvm_tlb_flush_vmid_ipa_nsh(struct kvm_s2_mmu *mmu, phys_addr_t ipa,
				  int level)
{
}

void __kvm_tlb_flush_vmid_range(struct kvm_s2_mmu *mmu, phys_addr_t start,
				unsigned long pages)
{
}

/*
 *			Attributes
 */

/* Rights that arch/arm64/arm64_s2.h has: none, or R with what else. */
static bool expressible(u32 attrs)
{
	const u32 rights = attrs & TABLEWALK_RIGHTS;
	const u32 type = (attrs & TABLEWALK_MEMTYPE) >> TABLEWALK_MEMTYPE_SHIFT;
	const u32 always = TABLEWALK_R | TABLEWALK_USER;

	return type <= 2 && (!rights || (rights & always) == always);
}

static enum kvm_pgtable_prot prot_of(u32 attrs)
{
	const u32 type = (attrs & TABLEWALK_MEMTYPE) >> TABLEWALK_MEMTYPE_SHIFT;
	u64 prot = 0;

	prot |= attrs & TABLEWALK_R ? KVM_PGTABLE_PROT_R : 0;
	prot |= attrs & TABLEWALK_W ? KVM_PGTABLE_PROT_W : 0;
	prot |= attrs & TABLEWALK_X ? KVM_PGTABLE_PROT_X : 0;
	prot |= attrs & TABLEWALK_SOFT0 ? KVM_PGTABLE_PROT_SW0 : 0;
	prot |= attrs & TABLEWALK_SOFT1 ? KVM_PGTABLE_PROT_SW1 : 0;
	prot |= type == 1 ? KVM_PGTABLE_PROT_NORMAL_NC : 0;
	prot |= type == 2 ? KVM_PGTABLE_PROT_DEVICE : 0;
	return prot;
}

static u32 attrs_of(kvm_pte_t pte)
{
	const u64 prot = kvm_pgtable_stage2_pte_prot(pte);
	const u64 memory = pte & KVM_PTE_LEAF_ATTR_LO_S2_MEMATTR;
	u32 attrs = 0;

	attrs |= prot & KVM_PGTABLE_PROT_R ? TABLEWALK_R : 0;
	attrs |= prot & KVM_PGTABLE_PROT_W ? TABLEWALK_W : 0;
	attrs |= prot & KVM_PGTABLE_PROT_X ? TABLEWALK_X : 0;
	attrs |= attrs ? TABLEWALK_USER : 0;
	attrs |= prot & KVM_PGTABLE_PROT_SW0 ? TABLEWALK_SOFT0 : 0;
	attrs |= prot & KVM_PGTABLE_PROT_SW1 ? TABLEWALK_SOFT1 : 0;
	attrs |= pte & KVM_PTE_LEAF_ATTR_LO_S2_AF ? TABLEWALK_ACCESSED : 0;
	if (memory == PAGE_S2_MEMATTR(NORMAL_NC, false))
		attrs |= 1 << TABLEWALK_MEMTYPE_SHIFT;
	if (memory == PAGE_S2_MEMATTR(DEVICE_nGnRE, false))
		attrs |= 2 << TABLEWALK_MEMTYPE_SHIFT;
	return attrs;
}

/*
 *			Leaves, as the code says
 */

struct leaf {
	kvm_pte_t pte;
	s8 level;
	u64 start, last;
	bool valid;
};

/* What covers va; the address is one that the space has. */
static struct leaf leaf_at(struct space *s, u64 va)
{
	struct leaf leaf = { 0 };

	if (kvm_pgtable_get_leaf(&s->pgt, va, &leaf.pte, &leaf.level))
		kvm_host_fail("kvm_pgtable_get_leaf() failed");
	leaf.valid = kvm_pte_valid(leaf.pte);
	leaf.start = ALIGN_DOWN(va, kvm_granule_size(leaf.level));
	leaf.last = leaf.start + kvm_granule_size(leaf.level) - 1;
	return leaf;
}

static u64 output(const struct leaf *leaf, u64 va)
{
	return kvm_pte_to_phys(leaf->pte) + (va - leaf->start);
}

static bool has_address(const struct space *s, u64 va)
{
	return va < BIT(s->pgt.ia_bits);
}

/* The errors of a range; its addresses are looked at by the code itself too. */
static int check_range(const struct space *s, u64 va, u64 last)
{
	if (last < va || va & ~PAGE_MASK || (last + 1) & ~PAGE_MASK)
		return TABLEWALK_INVALID;
	return has_address(s, last) ? TABLEWALK_OK : TABLEWALK_RANGE;
}

static int answer(int ret)
{
	switch (ret) {
	case 0:
		return TABLEWALK_OK;
	case -ENOMEM:
		return TABLEWALK_MEMORY;
	case -ERANGE:
		return TABLEWALK_RANGE;
	case -EINVAL:
		return TABLEWALK_INVALID;
	default:
		return ret;
	}
}

/*
 *			The subject
 */

static void free_counts(struct space *s)
{
	for (int i = 0; i < TABLEWALK_WINDOWS; i++)
		kvm_host_free(s->count[i]);
	kvm_host_free(s);
}

static int allocate_counts(struct space *s)
{
	for (int i = 0; i < TABLEWALK_WINDOWS; i++) {
		const u64 pages = s->memory.window[i].bytes >> PAGE_SHIFT;

		s->count[i] = kvm_host_alloc((pages + 1) * sizeof(u32));
		if (!s->count[i])
			return TABLEWALK_MEMORY;
	}
	return TABLEWALK_OK;
}

/* PARange 5 of the machine's ID_AA64MMFR0_EL1 is 48 bits. */
static int init(struct space *s, u32 bits)
{
	s->mmu.vtcr = kvm_get_vtcr(5, 0, bits);
	s->mmu.pgt = &s->pgt;
	s->mmu.split_page_cache.gfp_zero = __GFP_ZERO;
	return answer(__kvm_pgtable_stage2_init(&s->pgt, &s->mmu, &ops, 0,
						NULL));
}

static int stage2_open(const struct tablewalk_subject *subject,
		       struct tablewalk_setup *setup, void **state)
{
	struct space *s = kvm_host_alloc(sizeof(*s));
	int ret;

	if (!s)
		return TABLEWALK_MEMORY;
	s->memory = *setup->memory;
	s->folded = setup->folded;
	at_work = s;
	ret = allocate_counts(s);
	if (!ret)
		ret = init(s, strcmp(setup->format, "arm64-s2-48") ? 40 : 48);
	if (ret)
		free_counts(s);
	else
		*state = s;
	return ret;
}

static void stage2_close(void *state)
{
	at_work = state;
	kvm_pgtable_stage2_destroy(&at_work->pgt);
	free_counts(state);
}

static u64 stage2_root(void *state)
{
	at_work = state;
	return phys((void *)at_work->pgt.pgd);
}

/* How far from va on what is mapped is what map was asked for. */
static u64 mapped_so_far(struct space *s, u64 va, u64 last, u64 pa)
{
	u64 at = va;

	while (at <= last) {
		struct leaf leaf = leaf_at(s, at);

		if (!leaf.valid || output(&leaf, at) != pa + (at - va))
			break;
		at = leaf.last + 1;
	}
	return at - va;
}

static bool is_free(struct space *s, u64 va, u64 last)
{
	while (va <= last) {
		struct leaf leaf = leaf_at(s, va);

		if (leaf.valid)
			return false;
		va = leaf.last + 1;
	}
	return true;
}

/* The largest leaf that can be at va, as user_mem_abort() picks it. */
static u64 leaf_bytes(u64 va, u64 last, u64 pa)
{
	for (s8 level = KVM_PGTABLE_MIN_BLOCK_LEVEL;
	     level < KVM_PGTABLE_LAST_LEVEL; level++) {
		const u64 bytes = kvm_granule_size(level);

		if (!((va | pa) & (bytes - 1)) && last - va >= bytes - 1)
			return bytes;
	}
	return PAGE_SIZE;
}

/* kvm_mmu_topup_memory_cache(): the pages that one leaf may need, or none. */
static int topup(struct space *s, struct cache *cache)
{
	const int enough = KVM_PGTABLE_LAST_LEVEL - s->pgt.start_level;

	while (cache->count < enough) {
		void *at = give(PAGE_SIZE);

		if (!at)
			return TABLEWALK_MEMORY;
		cache->page[cache->count++] = at;
	}
	return TABLEWALK_OK;
}

/*
 * A leaf at a time, each with all the pages it may need at hand: where something
 * is mapped already an error between two of its tables would lose that.
 */
static int map_over(struct space *s, u64 va, u64 last, u64 pa,
		    enum kvm_pgtable_prot prot, u64 *done)
{
	struct cache cache = { 0 };
	int ret = 0;

	for (u64 at = va; !ret && at <= last;) {
		const u64 bytes = leaf_bytes(at, last, pa + (at - va));

		ret = topup(s, &cache);
		if (!ret)
			ret = answer(kvm_pgtable_stage2_map(&s->pgt, at, bytes,
							    pa + (at - va),
							    prot, &cache, 0));
		if (ret)
			*done = at - va;
		at += bytes;
	}
	while (cache.count)
		put_reference(cache.page[--cache.count]);
	return ret;
}

/* All at once, with a page for each table when it is needed. */
static int map_new(struct space *s, u64 va, u64 last, u64 pa,
		   enum kvm_pgtable_prot prot, u64 *done)
{
	struct cache cache = { .endless = true };
	int ret = kvm_pgtable_stage2_map(&s->pgt, va, last - va + 1, pa, prot,
					 &cache, 0);

	if (ret)
		*done = mapped_so_far(s, va, last, pa);
	return answer(ret);
}

static int stage2_map(void *state, u64 va, u64 last, u64 pa, u32 attrs,
		      int depth, u64 *done)
{
	struct space *s = at_work = state;
	const u64 highest = BIT(s->pgt.ia_bits) - 1;
	int ret = check_range(s, va, last);

	if (ret == TABLEWALK_INVALID || pa & ~PAGE_MASK)
		return TABLEWALK_INVALID;
	/* An address beyond the machine's would be an owner (stage2_set_owner). */
	if (ret || pa > highest || last - va > highest - pa)
		return TABLEWALK_RANGE;
	if (!expressible(attrs))
		return TABLEWALK_UNSUPPORTED;
	return is_free(s, va, last)
		       ? map_new(s, va, last, pa, prot_of(attrs), done)
		       : map_over(s, va, last, pa, prot_of(attrs), done);
}

static int stage2_unmap(void *state, u64 va, u64 last, u64 *done)
{
	struct space *s = at_work = state;
	int ret = check_range(s, va, last);

	return ret ? ret : answer(kvm_pgtable_stage2_unmap(&s->pgt, va,
							   last - va + 1));
}

/*
 * Whether the code can change what is mapped there to these rights:
 * kvm_pgtable_stage2_wrprotect() takes W away, kvm_pgtable_stage2_relax_perms()
 * adds any, and nothing takes R or X away.
 */
static bool can_protect(struct space *s, u64 va, u64 last, u32 rights)
{
	while (va <= last) {
		struct leaf leaf = leaf_at(s, va);

		if (leaf.valid && attrs_of(leaf.pte) & TABLEWALK_RIGHTS &
				  ~(rights | TABLEWALK_W))
			return false;
		va = leaf.last + 1;
	}
	return true;
}

/* Adds rights to each leaf that lacks one of them. */
static int relax(struct space *s, u64 va, u64 last, u32 rights)
{
	while (va <= last) {
		struct leaf leaf = leaf_at(s, va);
		int ret = 0;

		if (leaf.valid && rights & ~attrs_of(leaf.pte))
			ret = kvm_pgtable_stage2_relax_perms(&s->pgt, va,
							     prot_of(rights));
		if (ret)
			return ret;
		va = leaf.last + 1;
	}
	return 0;
}

static int stage2_protect(void *state, u64 va, u64 last, u32 rights, u64 *done)
{
	struct space *s = at_work = state;
	int ret = check_range(s, va, last);

	if (ret)
		return ret;
	if (!expressible(rights) || !can_protect(s, va, last, rights))
		return TABLEWALK_UNSUPPORTED;
	if (!(rights & TABLEWALK_W))
		ret = kvm_pgtable_stage2_wrprotect(&s->pgt, va, last - va + 1);
	return answer(ret ? ret : relax(s, va, last, rights));
}

/*
 * With a cache of one page a block of level 1 becomes a table of blocks of level
 * 2; that the code then wants to go on with those, and has no page for them, is
 * its ENOMEM.
 */
static int stage2_split(void *state, u64 va, int depth)
{
	struct space *s = at_work = state;
	struct leaf leaf;
	int ret = check_range(s, va, va + PAGE_SIZE - 1);

	if (ret)
		return ret;
	if (depth != TABLEWALK_PUD && depth != TABLEWALK_PMD)
		return TABLEWALK_UNSUPPORTED;
	leaf = leaf_at(s, va);
	if (!leaf.valid || leaf.level != LEVEL_OF(depth))
		return TABLEWALK_MISSING;
	s->mmu.split_page_cache.nobjs = 1;
	ret = kvm_pgtable_stage2_split(&s->pgt, va, PAGE_SIZE,
				       &s->mmu.split_page_cache);
	if (ret == -ENOMEM && leaf_at(s, va).level == LEVEL_OF(depth) + 1)
		ret = 0;
	return answer(ret);
}

/*
 * Whether [start, last] is full of leaves of that level that one leaf could be:
 * alike, and one behind the other from an address that is aligned to it.
 */
static bool is_one(struct space *s, u64 start, u64 last, s8 level)
{
	struct leaf first = leaf_at(s, start);
	u64 pa = output(&first, start);
	u64 va = start;

	while (va <= last) {
		struct leaf leaf = leaf_at(s, va);

		if (!leaf.valid || leaf.level != level ||
		    output(&leaf, va) != pa + (va - start) ||
		    attrs_of(leaf.pte) != attrs_of(first.pte))
			return false;
		va = leaf.last + 1;
	}
	return !(pa & (last - start));
}

/* As user_mem_abort() does it: a block is mapped over the table. */
static int stage2_collapse(void *state, u64 va, int depth)
{
	struct space *s = at_work = state;
	struct cache cache = { .endless = true };
	struct leaf leaf;
	u64 start, last;
	int ret = check_range(s, va, va + PAGE_SIZE - 1);

	if (ret)
		return ret;
	if (depth != TABLEWALK_PUD && depth != TABLEWALK_PMD)
		return TABLEWALK_UNSUPPORTED;
	start = ALIGN_DOWN(va, kvm_granule_size(LEVEL_OF(depth)));
	last = start + kvm_granule_size(LEVEL_OF(depth)) - 1;
	leaf = leaf_at(s, start);
	if (leaf.level <= LEVEL_OF(depth))
		return TABLEWALK_MISSING;
	if (!is_one(s, start, last, LEVEL_OF(depth) + 1))
		return TABLEWALK_BUSY;
	return answer(kvm_pgtable_stage2_map(&s->pgt, start, last - start + 1,
					     output(&leaf, start),
					     prot_of(attrs_of(leaf.pte)),
					     &cache, 0));
}

/*
 *			Looking
 */

struct report {
	struct space *space;
	struct tablewalk_visitor *visitor;
};

/*
 * The depth of a hole: KVM has no number for it.  That of the entry, but the
 * root's as the contract has it, for what is folded above.
 */
static int hole_depth(const struct space *s, s8 level)
{
	int depth = DEPTH_OF(level);

	if (level != s->pgt.start_level)
		return depth;
	while (depth && !(s->folded >> depth & 1))
		depth--;
	return depth;
}

/* An entry of the root stands for the depths above it too. */
static int tell_entry(const struct report *report, int depth, u64 va, u64 last,
		      u64 pa)
{
	struct tablewalk_visitor *v = report->visitor;
	int from = LEVEL_OF(depth) == report->space->pgt.start_level ? 0 : depth;
	int ret = 0;

	for (int d = from; !ret && d <= depth; d++) {
		v->action = TABLEWALK_SUBTREE;
		if (v->callbacks >> d & 1)
			ret = v->entry(v, d, va, last, pa);
	}
	return ret;
}

/*
 * One visit.  KVM's walk descends whatever is asked for: what the visitor would
 * not have read is not told.
 */
static int visit(const struct kvm_pgtable_visit_ctx *ctx,
		 enum kvm_pgtable_walk_flags flags)
{
	const struct report *report = ctx->arg;
	struct tablewalk_visitor *v = report->visitor;
	const int depth = DEPTH_OF(ctx->level);
	const u32 entries = v->callbacks & (BIT(TABLEWALK_DEPTHS) - 1);
	const u64 end = ALIGN_DOWN(ctx->addr, kvm_granule_size(ctx->level)) +
			kvm_granule_size(ctx->level);
	const u64 last = min(end, ctx->end) - 1;

	if (ctx->level != report->space->pgt.start_level && !(entries >> depth))
		return 0;
	if (kvm_pte_valid(ctx->old) || depth == TABLEWALK_PTE)
		return tell_entry(report, depth, ctx->addr, last,
				  phys(ctx->ptep));
	if (!(v->callbacks >> TABLEWALK_DEPTHS & 1))
		return 0;
	return v->hole(v, hole_depth(report->space, ctx->level), ctx->addr,
		       last);
}

/* HANDLE_FAULT: else the walk goes on where a callback returns -EAGAIN. */
static int stage2_walk(void *state, u64 va, u64 last,
		       struct tablewalk_visitor *visitor)
{
	struct space *s = at_work = state;
	struct report report = { s, visitor };
	struct kvm_pgtable_walker walker = {
		.cb = visit,
		.arg = &report,
		.flags = KVM_PGTABLE_WALK_LEAF | KVM_PGTABLE_WALK_TABLE_PRE |
			 KVM_PGTABLE_WALK_HANDLE_FAULT,
	};
	int ret = check_range(s, va, last);

	return ret ? ret : kvm_pgtable_walk(&s->pgt, va, last - va + 1,
					    &walker);
}

static int stage2_translate(void *state, u64 va,
			    struct tablewalk_translation *found)
{
	struct space *s = at_work = state;
	struct leaf leaf = { 0 };
	int ret = kvm_pgtable_get_leaf(&s->pgt, va, &leaf.pte, &leaf.level);

	memset(found, 0, sizeof(*found));
	if (ret || !kvm_pte_valid(leaf.pte))
		return answer(ret);
	leaf = leaf_at(s, va);
	found->present = 1;
	found->depth = DEPTH_OF(leaf.level);
	found->pa = output(&leaf, va);
	found->attrs = attrs_of(leaf.pte);
	return TABLEWALK_OK;
}

const struct tablewalk_subject kvm_stage2 = {
	.version = TABLEWALK_SUBJECT_VERSION,
	.bytes = sizeof(struct tablewalk_subject),
	.open = stage2_open,
	.close = stage2_close,
	.root = stage2_root,
	.map = stage2_map,
	.unmap = stage2_unmap,
	.protect = stage2_protect,
	.split = stage2_split,
	.collapse = stage2_collapse,
	.walk = stage2_walk,
	.translate = stage2_translate,
};

#ifdef ARM64_ALWAYS_SYSTEM
const unsigned short kvm_capabilities[] = {
	ARM64_ALWAYS_SYSTEM, ARM64_HAS_VIRT_HOST_EXTN,
};
#else
const unsigned short kvm_capabilities[] = { ARM64_HAS_VIRT_HOST_EXTN };
#endif
const unsigned kvm_capability_count = ARRAY_SIZE(kvm_capabilities);
