/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * arm64 probe guest: waits for a batch, makes its accesses at EL1 and EL0, says
 * what happened.  What should have happened is not known here.
 *
 * Sources: Arm ARM DDI 0487J.a, D8.3 (descriptors of the runtime's tables),
 * D19.2 (TCR_EL1, VTCR_EL2, SCTLR_EL1, HCR_EL2, MAIR_EL1, ESR_ELx),
 * D19.12 (CNTHP_CTL_EL2); Linux 6.12 arch/arm64/include/asm/memory.h and
 * mm/proc.S (which attributes an index of MAIR stands for); QEMU hw/arm/virt.c
 * (memory map, interrupt of the EL2 timer).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"
#include "stage2.h"

/* As start.S stores it. */
struct arm64_trap {
	uint64_t value, esr_el2, far_el2, esr_el1, far_el1, elr_el1, hpfar_el2;
};

/* start.S */
extern const char runtime[];
extern const char stub_read[], stub_read_end[];
extern const char stub_write[], stub_write_end[];
void arm64_probe(uint64_t va, uint64_t value, uint64_t code, uint64_t spsr,
		 struct arm64_trap *trap);
void arm64_translate(uint64_t va, unsigned which, struct arm64_trap *trap);
void arm64_flush(void);

void guest_main(struct guest_mailbox *mailbox);	/* called from start.S */

#define WRITE(register, value)                                                 \
	__asm__ volatile("msr " #register ", %0" : : "r"((uint64_t)(value)))

#define HCR_RW		(UINT64_C(1) << 31)
#define HCR_VM		(UINT64_C(1) << 0)
#define SCTLR_RES1	UINT64_C(0x30d00800)	/* SPAN and the like */
#define SCTLR_M		UINT64_C(1)
#define SCTLR_WXN	(UINT64_C(1) << 19)
#define TCR_HALF	UINT64_C(0xffff)
#define TCR_T1_SHIFT	16
#define TCR_TG0_SHIFT	14
#define TCR_TG1_SHIFT	30
#define TCR_HA		(UINT64_C(1) << 39)
#define TCR_HPD		(UINT64_C(3) << 41)	/* HPD0, HPD1 */
#define TCR_39_BITS	25
#define TCR_TG1_4K	2
#define VTCR_HA		(UINT64_C(1) << 21)
#define SPSR_EL1H	UINT64_C(0x3c5)		/* D, A, I, F masked */
#define SPSR_EL0	UINT64_C(0x3c0)
#define SPSR_PAN	(UINT64_C(1) << 22)
/* Indexes 0 write-back, 1 (unused), 2 non-cacheable, 3 and 4 devices. */
#define MAIR		UINT64_C(0x040044f0ff)

/* Descriptors of the runtime's tables; attributes index 0, AF, read-only. */
#define TABLE		UINT64_C(0x003)
#define PAGE_BOTH	UINT64_C(0x4c3)		/* EL0 and EL1 may read, run */

/* Of arm64_translate(): a sum of these; PAN is for EL1 alone. */
enum { AT_WRITE = 1, AT_EL0 = 2, AT_STAGE2 = 4, AT_PAN = 8 };
enum { EC_SVC = 0x15, EC_HVC = 0x16, EC_SHIFT = 26 };
enum { SVC_BYTES_INTO_STUB = 8 };	/* behind movz, movk */
enum { DOZE_TICKS = 3125 };		/* 50 microseconds, 62.5 MHz */

#define GICD_CTLR	((volatile uint32_t *)0x08000000)
#define GICD_ISENABLER	((volatile uint32_t *)0x08000100)
#define GICC_CTLR	((volatile uint32_t *)0x08010000)
#define GICC_PMR	((volatile uint32_t *)0x08010004)
enum { EL2_TIMER = 26 };

/* Both halves' runtime at their first page: PUD, PMD and page table. */
static _Alignas(4096) uint64_t level1[512], level2[512], level3[512];

static uint64_t stage2_root;

static void map_runtime(void)
{
	level1[0] = (uint64_t)level2 | TABLE;
	level2[0] = (uint64_t)level3 | TABLE;
	level3[0] = (uint64_t)runtime | PAGE_BOTH;
}

/* Sleeps for 50 microseconds << step.  The interrupt wakes, but is not taken. */
static void doze(unsigned step)
{
	WRITE(cnthp_tval_el2, DOZE_TICKS << step);
	WRITE(cnthp_ctl_el2, 1);
	__asm__ volatile("isb\n\twfi");
	WRITE(cnthp_ctl_el2, 0);
}

static void enable_timer(void)
{
	*GICD_ISENABLER = UINT32_C(1) << EL2_TIMER;
	*GICD_CTLR = 1;
	*GICC_PMR = 0xff;
	*GICC_CTLR = 1;
}

/* Stage 1, alone or with the map of stage 2 below.  Returns where the runtime is. */
static uint64_t use_stage1(const struct guest_mailbox *mailbox)
{
	static const uint8_t tg1_of_tg0[4] = { 2, 3, 1, 0 };
	const uint64_t half = mailbox->config & TCR_HALF;
	uint64_t tcr = mailbox->config & ~TCR_HALF;
	uint64_t sctlr = SCTLR_RES1 | SCTLR_M;
	const bool both = mailbox->control & PT_REGIME_ARM64_STAGE2;
	const uint64_t root = mailbox->root +
			      (both ? ARM64_STAGE2_ROOT_MOVED : 0);

	tcr |= mailbox->control & PT_REGIME_ARM64_HA ? TCR_HA : 0;
	tcr |= mailbox->control & PT_REGIME_ARM64_HPD ? TCR_HPD : 0;
	sctlr |= mailbox->control & PT_REGIME_ARM64_WXN ? SCTLR_WXN : 0;
	if (mailbox->upper) {
		tcr |= TCR_39_BITS;
		tcr |= (half & 0x3f) << TCR_T1_SHIFT;
		tcr |= (uint64_t)tg1_of_tg0[half >> TCR_TG0_SHIFT]
		       << TCR_TG1_SHIFT;
		WRITE(ttbr0_el1, level1);
		WRITE(ttbr1_el1, root);
	} else {
		tcr |= half | (uint64_t)TCR_39_BITS << TCR_T1_SHIFT |
		       (uint64_t)TCR_TG1_4K << TCR_TG1_SHIFT;
		WRITE(ttbr0_el1, root);
		WRITE(ttbr1_el1, level1);
	}
	WRITE(tcr_el1, tcr);
	WRITE(sctlr_el1, sctlr);
	WRITE(vtcr_el2, STAGE2_VTCR);
	WRITE(vttbr_el2, stage2_root);
	WRITE(hcr_el2, both ? HCR_RW | HCR_VM : HCR_RW);
	return mailbox->upper ? ARM64_RUNTIME_LOWER : ARM64_RUNTIME_UPPER;
}

/* Stage 2 alone. */
static uint64_t use_stage2(const struct guest_mailbox *mailbox)
{
	uint64_t vtcr = mailbox->config & ~ARM64_CONFIG_STAGE2;

	vtcr |= mailbox->control & PT_REGIME_ARM64_HA ? VTCR_HA : 0;
	WRITE(vtcr_el2, vtcr);
	WRITE(vttbr_el2, mailbox->root);
	WRITE(sctlr_el1, SCTLR_RES1);
	WRITE(hcr_el2, HCR_RW | HCR_VM);
	return mailbox->runtime_va + ((uint64_t)runtime - ARM64_RAM_AT);
}

/*
 * What became of it; ends of stubs are known by the call and its place.  Of a fault of
 * stage 2 the value is the page that it was asked for (HPFAR_EL2.FIPA).
 */
static void tell(const struct arm64_trap *trap, uint64_t end,
		 struct mailbox_reply *reply)
{
	const bool from_el1 = trap->esr_el2 >> EC_SHIFT == EC_HVC;

	reply->value = from_el1 ? trap->value :
				  trap->hpfar_el2 >> 4 << 12;
	reply->vector = from_el1 ? ARM64_TO_EL1 : ARM64_TO_EL2;
	reply->syndrome = from_el1 ? trap->esr_el1 : trap->esr_el2;
	reply->address = from_el1 ? trap->far_el1 : trap->far_el2;
	reply->state = from_el1 && trap->esr_el1 >> EC_SHIFT == EC_SVC &&
		       trap->elr_el1 == end + 4 ?
			GUEST_REPLY_OK : GUEST_REPLY_TRAP;
}

/*
 * Asks AT, which walks anew and is not an access; with stage 2 below the one that goes
 * through both.  There is none that does so with PAN: where stage 1 with PAN has
 * nothing against it, both are asked without.
 */
static void translate(const struct guest_mailbox *mailbox,
		      const struct mailbox_probe *probe,
		      struct mailbox_reply *reply)
{
	const bool both = mailbox->control & PT_REGIME_ARM64_STAGE2;
	unsigned which = (probe->access & 0xff) == PT_WRITE ? AT_WRITE : 0;
	struct arm64_trap trap;

	which |= mailbox->config & ARM64_CONFIG_STAGE2 ? AT_STAGE2 : 0;
	if (probe->privilege == PT_AS_USER)
		which |= AT_EL0;
	else if (mailbox->control & PT_REGIME_ARM64_PAN)
		which |= AT_PAN;
	if (both && !(which & AT_PAN))
		which |= AT_STAGE2;
	/*
	 * AT with PAN asks for PAN as it is here, where every return from EL0 leaves
	 * it clear; EL2 has no user pages that it could mean.
	 */
	__asm__ volatile(".arch armv8.2-a\n\tmsr pan, #1");
	arm64_translate(probe->page, which, &trap);
	if (both && which & AT_PAN && !trap.esr_el2 &&
	    !(trap.value & ARM64_PAR_F))
		arm64_translate(probe->page, (which & ~(unsigned)AT_PAN) |
				AT_STAGE2, &trap);
	reply->value = trap.value & ARM64_PAR_PA;
	reply->vector = trap.esr_el2 ? ARM64_TO_EL2 : ARM64_PAR;
	reply->syndrome = trap.esr_el2 ? trap.esr_el2 : trap.value;
	reply->address = trap.esr_el2 ? trap.far_el2 : probe->page;
	reply->state = trap.esr_el2 || trap.value & ARM64_PAR_F ?
			GUEST_REPLY_TRAP : GUEST_REPLY_OK;
}

static void run_probe(uint64_t at, uint32_t control,
		      const struct mailbox_probe *probe, uint64_t value,
		      struct mailbox_reply *reply)
{
	const bool user = probe->privilege == PT_AS_USER;
	uint64_t spsr = user ? SPSR_EL0 : SPSR_EL1H;
	struct arm64_trap trap;
	const char *code = stub_read, *stop = stub_read_end;
	uint64_t start, end;

	spsr |= !user && control & PT_REGIME_ARM64_PAN ? SPSR_PAN : 0;
	if (probe->access == PT_WRITE) {
		code = stub_write;
		stop = stub_write_end;
	}
	start = at + (uint64_t)(code - runtime);
	end = at + (uint64_t)(stop - runtime);
	if (probe->access == PT_EXEC) {
		start = probe->page + GUEST_STUB_AT;
		end = start + SVC_BYTES_INTO_STUB;
	}
	arm64_probe(probe->page, value, start, spsr, &trap);
	tell(&trap, end, reply);
}

static void run_batch(struct guest_mailbox *mailbox)
{
	const uint64_t at = mailbox->config & ARM64_CONFIG_STAGE2 ?
			    use_stage2(mailbox) : use_stage1(mailbox);

	WRITE(mair_el1, MAIR);
	WRITE(vbar_el1, at);
	arm64_flush();
	for (uint32_t i = 0; guest_next(mailbox, &i); i++) {
		const struct mailbox_probe *probe = &mailbox->probe[i];

		if (mailbox->control & GUEST_FLUSH_EACH)
			arm64_flush();
		if (probe->access & GUEST_MAILBOX_TRANSLATE)
			translate(mailbox, probe, &mailbox->reply[i]);
		else
			run_probe(at, mailbox->control, probe,
				  mailbox->store_value + i, &mailbox->reply[i]);
	}
}

void guest_main(struct guest_mailbox *mailbox)
{
	map_runtime();
	stage2_root = map_stage2();
	enable_timer();
	guest_serve(mailbox, run_batch, doze);
}
