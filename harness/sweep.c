/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sweeps: see sweep.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "sweep_private.h"

#define TABLE_ROOM (UINT64_C(2) << 20)

/* A batch that takes longer hangs. */
#define BATCH_MS 3000
/* A guest this close to the end of its life is replaced. */
#define SECONDS_LEFT_MIN 30
/* An emulator that dies more often is not asked on. */
#define DEATHS_MAX 64

const char *sweep_family_name(unsigned family)
{
	static const char *const name[SWEEP_FAMILIES] = {
		[SWEEP_LATTICE] = "rights at all depths",
		[SWEEP_ATTRS] = "attributes of leaves",
		[SWEEP_LEAF_BITS] = "bits of leaves",
		[SWEEP_TABLE_BITS] = "bits of pointers",
		[SWEEP_PLAIN] = "plain words",
		[SWEEP_EDGES] = "edges",
	};

	return family < SWEEP_FAMILIES ? name[family] : "?";
}

static bool open_model(struct sweep *s, const struct mmu_arch *model,
		       char *error, size_t error_bytes)
{
	s->model = model ? model : mmu_find(s->format->name);
	if (s->model && s->model->walks)
		return true;
	snprintf(error, error_bytes, "%s has no model MMU to compare with",
		 s->format->name);
	return false;
}

bool sweep_open_guest(struct sweep *s, char *error, size_t error_bytes)
{
	const struct guest_ram *ram;

	guest_close(s->guest);
	s->guest = NULL;
	if (guest_open(s->format->name, &s->options, &s->guest, error,
		       error_bytes))
		return false;
	ram = guest_ram(s->guest);
	s->memory.window[0] = (struct pt_window){
		.pa = ram->ram.pa, .bytes = ram->ram.bytes, .host = ram->host,
	};
	s->memory.loads = &s->loads;
	s->regime.below = guest_below(s->guest, s->regime.control);
	return true;
}

static bool open_all(struct sweep *s, const struct sweep_options *o,
		     char *error, size_t error_bytes)
{
	if (o->guest)
		s->options = *o->guest;
	if (!s->options.batch_ms)
		s->options.batch_ms = BATCH_MS;
	if (!open_model(s, o->model, error, error_bytes) ||
	    !sweep_open_guest(s, error, error_bytes))
		return false;
	if (!deviation_of_guest(&s->deviations, s->guest,
				s->format->architecture, s->emulator, error,
				error_bytes))
		return false;
	if (o->deviations) {
		s->deviations.count = 0;
		if (!deviation_read(&s->deviations, o->deviations, error,
				    error_bytes))
			return false;
	}
	if (sweep_plan(s))
		return true;
	snprintf(error, error_bytes, "out of memory");
	return false;
}

struct sweep *sweep_create(const struct pt_format *format,
			   const struct sweep_options *options, char *error,
			   size_t error_bytes)
{
	struct sweep *s = calloc(1, sizeof(*s));

	if (!s) {
		snprintf(error, error_bytes, "out of memory");
		return NULL;
	}
	s->format = format;
	s->deep = options->deep;
	if (open_all(s, options, error, error_bytes))
		return s;
	sweep_destroy(s);
	return NULL;
}

void sweep_destroy(struct sweep *sweep)
{
	if (!sweep)
		return;
	guest_close(sweep->guest);
	free(sweep->scene);
	free(sweep->control);
	free(sweep);
}

/* Tables */

uint64_t sweep_table_pa(const struct sweep *s, unsigned depth)
{
	return guest_ram(s->guest)->tables.pa +
	       (depth - s->format->top + 1u) * TABLE_ROOM;
}

/* The table is at that place, which need not be its address: see guest_place(). */
static void put_at(const struct sweep *s, unsigned depth, uint64_t place,
		   unsigned index, uint64_t raw)
{
	const struct pt_level *l = &s->format->level[depth];
	const bool big = s->format->big_endian;
	uint8_t *at = guest_at(s->guest, place, 1) +
		      (size_t)index * pt_stride(l);

	if (l->half_offset) {
		const unsigned half = l->entry_bytes / 2u;

		bytes_put(at, half, big, raw);
		bytes_put(at + l->half_offset, half, big, raw >> 8 * half);
		return;
	}
	for (unsigned i = 0; i < (l->copies ? l->copies : 1u); i++)
		bytes_put(at + i * l->entry_bytes, l->entry_bytes, big, raw);
}

void sweep_put(struct sweep *s, unsigned depth, unsigned index, uint64_t raw)
{
	put_at(s, depth, guest_place(s->guest, s->regime.control,
				     sweep_table_pa(s, depth)), index, raw);
}

