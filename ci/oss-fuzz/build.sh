#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Builds the fuzz targets as OSS-Fuzz and ClusterFuzzLite ask for it.
#
# From the environment: CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE (a flag or
# archives), SRC (the source is SRC/tablewalk), WORK, OUT, and SANITIZER, which
# CFLAGS speak of already.  For each target NAME into OUT: NAME,
# NAME_seed_corpus.zip, NAME.options, NAME.dict where it has a dictionary.
set -euo pipefail

case ${1:-} in
--help | -h)
	sed -n 's/^# \{0,1\}//; 3,8p' "$0"
	exit 0
	;;
'') ;;
*)
	echo "build.sh: no option \`$1'; --help says what it takes" >&2
	exit 2
	;;
esac

for name in CC CXX LIB_FUZZING_ENGINE SRC WORK OUT; do
	if [ -z "${!name:-}" ]; then
		echo "build.sh: $name is not set; --help says what it takes" >&2
		exit 2
	fi
done
source=$SRC/tablewalk
if ! [ -f "$source/cmake/TablewalkFuzz.cmake" ]; then
	echo "build.sh: $source is not the source of Tablewalk" >&2
	exit 2
fi
for directory in "$WORK" "$OUT"; do
	if ! [ -d "$directory" ]; then
		echo "build.sh: $directory is not a directory" >&2
		exit 2
	fi
done
for tool in cmake ninja zip; do
	if ! command -v "$tool" >/dev/null; then
		echo "build.sh: $tool is not installed" >&2
		exit 3
	fi
done
echo "build.sh: $CC, sanitizer ${SANITIZER:-of CFLAGS}, $LIB_FUZZING_ENGINE"

# Optimization is CFLAGS' business: no build type adds to it.
tree=$WORK/tablewalk-${SANITIZER:-build}
cmake -S "$source" -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=None \
	-DTABLEWALK_FUZZER=external \
	-DTABLEWALK_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" \
	-DTABLEWALK_GUEST_CLANG=OFF
cmake --build "$tree" --target fuzzers

# seeds KIND INTO DIRECTORY...: names say where a seed is from, since the same
# name may be in two directories.
seeds() {
	local kind=$1 into=$2 directory file name
	shift 2
	for directory; do
		while IFS= read -r -d '' file; do
			name=${file#"$directory"/}
			name=$(basename "$directory")-${name//\//-}
			case $kind:$file in
			cases:*.tw) cp "$file" "$into.text/$name" ;;
			cases:*.bin | bytes:*) cp "$file" "$into/$name" ;;
			esac
		done < <(find "$directory" -type f ! -name '.*' -print0)
	done
	if [ -n "$(ls -A "$into.text")" ]; then
		# Where coverage is counted, it would go to the source.
		LLVM_PROFILE_FILE=$tree/seeds.profraw "$tree/fuzz/fuzz_seeds" binary "$into" "$into.text"/*.tw
	fi
}

count=0
while IFS=$'\t' read -r name kind longest dictionary corpora; do
	cp "$tree/fuzz/$name" "$OUT/$name"
	{
		echo "[libfuzzer]"
		echo "max_len = $longest"
		echo "len_control = 0"
		if [ "$dictionary" != - ]; then
			echo "dict = $name.dict"
		fi
	} >"$OUT/$name.options"
	if [ "$dictionary" != - ]; then
		cp "$dictionary" "$OUT/$name.dict"
	fi
	stage=$tree/seeds/$name
	rm -rf "$stage" "$stage.text" "$OUT/${name}_seed_corpus.zip"
	mkdir -p "$stage" "$stage.text"
	IFS=$'\t' read -r -a directories <<<"$corpora"
	seeds "$kind" "$stage" "${directories[@]}"
	if [ -z "$(ls -A "$stage")" ]; then
		echo "build.sh: $name has no seeds" >&2
		exit 3
	fi
	(cd "$stage" && find . -type f | sort |
		zip -q -X -@ "$OUT/${name}_seed_corpus.zip")
	count=$((count + 1))
done <"$tree/fuzz-targets.txt"
if [ "$count" = 0 ]; then
	echo "build.sh: the source has no fuzz targets" >&2
	exit 3
fi
echo "build.sh: $count fuzz targets in $OUT"
