/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Operations in words.  What each means is in include/tablewalk/; this only says
 * it with the numbers of one case.
 */
#include "explain.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

const char *explain_bytes(char out[EXPLAIN_BYTES], uint64_t bytes)
{
	static const char unit[] = "BKMGTPE";
	unsigned i = 0;

	while (bytes && !(bytes & 1023) && unit[i + 1]) {
		bytes >>= 10;
		i++;
	}
	snprintf(out, EXPLAIN_BYTES, "%" PRIu64 "%c", bytes, unit[i]);
	return out;
}

/* What is in a set of names, joined by commas; returns how many. */
static unsigned print_set(FILE *out, const char *const *name, unsigned count,
			  uint32_t set)
{
	unsigned printed = 0;

	for (unsigned i = 0; i < count; i++)
		if (set >> i & 1)
			fprintf(out, "%s%s", printed++ ? ", " : "", name[i]);
	return printed;
}

void explain_attrs(FILE *out, uint32_t attrs)
{
	static const char *const name[] = {
		"readable", "writable", "executable", "user", "global",
		"accessed", "dirty", "soft bit 0", "soft bit 1",
	};
	static const char *const type[PT_MEMTYPES] = {
		"write-back", "write-combining", "uncached", "write-through",
	};

	if (!print_set(out, name, 9, attrs))
		fputs("no right at all", out);
	if (pt_attrs_memtype(attrs))
		fprintf(out, ", memory type %s",
			pt_attrs_memtype(attrs) < PT_MEMTYPES ?
				type[pt_attrs_memtype(attrs)] : "unknown");
	if (pt_attrs_key(attrs))
		fprintf(out, ", protection key %u", pt_attrs_key(attrs));
}

