# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Probe guests: bare-metal programs, embedded in the host's.

tablewalk_add_guest(ARCH
	TARGET triple		what clang shall compile for
	CFLAGS flag...		more flags for C and assembly
	TEXT address		where the program is linked
	SOURCES file...		of the guest program; entry point in .text.start
	[ROM file] [ROM_TEXT address]	a second, tiny program
	HOST file...		the host's half, see harness/guest_machine.h
	MACHINES symbol...)	the struct guest_machine objects in HOST

Builds the flat binary with clang, ld.lld and llvm-objcopy and turns it into
`const struct guest_image guest_image_ARCH` (and guest_image_ARCH_rom).  Paths
are relative to the calling directory.

tablewalk_guest_library(NAME)
	The static library with the host side, all images and all machines.

Without the three tools the images are empty, the host program still builds,
and guest_open() says why there are no guests.  -DTABLEWALK_GUEST_CLANG=OFF
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

set(TABLEWALK_GUEST_CFLAGS
	-std=c17 -O2 -ffreestanding -fno-builtin -fno-stack-protector
	-fno-asynchronous-unwind-tables -fdirect-access-external-data
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
	-Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Werror)

# One flat binary, and the C file that holds it.
function(tw_guest_image symbol target cflags text sources out)
	set(dir ${CMAKE_CURRENT_BINARY_DIR}/guest/${symbol})
	set(c ${dir}/${symbol}.c)
	set(objects "")
	file(MAKE_DIRECTORY ${dir})
	if(TABLEWALK_GUEST_MISSING)
		file(WRITE ${c} "#include \"guest_machine.h\"\n\n"
			"extern const struct guest_image ${symbol};\n"
			"const struct guest_image ${symbol} = { NULL, 0 };\n")
		set(${out} ${c} PARENT_SCOPE)
		return()
	endif()
	foreach(source IN LISTS sources)
		get_filename_component(path ${source} ABSOLUTE)
		get_filename_component(here ${path} DIRECTORY)
		get_filename_component(name ${path} NAME)
		set(object ${dir}/${name}.o)
		add_custom_command(OUTPUT ${object}
			COMMAND ${TABLEWALK_GUEST_CLANG} --target=${target}
				${TABLEWALK_GUEST_CFLAGS} ${cflags}
				-I${here} -I${PROJECT_SOURCE_DIR}/harness
				-I${PROJECT_SOURCE_DIR}/include
				-MD -MF ${object}.d -c ${path} -o ${object}
			DEPENDS ${path} DEPFILE ${object}.d
			COMMENT "Guest ${symbol}: ${name}" VERBATIM)
		list(APPEND objects ${object})
	endforeach()
	add_custom_command(OUTPUT ${c}
		COMMAND ${TABLEWALK_GUEST_LLD} -static -nostdlib -z norelro
			-z noexecstack --defsym=GUEST_TEXT=${text} -e ${text}
			-T ${PROJECT_SOURCE_DIR}/harness/guest.ld
			${objects} -o ${dir}/image.elf
		COMMAND ${TABLEWALK_GUEST_OBJCOPY} -O binary
			${dir}/image.elf ${dir}/image.bin
		COMMAND ${CMAKE_COMMAND} -DIMAGE=${dir}/image.bin
			-DSYMBOL=${symbol} -DOUT=${c}
			-P ${TABLEWALK_GUEST_SCRIPT}
		DEPENDS ${objects} ${TABLEWALK_GUEST_SCRIPT}
			${PROJECT_SOURCE_DIR}/harness/guest.ld
		COMMENT "Guest ${symbol}" VERBATIM)
	set(${out} ${c} PARENT_SCOPE)
endfunction()

function(tablewalk_add_guest arch)
	cmake_parse_arguments(ARG "" "TARGET;TEXT;ROM;ROM_TEXT"
		"CFLAGS;SOURCES;HOST;MACHINES" ${ARGN})
	if(ARG_UNPARSED_ARGUMENTS OR NOT ARG_TARGET OR NOT ARG_TEXT
	   OR NOT ARG_SOURCES OR NOT ARG_HOST OR NOT ARG_MACHINES)
		message(FATAL_ERROR
			"tablewalk_add_guest(${arch}): see its description")
	endif()
	tw_guest_image(guest_image_${arch} ${ARG_TARGET} "${ARG_CFLAGS}"
		${ARG_TEXT} "${ARG_SOURCES}" image)
	set(sources ${image})
	if(ARG_ROM)
		tw_guest_image(guest_image_${arch}_rom ${ARG_TARGET}
			"${ARG_CFLAGS}" ${ARG_ROM_TEXT} "${ARG_ROM}" rom)
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
const char guest_machines_missing[] = \"@TABLEWALK_GUEST_MISSING@\";
")
	tablewalk_library(${name}
		SOURCES ${host}/guest.c ${host}/guest_run.c
			${host}/guest_process.c ${list} ${sources}
		LINK tw_include)
	target_include_directories(${name} PUBLIC ${host})
endfunction()
