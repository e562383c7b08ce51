/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is said, and returned, where no emulator is to be had. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest_fixture.h"

/* An empty directory, named in TABLEWALK_QEMU_DIR, and an empty PATH. */
static int hide_emulators(void **state)
{
	static char directory[] = "/tmp/tablewalk-empty.XXXXXX";

	if (!mkdtemp(directory))
		return -1;
	*state = directory;
	return setenv("TABLEWALK_QEMU_DIR", directory, 1) ||
	       setenv("PATH", "", 1);
}

static int remove_directory(void **state)
{
	return rmdir(*state);
}

static void missing_emulator_is_named_with_its_package(void **state)
{
	/* One line names program and package, and guest_open() is -ENOENT. */
	static const char *const missing[][3] = {
		{ "x86_64-5level", "qemu-system-x86_64", "qemu-system-x86" },
		{ "riscv-sv48", "qemu-system-riscv64", "qemu-system-misc" },
	};
	char why[512], error[512];
	struct guest *guest;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		assert_false(guest_available(missing[i][0], why, sizeof(why)));
		assert_null(strchr(why, '\n'));
		assert_int_not_equal(guest_open(missing[i][0], NULL, &guest,
						error, sizeof(error)), 0);
		assert_null(guest);
		assert_string_equal(why, error);
		if (strstr(why, "built without"))
			continue;
		assert_non_null(strstr(why, missing[i][1]));
		assert_non_null(strstr(why, missing[i][2]));
	}
}

static void unknown_format_has_no_guest(void **state)
{
	/* A format without a guest is told apart from a missing emulator. */
	char why[512];
	struct guest *guest;

	(void)state;
	assert_false(guest_available("fake", why, sizeof(why)));
	assert_string_equal(why, "there is no probe guest for fake");
	assert_int_equal(guest_open("fake", NULL, &guest, why, sizeof(why)),
			 -EINVAL);
}

static void named_directory_is_searched_first(void **state)
{
	/* TABLEWALK_QEMU_DIR is where the emulator is taken from. */
	char link[128], why[512];
	struct guest *guest;
	int error;

	snprintf(link, sizeof(link), "%s/qemu-system-x86_64",
		 (const char *)*state);
	assert_int_equal(symlink("/bin/false", link), 0);
	error = guest_open("x86_64-4level", NULL, &guest, why, sizeof(why));
	unlink(link);
	if (error == -ENOSYS)
		skip();
	/* /bin/false is no emulator, but it is executed. */
	assert_int_equal(error, -EPIPE);
}

static void emulator_that_is_none_is_quoted(void **state)
{
	/* The last line of a program that ends at once is in the sentence. */
	struct guest_options options = { .qemu = "/bin/ls" };
	char why[512];
	struct guest *guest;
	int error;

	(void)state;
	error = guest_open("riscv-sv39", &options, &guest, why, sizeof(why));
	if (error == -ENOSYS)
		skip();
	assert_int_equal(error, -EPIPE);
	assert_non_null(strstr(why, "ls --help"));
	options.qemu = "/nonexistent/qemu";
	assert_int_equal(guest_open("riscv-sv39", &options, &guest, why,
				    sizeof(why)), -ENOENT);
	assert_non_null(strstr(why, "/nonexistent/qemu"));
}

static void bad_ram_size_is_refused(void **state)
{
	/* RAM below 32 MiB, above 1 GiB or not of whole 2 MiB is -EINVAL. */
	static const uint64_t bad[] = { 1 << 20, 33 << 20, UINT64_C(1) << 31 };
	struct guest_options options = { .qemu = "/bin/false" };
	char why[512];
	struct guest *guest;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		int error;

		options.ram_bytes = bad[i];
		error = guest_open("riscv-sv39", &options, &guest, why,
				   sizeof(why));
		if (error == -ENOSYS)
			skip();
		assert_int_equal(error, -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(missing_emulator_is_named_with_its_package),
		cmocka_unit_test(unknown_format_has_no_guest),
		cmocka_unit_test(named_directory_is_searched_first),
		cmocka_unit_test(emulator_that_is_none_is_quoted),
		cmocka_unit_test(bad_ram_size_is_refused),
	};

	return cmocka_run_group_tests(tests, hide_emulators, remove_directory);
}
