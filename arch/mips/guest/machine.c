/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the mips probe guests: 32 bits, whose processor walks the tables,
 * and 64 bits, where a handler does.
 *
 * Sources: MIPS Architecture for Programmers, volume III (MD00090, MD00091): "Address
 * Translation" and "TLB Exceptions" (V before XI and RI, these before D), Cause
 * (ExcCode), PageGrain (IEC); volume II: LUI, ORI, SYSCALL (encodings).
 */
#include "guest_layout.h"
#include "guest_machine.h"

#define KSEG0	UINT64_C(0x80000000)
#define XKPHYS	UINT64_C(0x9800000000000000)

extern const struct guest_image guest_image_mips, guest_image_mips64;
extern const struct guest_machine guest_mips32, guest_mips64, guest_mips64_48;

/* PWBase is an address in kseg0. */
static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return KSEG0 + pa;
}

/* The handler's is one in xkphys, cached. */
static uint64_t root_register64(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return XKPHYS + pa;
}

/* A root entry that points to the invalid table below it. */
static bool entry_is_invalid(uint64_t raw)
{
	return raw == (XKPHYS | MIPS_INVALID_PUD_AT) ||
	       raw == (XKPHYS | MIPS_INVALID_PMD_AT);
}

/* The runtime has a TLB entry of its own, so its slot stays as it is. */
static uint64_t map_runtime(const struct guest_machine *m, uint8_t *area,
			    uint64_t pa, uint64_t *home)
{
	(void)area;
	(void)pa;
	*home = 0;
	return XKPHYS | (m->config == MIPS_ROOT_OF_P4DS ? MIPS_INVALID_PUD_AT :
							  MIPS_INVALID_PMD_AT);
}

/*
 * Beyond the root's addresses are windows and other segments, or, with a root shorter
 * than the processor's address space, what the handler takes for the same once more.
 */
static bool reaches(const struct guest_machine *m,
		    const struct guest_probe *probe)
{
	return probe->va >> m->va_bits == 0;
}

/* lui $2, high; ori $2, $2, low; syscall */
static void tag(const struct guest_machine *m, uint8_t *page, uint64_t pa)
{
	uint8_t *const stub = page + GUEST_STUB_AT;

	guest_put(m, page + GUEST_TAG_AT, m->word_bytes, pa);
	guest_put(m, stub, 4, 0x3c020000 | pa >> 16);
	guest_put(m, stub + 4, 4, 0x34420000 | (pa & 0xffff));
	guest_put(m, stub + 8, 4, 0x0000000c);
}

static void tag_page(uint8_t *page, uint64_t pa)
{
	tag(&guest_mips32, page, pa);
}

static void tag_page64(uint8_t *page, uint64_t pa)
{
	tag(&guest_mips64, page, pa);
}

/*
 * A refill exception that is not the guest's own means that the walk met no table.
 * IEC is set, so XI and RI have codes of their own.
 */
static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	static const uint8_t invalid[PT_ACCESSES] = {
		[PT_READ] = MIPS_CODE_TLBL, [PT_WRITE] = MIPS_CODE_TLBS,
		[PT_EXEC] = MIPS_CODE_TLBL,
	};
	static const uint8_t inhibited[PT_ACCESSES] = {
		[PT_READ] = MIPS_CODE_TLBRI, [PT_WRITE] = MIPS_CODE_MOD,
		[PT_EXEC] = MIPS_CODE_TLBXI,
	};

	(void)m;
	(void)control;
	if (reply->syndrome == MIPS_CODE_IBE || reply->syndrome == MIPS_CODE_DBE)
		return guest_answer(GUEST_FAULT_BUS);
	if (reply->address != address)
		return guest_answer(GUEST_ODD);
	if (reply->vector != MIPS_VECTOR_GENERAL)
		return guest_answer(GUEST_FAULT_BUS);
	if (reply->syndrome == invalid[probe->access])
		return guest_answer(GUEST_FAULT_ABSENT);
	if (reply->syndrome == inhibited[probe->access])
		return guest_answer(GUEST_FAULT_DENIED);
	return guest_answer(GUEST_ODD);
}

/*
 * The processor sees V and D, which software keeps clear where a page is not young or
 * not dirty yet: such a page looks absent, or as if it must not be written.  V is
 * clear, too, where a page cannot be read, whatever else it allows.
 */
#define MIPS_COMMON							\
	.architecture = "mips",						\
	.package = "qemu-system-mips",					\
	.board = "malta",						\
	.image_at = MIPS_PROGRAM_AT,					\
	.image_in_rom = true,						\
	.boot = "-kernel",						\
	.ram_pa = 0,							\
	.zero_extended = true,						\
	.accesses = GUEST_CAN_ALL,					\
	.reaches = reaches,						\
	.classify = classify,						\
	.valid_if = PT_R | PT_ACCESSED,					\
	.class_of = {							\
		[PT_V_OK] = GUEST_OK,					\
		[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,		\
		[PT_V_ACCESS] = GUEST_FAULT_ABSENT,			\
		[PT_V_PERMISSION] = GUEST_FAULT_DENIED,			\
		[PT_V_DIRTY] = GUEST_FAULT_DENIED,			\
	}

#define MIPS64								\
	MIPS_COMMON,							\
	.program = "qemu-system-mips64el",				\
	.cpu = "I6400",							\
	.image = &guest_image_mips64,					\
	.rom = &guest_image_mips64,					\
	.refill = true,							\
	.root_entry_bytes = 8,						\
	.word_bytes = 8,						\
	.map_runtime = map_runtime,					\
	.entry_is_invalid = entry_is_invalid,				\
	.root_register = root_register64,				\
	.tag_page = tag_page64

const struct guest_machine guest_mips32 = {
	MIPS_COMMON,
	.format = "mips32-4k",
	.program = "qemu-system-mips",
	.cpu = "P5600",
	.image = &guest_image_mips,
	.rom = &guest_image_mips,
	.beside = true,
	.big_endian = true,
	.root_entries = 512,
	.root_entry_bytes = 4,
	.word_bytes = 4,
	.va_bits = 31,
	.root_shift = 22,
	.root_register = root_register,
	.tag_page = tag_page,
	/* A refill handler's loads are not a walk. */
	.class_of[PT_V_WALKBUS] = GUEST_FAULT_BUS,
};

const struct guest_machine guest_mips64 = {
	MIPS64,
	.format = "mips64-4k",
	.config = MIPS_ROOT_OF_PUDS,
	.root_entries = 1024,
	.va_bits = 40,
	.root_shift = 30,
};

const struct guest_machine guest_mips64_48 = {
	MIPS64,
	.format = "mips64-4k-48",
	.config = MIPS_ROOT_OF_P4DS,
	.root_entries = 512,
	.va_bits = 48,
	.root_shift = 39,
};
