# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Linked in kseg0.
set(mips_flags -fno-pic -mno-abicalls -G0 -msoft-float)
tablewalk_add_guest(mips
	TARGET mips-unknown-elf
	CFLAGS ${mips_flags} -march=mips32r5
	TEXT 0x80100000
	ELF
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
		${CMAKE_CURRENT_LIST_DIR}/htw.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_mips32 guest_mips64 guest_mips64_48)
tablewalk_add_guest(mips64
	TARGET mips64el-unknown-elf
	CFLAGS ${mips_flags} -march=mips64r6
	TEXT 0xffffffff80100000
	ELF
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
		${CMAKE_CURRENT_LIST_DIR}/refill.c
		${CMAKE_CURRENT_LIST_DIR}/refill.S)
