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
 * Waits until the guest has stored that value.  While both sides have a processor an
 * answer takes less than a microsecond; else spinning only keeps the guest from
 * running.
 */
static int wait_for(struct guest *g, _Atomic uint32_t *word, uint32_t value)
{
	uint64_t limit = g->options.batch_ms * UINT64_C(1000000);
	uint64_t start = guest_now_ns();

	for (;;) {
		uint64_t waited;

		for (unsigned i = 0; i < SPINS_PER_LOOK; i++)
			if (mailbox_u32(atomic_load_explicit(
				    word, memory_order_acquire)) == value)
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

/* Lets the guest begin with what is in the mailbox. */
static void ring(struct guest *g)
{
	if (g->rests)
		guest_process_stop(&g->process, false);
	g->rests = false;
	atomic_store_explicit(&g->mailbox->paused, 0, memory_order_relaxed);
	atomic_store_explicit(&g->mailbox->resumed, 0, memory_order_relaxed);
	atomic_store_explicit(&g->mailbox->request_seq, mailbox_u32(++g->seq),
			      memory_order_release);
}

static int wait_done(struct guest *g)
{
	return wait_for(g, &g->mailbox->reply_seq, g->seq);
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
		if (answer.class == GUEST_OK || guest_tells_below(probe, result))
			result->pa = reply.value;
	}
}

/*
 * Puts those probes into the mailbox, from number n on, that the guest can make and
 * that are in slot only_in, or, where that is NO_SLOT, all that are not in slot.
 * Returns n and how many they are.
 */
static uint32_t put_probes(struct guest *g, uint32_t n, unsigned slot,
			   unsigned only_in, const struct guest_probe *probes,
			   size_t count)
{
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

/* The batch that is in the mailbox. */
struct batch {
	uint64_t value;			/* that its first probe stores */
	uint64_t left;			/* what else the runtime's slot holds */
	uint8_t *entry;			/* that slot; NULL: it needs none */
};

/* Rings for n probes, with the runtime in slot; NO_SLOT: it needs none. */
static void begin_batch(struct guest *g, struct batch *batch, unsigned slot,
			bool upper, uint32_t n)
{
	const struct guest_machine *m = g->machine;
	const unsigned bytes = m->root_entry_bytes;

	*batch = (struct batch){ .value = next_value(g) };
	if (slot != NO_SLOT) {
		batch->entry = g->shadow_root + bytes * slot;
		batch->left = guest_get(m, batch->entry, bytes);
		guest_put(m, batch->entry, bytes, g->runtime_entry);
		g->mailbox->runtime_va = mailbox_u64(slot_va(m, slot));
	}
	g->mailbox->probe_count = mailbox_u32(n);
	g->mailbox->control = mailbox_u32(g->control | g->flush_each);
	g->mailbox->upper = mailbox_u32(upper);
	g->mailbox->root = mailbox_u64(
		m->root_register(m, m->ram_pa + GUEST_RUNTIME_AT));
	g->mailbox->store_value = mailbox_u64(batch->value);
	ring(g);
}

/* The runtime leaves its slot to the subject again. */
static void end_batch(struct guest *g, const struct batch *batch)
{
	if (batch->entry)
		guest_put(g->machine, batch->entry, g->machine->root_entry_bytes,
			  batch->left);
}

/* One batch with the runtime in slot. */
static int run_batch(struct guest *g, unsigned slot, unsigned only_in,
		     const struct guest_probe *probes,
		     struct guest_result *results, size_t count)
{
	const uint32_t n = put_probes(g, 0, slot, only_in, probes, count);
	struct batch batch;
	int error;

	if (n == 0)
		return 0;
	begin_batch(g, &batch, slot, probes[0].va >> 63, n);
	error = wait_done(g);
	end_batch(g, &batch);
	for (uint32_t i = 0; i < n && !error; i++)
		read_reply(g, i, n, batch.value, &probes[g->index[i]],
			   &results[g->index[i]]);
	return error;
}

/* No result yet; notes slots, and counts what the guest cannot make at all. */
static void clear_results(const struct guest *g, bool *probed,
			  const struct guest_probe *probes,
			  struct guest_result *results, size_t count,
			  size_t *skipped)
{
	for (size_t i = 0; i < count; i++) {
		probed[slot_of(g->machine, probes[i].va)] = true;
		results[i] = (struct guest_result){
			.class = GUEST_NOT_RUN, .depth = PT_DEPTH_UNKNOWN,
		};
		*skipped += !guest_makes(g, &probes[i]);
	}
}

/* At most GUEST_BATCH_MAX probes, in one batch or two. */
static int run_some(struct guest *g, const struct guest_probe *probes,
		    struct guest_result *results, size_t count, size_t *skipped)
{
	bool probed[ROOT_ENTRIES_MOST] = { false };
	unsigned slot, other;
	int error;

	clear_results(g, probed, probes, results, count, skipped);
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

/* The shadow root as the subject's is, and what it was, for later. */
static void copy_root(struct guest *g, uint64_t root_pa)
{
	const uint64_t bytes = guest_root_bytes(g->machine);

	memcpy(g->root, guest_at(g, root_pa, bytes), bytes);
	memcpy(g->shadow_root, g->root, bytes);
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
	copy_root(guest, root_pa);
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
	const bool probed[ROOT_ENTRIES_MOST] = { false };
	struct batch batch;
	unsigned slot = NO_SLOT;
	int error = check(guest, root_pa);

	if (error)
		return error;
	copy_root(guest, root_pa);
	if (!guest->machine->beside) {
		slot = choose_slot(guest, probed, NO_SLOT);
		if (slot == NO_SLOT)
			return -EBUSY;
	}
	begin_batch(guest, &batch, slot, false, 0);
	error = wait_done(guest);
	end_batch(guest, &batch);
	return error;
}

/*
 * What changed in the subject's root since copy_root() changes in the shadow root;
 * entries that did not keep what hardware wrote to them.
 */
static void update_root(struct guest *g, uint64_t root_pa, struct batch *batch)
{
	const struct guest_machine *m = g->machine;
	const unsigned bytes = m->root_entry_bytes;
	const uint8_t *now = guest_at(g, root_pa, guest_root_bytes(m));

	for (unsigned at = 0; at < m->root_entries * bytes; at += bytes) {
		uint8_t *entry = g->shadow_root + at;

		if (memcmp(g->root + at, now + at, bytes) == 0)
			continue;
		if (entry == batch->entry)
			batch->left = guest_get(m, now + at, bytes);
		else
			memcpy(entry, now + at, bytes);
	}
}

/* The batch has stopped at its probe number n; the rest of it is put there. */
static int go_on(struct guest *g, uint64_t root_pa, struct batch *batch,
		 unsigned slot, uint32_t n, const struct guest_lot *after,
		 size_t *skipped, uint32_t *total)
{
	bool probed[ROOT_ENTRIES_MOST] = { false };
	size_t count = after->count;

	if (count > GUEST_BATCH_MAX - n)
		count = GUEST_BATCH_MAX - n;
	update_root(g, root_pa, batch);
	clear_results(g, probed, after->probes, after->results, after->count,
		      skipped);
	*total = put_probes(g, n, slot, NO_SLOT, after->probes, count);
	g->mailbox->probe_count = mailbox_u32(*total);
	atomic_store_explicit(&g->mailbox->resumed, mailbox_u32(n),
			      memory_order_release);
	return wait_done(g);
}

static int run_changed(struct guest *g, uint64_t root_pa, unsigned slot,
		       const struct guest_lot *before,
		       const struct guest_lot *after, void (*change)(void *),
		       void *context, size_t *skipped)
{
	const uint32_t n = put_probes(g, 0, slot, NO_SLOT, before->probes,
				      before->count);
	uint32_t total = 0;
	struct batch batch;
	int error;

	g->mailbox->probe[n].access = mailbox_u32(GUEST_PAUSE);
	begin_batch(g, &batch, slot, before->probes[0].va >> 63, n + 1);
	error = wait_for(g, &g->mailbox->paused, n + 1);
	if (!error) {
		/* The second lot is put over it. */
		for (uint32_t i = 0; i < n; i++)
			read_reply(g, i, n, batch.value,
				   &before->probes[g->index[i]],
				   &before->results[g->index[i]]);
		change(context);
		error = go_on(g, root_pa, &batch, slot, n + 1, after, skipped,
			      &total);
	}
	end_batch(g, &batch);
	for (uint32_t i = n + 1; i < total && !error; i++)
		read_reply(g, i, total, batch.value,
			   &after->probes[g->index[i]],
			   &after->results[g->index[i]]);
	return error;
}

int guest_run_changed(struct guest *guest, uint64_t root_pa,
		      const struct guest_lot *before,
		      const struct guest_lot *after,
		      void (*change)(void *context), void *context,
		      size_t *skipped)
{
	bool probed[ROOT_ENTRIES_MOST] = { false };
	unsigned slot = NO_SLOT;
	size_t unused;
	int error = check(guest, root_pa);

	skipped = skipped ? skipped : &unused;
	*skipped = 0;
	if (error)
		return error;
	if (before->count == 0 || before->count >= GUEST_BATCH_MAX) {
		snprintf(guest->error, sizeof(guest->error), "%zu accesses in "
			 "front of a change: not 1 to %d", before->count,
			 GUEST_BATCH_MAX - 1);
		return -EINVAL;
	}
	copy_root(guest, root_pa);
	clear_results(guest, probed, before->probes, before->results,
		      before->count, skipped);
	if (!guest->machine->beside)
		slot = choose_slot(guest, probed, NO_SLOT);
	if (guest->machine->beside || slot != NO_SLOT)
		return run_changed(guest, root_pa, slot, before, after, change,
				   context, skipped);
	change(context);
	clear_results(guest, probed, after->probes, after->results,
		      after->count, skipped);
	*skipped += before->count + after->count;
	return 0;
}
