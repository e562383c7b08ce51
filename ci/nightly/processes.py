# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Commands under a guard, and what an earlier campaign may have left running."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

from .trees import environment

GUARD = pathlib.Path(__file__).resolve().parent / "guard.py"
# Every process below a campaign has this in its environment.
MARK = "TABLEWALK_CAMPAIGN_STATE"


def marked(directory):
    """Processes that a campaign on that state started, by their environment."""
    wanted = f"{MARK}={directory}".encode()
    pids = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                if wanted in file.read().split(b"\0"):
                    pids.append(int(name))
        except OSError:
            pass
    return pids


def kill_left_over(directory):
    """Ends what a killed campaign left; its guards are about to do the same."""
    count = 0
    for _ in range(100):
        pids = marked(directory)
        if not pids:
            break
        count = max(count, len(pids))
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass
        time.sleep(0.05)
    return count


class Processes:
    """Starts commands under guards; stop() ends all of them and lets none start."""

    def __init__(self, directory, settings):
        self.directory, self.settings = directory, settings
        # A signal may come to whoever holds it.
        self.lock = threading.RLock()
        self.controls = set()
        self.stopped = False

    def stop(self):
        with self.lock:
            self.stopped = True
            for fd in self.controls:
                os.close(fd)
            self.controls.clear()

    def started(self, limits, command, env):
        """The guard, and the end of the pipe that it watches."""
        with self.lock:
            if self.stopped:
                return None, None
            read, write = os.pipe()
            self.controls.add(write)
        try:
            guard = subprocess.Popen(
                [sys.executable, "-I", str(GUARD),
                 json.dumps({**limits, "control": read}), "--",
                 *map(str, command)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                pass_fds=[read], start_new_session=True, env=environment(
                    {**env, MARK: str(self.directory)}))
        finally:
            os.close(read)
        return guard, write

    def run(self, command, seconds, log=None, env=None, out=None, cwd=None,
            address_mb=None, grace=None):
        """What guard.py prints, or a status None where nothing was started."""
        s = self.settings
        grace = s["grace_seconds"] if grace is None else grace
        limits = {"seconds": seconds, "grace": grace, "memory_mb": s["memory_mb"],
                  "address_mb": address_mb, "log_mb": s["log_mb"],
                  "log": str(log) if log else None,
                  "out": str(out) if out else None,
                  "cwd": str(cwd) if cwd else None,
                  # Of one process; some have several threads.
                  "cpu_seconds": int(4 * (seconds + grace)) + 60}
        guard, write = self.started(limits, command, env or {})
        if guard is None:
            return {"status": None, "why": "stopped", "seconds": 0,
                    "memory_mb": 0, "log_dropped": 0}
        text, _ = guard.communicate()
        with self.lock:
            if write in self.controls:
                self.controls.discard(write)
                os.close(write)
        try:
            return json.loads(text)
        except ValueError:
            # The command went with it; what that had started may not have.
            return {"status": guard.returncode, "why": "killed", "seconds": 0,
                    "memory_mb": 0, "log_dropped": 0}
