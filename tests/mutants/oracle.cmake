# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
The proof that each part of the checks is needed, or is noticed when it is wrong:
one test per deliberate defect of oracles/defects.def, and one per impostor.
To be included by tests/mutants/CMakeLists.txt.
]=]
set(oracle_defects ${PROJECT_SOURCE_DIR}/oracles/defects.def)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
	${oracle_defects})
file(STRINGS ${oracle_defects} oracle_lines REGEX "^DEFECT\\(")

# Impostors of harness/subjects/impostor.c.
set(impostors nothing liar one-page-more late-corruption forgetful-walk
	flicker always-refuses)
# Only the observer of stores can see it.
set(options_flicker --check store)

# What an alarm needs is found soon; of the rest all cases are run.
set(cases_alarm 5000)
set(cases_blind 200)
set(cases_other 200)

set(string "\"([^\"]*)\"")
foreach(line IN LISTS oracle_lines)
	string(REGEX MATCH "^DEFECT\\(([A-Z0-9_]+), ${string}, ${string}, ${string}, ${string}, ${string}, ${string}, "
		head "${line}")
	if(NOT head)
		message(FATAL_ERROR "defects.def: ${line}")
	endif()
	string(TOLOWER ${CMAKE_MATCH_1} id)
	string(REPLACE "_" "-" id ${id})
	set(shows "${CMAKE_MATCH_4}")
	set(with "${CMAKE_MATCH_5}")
	set(signature "${CMAKE_MATCH_6}")
	string(REPLACE " " ";" options "${CMAKE_MATCH_7}")

	# An alarm is loud enough; what hides an impostor by itself is no fault.
	if(NOT shows STREQUAL alarm)
		foreach(name IN LISTS impostors)
			if(NOT with STREQUAL "subject ${name}")
				list(APPEND quiet_${name} ${id})
			endif()
		endforeach()
	endif()
	# With the sanitizers what ends soon is enough, and what is not the
	# sanitizers' own to find.
	if(TABLEWALK_SANITIZE AND NOT TABLEWALK_FULL_TESTS AND
	   NOT shows STREQUAL alarm AND NOT options MATCHES "^case")
		continue()
	endif()
	if(TABLEWALK_SANITIZE AND id STREQUAL ledger-late-stores)
		continue()
	endif()
	# In a build without it there is nothing to be wrong.
	if(options MATCHES "--opinion" AND NOT ADDRXLAT_FOUND)
		continue()
	endif()
	add_test(NAME oracle-defect-${id}
		COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/find-oracle-defect.sh
			$<TARGET_FILE:tablewalk> ${id} ${shows} "${with}"
			"${signature}" ${cases_${shows}} 1 ${options}
		WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
	set_tests_properties(oracle-defect-${id} PROPERTIES LABELS "mutants"
		TIMEOUT 180)
endforeach()

foreach(name IN LISTS impostors)
	if(TABLEWALK_SANITIZE AND NOT TABLEWALK_FULL_TESTS)
		set(quiet_${name} "")
	endif()
	add_test(NAME impostor-${name}
		COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/find-impostor.sh
			$<TARGET_FILE:tablewalk> ${name} "${seeds}"
			"${quiet_${name}}" ${options_${name}}
		WORKING_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
	set_tests_properties(impostor-${name} PROPERTIES LABELS "mutants"
		TIMEOUT 180)
endforeach()

# docs/checks.md shows what defects.def and impostor.c list.
add_test(NAME oracle-catalogue
	COMMAND Python3::Interpreter
		${CMAKE_CURRENT_SOURCE_DIR}/oracle_catalogue.py
		${PROJECT_SOURCE_DIR})
set_tests_properties(oracle-catalogue PROPERTIES LABELS "mutants")
