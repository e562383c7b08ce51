#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# foreign-project-test.sh TEST SOURCE_DIR BUILD_DIR PREFIX
# Runs the function test_TEST in an empty directory, with the package of BUILD_DIR
# installed in PREFIX (`install' does that).  CC, CXX and FULL are the build's.
set -euo pipefail
test=$1 source_dir=$2 build_dir=$3 prefix=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
example=$work/x86-tables
cp -r "$source_dir/examples/x86-tables" .
unset CMAKE_PREFIX_PATH CFLAGS LDFLAGS TABLEWALK_FUZZ_FORMAT
export CTEST_OUTPUT_ON_FAILURE=1

fail() { echo "FAILED: $*"; tail -n 30 out err 2>/dev/null; exit 1; }

# expect STATUS PROGRAM ARGUMENT...: output in ./out and ./err
expect() {
	local wanted=$1 status=0
	shift
	"$@" >out 2>err || status=$?
	[ "$status" -eq "$wanted" ] || fail "status $status, not $wanted: $*"
}

# Says it, with line breaks where they may be.
says() {
	tr -s ' \n' ' ' <"$1" | grep -qF -- "$2" || fail "no '$2' in $1"
}

pkg() { PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config "$@" tablewalk; }

# configure DIRECTORY OPTION...: the example as a project of its own
configure() {
	local directory=$1
	shift
	expect 0 cmake -S "$example" -B "$directory" -DCMAKE_C_COMPILER="$CC" \
		-DCMAKE_PREFIX_PATH="$prefix" "$@"
}

# project DEFECTS: configures and builds it in ./build
project() {
	configure build -DX86_TABLES_DEFECTS="$1"
	expect 0 cmake --build build
}

# signatures STATUS PROGRAM: those that its random cases give, one a line
signatures() {
	rm -rf cases
	expect "$1" "$2" random --cases 3000 --seed 1 --quiet --artifacts cases
	sed -n 's/^VIOLATION \([^ ]*\) on .*/\1/p' out | sort -u
}

# found PROGRAM: what triage makes of them, defect by defect
found() {
	rm -rf findings
	expect 10 "$1" triage --quiet --out findings cases/*.tw
	sed -n 's/^NEW \([^ ]*\) on .*/\1/p' out | sort
}

# same FILE LINE...: the file has these lines and no others
same() {
	local file=$1
	shift
	printf '%s\n' "$@" | diff - "$file" || fail "$file is not as it should be"
}

# What each of the two defects looks like, and what it is called.
divided=(entry/prot/pmd entry/prot/pte mmu-verdict/prot/pmd mmu-verdict/prot/pte)
divided_is=entry/prot/pte/unmap/x86
offset=(trace-lookup/pfn/pud)
offset_is=trace-lookup/pfn/pud/translate/x86

test_install() {
	rm -rf "$prefix"
	expect 0 cmake --install "$build_dir" --prefix "$prefix"
	for file in include/tablewalk/subject.h lib/libtablewalk.a \
		lib/cmake/Tablewalk/TablewalkConfig.cmake \
		lib/pkgconfig/tablewalk.pc bin/tablewalk \
		share/tablewalk/serve.c \
		share/tablewalk/corpora/seeds/map-every-size.tw \
		share/doc/tablewalk/writing-a-subject.md \
		share/doc/tablewalk/examples/x86-tables/adapter.c; do
		[ -s "$prefix/$file" ] || fail "no $file in the prefix"
	done
	! grep -rqF -e "$build_dir" -e "$source_dir" "$prefix/lib/cmake" \
		"$prefix/lib/pkgconfig" || fail "the package names the build tree"
}

