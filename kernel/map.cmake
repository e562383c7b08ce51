# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Subjects that change tables: io-pgtable-arm; set_memory.c of x86.

# tw_iopgtable_object(NAME [DEFECT name]), and the same for set_memory.c.
function(tw_iopgtable_object name)
	tablewalk_kernel_object(${name} FILES drivers/iommu/io-pgtable-arm.c
			drivers/iommu/io-pgtable.c
			drivers/iommu/io-pgtable-arm-v7s.c
		GLUE ${CMAKE_CURRENT_SOURCE_DIR}/iopgtable_glue.c
		BEFORE ${CMAKE_CURRENT_SOURCE_DIR}/arena.h
		DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/iopgtable_glue.h
			${CMAKE_CURRENT_SOURCE_DIR}/defects.ini
		FEATURES ${CMAKE_CURRENT_SOURCE_DIR}/iopgtable.ini
		IMPORTS calloc free EXPORTS iopt_* ${ARGN})
endfunction()

function(tw_setmemory_object name)
	tablewalk_kernel_object(${name} FILES arch/x86/mm/pat/set_memory.c
		GLUE ${CMAKE_CURRENT_SOURCE_DIR}/setmemory_glue.c
		BEFORE ${CMAKE_CURRENT_SOURCE_DIR}/arena.h
		DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/setmemory_glue.h
			${CMAKE_CURRENT_SOURCE_DIR}/defects.ini
		FEATURES ${CMAKE_CURRENT_SOURCE_DIR}/setmemory.ini
		EXPORTS setm_* ${ARGN})
endfunction()

# What 6.14 refuses trees before it divide, and some since: the symbol tells.
file(STRINGS ${LINUX_TREE}/drivers/iommu/io-pgtable-arm.c divides
	REGEX "arm_lpae_split_blk_unmap\\(" LIMIT_COUNT 1)
set(TW_IOPGTABLE_DIVIDES 0)
if(divides)
	set(TW_IOPGTABLE_DIVIDES 1)
endif()

tablewalk_library(tw_linux_iopgtable SOURCES iopgtable.c LINK tw_include)
target_compile_definitions(tw_linux_iopgtable PRIVATE
	IOPGTABLE_DIVIDES=${TW_IOPGTABLE_DIVIDES})
tablewalk_library(tw_linux_setmemory SOURCES setmemory.c LINK tw_include)

tw_iopgtable_object(kernel_iopgtable)
tw_setmemory_object(kernel_setmemory)
set(TW_IOPGTABLE_SUBJECTS linux_iopgtable_s1 linux_iopgtable_s1_exec
	linux_iopgtable_s2 linux_iopgtable_lpae)
foreach(symbol IN LISTS TW_IOPGTABLE_SUBJECTS)
	tablewalk_linux_subject(${symbol}
		LINK kernel_iopgtable tw_linux_iopgtable)
endforeach()
tablewalk_linux_subject(linux_set_memory
	LINK kernel_setmemory tw_linux_setmemory)

foreach(subject linux-iopgtable-s1 linux-iopgtable-s2)
	tablewalk_linux_defects(defects ${subject})
	string(REPLACE - _ symbol ${subject})
	foreach(defect IN LISTS defects)
		tw_iopgtable_object(kernel_${defect} DEFECT ${defect})
		tablewalk_linux_defect(${defect} ${subject} SYMBOLS ${symbol}
			LINK kernel_${defect} tw_linux_iopgtable)
	endforeach()
endforeach()
tablewalk_linux_defects(defects linux-set-memory)
foreach(defect IN LISTS defects)
	tw_setmemory_object(kernel_${defect} DEFECT ${defect})
	tablewalk_linux_defect(${defect} linux-set-memory
		SYMBOLS linux_set_memory
		LINK kernel_${defect} tw_linux_setmemory)
endforeach()

# docs/findings: IOMMU_NOEXEC of stage 2, which the model MMU does not agree with.
# A program of its own, so that all subjects of tablewalk-linux have to be clean.
tablewalk_linux_defect(s2-noexec linux-iopgtable-s2-noexec
	SYMBOLS linux_iopgtable_s2_noexec
	LINK kernel_iopgtable tw_linux_iopgtable)

# Many cases of each, and the finding, which has to stay one.
if(BUILD_TESTING)
	set(cases 20000)
	if(TABLEWALK_FULL_TESTS)
		set(cases 100000)
	endif()
	foreach(pair linux-set-memory=x86_64-4level,x86_64-5level
			linux-iopgtable-s1=arm64-4k-39,arm64-4k-48,arm64-16k-36,arm64-16k-47,arm64-16k-48,arm64-64k-42,arm64-64k-48,arm64-64k-52
			linux-iopgtable-s1-exec=arm64-4k-48,arm64-64k-52
			linux-iopgtable-s2=arm64-s2-40,arm64-s2-48
			linux-iopgtable-lpae=arm-lpae)
		string(REPLACE "=" ";" pair ${pair})
		list(GET pair 0 subject)
		list(GET pair 1 listed)
		add_test(NAME ${subject} COMMAND tablewalk-linux random --quiet
			--subject ${subject} --format ${listed} --cases ${cases}
			--seed 1 --jobs 1
			--artifacts tablewalk-violations-${subject})
		set_tests_properties(${subject} PROPERTIES LABELS linux
			TIMEOUT 600)
	endforeach()
	add_test(NAME linux-iopgtable-s2-noexec COMMAND tablewalk-linux-s2-noexec
		run --subject linux-iopgtable-s2-noexec --format arm64-s2-48
		${PROJECT_SOURCE_DIR}/docs/findings/linux-iopgtable-s2-xn.tw)
	set_tests_properties(linux-iopgtable-s2-noexec PROPERTIES LABELS linux
		TIMEOUT 60
		PASS_REGULAR_EXPRESSION "VIOLATION mmu-verdict/prot/pte")
	# Not only built on demand, as programs with a defect are.
	set_target_properties(tablewalk-linux-s2-noexec PROPERTIES
		EXCLUDE_FROM_ALL OFF)
endif()
