# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The state of a campaign: directories and an append-only log.

Whatever is written is written whole: a line of the log with one write and fsync, a
file under another name first and then renamed.  So a process may be killed, and a
disk may be full, at any moment.
"""
import errno
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import time

DIRECTORIES = ("corpus", "corpus-min", "raw", "findings", "logs", "work", "nights",
               "report", "sweeps")
VERSION = 1


class Trouble(Exception):
    """What keeps a campaign from going on; one sentence."""


class Busy(Trouble):
    """Another campaign has the state."""


def is_full(error):
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def write_whole(path, data):
    """Puts bytes or text into a file, all of them or none."""
    path = pathlib.Path(path)
    if isinstance(data, str):
        data = data.encode()
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with open(new, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def write_json(path, document):
    write_whole(path, json.dumps(document, indent=1) + "\n")


def sha1(data):
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def read_log(path):
    """(events, lines that are none).

    A line without an end is what a full disk or a lost machine leaves behind.
    """
    events, torn = [], 0
    try:
        text = pathlib.Path(path).read_bytes()
    except FileNotFoundError:
        return events, torn
    for line in text.split(b"\n"):
        if not line.strip():
            continue
        try:
            event = json.loads(line)
            if not isinstance(event, dict) or "event" not in event:
                raise ValueError
            events.append(event)
        except ValueError:
            torn += 1
    return events, torn


class State:
    def __init__(self, directory):
        self.directory = pathlib.Path(directory).absolute()
        self.lock_file = self.log_fd = None
        self.events, self.torn = [], 0
        self.shared = None      # what other shards see as well

    def __truediv__(self, name):
        return self.directory / name

    def open(self):
        """Makes what is missing, takes the lock, reads the log."""
        try:
            for name in DIRECTORIES:
                (self / name).mkdir(parents=True, exist_ok=True)
            self.lock_file = open(self / "lock", "a+b")
        except OSError as error:
            raise Trouble(f"{error.filename}: {error.strerror}") from error
        try:
            fcntl.flock(self.lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy(f"{self.directory}: another campaign runs on this "
                       "state") from None
        self.events, self.torn = read_log(self / "log.jsonl")
        self.open_log()

    def open_log(self):
        try:
            self.log_fd = os.open(self / "log.jsonl", os.O_RDWR | os.O_CREAT |
                                  os.O_APPEND | os.O_CLOEXEC, 0o666)
            size = os.fstat(self.log_fd).st_size
            # What comes next shall not be part of a torn line.
            if size and os.pread(self.log_fd, 1, size - 1) != b"\n":
                os.write(self.log_fd, b"\n")
        except OSError as error:
            raise Trouble(f"{self / 'log.jsonl'}: {error.strerror}") from error

    def close(self):
        if self.log_fd is not None:
            os.close(self.log_fd)
            self.log_fd = None
        if self.lock_file:
            self.lock_file.close()
            self.lock_file = None

    def append(self, event, **fields):
        """One event, on the disk when this returns.  The time is added."""
        whole = {"event": event, **fields, "time": round(time.time(), 3)}
        line = json.dumps(whole).encode() + b"\n"
        try:
            done = os.write(self.log_fd, line)
            if done < len(line):
                # The end of it is a line of its own, and so is the next one.
                os.write(self.log_fd, b"\n")
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self.log_fd)
        except OSError as error:
            raise Trouble(f"{self / 'log.jsonl'}: {error.strerror}") from error
        self.events.append(whole)
        return whole

    def of(self, *kinds, night=None):
        return [e for e in self.events if e["event"] in kinds and
                (night is None or e.get("night") == night)]

    def free_mb(self):
        return shutil.disk_usage(self.directory).free >> 20

    # What the log says.

    def unfinished_night(self):
        """The event of the night that has begun and not ended, or None."""
        nights = self.of("night")
        if not nights or self.of("night-end", night=nights[-1]["night"]):
            return None
        return nights[-1]

    def next_night(self):
        """Shards share numbers of nights, not logs."""
        return max((e["night"] for e in self.of("night")), default=0) + 1

    def used_seconds(self, night):
        """How long a night has run; what was killed counts to its last event."""
        used, began, last = 0.0, None, None
        for e in self.events:
            if e["event"] in ("night", "resume") and e.get("night") == night:
                used += last - began if began is not None else 0
                began = last = e["time"]
            elif began is not None:
                last = e["time"]
        return max(0.0, used + (last - began if began is not None else 0))

    def ended_jobs(self, night):
        return {e["job"]: e for e in self.of("end", night=night)}

    def known_before(self, night):
        """Signatures that earlier nights have seen and that are not fixed since."""
        known = set()
        for e in self.events:
            if e.get("night", night) >= night:
                continue
            if e["event"] == "finding":
                known.add(e["signature"])
            elif e["event"] == "fixed":
                known.discard(e["signature"])
        return known
