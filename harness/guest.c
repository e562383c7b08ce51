/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Probe guests: from nothing to a guest that waits, and back to nothing.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "guest_private.h"

enum { PAGE = 4096 };

#define MIB (UINT64_C(1) << 20)
#define USUAL_RAM (64 * MIB)

const char *guest_class_name(unsigned class)
{
	static const char *const name[GUEST_CLASSES] = {
		[GUEST_NOT_RUN] = "not-run",
		[GUEST_OK] = "ok",
		[GUEST_FAULT_ABSENT] = "absent",
		[GUEST_FAULT_DENIED] = "denied",
		[GUEST_FAULT_RESERVED] = "reserved",
		[GUEST_FAULT_CANONICAL] = "canonical",
		[GUEST_FAULT_PAGE] = "page-fault",
		[GUEST_FAULT_BUS] = "access-fault",
		[GUEST_FAULT_ACCESS] = "access-flag",
		[GUEST_FAULT_DIRTY] = "dirty-flag",
		[GUEST_FAULT_ADDRSIZE] = "address-size",
		[GUEST_FAULT_PRIVILEGE] = "privilege",
		[GUEST_ASTRAY] = "astray",
		[GUEST_ODD] = "odd",
		[GUEST_FAULT_RESERVED_ABSENT] = "reserved-absent",
		[GUEST_DIED] = "died",
		[GUEST_FAULT_KEY] = "key",
		[GUEST_BELOW_ABSENT] = "below-absent",
		[GUEST_BELOW_DENIED] = "below-denied",
		[GUEST_BELOW_WALK_ABSENT] = "below-walk-absent",
		[GUEST_BELOW_WALK_DENIED] = "below-walk-denied",
	};

	return class < GUEST_CLASSES ? name[class] : "?";
}

const char *guest_access_name(unsigned access)
{
	static const char *const name[PT_ACCESSES] = {
		[PT_READ] = "read", [PT_WRITE] = "write", [PT_EXEC] = "fetch",
	};

	return access < PT_ACCESSES ? name[access] : "?";
}

const char *guest_privilege_name(unsigned privilege)
{
	static const char *const name[PT_PRIVILEGES] = {
		[PT_AS_USER] = "user", [PT_AS_KERNEL] = "kernel",
	};

	return privilege < PT_PRIVILEGES ? name[privilege] : "?";
}

uint64_t guest_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void guest_sleep_ns(long ns)
{
	struct timespec t = { .tv_nsec = ns };

	nanosleep(&t, NULL);
}

int guest_fail_dead(struct guest *guest)
{
	char line[256];

	guest_process_last_line(&guest->process, line, sizeof(line));
	snprintf(guest->error, sizeof(guest->error),
		 "%s ended unexpectedly; its last message: %s",
		 guest->machine->program, line[0] ? line : "(none)");
	return -EPIPE;
}

const struct guest_machine *guest_find_machine(const char *format)
{
	for (unsigned i = 0; i < guest_machine_count; i++)
		if (strcmp(guest_machines[i]->format, format) == 0)
			return guest_machines[i];
	return NULL;
}

/*
 * Finds machine and emulator of a format.  Returns 0, or an error as
 * guest_open() does, with its sentence in why.
 */
static int find(const char *format, const char *qemu,
		const struct guest_machine **machine, char *path,
		char *why, size_t size)
{
	const struct guest_machine *m = guest_find_machine(format);

	if (!m) {
		snprintf(why, size, "there is no probe guest for %s", format);
		return -EINVAL;
	}
	*machine = m;
	if (m->image->bytes == 0) {
		snprintf(why, size, "built without probe guests: %s",
			 m->image->missing);
		return -ENOSYS;
	}
	if (qemu) {
		snprintf(path, GUEST_PATH_MAX, "%s", qemu);
		if (access(path, X_OK) == 0)
			return 0;
		snprintf(why, size, "%s: %s", qemu, strerror(errno));
		return -ENOENT;
	}
	if (guest_find_program(m->program, path, GUEST_PATH_MAX))
		return 0;
	snprintf(why, size, "%s not found: install the package %s, or name "
		 "its directory in TABLEWALK_QEMU_DIR", m->program, m->package);
	return -ENOENT;
}

