/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The main() of a program that brings a subject and none of its own.
 */
#include <tablewalk/subject.h>

int main(int argc, char **argv)
{
	return tablewalk_main(argc, argv, tablewalk_the_subject());
}
