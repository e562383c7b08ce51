#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""campaign_test.py TABLEWALK TEST SOURCE_DIR [BUILD]

Runs the test of that name in an empty directory; CMakeLists.txt has a list of them,
one line `def test_NAME' each.  Fuzzers are tests/campaign/fake-fuzzer but where BUILD
says where real ones are.
"""
import inspect
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TABLEWALK = pathlib.Path(sys.argv[1]).absolute()
SOURCE = pathlib.Path(sys.argv[3]).absolute()
BUILD = pathlib.Path(sys.argv[4]).absolute() if len(sys.argv) > 4 else None
HERE = SOURCE / "tests/campaign"
SKIP = 77
HEAD = "[campaign]\njob_seconds = 2\nleast_seconds = 1\ndisk_mb = 1\n" \
       "grace_seconds = 2\nmemory_mb = 600\nlog_mb = 1\n"
RANDOM = "[role r]\nengine = random\nformats = x86_64-4level,riscv-sv39\n"
FUZZ = "[role f]\nengine = libfuzzer\nformats = x86_64-4level\n"
CANARY = "[role c]\nengine = canary\nformats = x86_64-4level\n" \
         "mutant = split-loses-last\nseconds = 2\n"


def fake_trees():
    for name in ("libfuzzer", "libfuzzer-mutants"):
        tree = pathlib.Path("trees") / name / "fuzz"
        tree.mkdir(parents=True, exist_ok=True)
        for target in ("fuzz_case", "fuzz_text"):
            shutil.copy(HERE / "fake-fuzzer", tree / target)
        (tree / "fuzz_seeds").write_text("#!/bin/sh\nexit 0\n")
        (tree / "fuzz_seeds").chmod(0o755)


def command(plan, *more, tablewalk=TABLEWALK, state="state", seconds=4, jobs=2):
    pathlib.Path("plan.ini").write_text(plan)
    fake_trees()
    return [sys.executable, str(SOURCE / "ci/campaign"), "--plan", "plan.ini",
            "--state", state, "--tablewalk", str(tablewalk), "--jobs", str(jobs),
            "--minutes", str(seconds / 60), "--no-build", "--build", "trees", *more]


def run(expected, *words, env=None, **options):
    done = subprocess.run(command(*words, **options), capture_output=True, text=True,
                          timeout=100, env={**os.environ, **(env or {})})
    assert done.returncode == expected, \
        f"status {done.returncode}, not {expected}:\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def start(*words, env=None, **options):
    return subprocess.Popen(command(*words, **options), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True,
                            env={**os.environ, **(env or {})})


def events(state="state", *kinds):
    lines = (pathlib.Path(state) / "log.jsonl").read_text().splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{\"event")
             and line.endswith("}")]
    return [e for e in found if not kinds or e["event"] in kinds]


def night(n=1, state="state"):
    return json.loads((pathlib.Path(state) / "nights" / f"{n}.json").read_text())


def wait_for(what, condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"{what}: not within {seconds} s"
        time.sleep(0.05)


def below(state="state"):
    """Processes that a campaign on the state has started."""
    mark = f"TABLEWALK_CAMPAIGN_STATE={pathlib.Path(state).absolute()}".encode()
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            pass
    return found


def names(directory):
    path = pathlib.Path(directory)
    return {p.name for p in path.iterdir() if not p.name.startswith(".")} \
        if path.is_dir() else set()


# Nights.

def test_a_night_without_a_finding():
    """0, a summary, and the next one is the next night."""
    text = run(0, HEAD + RANDOM)
    assert "exit 0" in text and night()["exit"] == 0, text
    assert all(j["status"] == "clean" and j["execs"] for j in night()["jobs"])
    assert not names("state/work")
    run(0, HEAD + RANDOM)
    assert [e["night"] for e in events("state", "night")] == [1, 2]
    seeds = [e["seed"] for e in events("state", "start")]
    assert len(seeds) == len(set(seeds)), "a seed twice"


def test_new_then_known():
    """10 with an entry that replays; the next night 11; 11 at once where a file has
    the signatures."""
    defect = ("--mutant", "split-loses-last")
    text = run(10, HEAD + RANDOM, *defect)
    found = night()["findings"]
    assert found and all(f["new"] for f in found), found
    entry = pathlib.Path("state/findings") / found[0]["slug"]
    replay = json.loads((entry / "finding.json").read_text())["replay"].split()
    done = subprocess.run([TABLEWALK, *replay[1:]], cwd=entry, capture_output=True)
    assert replay[0] == "tablewalk" and done.returncode == 1, replay
    assert " ".join(replay) in text
    signatures = {s for e in events("state", "finding")
                  for s in [e["signature"]]}
    for path in pathlib.Path("state/findings").glob("*/finding.json"):
        signatures |= set(json.loads(path.read_text()).get("merged", []))
    pathlib.Path("known").write_text("".join(
        f"{s} # of a test\n" for s in sorted(signatures)))
    # The same seeds, or something else of that defect might be met.
    run(11, HEAD + RANDOM, *defect, "--known", "known", state="other")
    run(2, HEAD + RANDOM)
    assert len(events("state", "night")) == 1, "a night with and one without"


def test_a_known_one_that_is_gone_is_fixed():
    """What an earlier night had found and no longer replays is fixed, and new when
    it comes again."""
    run(10, HEAD + RANDOM, "--mutant", "split-loses-last")
    for path in pathlib.Path("state/findings").glob("*/finding.json"):
        entry = json.loads(path.read_text())
        entry["replay"] = entry["replay"].replace("--mutant split-loses-last", "")
        path.write_text(json.dumps(entry))
    before = {f["signature"] for f in night()["findings"]}
    log = pathlib.Path("state/log.jsonl")
    log.write_text(log.read_text().replace("split-loses-last", ""))
    text = run(0, HEAD + RANDOM)
    assert set(night(2)["fixed"]) == before, (night(2)["fixed"], before)
    assert "fixed" in text and not night(2)["known"]


def test_entries_of_others_beside_those_of_triage():
    """What a guest shows, or a reader, is filed beside; triage goes on with its
    own."""
    pathlib.Path("state/findings/machine-x").mkdir(parents=True)
    pathlib.Path("state/findings/machine-x/finding.json").write_text(json.dumps(
        {"version": 1, "filed_by": "campaign", "signature": "machine-x", "slug":
         "machine-x", "kind": "hardware", "replay": "tablewalk hw none.tw"}))
    run(10, HEAD + RANDOM, "--mutant", "split-loses-last")
    assert "machine-x" in names("state/findings")


def test_what_could_not_run_is_20():
    """A triage that fails: 20, the files are kept, and filed by the next start."""
    fails = {"REAL_TABLEWALK": str(TABLEWALK), "TRIAGE_FAILS": "3"}
    fake = HERE / "fake-tablewalk"
    text = run(20, HEAD + RANDOM, "--mutant", "split-loses-last", tablewalk=fake,
               env=fails)
    assert "triage ended with status 3" in text, text
    assert names("state/raw") and not events("state", "filed")
    run(10, HEAD + RANDOM, "--mutant", "split-loses-last", tablewalk=fake,
        env={"REAL_TABLEWALK": str(TABLEWALK)})
    filed = {e["job"] for e in events("state", "filed")}
    assert names("state/raw") == filed, "files that nobody looked at"


def test_a_fuzzer_that_cannot_run_is_20():
    """A fuzzer that dies, one that is not there, one that eats: each says so."""
    text = run(20, HEAD + FUZZ, env={"FUZZER_DOES": "dies"})
    assert "ended with status 1" in text, text
    shutil.rmtree("state")
    text = run(20, HEAD + FUZZ.replace("libfuzzer", "afl"))
    assert "afl is not there" in text, text
    shutil.rmtree("state")
    text = run(20, HEAD + FUZZ, env={"FUZZER_DOES": "eats"}, jobs=1)
    assert "more than 600 MB" in text, text


def test_a_crash_that_nobody_sees_again_is_20():
    """A file that broke the target and shows nothing is no clean run."""
    text = run(20, HEAD + FUZZ, env={"ALWAYS": "1"}, jobs=1)
    assert "show nothing when they are run again" in text, text
    assert names("state/raw")


def test_a_canary_that_is_found():
    """Its finding is no finding."""
    text = run(0, HEAD + CANARY + RANDOM, env={"FUZZER_SEES": "split-loses-last"})
    assert "canary-found" in text and not night()["findings"], text
    assert not names("state/raw") and not names("state/corpus")


def test_a_canary_whose_defect_is_off_is_missed():
    """21, although everything else was clean."""
    text = run(21, HEAD + CANARY + RANDOM)
    assert "canary-missed" in text and "exit 21" in text, text


def test_a_canary_that_shows_without_its_defect_is_none():
    """What also breaks without the defect is kept as any finding is."""
    text = run(21, HEAD + CANARY + RANDOM, env={"ALWAYS": "1"})
    assert "shows without split-loses-last too" in text, text
    assert any("-c-" in name for name in names("state/raw")), names("state/raw")


def test_precedence_of_the_exit_code():
    """20 before 21 before 10."""
    both = ("--mutant", "split-loses-last")
    run(21, HEAD + CANARY + RANDOM, *both)
    assert night()["findings"], "nothing was found beside"
    shutil.rmtree("state")
    run(20, HEAD + CANARY + RANDOM, *both, env={"FUZZER_DOES": "dies"})


# Usage.

def test_bad_input_is_2():
    """One sentence, nothing made."""
    text = run(2, HEAD + "[role r]\nengine = oven\n")
    assert re.search(r"plan\.ini:9: engine takes one of", text), text
    for words, what in ((["--mutant", "nobody"], "nobody"),
                        (["--formats", "vax"], "vax"), (["--shard", "3/2"], "3/2"),
                        (["--hours", "0"], "--hours"), (["--known", "no"], "no"),
                        (["--plan", "none"], "none"), (["--seed", "-1"], "--seed")):
        text = run(2, HEAD + RANDOM, *words) if words[0] != "--hours" else \
            subprocess.run([sys.executable, SOURCE / "ci/campaign", *words],
                           capture_output=True, text=True).stderr
        assert what in text, text
        assert "Traceback" not in text, text
    assert not pathlib.Path("state").exists()


def test_plans_that_are_bad_get_a_line():
    """`tablewalk plan': each stored bad plan one sentence with its line, 2, and no
    output; each good one a list, as text and as JSON."""
    for path in sorted((SOURCE / "corpora/plans").glob("*.ini")):
        done = subprocess.run([TABLEWALK, "plan", "--seconds", "60", "--jobs", "2",
                               "--json", path], capture_output=True, text=True)
        if not path.name.startswith("bad-"):
            assert done.returncode == 0 and json.loads(done.stdout)["jobs"], path
            continue
        lines = done.stderr.splitlines()
        assert done.returncode == 2 and len(lines) == 1 and not done.stdout, done
        assert re.match(rf"tablewalk: {re.escape(str(path))}:[0-9]+: \S", lines[0])
    for words in (["--shard", "2/1", "x"], ["--jobs", "0", "x"], [], ["a", "b"],
                  ["/no/plan"], ["--frob", "x"]):
        done = subprocess.run([TABLEWALK, "plan", *words], capture_output=True,
                              text=True)
        assert done.returncode == 2 and done.stderr and not done.stdout, done
    done = subprocess.run([TABLEWALK, "plan", "--help"], capture_output=True,
                          text=True)
    assert done.returncode == 0 and "usage: tablewalk plan" in done.stdout


def test_a_dry_run_prints_the_list():
    """All jobs, and makes nothing."""
    text = run(0, HEAD + CANARY + RANDOM, "--dry-run")
    assert "0000-c-fuzz_case-x86_64-4level" in text and "jobs," in text, text
    assert not pathlib.Path("state").exists()


def test_a_second_campaign_is_refused():
    """2 with a sentence while the first goes on undisturbed."""
    first = start(HEAD + RANDOM)
    wait_for("a job", lambda: pathlib.Path("state/log.jsonl").exists() and
             events("state", "start"))
    text = run(2, HEAD + RANDOM)
    assert "another campaign runs on this state" in text, text
    out, _ = first.communicate(timeout=60)
    assert first.returncode == 0, out


# Ends that nobody planned.

def test_killed_twice_nothing_is_lost():
    """kill -9 at any moment: inputs, files and entries that were there are there
    afterwards, jobs that had ended do not run again, no process is left."""
    plan = HEAD + RANDOM + FUZZ
    words = ("--mutant", "split-loses-last")
    seen, raw = set(), set()
    for _ in range(2):
        one = start(plan, *words, seconds=14)
        ended = len(events()) and len(events("state", "end")) \
            if pathlib.Path("state/log.jsonl").exists() else 0
        wait_for("one more job", lambda: pathlib.Path(
            "state/log.jsonl").exists() and
            len(events("state", "end")) > ended and
            any(names(p) for p in pathlib.Path("state/work").glob("*-f-*/new")))
        started = {e["job"] for e in events("state", "start")}
        # Between two jobs there is nothing for a moment.
        wait_for("a process of a job", below)
        for path in pathlib.Path("state/work").glob("*-f-*/new"):
            seen |= names(path)
        for path in pathlib.Path("state/work").glob("*/crash"):
            raw |= names(path)
        os.kill(one.pid, signal.SIGKILL)
        one.wait()
        one.stdout.close()
        wait_for("no orphan", lambda: not below(), 10)
        assert started
    done = {e["job"]: e for e in events("state", "end")}
    run(10, plan, *words, seconds=14)
    ends = [e["job"] for e in events("state", "end")]
    assert len(ends) == len(set(ends)), "a job has ended twice"
    assert set(done) <= set(ends)
    assert [e["night"] for e in events("state", "night")] == [1]
    assert seen and seen <= names("state/corpus/fuzz_case"), "an input is lost"
    kept = {n for d in pathlib.Path("state/raw").iterdir() for n in names(d)}
    assert raw <= kept, f"lost: {raw - kept}"
    filed = {e["job"] for e in events("state", "filed")}
    assert names("state/raw") == filed
    assert len(night()["jobs"]) == len(ends)


def test_killed_while_filing():
    """A job whose files were not filed yet is not run again, and they are filed."""
    env = {"REAL_TABLEWALK": str(TABLEWALK), "TRIAGE_SLEEPS": "60"}
    fake = HERE / "fake-tablewalk"
    words = ("--mutant", "split-loses-last")
    one = start(HEAD + RANDOM, *words, tablewalk=fake, env=env, jobs=1)
    wait_for("results", lambda: list(pathlib.Path("state/work").glob(
        "*/result.json")) if pathlib.Path("state/work").exists() else False)
    os.kill(one.pid, signal.SIGKILL)
    one.wait()
    one.stdout.close()
    wait_for("no orphan", lambda: not below(), 10)
    first = [e["job"] for e in events("state", "start")]
    run(10, HEAD + RANDOM, *words, tablewalk=fake, jobs=1,
        env={**env, "TRIAGE_SLEEPS": "0"})
    again = [e["job"] for e in events("state", "start")]
    assert again.count(first[0]) == 1, "it was run again"
    assert first[0] in {e["job"] for e in events("state", "filed")}


def test_interrupted_once():
    """Ctrl-C: the jobs end, what they found is kept, and the night goes on."""
    one = start(HEAD + FUZZ, seconds=60, jobs=1)
    wait_for("an input", lambda: any(
        names(p) for p in pathlib.Path("state/work").glob("*/new"))
        if pathlib.Path("state/work").exists() else False)
    os.kill(one.pid, signal.SIGINT)
    out, _ = one.communicate(timeout=30)
    assert one.returncode == 0, (one.returncode, out)
    assert "the same command goes on with this night" in out, out
    assert names("state/corpus/fuzz_case"), "its inputs are lost"
    assert not events("state", "night-end") and not below()


def test_killed_in_a_build():
    """A build ends with the campaign, whatever ends that."""
    words = [w for w in command(HEAD + RANDOM) if w != "--no-build"]
    words[words.index("--tablewalk"):words.index("--tablewalk") + 2] = []
    os.mkdir("bin")
    pathlib.Path("bin/cmake").write_text("#!/bin/sh\nsleep 66.6\n")
    os.chmod("bin/cmake", 0o755)
    one = subprocess.Popen(words, stdout=subprocess.DEVNULL, env={
        **os.environ, "PATH": f"{os.getcwd()}/bin:{os.environ['PATH']}"})
    sleeps = ["pgrep", "-f", "sleep 66.6"]
    wait_for("a build", lambda: subprocess.run(sleeps, capture_output=True).stdout)
    os.kill(one.pid, signal.SIGKILL)
    one.wait()
    wait_for("no orphan", lambda: not subprocess.run(
        sleeps, capture_output=True).stdout)


def test_a_guard_that_is_killed_leaves_nothing():
    """The command goes with its guard, and the campaign says that it could not
    run."""
    one = start(HEAD + FUZZ, seconds=3, jobs=1)
    wait_for("a job", lambda: pathlib.Path("state/work").exists() and
             list(pathlib.Path("state/work").glob("*/new/*")))
    guards = [pid for pid in below() if b"guard.py" in pathlib.Path(
        f"/proc/{pid}/cmdline").read_bytes()]
    for pid in guards:
        os.kill(pid, signal.SIGKILL)
    out, _ = one.communicate(timeout=30)
    assert guards and one.returncode == 20, (one.returncode, out)
    wait_for("no orphan", lambda: not below(), 10)


def test_a_full_disk():
    """Said in one sentence with 20; once there is room the night goes on."""
    text = run(20, HEAD.replace("disk_mb = 1\n", "disk_mb = 1048576\n") + RANDOM)
    assert "MB are free, the plan wants 1048576" in text, text
    assert not events() if pathlib.Path("state/log.jsonl").exists() else True
    shutil.rmtree("state")
    inside = command(HEAD + FUZZ, state="small/state", seconds=6, jobs=1)
    os.mkdir("small")
    script = "mount -t tmpfs -o size=1536k,nr_inodes=200 none small || exit 77; " \
        "mkdir small/fill; i=0; while [ $i -lt 140 ]; do : >small/fill/$i || break;" \
        " i=$((i + 1)); done; \"$@\"; s=$?; rm -r small/fill; \"$@\"; " \
        "echo \"second $?\"; exit $s"
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", *inside],
                          capture_output=True, text=True, timeout=90)
    if done.returncode == SKIP or "unshare" in done.stderr:
        print(f"skipped: no file system of its own: {done.stderr}")
        sys.exit(SKIP)
    text = done.stdout + done.stderr
    assert done.returncode == 20, (done.returncode, text)
    assert "No space left" in text and "Traceback" not in text, text
    assert "going on with night 1" in text and "second 0" in text, text


def test_a_torn_line_of_the_log():
    """Left out and told of; what comes behind is whole."""
    run(0, HEAD + RANDOM, seconds=2)
    log = pathlib.Path("state/log.jsonl")
    log.write_text(log.read_text() + '{"event": "start", "nig')
    text = run(0, HEAD + RANDOM, seconds=2)
    assert "1 lines are torn" in text, text
    assert night(2)["exit"] == 0
    for line in log.read_text().splitlines():
        assert line.endswith("}") or line.endswith('"nig'), line


# Limits.

def guard(limits, *words, seconds=30):
    done = subprocess.run(
        [sys.executable, str(SOURCE / "ci/nightly/guard.py"), json.dumps(limits),
         "--", *words], capture_output=True, text=True, timeout=seconds)
    return json.loads(done.stdout)


def test_limits_of_a_command():
    """Time, also of one that ignores signals; memory; processes that hide in a
    session of their own."""
    began = time.monotonic()
    done = guard({"seconds": 1, "grace": 1}, "sh", "-c",
                 "trap '' TERM INT; while :; do sleep 0.1; done")
    assert done["why"] == "time" and done["status"] == -9, done
    assert time.monotonic() - began < 10
    done = guard({"seconds": 20, "memory_mb": 100}, sys.executable, "-c",
                 "import time; x = b'x' * (300 << 20); time.sleep(60)")
    assert done["why"] == "memory", done
    done = guard({"seconds": 20, "address_mb": 200}, sys.executable, "-c",
                 "x = b'x' * (300 << 20)")
    assert done["status"] == 1, done
    done = guard({"seconds": 20}, "sh", "-c",
                 "setsid sh -c 'setsid sleep 77.7 & sleep 77.7' & sleep 0.3")
    assert done["why"] == "ended" and done["status"] == 0, done
    left = subprocess.run(["pgrep", "-f", "sleep 77.7"], capture_output=True)
    assert not left.stdout, left.stdout
    assert guard({"seconds": 5}, "/no/such/program")["status"] == 127


def test_a_log_has_a_limit():
    """Its beginning and its end are kept."""
    done = guard({"seconds": 20, "log": "log", "log_mb": 1}, sys.executable, "-c",
                 "print('first'); print('x' * 5_000_000); print('last')")
    text = pathlib.Path("log").read_text()
    assert done["log_dropped"] > 3_000_000 and len(text) < 1_300_000, len(text)
    assert text.startswith("first") and text.endswith("last\n")
    assert "bytes are left out here" in text
    run(0, HEAD + FUZZ, env={"FUZZER_DOES": "talks"}, jobs=1)
    for path in pathlib.Path("state/logs").iterdir():
        assert path.stat().st_size < 1_300_000, path


def test_a_job_that_forks_leaves_nothing():
    """What a fuzzer leaves running is ended with its job."""
    run(0, HEAD + FUZZ, env={"FUZZER_DOES": "forks"}, jobs=1)
    assert not below()


# Several machines.

def test_shards_merge():
    """Corpora, entries, logs and nights of two states in one; twice is once."""
    for i in (1, 2):
        run(10, HEAD + RANDOM + FUZZ, "--shard", f"{i}/2", "--mutant",
            "split-loses-last", state=f"s{i}")
    merge = [sys.executable, str(SOURCE / "ci/campaign"), "merge", "--state", "all",
             "s1", "s2"]
    corpus = names("s1/corpus/fuzz_case") | names("s2/corpus/fuzz_case")
    for _ in range(2):
        done = subprocess.run(merge, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert names("all/corpus/fuzz_case") == corpus
        jobs = {j["job"] for j in night(1, "all")["jobs"]}
        assert jobs == {j["job"] for i in (1, 2)
                        for j in night(1, f"s{i}")["jobs"]}
        assert len(events("all", "end")) == len(jobs)
    entries = names("s1/findings") | names("s2/findings")
    assert names("all/findings") == entries and entries
    assert not re.search(r"[1-9]\d* more inputs", done.stdout), done.stdout
    done = subprocess.run([*merge[:3], "--state", "all", "nowhere"],
                          capture_output=True, text=True)
    assert done.returncode == 2 and "nowhere" in done.stderr


# Real engines.

def test_real_engines():
    """Each in a tree of its own: clean, with a canary; then with a defect."""
    engines = sorted(p.name for p in BUILD.iterdir()
                     if p.name in ("afl", "libfuzzer", "libfuzzer-asan"))
    if not engines:
        print(f"skipped: no tree in {BUILD}; the tests fuzz-* build one")
        sys.exit(SKIP)
    plan = HEAD.replace("= 600", "= 4096") + "".join(
        f"[role {e}]\nengine = {e}\nformats = fake-tiny\n" for e in engines)
    done = subprocess.run(
        [*command(plan, seconds=5 * len(engines), jobs=1)[:-1], str(BUILD)],
        capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {j["role"] for j in night()["jobs"]} == set(engines)
    assert all(j["execs"] > 100 for j in night()["jobs"]), night()["jobs"]
    assert names("state/corpus/fuzz_case")


def test_real_plan():
    """A few minutes of ci/campaign.ini: every engine has run something, the canary is
    found, and nothing is wrong."""
    done = subprocess.run(
        [sys.executable, str(SOURCE / "ci/campaign"), "--minutes", "6", "--jobs", "2",
         "--state", "state", "--build", str(BUILD)], capture_output=True, text=True,
        timeout=7000)
    assert done.returncode == 0, done.stdout + done.stderr
    ran = {e["engine"] for e in events("state", "start")}
    assert ran == {"canary", "libfuzzer", "libfuzzer-asan", "afl", "hw", "sweep"}
    states = {j["status"] for j in night()["jobs"]}
    assert states == {"clean", "canary-found"}, states


def main():
    test = globals()[f"test_{sys.argv[2]}"]
    assert inspect.getdoc(test)
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        try:
            test()
        finally:
            for pid in below():
                os.kill(pid, signal.SIGKILL)
            os.chdir("/")


if __name__ == "__main__":
    main()
