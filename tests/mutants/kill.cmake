# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The stored cases against all defects, and objects without any; not_by_random is
# what tests/mutants/CMakeLists.txt says.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME kill-corpus
	COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/kill-corpus.py
		$<TARGET_FILE:tablewalk> ${PROJECT_SOURCE_DIR} 2
		"${not_by_random}")
set_tests_properties(kill-corpus PROPERTIES LABELS "mutants" PROCESSORS 2
	TIMEOUT 180)

# Not under sanitizers: those write lines and columns into the code.  Where unit
# tests have the defects there are no ordinary objects.
if(NOT TABLEWALK_SANITIZE AND NOT TABLEWALK_FUZZER AND
		NOT TABLEWALK_TEST_MUTANTS)
	add_test(NAME mutants-compiled-out
		COMMAND Python3::Interpreter
			${CMAKE_CURRENT_SOURCE_DIR}/compiled-out.py
			${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
	set_tests_properties(mutants-compiled-out PROPERTIES LABELS "mutants"
		TIMEOUT 600)
endif()
