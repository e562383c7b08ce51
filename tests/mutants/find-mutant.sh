#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# find-mutant.sh TABLEWALK ID CASES "SEED[;SEED...]" EXPECT [OPTION...]
# Succeeds when random cases find the defect within CASES, for each seed, with a
# signature that begins as the expression EXPECT says (empty: any); the reproducer
# must show it again, and must run clean without the defect.  The options are
# further ones of `tablewalk random', such as --folding all.
set -eu
tablewalk=$1 id=$2 cases=$3 seeds=$(echo "$4" | tr ';' ' ') expect=$5
shift 5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for seed in $seeds; do
	status=0
	"$tablewalk" random --mutant "$id" --cases "$cases" --seed "$seed" \
		--jobs 1 --stop-after 1 --quiet --artifacts "$work/$seed" "$@" \
		>"$work/out" 2>&1 || status=$?
	if [ "$status" -ne 1 ]; then
		echo "seed $seed: exit status $status instead of 1"
		cat "$work/out"
		exit 1
	fi
	grep '^VIOLATION' "$work/out" | head -n 1
	grep '^VIOLATION' "$work/out" | head -n 1 |
		grep -Eq "^VIOLATION $expect" || {
		echo "seed $seed: the signature does not begin with $expect"
		exit 1
	}
	grep 'of the seed' "$work/out" | head -n 1
	# "   replay: tablewalk run --format FORMAT [--folding WHICH] FILE"
	replay=$(sed -n 's/^ *replay: tablewalk run //p' "$work/out" | head -n 1)
	status=0
	# shellcheck disable=SC2086
	"$tablewalk" run --mutant "$id" $replay >"$work/out" 2>&1 || status=$?
	# A defect that ends the process is found, though not replayed to an end.
	if [ "$status" -ne 1 ] && [ "$status" -lt 128 ]; then
		echo "the reproducer does not show the defect (status $status)"
		cat "${replay##* }" "$work/out"
		exit 1
	fi
	# shellcheck disable=SC2086
	"$tablewalk" run $replay >"$work/out" || {
		echo "the reproducer violates without the defect"
		cat "${replay##* }" "$work/out"
		exit 1
	}
done
