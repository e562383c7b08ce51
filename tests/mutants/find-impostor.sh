#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# find-impostor.sh TABLEWALK NAME "SEED[;SEED...]" "DEFECT[;DEFECT...]" [OPTION...]
# Succeeds when 1000 random cases unmask the impostor, for each seed: the reproducer
# shows it again with the options that are printed for it, and is clean with the
# built-in subject.  Then the same, for the first seed, with each of these defects
# of the checks: no single one may hide an impostor.  The options are further ones of
# `tablewalk random'.
set -eu
tablewalk=$1 name=$2
seeds=$(echo "$3" | tr ';' ' ') defects=$(echo "$4" | tr ';' ' ')
shift 4
options=$*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "$1"
	cat "$work/out"
	exit 1
}

# go SEED OPTION...
go() {
	seed=$1
	shift
	status=0
	# shellcheck disable=SC2086
	"$tablewalk" random $options --subject "$name" --cases 1000 --seed "$seed" \
		--jobs 1 --stop-after 1 --quiet --artifacts "$work/found" "$@" \
		>"$work/out" 2>&1 || status=$?
	[ "$status" -eq 1 ] || fail "seed $seed $*: exit status $status instead of 1"
}

for seed in $seeds; do
	go "$seed"
	grep -E '^VIOLATION|of the seed' "$work/out" | head -n 2
	replay=$(sed -n 's/^ *replay: tablewalk run //p' "$work/out" | head -n 1)
	case $replay in
	"--subject $name "*) ;;
	*) fail "the reproducer does not name the impostor" ;;
	esac
	status=0
	# shellcheck disable=SC2086
	"$tablewalk" run $replay >"$work/out" 2>&1 || status=$?
	[ "$status" -eq 1 ] || fail "the reproducer does not show it: $status"
	# shellcheck disable=SC2086
	"$tablewalk" run $replay --subject builtin >"$work/out" 2>&1 ||
		fail "the reproducer violates with the built-in subject"
done
for defect in $defects; do
	go "${seeds%% *}" --mutant "oracle-$defect"
done
echo "seen with each of $(echo "$defects" | wc -w) defects of the checks, too"
