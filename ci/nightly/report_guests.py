# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Guests in the report: how fast they answered, and in what emulators differ.

The figures are documents of `tablewalk sweep' and `tablewalk hw': what --json
prints, or the files of sweep --state.  They are looked for in the summary of the
night, in raw/JOB/ of its jobs, in sweeps/ of the state, and in files named on the
command line.
"""
import collections
import pathlib
from typing import Any

import report_state
from report_state import NUMBER, Corrupt, State

# A campaign nests them at most this deep.
NESTED = 5


def read_lists(root: pathlib.Path) -> dict[str, dict[str, str]]:
    """The stanzas of arch/*/deviations/, by id (docs/deviations.md)."""
    stanzas: dict[str, dict[str, str]] = {}
    for path in sorted(root.glob("arch/*/deviations/*.txt")):
        stanza, key = {}, ""
        for line in path.read_text().splitlines() + [""]:
            if line.startswith("#"):
                continue
            if line[:1].isspace() and key:
                stanza[key] += " " + line.strip()
            elif line.strip():
                key, _, value = line.partition(":")
                stanza[key] = value.strip()
            elif "id" in stanza:
                stanzas[stanza["id"]] = {**stanza, "list": path.stem}
                stanza, key = {}, ""
    return stanzas


def documents(value: Any, deep: int = 0) -> list[dict]:
    """The documents that are somewhere in VALUE."""
    if deep > NESTED:
        return []
    if isinstance(value, list):
        return [d for v in value for d in documents(v, deep + 1)]
    if not isinstance(value, dict):
        return []
    if isinstance(value.get("buckets"), list):
        sweep = value.get("sweep")
        if isinstance(sweep, dict):        # a file of --state
            return [{**value, **sweep, "scenes_done": value.get("next")}]
        return [value]
    if "probes_per_second" in value:
        return [value]
    result = []
    for name, v in value.items():
        for d in documents(v, deep + 1):
            result.append(d if "format" in d or not isinstance(v, dict)
                          else {**d, "format": name})
    return result


def gather(state: State, night: dict, files: list[pathlib.Path]) -> list[dict]:
    found = documents(night["guests"])
    for job in night["jobs"]:
        found += [{"format": job["format"], "cases": job["execs"],
                   "seconds": job["seconds"], **d}
                  for d in documents(job["sweep"])]
        directory = state.root / "raw" / job["job"]
        if "/" in job["job"] or not directory.is_dir():
            continue
        for path in sorted(directory.glob("*.json")):
            try:
                value = report_state.read_json(path)
            except Corrupt:
                continue                    # of an engine, and not ours to judge
            found += [{"format": job["format"], **d} for d in documents(value)]
    if (state.root / "sweeps").is_dir():
        files = sorted((state.root / "sweeps").glob("*.json")) + files
    for path in files:
        got = documents(report_state.read_json(path))
        if not got:
            raise Corrupt(f"{path}: is no document of `tablewalk sweep' or "
                          "`tablewalk hw'")
        found += got
    return found


def number(o: dict, key: str) -> float:
    value = o.get(key)
    return value if isinstance(value, NUMBER) and not isinstance(value, bool) \
        else 0


def add_sweep(row: dict, d: dict) -> None:
    seconds = number(d, "seconds")
    row["sweep"] = {
        "emulator": str(d.get("emulator", "")), "cases": number(d, "cases"),
        "skipped": number(d, "skipped"), "seconds": seconds,
        "rate": number(d, "cases") / seconds if seconds else None,
        "scenes": d.get("scenes"), "done": d.get("scenes_done"),
        "complete": d.get("scenes") == d.get("scenes_done") is not None}


def add_hw(row: dict, d: dict) -> None:
    hw = row.setdefault("hw", {"unexplained": None, **dict.fromkeys(
        ("cases", "seconds", "probes", "known"), 0)})
    for key in ("cases", "seconds", "probes", "known"):
        hw[key] += number(d, key)
    if "unexplained" in d:
        hw["unexplained"] = (hw["unexplained"] or 0) + number(d, "unexplained")


def add_jobs(rows: dict, night: dict) -> None:
    """Where there is no document, the job's own figures."""
    have = {(name, kind) for name, row in rows.items() for kind in row}
    for job in night["jobs"]:
        kind = job["engine"] or job["role"]
        if not job["execs"] or (job["format"], kind) in have:
            continue
        figures = {"cases": job["execs"], "seconds": job["seconds"]}
        if kind == "hw":
            add_hw(rows[job["format"]], {
                **figures, "probes": job["probes"],
                "known": job["known_deviations"]})
        elif kind == "sweep":
            add_sweep(rows[job["format"]], {**figures, **job["sweep"]})


def deviations(found: list[dict], lists: dict) -> list[dict[str, Any]]:
    """Differences by their reason; those without one come first."""
    rows: dict[tuple, dict] = {}
    for d in found:
        for b in d.get("buckets", []):
            if not isinstance(b, dict):
                continue
            cause = b.get("cause") if isinstance(b.get("cause"), str) else "?"
            # What has no reason is told by what came.
            what = f"expected {b.get('expected')}, got {b.get('got')}"
            key = (cause, what if cause == "?" else "")
            stanza = lists.get(cause, {})
            row = rows.setdefault(key, {
                "id": cause, "new": cause == "?", "what": what, "count": 0,
                "formats": [], "reason": stanza.get("reason", ""),
                "manual": stanza.get("manual", ""),
                "list": stanza.get("list", "")})
            row["count"] += int(number(b, "count"))
            name = str(d.get("format", "?"))
            if name not in row["formats"]:
                row["formats"].append(name)
    return sorted(rows.values(), key=lambda r: (not r["new"], r["id"]))


def guests(state: State, night: dict, files: list[pathlib.Path],
           lists: dict) -> dict[str, Any]:
    found = gather(state, night, files)
    rows: dict[str, dict] = collections.defaultdict(dict)
    latest: dict[str, dict] = {}
    for d in found:
        name = str(d.get("format") or "?")
        if "buckets" in d:
            latest[name] = d
            add_sweep(rows[name], d)
        else:
            add_hw(rows[name], d)
    add_jobs(rows, night)
    for row in rows.values():
        if "hw" in row:
            seconds = row["hw"]["seconds"]
            row["hw"]["rate"] = row["hw"]["cases"] / seconds if seconds else None
            row["hw"]["probe_rate"] = row["hw"]["probes"] / seconds \
                if seconds and row["hw"]["probes"] else None
    vanished = sorted({(str(v), name) for name, d in latest.items()
                       for v in d.get("vanished") or [] if isinstance(v, str)})
    return {"rows": [{"format": name, "hw": None, "sweep": None,
                      **row} for name, row
                     in sorted(rows.items()) if row],
            "deviations": deviations(list(latest.values()), lists),
            "vanished": vanished, "lists": len(lists)}
