#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# command-test.sh TABLEWALK TEST SOURCE_DIR
# Runs the function test_TEST in an empty directory; see CMakeLists.txt.
set -euo pipefail
tablewalk=$1 source_dir=$3
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
	[ ! -s out ] || fail "output besides the complaint"
}

# The file that the first violation in ./out says it can be replayed from.
reproducer() { sed -n 's/^ *replay: .* //p' out | head -n 1; }

# Any JSON reader does; this one is on every Debian.
json() { python3 -c "import json; d = json.load(open('out')); assert $1, d"; }

# Help goes to standard output, names every subcommand, and is no error.
test_help_names_every_command() {
	expect 0 --help
	mv out general
	for command in list run random convert show dump hw sweep kill; do
		grep -q "tablewalk $command" general || fail "no $command"
		expect 0 "$command" --help
		grep -q "^usage: tablewalk $command" out || fail "no help for $command"
	done
}

# No command at all is a usage error that shows what there is.
test_no_command_is_usage() {
	expect 2
	grep -q usage err || fail "no usage"
}

test_unknown_command_is_usage() {
	expect 2 frobnicate
	complains "unknown command \`frobnicate'"
}

test_unknown_option_is_usage() {
	for command in list run random convert show dump hw sweep kill; do
		expect 2 "$command" --frobnicate
		complains frobnicate
	done
}

test_bad_numbers_are_usage() {
	for bad in 0 -1 1x '' 99999999999999999999999 ' 5'; do
		expect 2 random --cases "$bad"
		complains "--cases"
		expect 2 random --seconds "$bad"
		complains "--seconds"
		expect 2 random --jobs "$bad"
		complains "--jobs"
	done
}

# What no guest can witness is said with the reason, on the line below the format.
test_list_says_why_there_is_a_model_only() {
	expect 0 list
	grep -A1 '^arc-2level-8k ' out | grep -q '^ *model only: QEMU' || fail "no reason"
	grep -A1 '^x86_64-4level ' out | grep -q 'model only' && fail "x86 has a guest"
	return 0
}

test_unknown_format_and_mutant_are_usage() {
	expect 2 random --format z80
	complains "unknown format \`z80'"
	expect 2 random --format x86_64-4level,
	complains "unknown format"
	expect 2 random --mutant nonesuch
	complains "unknown mutant \`nonesuch'"
	expect 2 random --mutant split-loses-last,oracle-nonesuch
	complains "unknown mutant \`oracle-nonesuch'"
	expect 2 random --mutant split-loses-last,unmap-skips-table-end
	complains "one defect of the subject"
	expect 2 run --subject nonesuch "$seeds"/edges-of-the-space.tw
	complains "unknown subject \`nonesuch'"
	expect 2 random --check sometimes
	complains "sometimes"
}

# A missing file, a directory and an empty argument list are sentences.
test_missing_case_is_usage() {
	expect 2 run
	complains "case file"
	expect 2 run nonesuch.tw
	complains "nonesuch.tw"
	expect 2 run .
	complains "."
	# What is no case is not run as if it were one.
	echo "# Notes" >notes.md
	expect 2 run notes.md
	complains "notes.md: is no case"
	expect 2 show --format fake notes.md
	expect 2 convert notes.md
	expect 0 run --any-bytes notes.md
	expect 0 convert --any-bytes notes.md case.tw
	expect 0 run case.tw
}