const char *guest_format(unsigned index)
{
	return index < guest_machine_count ? guest_machines[index]->format :
					     NULL;
}

bool guest_known(const char *format)
{
	return guest_find_machine(format) != NULL;
}

bool guest_refills(const char *format)
{
	const struct guest_machine *machine = guest_find_machine(format);

	return machine && machine->refill;
}

bool guest_available(const char *format, char *why, size_t size)
{
	const struct guest_machine *machine;
	char path[GUEST_PATH_MAX];

	return find(format, NULL, &machine, path, why, size) == 0;
}

static int set_options(struct guest *g, const struct guest_options *options)
{
	struct guest_options *o = &g->options;

	if (options)
		*o = *options;
	if (!o->ram_bytes)
		o->ram_bytes = g->machine->ram_mib ? g->machine->ram_mib * MIB :
						     USUAL_RAM;
	o->max_seconds = o->max_seconds ? o->max_seconds : 600;
	o->start_ms = o->start_ms ? o->start_ms : 20000;
	o->batch_ms = o->batch_ms ? o->batch_ms : 10000;
	if (o->ram_bytes >= 32 * MIB && o->ram_bytes <= 1024 * MIB &&
	    o->ram_bytes % (2 * MIB) == 0)
		return 0;
	snprintf(g->error, sizeof(g->error), "guest RAM of %llu bytes: not "
		 "32 MiB to 1 GiB in steps of 2 MiB",
		 (unsigned long long)o->ram_bytes);
	return -EINVAL;
}

/* KVM is of the host's own processor, which we know of x86 alone. */
static int check_kvm(struct guest *g)
{
	static const char device[] = "/dev/kvm";

	if (!g->options.kvm)
		return 0;
	if (strcmp(g->machine->architecture, "x86")) {
		snprintf(g->error, sizeof(g->error), "%s: KVM is for guests of "
			 "x86 only", g->machine->format);
		return -EINVAL;
	}
	if (access(device, R_OK | W_OK) == 0)
		return 0;
	snprintf(g->error, sizeof(g->error), "no KVM here: %s: %s", device,
		 strerror(errno));
	return -ENOENT;
}

static int map_ram(struct guest *g)
{
	const uint64_t bytes = g->options.ram_bytes;
	const uint64_t used = g->machine->ram_mib ? USUAL_RAM : bytes;
	const uint64_t pa = g->machine->ram_pa;
	struct guest_ram *ram = &g->ram;
	int error = 0;
	void *host;

	g->ram_file = guest_unnamed_file(bytes);
	if (g->ram_file < 0)
		error = g->ram_file;
	host = error ? MAP_FAILED :
	       mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
		    g->ram_file, 0);
	if (host == MAP_FAILED) {
		error = error ? error : -errno;
		snprintf(g->error, sizeof(g->error), "no guest RAM of %llu MiB "
			 "in /dev/shm, TMPDIR or /tmp: %s",
			 (unsigned long long)(bytes / MIB), strerror(-error));
		return error;
	}
	ram->host = host;
	ram->ram = (struct guest_range){ pa, bytes };
	ram->runtime = (struct guest_range){ pa, GUEST_TABLES_AT };
	ram->tables = (struct guest_range){
		pa + GUEST_TABLES_AT, GUEST_DATA_AT - GUEST_TABLES_AT,
	};
	ram->data = (struct guest_range){
		pa + GUEST_DATA_AT, used - GUEST_DATA_AT - GUEST_TAIL_BYTES,
	};
	ram->tail = (struct guest_range){
		pa + used - GUEST_TAIL_BYTES, GUEST_TAIL_BYTES,
	};
	return 0;
}

/* Fills RAM while no emulator runs yet. */
static int fill_ram(struct guest *g)
{
	const struct guest_machine *m = g->machine;
	uint8_t *runtime = g->ram.host + GUEST_RUNTIME_AT;
	uint64_t home = 0;

	if (!m->image_in_rom)
		memcpy(g->ram.host + m->image_at, m->image->data,
		       m->image->bytes);
	g->mailbox = (void *)(g->ram.host + GUEST_MAILBOX_AT);
	g->shadow_root = runtime;
	if (!m->beside)
		g->runtime_entry = m->map_runtime(
			m, runtime, m->ram_pa + GUEST_RUNTIME_AT, &home);
	g->mailbox->va_bits = mailbox_u32(m->va_bits);
	g->mailbox->config = mailbox_u64(m->config);
	g->mailbox->home_root = mailbox_u64(home);
	return guest_make_below(g);
}

