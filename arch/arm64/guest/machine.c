/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the arm64 probe guests: stage 1 of EL1&0 with all granules
 * and lengths, and stage 2 with a granule of 4 KiB.
 *
 * Sources: Arm ARM DDI 0487J.a, D8.2 (TCR_EL1.TnSZ, start of the walk), D8.3
 * (block descriptor of stage 2), D8.15 (faults), D19.2.37 (ESR_EL1: EC, WnR,
 * fault status codes), D19.2.116 (PAR_EL1), D19.2.139 (TCR_EL1), D19.2.158 (VTCR_EL2), C6.2
 * (encodings of MOVZ, MOVK, SVC).
 */
#include "below.h"
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_arm64;

/* A block of 1 GiB: RAM, normal write-back, readable, executable, AF. */
#define S2_BLOCK	UINT64_C(0x47d)

/*
 * Stage 2, and only there.  The root is of level 1 or level 0: then the table
 * behind the shadow root is of level 1, with one block.
 */
static uint64_t map_runtime(const struct guest_machine *m, uint8_t *area,
			    uint64_t pa, uint64_t *home)
{
	const uint64_t block = m->ram_pa | S2_BLOCK;

	*home = 0;
	if (m->root_shift == 30)
		return block;
	guest_put64(area + guest_root_bytes(m), block);
	return (pa + guest_root_bytes(m)) | 3;
}

static bool entry_is_invalid(uint64_t raw)
{
	return !(raw & 1);
}

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return pa;
}

/* movz w0, low; movk w0, high, lsl #16; svc #0 */
static void tag_page(uint8_t *page, uint64_t pa)
{
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put64(page + GUEST_TAG_AT, pa);
	guest_put32(stub, 0x52800000 | ((uint32_t)pa & 0xffff) << 5);
	guest_put32(stub + 4, 0x72a00000 | (uint32_t)(pa >> 16 & 0xffff) << 5);
	guest_put32(stub + 8, 0xd4000001);
}

/* Level L is depth L + 1; level -1 has codes of its own. */
static struct guest_answer answer_of(unsigned status)
{
	static const uint8_t class[4] = {
		GUEST_FAULT_ADDRSIZE, GUEST_FAULT_ABSENT, GUEST_FAULT_ACCESS,
		GUEST_FAULT_DENIED,
	};

	if (status < 0x10)
		return (struct guest_answer){ class[status >> 2],
					      (int8_t)((status & 3) + 1) };
	if (status == 0x29 || status == 0x2b)
		return (struct guest_answer){ class[status >> 1 & 1], PT_PGD };
	/* Synchronous external abort on a walk. */
	if (status >= 0x13 && status <= 0x17)
		return (struct guest_answer){ GUEST_FAULT_BUS,
					      (int8_t)(status - 0x13) };
	/* Not on a walk. */
	return guest_answer(status == 0x10 ? GUEST_FAULT_BUS : GUEST_ODD);
}

/*
 * A fault of the stage 2 that is below a stage 1 under test; its levels are of no
 * table under test.
 */
static struct guest_answer below_of(unsigned status, bool walk)
{
	const struct guest_answer answer = answer_of(status);

	if (answer.class == GUEST_FAULT_ABSENT)
		return guest_answer(walk ? GUEST_BELOW_WALK_ABSENT :
					   GUEST_BELOW_ABSENT);
	if (answer.class == GUEST_FAULT_DENIED)
		return guest_answer(walk ? GUEST_BELOW_WALK_DENIED :
					   GUEST_BELOW_DENIED);
	return guest_answer(GUEST_ODD);
}

/*
 * What AT left in PAR_EL1, or the exception that it was.  A fault of stage 2 is
 * marked as one.
 */
