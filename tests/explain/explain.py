#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tells the stories of stored cases and holds them against what is so.

  explain.py defects TABLEWALK SOURCE [N]   each case of corpora/defects with the
      defects that it shows: exit status, one failing operation, both trees, a
      drawing that is XML, and a mark on what really differs; of the pairs every
      N-th only (default 1: all)
  explain.py clean TABLEWALK SOURCE [N]     every seed on every N-th format: exit
      status 0 and no entry called wrong
  explain.py itself TABLEWALK SOURCE        the checks of this file, shown to fail
  explain.py command TABLEWALK SOURCE       the command line, as it is meant and not

What really differs is found without the story: the same operation is told of with a
correct subject, and there the marked entry has another word, the marked event is the
expected one, the stores are others, or the lost table is none.
"""
import copy
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

SVG = "{http://www.w3.org/2000/svg}"
# Lines of a tree that fit a page, and what a bad case may need.
LINES = 60

# Checks of what no entry says: who allocated, constructed and released what.
STATEMENTS = ("arena", "store", "table-owner", "table-ghost")


class Pair(NamedTuple):
    """A case, and one defect that its comment says it shows."""

    path: Path
    mutant: str
    format: str
    options: tuple[str, ...]


class Told(NamedTuple):
    """What explain said, in all its ways."""

    status: int
    text: str
    document: dict
    drawing: bytes


def pairs_of(path: Path) -> list[Pair]:
    """The pairs of one case's `# shows:' lines."""
    pairs = []
    for line in path.read_text().splitlines():
        match = re.fullmatch(r"# shows: (.*) on (\S+)(?: with (.*))?", line)
        if not match:
            continue
        options: list[str] = []
        for word in (match[3] or "").split():
            name, value = word.split("=")
            options += ["--" + name, value.replace("+", ",")]
        for mutant in match[1].split(","):
            pairs.append(Pair(path, mutant.strip(), match[2], tuple(options)))
    return pairs


def call(command: list[str]) -> subprocess.CompletedProcess:
    """Runs the command; its standard error is not looked at."""
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, check=False)


def tell(tablewalk: str, arguments: list[str]) -> Told:
    """The story as text, as a document and as a drawing."""
    with tempfile.TemporaryDirectory() as directory:
        svg = Path(directory) / "story.svg"
        text = call([tablewalk, "explain", "--svg", str(svg), *arguments])
        document = call([tablewalk, "explain", "--json", *arguments])
        drawing = svg.read_bytes() if svg.exists() else b""
    if text.returncode != document.returncode:
        raise ValueError(f"{text.returncode} as text, {document.returncode} "
                         f"as JSON: {text.stderr.decode()}")
    return Told(text.returncode, text.stdout.decode(),
                json.loads(document.stdout or b"{}"), drawing)


def tell_clean(tablewalk: str, pair: Pair, about: int) -> dict:
    """The same operation with a correct subject, its stores watched."""
    options = list(pair.options)
    if "--check" not in options or options[options.index("--check") + 1] == "end":
        options += ["--check", "every"]
    out = call([tablewalk, "explain", "--json", "--at", str(about), "--format",
                pair.format, *options, str(pair.path)])
    if out.returncode != 0:
        raise ValueError("not clean without the defect: " + out.stderr.decode())
    return json.loads(out.stdout)


def word_of(document: dict, mark: dict) -> tuple[str, bool] | None:
    """The word that a picture has at the place of a mark, and if it is torn."""
    for line in document["after"]:
        if line.get("depth") != mark["depth"] or line["space"] != mark["space"]:
            continue
        count = line["last"] - line["first"]
        offset = int(mark["va"], 16) - int(line["va"], 16)
        at, rest = divmod(offset, int(line["span"], 16))
        if at < 0 or at > count or rest:
            continue
        first, last = int(line["word"], 16), int(line["last_word"], 16)
        # Neighbours that are alike have words in line.
        word = first + (last - first) * at // count if count else first
        return hex(word), line["torn"]
    return None


def wrong_mark(document: dict, clean: dict) -> str | None:
    """What is wrong with what the story says differs; None: it does differ."""
    differs, mark = document["differs"], document["marked"]
    if differs == "entry" and not (mark and mark["wrong"]):
        return "an entry differs and none is marked as wrong"
    if mark and mark["wrong"]:
        if word_of(clean, mark) == (mark["word"], mark["torn"]):
            return f"the marked entry is the same without the defect: {mark}"
    if differs == "event":
        at = document["events"]["differ_at"]
        expected, seen = document["events"]["expected"], document["events"]["seen"]
        right = clean["events"]["seen"]
        if expected[at:at + 1] == seen[at:at + 1]:
            return "the marked event is the expected one"
        if expected[:at + 1] != right[:at + 1]:
            return "what is expected does not come without the defect"
    if differs == "stores" and document["stores"] == clean["stores"]:
        return "stores and invalidations are the same without the defect"
    if differs == "table":
        if document["lost_table"] not in document["unreachable"]:
            return "the lost table is reachable"
        if clean["unreachable"]:
            return "a table is lost without the defect"
    if differs == "nothing":
        return "nothing differs"
    if differs == "statement" and document["check"] not in STATEMENTS:
        return f"{document['check']} is about an entry, and none is marked wrong"
    return None


def lines_of(text: str, title: str) -> list[str]:
    """The lines below a title, up to the next empty one."""
    parts = text.split(title + "\n", 1)
    return parts[1].split("\n\n", 1)[0].splitlines() if len(parts) > 1 else []


def wrong_text(told: Told) -> str | None:
    """What is wrong with the text of a violation."""
    document = told.document
    about = document["about"]
    if len(re.findall(r"^->", told.text, re.M)) != 1:
        return "not one failing operation"
    if sum(o["failing"] for o in document["operations"]) != 1:
        return "not one failing operation in the document"
    before = lines_of(told.text, f"The tables before operation {about}")
    after = lines_of(told.text, f"The tables after operation {about}")
    if not before or not after:
        return "a tree is missing"
    if max(len(before), len(after)) > LINES:
        return f"trees of {len(before)} and {len(after)} lines"
    marks = [line for line in after if line.startswith(">")]
    if document["outcome"] == "violation" and document["marked"]:
        if len(marks) != 1 or "expected:" not in told.text:
            return f"{len(marks)} marks in the tree"
    if document["outcome"] == "violation":
        if document["expected"] not in told.text:
            return "what was expected is not said"
        if "docs/checks.md" not in told.text:
            return "no rule"
    if "include/tablewalk/" not in told.text or "/README.md" not in told.text:
        return "no contract, or no manual"
    return None


def wrong_drawing(told: Told) -> str | None:
    """What is wrong with the drawing of a story."""
    try:
        root = xml.fromstring(told.drawing)
    except xml.ParseError as error:
        return f"the drawing is no XML: {error}"
    if root.tag != SVG + "svg":
        return "the drawing is no SVG"
    if [e for e in root.iter() if e.tag in (SVG + "script", SVG + "image")]:
        return "the drawing has scripts or images"
    panels = [e.get("class", "") for e in root.iter(SVG + "g")]
    if told.document["about"] is not None:
        for name in ("tw-before", "tw-after"):
            if name not in panels:
                return f"the drawing has no {name}"
    text = " ".join("".join(e.itertext()) for e in root.iter(SVG + "text"))
    mark = told.document["marked"]
    if mark and told.document["outcome"] == "violation":
        if panels.count("tw-marked") != 1:
            return "not one entry marked in the drawing"
        if "expected" not in text or "seen" not in text:
            return "the drawing does not say what was expected"
    return None


def judge_pair(tablewalk: str, pair: Pair) -> tuple[str, str | None]:
    """How the story of a pair ends, and what is wrong with it."""
    told = tell(tablewalk, ["--mutant", pair.mutant, "--format", pair.format,
                            "--timeout", "30", *pair.options, str(pair.path)])
    if told.status != 1:
        return "?", f"exit status {told.status}, not 1"
    document = told.document
    outcome = document["outcome"]
    if outcome == "violation":
        outcome += " " + document["check"] + " " + document["differs"]
    complaint = wrong_text(told) or wrong_drawing(told)
    if not complaint and document["outcome"] == "violation":
        clean = tell_clean(tablewalk, pair, document["about"])
        complaint = wrong_mark(document, clean)
    return outcome, complaint


def judge_clean(tablewalk: str, name: str, path: Path) -> str | None:
    """What is wrong with the story of a case that is clean."""
    told = tell(tablewalk, ["--format", name, str(path)])
    if told.status != 0:
        return f"exit status {told.status}, not 0"
    for line in told.document["after"]:
        if line.get("wrong") or line.get("marked"):
            return f"called wrong: {line}"
    if told.document["unreachable"]:
        return "a table is called unreachable"
    if "Nothing is wrong" not in told.text or "->" in told.text.split(
            "The tables")[0]:
        return "the text says that something is wrong"
    if not lines_of(told.text, "The tables at the end"):
        return "no tables"
    return wrong_drawing(told)


def formats_of(tablewalk: str) -> list[str]:
    """All formats, by name."""
    out = call([tablewalk, "list", "--json"])
    return [f["name"] for f in json.loads(out.stdout)["formats"]]


def run_pairs(tablewalk: str, source: Path, every: int) -> int:
    """All pairs, or every so many of them; returns the number of complaints."""
    pairs = [p for path in sorted((source / "corpora/defects").glob("*.tw"))
             for p in pairs_of(path)]
    # The first of each format in any case, as most are of a few.
    chosen, seen = [], set()
    for i, pair in enumerate(pairs):
        if i % every == 0 or pair.format not in seen:
            chosen.append(pair)
        seen.add(pair.format)
    complaints, ends = 0, {}
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda p: judge_pair(tablewalk, p), chosen)
        for pair, (end, complaint) in zip(chosen, results):
            ends[end] = ends.get(end, 0) + 1
            if complaint:
                complaints += 1
                print(f"{pair.path.name} {pair.mutant} on {pair.format} "
                      f"{' '.join(pair.options)}: {end}: {complaint}")
    for end in sorted(ends):
        print(f"{ends[end]:5} {end}")
    print(f"{len(chosen)} of {len(pairs)} pairs, {complaints} complaints")
    return complaints if chosen else 1


def run_clean(tablewalk: str, source: Path, every: int) -> int:
    """Every seed on every so many formats."""
    names = formats_of(tablewalk)[::every]
    work = [(name, path) for name in names
            for path in sorted((source / "corpora/seeds").glob("*.tw"))]
    complaints = 0
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda w: judge_clean(tablewalk, *w), work)
        for (name, path), complaint in zip(work, results):
            if complaint:
                complaints += 1
                print(f"{path.name} on {name}: {complaint}")
    print(f"{len(work)} cases on {len(names)} formats, {complaints} complaints")
    return complaints if work else 1


def run_itself(tablewalk: str, source: Path) -> int:
    """Each check of this file fails on a story that was tampered with."""
    path = source / "corpora/defects/collapse-ignores-restriction.tw"
    pair = Pair(path, "split-loses-last", "x86_64-4level", ())
    told = tell(tablewalk, ["--mutant", pair.mutant, "--format", pair.format,
                            str(path)])
    clean = tell_clean(tablewalk, pair, told.document["about"])
    failures = []

    def expect(what: str, fails: bool, complaint: str | None) -> None:
        if fails != (complaint is not None):
            failures.append(f"{what}: {complaint}")

    def tampered(change) -> dict:
        document = copy.deepcopy(told.document)
        change(document)
        return document

    def neighbour(document: dict) -> None:
        # The entry before it, which is right.
        document["marked"].update(index=510, va="0xffff807fffffe000",
                                  word="0x80000000011fe067")

    mark = told.document["marked"]
    expect("a right mark", False, wrong_mark(told.document, clean))
    expect("the neighbour", True, wrong_mark(tampered(neighbour), clean))
    expect("no mark", True, wrong_mark(
        tampered(lambda d: d.update(marked=None)), clean))
    expect("a mere statement", True, wrong_mark(
        tampered(lambda d: d.update(differs="statement")), clean))
    expect("nothing differs", True, wrong_mark(
        tampered(lambda d: d.update(differs="nothing")), clean))
    expect("the same stores", True, wrong_mark(
        tampered(lambda d: d.update(differs="stores", stores=clean["stores"])),
        clean))
    expect("a table that is not lost", True, wrong_mark(
        tampered(lambda d: d.update(differs="table", lost_table="0x1")), clean))
    expect("an event that is the same", True, wrong_mark(tampered(
        lambda d: (d.update(differs="event"), d["events"].update(differ_at=0))),
        clean))
    expect("a right text", False, wrong_text(told))
    expect("two failing operations", True, wrong_text(
        told._replace(text=told.text.replace("    0 map", "->  0 map"))))
    expect("no tree after", True, wrong_text(
        told._replace(text=told.text.replace("tables after", "tables behind"))))
    expect("a second mark", True, wrong_text(
        told._replace(text=told.text.replace("  *       [0", ">         [0"))))
    expect("a right drawing", False, wrong_drawing(told))
    expect("no XML", True, wrong_drawing(
        told._replace(drawing=told.drawing.replace(b"</svg>", b""))))
    expect("no panel", True, wrong_drawing(
        told._replace(drawing=told.drawing.replace(b"tw-after", b"tw-other"))))
    expect("no mark in the drawing", True, wrong_drawing(
        told._replace(drawing=told.drawing.replace(b"tw-marked", b"tw-run"))))
    again = tell(tablewalk, ["--mutant", pair.mutant, "--format", pair.format,
                             str(path)])
    if again.drawing != told.drawing or again.text != told.text:
        failures.append("a second story is another one")
    if mark["index"] != 511:
        failures.append(f"not the last entry: {mark}")
    for failure in failures:
        print(failure)
    return len(failures)


# What is wrong with a command line, its exit status, and a word of the sentence.
REFUSED = (
    ([], 2, "one case file"),
    (["CASE", "CASE"], 2, "one case file"),
    (["CASE"], 2, "--format"),
    (["--format", "x86", "CASE"], 2, "x86"),
    (["--format", "i386,i386-pae", "CASE"], 2, "one format"),
    (["--format", "i386", "--folding", "all", "CASE"], 2, "one folding"),
    (["--format", "i386", "--folding", "pxd", "CASE"], 2, "pxd"),
    (["--format", "i386", "--check", "never", "CASE"], 2, "never"),
    (["--format", "i386", "--mutant", "no-such", "CASE"], 2, "no-such"),
    (["--format", "i386", "--subject", "nobody", "CASE"], 2, "nobody"),
    (["--format", "i386", "--at", "63", "CASE"], 2, "--at 63"),
    (["--format", "i386", "--at", "-1", "CASE"], 2, "--at"),
    (["--format", "i386", "--timeout", "0", "CASE"], 2, "timeout"),
    (["--format", "i386", "--wrong", "CASE"], 2, "wrong"),
    (["--format", "i386", "/dev/null"], 2, "/dev/null"),
    (["--format", "i386", "no-such-file"], 2, "no-such-file"),
    (["--format", "i386", "--svg", "no/such/directory/x.svg", "CASE"], 3,
     "no/such/directory/x.svg"),
)


def run_command(tablewalk: str, source: Path) -> int:
    """Bad command lines, and a case that says itself how it is to be run."""
    failures = []
    case = str(source / "corpora/seeds/split-keeps-attributes.tw")
    for arguments, status, word in REFUSED:
        line = [case if a == "CASE" else a for a in arguments]
        out = call([tablewalk, "explain", *line])
        said = out.stderr.decode()
        if out.returncode != status or word not in said or out.stdout:
            failures.append(f"{arguments}: {out.returncode}, {said!r}")
    full = subprocess.run(
        [tablewalk, "explain", "--format", "i386", case], check=False,
        stdout=open("/dev/full", "wb"), stderr=subprocess.PIPE)
    if full.returncode != 3 or b"standard output" not in full.stderr:
        failures.append(f"a full disk: {full.returncode}, {full.stderr!r}")
    failures += wrong_example(tablewalk, source)
    with tempfile.TemporaryDirectory() as directory:
        failures += said_by_case(tablewalk, source, Path(directory))
    for failure in failures:
        print(failure)
    print(f"{len(failures)} failures")
    return len(failures)


def wrong_example(tablewalk: str, source: Path) -> list[str]:
    """What of the example in docs/explain.md the program does not say."""
    text = (source / "docs/explain.md").read_text()
    match = re.search(r"^```\n\$ tablewalk ((?:.*\\\n)*.*)\n((?s:.*?))^```$",
                      text, re.M)
    if not match:
        return ["docs/explain.md has no example"]
    words = match[1].replace("\\\n", " ").split()
    out = subprocess.run([tablewalk, *words], cwd=source, check=False,
                         stdout=subprocess.PIPE, timeout=120)
    if out.stdout.decode() != match[2]:
        return ["docs/explain.md: the example is not what is said now"]
    return []


def said_by_case(tablewalk: str, source: Path, directory: Path) -> list[str]:
    """A case's own comment is taken, and the command line goes before it."""
    failures = []
    found = source / "corpora/defects/runtime-fold-corrected.tw"
    case = directory / "found.tw"
    case.write_text(found.read_text() + "# trace-hole/depth on riscv-sv48\n"
                    "# tablewalk run --format riscv-sv48 --folding p4d "
                    "--check every FILE\n")
    tool = [tablewalk, "explain", "--mutant", "runtime-fold-corrected", "--json"]
    for more, format_, status in (([], "riscv-sv48", 1),
                                  (["--folding", "static"], "riscv-sv48", 0),
                                  (["--format", "fake-tiny"], "fake-tiny", 0)):
        out = call([*tool, *more, str(case)])
        document = json.loads(out.stdout)
        if out.returncode != status or document["format"] != format_:
            failures.append(f"{more}: {out.returncode} {document['format']}")
    case.write_text(found.read_text() +
                    "# tablewalk run --format nothing FILE\n")
    out = call([*tool, str(case)])
    if out.returncode != 2 or b"nothing" not in out.stderr:
        failures.append(f"an unknown format in a comment: {out.returncode}")
    # A drawing is put in its place whole, and nothing else is left there.
    svg = directory / "story.svg"
    svg.write_text("old")
    out = call([tablewalk, "explain", "--format", "i386", "--svg", str(svg),
                str(found)])
    if out.returncode != 0 or not svg.read_bytes().endswith(b"</svg>\n"):
        failures.append("a drawing is not put over an old one")
    if sorted(p.name for p in directory.iterdir()) != ["found.tw", "story.svg"]:
        failures.append("something is left beside the drawing")
    return failures


def main() -> int:
    """As the usage says; status 1 where there is a complaint."""
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in (
            "defects", "clean", "itself", "command"):
        print(__doc__, file=sys.stderr)
        return 2
    what, tablewalk, source = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    every = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    if what in ("itself", "command"):
        run_one = run_itself if what == "itself" else run_command
        return bool(run_one(tablewalk, source))
    run = run_pairs if what == "defects" else run_clean
    return bool(run(tablewalk, source, every))


if __name__ == "__main__":
    sys.exit(main())
