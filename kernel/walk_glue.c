/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's side of whoever has Linux walk: what a running kernel would give
 * to mm/pagewalk.c, mm/pgtable-generic.c and mm/ptdump.c, and the callbacks that
 * hand every event over the border.  Compiled with a Linux tree's own headers
 * for x86-64, with one processor, no lock debugging and no paravirtualization,
 * so that locks, current and per-cpu data are plain memory.
 *
 * Physical memory is wherever page_offset_base says it is: on x86-64 that is a
 * variable, so __va() reaches the harness's windows without any header being
 * replaced.
 */
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>
#include <linux/ptdump.h>
#include <linux/sched.h>
#include "internal.h"

#include <asm/cpufeature.h>

#include "walk_glue.h"

/*
 *			What the compiled files read
 */
struct mm_struct init_mm;
#if KERNEL_HAS_PCPU_HOT
struct pcpu_hot pcpu_hot;
/* Both names are of one variable: Linux's linker script says so too. */
asm(".globl const_pcpu_hot\n.set const_pcpu_hot, pcpu_hot");
#else
struct task_struct *current_task;
asm(".globl const_current_task\n.set const_current_task, current_task");
#endif
struct cpuinfo_x86 boot_cpu_data;
unsigned int pgdir_shift, ptrs_per_p4d;
unsigned long page_offset_base, vmalloc_base, vmemmap_base, phys_base;
/* Wanted by address only, of struct pages that nobody looks at. */
struct pglist_data contig_page_data;
atomic_long_t vm_node_stat[NR_VM_NODE_STAT_ITEMS];
pteval_t __supported_pte_mask = ~0UL, __default_kernel_pte_mask = ~0UL;

static struct task_struct task;
static struct mm_struct user_mm, empty_mm;
static unsigned long bad_entries, warnings;
static void *splitter;		/* the context of the walk that runs */

static struct {
	struct vm_area_struct vma[GLUE_VMAS];
	unsigned count;
} space;

/* A file on a hugetlbfs of each page size, for hstate_vma(). */
static struct {
	struct hstate state;
	struct hugetlbfs_sb_info info;
	struct super_block sb;
	struct inode inode;
	struct file file;
} huge[2];
static struct address_space mapping;

static void huge_setup(unsigned int which, unsigned int order)
{
	huge[which].state.order = order;
	huge[which].state.mask = ~((PAGE_SIZE << order) - 1);
	huge[which].info.hstate = &huge[which].state;
	huge[which].sb.s_fs_info = &huge[which].info;
	huge[which].inode.i_sb = &huge[which].sb;
	huge[which].file.f_inode = &huge[which].inode;
}

void kernel_setup(unsigned int levels, unsigned long base)
{
	unsigned long *cap = (unsigned long *)boot_cpu_data.x86_capability;

	page_offset_base = base;
	/* Far from everything: nothing here may look at a struct page. */
	vmemmap_base = base + (1UL << 45);
	vmalloc_base = base + (1UL << 44);
	set_bit(X86_FEATURE_PSE, cap);
	set_bit(X86_FEATURE_GBPAGES, cap);
	if (levels == 5)
		set_bit(X86_FEATURE_LA57, cap);
	else
		clear_bit(X86_FEATURE_LA57, cap);
	pgdir_shift = levels == 5 ? 48 : 39;
	ptrs_per_p4d = levels == 5 ? 512 : 1;
	/* TASK_SIZE looks at the flags of current. */
#if KERNEL_HAS_PCPU_HOT
	pcpu_hot.current_task = &task;
#else
	current_task = &task;
#endif
	/* The walker wants mmap locks to be held: written by somebody. */
	atomic_long_set(&init_mm.mmap_lock.count, 1);
	atomic_long_set(&user_mm.mmap_lock.count, 1);
	atomic_long_set(&empty_mm.mmap_lock.count, 1);
	huge_setup(0, PMD_SHIFT - PAGE_SHIFT);
	huge_setup(1, PUD_SHIFT - PAGE_SHIFT);
}

void kernel_root(void *pgd)
{
	init_mm.pgd = pgd;
	user_mm.pgd = pgd;
}

