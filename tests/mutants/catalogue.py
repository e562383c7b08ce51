#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""catalogue.py SOURCE: docs/checks.md and tests/mutants/catalogue.txt agree.

Each check of either has at least one defect, each defect exists, and each one
marked "unit" is listed in not_by_random, which names the test that notices it;
the others are found by random cases.  Exit status: 0, or 1 with what differs.
"""
import pathlib
import re
import sys


def catalogue(path):
    rows = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            check, defect, expect = line.split()
            rows.setdefault(check, {})[defect] = expect
    return rows


def table(path):
    rows = {}
    for line in path.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"[A-Z][A-Z-]+", cells[0]):
            rows[cells[0]] = set(re.findall(r"`([a-z0-9-]+)`", cells[3]))
    return rows


def main():
    source = pathlib.Path(sys.argv[1])
    listed = catalogue(source / "tests/mutants/catalogue.txt")
    shown = table(source / "docs/checks.md")
    known = {
        name.lower().replace("_", "-")
        for name in re.findall(
            r"^MUTANT\((\w+),",
            (source / "tests/mutants/mutants.def").read_text(), re.M)
    }
    cmake = (source / "tests/mutants/CMakeLists.txt").read_text()
    unit = set(re.findall(r"^\t([a-z-]+)\t+# (?:harness/)?test_", cmake, re.M))
    wrong = []
    for check in sorted(set(listed) | set(shown)):
        if shown.get(check) != set(listed.get(check, {})):
            wrong.append(f"{check}: the table and the list differ")
    for check, defects in listed.items():
        for defect, expect in defects.items():
            if defect not in known:
                wrong.append(f"{check}: no defect is called {defect}")
            if (expect == "unit") != (defect in unit):
                wrong.append(f"{check}: who notices {defect}?")
    for line in wrong:
        print(line)
    print(f"{len(listed)} checks, {sum(map(len, listed.values()))} defects")
    return 1 if wrong or len(listed) < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
