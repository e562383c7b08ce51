#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# hw-random.sh TABLEWALK FORMAT CASES SEEDS [OPTION]
# The guest agrees on CASES random cases and on every seed, with that option.  77: no
# guest here.
set -eu
tablewalk=$1 format=$2 cases=$3 seeds=$4
shift 4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$tablewalk" list >"$work/list"
if ! grep "^$format " "$work/list" | grep -q guest; then
	echo "skipped: $(grep -A1 "^$format " "$work/list" | tail -n 1)"
	exit 77
fi
"$tablewalk" hw "$@" --format "$format" "$seeds"/*.tw
"$tablewalk" hw "$@" --format "$format" --random --cases "$cases" --seed 1 --quiet \
	--artifacts "$work"
