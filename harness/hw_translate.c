/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Asking the translate instruction: see hw_translate.h.
 */
#include "hw_translate.h"
#include "hw_lacks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "guest_mailbox.h"

#define PAGE_MASK UINT64_C(0xfff)

struct asked {
	const struct deviation_list *deviations;
	struct guest *guest;
	struct run *run;
	struct hw_counts *counts;
	unsigned space;
	unsigned count;
	struct guest_probe probe[GUEST_BATCH_MAX];
	struct guest_result result[GUEST_BATCH_MAX];
};

/* Every kind of access that the instruction answers for. */
static bool add_boundary(void *context, uint64_t va)
{
	struct asked *a = context;

	if (a->count && a->probe[a->count - 1].va == (va & ~PAGE_MASK))
		return true;
	if (a->count + GUEST_KINDS > GUEST_BATCH_MAX)
		return false;
	for (unsigned i = 0; i < GUEST_KINDS; i++) {
		struct guest_probe probe = guest_kind(va & ~PAGE_MASK, i);

		probe.translate = true;
		if (guest_makes(a->guest, &probe))
			a->probe[a->count++] = probe;
	}
	return true;
}

static void describe(char *out, size_t bytes, const struct guest_probe *probe,
		     const char *word, int depth, uint64_t pa)
{
	static const char access[] = "rwx";

	snprintf(out, bytes, "translate %s %c: %s@%s, pa 0x%" PRIx64,
		 probe->privilege == PT_AS_USER ? "user" : "kernel",
		 access[probe->access], word, pt_depth_name(depth), pa);
}

static int differ(const struct asked *a, unsigned i,
		  const struct pt_verdict *verdict, uint64_t pa,
		  struct guest_answer answer, struct violation *violation)
{
	const struct guest_probe *probe = &a->probe[i];
	const struct guest_result *r = &a->result[i];
	const bool moved = r->class == answer.class && r->depth == answer.depth;
	struct finding *f = &violation->finding;

	a->counts->unexplained++;
	*f = (struct finding){
		.check = moved ? CHECK_MACHINE_ADDRESS : CHECK_MACHINE_VERDICT,
		.depth = verdict->depth, .space = (uint8_t)a->space,
		.va = probe->va,
	};
	violation->at_end = true;
	snprintf(f->divergence, sizeof(f->divergence), "%s",
		 moved			  ? "pfn"
		 : answer.class == GUEST_OK ? "lost"
		 : r->class == GUEST_OK	  ? "ghost" : "prot");
	describe(f->expected, sizeof(f->expected), probe,
		 pt_word_name(verdict->word), verdict->depth, pa);
	snprintf(f->seen, sizeof(f->seen),
		 "the guest: %s@%s, pa 0x%" PRIx64 ", vector %" PRIu32
		 ", syndrome 0x%" PRIx64, guest_class_name(r->class),
		 pt_depth_name(r->depth), r->pa, r->vector, r->syndrome);
	return 1;
}

/* Whether the list has a reason for that difference. */
static bool is_known(const struct asked *a, unsigned i,
		     const struct pt_verdict *verdict)
{
	const struct guest_result *r = &a->result[i];
	const struct deviation_query query = {
		.format = run_format(a->run)->name, .verdict = *verdict,
		.got = { r->class, r->depth },
		.other_page = verdict->word == PT_V_OK && r->class == GUEST_OK,
		.control = run_regime(a->run)->control,
		.access = a->probe[i].access,
		.privilege = a->probe[i].privilege, .translate = true,
	};

	return deviation_find(a->deviations, &query);
}

/* One result against the flat model; 0, or 1 with the violation filled. */
static int compare(const struct asked *a, unsigned i,
		   struct violation *violation)
{
	const struct guest_probe *probe = &a->probe[i];
	const struct guest_result *r = &a->result[i];
	const struct oracle *oracle = run_oracle(a->run);
	const uint64_t mask = guest_translate_mask(a->guest) & ~PAGE_MASK;
	struct guest_answer answer;
	struct pt_verdict verdict;
	struct oracle_view view;

	oracle_view(oracle, a->space, probe->va, &view);
	verdict = oracle_verdict(oracle, &view, probe->access,
				 probe->privilege);
	if (r->class == GUEST_NOT_RUN ||
	    hw_lacks_leaf(a->guest, oracle, &view) ||
	    hw_lacks_denial(a->guest, oracle, a->space, &view, probe,
			    &verdict)) {
		a->counts->skipped++;
		return 0;
	}
	a->counts->probes++;
	if (view.kind == PT_LEAF)
		verdict = guest_sees(a->guest, verdict, view.attrs);
	answer = guest_project_translate(a->guest, &verdict);
	if (r->class == answer.class && r->depth == answer.depth &&
	    (r->class != GUEST_OK || !((r->pa ^ view.pa) & mask)))
		return 0;
	if (is_known(a, i, &verdict)) {
		a->counts->known++;
		return 0;
	}
	return differ(a, i, &verdict, view.pa, answer, violation);
}

static int ask_space(struct asked *a, unsigned space,
		     struct violation *violation, char *error,
		     size_t error_bytes)
{
	int ret;

	a->space = space;
	a->count = 0;
	oracle_each_boundary(run_oracle(a->run), space, add_boundary, a);
	if (!a->count)
		return 0;
	ret = guest_run(a->guest, run_regime(a->run)->root[space], a->probe,
			a->result, a->count, NULL);
	if (ret) {
		snprintf(error, error_bytes, "%s", guest_error(a->guest));
		return ret;
	}
	for (unsigned i = 0; i < a->count; i++)
		if (compare(a, i, violation))
			return 1;
	return 0;
}

int hw_translate(struct guest *guest, struct run *run,
		 const struct deviation_list *deviations,
		 struct hw_counts *counts, struct violation *violation,
		 char *error, size_t error_bytes)
{
	struct asked *a;
	int ret = 0;

	if (!guest_translate_mask(guest))
		return 0;
	a = malloc(sizeof(*a));
	if (!a) {
		snprintf(error, error_bytes, "out of memory");
		return -ENOMEM;
	}
	a->guest = guest;
	a->run = run;
	a->counts = counts;
	a->deviations = deviations;
	for (unsigned i = 0; i < PT_SPACES && !ret; i++)
		ret = ask_space(a, i, violation, error, error_bytes);
	free(a);
	return ret;
}
