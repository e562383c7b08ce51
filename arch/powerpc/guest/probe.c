/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ppc64 probe guest, radix: waits for a batch, makes its accesses in supervisor and
 * user mode, says what happened.  What should have happened is not known here.
 *
 * Sources: Power ISA version 3.0 B, Book III, 4.2 (MSR), 5.7.6 (partition table,
 * PTCR), 5.7.8 (process table), 5.7.10 (radix tree), 2.2 (LPCR), 5.7.13 (AMR, IAMR).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

/* As start.S stores it. */
struct ppc_trap {
	uint64_t value, vector, srr0, srr1, dar, dsisr;
};

/* start.S */
extern const char stub_read[], stub_read_end[];
extern const char stub_write[], stub_write_end[];
void ppc_probe(uint64_t va, uint64_t value, uint64_t code, uint64_t msr,
	       struct ppc_trap *trap);
void ppc_flush(void);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

#define WRITE(number, value)                                                   \
	__asm__ volatile("mtspr " #number ", %0\n\tisync"                      \
			 : : "r"((uint64_t)(value)) : "memory")
#define WRITE_AMR(value)	WRITE(29, value)
#define WRITE_PIDR(value)	WRITE(48, value)
#define WRITE_IAMR(value)	WRITE(61, value)
#define WRITE_LPCR(value)	WRITE(318, value)
#define WRITE_LPIDR(value)	WRITE(319, value)
#define WRITE_PTCR(value)	WRITE(464, value)

#define LPCR		((UINT64_C(1) << 20) | (UINT64_C(1) << 22) |           \
			 (UINT64_C(1) << 10))	/* HR, UPRT, GTSE */
#define MSR_REAL	UINT64_C(0x9000000000001000)	/* SF, HV, ME */
#define MSR_PR		UINT64_C(0x4000)
#define MSR_IR		UINT64_C(0x20)
#define MSR_DR		UINT64_C(0x10)
#define QUADRANT3	UINT64_C(0xc000000000000000)

#define ENTRY_V		(UINT64_C(1) << 63)
#define ENTRY_LEAF	(UINT64_C(3) << 62)
#define ENTRY_ALL	UINT64_C(0x187)		/* R, C, read, write, execute */
/* Of a tree of 52 bits; the root is of 2^13 entries. */
#define TREE		((UINT64_C(2) << 61) | (UINT64_C(5) << 5) | 13)

enum { TESTED_PID = 1, ROOT_ENTRIES = 8192, ENTRIES = 512 };
enum { SC_BYTES_INTO_STUB = 8 };	/* behind lis, ori */

static bool flush_each;			/* in this batch */

/* Tables of 64 KiB, and what they begin with. */
static _Alignas(65536) volatile uint64_t partitions[ROOT_ENTRIES];
static _Alignas(65536) volatile uint64_t processes[ROOT_ENTRIES];
static _Alignas(65536) volatile uint64_t own_root[ROOT_ENTRIES];
static _Alignas(4096) volatile uint64_t own_level1[ENTRIES];

/*
 * The first GiB is mapped to itself by one tree, for what the machine translates
 * the process table's address with and for quadrant 3.
 */
static void prepare(void)
{
	own_level1[0] = ENTRY_LEAF | ENTRY_ALL;
	own_root[0] = ENTRY_V | (uint64_t)own_level1 | 9;
	partitions[0] = ENTRY_V | TREE | (uint64_t)own_root;
	partitions[1] = (uint64_t)processes | 4;
	processes[0] = TREE | (uint64_t)own_root;
	WRITE_PTCR((uint64_t)partitions | 4);
	WRITE_LPIDR(0);
	WRITE_LPCR(LPCR);
	WRITE_AMR(0);
	WRITE_IAMR(0);
}

static void run_probe(uint64_t page, uint32_t access, bool user, uint64_t value,
		      struct mailbox_reply *reply)
{
	uint64_t msr = MSR_REAL | MSR_DR | (user ? MSR_PR | MSR_IR : 0);
	uint64_t start = (uint64_t)stub_read, end = (uint64_t)stub_read_end;
	struct ppc_trap trap;
	bool fetch, done;

	if (access == PT_WRITE) {
		start = (uint64_t)stub_write;
		end = (uint64_t)stub_write_end;
	}
	if (user) {
		start |= QUADRANT3;
		end |= QUADRANT3;
	}
	if (access == PT_EXEC) {
		msr |= MSR_IR;
		start = page + GUEST_STUB_AT;
		end = start + SC_BYTES_INTO_STUB;
	}
	if (flush_each)
		ppc_flush();
	ppc_probe(page, value, start, msr, &trap);
	fetch = trap.vector == PPC_VECTOR_FETCH ||
		trap.vector == PPC_VECTOR_FETCH_SEGMENT;
	done = trap.vector == PPC_VECTOR_CALL && trap.srr0 == end + 4;
	reply->value = mailbox_u64(trap.value);
	reply->address = mailbox_u64(fetch ? trap.srr0 : trap.dar);
	reply->syndrome = mailbox_u64(fetch ? trap.srr1 & 0x783f0000 :
					      trap.dsisr);
	reply->vector = mailbox_u32((uint32_t)trap.vector);
	reply->state = mailbox_u32(done ? GUEST_REPLY_OK : GUEST_REPLY_TRAP);
}

static void run_batch(struct guest_mailbox *mailbox)
{
	processes[2 * TESTED_PID] = TREE | mailbox_u64(mailbox->root);
	WRITE_PIDR(TESTED_PID);
	ppc_flush();
	flush_each = mailbox_u32(mailbox->control) & GUEST_FLUSH_EACH;
	guest_each_probe(mailbox, run_probe);
}

void guest_main(struct guest_mailbox *mailbox)
{
	prepare();
	guest_serve(mailbox, run_batch, NULL);
}