/* Wherever it may have been, or be: no scene finds words of another. */
static void clear_table(struct sweep *s, unsigned depth, uint64_t pa)
{
	const struct pt_level *l = &s->format->level[depth];
	const uint64_t moved = guest_place(s->guest, UINT32_MAX, pa);

	for (unsigned i = 0; i < 1u << l->index_bits; i++) {
		put_at(s, depth, pa, i, l->none_value);
		if (moved != pa)
			put_at(s, depth, moved, i, l->none_value);
	}
}

void sweep_clear(struct sweep *s)
{
	const unsigned top = s->format->top;

	clear_table(s, top, sweep_table_pa(s, top) - TABLE_ROOM);
	for (unsigned d = top; d < PT_DEPTHS; d++)
		clear_table(s, d, sweep_table_pa(s, d));
}

uint64_t sweep_va(const struct sweep *s, const unsigned index[PT_DEPTHS],
		  unsigned space, uint64_t offset)
{
	const struct pt_format *f = s->format;
	const uint64_t sign = UINT64_C(1) << (f->va_bits - 1);
	uint64_t va = offset;

	for (unsigned d = f->top; d < PT_DEPTHS; d++)
		va |= (uint64_t)index[d] << f->level[d].va_shift;
	va &= pt_ones(f->va_bits);
	if (f->va_rule == PT_VA_SIGNED)
		va = (va ^ sign) - sign;
	else if (f->va_rule == PT_VA_ROOTS && space)
		va |= ~pt_ones(f->va_bits);
	return va & pt_ones(f->va_word_bits);
}

void sweep_set_regime(struct sweep *s, uint32_t control, unsigned space)
{
	const uint64_t root = sweep_table_pa(s, s->format->top);

	s->regime = (struct pt_regime){
		.root = { root, root }, .control = control,
		.pa_bits = (uint8_t)guest_pa_bits(s->guest),
	};
	if (!s->regime.pa_bits)
		s->regime.pa_bits = s->format->pa_bits;
	s->regime.below = guest_below(s->guest, control);
	if (s->format->va_rule == PT_VA_ROOTS)
		s->regime.root[!space] = root - TABLE_ROOM;
}

/* Running a scene */

static void chain_of(const struct sweep *s, const struct sweep_walk *walk,
		     uint64_t word[PT_DEPTHS])
{
	for (unsigned d = 0; d < PT_DEPTHS; d++)
		word[d] = d >= s->format->top && d <= s->now->leaf ?
				  s->column[d].raw[walk->pick[d]] : 0;
}

static bool note(struct sweep *s, const struct sweep_walk *walk,
		 const struct guest_probe *probe, struct sweep_bucket *bucket)
{
	const struct sweep_scene *now = s->now;
	const int bit = s->column[now->depth].word[walk->pick[now->depth]].bit;

	bucket->count = 1;
	bucket->by_depth[now->depth] = 1;
	bucket->by_bit[bit < 0 ? 64 : bit] = 1;
	bucket->first = (struct sweep_case){
		.format = s->format, .control = now->control,
		.space = now->space, .leaf = now->leaf, .depth = now->depth,
		.bit = (int8_t)bit, .va = walk->va, .access = probe->access,
		.privilege = probe->privilege, .translate = probe->translate,
	};
	chain_of(s, walk, bucket->first.word);
	bucket->small = bucket->first;
	return sweep_add_bucket(s, bucket);
}

static void lay(struct sweep *s)
{
	for (unsigned d = s->format->top; d <= s->now->leaf; d++)
		for (unsigned i = 0; i < s->column[d].count; i++)
			sweep_put(s, d, s->column[d].index[i],
				  s->column[d].raw[i]);
}

/* Holds the results of count probes from first on against the model. */
static int judge(struct sweep *s, unsigned first, unsigned count, char *error,
		 size_t error_bytes)
{
	for (unsigned i = first; i < first + count; i++) {
		const struct sweep_walk *walk = &s->walk[s->from[i]];
		struct sweep_bucket bucket;
		uint64_t word[PT_DEPTHS];

		if (s->result[i].class == GUEST_NOT_RUN) {
			s->counts.skipped++;
			continue;
		}
		s->counts.cases++;
		chain_of(s, walk, word);
		if (sweep_differs(s, &walk->out, word, &s->probe[i],
				  &s->result[i], &bucket) &&
		    !note(s, walk, &s->probe[i], &bucket)) {
			snprintf(error, error_bytes, "more than %u kinds of "
				 "difference", SWEEP_BUCKETS);
			return -E2BIG;
		}
	}
	return 0;
}