static struct guest_answer translated(const struct guest_machine *m,
				      uint32_t control, uint64_t address,
				      const struct mailbox_reply *reply)
{
	const bool stage2 = m->config & ARM64_CONFIG_STAGE2;
	const uint64_t said = reply->syndrome;

	if (reply->address != address)
		return guest_answer(GUEST_ODD);
	if (reply->vector == ARM64_TO_EL2 && (said >> 26 & 0x3f) == 0x25)
		return answer_of((unsigned)said & 0x3f);
	const unsigned status = (unsigned)(said >> ARM64_PAR_FST_SHIFT) & 0x3f;

	if (reply->vector != ARM64_PAR || !(said & ARM64_PAR_F))
		return guest_answer(GUEST_ODD);
	if (!(said & ARM64_PAR_S) != stage2)
		return answer_of(status);
	if (control & PT_REGIME_ARM64_STAGE2)
		return below_of(status, said & ARM64_PAR_PTW);
	return guest_answer(GUEST_ODD);
}

/*
 * A fault of stage 1 is taken to EL1, one of stage 2 to EL2.  From EL0 and to
 * another level is an exception class of its own.  Whether a walk of stage 1 that meets
 * a fault of stage 2 counts as a read or as a write is not compared.
 */
static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	const bool both = control & PT_REGIME_ARM64_STAGE2 &&
			  reply->vector == ARM64_TO_EL2;
	const bool stage2 = m->config & ARM64_CONFIG_STAGE2 || both;
	const bool lower = stage2 || probe->privilege == PT_AS_USER;
	const bool walk = both && reply->syndrome >> 7 & 1;
	const unsigned ec = (unsigned)(reply->syndrome >> 26) & 0x3f;
	const unsigned want = (probe->access == PT_EXEC ? 0x20u : 0x24u) +
			      !lower;
	const bool wnr = reply->syndrome >> 6 & 1;

	if (probe->translate)
		return translated(m, control, address, reply);
	if (reply->vector != (stage2 ? ARM64_TO_EL2 : ARM64_TO_EL1) ||
	    ec != want || reply->address != address ||
	    (probe->access != PT_EXEC && !walk &&
	     wnr != (probe->access == PT_WRITE)))
		return guest_answer(GUEST_ODD);
	if (both)
		return below_of((unsigned)reply->syndrome & 0x3f, walk);
	return answer_of((unsigned)reply->syndrome & 0x3f);
}

static const char *const arguments[] = {
	/* Only the program counter: the program is in RAM already. */
	"-device", "loader,addr=0x40100000,cpu-num=0", NULL,
};

/* TG0, DS and IPS, or PS, of the configurations. */
#define TG_4K		(UINT64_C(0) << 14)
#define TG_16K		(UINT64_C(2) << 14)
#define TG_64K		(UINT64_C(1) << 14)
#define DS		(UINT64_C(1) << 59)
#define IPS(n)		(UINT64_C(n) << 32)
#define VTCR(ps, sl0)	(UINT64_C(1) << 31 | UINT64_C(ps) << 16 | (sl0) << 6)

