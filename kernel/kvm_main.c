/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Serves Linux's KVM stage 2 (kvm_glue.c) over standard input and output.
 *
 * Two subjects, because of what the code does not have together: memory other than
 * write-back is never executable (stage2_set_prot_attr()), and a split forgets the
 * memory type (stage2_split_walker() takes what kvm_pgtable_stage2_pte_prot()
 * returns, which has none).  Without an argument there are no memory types; with
 * the argument "device" there are, and neither X nor split; with "device-split"
 * split is there too, to show what it does.
 */
#define _DEFAULT_SOURCE		/* MAP_ANONYMOUS */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kvm_glue.h"

#define SOURCE "arch/arm64/kvm/hyp/pgtable.c, "

static const struct tablewalk_reason reasons[] = {
	{ TABLEWALK_DIFFERS_UNMAP_DROPS_LEAF, SOURCE "stage2_unmap_walker(): "
	  "stage2_unmap_put_pte() clears the block's entry whatever part of it "
	  "the range covers; the rest is faulted in again" },
	{ TABLEWALK_DIFFERS_PROTECT_WHOLE_LEAF, SOURCE "stage2_attr_walker(): "
	  "stage2_try_set_pte() stores to the entry that it visits and divides "
	  "none" },
	{ TABLEWALK_DIFFERS_PROTECT_GRADUAL, SOURCE
	  "kvm_pgtable_stage2_wrprotect() clears S2AP_W, and "
	  "kvm_pgtable_stage2_relax_perms() adds; no function takes S2AP_R or "
	  "execution away" },
	{ TABLEWALK_DIFFERS_MAP_PICKS_LEAF, SOURCE
	  "stage2_map_walker_try_leaf(): what kvm_block_mapping_supported() "
	  "allows at that level" },
	{ TABLEWALK_DIFFERS_MAP_REPLACES, SOURCE "stage2_map_walker_try_leaf(): "
	  "stage2_try_break_pte() on what is there, then stage2_make_pte()" },
	{ TABLEWALK_DIFFERS_MAP_KEEPS_RIGHTS, SOURCE
	  "stage2_map_walker_try_leaf(): -EAGAIN unless "
	  "stage2_pte_needs_update(), which does not look at "
	  "KVM_PTE_LEAF_ATTR_S2_PERMS" },
	{ TABLEWALK_DIFFERS_FREES_EMPTY, SOURCE "stage2_unmap_walker(): a table "
	  "whose page_count() is 1 goes after its last entry" },
	{ TABLEWALK_DIFFERS_ERRORS_LEAVE_PREFIX, SOURCE
	  "stage2_map_walk_leaf(): -ENOMEM of zalloc_page() ends the walk, and "
	  "nobody takes back what it did" },
	{ TABLEWALK_DIFFERS_ERRORS_LEAVE_TABLES, SOURCE
	  "stage2_map_walk_leaf(): the table of a level is in place when that "
	  "of the next is refused" },
	{ 0, NULL },
};

static const char *const formats[] = { "arm64-s2-40", "arm64-s2-48", NULL };

/*
 *			What the kernel gets at boot
 */

/* struct alt_instr of arch/arm64/include/asm/alternative.h. */
struct alternative {
	int32_t original, replacement;
	uint16_t capability;
	uint8_t original_bytes, replacement_bytes;
};

/* kvm.ld has them around the section .altinstructions. */
extern const struct alternative kvm_alternatives[], kvm_alternatives_end[];

#define CALLBACK 0x8000		/* ARM64_CB_BIT of the capability */
#define NOP UINT32_C(0xd503201f)

static int has_capability(uint16_t number)
{
	for (unsigned i = 0; i < kvm_capability_count; i++)
		if (kvm_capabilities[i] == (number & ~CALLBACK))
			return 1;
	return 0;
}

#define BRANCH_MASK UINT32_C(0xfc000000)
#define BRANCH UINT32_C(0x14000000)	/* B, with 26 bits of distance */

/* What word, an instruction at from, has to be at to: patch_alternative(). */
static uint32_t moved(uint32_t word, uintptr_t from, uintptr_t to)
{
	const uint32_t words = (uint32_t)((from - to) / 4);

	if ((word & BRANCH_MASK) != BRANCH)
		return word;
	return BRANCH | ((word + words) & ~BRANCH_MASK);
}

