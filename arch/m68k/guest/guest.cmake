# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(m68k
	GCC m68k-linux-gnu- PACKAGE gcc-m68k-linux-gnu
	CFLAGS -m68040 -msoft-float -fomit-frame-pointer
	TEXT 0x100000
	ELF
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_m68k_motorola)
