/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * x86-64 probe guest: waits for a batch, makes its accesses in ring 0 and
 * ring 3, says what happened.  What should have happened is not known here.
 *
 * Sources: Intel SDM volume 3A, 6.14.1 (64-bit IDT), 7.2.3 and 7.7 (TSS).
 */
#include <tablewalk/types.h>
#include "guest_layout.h"
#include "guest_mailbox.h"
#include "guest_serve.h"
#include "timer.h"

struct x86_trap {
	uint64_t value, vector, error, rip, cr2;
};

struct x86_table_register {
	uint16_t pad[3], limit;
	uint64_t base;
};

/* start.S */
extern const char stub_read[], stub_read_end[];
extern const char stub_write[], stub_write_end[];
extern const char x86_vectors[], x86_timer[], x86_trap_stack_top[];
extern uint64_t x86_gdt[7];
void x86_run_at(uint64_t runtime_va, uint64_t cr3, uint64_t home_cr3);
void x86_kernel(uint64_t va, uint64_t value, uint64_t code,
		struct x86_trap *trap);
void x86_user(uint64_t va, uint64_t value, uint64_t code,
	      struct x86_trap *trap);
void x86_flush(void);
void x86_set_control(uint64_t cr0, uint64_t cr4, uint64_t efer);
void x86_set_pkru(uint32_t pkru);
void x86_load_tables(const void *gdtr, const void *idtr);

/* called from start.S */
void guest_main(struct guest_mailbox *mailbox);
void run_batch(uint64_t runtime_va);

enum { VECTOR_UD = 6, VECTORS = X86_VECTOR_TIMER + 1 };
enum { UD_BYTES_INTO_STUB = 5 };	/* behind mov $imm32, %eax */

static uint64_t idt[VECTORS][2];
static uint32_t tss[26];

static uint64_t address(const void *p)
{
	return (uint64_t)p;
}

static void set_gate(unsigned vector, uint64_t handler)
{
	idt[vector][0] = (handler & 0xffff) | SELECTOR_KERNEL_CODE << 16 |
			 UINT64_C(0x8e00) << 32 |
			 (handler >> 16 & 0xffff) << 48;
	idt[vector][1] = handler >> 32;
}

/*
 * Points everything that exceptions use at the alias at runtime_va.  Runs in
 * the home root, at the address linked at, where all aliases are mapped.
 */
static void aim(uint64_t runtime_va)
{
	struct x86_table_register gdtr = { .limit = 7 * 8 - 1 };
	struct x86_table_register idtr = { .limit = sizeof(idt) - 1 };
	uint64_t base = runtime_va + address(tss);
	uint64_t stack = runtime_va + address(x86_trap_stack_top);

	for (unsigned i = 0; i < X86_VECTOR_TIMER; i++)
		set_gate(i, runtime_va + address(x86_vectors) +
			    i * X86_VECTOR_BYTES);
	set_gate(X86_VECTOR_TIMER, runtime_va + address(x86_timer));
	tss[1] = (uint32_t)stack;		/* RSP0 */
	tss[2] = (uint32_t)(stack >> 32);
	x86_gdt[5] = (sizeof(tss) - 1) | (base & 0xffffff) << 16 |
		     UINT64_C(0x89) << 40 | (base >> 24 & 0xff) << 56;
	x86_gdt[6] = base >> 32;
	gdtr.base = runtime_va + address(x86_gdt);
	idtr.base = runtime_va + address(idt);
	x86_load_tables(&gdtr.limit, &idtr.limit);
}

static void set_control(uint32_t control, uint32_t va_bits)
{
	uint64_t cr0 = CR0_PG | CR0_ET | CR0_PE;
	uint64_t cr4 = CR4_PAE | (va_bits == 57 ? CR4_LA57 : 0);
	uint64_t efer = EFER_LME;

	cr0 |= control & PT_REGIME_X86_WP ? CR0_WP : 0;
	cr4 |= control & PT_REGIME_X86_SMEP ? CR4_SMEP : 0;
	cr4 |= control & PT_REGIME_X86_SMAP ? CR4_SMAP : 0;
	cr4 |= control & PT_REGIME_X86_PKE ? CR4_PKE : 0;
	efer |= control & PT_REGIME_X86_NXE ? EFER_NXE : 0;
	x86_set_control(cr0, cr4, efer);
	/* Without CR4.PKE the instruction is undefined. */
	if (control & PT_REGIME_X86_PKE)
		x86_set_pkru(PT_X86_PKRU);
}

static void run_probe(const struct mailbox_probe *probe, uint64_t value,
		      struct mailbox_reply *reply)
{
	bool user = probe->privilege == PT_AS_USER;
	uint64_t alias = user ? X86_USER_ALIAS : 0;
	struct x86_trap trap;
	uint64_t code, end;

	if (probe->access == PT_READ) {
		code = address(stub_read) + alias;
		end = address(stub_read_end) + alias;
	} else if (probe->access == PT_WRITE) {
		code = address(stub_write) + alias;
		end = address(stub_write_end) + alias;
	} else {
		code = probe->page + GUEST_STUB_AT;
		end = code + UD_BYTES_INTO_STUB;
	}
	(user ? x86_user : x86_kernel)(probe->page, value, code, &trap);
	reply->value = trap.value;
	reply->address = trap.cr2;
	reply->syndrome = trap.error;
	reply->vector = (uint32_t)trap.vector;
	reply->state = trap.vector == VECTOR_UD && trap.rip == end ?
			GUEST_REPLY_OK : GUEST_REPLY_TRAP;
}

void run_batch(uint64_t runtime_va)
{
	struct guest_mailbox *mailbox =
		(struct guest_mailbox *)(runtime_va + GUEST_MAILBOX_AT);

	for (uint32_t i = 0; guest_next(mailbox, &i); i++) {
		if (mailbox->control & GUEST_FLUSH_EACH)
			x86_flush();
		run_probe(&mailbox->probe[i], mailbox->store_value + i,
			  &mailbox->reply[i]);
	}
}

/* A batch, in the tested address space, at the alias that it has there. */
static void run_elsewhere(struct guest_mailbox *mailbox)
{
	set_control(mailbox->control, mailbox->va_bits);
	aim(mailbox->runtime_va);
	x86_run_at(mailbox->runtime_va, mailbox->root, mailbox->home_root);
}

void guest_main(struct guest_mailbox *mailbox)
{
	aim(0);
	x86_prepare_timer();
	guest_serve(mailbox, run_elsewhere, x86_doze);
}
