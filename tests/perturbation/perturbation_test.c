/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Whether a single mistake in a descriptor is noticed, and by whom.
 *
 *	perturbation_test FORMAT [--all-witnesses]
 *
 * One bit of one mask or value, or one shift, width or count by one, is changed
 * in a copy of the descriptor.  The witnesses are asked in turn: the model MMU
 * (tests/readings/), the kernel's own headers (tests/facts/, where the format
 * has facts) and the properties of the descriptor (tests/formats/).  At least
 * 99 of 100 changes must be noticed by one of them, and 95 of 100 changes of
 * what an architecture defines by the model MMU alone.  Each survivor must be
 * on the list below, with the reason.  ci/perturbation makes the table of
 * docs/perturbation.md.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../facts/facts_load.h"
#include "../formats/properties.h"
#include "../readings/readings.h"
#include "slots.h"

/* Why a change that nobody notices changes nothing. */
struct survivor {
	const char *format, *member;	/* patterns of fnmatch() */
	int change;			/* number; -1: any */
	const char *reason;
};

#define NO_HEADERS                                                             \
	"what Linux's predicates return is known from its headers only, and "    \
	"of this format none are read"

static const struct survivor survivors[] = {
	{ "template", "linux_says", -1, NO_HEADERS },
	{ "fake*", "linux_says", -1, NO_HEADERS },
	{ "microblaze", "linux_says", -1, NO_HEADERS },
	{ "mips64-*", "linux_says", 1,
	  "p?d_present() compares addresses that the linker gives: not read" },
};

struct witnesses {
	const struct mmu_arch *mmu;
	const struct facts *facts;
	bool thorough;		/* ask all, not only until one notices */
};

enum { BY_MMU = 1, BY_FACTS = 2, BY_PROPERTIES = 4 };

static bool properties_notice(struct check *check)
{
	for (unsigned i = 0; i < layout_property_count; i++)
		if (!layout_properties[i].holds(check))
			return true;
	for (unsigned i = 0; i < word_property_count; i++)
		if (!word_properties[i].holds(check))
			return true;
	return false;
}

/* Which witnesses notice that *changed is not right. */
static unsigned ask(const struct witnesses *w, const struct pt_format *changed)
{
	struct check check = { changed, false, "" };
	struct difference difference;
	unsigned noticed = 0;
	char why[200];

	if (w->mmu && !readings_agree(changed, w->mmu, READINGS_QUICK,
				      &difference))
		noticed |= BY_MMU;
	/* Without its depths there is nothing that others could look at. */
	if (changed->top >= PT_PTE)
		return noticed;
	if (w->facts && !facts_hold(changed, w->facts, why, sizeof(why)))
		noticed |= BY_FACTS;
	if ((w->thorough || !noticed) && properties_notice(&check))
		noticed |= BY_PROPERTIES;
	return noticed;
}

struct tally {
	unsigned made, noticed, mmu, facts, properties;
	unsigned hardware, hardware_mmu;
	unsigned unexplained;
};

/* Nothing can be said of changes while the descriptor itself is wrong. */
static void explain(const struct witnesses *w, const struct pt_format *f)
{
	struct check check = { f, false, "" };
	struct difference difference;
	char why[200];

	printf("%s: the unchanged descriptor does not pass\n", f->name);
	if (w->mmu && !readings_agree(f, w->mmu, READINGS_QUICK, &difference))
		printf("  model MMU: %s\n", difference.text);
	if (w->facts && !facts_hold(f, w->facts, why, sizeof(why)))
		printf("  headers: %s\n", why);
	if (properties_notice(&check))
		printf("  properties: %s\n", check.why);
}

static const char *reason_for(const char *format, const char *member, int n)
{
	for (size_t i = 0; i < sizeof(survivors) / sizeof(survivors[0]); i++)
		if (!fnmatch(survivors[i].format, format, 0) &&
		    !fnmatch(survivors[i].member, member, 0) &&
		    (survivors[i].change < 0 || survivors[i].change == n))
			return survivors[i].reason;
	return NULL;
}

static bool follows(const struct pt_leaf_layout *leaf, unsigned n)
{
	for (unsigned i = 0; i < leaf->derived_count; i++)
		if (leaf->derived[i].bits >> n & 1)
			return true;
	return false;
}

static void survived(struct tally *t, const struct pt_format *f,
		     const struct slot *slot, unsigned n)
{
	const char *reason = reason_for(f->name, slot->member, (int)n);

	if (slot->leaf && slot->type == SLOT_WORD && follows(slot->leaf, n))
		reason = "the bit follows from others, which says the same";

	printf("  %s %s, change %u: %s\n",
	       slot->depth < PT_DEPTHS ? pt_depth_name(slot->depth) : "format",
	       slot->member, n, reason ? reason : "NOT NOTICED");
	if (!reason)
		t->unexplained++;
}

static bool reads_alike(const struct mmu_arch *mmu, unsigned depth,
			uint64_t a, uint64_t b)
{
	struct pt_regime regime = { .pa_bits = 52 };
	struct mmu_entry x, y;

	mmu->entry(&regime, depth, a, &x);
	mmu->entry(&regime, depth, b, &y);
	return x.class == y.class && x.pa == y.pa && x.attrs == y.attrs &&
	       x.denied == y.denied && x.order == y.order;
}

