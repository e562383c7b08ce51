# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One job from its beginning to its end.

    STATE/work/JOB/   job.json, in (what it starts from), new, crash, and when it has
                      ended result.json
    STATE/raw/JOB/    what broke a property, as the engine wrote it
    STATE/logs/JOB.log

What an engine leaves in work/JOB is collected when it ends, or when the next
campaign finds it there; collecting twice changes nothing.
"""
import json
import random
import shutil
import subprocess

from . import corpus, engines
from .state import Trouble, is_full, write_json, write_whole


class Work:
    """What an engine gets to know of its job."""

    def __init__(self, job, state, settings, processes, trees, tablewalk):
        self.job, self.state, self.settings = job, state, settings
        self.processes, self.trees, self.tablewalk = processes, trees, tablewalk
        self.directory = state / "work" / job["id"]
        self.inputs = self.directory / "in"
        self.new = self.directory / "new"
        self.crash = self.directory / "crash"
        self.log = state / "logs" / f"{job['id']}.log"

    @property
    def tree(self):
        return self.trees.get(self.job["tree"])

    def fuzzer(self):
        return self.tree / "fuzz" / self.job["target"]

    def prepare(self):
        shutil.rmtree(self.directory, ignore_errors=True)
        for directory in (self.inputs, self.new, self.crash):
            directory.mkdir(parents=True)
        self.log.unlink(missing_ok=True)
        write_json(self.directory / "job.json", self.job)

    def take_inputs(self, most=None):
        """The stored cases, what came last, and the smallest corpus; of the files
        of the last two a sample by the job's seed where that is too many."""
        target = self.job["target"]
        made = corpus.seeds(target, self.tree / "fuzz/fuzz_seeds",
                            self.directory / "seeds")
        corpus.link_files(self.inputs, corpus.files_in(made))
        shared = self.state.shared
        found = {p.name: p
                 for directory in (self.state / "corpus-min" / target,
                                   self.state / "corpus" / target,
                                   *([shared.corpus(target)] if shared else []))
                 for p in corpus.files_in(directory)}
        names = sorted(found)
        if most is not None and len(names) > most:
            names = random.Random(self.job["seed"]).sample(names, most)
        corpus.link_files(self.inputs, [found[n] for n in names])


def broken_files(work):
    """name -> file of all that broke a property."""
    files = {p.name: p for p in corpus.files_in(work / "crash")
             if not p.name.startswith("slow-unit-")}
    # Of an afl-fuzz whose end nobody saw.
    for kind, prefix in (("crashes", "crash"), ("hangs", "timeout")):
        for file in corpus.files_in(work / "afl/default" / kind):
            data = corpus.read_input(file)
            if file.name.startswith("id:") and data is not None:
                files.setdefault(f"{prefix}-{corpus.sha1(data)}", file)
    return files


def harvest(state, job):
    """Takes what is in work/JOB over: (new inputs, files that broke a property).

    Not of a canary: what it finds is its defect, or has been looked at already.
    """
    work = state / "work" / job["id"]
    if job["engine"] == "canary":
        kept = broken_files(work) if (work / "real").exists() else {}
        inputs = []
    else:
        kept = broken_files(work)
        inputs = corpus.files_in(work / "new")
        inputs += [p for p in corpus.files_in(work / "afl/default/queue")
                   if ",orig:" not in p.name]
    added = corpus.add_files(state / "corpus" / job["target"], inputs) \
        if inputs and job["target"] else 0
    if state.shared and inputs and job["target"]:
        state.shared.give(job["target"], inputs)
    raw = state / "raw" / job["id"]
    for name, file in kept.items():
        raw.mkdir(parents=True, exist_ok=True)
        if not (raw / name).exists():
            write_whole(raw / name, file.read_bytes())
    if kept and not (raw / ".job").exists():
        # So that it can be filed later, too.
        write_whole(raw / ".job", json.dumps(job))
    return added, sum(not name.endswith(".json") for name in kept)


def keep_result(state, job, result):
    """It need not run again, whatever happens until its files are filed."""
    write_json(state / "work" / job["id"] / "result.json", result)


def read_result(state, job):
    return engines.read_json(state / "work" / job["id"] / "result.json")


def clear(state, job):
    shutil.rmtree(state / "work" / job["id"], ignore_errors=True)


def left_over(state):
    """The jobs whose work directories are still there."""
    jobs = []
    for directory in sorted((state / "work").iterdir()):
        if not directory.is_dir() or directory.name.startswith("."):
            continue
        try:
            jobs.append(json.loads((directory / "job.json").read_text()))
        except (OSError, ValueError):
            # Killed before it began: there is nothing in it.
            shutil.rmtree(directory, ignore_errors=True)
    return jobs


def unfiled(state):
    """Jobs with files in raw/ that no "filed" event is about."""
    done = {e["job"] for e in state.of("filed")}
    jobs = []
    for directory in sorted((state / "raw").iterdir()):
        if directory.name in done or not directory.is_dir():
            continue
        try:
            jobs.append(json.loads((directory / ".job").read_text()))
        except (OSError, ValueError):
            continue
    return jobs


def failed(detail):
    return {"status": "infrastructure", "detail": detail, "seconds": 0, "execs": 0,
            "rate": 0}


def run(work):
    """Runs the engine; what an "end" event has, or None where it was stopped."""
    job = work.job
    work.prepare()
    if job["tree"] and not work.tree:
        return failed(work.trees.why(job["tree"]))
    if job["target"] and not work.fuzzer().exists():
        return failed(f"{work.fuzzer()} is not there")
    try:
        result = engines.RUN[job["engine"]](work)
    except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        if isinstance(error, OSError) and is_full(error):
            raise Trouble(f"{error.filename or work.directory}: "
                          f"{error.strerror}") from error
        return failed(f"{type(error).__name__}: {error}")
    return None if result["status"] == "stopped" else result
