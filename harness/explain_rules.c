/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which rule a violation breaks, and where it is written.
 *
 * Texts of rows are those of docs/checks.md, clauses those of the headers, word for
 * word but for how lines are broken; tests/explain holds them against the files.
 */
#include "explain.h"

#include <string.h>

/* Sentences that more than one row has. */
#define COVER "visits and holes tile the range that was asked for"
#define FOOTPRINT                                                              \
	"tables come and go as the operation needs, in the contract's order"
#define GROUPS                                                                 \
	"entries of a group are marked, aligned and changed together, and "    \
	"iterated as one"
#define HARDWARE                                                               \
	"what hardware makes of the words is what the operations mean"
#define RIGHTS                                                                 \
	"rights are those of the leaf less what each table entry above takes " \
	"away"
#define EVERY_ENTRY                                                            \
	"every entry of every table is what the operations so far make it"
#define VERDICT "What a translation comes to."

const struct explain_rule explain_rules[] = {
	{ CHECK_TRACE_VISIT, "depth", "LEAF-LEVEL",
	  "a leaf is reported, and mapped, at its own depth",
	  "An entry was reported to the callback of another depth.",
	  "walk.h", "An entry callback." },
	{ CHECK_TRACE_VISIT, "kind", "KIND",
	  "none, table, leaf and each software kind are told apart",
	  "An entry was reported as something that it is not.",
	  "walk.h", "An entry callback." },
	{ CHECK_TRACE_VISIT, "order", "CONT-GROUP", GROUPS,
	  "An entry was reported with the wrong size of its group.",
	  "walk.h", "An entry callback." },
	{ CHECK_TRACE_VISIT, NULL, "COVER", COVER,
	  "The entries that a walk reported are not those that are there.",
	  "walk.h", "An entry callback." },
	{ CHECK_TRACE_HOLE, "depth", "HOLE-DEPTH",
	  "a hole is reported at the depth where the descent ended, folded "
	  "levels corrected as `walk.h` says",
	  "A hole was reported with the wrong depth.",
	  "walk.h", "Called for an empty entry above PT_PTE" },
	{ CHECK_TRACE_HOLE, NULL, "COVER", COVER,
	  "The holes that a walk reported are not those that are there.",
	  "walk.h", "Called for an empty entry above PT_PTE" },
	{ CHECK_TRACE_ALLOC, "leak", "LEAK",
	  "what a failure allocated is given back; live tables are reachable",
	  "A table was not given back that had to be.",
	  "table_ops.h", "those already made are given back, last one first." },
	{ CHECK_TRACE_ALLOC, NULL, "FOOTPRINT", FOOTPRINT,
	  "Tables were not allocated or released as they had to be.",
	  "table_ops.h", "One call per missing table, in ascending address" },
	{ CHECK_TRACE_LOOKUP, "prot", "PERM-ACC", RIGHTS,
	  "Looking an address up gave the wrong attributes.",
	  "table_ops.h", "What pt_translate() found" },
	{ CHECK_TRACE_LOOKUP, NULL, "KIND",
	  "none, table, leaf and each software kind are told apart",
	  "Looking an address up gave the wrong answer.",
	  "table_ops.h", "What pt_translate() found" },
	{ CHECK_TRACE_RETURN, NULL, "RETVAL",
	  "return values and the precedence of errors",
	  "The operation returned something else than it had to.",
	  "table_ops.h", "Errors, in order of precedence" },
	{ CHECK_MMU_VERDICT, "prot", "PERM-ACC", RIGHTS,
	  "Hardware would allow or deny an access that it should not.",
	  "types.h", VERDICT },
	{ CHECK_MMU_VERDICT, NULL, "HW-XLATE", HARDWARE,
	  "Hardware would come to another verdict on an access.",
	  "types.h", VERDICT },
	{ CHECK_MMU_ADDRESS, NULL, "HW-XLATE", HARDWARE,
	  "Hardware would reach another physical address.",
	  "types.h", VERDICT },
	{ CHECK_MMU_ATTRS, "order", "CONT-GROUP", GROUPS,
	  "Hardware would see another size of group.",
	  "types.h", VERDICT },
	{ CHECK_MMU_ATTRS, NULL, "HW-XLATE", HARDWARE,
	  "Hardware would see other attributes.",
	  "types.h", "Attributes of a leaf, as one word." },
	{ CHECK_TABLE_LOST, NULL, "LEAK",
	  "what a failure allocated is given back; live tables are reachable",
	  "A table was allocated and no entry leads to it.",
	  "table_ops.h", "Tables are released after they were unlinked" },
	{ CHECK_TABLE_GHOST, NULL, "FOOTPRINT", FOOTPRINT,
	  "An entry leads to memory that is no table.",
	  "table_ops.h", "Tables are released after they were unlinked" },
	{ CHECK_TABLE_SHARED, NULL, "FOOTPRINT", FOOTPRINT,
	  "Two entries lead to the same table.",
	  "table_ops.h", "One call per missing table, in ascending address" },
	{ CHECK_TABLE_SET, NULL, "FOOTPRINT", FOOTPRINT,
	  "An entry leads to a table where none belongs.",
	  "table_ops.h", "One call per missing table, in ascending address" },
	{ CHECK_ENTRY, "order", "CONT-GROUP", GROUPS,
	  "An entry of a table is marked as part of a group, or not, wrongly.",
	  "table_ops.h", "What an operation does not name it preserves" },
	{ CHECK_ENTRY, NULL, "MAP-EQ", EVERY_ENTRY,
	  "An entry of a table is not what the operations so far make it.",
	  "table_ops.h", "What an operation does not name it preserves" },
	{ CHECK_STORE, NULL, "STORE-STATE",
	  "between any two stores an address is old or new, and what hardware "
	  "sets meanwhile is not lost",
	  "A table changed without a store that anybody was told of.",
	  "table_ops.h", "Sees every store to table memory, after it was made" },
	{ CHECK_ARENA, NULL, "DOUBLE-FREE", "a table is released once",
	  "A table was released twice, wrongly, or stored to afterwards.",
	  "table_ops.h", "Takes back exactly what alloc gave." },
	{ CHECK_OVERFLOW, NULL, "COVER", COVER,
	  "The operation reported more than any correct one could.",
	  "trace.h", "The events of one operation." },
	{ CHECK_MACHINE_VERDICT, NULL, "`machine-verdict`",
	  "an access comes to what the model says, at the depth that the trap "
	  "tells",
	  "A machine came to another verdict on an access.",
	  "types.h", VERDICT },
	{ CHECK_MACHINE_ADDRESS, NULL, "`machine-address`",
	  "the page reached is the model's: every data page carries its own "
	  "address",
	  "A machine reached another page.", "types.h", VERDICT },
	{ CHECK_STORE_STATE, NULL, "STORE-STATE",
	  "between any two stores an address is old or new, and what hardware "
	  "sets meanwhile is not lost",
	  "Between two stores hardware would have seen what is neither old nor "
	  "new.",
	  "table_ops.h",
	  "A new table is empty or completely filled before it is linked." },
	{ CHECK_TRACE_VMA, NULL, "COVER", COVER,
	  "A walk over memory areas did not call what it had to.",
	  "walk.h", "Walks over VMAs" },
	{ CHECK_TRACE_INSTALL, NULL, "INSTALL-IFF",
	  "installed is what was empty, all of it and nothing else",
	  "A walk installed what it should not, or did not what it should.",
	  "walk.h", "Installing" },
	{ CHECK_TRACE_DUMP, "prot", "PERM-ACC", RIGHTS,
	  "A dump shows the wrong rights.",
	  "ptdump.h", "the longest stretch of neighbouring entries" },
	{ CHECK_TRACE_DUMP, NULL, "COVER", COVER,
	  "A dump does not show what is there.",
	  "ptdump.h", "the longest stretch of neighbouring entries" },
	{ CHECK_TRACE_ITEM, NULL, "CONT-GROUP", GROUPS,
	  "An iterator gave an item that is not what is there.",
	  "vpte.h", "what ends the descent at its start." },
	{ CHECK_TABLE_OWNER, NULL, "OWNER",
	  "every table was constructed and destructed once, for its owner and "
	  "depth, and the query finds it",
	  "What is known of a table, its owner or its depth, is wrong.",
	  "table_owner.h", "is constructed once" },
	{ CHECK_FLUSH_COVER, NULL, "FLUSH-COVER",
	  "what was changed under the hardware is invalidated",
	  "An entry that hardware may hold was changed and not invalidated.",
	  "table_ops.h",
	  "all that it covers is invalidated after the change and before the "
	  "operation returns" },
	{ CHECK_FLUSH_HINT, NULL, "FLUSH-HINT",
	  "a depth hint is one of a changed leaf",
	  "An invalidation names a depth at which no leaf was changed.",
	  "table_ops.h",
	  "a hint never names a depth at which no changed leaf in the range "
	  "was." },
	{ CHECK_FLUSH_BEFORE_FREE, NULL, "FLUSH-BEFORE-FREE",
	  "a table is released after the invalidation of what led to it",
	  "A table was released before what led to it was invalidated.",
	  "table_ops.h",
	  "before the table it pointed to is destructed and released" },
	{ CHECK_SHARED_PART, NULL, "SHARED-PART",
	  "a shared kernel part is the owner's, entry by entry, before "
	  "anything else happens",
	  "The kernel part that two spaces share is not the same in both.",
	  "share.h", "Every store to an entry of the kernel part" },
	{ CHECK_BBM, NULL, "BBM",
	  "where the machine asks for break before make, nothing in use is "
	  "replaced by something else in use",
	  "An entry in use was replaced by another one without being emptied "
	  "and invalidated first.",
	  "table_ops.h", "It is made an entry that the hardware does not use "
	  "first" },
	{ CHECK_TRACE_POISON, NULL, "POISON",
	  "of a poisoned byte: the table, its owner, and the addresses that "
	  "are lost, no more and no fewer",
	  "What is lost with a poisoned table was told wrongly.",
	  "table_owner.h", "An address is *lost* where a walk for it" },
	{ CHECK_TRACE_STRAY, NULL, "STRAY",
	  "a walk that asks whose a table is follows none of another space or "
	  "depth",
	  "A walk followed, or refused, a table that it should not have.",
	  "walk.h", "Unless the answer is exactly what the walk takes the table "
	  "for" },
	{ CHECK_MACHINE_FLAGS, NULL, "`machine-flags`",
	  "hardware sets accessed and dirty in the entries that it used, where "
	  "the architecture has that (`harness/hw_words.c` says where and by "
	  "which manual), and changes nothing else in them",
	  "A machine set other flags, or changed something else.",
	  "types.h", "Attributes of a leaf, as one word." },
	{ CHECK_MACHINE_TABLE, NULL, "`machine-table`",
	  "no other word of the table area changes: behind each case what it "
	  "used and 64 KiB more, behind the first case of a guest and every "
	  "thousandth, and before a guest is given up, all that was never "
	  "handed out",
	  "A machine wrote to tables where it has no business.",
	  "types.h", VERDICT },
	{ CHECK_SUBJECT, NULL, "`subject`",
	  "other people's code opens its spaces, answers, returns one of "
	  "subject.h's results, calls what is set, deals with what it was "
	  "given, and gives back every table",
	  "A foreign subject leaked, misused its interface, or was no more.",
	  "subject.h", "Each function returns 0 or one of" },
	{ CHECK_OPINION, NULL, "`opinion`",
	  "at every boundary address of both spaces libaddrxlat finds the page "
	  "that the operations put there, and where they left none it finds "
	  "the entry that is not present, at that entry's depth",
	  "Another walker reads the tables differently.",
	  "types.h", VERDICT },
};

