# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# Cases under a guest: what is said, and that no emulator is left.
# Sourced by command-test.sh.

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
	expect 2 hw --random --cases 1 --below --format riscv-sv39
	complains "that of riscv-sv39 has none"
}

# --below without a format has all formats with a second translation.
test_hw_below_has_formats_of_its_own() {
	"$tablewalk" list >out
	grep '^arm64-4k-48 ' out | grep -q guest || { echo "skipped: no guest for arm64"; exit 77; }
	expect 0 hw --random --below --cases 10 --seed 1 --jobs 1 --json --quiet
	json "d['cases'] == 10 and d['probes'] > 0 and d['unexplained'] == 0"
}

# Of an emulator that runs several guests the version is asked once.
test_hw_asks_for_a_version_once() {
	needs_guest
	local emulator
	emulator=$(command -v qemu-system-riscv64) || { echo "skipped: no qemu-system-riscv64 in PATH"; exit 77; }
	printf '#!/bin/sh\n[ "$1" = --version ] && echo asked >>"%s/asked"\nexec "%s" "$@"\n' "$PWD" "$emulator" >qemu-system-riscv64
	chmod +x qemu-system-riscv64
	export TABLEWALK_QEMU_DIR=$PWD
	expect 0 hw --format riscv-sv39,riscv-sv48 "$seeds"/groups.tw
	[ "$(wc -l <asked)" -eq 1 ] || fail "a file: $(wc -l <asked) times"
	rm asked
	expect 0 hw --random --cases 20 --seed 1 --jobs 1 --format riscv-sv39,riscv-sv48
	[ "$(wc -l <asked)" -eq 1 ] || fail "random: $(wc -l <asked) times"
	rm asked
	expect 0 sweep --format riscv-sv39,riscv-sv39-svnapot --seconds 0.1 --quiet
	[ "$(wc -l <asked)" -eq 1 ] || fail "sweep: $(wc -l <asked) times"
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
