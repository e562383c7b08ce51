#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""oracle_catalogue.py SOURCE [--print]: who checks the checks.

The two tables of that section of docs/checks.md are what oracles/defects.def and
harness/subjects/impostor.c list, tests/mutants/oracle.cmake has every impostor, and
what a defect is shown with exists.  Exit status: 0, or 1 with what differs.  With
--print the tables as they should be.
"""
import pathlib
import re
import sys

STRING = r'"([^"]*)"'


def dashed(name):
    return name.lower().replace("_", "-")


def defects(path):
    """Each defect: id, place, class, shows, with, signature, options, what."""
    text = path.read_text()
    rows = re.findall(rf"^DEFECT\((\w+), {', '.join([STRING] * 7)}\)$", text,
                      re.M)
    return [(dashed(row[0]),) + row[1:] for row in rows], len(
        re.findall(r"^DEFECT\(", text, re.M))


def impostors(path):
    text = path.read_text()
    table = text[text.index("impostors[] = {"):]
    rows = re.findall(r'\{ "([a-z-]+)", ((?:"[^"]*"\s*)+),', table)
    return [(name, "".join(re.findall(STRING, what))) for name, what in rows]


def shown(row):
    """How a defect comes to light, as a sentence."""
    _, _, _, shows, other, signature, _, _ = row
    if shows == "alarm":
        return f"false alarm: `{signature}`"
    names = ", ".join(f"`{name}`" for name in
                      other.removeprefix("subject ").split(","))
    if shows == "blind":
        return f"blind: of {names} nothing is found any more"
    return f"other: of {names} `{signature}` is found no more"


def tables(found, who):
    lines = ["| defect | in | what is wrong | how it shows |", "|---|---|---|---|"]
    for row in found:
        how = shown(row).replace("|", "\\|")
        lines.append(f"| `oracle-{row[0]}` | `{row[1]}` | {row[7]} | {how} |")
    lines += ["", "| impostor | what it does |", "|---|---|"]
    lines += [f"| `{name}` | {what} |" for name, what in who]
    return lines


def main():
    source = pathlib.Path(sys.argv[1])
    found, count = defects(source / "oracles/defects.def")
    who = impostors(source / "harness/subjects/impostor.c")
    wanted = tables(found, who)
    if "--print" in sys.argv:
        print("\n".join(wanted))
        return 0
    page = (source / "docs/checks.md").read_text().splitlines()
    mutants = {
        dashed(name) for name in re.findall(
            r"^MUTANT\((\w+),",
            (source / "tests/mutants/mutants.def").read_text(), re.M)
    } | {f"oracle-{row[0]}" for row in found}
    subjects = {f"subject {name}" for name, _ in who}
    cmake = (source / "tests/mutants/oracle.cmake").read_text()
    wrong = [f"docs/checks.md lacks: {line}" for line in wanted
             if line and line not in page]
    wrong += [f"docs/checks.md has besides: {line}" for line in page
              if line.startswith("| `oracle-") and line not in wanted]
    for row in found:
        if row[3] not in ("alarm", "blind", "other"):
            wrong.append(f"{row[0]}: shows what?")
        if (row[3] == "alarm") != (row[4] == ""):
            wrong.append(f"{row[0]}: with what?")
        for name in row[4].split(",") if row[4] else []:
            if name not in mutants | subjects:
                wrong.append(f"{row[0]}: there is no {name}")
    for name, _ in who:
        if not re.search(rf"\b{name}\b", cmake):
            wrong.append(f"oracle.cmake lacks {name}")
    if len(found) != count or not who:
        wrong.append("a line could not be read")
    for line in wrong:
        print(line)
    print(f"{len(found)} defects of the checks, {len(who)} impostors")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
