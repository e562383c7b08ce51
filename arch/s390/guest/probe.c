/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * s390x probe guest: waits for a batch, makes its accesses in supervisor and problem
 * state, says what happened.  What should have happened is not known here.
 *
 * Sources: z/Architecture Principles of Operation (SA22-7832), chapter 3,
 * "Dynamic Address Translation" (address-space-control elements), "Control
 * Registers"; chapter 4, "Program-Status Word"; chapter 10, LOAD REAL ADDRESS,
 * PURGE TLB.
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

struct s390_psw {
	uint64_t mask, address;
};

/* As start.S stores it. */
struct s390_trap {
	uint64_t value, vector, pc, teid;
};

/* start.S */
extern const char s390_read[], s390_write[], s390_translate[];
extern const char s390_called[], s390_interrupted[];
void s390_run(const struct s390_psw *psw, uint64_t page, uint64_t value,
	      struct s390_trap *trap);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

#define PSW_DAT		UINT64_C(0x0400000000000000)
#define PSW_PROBLEM	UINT64_C(0x0001000000000000)
#define PSW_SECONDARY	UINT64_C(0x0000800000000000)
#define PSW_HOME	UINT64_C(0x0000c00000000000)
#define PSW_64BIT	UINT64_C(0x0000000180000000)

/* Enhanced DAT, where the machine has it, and instruction-execution protection. */
#define CR0_EDAT_IEP	UINT64_C(0x900000)
#define REAL_SPACE	UINT64_C(0x20)

enum { CALL_BYTES_INTO_STUB = 8 };	/* behind llilf and svc */

#define LOAD_CONTROL(number, value)                                            \
	__asm__ volatile("lctlg " number "," number ",%0"                      \
			 : : "Q"((uint64_t){ value }) : "memory")

static bool flush_each;			/* in this batch */

static void flush(void)
{
	__asm__ volatile("ptlb" : : : "memory");
}

/*
 * Asks LOAD REAL ADDRESS, which needs supervisor state and looks at no protection.
 * Its condition code is in the old PSW of the supervisor call behind it.
 */
static void translate(uint64_t page, struct mailbox_reply *reply)
{
	const struct s390_psw psw = {
		.mask = PSW_DAT | PSW_64BIT | PSW_SECONDARY,
		.address = (uint64_t)s390_translate,
	};
	const volatile struct s390_psw *old =
		(const volatile struct s390_psw *)S390_SVC_OLD_PSW_AT;
	uint32_t code, vector;
	struct s390_trap trap;

	s390_run(&psw, page, 0, &trap);
	code = (uint32_t)(old->mask >> 44) & 3;
	vector = trap.vector == S390_VECTOR_SVC ? S390_CONDITION(code) :
						  (uint32_t)trap.vector;
	reply->value = mailbox_u64(trap.value);
	reply->address = mailbox_u64(page);
	reply->syndrome = mailbox_u64(trap.value & 0xffff);
	reply->vector = mailbox_u32(vector);
	reply->state = mailbox_u32(vector == S390_CONDITION(0) ?
					   GUEST_REPLY_OK : GUEST_REPLY_TRAP);
}

/* Secondary and home space are the tables under test. */
static void run_probe(uint64_t page, uint32_t access, bool user,
		      uint64_t value, struct mailbox_reply *reply)
{
	const bool fetch = access == PT_EXEC;
	const uint64_t stub = page + GUEST_STUB_AT;
	const struct s390_psw psw = {
		.mask = PSW_DAT | PSW_64BIT | (user ? PSW_PROBLEM : 0) |
			(fetch ? PSW_HOME : PSW_SECONDARY),
		.address = fetch ? stub :
			   (uint64_t)(access == PT_WRITE ? s390_write :
							   s390_read),
	};
	struct s390_trap trap;
	bool done;

	if (flush_each)
		flush();
	if (access & GUEST_MAILBOX_TRANSLATE) {
		translate(page, reply);
		return;
	}
	*(volatile uint64_t *)S390_TEID_AT = 0;
	s390_run(&psw, page, value, &trap);
	done = trap.vector == S390_VECTOR_SVC &&
	       (!fetch || trap.pc == stub + CALL_BYTES_INTO_STUB);
	reply->value = mailbox_u64(trap.value);
	reply->address = mailbox_u64(trap.teid & ~UINT64_C(0xfff));
	reply->syndrome = mailbox_u64(trap.teid & 0xfff);
	reply->vector = mailbox_u32((uint32_t)trap.vector);
	reply->state = mailbox_u32(done ? GUEST_REPLY_OK : GUEST_REPLY_TRAP);
}

static void run_batch(struct guest_mailbox *mailbox)
{
	const uint64_t asce = mailbox_u64(mailbox->root);

	LOAD_CONTROL("7", asce);
	LOAD_CONTROL("13", asce);
	flush();
	flush_each = mailbox_u32(mailbox->control) & GUEST_FLUSH_EACH;
	guest_each_probe(mailbox, run_probe);
}

static void set_new_psw(uint64_t at, const char *address)
{
	volatile struct s390_psw *psw = (volatile struct s390_psw *)at;

	psw->mask = PSW_64BIT;
	psw->address = (uint64_t)address;
}

void guest_main(struct guest_mailbox *mailbox)
{
	set_new_psw(S390_SVC_NEW_PSW_AT, s390_called);
	set_new_psw(S390_PROGRAM_NEW_PSW_AT, s390_interrupted);
	LOAD_CONTROL("0", CR0_EDAT_IEP);
	LOAD_CONTROL("1", REAL_SPACE);
	guest_serve(mailbox, run_batch, NULL);
}
