/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the riscv probe guests: Sv32, Sv39, Sv48, Sv57; Sv39 with
 * Svnapot, Sv48 with Svpbmt.
 *
 * Sources: RISC-V privileged specification 20211203, 4.1.11 (satp), 4.2.2
 * (stval), 4.3.1 and 4.4 to 4.6 (entries), table 4.2 (scause); unprivileged
 * specification, chapter 24 (encodings of lui, addiw, ecall).
 */
#include "guest_layout.h"
#include "guest_machine.h"

#define ENTRY_V		UINT64_C(0x01)
#define ENTRY_R		UINT64_C(0x02)
#define ENTRY_X		UINT64_C(0x08)
#define ENTRY_U		UINT64_C(0x10)
#define ENTRY_A		UINT64_C(0x40)
#define ENTRY_D		UINT64_C(0x80)
#define ENTRY_2M	(ENTRY_V | ENTRY_R | ENTRY_X | ENTRY_A | ENTRY_D)

enum { PAGE = 4096, MEGAPAGE_SHIFT = 21, INDEX_BITS = 9 };

extern const struct guest_image guest_image_riscv, guest_image_riscv32;

static uint64_t entry_address(uint64_t pa)
{
	return pa >> 12 << 10;
}

/* Pages of the area: 0 the shadow root, then one table per level. */
static uint64_t map_runtime(const struct guest_machine *m, uint8_t *area,
			    uint64_t pa, uint64_t *home)
{
	unsigned tables = (unsigned)(m->root_shift - MEGAPAGE_SHIFT) /
			  INDEX_BITS;
	uint64_t program = entry_address(m->ram_pa);
	uint64_t next = pa + 2 * PAGE;
	uint8_t *table = area + PAGE;

	for (unsigned i = 1; i < tables; i++, table += PAGE, next += PAGE)
		guest_put64(table, entry_address(next) | ENTRY_V);
	guest_put64(table, program | ENTRY_2M);
	guest_put64(table + 8 * (RISCV_USER_ALIAS >> MEGAPAGE_SHIFT),
		    program | ENTRY_2M | ENTRY_U);
	*home = 0;
	return entry_address(pa + PAGE) | ENTRY_V;
}

/*
 * Sv32, whose larger leaf is as long as the slot: a table of pages, the half of
 * them for each mode.
 */
static uint64_t map_runtime32(const struct guest_machine *m, uint8_t *area,
			      uint64_t pa, uint64_t *home)
{
	enum { ENTRIES = 1024 };
	const uint64_t megapage = ENTRY_2M;

	for (unsigned i = 0; i < ENTRIES; i++) {
		const uint64_t page = (uint64_t)(i % (ENTRIES / 2)) * PAGE;
		const uint64_t user = i < ENTRIES / 2 ? 0 : ENTRY_U;

		guest_put32(area + PAGE + 4 * i,
			    (uint32_t)(entry_address(m->ram_pa + page) |
				       megapage | user));
	}
	*home = 0;
	return entry_address(pa + PAGE) | ENTRY_V;
}

static bool entry_is_invalid(uint64_t raw)
{
	return !(raw & ENTRY_V);
}

/* satp of 32 bits: MODE 1. */
static uint64_t root_register32(const struct guest_machine *m, uint64_t pa)
{
	(void)m;
	return UINT64_C(1) << 31 | pa >> 12;
}

/* satp: MODE 8, 9, 10 for Sv39, Sv48, Sv57; ASID 0. */
static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	uint64_t mode = 8 + (uint64_t)(m->va_bits - 39) / INDEX_BITS;

	return mode << 60 | pa >> 12;
}

/*
 * lui a0, high; add a0, a0, low; ecall.  add is addiw, or with 32 bits addi; either
 * sign-extends its 12 bits.
 */
static void tag(uint8_t *page, uint64_t pa, uint32_t add)
{
	uint32_t low = (uint32_t)pa & 0xfff;
	uint32_t high = ((uint32_t)pa + 0x800) & 0xfffff000;
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put64(page + GUEST_TAG_AT, pa);
	guest_put32(stub, high | 10 << 7 | 0x37);
	guest_put32(stub + 4, low << 20 | 10 << 15 | 10 << 7 | add);
	guest_put32(stub + 8, 0x73);
}

static void tag_page(uint8_t *page, uint64_t pa)
{
	tag(page, pa, 0x1b);
}

