# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""demo.py TABLEWALK SECONDS: the runs of ci/demo.sh and their summary table.

Half of the time goes to random cases, the rest to the guests.  Reads only the
command's JSON documents and exit statuses.
"""
import json
import subprocess
import sys

ROW = "{:<18} {:>10} {:>11} {:>12} {:>11}  {}"


def tablewalk(command, *arguments):
    """One run of the command: (exit status, document or None)."""
    done = subprocess.run([command, *arguments, "--json"],
                          stdout=subprocess.PIPE, check=False)
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        return done.returncode, None


def colour(good):
    """The last column, green or red where the output is a terminal."""
    text = "green" if good else "RED"
    if not sys.stdout.isatty():
        return text
    return f"\033[{32 if good else 31}m{text}\033[0m"


def row(name, document, status, rate_key, count_key, bad_key):
    good = status == 0 and document is not None
    document = document or {}
    print(ROW.format(name, document.get("cases", "-"),
                     document.get(count_key, "-"),
                     f"{document.get(rate_key, 0):.0f}",
                     document.get(bad_key, "-"), colour(good)), flush=True)
    for finding in document.get("findings", []):
        print(finding["report"])
    return good


def main():
    command, seconds = sys.argv[1], int(sys.argv[2])
    status, listing = tablewalk(command, "list")
    if status or not listing:
        sys.exit("ci/demo.sh: `tablewalk list' failed")
    formats = [f["name"] for f in listing["formats"]]
    guests = listing["guests"]
    each = seconds / 2 / len(formats)
    good = True

    print(f"random cases, 64 operations each, {each:.1f} s per format")
    print(ROW.format("format", "cases", "operations", "cases/s",
                     "violations", ""))
    for name in formats:
        status, document = tablewalk(command, "random", "--format", name,
                                     "--seconds", str(each), "--quiet")
        good = row(name, document, status, "cases_per_second", "operations",
                   "violations") and good

    if not guests:
        print("no guest can run here: `tablewalk list' says why")
        sys.exit(3)
    each = seconds / 2 / len(guests)
    print(f"\nthe same tables walked by QEMU, {each:.1f} s per format")
    print(ROW.format("format", "cases", "probes", "probes/s", "unexplained",
                     ""))
    for name in guests:
        status, document = tablewalk(command, "hw", "--random", "--format",
                                     name, "--seconds", str(each), "--quiet")
        good = row("hw " + name, document, status, "probes_per_second",
                   "probes", "unexplained") and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
