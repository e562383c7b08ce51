#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# triage-test.sh TABLEWALK TEST SOURCE_DIR [COMPILER OPTION...]
# Runs the function test_TEST in an empty directory; see CMakeLists.txt.  The rest is
# how a case's program is compiled and linked.
set -euo pipefail
tablewalk=$1 source_dir=$3
compile=("${@:4}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Formats of several architectures, named so that new ones change nothing here.
formats=x86_64-4level,arm64-4k-48,riscv-sv39,i386,arm-short,fake

fail() { echo "FAILED: $*"; head -n 20 out err 2>/dev/null; exit 1; }

# expect STATUS ARGUMENT...: runs tablewalk; output in ./out and ./err
expect() {
	local wanted=$1 status=0
	shift
	"$tablewalk" "$@" >out 2>err || status=$?
	[ "$status" -eq "$wanted" ] || fail "status $status, not $wanted: $*"
}

complains() {
	grep -qF -- "$1" err || fail "no '$1' on standard error"
	[ ! -s out ] || fail "output besides the complaint"
}

json() { python3 -c "import json; d = json.load(open('out')); assert $1, d"; }

raws() { "$source_dir/tests/triage/make-raws.py" "$tablewalk" "$@"; }

# triage STATUS OPTION...: of the files in raw/ into findings/, with JSON in ./out
triage() {
	local wanted=$1
	shift
	expect "$wanted" triage --quiet --json --out findings "$@"
}

# Every entry replays from its text, is small, and its three forms are one case.
entries_replay() {
	local entry line
	for entry in findings/*/; do
		entry=${entry%/}
		line=$(sed -n 's/^# tablewalk \(run .*\) FILE$/\1/p' "$entry/case.tw")
		# shellcheck disable=SC2086
		expect 1 $line "$entry/case.tw"
		# shellcheck disable=SC2086
		expect 0 $(echo "$line" | sed 's/ --mutant [^ ]*//') "$entry/case.tw"
		grep -q "$(sed -n 's/^# \(.*\) on .*$/\1/p' "$entry/case.tw")" "$entry/finding.json" || fail "no signature"
		expect 0 convert "$entry/case.bin"
		grep -v '^#' "$entry/case.tw" | cmp - out || fail "$entry: text and bytes differ"
		python3 - "$entry" <<-'END' || fail "$entry: finding.json"
			import json, sys
			d = json.load(open(sys.argv[1] + "/finding.json"))
			assert d["version"] == 1 and 1 <= d["records"] <= 4, d["records"]
			assert d["slug"] == sys.argv[1].split("/")[-1] and d["raw"]
			assert d["signature"].split("/")[4] == d["family"]
			assert any(v["result"] == "fail" and v["format"] == d["format"] for v in d["vector"])
			assert all(len(r["sha256"]) == 64 for r in d["raw"])
		END
	done
}

# The files that any defect shows in, however many, are one entry; all about it is
# there and replays.
test_one_defect_is_one_entry() {
	raws raw 330 1
	triage 10 --format "$formats" --mutant split-loses-last raw/*
	json "len(d['new']) == len(d['entries']) == 1 and d['files'] == 330 and not d['flaky']"
	json "d['entries'][0]['times'] >= 69 and d['entries'][0]['times'] >= 330 - d['clean']"
	json "len(d['entries'][0]['merged']) >= 5 and d['entries'][0]['records'] == 2"
	[ "$(ls findings/*/merged-*.tw | wc -l)" -ge 5 ] || fail "no cases of what was merged"
	entries_replay
	# Again: nothing is new, and no byte changes.
	find findings -type f -exec sha256sum {} + | sort >before
	triage 11 --format "$formats" --mutant split-loses-last raw/*
	json "len(d['known']) == 1 and not d['new']"
	find findings -type f -exec sha256sum {} + | sort | cmp before - || fail "changed"
}

# The files of three defects in a heap are three entries.
test_three_defects_are_three_entries() {
	raws raw 300 2
	triage 10 --format "$formats" --mutant unmap-skips-table-end,protect-keeps-x,free-leaks-table raw/*
	json "len(d['new']) == len(d['entries']) == 3 and not d['flaky']"
	json "sorted(e['operation'] for e in d['entries']) == ['free', 'protect', 'unmap']"
	entries_replay
}

# FORMAT LINE...: a case that says where it is run
case_on() {
	printf 'tablewalk case 3\nregime 0\nprofile current\nwindow low\nsalt 0x0000\nkinds default\n'
	printf '%s\n' "${@:2}"
	echo "# tablewalk run --format $1 FILE"
}

# What a walk only notices is the defect of the operation, whichever file comes first:
# carried out inside the walk, or on an entry whose rights only readers tell of.
test_readers_only_notice() {
	local on='map at=home0 len=1unit attrs=rwxad pa=data height=0' order
	local narrow='protect at=home0 len=1unit attrs=rad'
	local hide='setkind at=home0 pa=data height=0 kind=protnone'
	case_on riscv-sv39 "$on" "$narrow" >plain.tw
	case_on riscv-sv39 'map at=home0+0h1 len=1unit attrs=rad pa=data height=0' \
		'map at=home1 len=1unit attrs=rwxad pa=data height=0' 'during nth=3' \
		'protect at=home1 len=1unit attrs=rad' \
		'walk at=home0+0h1 len=2unit callbacks=pte' >inside.tw
	case_on arm64-16k-36 "$on" "$hide" "$narrow" 'pair at=home0 len=1unit how=compare' >pair.tw
	case_on arm64-16k-36 "$on" "$hide" "$narrow" 'walk at=home0 len=1unit callbacks=pte' >walk.tw
	for order in 'plain inside pair walk' 'inside walk pair plain' 'pair walk plain inside'; do
		rm -rf findings
		# shellcheck disable=SC2086
		triage 10 --mutant protect-keeps-x $(printf '%s.tw ' $order)
		json "len(d['entries']) == 1 and len(d['entries'][0]['merged']) >= 2"
	done
	# Another operation, or another way to be wrong, is another defect.
	rm -rf findings
	case_on riscv-sv39 "$on" 'unmap at=home0 len=1unit' 'free at=home0 len=1unit bounds=both' >leak.tw
	triage 10 --mutant protect-keeps-x,free-leaks-table walk.tw leak.tw plain.tw
	json "sorted(e['operation'] for e in d['entries'])[0] == 'free' and len(d['entries']) == 2"
}

# The subject as it is shows nothing.
test_clean_files_are_no_findings() {
	raws raw 60 3
	triage 0 --format "$formats" raw/* "$source_dir"/corpora/seeds/*.tw
	json "d['clean'] == d['files'] > 60 and not d['entries'] and not d['bad']"
	[ -z "$(ls findings)" ] || fail "something was written"
}

# One case of a defect as a text.
one_case() {
	printf '%s\n' 'tablewalk case 1' 'map at=home1 len=3unit attrs=rwuad pa=data height=1' \
		'walk at=home1 len=1unit callbacks=all' 'split at=home1 height=1' >"$1"
}

# A text is run as its comment says, unless an option says otherwise.
test_text_says_how_it_is_run() {
	one_case plain.tw
	{ cat plain.tw; echo '# tablewalk run --mutant hole-depth-unfolded --format riscv-sv39 --check every FILE'; } >told.tw
	triage 10 --mutant split-loses-last told.tw
	json "d['entries'][0]['format'] in ('riscv-sv32', 'riscv-sv39') and d['entries'][0]['mutants'] == ['split-loses-last']"
	rm -r findings
	triage 10 --mutant split-loses-last --format i386 told.tw
	json "d['entries'][0]['format'] == 'i386'"
	triage 0 told.tw
	{ cat plain.tw; echo '# tablewalk run --check sometimes FILE'; } >wrong.tw
	expect 2 triage --quiet --out other wrong.tw
	grep -q 'wrong.tw:5: ' err || fail "no line"
}

# Known signatures are no news, and their reasons are kept.
test_known_signatures_are_no_news() {
	one_case a.tw
	triage 10 --mutant split-loses-last --format i386 a.tw
	python3 -c "import json; print(json.load(open('out'))['new'][0], '# found long ago')" >known.txt
	rm -r findings
	triage 11 --known "$source_dir/corpora/known-signatures.txt" --known known.txt --mutant split-loses-last --format i386 a.tw
	json "not d['new'] and len(d['known']) == 1 and d['entries'][0]['known'] == 'found long ago'"
	echo "not a signature" >bad.txt
	expect 2 triage --known bad.txt a.tw
	complains "bad.txt:1: "
	expect 2 triage --known nonesuch.txt a.tw
	complains "nonesuch.txt"
}

# Bad options are one sentence; bad files too, and the others are triaged all the same.
test_bad_input_is_said() {
	expect 2 triage
	complains "at least one file"
	expect 2 triage --timeout 0 x
	complains "--timeout"
	expect 2 triage --format z80 x
	complains "unknown format"
	expect 2 triage --folding up x
	complains "--folding takes"
	[ ! -e tablewalk-findings ] || fail "something was written"
	one_case a.tw
	printf 'tablewalk case 1\nfrobnicate\n' >bad.tw
	triage 2 --mutant split-loses-last --format i386 nonesuch bad.tw . a.tw
	grep -q 'nonesuch: No such file' err || fail "missing file not said"
	grep -q 'bad.tw:2: ' err || fail "bad text not said"
	json "d['bad'] == 3 and len(d['new']) == 1 and d['files'] == 4"
	: >file
	expect 3 triage --quiet --out file a.tw
	complains "file: Not a directory"
	expect 3 triage --quiet --out nonesuch/below a.tw
	complains "nonesuch/below"
}

# Nothing is left of an entry that does not fit on the disk; what was there stays.
test_full_disk_loses_nothing() {
	[ -c /dev/full ] || exit 77
	one_case a.tw
	one_case b.tw
	echo nop >>b.tw
	local status=0
	(trap '' XFSZ; ulimit -f 3; exec "$tablewalk" triage --quiet --mutant split-loses-last --format i386 --out findings a.tw) >out 2>err || status=$?
	[ "$status" -eq 3 ] || fail "status $status"
	grep -q 'finding.json: ' err || fail "not said"
	[ -z "$(ls findings)" ] || fail "half an entry"
	triage 10 --mutant split-loses-last --format i386 a.tw
	find findings -type f -exec sha256sum {} + | sort >before
	status=0
	(trap '' XFSZ; ulimit -f 3; exec "$tablewalk" triage --quiet --mutant split-loses-last --format i386 --out findings b.tw) >out 2>err || status=$?
	[ "$status" -eq 3 ] || fail "status $status"
	find findings -type f -exec sha256sum {} + | sort | cmp before - || fail "changed"
	triage 11 --mutant split-loses-last --format i386 b.tw
	json "d['entries'][0]['times'] == 2"
	status=0
	"$tablewalk" triage --quiet --json --mutant split-loses-last --format i386 --out findings b.tw >/dev/full 2>err || status=$?
	[ "$status" -eq 3 ] || fail "status $status"
}

# Ctrl-C leaves complete entries, and no process; the rest is done by the next run.
test_interrupt_leaves_complete_entries() {
	raws raw 400 4
	local status=0 children
	"$tablewalk" triage --out findings --format "$formats" --mutant split-loses-last,protect-keeps-x raw/* >out 2>err &
	local pid=$!
	for _ in $(seq 100); do
		! ls findings/*/finding.json >/dev/null 2>&1 || break
		sleep 0.05
	done
	children=$(ps -o pid= --ppid "$pid") || true
	kill -INT "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 10 ] || fail "status $status"
	grep -q 'interrupted$' out || fail "no summary"
	for child in $children; do
		! kill -0 "$child" 2>/dev/null || fail "process $child left behind"
	done
	for entry in findings/*/; do
		for file in finding.json case.tw case.bin case.c; do
			[ -s "$entry$file" ] || fail "no $entry$file"
		done
		python3 -m json.tool "$entry/finding.json" >/dev/null || fail "$entry is no JSON"
	done
	ls -d findings/.new-* 2>/dev/null && fail "half an entry"
	return 0
}

# Killed at any moment, nothing is lost: the next run has all that one run has.
test_killed_runs_lose_nothing() {
	raws raw 100 5
	local options=(--format "$formats" --mutant split-loses-last,protect-keeps-x)
	for pause in 0.15 0.3 0.45; do
		"$tablewalk" triage --quiet --out findings "${options[@]}" raw/* >out 2>err &
		local pid=$!
		sleep "$pause"
		kill -KILL "$pid"
		wait "$pid" 2>/dev/null || true
	done
	local status=0
	"$tablewalk" triage --quiet --json --out findings "${options[@]}" raw/* >out 2>err || status=$?
	[ "$status" -eq 10 ] || [ "$status" -eq 11 ] || fail "status $status"
	json "d['files'] == 100 and d['clean'] > 40 and not d['bad'] and not d['flaky']"
	json "sum(e['times'] for e in d['entries']) == 100 - d['clean']"
	ls -d findings/.new-* 2>/dev/null && fail "half an entry"
	entries_replay
}

# Two at once into one directory take turns.
test_two_at_once_take_turns() {
	one_case a.tw
	one_case b.tw
	echo nop >>b.tw
	local status=0
	"$tablewalk" triage --quiet --out findings --mutant split-loses-last --format i386 a.tw >first 2>&1 &
	local pid=$! second=0
	"$tablewalk" triage --quiet --out findings --mutant split-loses-last --format i386 b.tw >out 2>err || second=$?
	wait "$pid" || status=$?
	[ $((status + second)) -eq 21 ] || fail "status $status and $second"
	triage 11 --mutant split-loses-last --format i386 a.tw b.tw
	json "d['entries'][0]['times'] == 2"
}

# A case is filed where asked, once, and what is there is left alone.
test_filed_cases_are_never_overwritten() {
	one_case a.tw
	mkdir filed
	triage 10 --mutant split-loses-last --format i386 --file-under filed a.tw
	local name
	name=$(ls filed)
	cmp "filed/$name" "findings/${name%.tw}/case.tw" || fail "another case"
	expect 1 run --mutant split-loses-last --format i386 "filed/$name"
	rm -r findings
	triage 10 --mutant split-loses-last --format i386 --file-under filed a.tw
	[ "$(ls filed)" = "$name" ] || fail "filed twice"
	echo mine >"filed/$name"
	rm -r findings
	triage 10 --mutant split-loses-last --format i386 --file-under filed a.tw
	[ "$(cat "filed/$name")" = mine ] || fail "overwritten"
	[ -s "filed/${name%.tw}-2.tw" ] || fail "not filed"
}

# The program of an entry stands for itself: it compiles, and returns 1.
test_program_shows_the_finding() {
	[ ${#compile[@]} -gt 0 ] || { echo "skipped: no compiler"; exit 77; }
	one_case a.tw
	triage 10 --mutant split-loses-last,oracle-nobody-touches --format riscv-sv39 a.tw
	grep -q '^ \*  1 split va=0x' findings/*/case.c || fail "no operations"
	local status=0
	"${compile[@]/CASE.c/$(ls findings/*/case.c)}" -o program >out 2>&1 || fail "does not compile"
	./program >out || status=$?
	[ "$status" -eq 1 ] || fail "status $status"
	grep -q '^VIOLATION entry/lost/pte on riscv' out || fail "no violation"
	sed 's/mutant_add(MUTANT_[A-Z_]*);/;/' findings/*/case.c >fixed.c
	"${compile[@]/CASE.c/fixed.c}" -o program >out 2>&1 || fail "does not compile"
	./program >out || fail "a violation without the defect"
}

# An impostor is a subject like any other, and the formats say so of both.
test_impostor_and_builtin_are_compared() {
	one_case a.tw
	triage 10 --subject nothing --format i386 a.tw
	json "d['entries'][0]['subject'] == 'nothing' and '--subject nothing' in d['entries'][0]['replay']"
	json "{(v['subject'], v['result']) for v in d['entries'][0]['vector']} >= {('nothing', 'fail'), ('builtin', 'pass')}"
	json "not [v for v in d['entries'][0]['vector'] if v['subject'] == 'builtin' and v['result'] == 'fail']"
}

"test_$2"
