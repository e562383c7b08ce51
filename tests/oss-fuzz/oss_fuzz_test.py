#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""ci/oss-fuzz as the infrastructure uses it.

usage: oss_fuzz_test.py [--full] SOURCE [TEST...]

Builds a copy of the source in an environment like that of their builder, takes
what is in OUT to another directory, removes everything else, and runs each
target there: what their check of a build asks for, and more.  Without --full
with AddressSanitizer and the engine as a flag; with it also UBSan, coverage, and
engines that are archives (libFuzzer's own and AFL++'s).
Exit status: 0 all is well, 1 something is not, 77 tools are missing.
"""
from __future__ import annotations

import configparser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

ARGUMENTS = [word for word in sys.argv[1:] if word != "--full"]
FULL = "--full" in sys.argv
SOURCE = pathlib.Path(ARGUMENTS[0] if ARGUMENTS else ".").resolve()
sys.path.insert(0, str(SOURCE / "ci/nightly"))
sys.dont_write_bytecode = True
import children  # noqa: E402

COMMON = ("-O1 -fno-omit-frame-pointer -gline-tables-only "
          "-DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION")
UBSAN = ("bool,array-bounds,float-divide-by-zero,function,"
         "integer-divide-by-zero,return,shift,signed-integer-overflow,"
         "vla-bound,vptr")
FLAGS = {
    "address": "-fsanitize=address -fsanitize-address-use-after-scope "
               "-fsanitize=fuzzer-no-link",
    "undefined": f"-fsanitize={UBSAN},unsigned-integer-overflow "
                 f"-fno-sanitize-recover={UBSAN} -fsanitize=fuzzer-no-link",
    "coverage": "-fprofile-instr-generate -fcoverage-mapping -pthread "
                "-Wl,--no-as-needed -Wl,-ldl -Wl,-lm "
                "-Wno-unused-command-line-argument",
    "afl": "-fsanitize-coverage=trace-pc-guard",
}
# What every Linux has; anything else would have to be in OUT.
SYSTEM = {"linux-vdso", "ld-linux-x86-64", "libc", "libm", "libdl", "librt",
          "libpthread", "libresolv", "libgcc_s", "libstdc++"}


# All formats take fuzz_case a quarter of a minute to start.
FORMATS = ({} if FULL else
           {"TABLEWALK_FUZZ_FORMAT": "x86_64-4level,riscv-sv39,s390x-5level"})
# Their own check asks for as many.
EDGES_MIN = 100


class Damage(Exception):
    """What is wrong with a build, in one sentence."""


def copy_of_source(into: pathlib.Path) -> None:
    listed = subprocess.run(
        ["git", "-C", SOURCE, "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"], capture_output=True)
    if listed.returncode:
        shutil.copytree(SOURCE, into, ignore=shutil.ignore_patterns("build*"))
        return
    for name in listed.stdout.decode().split("\0"):
        path = SOURCE / name
        if name and path.is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, into / name)


def environment(root: pathlib.Path, sanitizer: str, engine: str) -> dict:
    flags = f"{COMMON} {FLAGS[sanitizer]}"
    return {
        "PATH": os.environ["PATH"], "HOME": str(root),
        "CC": "clang-19", "CXX": "clang++-19", "CFLAGS": flags,
        "CXXFLAGS": flags, "LIB_FUZZING_ENGINE": engine,
        "SANITIZER": sanitizer, "FUZZING_ENGINE": "libfuzzer",
        "FUZZING_LANGUAGE": "c", "ARCHITECTURE": "x86_64",
        "SRC": str(root / "src"), "WORK": str(root / "work"),
        "OUT": str(root / "out"),
        **{name: value for name, value in os.environ.items()
           if name.startswith("CCACHE_") or name.endswith("_LAUNCHER")},
    }


def prepare(root: pathlib.Path) -> None:
    for name in ("src", "work", "out"):
        (root / name).mkdir()
    copy_of_source(root / "src/tablewalk")
    shutil.copy2(SOURCE / "ci/oss-fuzz/build.sh", root / "src/build.sh")


def state_of(directory: pathlib.Path) -> dict:
    return {path: path.stat().st_mtime_ns
            for path in directory.rglob("*") if path.is_file()}


def run_build(root: pathlib.Path, variables: dict) -> tuple[int, str]:
    with open(root / "log", "w+b") as log:
        status = children.run(
            ["env", "-i", *[f"{n}={v}" for n, v in variables.items()],
             "bash", "-eu", root / "src/build.sh"], 900, log,
            directory=root / "src/tablewalk")
        log.seek(0)
        return status, log.read().decode(errors="replace")


def build(root: pathlib.Path, sanitizer: str, engine: str) -> pathlib.Path:
    """Where the contents of OUT are after a build; the rest is gone."""
    prepare(root)
    before = state_of(root / "src")
    status, log = run_build(root, environment(root, sanitizer, engine))
    if status:
        raise Damage(f"build.sh ended with {status}:\n{log[-3000:]}")
    if state_of(root / "src") != before:
        raise Damage("build.sh writes into SRC")
    moved = root / "elsewhere"
    (root / "out").rename(moved)
    shutil.rmtree(root / "src")
    shutil.rmtree(root / "work")
    return moved


def targets_in(out: pathlib.Path) -> list[pathlib.Path]:
    return sorted(path for path in out.iterdir()
                  if os.access(path, os.X_OK) and
                  b"LLVMFuzzerTestOneInput" in path.read_bytes())


def options_of(out: pathlib.Path, target: str) -> list[str]:
    """Words for the target's command line."""
    path = out / f"{target}.options"
    if not path.is_file():
        raise Damage(f"{target} has no options")
    parser = configparser.ConfigParser()
    try:
        parser.read(path)
        options = dict(parser["libfuzzer"])
    except (configparser.Error, KeyError) as error:
        raise Damage(f"{path.name} does not parse: {error}") from None
    if not 16 <= int(options["max_len"]) <= 1 << 20:
        raise Damage(f"{path.name}: max_len is {options['max_len']}")
    if "dict" in options:
        check_dictionary(out / options["dict"])
        options["dict"] = str(out / options["dict"])
    return [f"-{name}={value}" for name, value in options.items()]


