/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before all else in files of a Linux tree that reach tables by physical
 * address, and in the glue beside them (kernel/compile --before).
 *
 * The arena's windows are not one stretch of this process, so no page_offset_base
 * could stand for all of them.  x86's asm/page.h leaves __va() and __pa() alone where
 * they are defined already; everything else (phys_to_virt(), page_address(),
 * pmd_page_vaddr(), ..) is made of these two.
 *
 * A warning is counted, where the kernel would trap to print it (x86: ud2).
 */
#ifndef TABLEWALK_KERNEL_ARENA_H
#define TABLEWALK_KERNEL_ARENA_H

void *arena_va(unsigned long pa);
unsigned long arena_pa(const void *va);
void arena_warned(void);

#define __va(pa) arena_va((unsigned long)(pa))
#define __pa(va) arena_pa((const void *)(va))

#include <linux/types.h>
#include <asm/bug.h>
#undef __WARN_FLAGS
#define __WARN_FLAGS(...) arena_warned()

#endif
