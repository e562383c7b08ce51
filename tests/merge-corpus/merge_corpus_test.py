#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""ci/merge-corpus with a fuzz target whose features are known (toy.c).

usage: merge_corpus_test.py SOURCE
Exit status: 0 all is well, 1 something is not, 77 tools are missing.
"""
from __future__ import annotations

import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
MERGE = SOURCE / "ci/merge-corpus"


class Merge(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tools = tempfile.TemporaryDirectory(prefix="merge-corpus-")
        cls.addClassCleanup(cls.tools.cleanup)
        cls.toy = pathlib.Path(cls.tools.name) / "toy"
        subprocess.run(
            ["clang-19", "-O1", "-fsanitize=fuzzer", "-o", cls.toy,
             SOURCE / "tests/merge-corpus/toy.c"], check=True)

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="merge-corpus-")
        self.addCleanup(self.temporary.cleanup)
        self.root = pathlib.Path(self.temporary.name)
        self.out = self.root / "min/toy"

    def corpus(self, name: str, *contents: str) -> pathlib.Path:
        directory = self.root / name
        directory.mkdir(exist_ok=True)
        for number, text in enumerate(contents):
            (directory / f"file-{number}").write_text(text)
        return directory

    def command(self, *words):
        return [MERGE, "--target", "toy", "--fuzzer", self.toy, "--out",
                self.out, *words]

    def merge(self, *words, **environment):
        done = subprocess.run(self.command(*words), capture_output=True,
                              text=True, timeout=60,
                              env={**os.environ, **environment})
        return done.returncode, done.stdout, done.stderr

    def kept(self):
        """Contents of OUT; their names are their hashes, and nothing is beside."""
        for path in self.out.iterdir():
            self.assertEqual(path.name,
                             hashlib.sha1(path.read_bytes()).hexdigest())
        self.assertEqual([p.name for p in self.out.parent.iterdir()
                          if p.name.startswith(".")], [])
        return sorted(p.read_text() for p in self.out.iterdir())

    def test_smallest_that_covers_the_same(self):
        """One input of each kind is kept, from all directories and OUT."""
        status, out, _ = self.merge(self.corpus("x", "a", "a1", "a23", "b"),
                                    self.corpus("y", "b", "b1", "c"))
        self.assertEqual(status, 0)
        self.assertRegex(out, r"^7 files -> 3 files, \d+ features\n$")
        self.assertEqual(self.kept(), ["a", "b", "c"])
        first = int(re.search(r"(\d+) features", out)[1])
        status, out, _ = self.merge(self.corpus("z", "d", "a4"))
        self.assertEqual((status, self.kept()), (0, ["a", "b", "c", "d"]))
        self.assertRegex(out, r"^5 files -> 4 files")
        self.assertGreater(int(re.search(r"(\d+) features", out)[1]), first)

    def test_less_is_not_taken(self):
        """A merge that would cover less leaves OUT as it was."""
        self.merge(self.corpus("x", "a", "b"))
        status, out, err = self.merge(self.corpus("y", "c"), TOY_BLIND="1")
        self.assertEqual((status, out), (1, ""))
        self.assertIn("stays as it is", err)
        self.assertEqual(self.kept(), ["a", "b"])

    def test_inputs_that_break_the_target(self):
        """They are kept beside, also those that OUT had; the rest is merged."""
        self.merge(self.corpus("x", "a"))
        bad = hashlib.sha1(b"!old").hexdigest()
        (self.out / bad).write_text("!old")
        status, out, err = self.merge(self.corpus("y", "!new", "b"))
        self.assertEqual(status, 0, err)
        self.assertIn("2 inputs break the target", err)
        self.assertEqual(self.kept(), ["a", "b"])
        broken = self.root / "min/toy.broken"
        self.assertEqual(sorted(p.read_text() for p in broken.iterdir()),
                         ["!new", "!old"])

    def test_bad_input(self):
        """One sentence and status 2; nothing is written."""
        (self.corpus("big") / "big").write_bytes(b"a" * (1 << 20) + b"a")
        for words, sentence in (
                ([self.root / "nowhere"], "not a directory"),
                ([self.corpus("empty")], "nothing to merge"),
                ([self.root / "big"], "larger than 1 MiB"),
                (["--fuzzer", "/nowhere", self.corpus("x", "a")],
                 "no such program"),
                (["--timeout", "0", self.corpus("x", "a")], "seconds")):
            status, out, err = self.merge(*words)
            self.assertEqual((status, out), (2, ""), err)
            self.assertIn(sentence, err)
            self.assertFalse(self.out.exists())

    def test_time_is_up(self):
        """A merge that takes too long leaves OUT as it was."""
        self.merge(self.corpus("x", "a"))
        status, _, err = self.merge("--timeout", "1", self.corpus("y", "b"),
                                    TOY_SLOW="1")
        self.assertEqual(status, 3)
        self.assertIn("time is up", err)
        self.assertEqual(self.kept(), ["a"])

    def start_slowly(self):
        self.merge(self.corpus("x", "a"))
        child = subprocess.Popen(self.command(self.corpus("y", "b", "c")),
                                 env={**os.environ, "TOY_SLOW": "1"},
                                 stderr=subprocess.PIPE, text=True)
        self.wait_for(self.fuzzers)
        return child

    def fuzzers(self):
        return [p for p in pathlib.Path("/proc").glob("[0-9]*/cmdline")
                if self.mine(p)]

    def mine(self, path):
        try:
            return path.read_bytes().startswith(bytes(self.toy) + b"\0")
        except OSError:
            return False

    def wait_for(self, what):
        for _ in range(200):
            if what():
                return
            time.sleep(0.05)
        self.fail("10 s were not enough")

    def test_killed(self):
        """Killed or interrupted: no process is left, OUT is whole, and the next
        merge is as if nothing had been."""
        for number, expected in ((signal.SIGTERM, 143),
                                 (signal.SIGKILL, -signal.SIGKILL)):
            child = self.start_slowly()
            child.send_signal(number)
            self.assertEqual(child.wait(20), expected)
            child.stderr.close()
            self.wait_for(lambda: not self.fuzzers())
            self.assertEqual([p.read_text() for p in self.out.iterdir()], ["a"])
        self.assertEqual(self.merge(self.root / "y")[0], 0)
        self.assertEqual(self.kept(), ["a", "b", "c"])

    def test_one_at_a_time(self):
        """A second merge of the same OUT refuses."""
        child = self.start_slowly()
        status, _, err = self.merge(self.root / "y")
        self.assertEqual(status, 3)
        self.assertIn("another merge is at work", err)
        child.terminate()
        child.communicate()
        self.assertEqual(self.kept(), ["a"])

    def test_interrupted_between_two_renames(self):
        """Where a file system cannot exchange, the old corpus comes back."""
        self.merge(self.corpus("x", "a"))
        self.out.rename(self.out.with_name(".toy.previous"))
        self.assertEqual(self.merge(self.corpus("y", "b"))[0], 0)
        self.assertEqual(self.kept(), ["a", "b"])


if __name__ == "__main__":
    if not shutil.which("clang-19"):
        print("merge-corpus: skipped: clang-19 is not installed")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0]], verbosity=2)
