# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(sparc
	GCC sparc64-linux-gnu- PACKAGE gcc-sparc64-linux-gnu
	CFLAGS -m32 -mcpu=v8 -mflat -fno-delayed-branch
	LDFLAGS -m elf32_sparc
	TEXT 0x0
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_sparc32_srmmu)
