# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""ci/campaign merge: the states of several machines, or shards, into one.

Corpora and files that broke a property are copied under the names that they have;
entries are joined by signature; of the logs those lines are added that are not
there.  A state is not changed that something is merged from, and merging it again
changes nothing.  The numbers of nights are those of the shards: night N of the
result is night N of each.
"""
import argparse
import pathlib
import shutil
import sys

from . import corpus
from .arguments import Parser
from .engines import read_json
from .state import Busy, State, Trouble, read_log, write_json, write_whole

EXITS = (20, 21, 10, 11, 0)     # which says more comes first


def copy_entry(source, out):
    """One entry of findings/; those of a signature are joined."""
    theirs = read_json(source / "finding.json")
    if theirs is None:
        return 0
    ours = read_json(out / "finding.json")
    if ours is None:
        new = out.parent / f".{out.name}.new"
        shutil.rmtree(new, ignore_errors=True)
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, new)
        shutil.rmtree(out, ignore_errors=True)
        new.rename(out)
        return 1
    known = {(r["file"], r["sha256"]) for r in ours.get("raw", [])}
    more = [r for r in theirs.get("raw", []) if (r["file"], r["sha256"]) not in known]
    if more:
        ours["raw"] = ours.get("raw", []) + more
        ours["times"] = ours.get("times", 0) + (
            theirs.get("times", 0) if len(more) == len(theirs["raw"]) else len(more))
        write_json(out / "finding.json", ours)
    return 0


def merge_findings(state, other):
    added = 0
    for below in ("findings", "findings/flaky"):
        directory = other / below
        for entry in sorted(directory.iterdir()) if directory.is_dir() else []:
            if entry.is_dir() and entry.name != "flaky" and \
                    not entry.name.startswith("."):
                added += copy_entry(entry, state / below / entry.name)
    return added


def merge_files(state, other):
    added = 0
    for top in ("corpus", "corpus-min"):
        for target in sorted((other / top).iterdir()) \
                if (other / top).is_dir() else []:
            # What is smallest for one is only a part of what is for all.
            added += corpus.add_files(state / "corpus" / target.name,
                                      corpus.files_in(target))
    for top in ("raw", "logs"):
        directory = other / top
        for file in sorted(p for p in directory.rglob("*") if p.is_file()) \
                if directory.is_dir() else []:
            path = state / top / file.relative_to(directory)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, file.read_bytes())
    return added


def merge_log(state, other):
    """Adds the events that are not there, in the order of their times."""
    theirs, torn = read_log(other / "log.jsonl")
    key = lambda e: tuple(sorted((k, str(v)) for k, v in e.items()))  # noqa: E731
    known = {key(e) for e in state.events}
    more = [e for e in theirs if key(e) not in known]
    if more:
        events = sorted(state.events + more, key=lambda e: e.get("time", 0))
        import json
        write_whole(state / "log.jsonl",
                    "".join(json.dumps(e) + "\n" for e in events))
        state.events = events
    return len(more), torn


def join_nights(one, other):
    if one is None:
        return other
    jobs = {j["job"]: j for j in [*one["jobs"], *other["jobs"]]}
    found = {f["signature"]: f for f in [*other["findings"], *one["findings"]]}
    totals = {"execs": sum(j.get("execs") or 0 for j in jobs.values()),
              "features": max(one["totals"]["features"],
                              other["totals"]["features"]),
              "corpus": max(one["totals"]["corpus"], other["totals"]["corpus"])}
    return {**one, "jobs": sorted(jobs.values(), key=lambda j: j.get("time", 0)),
            "started": min(one["started"], other["started"]),
            "ended": max(one["ended"], other["ended"]),
            "exit": next(e for e in EXITS if e in (one["exit"], other["exit"])),
            "findings": sorted(found.values(), key=lambda f: f["signature"]),
            **{k: sorted(set(one.get(k, [])) | set(other.get(k, [])))
               for k in ("known", "fixed", "flaky", "trouble")},
            "not_run": one.get("not_run", 0) + other.get("not_run", 0)
            if one.get("shard") != other.get("shard") else one.get("not_run", 0),
            "shard": "merged",
            "totals": totals, "guests": {**(other.get("guests") or {}),
                                         **(one.get("guests") or {})} or None}


def merge_nights(state, others):
    """nights/N.json anew from those of all."""
    numbers = sorted({int(p.stem) for other in others
                      for p in corpus.files_in(other / "nights")
                      if p.suffix == ".json" and p.stem.isdigit()})
    for n in numbers:
        whole = None
        for other in others:
            one = read_json(other / "nights" / f"{n}.json")
            if one:
                whole = join_nights(whole, one)
        whole["totals"]["corpus"] = sum(
            len(corpus.files_in(d)) for top in ("corpus", "corpus-min")
            for d in (state / top).iterdir())
        write_json(state / "nights" / f"{n}.json", whole)
    return numbers


def main(words):
    parser = Parser(
        prog="ci/campaign merge", description=__doc__, allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Exit status: 0 merged, 2 usage, 20 it could not be.")
    parser.add_argument("--state", type=pathlib.Path, required=True, metavar="DIR",
                        help="where all of it goes; made if it is not there")
    parser.add_argument("shard", type=pathlib.Path, nargs="+",
                        metavar="SHARD_STATE")
    a = parser.parse_args(words)
    for path in a.shard:
        if not (path / "log.jsonl").is_file():
            parser.error(f"{path}: not the state of a campaign (no log.jsonl)")
        if path.resolve() == a.state.resolve():
            parser.error(f"{path}: cannot be merged into itself")
    state = State(a.state)
    try:
        state.open()
        inputs = entries = events = 0
        for path in a.shard:
            inputs += merge_files(state, path)
            entries += merge_findings(state, path)
            more, torn = merge_log(state, path)
            events += more
            if torn:
                print(f"ci/campaign merge: {path / 'log.jsonl'}: {torn} lines are "
                      "torn, and left out", file=sys.stderr)
        nights = merge_nights(state, a.shard)
        state.append("merged", shards=[str(p.absolute()) for p in a.shard])
    except Busy as error:
        print(f"ci/campaign merge: {error}", file=sys.stderr)
        return 2
    except (Trouble, OSError) as error:
        print(f"ci/campaign merge: {error}", file=sys.stderr)
        return 20
    finally:
        state.close()
    print(f"{len(a.shard)} states: {inputs} more inputs, {entries} more entries, "
          f"{events} more events, nights {', '.join(map(str, nights)) or '-'}")
    return 0