# subject.h needs nothing before it in any of the languages it is for.
test_header_languages() {
	local strict='-Wall -Wextra -Wpedantic -Werror -fsyntax-only'
	echo '#include <tablewalk/subject.h>' >header.h
	printf '%s\n' '#include "header.h"' 'struct tablewalk_subject s;' \
		'uint64_t all = TABLEWALK_DIFFERENCES | TABLEWALK_CAPABILITIES;' >h.c
	cp h.c h.cc
	for standard in c99 c11 c17; do
		expect 0 "$CC" -std=$standard $strict -I "$prefix/include" h.c
	done
	expect 0 "$CXX" -std=c++98 -D__STDC_CONSTANT_MACROS -Wno-long-long \
		$strict -I "$prefix/include" h.cc
	for standard in c++11 c++17; do
		expect 0 "$CXX" -std=$standard $strict -I "$prefix/include" h.cc
	done
	# The check is one: what C++ does not have is refused.
	echo 'int new;' >>header.h
	expect 1 "$CXX" -std=c++17 $strict -I "$prefix/include" h.cc
}

# A C++ program has a main() and names of its own.
test_cxx_program() {
	cat >program.cc <<'END'
#include <cstring>
#include <tablewalk/subject.h>
int map(int x) { return x; }
extern "C" int run(int x) { return x; }
extern "C" int command_error(int x) { return x; }
static const char *const formats[] = { "x86_64-4level", NULL };
static int open(const tablewalk_subject *, tablewalk_setup *, void **)
{
	return TABLEWALK_OK;
}
static void close(void *) {}
int main(int argc, char **argv)
{
	tablewalk_subject subject;
	std::memset(&subject, 0, sizeof(subject));
	subject.version = TABLEWALK_SUBJECT_VERSION;
	subject.bytes = sizeof(subject);
	subject.name = "in-cxx";
	subject.what = "a subject that can do nothing";
	subject.formats = formats;
	subject.open = open;
	subject.close = close;
	return map(run(command_error(tablewalk_main(argc, argv, &subject))));
}
END
	expect 0 "$CXX" -std=c++17 -Wall -Werror program.cc -o program \
		$(pkg --cflags --libs --static)
	expect 0 ./program --version
	says out "tablewalk $(pkg --modversion)"
	expect 0 ./program list
	says out in-cxx
}

# Only main(), the fuzzer's hooks and what begins with tablewalk_ is visible.
test_symbols() {
	expect 0 nm -g --defined-only "$prefix/lib/libtablewalk.a"
	awk 'NF == 3 { print $3 }' out | \
		grep -v -e '^tablewalk_' -e '^___asan_globals_registered$' >others || true
	[ "$(grep -c '^LLVMFuzzer' others)" -eq 4 ] || fail "not four hooks"
	! grep -vE '^(main|LLVMFuzzer.*)$' others || fail "other names are visible"
	grep -q ' T tablewalk_main$' out || fail "no tablewalk_main"
}

# As it should be, the example passes its tests.
test_cmake_clean() {
	project 0
	expect 0 ctest --test-dir build
	says out '100% tests passed'
	[ -z "$(signatures 0 build/x86_tables_test)" ] || fail "violations"
}

# Each defect is found, and is one finding; together they are these two.
test_cmake_defects() {
	local program=build/x86_tables_test
	project 1
	signatures 1 $program >first
	same first "${divided[@]}"
	project 2
	signatures 1 $program >second
	same second "${offset[@]}"
	project 3
	signatures 1 $program >both
	same both "${divided[@]}" "${offset[@]}"
	found $program >two
	same two "$divided_is" "$offset_is"
	expect 8 ctest --test-dir build -R random
}

# Without CMake: a compiler, pkg-config, and nothing but the adapter and the code.
test_pkg_config() {
	local compile="$CC $example/adapter.c $example/x86_tables.c"
	expect 0 $compile -DX86_TABLES_DEFECTS=0 -o clean \
		$(pkg --cflags --libs --static)
	[ -z "$(signatures 0 ./clean)" ] || fail "violations"
	expect 0 $compile -o broken $(pkg --cflags --libs)
	[ -n "$(signatures 1 ./broken)" ] || fail "no violation"
	expect 0 ./clean list
	says out x86-tables
}