unsigned long kernel_bad_entries(void)
{
	return bad_entries;
}

unsigned long kernel_warnings(void)
{
	return warnings;
}

/*
 *			VMAs
 */
void kernel_vmas(const struct glue_vma *from, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct vm_area_struct *vma = &space.vma[i];
		vm_flags_t flags = VM_READ;

		vma->vm_start = from[i].start;
		vma->vm_end = from[i].end;
		vma->vm_pgoff = from[i].page_offset;
		vma->vm_mm = &user_mm;
		vma->vm_file = NULL;
		/* Nobody looks at it but vma_interval_tree_iter_*() below. */
		vma->vm_private_data = from[i].file ? &mapping : NULL;
		if (from[i].type == GLUE_PFNMAP)
			flags |= VM_PFNMAP;
		if (from[i].type >= GLUE_HUGETLB_PMD) {
			flags |= VM_HUGETLB;
			vma->vm_file =
				&huge[from[i].type - GLUE_HUGETLB_PMD].file;
		}
#if KERNEL_HAS_VM_FLAGS_INIT
		vm_flags_init(vma, flags);
#else
		vma->vm_flags = flags;
#endif
	}
	space.count = count;
}

static int vma_index(const struct mm_walk *walk)
{
	return walk->vma ? (int)(walk->vma - space.vma) : -1;
}

/* The first that ends above addr. */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < space.count; i++)
		if (addr < space.vma[i].vm_end)
			return &space.vma[i];
	return NULL;
}

/* In ascending order of address: the contract's order, see docs/referee.md. */
static struct vm_area_struct *mapped_from(unsigned int i, unsigned long first,
					  unsigned long last)
{
	for (; i < space.count; i++) {
		struct vm_area_struct *vma = &space.vma[i];

		if (vma->vm_private_data == &mapping && vma->vm_pgoff <= last &&
		    vma->vm_pgoff + vma_pages(vma) - 1 >= first)
			return vma;
	}
	return NULL;
}

struct vm_area_struct *
vma_interval_tree_iter_first(struct rb_root_cached *root, unsigned long first,
			     unsigned long last)
{
	return mapped_from(0, first, last);
}

struct vm_area_struct *
vma_interval_tree_iter_next(struct vm_area_struct *vma, unsigned long first,
			    unsigned long last)
{
	return mapped_from((unsigned int)(vma - space.vma) + 1, first, last);
}

/*
 *			What the walker calls
 */

/* The entry of that size that covers addr, if there is a table for it. */
pte_t *huge_pte_offset(struct mm_struct *mm, unsigned long addr,
		       unsigned long size)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;
	pud_t *pud;

	if (!pgd_present(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, addr);
	if (!p4d_present(*p4d))
		return NULL;
	pud = pud_offset(p4d, addr);
	if (size == PUD_SIZE)
		return (pte_t *)pud;
	if (!pud_present(*pud) || pud_leaf(*pud))
		return NULL;
	return (pte_t *)pmd_offset(pud, addr);
}

void hugetlb_vma_lock_read(struct vm_area_struct *vma)
{
}

void hugetlb_vma_unlock_read(struct vm_area_struct *vma)
{
}

/*
 * Their further arguments differ from tree to tree, and nothing here looks at
 * them: defined under other names, so that no declaration contradicts.
 */
void glue_split_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
	asm("__split_huge_pmd");
void glue_split_pmd(struct vm_area_struct *vma, pmd_t *pmd, unsigned long addr)
{
	glue_on_split(splitter, addr, 3);
}

void glue_split_pud(struct vm_area_struct *vma, pud_t *pud, unsigned long addr)
	asm("__split_huge_pud");
void glue_split_pud(struct vm_area_struct *vma, pud_t *pud, unsigned long addr)
{
	glue_on_split(splitter, addr, 2);
}

void down_read(struct rw_semaphore *sem)
{
}

void up_read(struct rw_semaphore *sem)
{
}

void down_write(struct rw_semaphore *sem)
{
}

void up_write(struct rw_semaphore *sem)
{
}

