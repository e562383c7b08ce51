# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The list of jobs, as `tablewalk plan' makes it."""
import hashlib
import json
import pathlib
import subprocess


class BadPlan(Exception):
    """What `tablewalk plan' said; the exit status is that of usage."""


def call(options, night, *more):
    command = [str(options.tablewalk), "plan", "--seconds", str(options.seconds),
               "--jobs", str(options.jobs), "--night", str(night), "--seed",
               str(options.seed), "--shard", options.shard, *more]
    if options.formats:
        command += ["--formats", options.formats]
    try:
        done = subprocess.run([*command, str(options.plan)], capture_output=True,
                              text=True, timeout=60, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadPlan(f"{options.tablewalk}: {error}") from error
    if done.returncode:
        raise BadPlan(done.stderr.strip() or
                      f"{options.tablewalk} plan: status {done.returncode}")
    return done.stdout


def make(options, night):
    """{"settings", "jobs", "idle", "sha"} for that night."""
    text = call(options, night, "--json")
    sha = hashlib.sha256(pathlib.Path(options.plan).read_bytes()).hexdigest()[:16]
    return {**json.loads(text), "sha": sha}


def text(options, night):
    return call(options, night)


def check_mutants(options):
    """A name that is none would only show in every job."""
    if not options.mutant:
        return
    try:
        done = subprocess.run([str(options.tablewalk), "list", "--json"],
                              capture_output=True, text=True, timeout=60)
        known = {m["id"] for m in json.loads(done.stdout)["mutants"]}
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
        raise BadPlan(f"{options.tablewalk} list: {error}") from error
    for name in options.mutant.split(","):
        if name not in known:
            raise BadPlan(f"--mutant: there is no defect `{name}'; `tablewalk list' "
                          "names them")
