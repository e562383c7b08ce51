# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How each engine of a plan runs a job.

Each function takes a Work (jobs.py) and returns a dict: what an "end" event of the
log has, without the name of the job.  New inputs are in work/JOB/new or below
work/JOB/afl then, and what broke a property in work/JOB/crash.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import time

from . import corpus
from .shared import AFL_SYNC
from .trees import ROOT, tree_of

SYMBOLIZER = "/usr/bin/llvm-symbolizer-19"
# libFuzzer ends itself; the guard comes when it does not.
LATE = 30
# afl-fuzz runs each several times before it begins, and its clock.
AFL_INPUTS_PER_SECOND = 10
# A crash that is there before the first case is run makes restarts idle.
RESTARTS_MAX = 1000


def fuzz_environment(job):
    """What fuzz_case and its mutator read (fuzz/settings.h, fuzz/profile.h)."""
    env = {"ASAN_OPTIONS": "abort_on_error=0:detect_leaks=0:symbolize=1",
           "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"}
    if os.path.exists(SYMBOLIZER):
        env["ASAN_SYMBOLIZER_PATH"] = env["UBSAN_SYMBOLIZER_PATH"] = SYMBOLIZER
    env["TABLEWALK_FUZZ_PROFILE"] = job["profile"]
    if job["target"] != "fuzz_case":
        return env
    env["TABLEWALK_FUZZ_CHECK"] = job["check"]
    env["TABLEWALK_FUZZ_FOLDING"] = job["folding"]
    if job["format"] not in (None, "any"):
        env["TABLEWALK_FUZZ_FORMAT"] = job["format"]
    defect = job["mutant"] or job["defect"]
    if defect:
        env["TABLEWALK_FUZZ_MUTANT"] = defect
    return env


def last_of(pattern, text, kind=int):
    found = re.findall(pattern, text, re.M)
    return kind(found[-1]) if found else None


def log_text(path):
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""


def artifacts(work):
    return [p for p in corpus.files_in(work.crash)
            if not p.name.startswith("slow-unit-")]


def libfuzzer_command(work, fuzzer, seconds, seed):
    length, dictionary = corpus.limits(work.job["target"])
    return [fuzzer, f"-max_total_time={seconds}", f"-max_len={length}",
            "-len_control=0", "-timeout=25", f"-seed={seed}",
            f"-rss_limit_mb={work.settings['memory_mb'] * 3 // 4}",
            "-print_final_stats=1", f"-artifact_prefix={work.crash}/",
            *([f"-dict={dictionary}"] if dictionary else []),
            work.new, work.inputs]


class Session:
    """libFuzzer ends at the first input that breaks a property; it is started again
    without that input until the time is up."""

    def __init__(self, work, fuzzer, until_first):
        self.work, self.fuzzer, self.until_first = work, fuzzer, until_first
        self.execs, self.features, self.kept, self.memory = 0, None, None, 0
        self.began = time.monotonic()

    def left(self):
        return self.work.job["seconds"] - (time.monotonic() - self.began)

    def once(self, seed):
        """(why it ended, status, artifacts that are new)"""
        before = {p.name for p in artifacts(self.work)}
        log = self.work.log
        start = log.stat().st_size if log.exists() else 0
        seconds = max(1, int(self.left()))
        sanitized = self.work.job["engine"] == "libfuzzer-asan"
        done = self.work.processes.run(
            libfuzzer_command(self.work, self.fuzzer, seconds, seed),
            seconds + LATE, log=log, env=fuzz_environment(self.work.job),
            cwd=self.work.directory,
            address_mb=None if sanitized
            else self.work.settings["memory_mb"] + 1024)
        text = log_text(log)[start:]
        self.execs += last_of(r"^stat::number_of_executed_units: *(\d+)", text) or 0
        features = last_of(r"\bft: (\d+)", text)
        if features:
            self.features = max(self.features or 0, features)
        self.kept = last_of(r"\bcorp: (\d+)", text) or self.kept
        self.memory = max(self.memory, done["memory_mb"])
        return done, [p for p in artifacts(self.work) if p.name not in before]

    def forget(self, crash):
        """So that the next start does not end where it begins."""
        name = crash.name.rpartition("-")[2]
        for directory in (self.work.new, self.work.inputs):
            (directory / name).unlink(missing_ok=True)

    def run(self):
        """The reason why it is over: "" is time, anything else a sentence."""
        seed = self.work.job["seed"]
        for number in range(RESTARTS_MAX):
            done, crashes = self.once((seed + number - 1) % 0x7fffffff + 1)
            if done["why"] == "stopped":
                return "stopped"
            for crash in crashes:
                self.forget(crash)
            found = len(artifacts(self.work))
            if not crashes:
                if done["why"] == "memory":
                    return f"more than {self.work.settings['memory_mb']} MB"
                if done["status"] or done["why"] == "killed":
                    return (f"{self.fuzzer.name} ended with status "
                            f"{done['status']} ({done['why']})")
                return ""
            if self.until_first or found >= self.work.settings["raw_files"]:
                return ""
            if self.left() < 2:
                return ""
        return ""

    def result(self, status, detail):
        seconds = time.monotonic() - self.began
        return {"status": status, "detail": detail, "seconds": round(seconds, 1),
                "execs": self.execs,
                "rate": round(self.execs / seconds, 1) if seconds > 0 else 0,
                "features": self.features, "corpus": self.kept,
                "memory_mb": self.memory}


