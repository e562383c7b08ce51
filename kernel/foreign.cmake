# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Subjects of other architectures: programs that qemu-user runs and that serve one
subject each over a pipe (docs/subject-protocol.md).

  tablewalk-linux-riscv, -arm64, -s390, -s390-folded
                                         mm/pagewalk.c, a reader
  tablewalk-linux-kvm                    arch/arm64/kvm/hyp/pgtable.c, stage 2

tablewalk_linux_program(NAME ARCH arch SOURCES file ... FILES path ...
    GLUE file ... FLAGS flag ... GLUE_FLAGS flag ... LINK argument ...
    [options of tablewalk_kernel_object()])
    NAME with the arch's compiler, static.  Where there is no such compiler or no
    qemu to run it, that is said and TARGET NAME does not exist.
]=]
set(TW_FOREIGN_riscv riscv64)
set(TW_FOREIGN_arm64 aarch64)
set(TW_FOREIGN_s390 s390x)

file(STRINGS ${LINUX_TREE}/Makefile version
	REGEX "^(VERSION|PATCHLEVEL|SUBLEVEL) = ")
string(REGEX REPLACE "[A-Z =]+" "" version "${version}")
list(JOIN version "." version)
set(TW_LINUX_VERSION "Linux ${version}")

foreach(arch riscv arm64 s390)
	set(machine ${TW_FOREIGN_${arch}})
	find_program(TW_CC_${arch} ${machine}-linux-gnu-gcc)
	find_program(TW_QEMU_${arch} NAMES qemu-${machine}
		qemu-${machine}-static)
	mark_as_advanced(TW_CC_${arch} TW_QEMU_${arch})
	if(NOT TW_CC_${arch} OR NOT TW_QEMU_${arch})
		message(STATUS "No Linux subjects of ${arch}: "
			"${machine}-linux-gnu-gcc or qemu-${machine} is "
			"missing (ci/install --tests)")
	endif()
endforeach()

function(tablewalk_linux_program name)
	cmake_parse_arguments(ARG "" "ARCH;DEFECT"
		"SOURCES;FLAGS;GLUE_FLAGS;FILES;GLUE;IMPORTS;DEPENDS;LINK"
		${ARGN})
	if(NOT TW_CC_${ARG_ARCH} OR NOT TW_QEMU_${ARG_ARCH})
		return()
	endif()
	set(defect "")
	if(ARG_DEFECT)
		set(defect DEFECT ${ARG_DEFECT})
	endif()
	set(include ${PROJECT_SOURCE_DIR}/include)
	tablewalk_kernel_object(${name}_kernel ARCH ${ARG_ARCH}
		COMPILER ${TW_CC_${ARG_ARCH}} FILES ${ARG_FILES}
		GLUE ${ARG_GLUE} FEATURES features.ini IMPORTS ${ARG_IMPORTS}
		FLAGS ${ARG_GLUE_FLAGS}
		INCLUDE include ${include} ${TW_KERNEL_DIR}
		DEPENDS ${ARG_DEPENDS} include/stdint.h include/stddef.h
			${include}/tablewalk/subject.h
		OUTPUT object ${defect} ${ARG_UNPARSED_ARGUMENTS})
	set(program ${CMAKE_CURRENT_BINARY_DIR}/${name})
	set(serve ${PROJECT_SOURCE_DIR}/harness/subjects/serve.c)
	add_custom_command(OUTPUT ${program}
		COMMAND ${TW_CC_${ARG_ARCH}} -std=c17 -O2 -g -Wall -Wextra
			-Werror -static -no-pie -Wl,-z,noexecstack
			-I${include} -I${TW_KERNEL_DIR} ${ARG_FLAGS}
			"-DLINUX_VERSION=\"${TW_LINUX_VERSION}\""
			-o ${program} ${ARG_SOURCES} ${serve} ${object}
			${ARG_LINK}
		WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
		DEPENDS ${ARG_SOURCES} ${serve} ${object} ${ARG_DEPENDS}
			${include}/tablewalk/subject.h
		COMMENT "Linux: ${name}" VERBATIM)
	add_custom_target(${name}_program ALL DEPENDS ${program})
	set(${name}_command "${TW_QEMU_${ARG_ARCH}} ${program}" PARENT_SCOPE)
endfunction()

# tablewalk_linux_test(NAME COMMAND program CASES n [FINDS] FORMATS name ...): random
# cases of a subject, none of which may show anything, or with FINDS one must.
function(tablewalk_linux_test name)
	cmake_parse_arguments(ARG "FINDS" "COMMAND;CASES" "FORMATS" ${ARGN})
	if(TABLEWALK_FUZZER STREQUAL "external" OR NOT ARG_COMMAND)
		return()
	endif()
	list(JOIN ARG_FORMATS "," formats)
	# At 100 cases a second, which a machine that does more than this has.
	math(EXPR seconds "120 + ${ARG_CASES} / 20")
	add_test(NAME ${name} COMMAND tablewalk random --quiet --folding linux
		--subject-command "${ARG_COMMAND}" --format ${formats} --seed 1
		--cases ${ARG_CASES}
		--artifacts ${CMAKE_CURRENT_BINARY_DIR}/violations-${name})
	set_tests_properties(${name} PROPERTIES LABELS "linux;qemu-user"
		TIMEOUT ${seconds} PROCESSORS 2)
	if(ARG_FINDS)
		set_tests_properties(${name} PROPERTIES PASS_REGULAR_EXPRESSION
			"[1-9][0-9]* violations \\([1-9]")
	endif()
