# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(x86
	TARGET x86_64-unknown-none
	CFLAGS -fpie -mno-red-zone -mgeneral-regs-only
	TEXT 0x100000
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	ROM ${CMAKE_CURRENT_LIST_DIR}/reset.S
	ROM_TEXT 0xffffff00
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_x86_64_4level guest_x86_64_5level
		guest_i386 guest_i386_pae)
tablewalk_add_guest(i386
	TARGET i386-unknown-none
	CFLAGS -fno-pic -mgeneral-regs-only
	TEXT 0x100000
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start32.S
		${CMAKE_CURRENT_LIST_DIR}/probe32.c
	ROM ${CMAKE_CURRENT_LIST_DIR}/reset.S
	ROM_TEXT 0xffffff00)
