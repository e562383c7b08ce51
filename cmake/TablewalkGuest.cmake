# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Probe guests: bare-metal programs, embedded in the host's.

tablewalk_add_guest(ARCH
	TARGET triple		what clang shall compile for; or
	GCC prefix PACKAGE name	the cross compiler, as in m68k-linux-gnu-, and the
				Debian package that has it
	CFLAGS flag...		more flags for C and assembly
	[LDFLAGS flag...]	more flags of the linker
	TEXT address		where the program is linked
	SOURCES file...		of the guest program; entry point in .text.start
	[ELF]			embeds the program as an ELF file, not as bytes
	[ROM file] [ROM_TEXT address]	a second, tiny program
	[HOST file...]		the host's half, see harness/guest_machine.h
	[MACHINES symbol...])	the struct guest_machine objects in HOST

Builds the flat binary with clang, ld.lld and llvm-objcopy, or with a cross gcc
and its ld and objcopy, and turns it into `const struct guest_image
guest_image_ARCH` (and guest_image_ARCH_rom).  Paths are relative to the calling
directory.

tablewalk_guest_library(NAME)
	The static library with the host side, all images and all machines.

Without its tools an image is empty, the host program still builds, and
guest_open() says why there is no such guest.  -DTABLEWALK_GUEST_CLANG=OFF
leaves the guests out on purpose.
]=]

set(TABLEWALK_GUEST_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/TablewalkGuestImage.cmake)

find_program(TABLEWALK_GUEST_CLANG NAMES clang-19 clang
	DOC "Compiler of the probe guests")
find_program(TABLEWALK_GUEST_LLD NAMES ld.lld-19 ld.lld
	DOC "Linker of the probe guests")
find_program(TABLEWALK_GUEST_OBJCOPY NAMES llvm-objcopy-19 llvm-objcopy
	DOC "Makes flat binaries of the probe guests")

set(TABLEWALK_GUEST_MISSING "")
foreach(tool IN ITEMS CLANG:clang-19 LLD:ld.lld-19 OBJCOPY:llvm-objcopy-19)
	string(REPLACE ":" ";" tool ${tool})
	list(GET tool 0 variable)
	list(GET tool 1 program)
	if(NOT TABLEWALK_GUEST_${variable})
		list(APPEND TABLEWALK_GUEST_MISSING ${program})
	endif()
endforeach()
if(TABLEWALK_GUEST_MISSING)
	list(JOIN TABLEWALK_GUEST_MISSING ", " TABLEWALK_GUEST_MISSING)
	string(APPEND TABLEWALK_GUEST_MISSING
		" not found when it was configured "
		"(packages clang-19, lld-19, llvm-19)")
	message(WARNING "No probe guests: ${TABLEWALK_GUEST_MISSING}. "
		"`tablewalk hw` will say so, and its tests are skipped.")
endif()

set(TABLEWALK_GUEST_COMMON
	-std=c17 -O2 -ffreestanding -fno-builtin -fno-stack-protector
	-fno-asynchronous-unwind-tables
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
	-Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Werror)

# A C file with an image that could not be built.
function(tw_guest_no_image symbol c why)
	file(WRITE ${c} "#include \"guest_machine.h\"\n\n"
		"extern const struct guest_image ${symbol};\n"
		"const struct guest_image ${symbol} = {\n"
		"\tNULL, 0, \"${why}\"\n};\n")
endfunction()

# Sets in the caller what compiles, links and copies, and TW_WHY if it is missing.
macro(tw_guest_tools target gcc package)
	set(TW_WHY "")
	if(NOT "${gcc}" STREQUAL "")
		foreach(tool IN ITEMS gcc ld objcopy)
			find_program(TABLEWALK_${gcc}${tool} NAMES ${gcc}${tool})
			mark_as_advanced(TABLEWALK_${gcc}${tool})
		endforeach()
		if(NOT TABLEWALK_${gcc}gcc)
			string(CONCAT TW_WHY "${gcc}gcc not found when it was "
				"configured (package ${package})")
			message(WARNING "No such guest: ${TW_WHY}.")
		endif()
		set(TW_CC ${TABLEWALK_${gcc}gcc} -fno-pic -Wno-array-bounds
			${TABLEWALK_GUEST_COMMON})
		set(TW_LD ${TABLEWALK_${gcc}ld} -z noexecstack
			--no-warn-rwx-segments --build-id=none)
		set(TW_OBJCOPY ${TABLEWALK_${gcc}objcopy})
	else()
		set(TW_WHY "${TABLEWALK_GUEST_MISSING}")
		set(TW_CC ${TABLEWALK_GUEST_CLANG} --target=${target}
			-fdirect-access-external-data ${TABLEWALK_GUEST_COMMON})
		set(TW_LD ${TABLEWALK_GUEST_LLD} -z norelro -z noexecstack)
		set(TW_OBJCOPY ${TABLEWALK_GUEST_OBJCOPY})
	endif()
endmacro()

