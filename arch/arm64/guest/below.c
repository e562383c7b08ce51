/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the arm64 probe guests: the map of RAM that stage 2 has below a
 * stage 1 under test.  Pages of 64 KiB, more than the smallest of stage 1 and less than
 * its blocks.  Tables are one page further on than their addresses say, data 33; so is
 * the shadow root, for which its page and the next change places.  Some pages lack
 * rights, or are not mapped.
 *
 * Sources: Arm ARM DDI 0487J.a, D8.3.2 (page descriptor of stage 2), D8.4.2 (S2AP, XN).
 */
#include "below.h"

#include "guest_layout.h"

#define R	PT_R
#define W	PT_W
#define X	PT_X
#define PAGE	(UINT64_C(1) << ARM64_STAGE2_PAGE_SHIFT)

/* Normal write-back, inner shareable, AF, of type page; S2AP and XN to be added. */
#define PAGE_WORD	UINT64_C(0x73f)
#define S2AP_READ	UINT64_C(0x40)
#define S2AP_WRITE	UINT64_C(0x80)
#define XN_ALL		(UINT64_C(2) << 53)

enum { TABLES_MOVED = 1, DATA_MOVED = 33 };	/* pages */
/* Tables of a sweep lie at multiples of that many. */
enum { TABLES_PERIOD = 32 };
/* No power of two: pages of all rights begin blocks of all kinds. */
enum { DATA_PERIOD = 7 };

/*
 * What tables and data may be: of both the first has all rights, as the pages after
 * which others lie.  A table that can only be written cannot be walked.
 */
static uint32_t table_rights(uint64_t number)
{
	switch (number % TABLES_PERIOD) {
	case 1:
		return 0;
	case 2:
		return R;
	case 4:
		return W | X;
	default:
		return R | W | X;
	}
}

static uint32_t data_rights(uint64_t number)
{
	static const uint32_t rights[DATA_PERIOD] = {
		R | W | X, R | X, R | W, 0, X, R | W | X, R,
	};

	return rights[number % DATA_PERIOD];
}

/* That page of a range, moved on in it. */
static uint64_t moved(const struct guest_range *range, uint64_t number,
		      unsigned by)
{
	const uint64_t count = range->bytes / PAGE;

	return range->pa + (number + by) % count * PAGE;
}

struct pt_below_page arm64_below_page(const struct guest_machine *machine,
				      const struct guest_ram *ram,
				      uint64_t address)
{
	const uint64_t root = ram->ram.pa + GUEST_RUNTIME_AT;
	const uint64_t most = machine->below_bytes - (ram->data.pa - ram->ram.pa);
	struct guest_range data = ram->data;
	const uint64_t table = (address - ram->tables.pa) / PAGE;
	const uint64_t page = (address - data.pa) / PAGE;

	if (data.bytes > most)
		data.bytes = most;
	if (address - ram->tables.pa < ram->tables.bytes)
		return (struct pt_below_page){
			moved(&ram->tables, table, TABLES_MOVED),
			table_rights(table),
		};
	if (address - data.pa < data.bytes)
		return (struct pt_below_page){
			moved(&data, page, DATA_MOVED), data_rights(page),
		};
	if (address - root < 2 * ARM64_STAGE2_ROOT_MOVED)
		address ^= ARM64_STAGE2_ROOT_MOVED;
	return (struct pt_below_page){ address, R | W | X };
}

void arm64_put_below(const struct guest_machine *machine, uint8_t *area,
		     const struct pt_below *below)
{
	uint8_t *at = area + ARM64_STAGE2_PAGES;
	const unsigned all = 1u << (ARM64_STAGE2_SHIFT - ARM64_STAGE2_PAGE_SHIFT);

	for (unsigned i = 0; i < all; i++) {
		const uint64_t here = machine->ram_pa + i * PAGE;
		const struct pt_below_page beyond = { here, R | W | X };
		const struct pt_below_page *p = i < below->count ?
						&below->page[i] : &beyond;
		uint64_t word = p->to | PAGE_WORD;

		word |= p->rights & R ? S2AP_READ : 0;
		word |= p->rights & W ? S2AP_WRITE : 0;
		word |= p->rights & X ? 0 : XN_ALL;
		guest_put64(at + 8 * i, p->rights ? word : 0);
	}
}