/*
 * A test of a capability is a branch that becomes a nop where the machine has it
 * (alt_cb_patch_nops()), or a nop that becomes a branch.
 */
static void patch(const struct alternative *a)
{
	const uintptr_t at = (uintptr_t)&a->original + (uintptr_t)a->original;
	const uintptr_t from = (uintptr_t)&a->replacement +
			       (uintptr_t)a->replacement;
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	const uintptr_t start = at & ~(page - 1);

	if (mprotect((void *)start, 2 * page,
		     PROT_READ | PROT_WRITE | PROT_EXEC)) {
		perror("mprotect");
		exit(2);
	}
	for (unsigned i = 0; i < a->original_bytes; i += 4) {
		uint32_t word = NOP;

		if (i < a->replacement_bytes)
			memcpy(&word, (const char *)from + i, 4);
		word = moved(word, from + i, at + i);
		memcpy((char *)at + i, &word, 4);
	}
	__builtin___clear_cache((char *)at, (char *)at + a->original_bytes);
}

static void boot(void)
{
	unsigned patched = 0;

	for (const struct alternative *a = kvm_alternatives;
	     a < kvm_alternatives_end; a++)
		if (has_capability(a->capability)) {
			patch(a);
			patched++;
		}
	if (!patched)
		kvm_host_fail("no capability test was found to patch");
}

/*
 *			What the glue needs of the C library
 */

void *kvm_host_alloc(unsigned long bytes)
{
	return calloc(1, bytes);
}

void kvm_host_free(void *at)
{
	free(at);
}

void kvm_host_fail(const char *sentence)
{
	fprintf(stderr, "tablewalk-linux-kvm: %s\n", sentence);
	abort();
}

/* What both subjects have. */
static struct tablewalk_subject subject(void)
{
	struct tablewalk_subject s = kvm_stage2;

	s.formats = formats;
	s.capabilities = TABLEWALK_CAN_MAP | TABLEWALK_CAN_UNMAP |
			 TABLEWALK_CAN_PROTECT | TABLEWALK_CAN_COLLAPSE |
			 TABLEWALK_CAN_WALK | TABLEWALK_CAN_TRANSLATE |
			 TABLEWALK_CAN_STOP | TABLEWALK_CAN_FAIL |
			 TABLEWALK_NEEDS_SHARED;
	s.reasons = reasons;
	for (const struct tablewalk_reason *r = reasons; r->difference; r++)
		s.differences |= r->difference;
	s.attrs = TABLEWALK_R | TABLEWALK_W | TABLEWALK_USER |
		  TABLEWALK_SOFT0 | TABLEWALK_SOFT1;
	s.attrs_always = TABLEWALK_ACCESSED;
	s.leaf_depths = 1u << TABLEWALK_PUD | 1u << TABLEWALK_PMD |
			1u << TABLEWALK_PTE;
	return s;
}

int main(int argc, char **argv)
{
	struct tablewalk_subject s = subject();

	const char *with = argc == 2 ? argv[1] : "";

	if (argc > 2 || (*with && strcmp(with, "device") &&
			 strcmp(with, "device-split"))) {
		fprintf(stderr, "usage: tablewalk-linux-kvm [device | "
				"device-split]\n");
		return 2;
	}
	s.name = "linux-kvm";
	s.what = "KVM stage 2, " SOURCE LINUX_VERSION;
	if (*with) {
		s.name = strcmp(with, "device") ? "linux-kvm-device-split"
						: "linux-kvm-device";
		s.what = "KVM stage 2 with memory types, " SOURCE LINUX_VERSION;
	}
	s.attrs |= *with ? TABLEWALK_MEMTYPE : TABLEWALK_X;
	/* Cases have memory types with pages of the kernel only. */
	s.attrs_always |= *with ? TABLEWALK_USER : 0;
	if (strcmp(with, "device"))
		s.capabilities |= TABLEWALK_CAN_SPLIT;
	else
		s.split = NULL;
	boot();
	return tablewalk_serve(&s, STDIN_FILENO, STDOUT_FILENO);
}
