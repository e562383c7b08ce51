# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""report_test.py SOURCE: ci/report as a user and as programs meet it."""
import contextlib
import html.parser
import importlib.machinery
import importlib.util
import io
import json
import os
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse
import xml.etree.ElementTree as ET

SOURCE = pathlib.Path(sys.argv.pop(1)).resolve()
sys.path[:0] = [str(SOURCE / "ci/nightly"), str(SOURCE / "tests/report")]
import report_files  # noqa: E402
import report_model  # noqa: E402
import report_pages  # noqa: E402
import report_state  # noqa: E402
import report_svg  # noqa: E402
import sample_state as sample  # noqa: E402


def load(name):
    """A command of ci/ as a module."""
    loader = importlib.machinery.SourceFileLoader(f"{name}_command",
                                                  str(SOURCE / "ci" / name))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader(loader.name, loader))
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


COMMAND = load("report")


def run(*arguments):
    """(status, output, what it complained of), within this process"""
    keep, out, err = sys.argv, io.StringIO(), io.StringIO()
    sys.argv = ["ci/report", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = COMMAND.main()
    except SystemExit as end:
        status = end.code
    finally:
        sys.argv = keep
    return status, out.getvalue(), err.getvalue()


def start(*arguments, **more):
    """The same in a process of its own."""
    done = subprocess.run([sys.executable, SOURCE / "ci/report", *map(str, arguments)],
                          capture_output=True, text=True, timeout=60, **more)
    return done.returncode, done.stdout, done.stderr


def contents(directory):
    return {str(p.relative_to(directory)): p.read_bytes()
            for p in directory.rglob("*") if p.is_file()}


# What a reader of each file insists on.  The tests of these come first below.

def check_metrics(text):
    """As promtool does: the first thing that is wrong, or None."""
    described, typed, seen, current = set(), {}, set(), None
    for line in text.splitlines():
        if match := re.fullmatch(r"# HELP (\w+) (\S.*)", line):
            if match[1] in described:
                return f"HELP twice: {match[1]}"
            described.add(match[1])
        elif match := re.fullmatch(r"# TYPE (\w+) (counter|gauge)", line):
            if match[1] in typed or match[1] not in described:
                return f"TYPE twice, or without HELP: {match[1]}"
            if (match[2] == "counter") != match[1].endswith("_total"):
                return f"only counters end in _total: {match[1]}"
            typed[match[1]] = match[2]
            current = match[1]
        elif match := re.fullmatch(
                r'(tablewalk_[a-z_]+)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+\})?'
                r' (-?[0-9.]+(?:e[-+]?[0-9]+)?)', line):
            if match[1] != current:
                return f"out of its group: {line}"
            if (match[1], match[2]) in seen:
                return f"twice: {line}"
            seen.add((match[1], match[2]))
            float(match[3])
        else:
            return f"no line of the format: {line}"
    return None if seen and text.endswith("\n") else "empty, or cut off"


def check_sarif(o, report):
    """What the schema of 2.1.0 requires, and that locations exist."""
    try:
        assert o["version"] == "2.1.0" and o["$schema"].startswith("https://")
        (one,) = o["runs"]
        driver = one["tool"]["driver"]
        assert driver["name"]
        ids = [r["id"] for r in driver["rules"]]
        assert len(ids) == len(set(ids)), "a rule twice"
        for r in one["results"]:
            assert r["message"]["text"] and r["level"] in ("error", "warning", "note")
            assert ids[r["ruleIndex"]] == r["ruleId"], "another rule"
            assert r["baselineState"] in ("new", "unchanged", "updated", "absent")
            assert all(isinstance(v, str) and v
                       for v in r["partialFingerprints"].values())
            for place in r.get("locations", []):
                at = place["physicalLocation"]["artifactLocation"]
                assert at["uriBaseId"] in one["originalUriBaseIds"]
                path = report / urllib.parse.unquote(at["uri"])
                assert path.is_file(), f"no {path}"
                assert place["physicalLocation"]["region"]["startLine"] >= 1
            for s in r.get("suppressions", []):
                assert s["kind"] in ("inSource", "external")
        for call in one.get("invocations", []):
            assert isinstance(call["executionSuccessful"], bool)
    except (AssertionError, KeyError, IndexError, ValueError) as error:
        return f"{type(error).__name__} {error}"
    return None


def check_junit(data):
    root = ET.fromstring(data)
    if root.tag != "testsuites":
        return "no testsuites"
    for suite in root:
        for key, path in (("tests", "testcase"), ("failures", "testcase/failure"),
                          ("errors", "testcase/error"),
                          ("skipped", "testcase/skipped")):
            if int(suite.get(key)) != len(suite.findall(path)):
                return f"{suite.get('name')}: {key} is not how many there are"
        names = [(c.get("classname"), c.get("name")) for c in suite]
        if len(names) != len(set(names)) or not all(n for c in names for n in c):
            return f"{suite.get('name')}: a case twice, or without a name"
    return None


class Markup(html.parser.HTMLParser):
    """Collects what would act, or load something."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "img", "iframe", "object", "embed", "image", "form",
                   "foreignobject", "base"):
            self.found.append(tag)
        for name, value in attributes:
            if name.startswith("on") or "javascript:" in (value or ""):
                self.found.append(name)
            if name in ("href", "src") and re.match(r"\w+:|//", value or "") and \
                    value != "data:,":
                self.found.append(value)


def check_page(text):
    """None if the only markup is the report's own."""
    markup = Markup()
    markup.feed(text)
    return markup.found or None


class Checkers(unittest.TestCase):
    """What judges the files can say no."""

    def test_metrics_that_are_wrong_are_refused(self):
        good = "# HELP tablewalk_a x\n# TYPE tablewalk_a gauge\ntablewalk_a 1\n"
        self.assertIsNone(check_metrics(good))
        for bad in ("", good + good, good.replace("# HELP", "# help"), good[:-1],
                    good + "tablewalk_b 1\n", good + "tablewalk_a 2\n",
                    good.replace("a 1", "a one"), good.replace("gauge", "counter"),
                    good + 'tablewalk_a{x="a"b"} 1\n'):
            self.assertIsNotNone(check_metrics(bad), bad)

    def test_sarif_without_a_member_is_refused(self):
        def made():
            return {"version": "2.1.0", "$schema": "https://x", "runs": [{
                "tool": {"driver": {"name": "x", "rules": [{"id": "a"}]}},
                "originalUriBaseIds": {"R": {}}, "results": [{
                    "ruleId": "a", "ruleIndex": 0, "level": "error",
                    "baselineState": "new", "message": {"text": "x"},
                    "partialFingerprints": {"f/v1": "s"}, "locations": [{
                        "physicalLocation": {
                            "artifactLocation": {"uri": "ci/report",
                                                 "uriBaseId": "R"},
                            "region": {"startLine": 1}}}]}]}]}
        self.assertIsNone(check_sarif(made(), SOURCE))
        for key in ("ruleId", "level", "message", "partialFingerprints"):
            bad = made()
            del bad["runs"][0]["results"][0][key]
            self.assertIsNotNone(check_sarif(bad, SOURCE), key)
        self.assertIsNotNone(check_sarif(made(), SOURCE / "ci"))

    def test_junit_with_wrong_sums_is_refused(self):
        good = ('<testsuites><testsuite name="x" tests="1" failures="0" errors="0"'
                ' skipped="0"><testcase classname="a" name="b"/></testsuite>'
                "</testsuites>")
        self.assertIsNone(check_junit(good))
        self.assertIsNotNone(check_junit(good.replace('tests="1"', 'tests="2"')))

    def test_pages_without_escaping_are_noticed(self):
        plain = report_pages.environment()
        plain.autoescape = False
        with tempfile.TemporaryDirectory() as work:
            state, out = pathlib.Path(work) / "s", pathlib.Path(work) / "o"
            out.mkdir()
            sample.write_state(state, 1, hostile=True)
            keep = report_pages.environment
            report_pages.environment = lambda: plain
            try:
                report_pages.write_report(sources(state), out)
            finally:
                report_pages.environment = keep
            self.assertIsNotNone(check_page((out / "index.html").read_text()))


def sources(state, **more):
    return report_pages.Sources(**{**dict(
        state=state, title="Tablewalk", known=[], guests=[], kill_matrix=None,
        coverage_html=None, tablewalk=None), **more})


class Reports(unittest.TestCase):
    """A report of some nights, and what its pages and files say."""

    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.work.name)
        cls.state = cls.root / "state"
        sample.write_state(cls.state)
        cls.known = cls.root / "known.txt"
        cls.known.write_text(f"# list\n{sample.KNOWN} # the model is <right>\n")
        cls.out = cls.state / "report"
        cls.said = start("--state", cls.state, "--known", cls.known)

    @classmethod
    def tearDownClass(cls):
        cls.work.cleanup()

    def page(self, name="index.html"):
        # Where a line may end, or may not, is not what is asked here.
        return (self.out / name).read_text().replace("<wbr>", "").replace(
            "\u00a0", " ")

    def text(self, name="index.html"):
        page = re.sub(r"<style>.*?</style>", "", self.page(name), flags=re.S)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))

    def test_the_first_line_says_how_the_night_was(self):
        self.assertEqual(self.said[0], 0, self.said)
        line = ("3 new violations, 1 job could not run, the canary was missed, "
                "1 known violation, 1 fixed")
        self.assertEqual(self.said[1].splitlines()[0], "red: " + line)
        self.assertIn(f"<h1>{line}</h1>", self.page())
        self.assertIn("Red", self.text())

    def test_new_comes_before_everything_else(self):
        page = self.page()
        order = [page.index(f'id="{name}"') for name in (
            "new", "problems", "known", "fixed", "matrix", "progress", "coverage",
            "kill", "guests", "nights", "files")]
        self.assertEqual(order, sorted(order))
        for signature in (sample.SPLIT, sample.FLUSH):
            at = page.index(f"<code>{signature}</code>")
            self.assertTrue(order[0] < at < order[1])

    def test_a_new_violation_has_its_case_its_command_and_its_drawing(self):
        article = self.page().partition('id="v-entry-lost')[2].partition(
            "</article>")[0]
        for part in (sample.CASE, "tablewalk run --format riscv-sv39 case.tw",
                     "1-510: leaf 2M r--u", "2 operations of 41",
                     "and 1 other job", "511: none"):
            self.assertIn(part, article)
        self.assertIn("differs", article)

    def test_the_reason_of_a_known_one_is_told(self):
        self.assertIn("the model is &lt;right&gt;", self.page())

    def test_the_matrix_says_what_each_role_found(self):
        rows = dict(re.findall(r'<tr><th scope="row">([\w-]+)</th>\s*(.*?)</tr>',
                               self.page().partition('id="matrix"')[2].partition(
                                   'id="progress"')[0], re.S))
        for format, word in (("riscv-sv39", "new"), ("arm64-4k-48", "known"),
                             ("s390x-5level", "flaky"), ("m68k-motorola", "failed"),
                             ("fake", "canary missed"), ("fake-tiny", "new")):
            self.assertIn(f">{word}</a>", rows[format], format)
        self.assertNotRegex(rows["alpha"], "new|known|flaky|failed")
        self.assertEqual(set(rows), set(sample.FORMATS))

    def test_coverage_tells_its_change(self):
        text = self.text()
        self.assertIn("measured in night 7; the change is since night 6", text)
        self.assertRegex(text, r"mm 9[0-9.]+ % \+0")
        self.assertIn("\u2212", text)       # what covers less than before

    def test_deviations_without_a_reason_come_first(self):
        page = self.page()
        new = page.index("new: no reason is listed")
        self.assertTrue(new < page.index("<code>x86-reserved-says-absent</code>"))
        self.assertIn("Intel SDM volume 3A", page)
        self.assertIn("riscv-walk-fails-as-page-fault", page)

    def test_guests_have_the_rates_of_their_jobs(self):
        state = self.root / "guests"
        sample.write_state(state, 1)
        path = state / "nights/1.json"
        o = json.loads(path.read_text())
        # As ci/campaign sums them: guests and sweeps of a format together.
        o["guests"] = {"riscv-sv39": {"cases": 9, "probes": 9, "seconds": 1,
                                      "known": 0}}
        job = next(j for j in o["jobs"] if j["role"] == "hw")
        for number, more in enumerate((
                {"engine": "hw", "probes": 6000}, {"engine": "sweep", "scenes": 9,
                 "scenes_done": 9, "execs": 120000})):
            o["jobs"].append({**job, "job": f"guest{number}", "format": "riscv-sv32",
                              "role": "machine", "execs": 600, "seconds": 60,
                              **more})
        path.write_text(json.dumps(o))
        self.assertEqual(run("--state", state)[0], 0)
        guests = json.loads((state / "report/summary.json").read_text())["guests"]
        row = next(r for r in guests["rows"] if r["format"] == "riscv-sv32")
        self.assertEqual((row["hw"]["rate"], row["hw"]["probe_rate"]), (10, 100))
        self.assertEqual((row["sweep"]["rate"], row["sweep"]["complete"]),
                         (2000, True))

    def test_the_kill_matrix_tells_its_gaps(self):
        self.assertIn("347 deliberate defects, 345 noticed", self.text())
        self.assertIn("<code>defect-9</code>", self.page())

    def test_a_failed_job_shows_the_end_of_its_log(self):
        self.assertIn("the guest of m68k-motorola ended", self.page())
        self.assertIn("the guest of m68k-motorola ended",
                      self.page("nights/7.html"))

    def test_entries_that_are_not_of_this_night_have_a_page_too(self):
        self.assertIn("mmu-verdict-prot-pud-map-sparc.html", self.page())
        self.assertTrue((self.out / "findings/mmu-verdict-prot-pud-map-sparc.html")
                        .is_file())

    def test_junit_fails_for_new_findings_only(self):
        data = (self.out / "junit.xml").read_bytes()
        self.assertIsNone(check_junit(data))
        root = ET.fromstring(data)
        jobs, found = root
        self.assertEqual(
            {c.get("name") for c in found.findall("testcase[failure]")},
            {sample.SPLIT, sample.FLUSH, sample.CRASH})
        self.assertEqual(
            {c.get("name") for c in found.findall("testcase[skipped]")},
            {sample.KNOWN, sample.FLAKY})
        self.assertEqual(len(jobs.findall("testcase/error")), 1)
        self.assertEqual(len(jobs.findall("testcase/failure")), 1)
        self.assertIn("unmap at=home3", found.find("testcase/failure").text)

    def test_sarif_has_a_result_for_each_signature(self):
        o = json.loads((self.out / "report.sarif").read_text())
        self.assertIsNone(check_sarif(o, self.out))
        results = {r["partialFingerprints"][report_files.FINGERPRINT]: r
                   for r in o["runs"][0]["results"]}
        self.assertEqual(results[sample.SPLIT]["ruleId"], "entry")
        self.assertEqual(results[sample.SPLIT]["level"], "error")
        self.assertEqual(results[sample.KNOWN]["level"], "warning")
        self.assertEqual(results[sample.FIXED]["baselineState"], "absent")
        self.assertIn("suppressions", results[sample.KNOWN])
        self.assertIn("every entry", o["runs"][0]["tool"]["driver"]["rules"][
            results[sample.SPLIT]["ruleIndex"]]["shortDescription"]["text"])

    def test_metrics_are_read_by_who_reads_them(self):
        text = (self.out / "metrics.prom").read_text()
        self.assertIsNone(check_metrics(text))
        for line in ('tablewalk_night_exit_status 20',
                     'tablewalk_violations{state="new"} 3',
                     'tablewalk_jobs{status="infrastructure"} 1',
                     'tablewalk_mutants{column="corpus",state="detected"} 345',
                     f'tablewalk_violation{{signature="{sample.SPLIT}",state="new"}}'
                     ' 1'):
            self.assertIn(line + "\n", text)

    def test_the_summary_is_what_the_page_says(self):
        o = json.loads((self.out / "summary.json").read_text())
        self.assertEqual((o["status"], o["night"], o["exit"]), ("red", 7, 20))
        self.assertEqual([v["state"] for v in o["violations"]].count("new"), 3)
        for v in o["violations"]:
            if v["page"]:
                self.assertTrue((self.out / v["page"]).is_file())

    def test_the_same_state_makes_the_same_report(self):
        other = self.root / "other"
        self.assertEqual(run("--state", self.state, "--out", other,
                             "--known", self.known)[0], 0)
        self.assertEqual(contents(self.out), contents(other))

    def test_drawings_are_asked_for_where_there_are_none(self):
        fake = self.root / "fake-tablewalk"
        fake.write_text("""#!/bin/sh
while [ $# -gt 1 ]; do
	if [ "$1" = --svg ]; then out=$2; fi
	shift
done
echo the story of "$1"
echo '<svg xmlns="http://www.w3.org/2000/svg"><text>DRAWN</text></svg>' >"$out"
exit 1
""")
        fake.chmod(0o755)
        state = self.root / "plain"
        sample.write_state(state, 2)
        for path in state.rglob("story.*"):
            path.unlink()
        self.assertEqual(run("--state", state)[0], 0)
        self.assertNotIn("class=\"drawing\"",
                         (state / "report/index.html").read_text())
        self.assertEqual(run("--state", state, "--tablewalk", fake)[0], 0)
        page = (state / "report/index.html").read_text()
        self.assertEqual(page.count("DRAWN"), 3)
        self.assertIn("the story of ", page)
        fake.write_text("#!/bin/sh\necho no such case >&2\nexit 2\n")
        self.assertEqual(run("--state", state, "--tablewalk", fake)[0], 0)
        self.assertIn("explain&#39; said: no such case",
                      (state / "report/index.html").read_text())


