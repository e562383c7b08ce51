/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The slow half of writing down a walk: see subject.h.
 */
#include "subject.h"

void trace_start(struct trace *trace, unsigned type, int depth, unsigned kind,
		 unsigned order, uint32_t attrs, uint64_t pa, uint64_t va,
		 uint64_t last_va)
{
	const struct trace_event event = {
		.type = (uint8_t)type, .depth = (int8_t)depth,
		.kind = (uint8_t)kind, .order = (uint8_t)order,
		.attrs = attrs, .pa = pa, .va = va, .last = last_va, .count = 1,
	};

	trace_emit(trace, &event);
}
