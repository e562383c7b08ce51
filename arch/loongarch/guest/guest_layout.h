/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * LoongArch probe guest: what its program and the host's half (machine.c) share.
 *
 * The program sees memory through a direct mapping window, far above the half of
 * the address space that is under test.
 *
 * The first 64 KiB of RAM stay zero.  Linux's empty directory entries point to
 * tables of empty entries, and those of the format are words that name 0x1000,
 * 0x2000 and 0x3000 (docs/formats.md): there the walk must find nothing but zeros,
 * and a zero leads to zeros again.
 */
#ifndef ARCH_LOONGARCH_GUEST_LAYOUT_H
#define ARCH_LOONGARCH_GUEST_LAYOUT_H

#define LOONG_WINDOW		0x9000000000000000
#define LOONG_PROGRAM_AT	0x10000		/* guest.cmake links it there */

/* Control and status registers: volume 1, 7.1. */
#define LOONG_CRMD		0x0
#define LOONG_PRMD		0x1
#define LOONG_ECFG		0x4
#define LOONG_ESTAT		0x5
#define LOONG_ERA		0x6
#define LOONG_BADV		0x7
#define LOONG_EENTRY		0xc
#define LOONG_ASID		0x18
#define LOONG_PGDL		0x19
#define LOONG_PGDH		0x1a
#define LOONG_PGD		0x1b
#define LOONG_PWCL		0x1c
#define LOONG_PWCH		0x1d
#define LOONG_STLBPS		0x1e
#define LOONG_SAVE0		0x30
#define LOONG_SAVE1		0x31
#define LOONG_TLBRENTRY		0x88
#define LOONG_TLBRSAVE		0x8b
#define LOONG_DMW0		0x180

/* trap.estat, and the syndrome: Ecode is bits 21..16, EsubCode 30..22. */
#define LOONG_ECODE_SHIFT	16
#define LOONG_ECODE_MASK	0x3f
#define LOONG_ECODE_PPI		0x7		/* level not privileged enough */
#define LOONG_ECODE_SYS		0xb

#endif
