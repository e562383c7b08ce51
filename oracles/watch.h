/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The observer of stores: tables are live, and a CPU may walk them between any
 * two stores of an operation.
 *
 * What it holds: at a number of addresses, what the model MMU says after each
 * single store is what it said before the operation or what it says after it.
 * An address that the operation does not change must therefore never differ,
 * and one that it changes goes straight from old to new, never through a hole.
 * That the last state is the right one is for the other checks.
 *
 * The exceptions are named in legit.h, and counted.  One of them is a hole that
 * is seen while an entry is broken before it is made another one (bbm.h): only
 * if that other one asks for it.  It may stay only where the operation unmaps.
 *
 * A fault for want of a translation is one state whatever the depth at which
 * it was found: an empty table that is linked moves it.
 */
#ifndef ORACLES_WATCH_H
#define ORACLES_WATCH_H

#include "bbm.h"
#include "oracle.h"

struct oracle_watch;

/* NULL if memory runs out. */
struct oracle_watch *oracle_watch_create(void);
void oracle_watch_destroy(struct oracle_watch *watch);

/*
 * From now on bbm says which entries are broken; it is told of each store
 * before the observer is.  Without it no hole is excused.
 */
void oracle_watch_breaks(struct oracle_watch *watch,
			 const struct oracle_bbm *bbm);

/*
 * Before an operation, of which oracle does not know yet: chooses addresses of
 * both spaces (around what the operation names, and borders of what is mapped)
 * and asks the model MMU about them.  memory and regime are read until the end.
 */
void oracle_watch_begin(struct oracle_watch *watch, const struct oracle *oracle,
			const struct pt_memory *memory,
			const struct pt_regime *regime, const struct op *op);

/*
 * After each single store to table memory, of bytes at pa.  Only addresses
 * whose translation loaded what was stored to are looked at again: what a model
 * MMU says of an address depends on nothing else.
 */
void oracle_watch_store(struct oracle_watch *watch, uint64_t pa,
			unsigned bytes);

/*
 * Lets somebody else change the tables between two stores of the operation, as
 * hardware does when it sets ACCESSED or DIRTY: calls change(), and what an
 * address is afterwards stands for what it was right before, be that the old or
 * the new state.
 */
void oracle_watch_interrupt(struct oracle_watch *watch,
			    void (*change)(void *context), void *context);

/*
 * After the operation, of which oracle knows by now.  True when all was as
 * above, or the format has no model MMU; else *finding tells the first state
 * that was neither.  An address that became another one without a store that
 * was told of is a finding, too.
 */
bool oracle_watch_end(struct oracle_watch *watch, struct finding *finding);

/* Stores seen and addresses asked, over all operations. */
uint64_t oracle_watch_stores(const struct oracle_watch *watch);

#endif
