# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A script: each of FORMATS has one row in the tables of the file TABLE.
file(STRINGS ${TABLE} rows REGEX "^[|] ")
foreach(format IN LISTS FORMATS)
	set(own ${rows})
	list(FILTER own INCLUDE REGEX "^[|] ${format} [|]")
	list(LENGTH own count)
	if(NOT count EQUAL 1)
		message(SEND_ERROR "docs/formats.md: ${format} has ${count} rows")
	endif()
endforeach()
