#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""rows.py SOURCE TABLEWALK [CASES]: the rows of mutants.def are what they say.

Ids are unique; each has its MUT() in the file that the row names, and every
MUT() of mm/ has a row; the class is one of those below; what a row models is a
row of docs/historic-bugs.md, which names the defect in turn; every pattern of
formats matches one that the command lists.  With CASES, so many random cases of
each defect on the formats that it does not name find nothing, either (not run
by ctest: minutes).  Exit status: 0, or 1 with what is wrong.
"""
import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tempfile

CLASSES = """
	accessed-dirty action address attributes break-before-make count depth
	descriptor determinism failure flush folding fragment group install
	kind leak neighbour observer order owner profile range return rights
	share split state transient vma walk
""".split()

ROW = re.compile(r'MUTANT\((\w+), "([^"]*)", "([^"]*)", "([^"]*)", "([^"]*)", '
                 r'"([^"]+)"\)')


def rows_of(path, wrong):
    rows = []
    for line in path.read_text().splitlines():
        if line.startswith("MUTANT("):
            match = ROW.fullmatch(line)
            if match:
                rows.append(match.groups())
            else:
                wrong.append(f"not a row: {line}")
    return rows


def switches_of(directory):
    """The ids in MUT() of each file."""
    return {
        path.name: re.findall(r"\bMUT\((\w+),", path.read_text())
        for path in sorted(directory.glob("*.[ch]"))
    }


def historic(path):
    """The defects that each row of the table names, without their marks."""
    table = {}
    for line in path.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"H\d+", cells[0]):
            table[cells[0]] = re.findall(r"`([a-z0-9-]+)`", cells[-1])
            if not table[cells[0]] and not cells[-1].startswith("none: "):
                table[cells[0]] = None
    return table


def check_places(rows, source, wrong):
    switches = switches_of(source / "mm")
    ids = [row[0] for row in rows]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        wrong.append(f"{name}: two rows")
    for name, place, *_ in rows:
        if not (source / place).is_file():
            wrong.append(f"{name}: there is no {place}")
        elif name not in switches.get(pathlib.Path(place).name, []):
            wrong.append(f"{name}: no MUT() in {place}")
    for file, names in switches.items():
        for name in sorted(set(names) - set(ids)):
            wrong.append(f"{file}: MUT({name}) has no row")


def check_models(rows, source, wrong):
    table = historic(source / "docs/historic-bugs.md")
    named = {name: set() for name in table}
    for name, _, _, models, *_ in rows:
        for model in [] if models == "synthetic" else models.split():
            if model in named:
                named[model].add(name.lower().replace("_", "-"))
            else:
                wrong.append(f"{name}: models {model}, which is no row")
    for bug, defects in table.items():
        if defects is None:
            wrong.append(f"{bug}: neither a defect nor a reason")
        elif set(defects) != named[bug]:
            wrong.append(f"{bug}: {sorted(set(defects) ^ named[bug])} "
                         "in one of the two tables only")
    covered = sum(1 for defects in table.values() if defects)
    if covered < 38:
        wrong.append(f"{covered} historic bugs have a defect")
    return len(table), covered


def nothing_shows(name, tablewalk, cases, formats):
    with tempfile.TemporaryDirectory() as artifacts:
        done = subprocess.run([
            tablewalk, "random", "--mutant", name.lower().replace("_", "-"),
            "--cases", cases, "--seed", "1", "--check", "every",
            "--stop-after", "1", "--quiet", "--artifacts", artifacts,
            "--format", ",".join(formats)], capture_output=True)
    return done.returncode == 0


def check_formats(rows, tablewalk, cases, wrong):
    listed = json.loads(subprocess.run([tablewalk, "list", "--json"],
                                       check=True, capture_output=True,
                                       text=True).stdout)
    formats = [entry["name"] for entry in listed["formats"]]
    for name, _, _, _, patterns, _ in rows:
        if patterns == "all":
            continue
        if not patterns.split():
            wrong.append(f"{name}: no formats")
        for pattern in patterns.split():
            if not fnmatch.filter(formats, pattern):
                wrong.append(f"{name}: no format is {pattern}")
        others = [each for each in formats
                  if not any(fnmatch.fnmatchcase(each, pattern)
                             for pattern in patterns.split())]
        if cases and not nothing_shows(name, tablewalk, cases, others):
            wrong.append(f"{name}: shows on formats that it does not name")


def main():
    source = pathlib.Path(sys.argv[1])
    wrong = []
    rows = rows_of(source / "tests/mutants/mutants.def", wrong)
    check_places(rows, source, wrong)
    for name, _, what, *_ in rows:
        if what not in CLASSES:
            wrong.append(f"{name}: class {what}")
    bugs, covered = check_models(rows, source, wrong)
    cases = sys.argv[3] if len(sys.argv) > 3 else None
    check_formats(rows, sys.argv[2], cases, wrong)
    for line in wrong:
        print(line)
    print(f"{len(rows)} defects, {bugs} historic bugs, {covered} with a defect")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
