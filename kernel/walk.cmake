# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# linux-pagewalk and linux-ptdump: Linux's walker and dumper, x86-64.
set(TW_WALK_FILES mm/pagewalk.c mm/pgtable-generic.c mm/ptdump.c)
# Functions that only the operations of debugfs files name.
set(TW_WALK_UNUSED seq_lseek seq_read single_release)

# tw_walk_object(NAME [DEFECT name] [PLAIN]): walker, dumper and their glue.
function(tw_walk_object name)
	tablewalk_kernel_object(${name} FILES ${TW_WALK_FILES}
		USES arch/x86/mm/dump_pagetables.c
		GLUE ${CMAKE_CURRENT_SOURCE_DIR}/walk_glue.c
			${CMAKE_CURRENT_SOURCE_DIR}/dump_glue.c
		INCLUDE ${CMAKE_CURRENT_SOURCE_DIR}
		DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/walk_glue.h
			${CMAKE_CURRENT_SOURCE_DIR}/dump_glue.h
			${CMAKE_CURRENT_SOURCE_DIR}/defects.ini
		FEATURES ${CMAKE_CURRENT_SOURCE_DIR}/features.ini
		IMPORTS glue_.* vsnprintf EXPORTS kernel_* ${ARGN}
		 FUNCTIONS ${TW_WALK_UNUSED})
endfunction()

# Which walker it is: asked of it, without what a fuzzer or sanitizer adds.
tw_walk_object(kernel_walk_plain PLAIN)
add_executable(walk_probe walk_probe.c ${PROJECT_SOURCE_DIR}/harness/profile.c
	dump_none.c)
target_link_libraries(walk_probe PRIVATE kernel_walk_plain tw_include tw_options)
tablewalk_plain(walk_probe)
add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/linux_profile.h
	COMMAND sh -c "\"$0\" > \"$1\"" $<TARGET_FILE:walk_probe>
		${CMAKE_CURRENT_BINARY_DIR}/linux_profile.h
	COMMAND sed -n "s/^#define LINUX_WALKER //p"
		${CMAKE_CURRENT_BINARY_DIR}/linux_profile.h
	DEPENDS walk_probe COMMENT "Asking the tree's walker" VERBATIM)
add_custom_target(linux_profile
	DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/linux_profile.h)

# Our half of the two subjects, without the tree's object.
add_library(tw_linux_walk_host OBJECT linux_pagewalk.c linux_ptdump.c linux_tables.c)
target_link_libraries(tw_linux_walk_host PUBLIC tw_include PRIVATE tw_options)
target_include_directories(tw_linux_walk_host PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
add_dependencies(tw_linux_walk_host linux_profile)

tw_walk_object(kernel_walk)
add_library(tw_linux_walk INTERFACE)
target_link_libraries(tw_linux_walk INTERFACE tw_linux_walk_host
	$<TARGET_OBJECTS:tw_linux_walk_host> kernel_walk)
tablewalk_linux_subject(linux_pagewalk LINK tw_linux_walk)
tablewalk_linux_subject(linux_ptdump LINK tw_linux_walk)

foreach(subject linux-pagewalk linux-ptdump)
	add_test(NAME ${subject} COMMAND tablewalk-linux random
		--subject ${subject} --seed 1 --quiet
		--cases $<IF:$<BOOL:${TABLEWALK_FULL_TESTS}>,100000,20000> --jobs 1
		--artifacts tablewalk-violations-${subject})
	set_tests_properties(${subject} PROPERTIES LABELS linux TIMEOUT 600)
	tablewalk_linux_defects(defects ${subject})
	foreach(defect IN LISTS defects)
		tw_walk_object(kernel_walk_${defect} DEFECT ${defect})
		tablewalk_linux_defect(${defect} ${subject}
			SYMBOLS linux_pagewalk linux_ptdump
			LINK kernel_walk_${defect} tw_linux_walk_host)
	endforeach()
endforeach()

# The same with libFuzzer: only the tree's code has coverage (clang).
if(CMAKE_C_COMPILER_ID STREQUAL "Clang" AND NOT TABLEWALK_FUZZER)
	tw_walk_object(kernel_walk_fuzz FLAGS -fsanitize=fuzzer-no-link)
	foreach(subject pagewalk ptdump)
		tablewalk_linux_fuzzer(fuzz_linux_${subject} linux_${subject}
			kernel_walk_fuzz tw_linux_walk_host)
	endforeach()
endif()

# Linux's walker beside ours, same tables, same process.
add_executable(bench_walk bench_walk.c dump_none.c)
target_link_libraries(bench_walk PRIVATE kernel_walk tw_harness tw_options)
