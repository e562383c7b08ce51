# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The pages of the report: everything put together, and the templates filled."""
import collections
import dataclasses
import datetime
import math
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.parse
from typing import Any

import jinja2
import markupsafe

import report_files
import report_guests
import report_model
import report_svg
from report_model import Violation, plural
from report_state import (JOB_STATES, Corrupt, Finding, State, last_lines, member,
                          read_json, read_known, read_state, read_text)

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# New violations that the first page shows in full; the others have a link.
FULL = 12
# Seconds for the drawing of one case.
EXPLAIN_SECONDS = 20
FILE_BYTES = 4 * 1024 * 1024
WORDS = {
    "clean": "clean", "finding": "found something",
    "infrastructure": "could not run", "canary-found": "canary found",
    "canary-missed": "canary missed", "new": "New violation",
    "known": "Known violation", "fixed": "Fixed", "flaky": "Flaky",
    "earlier": "Not of the last night"}
COLOURS = {"clean": "green", "canary-found": "green", "fixed": "green",
           "finding": "amber", "known": "amber", "flaky": "amber",
           "earlier": "amber"}


@dataclasses.dataclass(frozen=True)
class Sources:
    """What the report is made of besides the state."""
    state: pathlib.Path
    title: str
    known: list[pathlib.Path]
    guests: list[pathlib.Path]
    kill_matrix: pathlib.Path | None
    coverage_html: pathlib.Path | None
    tablewalk: pathlib.Path | None


def figure(value: float | None) -> str:
    if value is None:
        return "-"
    if value >= 1e6:
        power, letter = next(p for p in ((1e12, "T"), (1e9, "G"), (1e6, "M"))
                             if value >= p[0])
        return f"{value / power:.3g} {letter}" if value < 999.5 * power \
            else f"{value / power:,.0f} {letter}"
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.001 else f"{value:.1e}"


def percent(value: float | None) -> str:
    """Rounded down, so that 100 is 100."""
    if value is None:
        return "-"
    return "100 %" if value >= 100 else f"{math.floor(value * 10) / 10:.1f} %"


def signed(value: float | None) -> str:
    if value is None:
        return "-"
    text = f"{value:+.2f}".replace("-", "\u2212")
    return "0" if value == 0 else text


def points(value: float | None) -> str:
    if value is None:
        return "measured once"
    return signed(value) + " points since last time" if value \
        else "as last time"


def change(value: float | None, since: str) -> str:
    if value is None:
        return ""
    if value == 0:
        return "as " + since.removeprefix("since ")
    return f"{value:+,.0f}".replace("-", "\u2212") + " " + since


def duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    whole = int(round(max(0, seconds)))
    if whole < 60:
        return f"{whole} s"
    minutes, hours = (whole + 30) // 60, (whole + 1800) // 3600
    if minutes < 60:
        return f"{minutes} min"
    if hours < 48:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{hours // 24} d {hours % 24} h"


def when(time: float) -> str:
    try:
        at = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
    except (OverflowError, ValueError, OSError):
        return "?"
    return at.strftime("%Y-%m-%d %H:%M UTC")


def anchor(name: str) -> str:
    return "job-" + re.sub(r"[^A-Za-z0-9_.-]", "-", name)


def breaks(signature: str) -> markupsafe.Markup:
    """Lines end at its slashes rather than within its words."""
    return markupsafe.Markup("/<wbr>").join(signature.split("/"))


def environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent / "templates"),
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined)
    made.filters.update(
        figure=figure, percent=percent, signed=signed, points=points,
        change=change, duration=duration, when=when, anchor=anchor,
        path=urllib.parse.quote, plural=plural, breaks=breaks,
        keep=lambda text: re.sub(r"(?<=\d) ", "\u00a0", text),
        words=lambda word: WORDS.get(word, word),
        level=lambda word: COLOURS.get(word, "red"))
    return made


def read_checks() -> dict[str, str]:
    """What each check compares, from the table of the README."""
    checks = {}
    for left, right in re.findall(r"^\| ((?:`[\w-]+` ?)+)\| (.+?) \|$",
                                  read_text(ROOT / "README.md"), re.M):
        for name in re.findall(r"`([\w-]+)`", left):
            # Without the marks that only a page of markup has.
            checks[name] = right.replace("`", "")
    return checks


def read_mutants(path: pathlib.Path | None) -> dict[str, Any] | None:
    """The sums of kill-matrix.json."""
    if not path:
        return None
    o, where = read_json(path), str(path)
    defects = member(o, "defects", (dict,), where)
    columns = member(o, "counts", (dict,), where)
    gaps = member(o, "gaps", (dict,), where)
    for name, column in columns.items():
        for state in member(columns, name, (dict,), where):
            member(column, state, (int,), f"{where}: {name}")
    for name in gaps:
        member(gaps, name, (list,), where)
    for name in defects:
        member(defects, name, (dict,), where)
    states = [s for s in ("detected", "infected, not detected",
                          "reached, not infected", "not reached")
              if any(s in c for c in columns.values())]
    states += sorted({s for c in columns.values() for s in c} - set(states))
    return {"total": len(defects), "counts": columns, "states": states,
            "gaps": gaps, "detected": member(o, "detected_by_any", (int,), where),
            "equivalent": [k for k, d in defects.items() if d.get("equivalent")]}


