#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""ci/slurm against Slurm itself: munged, slurmctld and slurmd on loopback.

usage: slurm_test.py [--full] SOURCE TABLEWALK [BUILD]

Four shards of a short campaign as an array, and the merge behind them.  The
ordinary form runs random cases; --full runs fuzzers too, built in BUILD, and
compares what the merged corpus covers with what each shard's does.

The daemons have a folder, a key, a socket and ports of their own, and are ended by
their pids.  Exit status: 0 all is well, 1 something is not, 77 they cannot run.
"""
from __future__ import annotations

import ctypes
import json
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

FULL = "--full" in sys.argv
ARGUMENTS = [word for word in sys.argv[1:] if word != "--full"]
SOURCE = pathlib.Path(ARGUMENTS[0] if ARGUMENTS else ".").resolve()
TABLEWALK = pathlib.Path(ARGUMENTS[1] if len(ARGUMENTS) > 1 else
                         SOURCE / "build/release/harness/tablewalk").resolve()
BUILD = pathlib.Path(ARGUMENTS[2] if len(ARGUMENTS) > 2 else
                     SOURCE / "build").resolve()
SHARDS = 4
SUBMIT = SOURCE / "ci/slurm/submit"
CAMPAIGN = """[campaign]
job_seconds = {seconds}
least_seconds = 1
disk_mb = 16
"""
RANDOM = """[role random]
engine = random
formats = all
"""
FUZZERS = """[role libfuzzer]
engine = libfuzzer
formats = any
"""
CONFIGURATION = """ClusterName=tablewalk
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={root}/munge/socket
CredType=cred/munge
StateSaveLocation={root}/state
SlurmdSpoolDir={root}/spool
SlurmctldPidFile={root}/slurmctld.pid
SlurmdPidFile={root}/slurmd.pid
SlurmctldLogFile={root}/slurmctld.log
SlurmdLogFile={root}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,batch_sched_delay=0
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
MinJobAge=3600
MailProg=/bin/true
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=p Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class CannotRun(Exception):
    """Why there is no Slurm here."""


def wait_for(what, seconds: float, step: float = 0.2):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(step)
    return None


