/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guest comparison: see hw.h.
 *
 * What the machine should say comes from the flat model and the architecture's
 * permits() alone (oracle_verdict()), never from the words in memory.
 */
#include "hw.h"
#include "hw_lacks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guest_mailbox.h"
#include "hw_translate.h"

/* A guest this close to the end of its life is replaced. */
#define SECONDS_LEFT_MIN 30

#define PAGE_MASK UINT64_C(0xfff)

/* Kinds of access to a page: read, write and fetch, by user and kernel. */
enum { KINDS_OF_ACCESS = (unsigned)PT_ACCESSES * (unsigned)PT_PRIVILEGES };

struct hw {
	const struct pt_format *format;
	struct guest *guest;
	struct run *run;
	struct hw_counts counts;
	unsigned space;			/* whose boundaries are being asked */
	unsigned count;			/* of pages in hand */
	uint64_t page[GUEST_BATCH_MAX];
	struct guest_probe probe[GUEST_BATCH_MAX];
	struct guest_result result[GUEST_BATCH_MAX];
};

static bool range_is(const struct guest_range *range, uint64_t pa,
		     uint64_t bytes)
{
	return range->pa == pa && range->bytes >= bytes;
}

static int hw_open_guest(struct hw *hw, char *error, size_t error_bytes)
{
	const uint64_t base = hw->format->ram_base;
	int ret = guest_open(hw->format->name, NULL, &hw->guest, error,
			     error_bytes);

	if (ret)
		return ret;

	const struct guest_ram *ram = guest_ram(hw->guest);

	if (!range_is(&ram->tables, base + MACHINE_TABLES_OFFSET,
		      MACHINE_TABLES_BYTES) ||
	    !range_is(&ram->data, base + MACHINE_DATA_OFFSET,
		      MACHINE_DATA_BYTES)) {
		snprintf(error, error_bytes,
			 "%s: the guest's RAM is laid out differently",
			 hw->format->name);
		return -EINVAL;
	}
	hw->run = run_create(hw->format,
			     guest_at(hw->guest, base + MACHINE_TABLES_OFFSET,
				      MACHINE_TABLES_BYTES),
			     error, error_bytes);
	return hw->run ? 0 : -ENOMEM;
}

static void hw_close_guest(struct hw *hw)
{
	run_destroy(hw->run);
	guest_close(hw->guest);
	hw->run = NULL;
	hw->guest = NULL;
}

struct hw *hw_create(const struct pt_format *format, char *error,
		     size_t error_bytes)
{
	struct hw *hw;

	if (!guest_available(format->name, error, error_bytes))
		return NULL;
	hw = calloc(1, sizeof(*hw));
	if (!hw) {
		snprintf(error, error_bytes, "out of memory");
		return NULL;
	}
	hw->format = format;
	if (hw_open_guest(hw, error, error_bytes)) {
		hw_destroy(hw);
		return NULL;
	}
	return hw;
}

void hw_destroy(struct hw *hw)
{
	if (!hw)
		return;
	hw_close_guest(hw);
	free(hw);
}

static bool is_data(const struct hw *hw, uint64_t pa)
{
	uint64_t first = hw->format->ram_base + MACHINE_DATA_OFFSET;

	return pa >= first && pa - first < MACHINE_DATA_BYTES;
}

/* Adds the page of va; false when there is no more room. */
static bool add_page(struct hw *hw, uint64_t va)
{
	uint64_t page = va & ~PAGE_MASK;

	if (hw->count && hw->page[hw->count - 1] == page)
		return true;
	if (hw->count == GUEST_BATCH_MAX)
		return false;
	hw->page[hw->count++] = page;
	return true;
}

/*
 * One boundary.  A leaf whose page here is not a data page must not be touched:
 * where it is large enough to cover data pages further on, the first of those
 * stands for it.
 */
