# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A state directory as some nights of campaigns leave it, for the tests.

    sample_state.py DIR [--nights N] [--empty] [--hostile]

The last night has new, known and fixed findings, one that is flaky, a crash of a
sanitizer, a job that could not run, a canary that was missed, guests and sweeps.
The same arguments write the same bytes.
"""
import argparse
import hashlib
import json
import pathlib
import random
import re
from typing import Any

BEGIN = 1795212000              # the first night; the others a day apart
HOURS = 8
FORMATS = ["x86_64-4level", "x86_64-5level", "i386-pae", "arm64-4k-48",
           "arm64-64k-52", "arm-short", "riscv-sv39", "riscv-sv48-svpbmt",
           "s390x-5level", "sparc64", "mips64-4k", "m68k-motorola",
           "loongarch64-4k", "ppc64-radix-4k", "alpha", "fake", "fake-tiny"]
ROLES = [("libfuzzer", "fuzz_case", 3100), ("asan", "fuzz_case", 1400),
         ("afl", "fuzz_case", 2300), ("swarm", "fuzz_case", 2900),
         ("failures", "fuzz_case", 2600), ("tiny", "fuzz_case", 5200)]
GUESTS = ["x86_64-4level", "riscv-sv39", "arm64-4k-48", "m68k-motorola"]

SPLIT = "entry/lost/pmd/unmap/riscv"
FLUSH = "flush-cover/cover/pte/protect/x86"
CRASH = ("asan:heap-buffer-overflow/pt_split<pt_protect_range<run_protect/-/"
         "protect/fake")
KNOWN = "trace-hole/depth/p4d/walk/arm64"
MERGED = "entry/lost/pte/unmap/x86"       # of the shape of SPLIT
OLD = "mmu-verdict/prot/pud/map/sparc"
FIXED = "table-lost/leak/pte/install/loongarch"
FLAKY = "hang/-/-/copy/s390"

CASE = """tablewalk case 1
regime 0
profile current
window low
salt 0x0000
kinds default
map at=home3 len=1unit attrs=rugad pa=data height=2
unmap at=home3 len=1unit
"""
REPORT = """VIOLATION entry/lost/pmd on riscv-sv39
    0 map va=0x40000000 last=0x7fffffff pa=0x0 attrs=r--u-ad-- size=pud order=0
->  1 unmap va=0x40000000 last=0x401fffff
   at va 0x7fe00000 of space 0
   expected  leaf pa 0x3fe00000 r--u-ad-- wb key 0
   seen      0x0: invalid (none)
"""
STORY = """0  map    a 1G leaf at pgd index 1
1  unmap  its first 2M: the leaf is split into a table of 512
   expected entry 511: leaf pa 0x3fe00000 r--u-ad--
   seen     entry 511: none                            <-- differs
