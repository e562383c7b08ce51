/* SPDX-License-Identifier: GPL-2.0-only */
/* Included before all else: physical memory is where foreign_va() says. */
#include <asm/page.h>
#ifndef __ASSEMBLY__
void *foreign_va(unsigned long pa);
#undef __va
#define __va(pa) foreign_va((unsigned long)(pa))
#endif
