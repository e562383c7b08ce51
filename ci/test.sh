#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Installs what is missing, builds, and runs every test: once as users build
# it (gcc), once with clang and ASan + UBSan.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
	cat <<'END'
usage: ci/test.sh [--full] [ctest options]
Runs all tests in build/release (gcc) and build/sanitize (clang-19 with ASan
and UBSan).  The first run installs Debian packages (ci/packages.txt,
ci/packages-tests.txt).
  --full    the long form: ten times the random cases, longer guest and
            fuzzer runs, Linux 6.1 beside 6.12 and every seeded defect of both
Other options go to ctest, for instance -L x86, -L riscv, -L hw, -L fuzz.
END
}

full=OFF
case ${1:-} in
--help | -h) usage; exit 0 ;;
--full) full=ON; shift ;;
esac

ci/install --tests
jobs=$(nproc)

build() {
	local directory=$1
	shift
	cmake -S . -B "build/$directory" -G Ninja -DTABLEWALK_FULL_TESTS=$full \
		"$@" >"build/$directory.log" 2>&1 &&
		cmake --build "build/$directory" -j "$jobs" \
			>>"build/$directory.log" 2>&1 || {
		tail -n 40 "build/$directory.log" >&2
		echo "ci/test.sh: build/$directory did not build" >&2
		exit 1
	}
}

mkdir -p build
# Linux's own page-table code is under test too (docs/kernel-subjects.md).
tree=$(ci/fetch-linux-source 6.12)
build release -DCMAKE_C_COMPILER=gcc -DLINUX_TREE="$tree"
build sanitize -DCMAKE_C_COMPILER=clang-19 -DTABLEWALK_SANITIZE=ON

# Timed machinery (guests, fuzzers) shares two cores with the rest; ctest is
# told which tests want one to themselves by PROCESSORS and RUN_SERIAL.
status=0
for directory in release sanitize; do
	echo "== build/$directory"
	ctest --test-dir "build/$directory" --output-on-failure -j "$jobs" \
		"$@" || status=1
done
if [ $full = ON ]; then
	tree=$(ci/fetch-linux-source 6.1)
	ci/kernel-subjects "$tree" --cases 100000 || status=1
	ci/kernel-subjects "$tree" --defects || status=1
fi
exit $status