/*
 * Whether hardware looks at that bit of such entries at all.  Rules and fixed
 * bits also say how Linux writes bits that hardware ignores; those are Linux's.
 */
static bool hardware_reads(const struct mmu_arch *mmu, const struct slot *slot,
			   unsigned n)
{
	static const uint32_t rest[] = {
		0, PT_ACCESSED | PT_DIRTY, PT_ACCESSED,
		PT_GLOBAL | PT_ACCESSED | PT_DIRTY,
	};
	uint64_t bit = UINT64_C(1) << n, word;

	if (slot->type != SLOT_WORD || (!slot->leaf && !slot->table))
		return true;
	if (slot->table) {
		word = readings_table(slot->table, 0, 0);
		return !reads_alike(mmu, slot->depth, word, word ^ bit);
	}
	for (uint32_t rights = 0; rights <= PT_RIGHTS; rights++)
		for (unsigned i = 0; i < 4; i++) {
			if (!readings_representable(slot->leaf,
						    rights | rest[i]))
				continue;
			word = readings_leaf(slot->leaf, rights | rest[i], 0);
			if (!reads_alike(mmu, slot->depth, word, word ^ bit))
				return true;
		}
	return false;
}

static void count(struct tally *t, bool hardware, unsigned noticed)
{
	t->made++;
	t->noticed += noticed != 0;
	t->mmu += (noticed & BY_MMU) != 0;
	t->facts += (noticed & BY_FACTS) != 0;
	t->properties += (noticed & BY_PROPERTIES) != 0;
	t->hardware += hardware;
	t->hardware_mmu += hardware && noticed & BY_MMU;
}

/* Whether changed rules accept what they accepted: then nothing is wrong. */
static bool is_the_same(const struct pt_format *f, const struct pt_format *copy,
			const struct slot *slot)
{
	const char *rules = (const char *)slot->rules;
	const void *before;

	if (!rules)
		return false;
	before = (const char *)f + (rules - (const char *)copy);
	return matches_equal(slot->rules, before);
}

static void perturb(const struct pt_format *f, const struct witnesses *w,
		    struct pt_format *copy, struct slots *slots,
		    struct tally *t)
{
	memcpy(copy, f, sizeof(*copy));
	slots_list(slots, copy);
	for (unsigned i = 0; i < slots->count; i++) {
		const struct slot *slot = &slots->slot[i];

		for (unsigned n = 0; n < slot_changes(slot); n++) {
			unsigned noticed;
			bool hardware;

			if (!slot_allows(slot, n))
				continue;
			hardware = slot->hardware &&
				   hardware_reads(w->mmu, slot, n);
			slot_change(slot, n, false);
			if (is_the_same(f, copy, slot)) {
				slot_change(slot, n, true);
				continue;
			}
			noticed = ask(w, copy);
			slot_change(slot, n, true);
			count(t, hardware, noticed);
			if (!noticed)
				survived(t, f, slot, n);
		}
	}
}

static double share(unsigned part, unsigned whole)
{
	return whole ? 100.0 * part / whole : 100.0;
}

static int judge(const struct pt_format *f, const struct tally *t)
{
	bool most = t->noticed * UINT64_C(100) >= t->made * UINT64_C(99);
	bool hardware = t->hardware_mmu * UINT64_C(100) >=
			t->hardware * UINT64_C(95);

	printf("%-20s %7u changes %6.2f %% noticed: model MMU %6.2f, headers "
	       "%6.2f, properties %6.2f; of %u hardware's %6.2f by the model "
	       "MMU alone\n", f->name, t->made, share(t->noticed, t->made),
	       share(t->mmu, t->made), share(t->facts, t->made),
	       share(t->properties, t->made), t->hardware,
	       share(t->hardware_mmu, t->hardware));
	if (!most)
		printf("%s: fewer than 99 of 100 changes noticed\n", f->name);
	if (!hardware)
		printf("%s: fewer than 95 of 100 changes of hardware's fields "
		       "noticed by the model MMU\n", f->name);
	if (t->unexplained)
		printf("%s: %u survivors without a reason\n", f->name,
		       t->unexplained);
	return most && hardware && !t->unexplained ? 0 : 1;
}

int main(int argc, char **argv)
{
	const struct pt_format *f = argc > 1 ? pt_format_find(argv[1]) : NULL;
	struct pt_format *copy = malloc(sizeof(*copy));
	struct slots *slots = malloc(sizeof(*slots));
	struct witnesses w = { 0 };
	struct tally tally = { 0 };
	struct facts *facts = NULL;
	char why[200] = "";
	int status = 1;

	if (!f || !copy || !slots) {
		fprintf(stderr, "perturbation_test: no such format\n");
		goto out;
	}
	facts = facts_load(TABLEWALK_ARCH_DIR, f, why, sizeof(why));
	if (why[0]) {
		printf("%s\n", why);
		goto out;
	}
	w.mmu = mmu_find(f->name);
	if (!w.mmu) {
		printf("%s: no second reading in oracles/mmu/\n", f->name);
		goto out;
	}
	w.facts = facts;
	w.thorough = argc > 2 && !strcmp(argv[2], "--all-witnesses");
	if (ask(&w, f)) {
		explain(&w, f);
		goto out;
	}
	perturb(f, &w, copy, slots, &tally);
	status = judge(f, &tally);
out:
	free(facts);
	free(slots);
	free(copy);
	return status;
}
