/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the s390x probe guest: roots of three, four and five tables.
 *
 * Sources: z/Architecture Principles of Operation (SA22-7832), chapter 3,
 * "Address-Space-Control Element", "Exceptions Recognized during Dynamic Address
 * Translation", "Translation-Exception Identification"; chapter 7, LOAD LOGICAL
 * IMMEDIATE, SUPERVISOR CALL (encodings); chapter 10, LOAD REAL ADDRESS.
 */
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_s390;

/* Address-space-control element: a private space, a root of full length. */
#define ASCE_PRIVATE	UINT64_C(0x100)
#define ASCE_LENGTH	UINT64_C(3)
/* guest_machine.config: the root's type. */
#define ASCE_TYPE(type)	((uint64_t)(type) << 2)

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	return pa | m->config | ASCE_PRIVATE | ASCE_LENGTH;
}

/* llilf %r2, pa; svc 0 */
static void tag_page(uint8_t *page, uint64_t pa)
{
	extern const struct guest_machine guest_s390x_3level;
	const struct guest_machine *m = &guest_s390x_3level;
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put(m, page + GUEST_TAG_AT, 8, pa);
	guest_put(m, stub, 2, 0xc02f);
	guest_put(m, stub + 2, 4, pa);
	guest_put(m, stub + 6, 2, 0x0a00);
}

/* Each table has a code of its own for an invalid entry. */
static struct guest_answer by_code(uint32_t code)
{
	switch (code) {
	case S390_ADDRESSING:
		return guest_answer(GUEST_FAULT_BUS);
	case S390_SPECIFICATION:
		return guest_answer(GUEST_FAULT_RESERVED);
	case S390_ASCE_TYPE:
		return guest_answer(GUEST_FAULT_CANONICAL);
	case S390_REGION_FIRST:
		return (struct guest_answer){ GUEST_FAULT_ABSENT, PT_PGD };
	case S390_REGION_SECOND:
		return (struct guest_answer){ GUEST_FAULT_ABSENT, PT_P4D };
	case S390_REGION_THIRD:
		return (struct guest_answer){ GUEST_FAULT_ABSENT, PT_PUD };
	case S390_SEGMENT:
		return (struct guest_answer){ GUEST_FAULT_ABSENT, PT_PMD };
	case S390_PAGE:
		return (struct guest_answer){ GUEST_FAULT_ABSENT, PT_PTE };
	default:
		return guest_answer(GUEST_ODD);
	}
}

/*
 * What LOAD REAL ADDRESS says.  The manual has condition code 1 for an invalid
 * segment-table entry and 2 for a page-table entry, and only for the rest 3 with an
 * interruption code; QEMU 7.2 has 3 with a code for all.  Either names the table.
 */
static struct guest_answer translated(uint64_t address,
				      const struct mailbox_reply *reply)
{
	if (reply->address != address)
		return guest_answer(GUEST_ODD);
	switch (reply->vector) {
	case S390_CONDITION(1):
		return by_code(S390_SEGMENT);
	case S390_CONDITION(2):
		return by_code(S390_PAGE);
	case S390_CONDITION(3):
		return by_code((uint32_t)reply->syndrome);
	default:
		return by_code(reply->vector);
	}
}

/*
 * Addressing and translation-specification exceptions leave the identification as
 * it was, which is 0 then.  In a protection exception it says what protected.
 */
