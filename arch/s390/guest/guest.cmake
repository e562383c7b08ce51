# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(s390
	GCC s390x-linux-gnu- PACKAGE gcc-s390x-linux-gnu
	CFLAGS -march=z13 -mno-vx -msoft-float -fomit-frame-pointer
	TEXT 0x100000
	ELF
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_s390x_3level guest_s390x_4level guest_s390x_5level)
