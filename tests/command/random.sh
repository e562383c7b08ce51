# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# Random cases, their reproducers, and how a run ends.
# Sourced by command-test.sh.

# random --json is one document whose counts make sense.
test_random_json_counts() {
	expect 0 random --json --cases 300 --seed 7 --jobs 2 --quiet
	json "d['cases'] == 300 and d['violations'] == 0 and d['cases_per_second'] > 0 and d['seed'] == 7"
}

# The same seed gives the same cases however many workers share them.
test_random_is_the_same_for_any_jobs() {
	expect 1 random --mutant split-loses-last --cases 2000 --seed 5 --jobs 1 --quiet --json --artifacts a
	python3 -c "import json; print(json.load(open('out'))['violations'])" >one
	expect 1 random --mutant split-loses-last --cases 2000 --seed 5 --jobs 2 --quiet --json --artifacts b
	python3 -c "import json; print(json.load(open('out'))['violations'])" >two
	cmp one two || fail "violations differ between 1 and 2 jobs"
}

# A violation names check, operation, expected and seen, and a file that replays.
test_violation_is_explained_and_replays() {
	expect 1 random --mutant hole-depth-unfolded --cases 5000 --seed 1 --stop-after 1 --quiet --format riscv-sv39
	grep -q '^VIOLATION trace-hole' out || fail "no violation line"
	grep -q '^-> ' out || fail "no operation marked"
	grep -q 'expected  hole' out || fail "no expected line"
	grep -q 'seen      hole' out || fail "no seen line"
	local file
	file=$(reproducer)
	expect 1 run --mutant hole-depth-unfolded --format riscv-sv39 "$file"
	expect 0 run --format riscv-sv39 "$file"
}

test_bad_folding_is_usage() {
	for command in run random; do
		for bad in '' pgd pte puds p4d, ,p4d 'p4d,,pud' 'static,p4d' Linux 2; do
			expect 2 "$command" --folding "$bad"
			complains "--folding takes"
			complains "not \`$bad'"
		done
	done
}

# Folding is named by violation, report and reproducer, and is what makes it.
test_folding_is_named_and_replays() {
	local found=(random --mutant runtime-fold-corrected --cases 5000 --seed 1 --stop-after 1 --quiet --jobs 1 --format riscv-sv48)
	expect 0 "${found[@]}"
	expect 0 "${found[@]}" --folding pud
	expect 1 "${found[@]}" --folding p4d,pud
	grep -q '^ *folded at run time: p4d$' out || fail "not named"
	grep -q 'replay: tablewalk run --format riscv-sv48 --folding p4d tablewalk-violations/' out || fail "no command line"
	local file
	file=$(reproducer | sed 's/.* //')
	grep -q -- '--folding p4d FILE' "$file" || fail "not in the reproducer"
	expect 1 run --mutant runtime-fold-corrected --format riscv-sv48 --folding p4d "$file"
	expect 1 run --mutant runtime-fold-corrected --format riscv-sv48 --folding all --json "$file"
	json "[f['folding'] for f in d['findings']] == ['p4d'] and d['cases'] == 2"
	expect 0 run --mutant runtime-fold-corrected --format riscv-sv48 "$file"
	expect 0 run --format riscv-sv48 --folding all "$file"
	expect 1 "${found[@]}" --folding all --json --artifacts all
	json "[f['folding'] for f in d['findings']] == ['p4d']"
	expect 1 random --mutant hole-depth-unfolded --cases 5000 --seed 1 --stop-after 1 --quiet --format riscv-sv39 --json --artifacts static
	json "[f['folding'] for f in d['findings']] == ['static']"
}

# Seeds run clean folded any way, and a folding that no format has is none.
test_seeds_run_clean_folded() {
	expect 0 run --folding all --format arm64-4k-39,riscv-sv39,riscv-sv48,fake-tiny "$seeds"/*.tw
	expect 0 run --folding linux "$seeds"/*.tw
	expect 0 run --trace-hash --format x86_64-5level "$seeds"/*.tw
	mv out static
	expect 0 run --trace-hash --format x86_64-5level --folding p4d,pud,pmd "$seeds"/*.tw
	cmp out static || fail "a format without folded levels was folded"
}

# A reproducer that exists is never overwritten.
test_reproducers_are_kept() {
	expect 1 random --mutant split-loses-last --cases 5000 --seed 1 --stop-after 1 --quiet --format x86_64-4level --jobs 1
	local file
	file=$(reproducer)
	echo "# mine" >>"$file"
	cp "$file" kept
	expect 1 random --mutant split-loses-last --cases 5000 --seed 1 --stop-after 1 --quiet --format x86_64-4level --jobs 1
	cmp "$file" kept || fail "overwritten"
}

# A place where nothing can be written is said; the violation still counts.
test_unwritable_artifacts_are_said() {
	: >file
	expect 1 random --mutant split-loses-last --cases 5000 --seed 1 --stop-after 1 --quiet --jobs 1 --artifacts file/below
	grep -q "file/below" err || fail "not said"
	grep -q VIOLATION out || fail "violation lost"
}

# A full disk is said, and no cut-off reproducer is left behind.
test_full_disk_is_said() {
	[ -c /dev/full ] || exit 77
	local status=0
	"$tablewalk" list --json >/dev/full 2>err || status=$?
	[ "$status" -eq 3 ] || fail "status $status"
	grep -q "could not be written" err || fail "not said"
	status=0
	"$tablewalk" convert "$(ls "$seeds"/*.tw | head -n 1)" >/dev/full 2>err || status=$?
	[ "$status" -eq 3 ] || fail "status $status"
}

# Ctrl-C ends a run with its summary and leaves no process behind.
test_interrupt_ends_with_summary() {
	"$tablewalk" random --seconds 50 --seed 1 --jobs 2 --quiet >out 2>err &
	local pid=$! status=0
	sleep 1
	local children
	children=$(ps -o pid= --ppid "$pid")
	[ -n "$children" ] || fail "no workers"
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 0 ] || fail "status $status"
	grep -q "interrupted" out || fail "no summary"
	for child in $children; do
		! kill -0 "$child" 2>/dev/null || fail "worker $child left behind"
	done
}

# So does a signal to the whole process group: workers that it reaches are no findings.
test_interrupted_group_ends_with_summary() {
	for signal in TERM INT; do
		local status=0
		timeout --preserve-status -s "$signal" 1 "$tablewalk" random --seconds 50 --seed 1 --jobs 2 --quiet >out 2>err || status=$?
		[ "$status" -eq 0 ] || fail "status $status"
		grep -q " 0 violations .*interrupted" out || fail "no summary"
		! grep -q VIOLATION out || fail "a finding"
	done
}

# A worker that dies is a finding with its case, and the run goes on without it.
test_dead_worker_is_a_violation() {
	"$tablewalk" random --seconds 4 --seed 1 --jobs 1 --quiet --json >out 2>err &
	local pid=$! status=0
	sleep 1
	kill -SEGV "$(ps -o pid= --ppid "$pid" | tr -d ' ')"
	wait "$pid" || status=$?
	[ "$status" -eq 1 ] || fail "status $status"
	json "d['violations'] == 1 and d['findings'][0]['name'].startswith('crash/')"
	json "d['seconds'] > 3.5 and d['cases'] > d['findings'][0]['case'] + 100"
	ls tablewalk-violations/*.tw >/dev/null || fail "no case kept"
}
