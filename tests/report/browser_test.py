#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The report as a browser shows it: Chromium without a window, files only.

    browser_test.py SOURCE OUT

Makes reports of sample states, visits every page, and asks: does every link lead
somewhere, is the console silent, does anything stick out at 360 or 1280 pixels,
is text legible in the light and in the dark, is every part reached by keyboard,
and is what a finding says still text.  Screenshots go to OUT.  First each of these
questions is put to a page made to fail it.

exit status: 0 good, 1 not, 77 no browser
"""
import base64
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

try:
    from selenium import webdriver
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.keys import Keys
except ModuleNotFoundError:
    print("python3-selenium is not installed: skipped")
    sys.exit(77)

WIDTHS = (1280, 360)
SCHEMES = ("light", "dark")

# Everything that leads somewhere, and every id that something may lead to.
LINKS = """
const found = [];
for (const e of document.querySelectorAll('*'))
  for (const a of ['href', 'src', 'data', 'action', 'poster', 'xlink:href'])
    if (e.hasAttribute(a)) found.push(e.getAttribute(a));
return found;
"""
IDS = "return [...document.querySelectorAll('[id]')].map(e => e.id);"
# What is wider than the window and no part of a box that scrolls.
OVERFLOW = """
const width = document.documentElement.clientWidth, out = [];
if (document.documentElement.scrollWidth > width)
  out.push('page: ' + document.documentElement.scrollWidth + ' of ' + width);
for (const e of document.querySelectorAll('body *')) {
  if (e.closest('svg') || e.closest('.skip')) continue;
  const r = e.getBoundingClientRect();
  if (!r.width || r.right <= width + 1) continue;
  let box = e.parentElement;
  while (box && !['auto', 'scroll'].includes(getComputedStyle(box).overflowX))
    box = box.parentElement;
  if (!box) out.push(e.tagName + '.' + e.className + ': ' + Math.round(r.right));
}
return out.slice(0, 5);
"""
# Contrast of each text with what is behind it (WCAG 2.1, 1.4.3).
CONTRAST = """
const light = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
const parse = s => s.match(/[0-9.]+/g).map(Number);
const shine = c => .2126 * light(c[0]) + .7152 * light(c[1]) + .0722 * light(c[2]);
const out = new Set();
for (const e of document.querySelectorAll('body *')) {
  if (e.closest('svg') || e.closest('.skip')) continue;
  if (![...e.childNodes].some(n => n.nodeType == 3 && n.data.trim())) continue;
  let box = e, back;
  do { back = parse(getComputedStyle(box).backgroundColor); box = box.parentElement; }
  while (box && back.length == 4 && back[3] == 0);
  if (back.length == 4 && back[3] == 0)
    back = matchMedia('(prefers-color-scheme: dark)').matches ? [18,18,18] : [255,255,255];
  const a = shine(parse(getComputedStyle(e).color)), b = shine(back);
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) out.add(e.tagName + '.' + e.className + ' ' + ratio.toFixed(2));
}
return [...out].slice(0, 5);
"""
# What would act, or load something, if it had come past the escaping.
ALIVE = """
const out = [];
for (const e of document.querySelectorAll('*')) {
  if (['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'IMG', 'FORM', 'foreignObject', 'image',
       'script', 'LINK'].includes(e.tagName) && e.getAttribute('rel') != 'icon')
    out.push(e.tagName);
  for (const a of e.attributes)
    if (a.name.startsWith('on') || /javascript:/i.test(a.value)) out.push(a.name);
}
for (const r of performance.getEntriesByType('resource')) out.push(r.name);
return out;
"""
# Tables without heads, scrolling boxes without a name, ids given twice.
STRUCTURE = """
const out = [], ids = {};
for (const e of document.querySelectorAll('[id]'))
  if (ids[e.id]++ || (ids[e.id] = 1, false)) out.push('id twice: ' + e.id);
for (const e of document.querySelectorAll('th'))
  if (!e.scope) out.push('th without scope: ' + e.textContent);
for (const e of document.querySelectorAll('table'))
  if (!e.querySelector('th')) out.push('table without th');
for (const e of document.querySelectorAll('pre, .scroll, .drawing'))
  if (e.tabIndex < 0 || !e.getAttribute('aria-label')) out.push('not reached: ' + e.className);
for (const e of document.querySelectorAll('svg'))
  if (!e.getAttribute('aria-hidden') && !e.getAttribute('aria-label'))
    out.push('svg without a name');
