/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a running kernel would give to drivers/iommu/io-pgtable.c,
 * io-pgtable-arm.c and io-pgtable-arm-v7s.c: memory, and a driver of an IOMMU that
 * walks coherently and is invalidated at once.  Compiled with a Linux tree's own
 * headers for x86-64; the three files are C for any processor.
 *
 * KERNEL_HAS_ macros are of iopgtable.ini.
 */
#include <linux/device.h>
#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "iopgtable_glue.h"

/* Of the C library; its headers and the kernel's exclude each other. */
void *calloc(unsigned long count, unsigned long bytes);
void free(void *memory);

unsigned long page_offset_base, vmemmap_base, phys_base;
unsigned int pgdir_shift = 39, ptrs_per_p4d = 1;
struct pglist_data contig_page_data;
atomic_long_t vm_node_stat[NR_VM_NODE_STAT_ITEMS];

static const struct iopt_host *host;
static const struct iopt *opening;	/* whose root is being made */
static unsigned long warnings, objects;

struct iopt {
	struct io_pgtable_cfg cfg;
	struct io_pgtable_ops *ops;
	struct device device;
	unsigned long root_bytes;
	void *root;
	enum iopt_format format;
};

void iopt_host(const struct iopt_host *next)
{
	host = next;
}

unsigned long iopt_warnings(void)
{
	return warnings;
}

unsigned long iopt_objects(void)
{
	return objects;
}

/*
 *			Physical memory (arena.h)
 */
void *arena_va(unsigned long pa)
{
	/* Of a root that is shorter than a page, page_address() forgets where. */
	if (opening && opening->root &&
	    pa == (arena_pa(opening->root) & PAGE_MASK))
		return opening->root;
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

/*
 *			Tables
 *
 * Trees before 6.8 take whole pages, for a root that is shorter too: that is given
 * its own length.  From then on the driver says how long a table is.
 */
static void *give(unsigned long bytes)
{
	struct iopt *iopt = (struct iopt *)opening;
	void *table;

	if (iopt && bytes > iopt->root_bytes)
		bytes = iopt->root_bytes;
	table = host->allocate(host->context, bytes);
	if (iopt && !iopt->root)
		iopt->root = table;
	return table;
}

/* The iopt whose root this is; there are two spaces at most. */
static struct iopt *roots[2];

static void take(void *table, unsigned long bytes)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (roots[i] && roots[i]->root == table)
			bytes = roots[i]->root_bytes;
	host->release(host->context, table, bytes);
}

#if KERNEL_HAS_CUSTOM_ALLOCATOR
static void *cookie_alloc(void *cookie, size_t size, gfp_t gfp)
{
	return give(size);
}

static void cookie_free(void *cookie, void *pages, size_t size)
{
	take(pages, size);
}
#endif

static struct page *give_page(unsigned int order)
{
	void *table = give(PAGE_SIZE << order);

	return table ? virt_to_page(table) : NULL;
}

#if KERNEL_HAS_ALLOC_PAGES_NOPROF
struct page *__alloc_pages_noprof(gfp_t gfp, unsigned int order, int nid,
				  nodemask_t *mask)
{
	return give_page(order);
}
#elif KERNEL_HAS_ALLOC_PAGES
struct page *__alloc_pages(gfp_t gfp, unsigned int order, int nid,
			   nodemask_t *mask)
{
	return give_page(order);
}
#else
struct page *__alloc_pages_nodemask(gfp_t gfp, unsigned int order, int nid,
				    nodemask_t *mask)
{
	return give_page(order);
}
#endif

void __free_pages(struct page *page, unsigned int order)
{
	take(page_address(page), PAGE_SIZE << order);
}

#ifdef __get_free_pages
unsigned long get_free_pages_noprof(gfp_t gfp, unsigned int order)
#else
unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
#endif
{
	return (unsigned long)give(PAGE_SIZE << order);
}

void free_pages(unsigned long table, unsigned int order)
{
	take((void *)table, PAGE_SIZE << order);
}

/*
 *			Slabs: second-level tables of v7s, the driver's objects
 */
struct kmem_cache {
	unsigned int bytes;
};

static struct kmem_cache *new_cache(unsigned int bytes)
{
	struct kmem_cache *cache = calloc(1, sizeof(*cache));

	if (cache) {
		cache->bytes = bytes;
		objects += sizeof(*cache);
	}
	return cache;
}

#ifdef kmem_cache_create
struct kmem_cache *__kmem_cache_create_args(const char *name,
					    unsigned int bytes,
					    struct kmem_cache_args *args,
					    slab_flags_t flags)
#else
struct kmem_cache *kmem_cache_create(const char *name, unsigned int bytes,
				     unsigned int align, slab_flags_t flags,
				     void (*ctor)(void *))
#endif
{
	return new_cache(bytes);
}

void kmem_cache_destroy(struct kmem_cache *cache)
{
	objects -= sizeof(*cache);
	free(cache);
}

#ifdef kmem_cache_alloc
void *kmem_cache_alloc_noprof(struct kmem_cache *cache, gfp_t gfp)
#else
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
#endif
{
	return host->allocate(host->context, cache->bytes);
}

void kmem_cache_free(struct kmem_cache *cache, void *table)
{
	host->release(host->context, table, cache->bytes);
}

/* In front of each object is its length, at a distance that keeps it aligned. */
#define OBJECT_HEADER 64

static void *new_object(unsigned long bytes)
{
	char *object = calloc(1, bytes + OBJECT_HEADER);

	if (!object)
		return NULL;
	*(unsigned long *)object = bytes;
	objects += bytes;
	return object + OBJECT_HEADER;
}

/* kmalloc() calls one of these: their names changed with 6.1 and 6.10. */
void *__kmalloc_cache_noprof(struct kmem_cache *cache, gfp_t gfp, size_t bytes)
{
	return new_object(bytes);
}