# The same adapter as a program of its own, which needs one file of ours.
test_own_process() {
	cat >served.c <<'END'
#include <tablewalk/subject.h>
int main(void) { return tablewalk_serve(tablewalk_the_subject(), 0, 1); }
END
	for defects in 0 3; do
		expect 0 $CC -DX86_TABLES_DEFECTS=$defects $(pkg --cflags) \
			served.c "$example/adapter.c" "$example/x86_tables.c" \
			"$prefix/share/tablewalk/serve.c" -o served$defects
	done
	expect 0 "$prefix/bin/tablewalk" random --subject-command ./served0 \
		--cases 300 --seed 1 --quiet
	says out '300 cases'
	says out 'subject x86-tables: asked for'
	expect 1 "$prefix/bin/tablewalk" random --subject-command ./served3 \
		--cases 300 --seed 1 --quiet
	says out 'VIOLATION entry/prot/pte'
	says out 'VIOLATION trace-lookup/pfn/pud'
}

# libFuzzer finds them, and finds nothing where there is nothing.
test_fuzzer() {
	CC=clang-19
	project 0
	expect 0 build/x86_tables_fuzz -runs=3000 -seed=1 -max_len=528
	configure build -DX86_TABLES_DEFECTS=3
	expect 0 cmake --build build
	expect 77 build/x86_tables_fuzz -runs=100000 -seed=1 -max_len=528 \
		-error_exitcode=77
	says err VIOLATION
	TABLEWALK_FUZZ_FORMAT=riscv-sv39 expect 2 build/x86_tables_fuzz -runs=1
	says err 'TABLEWALK_FUZZ_FORMAT names no format of x86-tables'
}

# spoilt SCRIPT: ./spoilt, the example with one more mistake, which sed makes
spoilt() {
	cp "$source_dir/examples/x86-tables/x86_tables.c" saved.c
	sed "$1" saved.c >"$example/x86_tables.c"
	! cmp -s saved.c "$example/x86_tables.c" || fail "$1 changes nothing"
	expect 0 $CC -g -O1 -DX86_TABLES_DEFECTS=0 "$example/adapter.c" \
		"$example/x86_tables.c" -o spoilt $(pkg --cflags --libs)
}

# reported SIGNATURE OPTION...: it is what random cases of it say, among others
reported() {
	local signature=$1
	shift
	rm -rf cases
	expect 1 ./spoilt random --seed 1 --quiet --artifacts cases "$@"
	grep -qx "VIOLATION $signature on x86_64-4level" out ||
		fail "no $signature"
}

# What a subject does besides being wrong is told by name, and the run goes on.
test_misbehaviour() {
	spoilt '/^int x86_collapse/,/^}/ s/table_at(space, table)/(void *)(uintptr_t)table/'
	reported 'crash/.*' --cases 200
	[ "$(sed -n 's/^\([0-9]*\) cases in .*/\1/p' out)" -ge 2 ] ||
		fail "the run ended with the first crash"
	spoilt '/^int x86_collapse/,/^}/ s/release(space, table);//'
	reported table-lost/leak/- --cases 200
	spoilt '/^void x86_close/,/^}/ s/release_tables(.*/release(space, space->root);/'
	reported '.*leak.*' --cases 20
	spoilt '/^int x86_collapse/,/^}/ s/release(space, table);/&&/'
	reported 'arena/.*' --cases 200
	spoilt '/^static void divide/,/^}/ s/i < ENTRIES/i <= ENTRIES/'
	reported 'entry/pfn/pte' --cases 300
	spoilt '/^static void trim_table/,/^}/ s/end == last/end > last/'
	reported hang --cases 40 --jobs 1 --stop-after 1
}

# An adapter that says what cannot be is refused with one sentence.
test_refused_adapters() {
	refused() {
		sed "$1" "$source_dir/examples/x86-tables/adapter.c" >"$example/adapter.c"
		expect 0 $CC "$example/adapter.c" "$example/x86_tables.c" \
			-o refused $(pkg --cflags --libs)
		expect 2 ./refused random --cases 1
		[ "$(wc -l <err)" -eq 1 ] && [ ! -s out ] || fail "not one sentence"
		says err "$2"
	}
	refused 's/x86_64-4level/x86_64-6level/' \
		'the subject x86-tables names the format x86_64-6level, which there is not'
	refused 's/{ DIFFERS(WALK_LEAVES)[^}]*},//' \
		'the subject x86-tables gives no reason for the difference walk-leaves'
	refused 's/.walk = walk, //' 'the subject x86-tables lacks the function walk'
	refused 's/= TABLEWALK_SUBJECT_VERSION/= 2/' 'another version of the interface: 2'
	refused 's/"x86-tables"/"My Tables"/' "a subject's name is"
}

