/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Probe guests: an emulated processor walks tables that lie in shared RAM.
 *
 * A guest is one QEMU process that runs a small bare-metal program.  Caller
 * and guest share its RAM.  The caller writes tables into the table range,
 * names the root and a list of probes; the guest makes every access for real,
 * in user and in kernel mode, and tells what happened and which physical page
 * was reached.  What should have happened is the caller's business.
 *
 * Functions that can fail return 0 or a negative errno and leave one sentence
 * in guest_error() (guest_open(): in the caller's buffer).  A struct guest
 * belongs to one thread, and the thread that opened it must outlive it: the
 * kernel kills the emulator when that thread ends.
 */
#ifndef HARNESS_GUEST_H
#define HARNESS_GUEST_H

#include <sys/types.h>

#include <tablewalk/types.h>

struct guest;

/*
 * What the emulators that run guests said of their versions, for who opens several
 * guests with the same options.qemu; empty at first.
 */
#define GUEST_VERSION 16
#define GUEST_VERSIONS_MAX 32
struct guest_versions {
	unsigned count;
	struct {
		const char *program;	/* as guest_program(); the pointer */
		char version[GUEST_VERSION];
	} of[GUEST_VERSIONS_MAX];
};

struct guest_options {
	const char *qemu;	/* path of the emulator; NULL: look it up */
	struct guest_versions *versions; /* NULL: each guest's emulator is asked */
	bool kvm;		/* the host's own processor, by KVM; else TCG */
	/*
	 * The second translation that the machine has is below the tables in every
	 * batch, whatever the control word; tables are not restricted by it.
	 */
	bool below;
	uint64_t ram_bytes;	/* 0: 64 MiB; 32 MiB..1 GiB, of whole 2 MiB */
	unsigned max_seconds;	/* life of the emulator; 0: 600 */
	unsigned start_ms;	/* until it must be ready; 0: 20,000 */
	unsigned batch_ms;	/* for one batch; 0: 10,000 */
};

/* A range of physical addresses. */
struct guest_range {
	uint64_t pa, bytes;
};

/*
 * The guest's RAM.  The caller may write the table range at any time outside
 * guest_run(), and nothing else.  Tables may lie nowhere else; leaves may
 * point anywhere, but a probe whose write or fetch is permitted must reach a
 * page of the data range (a leaf of 1 GiB at ram.pa covers it).  The data
 * range is made of tagged 4-KiB pages: see guest_tag_ram().
 */
struct guest_ram {
	uint8_t *host;		/* the byte at ram.pa; NULL: guest is gone */
	struct guest_range ram, tables, data;
	struct guest_range runtime;	/* program, mailbox, shadow root */
	struct guest_range tail;	/* written by the emulator at reset */
};

/*
 * One access.  It is made in the 4-KiB page of va, at a place of its own for
 * each kind of access: low bits of va are ignored.  A write also reads.
 *
 * translate: it is not made, but the machine's translate instruction is asked what
 * it would come to (arm64 AT, arm ATS1C, m68k PTEST, sparc probe).  That touches no
 * page, so va may lead anywhere; flags in entries may be set as by an access.  The
 * walk is always a new one.  A list may have probes of both kinds.
 */
struct guest_probe {
	uint64_t va;
	enum pt_access access;
	enum pt_privilege privilege;
	bool translate;
};

/* Kinds of access to a page: read, write and fetch, by user and kernel. */
enum { GUEST_KINDS = (unsigned)PT_ACCESSES * (unsigned)PT_PRIVILEGES };

/* The kind of that number, at va. */
static inline struct guest_probe guest_kind(uint64_t va, unsigned kind)
{
	return (struct guest_probe){
		.va = va, .access = (enum pt_access)(kind / PT_PRIVILEGES),
		.privilege = (enum pt_privilege)(kind % PT_PRIVILEGES),
	};
}

/* "read", "write", "fetch"; "user", "kernel": as deviations and sweeps write them. */
const char *guest_access_name(unsigned access);
const char *guest_privilege_name(unsigned privilege);

/*
 * What became of an access, as far as the architecture tells.
 *
 * GUEST_NOT_RUN	 skipped: its root slot could not be left to it, or the emulator
 *			 would hang
 * GUEST_OK		 made, or the translation is there; pa is the page
 * GUEST_FAULT_ABSENT	 nothing is mapped: x86 #PF, not present; arm translation
 * GUEST_FAULT_DENIED	 a right is missing: x86 #PF, protection; arm permission
 * GUEST_FAULT_RESERVED	 a reserved bit or encoding, where that is told apart
 * GUEST_FAULT_CANONICAL the address is none that any root translates: x86 #GP(0)
 * GUEST_FAULT_PAGE	 page fault, whatever the cause: riscv
 * GUEST_FAULT_BUS	 the walk, or what it came to, met no memory
 * GUEST_FAULT_ACCESS	 the accessed flag is clear, and hardware does not set it
 * GUEST_FAULT_DIRTY	 so is the dirty flag
 * GUEST_FAULT_ADDRSIZE	 an address in an entry is too large
 * GUEST_FAULT_PRIVILEGE a right is missing that the other privilege has, where that
 *			 is told apart
 * GUEST_ASTRAY		 made, but the store is not on the page that was read
 * GUEST_ODD		 a trap that does not fit the access (other vector,
 *			 other address, other access): see the raw words
 * GUEST_FAULT_RESERVED_ABSENT a reserved bit of an entry that is said not to be
 *			 there, which excludes each other: x86 #PF, RSVD without P
 * GUEST_DIED		 the emulator ended, or hung: never in a result, a caller
 *			 concludes it from -EPIPE or -ETIMEDOUT
 * GUEST_FAULT_KEY	 a protection key denies it: x86 #PF, PK
 * GUEST_BELOW_ABSENT	 the second translation has nothing mapped there: arm64, fault
 *			 of stage 2 (and all that follow it here)
 * GUEST_BELOW_DENIED	 ... or not for that access
 * GUEST_BELOW_WALK_ABSENT, GUEST_BELOW_WALK_DENIED: the same of a descriptor of the
 *			 first one (arm64 S1PTW)
 */
enum guest_class {
	GUEST_NOT_RUN,
	GUEST_OK,
	GUEST_FAULT_ABSENT,
	GUEST_FAULT_DENIED,
	GUEST_FAULT_RESERVED,
	GUEST_FAULT_CANONICAL,
	GUEST_FAULT_PAGE,
	GUEST_FAULT_BUS,
	GUEST_FAULT_ACCESS,
	GUEST_FAULT_DIRTY,
	GUEST_FAULT_ADDRSIZE,
	GUEST_FAULT_PRIVILEGE,
	GUEST_ASTRAY,
	GUEST_ODD,
	GUEST_FAULT_RESERVED_ABSENT,
	GUEST_DIED,
	GUEST_FAULT_KEY,
	GUEST_BELOW_ABSENT,
	GUEST_BELOW_DENIED,
	GUEST_BELOW_WALK_ABSENT,
	GUEST_BELOW_WALK_DENIED,
	GUEST_CLASSES,
};

struct guest_result {
	uint8_t class;		/* enum guest_class */
	int8_t depth;		/* enum pt_depth that a trap tells of; else
				   PT_DEPTH_UNKNOWN */
	uint32_t vector;	/* raw: x86 vector; 0 elsewhere */
	uint64_t syndrome;	/* raw: x86 error code, riscv mcause */
	uint64_t address;	/* raw: x86 CR2, riscv mtval; 0 if OK */
	/*
	 * OK, ASTRAY: the tag of the page reached, the bits of guest_pa_mask() only.
	 * For a page outside the data range, whatever was read there.  Of a
	 * translate probe: the page that the instruction names, as many bits.
	 * BELOW_*: the page that the second translation was asked for, where that is
	 * told (guest_tells_below()).
	 */
	uint64_t pa;
};

/* "ok", "absent", ... */
const char *guest_class_name(unsigned class);

/* Names of the formats that have guests: 0, 1, ...; NULL behind the last. */
const char *guest_format(unsigned index);

/* Whether there is a guest for that format at all. */
bool guest_known(const char *format);

/*
 * Whether the guest for that format walks the tables in its own handler of TLB
 * misses: then only the check of what it fills in, and the splitting of addresses
 * into a page and a place in it, are the machine's.
 */
bool guest_refills(const char *format);

/*
 * The program that runs the guests for that format, "qemu-system-x86_64", and what
 * they are guests of, as in pt_format; "" where there is none.
 */
const char *guest_program(const char *format);
const char *guest_architecture(const char *format);

/*
 * Whether the file of that path is by its name the format's program, which is its
 * last part, or the part of that in front of a '-' or '.'.
 */
bool guest_uses_program(const char *format, const char *path);

/*
 * Asks the emulator at path for its version, "7.2": the first two numbers.  0; the
 * error that kept it from being asked; -ETIMEDOUT; -EINVAL if that is no answer of an
 * emulator.
 */
int guest_emulator_version(const char *path, char *version, size_t size);

/* The same of the emulator that runs that guest: asked once for options.versions. */
int guest_version(const struct guest *guest, char version[GUEST_VERSION]);

/*
 * Whether guests for that format can run here.  If not, why gets one line
 * that names what is missing.
 */
bool guest_available(const char *format, char *why, size_t size);

/*
 * Starts a guest for that format (name, as in pt_format) and waits until it is
 * ready.  options may be NULL.  The control word is the format's default: all
 * that guest_set_regime() can switch off is off, but x86 has WP and NXE.
 * The emulator is options->qemu, or else its name is looked up in the
 * directory TABLEWALK_QEMU_DIR and then in PATH.
 *
 * -EINVAL	no guest for that format, or bad options
 * -ENOSYS	this program was built without guests
 * -ENOENT	the emulator is not there
 * -EPIPE	the emulator ended; the sentence has its last message
 * -ETIMEDOUT	the guest was not ready in time
 * other	files or memory: no space, ...
 */
int guest_open(const char *format, const struct guest_options *options,
	       struct guest **guest, char *error, size_t size);

/* Kills the emulator, waits for its end, frees everything.  NULL is allowed. */
void guest_close(struct guest *guest);

/* Valid until guest_close(); host becomes NULL only there. */
const struct guest_ram *guest_ram(const struct guest *guest);

/* Where the host sees bytes at pa, or NULL outside RAM. */
uint8_t *guest_at(const struct guest *guest, uint64_t pa, uint64_t bytes);

/*
 * Lays out tag and stub in every page of the data range.  guest_open() has done
 * so before any of them was executed, which matters: an emulator that has
 * translated a stub does not notice the host changing it.  Calling it again
 * writes the same bytes, and so repairs a page.
 */
void guest_tag_ram(struct guest *guest);

/*
 * The control word (PT_REGIME_*) of the batches from now on.
 * -EINVAL if a bit is not one of the architecture's; -EOPNOTSUPP if the guest
 * cannot have it so (riscv: without ADUE, as QEMU always updates A and D).
 */
int guest_set_regime(struct guest *guest, uint32_t control);

/*
 * Whether translations are flushed before every single probe from now on, not once
 * before each batch.  -EOPNOTSUPP if the guest's program cannot do so.
 */
int guest_flush_each(struct guest *guest, bool each);

/*
 * Which bits of the control word the guest can have either way, and which are
 * always on.
 */
void guest_controls(const struct guest *guest, uint32_t *any, uint32_t *always);

/*
 * Makes the accesses of probes on the tables at root_pa (in the table range)
 * and fills in results, one each.
 *
 * The processor runs on a shadow root, a copy of the root table in which one
 * invalid entry maps the guest's own runtime.  A probe that falls into that
 * slot is made in a second batch with another slot.  With one invalid root
 * entry its own probes are GUEST_NOT_RUN, with none all are; *skipped counts
 * them.  skipped may be NULL.
 *
 * Where the runtime does not lie in the tables under test no slot is needed.  Where
 * there are two roots, root_pa is that of the upper half if the first probe is there,
 * and all probes of one call are in the same half.
 *
 * Translations are flushed before each batch of at most GUEST_BATCH_MAX
 * (8192) probes; longer lists are several batches.  Two probes of one page in
 * one batch are two accesses in a row: the second may find the translation of
 * the first, and an emulator may be wrong then where it is right on a first
 * access (QEMU 7.2, riscv, SUM: S mode may fetch from a user page after it has
 * read it).  For verdicts on the walk alone, give each access its own
 * guest_run(); that costs about 5 microseconds.
 *
 * -EINVAL	root_pa unaligned or outside the table range
 * -ETIMEDOUT	a batch took too long, or max_seconds are over; the
 *		emulator has been killed
 * -EPIPE	the emulator is dead
 * Results are valid only when 0 is returned.
 */
int guest_run(struct guest *guest, uint64_t root_pa,
	      const struct guest_probe *probes, struct guest_result *results,
	      size_t count, size_t *skipped);

/* Some accesses, and where their results go. */
struct guest_lot {
	const struct guest_probe *probes;
	struct guest_result *results;
	size_t count;
};

/*
 * As guest_run(), with a change of tables in the middle and no flush behind it: the
 * accesses of before are made, then the guest waits, with all that it holds of the
 * tables, while change(context) is called, then those of after are made, which is
 * looked at only when change() has returned: that may fill it in.  One batch: before
 * has 1 to GUEST_BATCH_MAX - 1 probes, and what of after exceeds the batch is
 * GUEST_NOT_RUN, as is a probe in the slot of the runtime.
 *
 * change() may write the table range, as the caller may elsewhere, and look at
 * before's results; it must not call the guest, and should not take batch_ms.  It is
 * called once unless an error is returned, and perhaps if one is.  Entries of the root
 * at root_pa that it changed are in use from then on; the others keep in the shadow
 * root what hardware wrote to them.
 */
int guest_run_changed(struct guest *guest, uint64_t root_pa,
		      const struct guest_lot *before,
		      const struct guest_lot *after,
		      void (*change)(void *context), void *context,
		      size_t *skipped);

/*
 * A batch without probes, as guest_run() would have it: what going there, changing
 * the root, flushing and coming back take.  -EBUSY: no root entry is free.
 */
int guest_round_trip(struct guest *guest, uint64_t root_pa);

/*
 * Tells that the next guest_run() is some time away: a guest that cannot doze is
 * stopped until then, so that it leaves its processor to others.
 */
void guest_rest(struct guest *guest);

/*
 * Tells that others are asked before this guest is again: it is stopped until its next
 * guest_run(), even if it can doze.  Dozing costs little, but not next to nothing: fifty
 * guests that wake up every 800 microseconds leave no processor to who is asked.
 */
void guest_stop(struct guest *guest);

/*
 * The shadow root of the last guest_run(): the subject's root table with what
 * hardware wrote to it since (accessed bits).  Of root table length.
 */
const uint8_t *guest_shadow_root(const struct guest *guest);

/*
 * The second translation that this control word puts below the tables under test;
 * NULL: none.  Valid until guest_close().
 */
const struct pt_below *guest_below(const struct guest *guest, uint32_t control);

/*
 * Where the byte is that has this address under that control word.  Addresses in tables
 * are of the first kind; all that this interface calls pa, roots too, is where it is.
 */
uint64_t guest_place(const struct guest *guest, uint32_t control,
		     uint64_t address);

/*
 * The table range as its addresses have it: where the byte at tables.pa + n is, n bytes
 * on.  With the option below that is another view of RAM, else a part of ram.host.
 */
uint8_t *guest_tables(const struct guest *guest);

/* Whether guests for that format have a second translation. */
bool guest_has_below(const char *format);

/* Whether the result of that probe tells what the second translation was asked for. */
bool guest_tells_below(const struct guest_probe *probe,
		       const struct guest_result *result);

/*
 * What the emulated machine does not know of its format: facilities that it has
 * not installed.  Bit d of a member: not at depth d.
 *
 * leaves	entries that are leaves; it takes one that is valid for a table, so it
 *		must not be led there
 * denials	rights that a table entry takes away; it ignores that
 */
struct guest_lacks {
	uint8_t leaves, denials;
};

struct guest_lacks guest_lacks(const struct guest *guest);

/* What a verdict of the model MMU looks like on this machine. */
struct guest_answer {
	uint8_t class;			/* enum guest_class */
	int8_t depth;			/* as in struct guest_result */
};

/*
 * That verdict about a leaf with these attributes, as far as this machine sees it: one
 * that lacks what makes a leaf valid to it (V of mips) is no leaf, whatever the verdict.
 */
struct pt_verdict guest_sees(const struct guest *guest,
			     struct pt_verdict verdict, uint32_t attrs);

/*
 * Whether RAM or nothing at all answers at pa; false where a device does, which a
 * walk must not read.
 */
bool guest_plain(const struct guest *guest, uint64_t pa);

/* Physical address bits that the machine implements; 0: as the format's. */
unsigned guest_pa_bits(const struct guest *guest);

/*
 * What this machine makes of that verdict on that probe.  A walk that met no memory
 * failed in the table below the entry that decided, and that is the depth it tells of.
 * What the translate instruction does not tell is left out.
 */
struct guest_answer guest_project(const struct guest *guest,
				  const struct guest_probe *probe,
				  const struct pt_verdict *verdict);

/*
 * Whether the guest can make that access, or has an instruction that answers for
 * that kind of access, through the tables under test.  Some machines see parts of the
 * address space through windows of their own, some have no way to fetch in kernel mode;
 * guest_run() answers GUEST_NOT_RUN to such a probe.
 */
bool guest_makes(const struct guest *guest, const struct guest_probe *probe);

/* The same of that kind of access, wherever it goes. */
bool guest_can(const struct guest *guest, const struct guest_probe *kind);

/*
 * Which bits of the address of a page the translate instruction tells, none of them
 * within the page; 0: there is no such instruction.
 */
uint64_t guest_translate_mask(const struct guest *guest);

/* Which bits of it a probe of that kind yields: of its tag, or as above. */
uint64_t guest_pa_mask(const struct guest *guest,
		       const struct guest_probe *kind);

/* Whether that result is what this machine makes of that verdict on that probe. */
bool guest_agrees(const struct guest *guest, const struct guest_probe *probe,
		  const struct pt_verdict *verdict,
		  const struct guest_result *result);

/*
 * What the emulator cannot see by a fault of its own, so that its answers there tell
 * nothing: of the versions that arch/<a>/README.md names.
 *
 * rights	PT_R, PT_W, PT_X: a page without them is to it one that has them
 * words	bit word: causes of a verdict that it overlooks
 */
struct guest_blind {
	uint32_t rights;
	uint16_t words;
};

struct guest_blind guest_blind(const struct guest *guest);

/* Seconds until max_seconds are over; 0 when the guest is dead. */
unsigned guest_seconds_left(const struct guest *guest);

/* The sentence of the last failure; "" if there was none. */
const char *guest_error(const struct guest *guest);

/* Path of the emulator that runs. */
const char *guest_emulator(const struct guest *guest);

/* The emulator's process, 0 if it is dead.  For tests. */
pid_t guest_pid(const struct guest *guest);

#endif
