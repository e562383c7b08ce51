/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Compiled by forbidden_include.cmake with the include directories of the
 * oracles: as it is (must work) and with PROBE_HEADER (must not).
 */
#include "oracle.h"

#ifdef PROBE_HEADER
#include PROBE_HEADER
#endif

int probe(const struct oracle_view *view);

int probe(const struct oracle_view *view)
{
	return view->kind;
}
