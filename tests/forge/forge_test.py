#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The workflow files say what the scripts take; ci/pull-request judges rightly.

usage: forge_test.py SOURCE
Exit status: 0 all is well, 1 something is not, 77 tools are missing.
"""
from __future__ import annotations

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
WORKFLOWS = sorted((SOURCE / ".github/workflows").glob("*.yml"))
CMAKE = """cmake_minimum_required(VERSION 3.25)
project(Scratch LANGUAGES NONE)
add_custom_target(tablewalk COMMAND ${CMAKE_COMMAND} -E copy
	${CMAKE_SOURCE_DIR}/program ${CMAKE_BINARY_DIR}/harness/tablewalk)
"""
USER = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b.invalid", "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b.invalid"}


def runs_of(workflow: dict) -> list[str]:
    return [step["run"] for job in workflow["jobs"].values()
            for step in job["steps"] if "run" in step]


def check_run(line: str) -> None:
    """One script of ci/ that is there, with options that its help mentions."""
    words = shlex.split(re.sub(r"\$\{\{.*?\}\}", "value", line))
    if "\n" in line.strip() or not words[0].startswith("ci/"):
        raise ValueError(f"not one script of ci/: {line}")
    script = SOURCE / words[0]
    if not os.access(script, os.X_OK):
        raise ValueError(f"{words[0]} is not there")
    said = subprocess.run([script, "--help"], capture_output=True, text=True,
                          timeout=60)
    if said.returncode:
        raise ValueError(f"{words[0]} --help ends with {said.returncode}")
    for word in words[1:]:
        if word.startswith("-") and not re.search(
                rf"(?<![\w-]){re.escape(word)}(?![\w-])", said.stdout):
            raise ValueError(f"{words[0]} --help does not mention {word}")


class Workflows(unittest.TestCase):
    def test_every_step_is_a_script(self):
        """Each `run:' is one script of ci/ with options that it has."""
        import yaml
        self.assertEqual({p.stem for p in WORKFLOWS},
                         {"test", "pull-request", "nightly"})
        for path in WORKFLOWS:
            workflow = yaml.safe_load(path.read_text())
            self.assertEqual(workflow["permissions"], {"contents": "read"})
            self.assertIn(True, workflow)  # what YAML 1.1 makes of `on'
            lines = runs_of(workflow)
            self.assertTrue(lines, path)
            for line in lines:
                with self.subTest(path.name, line=line):
                    check_run(line)

    def test_the_check_can_fail(self):
        """What is no script, is not there or has no such option is refused."""
        for line in ("make", "ci/nothing", "ci/fuzz --frob", "ci/fuzz\nmake"):
            with self.assertRaises(ValueError, msg=line):
                check_run(line)


CAMPAIGN = """#!/usr/bin/env python3
import json, os, pathlib, sys
state = pathlib.Path(sys.argv[sys.argv.index("--state") + 1])
here = pathlib.Path(__file__).parent
(here / "arguments").write_text(" ".join(sys.argv[1:]))
said = json.loads((here / "found.json").read_text())
known = {line.split("#")[0].strip() for i, word in enumerate(sys.argv)
         if word == "--known" for line in open(sys.argv[i + 1])}
findings = []
for signature in said["signatures"]:
    slug = signature.replace("/", "-")
    directory = state / "findings" / slug
    directory.mkdir(parents=True)
    (directory / "case.tw").write_text("case")
    (directory / "finding.json").write_text(json.dumps({
        "signature": signature, "kind": said["kind"], "format": "f",
        "check_when": "end", "folding": "static", "mutants": [],
        "files": {"text": "case.tw"}, "replay": "tablewalk run case.tw"}))
    findings.append({"signature": signature, "slug": slug,
                     "new": signature not in known})
(state / "nights").mkdir(parents=True)
(state / "nights/1.json").write_text(json.dumps({"findings": findings}))
sys.exit(said["exit"])
"""


