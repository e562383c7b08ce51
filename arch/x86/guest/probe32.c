/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * i386 probe guest: waits for a batch, makes its accesses in ring 0 and ring 3,
 * says what happened.  What should have happened is not known here.
 *
 * Sources: Intel SDM volume 3A, 3.4.5 (segment descriptors), 6.11 (IDT), 7.2 (TSS).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"
#include "timer.h"

struct i386_trap {
	uint32_t value, vector, error, eip, cr2;
};

struct i386_table_register {
	uint16_t pad, limit;
	uint32_t base;
};

/* start32.S */
extern const char stub_read[], stub_read_end[];
extern const char stub_write[], stub_write_end[];
extern const char x86_vectors[], x86_timer[], x86_trap_stack_top[];
void i386_move(const void *gdtr, const void *idtr);
void i386_set_root(uint32_t cr3);
void i386_kernel(uint32_t va, uint32_t value, uint32_t code, uint32_t selector,
		 struct i386_trap *trap);
void i386_user(uint32_t va, uint32_t value, uint32_t code, uint32_t selector,
	       struct i386_trap *trap);
void i386_set_control(uint32_t cr0, uint32_t cr4, uint32_t efer);

void guest_main(struct guest_mailbox *mailbox);	/* called from start32.S */

enum { VECTOR_UD = 6, VECTORS = X86_VECTOR_TIMER + 1 };
enum { UD_BYTES_INTO_STUB = 5 };	/* behind mov $imm32, %eax */
enum { GDT_ENTRIES = 8 };

#define ACCESS_KERNEL_CODE	0x9bu
#define ACCESS_KERNEL_DATA	0x93u
#define ACCESS_USER_CODE	0xfbu
#define ACCESS_USER_DATA	0xf3u
#define ACCESS_TSS		0x89u

static uint32_t gdt[GDT_ENTRIES][2], idt[VECTORS][2], tss[26];

static uint32_t address(const void *p)
{
	return (uint32_t)p;
}

/* A segment of 4 GiB, or of a few bytes. */
static void set_segment(unsigned selector, uint32_t base, uint32_t access,
			uint32_t bytes)
{
	const uint32_t granular = bytes ? 0 : 0x00cf0000;

	gdt[selector / 8][0] = base << 16 | (bytes ? bytes - 1 : 0xffff);
	gdt[selector / 8][1] = (base & 0xff000000) | granular | access << 8 |
			       (base >> 16 & 0xff);
}

static void set_gate(unsigned vector, uint32_t handler)
{
	idt[vector][0] = (uint32_t)I386_KERNEL_CODE << 16 | (handler & 0xffff);
	idt[vector][1] = (handler & 0xffff0000) | 0x8e00;
}

/* Moves to the runtime that is mapped at base.  The home root is in use. */
static void move(uint32_t base, uint32_t delta)
{
	struct i386_table_register gdtr = { .limit = sizeof(gdt) - 1 };
	struct i386_table_register idtr = { .limit = sizeof(idt) - 1 };

	set_segment(I386_KERNEL_CODE, base, ACCESS_KERNEL_CODE, 0);
	set_segment(I386_KERNEL_DATA, base, ACCESS_KERNEL_DATA, 0);
	set_segment(I386_FLAT_CODE, 0, ACCESS_KERNEL_CODE, 0);
	set_segment(I386_USER_CODE, base + delta, ACCESS_USER_CODE, 0);
	set_segment(I386_FLAT_DATA, 0, ACCESS_USER_DATA, 0);
	set_segment(I386_FLAT_USER_CODE, 0, ACCESS_USER_CODE, 0);
	set_segment(I386_TSS, base + address(tss), ACCESS_TSS, sizeof(tss));
	for (unsigned i = 0; i < X86_VECTOR_TIMER; i++)
		set_gate(i, address(x86_vectors) + i * X86_VECTOR_BYTES);
	set_gate(X86_VECTOR_TIMER, address(x86_timer));
	tss[1] = address(x86_trap_stack_top);	/* ESP0 */
	tss[2] = I386_KERNEL_DATA;		/* SS0 */
	gdtr.base = base + address(gdt);
	idtr.base = base + address(idt);
	i386_move(&gdtr.limit, &idtr.limit);
}

static void set_control(uint32_t control, bool pae)
{
	uint32_t cr0 = CR0_PG | CR0_ET | CR0_PE;
	uint32_t cr4 = pae ? CR4_PAE : CR4_PSE;

	cr0 |= control & PT_REGIME_X86_WP ? CR0_WP : 0;
	cr4 |= control & PT_REGIME_X86_SMEP ? CR4_SMEP : 0;
	cr4 |= control & PT_REGIME_X86_SMAP ? CR4_SMAP : 0;
	i386_set_control(cr0, cr4,
			 control & PT_REGIME_X86_NXE ? EFER_NXE : 0);
}

static void run_probe(const struct mailbox_probe *probe, uint32_t value,
		      struct mailbox_reply *reply)
{
	const bool user = probe->privilege == PT_AS_USER;
	const uint32_t page = (uint32_t)probe->page;
	uint32_t selector = user ? I386_USER_CODE : I386_KERNEL_CODE;
	struct i386_trap trap;
	uint32_t code, end;

	if (probe->access == PT_READ) {
		code = address(stub_read);
		end = address(stub_read_end);
	} else if (probe->access == PT_WRITE) {
		code = address(stub_write);
		end = address(stub_write_end);
	} else {
		selector = user ? I386_FLAT_USER_CODE : I386_FLAT_CODE;
		code = page + GUEST_STUB_AT;
		end = code + UD_BYTES_INTO_STUB;
	}
	(user ? i386_user : i386_kernel)(page, value, code, selector, &trap);
	reply->value = trap.value;
	reply->address = trap.cr2;
	reply->syndrome = trap.error;
	reply->vector = trap.vector;
	reply->state = trap.vector == VECTOR_UD && trap.eip == end ?
			GUEST_REPLY_OK : GUEST_REPLY_TRAP;
}

/* From the base of the runtime to that of its alias for ring 3. */
static uint32_t user_delta(const struct guest_mailbox *mailbox)
{
	return (uint32_t)mailbox->config & ~(uint32_t)I386_CONFIG_PAE;
}

static void run_batch(struct guest_mailbox *mailbox)
{
	const uint32_t config = (uint32_t)mailbox->config;

	set_control(mailbox->control, config & I386_CONFIG_PAE);
	move((uint32_t)mailbox->runtime_va, user_delta(mailbox));
	i386_set_root((uint32_t)mailbox->root);
	for (uint32_t i = 0; guest_next(mailbox, &i); i++) {
		if (mailbox->control & GUEST_FLUSH_EACH)
			i386_set_root((uint32_t)mailbox->root);
		run_probe(&mailbox->probe[i],
			  (uint32_t)mailbox->store_value + i,
			  &mailbox->reply[i]);
	}
	i386_set_root((uint32_t)mailbox->home_root);
}

void guest_main(struct guest_mailbox *mailbox)
{
	move(0, user_delta(mailbox));
	x86_prepare_timer();
	guest_serve(mailbox, run_batch, x86_doze);
}
