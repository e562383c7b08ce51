/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the riscv64 probe guests: Sv39, Sv48, Sv57.
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

extern const struct guest_image guest_image_riscv;

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

static bool entry_is_invalid(uint64_t raw)
{
	return !(raw & ENTRY_V);
}

/* satp: MODE 8, 9, 10 for Sv39, Sv48, Sv57; ASID 0. */
static uint64_t root_register(const struct guest_machine *m, uint64_t pa)
{
	uint64_t mode = 8 + (uint64_t)(m->va_bits - 39) / INDEX_BITS;

	return mode << 60 | pa >> 12;
}

/* lui a0, high; addiw a0, a0, low; ecall.  addiw sign-extends its 12 bits. */
static void tag_page(uint8_t *page, uint64_t pa)
{
	uint32_t low = (uint32_t)pa & 0xfff;
	uint32_t high = ((uint32_t)pa + 0x800) & 0xfffff000;
	uint8_t *stub = page + GUEST_STUB_AT;

	guest_put64(page + GUEST_TAG_AT, pa);
	guest_put32(stub, high | 10 << 7 | 0x37);
	guest_put32(stub + 4, low << 20 | 10 << 15 | 10 << 7 | 0x1b);
	guest_put32(stub + 8, 0x73);
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

static struct guest_answer project(const struct guest_machine *m,
				   uint32_t control,
				   const struct guest_probe *probe,
				   const struct pt_verdict *verdict)
{
	(void)m;
	(void)control;
	(void)probe;
	if (verdict->word == PT_V_OK)
		return guest_answer(GUEST_OK);
	return guest_answer(verdict->word == PT_V_WALKBUS ? GUEST_FAULT_BUS :
							    GUEST_FAULT_PAGE);
}

/* QEMU 7.2 sets A and D in hardware and cannot be told not to. */
#define RISCV_MACHINE							\
	.architecture = "riscv",					\
	.program = "qemu-system-riscv64",				\
	.package = "qemu-system-misc",					\
	.board = "virt",						\
	.cpu = "rv64",							\
	.image = &guest_image_riscv,					\
	.image_at = 0,							\
	.boot = "-bios",						\
	.root_entries = 512,						\
	.root_entry_bytes = 8,						\
	.word_bytes = 8,						\
	.accesses = GUEST_CAN_ALL,					\
	.ram_pa = RISCV_RAM_AT,						\
	.control_any = PT_REGIME_RISCV_SUM | PT_REGIME_RISCV_MXR,	\
	.control_always = PT_REGIME_RISCV_ADUE,				\
	.control_default = PT_REGIME_RISCV_ADUE,			\
	.map_runtime = map_runtime,					\
	.entry_is_invalid = entry_is_invalid,				\
	.root_register = root_register,					\
	.tag_page = tag_page,						\
	.classify = classify,						\
	.project = project

extern const struct guest_machine guest_riscv_sv39, guest_riscv_sv48,
				  guest_riscv_sv57;

const struct guest_machine guest_riscv_sv39 = {
	.format = "riscv-sv39",
	.va_bits = 39,
	.root_shift = 30,
	RISCV_MACHINE,
};

const struct guest_machine guest_riscv_sv48 = {
	.format = "riscv-sv48",
	.va_bits = 48,
	.root_shift = 39,
	RISCV_MACHINE,
};

const struct guest_machine guest_riscv_sv57 = {
	.format = "riscv-sv57",
	.va_bits = 57,
	.root_shift = 48,
	RISCV_MACHINE,
};
