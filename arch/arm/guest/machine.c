/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the arm probe guests: short and long descriptors.
 *
 * Sources: Arm ARM DDI 0406C, B3.5.1 (section), B3.6.1 (block of 1 GiB), B3.13
 * (fault status encodings), B4.1.51 and B4.1.96 (DFSR, IFSR), A8.8.102 and A8.8.106
 * (encodings of MOVW, MOVT), A8.8.228 (SVC).
 */
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_arm;

/* AP 111: everybody reads, nobody writes; domain 0. */
#define SECTION		UINT32_C(0x8c02)
/* AP 11: the same; AF; attributes index 7, normal memory. */
#define BLOCK		UINT32_C(0x4dd)

/* The slot is the section: nothing is needed beside it. */
static uint64_t map_runtime(const struct guest_machine *m, uint8_t *area,
			    uint64_t pa, uint64_t *home)
{
	(void)area;
	(void)pa;
	*home = 0;
	return m->config & ARM_CONFIG_LPAE ? m->ram_pa | BLOCK :
					     (m->ram_pa + m->image_at) | SECTION;
}

/* Of a short descriptor 00; of a long one bit 0. */
static bool short_is_invalid(uint64_t raw)
{
	return !(raw & 3);
}

static bool long_is_invalid(uint64_t raw)
{
	return !(raw & 1);
}

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return pa;
}

static uint32_t move(uint32_t opcode, uint64_t half)
{
	return opcode | ((uint32_t)half & 0xf000) << 4 |
	       ((uint32_t)half & 0xfff);
}

/* movw r0, low; movt r0, high; svc #0 */
static void tag_page(uint8_t *page, uint64_t pa)
{
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put64(page + GUEST_TAG_AT, pa);
	guest_put32(stub, move(0xe3000000, pa & 0xffff));
	guest_put32(stub + 4, move(0xe3400000, pa >> 16 & 0xffff));
	guest_put32(stub + 8, 0xef000000);
}

static struct guest_answer at_depth(enum guest_class class, int depth)
{
	return (struct guest_answer){ (uint8_t)class, (int8_t)depth };
}

/* Fault status of short descriptors: level 1 is the pmd. */
static struct guest_answer short_answer(unsigned status)
{
	switch (status) {
	case 0x03:
		return at_depth(GUEST_FAULT_ACCESS, PT_PMD);
	case 0x06:
		return at_depth(GUEST_FAULT_ACCESS, PT_PTE);
	case 0x05:
		return at_depth(GUEST_FAULT_ABSENT, PT_PMD);
	case 0x07:
		return at_depth(GUEST_FAULT_ABSENT, PT_PTE);
	case 0x0d:
		return at_depth(GUEST_FAULT_DENIED, PT_PMD);
	case 0x0f:
		return at_depth(GUEST_FAULT_DENIED, PT_PTE);
	case 0x0c:
		return at_depth(GUEST_FAULT_BUS, PT_PMD);
	case 0x0e:
		return at_depth(GUEST_FAULT_BUS, PT_PTE);
	case 0x08:		/* not on a walk */
		return guest_answer(GUEST_FAULT_BUS);
	default:
		return guest_answer(GUEST_ODD);
	}
}

/* Of long ones: level L is depth L + 1. */
static struct guest_answer long_answer(unsigned status)
{
	static const uint8_t class[4] = {
		GUEST_FAULT_ADDRSIZE, GUEST_FAULT_ABSENT, GUEST_FAULT_ACCESS,
		GUEST_FAULT_DENIED,
	};

	if (status < 0x10)
		return at_depth((enum guest_class)class[status >> 2],
				(int)(status & 3) + 1);
	/* External aborts: on a walk, else. */
	if (status >= 0x14 && status <= 0x17)
		return at_depth(GUEST_FAULT_BUS, (int)status - 0x13);
	return guest_answer(status == 0x10 ? GUEST_FAULT_BUS : GUEST_ODD);
}

/*
 * What ATS1C left in PAR, or the exception that it was.  Asked from Hyp mode it
 * has the status codes of long descriptors for short ones too, whose levels 1 and 2
 * are pmd and pte.
 */
static struct guest_answer translated(const struct guest_machine *m,
				      uint64_t address,
				      const struct mailbox_reply *reply)
{
	const bool hyp = reply->vector == ARM_TO_HYP;
	const unsigned status = (unsigned)(hyp ? reply->syndrome :
		reply->syndrome >> ARM_PAR_FS_SHIFT) & 0x3f;
	struct guest_answer answer = long_answer(status);

	/* EC 0x25: a data abort of Hyp mode itself. */
	if (reply->address != address ||
	    (hyp ? (reply->syndrome >> 26) != 0x25 :
		   reply->vector != ARM_PAR ||
		   !(reply->syndrome & ARM_PAR_LPAE)))
		return guest_answer(GUEST_ODD);
	if (!(m->config & ARM_CONFIG_LPAE) && answer.class != GUEST_ODD)
		answer.depth = (int8_t)(answer.depth + 1);
	return answer;
}

