/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm probe guest: waits for a batch, makes its accesses at PL1 and PL0, says
 * what happened.  What should have happened is not known here.
 *
 * Sources: Arm ARM DDI 0406C, B4.1 (DACR, HSR, SCTLR, TTBCR, TTBR0, VBAR, MAIR0),
 * B8.1 (the timer of Hyp mode); QEMU hw/arm/virt.c (memory map, its interrupt).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"

/* As start.S stores it. */
struct arm_trap {
	uint32_t value, hsr, dfsr, dfar, ifsr, ifar, lr_svc;
};

/* start.S */
extern const char runtime[];
extern const char stub_read[], stub_read_end[];
extern const char stub_write[], stub_write_end[];
void arm_probe(uint32_t va, uint32_t value, uint32_t code, uint32_t spsr,
	       struct arm_trap *trap);
void arm_translate(uint32_t va, unsigned which, struct arm_trap *trap);
void arm_flush(void);
void arm_set_ttbr0(uint32_t low, uint32_t high);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

/* A register of coprocessor 15. */
#define WRITE(op1, crn, crm, op2, value)                                       \
	__asm__ volatile("mcr p15, " #op1 ", %0, c" #crn ", c" #crm ", " #op2  \
			 : : "r"((uint32_t)(value)))
#define WRITE_DACR(value)	WRITE(0, 3, 0, 0, value)
#define WRITE_SCTLR(value)	WRITE(0, 1, 0, 0, value)
#define WRITE_TTBCR(value)	WRITE(0, 2, 0, 2, value)
#define WRITE_VBAR(value)	WRITE(0, 12, 0, 0, value)
#define WRITE_MAIR0(value)	WRITE(0, 10, 2, 0, value)
#define WRITE_MAIR1(value)	WRITE(0, 10, 2, 1, value)
#define WRITE_CNTHP_TVAL(value)	WRITE(4, 14, 2, 0, value)
#define WRITE_CNTHP_CTL(value)	WRITE(4, 14, 2, 1, value)

#define DACR_CLIENT	0x55555555u		/* of every domain */
#define DACR_MANAGER	0xffffffffu
#define SCTLR_RES1	0x00c50878u
#define SCTLR_M		1u
#define SCTLR_AFE	(1u << 29)
#define TTBCR_EAE	0x80000000u
#define SPSR_SVC	0x1d3u			/* A, I, F masked */
#define SPSR_USR	0x1d0u
/* Linux 6.12 arch/arm/mm/proc-v7-3level.S. */
#define MAIR0		0xeeaa4400u
#define MAIR1		0xff000004u

enum { EC_HVC = 0x12, EC_SHIFT = 26 };
enum { SVC_BYTES_INTO_STUB = 8 };	/* behind movw, movt */
enum { DOZE_TICKS = 3125 };		/* 50 microseconds, 62.5 MHz */

#define GICD_CTLR	((volatile uint32_t *)0x08000000)
#define GICD_ISENABLER	((volatile uint32_t *)0x08000100)
#define GICC_CTLR	((volatile uint32_t *)0x08010000)
#define GICC_PMR	((volatile uint32_t *)0x08010004)
enum { HYP_TIMER = 26 };

/* Sleeps for 50 microseconds << step.  The interrupt wakes, but is not taken. */
static void doze(unsigned step)
{
	WRITE_CNTHP_TVAL((uint32_t)DOZE_TICKS << step);
	WRITE_CNTHP_CTL(1);
	__asm__ volatile("isb\n\twfi");
	WRITE_CNTHP_CTL(0);
}

static void enable_timer(void)
{
	*GICD_ISENABLER = UINT32_C(1) << HYP_TIMER;
	*GICD_CTLR = 1;
	*GICC_PMR = 0xff;
	*GICC_CTLR = 1;
}

