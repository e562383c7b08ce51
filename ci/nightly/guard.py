#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs one command within its limits, and leaves nothing of it behind.

    guard.py JSON -- COMMAND...

JSON is an object of limits (Limits below).  The command gets a session of its own.
It is ended when its time is up, when it takes more memory than it may, or when
whoever holds the other end of the control pipe closes it, which the kernel does for
a holder that was killed.  What a command leaves running is killed as well: this
process is the one that orphans below it come to.  Should this process itself be
killed, the kernel kills the command.

Prints one JSON object: status, as of subprocess.Popen.returncode; why: ended, time,
memory or stopped; seconds; memory_mb at most; log_dropped, bytes.

First SIGTERM, to the command alone, so that it can write what it has and end what
it started; after half of the grace, to all; after all of it SIGKILL.
"""
import collections
import ctypes
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
TICK = 0.25
# Looking through /proc costs a little.
LOOK = 1.0


class Log:
    """The first half of what may be kept goes to the file at once, of what comes
    behind it the last half when the command has ended."""

    def __init__(self, path, most):
        self.file = None
        self.left = most // 2
        self.room = most - most // 2
        self.tail, self.held, self.dropped = collections.deque(), 0, 0
        if path:
            try:
                self.file = open(path, "ab", buffering=0)
                self.left -= min(self.left, self.file.tell())
            except OSError:
                pass

    def put(self, data):
        now, rest = data[:self.left], data[self.left:]
        if now:
            self.left -= len(now)
            self.write(now)
        if not rest:
            return
        self.tail.append(rest)
        self.held += len(rest)
        while self.held - len(self.tail[0]) >= self.room:
            gone = len(self.tail.popleft())
            self.held -= gone
            self.dropped += gone

    def write(self, data):
        # A log that cannot be written is no reason to end anything.
        try:
            if self.file:
                self.file.write(data)
        except OSError:
            self.file = None

    def close(self):
        if self.dropped:
            self.write(b"\n... %d bytes are left out here ...\n" % self.dropped)
        for data in self.tail:
            self.write(data)
        if self.file:
            self.file.close()


def parents():
    """pid -> parent's pid of every process that there is."""
    result = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if fields[0] not in (b"Z", b"X"):
            result[int(name)] = int(fields[1])
    return result


def descendants():
    """Of this process: the pids of those that run."""
    parent, mine = parents(), {os.getpid()}
    grown = True
    while grown:
        more = {pid for pid, its in parent.items() if its in mine} - mine
        grown = bool(more)
        mine |= more
    mine.discard(os.getpid())
    return mine


def memory_of(pids):
    """Resident bytes; what processes share counts for each."""
    page, pages = os.sysconf("SC_PAGE_SIZE"), 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm", "rb") as file:
                pages += int(file.read().split()[1])
        except (OSError, IndexError):
            pass
    return pages * page


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            pass


def reap():
    """Takes notice of orphans that have ended."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def kill_rest():
    """Until nothing is left; a process may fork between the look and the kill."""
    for _ in range(200):
        rest = descendants()
        if not rest:
            break
        send(rest, signal.SIGKILL)
        time.sleep(0.02)
        reap()
    reap()


def limited(limits, libc):
    """What the command does before it is one."""
    def prepare():
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limits.get("address_mb"):
            most = limits["address_mb"] << 20
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        if limits.get("cpu_seconds"):
            most = limits["cpu_seconds"]
            resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
    return prepare


class Guard:
    def __init__(self, limits, command):
        self.limits = limits
        self.log = Log(limits.get("log"), limits.get("log_mb", 8) << 20)
        self.control = limits.get("control", -1)
        self.why, self.peak = "ended", 0
        self.began = time.monotonic()
        self.term = self.term_all = self.kill = None
        out = open(limits["out"], "wb") if limits.get("out") else None
        self.source, sink = os.pipe()
        self.child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out or sink, stderr=sink,
            start_new_session=True, cwd=limits.get("cwd"),
            preexec_fn=limited(limits, ctypes.CDLL(None)))
        os.close(sink)
        if out:
            out.close()

    def stop(self, why):
        """The first reason counts."""
        if self.term is None:
            grace = self.limits.get("grace", 15)
            now = time.monotonic()
            self.why, self.term = why, now
            self.term_all, self.kill = now + grace / 2, now + grace
            send([self.child.pid], signal.SIGTERM)

    def look(self):
        now = time.monotonic()
        pids = descendants()
        used = memory_of(pids) >> 20
        self.peak = max(self.peak, used)
        if used > self.limits.get("memory_mb", 1 << 30):
            self.stop("memory")
            self.kill = now
        if now - self.began > self.limits["seconds"]:
            self.stop("time")
        if self.kill is not None and now >= self.kill:
            send(pids, signal.SIGKILL)
        elif self.term_all is not None and now >= self.term_all:
            self.term_all = None
            send(pids, signal.SIGTERM)

    def run(self):
        watched = {self.source} | ({self.control} if self.control >= 0 else set())
        looked = 0.0
        while self.child.poll() is None:
            for fd in select.select(list(watched), [], [], TICK)[0]:
                data = os.read(fd, 65536)
                if fd == self.control and not data:
                    watched.discard(fd)
                    self.stop("stopped")
                elif fd == self.source and data:
                    self.log.put(data)
                elif fd == self.source:
                    watched.discard(fd)
            if time.monotonic() - looked >= (TICK if self.term else LOOK):
                self.look()
                looked = time.monotonic()
        kill_rest()
        self.drain()
        self.log.close()
        return {"status": self.child.returncode, "why": self.why,
                "seconds": round(time.monotonic() - self.began, 3),
                "memory_mb": self.peak, "log_dropped": self.log.dropped}

    def drain(self):
        os.set_blocking(self.source, False)
        try:
            while data := os.read(self.source, 65536):
                self.log.put(data)
        except BlockingIOError:
            pass


def tell(result):
    try:
        os.write(1, json.dumps(result).encode() + b"\n")
    except OSError:
        # Who wanted to know is gone.
        pass


def main():
    if len(sys.argv) < 4 or sys.argv[2] != "--":
        print(__doc__, file=sys.stderr)
        return 2
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        guard = Guard(json.loads(sys.argv[1]), sys.argv[3:])
    except (OSError, subprocess.SubprocessError) as error:
        tell({"status": 127, "why": "ended", "seconds": 0, "memory_mb": 0,
              "log_dropped": 0, "error": str(error)})
        return 0
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: guard.stop("stopped"))
    tell(guard.run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