/* Starts another guest in place of the one that died. */
static int revive(struct sweep *s, char *error, size_t error_bytes)
{
	if (++s->deaths > DEATHS_MAX) {
		snprintf(error, error_bytes, "%s: the emulator died %u times",
			 s->format->name, DEATHS_MAX);
		return -EPIPE;
	}
	if (!sweep_open_guest(s, error, error_bytes))
		return -EPIPE;
	sweep_clear(s);
	lay(s);
	return guest_set_regime(s->guest, s->regime.control);
}

uint64_t sweep_root(const struct sweep *s, unsigned space)
{
	return guest_place(s->guest, s->regime.control,
			   s->regime.root[s->format->va_rule == PT_VA_ROOTS &&
					  space]);
}

/*
 * Makes the probes from first on.  Those that kill the emulator are found by
 * halves, and are results like others.
 */
static int run_probes(struct sweep *s, unsigned first, unsigned count,
		      char *error, size_t error_bytes)
{
	int ret = guest_run(s->guest, sweep_root(s, s->now->space),
			    s->probe + first, s->result + first, count, NULL);

	if (!ret)
		return judge(s, first, count, error, error_bytes);
	if (ret != -EPIPE && ret != -ETIMEDOUT) {
		snprintf(error, error_bytes, "%s", guest_error(s->guest));
		return ret;
	}
	ret = revive(s, error, error_bytes);
	if (ret)
		return ret;
	if (count == 1) {
		s->result[first] = (struct guest_result){
			.class = GUEST_DIED, .depth = PT_DEPTH_UNKNOWN,
		};
		return judge(s, first, 1, error, error_bytes);
	}
	ret = run_probes(s, first, count / 2, error, error_bytes);
	if (ret)
		return ret;
	return run_probes(s, first + count / 2, count - count / 2, error,
			  error_bytes);
}

/* One kind of access to each of count walks. */
static int ask(struct sweep *s, unsigned walks, struct guest_probe kind,
	       char *error, size_t error_bytes)
{
	unsigned n = 0, last = walks;
	int ret = 0;

	if (!guest_can(s->guest, &kind))
		return 0;
	for (unsigned i = 0; i < walks; i++) {
		uint64_t word[PT_DEPTHS];
		bool alone;

		kind.va = s->walk[i].va;
		chain_of(s, &s->walk[i], word);
		if ((kind.translate ? s->walk[i].safe_walk : s->walk[i].safe) &&
		    sweep_can_ask(s, &s->walk[i].out, word, &kind, &alone)) {
			if (!alone) {
				s->from[n] = (uint16_t)i;
				s->probe[n++] = kind;
				continue;
			}
			if (last == walks) {
				last = i;
				continue;
			}
		}
		s->counts.skipped++;
	}
	if (!n && last == walks)
		return 0;
	/* The last kind may have left accessed and dirty bits. */
	lay(s);
	if (n)
		ret = run_probes(s, 0, n, error, error_bytes);
	if (ret || last == walks)
		return ret;
	kind.va = s->walk[last].va;
	s->from[0] = (uint16_t)last;
	s->probe[0] = kind;
	return run_probes(s, 0, 1, error, error_bytes);
}

static int ask_all(struct sweep *s, unsigned walks, char *error,
		   size_t error_bytes)
{
	int ret = 0;

	for (unsigned i = 0; i < 2 * GUEST_KINDS && !ret; i++) {
		struct guest_probe kind = guest_kind(0, i % GUEST_KINDS);

		kind.translate = i >= GUEST_KINDS;
		ret = ask(s, walks, kind, error, error_bytes);
	}
	return ret;
}

/* The walk with that number: a digit for each column, the offset the lowest. */
static void set_walk(struct sweep *s, struct sweep_walk *w, uint64_t number)
{
	unsigned index[PT_DEPTHS] = { 0 };
	const uint64_t offset = s->offset[number % s->offsets];

	number /= s->offsets;
	w->safe = w->safe_walk = true;
	for (int d = s->now->leaf; d >= s->format->top; d--) {
		const struct sweep_column *c = &s->column[d];

		w->pick[d] = (uint16_t)(number % c->count);
		number /= c->count;
		index[d] = c->index[w->pick[d]];
		w->safe = w->safe && c->safe[w->pick[d]];
		w->safe_walk = w->safe_walk && c->safe_walk[w->pick[d]];
	}
	w->va = sweep_va(s, index, s->now->space, offset);
	if (!sweep_model(s, s->now->space, w->va, &w->out))
		w->safe = w->safe_walk = false;
}