def check_dictionary(path: pathlib.Path) -> None:
    if not path.is_file():
        raise Damage(f"{path.name} is missing")
    words = [line for line in path.read_text().splitlines()
             if line and not line.startswith("#")]
    bad = [w for w in words if not re.fullmatch(r'(\w+=)?"([^"\\]|\\.)+"', w)]
    if not words or bad:
        raise Damage(f"{path.name}: no words, or bad ones: {bad}")


def unpack_seeds(out: pathlib.Path, target: str, into: pathlib.Path) -> int:
    path = out / f"{target}_seed_corpus.zip"
    if not path.is_file():
        raise Damage(f"{target} has no seeds")
    try:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(into)
    except zipfile.BadZipFile:
        raise Damage(f"{path.name} is no zip file") from None
    count = sum(1 for file in into.rglob("*") if file.is_file())
    if not count:
        raise Damage(f"{path.name} is empty")
    return count


def check_libraries(target: pathlib.Path) -> None:
    listed = subprocess.run(["ldd", target], capture_output=True, text=True,
                            check=True).stdout
    names = {line.split()[0].rpartition("/")[2].split(".so")[0]
             for line in listed.splitlines()}
    if names - SYSTEM:
        raise Damage(f"{target.name} wants {', '.join(names - SYSTEM)}")


def run_target(out: pathlib.Path, target: pathlib.Path, *words) -> str:
    done = subprocess.run(
        [target, f"-artifact_prefix={out}/", *words], capture_output=True,
        text=True, errors="replace", cwd=out, timeout=300,
        env={"PATH": os.environ["PATH"], **FORMATS,
             "LLVM_PROFILE_FILE": str(out / "profile")})
    if done.returncode:
        raise Damage(f"{target.name} {' '.join(map(str, words))} ended with "
                     f"{done.returncode}:\n{done.stderr[-2000:]}")
    return done.stderr


