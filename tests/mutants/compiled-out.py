#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""compiled-out.py SOURCE BUILD: ordinary objects hold nothing of the defects.

Copies the sources, writes `(good)' for every MUT(id, good, bad), compiles each
file of the ordinary libraries that way and compares code and data with the
tree's own object.  To show that the comparison sees, one defect is compiled in
as `(bad)' afterwards: that object has to differ.
"""
import concurrent.futures
import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

# Ordinary libraries; what is not there, or has no defect, is passed over.
DIRECTORIES = ("mm", "oracles")
COPIED = ("include", "mm", "oracles", "arch", "harness")
# The defect that is compiled in, and the file that it is in.
SHOWN = "SPLIT_LOSES_LAST"
USE = re.compile(r"\bMUT(?=\()")


def arguments(text, start):
    """The arguments of the call whose parenthesis opens at start, and its end."""
    parts, depth, at, begun = [], 0, start, start + 1
    while True:
        c = text[at]
        if c in "\"'":
            end = at + 1
            while text[end] != c:
                end += 2 if text[end] == "\\" else 1
            at = end
        elif text.startswith("/*", at):
            at = text.index("*/", at) + 1
        elif c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        if (c == "," and depth == 1) or depth == 0:
            parts.append(text[begun:at])
            begun = at + 1
        if depth == 0:
            return parts, at + 1
        at += 1


def without(text, bad=""):
    """text with the good side of each MUT(); the bad one of the defect bad."""
    out, at = [], 0
    while match := USE.search(text, at):
        line = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
        parts, end = arguments(text, match.end())
        out.append(text[at:match.start()])
        if line.lstrip().startswith(("#define", "* ")) or len(parts) != 3:
            # The macro itself, or prose about it.
            out.append(text[match.start():match.end()])
            at = match.end()
            continue
        side = parts[2] if parts[0].strip() == bad else parts[1]
        lines = text.count("\n", match.start(), end)
        side = without(side, bad)
        # Line numbers are data of pt_check(): none may move.
        out.append(f"({side.strip()})" +
                   "\n" * (lines - side.strip().count("\n")))
        at = end
    return "".join(out) + text[at:]


def copy_sources(source, copy, bad=""):
    shutil.rmtree(copy, ignore_errors=True)
    for directory in COPIED:
        for path in (source / directory).rglob("*"):
            if path.suffix not in (".c", ".h", ".def", ".inc"):
                continue
            to = copy / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text()
            to.write_text(without(text, bad)
                          if path.suffix in (".c", ".h") else text)
    to = copy / "tests/mutants"
    to.mkdir(parents=True)
    shutil.copy(source / "tests/mutants/mutants.def", to)


def commands(source, build):
    """(source file, tree's object, words of its command) of ordinary objects."""
    found = []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        words = shlex.split(entry["command"])
        if "-DTABLEWALK_MUTANTS" in words or \
                path.parent.parent != source and path.parent != source or \
                path.parent.name not in DIRECTORIES:
            continue
        if path.parent.name != "mm" and not USE.search(path.read_text()):
            continue
        if words[0].endswith("ccache"):
            words = words[1:]
        found.append((path, pathlib.Path(entry["directory"]) /
                      words[words.index("-o") + 1], words))
    return found


def compile_copy(source, copy, build, command):
    path, tree, words = command
    out = copy / "objects" / path.relative_to(source).with_suffix(".o")
    out.parent.mkdir(parents=True, exist_ok=True)
    here = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MT"):
            skip = True
        elif word not in ("-MD", "-g"):
            here.append(word if str(build) in word else
                        word.replace(str(source), str(copy)))
    subprocess.run([*here, "-g0", f"-fmacro-prefix-map={copy}={source}",
                    "-o", str(out)], check=True)
    return tree, out


def content(path, plain):
    """Code, data and relocations of an object as text; plain is for scratch."""
    subprocess.run(["objcopy", "--strip-debug", "--remove-section=.comment",
                    str(path), str(plain)], check=True)
    shown = subprocess.run(["objdump", "-s", "-r", "-t", str(plain)], check=True,
                           capture_output=True, text=True).stdout
    lines = shown.splitlines()[2:]
    # Numbers of sections count the debugging ones, so symbols go by name.
    return "\n".join(line for line in lines if " df " not in line)


def differing(source, copy, build, wanted):
    """The sources whose object is not the tree's."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pairs = list(pool.map(
            lambda c: compile_copy(source, copy, build, c), wanted))
    return [c[0] for c, (tree, out) in zip(wanted, pairs)
            if content(tree, out.with_suffix(".tree")) !=
            content(out, out.with_suffix(".copy"))]


def main():
    source, build = map(pathlib.Path, sys.argv[1:3])
    copy = build / "compiled-out"
    wanted = commands(source, build)
    if missing := [str(c[1]) for c in wanted if not c[1].exists()]:
        print("not built:", *missing)
        return 1
    copy_sources(source, copy)
    left = [p for d in DIRECTORIES for p in (copy / d).rglob("*.[ch]")
            if re.search(r"\bMUT\(\w", p.read_text())]
    uses = sum(len(USE.findall(p.read_text())) for d in DIRECTORIES
               for p in (source / d).rglob("*.[ch]"))
    wrong = [f"{p}: a MUT() is left" for p in left]
    wrong += [f"{p}: the ordinary object is not that without MUT()"
              for p in differing(source, copy, build, wanted)]
    # It can fail: one defect as it would be if it were not compiled out.
    copy_sources(source, copy, SHOWN)
    place = [c for c in wanted if re.search(rf"\bMUT\({SHOWN},",
                                            c[0].read_text())]
    if not place or differing(source, copy, build, place) != \
            [c[0] for c in place]:
        wrong.append(f"{SHOWN} compiled in makes no difference")
    for line in wrong:
        print(line)
    print(f"{uses} uses of MUT(), {len(wanted)} objects compared, "
          f"{len(wrong)} wrong")
    shutil.rmtree(copy)
    return 1 if wrong or len(wanted) < 20 or uses < 100 else 0


if __name__ == "__main__":
    sys.exit(main())
