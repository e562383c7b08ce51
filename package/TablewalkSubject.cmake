# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
tablewalk_add_subject_tests(TARGET [FORMATS format...] [CASES count]
                            [CORPORA directory...])
    Registers with ctest, under the label tablewalk, for a program with the whole
    command line of tablewalk (tablewalk_main() in tablewalk/subject.h):
    TARGET-random-FORMAT    so many random cases (5000), the same in each run
    TARGET-every-FORMAT     a tenth of them, all memory looked at after each
                            operation, and invalidations
    TARGET-corpora-FORMAT   the stored cases of Tablewalk (or of those directories)
    Without FORMATS: one test of each kind for all formats of the subject.

tablewalk_add_fuzzer(NAME SOURCES file... [LINK library...] [RUNS count])
    A libFuzzer target of the subject that SOURCES define with
    tablewalk_the_subject(); clang only.  Coverage and sanitizers are those of
    SOURCES; NAME-runs is a test with so many runs (5000).
]=]

function(tablewalk_add_subject_tests target)
	cmake_parse_arguments(PARSE_ARGV 1 ARG "" "CASES" "FORMATS;CORPORA")
	if(ARG_UNPARSED_ARGUMENTS OR NOT TARGET ${target})
		message(FATAL_ERROR "tablewalk_add_subject_tests(${target}): "
			"expected a target, then FORMATS, CASES or CORPORA")
	endif()
	if(NOT ARG_CASES)
		set(ARG_CASES 5000)
	endif()
	if(NOT ARG_CORPORA)
		set(ARG_CORPORA ${TABLEWALK_CORPORA}/seeds
			${TABLEWALK_CORPORA}/defects)
	endif()
	set(stored "")
	foreach(directory IN LISTS ARG_CORPORA)
		file(GLOB cases ${directory}/*.tw)
		list(APPEND stored ${cases})
	endforeach()
	if(NOT stored)
		message(FATAL_ERROR "tablewalk_add_subject_tests(${target}): "
			"there is no case in ${ARG_CORPORA}")
	endif()
	math(EXPR fewer "(${ARG_CASES} + 9) / 10")
	if(NOT ARG_FORMATS)
		set(ARG_FORMATS all)
	endif()
	foreach(format IN LISTS ARG_FORMATS)
		set(of --format ${format})
		set(name -${format})
		if(format STREQUAL "all")
			set(of "")
			set(name "")
		endif()
		set(artifacts --artifacts tablewalk-violations-${target}${name})
		add_test(NAME ${target}-random${name} COMMAND ${target} random
			${of} --cases ${ARG_CASES} --seed 1 --quiet ${artifacts})
		add_test(NAME ${target}-every${name} COMMAND ${target} random
			${of} --cases ${fewer} --seed 2 --check every --quiet
			${artifacts})
		add_test(NAME ${target}-corpora${name} COMMAND ${target} run
			${of} ${stored})
		set_tests_properties(${target}-random${name}
			${target}-every${name} ${target}-corpora${name}
			PROPERTIES LABELS tablewalk TIMEOUT 600)
	endforeach()
endfunction()

function(tablewalk_add_fuzzer name)
	cmake_parse_arguments(PARSE_ARGV 1 ARG "" "RUNS" "SOURCES;LINK")
	if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_SOURCES)
		message(FATAL_ERROR "tablewalk_add_fuzzer(${name}): "
			"expected SOURCES, then LINK or RUNS")
	endif()
	if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
		message(FATAL_ERROR "tablewalk_add_fuzzer(${name}): libFuzzer "
			"comes with clang, and the compiler is "
			"${CMAKE_C_COMPILER_ID}")
	endif()
	if(NOT ARG_RUNS)
		set(ARG_RUNS 5000)
	endif()
	set(sanitizers address,undefined)
	add_executable(${name} ${ARG_SOURCES})
	target_compile_options(${name} PRIVATE -g
		-fsanitize=fuzzer-no-link,${sanitizers}
		-fno-sanitize-recover=undefined)
	target_link_options(${name} PRIVATE -fsanitize=fuzzer,${sanitizers})
	target_link_libraries(${name} PRIVATE ${ARG_LINK} Tablewalk::tablewalk)
	# No longer input than a case is read.
	add_test(NAME ${name}-runs COMMAND ${name} -runs=${ARG_RUNS} -seed=1
		-max_len=528)
	set_tests_properties(${name}-runs PROPERTIES LABELS tablewalk
		TIMEOUT 600)
endfunction()
