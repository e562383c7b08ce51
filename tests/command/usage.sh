# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# What every command says to bad options, names and files, and what the list holds.
# Sourced by command-test.sh.

# Help goes to standard output, names every subcommand, and is no error.
test_help_names_every_command() {
	expect 0 --help
	mv out general
	for command in list run random convert show dump hw sweep kill explain triage plan; do
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
	for command in list run random convert show dump hw sweep kill explain triage plan; do
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
	expect 2 random --mutant split-loses-last,unmap-skips-table-end,nonesuch
	complains "unknown mutant \`nonesuch'"
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
