# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Proves that the oracles' include directories reach three headers only.

COMPILER  the C compiler       INCLUDE  the directory with the three headers
ORACLES   oracles/             HEADERS  include/tablewalk of the project
PROBE     include_probe.c

The probe compiles without a further header and with each allowed one, so what
fails with a forbidden one fails because of it.
]=]

function(probe header result)
	set(define "")
	if(header)
		set(define "-DPROBE_HEADER=<tablewalk/${header}.h>")
	endif()
	execute_process(COMMAND ${COMPILER} -std=c17 -fsyntax-only ${define}
		-I${INCLUDE} -I${ORACLES} ${PROBE}
		RESULT_VARIABLE code ERROR_VARIABLE errors OUTPUT_QUIET)
	set(${result} "${code}" PARENT_SCOPE)
	set(errors "${errors}" PARENT_SCOPE)
endfunction()

probe("" code)
if(NOT code EQUAL 0)
	message(FATAL_ERROR "the probe does not compile by itself: ${errors}")
endif()
set(forbidden 0)
file(GLOB headers ${HEADERS}/*.h)
foreach(path ${headers})
	get_filename_component(header ${path} NAME_WE)
	probe(${header} code)
	if(header MATCHES "^(types|op|trace)$")
		if(NOT code EQUAL 0)
			message(FATAL_ERROR "${header}.h must compile: ${errors}")
		endif()
	else()
		math(EXPR forbidden "${forbidden} + 1")
		if(code EQUAL 0)
			message(FATAL_ERROR "oracles can include ${header}.h")
		endif()
		if(NOT errors MATCHES "${header}\\.h")
			message(FATAL_ERROR "failed for another reason: ${errors}")
		endif()
	endif()
endforeach()
# format.h, table_ops.h and walk.h at least.
if(forbidden LESS 3)
	message(FATAL_ERROR "found only ${forbidden} forbidden headers in ${HEADERS}")
endif()
message(STATUS "${forbidden} forbidden headers do not compile")
