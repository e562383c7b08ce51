#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sweep-format.sh TABLEWALK FORMAT SECONDS
# Every difference that SECONDS of the format's sweep find is one of the list.  77: no
# guest here.
set -eu
tablewalk=$1 format=$2 seconds=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$tablewalk" list >"$work/list"
if ! grep "^$format " "$work/list" | grep -q guest; then
	echo "skipped: $(grep -A1 "^$format " "$work/list" | tail -n 1)"
	exit 77
fi
"$tablewalk" sweep --format "$format" --seconds "$seconds" --quiet \
	--artifacts "$work/cases"
