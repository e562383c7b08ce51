# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The library tw_guest: the host side of the probe guests with all guests in
# it.  To be included by harness/CMakeLists.txt.
include(TablewalkGuest)
include(${PROJECT_SOURCE_DIR}/arch/x86/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/riscv/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/arm/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/arm64/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/m68k/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/sparc/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/powerpc/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/s390/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/loongarch/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/alpha/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/openrisc/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/xtensa/guest/guest.cmake)
include(${PROJECT_SOURCE_DIR}/arch/mips/guest/guest.cmake)
tablewalk_guest_library(tw_guest)
