# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the pages and files of the report say, worked out of a state.

Every number is a function of the state alone: the same state makes the same
report, whenever it is made.
"""
import collections
import dataclasses
import statistics
from typing import Any

from report_state import Finding, State

# exit status of a night: (colour as a word, level for files, sentence)
STATUS = {
    0: ("green", "Nothing new"),
    10: ("red", "New violations"),
    11: ("amber", "Known violations only"),
    20: ("red", "Infrastructure failure"),
    21: ("red", "Canary missed"),
}
# From bad to good: what a cell of the matrix says if jobs differ.
CELLS = ["failed", "canary missed", "new", "known", "flaky", "unfiled", "clean"]
LEVELS = {"failed": "red", "canary missed": "red", "new": "red",
          "known": "amber", "flaky": "amber", "unfiled": "amber",
          "clean": "green",
          "canary found": "green"}
# Nights on a chart.
CHART_NIGHTS = 60


@dataclasses.dataclass
class Violation:
    """A signature of the last night, with all that is known of it."""
    signature: str
    state: str                      # new, known, fixed, flaky
    finding: Finding | None         # its entry, if there is one
    jobs: list[str]
    first: int | None               # nights
    last: int | None
    reason: str                     # why it is known
    alias: bool = False             # the entry is of another signature
    drawing: str = ""               # fit for a page
    story: str = ""
    trouble: str = ""               # why there is no drawing

    @property
    def slug(self) -> str:
        return self.finding.slug if self.finding else ""

    @property
    def page(self) -> str:
        if not self.finding:
            return ""
        return f"{'flaky' if self.finding.flaky else 'findings'}/{self.slug}.html"


def plural(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def feature_key(job: dict) -> tuple:
    """Whose features can be compared: engines count them differently."""
    return job["role"], job["target"], job["format"]


def night_totals(night: dict) -> dict[str, Any]:
    """Sums of the jobs; what the night's own totals say goes first."""
    jobs = night["jobs"]
    totals = night["totals"] if isinstance(night["totals"], dict) else {}

    def number(key):
        value = totals.get(key)
        return value if isinstance(value, (int, float)) else None
    best: dict[tuple, float] = {}
    for job in jobs:
        if job["features"] is not None:
            key = feature_key(job)
            best[key] = max(best.get(key, 0), job["features"])
    features: dict[tuple[str, str], float] = collections.Counter()
    for (role, target, _), count in best.items():
        features[role, target] += count
    execs = sum(j["execs"] or 0 for j in jobs)
    # A case of a guest is another thing than one of a fuzzer.
    fuzz = [j for j in jobs if j["execs"] and
            not {"hw", "sweep"} & {j["engine"], j["role"]}]
    seconds = sum(j["seconds"] or 0 for j in fuzz)
    fuzzed = sum(j["execs"] for j in fuzz)
    corpus = [j["corpus"] for j in jobs if j["corpus"] is not None]
    fresh = sum(j["new_corpus"] or 0 for j in jobs)
    # Singletons where jobs count them, otherwise inputs that were kept: each is
    # an execution that showed what none before it did.
    single = [j["singletons"] for j in jobs if j["singletons"] is not None]
    stability = [j["stability"] for j in jobs if j["stability"] is not None]
    found = number("execs")
    return {
        "execs": execs if found is None else found, "seconds": seconds,
        "rate": fuzzed / seconds if seconds else None,
        "features": number("features") or sum(features.values()) or None,
        "features_by_role": features,
        "corpus": max(corpus, default=None) if number("corpus") is None
        else number("corpus"),
        "new_corpus": fresh,
        "discovery": (sum(single) if single else fresh) / fuzzed if fuzzed
        else None,
        "stability": min(stability, default=None),
    }


def headline(night: dict) -> tuple[str, str]:
    """(colour, one line): what a person reads first."""
    new, known = len(night["new"]), len(night["known"])
    failed = sum(j["status"] == "infrastructure" for j in night["jobs"])
    missed = sum(j["status"] == "canary-missed" for j in night["jobs"])
    parts = []
    if new or night["exit"] == 10:
        parts.append(plural(new, "new violation"))
    if failed or night["exit"] == 20:
        parts.append(plural(failed, "job") + " could not run" if failed
                     else "infrastructure failure")
    if missed or night["exit"] == 21:
        parts.append("the canary was missed")
    if known:
        parts.append(plural(known, "known violation"))
    if not new and not known:
        parts.append("nothing found" if parts else "nothing new")
    if night["fixed"]:
        parts.append(f"{len(night['fixed'])} fixed")
    colour = STATUS.get(night["exit"], ("red", ""))[0]
    if not night["finished"]:
        colour = "red" if new or failed or missed else "amber"
        parts.insert(0, "not finished")
    line = ", ".join(parts)
    return colour, line[:1].upper() + line[1:]