/* The program is the end of the ROM, which is filled up in front of it. */
static int write_rom(struct guest *g)
{
	const struct guest_image *rom = g->machine->rom;
	size_t bytes;
	ssize_t n;

	if (!rom)
		return 0;
	bytes = g->machine->rom_bytes ? g->machine->rom_bytes : rom->bytes;
	g->rom_file = guest_unnamed_file(bytes);
	if (g->rom_file >= 0) {
		n = pwrite(g->rom_file, rom->data, rom->bytes,
			   (off_t)(bytes - rom->bytes));
		if (n == (ssize_t)rom->bytes)
			return 0;
	}
	snprintf(g->error, sizeof(g->error),
		 "no reset ROM in /dev/shm, TMPDIR or /tmp");
	return g->rom_file < 0 ? g->rom_file : -EIO;
}

/* The emulator's arguments, whose text lies in text. */
struct arguments {
	char *argv[32];
	char text[GUEST_PATH_MAX + 1024];
	size_t used;
	unsigned count;
};

/* A machine that has more of them than there is room for is a mistake here. */
__attribute__((format(printf, 2, 3)))
static void add_argument(struct arguments *a, const char *format, ...)
{
	const size_t room = sizeof(a->text) - a->used;
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(a->text + a->used, room, format, list);
	va_end(list);
	if (length < 0 || (size_t)length >= room ||
	    a->count + 1 >= sizeof(a->argv) / sizeof(a->argv[0]))
		abort();
	a->argv[a->count++] = a->text + a->used;
	a->used += (size_t)length + 1;
}

/*
 * "max" would be all that the host has, and some hosts have registers that KVM on them
 * cannot set.  What the host lacks of this is left out, with a message.
 */
static const char kvm_cpu[] = "qemu64,+nx,+smep,+smap,+pdpe1gb,+la57";

static void add_arguments(const struct guest *g, struct arguments *a)
{
	const struct guest_machine *m = g->machine;
	const unsigned mib = (unsigned)(g->options.ram_bytes / MIB);

	add_argument(a, "%s", g->path);
	add_argument(a, "-machine");
	add_argument(a, "%s,memory-backend=ram", m->board);
	add_argument(a, "-cpu");
	add_argument(a, "%s", g->options.kvm ? kvm_cpu : m->cpu);
	/* Translated code is small; the default buffer is not. */
	add_argument(a, "-accel");
	add_argument(a, g->options.kvm ? "kvm" : "tcg,tb-size=32");
	add_argument(a, "-m");
	add_argument(a, "%uM", mib);
	/* The files have no names; the child inherits the descriptors. */
	add_argument(a, "-object");
	add_argument(a, "memory-backend-file,id=ram,size=%uM,"
		     "mem-path=/proc/self/fd/%d,share=on", mib, g->ram_file);
	add_argument(a, "-nodefaults");
	add_argument(a, "-no-user-config");
	add_argument(a, "-display");
	add_argument(a, "none");
	add_argument(a, "-no-reboot");
	if (m->boot)
		add_argument(a, "%s", m->boot);
	if (m->rom)
		add_argument(a, "/proc/self/fd/%d", g->rom_file);
	else if (m->boot)
		add_argument(a, "none");
	for (unsigned i = 0; m->arguments && m->arguments[i]; i++)
		add_argument(a, "%s", m->arguments[i]);
}

static int start_emulator(struct guest *g)
{
	const int keep[2] = { g->ram_file, g->rom_file };
	struct arguments arguments = { .count = 0 };
	int error;

	add_arguments(g, &arguments);
	g->deadline_ns = guest_now_ns() +
			 g->options.max_seconds * UINT64_C(1000000000);
	error = guest_process_start(&g->process, g->path, arguments.argv, keep,
				    g->options.max_seconds);
	if (error)
		snprintf(g->error, sizeof(g->error), "cannot start %s: %s",
			 g->machine->program, strerror(-error));
	return error;
}

