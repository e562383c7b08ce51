# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Fuzz targets from one source, for four mains.

TABLEWALK_FUZZER   empty: targets are linked with fuzz/replay_main.c, and ctest
                   replays the corpora through each (replay-NAME, label fuzz).
                   libfuzzer: clang-19's libFuzzer.
                   afl: clang-19's coverage with AFL++'s runtime; nothing of
                   AFL++ has to know the compiler.
                   external: compiler flags and engine come from whoever builds
                   (ci/oss-fuzz/build.sh).  TABLEWALK_FUZZING_ENGINE is what the
                   targets are linked with: a flag, or archives.  Only libraries
                   and targets are built, and what they need is linked into them.
With a fuzzer the whole tree is compiled with its coverage, so only the target
`fuzzers` links there; the command and the tests belong to a tree without.
TABLEWALK_SANITIZE goes with the first three, and TABLEWALK_FUZZ_MUTANTS, which
links fuzz_case with the deliberate defects (fuzz/settings.h switches one on), with
all.

tablewalk_fuzz_target(NAME [CASES] [CORPORA directory ...] [DICTIONARY file]
                      SOURCES ... LINK ...)
    CASES: inputs are binary cases, and the record-aware mutator is used.
    CORPORA: what ctest replays.
    DICTIONARY: words of the input, for the engines.
