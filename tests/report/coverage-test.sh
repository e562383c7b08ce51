#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# coverage-test.sh SOURCE BUILD: ci/coverage measures, more inputs cover no less,
# a report takes it in, and an input that makes a target fail is told.
set -euo pipefail
source=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

die() {
	echo "$*"
	exit 1
}

measure() {
	local status=0
	"$source/ci/coverage" --build "$build/coverage" "$@" >"$work/out" 2>&1 ||
		status=$?
	if [ $status = 77 ]; then
		cat "$work/out"
		exit 77
	fi
	return $status
}

# covered FILE KIND
covered() {
	python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["totals"][sys.argv[2]]["covered"])' "$1" "$2"
}

measure --no-html --out "$work/first" || die "$(cat "$work/out")"
for kind in lines branches mcdc; do
	[ "$(covered "$work/first/coverage.json" $kind)" -gt 500 ] ||
		die "$kind: hardly anything is covered"
done

# A state's corpora count, and the sums come into its last night.
python3 "$source/tests/report/sample_state.py" --nights 2 "$work/state"
mkdir -p "$work/state/corpus/fuzz_text"
printf 'tablewalk case 1\nregime 0\nnonsense here\n' >"$work/state/corpus/fuzz_text/a"
head -c 528 /dev/zero >"$work/state/corpus/fuzz_text/b"
measure --state "$work/state" || die "$(cat "$work/out")"
for kind in lines branches mcdc; do
	[ "$(covered "$work/state/coverage/coverage.json" $kind)" -ge \
		"$(covered "$work/first/coverage.json" $kind)" ] ||
		die "$kind: more inputs cover less"
done
grep -q '"inputs": 2' "$work/state/nights/2.json" || die "it is not in the night"
[ -f "$work/state/coverage/html/index.html" ] || die "no pages"
"$source/ci/report" --state "$work/state"
grep -q 'href="coverage/index.html"' "$work/state/report/index.html" ||
	die "the report does not lead to the pages"
grep -q 'measured in night 2' "$work/state/report/index.html" ||
	die "the report does not tell it"
[ -f "$work/state/report/coverage/index.html" ] || die "the pages are not there"

# An input that no replay takes is told by name; the others count.
mkdir -p "$work/bad/fuzz_text"
cp "$work/state/corpus/fuzz_text/a" "$work/bad/fuzz_text/good"
head -c 2000000 /dev/zero >"$work/bad/fuzz_text/huge"
measure --no-html --corpus "$work/bad" --out "$work/second" && die "no word of it"
grep -q 'bad/fuzz_text/huge' "$work/out" || die "not named: $(cat "$work/out")"
[ -f "$work/second/coverage.json" ] || die "nothing was written"
