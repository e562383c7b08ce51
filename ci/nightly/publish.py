# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A directory that is there as a whole or not at all.

What is to be shown is made in a directory beside its place and then changes
places with what is there, by one renameat2(RENAME_EXCHANGE) of Linux.  Whoever
looks meanwhile sees the old directory or the new one, and a process that is
killed leaves the old one and something to clear away, which the next one does.
Nothing is flushed to disk: what is made here can be made again.
"""
import contextlib
import ctypes
import errno
import os
import pathlib
import re
import shutil
import tempfile
from collections.abc import Iterator

AT_FDCWD = -100
RENAME_EXCHANGE = 2
# The file by which a directory is known for one of ours.
MARK = ".tablewalk-made"


class Refused(Exception):
    """One sentence for the user: the place is not ours to write."""


def exchange(one: pathlib.Path, other: pathlib.Path) -> None:
    """Two directories change names, at once where the file system can."""
    libc = ctypes.CDLL(None, use_errno=True)
    rename = getattr(libc, "renameat2", None)
    if rename and rename(AT_FDCWD, os.fsencode(one), AT_FDCWD,
                         os.fsencode(other), RENAME_EXCHANGE) == 0:
        return
    code = ctypes.get_errno() if rename else errno.ENOSYS
    if code not in (errno.EINVAL, errno.ENOSYS):
        raise OSError(code, os.strerror(code), str(other))
    # A file system without it: for a moment there is no directory.
    aside = one.with_name(one.name + "-old")
    other.rename(aside)
    one.rename(other)
    aside.rename(one)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def clear_leftovers(out: pathlib.Path) -> None:
    """What processes that were killed have left beside OUT."""
    pattern = re.compile(re.escape("." + out.name) + r"\.(\d+)\.[^.]+")
    for path in out.parent.iterdir():
        match = pattern.fullmatch(path.name)
        if match and path.is_dir() and not alive(int(match[1])):
            shutil.rmtree(path, ignore_errors=True)


def check_place(out: pathlib.Path) -> None:
    if not out.exists() and not out.is_symlink():
        return
    if out.is_symlink() or not out.is_dir():
        raise Refused(f"{out} exists and is no directory")
    if not (out / MARK).is_file() and any(out.iterdir()):
        raise Refused(f"{out} exists and was not written by this command; "
                      "it is left as it is")


@contextlib.contextmanager
def directory(out: pathlib.Path) -> Iterator[pathlib.Path]:
    """A directory to fill, that takes OUT's place if nothing goes wrong."""
    out = pathlib.Path(os.path.abspath(out))
    check_place(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(out)
    fresh = pathlib.Path(tempfile.mkdtemp(
        prefix=f".{out.name}.{os.getpid()}.", dir=out.parent))
    try:
        yield fresh
        (fresh / MARK).write_text("made as a whole, and replaced as a whole\n")
        fresh.chmod(0o755)
        if out.exists():
            exchange(fresh, out)
        else:
            fresh.rename(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
