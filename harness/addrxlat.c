/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libaddrxlat's page-table walk over the simulated memory of a case.
 *
 * The library is given a paging form (addrxlat_layout.c) and a root, and reads
 * entries through get_page().  A window of memory is one page to it, so that its
 * cache of pages holds all of them; what it caches are pointers, and the words behind
 * them are always the present ones.
 *
 * Source: libkdumpfile/addrxlat.h of version 0.5.1, and what the library does.
 */
#include "addrxlat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libkdumpfile/addrxlat.h>

#include "../oracles/defect.h"

/* Physical addresses that only formats with 52 bits have. */
#define HIGH (UINT64_C(1) << 48)

struct addrxlat {
	const struct addrxlat_layout *layout;
	addrxlat_meth_t meth;
	unsigned va_bits;
	uint64_t lost;		/* see find_lost() */
	enum opinion_count losing;
	struct opinion_counts counts;
	/* During a check. */
	const struct oracle *oracle;
	const struct pt_memory *memory;
	struct finding *finding;
	unsigned space;
	addrxlat_ctx_t *ctx;
};

/* What the library says of one address. */
struct answer {
	addrxlat_status status;
	uint64_t pa;
	int depth;		/* of the entry that is not present */
	bool high;		/* an entry at HIGH or above was read */
	bool lost;		/* ... one where bits of its address were lost */
};

static void put_page(const addrxlat_buffer_t *buffer)
{
	(void)buffer;
}

static const struct pt_window *window_at(const struct pt_memory *memory,
					 uint64_t pa)
{
	for (unsigned i = 0; i < PT_WINDOWS; i++)
		if (pa - memory->window[i].pa < memory->window[i].bytes)
			return &memory->window[i];
	return NULL;
}

/* What is not there may be there with the bits that were lost. */
static addrxlat_status get_page(const addrxlat_cb_t *cb,
				addrxlat_buffer_t *buffer)
{
	const struct addrxlat *a = cb->priv;
	const struct pt_window *w = window_at(a->memory, buffer->addr.addr);
	uint64_t lost = 0;

	if (!w) {
		lost = a->lost & ~buffer->addr.addr;
		w = window_at(a->memory, buffer->addr.addr | lost);
	}
	if (!w)
		return addrxlat_ctx_err(a->ctx, ADDRXLAT_ERR_NODATA,
					"no memory at 0x%" ADDRXLAT_PRIxADDR,
					buffer->addr.addr);
	buffer->addr.addr = w->pa - lost;
	buffer->ptr = w->host;
	buffer->size = w->bytes;
	buffer->byte_order = a->layout->big_endian ? ADDRXLAT_BIG_ENDIAN :
						     ADDRXLAT_LITTLE_ENDIAN;
	buffer->put_page = put_page;
	return ADDRXLAT_OK;
}

static unsigned long read_caps(const addrxlat_cb_t *cb)
{
	(void)cb;
	return ADDRXLAT_CAPS(ADDRXLAT_MACHPHYSADDR);
}

/* The name of its format of entries, or another one where that is the defect. */
static const char *entry_name(const struct addrxlat_layout *layout)
{
	return !strcmp(layout->entry, "aarch64_lpa2") ?
		       ODEF(OPINION_PLAIN_LPA2, layout->entry, "aarch64") :
		       layout->entry;
}

static const char *layout_name(const char *format, const char **why)
{
	const struct addrxlat_layout *layout = addrxlat_layout(format, why);

	if (!layout)
		return NULL;
	if (addrxlat_pte_format(layout->entry) > ADDRXLAT_PTE_NONE)
		return layout->entry;
	if (why)
		*why = "this version of libaddrxlat is too old for it";
	return NULL;
}

static bool begin(struct addrxlat *a)
{
	addrxlat_cb_t *cb;

	a->ctx = addrxlat_ctx_new();
	cb = a->ctx ? addrxlat_ctx_add_cb(a->ctx) : NULL;
	if (!cb)
		return false;
	cb->priv = a;
	cb->get_page = get_page;
	cb->read_caps = read_caps;
	return true;
}

static void end(struct addrxlat *a)
{
	if (a->ctx)
		addrxlat_ctx_decref(a->ctx);
	a->ctx = NULL;
}

/*
 * Step by step, as addrxlat_walk() does it.  Where the walk ends early the last entry
 * that it read is that of step.remain, counted from 1, the page.
 */
static void translate(struct addrxlat *a, uint64_t va, struct answer *out)
{
	addrxlat_step_t step = { .ctx = a->ctx, .meth = &a->meth };

	*out = (struct answer){ .depth = PT_DEPTH_UNKNOWN };
	out->status = addrxlat_launch(&step, va);
	while (!out->status && step.remain) {
		if (step.remain > 1) {
			out->high |= step.base.addr >= HIGH;
			out->lost |= a->lost &&
				     !window_at(a->memory, step.base.addr);
		}
		out->status = addrxlat_step(&step);
	}
	out->pa = step.base.addr;
	if (out->status == ADDRXLAT_ERR_NOTPRESENT)
		out->depth = PT_PTE + 1 - step.remain;
}