def libfuzzer(work):
    session = Session(work, work.fuzzer(), False)
    work.take_inputs()
    trouble = session.run()
    found = len(artifacts(work))
    if trouble == "stopped":
        return session.result("stopped", "")
    if trouble:
        return session.result("infrastructure", trouble)
    if not session.execs and not found:
        return session.result("infrastructure", "not one execution")
    return session.result(
        "finding" if found else "clean", f"{found} files that break a property"
        if found else "")


def canary(work):
    """From nothing: what is stored would show the defect at once."""
    session = Session(work, work.fuzzer(), True)
    trouble = session.run()
    found = artifacts(work)
    if trouble == "stopped":
        return session.result("stopped", "")
    if trouble:
        return session.result("infrastructure", trouble)
    if not found:
        return session.result(
            "canary-missed", f"{work.job['mutant']} was not found within "
            f"{work.job['seconds']} s")
    # What breaks without the defect as well is no canary but a finding.
    clean = {**work.job, "mutant": None, "defect": None}
    done = work.processes.run([work.fuzzer(), found[0]], 60, log=work.log,
                              env=fuzz_environment(clean), cwd=work.directory)
    if done["why"] == "stopped":
        return session.result("stopped", "")
    if done["status"] == 0:
        shutil.rmtree(work.crash)
        work.crash.mkdir()
        return session.result("canary-found", work.job["mutant"])
    # Says to those who collect that these files count.
    (work.directory / "real").touch()
    return session.result(
        "canary-missed", f"what was found shows without {work.job['mutant']} too")


def afl_numbers(path):
    stats = dict(re.findall(r"^(\w+) *: *(.*)$", log_text(path), re.M))

    def number(key, kind=float):
        try:
            return kind(stats[key].rstrip("%"))
        except (KeyError, ValueError):
            return None
    return number


def collect_afl(work):
    """What broke a property, under names that say whose it is."""
    for kind in ("crashes", "hangs"):
        for file in corpus.files_in(work.directory / "afl/default" / kind):
            if file.name.startswith("id"):
                data = corpus.read_input(file)
                name = "timeout" if kind == "hangs" else "crash"
                if data is not None:
                    corpus.write_whole(
                        work.crash / f"{name}-{corpus.sha1(data)}", data)


def afl(work):
    length, dictionary = corpus.limits(work.job["target"])
    seconds = work.job["seconds"]
    work.take_inputs(AFL_INPUTS_PER_SECOND * seconds)
    mutator = work.tree / "fuzz/fuzz_mutator.so"
    env = {"AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1",
           "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1",
           "AFL_SKIP_CRASHES": "1", "AFL_FAST_CAL": "1", **AFL_SYNC,
           **fuzz_environment(work.job)}
    # afl-fuzz wants these to itself.
    env.pop("ASAN_OPTIONS")
    env.pop("UBSAN_OPTIONS")
    if not dictionary:
        env["AFL_CUSTOM_MUTATOR_LIBRARY"] = str(mutator)
    with afl_instance(work) as (role, out):
        done = work.processes.run(
            ["afl-fuzz", *role, "-V", seconds, "-G", length, "-t", "5000", "-s",
             work.job["seed"], "-i", work.inputs, "-o", out,
             *(["-x", dictionary] if dictionary else []), "--", work.fuzzer()],
            2 * seconds + 2 * LATE, log=work.log, env=env, cwd=work.directory,
            address_mb=work.settings["memory_mb"] + 1024)
        collect_afl(work)
        return afl_result(work, done)


def afl_instance(work):
    """How it is called, and where it puts its directory."""
    if work.state.shared:
        return work.state.shared.instance(work)
    return contextlib.nullcontext(([], work.directory / "afl"))