if (document.querySelectorAll('h1').length != 1) out.push('not one h1');
let before = 0;
for (const e of document.querySelectorAll('h1, h2, h3, h4')) {
  const level = +e.tagName[1];
  if (level > before + 1) out.push('skipped to ' + e.tagName + ' ' + e.textContent);
  before = level;
}
return out.slice(0, 5);
"""


class Browser:
    def __init__(self, profile: str):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for word in ("--headless=new", f"--user-data-dir={profile}",
                     "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                     "--disable-extensions", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync",
                     "--host-resolver-rules=MAP * ~NOTFOUND",
                     "--force-color-profile=srgb", "--hide-scrollbars"):
            options.add_argument(word)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(
            service=Service(shutil.which("chromedriver") or ""), options=options)
        self.driver.set_page_load_timeout(20)

    def open(self, path: pathlib.Path) -> None:
        self.driver.get(path.resolve().as_uri())

    def ask(self, script: str):
        return self.driver.execute_script(script)

    def look(self, width: int, scheme: str) -> None:
        cdp = self.driver.execute_cdp_cmd
        cdp("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 900, "deviceScaleFactor": 1,
            "mobile": False})
        cdp("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme}]})

    def shoot(self, path: pathlib.Path) -> None:
        shot = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "captureBeyondViewport": True, "optimizeForSpeed": True})
        path.write_bytes(base64.b64decode(shot["data"]))

    def console(self) -> list[str]:
        return [e["message"] for e in self.driver.get_log("browser")]


def broken_links(page: pathlib.Path, hrefs: list[str], ids: dict) -> list[str]:
    """Those that lead to no file, to no id, or out of the report."""
    broken = []
    for href in hrefs:
        parts = urllib.parse.urlsplit(href)
        if parts.scheme == "data" and href == "data:,":
            continue
        if parts.scheme or parts.netloc or parts.path.startswith("/"):
            broken.append(f"leads outside: {href}")
            continue
        target = (page.parent / urllib.parse.unquote(parts.path)).resolve() \
            if parts.path else page.resolve()
        if not target.is_file():
            broken.append(f"no such file: {href}")
        elif parts.fragment and target.suffix == ".html" and \
                parts.fragment not in ids.get(target, ()):
            broken.append(f"no such place: {href}")
    return broken


def visit(browser: Browser, page: pathlib.Path) -> tuple[list[str], list, list]:
    """(what is wrong, links, ids) of a page, at all widths and schemes."""
    browser.look(WIDTHS[0], SCHEMES[0])
    browser.open(page)
    wrong = [f"console: {m}" for m in browser.console()]
    for what, script in (("alive", ALIVE), ("structure", STRUCTURE)):
        wrong += [f"{what}: {x}" for x in browser.ask(script)]
    browser.ask("for (const d of document.querySelectorAll('details')) d.open = true;")
    for width, scheme in zip(WIDTHS, SCHEMES):
        browser.look(width, scheme)
        for what, script in (("overflow", OVERFLOW), ("contrast", CONTRAST)):
            wrong += [f"{what} at {width}, {scheme}: {x}"
                      for x in browser.ask(script)]
    return wrong, browser.ask(LINKS), browser.ask(IDS)


def visit_all(browser: Browser, report: pathlib.Path) -> list[str]:
    pages = sorted(p for p in report.rglob("*.html")
                   if p.relative_to(report).parts[0] not in ("coverage",
                                                             "kill-matrix"))
    wrong, links, ids = [], {}, {}
    for page in pages:
        found, links[page], names = visit(browser, page)
        ids[page.resolve()] = set(names)
        wrong += [f"{page.relative_to(report)}: {x}" for x in found]
    for page in pages:
        wrong += [f"{page.relative_to(report)}: {x}"
                  for x in broken_links(page, links[page], ids)]
    # What no link leads to nobody sees.
    reached = {(page.parent / urllib.parse.unquote(
        urllib.parse.urlsplit(h).path)).resolve()
        for page in pages for h in links[page]}
    wrong += [f"{p.relative_to(report)}: no link leads there" for p in pages
              if p.resolve() not in reached]
    print(f"{report.name}: {len(pages)} pages, "
          f"{sum(map(len, links.values()))} links, {len(wrong)} wrong")
    return wrong


def keyboard(browser: Browser, page: pathlib.Path) -> list[str]:
    """The skip link comes first and works; Tab reaches each part, visibly."""
    browser.look(WIDTHS[0], SCHEMES[0])
    browser.open(page)
    body = browser.driver.find_element("tag name", "body")
    wrong, parts = [], set()
    body.send_keys(Keys.TAB)
    if browser.ask("return document.activeElement.className") != "skip":
        wrong.append("the skip link is not first")
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    if browser.ask("return document.activeElement.id") != "main":
        wrong.append("the skip link leads nowhere")
    count = browser.ask("""
        window.visited = [];
        document.addEventListener('focusin', event => {
          const e = event.target, s = e.closest('section, nav, header');
          visited.push([s ? s.getAttribute('aria-labelledby') || s.tagName : '',
            parseFloat(getComputedStyle(e).outlineWidth), e.outerHTML.slice(0, 60)]);
        });
        return [...document.querySelectorAll('a[href], summary, [tabindex="0"]')]
          .filter(e => e.checkVisibility()).length""")
    browser.driver.switch_to.active_element.send_keys(Keys.TAB * (count + 1))
    for part, outline, what in browser.ask("return visited"):
        parts.add(part)
        if not outline:
            wrong.append(f"no focus to be seen: {what}")
    wanted = {"NAV", "new", "known", "fixed", "matrix", "progress", "coverage",
              "kill", "guests", "nights", "files"}
    wrong += [f"Tab does not reach {p}" for p in sorted(wanted - parts)]
    return [f"keyboard: {x}" for x in wrong[:10]]


def self_check(browser: Browser, work: pathlib.Path) -> list[str]:
    """Each question is put to a page that has to fail it, and one that has not."""
    head = "<!doctype html><html lang=en><title>x</title><style>body { " \
        "color: #000; background: #fff } a { color: #00f }</style>" \
        "<h1 id=top>x</h1>"
    pages = {
        "fine": (head + "<a href='#top'>x</a>", None),
        "file": (head + "<a href='gone.html'>x</a>", "no such file"),
        "fragment": (head + "<a href='#gone'>x</a>", "no such place"),
        "outside": (head + "<a href='https://example.invalid/'>x</a>",
                    "leads outside"),
        "console": (head + "<script>console.error('e')</script>", "console"),
        "warning": (head + "<script>console.warn('w')</script>", "console"),
        "overflow": (head + "<div style='width:2000px'>x</div>", "overflow"),
        "narrow": (head + "<div style='width:600px'>x</div>", "overflow at 360"),
        "pale": (head + "<p style='color:#bbb;background:#fff'>x</p>", "contrast"),
        "script": (head + "<p onclick='1'>x</p>", "alive"),
        "scope": (head + "<table><tr><th>x</table>", "structure"),
        "image": (head + "<img src='image.html' alt=x>", "alive")}
    for name, (text, _) in pages.items():
        (work / f"{name}.html").write_text(text)
    missed = []
    for name, (_, wanted) in pages.items():
        page = work / f"{name}.html"
        found, links, ids = visit(browser, page)
        found += broken_links(page, links, {page.resolve(): set(ids)})
        if wanted is None and found:
            missed.append(f"self-check: {name} is fine, and: {found}")
        elif wanted and not any(x.startswith(wanted) for x in found):
            missed.append(f"self-check: {name} was not noticed: {found}")
    (work / "keys.html").write_text(
        head + "<main id=main></main><a href='#top' style='outline:none'>x</a>")
    if len(keyboard(browser, work / "keys.html")) < 3:
        missed.append("self-check: nothing noticed by keyboard")
    return missed


def make(source: pathlib.Path, state: pathlib.Path, *options: str,
         report: tuple = ()) -> pathlib.Path:
    python = sys.executable
    subprocess.run([python, source / "tests/report/sample_state.py", state,
                    *options], check=True)
    out = state.with_name(state.name + "-report")
    subprocess.run([python, source / "ci/report", "--state", state, "--out", out,
                    *report], check=True, stdout=subprocess.DEVNULL)
    return out


def shoot(browser: Browser, report: pathlib.Path, out: pathlib.Path) -> None:
    finding = next((report / "findings").glob("entry*.html"))
    for page, name in ((report / "index.html", "index"), (finding, "finding")):
        browser.open(page)
        for width in WIDTHS:
            for scheme in SCHEMES:
                browser.look(width, scheme)
                browser.shoot(out / f"{name}-{width}-{scheme}.png")


def run(source: pathlib.Path, out: pathlib.Path, work: pathlib.Path) -> list[str]:
    browser = Browser(str(work / "profile"))
    times = [time.monotonic()]

    def lap(what: str) -> None:
        times.append(time.monotonic())
        print(f"{times[-1] - times[-2]:5.1f} s  {what}")
    try:
        wrong = self_check(browser, work)
        lap("pages that have to fail")
        normal = make(source, work / "normal", "--nights", "3")
        wrong += visit_all(browser, normal)
        lap("a report of some nights")
        wrong += keyboard(browser, normal / "index.html")
        lap("by keyboard")
        hostile = make(source, work / "hostile", "--nights", "1", "--hostile",
                       report=("--title", "<script>alert(1)</script>"))
        wrong += visit_all(browser, hostile)
        browser.open(hostile / "index.html")
        if "alert" not in browser.driver.title:
            wrong.append("hostile: the title is not what was given")
        wrong += visit_all(browser, make(source, work / "empty", "--empty"))
        lap("hostile and empty")
        shoot(browser, normal, out)
        lap("screenshots")
    finally:
        browser.driver.quit()
    return wrong


def main() -> int:
    source, out = (pathlib.Path(p).resolve() for p in sys.argv[1:3])
    out.mkdir(parents=True, exist_ok=True)
    if not shutil.which("chromium") or not shutil.which("chromedriver"):
        print("chromium or chromium-driver is not installed: skipped")
        return 77
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        try:
            wrong = run(source, out, pathlib.Path(work))
        except WebDriverException as error:
            print(f"the browser: {error.msg}")
            return 1
    print("\n".join(wrong) or f"all good; screenshots in {out}")
    return 1 if wrong else 0


if __name__ == "__main__":
    # Whoever ends the test ends the browser.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    sys.exit(main())