static bool add_boundary(void *context, uint64_t va)
{
	struct hw *hw = context;
	const uint64_t data = hw->format->ram_base + MACHINE_DATA_OFFSET;
	struct oracle_view view;

	oracle_view(run_oracle(hw->run), hw->space, va, &view);
	if (hw_lacks_leaf(hw->guest, run_oracle(hw->run), &view)) {
		hw->counts.skipped += KINDS_OF_ACCESS;
		return true;
	}
	if (view.kind != PT_LEAF || is_data(hw, view.pa))
		return add_page(hw, va);
	hw->counts.skipped += KINDS_OF_ACCESS;
	if (view.pa < data && view.last - va >= data - view.pa)
		return add_page(hw, va + (data - view.pa));
	return true;
}

/*
 * Pages that no root translates: at the two ends of the gap between the halves,
 * and the one above an unsigned space.
 */
static void add_gap(struct hw *hw)
{
	const struct pt_format *f = hw->format;

	if (f->va_rule == PT_VA_SIGNED) {
		uint64_t low_end = UINT64_C(1) << (f->va_bits - 1);

		add_page(hw, low_end);
		add_page(hw, UINT64_C(0) - low_end - 1);
	} else if (f->va_rule == PT_VA_ZERO && f->va_bits < f->va_word_bits) {
		add_page(hw, UINT64_C(1) << f->va_bits);
	}
}

static void describe(char *out, size_t bytes, const struct pt_verdict *verdict,
		     uint64_t pa, const struct guest_probe *probe)
{
	static const char access[] = "rwx";

	if (verdict->word == PT_V_OK)
		snprintf(out, bytes, "%s %c: ok, pa 0x%" PRIx64,
			 probe->privilege == PT_AS_USER ? "user" : "kernel",
			 access[probe->access], pa);
	else
		snprintf(out, bytes, "%s %c: %s@%s",
			 probe->privilege == PT_AS_USER ? "user" : "kernel",
			 access[probe->access], pt_word_name(verdict->word),
			 pt_depth_name(verdict->depth));
}

static int differ(struct hw *hw, unsigned space, unsigned i,
		  const struct pt_verdict *verdict, uint64_t pa,
		  enum check_id check, struct violation *violation)
{
	struct finding *f = &violation->finding;
	const struct guest_result *r = &hw->result[i];

	hw->counts.unexplained++;
	*f = (struct finding){
		.check = check, .depth = verdict->depth,
		.space = (uint8_t)space, .va = hw->probe[i].va,
	};
	violation->at_end = true;
	snprintf(f->divergence, sizeof(f->divergence), "%s",
		 check == CHECK_MACHINE_ADDRESS ? "pfn"
		 : verdict->word == PT_V_OK	? "lost"
		 : r->class == GUEST_OK		? "ghost" : "prot");
	describe(f->expected, sizeof(f->expected), verdict, pa, &hw->probe[i]);
	snprintf(f->seen, sizeof(f->seen),
		 "the guest: %s@%s, pa 0x%" PRIx64 ", vector %" PRIu32
		 ", syndrome 0x%" PRIx64 ", address 0x%" PRIx64,
		 guest_class_name(r->class), pt_depth_name(r->depth), r->pa,
		 r->vector, r->syndrome, r->address);
	return 1;
}

/* Whether the verdict is one whose cause the emulator does not see. */
static bool is_unseen(const struct hw *hw, const struct oracle_view *view,
		      const struct guest_probe *probe,
		      const struct pt_verdict *verdict)
{
	const struct guest_blind blind = guest_blind(hw->guest);
	struct oracle_view seen = *view;

	if (blind.words >> verdict->word & 1)
		return true;
	if (!blind.rights || view->kind != PT_LEAF)
		return false;
	seen.attrs |= blind.rights;
	return oracle_verdict(run_oracle(hw->run), &seen, probe->access,
			      probe->privilege).word != verdict->word;
}

/* One result against the flat model; 0, or 1 with the violation filled. */
static int compare(struct hw *hw, unsigned space, unsigned i,
		   struct violation *violation)
{
	const struct guest_probe *probe = &hw->probe[i];
	const struct guest_result *r = &hw->result[i];
	struct oracle_view view;

	oracle_view(run_oracle(hw->run), space, probe->va, &view);

	struct pt_verdict verdict = oracle_verdict(
		run_oracle(hw->run), &view, probe->access, probe->privilege);

