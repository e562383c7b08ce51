/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a running kernel would give to arch/x86/mm/pat/set_memory.c: memory,
 * processors to interrupt, init_mm; and tables for it to change, made with the
 * tree's own p?d_populate() and set_p?d().  Compiled with a Linux tree's headers.
 *
 * What set_memory.c keeps from being changed is out of its way:
 * - the kernel's text ends where it begins, at a multiple of the largest leaf, so
 *   no range lies in it (protect_kernel_text());
 * - kernel_set_to_readonly is 0, so it may be written (protect_kernel_text_ro(),
 *   protect_rodata(), and verify_rwx() does not mind W and X together);
 * - no frame is in the direct mapping (pfn_range_is_mapped()), so no alias is
 *   changed too (cpa_process_alias()).
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/set_memory.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>
#include <linux/vmstat.h>

#include <asm/cpufeature.h>
#include <asm/pgalloc.h>
#include <asm/pgtable.h>
#include <asm/tlbflush.h>

#include "setmemory_glue.h"

static const struct setm_host *host;
static unsigned long warnings;

/*
 *			What the compiled file reads
 */
struct mm_struct init_mm;
struct cpuinfo_x86 boot_cpu_data;
unsigned int pgdir_shift = 39, ptrs_per_p4d = 1;
unsigned long page_offset_base, vmalloc_base, vmemmap_base, phys_base;
pteval_t __supported_pte_mask = ~0UL, __default_kernel_pte_mask = ~0UL;
spinlock_t pgd_lock = __SPIN_LOCK_UNLOCKED(pgd_lock);
struct list_head pgd_list = LIST_HEAD_INIT(pgd_list);
unsigned long max_pfn_mapped, max_low_pfn_mapped, _brk_end;
unsigned long tlb_single_page_flush_ceiling = 33;
int kernel_set_to_readonly, direct_gbpages = 1;
bool early_boot_irqs_disabled;
struct cpumask __cpu_online_mask;
enum system_states system_state = SYSTEM_RUNNING;
int oops_in_progress;
DEFINE_PER_CPU(struct vm_event_state, vm_event_states);

asm(".globl _text, _etext, __start_rodata, __end_rodata\n"
    ".globl __end_rodata_hpage_align, __end_rodata_aligned\n"
    "_text = 0x40000000\n"
    "_etext = 0x40000000\n"
    "__start_rodata = 0x40000000\n"
    "__end_rodata = 0x40000000\n"
    "__end_rodata_hpage_align = 0x40000000\n"
    "__end_rodata_aligned = 0x40000000\n");

void setm_host(const struct setm_host *next)
{
	unsigned long *cap = (unsigned long *)boot_cpu_data.x86_capability;
	int five = next->levels == 5;

	host = next;
	set_bit(X86_FEATURE_PSE, cap);
	set_bit(X86_FEATURE_GBPAGES, cap);
	set_bit(X86_FEATURE_NX, cap);
	if (five)
		set_bit(X86_FEATURE_LA57, cap);
	else
		clear_bit(X86_FEATURE_LA57, cap);
	pgdir_shift = five ? 48 : 39;
	ptrs_per_p4d = five ? 512 : 1;
	init_mm.pgd = next->root;
}

unsigned long setm_warnings(void)
{
	return warnings;
}

/*
 *			Physical memory (arena.h)
 */
void *arena_va(unsigned long pa)
{
	return host->pointer(host->context, pa);
}

unsigned long arena_pa(const void *va)
{
	return host->address(host->context, va);
}

void arena_warned(void)
{
	warnings++;
}

void __warn_printk(const char *format, ...)
{
}

int _printk(const char *format, ...)
{
	return 0;
}

#if KERNEL_HAS_ALLOC_PAGES_NOPROF
struct page *__alloc_pages_noprof(gfp_t gfp, unsigned int order, int nid,
				  nodemask_t *mask)
#elif KERNEL_HAS_ALLOC_PAGES
struct page *__alloc_pages(gfp_t gfp, unsigned int order, int nid,
			   nodemask_t *mask)
#else
struct page *__alloc_pages_nodemask(gfp_t gfp, unsigned int order, int nid,
				    nodemask_t *mask)
#endif
{
	void *table = host->allocate(host->context);

	return table ? virt_to_page(table) : NULL;
}

void __free_pages(struct page *page, unsigned int order)
{
	host->release(host->context, page_address(page));
}

void free_pages(unsigned long table, unsigned int order)
{
	host->release(host->context, (void *)table);
}

bool pfn_range_is_mapped(unsigned long start, unsigned long end)
{
	return false;
}

bool __virt_addr_valid(unsigned long va)
{
	return false;
}

void vm_unmap_aliases(void)
{
}

/* The memory type is not what is changed here. */
#if KERNEL_HAS_PGPROT2CACHEMODE
enum page_cache_mode pgprot2cachemode(pgprot_t prot)
{
	return _PAGE_CACHE_MODE_WB;
}
#endif

