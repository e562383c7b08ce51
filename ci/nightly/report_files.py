# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The report for programs: JUnit XML, SARIF, JSON, Prometheus' text format."""
import json
import re
import urllib.parse
import xml.etree.ElementTree as ET
from typing import Any

from report_model import Violation

# What XML 1.0 cannot hold.
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SARIF_SCHEMA = ("https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/"
                "sarif-schema-2.1.0.json")
FINGERPRINT = "tablewalkSignature/v1"


def clean(text: Any) -> str:
    return NO_XML.sub("\ufffd", str(text))


def told(v: Violation) -> str:
    """The text of a violation: its report, the case, how to replay it."""
    if not v.finding:
        return v.signature
    data = v.finding.data
    parts = [data["report"], v.finding.text,
             data["replay"] and "replay: " + data["replay"]]
    return "\n".join(p.rstrip("\n") for p in parts if p)


def add_case(suite: ET.Element, classname: str, name: str, seconds: float,
             outcome: str = "", message: str = "", text: str = "") -> None:
    case = ET.SubElement(suite, "testcase", classname=clean(classname),
                         name=clean(name), time=f"{seconds:.3f}")
    if outcome:
        ET.SubElement(case, outcome, message=clean(message)).text = clean(text)
    elif text:
        ET.SubElement(case, "system-out").text = clean(text)


def finish(suite: ET.Element) -> None:
    for key, tag in (("failures", "failure"), ("errors", "error"),
                     ("skipped", "skipped")):
        suite.set(key, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))


def junit(view: dict[str, Any]) -> bytes:
    """One case for each job, one for each finding.

    A job that found something has done its work: what it found fails, in a case
    of its own, unless it is known.
    """
    night = view["night"]
    root = ET.Element("testsuites", name="tablewalk campaign")
    if not night:
        return ET.tostring(root, encoding="utf-8", xml_declaration=True)
    name = f"night {night['night']}"
    jobs = ET.SubElement(root, "testsuite", name=f"{name}: jobs",
                         time=f"{max(0, night['ended'] - night['started']):.3f}")
    for job in night["jobs"]:
        outcome = {"infrastructure": "error", "canary-missed": "failure"}.get(
            job["status"], "")
        classname = f"{job['role']}.{job['format'] or 'any'}"
        add_case(jobs, classname, job["job"], job["seconds"] or 0, outcome,
                 f"{job['status']}: {job['detail']}" if outcome else "",
                 view["logs"].get(job["job"], "") if outcome else
                 "" if job["status"] == "clean" else job["status"])
    found = ET.SubElement(root, "testsuite", name=f"{name}: findings", time="0")
    for v in view["violations"]:
        outcome, message = {
            "new": ("failure", "new violation"),
            "known": ("skipped", "known: " + (v.reason or "no reason is given")),
            "flaky": ("skipped", "did not come again in fresh processes"),
        }.get(v.state, ("", ""))
        add_case(found, "finding." + v.state, v.signature, 0, outcome, message,
                 told(v))
    finish(jobs)
    finish(found)
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(s.get(key)) for s in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def rule_of(v: Violation) -> str:
    return v.finding.data["check"] if v.finding and v.finding.data["check"] \
        else v.signature.partition("/")[0]


def sarif_result(v: Violation, rules: list[str]) -> dict[str, Any]:
    level = {"new": "error", "known": "warning"}.get(v.state, "note")
    baseline = {"new": "new", "fixed": "absent"}.get(v.state, "unchanged")
    rule = rule_of(v)
    result = {
        "ruleId": rule, "ruleIndex": rules.index(rule), "level": level,
        "baselineState": baseline,
        "message": {"text": clean(told(v))},
        "partialFingerprints": {FINGERPRINT: v.signature},
        "properties": {"state": v.state, "jobs": v.jobs},
    }
    if v.state == "known":
        result["suppressions"] = [{
            "kind": "external", "status": "accepted",
            "justification": v.reason or "listed as known"}]
    if v.finding and "text" in v.finding.data["files"]:
        where = f"{v.page.removesuffix('.html')}/{v.finding.data['files']['text']}"
        result["locations"] = [{
            "physicalLocation": {
                "artifactLocation": {"uri": urllib.parse.quote(where),
                                     "uriBaseId": "REPORT"},
                "region": {"startLine": 1}},
            "logicalLocations": [{"name": v.finding.data["operation"] or "-",
                                  "kind": "function"}]}]
    times = v.finding.data["times"] if v.finding else None
    if times and times > 0:
        result["occurrenceCount"] = times
    return result


def sarif(view: dict[str, Any]) -> bytes:
    shown = view["violations"]
    rules = sorted({rule_of(v) for v in shown})
    night = view["night"]
    run = {
        "tool": {"driver": {
            "name": "tablewalk", "version": view["version"],
            "rules": [{
                "id": rule,
                "shortDescription": {"text": clean(
                    view["checks"].get(rule, rule))}} for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"REPORT": {
            "description": {"text": "The directory of the report."}}},
        "results": [sarif_result(v, rules) for v in shown],
    }
    if night:
        run["automationDetails"] = {"id": f"tablewalk/night/{night['night']}"}
        run["invocations"] = [{
            "executionSuccessful": night["exit"] in (0, 10, 11),
            "exitCode": int(night["exit"] or 0)}] if night["finished"] else []
    return (json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0",
                        "runs": [run]}, indent=1) + "\n").encode()


