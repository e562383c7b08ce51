# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the shards of one campaign have in common (ci/campaign --sync DIR).

    DIR/corpus/TARGET   every shard's new inputs, named by the SHA-1 of what is in
                        them: each job starts from these too
    DIR/afl/TARGET      the -o of every afl-fuzz, each with a name of its own
                        (-M, -S): they take over what the others queue

DIR is on a file system that all shards see.  Nothing in it is needed to go on: a
shard that is killed has everything of its own in its state.
"""
from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import shutil
import socket

from . import corpus
from .state import sha1

# The usual half hour is longer than a job; and one entry of the queue may take a
# minute, so what is there is taken over at the beginning.
AFL_SYNC = {"AFL_IMPORT_FIRST": "1", "AFL_SYNC_TIME": "1"}


def add_shared(directory, files):
    """As corpus.add_files(), where other machines write at the same time."""
    directory.mkdir(parents=True, exist_ok=True)
    for file in files:
        data = corpus.read_input(file)
        path = directory / sha1(data) if data is not None else None
        if not path or path.exists():
            continue
        part = directory / f".{path.name}.{socket.gethostname()}.{os.getpid()}"
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


class Shared:
    def __init__(self, directory, shard):
        self.directory = pathlib.Path(directory).absolute()
        self.shard = int(shard.partition("/")[0])

    def corpus(self, target):
        return self.directory / "corpus" / target

    def give(self, target, files):
        add_shared(self.corpus(target), files)

    @contextlib.contextmanager
    def instance(self, work):
        """(-M or -S and a name, DIR) of an afl-fuzz; work/JOB/afl/default is it.

        A shard has at most one of each number at a time.  What an earlier job
        left under the number goes; a later one has another name, since the
        others have noted how far they have read in which.
        """
        out = self.directory / "afl" / work.job["target"]
        out.mkdir(parents=True, exist_ok=True)
        with self.number(work.state / "work", work.job["target"]) as number:
            stem = f"s{self.shard:03}-{number}-"
            for old in out.glob(f"{stem}*"):
                shutil.rmtree(old, ignore_errors=True)
            name = f"{stem}{work.job['night']}-{work.job['index']}"
            local = work.directory / "afl"
            local.mkdir(exist_ok=True)
            (local / "default").symlink_to(out / name)
            main = self.shard == 1 and number == 0
            yield ["-M" if main else "-S", name], out

    @staticmethod
    @contextlib.contextmanager
    def number(directory, target):
        number = 0
        while True:
            lock = os.open(directory / f".afl-{target}-{number}",
                           os.O_RDWR | os.O_CREAT, 0o644)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                os.close(lock)
                number += 1
        try:
            yield number
        finally:
            os.close(lock)