	if (r->class == GUEST_NOT_RUN ||
	    hw_lacks_denial(hw->guest, run_oracle(hw->run), space, &view, probe,
			    &verdict) ||
	    is_unseen(hw, &view, probe, &verdict)) {
		hw->counts.skipped++;
		return 0;
	}
	hw->counts.probes++;

	if (view.kind == PT_LEAF)
		verdict = guest_sees(hw->guest, verdict, view.attrs);
	if (!guest_agrees(hw->guest, &verdict, r))
		return differ(hw, space, i, &verdict, view.pa,
			      CHECK_MACHINE_VERDICT, violation);
	if (r->class != GUEST_OK)
		return 0;

	const uint64_t mask = guest_tag_mask(hw->guest, probe->access);

	if ((r->pa & mask) == (view.pa & ~PAGE_MASK & mask))
		return 0;
	return differ(hw, space, i, &verdict, view.pa, CHECK_MACHINE_ADDRESS,
		      violation);
}

/*
 * One kind of access to every page.  A batch of its own, and so a flush: two
 * accesses to a page since the last flush would only be judged by what the
 * first one left in the TLB.
 */
static int probe_pages(struct hw *hw, enum pt_access access,
		       enum pt_privilege privilege, struct violation *violation,
		       char *error, size_t error_bytes)
{
	int ret;

	for (unsigned i = 0; i < hw->count; i++)
		hw->probe[i] = (struct guest_probe){
			.va = hw->page[i], .access = access,
			.privilege = privilege,
		};
	ret = guest_run(hw->guest, run_regime(hw->run)->root[hw->space],
			hw->probe, hw->result, hw->count, NULL);
	if (ret) {
		snprintf(error, error_bytes, "%s", guest_error(hw->guest));
		return ret;
	}
	for (unsigned i = 0; i < hw->count; i++)
		if (compare(hw, hw->space, i, violation))
			return 1;
	return 0;
}

static int probe_space(struct hw *hw, unsigned space,
		       struct violation *violation, char *error,
		       size_t error_bytes)
{
	int ret = 0;

	hw->count = 0;
	hw->space = space;
	oracle_each_boundary(run_oracle(hw->run), space, add_boundary, hw);
	add_gap(hw);
	for (unsigned i = 0; i < KINDS_OF_ACCESS && !ret; i++)
		ret = probe_pages(hw, (enum pt_access)(i / PT_PRIVILEGES),
				  (enum pt_privilege)(i % PT_PRIVILEGES),
				  violation, error, error_bytes);
	return ret;
}

int hw_ask(struct hw *hw, struct violation *violation, char *error,
	   size_t error_bytes)
{
	int ret = guest_set_regime(hw->guest, run_regime(hw->run)->control);

	if (ret) {
		snprintf(error, error_bytes, "%s", guest_error(hw->guest));
		return ret;
	}
	for (unsigned i = 0; i < PT_SPACES && !ret; i++)
		ret = probe_space(hw, i, violation, error, error_bytes);
	if (!ret)
		ret = hw_translate(hw->guest, hw->run, &hw->counts, violation,
				   error, error_bytes);
	guest_rest(hw->guest);
	return ret;
}

int hw_case(struct hw *hw, const struct tw_case *c, struct violation *violation,
	    char *error, size_t error_bytes)
{
	struct tw_case in_ram = *c;
	int ret;

	if (guest_seconds_left(hw->guest) < SECONDS_LEFT_MIN) {
		hw_close_guest(hw);
		ret = hw_open_guest(hw, error, error_bytes);
		if (ret)
			return ret;
	}
	in_ram.header.window = CASE_WINDOW_RAM;
	if (!run_case(hw->run, &in_ram, RUN_CHECK_END, NULL, violation)) {
		hw->counts.unexplained++;
		return 1;
	}
	return hw_ask(hw, violation, error, error_bytes);
}

const struct hw_counts *hw_counts(const struct hw *hw)
{
	return &hw->counts;
}

struct run *hw_run(const struct hw *hw)
{
	return hw->run;
}
