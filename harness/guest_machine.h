/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The seam between the host side of the probe guests and one architecture:
 * how the emulator is started, how the runtime is mapped, how a data page and
 * a reply look.  Each architecture has arch/<a>/guest/machine.c.
 */
#ifndef HARNESS_GUEST_MACHINE_H
#define HARNESS_GUEST_MACHINE_H

#include <tablewalk/types.h>

#include "guest.h"
#include "guest_mailbox.h"

/* An embedded guest program; bytes 0 where it could not be built. */
struct guest_image {
	const uint8_t *data;
	size_t bytes;
};

/*
 * One guest per format.  Constant.  The shadow root is a table of 512 entries
 * of 8 bytes, little-endian; a machine of another shape gets fields for it.
 */
struct guest_machine {
	const char *format;		/* name, as in pt_format */
	const char *architecture;	/* as in pt_format */
	const char *program;		/* the emulator */
	const char *package;		/* that has it, in Debian */
	const char *board;		/* -machine, without the memory */
	const char *cpu;		/* -cpu */
	const struct guest_image *image;
	uint32_t image_at;		/* from the start of RAM */
	const struct guest_image *rom;	/* end of a 64 KiB ROM, or NULL */
	uint64_t ram_pa;
	uint8_t va_bits;
	uint8_t root_shift;		/* lg2 bytes a root entry spans */
	uint32_t control_any;		/* PT_REGIME_* the guest can switch */
	uint32_t control_always;	/* PT_REGIME_* that are always on */
	uint32_t control_default;

	/*
	 * Builds the runtime's tables in area, which is zeroed RAM at physical
	 * address pa of GUEST_RUNTIME_BYTES, but for its first page.  Returns
	 * the root entry that maps the runtime, and sets *home to the root
	 * in which the guest waits (0 where it needs none).
	 */
	uint64_t (*map_runtime)(const struct guest_machine *machine,
				uint8_t *area, uint64_t pa, uint64_t *home);
	/* Whether a root entry is one that hardware takes for empty. */
	bool (*entry_is_invalid)(uint64_t raw);
	/* The value of the root register for a root table at pa. */
	uint64_t (*root_register)(const struct guest_machine *machine,
				  uint64_t pa);
	/* Fills in tag and stub of the data page at pa, and nothing else. */
	void (*tag_page)(uint8_t *page, uint64_t pa);
	/*
	 * The class of a trap; address is that of the byte accessed.
	 * GUEST_ODD where the trap does not fit the access.
	 */
	enum guest_class (*classify)(uint32_t control,
				     const struct guest_probe *probe,
				     uint64_t address,
				     const struct mailbox_reply *reply);
	/* The class that the architecture reports a verdict as. */
	enum guest_class (*project)(enum pt_word word);
};

/* Generated from the calls of tablewalk_add_guest(). */
extern const struct guest_machine *const guest_machines[];
extern const unsigned guest_machine_count;
/* "", or why images are empty. */
extern const char guest_machines_missing[];

/* Little-endian stores, for tables and code of little-endian guests. */
static inline void guest_put32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static inline void guest_put64(uint8_t *at, uint64_t value)
{
	guest_put32(at, (uint32_t)value);
	guest_put32(at + 4, (uint32_t)(value >> 32));
}

static inline uint64_t guest_get64(const uint8_t *at)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < 8; i++)
		value |= (uint64_t)at[i] << 8 * i;
	return value;
}

#endif
