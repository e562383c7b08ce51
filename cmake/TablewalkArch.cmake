# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Architectures and their formats.

tablewalk_add_arch(ARCH FORMATS name ... SOURCES file ...)
    Adds the formats of the architecture in arch/ARCH, in this order, to the
    registry pt_formats[].  Each SOURCE is a file of arch/ARCH.  A format called
    `riscv-sv39` is the constant pt_format_riscv_sv39: what is not a letter or a
    digit becomes an underscore.

tablewalk_arch_library(NAME SOURCES file ...)
    Makes the library of all architectures added so far, with the generated
    registry.  To be called once, after the last tablewalk_add_arch().  A C
    file in a folder of arch/ that no call names is an error.
]=]

function(tablewalk_add_arch arch)
	cmake_parse_arguments(ARG "" "" "FORMATS;SOURCES" ${ARGN})
	if(NOT ARG_FORMATS OR NOT ARG_SOURCES OR ARG_UNPARSED_ARGUMENTS)
		message(FATAL_ERROR "tablewalk_add_arch(${arch}): "
			"wants FORMATS and SOURCES, and nothing else")
	endif()
	get_property(known GLOBAL PROPERTY TABLEWALK_FORMATS)
	foreach(format IN LISTS ARG_FORMATS)
		if(format IN_LIST known)
			message(FATAL_ERROR "tablewalk_add_arch(${arch}): "
				"format ${format} exists already")
		endif()
	endforeach()
	set_property(GLOBAL APPEND PROPERTY TABLEWALK_FORMATS ${ARG_FORMATS})
	foreach(format IN LISTS ARG_FORMATS)
		set_property(GLOBAL PROPERTY TABLEWALK_ARCH_OF_${format} ${arch})
	endforeach()
	list(TRANSFORM ARG_SOURCES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/${arch}/)
	set_property(GLOBAL APPEND PROPERTY TABLEWALK_ARCH_SOURCES
		${ARG_SOURCES})
endfunction()

function(tablewalk_arch_library name)
	cmake_parse_arguments(ARG "" "" "SOURCES" ${ARGN})
	get_property(formats GLOBAL PROPERTY TABLEWALK_FORMATS)
	get_property(sources GLOBAL PROPERTY TABLEWALK_ARCH_SOURCES)
	file(GLOB there CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/*.c)
	list(REMOVE_ITEM there ${sources})
	if(there)
		message(FATAL_ERROR "arch/CMakeLists.txt does not name ${there}")
	endif()
	set(TABLEWALK_FORMAT_DECLARATIONS "")
	set(TABLEWALK_FORMAT_POINTERS "")
	set(TABLEWALK_FORMAT_FACTS "")
	foreach(format IN LISTS formats)
		string(MAKE_C_IDENTIFIER ${format} symbol)
		string(APPEND TABLEWALK_FORMAT_DECLARATIONS
			"extern const struct pt_format pt_format_${symbol};\n")
		string(APPEND TABLEWALK_FORMAT_POINTERS
			"\t&pt_format_${symbol},\n")
		get_property(arch GLOBAL PROPERTY TABLEWALK_ARCH_OF_${format})
		set(facts false)
		if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${arch}/facts/${format}.facts)
			set(facts true)
		endif()
		string(APPEND TABLEWALK_FORMAT_FACTS "\t${facts},\n")
	endforeach()
	configure_file(${CMAKE_CURRENT_SOURCE_DIR}/registry.c.in
		${CMAKE_CURRENT_BINARY_DIR}/registry.c @ONLY)
	tablewalk_library(${name}
		SOURCES ${ARG_SOURCES} ${sources}
			${CMAKE_CURRENT_BINARY_DIR}/registry.c
		LINK tw_include)
endfunction()
