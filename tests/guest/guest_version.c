/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which emulator a file is.  Scripts stand in for emulators. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest_fixture.h"

static char directory[] = "/tmp/tablewalk-version.XXXXXX";
static char script[64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(script, sizeof(script), "%s/qemu-system-fake", directory);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	unlink(script);
	return rmdir(directory);
}

/* A program that says so much, whatever it is asked. */
static void write_script(const char *body, unsigned mode)
{
	FILE *f;

	unlink(script);
	f = fopen(script, "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", body);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(script, mode), 0);
}

static int ask(char version[16])
{
	memset(version, 0, 16);
	return guest_emulator_version(script, version, 16);
}

static void version_is_the_first_two_numbers(void **state)
{
	/* Of the first line, whatever packager and patch level there are. */
	char version[16];

	(void)state;
	write_script("[ \"$1\" = --version ] || exit 1\n"
		     "echo 'QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg)'\n"
		     "echo 'Copyright (c) somebody'", 0755);
	assert_int_equal(ask(version), 0);
	assert_string_equal(version, "7.2");
	write_script("echo QEMU emulator version 10.0", 0755);
	assert_int_equal(ask(version), 0);
	assert_string_equal(version, "10.0");
}

static void what_is_no_emulator_is_refused(void **state)
{
	/* Another program, one that says nothing, half a version. */
	static const char *const body[] = {
		"echo ls 9.1", "exit 1", "echo QEMU emulator version 7",
		"echo QEMU emulator version .2",
		"echo QEMU emulator version 12345678901234567890.1",
	};
	char version[16];

	(void)state;
	for (unsigned i = 0; i < sizeof(body) / sizeof(body[0]); i++) {
		write_script(body[i], 0755);
		assert_int_equal(ask(version), -EINVAL);
		assert_string_equal(version, "");
	}
}

static void what_cannot_be_run_is_told(void **state)
{
	/* Not there, or not executable for anybody. */
	char version[16];

	(void)state;
	unlink(script);
	assert_int_equal(ask(version), -ENOENT);
	write_script("exit 0", 0644);
	assert_int_equal(ask(version), -EACCES);
}

static void program_is_known_by_its_name(void **state)
{
	/* In any directory, with a version behind it, but no other program's. */
	(void)state;
	assert_string_equal(guest_program("riscv-sv39"), "qemu-system-riscv64");
	assert_string_equal(guest_program("template"), "");
	assert_true(guest_uses_program("riscv-sv39", "qemu-system-riscv64"));
	assert_true(guest_uses_program("riscv-sv39",
				       "/opt/9.1/qemu-system-riscv64"));
	assert_true(guest_uses_program("riscv-sv39",
				       "/opt/qemu-system-riscv64-9.1"));
	assert_false(guest_uses_program("riscv-sv39",
					"/opt/qemu-system-riscv64be"));
	assert_false(guest_uses_program("riscv-sv39",
					"/opt/qemu-system-riscv32"));
	assert_false(guest_uses_program("riscv-sv39",
					"/qemu-system-riscv64/other"));
	assert_false(guest_uses_program("template", "qemu-system-x86_64"));
}

static void kvm_is_for_x86_only(void **state)
{
	/* Another guest is refused in one sentence before anything starts. */
	const struct guest_options options = { .qemu = script, .kvm = true };
	struct guest *guest;
	char error[256];

	(void)state;
	write_script("exit 0", 0755);
	assert_int_equal(guest_open("riscv-sv39", &options, &guest, error,
				    sizeof(error)), -EINVAL);
	assert_null(guest);
	assert_non_null(strstr(error, "KVM is for guests of x86 only"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_is_the_first_two_numbers),
		cmocka_unit_test(what_is_no_emulator_is_refused),
		cmocka_unit_test(what_cannot_be_run_is_told),
		cmocka_unit_test(program_is_known_by_its_name),
		cmocka_unit_test(kvm_is_for_x86_only),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
