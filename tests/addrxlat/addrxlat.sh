#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# addrxlat.sh TABLEWALK TEST SOURCE_DIR VERSION
# Runs the function test_TEST in an empty directory; see CMakeLists.txt.  VERSION is
# that of libaddrxlat.
set -euo pipefail
tablewalk=$1 source_dir=$3 version=$4
cases=$source_dir/tests/addrxlat/cases
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
	[ "$(wc -l <err)" -eq 1 ] || fail "more than a sentence"
	[ ! -s out ] || fail "output besides the complaint"
}

json() { python3 -c "import json; d = json.load(open('out')); assert $1, d"; }

# random STATUS OPTION...: 200 cases of one seed, found/ for what is found
random() {
	local wanted=$1
	shift
	expect "$wanted" random --cases 200 --seed 1 --jobs 1 --quiet \
		--artifacts found "$@"
}

# A build without the library says so, in one sentence, wherever it is asked for.
test_none() {
	for command in run random triage explain; do
		expect 3 $command --opinion addrxlat "$seeds/accessed-and-dirty.tw"
		complains "this build has no opinion \`addrxlat'"
	done
	expect 0 list
	grep -q "^this build has no opinion \`addrxlat'" out || fail "list"
	! grep -q ", addrxlat" out || fail "a format has it"
	expect 0 list --json
	json '"libkdumpfile-dev" in d["no_addrxlat"]'
	json 'not any("addrxlat" in f for f in d["formats"])'
	expect 0 random --cases 20 --seed 1 --quiet --artifacts found
}

# list tells which formats it knows, and as what.
test_list() {
	expect 0 list
	grep -q '^arm64-4k-52 .*, addrxlat aarch64_lpa2$' out || fail "text"
	! grep -q '^riscv.*addrxlat' out || fail "riscv"
	expect 0 list --json
	json '{f["name"]: f.get("addrxlat") for f in d["formats"]}["i386-pae"] == "ia32_pae"'
	json 'sum("addrxlat" in f for f in d["formats"]) == 20'
	json '"no_addrxlat" not in d'
}

# A format that it does not know is refused with the reason; other names too.
test_refused() {
	expect 2 random --opinion addrxlat --format riscv-sv39 --cases 1
	complains "has no format of entries of this architecture"
	expect 2 run --opinion addrxlat --format x86_64-4level,ppc64-radix-4k \
		"$seeds/accessed-and-dirty.tw"
	complains "ppc64-radix-4k has no opinion"
	expect 2 run --all-subjects --opinion addrxlat "$seeds/accessed-and-dirty.tw"
	complains "goes with none of"
	expect 2 run --opinion nobody "$seeds/accessed-and-dirty.tw"
	complains "--opinion takes addrxlat, not \`nobody'"
}

