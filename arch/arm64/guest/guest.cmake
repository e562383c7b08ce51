# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(arm64
	TARGET aarch64-unknown-none
	CFLAGS -mgeneral-regs-only -mstrict-align
	TEXT 0x40100000
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
		${CMAKE_CURRENT_LIST_DIR}/stage2.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
		${CMAKE_CURRENT_LIST_DIR}/below.c
	MACHINES guest_arm64_4k_39 guest_arm64_4k_48 guest_arm64_4k_52
		guest_arm64_16k_36 guest_arm64_16k_47 guest_arm64_16k_48
		guest_arm64_16k_52 guest_arm64_64k_42 guest_arm64_64k_48
		guest_arm64_64k_52 guest_arm64_s2_40 guest_arm64_s2_48)
