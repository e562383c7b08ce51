# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Corpora: files named by the SHA-1 of what is in them, so a merge is a copy."""
import os
import pathlib
import shutil
import subprocess

from .state import sha1, write_whole

ROOT = pathlib.Path(__file__).resolve().parents[2]
INPUT_BYTES_MAX = 1 << 20


def files_in(directory):
    """Regular files right below, none hidden, in a certain order."""
    directory = pathlib.Path(directory)
    if not directory.is_dir():
        return []
    return sorted(p for p in directory.iterdir()
                  if not p.name.startswith(".") and p.is_file()
                  and not p.is_symlink())


def add_files(directory, files):
    """Copies what is not there yet; returns how many that was.

    An unreadable or too large file is left where it is.
    """
    directory.mkdir(parents=True, exist_ok=True)
    added = 0
    for file in files:
        data = read_input(file)
        if data is None:
            continue
        path = directory / sha1(data)
        if not path.exists():
            write_whole(path, data)
            added += 1
    return added


def read_input(path):
    try:
        with open(path, "rb") as file:
            data = file.read(INPUT_BYTES_MAX + 1)
    except FileNotFoundError:
        return None
    return data if len(data) <= INPUT_BYTES_MAX else None


def link_files(directory, files):
    """Puts files into a directory of the same disk, named by contents; a link costs
    nothing, and the fuzzer may take it away."""
    directory.mkdir(parents=True, exist_ok=True)
    for file in files:
        data = read_input(file)
        path = directory / sha1(data) if data else None
        if not path or path.exists():
            continue
        try:
            os.link(file, path)
        except OSError:
            shutil.copyfile(file, path)


def seeds(target, fuzz_seeds, directory):
    """The stored cases as that target takes them, in DIRECTORY/TARGET."""
    out = directory / target
    out.mkdir(parents=True, exist_ok=True)
    if target == "fuzz_plan":
        add_files(out, files_in(ROOT / "corpora/plans") + [ROOT / "ci/campaign.ini"])
        return out
    form = "text" if target == "fuzz_text" else "binary"
    cases = [str(p) for d in ("seeds", "regressions")
             for p in files_in(ROOT / "corpora" / d) if p.suffix == ".tw"]
    made = out / ".made"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    subprocess.run([str(fuzz_seeds), form, str(made), *cases], check=True,
                   capture_output=True, timeout=120)
    add_files(out, files_in(made))
    if target == "fuzz_triage":
        add_files(out, files_in(ROOT / "corpora/triage"))
    shutil.rmtree(made)
    return out


def limits(target):
    """(longest input, dictionary or None)"""
    if target == "fuzz_text":
        return 4096, ROOT / "fuzz/case.dict"
    if target == "fuzz_plan":
        return 2048, ROOT / "fuzz/plan.dict"
    return 528, None
