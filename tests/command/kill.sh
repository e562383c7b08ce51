# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# How far each deliberate defect came.
# Sourced by command-test.sh.

# What a case shows: detected by a check, reached only, or nothing.
test_kill_says_how_far() {
	printf '%s\n' 'tablewalk case 1' 'map at=home0 len=1unit attrs=rwuad pa=data height=1' \
		'split at=home0 height=1' >split.tw
	expect 0 kill --mutant split-loses-last --format riscv-sv39 split.tw
	grep -q '^split-loses-last *detected as .*split.tw on riscv-sv39 (1 case)' out || fail "not detected"
	expect 1 kill --mutant split-loses-last,split-loses-memtype,copy-writable,flush-forgotten-split --format riscv-sv39 --json split.tw
	json "[x['state'] for x in d['defects']] == ['detected', 'reached, not infected', 'not reached', 'infected, not detected']"
	json "d['detected'] == d['reached_not_infected'] == d['not_reached'] == d['infected_not_detected'] == 1"
	expect 0 kill --mutant flush-forgotten-split --check every --format riscv-sv39 --json split.tw
	json "d['defects'][0]['check'].startswith('flush-cover/')"
	expect 0 kill --mutant split-loses-last --all-cases --json --formats riscv-sv39,i386 split.tw split.tw
	json "d['defects'][0]['cases'] == 4 == len(d['defects'][0]['shown_by'])"
	expect 0 kill --mutant split-loses-last --random 2000 --seed 1 --json
	json "d['defects'][0]['by']['seed'] == 1"
	expect 1 kill --all --jobs 2 --format i386 split.tw
	grep -q 'defects: .* detected' out || fail "no summary"
}

# A file's own lines say where and how it runs; wrong ones are refused with file and line.
test_kill_reads_what_a_case_shows() {
	printf '%s\n' 'tablewalk case 1' 'walk at=home0 len=1page callbacks=all' \
		'# shows: walk-upper-half-first,runtime-fold-corrected on riscv-sv48 with check=every folding=p4d' >walk.tw
	expect 0 kill --mutant runtime-fold-corrected --json walk.tw
	json "d['defects'][0]['by'] == {'file': 'walk.tw', 'format': 'riscv-sv48', 'check': 'every', 'folding': 'p4d'}"
	expect 1 kill --mutant runtime-fold-corrected --format riscv-sv48 walk.tw
	expect 0 kill --mutant runtime-fold-corrected --format riscv-sv48 --folding all walk.tw
	for line in 'frobnicate on i386' 'split-loses-last on i387' 'split-loses-last' 'on i386' \
			'split-loses-last on i386 without' 'split-loses-last on i386 with check=never' \
			'split-loses-last on i386 with folding=all'; do
		printf 'tablewalk case 1\n# shows: %s\n' "$line" >bad.tw
		expect 2 kill --all bad.tw
		complains 'bad.tw:2: '
	done
	expect 2 kill --mutant frobnicate walk.tw
	complains "unknown mutant"
	expect 2 kill
	complains "at least one case file"
	expect 2 kill --all missing.tw
	complains "missing.tw"
}

# Starts `kill` of a defect that nobody notices: $pid and its child.
start_kill() {
	"$tablewalk" kill --mutant setkind-payload-of-page --random 10000000 --seed 1 --jobs 1 --timeout 1 --json "$@" >out 2>err &
	pid=$! child=
	for _ in $(seq 100); do
		child=$(ps -o pid= --ppid "$pid" | tr -d ' ') || true
		[ -z "$child" ] || break
		sleep 0.1
	done
	[ -n "$child" ] || fail "no child"
	sleep 0.5
}

# A process that dies or hangs of its defect has noticed it; nothing is left behind.
test_kill_counts_deaths() {
	local status=0
	start_kill
	kill -SEGV "$child"
	wait "$pid" || status=$?
	[ "$status" -eq 0 ] || fail "status $status"
	json "d['defects'][0]['check'].startswith('crash/')"
	start_kill
	kill -STOP "$child"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 0 ] || fail "status $status"
	json "d['defects'][0]['check'] == 'hang'"
	start_kill
	kill -TERM "$pid"
	wait "$pid" || true
	for _ in $(seq 50); do kill -0 "$child" 2>/dev/null || return 0; sleep 0.1; done
	fail "process $child left behind"
}