def summary(view: dict[str, Any]) -> bytes:
    night = view["night"]
    value: dict[str, Any] = {
        "version": 1, "title": view["title"], "status": view["colour"],
        "headline": view["headline"], "notes": view["notes"]}
    if night:
        value.update({
            "night": night["night"], "finished": night["finished"],
            "exit": night["exit"], "started": night["started"],
            "ended": night["ended"], "revision": night["revision"],
            "totals": {k: v for k, v in view["totals"].items()
                       if k != "features_by_role"}, "last_feature": view["last_feature"],
            "jobs": {s: n for s, n in view["statuses"].items() if n},
            "violations": [{
                "signature": v.signature, "state": v.state, "page": v.page,
                "replay": v.finding.data["replay"] if v.finding else "",
                "jobs": v.jobs, "first": v.first, "last": v.last,
                "reason": v.reason} for v in view["violations"]],
            "coverage": view["coverage"] and {
                "night": view["coverage"]["night"],
                "before": view["coverage"]["before"],
                "totals": view["coverage"]["totals"]["cells"],
                "directories": {r["name"]: r["cells"]
                                for r in view["coverage"]["rows"]}},
            "guests": view["guests"], "mutants": view["mutants"]})
    return (json.dumps(value, indent=1) + "\n").encode()


class Metrics:
    """Lines of Prometheus' text format, each name described once."""

    def __init__(self):
        self.lines: list[str] = []
        self.names: set[str] = set()

    def add(self, name: str, kind: str, text: str,
            values: list[tuple[dict[str, Any], Any]]) -> None:
        values = [(labels, v) for labels, v in values if v is not None]
        if not values:
            return
        name = "tablewalk_" + name
        assert name not in self.names
        self.names.add(name)
        self.lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
        for labels, value in values:
            inner = ",".join(f'{k}="{escape(v)}"' for k, v in labels.items())
            shown = repr(float(value)) if isinstance(value, float) else \
                str(int(value))
            self.lines.append(f"{name}{{{inner}}} {shown}" if inner
                              else f"{name} {shown}")


def escape(value: Any) -> str:
    return str(value).replace("\\", r"\\").replace('"', r'\"').replace("\n", r"\n")


def add_night(m: Metrics, view: dict[str, Any]) -> None:
    night, totals = view["night"], view["totals"]
    m.add("night", "gauge", "Number of the last night.", [({}, night["night"])])
    m.add("night_exit_status", "gauge", "Exit status of the last night.",
          [({}, night["exit"])])
    m.add("night_finished", "gauge", "1 if the last night has ended.",
          [({}, int(night["finished"]))])
    m.add("night_start_timestamp_seconds", "gauge", "When the last night began.",
          [({}, night["started"])])
    m.add("night_end_timestamp_seconds", "gauge",
          "When the last night, or its last job, ended.", [({}, night["ended"])])
    m.add("jobs", "gauge", "Jobs of the last night by how they ended.",
          [({"status": s}, n) for s, n in view["statuses"].items()])
    m.add("violations", "gauge", "Signatures of the last night by state.",
          [({"state": s}, sum(v.state == s for v in view["violations"]))
           for s in ("new", "known", "fixed", "flaky")])
    m.add("violation", "gauge", "1 for each signature of the last night.",
          [({"signature": v.signature, "state": v.state}, 1)
           for v in view["violations"]])
    m.add("executions_total", "counter", "Executions of all nights.",
          [({}, view["executions"])])
    m.add("executions", "gauge", "Executions of the last night by role.",
          [({"role": r["role"]}, r["execs"]) for r in view["roles"]])
    m.add("executions_per_second", "gauge",
          "Median over the jobs of a role, last night.",
          [({"role": r["role"]}, r["rate"]) for r in view["roles"]])
    m.add("features", "gauge", "Features that the corpora reach, summed over formats.",
          [({"role": role, "target": target}, n) for (role, target), n
           in totals["features_by_role"].items()])
    m.add("corpus_files", "gauge", "Inputs in the corpus.",
          [({}, totals["corpus"])])
    m.add("new_corpus_files", "gauge", "Inputs kept in the last night.",
          [({}, totals["new_corpus"])])
    m.add("discovery_ratio", "gauge",
          "Estimated chance that an execution shows something new.",
          [({}, totals["discovery"])])
    m.add("stability_ratio", "gauge", "Lowest stability of a role's jobs.",
          [({"role": r["role"]}, r["stability"] / 100) for r in view["roles"]
           if r["stability"] is not None])
    if view["last_feature"]:
        m.add("last_new_feature_timestamp_seconds", "gauge",
              "End of the last job that saw something new.",
              [({}, view["last_feature"]["time"])])


def metrics(view: dict[str, Any]) -> bytes:
    m = Metrics()
    m.add("nights", "gauge", "Nights of the state.", [({}, len(view["nights"]))])
    if view["night"]:
        add_night(m, view)
    if view["coverage"]:
        rows = [({"directory": r["name"], "kind": kind},
                 None if c["percent"] is None else c["percent"] / 100)
                for r in [view["coverage"]["totals"]] + view["coverage"]["rows"]
                for kind, c in r["cells"].items()]
        m.add("coverage_ratio", "gauge", "Coverage by the corpus.", rows)
    if view["mutants"]:
        m.add("mutants", "gauge", "Deliberate defects by column and state.",
              [({"column": c, "state": s}, n)
               for c, states in view["mutants"]["counts"].items()
               for s, n in states.items()])
    guests = view["guests"]["rows"] if view["guests"] else []
    m.add("guest_cases_per_second", "gauge", "Cases of a guest.",
          [({"format": r["format"], "command": which}, r[which]["rate"])
           for r in guests for which in ("hw", "sweep") if r[which]])
    m.add("deviations", "gauge", "Answers of emulators that differ, by reason.",
          [({"id": d["id"], "expected": d["what"] if d["new"] else ""},
            d["count"]) for d in
           (view["guests"]["deviations"] if view["guests"] else [])])
    return ("\n".join(m.lines) + "\n").encode()