class States(unittest.TestCase):
    """States that are other than the one above."""

    def setUp(self):
        self.work = tempfile.TemporaryDirectory()
        self.addCleanup(self.work.cleanup)
        self.state = pathlib.Path(self.work.name) / "state"
        self.out = self.state / "report"

    def headline(self):
        return re.search(r"<h1>(.*?)</h1>",
                         (self.out / "index.html").read_text())[1].replace(
                             "\u00a0", " ")

    def test_colours_follow_the_exit_status(self):
        for exit, colour in ((0, "green"), (10, "red"), (11, "amber"),
                             (20, "red"), (21, "red"), (99, "red")):
            shutil.rmtree(self.state, ignore_errors=True)
            sample.write_state(self.state, 2, exit=exit, quiet=True)
            self.assertEqual(run("--state", self.state)[1].partition(":")[0],
                             colour, exit)
        self.assertNotIn("0 new", self.headline())

    def test_a_state_without_a_night_has_a_report(self):
        sample.write_empty(self.state)
        self.assertEqual(run("--state", self.state)[0], 0)
        self.assertEqual(self.headline(), "No night has begun")
        self.assertIsNone(check_metrics((self.out / "metrics.prom").read_text()))
        self.assertIsNone(check_junit((self.out / "junit.xml").read_bytes()))

    def test_a_night_that_was_killed_is_told_from_the_log(self):
        sample.write_state(self.state, 3)
        (self.state / "nights/3.json").unlink()
        log = self.state / "log.jsonl"
        log.write_bytes(log.read_bytes()[:-40])
        status, said, complaint = run("--state", self.state)
        self.assertEqual(status, 0, complaint)
        self.assertIn("amber" if "new" not in said else "red", said)
        self.assertTrue(self.headline().startswith("Not finished, 3 new violations"),
                        self.headline())
        self.assertIn("was cut off", complaint)
        self.assertIn("was cut off", (self.out / "index.html").read_text())

    def test_texts_of_findings_stay_texts(self):
        sample.write_state(self.state, 2, hostile=True)
        self.assertEqual(run("--state", self.state, "--title",
                             sample.HOSTILE)[0], 0)
        pages = list(self.out.rglob("*.html"))
        for page in pages:
            text = page.read_text()
            self.assertIsNone(check_page(text), page)
            self.assertNotIn("example.invalid", text)
            self.assertIn("&lt;script&gt;", text)
            self.assertIn("default-src 'none'", text)
        self.assertGreater(len(pages), 8)
        self.assertIsNone(check_metrics((self.out / "metrics.prom").read_text()))
        self.assertIsNone(check_junit((self.out / "junit.xml").read_bytes()))
        self.assertIsNone(check_sarif(json.loads(
            (self.out / "report.sarif").read_text()), self.out))

    def test_bytes_that_xml_cannot_hold_do_not_come_into_it(self):
        sample.write_state(self.state, 1)
        path = self.state / "findings/entry-lost-pmd-unmap-riscv/case.tw"
        path.write_bytes(b"\x00\x01\x1b[31m\xff\xfe ]]> & <a>")
        self.assertEqual(run("--state", self.state)[0], 0)
        self.assertIsNone(check_junit((self.out / "junit.xml").read_bytes()))

    def test_what_cannot_be_understood_gets_one_sentence(self):
        def cut(path):
            path.write_bytes(path.read_bytes()[:100])

        def change(path, **members):
            o = json.loads(path.read_text())
            o.update(members)
            path.write_text(json.dumps(o))
        finding = "findings/entry-lost-pmd-unmap-riscv/finding.json"
        night = "nights/2.json"
        for what, name in (
                (cut, night), (cut, finding),
                (lambda p: change(p, version=2), night),
                (lambda p: change(p, jobs="many"), night),
                (lambda p: change(p, jobs=[7]), night),
                (lambda p: change(p, jobs=[{"job": "x", "status": "odd"}]), night),
                (lambda p: change(p, night=9), night),
                (lambda p: change(p, ended=None), night),
                (lambda p: change(p, known=[{}]), night),
                (lambda p: change(p, kind=["wrong"]), finding),
                (lambda p: change(p, signature=7), finding),
                (lambda p: p.write_text("[" * 100000), finding),
                (lambda p: p.write_text("no event\n" + p.read_text()), "log.jsonl"),
                (lambda p: p.write_text("7\n" + p.read_text()), "log.jsonl"),
                (lambda p: p.write_text("[]"), "kill-matrix/kill-matrix.json")):
            with self.subTest(name=name):
                shutil.rmtree(self.state, ignore_errors=True)
                sample.write_state(self.state, 2)
                self.out.mkdir()
                what(self.state / name)
                status, said, complaint = run("--state", self.state)
                self.assertEqual((status, said), (2, ""), complaint)
                self.assertEqual(complaint.count("\n"), 1, complaint)
                self.assertIn(name.split("/")[-1], complaint)
                self.assertEqual(contents(self.out), {})

    def test_whatever_stands_in_a_state_it_is_shown_or_refused(self):
        formats, sample.FORMATS = sample.FORMATS, [
            "x86_64-4level", "riscv-sv39", "fake-tiny", "arm64-4k-48",
            "s390x-5level", "mips64-4k"]
        self.addCleanup(setattr, sample, "FORMATS", formats)
        sample.write_state(self.state, 2)
        paths = [self.state / "nights/2.json", self.state / "nights/1.json",
                 *sorted(self.state.glob("findings/*/finding.json"))[:2],
                 *self.state.glob("findings/flaky/*/finding.json"),
                 self.state / "kill-matrix/kill-matrix.json"]
        dice, refused = random.Random(7), 0
        for _ in range(30):
            path = dice.choice(paths)
            keep = path.read_text()
            o = json.loads(keep)
            at = o
            while True:
                key = dice.choice(list(at) if isinstance(at, dict)
                                  else range(len(at)))
                if not isinstance(at[key], (dict, list)) or not at[key] or \
                        dice.random() < 0.3:
                    break
                at = at[key]
            at[key] = dice.choice([None, [], {}, [None], {"a": 1}, "x/../y<b>", -1,
                                   1e300, True, 2 ** 70])
            path.write_text(json.dumps(o))
            out = self.state.parent / "out"
            status, _, complaint = run("--state", self.state, "--out", out)
            self.assertIn(status, (0, 2), f"{path.name} {key}: {complaint}")
            refused += status == 2
            if not status:
                self.assertIsNone(check_page((out / "index.html").read_text()))
                self.assertIsNone(check_junit((out / "junit.xml").read_bytes()))
            path.write_text(keep)
        self.assertTrue(3 < refused < 27, refused)

    def test_bad_arguments_get_one_sentence(self):
        (self.state / "nothing").mkdir(parents=True)
        for arguments in (["--state", self.state / "gone"],
                          ["--state", self.state / "nothing"],
                          ["--state", self.state, "--tablewalk", "/gone"]):
            status, _, complaint = run(*arguments)
            self.assertEqual(status, 2)
            self.assertEqual(complaint.count("\n"), 1, complaint)
        self.assertEqual(run("--colour")[0], 2)
        self.assertEqual(run("--help")[0], 0)

    def test_a_directory_of_somebody_else_is_left(self):
        sample.write_state(self.state, 1)
        other = self.state.parent / "thesis"
        other.mkdir()
        (other / "text").write_text("years of work")
        status, _, complaint = run("--state", self.state, "--out", other)
        self.assertEqual(status, 2)
        self.assertIn("left as it is", complaint)
        self.assertEqual(contents(other), {"text": b"years of work"})

    def test_a_report_is_there_as_a_whole_whenever_it_is_killed(self):
        sample.write_state(self.state, 4)
        self.assertEqual(run("--state", self.state)[0], 0)
        before = contents(self.out)
        sample.write_state(self.state, 5)
        killed = 0
        for tenths in range(1, 8):
            child = subprocess.Popen(
                [sys.executable, SOURCE / "ci/report", "--state", self.state],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(tenths / 10)
            child.kill()
            killed += child.wait() != 0
            now = contents(self.out)
            self.assertTrue(now == before or "nights/5.html" in now and
                            b"night 5" in now["index.html"].lower())
            self.assertIn(".tablewalk-made", now)
            if now != before:
                break
        self.assertTrue(killed)
        self.assertEqual(run("--state", self.state)[0], 0)
        self.assertEqual([p.name for p in self.state.iterdir()
                          if p.name.startswith(".")], [])

    def test_a_full_disk_leaves_the_old_report(self):
        sample.write_state(self.state, 2)
        self.assertEqual(run("--state", self.state)[0], 0)
        before = contents(self.out)

        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
        status, _, complaint = start("--state", self.state, preexec_fn=small)
        self.assertEqual(status, 3, complaint)
        self.assertEqual(complaint.count("\n"), 1, complaint)
        self.assertEqual(contents(self.out), before)
        self.assertEqual([p.name for p in self.state.iterdir()
                          if p.name.startswith(".")], [])


class Drawings(unittest.TestCase):
    """A drawing is taken over without what could act."""

    def fit(self, inner, attributes=""):
        return report_svg.fit_drawing(
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/'
            f'1999/xlink" {attributes}>{inner}</svg>', "p-")

    def test_only_what_is_listed_stays(self):
        made = self.fit('<script>1</script><rect onclick="1" x="2" style="a:b"/>'
                        '<foreignObject><p>x</p></foreignObject><a href="x">y</a>'
                        '<image href="x"/><use x:href="#r"/><use href="http://a/#r"/>'
                        '<rect fill="url(http://a)"/><animate onbegin="1"/>'
                        '<text>a &lt;b&gt;</text>', 'onload="1"')
        for word in ("script", "on", "foreign", "image", "<a", "http", "style",
                     "animate"):
            self.assertNotRegex(made, rf"<{word}|\s{word}\w*=|{word}:", word)
        self.assertIn('href="#p-r"', made)
        self.assertIn("a &lt;b&gt;", made)

    def test_ids_and_rules_hold_within_it(self):
        made = self.fit('<style>svg { a: b } #x .c > d { fill: #fff }'
                        '@media (prefers-color-scheme: dark) { :root { x: y } }'
                        '</style><g id="x" fill="url(#x)"/>')
        self.assertIn("#p-box { svg { a: b } #p-x .c > d { fill: #fff }", made)
        self.assertIn("dark) { svg { x: y } }", made)
        self.assertTrue(made.startswith('<div id="p-box"><svg'), made)
        self.assertIn('id="p-x" fill="url(#p-x)"', made)

    def test_what_is_no_drawing_is_refused(self):
        for bad in ("", "<svg/>", "<svg", "<!DOCTYPE svg><svg/>", "<html/>"):
            with self.assertRaises(report_svg.Unfit):
                report_svg.fit_drawing(bad, "p-")
        for style in ("@import 'x'", "a { b: url(x) }", "a { b }} c {", "a {",
                      "} body { display: none } a {", "\\41 {}"):
            with self.assertRaises(report_svg.Unfit, msg=style):
                self.fit(f"<style>{style}</style>")

    def test_a_gap_in_a_chart_is_a_gap(self):
        made = report_svg.chart("x", "", [("1", 1), ("2", None), ("3", 4.5)])
        self.assertEqual(made.path.count("M"), 2)
        self.assertEqual((made.bottom, made.top), (0, 6))
        self.assertIsNone(report_svg.chart("x", "", [("1", None)]))


class Figures(unittest.TestCase):
    def test_numbers_are_written_for_people(self):
        for value, text in ((None, "-"), (0, "0"), (12345, "12,345"),
                            (1234567, "1.23 M"), (999999999, "1,000 M"),
                            (0.5, "0.5"), (2.5e13, "25 T"), (1e-5, "1.0e-05")):
            self.assertEqual(report_pages.figure(value), text)
        for value, text in ((100, "100 %"), (99.99, "99.9 %"), (None, "-")):
            self.assertEqual(report_pages.percent(value), text)
        for value, text in ((0, "0 s"), (59.7, "1 min"), (3599, "1 h 0 min"),
                            (28900, "8 h 2 min"), (200000, "2 d 8 h")):
            self.assertEqual(report_pages.duration(value), text)

    def test_all_checks_of_the_readme_have_a_sentence(self):
        checks = report_pages.read_checks()
        self.assertGreater(len(checks), 25)
        for name in ("entry", "trace-visit", "flush-before-free", "store-state"):
            self.assertIn(name, checks)

    def test_discovery_prefers_singletons(self):
        job = {k: None for k in ("features", "corpus", "stability", "rate",
                                 "engine", "role")} | {
            "execs": 1000, "seconds": 1, "new_corpus": 50, "singletons": 2}
        night = {"jobs": [job], "totals": {}}
        self.assertEqual(report_model.night_totals(night)["discovery"], 0.002)
        del night["totals"]
        night["totals"], job["singletons"] = {}, None
        self.assertEqual(report_model.night_totals(night)["discovery"], 0.05)

    def test_stability_is_read_in_every_spelling(self):
        for value, want in ((1, 100), (0.995, 99.5), ("99.96%", 99.96), (100.0, 100),
                            (None, None)):
            self.assertEqual(report_state.percent(value, "x"), want)
        with self.assertRaises(report_state.Corrupt):
            report_state.percent("much", "x")


class Coverage(unittest.TestCase):
    """Sums of ci/coverage; that it measures is for the long form of the tests."""

    @classmethod
    def setUpClass(cls):
        cls.command = load("coverage")

    def test_files_are_summed_by_directory(self):
        def entry(name, covered):
            return {"filename": f"{SOURCE}/{name}", "summary": {
                kind: {"count": 10, "covered": covered}
                for kind in self.command.KINDS}}
        night, files = self.command.sums({"data": [{"files": [
            entry("mm/a.c", 5), entry("mm/b.c", 10), entry("oracles/mmu/x.c", 0),
            entry("tests/t.c", 10), entry("arch/x86/a/b.c", 1)]}]})
        self.assertEqual(night["totals"]["mcdc"],
                         {"count": 40, "covered": 16, "percent": 40.0})
        self.assertEqual(set(night["directories"]), {"mm", "oracles/mmu", "arch/x86"})
        self.assertEqual(night["directories"]["mm"]["lines"]["percent"], 75.0)
        self.assertEqual(len(files), 4)
        with self.assertRaises(self.command.Failed):
            self.command.sums({"data": [{"files": [entry("tests/t.c", 1)]}]})

    def test_a_state_gets_it_into_its_last_night(self):
        with tempfile.TemporaryDirectory() as work:
            state = pathlib.Path(work)
            sample.write_state(state, 2)
            made = {"totals": {"lines": {"count": 2, "covered": 1}}}
            self.command.enter(made, state)
            night = json.loads((state / "nights/2.json").read_text())
            self.assertEqual(night["coverage"], made)
            self.assertEqual(sorted(p.name for p in (state / "nights").iterdir()),
                             ["1.json", "2.json"])
            with self.command.lock(state), self.assertRaises(self.command.Failed):
                with self.command.lock(state):
                    pass

    def test_bad_arguments_get_one_sentence(self):
        for arguments in (["--corpus", "/gone"], ["--state", "/"], ["--jobs", "0"]):
            done = subprocess.run([sys.executable, SOURCE / "ci/coverage",
                                   *arguments], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(len(done.stderr.splitlines()), 1)


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    unittest.main(verbosity=1)