# One program, and the C file that holds it.  Needs tw_guest_tools().
function(tw_guest_image symbol cflags text elf sources out)
	set(dir ${CMAKE_CURRENT_BINARY_DIR}/guest/${symbol})
	set(c ${dir}/${symbol}.c)
	set(objects "")
	file(MAKE_DIRECTORY ${dir})
	if(TW_WHY)
		tw_guest_no_image(${symbol} ${c} "${TW_WHY}")
		set(${out} ${c} PARENT_SCOPE)
		return()
	endif()
	foreach(source IN LISTS sources)
		get_filename_component(path ${source} ABSOLUTE)
		get_filename_component(here ${path} DIRECTORY)
		get_filename_component(name ${path} NAME)
		set(object ${dir}/${name}.o)
		add_custom_command(OUTPUT ${object}
			COMMAND ${TW_CC} ${cflags}
				-I${here} -I${PROJECT_SOURCE_DIR}/harness
				-I${PROJECT_SOURCE_DIR}/include
				-MD -MF ${object}.d -c ${path} -o ${object}
			DEPENDS ${path} DEPFILE ${object}.d
			COMMENT "Guest ${symbol}: ${name}" VERBATIM)
		list(APPEND objects ${object})
	endforeach()
	set(image ${dir}/image.bin)
	set(copy ${TW_OBJCOPY} -O binary ${dir}/image.elf ${image})
	if(elf)
		set(copy ${TW_OBJCOPY} --strip-all ${dir}/image.elf ${image})
	endif()
	add_custom_command(OUTPUT ${c}
		COMMAND ${TW_LD} -static -nostdlib
			--defsym=GUEST_TEXT=${text} -e ${text}
			-T ${PROJECT_SOURCE_DIR}/harness/guest.ld
			${objects} -o ${dir}/image.elf
		COMMAND ${copy}
		COMMAND ${CMAKE_COMMAND} -DIMAGE=${image}
			-DSYMBOL=${symbol} -DOUT=${c}
			-P ${TABLEWALK_GUEST_SCRIPT}
		DEPENDS ${objects} ${TABLEWALK_GUEST_SCRIPT}
			${PROJECT_SOURCE_DIR}/harness/guest.ld
		COMMENT "Guest ${symbol}" VERBATIM)
	set(${out} ${c} PARENT_SCOPE)
endfunction()

function(tablewalk_add_guest arch)
	cmake_parse_arguments(ARG "ELF" "TARGET;GCC;PACKAGE;TEXT;ROM;ROM_TEXT"
		"CFLAGS;LDFLAGS;SOURCES;HOST;MACHINES" ${ARGN})
	if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_TEXT
	   OR NOT (ARG_TARGET OR (ARG_GCC AND ARG_PACKAGE))
	   OR NOT ARG_SOURCES)
		message(FATAL_ERROR
			"tablewalk_add_guest(${arch}): see its description")
	endif()
	tw_guest_tools("${ARG_TARGET}" "${ARG_GCC}" "${ARG_PACKAGE}")
	list(APPEND TW_LD ${ARG_LDFLAGS})
	tw_guest_image(guest_image_${arch} "${ARG_CFLAGS}" ${ARG_TEXT}
		"${ARG_ELF}" "${ARG_SOURCES}" image)
	set(sources ${image})
	if(ARG_ROM)
		tw_guest_image(guest_image_${arch}_rom "${ARG_CFLAGS}"
			${ARG_ROM_TEXT} OFF "${ARG_ROM}" rom)
		list(APPEND sources ${rom})
	endif()
	foreach(source IN LISTS ARG_HOST)
		get_filename_component(path ${source} ABSOLUTE)
		list(APPEND sources ${path})
	endforeach()
	set_property(GLOBAL APPEND PROPERTY TW_GUEST_SOURCES ${sources})
	set_property(GLOBAL APPEND PROPERTY TW_GUEST_MACHINES ${ARG_MACHINES})
endfunction()

function(tablewalk_guest_library name)
	set(host ${PROJECT_SOURCE_DIR}/harness)
	set(list ${CMAKE_CURRENT_BINARY_DIR}/guest/guest_machines.c)
	get_property(sources GLOBAL PROPERTY TW_GUEST_SOURCES)
	get_property(machines GLOBAL PROPERTY TW_GUEST_MACHINES)
	set(externs "")
	set(entries "")
	foreach(machine IN LISTS machines)
		string(APPEND externs
			"extern const struct guest_machine ${machine};\n")
		string(APPEND entries "\t&${machine},\n")
	endforeach()
	list(LENGTH machines count)
	file(CONFIGURE OUTPUT ${list} @ONLY CONTENT
"/* Generated from the calls of tablewalk_add_guest(). */
#include \"guest_machine.h\"

@externs@
const struct guest_machine *const guest_machines[] = {
@entries@};
const unsigned guest_machine_count = @count@;
")
	tablewalk_library(${name}
		SOURCES ${host}/guest.c ${host}/guest_below.c ${host}/guest_run.c
			${host}/guest_process.c ${host}/guest_none.c
			${host}/guest_version.c ${list} ${sources}
		LINK tw_include)
	target_include_directories(${name} PUBLIC ${host})
endfunction()
