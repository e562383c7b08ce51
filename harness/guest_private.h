/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A guest from the inside: for guest.c and guest_run.c only.
 */
#ifndef HARNESS_GUEST_PRIVATE_H
#define HARNESS_GUEST_PRIVATE_H

#include "guest.h"
#include "guest_machine.h"
#include "guest_process.h"

/* 8192 entries of 8 bytes. */
#define GUEST_ROOT_BYTES_MAX (UINT32_C(1) << 16)

struct guest {
	const struct guest_machine *machine;
	struct guest_options options;	/* defaults filled in */
	struct guest_process process;
	struct guest_ram ram;
	struct guest_mailbox *mailbox;	/* in RAM */
	uint8_t *shadow_root;		/* in RAM */
	uint8_t root[GUEST_ROOT_BYTES_MAX]; /* that it was copied from, then */
	struct pt_below below;		/* of no pages: there is none */
	struct pt_below_page *below_page;
	uint8_t *tables;		/* guest_tables(), if it is a view; or NULL */
	uint64_t runtime_entry;		/* the root entry that maps it */
	uint64_t deadline_ns;
	bool rests;			/* the emulator is stopped */
	uint32_t control;
	uint32_t flush_each;		/* GUEST_FLUSH_EACH or 0 */
	uint32_t seq;			/* of the last batch */
	int ram_file, rom_file;		/* -1: none */
	uint16_t index[GUEST_BATCH_MAX]; /* mailbox probe -> caller's probe */
	char path[GUEST_PATH_MAX];
	char error[512];
};

/* NULL where there is none. */
const struct guest_machine *guest_find_machine(const char *format);

/* Monotonic time. */
uint64_t guest_now_ns(void);

/* Sleeps that long, or until a signal. */
void guest_sleep_ns(long ns);

/*
 * guest_below.c.  Makes the map of the second translation, if the machine has one, and
 * has the machine write it to RAM.  0, -EINVAL if it is wanted and there is none, or
 * -ENOMEM.
 */
int guest_make_below(struct guest *guest);
void guest_drop_below(struct guest *guest);

/* -EPIPE for an emulator that ended; its last message is in the sentence. */
int guest_fail_dead(struct guest *guest);

#endif
