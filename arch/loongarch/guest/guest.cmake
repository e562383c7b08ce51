# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(loongarch
	TARGET loongarch64-unknown-linux-gnusf
	CFLAGS -march=loongarch64 -mabi=lp64s -mstrict-align
		-mcmodel=normal
	TEXT 0x9000000000010000
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_loongarch64_16k)
