# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
tablewalk_test(NAME SOURCES ... [LINK ...] [LABELS ...] [TIMEOUT seconds])

A cmocka test program, registered with ctest under its own name.  It exits with
77 when it could not run at all; ctest then reports it as skipped, by name.
]=]
find_path(CMOCKA_INCLUDE cmocka.h)
find_library(CMOCKA_LIBRARY cmocka)
if(NOT CMOCKA_INCLUDE OR NOT CMOCKA_LIBRARY)
	message(FATAL_ERROR "cmocka is missing (Debian: libcmocka-dev); "
		"ci/test.sh installs what the build needs")
endif()

function(tablewalk_test name)
	cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
	if(NOT ARG_TIMEOUT)
		set(ARG_TIMEOUT 120)
	endif()
	add_executable(${name} ${ARG_SOURCES})
	# What is under test, and takes the time, is in libraries.
	target_compile_options(${name} PRIVATE -O1)
	target_link_libraries(${name} PRIVATE ${ARG_LINK} tw_options
		${CMOCKA_LIBRARY})
	target_include_directories(${name} SYSTEM PRIVATE ${CMOCKA_INCLUDE})
	add_test(NAME ${name} COMMAND ${name})
	set_tests_properties(${name} PROPERTIES
		LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
		SKIP_RETURN_CODE 77)
endfunction()