/*
 * Of addresses with 52 bits 0.5.1 loses one.  Whether this library does is asked with
 * a page descriptor that has all bits of an address: only what it then loses, and
 * only if that is the one, is allowed for.
 *
 * Source: Arm ARM D8.3.  64 KB granule: OA[47:16] in bits 47:16, OA[51:48] in 15:12;
 * 4 KB and 16 KB, DS 1: OA[49:12] in bits 49:12, OA[51:50] in 9:8.
 */
static bool find_lost(struct addrxlat *a)
{
	const bool lpa2 = !strcmp(a->layout->entry, "aarch64_lpa2");
	const uint64_t page = UINT64_C(1) << a->layout->field[0];
	const uint64_t all = pt_ones(52) & ~(page - 1);
	const uint64_t word = lpa2 ? (all & pt_ones(50)) | 0x303 :
				     (all & pt_ones(48)) | 0xf003;
	addrxlat_paging_form_t *pf = &a->meth.param.pgt.pf;
	uint8_t bytes[8];
	const struct pt_memory memory = {
		.window[0] = { .bytes = sizeof(bytes), .host = bytes },
	};
	struct answer answer;
	unsigned short fields = pf->nfields;

	if (!lpa2 && strcmp(a->layout->entry, "aarch64_lpa") != 0)
		return true;
	for (unsigned i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(word >> 8 * i);
	a->memory = &memory;
	if (!begin(a))
		return false;
	/* One table of one level; its first entry. */
	pf->nfields = 2;
	translate(a, 0, &answer);
	pf->nfields = fields;
	end(a);
	a->memory = NULL;
	a->losing = lpa2 ? OPINION_LPA2_BIT_49 : OPINION_LPA_BIT_47;
	if (!answer.status &&
	    answer.pa == (all & ~(UINT64_C(1) << (lpa2 ? 49 : 47))))
		a->lost = all & ~answer.pa;
	return true;
}

static void *open_state(const char *format)
{
	const struct addrxlat_layout *layout = addrxlat_layout(format, NULL);
	struct addrxlat *a = calloc(1, sizeof(*a));
	addrxlat_param_pgt_t *pgt;

	if (!a)
		return NULL;
	a->layout = layout;
	a->meth.kind = ADDRXLAT_PGT;
	a->meth.target_as = ADDRXLAT_MACHPHYSADDR;
	pgt = &a->meth.param.pgt;
	pgt->root.as = ADDRXLAT_MACHPHYSADDR;
	pgt->pf.pte_format = addrxlat_pte_format(entry_name(layout));
	pgt->pf.nfields = layout->fields;
	for (unsigned i = 0; i < layout->fields; i++) {
		pgt->pf.fieldsz[i] = layout->field[i];
		a->va_bits += layout->field[i];
	}
	if (find_lost(a))
		return a;
	end(a);
	free(a);
	return NULL;
}

static void close_state(void *state)
{
	free(state);
}

static bool report(struct addrxlat *a, uint64_t va,
		   const struct oracle_view *view, const struct answer *answer,
		   const char *divergence)
{
	struct finding *f = a->finding;
	const char *error = addrxlat_ctx_get_err(a->ctx);

	*f = (struct finding){
		.check = CHECK_OPINION, .space = (uint8_t)a->space, .va = va,
		.depth = view->canonical ? (int8_t)view->depth :
					   PT_DEPTH_UNKNOWN,
	};
	snprintf(f->divergence, sizeof(f->divergence), "%s", divergence);
	if (!view->canonical)
		snprintf(f->expected, sizeof(f->expected), "not translated");
	else if (view->kind == PT_LEAF)
		snprintf(f->expected, sizeof(f->expected),
			 "pa 0x%" PRIx64, view->pa);
	else
		snprintf(f->expected, sizeof(f->expected), "not present@%s",
			 pt_depth_name(view->depth));
	if (!answer->status)
		snprintf(f->seen, sizeof(f->seen),
			 "addrxlat: pa 0x%" PRIx64, answer->pa);
	else
		snprintf(f->seen, sizeof(f->seen), "addrxlat: %.120s",
			 error ? error : addrxlat_strerror(answer->status));
	return false;
}

static bool check_present(struct addrxlat *a, uint64_t va,
			  const struct oracle_view *view,
			  const struct answer *answer)
{
	a->counts.of[OPINION_MAPPED]++;
	a->counts.of[OPINION_HIGH_PAGES] += view->pa >= HIGH;
	if (answer->status)
		return report(a, va, view, answer, "lost");
	if (answer->pa == view->pa)
		return true;
	if (!a->lost || answer->pa != (view->pa & ~a->lost))
		return report(a, va, view, answer, "pfn");
	/* Counted already where an address on the way to it lost one. */
	a->counts.of[a->losing] += !answer->lost;
	return true;
}

static bool check_absent(struct addrxlat *a, uint64_t va,
			 const struct oracle_view *view,
			 const struct answer *answer)
{
	if (ODEF(OPINION_HOLES_ACCEPTED, false, true))
		return true;
	if (!answer->status)
		return report(a, va, view, answer, "ghost");
	if (answer->status != ADDRXLAT_ERR_NOTPRESENT)
		return report(a, va, view, answer, "kind");
	return answer->depth == view->depth ||
	       report(a, va, view, answer, "depth");
}

/* A leaf that hardware can use. */
static bool is_mapped(struct addrxlat *a, const struct oracle_view *view)
{
	if (view->kind != PT_LEAF ||
	    !(a->layout->valid_if & ~view->attrs))
		return view->kind == PT_LEAF;
	a->counts.of[OPINION_NOT_VALID]++;
	return false;
}

static bool check_address(void *context, uint64_t va)
{
	struct addrxlat *a = context;
	struct oracle_view view;
	struct answer answer;
	bool good;

	oracle_view(a->oracle, a->space, va, &view);
	translate(a, va, &answer);
	a->counts.of[OPINION_ADDRESSES]++;
	a->counts.of[OPINION_HIGH_TABLES] += answer.high;
	if (answer.lost)
		a->counts.of[a->losing]++;
	good = ODEF(OPINION_ACCEPTED, false, true) ||
	       (is_mapped(a, &view) ? check_present(a, va, &view, &answer) :
				      check_absent(a, va, &view, &answer));
	if (answer.status)
		addrxlat_ctx_clear_err(a->ctx);
	return good;
}

/*
 * An address that no root translates.  Where the library looks at the bits above it
 * refuses; else it takes the address for the one without them.
 */
static bool check_outside(struct addrxlat *a, uint64_t va)
{
	struct oracle_view view;
	struct answer answer;
	bool good = true;

	oracle_view(a->oracle, a->space, va, &view);
	if (view.canonical)
		return true;
	translate(a, va, &answer);
	a->counts.of[OPINION_OUTSIDE]++;
	if (answer.status != ADDRXLAT_ERR_INVALID) {
		a->counts.of[OPINION_UPPER_BITS]++;
		good = !strncmp(a->layout->entry, "aarch64", 7) ||
		       report(a, va, &view, &answer, "range");
	}
	if (answer.status)
		addrxlat_ctx_clear_err(a->ctx);
	return good;
}

/* The addresses just outside of what is translated. */
static bool check_gap(struct addrxlat *a)
{
	const unsigned bits =
		a->va_bits - (a->layout->range == ADDRXLAT_SIGNED);

	if (a->layout->range == ADDRXLAT_WORD)
		return true;
	return check_outside(a, UINT64_C(1) << bits) &&
	       check_outside(a, a->layout->range == ADDRXLAT_ZERO ?
					UINT64_MAX :
					~pt_ones(bits) - 1);
}

/* No opinion is no agreement. */
static bool out_of_memory(struct finding *finding)
{
	*finding = (struct finding){ .check = CHECK_OPINION,
				     .depth = PT_DEPTH_UNKNOWN };
	snprintf(finding->divergence, sizeof(finding->divergence), "kind");
	snprintf(finding->expected, sizeof(finding->expected), "an answer");
	snprintf(finding->seen, sizeof(finding->seen),
		 "addrxlat: out of memory");
	return false;
}

static bool check(void *state, const struct oracle *oracle,
		  const struct pt_memory *memory,
		  const struct pt_regime *regime, struct finding *finding)
{
	struct addrxlat *a = state;
	bool good = true;

	a->oracle = oracle;
	a->memory = memory;
	a->finding = finding;
	/* Anew each time: windows are elsewhere in another case. */
	if (!begin(a)) {
		end(a);
		return out_of_memory(finding);
	}
	for (a->space = 0; good && a->space < PT_SPACES; a->space++) {
		a->meth.param.pgt.root.addr = regime->root[a->space];
		good = oracle_each_boundary(oracle, a->space, check_address,
					    a) &&
		       check_gap(a);
	}
	end(a);
	return good;
}

static const struct opinion_counts *counts(const void *state)
{
	return &((const struct addrxlat *)state)->counts;
}

const struct opinion opinion_addrxlat = {
	.name = "addrxlat", .layout = layout_name, .open = open_state,
	.close = close_state, .check = check, .counts = counts,
};