endfunction()

set(TW_FOREIGN_CASES 300)
if(TABLEWALK_FULL_TESTS)
	set(TW_FOREIGN_CASES 100000)
endif()

# A walker.  formats are of those in foreign_arch_<arch>.h; subject is what its name
# ends with.
function(_tablewalk_linux_walker name arch subject formats)
	cmake_parse_arguments(ARG "" "DEFECT" "" ${ARGN})
	set(unquoted ${formats})
	list(TRANSFORM formats REPLACE "(.+)" "\"\\1\"")
	list(JOIN formats "," formats)
	set(more "")
	if(arch STREQUAL riscv)
		set(more arch/riscv/mm/pgtable.c)
	endif()
	tablewalk_linux_program(${name} ARCH ${arch}
		FILES mm/pagewalk.c mm/pgtable-generic.c ${more}
		GLUE foreign_glue.c BEFORE foreign_va_${arch}.h
		DEPENDS foreign_glue.h foreign_arch_${arch}.h
		IMPORTS "foreign_(alloc|free|fail)"
		GLUE_FLAGS "-DFOREIGN_ARCH=\"foreign_arch_${arch}.h\""
		SOURCES foreign_main.c
		FLAGS "-DFOREIGN_NAME=\"${subject}\""
			"-DFOREIGN_FORMATS=${formats}"
			${ARG_UNPARSED_ARGUMENTS}
		DEFECT "${ARG_DEFECT}")
	set(more "")
	if(ARG_DEFECT)
		set(TW_FOREIGN_CASES 300)
		set(more FINDS)
	endif()
	tablewalk_linux_test(${name} COMMAND "${${name}_command}" ${more}
		CASES ${TW_FOREIGN_CASES} FORMATS ${unquoted})
endfunction()

_tablewalk_linux_walker(tablewalk-linux-riscv riscv riscv
	"riscv-sv39;riscv-sv48;riscv-sv57")
_tablewalk_linux_walker(tablewalk-linux-arm64 arm64 arm64 arm64-4k-48)
_tablewalk_linux_walker(tablewalk-linux-s390 s390 s390 s390x-5level)
# The other depths are a subject of their own: they differ.
string(CONCAT why "arch/s390/include/asm/pgtable.h: PGDIR_SHIFT and P4D_SHIFT "
	"are those of five levels with three and four too, so that "
	"pgd_addr_end() takes all entries of the root together")
_tablewalk_linux_walker(tablewalk-linux-s390-folded s390 s390-folded
	"s390x-3level;s390x-4level" "-DFOREIGN_FOLDED=\"${why}\"")

function(_tablewalk_linux_kvm name defect)
	tablewalk_linux_program(${name} ARCH arm64 DEFECT "${defect}"
		FILES arch/arm64/kvm/hyp/pgtable.c
		GLUE kvm_glue.c DEPENDS kvm_glue.h kvm.ld
		IMPORTS kvm_host_.* FUNCTIONS alt_cb_patch_nops
		SOURCES kvm_main.c LINK -Wl,-T,kvm.ld)
	set(${name}_command "${${name}_command}" PARENT_SCOPE)
endfunction()

# The glue needs what 6.12 has of stage 2 (levels from -1, splitting).
file(READ ${LINUX_TREE}/arch/arm64/kvm/hyp/pgtable.c text)
if(NOT text MATCHES "kvm_pgtable_stage2_split" OR
   NOT text MATCHES "__kvm_pgtable_stage2_init" OR
   NOT text MATCHES "s8 level")
	message(STATUS "No subject linux-kvm: arch/arm64/kvm/hyp/pgtable.c of this "
		"tree lacks kvm_pgtable_stage2_split(), "
		"__kvm_pgtable_stage2_init() or signed levels")
	return()
endif()
set(formats arm64-s2-40 arm64-s2-48)
_tablewalk_linux_kvm(tablewalk-linux-kvm "")
set(command "${tablewalk-linux-kvm_command}")
tablewalk_linux_test(tablewalk-linux-kvm COMMAND "${command}"
	CASES ${TW_FOREIGN_CASES} FORMATS ${formats})
if(command)
	tablewalk_linux_test(tablewalk-linux-kvm-device
		COMMAND "${command} device" CASES ${TW_FOREIGN_CASES}
		FORMATS ${formats})
endif()

# Copies with one wrong line each: all have to be noticed.
if(TABLEWALK_FULL_TESTS)
	tablewalk_linux_defects(defects linux-kvm)
	foreach(defect IN LISTS defects)
		set(name tablewalk-linux-kvm-${defect})
		_tablewalk_linux_kvm(${name} ${defect})
		tablewalk_linux_test(${name} FINDS CASES 300
			COMMAND "${${name}_command}" FORMATS ${formats})
	endforeach()
	tablewalk_linux_defects(defects linux-pagewalk-riscv)
	foreach(defect IN LISTS defects)
		_tablewalk_linux_walker(tablewalk-linux-riscv-${defect} riscv
			riscv "riscv-sv39;riscv-sv48;riscv-sv57"
			DEFECT ${defect})
	endforeach()
endif()
