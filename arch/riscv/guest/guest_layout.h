/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * riscv probe guest: what its program and the host's half (machine.c) share.
 *
 * The runtime takes 4 MiB of a root slot, with Sv32 all of it: the program's 2 MiB
 * for S mode and then the same for U mode, both readable and executable only.
 */
#ifndef ARCH_RISCV_GUEST_LAYOUT_H
#define ARCH_RISCV_GUEST_LAYOUT_H

#define RISCV_RAM_AT		0x80000000
#define RISCV_USER_ALIAS	0x200000

#endif