/* The only thing printed here is that an entry was bad. */
int glue_printk(const char *format, ...) asm("_printk");
int glue_printk(const char *format, ...)
{
	bad_entries++;
	return 0;
}
/* Its name before 5.15. */
int glue_old_printk(const char *format, ...) asm("printk");
int glue_old_printk(const char *format, ...)
{
	bad_entries++;
	return 0;
}

void __warn_printk(const char *format, ...)
{
	warnings++;
}

/*
 * Wanted by folio_walk_start(), which nothing here calls and no linker can
 * leave out: its alternatives lie in a section that others need.
 */
unsigned long zero_pfn = ~0UL, huge_zero_pfn = ~0UL;
DEFINE_STATIC_KEY_FALSE(hugetlb_optimize_vmemmap_key);

/*
 *			Callbacks
 */
static int on_entry(int depth, const void *slot, unsigned long start,
		    unsigned long end, struct mm_walk *walk)
{
	const struct glue_ask *ask = walk->private;
	int action = 0;
	int ret = glue_on_entry(ask->context, depth, slot, start, end,
				   &action);

	if (action == GLUE_CONTINUE)
		walk->action = ACTION_CONTINUE;
	if (action == GLUE_AGAIN)
		walk->action = ACTION_AGAIN;
	return ret;
}

#define ENTRY_CALLBACK(level, depth)					\
static int on_##level(level##_t *slot, unsigned long start,		\
		      unsigned long end, struct mm_walk *walk)		\
{									\
	return on_entry(depth, slot, start, end, walk);			\
}
ENTRY_CALLBACK(pgd, 0)
ENTRY_CALLBACK(p4d, 1)
ENTRY_CALLBACK(pud, 2)
ENTRY_CALLBACK(pmd, 3)
ENTRY_CALLBACK(pte, 4)

static int on_hole(unsigned long start, unsigned long end, int depth,
		   struct mm_walk *walk)
{
	const struct glue_ask *ask = walk->private;

	return glue_on_hole(ask->context, depth, start, end,
			       vma_index(walk));
}

static int on_hugetlb(pte_t *slot, unsigned long mask, unsigned long start,
		      unsigned long end, struct mm_walk *walk)
{
	const struct glue_ask *ask = walk->private;

	return glue_on_hugetlb(ask->context, slot, mask, start, end,
				  vma_index(walk));
}

static int on_test(unsigned long start, unsigned long end,
		   struct mm_walk *walk)
{
	const struct glue_ask *ask = walk->private;

	return glue_on_test(ask->context, start, end, vma_index(walk));
}

static int on_pre(unsigned long start, unsigned long end,
		  struct mm_walk *walk)
{
	const struct glue_ask *ask = walk->private;

	return glue_on_pre(ask->context, start, end, vma_index(walk));
}

static void on_post(struct mm_walk *walk)
{
	const struct glue_ask *ask = walk->private;

	glue_on_post(ask->context, vma_index(walk));
}

/* Any table, no VMA: one function until 6.15, then one of them for debugging. */
static int walk_debug(struct mm_struct *mm, const struct glue_ask *ask,
		      const struct mm_walk_ops *ops, pgd_t *pgd)
{
#if KERNEL_HAS_WALK_DEBUG
	return walk_page_range_debug(mm, ask->start, ask->end, ops, pgd,
				     (void *)ask);
#else
	return walk_page_range_novma(mm, ask->start, ask->end, ops, pgd,
				     (void *)ask);
#endif
}

static int walk_tables(const struct glue_ask *ask,
		       const struct mm_walk_ops *ops, pgd_t *pgd)
{
#if KERNEL_HAS_WALK_KERNEL_TABLES
	return walk_kernel_page_table_range(ask->start, ask->end, ops, pgd,
					    (void *)ask);
#else
	return walk_debug(&init_mm, ask, ops, pgd);
#endif
}