static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	const bool fetch = probe->access == PT_EXEC;
	const bool wnr = reply->syndrome >> 11 & 1;
	const uint64_t fs = reply->syndrome;

	(void)control;
	if (probe->translate)
		return translated(m, address, reply);
	if (reply->vector != (fetch ? ARM_VECTOR_FETCH : ARM_VECTOR_DATA) ||
	    reply->address != address ||
	    (!fetch && wnr != (probe->access == PT_WRITE)))
		return guest_answer(GUEST_ODD);
	if (m->config & ARM_CONFIG_LPAE)
		return long_answer((unsigned)fs & 0x3f);
	return short_answer((unsigned)((fs & 0xf) | (fs >> 6 & 0x10)));
}

static const char *const arguments[] = {
	/* Only the program counter: the program is in RAM already. */
	"-device", "loader,addr=0x40100000,cpu-num=0", NULL,
};

/*
 * There is no address that is not translated.  What the model MMU calls reserved is
 * what Linux does not write (domains, NS, AP 010); a machine makes something of it.
 * ARMv7 has no fault of an address that is too large: such bits are SBZ.
 */
#define ARM_CLASSES							\
	[PT_V_OK] = GUEST_OK,						\
	[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,			\
	[PT_V_PERMISSION] = GUEST_FAULT_DENIED,				\
	[PT_V_RESERVED] = GUEST_NOT_RUN,				\
	[PT_V_ADDRSIZE] = GUEST_NOT_RUN,				\
	[PT_V_CANONICAL] = GUEST_NOT_RUN,				\
	[PT_V_DIRTY] = GUEST_FAULT_DENIED,				\
	[PT_V_WALKBUS] = GUEST_FAULT_BUS

#define ARM_MACHINE							\
	.architecture = "arm",						\
	.program = "qemu-system-arm",					\
	.package = "qemu-system-arm",					\
	.board = "virt,virtualization=on,gic-version=2",		\
	.cpu = "cortex-a15",						\
	.image = &guest_image_arm,					\
	.image_at = ARM_PROGRAM_AT,					\
	.arguments = arguments,						\
	.ram_pa = ARM_RAM_AT,						\
	/* Flash and devices; redistributors, ECAM; PCI. */		\
	.devices = { { 0, ARM_RAM_AT }, { 0x4000000000, 0x20000000 },	\
		     { 0x8000000000, 0x8000000000 } },			\
	.va_bits = 32,							\
	.zero_extended = true,						\
	.word_bytes = 4,						\
	.accesses = GUEST_CAN_ALL,					\
	/* ATS1C asks for reads and writes. */				\
	.translates = GUEST_CAN(PT_AS_USER, PT_READ) |			\
		      GUEST_CAN(PT_AS_USER, PT_WRITE) |			\
		      GUEST_CAN(PT_AS_KERNEL, PT_READ) |		\
		      GUEST_CAN(PT_AS_KERNEL, PT_WRITE),		\
	.translate_mask = ARM_PAR_PA,					\
	.flushes_each = true,						\
	.dozes = true,							\
	.map_runtime = map_runtime,					\
	.root_register = root_register,					\
	.tag_page = tag_page,						\
	.tells_depth = (uint16_t)~(1u << PT_V_OK),			\
	.classify = classify

/*
 * Of short descriptors as Linux writes them accessed and dirty are software's:
 * where one is clear, the entry says nothing, or nothing of writing.  With
 * SCTLR.AFE hardware has an access flag, of which Linux makes no use.
 */
#define ARM_SHORT							\
	ARM_MACHINE,							\
	.root_entries = 4096,						\
	.root_entry_bytes = 4,						\
	.root_shift = 20,						\
	.control_any = PT_REGIME_ARM_MANAGER | PT_REGIME_ARM_AFE,	\
	.entry_is_invalid = short_is_invalid

extern const struct guest_machine guest_arm_short, guest_arm_short_linux,
				  guest_arm_lpae;

const struct guest_machine guest_arm_short = {
	ARM_SHORT,
	.class_of = { ARM_CLASSES, [PT_V_ACCESS] = GUEST_FAULT_ACCESS },
	.format = "arm-short",
};

/* A pair of Linux's pgd is two of the hardware's entries. */
const struct guest_machine guest_arm_short_linux = {
	ARM_SHORT,
	.class_of = { ARM_CLASSES, [PT_V_ACCESS] = GUEST_FAULT_ABSENT },
	.format = "arm-short-linux",
};

const struct guest_machine guest_arm_lpae = {
	ARM_MACHINE,
	.format = "arm-lpae",
	.root_entries = 4,
	.root_entry_bytes = 8,
	.root_shift = 30,
	.config = ARM_CONFIG_LPAE,
	/* The access flag is there whatever it says. */
	.control_any = PT_REGIME_ARM_AFE,
	.class_of = { ARM_CLASSES, [PT_V_ACCESS] = GUEST_FAULT_ACCESS },
	.entry_is_invalid = long_is_invalid,
};
