/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Shared parts of the tests of the model MMUs; see mmu_fixture.h. */
#include "mmu_fixture.h"

#include <string.h>

void mmu_fixture_init(struct mmu_fixture *fixture, const char *format,
		      unsigned pa_bits)
{
	memset(fixture, 0, sizeof(*fixture));
	fixture->arch = mmu_find(format);
	assert_non_null(fixture->arch);
	fixture->regime.pa_bits = (uint8_t)pa_bits;
	fixture->regime.root[0] = FIXTURE_PA;
	fixture->regime.root[1] = FIXTURE_PA;
	fixture->memory.window[0].pa = FIXTURE_PA;
	fixture->memory.window[0].bytes = FIXTURE_BYTES;
	fixture->memory.window[0].host = fixture->bytes;
}

void mmu_fixture_put(struct mmu_fixture *fixture, uint64_t pa, uint64_t raw)
{
	uint64_t at = pa - FIXTURE_PA;

	assert_true(at <= FIXTURE_BYTES - 8);
	for (unsigned i = 0; i < 8; i++) {
		unsigned shift = fixture->arch->big_endian ? 56 - 8 * i : 8 * i;

		fixture->bytes[at + i] = (uint8_t)(raw >> shift);
	}
}

void mmu_path_init(struct mmu_fixture *fixture, const struct mmu_path *path,
		   uint32_t control)
{
	mmu_fixture_init(fixture, path->format, path->pa_bits);
	fixture->regime.control = control;
	for (unsigned i = 0; i < path->count; i++)
		mmu_fixture_put(fixture, path->at[i], path->good[i]);
}

void mmu_assert_path_fault(struct mmu_fixture *fixture,
			   const struct mmu_path *path, uint32_t control,
			   unsigned i, uint64_t raw, enum pt_word word)
{
	mmu_path_init(fixture, path, control);
	mmu_fixture_put(fixture, path->at[i], raw);
	mmu_assert_fault(fixture, 0, path->va, word,
			 PT_PTE - (int)(path->count - 1 - i));
}

uint64_t mmu_flip(uint64_t raw, const struct mmu_bits *bits, uint32_t attrs)
{
	return raw ^ (attrs & PT_R ? bits->r : 0) ^
	       (attrs & PT_W ? bits->w : 0) ^ (attrs & PT_X ? bits->x : 0) ^
	       (attrs & PT_USER ? bits->user : 0) ^
	       (attrs & PT_ACCESSED ? bits->accessed : 0) ^
	       (attrs & PT_DIRTY ? bits->dirty : 0);
}

static struct mmu_outcome outcome_at(const struct mmu_fixture *fixture,
				     unsigned space, uint64_t va)
{
	struct mmu_outcome out;

	memset(&out, 0xff, sizeof(out));
	fixture->arch->translate(fixture->arch, &fixture->memory,
				 &fixture->regime, space, va, &out);
	return out;
}

void mmu_assert_fault(const struct mmu_fixture *fixture, unsigned space,
		      uint64_t va, enum pt_word word, int depth)
{
	struct mmu_outcome out = outcome_at(fixture, space, va);

	assert_false(out.leaf);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			assert_string_equal(pt_word_name(out.verdict[p][a].word),
					    pt_word_name(word));
			assert_int_equal(out.verdict[p][a].depth, depth);
		}
}

static char word_letter(enum pt_access access, unsigned word)
{
	static const char other[PT_WORDS] = {
		[PT_V_OK] = '!',	  [PT_V_TRANSLATION] = '!',
		[PT_V_PERMISSION] = '-',  [PT_V_ACCESS] = 'a',
		[PT_V_DIRTY] = 'd',	  [PT_V_RESERVED] = '!',
		[PT_V_ADDRSIZE] = 's',	  [PT_V_CANONICAL] = '!',
		[PT_V_WALKBUS] = '!',	  [PT_V_KEY] = 'k',
	};

	return word == PT_V_OK ? "rwx"[access] : other[word];
}

void mmu_assert_rights(const struct mmu_fixture *fixture, unsigned space,
		       uint64_t va, unsigned depth, const char *expected)
{
	struct mmu_outcome out = outcome_at(fixture, space, va);
	char seen[] = "--- ---";

	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			seen[p * 4 + a] = word_letter(
				(enum pt_access)a, out.verdict[p][a].word);
			assert_int_equal(out.verdict[p][a].depth, depth);
		}
	assert_string_equal(seen, expected);
	assert_true(out.leaf);
	assert_int_equal(out.depth, depth);
}

