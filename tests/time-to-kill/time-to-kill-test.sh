#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# time-to-kill-test.sh TABLEWALK SOURCE: runs are kept and taken up again, the
# table goes between its marks, and nothing is left running.
set -euo pipefail
tablewalk=$1 script=$2/ci/time-to-kill
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

die() {
	echo "$*"
	exit 1
}

# run STATUS OPTION...: the output is in $work/out.
run() {
	local expected=$1 status=0
	shift
	"$script" --engines random --tablewalk "$tablewalk" --out "$work/dir" \
		"$@" >"$work/out" 2>&1 || status=$?
	[ $status = "$expected" ] || {
		cat "$work/out"
		die "$*: exit status $status instead of $expected"
	}
}

one_sentence() {
	[ "$(wc -l <"$work/out")" = 1 ] || die "not one sentence: $(cat "$work/out")"
	grep -q "$1" "$work/out" || die "not about $1: $(cat "$work/out")"
}

# What does not exist is refused in one sentence.
run 2 --only nothing
one_sentence nothing
run 2 --only split-loses-last --engines sometimes
one_sentence sometimes

# A run is kept, and not run again.
two="--only split-loses-last,protect-drops-user --seeds 2 --seconds 20"
runs=$work/dir/runs.jsonl
# shellcheck disable=SC2086
run 0 $two
grep -Eq '^\| split-loses-last \| [0-9]' "$work/out" || die "no row: $(cat "$work/out")"
grep -q '100.0 %' "$work/out" || die "not all found: $(cat "$work/out")"
[ "$(wc -l <"$runs")" = 4 ] || die "not four runs: $(cat "$runs")"
cp "$runs" "$work/before"
# shellcheck disable=SC2086
run 0 $two
cmp "$runs" "$work/before"

# A line that was cut off is made again; one of another build is not taken.
head -c -20 "$work/before" >"$runs"
# shellcheck disable=SC2086
run 0 $two
[ "$(wc -l <"$runs")" = 4 ] || die "not four runs after a cut: $(cat "$runs")"
sed 's/"build": "[^"]*"/"build": "other"/' "$work/before" >"$runs"
# shellcheck disable=SC2086
run 0 $two
grep -q '4 runs of other builds' "$work/out" || die "took them: $(cat "$work/out")"
[ "$(wc -l <"$runs")" = 8 ] || die "not run again: $(cat "$runs")"

# The page around the table stays as it is.
begin='<!-- written by ci/time-to-kill: begin -->'
end='<!-- written by ci/time-to-kill: end -->'
printf 'before\n%s\nold\n%s\nafter\n' "$begin" "$end" >"$work/page.md"
# shellcheck disable=SC2086
run 0 $two --markdown "$work/page.md"
[ "$(head -n 1 "$work/page.md")$(tail -n 1 "$work/page.md")" = beforeafter ] ||
	die "page: $(cat "$work/page.md")"
grep -q '^| protect-drops-user |' "$work/page.md" || die "no table in the page"
! grep -q '^old$' "$work/page.md" || die "the old table is still there"
echo nothing >"$work/page.md"
# shellcheck disable=SC2086
run 2 $two --markdown "$work/page.md"
[ "$(cat "$work/page.md")" = nothing ] || die "a page without marks was written"

# A budget that does not reach is told, and what was done is shown.
run 1 --only split-loses-last --seeds 1000 --budget 0.01
grep -q 'budget' "$work/out" || die "no word of the budget"

# Whoever ends it ends what it started.
export TIME_TO_KILL_TEST=$work
"$script" --engines random --tablewalk "$tablewalk" --out "$work/dir" \
	--only sync-copies-nothing --seeds 1000 >"$work/out" 2>&1 &
pid=$!
sleep 1
kill -TERM $pid
wait $pid && die "ended with status 0" || [ $? = 143 ]
unset TIME_TO_KILL_TEST
! grep -lsz "^TIME_TO_KILL_TEST=$work" /proc/[0-9]*/environ ||
	die "something is still running"