static int wait_ready(struct guest *g)
{
	uint64_t start = guest_now_ns();
	uint64_t limit = g->options.start_ms * UINT64_C(1000000);

	while (mailbox_u32(atomic_load_explicit(&g->mailbox->ready,
						memory_order_acquire)) !=
	       GUEST_READY) {
		if (!guest_process_alive(&g->process))
			return guest_fail_dead(g);
		if (guest_now_ns() - start > limit) {
			guest_process_kill(&g->process);
			snprintf(g->error, sizeof(g->error),
				 "%s was not ready after %u ms and was killed",
				 g->machine->program, g->options.start_ms);
			return -ETIMEDOUT;
		}
		guest_sleep_ns(200000);
	}
	return 0;
}

static int start(struct guest *g, const struct guest_options *options)
{
	int error = set_options(g, options);

	if (!error)
		error = check_kvm(g);
	if (!error)
		error = map_ram(g);
	if (error)
		return error;
	error = fill_ram(g);
	if (!error)
		error = write_rom(g);
	if (!error)
		error = start_emulator(g);
	if (!error)
		error = wait_ready(g);
	/* Not before: powernv puts its device tree among the data at reset. */
	if (!error)
		guest_tag_ram(g);
	return error;
}

int guest_open(const char *format, const struct guest_options *options,
	       struct guest **guest, char *error, size_t size)
{
	struct guest *g = calloc(1, sizeof(*g));
	int code;

	*guest = NULL;
	if (!g) {
		snprintf(error, size, "no memory for a guest");
		return -ENOMEM;
	}
	g->ram_file = g->rom_file = g->process.messages = -1;
	code = find(format, options ? options->qemu : NULL, &g->machine,
		    g->path, g->error, sizeof(g->error));
	if (!code) {
		g->control = g->machine->control_default |
			     (options && options->below ?
				      g->machine->control_below : 0);
		code = start(g, options);
	}
	if (code) {
		snprintf(error, size, "%s", g->error);
		guest_close(g);
		return code;
	}
	*guest = g;
	return 0;
}

void guest_close(struct guest *guest)
{
	if (!guest)
		return;
	guest_process_kill(&guest->process);
	if (guest->ram.host)
		munmap(guest->ram.host, guest->ram.ram.bytes);
	if (guest->ram_file >= 0)
		close(guest->ram_file);
	if (guest->rom_file >= 0)
		close(guest->rom_file);
	if (guest->process.messages >= 0)
		close(guest->process.messages);
	guest_drop_below(guest);
	free(guest);
}

const struct guest_ram *guest_ram(const struct guest *guest)
{
	return &guest->ram;
}

uint8_t *guest_at(const struct guest *guest, uint64_t pa, uint64_t bytes)
{
	uint64_t offset = pa - guest->ram.ram.pa;
	uint64_t length = guest->ram.ram.bytes;

	if (offset >= length || bytes > length - offset)
		return NULL;
	return guest->ram.host + offset;
}

void guest_rest(struct guest *guest)
{
	if (!guest->machine->dozes)
		guest_stop(guest);
}

void guest_stop(struct guest *guest)
{
	if (guest->rests)
		return;
	guest_process_stop(&guest->process, true);
	guest->rests = true;
}

void guest_tag_ram(struct guest *guest)
{
	const struct guest_range *data = &guest->ram.data;
	uint8_t *page = guest->ram.host + (data->pa - guest->ram.ram.pa);

	for (uint64_t at = 0; at < data->bytes; at += PAGE)
		guest->machine->tag_page(page + at, data->pa + at);
}

int guest_set_regime(struct guest *guest, uint32_t control)
{
	const struct guest_machine *m = guest->machine;

	if (control & ~(m->control_any | m->control_always)) {
		snprintf(guest->error, sizeof(guest->error),
			 "control word %#x: not one of %s",
			 (unsigned)control, m->architecture);
		return -EINVAL;
	}
	if (~control & m->control_always) {
		snprintf(guest->error, sizeof(guest->error),
			 "control word %#x: %s always has %#x",
			 (unsigned)control, m->program,
			 (unsigned)m->control_always);
		return -EOPNOTSUPP;
	}
	guest->control = control | (guest->options.below ? m->control_below : 0);
	return 0;
}