# A text case with an error is refused with file and line, before anything runs.
test_bad_text_case_names_the_line() {
	local seed
	seed=$(ls "$seeds"/*.tw | head -n 1)
	{ cat "$seed"; echo "frobnicate va=1"; } >bad.tw
	local line
	line=$(wc -l <bad.tw)
	expect 2 run "$seed" bad.tw
	complains "bad.tw:$line:"
}

# list --json has what the interface promises.
test_list_json_is_complete() {
	expect 0 list --json
	json "{f['name'] for f in d['formats']} >= {'x86_64-4level', 'x86_64-5level', 'arm64-4k-48', 'riscv-sv39', 'riscv-sv48', 'template', 'fake', 'fake-tiny'}"
	json "all(f['architecture'] and f['levels'] and 'flat' in f['witnesses'] for f in d['formats'])"
	json "{f['name'] for f in d['formats'] if f.get('model_only')}.isdisjoint(d['guests'])"
	json "all(f['model_only'] and f['model_only_source'] for f in d['formats'] if f['architecture'] in ('arc', 'sh', 'fake'))"
	json "d['subjects'] == ['builtin'] and len(d['mutants']) >= 8 and isinstance(d['guests'], list)"
	json "len(d['oracle_mutants']) >= 15 and all(m['id'].startswith('oracle-') and m['what'] for m in d['oracle_mutants'])"
	json "{'nothing', 'liar', 'one-page-more', 'late-corruption'} <= {i['id'] for i in d['impostors']}"
}

# A defect of the checks hides one of the subject, and an impostor is named wherever
# the reproducer is.
test_defects_of_the_checks_and_impostors() {
	local file
	expect 1 random --mutant gap-depth-zero --cases 200 --seed 1 --jobs 1 --quiet --stop-after 1 --artifacts a
	expect 0 random --mutant gap-depth-zero,oracle-differ-ignores-depth --cases 200 --seed 1 --jobs 1 --quiet
	expect 1 random --subject liar --format riscv-sv39 --cases 200 --seed 1 --jobs 1 --quiet --stop-after 1 --artifacts b
	file=$(ls b/*.tw)
	grep -q "replay: tablewalk run --subject liar --format riscv-sv39 $file" out || fail "no --subject to replay"
	grep -q '^# tablewalk run --subject liar ' "$file" || fail "no --subject in $file"
	expect 1 run --subject liar --format riscv-sv39 "$file"
	grep -q "replay: tablewalk run --subject liar " out || fail "no --subject to replay again"
	expect 0 run --subject builtin --format riscv-sv39 "$file"
}

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

# Of riscv-sv39, which the tests use; else the test is skipped.
needs_guest() {
	"$tablewalk" list --json >out
	grep -q '"guest"' out || { echo "skipped: no guest"; exit 77; }
}

# $emulator: the one child of that process, once it is the only one; another was
# asked for its version.
find_emulator() {
	emulator=
	for _ in $(seq 100); do
		sleep 0.1
		emulator=$(ps -o pid= --ppid "$1" | tr -d ' ') || true
		[ "$(echo "$emulator" | grep -c .)" -ne 1 ] || break
	done
	[ -n "$emulator" ] || fail "no emulator"
	sleep 0.6
	emulator=$(ps -o pid= --ppid "$1" | tr -d ' ') || true
	[ "$(echo "$emulator" | grep -c .)" -eq 1 ] || fail "not one emulator: $emulator"
}

# Starts `hw --random` in the background: $pid, its worker and its emulator.
start_hw() {
	needs_guest
	"$tablewalk" hw --random --format riscv-sv39 --seconds 50 --seed 1 --jobs 1 --quiet >out 2>err &
	pid=$! worker=
	for _ in $(seq 100); do
		worker=$(ps -o pid= --ppid "$pid" | tr -d ' ') || true
		[ -z "$worker" ] || break
		sleep 0.1
	done
	[ -n "$worker" ] || fail "no worker"
	find_emulator "$worker"
}

gone() {
	for _ in $(seq 50); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	fail "process $1 left behind"
}

# Ctrl-C ends the guest comparison with its summary and leaves no emulator.
test_hw_interrupt_leaves_no_emulator() {
	start_hw
	local status=0
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 0 ] || fail "status $status"
	grep -q interrupted out || fail "no summary"
	gone "$worker"
	gone "$emulator"
}

# The same for the whole process group, of which the emulator is none.
test_hw_interrupted_group_leaves_no_emulator() {
	set -m
	start_hw
	set +m
	local status=0
	kill -TERM -- -"$pid"
	wait "$pid" || status=$?
	[ "$status" -eq 0 ] || fail "status $status"
	grep -q interrupted out || fail "no summary"
	! grep -q VIOLATION out || fail "a finding"
	gone "$worker"
	gone "$emulator"
}

# Starts `hw` of very many files in the background: $pid and its emulator.
start_hw_files() {
	local files=()
	needs_guest
	for _ in $(seq 60); do files+=("$seeds"/*.tw); done
	"$tablewalk" hw --format riscv-sv39 "${files[@]}" >out 2>err &
	pid=$!
	find_emulator "$pid"
}

# Ctrl-C ends files soon, with the summary of those that were compared, and leaves
# no emulator.
test_hw_files_interrupted() {
	for signal in INT TERM; do
		local status=0 began=$SECONDS
		set -m
		start_hw_files
		set +m
		kill -"$signal" -- -"$pid"
		wait "$pid" || status=$?
		[ "$status" -eq 0 ] || fail "status $status"
		[ $((SECONDS - began)) -lt 10 ] || fail "not soon"
		grep -q '^[1-9][0-9]* cases in .* 0 unexplained.*interrupted$' out || fail "no summary"
		gone "$emulator"
	done
}

# On a terminal files show how far they are; elsewhere, and when they are done, the
# summary is all.
test_hw_files_show_progress() {
	needs_guest
	command -v script >/dev/null || { echo "skipped: no script(1)"; exit 77; }
	script -qec "'$tablewalk' hw --format riscv-sv39 '$seeds'/g*.tw >out" terminal >/dev/null </dev/null || fail "status $?"
	grep -q "riscv-sv39: 0 of 2 cases, 0 unexplained" terminal || { cat terminal; fail "no progress"; }
	grep -q '^2 cases in ' out || fail "no summary"
	expect 0 hw --format riscv-sv39 "$seeds"/g*.tw
	[ ! -s err ] || fail "progress where there is no terminal"
	script -qec "'$tablewalk' hw --quiet --format riscv-sv39 '$seeds'/g*.tw >out" terminal >/dev/null </dev/null || fail "status $?"
	! grep -q " of 2 cases" terminal || fail "not quiet"
}

# A bad file among good ones is said before anything runs.
test_hw_files_are_read_first() {
	needs_guest
	echo "tablewalk case 1 frobnicate" >bad.tw
	expect 2 hw --format riscv-sv39 "$seeds"/groups.tw bad.tw
	complains "bad.tw"
	expect 2 hw --format riscv-sv39 "$seeds"/groups.tw missing.tw
	complains "missing.tw"
}

# Every impostor is unmasked, named where it can be replayed, and replays.
test_hw_unmasks_impostors() {
	local replay name
	needs_guest
	for name in nothing liar one-page-more late-corruption forgetful-walk flicker always-refuses; do
		local check=
		# It shows to who looks at each store only.
		[ "$name" != flicker ] || check="--check store"
		# shellcheck disable=SC2086
		expect 1 hw --random --subject "$name" $check --format riscv-sv39 --cases 400 --seed 1 --jobs 1 --quiet --stop-after 1 --artifacts "$name"
		replay=$(sed -n 's/^ *replay: tablewalk hw //p' out | head -n 1)
		case $replay in
		"--subject $name "*) ;;
		*) fail "the reproducer does not name $name" ;;
		esac
		grep -q "^# tablewalk hw --subject $name " "${replay##* }" || fail "no --subject in ${replay##* }"
		# shellcheck disable=SC2086
		expect 1 hw $replay
		grep -q "replay: tablewalk hw --subject $name " out || fail "no --subject to replay again"
		# shellcheck disable=SC2086
		expect 0 hw $replay --subject builtin
	done
	expect 2 hw --random --subject nonesuch --format riscv-sv39
	complains "unknown subject \`nonesuch'"
	expect 2 hw --random --check sometimes --format riscv-sv39
	complains sometimes
}

# Even a killed parent leaves nothing behind.
test_hw_killed_leaves_no_emulator() {
	start_hw
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	gone "$worker"
	gone "$emulator"
}

# An emulator that dies is status 3 with a sentence, never a pass.
test_hw_dead_emulator_cannot_run() {
	start_hw
	local status=0
	kill -KILL "$emulator"
	wait "$pid" || status=$?
	[ "$status" -eq 3 ] || fail "status $status"
	grep -q '^tablewalk: .' err || fail "no sentence"
	gone "$worker"
}

# --qemu wants an emulator that is the guest's, --accel one that the guest can have.
test_hw_other_emulators_are_said() {
	needs_guest
	printf '#!/bin/sh\necho QEMU emulator version 7.2.0\n' >qemu-system-riscv64
	cp qemu-system-riscv64 qemu-system-nobody
	printf '#!/bin/sh\necho something else\n' >qemu-system-x86_64
	chmod +x qemu-system-*
	expect 2 hw --random --cases 1 --qemu ./qemu-system-riscv64 --format arm64-4k-48
	complains "the guest of arm64-4k-48 runs on qemu-system-aarch64"
	expect 2 hw --random --cases 1 --qemu ./qemu-system-x86_64 --format x86_64-4level
	complains "does not say which QEMU it is"
	expect 2 hw --random --cases 1 --qemu ./nothing-here --format riscv-sv39
	complains "runs on qemu-system-riscv64"
	expect 3 hw --random --cases 1 --qemu ./qemu-system-nobody
	complains "the emulator of no guest"
	# It is an emulator by its name and its word, but starts no guest.
	expect 3 hw --random --cases 1 --qemu ./qemu-system-riscv64 --format riscv-sv39
	grep -q "ended unexpectedly" err || fail "not said"
	expect 2 hw --random --cases 1 --accel kvm --format riscv-sv39
	complains "for guests of x86"
	expect 2 hw --random --cases 1 --accel xen
	complains "neither tcg nor kvm"
}

# No emulator: one line that names the package, and status 3.
test_hw_missing_emulator_is_said() {
	local status=0
	PATH=/nonexistent TABLEWALK_QEMU_DIR=/nonexistent "$tablewalk" hw --random --format riscv-sv39 >out 2>err || status=$?
	[ "$status" -eq 3 ] || fail "status $status"
	grep -q 'qemu-system-misc\|built without guests\|not found when' err || fail "not said"
	[ "$(wc -l <err)" -eq 1 ] || fail "more than one line"
	expect 2 hw --format template --random
	complains "has no guest"
	expect 2 hw
	complains "--random or case files"
}

# Text to binary and back is the identity on every seed; files are not overwritten.
test_convert_round_trips() {
	for seed in "$seeds"/*.tw; do
		rm -f a.bin b.tw
		expect 0 convert "$seed" a.bin
		expect 0 convert a.bin b.tw
		expect 0 convert --hash "$seed"
		cut -d' ' -f1 out >one
		expect 0 convert --hash b.tw
		cut -d' ' -f1 out >two
		cmp one two || fail "$seed"
	done
	expect 2 convert "$seed" a.bin
	complains "--force"
	expect 0 convert --force "$seed" a.bin
}

# Stored cases run clean on every format.
test_seeds_run_clean() {
	expect 0 run --check every "$seeds"/*.tw
	expect 0 run --check store "$source_dir"/corpora/defects/*.tw
	expect 0 run --json "$seeds"/*.tw
	json "d['violations'] == 0 and d['cases'] >= 16 and d['cases_per_second'] > 0"
}

# What a seed does on a format is frozen: a trace hash changes only together with
# the contract, in a commit that says so.
test_frozen_traces_do_not_change() {
	"$source_dir/ci/freeze-traces" --check "$tablewalk" >out 2>err ||
		fail "- frozen, + now; see corpora/README.md"
	[ "$(grep -vc '^#' "$source_dir/corpora/frozen/traces.txt")" -ge 128 ] || fail "too few"
	expect 2 run --trace-hash --json "$seeds"/*.tw
	complains "--trace-hash"
}

# A changed hash, a lost trace and a lost case are noticed.
test_frozen_traces_are_compared() {
	mkdir -p tree/ci
	cp "$source_dir/ci/freeze-traces" tree/ci
	cp -r "$source_dir/corpora" tree/corpora
	sed -i '5s/0x./0x_/' tree/corpora/frozen/hashes.txt
	sed -i '5d' tree/corpora/frozen/traces.txt
	rm "$(ls tree/corpora/defects/*.tw | head -n 1)"
	! tree/ci/freeze-traces --check "$tablewalk" >out || fail "all the same"
	[ "$(grep -c '^-[^-]' out)" -eq 3 ] || fail "not three lines less"
	[ "$(grep -c '^+[^+]' out)" -eq 2 ] || fail "not two lines more"
}

# Forty copies of a large tree, one after the other, do not fill the arena.
test_copies_do_not_fill_the_arena() {
	expect 0 run --format x86_64-4level,riscv-sv39,arm64-64k-48 \
		"$source_dir/tests/command/many-copies.tw"
	sed 's/^window .*/window pages/' \
		"$source_dir/tests/command/many-copies.tw" >pages.tw
	expect 0 run --format x86_64-4level,m68k-motorola pages.tw
}

# run --trace prints operations and events; show prints a tree.
test_trace_and_show_print() {
	local seed
	seed=$(grep -l '^map' "$seeds"/*.tw | head -n 1)
	expect 0 run --trace --format x86_64-4level "$seed"
	grep -q 'map va=' out || fail "no operation"
	grep -q 'return' out || fail "no event"
	expect 0 show --format x86_64-4level "$seed"
	grep -q 'root p4d at pa' out || fail "no root"
	expect 0 show --format x86_64-4level --json "$seed"
	json "isinstance(d['entries'], list)"
	expect 2 show "$seed"
	complains "--format"
}

# show --dump prints runs with their own and their effective rights, and warns.
test_dump_prints_runs_and_warns() {
	local seed=$seeds/restrict-above-and-below.tw
	expect 0 show --dump --format x86_64-4level "$seed"
	grep -q -- '^---\[ lower half \]---$' out || fail "no marker"
	grep -qx '0x0000007ffffff000-0x0000007fffffffff       4K leaf rwxu-ad-- eff rwx- pte' out || fail "no run"
	grep -qx '0x0000008000001000-0x0000008000002fff       8K leaf rw-u-ad-- eff rw-u pte' out || fail "not joined"
	grep -qx 'warning: 1 W+X page' out || fail "no warning"
	! grep -q none out || fail "holes"
	expect 0 show --dump --holes --format x86_64-4level "$seed"
	grep -qx '0xffff800000000000-0xffffffffffffffff     128T none p4d' out || fail "no hole"
	expect 0 show --dump --json --format x86_64-4level "$seed"
	json "d['wx_pages'] == [1, 0] and len(d['runs']) == 3 and not d['violated']"
	json "d['runs'][0] == {'space': 0, 'start': '0x0000007ffffff000', 'last': '0x0000007fffffffff', 'depth': 'pte', 'kind': 'leaf', 'attrs': 'rwxu-ad--', 'removed': '---u', 'effective': 'rwx-', 'memtype': 0, 'key': 0}"
	expect 2 show --holes --format x86_64-4level "$seed"
	complains "--dump"
}

# Runs with holes cover each half without a gap, in any kind of address word.
test_dump_covers_every_kind_of_space() {
	local seed=$seeds/edges-of-the-space.tw
	for format in i386 arm-short arm64-4k-39 x86_64-5level fake-tiny template; do
		expect 0 show --dump --holes --json --format "$format" "$seed"
		json "sum(int(a['last'], 16) + 1 != int(b['start'], 16) for a, b in zip(d['runs'], d['runs'][1:])) <= 3"
		json "all(len(r['start']) == len(r['last']) for r in d['runs']) and len({r['space'] for r in d['runs']}) == 2"
		expect 0 show --dump --holes --format "$format" "$seed"
	done
	expect 0 show --dump --holes --format i386 "$seed"
	grep -qx '0x00000000-0xffffffff       4G none pmd' out || fail "no empty space"
}

# dump is show --dump; without a case it has an example with accumulated rights.
test_dump_has_an_example() {
	local seed=$seeds/dump-runs.tw
	expect 0 show --dump --holes --format s390x-4level "$seed"
	mv out shown
	expect 0 dump --holes --format s390x-4level "$seed"
	cmp -s shown out || fail "not what show --dump prints"
	expect 0 dump --format x86_64-4level
	grep -q 'leaf rwxu-ad-- eff r--u pte' out || fail "no accumulated rights"
	expect 0 dump --json --format m68k-motorola
	json "d['case'] == 'example' and any(r['removed'] == '-w--' for r in d['runs'])"
	expect 2 dump
	complains "--format"
	expect 2 dump --format all
	complains "one --format"
	expect 2 dump --format fake "$seed" "$seed"
	complains "at most one case"
}

# The example runs without a violation on every format.
test_dump_example_runs_everywhere() {
	for format in $("$tablewalk" list --json |
			python3 -c 'import json, sys
for f in json.load(sys.stdin)["formats"]: print(f["name"])'); do
		expect 0 dump --format "$format"
		grep -q ' leaf ' out || fail "$format: nothing mapped"
	done
}

# docs/dump.md shows what the command prints.
test_dump_page_shows_real_output() {
	local page=$source_dir/docs/dump.md formats
	formats=$(sed -n 's/^\$ tablewalk dump --format \([^ ]*\)$/\1/p' "$page")
	[ "$(echo "$formats" | wc -l)" -ge 4 ] || fail "no examples"
	for format in $formats; do
		expect 0 dump --format "$format"
		sed -n "/^\\\$ tablewalk dump --format $format\$/,/^\`\`\`/p" "$page" |
			sed '1d;$d' >shown
		cmp shown out || fail "$format differs"
	done
}

# Entries in halves and in copies are shown as the entries they are.
test_show_reads_scattered_entries() {
	for format in arm-short-linux ppc-8xx-16k i386-pae; do
		expect 0 show --format "$format" "$seeds/groups.tw"
		grep -q ' leaf pa ' out || fail "$format: no leaf"
		! grep -q ' bad ' out || fail "$format: bad entries"
	done
}

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
	refuses 3 "nothing of the kind" sweep --format riscv-sv39 --qemu ./qemu-system-riscv64
	refuses 3 "file" sweep --format riscv-sv39 --qemu ./file
	refuses 3 "nonesuch" sweep --format riscv-sv39 --qemu ./nonesuch
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

"test_$2"
