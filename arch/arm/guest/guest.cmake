# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(arm
	TARGET armv7a-unknown-none-eabi
	CFLAGS -marm -mfloat-abi=soft -mno-unaligned-access
	TEXT 0x40100000
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_arm_short guest_arm_short_linux guest_arm_lpae)
