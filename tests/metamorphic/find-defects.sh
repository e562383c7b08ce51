#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# find-defects.sh PROGRAM RELATION "DEFECT ..."
#
# Each of these defects has to break the relation within the trials that it has
# without one.
set -u
program=$1 relation=$2 failed=0

for defect in $3; do
	"$program" --defect "$defect" "$relation" || {
		echo "$defect: $relation does not show it" >&2
		failed=1
	}
done
exit $failed