rule: splitting changes the level and nothing else (docs/checks.md, SPLIT-EQ)
"""
DRAWING = """<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="760" height="200" viewBox="0 0 760 200">
<title>Tables before and after operation 1</title>
<style>
text { font: 13px ui-monospace, monospace; fill: #222 }
.box { fill: none; stroke: #888 } .bad { fill: none; stroke: #b00; stroke-width: 2 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .bad { stroke: #f88 } }
</style>
<text x="10" y="24">before</text><text x="400" y="24">after</text>
<rect class="box" x="10" y="40" width="150" height="60"/><text x="20" y="60">pgd</text>
<text x="20" y="84">1: leaf 1G r--u</text>
<rect class="box" x="400" y="40" width="120" height="60"/><text x="410" y="60">pgd</text>
<text x="410" y="84">1: table</text>
<path class="box" d="M520 78 L560 78"/>
<rect class="box" x="560" y="40" width="190" height="60"/><text x="570" y="60">pmd</text>
<text x="570" y="84">1-510: leaf 2M r--u</text>
<rect class="bad" x="560" y="104" width="190" height="60"/>
<text x="570" y="126">511: none</text><text x="570" y="150">expected leaf 2M</text>
</svg>
"""
HOSTILE = "<script>document.title='owned'</script>\"'&<img src=x onerror=alert(1)>"


def slug_of(signature: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", signature)


def dump(path: pathlib.Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1) + "\n")


def vector(format: str, signature: str) -> list[dict[str, str]]:
    return [{"format": f, "subject": "builtin",
             "result": "fail" if f.split("-")[0] == format.split("-")[0]
             else "unsupported" if f == "m68k-motorola" else "pass",
             "signature": signature if f.split("-")[0] == format.split("-")[0]
             else ""} for f in FORMATS]


def finding(directory: pathlib.Path, signature: str, format: str, kind: str,
            **more: Any) -> None:
    check, divergence, depth, operation, family = signature.rsplit("/", 4) \
        if signature.count("/") == 4 else (signature.split("/")[0], "-", "-",
                                           signature.split("/")[-2], "fake")
    data = {
        "version": 1, "signature": signature, "slug": slug_of(signature),
        "kind": kind, "check": check, "divergence": divergence, "depth": depth,
        "operation": operation, "family": family, "format": format,
        "subject": "builtin", "check_when": "end", "folding": "real",
        "mutants": [], "records": 2, "raw_records": 41,
        "case_hash": hashlib.sha1(signature.encode()).hexdigest()[:16],
        "shape": "map;unmap",
        "files": {"text": "case.tw", "binary": "case.bin", "c": "case.c"},
        "replay": f"tablewalk run --format {format} case.tw",
        "report": REPORT.replace("riscv-sv39", format),
        "vector": vector(format, signature), "times": 13,
        "raw": [{"file": f"crash-{n:040x}", "sha256": f"{n:064x}"}
                for n in range(13)],
        "merged": [], **more}
    directory = directory / data["slug"]
    dump(directory / "finding.json", data)
    (directory / "case.tw").write_text(
        more.get("text", CASE) + f"# tablewalk run --format {format} FILE\n")
    (directory / "case.bin").write_bytes(bytes(range(32)))
    (directory / "case.c").write_text("/* the same as C */\n")
    (directory / "story.txt").write_text(STORY)
    (directory / "story.svg").write_text(more.get("drawing", DRAWING))


class Writer:
    """Nights one after the other, with their log."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        self.random = random.Random(1)
        self.best: dict[tuple[str, str], int] = {}
        root.mkdir(parents=True, exist_ok=True)
        self.log = (root / "log.jsonl").open("w")

    def event(self, **members: Any) -> None:
        self.log.write(json.dumps(members) + "\n")

    def job(self, night: int, index: int, role: str, target: str, format: str,
            rate: float, time: int, **more: Any) -> dict[str, Any]:
        name = f"{night}-{index:04d}-{role}-{target}-{format}"
        start = {"event": "start", "job": name, "night": night, "index": index,
                 "role": role, "target": target, "format": format,
                 "seconds": 600, "seed": 1000 * night + index, "time": time}
        rate *= self.random.uniform(0.85, 1.1)
        key, before = (role, format), self.best.get((role, format), 900)
        grown = int(500 / (night + 1) * self.random.random()) \
            if night < 5 or self.random.random() < 0.1 else 0
        self.best[key] = before + grown
        end = {"event": "end", "job": name, "status": "clean", "detail": "",
               "seconds": 600.2, "execs": int(600 * rate), "rate": round(rate, 1),
               "features": self.best[key], "corpus": 2000 + 120 * night,
               "new_corpus": grown // 4, "time": time + 600,
               "stability": 100.0 if role == "afl" else None, **more}
        self.event(**start)
        self.event(**end)
        return {**start, **end}

    def jobs(self, night: int, time: int) -> list[dict[str, Any]]:
        made, index = [], 0
        for format in FORMATS:
            for role, target, rate in ROLES:
                # Not every role takes every format each night.
                if (index + night) % 3 == 0 and role in ("failures", "tiny"):
                    index += 1
                    continue
                made.append(self.job(night, index, role, target, format, rate,
                                     time + 300 * len(made)))
                index += 1
        for format in GUESTS:
            made.append(self.job(night, index, "hw", "hw", format, 260,
                                 time + 300 * len(made), features=None,
                                 corpus=None, new_corpus=None))
            index += 1
        made.append(self.job(night, index, "canary", "fuzz_case", "fake", 3000,
                             time + 300 * len(made), status="canary-found",
                             seconds=4.1, execs=12000))
        return made

    def change(self, jobs: list[dict], night: int, role: str, format: str,
               **members: Any) -> str:
        """Another end for a job; the log says the same as the summary."""
        job = next(j for j in jobs if j["role"] == role and
                   (j["format"] == format or not format))
        job.update(members)
        self.event(**{k: v for k, v in job.items() if k != "event"},
                   event="end")
        return job["job"]

    def found(self, jobs: list[dict], night: int, role: str, format: str,
              signature: str, new: bool) -> None:
        name = self.change(jobs, night, role, format, status="finding",
                           detail=signature)
        self.event(event="finding", signature=signature, new=new, job=name,
                   slug=slug_of(signature), time=BEGIN + night)


def coverage(night: int, last: int) -> dict[str, Any] | None:
    if night == 3:
        return None             # it was not measured each night
    def part(count, base):
        covered = min(count, int(count * (base + 0.004 * night)))
        if night == last and base < 0.5:
            covered -= count // 100
        return {"count": count, "covered": covered,
                "percent": round(100 * covered / count, 2)}
    def row(lines, a, b, c):
        return {"lines": part(lines, a), "branches": part(lines // 2, b),
                "mcdc": part(lines // 8, c)}
    return {"totals": row(19524, .90, .83, .62), "directories": {
        "mm": row(4200, .95, .91, .70), "oracles": row(6100, .93, .86, .66),
        "oracles/mmu": row(2300, .90, .81, .60), "harness": row(5300, .82, .72, .47),
        "arch/x86": row(410, .97, .92, .75), "arch/arm64": row(520, .96, .90, .71),
        "arch/riscv": row(380, .97, .93, .80)}}


def sweep(format: str, complete: bool, buckets: list[tuple]) -> dict[str, Any]:
    return {"format": format, "emulator": "qemu-7.2", "cases": 3363264,
            "skipped": 239616, "seconds": 5.3, "cases_per_second": 634578.0,
            "scenes": 1536, "scenes_done": 1536 if complete else 700,
            "complete": complete, "vanished": [], "buckets": [
                {"architecture": "x", "cause": c, "expected": e, "got": g,
                 "count": n, "by_depth": [0] * 5, "by_bit": [0] * 65}
                for c, e, g, n in buckets]}


def guests() -> dict[str, Any]:
    return {
        "hw": [{"format": f, "cases": 9000 + 700 * n, "seconds": 60.1,
                "probes": 21000000, "probes_per_second": 349000.0,
                "skipped": 52998, "unexplained": 0, "known": 414}
               for n, f in enumerate(GUESTS)],
        "sweep": [
            sweep("x86_64-4level", True, [
                ("x86-reserved-says-absent", "reserved@pud, as reserved",
                 "reserved-absent", 1482720)]),
            sweep("riscv-sv39", False, [
                ("riscv-walk-fails-as-page-fault", "walkbus@pud, as access-fault",
                 "page-fault", 2016),
                ("?", "reserved@pmd, as page-fault", "ok", 12)])]}


def kill_matrix(path: pathlib.Path) -> None:
    columns = {"unit": {"detected": 340, "nothing found": 7},
               "corpus": {"detected": 345, "infected, not detected": 1,
                          "reached, not infected": 1},
               "random": {"detected": 343, "reached, not infected": 4},
               "libfuzzer": {"detected": 334, "nothing found": 13},
               "guest": {"detected": 250, "nothing found": 97}}
    dump(path, {"seconds": 60, "seed": 1, "defects": {
        f"defect-{n}": {"equivalent": "nothing can notice it" if n == 7 else "",
                        "cells": {}} for n in range(347)},
        "counts": columns, "gaps": {"not reached": [],
                                    "reached, not infected": [],
                                    "infected, not detected": ["defect-9"]},
        "detected_by_any": 345})


def write_findings(root: pathlib.Path, hostile: bool) -> None:
    more = {}
    if hostile:
        more = {"report": REPORT + HOSTILE, "text": CASE + "# " + HOSTILE + "\n",
                "replay": "tablewalk run " + HOSTILE, "shape": HOSTILE,
                "drawing": DRAWING.replace("<title>", "<script>document.title="
                                           "'owned'</script><image href='http://"
                                           "example.invalid/x.png'/><title>")
                .replace("<rect", "<rect onclick='alert(1)'"),
                "vector": [{"format": HOSTILE, "subject": HOSTILE,
                            "result": "fail", "signature": HOSTILE}],
                "raw": [{"file": HOSTILE, "sha256": HOSTILE}],
                "merged": [HOSTILE, MERGED], "check_when": HOSTILE}
    directory = root / "findings"
    more.setdefault("merged", [MERGED, "entry/lost/pmd/split/arm64"])
    finding(directory, SPLIT, "riscv-sv39", "violation", **more)
    (directory / slug_of(SPLIT) / f"merged-{slug_of(MERGED)}.tw").write_text(CASE)
    finding(directory, FLUSH, "x86_64-4level", "violation", records=3,
            raw_records=29, check_when="every", times=2, shape="map;protect;map")
    finding(directory, CRASH, "fake-tiny", "sanitizer", records=4, times=69,
            report="==1==ERROR: AddressSanitizer: heap-buffer-overflow on "
            "address 0x602000000018\n    #0 pt_split mm/split.c:214\n"
            "    #1 pt_protect_range mm/pgtable.c:410\n"
            "    #2 run_protect harness/run.c:655\n")
    finding(directory, KNOWN, "arm64-4k-48", "violation")
    finding(directory, OLD, "sparc64", "violation")
    finding(directory, FIXED, "loongarch64-4k", "violation")
    finding(directory / "flaky", FLAKY, "s390x-5level", "flaky", times=1)


def write_last(w: Writer, night: int, jobs: list[dict], hostile: bool) -> None:
    """What makes the last night worth a look."""
    w.found(jobs, night, "libfuzzer", "riscv-sv39", SPLIT, True)
    w.found(jobs, night, "swarm", "riscv-sv39", SPLIT, False)
    w.found(jobs, night, "libfuzzer", "x86_64-4level", FLUSH, True)
    w.found(jobs, night, "asan", "fake-tiny", CRASH, True)
    w.found(jobs, night, "libfuzzer", "arm64-4k-48", KNOWN, False)
    w.found(jobs, night, "libfuzzer", "s390x-5level", FLAKY, False)
    name = w.change(jobs, night, "hw", "m68k-motorola", status="infrastructure",
                    detail=HOSTILE if hostile else "QEMU ended with signal 9",
                    execs=0, rate=None, seconds=31.0)
    log = w.root / "logs" / f"{name}.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("seed 7041\n" * 60 + (HOSTILE if hostile else
                   "tablewalk: the guest of m68k-motorola ended: signal 9") + "\n")
    name = w.change(jobs, night, "canary", "", status="canary-missed",
                    detail="split-loses-last was not found in 600 s")
    w.change(jobs, night, "afl", "mips64-4k", stability=99.96)
    if hostile:
        for key in ("job", "role", "target", "format", "detail"):
            jobs[8][key] = HOSTILE
        jobs[8]["status"] = "infrastructure"


def write_state(root: pathlib.Path, nights: int = 7, hostile: bool = False,
                exit: int | None = None, quiet: bool = False) -> None:
    w = Writer(root)
    for night in range(1, nights + 1):
        time = BEGIN + 86400 * night
        w.event(event="night", night=night, time=time, plan="5f0c" * 10,
                revision="65f0f416866c7779b7a1434d3b492c7450ffb0cb",
                seconds=3600 * HOURS, jobs=90, shard="1/1")
        jobs = w.jobs(night, time)
        last = night == nights and not quiet
        if last:
            write_last(w, night, jobs, hostile)
        known = [KNOWN] if quiet or not last else [KNOWN, SPLIT]
        findings = [(KNOWN, night == 1)] if night < 3 else [(KNOWN, False)]
        if last:
            findings += [(SPLIT, True), (FLUSH, True), (CRASH, True)]
            if hostile:
                findings += [(MERGED, True), (HOSTILE, True)]
            known = [KNOWN]
        elif night in (2, 3):
            findings += [(FIXED, night == 2)] + [(OLD, True)] * (night == 2)
        status = exit if exit is not None and night == nights else \
            20 if last else 10 if night < 3 else 0 if quiet else 11
        if status == 0:
            findings, known = [], []
        sums = {"execs": sum(j["execs"] for j in jobs),
                "features": sum(w.best.values()), "corpus": 2000 + 120 * night}
        dump(root / f"nights/{night}.json", {
            "version": 1, "night": night, "started": time,
            "ended": time + 3600 * HOURS + 240, "exit": status,
            "revision": "65f0f416866c7779b7a1434d3b492c7450ffb0cb",
            "jobs": jobs, "findings": [
                {"signature": s, "slug": slug_of(s), "new": new}
                for s, new in findings],
            "known": known, "fixed": [FIXED] if last else [], "totals": sums,
            "coverage": coverage(night, nights),
            "guests": guests() if last else None})
        w.event(event="night-end", night=night, exit=status,
                time=time + 3600 * HOURS + 240)
    w.log.close()
    write_findings(root, hostile)
    kill_matrix(root / "kill-matrix/kill-matrix.json")


def write_empty(root: pathlib.Path) -> None:
    """A state in which nothing has happened yet."""
    (root / "nights").mkdir(parents=True)
    (root / "log.jsonl").write_text("")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("directory", type=pathlib.Path, metavar="DIR")
    parser.add_argument("--nights", type=int, default=7)
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--hostile", action="store_true",
                        help="texts that a page must not believe")
    a = parser.parse_args()
    if a.empty:
        write_empty(a.directory)
    else:
        write_state(a.directory, a.nights, a.hostile)


if __name__ == "__main__":
    main()
