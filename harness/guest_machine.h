/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The seam between the host side of the probe guests and one architecture:
 * how the emulator is started, how the runtime is mapped, how a data page and
 * a reply look.  Each architecture has arch/<a>/guest/machine.c.
 */
#ifndef HARNESS_GUEST_MACHINE_H
#define HARNESS_GUEST_MACHINE_H

#include <tablewalk/types.h>

#include "bytes.h"
#include "guest.h"
#include "guest_mailbox.h"

/* An embedded guest program. */
struct guest_image {
	const uint8_t *data;
	size_t bytes;		/* 0: it could not be built */
	const char *missing;	/* then why; else "" */
};

/* Bit of guest_machine.accesses. */
#define GUEST_CAN(privilege, access)                                           \
	(1u << ((unsigned)(privilege) * PT_ACCESSES + (unsigned)(access)))
#define GUEST_CAN_ALL 0x3fu

/* Stretches of physical addresses with devices, of one board. */
#define GUEST_DEVICES 4

/*
 * One guest per format.  Constant.
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
	/*
	 * A second program, in a file that the emulator's option boot names
	 * ("-bios", "-kernel"), at its end if rom_bytes is longer; or NULL.
	 * boot alone: with the argument "none".  image_in_rom: the emulator
	 * loads the program from there by itself.
	 */
	const struct guest_image *rom;
	const char *boot;
	uint32_t rom_bytes;
	bool image_in_rom;
	/* More arguments of the emulator, NULL behind the last; or NULL. */
	const char *const *arguments;
	/*
	 * How much RAM it wants at least; what is beyond 64 MiB is not used.
	 * 0: it does not mind.
	 */
	uint32_t ram_mib;
	uint64_t ram_pa;
	/* What else answers on the board: no walk shall come there. */
	struct guest_range devices[GUEST_DEVICES];
	uint8_t pa_bits;		/* implemented; 0: as the format's */
	uint8_t va_bits;
	/* The root table, and the shadow root: of how many entries, ... */
	uint16_t root_entries;
	uint8_t root_entry_bytes;	/* 4 or 8 */
	uint8_t root_shift;		/* lg2 bytes a root entry spans */
	bool dozes;			/* it sleeps while it waits */
	bool zero_extended;		/* addresses are, else sign-extended */
	bool big_endian;		/* the processor, and entries */
	uint8_t word_bytes;		/* of a tag and a store: 4 or 8 */
	/*
	 * The runtime is not in the tables under test: map_runtime and
	 * entry_is_invalid are not called and may be NULL.
	 */
	bool beside;
	/*
	 * Its tables are walked by the guest's own handler of TLB misses, which does what
	 * the architecture's would; only the check of TLB entries is the machine's.
	 */
	bool refill;
	bool first_slot_only;		/* it can have no other */
	uint8_t accesses;		/* GUEST_CAN(): those it can make */
	/*
	 * GUEST_CAN(): the kinds of access that its translate instruction answers
	 * for, and the bits of an address that it tells.  0: it has none.
	 */
	uint8_t translates;
	uint64_t translate_mask;
	bool flushes_each;		/* knows GUEST_FLUSH_EACH */
	/*
	 * Whether an access to that page goes through the tables under test;
	 * NULL: always.
	 */
	bool (*reaches)(const struct guest_machine *machine,
			const struct guest_probe *probe);
	uint64_t config;		/* mailbox.config: the machine's own */
	uint32_t control_any;		/* PT_REGIME_* the guest can switch */
	uint32_t control_always;	/* PT_REGIME_* that are always on */
	uint32_t control_default;
	struct guest_blind blind;

	/*
	 * Builds the runtime's tables in area, which is zeroed RAM at physical
	 * address pa of GUEST_RUNTIME_BYTES, but for the shadow root, which is
	 * at its start.  Returns the root entry that maps the runtime, and sets
	 * *home to the root in which the guest waits (0 where it needs none).
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
	 * What a trap says; address is that of the byte accessed.  GUEST_ODD
	 * where the trap does not fit the access.  Of a translate probe: what the
	 * instruction says, in words of the machine's program, which leaves it to
	 * this where the instruction tells rights as bits: GUEST_OK, too.
	 */
	struct guest_answer (*classify)(const struct guest_machine *machine,
					uint32_t control,
					const struct guest_probe *probe,
					uint64_t address,
					const struct mailbox_reply *reply);
	/*
	 * What the architecture says where the verdict is that word: an enum
	 * guest_class, GUEST_NOT_RUN where it has no such fault, or leaves open
	 * what becomes of it.
	 */
	uint8_t class_of[PT_WORDS];
	/*
	 * A second translation below the tables under test, with that bit of the control
	 * word: of the RAM, but no more than below_bytes of it, in pages.  below_page
	 * says what becomes of the page at address: pages of tables and of data
	 * stay among such, and each is mapped to by one (also one without rights has
	 * a place: what it would be).  put_below writes that to area, which is as that of
	 * map_runtime.  0 and NULL: there is none.
	 */
	uint32_t control_below;
	uint8_t below_shift;
	uint64_t below_bytes;
	struct pt_below_page (*below_page)(const struct guest_machine *machine,
					   const struct guest_ram *ram,
					   uint64_t address);
	void (*put_below)(const struct guest_machine *machine, uint8_t *area,
			  const struct pt_below *below);
	/*
	 * Bit class: what else it may say there, where the machine looks at things
	 * in another order, or tells more of them, than the words do.
	 */
	uint16_t also_of[PT_WORDS];
	/*
	 * Attributes that a leaf must have, all of them, for the machine to see more in
	 * it than in an empty entry (guest_sees()).  0: none.
	 */
	uint32_t valid_if;
	uint16_t tells_depth;		/* bit word: and at which depth */
	struct guest_lacks lacks;
	/* That of an address that no root translates, if it is told. */
	int8_t outside_depth;
	/*
	 * What the translate instruction says where an access has that answer and
	 * the verdict that word; NULL: the same.
	 */
	struct guest_answer (*translate_answer)(struct guest_answer access,
						enum pt_word word);
};

/* Generated from the calls of tablewalk_add_guest(). */
extern const struct guest_machine *const guest_machines[];
extern const unsigned guest_machine_count;

/* An answer without a depth. */
static inline struct guest_answer guest_answer(enum guest_class class)
{
	return (struct guest_answer){ (uint8_t)class, PT_DEPTH_UNKNOWN };
}

/* Stores and loads for tables and code of little-endian guests. */
static inline void guest_put32(uint8_t *at, uint32_t value)
{
	bytes_put(at, 4, false, value);
}

static inline void guest_put64(uint8_t *at, uint64_t value)
{
	bytes_put(at, 8, false, value);
}

static inline uint64_t guest_get64(const uint8_t *at)
{
	return bytes_get(at, 8, false);
}

/* The same of bytes bytes, in the order of the machine. */
static inline void guest_put(const struct guest_machine *machine, uint8_t *at,
			     unsigned bytes, uint64_t value)
{
	bytes_put(at, bytes, machine->big_endian, value);
}

static inline uint64_t guest_get(const struct guest_machine *machine,
				 const uint8_t *at, unsigned bytes)
{
	return bytes_get(at, bytes, machine->big_endian);
}

/* Length of the root table. */
static inline uint64_t guest_root_bytes(const struct guest_machine *machine)
{
	return (uint64_t)machine->root_entries * machine->root_entry_bytes;
}

#endif