static void tag_page32(uint8_t *page, uint64_t pa)
{
	tag(page, pa, 0x13);
}

static struct guest_answer classify(const struct guest_machine *m,
				    uint32_t control,
				    const struct guest_probe *probe,
				    uint64_t address,
				    const struct mailbox_reply *reply)
{
	static const uint8_t page_fault[PT_ACCESSES] = {
		[PT_READ] = 13, [PT_WRITE] = 15, [PT_EXEC] = 12,
	};
	static const uint8_t access_fault[PT_ACCESSES] = {
		[PT_READ] = 5, [PT_WRITE] = 7, [PT_EXEC] = 1,
	};

	(void)m;
	(void)control;
	if (reply->address != address)
		return guest_answer(GUEST_ODD);
	if (reply->syndrome == page_fault[probe->access])
		return guest_answer(GUEST_FAULT_PAGE);
	if (reply->syndrome == access_fault[probe->access])
		return guest_answer(GUEST_FAULT_BUS);
	return guest_answer(GUEST_ODD);
}

/* Whatever the cause. */
#define RISCV_CLASSES							\
	[PT_V_OK] = GUEST_OK,						\
	[PT_V_TRANSLATION] = GUEST_FAULT_PAGE,				\
	[PT_V_PERMISSION] = GUEST_FAULT_PAGE,				\
	[PT_V_RESERVED] = GUEST_FAULT_PAGE,				\
	[PT_V_ADDRSIZE] = GUEST_FAULT_PAGE,				\
	[PT_V_CANONICAL] = GUEST_FAULT_PAGE,				\
	[PT_V_ACCESS] = GUEST_FAULT_PAGE,				\
	[PT_V_DIRTY] = GUEST_FAULT_PAGE,				\
	[PT_V_WALKBUS] = GUEST_FAULT_BUS

/* QEMU 7.2 sets A and D in hardware and cannot be told not to. */
#define RISCV_COMMON							\
	.architecture = "riscv",					\
	.package = "qemu-system-misc",					\
	.board = "virt",						\
	.image_at = 0,							\
	.boot = "-bios",						\
	.accesses = GUEST_CAN_ALL,					\
	.flushes_each = true,						\
	.dozes = true,							\
	.ram_pa = RISCV_RAM_AT,						\
	.devices = { { 0, RISCV_RAM_AT },				\
		     { 0x400000000, 0x400000000 } },			\
	.control_any = PT_REGIME_RISCV_SUM | PT_REGIME_RISCV_MXR,	\
	.control_always = PT_REGIME_RISCV_ADUE,				\
	.control_default = PT_REGIME_RISCV_ADUE,			\
	.entry_is_invalid = entry_is_invalid,				\
	.classify = classify,						\
	.class_of = { RISCV_CLASSES }

#define RISCV64(name, processor, bits, shift)				\
	extern const struct guest_machine guest_riscv_##name;		\
	const struct guest_machine guest_riscv_##name = {		\
		RISCV_COMMON,						\
		.program = "qemu-system-riscv64",			\
		.cpu = processor,					\
		.image = &guest_image_riscv,				\
		.root_entries = 512,					\
		.root_entry_bytes = 8,					\
		.word_bytes = 8,					\
		.map_runtime = map_runtime,				\
		.root_register = root_register,				\
		.tag_page = tag_page,					\
		.va_bits = bits,					\
		.root_shift = shift,					\
		.format = "riscv-"

RISCV64(sv39, "rv64", 39, 30) "sv39" };
RISCV64(sv48, "rv64", 48, 39) "sv48" };
RISCV64(sv57, "rv64", 57, 48) "sv57" };
RISCV64(sv39_svnapot, "rv64,svnapot=true", 39, 30) "sv39-svnapot" };
RISCV64(sv48_svpbmt, "rv64,svpbmt=true", 48, 39) "sv48-svpbmt" };

extern const struct guest_machine guest_riscv_sv32;

const struct guest_machine guest_riscv_sv32 = {
	RISCV_COMMON,
	.format = "riscv-sv32",
	.program = "qemu-system-riscv32",
	.cpu = "rv32",
	.image = &guest_image_riscv32,
	.root_entries = 1024,
	.root_entry_bytes = 4,
	.word_bytes = 4,
	.map_runtime = map_runtime32,
	.root_register = root_register32,
	.tag_page = tag_page32,
	.va_bits = 32,
	.root_shift = 22,
};
