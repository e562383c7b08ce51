/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Running probes: the shadow root, the choice of its runtime slot, the
 * doorbell, and the reading of replies.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "guest_private.h"

enum {
	PAGE = 4096,
	ROOT_ENTRIES_MOST = 8192,
	NO_SLOT = ROOT_ENTRIES_MOST,
	SPINS_PER_LOOK = 64,
};

static const uint64_t spin_ns = 50000, yield_ns = 500000;
static const long nap_ns = 50000;

static unsigned slot_of(const struct guest_machine *m, uint64_t va)
{
	return (unsigned)(va >> m->root_shift) % m->root_entries;
}

/* The first address of a root slot. */
static uint64_t slot_va(const struct guest_machine *m, unsigned slot)
{
	uint64_t va = (uint64_t)slot << m->root_shift;
	uint64_t sign = UINT64_C(1) << (m->va_bits - 1);

	return m->zero_extended ? va : (va ^ sign) - sign;
}

/*
 * From above: a slot that is invalid in the root, is not avoid, and where no
 * probe falls.  Where probes fall into all of them, any one that will do
 * otherwise; NO_SLOT if there is none.
 */
static unsigned choose_slot(const struct guest *g, const bool *probed,
			    unsigned avoid)
{
	const struct guest_machine *m = g->machine;
	const unsigned bytes = m->root_entry_bytes;
	unsigned second = NO_SLOT;

	for (unsigned i = m->first_slot_only ? 1 : m->root_entries; i-- > 0;) {
		uint64_t raw = guest_get(m, g->shadow_root + bytes * i, bytes);

		if (i == avoid || !m->entry_is_invalid(raw))
			continue;
		if (!probed[i])
			return i;
		if (second == NO_SLOT)
			second = i;
	}
	return second;
}

/*
 * Rings and waits.  While both sides have a processor an answer takes less
 * than a microsecond; else spinning only keeps the guest from running.
 */
static int ring(struct guest *g)
{
	uint64_t limit = g->options.batch_ms * UINT64_C(1000000);
	uint64_t start = guest_now_ns();
	uint32_t seq = ++g->seq;

	if (g->rests)
		guest_process_stop(&g->process, false);
	g->rests = false;
	atomic_store_explicit(&g->mailbox->request_seq, mailbox_u32(seq),
			      memory_order_release);
	for (;;) {
		uint64_t waited;

		for (unsigned i = 0; i < SPINS_PER_LOOK; i++)
			if (mailbox_u32(atomic_load_explicit(
				    &g->mailbox->reply_seq,
				    memory_order_acquire)) == seq)
				return 0;
		waited = guest_now_ns() - start;
		if (waited < spin_ns)
			continue;
		if (!guest_process_alive(&g->process))
			return guest_fail_dead(g);
		if (waited > limit) {
			guest_process_kill(&g->process);
			snprintf(g->error, sizeof(g->error), "%s did not "
				 "answer within %u ms and was killed",
				 g->machine->program, g->options.batch_ms);
			return -ETIMEDOUT;
		}
		if (waited < yield_ns)
			sched_yield();
		else
			guest_sleep_ns(nap_ns);
	}
}

static void put_probe(struct guest *g, uint32_t at,
		      const struct guest_probe *probe, size_t index)
{
	struct mailbox_probe *p = &g->mailbox->probe[at];

	p->page = mailbox_u64(probe->va & ~(uint64_t)(PAGE - 1));
	p->access = mailbox_u32((uint32_t)probe->access |
				(probe->translate ? GUEST_MAILBOX_TRANSLATE : 0));
	p->privilege = mailbox_u32(probe->privilege);
	g->mailbox->reply[at].state = mailbox_u32(GUEST_REPLY_NONE);
	g->index[at] = (uint16_t)index;
}

/* The address of the byte that the probe touches first. */
static uint64_t touched(const struct guest_probe *probe)
{
	static const uint8_t offset[PT_ACCESSES] = {
		[PT_READ] = GUEST_TAG_AT, [PT_WRITE] = GUEST_STORE_AT,
		[PT_EXEC] = GUEST_STUB_AT,
	};

	return (probe->va & ~(uint64_t)(PAGE - 1)) +
	       (probe->translate ? 0u : offset[probe->access]);
}

