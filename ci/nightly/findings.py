# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""From files that break a property to entries of STATE/findings.

Cases go through `tablewalk triage'.  What it does not know about gets an entry of
the same form here: findings of guests (kind "hardware"), whose cases are shrunk
already, and inputs that break another fuzz target than fuzz_case (kind "crash").
"""
import hashlib
import pathlib
import re
import shlex
import shutil
import signal

from . import corpus
from .engines import fuzz_environment, log_text, read_json
from .state import Trouble, write_json, write_whole

CONFIRMATIONS = 3
TRIAGE_SECONDS = 3600
REPLAY_SECONDS = 120
TEXT_HEADERS = ("tablewalk", "regime", "profile", "window", "salt", "kinds", "#")


def read_known(paths):
    """Signatures of files that have one per line, then ` # reason'."""
    known = set()
    for path in paths:
        try:
            lines = pathlib.Path(path).read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Trouble(f"{path}: {error}") from error
        for line in lines:
            signature = line.split("#", 1)[0].strip()
            if signature:
                known.add(signature)
    return known


def told_of(file):
    """What the command said of a file; of a job that was cut off, what the case
    itself says."""
    told = read_json(file.with_name(file.name + ".json"))
    if told is None:
        said = re.search(r"^# (\S+/\S+/\S+/\S+) on (\S+)$",
                         log_text(file), re.M)
        told = {"name": said[1], "format": said[2]} if said else {}
    return told


def names_of(state, signature, slug):
    """The signatures that stand for the same as that one."""
    entry = read_json(state / "findings" / slug / "finding.json") or {}
    return {signature, entry.get("signature", signature), *entry.get("merged", [])}


def owners(state):
    """signature -> (signature, slug) of the entry that it was put under."""
    found, whole = {}, set()
    for path in sorted((state / "findings").glob("*/finding.json")):
        entry = read_json(path) or {}
        if "signature" not in entry:
            continue
        whole.add(entry["signature"])
        for signature in entry.get("merged", []):
            found[signature] = (entry["signature"], path.parent.name)
    return {s: o for s, o in found.items() if s not in whole}


def slug_of(signature):
    return re.sub(r"[^A-Za-z0-9]+", "-", signature).strip("-")


def shape_of(text):
    """The kinds of operations of a text case: "map;unmap"."""
    words = [line.split()[0] for line in text.splitlines() if line.split()]
    return ";".join(w for w in words if not w.startswith(TEXT_HEADERS))


