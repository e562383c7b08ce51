/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * s390x probe guest: what its program and the host's half (machine.c) share.
 *
 * The program runs without DAT.  A probe runs with it: loads and stores in
 * secondary-space mode, whose instructions come from the primary space, a real
 * space, and whose operands go through the tables under test; fetches in home-space
 * mode, where instructions go through them.  So these never map the program.
 *
 * Sources: z/Architecture Principles of Operation (SA22-7832), chapter 3, "Assigned
 * Storage Locations", "Translation-Exception Identification"; chapter 6, table of
 * interruption codes.
 */
#ifndef ARCH_S390_GUEST_LAYOUT_H
#define ARCH_S390_GUEST_LAYOUT_H

#define S390_PROGRAM_AT		0x100000
#define S390_MAILBOX_AT		0x200000

/* Real addresses of what interruptions store and load. */
#define S390_PROGRAM_CODE_AT	0x8e
#define S390_TEID_AT		0xa8
#define S390_SVC_OLD_PSW_AT	0x140
#define S390_PROGRAM_OLD_PSW_AT	0x150
#define S390_SVC_NEW_PSW_AT	0x1c0
#define S390_PROGRAM_NEW_PSW_AT	0x1d0

/* trap.vector: a program-interruption code, or that it was a supervisor call */
#define S390_VECTOR_SVC		0
#define S390_PROTECTION		0x04
#define S390_ADDRESSING		0x05
#define S390_SEGMENT		0x10
#define S390_PAGE		0x11
#define S390_SPECIFICATION	0x12	/* translation specification */
#define S390_ASCE_TYPE		0x38
#define S390_REGION_FIRST	0x39
#define S390_REGION_SECOND	0x3a
#define S390_REGION_THIRD	0x3b
/* Of a translate probe: the condition code; the syndrome is an interruption code. */
#define S390_CONDITION(code)	(0x100 | (code))

/* Translation-exception identification, below the address of the page */
#define S390_TEID_FETCH		0x800
#define S390_TEID_STORE		0x400
#define S390_TEID_CAUSE		0x084	/* of a protection exception: */
#define S390_TEID_DAT		0x004
#define S390_TEID_IEP		0x084
#define S390_TEID_SPACE		0x003
#define S390_TEID_SECONDARY	0x002
#define S390_TEID_HOME		0x003

#endif
