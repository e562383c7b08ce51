#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# find-oracle-defect.sh TABLEWALK ID SHOWS WITH SIGNATURE CASES SEED [OPTION...]
# Succeeds when the defect ID of the checks comes to light within CASES random
# cases of the seed, as oracles/defects.def says.  SHOWS is
#   alarm   a violation with SIGNATURE, though the subject is right; the reproducer
#           is clean without the defect
#   blind   with WITH and sound checks SIGNATURE is found; with the defect besides
#           nothing is
#   other   the same, but something else may be found, only not SIGNATURE
# WITH is a list for --mutant or "subject NAME", SIGNATURE an extended regular
# expression, the options are further ones of `tablewalk random'; "case NAME" at
# their beginning is cases/NAME.tw and `tablewalk run', on all formats.
set -eu
tablewalk=$1 id=oracle-$2 shows=$3 with=$4 signature=$5 cases=$6 seed=$7
shift 7
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
file=
if [ "${1-}" = case ]; then
	file=$(dirname "$0")/cases/$2.tw
	shift 2
fi

fail() {
	echo "$1"
	grep -E '^VIOLATION| cases in |^tablewalk:' "$work/out" || :
	exit 1
}

# go OPTION...: the cases, output in $work/out, exit status in $status.
go() {
	status=0
	if [ "$file" ]; then
		"$tablewalk" run "$@" "$file" >"$work/out" 2>&1 || status=$?
		return 0
	fi
	"$tablewalk" random --cases "$cases" --seed "$seed" --jobs 1 --quiet \
		--artifacts "$work/found" "$@" >"$work/out" 2>&1 || status=$?
}

shown() {
	grep -Eq "^VIOLATION $signature" "$work/out"
}

if [ "$shows" = alarm ]; then
	go "$@" --mutant "$id" --stop-after 1
	[ "$status" -eq 1 ] || fail "no alarm (status $status)"
	shown || fail "the alarm does not begin with $signature"
	grep '^VIOLATION' "$work/out"
	replay=$(sed -n 's/^ *replay: tablewalk run //p' "$work/out" | head -n 1)
	# shellcheck disable=SC2086
	"$tablewalk" run $replay >"$work/out" || fail "not a false alarm"
	exit 0
fi

case $with in
subject\ *)
	set -- "$@" --subject "${with#subject }"
	both=$id ;;
*)
	both=$with,$id ;;
esac
# Without --stop-after what is looked for need not be what is found first.
if [ "$shows" = blind ] && [ -z "$file" ]; then
	stop='--stop-after 1'
else
	stop=
fi
# shellcheck disable=SC2086
if [ "$both" = "$id" ]; then
	go "$@" $stop
else
	go "$@" $stop --mutant "$with"
fi
if [ "$status" -ne 1 ] || ! shown; then
	fail "sound checks do not find $signature"
fi
echo "sound checks:"
grep -E "^VIOLATION $signature| of the seed" "$work/out" | head -n 2
go "$@" --mutant "$both"
echo "with $id:"
grep -E '^VIOLATION| cases in ' "$work/out"
if [ "$shows" = blind ] && [ "$status" -ne 0 ]; then
	fail "found although $id is on"
fi
if [ "$status" -gt 1 ] || shown; then
	fail "$signature although $id is on"
fi
