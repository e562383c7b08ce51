# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Processes that do not outlive whoever started them.

A fuzzer or a build starts processes of its own, in groups and sessions of their
own too, and the kernel tells only direct children of the death of their parent.
So a small process stands between: it learns when its parent is gone (also by
kill -9), inherits whatever below it loses its parent, and ends all of it.

    python3 children.py PARENT COMMAND...
"""
from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from typing import IO, Mapping, Sequence

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


def start(command: Sequence[object], output: IO | int | None = None,
          environment: Mapping[str, str] | None = None,
          directory: object = None,
          keep: Sequence[int] = ()) -> subprocess.Popen:
    """Starts a command in a session of its own.

    With `output' both streams go there; file descriptors in `keep' stay open.
    """
    return subprocess.Popen(
        [sys.executable, __file__, str(os.getpid()),
         *[str(word) for word in command]],
        stdin=subprocess.DEVNULL, stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=True, cwd=directory, pass_fds=keep,
        env=None if environment is None else {**os.environ, **environment})


def end(child: subprocess.Popen) -> None:
    """Ends a child with everything below it."""
    child.terminate()
    child.wait()


def run(command: Sequence[object], seconds: float | None = None,
        output: IO | int | None = None,
        environment: Mapping[str, str] | None = None,
        directory: object = None, keep: Sequence[int] = ()) -> int | None:
    """The exit status, 128 + N after signal N; None where the time was up.

    Whatever ends the wait (an exception of a signal handler too), nothing that
    the command has started is left.
    """
    child = start(command, output, environment, directory, keep)
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        end(child)


def exit_on_signals() -> None:
    """SIGINT, SIGTERM and SIGHUP leave through every `finally'."""
    def leave(number, frame):
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        sys.exit(128 + number)

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, leave)


def descendants() -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat") as f:
                parent = int(f.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(entry))
    found = list(children.get(os.getpid(), []))
    for pid in found:
        found += children.get(pid, [])
    return found


def end_descendants() -> None:
    """What forks meanwhile is seen the next time."""
    while True:
        found = descendants()
        if not found:
            return
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap()


def reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return
    time.sleep(0.005)


def lead(parent: int, command: Sequence[str]) -> int:
    """What the process in between does."""
    def leave(number, frame):
        end_descendants()
        os._exit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return 128 + signal.SIGTERM
    try:
        status = subprocess.call(command, preexec_fn=restore_signals,
                                 close_fds=False)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    finally:
        end_descendants()
    return status if status >= 0 else 128 - status


def restore_signals() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(lead(int(sys.argv[1]), sys.argv[2:]))
