#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""kill-corpus.py TABLEWALK SOURCE JOBS "ID;ID...": the stored cases alone show
every deliberate defect.

The ids are those that a unit test notices instead (tests/mutants/CMakeLists.txt);
tests/mutants/equivalent.txt has those that nothing can.  Named are defects that
are not reached, that are reached and infect nothing (gaps of corpora/defects/:
ci/grow-corpus fills them), that infect and are not detected (a gap of the
checks), and exceptions that are none.  Exit status: 0, or 1 with what is wrong.
"""
import json
import pathlib
import subprocess
import sys


def equivalents(path):
    """Reason by id."""
    rows = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.strip() and not line.startswith("#"):
            id, reason = (line.split(None, 1) + [""])[:2]
            rows[id] = reason
    return rows


def judge(found, unit, equivalent):
    """What is wrong, as sentences."""
    wrong = []
    for d in found["defects"]:
        detected = d["state"] == "detected"
        if d["id"] in equivalent:
            if detected:
                wrong.append(f"{d['id']}: listed as equivalent, but detected "
                             f"as {d['check']}")
        elif not detected and d["id"] not in unit:
            wrong.append(f"{d['id']}: {d['state']}")
    known = {d["id"] for d in found["defects"]}
    for id in sorted((unit | set(equivalent)) - known):
        wrong.append(f"{id}: an exception for a defect that does not exist")
    for id, reason in equivalent.items():
        if len(reason.split()) < 5:
            wrong.append(f"{id}: equivalent without a reason")
    return wrong


def main():
    command, source, jobs = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    unit = set(filter(None, sys.argv[4].split(";")))
    files = sorted((source / "corpora/defects").glob("*.tw"))
    done = subprocess.run([command, "kill", "--all", "--jobs", jobs, "--json",
                           *map(str, files)], capture_output=True, text=True)
    if done.returncode > 1:
        print(done.stderr)
        return 1
    found = json.loads(done.stdout)
    equivalent = equivalents(source / "tests/mutants/equivalent.txt")
    wrong = judge(found, unit, equivalent)
    for line in wrong:
        print(line)
    by_unit = sum(d["state"] != "detected" and d["id"] in unit
                  for d in found["defects"])
    also = [d["id"] for d in found["defects"]
            if d["state"] == "detected" and d["id"] in unit]
    print(f"{found['mutants']} defects: {found['detected']} by "
          f"{len(files)} cases in {found['seconds']:.1f} s, {by_unit} by unit "
          f"tests, {len(equivalent)} equivalent, {len(wrong)} wrong")
    if also:
        print("no unit test is needed any more for:", " ".join(also))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
