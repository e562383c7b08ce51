/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the tests of the probe guests share. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "guest_fixture.h"

enum { PAGE = 4096 };

struct guest *fixture_open(const char *format,
			   const struct guest_options *options)
{
	char error[512];
	struct guest *guest;

	if (guest_open(format, options, &guest, error, sizeof(error)) == 0)
		return guest;
	fail_msg("%s: %s", format, error);
	return NULL;
}

uint64_t fixture_table(const struct guest *guest, unsigned n)
{
	return guest_ram(guest)->tables.pa + (uint64_t)n * PAGE;
}

uint64_t fixture_data(const struct guest *guest, unsigned n)
{
	return guest_ram(guest)->data.pa + (uint64_t)n * PAGE;
}

void fixture_put(struct guest *guest, uint64_t table, unsigned index,
		 uint64_t word)
{
	uint8_t *at = guest_at(guest, table + 8 * (uint64_t)index, 8);

	for (unsigned i = 0; i < 8; i++)
		at[i] = (uint8_t)(word >> 8 * i);
}

uint64_t fixture_get(const struct guest *guest, uint64_t table, unsigned index)
{
	const uint8_t *at = guest_at(guest, table + 8 * (uint64_t)index, 8);
	uint64_t word = 0;

	for (unsigned i = 0; i < 8; i++)
		word |= (uint64_t)at[i] << 8 * i;
	return word;
}

static char letter(unsigned class)
{
	static const char of[GUEST_CLASSES + 1] = {
		[GUEST_NOT_RUN] = '-', [GUEST_OK] = 'o',
		[GUEST_FAULT_ABSENT] = 'a', [GUEST_FAULT_DENIED] = 'd',
		[GUEST_FAULT_RESERVED] = 'r', [GUEST_FAULT_CANONICAL] = 'c',
		[GUEST_FAULT_PAGE] = 'p', [GUEST_FAULT_BUS] = 'b',
		[GUEST_FAULT_ACCESS] = 'f', [GUEST_FAULT_DIRTY] = 'm',
		[GUEST_FAULT_ADDRSIZE] = 'z', [GUEST_FAULT_PRIVILEGE] = 'v',
		[GUEST_ASTRAY] = 's', [GUEST_ODD] = '?',
		/* QEMU 7.2's: arch/x86/deviations tells the two apart. */
		[GUEST_FAULT_RESERVED_ABSENT] = 'r',
		[GUEST_FAULT_KEY] = 'k',
	};

	return of[class];
}

void fixture_expect_at(struct guest *guest, uint64_t root, uint64_t va,
		       const char *outcome, uint64_t pa, const char *file,
		       int line)
{
	struct guest_probe probe[6];
	struct guest_result result[6];
	char seen[] = "??? ???";
	int error;

	for (unsigned i = 0; i < 6; i++) {
		probe[i] = (struct guest_probe){
			.va = va, .access = (enum pt_access)(i % 3),
			.privilege = (enum pt_privilege)(i / 3),
		};
		error = guest_run(guest, root, &probe[i], &result[i], 1, NULL);
		if (error) {
			print_error("%s:%d: %s\n", file, line,
				    guest_error(guest));
			fail();
		}
	}
	for (unsigned i = 0; i < 6; i++)
		seen[i + i / 3] = letter(result[i].class);
	for (unsigned i = 0; i < 6; i++) {
		if (result[i].class == GUEST_OK && result[i].pa != pa) {
			print_error("%s:%d: access %u to %#llx reached %#llx, "
				    "not %#llx\n", file, line, i,
				    (unsigned long long)va,
				    (unsigned long long)result[i].pa,
				    (unsigned long long)pa);
			fail();
		}
	}
	if (strcmp(seen, outcome) != 0) {
		print_error("%s:%d: %#llx: expected %s, got %s (first: vector "
			    "%u, syndrome %#llx, address %#llx)\n", file, line,
			    (unsigned long long)va, outcome, seen,
			    result[0].vector,
			    (unsigned long long)result[0].syndrome,
			    (unsigned long long)result[0].address);
		fail();
	}
}

bool fixture_is_gone(pid_t pid)
{
	char path[64], line[256] = "";
	const char *state;
	FILE *stat;

	if (kill(pid, 0) < 0)
		return true;
	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	stat = fopen(path, "r");
	if (!stat)
		return true;
	if (!fgets(line, sizeof(line), stat))
		line[0] = '\0';
	fclose(stat);
	state = strrchr(line, ')');
	return state && state[1] == ' ' && (state[2] == 'Z' || state[2] == 'X');
}

bool fixture_is_skipped(const char *format)
{
	char why[512];

	if (guest_available(format, why, sizeof(why)))
		return false;
	print_message("skipped: %s\n", why);
	return true;
}
