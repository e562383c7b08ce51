/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the x86 probe guests: 2 levels, PAE, 4 and 5 levels.
 *
 * Sources: Intel SDM volume 3A, 4.3 (32-bit paging: entries), 4.4 (PAE),
 * 4.5 (4-level and 5-level paging: entries),
 * 4.7 (page-fault error code), 6.15 (#GP: non-canonical addresses).
 */
#include "guest_layout.h"
#include "guest_machine.h"

#define ENTRY_P		UINT64_C(0x001)
#define ENTRY_RW	UINT64_C(0x002)
#define ENTRY_US	UINT64_C(0x004)
#define ENTRY_A		UINT64_C(0x020)
#define ENTRY_D		UINT64_C(0x040)
#define ENTRY_PS	UINT64_C(0x080)
/* Accessed and dirty are preset: the processor never writes the runtime's. */
#define ENTRY_TABLE	(ENTRY_P | ENTRY_RW | ENTRY_US | ENTRY_A)
#define ENTRY_2M	(ENTRY_P | ENTRY_A | ENTRY_D | ENTRY_PS)

enum { VECTOR_GP = 13, VECTOR_PF = 14 };

#define ERROR_P		UINT64_C(0x01)
#define ERROR_WR	UINT64_C(0x02)
#define ERROR_US	UINT64_C(0x04)
#define ERROR_RSVD	UINT64_C(0x08)
#define ERROR_ID	UINT64_C(0x10)
#define ERROR_PK	UINT64_C(0x20)

enum { PAGE = 4096, PD_SHIFT = 21, INDEX_BITS = 9 };

extern const struct guest_image guest_image_x86, guest_image_x86_rom;
extern const struct guest_image guest_image_i386, guest_image_i386_rom;

/* Pages of the area: 0 the shadow root, 1 home, then one table per level. */
static uint64_t map_runtime(const struct guest_machine *m, uint8_t *area,
			    uint64_t pa, uint64_t *home)
{
	unsigned tables = (unsigned)(m->root_shift - PD_SHIFT) / INDEX_BITS;
	uint64_t entry = (pa + 2 * PAGE) | ENTRY_TABLE;
	uint8_t *table = area + 2 * PAGE;

	for (unsigned i = 0; i < 1U << INDEX_BITS; i++)
		guest_put64(area + PAGE + 8 * i, entry);
	for (unsigned i = 1; i < tables; i++, table += PAGE)
		guest_put64(table, (pa + (2 + i) * PAGE) | ENTRY_TABLE);
	guest_put64(table, 0 | ENTRY_2M | ENTRY_RW);
	guest_put64(table + 8, (UINT64_C(1) << PD_SHIFT) | ENTRY_2M | ENTRY_RW);
	guest_put64(table + 8 * (X86_USER_ALIAS >> PD_SHIFT),
		    0 | ENTRY_2M | ENTRY_US);
	*home = pa + PAGE;
	return entry;
}

/*
 * 2 levels; pages of the area: 0 the shadow root, 1 home, 2 the runtime's only
 * table.  The first MiB of a slot is the program's for ring 3.
 */
static uint64_t map_runtime_i386(const struct guest_machine *m, uint8_t *area,
				 uint64_t pa, uint64_t *home)
{
	enum { ENTRIES = 1024, ALIAS = ENTRIES / 4 };
	const uint64_t entry = (pa + 2 * PAGE) | ENTRY_TABLE;

	(void)m;
	for (unsigned i = 0; i < ENTRIES; i++) {
		const uint32_t page = i < ALIAS ? (i + ALIAS) * PAGE : i * PAGE;
		const uint64_t rights = i < ALIAS ? ENTRY_US : ENTRY_RW;

		guest_put32(area + PAGE + 4 * i, (uint32_t)entry);
		guest_put32(area + 2 * PAGE + 4 * i,
			    page | (uint32_t)(ENTRY_P | ENTRY_A | ENTRY_D |
					      rights));
	}
	*home = pa + PAGE;
	return entry;
}

/* PAE: the same with a page directory and large pages. */
static uint64_t map_runtime_pae(const struct guest_machine *m, uint8_t *area,
				uint64_t pa, uint64_t *home)
{
	const uint64_t entry = (pa + 2 * PAGE) | ENTRY_P;
	uint8_t *table = area + 2 * PAGE;

	for (unsigned i = 0; i < m->root_entries; i++)
		guest_put64(area + PAGE + 8 * i, entry);
	guest_put64(table, 0 | ENTRY_2M | ENTRY_RW);
	guest_put64(table + 8, (UINT64_C(1) << PD_SHIFT) | ENTRY_2M | ENTRY_RW);
	guest_put64(table + 8 * (I386_ALIAS_PAE >> PD_SHIFT),
		    0 | ENTRY_2M | ENTRY_US);
	*home = pa + PAGE;
	return entry;
}

static bool entry_is_invalid(uint64_t raw)
{
	return !(raw & ENTRY_P);
}

static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return pa;
}

/* mov $pa, %eax; ud2 */
static void tag_page(uint8_t *page, uint64_t pa)
{
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put64(page + GUEST_TAG_AT, pa);
	stub[0] = 0xb8;
	guest_put32(stub + 1, (uint32_t)pa);
	stub[5] = 0x0f;
	stub[6] = 0x0b;
}

/* A key denies data accesses where there is a translation, and keys. */
static bool key_fits(uint32_t control, const struct guest_probe *probe,
		     uint64_t error)
{
	return control & PT_REGIME_X86_PKE && probe->access != PT_EXEC &&
	       (error & (ERROR_P | ERROR_RSVD)) == ERROR_P;
}

