# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A night: the list of jobs, several at a time, and what comes of it."""
import os
import pathlib
import queue
import shutil
import signal
import sys
import threading
import time
import traceback

from . import corpus, findings, jobs, plan
from .processes import Processes, kill_left_over
from .shared import Shared
from .state import Trouble, write_json
from .trees import ROOT, Trees, revision, tree_of

EXIT_CLEAN, EXIT_USAGE = 0, 2
EXIT_NEW, EXIT_KNOWN, EXIT_INFRASTRUCTURE, EXIT_CANARY = 10, 11, 20, 21
REASON = {
    EXIT_CLEAN: "nothing was found",
    EXIT_NEW: "a violation that was not known",
    EXIT_KNOWN: "known violations only",
    EXIT_INFRASTRUCTURE: "something could not run",
    EXIT_CANARY: "the canary was not found: these jobs would not have seen a "
                 "violation either",
}


class Screen:
    """Lines for whoever watches, and on a terminal one that changes."""

    def __init__(self):
        self.lock = threading.Lock()
        self.live = sys.stdout.isatty()
        self.shown = False

    def say(self, text=""):
        with self.lock:
            self.put("\r\033[K" if self.shown else "", text + "\n")
            self.shown = False

    def progress(self, text):
        if self.live:
            with self.lock:
                self.put("\r\033[K", text[:78])
                self.shown = True

    @staticmethod
    def put(*parts):
        try:
            sys.stdout.write("".join(parts))
            sys.stdout.flush()
        except OSError:
            # Nobody reads any more; the state says it all.
            pass


