# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# Stored cases: converted, run, shown, dumped; and the traces that are frozen.
# Sourced by command-test.sh.

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
