/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The second translation of a guest, which is below the tables under test.  The machine
 * says page by page what it maps where, and writes that to RAM in its own words.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "guest_private.h"

static struct pt_below_page page_at(const struct guest *g, uint64_t address)
{
	struct pt_below_page page = g->machine->below_page(g->machine, &g->ram,
							   address);

	if (g->options.below &&
	    address - g->ram.tables.pa < g->ram.tables.bytes)
		page.rights = PT_R | PT_W | PT_X;
	return page;
}

/* Maps the table range of RAM once more, page by page, in the order of addresses. */
static int map_tables(struct guest *g)
{
	const struct guest_range *range = &g->ram.tables;
	const uint64_t page = UINT64_C(1) << g->below.shift;
	uint8_t *view = mmap(NULL, range->bytes, PROT_READ | PROT_WRITE,
			     MAP_SHARED, g->ram_file, 0);

	if (view == MAP_FAILED)
		return -errno;
	g->tables = view;
	for (uint64_t at = 0; at < range->bytes; at += page) {
		const uint64_t place = guest_place(g, UINT32_MAX, range->pa + at);

		if (mmap(view + at, page, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, g->ram_file,
			 (off_t)(place - g->ram.ram.pa)) == MAP_FAILED)
			return -errno;
	}
	return 0;
}

int guest_make_below(struct guest *g)
{
	const struct guest_machine *m = g->machine;
	uint64_t bytes = g->ram.ram.bytes;
	unsigned count;

	if (!m->below_page && g->options.below) {
		snprintf(g->error, sizeof(g->error), "%s has no second "
			 "translation below", m->format);
		return -EINVAL;
	}
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
		g->below_page[i] = page_at(g, g->ram.ram.pa +
					      ((uint64_t)i << m->below_shift));
	g->below = (struct pt_below){
		.first = g->ram.ram.pa, .count = count,
		.shift = m->below_shift, .page = g->below_page,
	};
	m->put_below(m, g->ram.host + GUEST_RUNTIME_AT, &g->below);
	if (g->options.below && map_tables(g)) {
		snprintf(g->error, sizeof(g->error), "the tables of a guest "
			 "cannot be mapped in another order");
		return -ENOMEM;
	}
	return 0;
}

void guest_drop_below(struct guest *g)
{
	if (g->tables)
		munmap(g->tables, g->ram.tables.bytes);
	free(g->below_page);
}

bool guest_has_below(const char *format)
{
	const struct guest_machine *machine = guest_find_machine(format);

	return machine && machine->below_page;
}

uint8_t *guest_tables(const struct guest *guest)
{
	return guest->tables ? guest->tables :
	       guest->ram.host + (guest->ram.tables.pa - guest->ram.ram.pa);
}

const struct pt_below *guest_below(const struct guest *guest, uint32_t control)
{
	const bool on = guest->options.below ||
			control & guest->machine->control_below;

	return guest->below.count && on ? &guest->below : NULL;
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
