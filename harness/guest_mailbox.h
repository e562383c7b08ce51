/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the host and a bare-metal probe guest say to each other.
 *
 * Both sides map the same RAM file.  The host fills in the batch and the
 * probes, then stores request_seq; the guest runs the batch, fills in the
 * replies and stores reply_seq = request_seq.  Fields have fixed offsets and
 * are little-endian whatever the guest's own order: every access goes through
 * mailbox_u32() or mailbox_u64(), which are their own inverses.
 *
 * The macros at the top are for assembly too.
 */
#ifndef HARNESS_GUEST_MAILBOX_H
#define HARNESS_GUEST_MAILBOX_H

/*
 * The RAM map, in bytes from the start of RAM.  x86 leaves the first MiB alone
 * (video hole, ROM shadow).  QEMU's riscv "virt" puts the device tree into the
 * last 2 MiB at reset; those are kept free everywhere.
 */
#define GUEST_PROGRAM_BYTES	0x100000
#define GUEST_MAILBOX_AT	0x200000
#define GUEST_RUNTIME_AT	0x300000	/* shadow root, runtime */
#define GUEST_RUNTIME_BYTES	0x100000
#define GUEST_TABLES_AT		0x400000	/* the subject's arena */
#define GUEST_DATA_AT		0x1000000	/* tagged pages, to the tail */
#define GUEST_TAIL_BYTES	0x200000

/* Offsets in the mailbox that start-up code needs. */
#define GUEST_MAILBOX_VA_BITS	20
#define GUEST_MAILBOX_HOME	24
#define GUEST_MAILBOX_CONFIG	56

/* How many probes one batch can have. */
#define GUEST_BATCH_MAX		8192

/*
 * A data page: its own physical address in the first 8 bytes, a word for
 * stores, then code that loads the low 32 bits of the address into the
 * register where functions return values and ends in the guest's way back.
 */
#define GUEST_TAG_AT		0
#define GUEST_STORE_AT		8
#define GUEST_STUB_AT		16

#ifndef __ASSEMBLER__

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define GUEST_READY UINT32_C(0x50545257)

/* In access: by the translate instruction, see struct guest_probe. */
#define GUEST_MAILBOX_TRANSLATE	UINT32_C(0x100)

/* In control, which has no PT_REGIME_* there: flush before every probe. */
#define GUEST_FLUSH_EACH	UINT32_C(0x80000000)

/*
 * An access code beside those of enum pt_access: no access, but a pause.  The guest
 * stores paused = number of this probe, counted from 1, and waits, in the tables under
 * test and with all that it has of them, until resumed is the same.  Meanwhile the
 * host may change tables, and the probes behind this one and probe_count.
 */
#define GUEST_PAUSE UINT32_C(0x200)

/* state of a reply; REFUSED: the emulator would not have survived that access */
enum {
	GUEST_REPLY_NONE,
	GUEST_REPLY_OK,
	GUEST_REPLY_TRAP,
	GUEST_REPLY_REFUSED,
};

struct mailbox_probe {
	uint64_t page;		/* virtual address of the page */
	uint32_t access;	/* enum pt_access, GUEST_MAILBOX_TRANSLATE;
				   or GUEST_PAUSE */
	uint32_t privilege;	/* enum pt_privilege */
};

struct mailbox_reply {
	uint64_t value;		/* OK: the tag, or the address, of the page */
	uint64_t address;	/* TRAP: CR2, mtval, ... */
	uint64_t syndrome;	/* TRAP: error code, mcause, ... */
	uint32_t vector;	/* TRAP: x86 vector; 0 elsewhere */
	uint32_t state;
};

struct guest_mailbox {
	_Atomic uint32_t ready;	/* guest: GUEST_READY when it polls */
	_Atomic uint32_t request_seq;
	_Atomic uint32_t reply_seq;
	uint32_t probe_count;
	uint32_t control;	/* PT_REGIME_*, GUEST_FLUSH_EACH */
	uint32_t va_bits;	/* set once, before the guest starts */
	uint64_t home_root;	/* set once: where the guest waits, or 0 */
	uint64_t root;		/* CR3, satp, ...: of the shadow root */
	uint64_t runtime_va;	/* where the runtime is mapped this time */
	uint64_t store_value;	/* probe i stores store_value + i */
	uint64_t config;	/* set once: what else the machine wants */
	uint32_t upper;		/* 1: root is that of the upper half */
	_Atomic uint32_t paused;	/* 0 when a batch begins */
	_Atomic uint32_t resumed;	/* so is this */
	uint8_t spare[4096 - 76];
	struct mailbox_probe probe[GUEST_BATCH_MAX];
	struct mailbox_reply reply[GUEST_BATCH_MAX];
};

_Static_assert(offsetof(struct guest_mailbox, va_bits) == GUEST_MAILBOX_VA_BITS,
	       "start-up code reads va_bits");
_Static_assert(offsetof(struct guest_mailbox, home_root) == GUEST_MAILBOX_HOME,
	       "start-up code reads home_root");
_Static_assert(offsetof(struct guest_mailbox, config) == GUEST_MAILBOX_CONFIG,
	       "start-up code reads config");
_Static_assert(offsetof(struct guest_mailbox, probe) == 4096, "no padding");
_Static_assert(sizeof(struct mailbox_probe) == 16, "no padding");
_Static_assert(sizeof(struct mailbox_reply) == 32, "no padding");
_Static_assert(sizeof(struct guest_mailbox) <=
	       GUEST_RUNTIME_AT - GUEST_MAILBOX_AT, "the mailbox fits");

static inline uint32_t mailbox_u32(uint32_t x)
{
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		return x;
	return x >> 24 | (x >> 8 & 0xff00) | (x & 0xff00) << 8 | x << 24;
}

static inline uint64_t mailbox_u64(uint64_t x)
{
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		return x;
	return (uint64_t)mailbox_u32((uint32_t)x) << 32 |
	       mailbox_u32((uint32_t)(x >> 32));
}

#endif
#endif