class Findings:
    """Files entries; one job at a time, for entries are shared."""

    def __init__(self, state, processes, tablewalk, known_files, trees, defect):
        self.state, self.processes, self.tablewalk = state, processes, tablewalk
        self.known_files, self.trees, self.defect = known_files, trees, defect
        self.families = None

    def family(self, format):
        if self.families is None:
            out = self.state / "work/.formats.json"
            self.processes.run([self.tablewalk, "list", "--json"], 60, out=out)
            self.families = {f["name"]: f["architecture"]
                             for f in (read_json(out) or {}).get("formats", [])}
        return self.families.get(format, "-")

    def file(self, job):
        """All files of STATE/raw/JOB.  {"signatures": {signature: slug}, "flaky":
        [slug], "clean": number, "unseen": number} or None where it was stopped.

        clean: files that show nothing.  unseen: how many of those should; what a
        loaded machine makes slow need not be slow again."""
        raw = self.state / "raw" / job["id"]
        files = [p for p in corpus.files_in(raw) if p.suffix != ".json"]
        result = {"signatures": {}, "flaky": [], "clean": 0, "unseen": 0,
                  "files": len(files)}
        if not files:
            return result
        machine, cases = self.by_machine(job, files)
        if machine:
            done = self.file_hardware(job, machine, result) and (
                not cases or self.triage(job, cases, result))
        elif job["target"] in (None, "fuzz_case", "fuzz_roundtrip", "fuzz_triage"):
            done = self.triage(job, files, result)
        else:
            done = self.file_crashes(job, files, result)
        slow = sum(f.name.startswith(("timeout-", "oom-")) for f in files)
        result["unseen"] = max(0, result["clean"] - slow)
        return result if done else None

    def by_machine(self, job, files):
        """Those that only a guest shows, and those that any run shows."""
        if job["engine"] not in ("hw", "sweep"):
            return [], files
        machine = [f for f in files if f.suffix == ".sweep" or (
            told_of(f).get("name", "machine-").startswith("machine-") and
            not self.model_sees(job, f))]
        return machine, [f for f in files if f not in machine]

    def model_sees(self, job, file):
        """A guest may only be the first to show what the model notices as well."""
        command = [self.tablewalk, "run", "--format",
                   told_of(file).get("format") or job["format"], "--check", "every"]
        if self.defect:
            command += ["--mutant", self.defect]
        done = self.processes.run([*command, file], REPLAY_SECONDS,
                                  cwd=self.state / "work")
        return done["status"] == 1

    def triage_command(self, tablewalk, job, files):
        command = [tablewalk, "triage", "--json", "--quiet", "--out",
                   self.state / "findings"]
        for known in self.known_files:
            command += ["--known", known]
        # A text case says itself how it was run.
        if job["engine"] != "random":
            if job["format"] not in (None, "any"):
                command += ["--format", job["format"]]
            if job["target"] == "fuzz_case":
                command += ["--check", job["check"], "--folding", job["folding"]]
            elif job["engine"] == "hw":
                command += ["--check", "every"]
        if self.defect:
            command += ["--mutant", self.defect]
        return command + files

    def triage(self, job, files, result):
        document = self.call_triage(self.tablewalk, job, files)
        if document is None:
            return False
        if document.get("clean") == len(files) and \
                job["engine"] == "libfuzzer-asan":
            # What only the sanitizers see.
            tree = self.trees.build("sanitize")
            if not tree:
                raise Trouble(self.trees.why("sanitize"))
            document = self.call_triage(tree / "harness/tablewalk", job, files)
            if document is None:
                return False
        result["clean"] = document.get("clean", 0)
        if result["clean"] and job["target"] in ("fuzz_roundtrip", "fuzz_triage"):
            # What breaks these need not break the subject.
            result["clean"] = 0
            return self.file_crashes(job, files, result)
        slugs = {e["signature"]: e["slug"] for e in document.get("entries", [])}
        for signature in document.get("new", []) + document.get("known", []):
            result["signatures"][signature] = slugs.get(signature,
                                                        slug_of(signature))
        result["flaky"] = [slugs.get(s, slug_of(s))
                           for s in document.get("flaky", [])]
        return True

    def call_triage(self, tablewalk, job, files):
        out = self.state / "work" / job["id"] / "triage.json"
        out.parent.mkdir(parents=True, exist_ok=True)
        log = self.state / "logs" / f"{job['id']}.log"
        done = self.processes.run(self.triage_command(tablewalk, job, files),
                                  TRIAGE_SECONDS, log=log, out=out)
        if done["why"] == "stopped":
            return None
        document = read_json(out)
        if done["status"] not in (0, 10, 11) or document is None:
            last = log_text(log).strip().splitlines()[-1:] or [""]
            raise Trouble(f"tablewalk triage ended with status {done['status']} "
                          f"({done['why']}) on the files of raw/{job['id']}: "
                          f"{last[0][:200]}")
        return document

    # Entries that are made here.

    def confirmed(self, command, env, shows, cwd):
        """How many of three runs show it; None where it was stopped."""
        times = 0
        for _ in range(CONFIRMATIONS):
            done = self.processes.run(command, REPLAY_SECONDS, env=env, cwd=cwd)
            if done["why"] == "stopped":
                return None
            times += bool(shows(done))
        return times

    def entry(self, finding, sources, raw_file, times):
        """Makes an entry, or adds to the one that is there; returns its slug."""
        below = "findings/flaky" if finding["kind"] == "flaky" else "findings"
        path = self.state / below / finding["slug"]
        raw = {"file": str(raw_file.relative_to(self.state.directory)),
               "sha256": hashlib.sha256(raw_file.read_bytes()).hexdigest()}
        old = read_json(path / "finding.json")
        if old:
            if raw["file"] not in [r["file"] for r in old.get("raw", [])]:
                old["raw"] = old.get("raw", []) + [raw]
                old["times"] = old.get("times", 0) + times
                write_json(path / "finding.json", old)
            return finding["slug"]
        new = path.parent / f".{finding['slug']}.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        for name, data in sources.items():
            write_whole(new / name, data)
        write_json(new / "finding.json",
                   {**finding, "times": times, "raw": [raw], "merged": []})
        new.rename(path)
        return finding["slug"]

    def common(self, job, signature, parts, kind):
        check, divergence, depth, operation, family = parts
        return {"version": 1, "signature": signature, "slug": slug_of(signature),
                "kind": kind,
                # Not by triage, which leaves such entries alone.
                "filed_by": "campaign", "check": check, "divergence": divergence,
                "depth": depth, "operation": operation, "family": family,
                "format": job["format"] or "-", "subject": "builtin",
                "check_when": job["check"], "folding": job["folding"],
                "mutants": self.defect.split(",") if self.defect else [],
                "records": 0, "raw_records": 0, "case_hash": "", "shape": "",
                "vector": []}

    def keep(self, result, finding, sources, raw_file, times, count):
        if count is None:
            return False
        if count < CONFIRMATIONS:
            finding["kind"] = "flaky"
        slug = self.entry(finding, sources, raw_file, times)
        if finding["kind"] == "flaky":
            result["flaky"].append(slug)
        else:
            result["signatures"][finding["signature"]] = slug
        return True

    def file_hardware(self, job, files, result):
        for file in files:
            told = told_of(file)
            is_sweep = file.suffix == ".sweep"
            name = "case.sweep" if is_sweep else "case.tw"
            format = told.get("format") or job["format"]
            if is_sweep:
                parts = ("sweep", f"{told.get('expected', '?')} got "
                         f"{told.get('got', '?')}", "-", "-", self.family(format))
                options = ["sweep"]
            else:
                parts = (*(told.get("name", "?/?/?/?").split("/") + ["-"] * 4)[:4],
                         self.family(format))
                options = ["hw", "--format", format]
                if self.defect:
                    options += ["--mutant", self.defect]
            text = file.read_text(errors="replace")
            shape = "" if is_sweep else shape_of(text)
            finding = {**self.common(job, "/".join(parts), parts, "hardware"),
                       "records": len(shape.split(";")) if shape else 0,
                       "shape": shape, "files": {"text": name},
                       "report": told.get("report", text),
                       "replay": shlex.join(["tablewalk", *options, name])}
            count = self.confirmed([self.tablewalk, *options, file], {},
                                   lambda done: done["status"] == 1,
                                   self.state / "work")
            if not self.keep(result, finding, {name: text}, file,
                             told.get("times", told.get("count", 1)), count):
                return False
        return True

    def file_crashes(self, job, files, result):
        tree = self.trees.build(job["tree"])
        if not tree:
            raise Trouble(self.trees.why(job["tree"]))
        fuzzer = tree / "fuzz" / job["target"]
        for file in files:
            log = self.state / "work" / job["id"] / "replay.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.unlink(missing_ok=True)
            env = fuzz_environment(job)
            done = self.processes.run([fuzzer, file], REPLAY_SECONDS, log=log,
                                      env=env, cwd=log.parent)
            if done["why"] == "stopped":
                return False
            text = log_text(log)
            parts = crash_parts(job["target"], done, text)
            finding = {**self.common(job, "/".join(parts), parts, "crash"),
                       "files": {"binary": "case.bin"}, "report": text[-8000:],
                       "replay": shlex.join([str(fuzzer), "case.bin"])}
            count = self.confirmed([fuzzer, file], env,
                                   lambda done: done["status"] not in (0, 2, 3),
                                   log.parent)
            if not self.keep(result, finding, {"case.bin": file.read_bytes()},
                             file, 1, count):
                return False
        return True