# Where no format is named all are run that it knows, and what was asked is told.
test_stored_cases() {
	expect 0 run --opinion addrxlat --json "$seeds"/*.tw
	json 'd["violations"] == 0 and d["opinion"]["name"] == "addrxlat"'
	json 'd["opinion"]["addresses"] > 20000 and d["opinion"]["mapped"] > 5000'
	json 'd["opinion"]["upper-bits"] > 0 and d["opinion"]["not-valid"] > 0'
	expect 0 run "$seeds/accessed-and-dirty.tw"
	! grep -q opinion out || fail "nobody asked for it"
}

# After each operation, and after each store's checks.
test_every_operation() {
	local end every

	random 0 --opinion addrxlat --cases 60 --json
	end=$(python3 -c "import json; print(json.load(open('out'))['opinion']['addresses'])")
	random 0 --opinion addrxlat --cases 60 --check every --json
	every=$(python3 -c "import json; print(json.load(open('out'))['opinion']['addresses'])")
	[ "$every" -gt $((10 * end)) ] || fail "$every is not often"
	random 0 --opinion addrxlat --cases 20 --check store --format arm64-4k-52
}

# Tables and pages above 2^48 are reached in formats with 52 bits, and in no other.
test_high_addresses() {
	for format in arm64-4k-52 arm64-16k-52 arm64-64k-52; do
		expect 0 run --opinion addrxlat --format $format --json \
			"$cases/high.tw"
		json 'd["opinion"]["high_pages"] >= 4'
		json 'd["opinion"]["high_tables"] >= 4'
		expect 0 run --opinion addrxlat --format $format --json \
			"$cases/lost-bit.tw"
		json 'd["opinion"]["high_pages"] == 3'
		json 'd["opinion"]["high_tables"] == 0'
	done
	random 0 --opinion addrxlat --format arm64-4k-48 --json
	json 'd["opinion"]["high_pages"] == d["opinion"]["high_tables"] == 0'
}

# The bit that version 0.5.1 loses is allowed for by name, and no other one.
test_lost_bits() {
	local known=0

	[ "$version" != 0.5.1 ] || known=1
	expect 0 run --opinion addrxlat --format arm64-64k-52 --json \
		"$cases/high.tw"
	json "not $known or d['opinion']['lpa-bit-47'] > 0"
	json 'd["opinion"]["lpa2-bit-49"] == 0'
	for format in arm64-4k-52 arm64-16k-52; do
		expect 0 run --opinion addrxlat --format $format --json \
			"$cases/high.tw"
		json "not $known or d['opinion']['lpa2-bit-49'] > 0"
		json 'd["opinion"]["lpa-bit-47"] == 0'
		# Two other bits lost are a violation.
		expect 1 run --opinion addrxlat --format $format \
			--mutant oracle-opinion-plain-lpa2 "$cases/high.tw"
		grep -q "^VIOLATION opinion/" out || fail "another violation"
	done
	random 0 --opinion addrxlat --json --format \
		x86_64-5level,arm64-4k-48,arm64-64k-48,arm-lpae,s390x-5level
	json 'd["opinion"]["lpa-bit-47"] == d["opinion"]["lpa2-bit-49"] == 0'
}

# alone DEFECT FORMAT: a defect of the subject that nobody else notices while model
# MMUs are not asked.
alone() {
	local mutants=$1,oracle-mmu-unasked

	random 1 --format "$2" --mutant "$1" --stop-after 1
	random 0 --format "$2" --mutant "$mutants"
	random 1 --format "$2" --mutant "$mutants" --opinion addrxlat \
		--stop-after 1
	grep '^VIOLATION' out | head -n 1
	grep '^VIOLATION' out | head -n 1 | grep -q 'VIOLATION opinion/' ||
		fail "not the opinion's"
	random 0 --format "$2" --opinion addrxlat \
		--mutant "$mutants,oracle-opinion-accepted"
}

# It is a witness of its own: with it alone what no trace shows is noticed.
test_alone() {
	alone desc-byte-order x86_64-4level
	alone desc-derived-swapped s390x-3level
	alone desc-table-bit-root x86_64-4level
	alone desc-table-bit-root arm64-16k-52
	alone desc-leaf-bit-pte arm-lpae
	alone desc-leaf-bit-pmd i386
}

# What it finds is shrunk, replays, is confirmed and filed as any other finding.
test_triage() {
	local defect=oracle-opinion-plain-lpa2 replay

	random 1 --opinion addrxlat --format arm64-4k-52 --mutant $defect \
		--stop-after 1
	replay=$(sed -n 's/^ *replay: tablewalk //p' out | head -n 1)
	# shellcheck disable=SC2086
	expect 1 $replay --mutant $defect
	# shellcheck disable=SC2086
	expect 0 $replay
	expect 10 triage --quiet --json --mutant $defect --out findings found/*.tw
	json 'all(e["opinion"] == "addrxlat" for e in d["entries"])'
	json 'all(e["check"] == "opinion" for e in d["entries"])'
	json 'any(v["result"] == "fail" for v in d["entries"][0]["vector"])'
	json 'not any(v["result"] == "pass" and v["format"].startswith("riscv")
		for v in d["entries"][0]["vector"])'
	expect 11 triage --quiet --json --mutant $defect --out findings found/*.tw
	expect 0 triage --quiet --out others found/*.tw
	expect 1 explain --mutant $defect \
		"$(printf '%s\n' findings/opinion-*/case.tw | head -n 1)"
	grep -q 'Another walker reads the tables differently' out || fail "story"
}

"test_$2"