fuzz-targets.txt in the build tree has a line for each: name, `cases' or `bytes',
the longest input, dictionary or `-', corpora; a tab between two.

tablewalk_plain(TARGET)
    Takes the coverage and the sanitizers out of a target again.

tablewalk_without_coverage(TARGET file ...)
    Takes the coverage out of some sources of a target: of what does not depend
    on the input, or would only slow the fuzzer down.
]=]

set(TABLEWALK_FUZZER "" CACHE STRING
	"Fuzzing engine: empty, libfuzzer, afl or external")
set_property(CACHE TABLEWALK_FUZZER PROPERTY STRINGS "" libfuzzer afl external)
set(TABLEWALK_FUZZING_ENGINE "" CACHE STRING
	"With TABLEWALK_FUZZER=external: what fuzz targets are linked with")
set(TABLEWALK_AFL_RUNTIME /usr/lib/afl/afl-compiler-rt.o CACHE FILEPATH
	"AFL++'s runtime (Debian: afl++)")

file(WRITE ${PROJECT_BINARY_DIR}/fuzz-targets.txt "")

if(TABLEWALK_FUZZER STREQUAL "external")
	separate_arguments(TW_ENGINE NATIVE_COMMAND "${TABLEWALK_FUZZING_ENGINE}")
	if(NOT TW_ENGINE)
		message(FATAL_ERROR "TABLEWALK_FUZZER=external wants "
			"TABLEWALK_FUZZING_ENGINE, e.g. -fsanitize=fuzzer")
	endif()
	foreach(word IN LISTS TW_ENGINE)
		if(NOT word MATCHES "^-" AND NOT EXISTS ${word})
			message(FATAL_ERROR "TABLEWALK_FUZZING_ENGINE: "
				"there is no ${word}")
		endif()
	endforeach()
	# Engines are written in C++, and come without what C++ needs.
	enable_language(CXX)
	set(TW_COVERAGE "")
	set(TW_NO_COVERAGE -fno-sanitize=fuzzer-no-link,fuzzer)
	set(CMAKE_FIND_LIBRARY_SUFFIXES .a .so)
	add_custom_target(fuzzers)
elseif(TABLEWALK_FUZZER)
	if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang" OR
			CMAKE_C_COMPILER_VERSION VERSION_LESS 19)
		message(FATAL_ERROR "TABLEWALK_FUZZER=${TABLEWALK_FUZZER} wants "
			"clang-19: configure a new directory with "
			"-DCMAKE_C_COMPILER=clang-19")
	endif()
	if(TABLEWALK_FUZZER STREQUAL "libfuzzer")
		# Comparisons are not traced: no value of a case is magic, and
		# the calls cost more than the case.
		set(TW_COVERAGE -fsanitize=fuzzer-no-link
			-fno-sanitize-coverage=trace-cmp)
		set(TW_NO_COVERAGE -fno-sanitize=fuzzer-no-link,fuzzer)
	elseif(TABLEWALK_FUZZER STREQUAL "afl")
		if(NOT EXISTS ${TABLEWALK_AFL_RUNTIME})
			message(FATAL_ERROR "TABLEWALK_FUZZER=afl wants "
				"${TABLEWALK_AFL_RUNTIME} (Debian: afl++)")
		endif()
		set(TW_COVERAGE -fsanitize-coverage=trace-pc-guard)
		set(TW_NO_COVERAGE -fno-sanitize-coverage=trace-pc-guard)
	else()
		message(FATAL_ERROR "TABLEWALK_FUZZER is '${TABLEWALK_FUZZER}': "
			"expected nothing, libfuzzer, afl or external")
	endif()
	add_compile_options("$<$<COMPILE_LANGUAGE:C>:${TW_COVERAGE}>")
	add_custom_target(fuzzers)
endif()

function(tablewalk_plain target)
	if(TABLEWALK_FUZZER)
		target_compile_options(${target} PRIVATE ${TW_NO_COVERAGE})
	endif()
	if(TABLEWALK_SANITIZE)
		target_compile_options(${target} PRIVATE -fno-sanitize=all)
		target_link_options(${target} PRIVATE -fno-sanitize=all)
	endif()
endfunction()

function(tablewalk_without_coverage target)
	if(TABLEWALK_FUZZER)
		set_property(SOURCE ${ARGN} TARGET_DIRECTORY ${target}
			APPEND PROPERTY COMPILE_OPTIONS ${TW_NO_COVERAGE})
	endif()
endfunction()

# Sets sources and link options of the engine that the tree is for.
function(_tablewalk_fuzz_engine name cases)
	if(NOT TABLEWALK_FUZZER)
		target_sources(${name} PRIVATE
			${PROJECT_SOURCE_DIR}/fuzz/replay_main.c)
		return()
	endif()
	if(NOT TABLEWALK_FUZZER STREQUAL "afl" AND cases)
		target_sources(${name} PRIVATE
			${PROJECT_SOURCE_DIR}/fuzz/mutator_libfuzzer.c
			${PROJECT_SOURCE_DIR}/fuzz/profile.c)
		tablewalk_without_coverage(${name}
			${PROJECT_SOURCE_DIR}/fuzz/profile.c)
	endif()
	if(TABLEWALK_FUZZER STREQUAL "libfuzzer")
		target_link_options(${name} PRIVATE -fsanitize=fuzzer)
	elseif(TABLEWALK_FUZZER STREQUAL "external")
		target_link_libraries(${name} PRIVATE ${TW_ENGINE})
		set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
	else()
		target_sources(${name} PRIVATE
			${PROJECT_SOURCE_DIR}/fuzz/afl_main.c)
		target_link_libraries(${name} PRIVATE
			${TABLEWALK_AFL_RUNTIME} dl rt m)
		# Its loop takes another way in at the first execution.
		tablewalk_without_coverage(${name}
			${PROJECT_SOURCE_DIR}/fuzz/afl_main.c)
	endif()
	add_dependencies(fuzzers ${name})
endfunction()

function(_tablewalk_list_fuzz_target name cases dictionary corpora)
	set(kind bytes)
	set(longest 4096)
	if(cases)
		set(kind cases)
		set(longest 528)
	endif()
	if(NOT dictionary)
		set(dictionary -)
	endif()
	list(JOIN corpora "\t" corpora)
	file(APPEND ${PROJECT_BINARY_DIR}/fuzz-targets.txt
		"${name}\t${kind}\t${longest}\t${dictionary}\t${corpora}\n")
endfunction()

function(tablewalk_fuzz_target name)
	cmake_parse_arguments(ARG "CASES" "DICTIONARY" "CORPORA;SOURCES;LINK"
		${ARGN})
	add_executable(${name} ${ARG_SOURCES})
	target_link_libraries(${name} PRIVATE ${ARG_LINK} tw_options)
	_tablewalk_fuzz_engine(${name} ${ARG_CASES})
	# A directory without files is not in the repository.
	foreach(directory IN LISTS ARG_CORPORA)
		if(NOT EXISTS ${directory})
			list(REMOVE_ITEM ARG_CORPORA ${directory})
		endif()
	endforeach()
	_tablewalk_list_fuzz_target(${name} ${ARG_CASES}
		"${ARG_DICTIONARY}" "${ARG_CORPORA}")
	if(NOT TABLEWALK_FUZZER)
		add_test(NAME replay-${name} COMMAND ${name} ${ARG_CORPORA})
		set_tests_properties(replay-${name} PROPERTIES
			LABELS fuzz TIMEOUT 300
			ENVIRONMENT TABLEWALK_FUZZ_FORMAT=all)
	endif()
endfunction()