# A prefix without it, and a version that it does not have, are said so.
test_not_found() {
	mkdir nothing
	expect 1 cmake -S "$example" -B build -DCMAKE_C_COMPILER="$CC" \
		-DCMAKE_PREFIX_PATH="$work/nothing"
	says err 'Could not find a package configuration file provided by "Tablewalk"'
	sed -i 's/Tablewalk 0.1 REQUIRED/Tablewalk 0.9 REQUIRED/' \
		"$example/CMakeLists.txt"
	expect 1 cmake -S "$example" -B build2 -DCMAKE_C_COMPILER="$CC" \
		-DCMAKE_PREFIX_PATH="$prefix"
	says err 'compatible with requested version "0.9"'
	says err "version: $(pkg --modversion)"
	PKG_CONFIG_PATH=$prefix/lib/pkgconfig \
		expect 1 pkg-config --print-errors --exists 'tablewalk >= 0.9'
	says err "'tablewalk' has version '$(pkg --modversion)'"
}

# Every capability and difference that subject.h has is in the table of the manual.
test_manual_is_complete() {
	local manual=$source_dir/docs/writing-a-subject.md names
	names=$(sed -n 's/^#define TABLEWALK_\(CAN\|DIFFERS\)_\([A-Z_]*\) .*/\2/p' \
		"$prefix/include/tablewalk/subject.h")
	[ "$(wc -w <<<"$names")" -ge 34 ] || fail "subject.h has changed its looks"
	for name in $names; do
		grep -q "\`$name\`.* |" "$manual" || fail "$name is not in $manual"
	done
}

# The helper functions refuse what they do not understand.
test_helpers_refuse() {
	local lists=$example/CMakeLists.txt
	cp "$lists" saved
	refused() {
		rm -rf build
		cp saved "$lists"
		echo "$1" >>"$lists"
		expect 1 cmake -S "$example" -B build -DCMAKE_C_COMPILER="$CC" \
			-DCMAKE_PREFIX_PATH="$prefix"
		says err "$2"
	}
	refused 'tablewalk_add_subject_tests(nobody)' \
		'tablewalk_add_subject_tests(nobody): expected a target'
	refused 'tablewalk_add_subject_tests(x86_tables_test CORPORA nowhere)' \
		'there is no case in nowhere'
	refused 'tablewalk_add_fuzzer(f LINK x86_tables)' \
		'tablewalk_add_fuzzer(f): expected SOURCES'
	CC=gcc refused 'tablewalk_add_fuzzer(f SOURCES adapter.c)' \
		'libFuzzer comes with clang'
}

# -DTABLEWALK_SUBJECT in Tablewalk's own build: what is wrong is one sentence.
test_own_build() {
	own() {
		expect "$1" cmake -S "$source_dir" -B own \
			-DCMAKE_C_COMPILER="$CC" -DTABLEWALK_GUEST_CLANG=OFF \
			"-DTABLEWALK_SUBJECT=$2"
	}
	own 1 nowhere.c
	says err 'TABLEWALK_SUBJECT: there is no file'
	echo 'int f(void) { return g; }' >bad.c
	own 1 bad.c
	says err "TABLEWALK_SUBJECT: $work/bad.c does not compile:"
	own 0 'x86-tables/adapter.c;x86-tables/x86_tables.c'
	expect 0 ctest --test-dir own -N -L tablewalk
	says out tablewalk-subject-random
	[ "$FULL" = 1 ] || return 0
	expect 0 cmake --build own -j 2 --target tablewalk-subject
	expect 1 own/tablewalk-subject random --cases 300 --seed 1 --quiet
	says out 'VIOLATION entry/prot/pte'
}

"test_$test"