def check_target(out: pathlib.Path, target: pathlib.Path,
                 instrumented: bool) -> int:
    """How many seeds it replays."""
    check_libraries(target)
    words = options_of(out, target.name)
    with tempfile.TemporaryDirectory() as directory:
        seeds = pathlib.Path(directory)
        count = unpack_seeds(out, target.name, seeds)
        said = run_target(out, target, "-runs=0", *words, seeds)
        read = re.search(r"seed corpus: files: (\d+)", said)
        if not read or int(read.group(1)) != count:
            raise Damage(f"{target.name} reads another number of seeds than "
                         f"{count}")
    edges = re.search(r"Loaded \d+ module.*?: +(\d+)", said)
    if instrumented and (not edges or int(edges.group(1)) < EDGES_MIN):
        raise Damage(f"{target.name} is not instrumented:\n{said[:1000]}")
    return count


def check_starts_without_seeds(out: pathlib.Path, target: str) -> None:
    if "Done 4 runs" not in run_target(out, out / target, "-runs=4"):
        raise Damage(f"{target} does not start without seeds")


def check_sanitizer(target: pathlib.Path, prefix: str) -> None:
    symbols = subprocess.run(["nm", target], capture_output=True, text=True,
                             check=True).stdout
    if f"{prefix}_" not in symbols:
        raise Damage(f"{target.name} is without {prefix}")


def expected_targets() -> set[str]:
    text = (SOURCE / "fuzz/CMakeLists.txt").read_text()
    return set(re.findall(r"^tablewalk_fuzz_target\((\w+)", text, re.M))


def check_out(out: pathlib.Path, instrumented: bool = True) -> dict[str, int]:
    """What their check of a build looks at; seeds by target."""
    targets = targets_in(out)
    names = {target.name for target in targets}
    if names != expected_targets() or len(names) < 3:
        raise Damage(f"OUT has {sorted(names)}, the source "
                     f"{sorted(expected_targets())}")
    return {target.name: check_target(out, target, instrumented)
            for target in targets}


def archive_of_libfuzzer() -> str:
    path = subprocess.run(
        ["clang-19", "-print-file-name=libclang_rt.fuzzer-x86_64.a"],
        capture_output=True, text=True, check=True).stdout.strip()
    return path


class WithTree(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="oss-fuzz-")
        self.addCleanup(self.temporary.cleanup)
        self.root = pathlib.Path(self.temporary.name)


class Build(WithTree):
    def test_targets_run_from_out_alone(self):
        """Built with AddressSanitizer, each target replays its seeds."""
        out = build(self.root, "address", "-fsanitize=fuzzer")
        for name, count in check_out(out).items():
            print(f"{name}: {count} seeds")
        for target in targets_in(out):
            check_sanitizer(target, "__asan")
        check_starts_without_seeds(out, "fuzz_text")
        self.damaged(out, "fuzz_text.dict", b"not a word\n")
        self.damaged(out, "fuzz_text.dict", None)
        self.damaged(out, "fuzz_text.options", b"max_len = 4\n")
        self.damaged(out, "fuzz_case_seed_corpus.zip", None)
        self.damaged(out, "fuzz_case_seed_corpus.zip", b"PK")
        self.damaged(out, "fuzz_case", None)

    def damaged(self, out, name, contents):
        """The check notices a file that is missing or wrong."""
        path = out / name
        kept = path.with_name("kept")
        path.rename(kept)
        if contents is not None:
            path.write_bytes(contents)
        with self.assertRaises(Damage, msg=name):
            check_out_quickly(out)
        kept.replace(path)


def check_out_quickly(out: pathlib.Path) -> None:
    """As check_out(), without running anything."""
    names = {target.name for target in targets_in(out)}
    if names != expected_targets():
        raise Damage("a target is missing")
    for name in names:
        options_of(out, name)
        with tempfile.TemporaryDirectory() as directory:
            unpack_seeds(out, name, pathlib.Path(directory))


