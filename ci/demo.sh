#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The main job in about a minute: random cases on every format, then the same
# tables walked by emulated CPUs, then a summary table.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
	cat <<'END'
usage: ci/demo.sh [SECONDS]
Installs what is missing, builds build/release, and spends SECONDS (default 60)
on random cases of every format and on all guests.  Ends in a table; exits 0
only when everything in it is green.
END
}

case ${1:-} in
--help | -h) usage; exit 0 ;;
esac
seconds=${1:-60}
[[ $seconds =~ ^[0-9]+$ ]] && [ "$seconds" -ge 16 ] || {
	echo "ci/demo.sh: SECONDS is a whole number of at least 16, not '$seconds'" >&2
	exit 2
}

ci/install
mkdir -p build
{ cmake -S . -B build/release -G Ninja -DCMAKE_C_COMPILER=gcc &&
	cmake --build build/release -j "$(nproc)"; } >build/release.log 2>&1 || {
	tail -n 40 build/release.log >&2
	echo "ci/demo.sh: the build failed" >&2
	exit 1
}
exec python3 ci/demo.py build/release/harness/tablewalk "$seconds"
