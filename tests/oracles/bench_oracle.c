/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What an operation costs the oracle: random cases of 64 operations on one
 * format, expectation only.
 *
 * tw_oracle_bench [format [cases]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "oracle.h"

#define OPS 64
#define EVENTS 4096

static uint64_t draw(uint64_t *seed, uint64_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (*seed >> 11) % below;
}

/* A few neighbourhoods, so that operations meet; lengths mostly small. */
static void draw_range(uint64_t *seed, const struct mmu_arch *arch,
		       struct op *op, unsigned shift)
{
	uint64_t unit = UINT64_C(1) << shift;
	uint64_t half = pt_ones(arch->va_bits - 1u);
	uint64_t base = (half / 3 * draw(seed, 3)) & ~pt_ones(shift + 8);
	uint64_t most = draw(seed, 4) ? 8 : draw(seed, 8) ? 64 : 1024;
	uint64_t count = 1 + draw(seed, most);

	op->va = ((base + draw(seed, 48) * unit) & half) & ~(unit - 1);
	if (count > (half - op->va + 1) / unit)
		count = (half - op->va + 1) / unit;
	op->last = op->va + count * unit - 1;
}

static void draw_op(uint64_t *seed, const struct mmu_arch *arch,
		    struct op *op)
{
	static const uint8_t kinds[] = {
		OP_MAP, OP_MAP, OP_MAP, OP_MAP, OP_UNMAP, OP_UNMAP, OP_PROTECT,
		OP_PROTECT, OP_SPLIT, OP_COLLAPSE, OP_RESTRICT, OP_SETKIND,
		OP_TOUCH, OP_FREE, OP_TRANSLATE, OP_WALK, OP_WALK, OP_FAIL,
	};
	unsigned huge = draw(seed, 4) ? PT_PMD : PT_PUD;
	unsigned depth = draw(seed, 4) ? PT_PTE : huge;

	*op = (struct op){ .kind = kinds[draw(seed, sizeof(kinds))] };
	op->depth = (uint8_t)depth;
	draw_range(seed, arch, op, arch->level[depth].va_shift);
	op->pa = op->va & 0xffffffff;
	op->attrs = draw(seed, 2) ? PT_R | PT_W : PT_R;
	op->target = PT_PROTNONE;
	op->ceiling = UINT64_MAX;
	if (op->kind == OP_RESTRICT)
		op->attrs = draw(seed, 2) ? PT_W : 0;
	if (op->kind == OP_FAIL)
		op->nth = (uint8_t)draw(seed, 4);
	if (op->kind == OP_WALK) {
		op->walk.callbacks = (uint8_t)draw(seed, 64);
		op->walk.action = (uint8_t)draw(seed, 3);
		op->walk.action_depth = (uint8_t)draw(seed, 5);
		op->walk.action_from = (uint8_t)draw(seed, 16);
		if (!draw(seed, 4)) {
			op->va = 0;
			op->last = pt_ones(arch->va_bits - 1u);
		}
	}
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	const struct mmu_arch *arch = mmu_find(argc > 1 ? argv[1] :
							  "x86_64-4level");
	unsigned long cases = argc > 2 ? strtoul(argv[2], NULL, 10) : 20000;
	struct trace_event *event = calloc(EVENTS, sizeof(*event));
	struct op *op = calloc(OPS, sizeof(*op));
	struct pt_regime regime = { .pa_bits = 40 };
	struct oracle *oracle = arch ? oracle_create(arch) : NULL;
	unsigned long long events = 0, good = 0;
	uint64_t seed = UINT64_C(88172645463325252);
	double seconds = 0;

	if (!oracle || !event || !op) {
		fprintf(stderr, "bench_oracle: no such format, or no memory\n");
		return 2;
	}
	for (unsigned long c = 0; c < cases; c++) {
		double start;

		for (unsigned i = 0; i < OPS; i++)
			draw_op(&seed, arch, &op[i]);
		start = now();
		oracle_reset(oracle, &regime);
		for (unsigned i = 0; i < OPS; i++) {
			struct trace trace = { .event = event,
					       .capacity = EVENTS };

			oracle_expect(oracle, &op[i], &trace);
			events += trace.count;
			good += event[trace.count - 1].ret == 0;
		}
		seconds += now() - start;
	}
	printf("%s: %.0f ns per operation, %.0f cases/s of %u, "
	       "%.1f events per operation, %.0f %% return 0\n",
	       arch->format, seconds / (double)cases / OPS * 1e9,
	       (double)cases / seconds, OPS,
	       (double)events / (double)cases / OPS,
	       100.0 * (double)good / (double)cases / OPS);
	oracle_destroy(oracle);
	free(event);
	free(op);
	return 0;
}