def order_of(night: dict) -> str:
    """What a status of a night means, in words."""
    if not night["finished"]:
        return "has not ended: it runs, or was killed; what the log says so far"
    if night["exit"] not in STATUS:
        return f"ended with status {night['exit']}, which has no meaning here"
    return {0: "ended with nothing new",
            10: "ended with new violations",
            11: "ended with known violations only",
            20: "is not to be relied on: jobs could not run",
            21: "is not to be relied on: a defect that was switched on was not "
                "found"}[night["exit"]]


def found_by(state: State) -> dict[tuple[int, str], list[str]]:
    """(night, signature) -> jobs, from the log."""
    nights = {e.get("job"): e.get("night") for e in state.events
              if e["event"] == "start"}
    flaky = {f.slug: f.signature for f in state.flaky}
    result = collections.defaultdict(list)
    for e in state.events:
        if e["event"] == "finding":
            met = [e.get("signature")]
        elif e["event"] == "filed" and isinstance(e.get("flaky"), list):
            met = [flaky.get(str(slug)) for slug in e["flaky"]]
        else:
            continue
        for signature in met:
            jobs = result[(nights.get(e.get("job")), signature)]
            if isinstance(e.get("job"), str) and e["job"] not in jobs:
                jobs.append(e["job"])
    return result


def seen_range(nights: list[dict]) -> dict[str, tuple[int, int]]:
    result: dict[str, tuple[int, int]] = {}
    for night in nights:
        for signature in night["seen"] + night["new"]:
            first = result.get(signature, (night["night"],))[0]
            result[signature] = (first, night["night"])
    return result


def entries(state: State) -> dict[str, Finding]:
    """By signature, and by those that triage found to be of the same shape."""
    result = {str(s): f for f in state.findings.values()
              for s in f.data["merged"]}
    return {**result, **state.findings}


def violations(state: State, nights: list[dict],
               reasons: dict[str, str]) -> list[Violation]:
    """Of the last night, in the order in which a person wants them."""
    night, jobs, seen = nights[-1], found_by(state), seen_range(nights)
    result, have, entry_of = [], set(), entries(state)
    for kind in ("new", "known", "fixed"):
        for signature in night[kind]:
            if signature in have:
                continue
            have.add(signature)
            first, last = seen.get(signature, (None, None))
            finding = entry_of.get(signature)
            result.append(Violation(
                signature, kind, finding,
                jobs.get((night["night"], signature), []), first, last,
                reasons.get(signature, ""),
                finding is not None and finding.signature != signature))
    for finding in state.flaky:
        if night["flaky"] is not None and finding.slug not in night["flaky"]:
            continue
        first, last = seen.get(finding.signature, (None, None))
        result.append(Violation(finding.signature, "flaky", finding,
                                jobs.get((night["night"], finding.signature), []),
                                first, last, ""))
    return result


def earlier(state: State, nights: list[dict], shown: list[Violation],
            reasons: dict[str, str]) -> list[Violation]:
    """Entries that the last night has not met and that have a page as well."""
    seen = seen_range(nights)
    have = {v.finding.signature for v in shown if v.finding}
    return [Violation(f.signature, "earlier", f, [],
                      *seen.get(f.signature, (None, None)),
                      reasons.get(f.signature, ""))
            for f in [*state.findings.values(), *state.flaky]
            if f.signature not in have]


def cell_of(jobs: list[dict], states: dict[str, set[str]]) -> dict[str, Any]:
    words = collections.Counter()
    for job in jobs:
        if job["status"] == "infrastructure":
            words["failed"] += 1
        elif job["status"] == "canary-missed":
            words["canary missed"] += 1
        elif job["status"] == "finding":
            of = states.get(job["job"], set())
            words[next((s for s in ("new", "known", "flaky") if s in of),
                       "unfiled")] += 1
        elif job["status"] == "canary-found":
            words["canary found"] += 1
        else:
            words["clean"] += 1
    worst = next((w for w in CELLS if words[w]), "canary found")
    return {"word": worst, "level": LEVELS[worst], "jobs": len(jobs),
            "count": words[worst], "first": jobs[0]["job"],
            "execs": sum(j["execs"] or 0 for j in jobs)}


def matrix(night: dict, shown: list[Violation]) -> dict[str, Any]:
    """Formats by roles.  Rows that need a look come first."""
    states = collections.defaultdict(set)
    for v in shown:
        for job in v.jobs:
            states[job].add(v.state)
    roles, cells = [], collections.defaultdict(lambda: collections.defaultdict(list))
    for job in night["jobs"]:
        if job["role"] not in roles:
            roles.append(job["role"])
        cells[job["format"] or "any"][job["role"]].append(job)
    rows = []
    for name, by_role in cells.items():
        row = {role: cell_of(jobs, states) for role, jobs in by_role.items()}
        levels = {c["level"] for c in row.values()}
        rows.append({"format": name, "cells": row, "level":
                     "red" if "red" in levels else
                     "amber" if "amber" in levels else "green"})
    rows.sort(key=lambda r: ("red", "amber", "green").index(r["level"]))
    return {"roles": roles, "attention": [r for r in rows if r["level"] != "green"],
            "clean": [r for r in rows if r["level"] == "green"]}


