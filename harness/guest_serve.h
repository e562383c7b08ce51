/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What every guest program does between its start and its end: it waits for a
 * batch, runs it, says so.  For guest programs only; all of it is inline, as each is
 * compiled for another machine.
 */
#ifndef HARNESS_GUEST_SERVE_H
#define HARNESS_GUEST_SERVE_H

#include <stdbool.h>
#include <stddef.h>

#include <tablewalk/types.h>

#include "guest_mailbox.h"

/* How long a doze is: 50 microseconds shifted by 0 to this. */
#define GUEST_DOZE_STEPS 4

/*
 * Runs batches for ever.  doze leaves the processor to others: for 50 microseconds at
 * first, up to 800 when there has been nothing to do for long.  Where it is NULL the
 * program polls (guest_machine.dozes).
 */
static inline _Noreturn void
guest_serve(struct guest_mailbox *mailbox,
	    void (*run_batch)(struct guest_mailbox *mailbox),
	    void (*doze)(unsigned step))
{
	enum { POLLS_BEFORE_DOZE = 100000, DOZES_PER_STEP = 16 };
	uint32_t seq = 0, next;
	unsigned polls = 0, step;

	atomic_store_explicit(&mailbox->ready, mailbox_u32(GUEST_READY),
			      memory_order_release);
	for (;;) {
		next = mailbox_u32(atomic_load_explicit(&mailbox->request_seq,
							memory_order_acquire));
		if (next == seq) {
			if (doze && ++polls > POLLS_BEFORE_DOZE) {
				step = (polls - POLLS_BEFORE_DOZE) /
				       DOZES_PER_STEP;
				doze(step < GUEST_DOZE_STEPS ?
					     step : GUEST_DOZE_STEPS);
			}
			continue;
		}
		seq = next;
		polls = 0;
		run_batch(mailbox);
		atomic_store_explicit(&mailbox->reply_seq, mailbox_u32(seq),
				      memory_order_release);
	}
}

/*
 * Whether the batch has an access at *i or behind it; moves *i there.  Waits at a
 * pause, nothing being flushed, until the host lets it go on.
 */
static inline bool guest_next(struct guest_mailbox *mailbox, uint32_t *i)
{
	while (*i < mailbox_u32(mailbox->probe_count)) {
		if (mailbox_u32(mailbox->probe[*i].access) != GUEST_PAUSE)
			return true;
		++*i;
		atomic_store_explicit(&mailbox->paused, mailbox_u32(*i),
				      memory_order_release);
		while (mailbox_u32(atomic_load_explicit(
			       &mailbox->resumed, memory_order_acquire)) != *i)
			;
	}
	return false;
}

/* Calls run_probe for each probe of the batch, in this machine's byte order. */
static inline void
guest_each_probe(struct guest_mailbox *mailbox,
		 void (*run_probe)(uint64_t page, uint32_t access, bool user,
				   uint64_t value, struct mailbox_reply *reply))
{
	const uint64_t value = mailbox_u64(mailbox->store_value);

	for (uint32_t i = 0; guest_next(mailbox, &i); i++) {
		const struct mailbox_probe *p = &mailbox->probe[i];

		run_probe(mailbox_u64(p->page), mailbox_u32(p->access),
			  mailbox_u32(p->privilege) == PT_AS_USER, value + i,
			  &mailbox->reply[i]);
	}
}

#endif
