# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
tablewalk_add_guest(riscv
	TARGET riscv64-unknown-elf
	CFLAGS -march=rv64imac_zicsr -mabi=lp64 -mcmodel=medany -mno-relax
	TEXT 0x80000000
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c
	HOST ${CMAKE_CURRENT_LIST_DIR}/machine.c
	MACHINES guest_riscv_sv39 guest_riscv_sv48 guest_riscv_sv57
		guest_riscv_sv39_svnapot guest_riscv_sv48_svpbmt
		guest_riscv_sv32)
tablewalk_add_guest(riscv32
	TARGET riscv32-unknown-elf
	CFLAGS -march=rv32imac_zicsr -mabi=ilp32 -mcmodel=medany -mno-relax
	TEXT 0x80000000
	SOURCES ${CMAKE_CURRENT_LIST_DIR}/start.S
		${CMAKE_CURRENT_LIST_DIR}/probe.c)
