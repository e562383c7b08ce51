# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Somebody's page-table code in this build: docs/writing-a-subject.md.

TABLEWALK_SUBJECT          the adapter and what it needs, joined by `;': C files that
                           define tablewalk_the_subject() (tablewalk/subject.h)
TABLEWALK_SUBJECT_OPTIONS  compiler options for them: -I and -D, say
TABLEWALK_SUBJECT_LINK     libraries that they need
TABLEWALK_SUBJECT_CASES    how many random cases ctest runs (5000)

Gives the program `tablewalk-subject', the whole command with that subject as the
default, and its tests (label tablewalk).  Our warnings are not asked of others'
code, our sanitizers are put in.
]=]
set(TABLEWALK_SUBJECT "" CACHE FILEPATH "C files of a subject under test")
set(TABLEWALK_SUBJECT_OPTIONS "" CACHE STRING "Compiler options for them")
set(TABLEWALK_SUBJECT_LINK "" CACHE STRING "Libraries that they need")
set(TABLEWALK_SUBJECT_CASES 5000 CACHE STRING "Random cases in its tests")

# Ends the configuration with the compiler's first complaint.
function(_tablewalk_try_subject source options)
	set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
	try_compile(compiles ${CMAKE_CURRENT_BINARY_DIR}/try-subject ${source}
		CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${PROJECT_SOURCE_DIR}/include"
		COMPILE_DEFINITIONS ${options} OUTPUT_VARIABLE output)
	if(compiles)
		return()
	endif()
	string(REGEX MATCH "[^\n]*error:[^\n]*" first "${output}")
	message(FATAL_ERROR "TABLEWALK_SUBJECT: ${source} does not compile: ${first}")
endfunction()

function(tablewalk_foreign_subject)
	separate_arguments(options NATIVE_COMMAND "${TABLEWALK_SUBJECT_OPTIONS}")
	foreach(source IN LISTS TABLEWALK_SUBJECT)
		if(NOT EXISTS ${source} OR IS_DIRECTORY ${source})
			message(FATAL_ERROR "TABLEWALK_SUBJECT: there is no file ${source}")
		endif()
		# Each is looked at again only when it, or how, has changed.
		file(SHA256 ${source} now)
		string(MD5 key "${source}")
		if(NOT "${TABLEWALK_TRIED_${key}}" STREQUAL "${now} ${options}")
			_tablewalk_try_subject(${source} "${options}")
		endif()
		set(TABLEWALK_TRIED_${key} "${now} ${options}" CACHE INTERNAL "")
	endforeach()
	add_executable(tablewalk-subject ${TABLEWALK_SUBJECT}
		${PROJECT_SOURCE_DIR}/package/main.c)
	set_target_properties(tablewalk-subject PROPERTIES C_EXTENSIONS ON)
	target_compile_options(tablewalk-subject PRIVATE ${options})
	target_link_libraries(tablewalk-subject PRIVATE tw_command
		${TABLEWALK_SUBJECT_LINK})
	if(TABLEWALK_SANITIZE)
		set(sanitizers -fsanitize=address,undefined)
		target_compile_options(tablewalk-subject PRIVATE ${sanitizers})
		target_link_options(tablewalk-subject PRIVATE ${sanitizers})
	endif()
	set(TABLEWALK_CORPORA ${PROJECT_SOURCE_DIR}/corpora)
	tablewalk_add_subject_tests(tablewalk-subject
		CASES ${TABLEWALK_SUBJECT_CASES})
endfunction()

if(TABLEWALK_SUBJECT)
	include(${PROJECT_SOURCE_DIR}/package/TablewalkSubject.cmake)
	tablewalk_foreign_subject()
endif()