/*
 *			Invalidation
 */
#if KERNEL_HAS_ON_EACH_CPU_COND_MASK
void on_each_cpu_cond_mask(smp_cond_func_t condition, smp_call_func_t function,
			   void *info, bool wait, const struct cpumask *mask)
{
	function(info);
}
#else
void on_each_cpu(smp_call_func_t function, void *info, int wait)
{
	function(info);
}
#endif

void flush_tlb_all(void)
{
	host->flush(host->context, 0, ~0UL);
}

void __flush_tlb_all(void)
{
	host->flush(host->context, 0, ~0UL);
}

void flush_tlb_one_kernel(unsigned long va)
{
	host->flush(host->context, va & PAGE_MASK, va | ~PAGE_MASK);
}

/*
 *			Reading
 */
static unsigned int flags_of(unsigned long word, int depth)
{
	unsigned long pat = depth == 4 ? _PAGE_PAT : _PAGE_PAT_LARGE;

	return (word & _PAGE_RW ? SETM_WRITE : 0) |
	       (word & _PAGE_NX ? 0 : SETM_EXEC) |
	       (word & _PAGE_GLOBAL ? SETM_GLOBAL : 0) |
	       (word & _PAGE_ACCESSED ? SETM_ACCESSED : 0) |
	       (word & _PAGE_SOFTW1 ? SETM_SOFT0 : 0) |
	       (word & _PAGE_SOFTW2 ? SETM_SOFT1 : 0) |
	       ((word & _PAGE_PWT ? 1 : 0) | (word & _PAGE_PCD ? 2 : 0) |
		(word & pat ? 4 : 0)) << SETM_PAT_SHIFT |
	       (unsigned int)(word >> _PAGE_BIT_PKEY_BIT0 & 15)
		       << SETM_KEY_SHIFT;
}

static void is_leaf(struct setm_place *place, int depth, unsigned long pfn,
		    unsigned long word)
{
	place->depth = depth;
	place->leaf = 1;
	place->pa = pfn << PAGE_SHIFT;
	place->flags = flags_of(word, depth);
}

/* A table is on the way, or at the depth asked for: then that is the end. */
static int passes(struct setm_place *place, int depth, int deepest,
		  unsigned long word)
{
	place->no_write |= !(word & _PAGE_RW);
	place->no_exec |= !!(word & _PAGE_NX);
	place->no_user |= !(word & _PAGE_USER);
	place->depth = depth;
	place->table = depth == deepest;
	return depth < deepest;
}

void setm_find(unsigned long va, int deepest, struct setm_place *place)
{
	pgd_t *pgd = pgd_offset_k(va);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;
	pte_t *pte;

	*place = (struct setm_place){ .depth = 0 };
	if (host->levels == 5 &&
	    (pgd_none(*pgd) || !passes(place, 0, deepest, pgd_val(*pgd))))
		return;
	p4d = p4d_offset(pgd, va);
	place->depth = 1;
	if (p4d_none(*p4d) || !passes(place, 1, deepest, p4d_val(*p4d)))
		return;
	pud = pud_offset(p4d, va);
	place->depth = 2;
	if (pud_none(*pud))
		return;
	if (pud_val(*pud) & _PAGE_PSE) {
		is_leaf(place, 2, pud_pfn(*pud), pud_val(*pud));
		return;
	}
	if (!passes(place, 2, deepest, pud_val(*pud)))
		return;
	pmd = pmd_offset(pud, va);
	place->depth = 3;
	if (pmd_none(*pmd))
		return;
	if (pmd_val(*pmd) & _PAGE_PSE) {
		is_leaf(place, 3, pmd_pfn(*pmd), pmd_val(*pmd));
		return;
	}
	if (!passes(place, 3, deepest, pmd_val(*pmd)))
		return;
	pte = pte_offset_kernel(pmd, va);
	place->depth = 4;
	if (!pte_none(*pte))
		is_leaf(place, 4, pte_pfn(*pte), pte_val(*pte));
}

int setm_lookup(unsigned long va, unsigned long *word)
{
	unsigned int level;
	pte_t *pte = lookup_address(va, &level);

	if (!pte || pte_none(*pte))
		return -1;
	*word = pte_val(*pte);
	return 5 - (int)level;
}

/*
 *			Mapping, which set_memory.c leaves to others
 */
static pgprot_t prot_of(unsigned int flags)
{
	unsigned int pat = (flags & SETM_PAT) >> SETM_PAT_SHIFT;
	unsigned long key = (flags & SETM_KEY) >> SETM_KEY_SHIFT;

	return __pgprot(_PAGE_PRESENT | (flags & SETM_WRITE ? _PAGE_RW : 0) |
			(flags & SETM_EXEC ? 0 : _PAGE_NX) |
			(flags & SETM_GLOBAL ? _PAGE_GLOBAL : 0) |
			(flags & SETM_ACCESSED ? _PAGE_ACCESSED : 0) |
			(flags & SETM_SOFT0 ? _PAGE_SOFTW1 : 0) |
			(flags & SETM_SOFT1 ? _PAGE_SOFTW2 : 0) |
			(pat & 1 ? _PAGE_PWT : 0) | (pat & 2 ? _PAGE_PCD : 0) |
			(pat & 4 ? _PAGE_PAT : 0) |
			key << _PAGE_BIT_PKEY_BIT0);
}

