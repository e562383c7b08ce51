# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(alpha
	GCC alpha-linux-gnu- PACKAGE gcc-alpha-linux-gnu
	CFLAGS -mcpu=ev67 -mno-fp-regs -msmall-text -msmall-data
		-fomit-frame-pointer
	TEXT 0xfffffc0000010000
	ELF
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_alpha)
