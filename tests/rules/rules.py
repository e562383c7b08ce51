#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Which tests cite which rule of docs/walker-rules.md.

rules.py SOURCE          prints the table "rule, tests, flags"
rules.py SOURCE --check  fails unless docs/walker-rules.md holds that table, and
                         every rule R1 to R57 has a test that cites it or is
                         named, with the reason, in the section "Without a test"
"""
import re
import sys
from pathlib import Path

RULES = range(1, 58)


def cited(root):
    """The test files that name each rule, in a comment or beside a word."""
    files = {n: set() for n in RULES}
    for path in sorted(root.glob("tests/**/*")):
        if path.suffix not in (".c", ".inc"):
            continue
        for n in re.findall(r"\bR(\d{1,2})\b", path.read_text()):
            if int(n) in files:
                files[int(n)].add(str(path.relative_to(root / "tests")))
    return files


def flags(root):
    """The walk flags of each rule, as the comments of op.h have them."""
    text = (root / "include/tablewalk/op.h").read_text()
    of = {n: [] for n in RULES}
    for flag, rule in re.findall(r"#define (WALK_\w+) \S+\s*/\* R(\d+)", text):
        of[int(rule)].append(flag)
    return of


def table(root):
    tests, walk_flags = cited(root), flags(root)
    lines = ["| rule | tests that cite it | flags |", "|---|---|---|"]
    for n in RULES:
        if tests[n]:
            lines.append(f"| R{n} | {' '.join(sorted(tests[n]))} | "
                         f"{' '.join(walk_flags[n])} |")
    return lines


def excused(document):
    section = document.split("## Without a test", 1)
    return {int(n) for n in re.findall(r"^- \*\*R(\d+)", section[1], re.M)} \
        if len(section) == 2 else set()


def main():
    root = Path(sys.argv[1])
    lines = table(root)
    if "--check" not in sys.argv:
        print("\n".join(lines))
        return 0
    document = (root / "docs/walker-rules.md").read_text()
    tests, without = cited(root), excused(document)
    wrong = [f"R{n}: no test cites it, and it is not listed as one without"
             for n in RULES if not tests[n] and n not in without]
    wrong += [f"R{n}: listed as without a test, but {min(tests[n])} cites it"
              for n in RULES if tests[n] and n in without]
    wrong += [f"docs/walker-rules.md lacks: {line}"
              for line in lines if line not in document]
    print("\n".join(wrong) or f"{len(lines) - 2} rules have tests, "
          f"{len(without)} are listed as without")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
