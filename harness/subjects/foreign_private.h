/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A foreign subject from inside: what foreign*.c share.
 */
#ifndef HARNESS_FOREIGN_PRIVATE_H
#define HARNESS_FOREIGN_PRIVATE_H

#include "../../oracles/oracle.h"
#include "foreign.h"
#include "process.h"

/* Events of the model's side of one operation, which nobody compares. */
#define FOREIGN_SCRATCH 4096

/* The most bytes of physical addresses that open() may name. */
#define FOREIGN_ELSEWHERE_MAX (UINT64_C(1) << 36)

/* Copies of the tables of a subject that has them in memory of its own. */
struct foreign_elsewhere {
	struct pt_memory memory;
	struct pt_env env;		/* for readers: that memory */
	void *mapping[PT_WINDOWS];
	size_t mapping_bytes[PT_WINDOWS];
	unsigned windows;
	struct oracle_table *table;	/* those reachable, by address */
	size_t capacity;
	unsigned count;
	bool fresh;			/* nothing was done since they were copied */
	const char *divergence;		/* of the first fault, or NULL */
	char fault[160];		/* and a sentence */
};

struct foreign_run {
	const struct tablewalk_subject *subject;	/* the list's copy */
	const struct tablewalk_subject *given;		/* the caller's */
	const struct pt_format *format;
	const struct mmu_arch *arch;
	struct arena *arena;
	struct oracle *oracle;
	struct subject *host;
	struct tablewalk_memory memory;
	void *state[PT_SPACES];
	bool open[PT_SPACES];
	uint32_t control;		/* of the case's regime */
	struct trace *seen;		/* of the operation under way */
	uint64_t refusals;		/* allocations refused in it */
	char wrong[160];		/* what it did that no subject may; or "" */
	struct process_subject *process;	/* where it is elsewhere, or NULL */
	struct foreign_elsewhere elsewhere;
	struct trace scratch;
	struct foreign_counts counts;
};

/* Whether the subject says that it differs so; counts it if it is made use of. */
static inline bool foreign_differs(const struct foreign_run *f,
				   uint64_t difference)
{
	return f->subject->differences & difference;
}
void foreign_used(struct foreign_run *f, uint64_t difference);

/* Whether the subject can do it, by TABLEWALK_CAN_*. */
static inline bool foreign_can(const struct foreign_run *f, uint64_t what)
{
	return f->subject->capabilities & what;
}

/* Whether its tables are in memory of its own. */
static inline bool foreign_is_elsewhere(const struct foreign_run *f)
{
	return foreign_can(f, TABLEWALK_TABLES_ELSEWHERE);
}

/*
 * foreign_elsewhere.c.  Forgets all ranges and tables, at the begin of a case, and
 * gives back what they took, at the end of all.
 */
void foreign_elsewhere_reset(struct foreign_run *f);
void foreign_elsewhere_close(struct foreign_run *f);

/*
 * Takes the range that open() of a space named.  False where it cannot be one; then,
 * as after a failed copy, elsewhere.divergence and fault say what is wrong.
 */
bool foreign_elsewhere_open(struct foreign_run *f, unsigned space, uint64_t pa,
			    uint64_t bytes);

/*
 * Copies what is reachable from the roots in host->space[], unless that was done
 * since the last operation.  Of other subjects it does nothing.
 */
bool foreign_elsewhere_copy(struct foreign_run *f);

/* Whether all of [pa, pa + bytes) is in one of the tables. */
bool foreign_elsewhere_has(const struct foreign_run *f, uint64_t pa,
			   uint64_t bytes);

/* Notes the first thing that no subject may do. */
void foreign_wrong(struct foreign_run *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Whether it is no more, in this call or before. */
static inline bool foreign_is_gone(const struct foreign_run *f)
{
	return f->process &&
	       process_subject_trouble(f->process)->kind != PROCESS_FINE;
}

/* Those attributes of a case that the subject can have, and those it always has. */
static inline uint32_t foreign_attrs(const struct foreign_run *f,
				     uint32_t attrs)
{
	return (attrs & f->subject->attrs) | f->subject->attrs_always;
}

/* The space that operations go to, and the subject's state of it. */
static inline unsigned foreign_space(const struct foreign_run *f)
{
	return f->host->current;
}
static inline void *foreign_state(const struct foreign_run *f)
{
	return f->state[foreign_space(f)];
}

/* Has the model do an operation; its return value. */
int foreign_model(struct foreign_run *f, const struct op *op);

/* The errors that every range has: TABLEWALK_INVALID, TABLEWALK_RANGE, or 0. */
int foreign_check_range(const struct foreign_run *f, uint64_t va, uint64_t last,
			uint64_t align);

/* Where the roots of a mapper are now, into its host's spaces. */
void foreign_read_roots(struct foreign_run *f);

/* Appends a TRACE_RETURN. */
void foreign_return(struct trace *trace, int ret);

/*
 * Kinds that look at tables (foreign_look.c) and kinds that change them
 * (foreign_change.c); what they append ends with TRACE_RETURN.  *left_out as for
 * foreign_step().
 */
int foreign_look(struct foreign_run *f, const struct op *op,
		 struct trace *expected, bool *left_out);
int foreign_change(struct foreign_run *f, const struct op *op,
		   struct trace *expected, bool *left_out);

/* What the subject made of an operation, all calls together. */
struct foreign_attempt {
	int ret;
	uint64_t done;			/* bytes from va on; 0 of 2^64 */
	bool whole;			/* all of the range */
};

/*
 * Has the model do the operation as far as the subject's differences say
 * (foreign_expect.c); what it had to return, but for a refused table.
 */
int foreign_expect(struct foreign_run *f, const struct op *op,
		   const struct foreign_attempt *a);

/* The errors of a map that the model does not know of, or 0. */
int foreign_map_error(const struct foreign_run *f, const struct op *op);

/* Around va: of a leaf all of it, else va alone. */
void foreign_unit_around(const struct foreign_run *f, uint64_t va,
			 uint64_t *first, uint64_t *last);

#endif