/*
 * Whether the store of probe `at` is on the page with that tag.  A later probe
 * of the batch may have stored there since: then that one's value is there.
 */
static bool store_landed(const struct guest *g, uint32_t at, uint32_t count,
			 uint64_t first_value, uint64_t tag)
{
	const struct guest_range *data = &g->ram.data;
	const struct guest_mailbox *mailbox = g->mailbox;
	uint64_t value;
	uint32_t last;

	if (tag - data->pa >= data->bytes || tag % PAGE)
		return false;
	value = guest_get(g->machine,
			  guest_at(g, tag + GUEST_STORE_AT, 8),
			  g->machine->word_bytes) - first_value;
	if (value < at || value >= count)
		return false;
	last = (uint32_t)value;
	return mailbox_u32(mailbox->probe[last].access) == PT_WRITE &&
	       mailbox_u64(mailbox->reply[last].value) == tag;
}

static void read_reply(const struct guest *g, uint32_t at, uint32_t count,
		       uint64_t first_value, const struct guest_probe *probe,
		       struct guest_result *result)
{
	struct mailbox_reply reply = g->mailbox->reply[at];

	reply.value = mailbox_u64(reply.value);
	reply.address = mailbox_u64(reply.address);
	reply.syndrome = mailbox_u64(reply.syndrome);
	reply.vector = mailbox_u32(reply.vector);
	reply.state = mailbox_u32(reply.state);
	*result = (struct guest_result){ .class = GUEST_ODD,
					 .depth = PT_DEPTH_UNKNOWN };
	if (reply.state == GUEST_REPLY_REFUSED) {
		result->class = GUEST_NOT_RUN;
	} else if (reply.state == GUEST_REPLY_OK) {
		result->pa = reply.value;
		result->class = GUEST_OK;
		if (!probe->translate && probe->access == PT_WRITE &&
		    !store_landed(g, at, count, first_value, reply.value))
			result->class = GUEST_ASTRAY;
	} else if (reply.state == GUEST_REPLY_TRAP) {
		result->vector = reply.vector;
		result->syndrome = reply.syndrome;
		result->address = reply.address;
		struct guest_answer answer = g->machine->classify(
			g->machine, g->control, probe, touched(probe), &reply);

		result->class = answer.class;
		result->depth = answer.depth;
		if (answer.class == GUEST_OK)
			result->pa = reply.value;
	}
}

/*
 * Puts those probes into the mailbox that the guest can make and that are in slot
 * only_in, or, where that is NO_SLOT, all that are not in slot.  Returns how many.
 */
static uint32_t put_probes(struct guest *g, unsigned slot, unsigned only_in,
			   const struct guest_probe *probes, size_t count)
{
	uint32_t n = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned s = slot_of(g->machine, probes[i].va);

		if ((only_in == NO_SLOT ? s != slot : s == only_in) &&
		    guest_makes(g, &probes[i]))
			put_probe(g, n++, &probes[i], i);
	}
	return n;
}

/* The value that the first probe of the next batch stores. */
static uint64_t next_value(const struct guest *g)
{
	if (g->machine->word_bytes == 4)
		return (uint32_t)(g->seq + 1) * (uint32_t)GUEST_BATCH_MAX;
	return (uint64_t)(g->seq + 1) << 32;
}

/* One batch with the runtime in slot; NO_SLOT: it needs none. */
static int run_batch(struct guest *g, unsigned slot, unsigned only_in,
		     const struct guest_probe *probes,
		     struct guest_result *results, size_t count)
{
	const struct guest_machine *m = g->machine;
	const unsigned bytes = m->root_entry_bytes;
	const uint64_t value = next_value(g);
	const uint32_t n = put_probes(g, slot, only_in, probes, count);
	uint8_t *entry = slot == NO_SLOT ? NULL : g->shadow_root + bytes * slot;
	uint64_t left = 0;
	int error;