void explain_return(FILE *out, int ret)
{
	static const struct {
		int error;
		const char *name, *what;
	} known[] = {
		{ EINVAL, "EINVAL", "malformed" },
		{ ERANGE, "ERANGE", "outside what the space can translate" },
		{ EOPNOTSUPP, "EOPNOTSUPP", "the format has no such thing" },
		{ EEXIST, "EEXIST", "something is there already" },
		{ ENOENT, "ENOENT", "there is no such entry" },
		{ EBUSY, "EBUSY", "the state of the tables forbids it" },
		{ ENOMEM, "ENOMEM", "a table was refused" },
		{ EAGAIN, "EAGAIN", "an entry was evaluated too often" },
		{ EFAULT, "EFAULT", "a table or an entry is bad" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (ret == -known[i].error) {
			fprintf(out, "-%s (%s)", known[i].name, known[i].what);
			return;
		}
	fprintf(out, "%d", ret);
}

static void print_range(FILE *out, const struct op *op)
{
	char bytes[EXPLAIN_BYTES];

	if (op->last < op->va)
		fprintf(out, "the malformed range 0x%" PRIx64 "..0x%" PRIx64,
			op->va, op->last);
	else if (op->last - op->va == UINT64_MAX)
		fprintf(out, "all addresses");
	else
		fprintf(out, "0x%" PRIx64 "..0x%" PRIx64 " (%s)", op->va,
			op->last, explain_bytes(bytes, op->last - op->va + 1));
}

/* "the pmd entry (2M) that covers 0x..." */
static void print_entry(FILE *out, const struct pt_format *f,
			const struct op *op)
{
	char bytes[EXPLAIN_BYTES];

	fprintf(out, "the %s entry (%s) that covers 0x%" PRIx64,
		pt_depth_name(op->depth),
		f->level[op->depth].va_shift ?
			explain_bytes(bytes, pt_span(f, op->depth)) : "none",
		op->va);
}

static void print_walk(FILE *out, const struct op_walk *w)
{
	static const char *const depth[] = { "pgd", "p4d", "pud", "pmd", "pte" };
	static const char *const action[] = {
		"go down", "skip what is below (continue)",
		"evaluate the entry again",
	};

	fputs("; callbacks for ", out);
	if (!print_set(out, depth, PT_DEPTHS, w->callbacks) &&
	    !(w->callbacks & OP_CB_HOLE))
		fputs("nothing", out);
	if (w->callbacks & OP_CB_HOLE)
		fprintf(out, "%sholes", w->callbacks & ~OP_CB_HOLE ? ", " : "");
	if (w->action != OP_SUBTREE && w->action <= OP_AGAIN)
		fprintf(out, "; call number %u%s of %s asks to %s",
			w->action_from, w->action_always ? " and later ones" : "",
			pt_depth_name(w->action_depth), action[w->action]);
	if (w->stop_at)
		fprintf(out, "; callback %u returns %d", w->stop_at,
			w->stop_value);
}

static void print_map(FILE *out, const struct pt_format *f, const struct op *op)
{
	char bytes[EXPLAIN_BYTES];

	fputs("map ", out);
	print_range(out, op);
	fprintf(out, " to pa 0x%" PRIx64 " with %s leaves", op->pa,
		pt_depth_name(op->depth));
	if (f->level[op->depth].va_shift)
		fprintf(out, " (%s each)",
			explain_bytes(bytes, pt_span(f, op->depth)));
	if (op->order)
		fprintf(out, " in groups of %u", 1u << op->order);
	fputs(": ", out);
	explain_attrs(out, op->attrs);
}

static void print_free(FILE *out, const struct op *op)
{
	fputs("release the empty tables over ", out);
	print_range(out, op);
	fprintf(out, ", if they lie wholly inside 0x%" PRIx64 "..0x%" PRIx64,
		op->floor, op->ceiling);
}

static void print_setkind(FILE *out, const struct pt_format *f,
			  const struct op *op)
{
	fputs("turn ", out);
	print_entry(out, f, op);
	fprintf(out, " into a %s entry", pt_kind_name(op->target));
	if (op->pa)
		fprintf(out, " with payload 0x%" PRIx64, op->pa);
}

static void print_split(FILE *out, const struct pt_format *f,
			const struct op *op)
{
	const bool groups = f->level[op->depth].group_count;

	fputs("divide ", out);
	print_entry(out, f, op);
	if (op->depth < PT_PTE)
		fputs(" into a table of smaller leaves", out);
	if (op->depth == PT_PTE || groups)
		fprintf(out, "%s its group into single entries",
			op->depth < PT_PTE ? ", or" : ":");
}

static void print_collapse(FILE *out, const struct pt_format *f,
			   const struct op *op)
{
	if (op->order)
		fprintf(out, "join the %u neighbouring entries around ",
			1u << op->order);
	else
		fputs("replace the table of leaves below ", out);
	print_entry(out, f, op);
	fputs(op->order ? " into one group" : " by one leaf", out);
}

static void print_vma(FILE *out, const struct op *op)
{
	static const char *const type[OP_VMAS] = {
		"no area", "an ordinary area", "an area of bare page numbers",
		"an area of huge pages",
	};

	fprintf(out, "%s at ", op->vma.type < OP_VMAS ? type[op->vma.type] : "?");
	print_range(out, op);
	if (op->vma.type == OP_VMA_HUGETLB)
		fprintf(out, ", of %s entries", pt_depth_name(op->depth));
	if (op->vma.file)
		fputs(", of the file", out);
	if (op->vma.test)
		fprintf(out, "; test_walk returns %d", op->vma.test);
	if (op->vma.pre)
		fprintf(out, "; pre_vma returns %d", op->vma.pre);
}

static void print_walk_vma(FILE *out, const struct op *op)
{
	static const char *const entry[OP_ENTRIES] = {
		"all areas in ", "the area that covers the start of ",
		"in one area ", "the file's pages ", "with install_pte set ",
	};

	fprintf(out, "walk %s",
		op->walk.entry < OP_ENTRIES ? entry[op->walk.entry] : "");
	if (op->walk.entry == OP_ENTRY_MAPPING)
		fprintf(out, "0x%" PRIx64 "..0x%" PRIx64, op->floor,
			op->ceiling);
	else
		print_range(out, op);
	print_walk(out, &op->walk);
}

static void print_poke(FILE *out, const struct pt_format *f,
		       const struct op *op)
{
	static const char *const word[OP_POKES] = {
		"nothing", "a word that is no entry",
		"a pointer to a table of the other space",
		"a pointer to a table of the wrong depth",
		"a pointer to memory that is no table",
	};

	fprintf(out, "write %s to ", op->nth < OP_POKES ? word[op->nth] : "?");
	print_entry(out, f, op);
	fputs(", behind everybody's back, walk ", out);
	print_range(out, op);
	fputs(", and put back what was there", out);
}

static void print_poison(FILE *out, const struct pt_format *f,
			 const struct op *op)
{
	static const char *const which[OP_POISONS] = {
		"the whole table", "the first byte",
		"two neighbouring entries' bytes",
	};

	fprintf(out, "ask what is lost if %s with ",
		op->nth < OP_POISONS ? which[op->nth] : "?");
	print_entry(out, f, op);
	fputs(" can no longer be read", out);
}

/* Copies, pairs and what else is about two ranges. */
static void print_two(FILE *out, const struct op *op)
{
	const char *what = op->kind == OP_COPY	   ? "copy" :
			   op->nth == OP_PAIR_COPY ? "copy, item by item," :
						     "compare";

	fprintf(out, "%s ", what);
	print_range(out, op);
	fprintf(out, " %s the other space from 0x%" PRIx64 " on",
		op->nth == OP_PAIR_COMPARE && op->kind == OP_PAIR ? "with" :
								     "to",
		op->pa);
	if (op->kind == OP_COPY && op->nth)
		fputs(", taking write away on both sides", out);
	if (op->kind == OP_PAIR && op->attrs) {
		fputs(", without: ", out);
		explain_attrs(out, op->attrs);
	}
}

static void print_shadow(FILE *out, const struct op *op)
{
	fputs("fill ", out);
	print_range(out, op);
	fprintf(out, " with one shared table of the page at 0x%" PRIx64 " (",
		op->pa);
	explain_attrs(out, op->attrs);
	fprintf(out, "), dump it%s, and clear it again",
		op->nth == OP_SHADOW_LONG ? " entry by entry and walk it" : "");
}

static void print_restrict(FILE *out, const struct pt_format *f,
			   const struct op *op)
{
	static const char *const right[] = { "read", "write", "execute", "user" };

	fputs("make ", out);
	print_entry(out, f, op);
	fputs(", a pointer to a table, take away from all below: ", out);
	if (!print_set(out, right, 4, op->attrs & PT_RIGHTS))
		fputs("nothing", out);
}

/* The kinds with a range and little else. */
static void print_ranged(FILE *out, const struct op *op)
{
	static const char *const what[OP_KINDS] = {
		[OP_UNMAP] = "unmap ", [OP_PROTECT] = "set the rights of ",
		[OP_WALK] = "walk ", [OP_INSTALL] = "install pages where none are in ",
		[OP_DUMP] = "dump ", [OP_ITERATE] = "iterate over ",
		[OP_IDENTITY] = "map to itself ",
		[OP_CLONE] = "copy all tables and dump the copy of ",
	};
	static const char *const items[OP_ITERATES] = {
		"", ", leaving holes out", ", clearing ACCESSED",
		", moving each leaf to the memory behind it",
	};

	fputs(what[op->kind] ? what[op->kind] : "?", out);
	print_range(out, op);
	if (op->kind == OP_PROTECT || op->kind == OP_IDENTITY) {
		fputs(": ", out);
		explain_attrs(out, op->kind == OP_PROTECT ?
					   op->attrs & PT_RIGHTS : op->attrs);
	}
	if (op->kind == OP_INSTALL) {
		fprintf(out, ", the first at pa 0x%" PRIx64 ": ", op->pa);
		explain_attrs(out, op->attrs);
	}
	if (op->kind == OP_WALK || op->kind == OP_INSTALL)
		print_walk(out, &op->walk);
	if (op->kind == OP_ITERATE && op->nth < OP_ITERATES)
		fputs(items[op->nth], out);
	if ((op->kind == OP_DUMP || op->kind == OP_CLONE) && op->nth)
		fputs(", holes too", out);
	if (op->kind == OP_DUMP && op->floor)
		fprintf(out, ", a marker at 0x%" PRIx64, op->floor);
}

/* The kinds that only set something up. */
static void print_setup(FILE *out, const struct op *op)
{
	switch ((unsigned)op->kind) {
	case OP_SWITCH:
		fprintf(out, "go on in space %u", op->space);
		break;
	case OP_FAIL:
	case OP_CTOR_FAIL:
		if (!op->nth)
			fprintf(out, "let no %s fail any more",
				op->kind == OP_FAIL ? "allocation" :
						      "constructor");
		else
			fprintf(out, "let the %s number %u from here fail",
				op->kind == OP_FAIL ? "table allocation" :
						      "table constructor",
				op->nth);
		break;
	case OP_DURING:
		fprintf(out, "keep the next operation for the %u. callback of "
			"the next walk", op->nth);
		break;
	case OP_SHARE:
		fprintf(out, "take over the other space's kernel part%s",
			op->nth ? ", what comes later on demand" : "");
		break;
	case OP_SYNC:
		fprintf(out, "copy the owner's root entry for 0x%" PRIx64,
			op->va);
		break;
	default:
		fputs("nothing", out);
		break;
	}
}

/* The kinds about one entry. */
static bool print_single(FILE *out, const struct pt_format *f,
			 const struct op *op)
{
	static const char *const access[] = { "read", "write", "fetch" };

	switch ((unsigned)op->kind) {
	case OP_SPLIT:
		print_split(out, f, op);
		return true;
	case OP_COLLAPSE:
		print_collapse(out, f, op);
		return true;
	case OP_RESTRICT:
		print_restrict(out, f, op);
		return true;
	case OP_SETKIND:
		print_setkind(out, f, op);
		return true;
	case OP_TOUCH:
		fprintf(out, "do what hardware does at a %s of 0x%" PRIx64,
			op->access < PT_ACCESSES ? access[op->access] : "?",
			op->va);
		return true;
	case OP_TRANSLATE:
		fprintf(out, "look up 0x%" PRIx64, op->va);
		return true;
	case OP_OWNER:
		fputs("ask whose table it is that holds ", out);
		print_entry(out, f, op);
		return true;
	case OP_POKE:
		print_poke(out, f, op);
		return true;
	case OP_POISON:
		print_poison(out, f, op);
		return true;
	default:
		return false;
	}
}

void explain_op(FILE *out, const struct pt_format *f, const struct op *op)
{
	switch ((unsigned)op->kind) {
	case OP_MAP:
		print_map(out, f, op);
		break;
	case OP_FREE:
		print_free(out, op);
		break;
	case OP_VMA:
		print_vma(out, op);
		break;
	case OP_WALK_VMA:
		print_walk_vma(out, op);
		break;
	case OP_COPY:
	case OP_PAIR:
		print_two(out, op);
		break;
	case OP_SHADOW:
		print_shadow(out, op);
		break;
	case OP_UNMAP:
	case OP_PROTECT:
	case OP_WALK:
	case OP_INSTALL:
	case OP_DUMP:
	case OP_ITERATE:
	case OP_IDENTITY:
	case OP_CLONE:
		print_ranged(out, op);
		break;
	default:
		if (!print_single(out, f, op))
			print_setup(out, op);
		break;
	}
}

bool explain_verdict(FILE *out, const char *text)
{
	static const struct {
		const char *word, *meaning;
	} known[] = {
		{ "ok", "succeeds" },
		{ "translation", "finds no translation" },
		{ "permission", "is denied by the rights" },
		{ "access", "faults, as the accessed flag is clear" },
		{ "dirty", "faults, as the dirty flag is clear" },
		{ "reserved", "meets a reserved bit or encoding" },
		{ "addrsize", "meets an address of too many bits" },
		{ "canonical", "is outside what is translated" },
		{ "walkbus", "is led to a table where no memory is" },
		{ "key", "is denied by the protection key" },
	};
	char who[8], access[8], word[16], depth[8];

	if (sscanf(text, "%7s %7s %15[a-z]@%7s", who, access, word, depth) != 4)
		return false;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].word, word)) {
			fprintf(out, "a %s of %s %s (%s entry)", access,
				!strcmp(who, "user") ? "user code" : "the kernel",
				known[i].meaning, depth);
			return true;
		}
	return false;
}