static void *new_table(void)
{
	return host->allocate(host->context);
}

/* The entries on the way, made where there are none; NULL: no memory. */
static pud_t *make_pud(unsigned long va)
{
	pgd_t *pgd = pgd_offset_k(va);
	p4d_t *p4d;
	void *table;

	if (host->levels == 5 && pgd_none(*pgd)) {
		table = new_table();
		if (!table)
			return NULL;
		pgd_populate(&init_mm, pgd, table);
	}
	p4d = p4d_offset(pgd, va);
	if (p4d_none(*p4d)) {
		table = new_table();
		if (!table)
			return NULL;
		p4d_populate(&init_mm, p4d, table);
	}
	return pud_offset(p4d, va);
}

static pmd_t *make_pmd(pud_t *pud, unsigned long va)
{
	if (pud_none(*pud)) {
		void *table = new_table();

		if (!table)
			return NULL;
		pud_populate(&init_mm, pud, table);
	}
	return pmd_offset(pud, va);
}

int setm_map(unsigned long va, unsigned long pa, unsigned int flags, int depth)
{
	unsigned long pfn = pa >> PAGE_SHIFT;
	pgprot_t prot = prot_of(flags);
	pud_t *pud = make_pud(va);
	pmd_t *pmd;

	if (!pud)
		return -ENOMEM;
	if (depth == 2) {
		set_pud(pud, pud_mkhuge(pfn_pud(pfn, pgprot_4k_2_large(prot))));
		return 0;
	}
	pmd = make_pmd(pud, va);
	if (!pmd)
		return -ENOMEM;
	if (depth == 3) {
		set_pmd(pmd, pmd_mkhuge(pfn_pmd(pfn, pgprot_4k_2_large(prot))));
		return 0;
	}
	if (pmd_none(*pmd)) {
		void *table = new_table();

		if (!table)
			return -ENOMEM;
		pmd_populate_kernel(&init_mm, pmd, table);
	}
	set_pte(pte_offset_kernel(pmd, va), pfn_pte(pfn, prot));
	return 0;
}

void setm_unmap(unsigned long va, int depth)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset_k(va), va), va);
	unsigned long size = depth == 2 ? PUD_SIZE :
			     depth == 3 ? PMD_SIZE : PAGE_SIZE;

	if (depth == 2)
		set_pud(pud, __pud(0));
	else if (depth == 3)
		set_pmd(pmd_offset(pud, va), __pmd(0));
	else
		set_pte(pte_offset_kernel(pmd_offset(pud, va), va), __pte(0));
	va &= ~(size - 1);
	host->flush(host->context, va, va + size - 1);
}

int setm_change(enum setm_change change, unsigned long va, unsigned long pages)
{
	int count = (int)pages;

	switch (change) {
	case SETM_RO:
		return set_memory_ro(va, count);
	case SETM_RW:
		return set_memory_rw(va, count);
	case SETM_X:
		return set_memory_x(va, count);
	case SETM_NX:
		return set_memory_nx(va, count);
	case SETM_4K:
		return set_memory_4k(va, count);
	}
	return -EINVAL;
}

/*
 *			The end
 */
static void release_pmds(pmd_t *pmd)
{
	unsigned int i;

	for (i = 0; i < PTRS_PER_PMD; i++)
		if (!pmd_none(pmd[i]) && !(pmd_val(pmd[i]) & _PAGE_PSE))
			host->release(host->context,
				      (void *)pmd_page_vaddr(pmd[i]));
	host->release(host->context, pmd);
}

static void release_puds(pud_t *pud)
{
	unsigned int i;

	for (i = 0; i < PTRS_PER_PUD; i++)
		if (!pud_none(pud[i]) && !(pud_val(pud[i]) & _PAGE_PSE))
			release_pmds(pmd_offset(&pud[i], 0));
	host->release(host->context, pud);
}

void setm_release(void)
{
	unsigned long top = host->levels == 5 ? PTRS_PER_PGD : 1, i, j;

	for (i = 0; i < top; i++) {
		pgd_t *pgd = (pgd_t *)host->root + i;
		p4d_t *p4d;

		if (host->levels == 5 && pgd_none(*pgd))
			continue;
		p4d = host->levels == 5 ? p4d_offset(pgd, 0) : (p4d_t *)pgd;
		for (j = 0; j < 512; j++)
			if (!p4d_none(p4d[j]))
				release_puds(pud_offset(&p4d[j], 0));
		if (host->levels == 5)
			host->release(host->context, p4d);
	}
}
