/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The command with the page-table code of a Linux tree as subjects. */
#include "subjects.h"

int main(int argc, char **argv)
{
	return tablewalk_main_many(argc, argv, linux_subjects,
				   linux_subject_count);
}