class Night:
    def __init__(self, state, made, options, screen):
        self.state, self.options, self.screen = state, options, screen
        self.settings = made["settings"]
        self.made = made
        self.tablewalk = options.tablewalk
        self.processes = Processes(state.directory, self.settings)
        self.trees = Trees(options.build, options.jobs, screen.say,
                           options.no_build)
        state.shared = Shared(options.sync, options.shard) if options.sync else None
        self.findings = findings.Findings(
            state, self.processes, self.tablewalk, options.known, self.trees,
            options.mutant)
        self.known = findings.read_known(options.known)
        self.filing = threading.Lock()      # entries, and events about them
        self.taking = threading.Lock()      # the list, the counts
        self.todo, self.running = [], set()
        self.to_file = queue.Queue()
        self.trouble = []                   # sentences
        self.fatal = None
        self.interrupted = False
        self.deadline = None
        self.number = None

    # Beginning.

    def request(self):
        """What a night is asked for; the same again goes on with it."""
        o = self.options
        return {"plan": self.made["sha"], "seconds": o.seconds, "workers": o.jobs,
                "formats": o.formats or "", "shard": o.shard, "seed": o.seed,
                "mutants": o.mutant or ""}

    def begin(self):
        """Goes on with a night that was not finished, or begins the next one."""
        self.check_disk()
        killed = kill_left_over(self.state.directory)
        old = self.state.unfinished_night()
        if self.state.torn:
            self.screen.say(f"{self.state / 'log.jsonl'}: {self.state.torn} lines "
                            "are torn, and left out")
        if old and {k: old.get(k) for k in self.request()} != self.request():
            self.screen.say(f"night {old['night']} was begun with other options or "
                            "another plan; it ends here")
            self.collect_left_over()
            self.number = old["night"]
            self.end()
            old = None
        for e in self.state.of("night"):
            if e.get("mutants", "") != (self.options.mutant or ""):
                raise plan.BadPlan(
                    f"{self.state.directory} is the state of nights with "
                    f"{e.get('mutants') or 'no defect'} switched on; others want a "
                    "state of their own (--state)")
        self.number = old["night"] if old else self.state.next_night()
        self.made = plan.make(self.options, self.number)
        if old:
            self.state.append("resume", night=self.number, killed=killed)
            self.screen.say(f"going on with night {self.number}")
        self.collect_left_over()
        return old

    def check_disk(self):
        free, wanted = self.state.free_mb(), self.settings["disk_mb"]
        if free < wanted:
            raise Trouble(f"{self.state.directory}: {free} MB are free, the plan "
                          f"wants {wanted} (disk_mb)")

    def job_of(self, made):
        canary = made["engine"] == "canary"
        defect = None if canary else self.options.mutant
        return {**made, "id": f"{self.number}-{made['name']}",
                "night": self.number, "defect": defect,
                "tree": tree_of(made["engine"], defect)}

    def build(self):
        for name in sorted({j["tree"] for j in self.todo if j["tree"]}):
            if not self.trees.build(name):
                self.screen.say(f"ci/campaign: {self.trees.why(name)}")

    def prepare(self):
        """The jobs that have no end yet; then the clock runs."""
        old = self.begin()
        done = self.state.ended_jobs(self.number)
        self.todo = [j for j in map(self.job_of, self.made["jobs"])
                     if j["id"] not in done]
        for role in self.made["idle"]:
            self.screen.say(f"role {role}: nothing to do for these formats")
        self.build()
        if old:
            self.state.append("resume", night=self.number, killed=0)
        else:
            self.state.append("night", night=self.number, revision=revision(),
                              jobs=len(self.made["jobs"]), **self.request())
        left = self.options.seconds - self.state.used_seconds(self.number)
        self.deadline = time.monotonic() + max(0, left)
        self.screen.say(
            f"night {self.number}: {len(self.todo)} jobs, "
            f"{self.options.jobs} at a time, {max(0, int(left))} s")

    def collect_left_over(self):
        """What killed jobs had found, and files nobody got round to."""
        for job in jobs.left_over(self.state):
            added, broken = jobs.harvest(self.state, job)
            result = jobs.read_result(self.state, job)
            if result:
                # It had ended; only its files wait.
                if job["id"] not in self.state.ended_jobs(job["night"]):
                    self.finish(job, result)
                continue
            if added or broken:
                self.state.append("harvest", night=job["night"], job=job["id"],
                                  new_corpus=added, raw=broken)
                self.screen.say(f"{job['id']} was cut off: {added} new inputs and "
                                f"{broken} files that break a property are kept")
            jobs.clear(self.state, job)
        for job in jobs.unfiled(self.state):
            try:
                self.file(job)
            except Trouble as trouble:
                self.note(f"{job['id']}: {trouble}")
            jobs.clear(self.state, job)

    def note(self, sentence):
        self.trouble.append(sentence)
        self.screen.say(f"ci/campaign: {sentence}")

    # Jobs.

    def next_job(self):
        with self.taking:
            left = self.deadline - time.monotonic()
            if not self.todo or self.fatal or self.interrupted:
                return None
            job = self.todo[0]
            if left < min(job["seconds"], self.settings["least_seconds"]) / 2:
                return None
            self.todo.pop(0)
            job["seconds"] = max(1, min(job["seconds"], int(left)))
            self.running.add(job["id"])
            return job

    def file(self, job):
        """Files what a job left in raw/; None where that was stopped."""
        with self.filing:
            filed = self.findings.file(job)
            if filed is None or not filed["files"]:
                return filed
            before = self.state.known_before(job["night"]) | self.known
            seen = {(e["signature"], e["job"]) for e in self.state.of("finding")}
            for signature, slug in sorted(filed["signatures"].items()):
                same = findings.names_of(self.state, signature, slug)
                if (signature, job["id"]) not in seen:
                    self.state.append(
                        "finding", night=job["night"], job=job["id"],
                        signature=signature, slug=slug, new=not same & before)
            self.state.append(
                "filed", night=job["night"], job=job["id"], files=filed["files"],
                signatures=len(filed["signatures"]), flaky=sorted(filed["flaky"]),
                clean=filed["clean"])
            return filed

    def run_job(self, job):
        self.check_disk()
        self.state.append("start", **{k: job[k] for k in (
            "night", "index", "role", "engine", "target", "format", "seconds",
            "seed")}, job=job["id"])
        result = jobs.run(jobs.Work(job, self.state, self.settings, self.processes,
                                    self.trees, self.tablewalk))
        added, broken = jobs.harvest(self.state, job)
        if result is None:
            jobs.clear(self.state, job)
            return
        result = {**result, "new_corpus": added, "raw": broken}
        jobs.keep_result(self.state, job, result)
        if broken:
            # That takes its time, and the next job need not wait for it.
            self.to_file.put((job, result))
        else:
            self.finish(job, result)

    def finish(self, job, result):
        """Files what the job found; then it has ended."""
        try:
            filed = self.file(job)
            if filed is None:
                return
            if filed["unseen"] and result["status"] == "finding":
                result = {**result, "status": "infrastructure",
                          "detail": f"{filed['unseen']} files in raw/{job['id']} "
                                    "show nothing when they are run again"}
        except Trouble as trouble:
            result = {**result, "status": "infrastructure", "detail": str(trouble)}
        self.state.append("end", night=job["night"], job=job["id"], **result)
        self.tell(job, result)
        jobs.clear(self.state, job)

    def filer(self):
        while (item := self.to_file.get()) is not None:
            try:
                self.finish(*item)
            except Exception as error:  # else files would only be left
                self.stop_for(error)

    def tell(self, job, result):
        parts = [f"{job['id']}: {result['status']}", f"{result['seconds']:.0f} s"]
        if result.get("execs"):
            parts.append(f"{result['execs']} executions ({result['rate']:.0f}/s)")
        if result["new_corpus"]:
            parts.append(f"{result['new_corpus']} new inputs")
        if result["detail"]:
            parts.append(result["detail"])
        self.screen.say(", ".join(parts))

    def worker(self):
        while (job := self.next_job()) is not None:
            try:
                self.run_job(job)
            except Exception as error:  # else the job would only be missing
                self.stop_for(error)
            finally:
                with self.taking:
                    self.running.discard(job["id"])

    def stop_for(self, error):
        """A full disk, or a log that cannot be written: nothing more is begun."""
        if isinstance(error, OSError):
            error = f"{error.filename or self.state.directory}: {error.strerror}"
        elif not isinstance(error, Trouble):
            traceback.print_exception(error)
            error = f"{type(error).__name__}: {error}"
        with self.taking:
            if self.fatal:
                return
            self.fatal = str(error)
        self.screen.say(f"ci/campaign: {self.fatal}; the jobs are stopped")
        self.processes.stop()

    # The whole.

    def on_signal(self, number, _):
        if self.interrupted:
            # The guards see the end of this process, and end the jobs.
            os._exit(128 + number)
        self.interrupted = True
        self.trees.stop()

    def run(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        try:
            self.prepare()
            if not self.interrupted:
                self.run_jobs()
            if self.interrupted or self.fatal:
                return self.break_off()
            self.merge_corpora()
            self.look_at_old()
            return self.end()
        except OSError as error:
            self.fatal = f"{error.filename or self.state.directory}: " \
                         f"{error.strerror}"
        except Trouble as error:
            self.fatal = str(error)
        self.processes.stop()
        self.screen.say(f"ci/campaign: {self.fatal}")
        return self.break_off()

    def run_jobs(self):
        filer = threading.Thread(target=self.filer)
        threads = [threading.Thread(target=self.worker)
                   for _ in range(self.options.jobs)]
        for thread in [*threads, filer]:
            thread.start()
        self.wait_for(threads)
        self.to_file.put(None)
        self.wait_for([filer])

    def wait_for(self, threads):
        while any(t.is_alive() for t in threads):
            if self.interrupted and not self.processes.stopped:
                self.screen.say("stopping the jobs; what they found is kept "
                                "(once more: at once)")
                self.processes.stop()
            self.show()
            for thread in threads:
                thread.join(0.2 / len(threads))

    def show(self):
        if not self.screen.live:
            return
        ended = self.state.ended_jobs(self.number)
        signatures = {e["signature"] for e in self.state.of(
            "finding", night=self.number) if e["new"]}
        left = max(0, int(self.deadline - time.monotonic()))
        self.screen.progress(
            f"night {self.number}: {len(ended)} of {len(self.made['jobs'])} jobs, "
            f"{len(self.running)} running, {self.to_file.qsize()} to file, "
            f"{len(signatures)} new, "
            f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02} left")

    def merge_corpora(self):
        """Each target's corpus into its smallest one; not in a night that would be
        as long with it again."""
        tool = ROOT / "ci/merge-corpus"
        if not tool.exists() or \
                self.options.seconds < self.settings["merge_seconds"]:
            return
        ended = self.state.ended_jobs(self.number).values()
        grown = any(e.get("new_corpus") for e in ended)
        for directory in sorted((self.state / "corpus").iterdir()):
            inputs = corpus.files_in(directory)
            fuzzer = (self.trees.get("libfuzzer") or pathlib.Path()) / "fuzz" / \
                directory.name
            if "libfuzzer" not in self.trees.state:
                fuzzer = self.options.build / "libfuzzer/fuzz" / directory.name
            if self.interrupted or not inputs or not grown or not fuzzer.exists():
                continue
            self.merge_one(tool, fuzzer, directory, inputs)

    def merge_one(self, tool, fuzzer, directory, inputs):
        target = directory.name
        job = {"id": f"{self.number}-merge-{target}", "night": self.number,
               "engine": "libfuzzer", "target": target, "format": "any",
               "tree": "libfuzzer", "check": "end", "folding": "static",
               "profile": "plain", "mutant": None, "defect": None}
        out = self.state / "corpus-min" / target
        broken = self.state / "work" / job["id"] / "crash"
        broken.mkdir(parents=True, exist_ok=True)
        write_json(broken.parent / "job.json", job)
        log = self.state / "logs" / f"{job['id']}.log"
        seconds = self.settings["merge_seconds"]
        self.screen.progress(f"merging the corpus of {target}")
        # An input that is of use on one format only is of use.
        done = self.processes.run(
            [tool, "--target", target, "--fuzzer", fuzzer, "--out", out, "--broken",
             broken, "--timeout", seconds, directory], seconds + 60, log=log,
            env={"TABLEWALK_FUZZ_FORMAT": "all"})
        good = done["status"] == 0
        kept = corpus.files_in(out)
        self.state.append(
            "merge", night=self.number, target=target, files=len(inputs),
            kept=len(kept), status="done" if good else "failed",
            detail="" if good else f"status {done['status']} ({done['why']}), {log}",
            seconds=done["seconds"])
        if good:
            # All that they cover the smallest corpus covers as well.
            for file in inputs:
                file.unlink(missing_ok=True)
        elif done["why"] != "stopped":
            self.note(f"the corpus of {target} was not merged: status "
                      f"{done['status']}, {log}")
        jobs.harvest(self.state, job)
        self.file(job)
        shutil.rmtree(broken.parent, ignore_errors=True)

    def look_at_old(self):
        """Whether what earlier nights found still shows."""
        seen = {e["signature"] for e in self.state.of("finding", night=self.number)}
        slugs = {e["signature"]: e["slug"] for e in self.state.of("finding")
                 if e["night"] < self.number}
        owner = findings.owners(self.state)
        for signature in sorted(self.state.known_before(self.number) - seen):
            if self.interrupted:
                return
            if owner.get(signature, (signature,))[0] != signature:
                continue
            shown = findings.still_shown(self.state, self.processes, self.tablewalk,
                                         slugs[signature])
            if shown is not None:
                self.state.append("seen" if shown else "fixed", night=self.number,
                                  signature=signature, slug=slugs[signature])

    # The end.

    def signatures(self):
        """signature -> (slug, new) of this night; what triage has put under another
        entry since counts as that."""
        owner, found = findings.owners(self.state), {}
        for e in self.state.of("finding", "seen", night=self.number):
            signature, slug = owner.get(e["signature"], (e["signature"], e["slug"]))
            new = e.get("new", False) and found.get(signature, ("", True))[1]
            found[signature] = (slug, new)
        return found

    def code(self):
        states = [e["status"]
                  for e in self.state.ended_jobs(self.number).values()]
        news = [new for _, new in self.signatures().values()]
        if self.fatal or self.trouble or "infrastructure" in states:
            return EXIT_INFRASTRUCTURE
        if "canary-missed" in states:
            return EXIT_CANARY
        return EXIT_NEW if any(news) else EXIT_KNOWN if news else EXIT_CLEAN

    def summary(self):
        """What nights/N.json says."""
        state, n = self.state, self.number
        nights = state.of("night", night=n)
        starts = {e["job"]: e for e in state.of("start", night=n)}
        ended = state.ended_jobs(n).values()
        found = self.signatures()
        corpora = {d.name for top in ("corpus", "corpus-min")
                   for d in (state / top).iterdir()}
        return {
            "version": 1, "night": n,
            "started": nights[0]["time"] if nights else None,
            "ended": time.time(), "exit": self.code(),
            "revision": nights[0]["revision"] if nights else revision(),
            "seconds": self.options.seconds, "shard": self.options.shard,
            "mutants": self.options.mutant or "",
            "jobs": [{**starts.get(e["job"], {}), **e,
                      "started": starts.get(e["job"], {}).get("time")}
                     for e in ended],
            "not_run": max(0, len(self.made["jobs"]) - len(ended)),
            "findings": [{"signature": s, "slug": slug, "new": new}
                         for s, (slug, new) in sorted(found.items())],
            "known": sorted(s for s, (_, new) in found.items() if not new),
            "fixed": [e["signature"] for e in state.of("fixed", night=n)],
            "flaky": sorted({f for e in state.of("filed", night=n)
                             for f in e["flaky"]}),
            "merges": state.of("merge", night=n), "trouble": self.trouble,
            "totals": {
                "execs": sum(e.get("execs") or 0 for e in ended),
                "features": max((e.get("features") or 0 for e in ended
                                 if e.get("stability") is None), default=0),
                "corpus": sum(len(corpus.files_in(state / top / target))
                              for top in ("corpus", "corpus-min")
                              for target in corpora),
            },
            "coverage": None, "guests": guests(starts, ended),
        }

    def end(self):
        if not self.state.ended_jobs(self.number):
            self.trouble.append("not one job has run")
        whole = self.summary()
        write_json(self.state / "nights" / f"{self.number}.json", whole)
        self.state.append("night-end", night=self.number, exit=whole["exit"])
        self.print_summary(whole)
        return whole["exit"]

    def break_off(self):
        """The exit code for what there is so far; the night goes on another time."""
        if self.number is None:
            return EXIT_INFRASTRUCTURE
        whole = self.summary()
        self.print_summary(whole)
        self.screen.say("interrupted: the same command goes on with this night"
                        if self.interrupted else
                        "not finished: once that is mended, the same command goes "
                        "on with this night")
        return whole["exit"]

    def print_summary(self, whole):
        say, totals = self.screen.say, whole["totals"]
        say(f"\nnight {whole['night']}: {len(whole['jobs'])} jobs of "
            f"{len(whole['jobs']) + whole['not_run']}, {totals['execs']} "
            f"executions, {totals['corpus']} inputs in the corpora")
        for job in whole["jobs"]:
            if job["status"] in ("infrastructure", "canary-missed"):
                say(f"  {job['status']}: {job['job']}: {job['detail']}")
        for sentence in whole["trouble"]:
            say(f"  infrastructure: {sentence}")
        for finding in whole["findings"]:
            say(f"  {'NEW' if finding['new'] else 'known'}  "
                f"{finding['signature']}")
            path = self.state / "findings" / finding["slug"]
            entry = findings.read_json(path / "finding.json") or {}
            say(f"         {path}")
            if entry.get("replay"):
                say(f"         {entry['replay']}")
        for signature in whole["fixed"]:
            say(f"  fixed  {signature}")
        for slug in whole["flaky"]:
            say(f"  flaky  {self.state / 'findings/flaky' / slug}")
        say(f"exit {whole['exit']}: {REASON[whole['exit']]}")


def guests(starts, ended):
    """Of the hardware jobs, by format; None where there was none."""
    result = {}
    for e in ended:
        start = starts.get(e["job"], {})
        if start.get("engine") in ("hw", "sweep") and start.get("format"):
            one = result.setdefault(start["format"], {
                "cases": 0, "probes": 0, "seconds": 0, "known": 0})
            one["cases"] += e.get("execs") or 0
            one["probes"] += e.get("probes") or 0
            one["seconds"] += e.get("seconds") or 0
            one["known"] += e.get("known_deviations") or 0
    return result or None

