/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The tablewalk command with the built-in subject alone.
 */
#include <tablewalk/subject.h>

int main(int argc, char **argv)
{
	return tablewalk_main_many(argc, argv, NULL, 0);
}