/* TTBR0 has all of the address space.  Returns where the runtime is. */
static uint32_t use(const struct guest_mailbox *mailbox)
{
	const uint32_t slot = (uint32_t)mailbox->runtime_va;
	uint32_t at = (uint32_t)runtime;

	if (mailbox->config & ARM_CONFIG_LPAE) {
		WRITE_TTBCR(TTBCR_EAE);
		WRITE_MAIR0(MAIR0);
		WRITE_MAIR1(MAIR1);
		at -= ARM_RAM_AT;
	} else {
		WRITE_TTBCR(0);
		at &= 0xfffff;
	}
	arm_set_ttbr0((uint32_t)mailbox->root, 0);
	WRITE_DACR(mailbox->control & PT_REGIME_ARM_MANAGER ? DACR_MANAGER :
							      DACR_CLIENT);
	WRITE_SCTLR(SCTLR_RES1 | SCTLR_M |
		    (mailbox->control & PT_REGIME_ARM_AFE ? SCTLR_AFE : 0));
	WRITE_VBAR(slot + at);
	arm_flush();
	return slot + at;
}

/* Asks ATS1C, which walks anew and is not an access.  From Hyp mode PAR has 64 bits. */
static void translate(const struct mailbox_probe *probe,
		      struct mailbox_reply *reply)
{
	struct arm_trap trap;
	uint64_t par;

	arm_translate((uint32_t)probe->page,
		      ((probe->access & 0xff) == PT_WRITE) +
			      2u * (probe->privilege == PT_AS_USER), &trap);
	par = (uint64_t)trap.dfsr << 32 | trap.value;
	reply->value = par & ARM_PAR_PA;
	reply->vector = trap.hsr ? ARM_TO_HYP : ARM_PAR;
	reply->syndrome = trap.hsr ? trap.hsr : par;
	reply->address = (uint32_t)probe->page;
	reply->state = trap.hsr || par & ARM_PAR_F ? GUEST_REPLY_TRAP :
						     GUEST_REPLY_OK;
}

static void run_probe(uint32_t at, const struct mailbox_probe *probe,
		      uint32_t value, struct mailbox_reply *reply)
{
	const uint32_t page = (uint32_t)probe->page;
	const char *code = stub_read, *stop = stub_read_end;
	struct arm_trap trap;
	uint32_t start, end;

	if (probe->access == PT_WRITE) {
		code = stub_write;
		stop = stub_write_end;
	}
	start = at + (uint32_t)(code - runtime);
	end = at + (uint32_t)(stop - runtime);
	if (probe->access == PT_EXEC) {
		start = page + GUEST_STUB_AT;
		end = start + SVC_BYTES_INTO_STUB;
	}
	arm_probe(page, value, start,
		  probe->privilege == PT_AS_USER ? SPSR_USR : SPSR_SVC, &trap);
	reply->value = trap.value;
	reply->vector = trap.hsr >> EC_SHIFT == EC_HVC ? trap.hsr & 0xffff :
							 ~UINT32_C(0);
	reply->syndrome = reply->vector == ARM_VECTOR_FETCH ? trap.ifsr :
							      trap.dfsr;
	reply->address = reply->vector == ARM_VECTOR_FETCH ? trap.ifar :
							     trap.dfar;
	reply->state = reply->vector == ARM_VECTOR_SVC &&
		       trap.lr_svc == end + 4 ? GUEST_REPLY_OK :
						GUEST_REPLY_TRAP;
}

static void run_batch(struct guest_mailbox *mailbox)
{
	const uint32_t at = use(mailbox);

	for (uint32_t i = 0; guest_next(mailbox, &i); i++) {
		const struct mailbox_probe *probe = &mailbox->probe[i];

		if (mailbox->control & GUEST_FLUSH_EACH)
			arm_flush();
		if (probe->access & GUEST_MAILBOX_TRANSLATE)
			translate(probe, &mailbox->reply[i]);
		else
			run_probe(at, probe, (uint32_t)mailbox->store_value + i,
				  &mailbox->reply[i]);
	}
}

void guest_main(struct guest_mailbox *mailbox)
{
	enable_timer();
	guest_serve(mailbox, run_batch, doze);
}