const unsigned explain_rule_count =
	sizeof(explain_rules) / sizeof(explain_rules[0]);

const struct explain_rule *explain_rule(unsigned check, const char *divergence)
{
	for (unsigned i = 0; i < explain_rule_count; i++) {
		const struct explain_rule *rule = &explain_rules[i];

		if (rule->check == check &&
		    (!rule->divergence ||
		     (divergence && !strcmp(rule->divergence, divergence))))
			return rule;
	}
	return NULL;
}

static const struct explain_clause clauses[OP_KINDS] = {
	[OP_NOP] = { "op.h", "a byte that means nothing" },
	[OP_MAP] = { "table_ops.h", "Maps [va, last] to [pa, ...] with "
		"leaves of exactly the given depth, as groups of "
		"2^order entries where order is not 0." },
	[OP_UNMAP] = { "table_ops.h", "Makes every leaf and every "
		"non-present entry in range none. Tables stay." },
	[OP_PROTECT] = { "table_ops.h", "Sets R, W, X and USER of every "
		"leaf, protnone and invalid-huge entry in range to those "
		"of attrs; everything else of the entry stays" },
	[OP_SPLIT] = { "table_ops.h", "A single block becomes a table of "
		"leaves of the next depth: consecutive pa, the same "
		"attributes, order 0" },
	[OP_COLLAPSE] = { "table_ops.h", "the table that the entry "
		"covering va at depth points to becomes one leaf and is "
		"released." },
	[OP_RESTRICT] = { "table_ops.h", "Makes the table entry covering "
		"va at depth take away exactly the rights removed" },
	[OP_SETKIND] = { "table_ops.h", "Makes the none or leaf entry "
		"covering va at depth an entry of that kind." },
	[OP_TOUCH] = { "table_ops.h", "sets ACCESSED, and DIRTY if the "
		"access is a write and the leaf has PT_W." },
	[OP_FREE] = { "table_ops.h", "releases it when it is empty by "
		"then (each entry none) and lies wholly inside [floor, "
		"ceiling]; its pointer entry becomes none." },
	[OP_TRANSLATE] = { "table_ops.h",
		"Fills *result; 0 also for a hole." },
	[OP_SWITCH] = { "table_ops.h",
		"what follows works on the other space." },
	[OP_WALK] = { "walk.h", "Called in ascending order of address, an "
		"entry before those below it" },
	[OP_FAIL] = { "table_ops.h", "the n-th allocation by an operation "
		"from here is refused, once" },
	[OP_INSTALL] = { "walk.h", "At PT_PTE a none entry goes to "
		"install_pte instead of pte_entry." },
	[OP_DUMP] = { "ptdump.h", "the longest stretch of neighbouring "
		"entries that are alike." },
	[OP_ITERATE] = { "vpte.h", "a page, a contiguous or replicated "
		"group, or a huge page is one item." },
	[OP_COPY] = { "table_ops.h", "Copies what [va, last] of from maps "
		"to the same places of to, counted from to_va: every "
		"leaf and every non-present entry, with its depth, "
		"order, kind, address or payload, and attributes." },
	[OP_POKE] = { "walk.h", "somebody writes a wrong entry behind "
		"everybody's back, the space is looked at, and the bytes "
		"are put back as they were." },
	[OP_CTOR_FAIL] = { "table_ops.h", "the same for constructors "
		"(table_owner.h), with a count of its own" },
	[OP_SHARE] = { "share.h", "Makes to share the kernel part of "
		"owner, with what is in it now." },
	[OP_SYNC] = { "share.h", "copies the owner's root entry that "
		"covers va." },
	[OP_VMA] = { "walk.h",
		"the range va..last stops being of any VMA" },
	[OP_WALK_VMA] = { "walk.h", "What is outside every VMA is a hole "
		"of PT_DEPTH_UNKNOWN, one per gap" },
	[OP_OWNER] = { "table_owner.h",
		"The table that holds the entry covering va at depth" },
	[OP_DURING] = { "walk.h", "The next OP_WALK carries it out inside "
		"its callback with the number nth" },
	[OP_SHADOW] = { "shadow.h", "a shadow of the page at pa with "
		"attrs is made, [va, last] filled, looked at, cleared, "
		"and the shadow destroyed." },
	[OP_IDENTITY] = { "identity.h", "Maps [pa, last] to itself, with "
		"the largest leaves that fit" },
	[OP_CLONE] = { "clone.h", "Every entry of from is in to as it is, "
		"whatever it is, bad ones too" },
	[OP_PAIR] = { "vpte_pair.h", "a range of one and as long a range "
		"of another are iterated together, item against item" },
	[OP_POISON] = { "table_owner.h", "What an uncorrectable error in "
		"[pa, pa + bytes) of memory costs." },
};