static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	/* NXE counts with PAE only, which 4 and 5 levels have. */
	const bool pae = m->root_entry_bytes == 8;
	bool fetch_told = control & (PT_REGIME_X86_SMEP |
				     (pae ? PT_REGIME_X86_NXE : 0));
	uint64_t expected = 0;

	if (reply->vector == VECTOR_GP)
		return guest_answer(reply->syndrome ? GUEST_ODD :
						      GUEST_FAULT_CANONICAL);
	expected |= probe->access == PT_WRITE ? ERROR_WR : 0;
	expected |= probe->privilege == PT_AS_USER ? ERROR_US : 0;
	expected |= probe->access == PT_EXEC && fetch_told ? ERROR_ID : 0;
	if (reply->vector != VECTOR_PF || reply->address != address ||
	    (reply->syndrome & ~(ERROR_P | ERROR_RSVD | ERROR_PK)) != expected)
		return guest_answer(GUEST_ODD);
	if (reply->syndrome & ERROR_PK)
		return guest_answer(key_fits(control, probe, reply->syndrome) ?
					    GUEST_FAULT_KEY : GUEST_ODD);
	if (reply->syndrome & ERROR_RSVD)
		return guest_answer(reply->syndrome & ERROR_P ?
					    GUEST_FAULT_RESERVED :
					    GUEST_FAULT_RESERVED_ABSENT);
	return guest_answer(reply->syndrome & ERROR_P ? GUEST_FAULT_DENIED :
							GUEST_FAULT_ABSENT);
}

/* Accessed, dirty and failing walks are no faults of x86. */
#define X86_CLASSES							\
	[PT_V_OK] = GUEST_OK,						\
	[PT_V_TRANSLATION] = GUEST_FAULT_ABSENT,			\
	[PT_V_PERMISSION] = GUEST_FAULT_DENIED,				\
	[PT_V_KEY] = GUEST_FAULT_KEY,					\
	[PT_V_RESERVED] = GUEST_FAULT_RESERVED,				\
	[PT_V_ADDRSIZE] = GUEST_FAULT_RESERVED,				\
	[PT_V_CANONICAL] = GUEST_FAULT_CANONICAL,			\
	[PT_V_ACCESS] = GUEST_NOT_RUN,					\
	[PT_V_DIRTY] = GUEST_NOT_RUN,					\
	[PT_V_WALKBUS] = GUEST_NOT_RUN

#define X86_CONTROLS							\
	(PT_REGIME_X86_WP | PT_REGIME_X86_NXE | PT_REGIME_X86_SMEP |	\
	 PT_REGIME_X86_SMAP)

#define X86_MACHINE							\
	.architecture = "x86",						\
	.program = "qemu-system-x86_64",				\
	.package = "qemu-system-x86",					\
	.board = "q35",							\
	/* TCG's MAXPHYADDR; below 4 GiB the upper quarter is devices. */	\
	.pa_bits = 40,							\
	.devices = { { 0xb0000000, 0x50000000 } },			\
	.image_at = X86_PROGRAM_AT,					\
	.rom_bytes = 0x10000,						\
	.boot = "-bios",						\
	.accesses = GUEST_CAN_ALL,					\
	.flushes_each = true,						\
	.dozes = true,							\
	.ram_pa = 0,							\
	.control_default = PT_REGIME_X86_WP | PT_REGIME_X86_NXE,	\
	.entry_is_invalid = entry_is_invalid,				\
	.root_register = root_register,					\
	.tag_page = tag_page,						\
	.classify = classify,						\
	.class_of = { X86_CLASSES }

#define X86_64_MACHINE							\
	X86_MACHINE,							\
	.cpu = "max",							\
	.control_any = X86_CONTROLS | PT_REGIME_X86_PKE,		\
	.image = &guest_image_x86,					\
	.rom = &guest_image_x86_rom,					\
	.root_entries = 512,						\
	.root_entry_bytes = 8,						\
	.word_bytes = 8,						\
	.map_runtime = map_runtime

/* Without PSE-36 bits 21:13 of a large page's PDE are reserved. */
#define I386_MACHINE							\
	X86_MACHINE,							\
	.cpu = "max,pse36=off",						\
	.control_any = X86_CONTROLS,					\
	.image = &guest_image_i386,					\
	.rom = &guest_image_i386_rom,					\
	.word_bytes = 4,						\
	.va_bits = 32

extern const struct guest_machine guest_x86_64_4level, guest_x86_64_5level;
extern const struct guest_machine guest_i386, guest_i386_pae;

const struct guest_machine guest_x86_64_4level = {
	.format = "x86_64-4level",
	.va_bits = 48,
	.root_shift = 39,
	X86_64_MACHINE,
};

const struct guest_machine guest_x86_64_5level = {
	.format = "x86_64-5level",
	.va_bits = 57,
	.root_shift = 48,
	X86_64_MACHINE,
};

const struct guest_machine guest_i386 = {
	.format = "i386",
	.root_entries = 1024,
	.root_entry_bytes = 4,
	.root_shift = 22,
	.config = I386_ALIAS_2LEVEL,
	.map_runtime = map_runtime_i386,
	I386_MACHINE,
};

const struct guest_machine guest_i386_pae = {
	.format = "i386-pae",
	.root_entries = 4,
	.root_entry_bytes = 8,
	.root_shift = 30,
	.config = I386_ALIAS_PAE | I386_CONFIG_PAE,
	.map_runtime = map_runtime_pae,
	I386_MACHINE,
};
