# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Subjects that change tables: io-pgtable-arm, set_memory.
set(TW_IOPGTABLE_FILES drivers/iommu/io-pgtable-arm.c drivers/iommu/io-pgtable.c
	drivers/iommu/io-pgtable-arm-v7s.c)
set(TW_IOPGTABLE_OBJECT GLUE ${CMAKE_CURRENT_SOURCE_DIR}/iopgtable_glue.c
	BEFORE ${CMAKE_CURRENT_SOURCE_DIR}/arena.h
	FEATURES ${CMAKE_CURRENT_SOURCE_DIR}/iopgtable.ini
	DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/iopgtable_glue.h
	IMPORTS calloc free EXPORTS iopt_*)
set(TW_SETMEMORY_FILES arch/x86/mm/pat/set_memory.c)
set(TW_SETMEMORY_OBJECT GLUE ${CMAKE_CURRENT_SOURCE_DIR}/setmemory_glue.c
	BEFORE ${CMAKE_CURRENT_SOURCE_DIR}/arena.h
	FEATURES ${CMAKE_CURRENT_SOURCE_DIR}/setmemory.ini
	DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/setmemory_glue.h
	EXPORTS setm_*)

# 6.14 refuses what trees before it divide; others have it in an older one.
file(STRINGS ${LINUX_TREE}/drivers/iommu/io-pgtable-arm.c divides
	REGEX "arm_lpae_split_blk_unmap\\(" LIMIT_COUNT 1)
if(divides)
	set(TW_IOPGTABLE_DIVIDES 1)
else()
	set(TW_IOPGTABLE_DIVIDES 0)
endif()

tablewalk_kernel_object(kernel_iopgtable FILES ${TW_IOPGTABLE_FILES}
	${TW_IOPGTABLE_OBJECT})
tablewalk_kernel_object(kernel_setmemory FILES ${TW_SETMEMORY_FILES}
	${TW_SETMEMORY_OBJECT})
tablewalk_library(tw_linux_iopgtable SOURCES iopgtable.c
	LINK kernel_iopgtable tw_include)
target_compile_definitions(tw_linux_iopgtable PRIVATE
	IOPGTABLE_DIVIDES=${TW_IOPGTABLE_DIVIDES})
tablewalk_library(tw_linux_setmemory SOURCES setmemory.c
	LINK kernel_setmemory tw_include)

foreach(symbol linux_iopgtable_s1 linux_iopgtable_s1_exec linux_iopgtable_s2
		linux_iopgtable_s2_noexec linux_iopgtable_lpae)
	tablewalk_linux_subject(${symbol} LINK tw_linux_iopgtable)
endforeach()
tablewalk_linux_subject(linux_set_memory LINK tw_linux_setmemory)