def roles(nights: list[dict]) -> list[dict[str, Any]]:
    """Each role of the last night, with its rate over the nights."""
    result = []
    for name in dict.fromkeys(j["role"] for j in nights[-1]["jobs"]):
        points = []
        for night in nights[-CHART_NIGHTS:]:
            rates = [j["rate"] for j in night["jobs"]
                     if j["role"] == name and j["rate"] is not None]
            points.append((f"night {night['night']}",
                           statistics.median(rates) if rates else None))
        jobs = [j for j in nights[-1]["jobs"] if j["role"] == name]
        stability = [j["stability"] for j in jobs if j["stability"] is not None]
        result.append({
            "role": name, "jobs": len(jobs), "points": points,
            "failed": sum(j["status"] == "infrastructure" for j in jobs),
            "execs": sum(j["execs"] or 0 for j in jobs),
            "rate": points[-1][1] if points else None,
            "stability": min(stability, default=None)})
    return result


def last_feature(nights: list[dict]) -> dict[str, Any] | None:
    """When something last was seen that no job had seen before."""
    best: dict[str, float] = {}
    found = None
    for night in nights:
        for job in sorted(night["jobs"], key=lambda j: j["time"] or 0):
            key = feature_key(job)
            more = job["features"] is not None and \
                job["features"] > best.get(key, -1)
            if more:
                best[key] = job["features"]
            fresh = (job["new_corpus"] or 0) > 0 if \
                job["new_corpus"] is not None else more
            if fresh and job["time"]:
                found = {"job": job["job"], "night": night["night"],
                         "time": job["time"], "format": job["format"],
                         "role": job["role"]}
    if found:
        found["seconds"] = max(0, nights[-1]["ended"] - found["time"])
        found["executions"] = sum(
            j["execs"] or 0 for n in nights for j in n["jobs"]
            if (j["time"] or 0) > found["time"])
    return found


def growth(nights: list[dict]) -> list[tuple[float, float]]:
    """(seconds into the last night, features none before had seen)."""
    best: dict[tuple, float] = {}
    for job in (j for n in nights[:-1] for j in n["jobs"]):
        if job["features"] is not None:
            key = feature_key(job)
            best[key] = max(best.get(key, 0), job["features"])
    result, total = [], 0
    for job in sorted(nights[-1]["jobs"], key=lambda j: j["time"] or 0):
        if job["features"] is None or not job["time"]:
            continue
        key = feature_key(job)
        # The first job of its kind has nothing to be compared with.
        total += max(0, job["features"] - best.get(key, job["features"]))
        best[key] = max(best.get(key, 0), job["features"])
        result.append((job["time"] - nights[-1]["started"], total))
    return result


def coverage(nights: list[dict]) -> dict[str, Any] | None:
    """The last one there is, with the difference from the one before."""
    have = [n for n in nights if isinstance(n["coverage"], dict)
            and isinstance(n["coverage"].get("totals"), dict)]
    if not have:
        return None
    now, before = have[-1], have[-2] if len(have) > 1 else None

    def row(name, part, old):
        cells = {}
        for kind in ("lines", "branches", "mcdc"):
            value, past = share(part.get(kind)), share((old or {}).get(kind))
            cells[kind] = {"percent": value, "change": None if value is None or
                           past is None else round(value - past, 2),
                           **counts(part.get(kind))}
        return {"name": name, "cells": cells}

    then = before["coverage"] if before else {}
    directories = now["coverage"].get("directories") or {}
    old = then.get("directories") or {}
    return {"night": now["night"], "before": before and before["night"],
            "totals": row("all", now["coverage"]["totals"], then.get("totals")),
            "rows": [row(name, part, old.get(name)) for name, part
                     in sorted(directories.items()) if isinstance(part, dict)],
            "points": [(f"night {n['night']}",
                        share(n["coverage"]["totals"].get("branches")))
                       for n in have[-CHART_NIGHTS:]]}


def share(part: Any) -> float | None:
    """Percent, of {"count", "covered"} or a bare number of percent."""
    if isinstance(part, dict):
        count, covered = part.get("count"), part.get("covered")
        if isinstance(count, int) and isinstance(covered, int):
            return 100 * covered / count if count else None
        part = part.get("percent")
    return float(part) if isinstance(part, (int, float)) else None


def counts(part: Any) -> dict[str, Any]:
    part = part if isinstance(part, dict) else {}
    return {"covered": part.get("covered"), "count": part.get("count")}
