/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second translation of a guest, which is below the tables under test.  The machine
 * says page by page what it maps where, and writes that to RAM in its own words.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "guest_private.h"

int guest_make_below(struct guest *g)
{
	const struct guest_machine *m = g->machine;
	uint64_t bytes = g->ram.ram.bytes;
	unsigned count;

	if (!m->below_page)
		return 0;
	if (bytes > m->below_bytes)
		bytes = m->below_bytes;
	count = (unsigned)(bytes >> m->below_shift);
	g->below_page = calloc(count, sizeof(*g->below_page));
	if (!g->below_page) {
		snprintf(g->error, sizeof(g->error), "no memory for a guest");
		return -ENOMEM;
	}
	for (unsigned i = 0; i < count; i++)
		g->below_page[i] = m->below_page(
			m, &g->ram, g->ram.ram.pa + ((uint64_t)i << m->below_shift));
	g->below = (struct pt_below){
		.first = g->ram.ram.pa, .count = count,
		.shift = m->below_shift, .page = g->below_page,
	};
	m->put_below(m, g->ram.host + GUEST_RUNTIME_AT, &g->below);
	return 0;
}

const struct pt_below *guest_below(const struct guest *guest, uint32_t control)
{
	return guest->below.count && control & guest->machine->control_below ?
		       &guest->below : NULL;
}

uint64_t guest_place(const struct guest *guest, uint32_t control,
		     uint64_t address)
{
	const struct pt_below *below = guest_below(guest, control);
	const uint64_t offset = below ? address - below->first : 0;

	if (!below || offset >> below->shift >= below->count)
		return address;
	return below->page[offset >> below->shift].to +
	       (offset & pt_ones(below->shift));
}

/*
 * The register that has the address is not written where an access is denied, only
 * where nothing is mapped, and on walks; and never for the translate instruction.
 */
bool guest_tells_below(const struct guest_probe *probe,
		       const struct guest_result *result)
{
	return !probe->translate && (result->class == GUEST_BELOW_ABSENT ||
				     result->class == GUEST_BELOW_WALK_ABSENT ||
				     result->class == GUEST_BELOW_WALK_DENIED);
}
