# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Reading the state directory of a campaign, for the report.

Nothing here writes.  Whatever cannot be understood raises Corrupt with one
sentence; the one thing that is passed over is a line of the log that was cut off
while it was written, which is what a killed campaign leaves: it becomes a note.
"""
import dataclasses
import json
import pathlib
import re
from typing import Any

JOB_STATES = ("clean", "finding", "infrastructure", "canary-found",
              "canary-missed")
# No text of a state is shown longer than this.
TEXT_BYTES = 64 * 1024
DRAWING_BYTES = 1024 * 1024
LOG_LINES = 40


class Corrupt(Exception):
    """One sentence: which file, and what is wrong with it."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """One entry of findings/, with what the pages show of it."""
    signature: str
    slug: str
    kind: str
    flaky: bool
    directory: pathlib.Path
    data: dict[str, Any]
    text: str                   # the text case
    story: str                  # what `tablewalk explain' tells, or nothing
    drawing: str                # the same as SVG, as it was found


@dataclasses.dataclass
class State:
    root: pathlib.Path
    events: list[dict[str, Any]]
    nights: list[dict[str, Any]]        # finished ones, ascending
    open_night: dict[str, Any] | None   # begun and not ended, from the log
    findings: dict[str, Finding]        # by signature
    flaky: list[Finding]
    notes: list[str]


NUMBER = (int, float)
NONE = type(None)


def member(o: dict, key: str, kinds: tuple, where: str, default: Any = ...) -> Any:
    """o[key], which has to be of one of KINDS."""
    if key not in o:
        if default is ...:
            raise Corrupt(f"{where}: '{key}' is missing")
        return default
    value = o[key]
    if not isinstance(value, kinds) or isinstance(value, bool) and \
            bool not in kinds:
        raise Corrupt(f"{where}: '{key}' is not what it should be "
                      f"({str(value)[:40]!r})")
    return value


def read_json(path: pathlib.Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except OSError as error:
        raise Corrupt(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise Corrupt(f"{path}: is no JSON ({error})") from None
    if not isinstance(value, dict):
        raise Corrupt(f"{path}: is no JSON object")
    return value


def read_text(path: pathlib.Path, limit: int = TEXT_BYTES) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise Corrupt(f"{path}: {error.strerror}") from None
    text = data[:limit].decode("utf-8", "replace")
    return text + ("\n[longer]\n" if len(data) > limit else "")


def last_lines(path: pathlib.Path) -> str:
    """The end of a job's log."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - TEXT_BYTES))
            data = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(data.splitlines()[-LOG_LINES:])