	if (n == 0 && count)
		return 0;
	if (entry) {
		left = guest_get(m, entry, bytes);
		guest_put(m, entry, bytes, g->runtime_entry);
		g->mailbox->runtime_va = mailbox_u64(slot_va(m, slot));
	}
	g->mailbox->probe_count = mailbox_u32(n);
	g->mailbox->control = mailbox_u32(g->control | g->flush_each);
	g->mailbox->upper = mailbox_u32(probes[0].va >> 63 ? 1 : 0);
	g->mailbox->root = mailbox_u64(
		m->root_register(m, m->ram_pa + GUEST_RUNTIME_AT));
	g->mailbox->store_value = mailbox_u64(value);
	error = ring(g);
	if (entry)
		guest_put(m, entry, bytes, left);
	for (uint32_t i = 0; i < n && !error; i++)
		read_reply(g, i, n, value, &probes[g->index[i]],
			   &results[g->index[i]]);
	return error;
}

/* At most GUEST_BATCH_MAX probes, in one batch or two. */
static int run_some(struct guest *g, const struct guest_probe *probes,
		    struct guest_result *results, size_t count, size_t *skipped)
{
	bool probed[ROOT_ENTRIES_MOST] = { false };
	unsigned slot, other;
	int error;

	for (size_t i = 0; i < count; i++) {
		probed[slot_of(g->machine, probes[i].va)] = true;
		results[i] = (struct guest_result){
			.class = GUEST_NOT_RUN, .depth = PT_DEPTH_UNKNOWN,
		};
		*skipped += !guest_makes(g, &probes[i]);
	}
	if (g->machine->beside)
		return run_batch(g, NO_SLOT, NO_SLOT, probes, results, count);
	slot = choose_slot(g, probed, NO_SLOT);
	if (slot == NO_SLOT) {
		*skipped += count;
		return 0;
	}
	error = run_batch(g, slot, NO_SLOT, probes, results, count);
	if (error || !probed[slot])
		return error;
	other = choose_slot(g, probed, slot);
	if (other != NO_SLOT)
		return run_batch(g, other, slot, probes, results, count);
	for (size_t i = 0; i < count; i++)
		*skipped += slot_of(g->machine, probes[i].va) == slot;
	return 0;
}

static int check(struct guest *g, uint64_t root_pa)
{
	const struct guest_range *tables = &g->ram.tables;
	uint64_t bytes = guest_root_bytes(g->machine);

	if (g->process.pid == 0) {
		snprintf(g->error, sizeof(g->error),
			 "%s is not running any more", g->machine->program);
		return -EPIPE;
	}
	if (guest_now_ns() >= g->deadline_ns) {
		guest_process_kill(&g->process);
		snprintf(g->error, sizeof(g->error), "%s was killed at the end "
			 "of its %u s", g->machine->program,
			 g->options.max_seconds);
		return -ETIMEDOUT;
	}
	if (root_pa % bytes || root_pa - tables->pa >= tables->bytes) {
		snprintf(g->error, sizeof(g->error), "root table at %#llx: "
			 "unaligned, or not in the table range",
			 (unsigned long long)root_pa);
		return -EINVAL;
	}
	return 0;
}

int guest_run(struct guest *guest, uint64_t root_pa,
	      const struct guest_probe *probes, struct guest_result *results,
	      size_t count, size_t *skipped)
{
	size_t unused;
	int error = check(guest, root_pa);

	skipped = skipped ? skipped : &unused;
	*skipped = 0;
	if (error)
		return error;
	memcpy(guest->shadow_root,
	       guest_at(guest, root_pa, guest_root_bytes(guest->machine)),
	       guest_root_bytes(guest->machine));
	for (size_t done = 0; done < count && !error;) {
		size_t n = count - done;

		if (n > GUEST_BATCH_MAX)
			n = GUEST_BATCH_MAX;
		error = run_some(guest, probes + done, results + done, n,
				 skipped);
		done += n;
	}
	return error;
}

int guest_round_trip(struct guest *guest, uint64_t root_pa)
{
	static const struct guest_probe nothing = { .access = PT_READ };
	const bool probed[ROOT_ENTRIES_MOST] = { false };
	unsigned slot = NO_SLOT;
	int error = check(guest, root_pa);

	if (error)
		return error;
	memcpy(guest->shadow_root,
	       guest_at(guest, root_pa, guest_root_bytes(guest->machine)),
	       guest_root_bytes(guest->machine));
	if (!guest->machine->beside) {
		slot = choose_slot(guest, probed, NO_SLOT);
		if (slot == NO_SLOT)
			return -EBUSY;
	}
	return run_batch(guest, slot, NO_SLOT, &nothing, NULL, 0);
}
