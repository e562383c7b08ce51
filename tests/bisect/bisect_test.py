#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""ci/bisect on repositories whose history is known.

usage: bisect_test.py [--full] SOURCE [TEST...]

The ordinary form makes a repository whose `tablewalk' is a shell script that the
build copies; --full also plants a defect into a copy of the real one.
Exit status: 0 all is well, 1 something is not, 77 tools are missing.
"""
from __future__ import annotations

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

FULL = "--full" in sys.argv
ARGUMENTS = [word for word in sys.argv[1:] if word != "--full"]
SOURCE = pathlib.Path(ARGUMENTS[0] if ARGUMENTS else ".").resolve()
BISECT = SOURCE / "ci/bisect"

CMAKE = """cmake_minimum_required(VERSION 3.25)
project(Scratch LANGUAGES NONE)
add_custom_target(tablewalk
	COMMAND sh ${CMAKE_SOURCE_DIR}/build ${CMAKE_BINARY_DIR}/harness)
"""
BUILD = "mkdir -p $1 && cp ${0%build}program $1/tablewalk\n"
# Fails where its arguments are not what the case asks for.
CLEAN = """#!/bin/sh
[ "$1 $2 $3" = "run --format some-format" ] || exit 2
echo "1 case, 0 violations"
"""
LOST = CLEAN + "echo 'VIOLATION entry/lost/pmd on some-format'; exit 1\n"
OTHER = CLEAN + "echo 'VIOLATION store/stray/pte on some-format'; exit 1\n"
CASE = """tablewalk case 3
# entry/lost/pmd/unmap on some-format
# tablewalk run --format some-format FILE
"""
# A leaf of 1G whose first 2M are unmapped: the split loses the last piece.
SPLIT = """tablewalk case 3
regime 0
profile seed-v8
window low
salt 0x0000
kinds default
map at=home0 len=1unit attrs=ruad pa=data height=3
unmap at=prev1+0h1 len=1unit
# tablewalk run --format riscv-sv39 FILE
"""
USER = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.invalid",
        "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.invalid"}


def git(repository: pathlib.Path, *words: str) -> str:
    return subprocess.run(["git", "-C", repository, *words], check=True,
                          capture_output=True, text=True,
                          env={**os.environ, **USER}).stdout.strip()


class Repository:
    def __init__(self, path: pathlib.Path):
        self.path = path
        path.mkdir()
        git(path, "init", "-q", "-b", "main")
        (path / "CMakeLists.txt").write_text(CMAKE)
        (path / ".gitignore").write_text("/build*/\n")

    def commit(self, subject: str, program: str, build: str = BUILD) -> str:
        (self.path / "program").write_text(program)
        (self.path / "program").chmod(0o755)
        (self.path / "build").write_text(build)
        (self.path / "note").write_text(subject)
        git(self.path, "add", "-f", ".")
        git(self.path, "commit", "-q", "-m", subject)
        return git(self.path, "rev-parse", "HEAD")

    def state(self) -> tuple:
        """Everything that a user could miss."""
        return (git(self.path, "for-each-ref"), git(self.path, "status", "-s"),
                git(self.path, "rev-parse", "HEAD"),
                sorted(p.name for p in self.path.iterdir()),
                sorted(p.name for p in (self.path / ".git").iterdir()))


class Bisect(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="bisect-")
        self.addCleanup(self.temporary.cleanup)
        self.root = pathlib.Path(self.temporary.name)
        self.case = self.root / "case.tw"
        self.case.write_text(CASE)
        self.repository = Repository(self.root / "repository")

    def commits(self, *programs):
        """One commit for each; pairs have a build of their own."""
        return [self.repository.commit(f"commit {i}", *(
            p if isinstance(p, tuple) else (p,)))
            for i, p in enumerate(programs)]

    def command(self, span: str, *words):
        return [BISECT, "--repository", self.repository.path, *words,
                self.case, span]

    def bisect(self, span: str, *words):
        before = self.repository.state()
        done = subprocess.run(self.command(span, *words), capture_output=True,
                              text=True, timeout=120)
        self.assertEqual(self.repository.state(), before)
        return done.returncode, done.stdout, done.stderr

    def test_finds_the_commit(self):
        """The first commit that fails is named, each is tried once at most."""
        ids = self.commits(*[CLEAN] * 5, *[LOST] * 6)
        status, out, err = self.bisect(f"{ids[0]}..main")
        self.assertEqual((status, err.count("\n") <= 7), (0, True), err)
        lines = out.splitlines()
        self.assertEqual(lines[0], f"first bad commit: {ids[5]}")
        self.assertEqual(lines[2], "  commit 5")
        self.assertEqual(lines[3], "shows: entry/lost/pmd on some-format")
        self.assertEqual(lines[4], "replay: tablewalk run --format some-format "
                                   f"{self.case}")
        judged = [line.split()[0] for line in err.splitlines()]
        self.assertEqual(len(judged), len(set(judged)))

    def test_every_place(self):
        """Wherever the defect comes in, it is found; --format wins over CASE."""
        self.case.write_text(CASE.replace("some-format FILE", "no-format FILE"))
        for place in (1, 2, 3):
            shutil.rmtree(self.repository.path)
            self.repository = Repository(self.root / "repository")
            ids = self.commits(*[CLEAN] * place, *[LOST] * (4 - place))
            status, out, _ = self.bisect(f"{ids[0]}..", "--format",
                                         "some-format")
            self.assertEqual(status, 0)
            self.assertIn(f"first bad commit: {ids[place]}\n", out)

    def test_does_not_build(self):
        """A commit that does not build is left out, by name."""
        ids = self.commits(CLEAN, CLEAN, CLEAN, (CLEAN, "exit 1\n"), CLEAN,
                           LOST, LOST)
        status, out, err = self.bisect(f"{ids[0]}..main")
        self.assertEqual(status, 0)
        self.assertIn(f"first bad commit: {ids[5]}\n", out)
        self.assertIn("commit 3: left out (does not build)", err)

    def test_only_left_out(self):
        """Where the first bad commit cannot be told, those it may be are named."""
        broken = (LOST, "exit 1\n")
        ids = self.commits(CLEAN, broken, broken, LOST)
        status, out, _ = self.bisect(f"{ids[0]}..main")
        self.assertEqual(status, 1)
        self.assertNotIn("first bad commit:", out)
        for number in (1, 2, 3):
            self.assertIn(f"commit {number}\n", out)

    def test_another_violation(self):
        """A commit that shows something else is not taken for either."""
        ids = self.commits(CLEAN, CLEAN, OTHER, CLEAN, LOST, LOST)
        status, out, err = self.bisect(f"{ids[0]}..main")
        self.assertEqual(status, 0)
        self.assertIn(f"first bad commit: {ids[4]}\n", out)
        self.assertIn("shows another violation: store/stray/pte", err)

    def test_ends_are_checked(self):
        """GOOD has to be clean and BAD has to fail; a sentence says which not."""
        ids = self.commits(CLEAN, LOST, LOST, CLEAN)
        for span, sentence in (
                (f"{ids[1]}..{ids[2]}", "fails at GOOD already"),
                (f"{ids[0]}..{ids[3]}", "does not fail at BAD"),
                (f"{ids[2]}..{ids[1]}", "does not come before"),
                (f"{ids[2]}..{ids[2]}", "does not come before"),
                (f"{ids[0]}..nothing", "`nothing' is not a commit"),
                (f"..{ids[0]}", "expected GOOD..BAD"),
                (f"{ids[0]}", "expected GOOD..BAD"),
                (f"{ids[0]}..--all", "`--all' is not a commit")):
            status, out, err = self.bisect(span)
            self.assertEqual((status, out), (2, ""), err)
            self.assertIn(sentence, err)

    def test_end_that_does_not_build(self):
        """Where an end does not build the compiler's words are shown."""
        ids = self.commits((CLEAN, "echo no compiler; exit 1\n"), LOST)
        status, _, err = self.bisect(f"{ids[0]}..main")
        self.assertEqual(status, 3)
        self.assertIn("GOOD cannot be judged, it does not build", err)
        self.assertIn("no compiler", err)

    def test_bad_case(self):
        """A case that is not there, or that BAD cannot read, is refused."""
        ids = self.commits(CLEAN, LOST)
        status, _, err = self.bisect(f"{ids[0]}..main", "--format", "unknown")
        self.assertEqual(status, 3)
        self.assertIn("BAD cannot be judged, it the replay", err)
        self.case.unlink()
        status, _, err = self.bisect(f"{ids[0]}..main")
        self.assertEqual(status, 2)
        self.assertIn("No such file", err)

    def test_tree_of_the_user(self):
        """Changes that are not committed neither disturb nor get lost."""
        ids = self.commits(CLEAN, LOST)
        (self.repository.path / "program").write_text("my work")
        git(self.repository.path, "stash", "list")
        status, out, _ = self.bisect(f"{ids[0]}..main")
        self.assertEqual(status, 0)
        self.assertIn(ids[1], out)
        self.assertEqual((self.repository.path / "program").read_text(),
                         "my work")

    def interrupted(self, number: int) -> int:
        ids = self.commits(CLEAN, (LOST, f"sleep 987 & echo $! >"
                                         f"{self.root}/pid; wait\n"), LOST)
        before = self.repository.state()
        child = subprocess.Popen(self.command(f"{ids[0]}..main"),
                                 stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        pid = self.root / "pid"
        self.wait_for(lambda: pid.exists() and pid.read_text().strip())
        child.send_signal(number)
        status = child.wait(30)
        self.wait_for(lambda: not pathlib.Path(
            f"/proc/{pid.read_text().strip()}").exists())
        if number != signal.SIGKILL:
            self.assertEqual(self.repository.state(), before)
        return status

    def wait_for(self, what):
        for _ in range(300):
            if what():
                return
            time.sleep(0.1)
        self.fail("30 s were not enough")

    def test_interrupt(self):
        """Ctrl-C leaves no process and no file."""
        self.assertEqual(self.interrupted(signal.SIGINT), 130)

    def test_killed(self):
        """Killed by -9, it leaves no process."""
        self.assertEqual(self.interrupted(signal.SIGKILL), -signal.SIGKILL)


@unittest.skipUnless(FULL, "the long form only")
class Real(unittest.TestCase):
    def test_planted_defect(self):
        """A defect planted into the real history is found by its case."""
        with tempfile.TemporaryDirectory(prefix="bisect-") as directory:
            root = pathlib.Path(directory)
            subprocess.run(["git", "clone", "-q", "--shared", SOURCE,
                            root / "clone"], check=True)
            clone = root / "clone"
            good = git(clone, "rev-parse", "HEAD")
            note = clone / "note"
            for number in range(5):
                note.write_text(f"{number}\n")
                if number == 2:
                    self.plant(clone)
                git(clone, "add", ".")
                git(clone, "commit", "-q", "-m", f"commit {number}")
                if number == 2:
                    planted = git(clone, "rev-parse", "HEAD")
            case = root / "case.tw"
            case.write_text(SPLIT)
            done = subprocess.run(
                [BISECT, "--repository", clone, case, f"{good}..HEAD"],
                capture_output=True, text=True, timeout=3000)
            print(done.stderr + done.stdout)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"first bad commit: {planted}\n", done.stdout)

    def plant(self, clone: pathlib.Path) -> None:
        """What the switch would do, without a switch."""
        changed = 0
        for path in (clone / "mm").glob("*.c"):
            text = path.read_text()
            new = text.replace("MUT(SPLIT_LOSES_LAST, false,", "(")
            if new != text:
                path.write_text(new)
                changed += 1
        self.assertEqual(changed, 1)


if __name__ == "__main__":
    for tool in ("git", "cmake", "ninja"):
        if not shutil.which(tool):
            print(f"bisect: skipped: {tool} is not installed")
            sys.exit(77)
    unittest.main(argv=[sys.argv[0], *ARGUMENTS[1:]], verbosity=2)