def end_with_parent() -> None:
    """Also where this process is killed."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Slurm:
    """The three daemons, each in the foreground below this process."""

    def __init__(self, root: pathlib.Path):
        self.root = root
        self.environment = {**os.environ,
                            "SLURM_CONF": str(root / "slurm.conf")}
        self.daemons: list[subprocess.Popen] = []

    def spawn(self, *command) -> subprocess.Popen:
        with open(self.root / "daemons.log", "ab") as log:
            child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, env=self.environment,
                cwd=self.root, preexec_fn=end_with_parent)
        self.daemons.append(child)
        return child

    def logs(self) -> str:
        return "".join(
            f"-- {path.name}\n" + path.read_text(errors="replace")[-1500:]
            for path in sorted(self.root.glob("*.log")) +
            sorted(self.root.glob("munge/*.log")))

    def start_munge(self) -> None:
        directory = self.root / "munge"
        directory.mkdir(mode=0o755)
        key = directory / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        self.spawn("munged", "--foreground", f"--key-file={key}",
                   f"--socket={directory}/socket",
                   f"--pid-file={directory}/pid",
                   f"--log-file={directory}/munged.log",
                   f"--seed-file={directory}/seed")
        if not wait_for(self.munge_works, 15):
            raise CannotRun("munged does not answer:\n" + self.logs())

    def munge_works(self) -> bool:
        place = f"--socket={self.root}/munge/socket"
        made = subprocess.run(["munge", place, "-n"], capture_output=True)
        back = subprocess.run(["unmunge", place], input=made.stdout,
                              capture_output=True)
        return made.returncode == 0 and back.returncode == 0

    def start(self) -> None:
        host = socket.gethostname().partition(".")[0]
        controller, node = free_ports(2)
        for name in ("state", "spool"):
            (self.root / name).mkdir()
        (self.root / "slurm.conf").write_text(CONFIGURATION.format(
            host=host, root=self.root, controller=controller, node=node,
            user=pwd.getpwuid(os.getuid()).pw_name, cpus=SHARDS))
        self.start_munge()
        self.spawn("slurmctld", "-D", "-i", "-f", self.root / "slurm.conf")
        if not wait_for(lambda: self.call("scontrol", "ping")[0] == 0, 20):
            raise CannotRun("slurmctld does not answer:\n" + self.logs())
        self.spawn("slurmd", "-D", "-f", self.root / "slurm.conf")
        if not wait_for(self.idle, 30):
            raise CannotRun("the node does not come up:\n" + self.logs())

    def idle(self) -> bool:
        return "idle" in self.call("sinfo", "-h", "-o", "%T")[1]

    def call(self, *command, check: bool = False) -> tuple[int, str]:
        done = subprocess.run([str(word) for word in command], text=True,
                              capture_output=True, env=self.environment,
                              timeout=60)
        if check and done.returncode:
            raise AssertionError(f"{command}: {done.stderr}")
        return done.returncode, done.stdout + done.stderr

    def jobs(self) -> dict[str, tuple[str, str]]:
        """State and exit status of every task."""
        said = self.call("scontrol", "-o", "show", "job")[1]
        tasks = {}
        for line in said.splitlines():
            values = dict(re.findall(r"(\w+)=(\S*)", line))
            if "JobId" not in values:
                continue
            name = values.get("ArrayJobId", values["JobId"])
            if "ArrayTaskId" in values:
                name += "_" + values["ArrayTaskId"]
            tasks[name] = (values["JobState"], values["ExitCode"])
        return tasks

    def end(self) -> None:
        """From the last to the first; what does not go is killed."""
        if self.daemons[1:]:
            self.call("scancel", "--quiet", f"--user={os.getuid()}")
        for child in reversed(self.daemons):
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


class Array(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="slurm-")
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.root = pathlib.Path(cls.temporary.name)
        cls.root.chmod(0o755)
        cls.slurm = Slurm(cls.root)
        cls.addClassCleanup(cls.slurm.end)
        try:
            cls.slurm.start()
        except CannotRun as error:
            cls.doClassCleanups()
            print(f"slurm: skipped: {error}")
            sys.stdout.flush()
            os._exit(77)

    def submit(self, state, plan: str, seconds: int, *words):
        path = self.root / f"{state.name}.ini"
        path.write_text(CAMPAIGN.format(seconds=seconds) + plan)
        status, said = self.slurm.call(
            SUBMIT, "--shards", SHARDS, "--minutes", f"{seconds / 60:.4f}",
            "--jobs", "1", "--state", state, "--plan", path, "--tablewalk",
            TABLEWALK, "--build", BUILD, *words)
        self.assertEqual(status, 0, said)
        array, merge = re.findall(r"job (\d+)", said)
        return array, merge

    def finished(self, array, merge, seconds):
        """State and exit status of the merge and of each shard, in the end."""
        def over():
            jobs = self.slurm.jobs()
            done = jobs.get(merge, ("", ""))[0] not in (
                "", "PENDING", "RUNNING", "COMPLETING")
            return jobs if done else None

        jobs = wait_for(over, seconds, 0.5)
        self.assertIsNotNone(jobs, self.slurm.logs())
        return jobs[merge], [jobs[f"{array}_{i + 1}"] for i in range(SHARDS)]

    def outputs(self, state):
        return "".join(f"-- {p.name}\n{p.read_text()}"
                       for p in sorted((state / "slurm").iterdir()))

    def test_four_shards_and_a_merge(self):
        """Four tasks of random cases complete, and their states become one."""
        state = self.root / "campaign"
        array, merge = self.submit(
            state, RANDOM, 3, "--formats",
            "x86_64-4level,riscv-sv39,s390x-5level,fake-tiny")
        merged, shards = self.finished(array, merge, 90)
        said = self.outputs(state)
        self.assertEqual(shards, [("COMPLETED", "0:0")] * SHARDS, said)
        self.assertEqual(merged, ("COMPLETED", "0:0"), said)
        night = json.loads((state / "merged/nights/1.json").read_text())
        ran = [job for job in night["jobs"] if job.get("status") == "clean"]
        self.assertGreaterEqual(len(ran), SHARDS, said)
        self.assertGreater(night["totals"]["execs"], 0)
        for i in range(1, SHARDS + 1):
            self.assertTrue((state / f"shards/{i}/nights/1.json").exists())

    def test_a_shard_that_could_not_run(self):
        """The merge runs all the same, and the campaign is red."""
        state = self.root / "broken"
        (state / "shards").mkdir(parents=True)
        (state / "shards/3").write_text("in the way\n")
        array, merge = self.submit(state, RANDOM, 1, "--formats", "fake-tiny")
        merged, shards = self.finished(array, merge, 90)
        said = self.outputs(state)
        self.assertEqual(shards[2][0], "FAILED", said)
        self.assertEqual([s for i, s in enumerate(shards) if i != 2],
                         [("COMPLETED", "0:0")] * 3, said)
        self.assertEqual(merged, ("FAILED", "20:0"), said)
        self.assertIn("shard 3 has no state", said)

    def test_bad_options(self):
        """A bad option is refused before anything is submitted."""
        for words, sentence in (
                (["--shards", "0"], "--shards wants"),
                (["--shards", "4"], "--state is missing"),
                (["--shards", "4", "--state", self.root / "x", "--minutes",
                  "1", "--hours", "1"], "not both"),
                (["--shards", "4", "--plan", "/nowhere.ini"], "no such file"),
                (["--shards", "4", "--state", self.root / "x", "--hours",
                  "soon"], "not a time"),
                (["--shards", "4", "--state", self.root / "x", "--formats",
                  "no-format", "--tablewalk", TABLEWALK], "no-format"),
                (["--frob"], "unknown option")):
            before = self.slurm.jobs()
            status, said = self.slurm.call(SUBMIT, *words)
            self.assertEqual(status, 2, said)
            self.assertIn(sentence, said)
            self.assertEqual(self.slurm.jobs(), before)

    @unittest.skipUnless(FULL, "the long form only")
    def test_merged_corpus_covers_all(self):
        """The merged corpus covers what each shard's does, and is smaller."""
        state = self.root / "fuzzers"
        array, merge = self.submit(state, FUZZERS, 30, "--formats",
                                   "x86_64-4level")
        merged, shards = self.finished(array, merge, 1500)
        said = self.outputs(state)
        self.assertEqual(shards, [("COMPLETED", "0:0")] * SHARDS, said)
        self.assertEqual(merged, ("COMPLETED", "0:0"), said)
        whole = self.features(state / "merged/corpus-min/fuzz_case")
        each = [self.features(state / f"shards/{i + 1}/corpus-min/fuzz_case")
                for i in range(SHARDS)]
        print(f"features: merged {whole}, shards {each}")
        self.assertGreaterEqual(whole, max(each))
        self.assertGreater(min(each), 1000)
        shared = list((state / "sync/corpus/fuzz_case").iterdir())
        kept = list((state / "merged/corpus-min/fuzz_case").iterdir())
        self.assertEqual({p.name for p in shared}, {p.name for p in kept})

    def features(self, corpus: pathlib.Path) -> int:
        done = subprocess.run(
            [BUILD / "libfuzzer/fuzz/fuzz_case", "-runs=0", corpus],
            capture_output=True, text=True, timeout=600, cwd=self.root,
            env={**os.environ, "TABLEWALK_FUZZ_FORMAT": "x86_64-4level"})
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        return int(re.search(r"INITED cov: \d+ ft: (\d+)", done.stderr)[1])


def missing() -> str:
    for tool in ("munged", "slurmctld", "slurmd", "sbatch"):
        if not shutil.which(tool):
            return f"{tool} is not installed (Debian: slurm-wlm, munge)"
    if os.getuid() != 0:
        return "slurmd wants to be root"
    return ""


if __name__ == "__main__":
    # Daemons are where the paths of others do not lead.
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if missing():
        print(f"slurm: skipped: {missing()}")
        sys.exit(77)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    unittest.main(argv=[sys.argv[0], *ARGUMENTS[3:]], verbosity=2)
