/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which questions a guest cannot answer, as its machine lacks a facility that the
 * format is described with: see struct guest_lacks.  For the files of the guest
 * comparison.
 */
#ifndef HARNESS_HW_LACKS_H
#define HARNESS_HW_LACKS_H

#include "guest.h"
#include "run.h"

/*
 * A leaf that the machine would follow as if it were a table: it lacks such
 * leaves, and to some access this one is valid.
 */
static inline bool hw_lacks_leaf(const struct guest *guest,
				 const struct oracle *oracle,
				 const struct oracle_view *view)
{
	if (view->kind != PT_LEAF ||
	    !(guest_lacks(guest).leaves >> view->depth & 1))
		return false;
	for (unsigned a = 0; a < PT_ACCESSES; a++)
		for (unsigned p = 0; p < PT_PRIVILEGES; p++)
			if (oracle_verdict(oracle, view, (enum pt_access)a,
					   (enum pt_privilege)p).word ==
			    PT_V_OK)
				return true;
	return false;
}

/*
 * Whether the verdict on that probe, of the view of its address, rests on rights
 * which table entries take away and the machine leaves.
 */
static inline bool hw_lacks_denial(const struct guest *guest,
				   const struct oracle *oracle, unsigned space,
				   const struct oracle_view *view,
				   const struct guest_probe *probe,
				   const struct pt_verdict *verdict)
{
	const uint8_t lacks = guest_lacks(guest).denials;
	struct oracle_view known = *view;

	if (!lacks || !view->denied)
		return false;
	known.denied = 0;
	for (unsigned depth = 0; depth < view->depth; depth++)
		if (!(lacks >> depth & 1))
			known.denied |= oracle_denied_at(oracle, space,
							 probe->va, depth);
	return oracle_verdict(oracle, &known, probe->access,
			      probe->privilege).word != verdict->word;
}

#endif
