/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The host's half of the arm64 probe guests: the map of RAM that stage 2 has below a
 * stage 1 under test.
 */
#ifndef ARCH_ARM64_GUEST_BELOW_H
#define ARCH_ARM64_GUEST_BELOW_H

#include "guest_machine.h"

/* As struct guest_machine has them. */
struct pt_below_page arm64_below_page(const struct guest_machine *machine,
				      const struct guest_ram *ram,
				      uint64_t address);
void arm64_put_below(const struct guest_machine *machine, uint8_t *area,
		     const struct pt_below *below);

#endif