class PullRequest(unittest.TestCase):
    """A scratch repository with ci/pull-request and a campaign that is made up."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="forge-")
        self.addCleanup(self.temporary.cleanup)
        self.root = pathlib.Path(self.temporary.name) / "repository"
        (self.root / "ci/nightly").mkdir(parents=True)
        (self.root / "corpora").mkdir()
        for name in ("ci/pull-request", "ci/pull-request.ini",
                     "ci/nightly/children.py"):
            shutil.copy2(SOURCE / name, self.root / name)
        (self.root / "ci/campaign").write_text(CAMPAIGN)
        (self.root / "ci/campaign").chmod(0o755)
        (self.root / "CMakeLists.txt").write_text(CMAKE)
        program = self.root / "program"
        program.write_text("#!/bin/sh\necho 'VIOLATION entry/lost/pmd on f'\n"
                           "exit 1\n")
        program.chmod(0o755)
        (self.root / ".gitignore").write_text("/build*/\n")
        self.git("init", "-q", "-b", "main")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "one")

    def git(self, *words):
        subprocess.run(["git", "-C", self.root, *words], check=True,
                       env={**os.environ, **USER})

    def judge(self, exit, *signatures, kind="violation", words=()):
        (self.root / "ci/found.json").write_text(json.dumps(
            {"exit": exit, "signatures": signatures, "kind": kind}))
        done = subprocess.run([self.root / "ci/pull-request", *words],
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def nightly(self, *signatures):
        state = pathlib.Path(self.temporary.name) / "nightly"
        (state / "corpus-min/fuzz_case").mkdir(parents=True)
        (state / "corpus-min/fuzz_case/abc").write_text("input")
        (state / "log.jsonl").touch()
        for number, signature in enumerate(signatures):
            (state / f"findings/{number}").mkdir(parents=True)
            (state / f"findings/{number}/finding.json").write_text(
                json.dumps({"signature": signature}))
        return state

    def test_exit_status(self):
        """Green for nothing and for what is known, red for what is new."""
        self.assertEqual(self.judge(0)[0], 0)
        self.assertEqual(self.judge(11, "a/b/c/d/e")[0], 0)
        status, said = self.judge(10, "a/b/c/d/e")
        self.assertEqual(status, 10)
        self.assertIn("NEW a/b/c/d/e", said)
        self.assertEqual(self.judge(2)[0], 2)
        for other in (20, 21, 1, 137):
            self.assertEqual(self.judge(other)[0], 20)

    def test_base(self):
        """What the base shows as well does not count, all else does."""
        words = ("--base", "HEAD")
        status, said = self.judge(10, "entry/lost/pmd/unmap/riscv", words=words)
        self.assertEqual(status, 0, said)
        self.assertIn("entry/lost/pmd/unmap/riscv: at HEAD too", said)
        status, said = self.judge(10, "entry/lost/pmd/unmap/riscv",
                                  "entry/lost/pmdx/unmap/riscv", words=words)
        self.assertEqual(status, 10, said)
        self.assertIn("NEW entry/lost/pmdx/unmap/riscv", said)
        self.assertEqual(self.judge(10, "entry/lost/pmd/unmap/riscv",
                                    kind="crash", words=words)[0], 10)
        self.assertEqual(self.judge(0, words=("--base", "nothing"))[0], 2)

    def test_base_that_does_not_build(self):
        """That is no verdict."""
        (self.root / "CMakeLists.txt").write_text("message(FATAL_ERROR no)\n")
        self.git("commit", "-qam", "two")
        status, said = self.judge(10, "a/b/c/d/e", words=("--base", "HEAD"))
        self.assertEqual(status, 20)
        self.assertIn("does not build", said)

    def test_state_of_the_nights(self):
        """Their corpus is where it starts, their findings are known."""
        state = self.nightly("a/b/c/d/e")
        status, _ = self.judge(10, "a/b/c/d/e", words=("--state", state))
        self.assertEqual(status, 0)
        self.assertTrue((self.root / "build-pull-request/state/corpus-min/"
                         "fuzz_case/abc").exists())
        self.assertEqual(sorted(p.name for p in state.iterdir()),
                         ["corpus-min", "findings", "log.jsonl"])

    def test_directory_of_somebody_else(self):
        """OUT is made anew only where it is this script's."""
        mine = pathlib.Path(self.temporary.name) / "mine"
        mine.mkdir()
        (mine / "file").touch()
        self.assertEqual(self.judge(0, words=("--out", mine))[0], 2)
        self.assertTrue((mine / "file").exists())


if __name__ == "__main__":
    try:
        import yaml  # noqa: F401
    except ImportError:
        print("forge: skipped: python3-yaml is not installed")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0]], verbosity=2)
