# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# Sweeps, their lists and their states.
# Sourced by command-test.sh.

# A sweep wants a guest; every test of it that needs one says so.
sweep_guest() {
	"$tablewalk" list >out
	grep "^$1 " out | grep -q guest || { echo "skipped: no guest for $1"; exit 77; }
}

# What cannot be used: that status, one sentence, and no output.
refuses() {
	local status=$1 sentence=$2
	shift 2
	expect "$status" "$@"
	complains "$sentence"
	[ "$(wc -l <err)" -eq 1 ] || fail "more than one line"
}

# Wrong options of a sweep are usage errors, before anything starts.
test_sweep_usage() {
	expect 2 sweep --format z80
	complains "unknown format \`z80'"
	expect 2 sweep --format riscv-sv39,
	complains "unknown format"
	for bad in 0 -1 x ''; do
		expect 2 sweep --format riscv-sv39 --seconds "$bad"
		complains " --seconds"
	done
	expect 2 sweep --format
	complains "requires an argument"
	expect 2 sweep --format riscv-sv39 some.sweep
	complains "cases or --format, not both"
	[ ! -e tablewalk-sweeps ] || fail "something was written"
}

# A case that is missing or broken is said by file and line.
test_sweep_bad_case_names_the_line() {
	refuses 2 "nonesuch.sweep: No such file" sweep nonesuch.sweep
	printf 'format riscv-sv39\npud 17\n' >bad.sweep
	refuses 2 "bad.sweep:2: \`17' is no number" sweep bad.sweep
	printf '# mine\nformat z80\n' >bad.sweep
	refuses 2 "bad.sweep:2: unknown format \`z80'" sweep bad.sweep
	printf 'format riscv-sv39\nva 0x0\n' >bad.sweep
	refuses 2 "bad.sweep:2: a case wants" sweep bad.sweep
	: >bad.sweep
	refuses 2 "bad.sweep:0: a case wants" sweep bad.sweep
	refuses 2 "/: cannot be read" sweep /
}

# A list that cannot be read is said by file and line, and nothing is swept.
test_sweep_bad_list_names_the_line() {
	sweep_guest riscv-sv39
	refuses 2 "nonesuch.txt: No such file" sweep --format riscv-sv39 --deviations nonesuch.txt
	printf '# mine\nid: a\nby: all\n' >bad.txt
	refuses 2 "bad.txt:3: \`all' is no word" sweep --format riscv-sv39 --deviations bad.txt
	printf 'id: a\nformats: riscv-*\n' >bad.txt
	refuses 2 "bad.txt:2: a lacks one of" sweep --format riscv-sv39 --deviations bad.txt
	refuses 2 "/: cannot be read" sweep --format riscv-sv39 --deviations /
}

# No guest for the format, no emulator, or a file that is none.
test_sweep_without_an_emulator_is_said() {
	refuses 2 "template has no guest" sweep --format template
	local status=0
	PATH=/nonexistent TABLEWALK_QEMU_DIR=/nonexistent "$tablewalk" sweep --format riscv-sv39 >out 2>err || status=$?
	[ "$status" -eq 3 ] || fail "status $status"
	grep -q 'qemu-system-misc\|built without guests\|not found when' err || fail "not said"
	sweep_guest riscv-sv39
	printf '#!/bin/sh\necho nothing of the kind\n' >qemu-system-riscv64
	: >file
	chmod +x qemu-system-riscv64
	refuses 2 "does not say which QEMU it is" sweep --format riscv-sv39 --qemu ./qemu-system-riscv64
	refuses 2 "file: the guest of riscv-sv39 runs on qemu-system-riscv64" sweep --format riscv-sv39 --qemu ./file
	refuses 2 "nonesuch: the guest of riscv-sv39 runs on" sweep --format riscv-sv39 --qemu ./nonesuch
	refuses 2 "qemu-system-riscv64-none: No such file" sweep --format riscv-sv39 --qemu ./qemu-system-riscv64-none
	# It is an emulator by its name and its word, but starts no guest.
	printf '#!/bin/sh\necho QEMU emulator version 7.2.0\n' >qemu-system-riscv64
	refuses 3 "ended unexpectedly" sweep --format riscv-sv39 --qemu ./qemu-system-riscv64
	refuses 2 "the guest of arm64-4k-48 runs on qemu-system-aarch64" sweep --format arm64-4k-48 --qemu ./qemu-system-riscv64
	cp qemu-system-riscv64 qemu-system-nobody
	refuses 3 "the emulator of no guest" sweep --qemu ./qemu-system-nobody
}

