# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Sets TABLEWALK_DEVIATIONS to a generated C file with the lists of known deviations,
arch/<a>/deviations/<emulator>.txt, line by line (harness/deviation.h).
]=]
file(GLOB deviation_lists CONFIGURE_DEPENDS
	${PROJECT_SOURCE_DIR}/arch/*/deviations/*.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
	${deviation_lists})
set(TABLEWALK_DEVIATIONS ${CMAKE_CURRENT_BINARY_DIR}/deviations.c)
set(arrays "")
set(entries "")
set(count 0)
foreach(path IN LISTS deviation_lists)
	get_filename_component(emulator ${path} NAME_WLE)
	# NAME_WLE takes away the last extension only: the dot of 7.2 stays.
	get_filename_component(arch ${path} DIRECTORY)
	get_filename_component(arch ${arch} DIRECTORY)
	get_filename_component(arch ${arch} NAME)
	file(READ ${path} text)
	# Semicolons and brackets mean something to CMake's lists.
	string(REPLACE "\\" "\\\\" text "${text}")
	string(REPLACE "\"" "\\\"" text "${text}")
	string(REGEX REPLACE "([^\n]*)\n" "\t\"\\1\",\n" text "${text}")
	string(APPEND arrays
		"static const char *const list${count}[] = {\n${text}\tNULL,\n};\n\n")
	string(APPEND entries
		"\t{ \"${arch}\", \"${emulator}\", list${count} },\n")
	math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${TABLEWALK_DEVIATIONS}.new
"/* Generated from the lists in the folders deviations below arch. */
#include \"deviation.h\"

${arrays}const struct deviation_file deviation_files[] = {
${entries}\t{ NULL, NULL, NULL },
};
const unsigned deviation_file_count = ${count};
")
configure_file(${TABLEWALK_DEVIATIONS}.new ${TABLEWALK_DEVIATIONS} COPYONLY)
