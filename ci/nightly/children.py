# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Processes that do not outlive whoever started them.

A fuzzer starts processes of its own, and the kernel tells only direct children
of the death of their parent.  So a small process stands between: it leads a
process group, learns when its parent is gone (also by kill -9), and ends the
whole group then.

    python3 children.py PARENT COMMAND...
"""
from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from typing import IO, Mapping, Sequence

PR_SET_PDEATHSIG = 1


def start(command: Sequence[object], output: IO | int | None = None,
          environment: Mapping[str, str] | None = None,
          directory: object = None) -> subprocess.Popen:
    """Starts a command at the head of a process group of its own."""
    return subprocess.Popen(
        [sys.executable, __file__, str(os.getpid()),
         *[str(word) for word in command]],
        stdin=subprocess.DEVNULL, stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        start_new_session=True, cwd=directory,
        env=None if environment is None else {**os.environ, **environment})


def end(child: subprocess.Popen) -> None:
    """Ends the group of a child, and waits for the child."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    child.wait()


def run(command: Sequence[object], seconds: float | None = None,
        output: IO | int | None = None,
        environment: Mapping[str, str] | None = None,
        directory: object = None) -> int | None:
    """The exit status, 128 + N after signal N; None where the time was up.

    Whatever ends the wait (an exception of a signal handler too), nothing of
    the group is left.
    """
    child = start(command, output, environment, directory)
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


def lead(parent: int, command: Sequence[str]) -> int:
    """What the process in between does."""
    def end_group(number, frame):
        os.killpg(0, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end_group)
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        return 128 + signal.SIGTERM
    try:
        status = subprocess.call(command, preexec_fn=restore_signals)
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return 127
    return status if status >= 0 else 128 - status


def restore_signals() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(lead(int(sys.argv[1]), sys.argv[2:]))
