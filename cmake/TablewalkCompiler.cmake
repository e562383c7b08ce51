# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#[=[
Language, warnings and sanitizers for every target.

TABLEWALK_SANITIZE   off by default; ON builds everything with ASan and UBSan
TABLEWALK_FUZZER     empty, or an engine: see TablewalkFuzz.cmake
]=]

option(TABLEWALK_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
	set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
# pt_check() does not depend on NDEBUG; assert() is not used.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O3 -g")

add_library(tw_options INTERFACE)
target_compile_options(tw_options INTERFACE
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
	-Wstrict-prototypes -Wmissing-prototypes -Wundef -Wvla -Wcast-qual
	-Wpointer-arith -Wwrite-strings -Wformat=2 -Wnull-dereference
	-Wswitch-enum -Wimplicit-fallthrough -fno-common)
# Who brings compiler and flags along may have one that warns of more.
if(NOT TABLEWALK_FUZZER STREQUAL "external")
	target_compile_options(tw_options INTERFACE -Werror)
endif()
target_compile_definitions(tw_options INTERFACE _POSIX_C_SOURCE=200809L)
if(TABLEWALK_SANITIZE)
	target_compile_options(tw_options INTERFACE
		-fsanitize=address,undefined -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	target_link_options(tw_options INTERFACE
		-fsanitize=address,undefined)
	# Fake stacks cost a tenth of the speed and find nothing here: no address
	# of a local outlives its function through a table.
	if(CMAKE_C_COMPILER_ID STREQUAL Clang)
		target_compile_options(tw_options INTERFACE
			-fsanitize-address-use-after-return=never)
	endif()
endif()

# tablewalk_library(NAME [DEFINE ...] SOURCES ... LINK ...)
# A static library with the project's options.
function(tablewalk_library name)
	cmake_parse_arguments(ARG "" "" "SOURCES;LINK;DEFINE" ${ARGN})
	add_library(${name} STATIC ${ARG_SOURCES})
	target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE tw_options)
	target_compile_definitions(${name} PUBLIC ${ARG_DEFINE})
endfunction()

add_library(tw_include INTERFACE)
target_include_directories(tw_include INTERFACE ${PROJECT_SOURCE_DIR}/include)
