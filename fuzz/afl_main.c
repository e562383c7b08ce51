/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * AFL++ main: persistent mode with the input in shared memory.
 *
 * The objects are compiled by a clang that AFL++'s own plugins do not know,
 * with -fsanitize-coverage=trace-pc-guard alone, and linked with AFL++'s
 * runtime (afl-compiler-rt.o), whose interface this file spells out as
 * afl-clang-fast would: utils/aflpp_driver and include/ of AFL++ 4.04c.  The
 * two strings tell afl-fuzz what the program can do; it looks for them in the
 * file.
 */
#include <stdint.h>
#include <stdio.h>

#include "fuzz.h"

/* Executions of one process; the fork server then starts another. */
#define EXECUTIONS 20000

extern int __afl_sharedmem_fuzzing;
extern unsigned int *__afl_fuzz_len;
extern unsigned char *__afl_fuzz_ptr;
void __afl_manual_init(void);
int __afl_persistent_loop(unsigned int count);

/* Read by the runtime before main(): shared memory, please. */
int __afl_sharedmem_fuzzing = 1;

int main(int argc, char **argv)
{
	static const char persistent[] = "##SIG_AFL_PERSISTENT##";
	static const char deferred[] = "##SIG_AFL_DEFER_FORKSRV##";
	const volatile char *keep[] = { persistent, deferred };

	if (!keep[0][0] || !keep[1][0])
		return 1;
	LLVMFuzzerInitialize(&argc, &argv);
	__afl_manual_init();
	while (__afl_persistent_loop(EXECUTIONS))
		LLVMFuzzerTestOneInput(__afl_fuzz_ptr, *__afl_fuzz_len);
	return 0;
}