const struct explain_clause *explain_clause(unsigned kind)
{
	return kind < OP_KINDS ? &clauses[kind] : &clauses[OP_NOP];
}

const char *explain_divergence(const char *divergence)
{
	static const struct {
		const char *word, *meaning;
	} known[] = {
		{ "lost", "something that belongs there is missing" },
		{ "ghost", "something is there that does not belong there" },
		{ "pfn", "it leads to another physical address" },
		{ "prot", "its rights, flags or type differ" },
		{ "level", "it is at another level" },
		{ "order", "the size of the group, or the order of things, "
			   "differs" },
		{ "depth", "it is at another depth" },
		{ "leak", "something was not given back, or not properly" },
		{ "retval", "the return value differs" },
		{ "range", "it covers other addresses" },
		{ "kind", "it is an entry of another kind" },
		{ "count", "there are more or fewer of them" },
		{ "copies", "the copies of one entry differ" },
		{ "hole", "for a moment nothing was mapped" },
		{ "state", "for a moment it was in a third state" },
		{ "break", "it was not emptied first" },
		{ "flush", "it was emptied but not invalidated" },
		{ "cover", "an invalidation is missing, or too short" },
		{ "hint", "an invalidation names the wrong depth" },
		{ "mark", "its constructor or destructor was not called as it "
			  "had to be" },
		{ "reached", "hardware reaches it as something else" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].word, divergence))
			return known[i].meaning;
	return NULL;
}

const char *explain_section(const struct pt_format *format)
{
	/* The two invented ones have no manual, but say how they encode. */
	if (!strcmp(format->architecture, "template"))
		return "Entries";
	return "Conventions";
}
