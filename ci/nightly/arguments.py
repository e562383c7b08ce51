# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Options of the scripts: what is wrong with them is one sentence."""
import argparse


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"{self.prog}: {message} (--help names the options)\n")
