# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The compiler is for a core without an MMU: start.S encodes what it does not know.
tablewalk_add_guest(xtensa
	GCC xtensa-lx106-elf- PACKAGE gcc-xtensa-lx106
	CFLAGS -mlongcalls -mtext-section-literals
	TEXT 0xd0000000
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_xtensa)
