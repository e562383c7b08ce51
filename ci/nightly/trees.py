# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Build trees of a campaign; ci/fuzz uses the same ones."""
import fcntl
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLANG = ["-DCMAKE_C_COMPILER=clang-19", "-DCMAKE_BUILD_TYPE=RelWithDebInfo"]
BUILD_SECONDS = 3600


def options(name):
    """What cmake is told for the tree of that name, and what is built in it."""
    if name == "release":
        return ["-DCMAKE_C_COMPILER=gcc"], ["tablewalk"]
    if name == "sanitize":
        return ["-DCMAKE_C_COMPILER=clang-19", "-DTABLEWALK_SANITIZE=ON"], ["tablewalk"]
    engine = name.removesuffix("-mutants")
    return CLANG + [
        f"-DTABLEWALK_FUZZER={engine.removesuffix('-asan')}",
        f"-DTABLEWALK_SANITIZE={'ON' if engine.endswith('-asan') else 'OFF'}",
        f"-DTABLEWALK_FUZZ_MUTANTS={'OFF' if engine == name else 'ON'}",
    ], ["fuzzers"]


class Trees:
    """Each tree is built once, when it is first asked for."""

    def __init__(self, directory, jobs, say, there=False):
        """there: nothing is built, what is not there is missing."""
        self.directory, self.jobs, self.say = directory, jobs, say
        self.there = there
        # Not at the top: what runs commands wants environment() from here.
        from .processes import Processes
        self.processes = Processes(directory, {
            "grace_seconds": 5, "memory_mb": 1 << 20, "log_mb": 64})
        self.state = {}

    def build(self, name):
        """The tree, or None; why() then says why."""
        if name not in self.state and self.there:
            there = (self.directory / name).is_dir()
            self.state[name] = "" if there else \
                f"{self.directory / name} is not there (--no-build)"
        if name not in self.state:
            self.say(f"building {self.directory / name}")
            try:
                self.directory.mkdir(parents=True, exist_ok=True)
                # Shards may have their trees in common.
                with open(self.directory / f".{name}.lock", "w") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX)
                    self.state[name] = self.make(name)
            except OSError as error:
                self.state[name] = f"{self.directory / name}: {error.strerror}"
        return self.get(name)

    def get(self, name):
        return None if self.state.get(name) else self.directory / name

    def why(self, name):
        return self.state.get(name, "")

    def stop(self):
        """Ends a build."""
        self.processes.stop()

    def make(self, name):
        """What went wrong, "" where nothing did."""
        tree = self.directory / name
        cmake, targets = options(name)
        if not (tree / "CMakeCache.txt").exists() and shutil.which("ninja"):
            cmake = ["-G", "Ninja", *cmake]
        for command in (["cmake", "-S", ROOT, "-B", tree, *cmake],
                        ["cmake", "--build", tree, "-j", str(self.jobs),
                         "--target", *targets]):
            log = tree / "campaign-build.log"
            try:
                tree.mkdir(parents=True, exist_ok=True)
                log.unlink(missing_ok=True)
            except OSError as error:
                return f"{tree}: {error.strerror}"
            done = self.processes.run(command, BUILD_SECONDS, log=log)
            if done["why"] != "ended":
                return f"{tree} did not build: {done['why']}"
            if done["status"]:
                return f"{tree} did not build ({log})"
        return ""


def tree_of(engine, defect):
    """The name of the tree for an engine of the plan; None: the command does it."""
    if engine == "canary":
        return "libfuzzer-mutants"
    if engine in ("libfuzzer", "libfuzzer-asan", "afl"):
        return engine + ("-mutants" if defect else "")
    return None


def revision():
    try:
        done = subprocess.run(["git", "-C", str(ROOT), "describe", "--always",
                               "--dirty", "--abbrev=12", "--exclude=*"],
                              capture_output=True, text=True, timeout=60)
        return done.stdout.strip() or "unknown"
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"


def environment(extra):
    """That of this process, with TABLEWALK_* of its user's left out."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TABLEWALK_FUZZ_")}
    return {**kept, **extra}