void mmu_assert_leaf(const struct mmu_fixture *fixture, unsigned space,
		     uint64_t va, unsigned depth, uint64_t pa, uint32_t attrs)
{
	struct mmu_outcome out = outcome_at(fixture, space, va);

	assert_true(out.leaf);
	assert_int_equal(out.depth, depth);
	assert_int_equal(out.pa, pa);
	assert_int_equal(out.attrs, attrs);
}

struct mmu_entry mmu_fixture_entry(const struct mmu_fixture *fixture,
				   unsigned depth, uint64_t raw)
{
	struct mmu_entry entry;

	memset(&entry, 0xff, sizeof(entry));
	fixture->arch->entry(&fixture->regime, depth, raw, &entry);
	return entry;
}

/* Writes the whole way down to the leaf; the table entry at denier denies. */
static void put_way(struct mmu_fixture *fixture,
		    const struct mmu_encoder *encoder, uint32_t attrs,
		    unsigned denier, uint32_t denied)
{
	const struct mmu_arch *arch = fixture->arch;
	uint64_t table = fixture->regime.root[0];

	for (unsigned depth = arch->top; depth < PT_PTE; depth++) {
		uint64_t next = encoder->table_pa[depth + 1];

		mmu_fixture_put(fixture, table + 8,
				encoder->table(depth, next,
					       depth == denier ? denied : 0));
		table = next;
	}
	mmu_fixture_put(fixture, table + 8, encoder->leaf(attrs));
}

static unsigned compare_accesses(const struct mmu_fixture *fixture,
				 const struct mmu_encoder *encoder,
				 uint32_t attrs, uint32_t denied)
{
	const struct mmu_arch *arch = fixture->arch;
	struct mmu_outcome out = outcome_at(fixture, 0, encoder->path->va);
	unsigned compared = 0;

	assert_true(out.leaf);
	assert_int_equal(out.attrs, attrs);
	assert_int_equal(out.denied, denied);
	for (unsigned p = 0; p < PT_PRIVILEGES; p++)
		for (unsigned a = 0; a < PT_ACCESSES; a++) {
			enum pt_word word = arch->permits(
				&fixture->regime, attrs, denied,
				(enum pt_access)a, (enum pt_privilege)p);

			if (word != out.verdict[p][a].word)
				fail_msg("control %x attrs %x denied %x access "
					 "%u privilege %u: permits %s, walk %s",
					 (unsigned)fixture->regime.control,
					 (unsigned)attrs, (unsigned)denied, a,
					 p, pt_word_name(word),
					 pt_word_name(out.verdict[p][a].word));
			assert_int_equal(out.verdict[p][a].depth, PT_PTE);
			compared++;
		}
	return compared;
}

static unsigned compare_controls(struct mmu_fixture *fixture,
				 const struct mmu_encoder *encoder,
				 uint32_t attrs, uint32_t denied)
{
	uint32_t mask = encoder->control_mask, control = mask;
	unsigned compared = 0;

	for (;;) {
		fixture->regime.control = control | encoder->control_always;
		compared += compare_accesses(fixture, encoder, attrs, denied);
		if (!control)
			return compared;
		control = (control - 1) & mask;
	}
}

unsigned mmu_assert_permits_agrees(const struct mmu_encoder *encoder)
{
	struct mmu_fixture fixture;
	const struct mmu_arch *arch;
	uint32_t all = PT_RIGHTS | PT_ACCESSED | PT_DIRTY;
	unsigned compared = 0;

	mmu_fixture_init(&fixture, encoder->path->format,
			 encoder->path->pa_bits);
	arch = fixture.arch;
	for (uint32_t attrs = 0; attrs <= all; attrs++) {
		if ((attrs & ~all) || !arch->representable(PT_PTE, attrs))
			continue;
		for (unsigned d = arch->top; d < PT_PTE; d++)
			for (uint32_t denied = 0; denied <= PT_RIGHTS; denied++) {
				if (denied & ~arch->level[d].deniable)
					continue;
				put_way(&fixture, encoder, attrs, d, denied);
				compared += compare_controls(&fixture, encoder,
							     attrs, denied);
			}
	}
	return compared;
}
