# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Objects of a Linux tree, for programs of this build (kernel/README.md).

LINUX_TREE               an unpacked tree, 5.10 or newer; empty: no kernel subjects
TABLEWALK_KERNEL_CACHE   where configured headers are kept, by version, architecture
                         and compiler; several build trees may share it

tablewalk_kernel_object(NAME FILES path ... GLUE file ...
    [ARCH x86_64] [COMPILER cc] [CONFIG fragment] [LIKE path] [BEFORE file]
    [USES path ...] [INCLUDE directory ...] [FLAGS flag ...] [FEATURES ini]
    [IMPORTS regex ...] [EXPORTS wildcard ...] [FUNCTIONS name ...]
    [DEFECT name] [DEPENDS file ...] [OUTPUT variable] [PLAIN])
    An INTERFACE library NAME that brings one object, and for x86_64 the link
    option -no-pie.  FILES are of the tree, GLUE is ours, USES are files of the tree
    that glue includes as a whole.  The object is compiled
    with this build's compiler unless COMPILER names another, and with its
    sanitizer and fuzzer if it is the same and PLAIN is not said.  OUTPUT is set to the object's path,
    for what CMake does not link.
]=]
set(LINUX_TREE "$CACHE{TABLEWALK_LINUX_TREE}" CACHE PATH
	"An unpacked Linux tree whose page-table code is a subject")
set(TABLEWALK_KERNEL_CACHE ${PROJECT_BINARY_DIR}/kernel/cache CACHE PATH
	"Where configured headers of Linux trees are kept")
set(TW_KERNEL_DIR ${CMAKE_CURRENT_LIST_DIR})

# What a kernel object of this build is instrumented with.
function(_tablewalk_kernel_flags out)
	set(flags "")
	if(TABLEWALK_SANITIZE)
		list(APPEND flags --flag=-fsanitize=address)
		if(CMAKE_C_COMPILER_ID STREQUAL Clang)
			list(APPEND flags
			--flag=-fsanitize-address-use-after-return=never)
		endif()
	endif()
	foreach(flag IN LISTS TW_COVERAGE)
		list(APPEND flags --flag=${flag})
	endforeach()
	set(${out} ${flags} PARENT_SCOPE)
endfunction()

function(tablewalk_kernel_object name)
	cmake_parse_arguments(ARG "PLAIN"
		"ARCH;COMPILER;CONFIG;LIKE;BEFORE;FEATURES;DEFECT;OUTPUT"
		"FILES;USES;GLUE;INCLUDE;FLAGS;IMPORTS;EXPORTS;FUNCTIONS;DEPENDS"
		${ARGN})
	if(ARG_UNPARSED_ARGUMENTS)
		message(FATAL_ERROR "tablewalk_kernel_object(${name}): "
			"what is ${ARG_UNPARSED_ARGUMENTS}?")
	endif()
	if(NOT ARG_ARCH)
		set(ARG_ARCH x86_64)
	endif()
	if(NOT ARG_CONFIG)
		set(ARG_CONFIG ${TW_KERNEL_DIR}/${ARG_ARCH}.config)
	endif()
	set(options --arch ${ARG_ARCH} --config ${ARG_CONFIG})
	if(ARG_COMPILER)
		list(APPEND options --compiler ${ARG_COMPILER})
	else()
		set(instrument "")
		if(NOT ARG_PLAIN)
			_tablewalk_kernel_flags(instrument)
		endif()
		list(APPEND options --compiler ${CMAKE_C_COMPILER}
			${instrument})
	endif()
	foreach(pair FILES=file USES=uses GLUE=glue INCLUDE=include FLAGS=flag
			IMPORTS=import EXPORTS=export FUNCTIONS=function
			LIKE=like BEFORE=before FEATURES=features
			DEFECT=defect)
		string(REPLACE "=" ";" pair ${pair})
		list(GET pair 0 argument)
		list(GET pair 1 option)
		foreach(value IN LISTS ARG_${argument})
			list(APPEND options --${option}=${value})
		endforeach()
	endforeach()
	if(ARG_DEFECT)
		list(APPEND options --defects ${TW_KERNEL_DIR}/defects.ini)
	endif()
	set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
	add_custom_command(OUTPUT ${object}
		COMMAND ${TW_KERNEL_DIR}/compile --tree ${LINUX_TREE}
			--cache ${TABLEWALK_KERNEL_CACHE} ${options}
			-o ${object}
		WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
		DEPENDS ${ARG_GLUE} ${ARG_FEATURES} ${ARG_CONFIG} ${ARG_BEFORE}
			${ARG_DEPENDS} ${LINUX_TREE}/Makefile
			${TW_KERNEL_DIR}/compile ${TW_KERNEL_DIR}/kbuild.py
		COMMENT "Linux: ${name}" VERBATIM)
	add_custom_target(${name}_object DEPENDS ${object})
	add_library(${name} INTERFACE)
	target_link_libraries(${name} INTERFACE ${object})
	target_link_options(${name} INTERFACE -no-pie -Wl,-z,noexecstack)
	add_dependencies(${name} ${name}_object)
	if(ARG_OUTPUT)
		set(${ARG_OUTPUT} ${object} PARENT_SCOPE)
	endif()
endfunction()