void *kmalloc_trace(struct kmem_cache *cache, gfp_t gfp, size_t bytes)
{
	return new_object(bytes);
}

void *kmem_cache_alloc_trace(struct kmem_cache *cache, gfp_t gfp, size_t bytes)
{
	return new_object(bytes);
}

#if KERNEL_HAS_KMEM_BUCKETS
kmem_buckets kmalloc_caches[NR_KMALLOC_TYPES];
#else
struct kmem_cache *kmalloc_caches[NR_KMALLOC_TYPES][KMALLOC_SHIFT_HIGH + 1];
#endif

void kfree(const void *object)
{
	char *start = (char *)object - OBJECT_HEADER;

	if (!object)
		return;
	objects -= *(unsigned long *)start;
	free(start);
}

/*
 *			Invalidation
 */
static void flush_all(void *cookie)
{
	host->flush(host->context, 0, 0, 1);
}

static void flush_walk(unsigned long iova, size_t size, size_t granule,
		       void *cookie)
{
	host->flush(host->context, iova, size, 1);
}

static void flush_page(struct iommu_iotlb_gather *gather, unsigned long iova,
		       size_t granule, void *cookie)
{
	host->flush(host->context, iova, granule, 0);
}

static const struct iommu_flush_ops flush_ops = {
	.tlb_flush_all = flush_all,
	.tlb_flush_walk = flush_walk,
	.tlb_add_page = flush_page,
};

/*
 *			The border
 */
static enum io_pgtable_fmt format_of(enum iopt_format format)
{
	static const enum io_pgtable_fmt formats[] = {
		[IOPT_64_S1] = ARM_64_LPAE_S1,
		[IOPT_64_S2] = ARM_64_LPAE_S2,
		[IOPT_32_S1] = ARM_32_LPAE_S1,
		[IOPT_V7S] = ARM_V7S,
	};

	return formats[format];
}

struct iopt *iopt_open(const struct iopt_config *config)
{
	struct iopt *iopt = calloc(1, sizeof(*iopt));

	if (!iopt)
		return NULL;
	iopt->format = config->format;
	iopt->root_bytes = config->root_bytes;
	iopt->cfg = (struct io_pgtable_cfg){
		.pgsize_bitmap = config->page_sizes,
		.ias = config->input_bits,
		.oas = config->output_bits,
		.coherent_walk = true,
		.tlb = &flush_ops,
		.iommu_dev = &iopt->device,
	};
	if (config->upper)
		iopt->cfg.quirks |= IO_PGTABLE_QUIRK_ARM_TTBR1;
#if KERNEL_HAS_CUSTOM_ALLOCATOR
	if (config->format != IOPT_V7S) {
		iopt->cfg.alloc = cookie_alloc;
		iopt->cfg.free = cookie_free;
	}
#endif
	opening = iopt;
	iopt->ops = alloc_io_pgtable_ops(format_of(config->format), &iopt->cfg,
					 iopt);
	opening = NULL;
	if (!iopt->ops) {
		free(iopt);
		return NULL;
	}
	roots[roots[0] ? 1 : 0] = iopt;
	return iopt;
}

void iopt_close(struct iopt *iopt)
{
	free_io_pgtable_ops(iopt->ops);
	roots[roots[0] == iopt ? 0 : 1] = NULL;
	free(iopt);
}

unsigned long iopt_root(const struct iopt *iopt)
{
	if (iopt->format == IOPT_64_S2)
		return iopt->cfg.arm_lpae_s2_cfg.vttbr;
	if (iopt->format == IOPT_V7S)
		return iopt->cfg.arm_v7s_cfg.ttbr & ~0x3fffUL;
	return iopt->cfg.arm_lpae_s1_cfg.ttbr;
}

unsigned long iopt_page_sizes(const struct iopt *iopt)
{
	return iopt->cfg.pgsize_bitmap;
}

static int prot_of(int flags)
{
	return (flags & IOPT_READ ? IOMMU_READ : 0) |
	       (flags & IOPT_WRITE ? IOMMU_WRITE : 0) |
	       (flags & IOPT_CACHE ? IOMMU_CACHE : 0) |
	       (flags & IOPT_NOEXEC ? IOMMU_NOEXEC : 0) |
	       (flags & IOPT_MMIO ? IOMMU_MMIO : 0) |
	       (flags & IOPT_PRIV ? IOMMU_PRIV : 0);
}

int iopt_map(struct iopt *iopt, unsigned long iova, unsigned long pa,
	     unsigned long size, unsigned long count, int flags,
	     unsigned long *mapped)
{
	struct io_pgtable_ops *ops = iopt->ops;
	size_t done = 0;
	int ret;

#if KERNEL_HAS_MAP_PAGES
	ret = ops->map_pages(ops, iova, pa, size, count, prot_of(flags),
			     GFP_KERNEL, &done);
#else
	ret = ops->map(ops, iova, pa, size, prot_of(flags), GFP_KERNEL);
	done = ret ? 0 : size;
#endif
	*mapped = done;
	return ret;
}

unsigned long iopt_unmap(struct iopt *iopt, unsigned long iova,
			 unsigned long size, unsigned long count)
{
	struct io_pgtable_ops *ops = iopt->ops;
	struct iommu_iotlb_gather gather;

	iommu_iotlb_gather_init(&gather);
#if KERNEL_HAS_MAP_PAGES
	return ops->unmap_pages(ops, iova, size, count, &gather);
#else
	return ops->unmap(ops, iova, size, &gather);
#endif
}

unsigned long iopt_translate(struct iopt *iopt, unsigned long iova)
{
	return iopt->ops->iova_to_phys(iopt->ops, iova);
}
