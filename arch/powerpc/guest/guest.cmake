# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(ppc64
	GCC powerpc64le-linux-gnu- PACKAGE gcc-powerpc64le-linux-gnu
	CFLAGS -mbig-endian -mabi=elfv2 -mcpu=power9 -mno-vsx -mno-altivec
		-mno-pcrel -msoft-float
	LDFLAGS -m elf64ppc
	TEXT 0x0
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_ppc64_radix_4k guest_ppc64_radix_64k)
