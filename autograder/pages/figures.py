"""Draw the figures of checks: a table, images in a row, or a plot, as HTML that needs no script.

What a plot shows stands in a table below it, too. Colours and shades mean nothing alone: lines have dashes,
cells have numbers, and boxes differ in their strokes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checks.figures import Figure
from autograder.pages.html import clean, render

SHADES = 8
# Of the drawing, in its own units: small, so that the text can still be read on a telephone.
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 360, 230, 46, 350, 10, 188


def figure_html(figure: Figure, *, inline: bool = False) -> str:
    """Return a figure as HTML: no script, no ids.

    `inline` puts the looks into the elements (notebooks); else they come from the style sheet of a page.
    """
    kinds = {"confusion": _confusion, "images": _images, "curve": _curve, "history": _history}
    values = {"caption": figure["caption"], **kinds[figure["kind"]](figure)}
    return clean(render("figure.html", inline=inline, kind=figure["kind"], figure=values))


def interval(passed: int, total: int) -> tuple[float, float]:
    """Return the interval of Wilson at one standard deviation for the part `passed` of `total`.

    >>> [round(end, 3) for end in interval(90, 100)]
    [0.866, 0.926]
    """
    part = passed / total
    middle = (part + 0.5 / total) / (1 + 1 / total)
    half = math.sqrt(part * (1 - part) / total + 0.25 / total**2) / (1 + 1 / total)
    return max(0.0, middle - half), min(1.0, middle + half)


def short(number: float) -> str:
    """Return a number for an axis or a table.

    >>> short(0.25), short(2000.0), short(1e-7)
    ('0.25', '2000', '1e-07')
    """
    return f"{number:.0f}" if abs(number) < 1e6 and number == round(number) else f"{number:.4g}"


def _confusion(figure: Figure) -> dict[str, Any]:
    """Rows of (name, cells); a cell has its number, its shade from 0, and whether it is on the diagonal."""
    rows = []
    for i, (name, counts) in enumerate(zip(figure["names"], figure["counts"], strict=True)):
        most = max(sum(counts), 1)
        cells = [
            {"count": count, "shade": math.ceil((SHADES - 1) * count / most), "right": i == j}
            for j, count in enumerate(counts)
        ]
        rows.append({"name": name, "cells": cells})
    return {"names": figure["names"], "rows": rows}


def _images(figure: Figure) -> dict[str, Any]:
    shown = []
    for number, image in enumerate(figure["images"], start=1):
        boxes = [
            {"side": side, "x": x0, "y": y0, "width": round(x1 - x0, 3), "height": round(y1 - y0, 3)}
            for side in ("truth", "got")
            if image[side]
            for x0, y0, x1, y1 in [image[side]]
        ]
        words = [image["label"] or f"image {number}"]
        for side, name in (("truth", "true box"), ("got", "your box")):
            if image[side]:
                x0, y0, x1, y1 = map(short, image[side])
                words.append(f"{name} x {x0} to {x1}, y {y0} to {y1}")
        shown.append({**image, "boxes": boxes, "alt": "; ".join(words)})
    return {"images": shown, "with_boxes": any(image["boxes"] for image in shown)}


def _curve(figure: Figure) -> dict[str, Any]:
    points = figure["points"]
    x = _Axis.over(
        [p[side] for p in points for side in ("left", "right")], _LEFT, _RIGHT, log=figure["log_x"]
    )
    y = _Axis(0.0, 1.0, _BOTTOM, _TOP)
    marks, rows = [], []
    for point in points:
        low, high = interval(point["passed"], point["total"])
        part = point["passed"] / point["total"]
        sides = {side: x.place(point[side]) for side in ("left", "x", "right")}
        marks.append({**sides, "y": y.place(part), "low": y.place(low), "high": y.place(high)})
        place = short(point["x"])
        if point["left"] < point["right"]:
            place = f"{short(point['left'])} to {short(point['right'])}"
        counts = f"{point['passed']} of {point['total']}"
        rows.append([place, counts, f"{part:.3f}", f"{low:.3f} to {high:.3f}"])
    columns = [figure["x_label"], "counts", figure["y_label"], "one standard deviation"]
    return {**_frame(figure, x, y), "marks": marks, "columns": columns, "rows": rows}


def _history(figure: Figure) -> dict[str, Any]:
    lines = figure["lines"]
    values = [value for line in lines for value in line["y"] if value is not None]
    x = _Axis.over([float(at) for line in lines for at in line["x"]], _LEFT, _RIGHT, whole=True)
    y = _Axis.over(values, _BOTTOM, _TOP, log=figure["log_y"])
    drawn = []
    for number, line in enumerate(lines, start=1):
        places = [
            None if value is None else (x.place(at), y.place(value))
            for at, value in zip(line["x"], line["y"], strict=True)
        ]
        drawn.append({"name": line["name"], "number": number, "pieces": list(_unbroken(places))})
    known = [dict(zip(line["x"], line["y"], strict=True)) for line in lines]
    rows = [
        [str(at), *("–" if (value := line.get(at)) is None else short(value) for line in known)]
        for at in sorted({at for line in known for at in line})
    ]
    columns = [figure["x_label"], *(line["name"] for line in lines)]
    return {**_frame(figure, x, y), "lines": drawn, "columns": columns, "rows": rows}


def _unbroken(places: Iterable[tuple[float, float] | None]) -> Iterable[dict[str, Any]]:
    """Yield the pieces of a line between its gaps; of a piece of one point only the point can be seen."""
    piece: list[tuple[float, float]] = []
    for place in [*places, None]:
        if place is not None:
            piece.append(place)
        elif piece:
            alone = piece[0] if len(piece) == 1 else None
            yield {"points": " ".join(f"{a},{b}" for a, b in piece), "alone": alone}
            piece = []


@dataclass(frozen=True)
class _Axis:
    """From numbers to places on the drawing."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    whole: bool = False

    @classmethod
    def over(
        cls, values: Sequence[float], start: float, end: float, *, log: bool = False, whole: bool = False
    ) -> _Axis:
        """Return an axis that holds all values with a little room at both ends."""
        low, high = (min(values), max(values)) if values else (1.0, 1.0)
        if log:
            room = (high / low) ** 0.03 if high > low else 2.0
            return cls(low / room, high * room, start, end, log, whole)
        room = 0.03 * (high - low) or abs(high) / 2 or 1.0
        return cls(low - room, high + room, start, end, log, whole)

    def place(self, value: float) -> float:
        """Return where a value is drawn."""
        low, high, at = (
            (math.log(v) for v in (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        )
        return round(self.start + (self.end - self.start) * (at - low) / (high - low), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """Return place and text of some round numbers within the axis."""
        if self.log:
            decades = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
            many = len(decades) > 4
            values = [k * 10.0**n for n in decades for k in ((1,) if many else (1, 2, 5))]
            values = values[:: max(1, len(decades) // 6)] if many else values
        else:
            step = _round_step((self.high - self.low) / 7)
            step = max(1.0, step) if self.whole else step
            values = [n * step for n in range(math.ceil(self.low / step), math.floor(self.high / step) + 1)]
        return [(self.place(v), short(float(f"{v:.6g}"))) for v in values if self.low <= v <= self.high]


def _round_step(at_least: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, … (and 0.5, 0.2, …) from `at_least` on."""
    power = 10.0 ** math.floor(math.log10(at_least))
    return next(k * power for k in (1, 2, 5, 10) if k * power >= at_least * (1 - 1e-9))


def _frame(figure: Figure, x: _Axis, y: _Axis) -> dict[str, Any]:
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "right": _RIGHT,
        "top": _TOP,
        "bottom": _BOTTOM,
        "x_label": figure["x_label"],
        "y_label": figure["y_label"],
        "x_ticks": x.ticks(),
        "y_ticks": y.ticks(),
    }
