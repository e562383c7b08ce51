/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Prints the sample words of every format, one a line: format, depth, sample
 * and word.  ci/kernel-facts asks the kernel's predicates about them.
 */
#include <inttypes.h>
#include <stdio.h>

#include "facts_sample.h"

int main(void)
{
	for (unsigned i = 0; i < pt_format_count; i++) {
		const struct pt_format *f = pt_formats[i];

		for (unsigned d = f->top; d < PT_DEPTHS; d++)
			for (unsigned s = 0; s < FACTS_SAMPLES; s++) {
				uint64_t raw;

				if (facts_sample(f, d, s, &raw))
					printf("%s %s %s 0x%" PRIx64 "\n",
					       f->name, pt_depth_name((int)d),
					       facts_sample_name(s), raw);
			}
	}
	return fflush(stdout) ? 1 : 0;
}
