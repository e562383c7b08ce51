/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The guest comparison: see hw.h.
 *
 * What the machine should say comes from the flat model and the architecture's
 * permits() alone (oracle_verdict()), never from the words in memory.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../oracles/mmu/mmu.h"
#include "hw_private.h"
#include "hw_lacks.h"
#include "subject.h"

/* A guest this close to the end of its life is replaced. */
#define SECONDS_LEFT_MIN 30

/* How many pages of a batch are accessed twice. */
#define SECOND_PAGES 64

/* So often all of the table area is looked at. */
#define CASES_PER_POOL 1000

static bool range_is(const struct guest_range *range, uint64_t pa,
		     uint64_t bytes)
{
	return range->pa == pa && range->bytes >= bytes;
}

int hw_guest_failed(struct hw *hw, int code, char *error, size_t error_bytes)
{
	snprintf(error, error_bytes, "%s", guest_error(hw->guest));
	return code;
}

static int hw_open_guest(struct hw *hw, char *error, size_t error_bytes)
{
	const uint64_t base = hw->format->ram_base;
	int ret = guest_open(hw->format->name, &hw->options, &hw->guest, error,
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
	hw->cases = 0;
	hw->run = run_create(hw->format,
			     guest_tables(hw->guest), error, error_bytes);
	if (!hw->run)
		return -ENOMEM;
	if (!run_subject(hw->run, hw->subject, error, error_bytes))
		return -EOPNOTSUPP;
	run_keep(hw->run);
	return hw->options.kvm && !hw_edits_are_seen(hw, error, error_bytes) ?
		       -EOPNOTSUPP : 0;
}

static void hw_close_guest(struct hw *hw)
{
	run_destroy(hw->run);
	guest_close(hw->guest);
	hw->run = NULL;
	hw->guest = NULL;
}

struct hw *hw_create(const struct pt_format *format,
		     const struct guest_options *options, char *error,
		     size_t error_bytes)
{
	struct hw *hw = calloc(1, sizeof(*hw));
	char emulator[DEVIATION_EMULATOR];

	if (hw)
		hw->pool.copy = malloc(MACHINE_TABLES_BYTES);
	if (!hw || !hw->pool.copy) {
		snprintf(error, error_bytes, "out of memory");
		hw_destroy(hw);
		return NULL;
	}
	hw->format = format;
	hw->mmu = mmu_find(format->name);
	hw->subject = &subject_builtin;
	if (options)
		hw->options = *options;
	if (hw_open_guest(hw, error, error_bytes) ||
	    !deviation_of_guest(&hw->deviations, hw->guest,
				format->architecture, emulator, error,
				error_bytes)) {
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
	free(hw->pool.copy);
	free(hw);
}

bool hw_subject(struct hw *hw, const struct subject_kind *kind,
		enum run_check check, char *error, size_t error_bytes)
{
	hw->check = check;
	if (!run_subject(hw->run, kind, error, error_bytes))
		return false;
	run_keep(hw->run);
	hw->subject = kind;
	return true;
}

static bool is_data(const struct hw *hw, uint64_t pa)
{
	uint64_t first = hw->format->ram_base + MACHINE_DATA_OFFSET;

	return pa >= first && pa - first < MACHINE_DATA_BYTES;
}

bool hw_page_is_safe(struct hw *hw, uint64_t va)
{
	struct oracle_view view;

	oracle_view(run_oracle(hw->run), hw->space, va, &view);
	return (view.kind != PT_LEAF || is_data(hw, view.pa)) &&
	       !hw_lacks_leaf(hw->guest, run_oracle(hw->run), &view);
}

/* Adds the page of va; false when there is no more room. */
static bool add_page(struct hw *hw, uint64_t va)
{
	uint64_t page = va & ~HW_PAGE_MASK;

	if (hw->count && hw->page[hw->count - 1] == page)
		return true;
	if (hw->count == HW_PAGES_MAX)
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
		hw->counts.skipped += GUEST_KINDS;
		return true;
	}
	if (view.kind != PT_LEAF || is_data(hw, view.pa))
		return add_page(hw, va);
	hw->counts.skipped += GUEST_KINDS;
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
	const int used = snprintf(out, bytes, "%s%s %c: ",
				  probe->translate ? "translate " : "",
				  guest_privilege_name(probe->privilege),
				  access[probe->access]);

	out += used;
	bytes -= (size_t)used;
	if (verdict->word == PT_V_OK)
		snprintf(out, bytes, "ok, pa 0x%" PRIx64, pa);
	else
		snprintf(out, bytes, "%s@%s", pt_word_name(verdict->word),
			 pt_depth_name(verdict->depth));
}

/* " (or as before, user r: ok, pa 0x...)" */
static void describe_was(char *out, size_t bytes, const struct hw_question *q)
{
	char was[80];

	describe(was, sizeof(was), &q->was->verdict, q->was->pa, q->probe);
	snprintf(out, bytes, " (or as before, %s)", was);
}

/* What a question is about, as a violation has it. */
static void describe_question(const struct hw_question *q, struct finding *f)
{
	const struct guest_result *r = q->result;
	size_t at;

	describe(f->expected, sizeof(f->expected), &q->now.verdict, q->now.pa,
		 q->probe);
	at = strlen(f->expected);
	if (q->was)
		describe_was(f->expected + at, sizeof(f->expected) - at, q);
	else if (q->after)
		snprintf(f->expected + at, sizeof(f->expected) - at,
			 " (behind a %s by the %s)",
			 guest_access_name(q->after->access),
			 guest_privilege_name(q->after->privilege));
	snprintf(f->seen, sizeof(f->seen),
		 "the guest: %s@%s, pa 0x%" PRIx64 ", vector %" PRIu32
		 ", syndrome 0x%" PRIx64 ", address 0x%" PRIx64,
		 guest_class_name(r->class), pt_depth_name(r->depth), r->pa,
		 r->vector, r->syndrome, r->address);
}

int hw_differ(struct hw *hw, const struct hw_difference *d,
	      struct violation *violation)
{
	struct finding *f = &violation->finding;

	if (hw_known(hw, d)) {
		hw->counts.known++;
		return 0;
	}
	hw->counts.unexplained++;
	*f = (struct finding){
		.check = d->check, .depth = d->depth,
		.space = (uint8_t)hw->space, .va = d->va,
	};
	violation->at_end = true;
	snprintf(f->divergence, sizeof(f->divergence), "%s", d->divergence);
	if (d->question) {
		describe_question(d->question, f);
		return 1;
	}
	snprintf(f->expected, sizeof(f->expected), "%s", d->expected);
	snprintf(f->seen, sizeof(f->seen), "%s", d->seen);
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

uint64_t hw_root(const struct hw *hw, unsigned space)
{
	const struct pt_regime *regime = run_regime(hw->run);

	return guest_place(hw->guest, regime->control, regime->root[space]);
}

/*
 * The second translation has a say where the first allows: its map is the guest's, the
 * rights of tables are not restricted (guest_options.below).  Arm ARM (DDI 0487), D8.1
 * and D8.15: faults of stage 1 come first.
 */
static void go_below(const struct hw *hw, const struct guest_probe *probe,
		     const struct oracle_view *view,
		     struct hw_expected *expected)
{
	static const uint32_t needed[PT_ACCESSES] = { PT_R, PT_W, PT_X };
	const uint32_t control = run_regime(hw->run)->control;
	const struct pt_below *below = guest_below(hw->guest, control);
	uint64_t number;

	if (!below || expected->verdict.word != PT_V_OK ||
	    view->pa < below->first)
		return;
	expected->pa = guest_place(hw->guest, control, expected->pa);
	number = (view->pa - below->first) >> below->shift;
	if (number < below->count &&
	    !(below->page[number].rights & needed[probe->access]))
		expected->verdict.word = below->page[number].rights ?
						 PT_V_BELOW_DENIED : PT_V_BELOW;
}

struct hw_expected hw_expect(struct hw *hw, const struct guest_probe *probe)
{
	struct hw_expected expected;
	struct oracle_view view;

	oracle_view(run_oracle(hw->run), hw->space, probe->va, &view);
	expected.verdict = oracle_verdict(run_oracle(hw->run), &view,
					  probe->access, probe->privilege);
	expected.pa = view.pa & ~HW_PAGE_MASK;
	expected.attrs = view.kind == PT_LEAF ? view.attrs : 0;
	expected.unseen = is_unseen(hw, &view, probe, &expected.verdict) ||
			  hw_lacks_leaf(hw->guest, run_oracle(hw->run), &view) ||
			  hw_lacks_denial(hw->guest, run_oracle(hw->run),
					  hw->space, &view, probe,
					  &expected.verdict);
	if (view.kind == PT_LEAF)
		expected.verdict = guest_sees(hw->guest, expected.verdict,
					      view.attrs);
	go_below(hw, probe, &view, &expected);
	return expected;
}

/* CHECK_NONE where the answer is what is expected. */
static enum check_id answers(struct hw *hw, const struct hw_question *q,
			     const struct hw_expected *expected)
{
	const uint64_t mask = guest_pa_mask(hw->guest, q->probe);

	if (!guest_agrees(hw->guest, q->probe, &expected->verdict, q->result))
		return CHECK_MACHINE_VERDICT;
	if (q->result->class == GUEST_OK &&
	    (q->result->pa ^ expected->pa) & mask)
		return CHECK_MACHINE_ADDRESS;
	return CHECK_NONE;
}

/* Whether the machine cannot tell the two by that access. */
static bool same(struct hw *hw, const struct guest_probe *probe,
		 const struct hw_expected *a, const struct hw_expected *b)
{
	const struct guest_answer one = guest_project(hw->guest, probe,
						      &a->verdict);
	const struct guest_answer two = guest_project(hw->guest, probe,
						      &b->verdict);

	return one.class == two.class && one.depth == two.depth &&
	       (one.class != GUEST_OK ||
		!((a->pa ^ b->pa) & guest_pa_mask(hw->guest, probe)));
}

/*
 * Whether nothing can be left of what was said before.  Intel SDM volume 3A, 4.10.2.3
 * and 4.10.4.3: no translation is held of an entry that is not present, so none has
 * to be invalidated.  Arm ARM (DDI 0487 and 0406), "General TLB maintenance
 * requirements": nor of one that gives a translation fault.  RISC-V privileged
 * specification 20211203, 4.2.1, allows it to be held; of the others it is not asked.
 */
static bool nothing_is_held(const struct hw *hw, const struct hw_expected *was)
{
	static const char *const none[] = { "x86", "arm", "arm64" };

	for (unsigned i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (!strcmp(hw->format->architecture, none[i]))
			return was->verdict.word == PT_V_TRANSLATION;
	return false;
}

int hw_judge(struct hw *hw, const struct hw_question *q,
	     struct violation *violation)
{
	struct hw_difference d = {
		.question = q, .depth = q->now.verdict.depth,
		.va = q->probe->va,
	};
	bool ok;

	if (q->result->class == GUEST_NOT_RUN || q->now.unseen ||
	    (q->was && q->was->unseen)) {
		hw->counts.skipped++;
		return 0;
	}
	hw->counts.probes++;
	hw->counts.second += q->after && !q->was;
	d.check = answers(hw, q, &q->now);
	if (q->was) {
		/* Two verdicts may come to one class, and to others besides. */
		const bool told = !same(hw, q->probe, q->was, &q->now);

		hw->counts.unflushed += told;
		if (d.check && !nothing_is_held(hw, q->was) &&
		    !answers(hw, q, q->was)) {
			hw->counts.stale += told;
			return 0;
		}
	}
	if (!d.check)
		return 0;
	ok = guest_project(hw->guest, q->probe, &q->now.verdict).class ==
	     GUEST_OK;
	d.divergence = d.check == CHECK_MACHINE_ADDRESS	? "pfn"
		       : ok				? "lost"
		       : q->result->class == GUEST_OK	? "ghost" : "prot";
	return hw_differ(hw, &d, violation);
}

/*
 * Which kind of access follows at once the first access of that kind; GUEST_KINDS: none.
 * Each case has two different such pairs of different kinds.  Its salt decides, so that
 * a case that is made smaller keeps them, or where that is 0 all of it.
 */
static unsigned follower(const struct hw *hw, unsigned kind)
{
	const uint64_t h = (hw->salt * PT_SPACES + hw->space + 1) *
			   UINT64_C(0x9e3779b97f4a7c15);
	const unsigned one = (unsigned)(h >> 32) % GUEST_KINDS;
	const unsigned two = (one + 1 + (unsigned)(h >> 40) % (GUEST_KINDS - 1)) %
			     GUEST_KINDS;

	if (kind != one && kind != two)
		return GUEST_KINDS;
	return (kind + 1 +
		(unsigned)(h >> (kind == one ? 48 : 56)) % (GUEST_KINDS - 1)) %
	       GUEST_KINDS;
}

/*
 * Puts the accesses of one batch in hand: of that kind to every page, and behind each
 * of up to SECOND_PAGES, evenly among them, another one.  Returns how many.
 */
static unsigned fill_batch(struct hw *hw, unsigned kind)
{
	const unsigned second = follower(hw, kind);
	const unsigned step = (hw->count + SECOND_PAGES - 1) / SECOND_PAGES;
	unsigned n = 0;

	hw->pairs = second < GUEST_KINDS;
	for (unsigned i = 0; i < hw->count; i++) {
		hw->of_page[n] = i;
		hw->probe[n++] = guest_kind(hw->page[i], kind);
		if (!hw->pairs || i % step)
			continue;
		hw->of_page[n] = i;
		hw->probe[n++] = guest_kind(hw->page[i], second);
	}
	return n;
}

/*
 * One kind of access to every page, as the first since a flush, and perhaps another
 * one behind some.  A batch of its own: what follows an access is judged by what that
 * left in the TLB, too.
 */
static int probe_pages(struct hw *hw, unsigned kind,
		       struct violation *violation, char *error,
		       size_t error_bytes)
{
	const unsigned count = fill_batch(hw, kind);
	int ret;

	hw_words_begin(hw);
	ret = guest_run(hw->guest, hw_root(hw, hw->space), hw->probe, hw->result,
			count, NULL);
	if (ret)
		return hw_guest_failed(hw, ret, error, error_bytes);
	for (unsigned i = 0; i < count && !ret; i++) {
		const bool behind = i && hw->of_page[i] == hw->of_page[i - 1];
		const struct hw_question q = {
			.probe = &hw->probe[i], .result = &hw->result[i],
			.after = behind ? &hw->probe[i - 1] : NULL,
			.now = hw_expect(hw, &hw->probe[i]),
		};

		hw_words_access(hw, hw->of_page[i], q.probe, q.result);
		ret = hw_judge(hw, &q, violation);
	}
	return ret ? ret : hw_words_end(hw, false, violation);
}

void hw_collect_pages(struct hw *hw, unsigned space)
{
	hw->count = 0;
	hw->space = space;
	oracle_each_boundary(run_oracle(hw->run), space, add_boundary, hw);
	add_gap(hw);
}

static int probe_space(struct hw *hw, unsigned space,
		       struct violation *violation, char *error,
		       size_t error_bytes)
{
	int ret = 0;

	hw_collect_pages(hw, space);
	hw_words_collect(hw);
	for (unsigned i = 0; i < GUEST_KINDS && !ret; i++)
		ret = probe_pages(hw, i, violation, error, error_bytes);
	return ret ? ret : hw_pool_check(hw, violation);
}

int hw_ask(struct hw *hw, struct violation *violation, char *error,
	   size_t error_bytes)
{
	int ret = guest_set_regime(hw->guest, run_regime(hw->run)->control);

	if (ret)
		return hw_guest_failed(hw, ret, error, error_bytes);
	hw_pool_take(hw);
	for (unsigned i = 0; i < PT_SPACES && !ret; i++)
		ret = probe_space(hw, i, violation, error, error_bytes);
	if (!ret)
		ret = hw_translate(hw, violation, error, error_bytes);
	guest_rest(hw->guest);
	return ret;
}

void hw_rest(struct hw *hw)
{
	guest_stop(hw->guest);
}

/*
 * All of the table area is looked at behind a guest's first case, behind every
 * thousandth, and before a guest is given up.
 */
static int end_case(struct hw *hw, struct violation *violation)
{
	if (hw->cases++ % CASES_PER_POOL)
		return 0;
	return hw_pool_check_rest(hw, violation);
}

static int renew_guest(struct hw *hw, struct violation *violation, char *error,
		       size_t error_bytes)
{
	const int found = hw->cases ? hw_pool_check_rest(hw, violation) : 0;
	int ret;

	hw_close_guest(hw);
	ret = hw_open_guest(hw, error, error_bytes);
	return ret ? ret : found;
}

/*
 * No guest survives whatever an impostor makes of its tables: the models look at all
 * of such a case first.  So they do where more checks are asked for than steps have.
 */
static bool models_object(struct hw *hw, const struct tw_case *c,
			  struct violation *violation)
{
	if ((hw->subject == &subject_builtin && hw->check == RUN_CHECK_END) ||
	    run_case(hw->run, c, hw->check, NULL, violation))
		return false;
	hw->counts.unexplained++;
	return true;
}

int hw_case(struct hw *hw, const struct tw_case *c, struct violation *violation,
	    char *error, size_t error_bytes)
{
	struct tw_case in_ram = *c;
	int ret = 0;

	*violation = (struct violation){ .check = RUN_CHECK_END };
	if (guest_seconds_left(hw->guest) < SECONDS_LEFT_MIN)
		ret = renew_guest(hw, violation, error, error_bytes);
	if (ret)
		return ret;
	in_ram.header.window = CASE_WINDOW_RAM;
	if (models_object(hw, &in_ram, violation))
		return 1;
	hw->salt = c->header.salt ? c->header.salt : case_hash(c);
	ret = hw_run_unflushed(hw, &in_ram, violation, error, error_bytes);
	if (!ret)
		ret = hw_ask(hw, violation, error, error_bytes);
	return ret ? ret : end_case(hw, violation);
}

const struct hw_counts *hw_counts(const struct hw *hw)
{
	return &hw->counts;
}

struct run *hw_run(const struct hw *hw)
{
	return hw->run;
}