@unittest.skipUnless(FULL, "the long form only")
class OtherBuilds(WithTree):
    def test_undefined(self):
        """Built with UBSan, each target replays its seeds."""
        out = build(self.root, "undefined", "-fsanitize=fuzzer")
        check_out(out)
        for target in targets_in(out):
            check_sanitizer(target, "__ubsan")
            check_starts_without_seeds(out, target.name)

    def test_coverage(self):
        """A build that counts coverage writes a profile."""
        out = build(self.root, "coverage", "-fsanitize=fuzzer")
        check_out(out, instrumented=False)
        self.assertGreater((out / "profile").stat().st_size, 1000)

    def test_engine_that_is_an_archive(self):
        """The engine may be an archive in C++."""
        out = build(self.root, "address", archive_of_libfuzzer())
        check_out(out)

    def test_engine_of_afl(self):
        """AFL++'s driver runs each seed that it is given."""
        driver = pathlib.Path("/usr/lib/afl/libAFLDriver.a")
        runtime = driver.with_name("afl-compiler-rt.o")
        if not driver.exists():
            self.skipTest(f"{driver} is missing")
        out = build(self.root, "afl", f"{driver} {runtime}")
        for target in targets_in(out):
            seeds = self.root / "seeds" / target.name
            unpack_seeds(out, target.name, seeds)
            seed = sorted(seeds.iterdir())[0]
            done = subprocess.run([target, seed], capture_output=True,
                                  timeout=120, cwd=out)
            self.assertEqual(done.returncode, 0, done.stderr[-1000:])
        self.assertEqual({t.name for t in targets_in(out)},
                         expected_targets())


class BadEnvironments(WithTree):
    def refused(self, change, status, sentence):
        if not (self.root / "src").exists():
            prepare(self.root)
        variables = environment(self.root, "address", "-fsanitize=fuzzer")
        variables.update(change)
        variables = {n: v for n, v in variables.items() if v is not None}
        got, log = run_build(self.root, variables)
        self.assertIn(sentence, log)
        self.assertEqual(got, status)
        self.assertEqual(list((self.root / "out").iterdir()), [])

    def test_a_missing_variable_is_named(self):
        """What is not set is named, and nothing is built."""
        for name in ("CC", "CXX", "LIB_FUZZING_ENGINE", "SRC", "WORK", "OUT"):
            self.refused({name: None}, 2, f"{name} is not set")

    def test_an_engine_that_is_not_there(self):
        """An archive that does not exist ends the build with its name."""
        self.refused({"LIB_FUZZING_ENGINE": "/nowhere/engine.a"}, 1,
                     "there is no /nowhere/engine.a")

    def test_a_source_that_is_not_there(self):
        """SRC without the source is refused."""
        self.refused({"SRC": str(self.root)}, 2, "is not the source")


class Files(unittest.TestCase):
    def test_project_yaml(self):
        """project.yaml has what the infrastructure reads."""
        import yaml
        text = (SOURCE / "ci/oss-fuzz/project.yaml").read_text()
        project = yaml.safe_load(text)
        self.assertEqual(project["language"], "c")
        for key in ("homepage", "main_repo", "primary_contact"):
            self.assertIsInstance(project[key], str)
        self.assertLessEqual(set(project["sanitizers"]),
                             {"address", "undefined", "memory"})
        self.assertLessEqual(set(project["fuzzing_engines"]),
                             {"libfuzzer", "afl", "honggfuzz", "centipede"})

    def test_dockerfile(self):
        """The image is theirs, and has script and source where they look."""
        text = (SOURCE / "ci/oss-fuzz/Dockerfile").read_text()
        self.assertRegex(text, r"(?m)^FROM gcr\.io/oss-fuzz-base/base-builder$")
        copied = re.findall(r"(?m)^COPY (\S+) (\S+)$", text)
        self.assertIn((".", "$SRC/tablewalk"), copied)
        self.assertIn(("ci/oss-fuzz/build.sh", "$SRC/"), copied)


def missing() -> str:
    for tool in ("clang-19", "clang++-19", "cmake", "ninja", "zip"):
        if not shutil.which(tool):
            return f"{tool} is not installed"
    try:
        import yaml  # noqa: F401
    except ImportError:
        return "python3-yaml is not installed"
    return ""


if __name__ == "__main__":
    if missing():
        print(f"oss-fuzz: skipped: {missing()}")
        sys.exit(77)
    children.exit_on_signals()
    unittest.main(argv=[sys.argv[0], *ARGUMENTS[1:]], verbosity=2)
