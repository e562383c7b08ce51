# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Drawings: those of findings made harmless, and the lines of charts.

A drawing of a finding comes from a file of the state, and a state may have been
brought from anywhere.  It becomes a part of the page, so only what is on the
lists below is taken over: no script, no link, nothing that is loaded.
"""
import dataclasses
import math
import re
import xml.etree.ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
ELEMENTS = {"svg", "g", "path", "rect", "line", "polyline", "polygon", "circle",
            "ellipse", "text", "tspan", "title", "desc", "defs", "marker", "use",
            "style"}
ATTRIBUTES = {
    "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy",
    "r", "rx", "ry", "d", "points", "transform", "class", "id", "fill", "stroke",
    "fill-opacity", "stroke-opacity", "opacity", "stroke-width", "dx", "dy",
    "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "text-anchor",
    "dominant-baseline", "font-size", "font-family", "font-weight",
    "font-style", "marker-end", "marker-start", "markerWidth", "markerHeight",
    "refX", "refY", "orient", "markerUnits", "role", "aria-label",
    "aria-labelledby", "preserveAspectRatio", "textLength", "lengthAdjust",
    "xml:space", "href"}
# What a value may be led by out of the page.
OUTSIDE = re.compile(r"url\s*\(\s*[\"']?(?!#)|javascript:|expression|@import|"
                     r"image-set|\\", re.I)
MAX_ELEMENTS = 20000


class Unfit(Exception):
    """Why a drawing is not shown."""


def rename(value: str, prefix: str) -> str:
    """References to ids, within the drawing only."""
    return re.sub(r"url\(\s*[\"']?#([\w.-]+)[\"']?\s*\)",
                  lambda m: f"url(#{prefix}{m[1]})", value)


def fit_style(text: str, prefix: str) -> str:
    """Rules hold within the box around this drawing."""
    if OUTSIDE.search(text) or "<" in text:
        raise Unfit("its style refers to something outside")
    if text.count("{") != text.count("}"):
        raise Unfit("its style is torn")
    depth = 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        if depth < 0:
            raise Unfit("its style is torn")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    text = re.sub(r"#([A-Za-z][\w-]*)(?=[^{};]*\{)", rf"#{prefix}\1", text)
    text = re.sub(r":root\b", "svg", text)
    return f"#{prefix}box {{ {rename(text, prefix)} }}"


def fit_element(source: ET.Element, prefix: str) -> ET.Element | None:
    if not isinstance(source.tag, str) or not source.tag.startswith(f"{{{SVG}}}"):
        return None
    name = source.tag.rpartition("}")[2]
    if name not in ELEMENTS:
        return None
    element = ET.Element(name)
    for key, value in source.attrib.items():
        key = "href" if key.endswith("}href") else key
        key = "xml:space" if key.endswith("}space") else key
        if key not in ATTRIBUTES or OUTSIDE.search(value):
            continue
        if key == "href":
            if not value.startswith("#"):
                continue
            value = "#" + prefix + value[1:]
        elif key in ("id", "aria-labelledby"):
            value = " ".join(prefix + word for word in value.split())
        element.set(key, rename(value, prefix))
    element.text, element.tail = source.text, source.tail
    if name == "style":
        element.text = fit_style(source.text or "", prefix)
    return element


def fit_drawing(text: str, prefix: str) -> str:
    """The drawing in a box, as a part of a page, its ids preceded by PREFIX."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unfit("it has a document type")
    try:
        root = ET.fromstring(text)
    except (ET.ParseError, ValueError) as error:
        raise Unfit(f"it is no XML ({error})") from None
    if root.tag != f"{{{SVG}}}svg":
        raise Unfit("it is no SVG")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise Unfit("it has too many elements")
    made = fit_element(root, prefix)
    pending = [(root, made)]
    while pending:
        source, target = pending.pop()
        for child in source:
            fit = fit_element(child, prefix)
            if fit is not None:
                target.append(fit)
                pending.append((child, fit))
    if not made.get("role"):
        made.set("role", "img")
    if not made.get("aria-label") and not made.get("aria-labelledby"):
        made.set("aria-label", "Tables before and after the first wrong operation")
    markup = ET.tostring(made, encoding="unicode", short_empty_elements=True)
    # Within HTML a style's text is not escaped, and has no use for it.
    markup = re.sub(
        r"(<style[^>]*>)(.*?)(</style>)", lambda m: m[1] + m[2].replace(
            "&gt;", ">").replace("&amp;", "&") + m[3], markup, flags=re.S)
    return f'<div id="{prefix}box">{markup}</div>'


@dataclasses.dataclass(frozen=True)
class Chart:
    """One line over nights.  The template writes numbers beside it as text."""
    title: str
    unit: str
    path: str
    dots: str
    top: float
    bottom: float
    points: list[tuple[str, float | None]]

    @property
    def known(self) -> list[tuple[str, float]]:
        return [(label, value) for label, value in self.points
                if value is not None]


def nice_ceiling(value: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10)
                if value <= step * power * 1.0000001)


def chart(title: str, unit: str, points: list[tuple[str, float | None]],
          zero: bool = True) -> Chart | None:
    """In a box of 1000 by 100, y downwards.  A value that is missing is a gap."""
    values = [v for _, v in points if v is not None]
    if not values:
        return None
    low, high = 0.0 if zero else min(values), max(values)
    step = nice_ceiling((high - low) / 3 or abs(high) / 10)
    bottom = step * math.floor(low / step)
    top = step * math.ceil(high / step)
    if top == bottom:
        top += step
    span = top - bottom
    path, dots, pen = [], [], False
    for n, (_, value) in enumerate(points):
        if value is None:
            pen = False
            continue
        x = 1000 * (n / (len(points) - 1) if len(points) > 1 else 0.5)
        y = 100 - 100 * (value - bottom) / span
        path.append(f"{'L' if pen else 'M'}{x:.1f} {y:.2f}")
        dots.append(f"M{x:.1f} {y:.2f}h0")
        pen = True
    return Chart(title, unit, "".join(path), "".join(dots), top, bottom, points)
