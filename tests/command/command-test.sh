#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# command-test.sh TABLEWALK GROUP TEST SOURCE_DIR
# Runs the function test_TEST of GROUP.sh in an empty directory; see CMakeLists.txt.
set -euo pipefail
tablewalk=$1 source_dir=$4
seeds=$source_dir/corpora/seeds
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() { echo "FAILED: $*"; head -n 20 out err 2>/dev/null; exit 1; }

# expect STATUS ARGUMENT...: runs tablewalk; output in ./out and ./err
expect() {
	local wanted=$1 status=0
	shift
	"$tablewalk" "$@" >out 2>err || status=$?
	[ "$status" -eq "$wanted" ] || fail "status $status, not $wanted: $*"
}

# One sentence on standard error that contains the text, and no output.
complains() {
	grep -qF -- "$1" err || fail "no '$1' on standard error"
	[ ! -s out ] || fail "output besides the complaint"
}

# The file that the first violation in ./out says it can be replayed from.
reproducer() { sed -n 's/^ *replay: .* //p' out | head -n 1; }

# Any JSON reader does; this one is on every Debian.
json() { python3 -c "import json; d = json.load(open('out')); assert $1, d"; }

# Of riscv-sv39, which the tests use; else the test is skipped.
needs_guest() {
	"$tablewalk" list --json >out
	grep -q '"guest"' out || { echo "skipped: no guest"; exit 77; }
}

# $emulator: the one child of that process, once it is the only one; another was
# asked for its version.
find_emulator() {
	emulator=
	for _ in $(seq 100); do
		sleep 0.1
		emulator=$(ps -o pid= --ppid "$1" | tr -d ' ') || true
		[ "$(echo "$emulator" | grep -c .)" -ne 1 ] || break
	done
	[ -n "$emulator" ] || fail "no emulator"
	sleep 0.6
	emulator=$(ps -o pid= --ppid "$1" | tr -d ' ') || true
	[ "$(echo "$emulator" | grep -c .)" -eq 1 ] || fail "not one emulator: $emulator"
}

gone() {
	for _ in $(seq 50); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	fail "process $1 left behind"
}

. "$source_dir/tests/command/$2.sh"
"test_$3"