int guest_flush_each(struct guest *guest, bool each)
{
	if (each && !guest->machine->flushes_each) {
		snprintf(guest->error, sizeof(guest->error),
			 "the guest for %s flushes before batches only",
			 guest->machine->format);
		return -EOPNOTSUPP;
	}
	guest->flush_each = each ? GUEST_FLUSH_EACH : 0;
	return 0;
}

void guest_controls(const struct guest *guest, uint32_t *any, uint32_t *always)
{
	*any = guest->machine->control_any;
	*always = guest->machine->control_always;
}

const uint8_t *guest_shadow_root(const struct guest *guest)
{
	return guest->shadow_root;
}

struct pt_verdict guest_sees(const struct guest *guest,
			     struct pt_verdict verdict, uint32_t attrs)
{
	if (~attrs & guest->machine->valid_if)
		verdict.word = PT_V_TRANSLATION;
	return verdict;
}

bool guest_plain(const struct guest *guest, uint64_t pa)
{
	for (unsigned i = 0; i < GUEST_DEVICES; i++) {
		const struct guest_range *r = &guest->machine->devices[i];

		if (pa - r->pa < r->bytes)
			return false;
	}
	return true;
}

unsigned guest_pa_bits(const struct guest *guest)
{
	return guest->machine->pa_bits;
}

/* Of an access. */
static struct guest_answer answer_to(const struct guest_machine *m,
				     const struct pt_verdict *verdict)
{
	struct guest_answer answer = {
		.class = m->class_of[verdict->word], .depth = PT_DEPTH_UNKNOWN,
	};

	if (!(m->tells_depth >> verdict->word & 1))
		return answer;
	answer.depth = verdict->word == PT_V_CANONICAL ? m->outside_depth :
							 verdict->depth;
	if (verdict->word == PT_V_WALKBUS)
		answer.depth++;
	return answer;
}

struct guest_answer guest_project(const struct guest *guest,
				  const struct guest_probe *probe,
				  const struct pt_verdict *verdict)
{
	const struct guest_machine *m = guest->machine;
	const struct guest_answer access = answer_to(m, verdict);

	if (!probe->translate || !m->translate_answer)
		return access;
	return m->translate_answer(access, (enum pt_word)verdict->word);
}

bool guest_can(const struct guest *guest, const struct guest_probe *kind)
{
	const struct guest_machine *m = guest->machine;

	return (kind->translate ? m->translates : m->accesses) &
	       GUEST_CAN(kind->privilege, kind->access);
}

bool guest_makes(const struct guest *guest, const struct guest_probe *probe)
{
	const struct guest_machine *m = guest->machine;

	return guest_can(guest, probe) &&
	       (!m->reaches || m->reaches(m, probe));
}

uint64_t guest_translate_mask(const struct guest *guest)
{
	return guest->machine->translate_mask;
}

uint64_t guest_pa_mask(const struct guest *guest,
		       const struct guest_probe *kind)
{
	if (kind->translate)
		return guest->machine->translate_mask;
	return kind->access == PT_EXEC || guest->machine->word_bytes == 4 ?
		       UINT32_MAX : UINT64_MAX;
}

bool guest_agrees(const struct guest *guest, const struct guest_probe *probe,
		  const struct pt_verdict *verdict,
		  const struct guest_result *result)
{
	const struct guest_answer answer = guest_project(guest, probe, verdict);
	const uint16_t also = probe->translate ?
		0 : guest->machine->also_of[verdict->word];

	return (result->class == answer.class || also >> result->class & 1) &&
	       result->depth == answer.depth;
}

struct guest_blind guest_blind(const struct guest *guest)
{
	return guest->machine->blind;
}

unsigned guest_seconds_left(const struct guest *guest)
{
	uint64_t now = guest_now_ns();

	if (guest->process.pid == 0 || now >= guest->deadline_ns)
		return 0;
	return (unsigned)((guest->deadline_ns - now) / 1000000000);
}

struct guest_lacks guest_lacks(const struct guest *guest)
{
	return guest->machine->lacks;
}

const char *guest_error(const struct guest *guest)
{
	return guest->error;
}

const char *guest_emulator(const struct guest *guest)
{
	return guest->path;
}

pid_t guest_pid(const struct guest *guest)
{
	return guest->process.pid;
}