def explain(finding: Finding, tablewalk: pathlib.Path) -> tuple[str, str, str]:
    """(drawing, story, why not) of a case, from `tablewalk explain'."""
    data = finding.data
    case = finding.directory / data["files"].get("text", "case.tw")
    options = [word for option, value in (
        ("--format", data["format"]), ("--check", data["check_when"]),
        ("--folding", data["folding"]), ("--subject", data["subject"]),
        ("--opinion", data["opinion"]),
        ("--mutant", ",".join(map(str, data["mutants"]))))
        if value for word in (option, value)]
    with tempfile.TemporaryDirectory() as directory:
        drawing = pathlib.Path(directory) / "story.svg"
        try:
            done = subprocess.run(
                [str(tablewalk), "explain", *options, "--svg", str(drawing),
                 str(case)], capture_output=True, text=True, errors="replace",
                timeout=EXPLAIN_SECONDS, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return "", "", "`tablewalk explain' took too long"
        except OSError as error:
            return "", "", f"{tablewalk}: {error.strerror}"
        svg = read_text(drawing, FILE_BYTES)
    if done.returncode not in (0, 1) or not svg:
        said = (done.stderr or done.stdout).strip().splitlines()
        return "", "", "`tablewalk explain' said: " + \
            (said[0][:200] if said else f"status {done.returncode}")
    return svg, done.stdout, ""


def add_drawing(v: Violation, tablewalk: pathlib.Path | None) -> None:
    if not v.finding:
        return
    drawing, v.story = v.finding.drawing, v.finding.story
    if not drawing and tablewalk:
        drawing, story, v.trouble = explain(v.finding, tablewalk)
        v.story = v.story or story
    if drawing:
        prefix = re.sub(r"[^A-Za-z0-9]+", "-", f"d-{v.slug}-")
        try:
            v.drawing = report_svg.fit_drawing(drawing, prefix)
        except report_svg.Unfit as error:
            v.trouble = f"what was drawn cannot be shown, {error}"


def charts(nights: list[dict], covered: dict | None) -> list[report_svg.Chart]:
    """Over the nights, and within the last one."""
    shown = nights[-report_model.CHART_NIGHTS:]
    names = [f"night {n['night']}" for n in shown]
    made = [
        report_svg.chart("Features", "", [
            (name, n["sums"]["features"]) for name, n in zip(names, shown)],
            zero=False),
        report_svg.chart("Executions per second of a job", "/s", [
            (name, n["sums"]["rate"]) for name, n in zip(names, shown)]),
        report_svg.chart("New inputs per million executions", "", [
            (name, None if n["sums"]["discovery"] is None else
             1e6 * n["sums"]["discovery"]) for name, n in zip(names, shown)]),
        covered and report_svg.chart("Branches covered", " %",
                                     covered["points"], zero=False)]
    growth = report_model.growth(nights)
    if len(growth) > 2:
        made.insert(2, report_svg.chart(
            "New features in the last night", "",
            [(duration(at), count) for at, count in growth]))
    # One point is no line.
    return [c for c in made if c and len(c.known) > 1]


def prepare_nights(nights: list[dict]) -> None:
    for night in nights:
        night["sums"] = report_model.night_totals(night)
        night["colour"], night["headline"] = report_model.headline(night)
        night["sentence"] = report_model.order_of(night)


def night_view(state: State, nights: list[dict], sources: Sources,
               checks: dict[str, str]) -> dict[str, Any]:
    night, reasons = nights[-1], read_known(sources.known)
    shown = report_model.violations(state, nights, reasons)
    earlier = report_model.earlier(state, nights, shown, reasons)
    for v in shown + earlier:
        add_drawing(v, sources.tablewalk)
    past = nights[-2]["sums"]["features"] if len(nights) > 1 else None
    now = night["sums"]["features"]
    covered = report_model.coverage(nights)
    roles = report_model.roles(nights)
    for role in roles:
        role["chart"] = report_svg.chart(role["role"], "/s", role["points"])
    statuses = collections.Counter(j["status"] for j in night["jobs"])
    problems = [j for j in night["jobs"]
                if j["status"] in ("infrastructure", "canary-missed")]
    return {
        "night": night, "colour": night["colour"],
        "headline": night["headline"], "sentence": night["sentence"],
        "totals": night["sums"], "violations": shown, "earlier": earlier,
        "of": {s: [v for v in shown if v.state == s]
               for s in ("new", "known", "fixed", "flaky")},
        "change": {"features": None if past is None or now is None
                   else now - past},
        "matrix": report_model.matrix(night, shown), "roles": roles,
        "charts": charts(nights, covered), "coverage": covered,
        "last_feature": report_model.last_feature(nights),
        "statuses": {s: statuses[s] for s in JOB_STATES},
        "failed": statuses["infrastructure"], "problems": problems,
        "logs": {j["job"]: last_lines(state.root / "logs" / f"{j['job']}.log")
                 for j in problems if "/" not in j["job"]},
        "executions": sum(n["sums"]["execs"] for n in nights),
        "page_of": {v.signature: v.page for v in earlier + shown if v.page},
        "guests": report_guests.guests(state, night, sources.guests,
                                       report_guests.read_lists(ROOT)),
        "full": FULL, "checks": checks}


def make_view(state: State, sources: Sources) -> dict[str, Any]:
    nights = state.nights + ([state.open_night] if state.open_night else [])
    prepare_nights(nights)
    version = re.search(r"VERSION ([\d.]+)", read_text(ROOT / "CMakeLists.txt"))
    view = {
        "title": sources.title, "version": version[1] if version else "0",
        "night": None, "nights": nights, "notes": state.notes,
        "colour": "amber", "headline": "No night has begun", "violations": [],
        "earlier": [], "coverage": None, "guests": None,
        "mutants": read_mutants(sources.kill_matrix),
        "kill_html": bool(sources.kill_matrix and
                          sources.kill_matrix.with_suffix(".html").is_file()),
        "coverage_html": bool(sources.coverage_html and (
            sources.coverage_html / "index.html").is_file()),
        "checks": read_checks()}
    if nights:
        view.update(night_view(state, nights, sources, view["checks"]))
    return view


def merged_case(v: Violation, signature: str, out: pathlib.Path) -> str:
    """The case of a signature that was merged into this entry, or nothing."""
    name = "merged-" + re.sub(r"[^A-Za-z0-9]+", "-", signature) + ".tw"
    path = v.finding.directory / name
    if not path.is_file() or path.is_symlink() or path.stat().st_size > FILE_BYTES:
        return ""
    directory = (out / v.page).with_suffix("")
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, directory / name)
    return f"{v.slug}/{name}"