# A known difference is no failure, an unknown one is; its case runs again.
test_sweep_known_and_new() {
	sweep_guest riscv-sv39
	expect 0 sweep --format riscv-sv39 --quiet
	grep -q '^0 new, ' out || fail "no summary"
	echo "# nothing is known" >empty.txt
	expect 1 sweep --format riscv-sv39 --quiet --deviations empty.txt --artifacts new
	grep -q '^  NEW: expected walkbus@p.d, as access-fault, got page-fault: ' out || fail "no bucket"
	grep -q '^1 new, 0 known, 0 vanished$' out || fail "no summary"
	local file
	file=$(ls new/riscv-sv39-new-*.sweep)
	grep -q "tablewalk sweep $file" out || fail "the file is not named"
	expect 1 sweep --deviations empty.txt "$file"
	grep -q 'nobody knows why' out || fail "a reason"
	expect 0 sweep "$file"
	grep -q 'riscv-walk-fails-as-page-fault' out || fail "no reason"
	expect 0 sweep --quiet tablewalk-sweeps/*.sweep
	# A page of 1 GiB at the start of RAM.
	printf '%s\n' 'format riscv-sv39' 'control ADUE' 'pud 0x200000d3' 'va 0x41000000' \
		'access read user' >agreed.sweep
	expect 0 sweep agreed.sweep
	grep -q 'agreed.sweep: model and machine agree' out || fail "no agreement"
	expect 0 sweep --json agreed.sweep "$file"
	json "[r['agree'] for r in d['replays']] == [True, False] and d['known'] == 1"
	json "d['replays'][1]['cause'] == 'riscv-walk-fails-as-page-fault' and d['replays'][1]['got'] == 'page-fault'"
	# What the list tells of and a whole sweep has not met.
	{ echo "id: never-met"; echo "formats: riscv-*"; echo "expected: walkbus"
		echo "got: page-fault"; echo "reason: r"; echo "manual: m"; echo "run: u"
		echo; echo "id: gone"; echo "formats: riscv-sv39"; echo "expected: dirty"
		echo "got: died"; echo "reason: r"; echo "manual: m"; echo "run: u"; } >list.txt
	expect 0 sweep --format riscv-sv39 --quiet --deviations list.txt
	grep -q '^  vanished: gone ' out || fail "not vanished"
	grep -q '^0 new, 1 known, 1 vanished$' out || fail "no summary"
}

# sweep --json is one document with all formats, and nothing else is printed.
test_sweep_json_is_complete() {
	sweep_guest riscv-sv32
	expect 0 sweep --json --format riscv-sv32,riscv-sv39 --quiet
	json "[f['format'] for f in d['formats']] == ['riscv-sv32', 'riscv-sv39']"
	json "d['new'] == 0 and d['known'] >= 1 and not d['interrupted']"
	json "d['cases'] == sum(f['cases'] for f in d['formats']) > 50000"
	json "all(f['complete'] and f['scenes_done'] == f['scenes'] and not f['vanished'] for f in d['formats'])"
	json "all(b['cause'] != '?' and b['count'] == sum(b['by_depth']) == sum(b['by_bit']) > 0 for f in d['formats'] for b in f['buckets'])"
	json "all(sum(c['cases'] for c in f['controls']) == f['cases'] for f in d['formats'])"
	json "all(c['scenes'] == c['scenes_done'] > 0 < c['cases'] for f in d['formats'] for c in f['controls'])"
	json "sorted(c['control'] for c in d['formats'][0]['controls']) == ['ADUE', 'MXR ADUE', 'SUM ADUE', 'SUM MXR ADUE']"
	[ ! -s err ] || fail "words on standard error"
}

# Where no case can be written that is said; the sweep counts all the same.
test_sweep_unwritable_artifacts_are_said() {
	sweep_guest riscv-sv32
	: >file
	expect 0 sweep --format riscv-sv32 --quiet --artifacts file/below
	grep -q "file/below" err || fail "not said"
	grep -q '^0 new, 1 known' out || fail "summary lost"
	expect 3 sweep --format riscv-sv32 --quiet --state file/below
	grep -q "file/below/riscv-sv32.json" err || fail "not said"
}

# Ctrl-C, which the whole group of processes gets, ends a sweep with its state kept and
# no emulator left; the same command goes on from there.
test_sweep_interrupt_keeps_its_state() {
	sweep_guest x86_64-5level
	local sweep=(sweep --format x86_64-5level --quiet --state state) status=0
	local emulator= next
	setsid "$tablewalk" "${sweep[@]}" >out 2>err &
	local pid=$!
	for _ in $(seq 100); do
		emulator=$(ps -o pid= --ppid "$pid" | tr -d ' ') || true
		[ -z "$emulator" ] || break
		sleep 0.1
	done
	[ -n "$emulator" ] || fail "no emulator"
	sleep 2
	kill -INT -- "-$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 0 ] || fail "status $status"
	grep -q ', interrupted$' out || fail "no summary"
	! grep -q 'NEW' out || fail "a difference that is none"
	gone "$emulator"
	next=$(python3 -c "import json; print(json.load(open('state/x86_64-5level.json'))['next'])")
	[ "$next" -gt 0 ] || fail "nothing kept"
	expect 0 "${sweep[@]}" --seconds 1 --json
	json "d['formats'][0]['scenes_done'] > $next"
	# It is the state of this sweep only.
	expect 3 "${sweep[@]}" --deep --seconds 1
	grep -q 'is of another sweep' err || fail "not refused"
	echo '{' >state/x86_64-5level.json
	expect 3 "${sweep[@]}" --seconds 1
	grep -q 'state/x86_64-5level.json: no state of a sweep' err || fail "not refused"
	[ "$(cat state/x86_64-5level.json)" = '{' ] || fail "overwritten"
}
