/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the ppc64 probe guests: radix trees with pages of 4 and of
 * 64 KiB.
 *
 * Sources: Power ISA version 3.0 B, Book III, 6.5.3 (DSISR of a data storage
 * interrupt), 6.5.5 (SRR1 of an instruction storage interrupt); Book I, 3.3
 * (encodings of addis, ori, sc).
 */
#include "guest_layout.h"
#include "guest_machine.h"

extern const struct guest_image guest_image_ppc64;
extern const struct guest_machine guest_ppc64_radix_4k, guest_ppc64_radix_64k;

#define NOT_THERE	UINT64_C(0x40000000)
#define NO_EXECUTE	UINT64_C(0x10000000)	/* fetches only */
#define PROTECTION	UINT64_C(0x08000000)
#define STORE		UINT64_C(0x02000000)	/* data only */
#define BAD_TREE	UINT64_C(0x00080000)

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return pa;
}

/* lis r3, high; ori r3, r3, low; sc */
static void tag_page(uint8_t *page, uint64_t pa)
{
	const struct guest_machine *m = &guest_ppc64_radix_4k;
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put(m, page + GUEST_TAG_AT, 8, pa);
	guest_put(m, stub, 4, 0x3c600000 | (pa >> 16 & 0xffff));
	guest_put(m, stub + 4, 4, 0x60630000 | (pa & 0xffff));
	guest_put(m, stub + 8, 4, 0x44000002);
}

static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	const bool fetch = probe->access == PT_EXEC;
	const bool store = reply->syndrome & STORE;

	(void)m;
	(void)control;
	if (reply->address != address)
		return guest_answer(GUEST_ODD);
	if (reply->vector == (fetch ? PPC_VECTOR_FETCH_SEGMENT :
				      PPC_VECTOR_DATA_SEGMENT))
		return guest_answer(GUEST_FAULT_CANONICAL);
	if (reply->vector != (fetch ? PPC_VECTOR_FETCH : PPC_VECTOR_DATA) ||
	    (!fetch && store != (probe->access == PT_WRITE)))
		return guest_answer(GUEST_ODD);
	if (reply->syndrome & BAD_TREE)
		return guest_answer(GUEST_FAULT_RESERVED);
	if (reply->syndrome & NOT_THERE)
		return guest_answer(GUEST_FAULT_ABSENT);
	if (reply->syndrome & (PROTECTION | (fetch ? NO_EXECUTE : 0)))
		return guest_answer(GUEST_FAULT_DENIED);
	return guest_answer(GUEST_ODD);
}

/* Hardware sets R and C. */
#define RADIX_CLASSES							\
	[PT_V_OK] = GUEST_OK,						\
	[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,			\
	[PT_V_PERMISSION] = GUEST_FAULT_DENIED,				\
	[PT_V_RESERVED] = GUEST_FAULT_RESERVED,				\
	[PT_V_ADDRSIZE] = GUEST_FAULT_BUS,				\
	[PT_V_CANONICAL] = GUEST_FAULT_CANONICAL,			\
	[PT_V_ACCESS] = GUEST_NOT_RUN,					\
	[PT_V_DIRTY] = GUEST_NOT_RUN,					\
	[PT_V_WALKBUS] = GUEST_FAULT_BUS

#define RADIX_MACHINE							\
	.architecture = "powerpc",					\
	.program = "qemu-system-ppc64",					\
	.package = "qemu-system-ppc",					\
	.board = "powernv9",						\
	.cpu = "power9",						\
	.image = &guest_image_ppc64,					\
	.image_at = 0,							\
	.rom = &guest_image_ppc64,					\
	.image_in_rom = true,						\
	.boot = "-bios",						\
	.ram_mib = 1024,						\
	.ram_pa = 0,							\
	.va_bits = 52,							\
	.zero_extended = true,						\
	.root_entries = 8192,						\
	.root_entry_bytes = 8,						\
	.root_shift = 39,						\
	.big_endian = true,						\
	.word_bytes = 8,						\
	.beside = true,							\
	.accesses = GUEST_CAN_ALL,					\
	.flushes_each = true,						\
	.root_register = root_register,					\
	.tag_page = tag_page,						\
	.classify = classify,						\
	.class_of = { RADIX_CLASSES }

const struct guest_machine guest_ppc64_radix_4k = {
	RADIX_MACHINE,
	.format = "ppc64-radix-4k",
};

const struct guest_machine guest_ppc64_radix_64k = {
	RADIX_MACHINE,
	.format = "ppc64-radix-64k",
};