int kernel_walk(const struct glue_ask *ask)
{
	const unsigned int set = ask->callbacks;
	const struct mm_walk_ops ops = {
		.pgd_entry = set & 1 ? on_pgd : NULL,
		.p4d_entry = set & 2 ? on_p4d : NULL,
		.pud_entry = set & 4 ? on_pud : NULL,
		.pmd_entry = set & 8 ? on_pmd : NULL,
		.pte_entry = set & 16 ? on_pte : NULL,
		.pte_hole = set & GLUE_CB_HOLE ? on_hole : NULL,
		.test_walk = set & GLUE_CB_TEST ? on_test : NULL,
		.pre_vma = set & GLUE_CB_PRE ? on_pre : NULL,
		.post_vma = set & GLUE_CB_POST ? on_post : NULL,
		.hugetlb_entry = set & GLUE_CB_HUGETLB ? on_hugetlb : NULL,
#if KERNEL_HAS_WALK_LOCK
		.walk_lock = PGWALK_RDLOCK,
#endif
	};
	struct vm_area_struct *vma = &space.vma[ask->vma];
	void *private = (void *)ask;

	splitter = ask->context;
	switch (ask->entry) {
	case GLUE_TABLES:
		return walk_tables(ask, &ops, NULL);
	case GLUE_TABLES_PGD:
		return walk_tables(ask, &ops, user_mm.pgd);
	case GLUE_DEBUG_KERNEL:
		return walk_debug(&init_mm, ask, &ops, NULL);
	case GLUE_DEBUG_USER:
		return walk_debug(&user_mm, ask, &ops, NULL);
	case GLUE_DEBUG_PGD:
		return walk_debug(&empty_mm, ask, &ops, user_mm.pgd);
	case GLUE_RANGE:
		return walk_page_range(&user_mm, ask->start, ask->end, &ops,
				       private);
	case GLUE_VMA:
		return walk_page_vma(vma, &ops, private);
#if KERNEL_HAS_WALK_RANGE_VMA
	case GLUE_RANGE_VMA:
		return walk_page_range_vma(vma, ask->start, ask->end, &ops,
					   private);
#endif
	case GLUE_MAPPING:
		return walk_page_mapping(&mapping, ask->start,
					 ask->end - ask->start, &ops, private);
	}
	glue_unreachable("entry point");
}

/*
 *			The dumper
 */
struct dump {
	struct ptdump_state state;
	void *context;
};

static void *dump_context(struct ptdump_state *state)
{
	return container_of(state, struct dump, state)->context;
}

#if KERNEL_HAS_NOTE_PER_LEVEL
#define NOTE(level, depth)						\
static void note_##level(struct ptdump_state *state, unsigned long addr, \
			 level##_t entry)				\
{									\
	glue_on_note(dump_context(state), depth, addr,		\
		     level##_val(entry), 0);				\
}
NOTE(pgd, 0)
NOTE(p4d, 1)
NOTE(pud, 2)
NOTE(pmd, 3)
NOTE(pte, 4)

static void note_flush(struct ptdump_state *state)
{
	glue_on_note(dump_context(state), -1, 0, 0, 0);
}
#else
static void note_any(struct ptdump_state *state, unsigned long addr, int level,
		     u64 word)
{
	glue_on_note(dump_context(state), level, addr, word, 0);
}
#endif

static void note_effective(struct ptdump_state *state, int level, u64 word)
{
	glue_on_note(dump_context(state), level, 0, word, 1);
}

void kernel_dump(unsigned long start, unsigned long end, int effective,
		 void *context)
{
	const struct ptdump_range range[2] = { { start, end }, { 0, 0 } };
	struct dump dump = {
		.state = {
#if KERNEL_HAS_NOTE_PER_LEVEL
			.note_page_pgd = note_pgd,
			.note_page_p4d = note_p4d,
			.note_page_pud = note_pud,
			.note_page_pmd = note_pmd,
			.note_page_pte = note_pte,
			.note_page_flush = note_flush,
#else
			.note_page = note_any,
#endif
			.effective_prot = effective ? note_effective : NULL,
			.range = range,
		},
		.context = context,
	};

	ptdump_walk_pgd(&dump.state, &init_mm, NULL);
}

const char *kernel_version(void)
{
	return KERNEL_TREE_VERSION;
}

unsigned int kernel_features(void)
{
	return (KERNEL_HAS_INSTALL_PTE ? GLUE_HAS_INSTALL : 0) |
	       (KERNEL_HAS_TABLE_TESTS ? GLUE_HAS_TABLE_TESTS : 0);
}