/* Outside both ranges: level 0, whatever the walk would start at. */
#define ARM64_CLASSES							\
	[PT_V_OK] = GUEST_OK,						\
	[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,			\
	[PT_V_PERMISSION] = GUEST_FAULT_DENIED,				\
	[PT_V_RESERVED] = GUEST_FAULT_ABSENT,				\
	[PT_V_ADDRSIZE] = GUEST_FAULT_ADDRSIZE,				\
	[PT_V_CANONICAL] = GUEST_FAULT_ABSENT,				\
	[PT_V_ACCESS] = GUEST_FAULT_ACCESS,				\
	[PT_V_DIRTY] = GUEST_FAULT_DENIED,				\
	[PT_V_WALKBUS] = GUEST_FAULT_BUS,				\
	[PT_V_BELOW] = GUEST_BELOW_ABSENT,				\
	[PT_V_BELOW_DENIED] = GUEST_BELOW_DENIED,			\
	[PT_V_WALK_BELOW] = GUEST_BELOW_WALK_ABSENT,			\
	[PT_V_WALK_BELOW_DENIED] = GUEST_BELOW_WALK_DENIED

#define ARM64_MACHINE							\
	.architecture = "arm64",					\
	.program = "qemu-system-aarch64",				\
	.package = "qemu-system-arm",					\
	.board = "virt,virtualization=on,gic-version=2",		\
	.cpu = "max",							\
	.image = &guest_image_arm64,					\
	.image_at = ARM64_PROGRAM_AT,					\
	.arguments = arguments,						\
	.ram_pa = ARM64_RAM_AT,						\
	/* Flash and devices; redistributors, ECAM; PCI. */		\
	.devices = { { 0, ARM64_RAM_AT }, { 0x4000000000, 0x20000000 },	\
		     { 0x8000000000, 0x8000000000 } },			\
	.root_entry_bytes = 8,						\
	.word_bytes = 8,						\
	.accesses = GUEST_CAN_ALL,					\
	/* AT asks for reads and writes. */				\
	.translates = GUEST_CAN(PT_AS_USER, PT_READ) |			\
		      GUEST_CAN(PT_AS_USER, PT_WRITE) |			\
		      GUEST_CAN(PT_AS_KERNEL, PT_READ) |		\
		      GUEST_CAN(PT_AS_KERNEL, PT_WRITE),		\
	.translate_mask = ARM64_PAR_PA,					\
	.flushes_each = true,						\
	.dozes = true,							\
	.root_register = root_register,					\
	.tag_page = tag_page,						\
	.classify = classify,						\
	.class_of = { ARM64_CLASSES },					\
	/* The words behind are of stage 2 below. */			\
	.tells_depth = (1u << PT_V_BELOW) - 1 - (1u << PT_V_OK),	\
	.outside_depth = PT_P4D

#define STAGE1(name, bits, shift, entries, tcr)				\
	extern const struct guest_machine guest_arm64_##name;		\
	const struct guest_machine guest_arm64_##name = {		\
		ARM64_MACHINE,						\
		.va_bits = bits,					\
		.root_shift = shift,					\
		.root_entries = entries,				\
		.beside = true,						\
		.config = (tcr) | (64 - (bits)),			\
		.control_any = PT_REGIME_ARM64_HA | PT_REGIME_ARM64_PAN | \
			       PT_REGIME_ARM64_WXN | PT_REGIME_ARM64_HPD | \
			       PT_REGIME_ARM64_STAGE2,			\
		.control_below = PT_REGIME_ARM64_STAGE2,		\
		.below_shift = ARM64_STAGE2_PAGE_SHIFT,			\
		.below_bytes = UINT64_C(1) << ARM64_STAGE2_SHIFT,	\
		.below_page = arm64_below_page,				\
		.put_below = arm64_put_below,				\
		.format = "arm64-"

#define STAGE2(name, bits, shift, entries, vtcr)			\
	extern const struct guest_machine guest_arm64_##name;		\
	const struct guest_machine guest_arm64_##name = {		\
		ARM64_MACHINE,						\
		.va_bits = bits,					\
		.root_shift = shift,					\
		.root_entries = entries,				\
		.config = ARM64_CONFIG_STAGE2 | (vtcr) | (64 - (bits)),	\
		.zero_extended = true,					\
		.control_any = PT_REGIME_ARM64_HA,			\
		.map_runtime = map_runtime,				\
		.entry_is_invalid = entry_is_invalid,			\
		.format = "arm64-"

STAGE1(4k_39, 39, 30, 512, TG_4K | IPS(5)) "4k-39" };
STAGE1(4k_48, 48, 39, 512, TG_4K | IPS(5)) "4k-48" };
STAGE1(4k_52, 52, 48, 16, TG_4K | IPS(6) | DS) "4k-52" };
STAGE1(16k_36, 36, 25, 2048, TG_16K | IPS(5)) "16k-36" };
STAGE1(16k_47, 47, 36, 2048, TG_16K | IPS(5)) "16k-47" };
STAGE1(16k_48, 48, 47, 2, TG_16K | IPS(5)) "16k-48" };
STAGE1(16k_52, 52, 47, 32, TG_16K | IPS(6) | DS) "16k-52" };
STAGE1(64k_42, 42, 29, 8192, TG_64K | IPS(5)) "64k-42" };
STAGE1(64k_48, 48, 42, 64, TG_64K | IPS(5)) "64k-48" };
STAGE1(64k_52, 52, 42, 1024, TG_64K | IPS(6)) "64k-52" };
STAGE2(s2_40, 40, 30, 1024, VTCR(2, 1)) "s2-40" };
STAGE2(s2_48, 48, 39, 512, VTCR(5, 2)) "s2-48" };