def crash_parts(target, done, text):
    """check, divergence, depth, operation and family of a broken fuzz target."""
    sanitizer = re.search(r"ERROR: AddressSanitizer: ([\w-]+)", text)
    frames = re.findall(r"^ *#\d+ 0x[0-9a-f]+ in (\w+) (?!/lib|/usr|\(/)", text,
                        re.M)
    own = "<".join([f for f in frames if not f.startswith(
        ("LLVMFuzzer", "__", "main", "abort", "raise"))][:3]) or "-"
    undefined = re.search(r"runtime error: ([a-z -]+)", text)
    said = re.search(rf"^{target}: (.+)$", text, re.M)
    if undefined:
        return (f"ubsan:{slug_of(undefined[1])}", own, "-", target, "-")
    if done["why"] == "time" or "ERROR: libFuzzer: timeout" in text:
        return ("hang", "-", "-", target, "-")
    if said:
        return ("property", slug_of(said[1])[:60], "-", target, "-")
    if sanitizer:
        return (f"asan:{sanitizer[1]}", own, "-", target, "-")
    number = -done["status"] if done["status"] and done["status"] < 0 else 0
    name = signal.Signals(number).name if number else "died"
    return ("crash", name, "-", target, "-")


def still_shown(state, processes, tablewalk, slug):
    """Whether an entry's case still shows something: True, False, or None where that
    cannot be said."""
    finding = read_json(state / "findings" / slug / "finding.json") or {}
    words = shlex.split(finding.get("replay") or "")
    if not words:
        return None
    if words[0] == "tablewalk":
        words[0] = str(tablewalk)
    elif not pathlib.Path(words[0]).exists():
        return None
    done = processes.run(words, REPLAY_SECONDS, cwd=state / "findings" / slug)
    if done["why"] != "ended":
        return True if done["why"] == "time" else None
    if done["status"] == 0:
        return False
    return None if done["status"] in (2, 3, 127) else True