def afl_result(work, done):
    number = afl_numbers(work.directory / "afl/default/fuzzer_stats")
    found, stability = len(artifacts(work)), number("stability")
    result = {"status": "clean", "detail": "", "seconds": round(done["seconds"], 1),
              "execs": number("execs_done", int), "rate": number("execs_per_sec"),
              "features": number("edges_found", int),
              "corpus": number("corpus_count", int), "stability": stability,
              "memory_mb": done["memory_mb"]}
    if done["why"] == "stopped":
        return {**result, "status": "stopped"}
    if found:
        return {**result, "status": "finding",
                "detail": f"{found} files that break a property"}
    if done["status"] or done["why"] in ("killed", "memory") or not result["execs"]:
        return {**result, "status": "infrastructure",
                "detail": f"afl-fuzz ended with status {done['status']} "
                          f"({done['why']}), {result['execs'] or 0} executions"}
    if stability != 100 and not work.job["defect"]:
        return {**result, "status": "infrastructure",
                "detail": f"stability is {stability} %, not 100 %"}
    return result


def read_json(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def command_result(work, done, document, execs):
    """Of `tablewalk ...': 0 clean, 1 a violation."""
    result = {"status": "clean", "detail": "", "seconds": round(done["seconds"], 1),
              "execs": execs, "memory_mb": done["memory_mb"], "features": None,
              "corpus": None,
              "rate": round(execs / done["seconds"], 1) if done["seconds"] else 0}
    if done["why"] == "stopped":
        return {**result, "status": "stopped"}
    if artifacts(work):
        return {**result, "status": "finding",
                "detail": f"{len(artifacts(work))} files"}
    if done["status"] or done["why"] != "ended" or document is None or not execs:
        last = log_text(work.log).strip().splitlines()[-1:] or [""]
        return {**result, "status": "infrastructure",
                "detail": f"status {done['status']} ({done['why']}), {execs} cases"
                          f"{': ' if last[0] else ''}{last[0][:200]}"}
    return result


def campaign_command(work, *first):
    job, out = work.job, work.directory / "out.json"
    command = [work.tablewalk, *first, "--seconds", job["seconds"], "--jobs", "1",
               "--format", job["format"], "--seed", job["seed"], "--artifacts",
               work.crash, "--quiet", "--json"]
    if job["defect"]:
        command += ["--mutant", job["defect"]]
    if job["engine"] == "random":
        command += ["--check", job["check"], "--folding", job["folding"]]
    done = work.processes.run(command, job["seconds"] + 2 * LATE, log=work.log,
                              out=out, cwd=work.directory)
    return done, read_json(out)


def random(work):
    done, document = campaign_command(work, "random")
    return command_result(work, done, document, (document or {}).get("cases", 0))


def hw(work):
    done, document = campaign_command(work, "hw", "--random")
    found = document or {}
    result = command_result(work, done, document, found.get("cases", 0))
    for finding in found.get("findings", []):
        path = pathlib.Path(finding.get("file", ""))
        if path.name and (work.crash / path.name).exists():
            corpus.write_whole(work.crash / f"{path.name}.json",
                               json.dumps(finding))
    return {**result, "probes": found.get("probes"),
            "probes_per_second": found.get("probes_per_second"),
            "known_deviations": found.get("known")}


def sweep(work):
    """Goes on where the sweep of that format was; over and over."""
    job, out = work.job, work.directory / "out.json"
    done = work.processes.run(
        [work.tablewalk, "sweep", "--deep", "--format", job["format"], "--seconds",
         job["seconds"], "--state", work.state / "sweeps", "--artifacts",
         work.crash, "--quiet", "--json"], job["seconds"] + 2 * LATE,
        log=work.log, out=out, cwd=work.directory)
    document = read_json(out)
    one = ((document or {}).get("formats") or [{}])[0]
    for file in corpus.files_in(work.crash):
        if "-new-" not in file.name:
            file.unlink()
    for number, bucket in enumerate(one.get("buckets", []), 1):
        path = work.crash / f"{job['format']}-new-{number}.sweep"
        if path.exists():
            corpus.write_whole(path.with_name(path.name + ".json"),
                               json.dumps(bucket))
    if one.get("complete"):
        (work.state / "sweeps" / f"{job['format']}.json").unlink(missing_ok=True)
    result = command_result(work, done, document, one.get("cases", 0))
    return {**result, "scenes": one.get("scenes"),
            "scenes_done": one.get("scenes_done"),
            "vanished": one.get("vanished"), "emulator": one.get("emulator"),
            # Where the differences stand now that the state may be gone.
            "buckets": [{key: bucket.get(key)
                         for key in ("cause", "expected", "got", "count")}
                        for bucket in one.get("buckets", [])]}


RUN = {"libfuzzer": libfuzzer, "libfuzzer-asan": libfuzzer, "afl": afl,
       "canary": canary, "random": random, "hw": hw, "sweep": sweep}
