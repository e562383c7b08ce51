/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The border between drivers/iommu/io-pgtable*.c with their glue, compiled with a
 * Linux tree's headers, and the adapter (iopgtable.c).  Neither can include the
 * other's headers, so only plain integers and pointers cross it.
 */
#ifndef TABLEWALK_IOPGTABLE_GLUE_H
#define TABLEWALK_IOPGTABLE_GLUE_H

/* What the glue asks for.  A process has one at a time: iopt_host(). */
struct iopt_host {
	void *context;
	/* A zeroed table, aligned to its length, or NULL. */
	void *(*allocate)(void *context, unsigned long bytes);
	void (*release)(void *context, void *table, unsigned long bytes);
	/* Where a physical address is in this process; NULL: nowhere. */
	void *(*pointer)(void *context, unsigned long pa);
	unsigned long (*address)(void *context, const void *pointer);
	/* An invalidation of bytes from iova on; tables: of table entries too. */
	void (*flush)(void *context, unsigned long iova, unsigned long bytes,
		      int tables);
};

enum iopt_format { IOPT_64_S1, IOPT_64_S2, IOPT_32_S1, IOPT_V7S };

struct iopt_config {
	enum iopt_format format;
	unsigned long page_sizes;	/* bit n: pages of 2^n bytes */
	unsigned input_bits, output_bits;
	int upper;			/* the half of the addresses TTBR1 has */
	/* Length of the root: what trees before 6.8 take a whole page for. */
	unsigned long root_bytes;
};

/* IOMMU_* of linux/iommu.h. */
enum {
	IOPT_READ = 1, IOPT_WRITE = 2, IOPT_CACHE = 4, IOPT_NOEXEC = 8,
	IOPT_MMIO = 16, IOPT_PRIV = 32,
};

struct iopt;

/* Before every other call: for whom it is. */
void iopt_host(const struct iopt_host *host);
/* NULL where the tree has no such tables, or memory ran out. */
struct iopt *iopt_open(const struct iopt_config *config);
void iopt_close(struct iopt *iopt);
unsigned long iopt_root(const struct iopt *iopt);
/* The page sizes that the driver left of those in the configuration. */
unsigned long iopt_page_sizes(const struct iopt *iopt);
/* One call of map_pages(), or map(): 0 or an errno; *mapped counts bytes. */
int iopt_map(struct iopt *iopt, unsigned long iova, unsigned long pa,
	     unsigned long size, unsigned long count, int flags,
	     unsigned long *mapped);
/* One call of unmap_pages(), or unmap(): how many bytes. */
unsigned long iopt_unmap(struct iopt *iopt, unsigned long iova,
			 unsigned long size, unsigned long count);
unsigned long iopt_translate(struct iopt *iopt, unsigned long iova);
/* Warnings (WARN_ON() and so on) so far. */
unsigned long iopt_warnings(void);
/* Bytes of the driver's own objects that were not given back. */
unsigned long iopt_objects(void);

#endif