/* Addresses that no root translates, on both sides of each border. */
static unsigned outside(struct sweep *s)
{
	const struct pt_format *f = s->format;
	uint64_t low = UINT64_C(1) << (f->va_bits - 1), high = 0 - low;
	unsigned n = 0;

	if (f->va_rule == PT_VA_ROOTS || f->va_bits == f->va_word_bits)
		return 0;

	const uint64_t gap[] = {
		low, low + 4096, low << 1, UINT64_C(1) << 62,
		high - 4096, high - 8192, 0 - (low << 2),
	};
	const uint64_t above[] = { low << 1, (low << 1) + 4096 };
	const uint64_t *va = f->va_rule == PT_VA_SIGNED ? gap : above;
	const unsigned count = f->va_rule == PT_VA_SIGNED ? 7 : 2;

	for (unsigned i = 0; i < count; i++) {
		struct sweep_walk *w = &s->walk[n];

		*w = (struct sweep_walk){ .va = va[i], .safe = true,
					  .safe_walk = true };
		sweep_model(s, 0, w->va, &w->out);
		n += w->out.verdict[PT_AS_USER][PT_READ].word ==
		     PT_V_CANONICAL;
	}
	return n;
}

int sweep_run(struct sweep *s, unsigned number, char *error,
	      size_t error_bytes)
{
	const uint64_t cases = s->counts.cases;
	uint64_t done, end;
	int ret;

	if (guest_seconds_left(s->guest) < SECONDS_LEFT_MIN &&
	    !sweep_open_guest(s, error, error_bytes))
		return -EIO;
	s->now = &s->scene[number];
	sweep_set_regime(s, s->now->control, s->now->space);
	ret = guest_set_regime(s->guest, s->now->control);
	if (ret) {
		snprintf(error, error_bytes, "%s", guest_error(s->guest));
		return ret;
	}
	sweep_clear(s);
	sweep_fill(s);
	sweep_slice(s, &done, &end);
	while (done < end && !ret) {
		unsigned n = 0;

		lay(s);
		while (n < GUEST_BATCH_MAX && done < end)
			set_walk(s, &s->walk[n++], done++);
		ret = ask_all(s, n, error, error_bytes);
	}
	if (!ret && s->now->family == SWEEP_EDGES)
		ret = ask_all(s, outside(s), error, error_bytes);
	sweep_count_cases(s, s->now->control, s->counts.cases - cases);
	return ret;
}

/* What a sweep tells */

unsigned sweep_scenes(const struct sweep *sweep)
{
	return sweep->scenes;
}

const struct sweep_scene *sweep_scene(const struct sweep *sweep, unsigned number)
{
	return &sweep->scene[number];
}

struct sweep_counts *sweep_counts(struct sweep *sweep)
{
	return &sweep->counts;
}

struct sweep_bucket *sweep_buckets(struct sweep *sweep, unsigned *count)
{
	*count = sweep->buckets;
	return sweep->bucket;
}

const struct deviation_list *sweep_deviations(const struct sweep *sweep)
{
	return &sweep->deviations;
}

bool sweep_deviation_met(const struct sweep *sweep, unsigned index)
{
	return sweep->met[index];
}

const char *sweep_emulator(const struct sweep *sweep)
{
	return sweep->emulator;
}

const struct pt_format *sweep_format(const struct sweep *sweep)
{
	return sweep->format;
}

void sweep_expected_text(char *out, size_t bytes, const struct sweep_bucket *b)
{
	const char *word = pt_word_name(b->verdict.word);
	const char *class = guest_class_name(b->expected.class);

	if (b->verdict.word == PT_V_OK)
		snprintf(out, bytes, "ok (pa 0x%" PRIx64 ")", b->expected_pa);
	else
		snprintf(out, bytes, "%s@%s, as %s%s%s", word,
			 pt_depth_name(b->verdict.depth), class,
			 b->expected.depth >= 0 ? "@" : "",
			 b->expected.depth >= 0 ?
				 pt_depth_name(b->expected.depth) : "");
}

void sweep_got_text(char *out, size_t bytes, const struct sweep_bucket *b)
{
	if (b->got.class == GUEST_OK)
		snprintf(out, bytes, "ok (pa 0x%" PRIx64 ")", b->got_pa);
	else
		snprintf(out, bytes, "%s%s%s", guest_class_name(b->got.class),
			 b->got.depth >= 0 ? "@" : "",
			 b->got.depth >= 0 ? pt_depth_name(b->got.depth) : "");
}