def copy_files(v: Violation, out: pathlib.Path) -> None:
    """The case in its forms; what is not there gets no link."""
    kept, source = {}, v.finding.directory
    for kind, name in v.finding.data["files"].items():
        path = source / name
        if path.is_file() and not path.is_symlink() and \
                path.stat().st_size <= FILE_BYTES:
            out.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, out / name)
            kept[kind] = name
    v.finding.data["files"] = kept


def sort_vector(v: Violation) -> dict[str, list[dict[str, str]]]:
    rows = {"fail": [], "pass": [], "unsupported": []}
    for entry in v.finding.data["vector"]:
        row = {k: str(entry.get(k) or "")
               for k in ("format", "subject", "signature")}
        rows.setdefault(str(entry.get("result")), []).append(row)
    return rows


def write_findings(view: dict, pages: jinja2.Environment,
                   out: pathlib.Path) -> None:
    template = pages.get_template("finding.html")
    shown: dict[str, Violation] = {}
    for v in view["violations"] + view["earlier"]:
        # Of those that share an entry its own signature has the page.
        if v.finding and (not v.alias or v.page not in shown):
            shown[v.page] = v
    shown = list(shown.values())
    for v in shown:
        copy_files(v, (out / v.page).with_suffix(""))
    for v in shown:
        page = out / v.page
        page.parent.mkdir(exist_ok=True)
        v.vector = sort_vector(v)
        v.merged = [(s, merged_case(v, s, out)) for s in
                    map(str, v.finding.data["merged"])]
        page.write_text(template.render(view=view, v=v, base="../"))


def write_nights(view: dict, pages: jinja2.Environment, state: State,
                 out: pathlib.Path) -> None:
    template = pages.get_template("night.html")
    (out / "nights").mkdir()
    numbers = [n["night"] for n in view["nights"]]
    for n, night in enumerate(view["nights"]):
        logs = {j["job"]: last_lines(state.root / "logs" / f"{j['job']}.log")
                for j in night["jobs"] if "/" not in j["job"] and
                j["status"] in ("infrastructure", "canary-missed")}
        (out / f"nights/{night['night']}.html").write_text(template.render(
            view=view, night=night, logs=logs, base="../",
            before=numbers[n - 1] if n else None,
            after=numbers[n + 1] if n + 1 < len(numbers) else None))


def write_report(sources: Sources, out: pathlib.Path) -> dict[str, Any]:
    """Fills an empty directory; the view, for whoever wants to say a word."""
    state = read_state(sources.state)
    view = make_view(state, sources)
    pages = environment()
    write_findings(view, pages, out)
    write_nights(view, pages, state, out)
    (out / "index.html").write_text(
        pages.get_template("index.html").render(view=view, base=""))
    for name, make in (("junit.xml", report_files.junit),
                       ("report.sarif", report_files.sarif),
                       ("summary.json", report_files.summary),
                       ("metrics.prom", report_files.metrics)):
        (out / name).write_bytes(make(view))
    if view["kill_html"]:
        (out / "kill-matrix").mkdir()
        shutil.copyfile(sources.kill_matrix.with_suffix(".html"),
                        out / "kill-matrix/kill-matrix.html")
    if view["coverage_html"]:
        shutil.copytree(sources.coverage_html, out / "coverage")
    return view