static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	const bool store = probe->access == PT_WRITE;
	const bool fetch = probe->access == PT_EXEC;
	const uint64_t teid = reply->syndrome;

	(void)m;
	(void)control;
	if (probe->translate)
		return translated(address, reply);
	if (reply->vector == S390_ADDRESSING ||
	    reply->vector == S390_SPECIFICATION)
		return by_code(reply->vector);
	if (reply->address != (address & ~UINT64_C(0xfff)) ||
	    (teid & (S390_TEID_FETCH | S390_TEID_STORE)) !=
		    (store ? S390_TEID_STORE : S390_TEID_FETCH) ||
	    (teid & S390_TEID_SPACE) !=
		    (fetch ? S390_TEID_HOME : S390_TEID_SECONDARY))
		return guest_answer(GUEST_ODD);
	if (reply->vector != S390_PROTECTION)
		return by_code(reply->vector);
	if ((store && (teid & S390_TEID_CAUSE) == S390_TEID_DAT) ||
	    (fetch && (teid & S390_TEID_CAUSE) == S390_TEID_IEP))
		return guest_answer(GUEST_FAULT_DENIED);
	return guest_answer(GUEST_ODD);
}

/*
 * QEMU 7.2 has neither enhanced-DAT facility: format control is no bit of a segment
 * or region-third table, protection none of a region table.
 *
 * An old page and one without rights are invalid, a clean one is protected.
 */
#define S390_MACHINE							\
	.architecture = "s390",						\
	.program = "qemu-system-s390x",					\
	.package = "qemu-system-misc",					\
	.board = "s390-ccw-virtio",					\
	.cpu = "max",							\
	.image = &guest_image_s390,					\
	.image_at = S390_PROGRAM_AT,					\
	.rom = &guest_image_s390,					\
	.image_in_rom = true,						\
	.boot = "-kernel",						\
	.ram_pa = 0,							\
	.zero_extended = true,						\
	.root_entries = 2048,						\
	.root_entry_bytes = 8,						\
	.big_endian = true,						\
	.word_bytes = 8,						\
	.beside = true,							\
	.accesses = GUEST_CAN_ALL,					\
	/* In supervisor state only; protection is not asked. */	\
	.translates = GUEST_CAN(PT_AS_KERNEL, PT_READ),			\
	.translate_mask = ~UINT64_C(0xfff),				\
	.flushes_each = true,						\
	.lacks = {							\
		.leaves = 1u << PT_PUD | 1u << PT_PMD,			\
		.denials = 1u << PT_PGD | 1u << PT_P4D | 1u << PT_PUD,	\
	},								\
	.valid_if = PT_R,						\
	.root_register = root_register,					\
	.tag_page = tag_page,						\
	.classify = classify,						\
	.class_of = {							\
		[PT_V_OK] = GUEST_OK,					\
		[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,		\
		[PT_V_PERMISSION] = GUEST_FAULT_DENIED,			\
		[PT_V_ACCESS] = GUEST_FAULT_ABSENT,			\
		[PT_V_DIRTY] = GUEST_FAULT_DENIED,			\
		/* Software's bits and hardware's that do not agree. */	\
		[PT_V_RESERVED] = GUEST_NOT_RUN,			\
		[PT_V_ADDRSIZE] = GUEST_FAULT_BUS,			\
		[PT_V_CANONICAL] = GUEST_FAULT_CANONICAL,		\
		[PT_V_WALKBUS] = GUEST_FAULT_BUS,			\
	},								\
	.tells_depth = 1u << PT_V_TRANSLATION | 1u << PT_V_ACCESS,	\
	.outside_depth = PT_DEPTH_UNKNOWN

extern const struct guest_machine guest_s390x_3level, guest_s390x_4level,
				  guest_s390x_5level;

const struct guest_machine guest_s390x_3level = {
	S390_MACHINE,
	.format = "s390x-3level",
	.config = ASCE_TYPE(1),
	.va_bits = 42,
	.root_shift = 31,
};

const struct guest_machine guest_s390x_4level = {
	S390_MACHINE,
	.format = "s390x-4level",
	.config = ASCE_TYPE(2),
	.va_bits = 53,
	.root_shift = 42,
};

const struct guest_machine guest_s390x_5level = {
	S390_MACHINE,
	.format = "s390x-5level",
	.config = ASCE_TYPE(3),
	.va_bits = 64,
	.root_shift = 53,
};