def percent(value: Any, where: str) -> float | None:
    """A stability, which is written as 99.5, 0.995 or `99.50%'."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = re.fullmatch(r"\s*([0-9.]+)\s*%?\s*", value)
        if not value:
            raise Corrupt(f"{where}: 'stability' is no number")
        return float(value[1])
    return 100.0 * value if value <= 1 else float(value)


def read_job(o: Any, night: int, where: str) -> dict[str, Any]:
    """A job that has ended, each member there and of its kind."""
    if not isinstance(o, dict):
        raise Corrupt(f"{where}: a job is no object")
    name = member(o, "job", (str,), where)
    where = f"{where}: job {name}"
    status = member(o, "status", (str,), where)
    if status not in JOB_STATES:
        raise Corrupt(f"{where}: unknown status '{status}'")
    job = {"job": name, "status": status, "night": night}
    for key in ("role", "engine", "target", "format", "detail"):
        job[key] = member(o, key, (str, NONE), where, None) or ""
    for key in ("seconds", "rate", "features", "execs", "corpus", "new_corpus",
                "time", "index", "singletons", "seed", "probes",
                "probes_per_second", "known_deviations"):
        job[key] = member(o, key, NUMBER + (NONE,), where, None)
    job["stability"] = percent(
        member(o, "stability", NUMBER + (str, NONE), where, None), where)
    job["role"] = job["role"] or job["engine"] or "-"
    # What `tablewalk sweep' tells, where the job has kept it.
    job["sweep"] = {k: o[k] for k in ("buckets", "vanished", "scenes",
                                      "scenes_done", "emulator") if k in o}
    return job


def signatures(o: dict, key: str, where: str) -> list[str]:
    """A list of signatures, bare or as members of objects."""
    result = []
    for entry in member(o, key, (list, NONE), where, None) or []:
        if isinstance(entry, dict):
            entry = member(entry, "signature", (str,), where)
        if not isinstance(entry, str):
            raise Corrupt(f"{where}: an entry of '{key}' is no signature")
        result.append(entry)
    return result


def read_night(path: pathlib.Path) -> dict[str, Any]:
    o = read_json(path)
    where = str(path)
    if member(o, "version", (int,), where) != 1:
        raise Corrupt(f"{where}: is of version {o['version']}, not 1")
    number = member(o, "night", (int,), where)
    if str(number) != path.stem:
        raise Corrupt(f"{where}: is about night {number}")
    night = {"night": number, "finished": True,
             "jobs": [read_job(j, number, where)
                      for j in member(o, "jobs", (list,), where)],
             "known": signatures(o, "known", where),
             "fixed": signatures(o, "fixed", where),
             "new": [], "seen": []}
    for key in ("ended", "exit"):
        night[key] = member(o, key, NUMBER, where)
    night["started"] = member(o, "started", NUMBER + (NONE,), where)
    if night["started"] is None:
        night["started"] = night["ended"]
    night["not_run"] = member(o, "not_run", (int, NONE), where, None) or 0
    night["trouble"] = [str(t) for t in
                        member(o, "trouble", (list, NONE), where, None) or []]
    flaky = member(o, "flaky", (list, NONE), where, None)
    night["flaky"] = None if flaky is None else [str(f) for f in flaky]
    night["revision"] = member(o, "revision", (str, NONE), where, None) or ""
    for f in member(o, "findings", (list,), where):
        if not isinstance(f, dict):
            raise Corrupt(f"{where}: a finding is no object")
        signature = member(f, "signature", (str,), where)
        night["seen"].append(signature)
        if member(f, "new", (bool,), where):
            night["new"].append(signature)
        elif signature not in night["known"]:
            night["known"].append(signature)
    for key in ("totals", "coverage"):
        night[key] = member(o, key, (dict, NONE), where, None) or {}
    night["guests"] = member(o, "guests", (dict, list, NONE), where, None) or {}
    if night["coverage"]:
        check_coverage(night["coverage"], where)
    return night


def check_coverage(o: dict[str, Any], where: str) -> None:
    """{"totals": {kind: cell}, "directories": {name: {kind: cell}}}"""
    rows = {"totals": member(o, "totals", (dict,), where),
            **member(o, "directories", (dict,), where)}
    for name, row in rows.items():
        if not isinstance(row, dict):
            raise Corrupt(f"{where}: the coverage of {name} is no object")
        for kind in row:
            part = member(row, kind, NUMBER + (dict, NONE), f"{where}: {name}")
            for key in part if isinstance(part, dict) else ():
                member(part, key, NUMBER + (NONE,), f"{where}: {name}")


def read_log(path: pathlib.Path, notes: list[str]) -> list[dict[str, Any]]:
    events = []
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return events
    except OSError as error:
        raise Corrupt(f"{path}: {error.strerror}") from None
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            # The last line, or one that a later start has ended.
            if number == len(lines) or line.startswith(b"{"):
                notes.append(f"log.jsonl: line {number} was cut off and is "
                             "passed over")
                continue
            raise Corrupt(f"{path}:{number}: is no event") from None
        if not isinstance(event, dict) or \
                not isinstance(event.get("event"), str):
            raise Corrupt(f"{path}:{number}: is no event")
        for key, kind in (("job", str), ("signature", str), ("night", int)):
            member(event, key, (kind, NONE), f"{path}:{number}", None)
        events.append(event)
    return events


def unfinished(events: list[dict], done: set[int], where: str) -> dict | None:
    """The last night of the log, if it has begun and nobody has summed it up."""
    begun = [e for e in events if e["event"] == "night"]
    if not begun:
        return None
    number = member(begun[-1], "night", (int,), where)
    if number in done:
        return None
    starts = {e.get("job"): e for e in events
              if e["event"] == "start" and e.get("night") == number}
    jobs, new, known = {}, [], []
    for e in events:
        if e.get("job") not in starts:
            continue
        if e["event"] == "end":
            jobs[e["job"]] = read_job({**starts[e["job"]], **e}, number, where)
        elif e["event"] == "finding":
            signature = member(e, "signature", (str,), where)
            if signature not in new + known:
                (new if e.get("new") else known).append(signature)
    jobs = list(jobs.values())
    times = [j["time"] for j in jobs if j["time"]]
    started = member(begun[-1], "time", NUMBER, where)
    return {"night": number, "finished": False, "jobs": jobs, "new": new,
            "known": known, "fixed": [], "seen": new + known, "exit": None,
            "started": started, "ended": max(times, default=started),
            "revision": str(begun[-1].get("revision") or ""),
            "totals": {}, "coverage": {}, "guests": {},
            "not_run": 0, "trouble": [], "flaky": None}


def read_finding(directory: pathlib.Path, flaky: bool) -> Finding:
    path = directory / "finding.json"
    data = read_json(path)
    where = str(path)
    if member(data, "version", (int,), where) != 1:
        raise Corrupt(f"{where}: is of version {data['version']}, not 1")
    kind = member(data, "kind", (str,), where)
    for key in ("check", "divergence", "depth", "operation", "family", "format",
                "subject", "opinion", "check_when", "folding", "case_hash",
                "shape", "replay", "report"):
        data[key] = member(data, key, (str, NONE), where, None) or ""
    for key in ("records", "raw_records", "times"):
        data[key] = member(data, key, (int, NONE), where, None)
    for key in ("mutants", "vector", "raw", "merged"):
        data[key] = member(data, key, (list, NONE), where, None) or []
    files = member(data, "files", (dict, NONE), where, None) or {}
    data["files"] = {k: v for k, v in files.items() if isinstance(v, str)
                     and re.fullmatch(r"[\w][\w.-]*", v)}
    data["vector"] = [v for v in data["vector"] if isinstance(v, dict)]
    data["raw"] = [{k: str(r.get(k) or "") for k in ("file", "sha256")}
                   for r in data["raw"] if isinstance(r, dict)]
    return Finding(
        member(data, "signature", (str,), where), directory.name, kind, flaky,
        directory, data, read_text(directory / data["files"].get("text",
                                                                 "case.tw")),
        read_text(directory / "story.txt"),
        read_text(directory / "story.svg", DRAWING_BYTES))


def read_findings(root: pathlib.Path, flaky: bool) -> list[Finding]:
    if not root.is_dir():
        return []
    # A directory without its description is one whose writer was killed.
    return [read_finding(path, flaky) for path in sorted(root.iterdir())
            if path.is_dir() and not path.name.startswith(".") and
            (path / "finding.json").exists()]


def read_state(root: pathlib.Path) -> State:
    log, nights = root / "log.jsonl", root / "nights"
    if not root.is_dir():
        raise Corrupt(f"{root}: is no directory")
    if not log.exists() and not nights.is_dir():
        raise Corrupt(f"{root}: is no state of a campaign (neither log.jsonl "
                      "nor nights/)")
    notes: list[str] = []
    events = read_log(log, notes)
    paths = [p for p in nights.glob("*.json") if p.stem.isdigit()] \
        if nights.is_dir() else []
    summaries = sorted((read_night(p) for p in paths),
                       key=lambda n: n["night"])
    findings = {f.signature: f
                for f in read_findings(root / "findings", False)}
    return State(root, events, summaries,
                 unfinished(events, {n["night"] for n in summaries}, str(log)),
                 findings, read_findings(root / "findings/flaky", True), notes)


def read_known(paths: list[pathlib.Path]) -> dict[str, str]:
    """Reasons of known signatures: `SIGNATURE  # reason', one a line."""
    reasons = {}
    for path in paths:
        for line in read_text(path).splitlines():
            signature, _, reason = line.partition(" # ")
            if signature.strip() and not signature.startswith("#"):
                reasons[signature.strip()] = reason.strip()
    return reasons
