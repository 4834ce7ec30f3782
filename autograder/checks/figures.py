"""What a check may show beside its words: a confusion matrix, images, a curve, a history.

A check calls one of these functions before it passes or fails; the student sees the figure in both cases, and
also where the check is hidden. So show little of hidden inputs: a few images, or sums over many. Nor should a
hidden check show numbers that the answer chose: its history is left out, its boxes are cut to whole pixels.

    counts = np.zeros((2, 2), int)
    np.add.at(counts, (labels, predicted), 1)
    show_confusion_matrix(counts, ["circle", "rectangle"], caption="2000 fresh images.")

A figure is kept with the result as a small record of plain values, and drawn where feedback is shown
(`pages.figures`). Numbers in it are finite: others are left out. Texts lie on one line and hold nothing
unseen. Outside a check, nothing is kept.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from autograder.checks.png import encoded, stacked
from autograder.text import inert

FIGURES_AT_MOST = 4
CLASSES_AT_MOST = 20
IMAGES_AT_MOST = 12
POINTS_AT_MOST = 60
LINES_AT_MOST = 4
# Base64 characters of all images of one figure; larger images are shown with fewer pixels.
PNG_AT_MOST = 40_000

Figure = dict[str, Any]

_shown: ContextVar[list[Figure] | None] = ContextVar("figures of the running check", default=None)


@contextmanager
def kept() -> Iterator[list[Figure]]:
    """Give the list to which everything is added that is shown inside."""
    figures: list[Figure] = []
    token = _shown.set(figures)
    try:
        yield figures
    finally:
        _shown.reset(token)


def show_confusion_matrix(counts: Any, names: Sequence[str], *, caption: str) -> None:
    """Show how often which class was taken for which.

    Args:
        counts: (k, k) integers; counts[i, j] are of class i and were taken for class j. At most 20 classes.
        names: of the k classes.
        caption: what was counted, as a sentence.
    Raises:
        ValueError: `counts` is not such an array, or there are not k names.
    """
    counts = np.asarray(counts)
    k = len(names)
    if counts.shape != (k, k) or not 0 < k <= CLASSES_AT_MOST:
        raise ValueError(
            f"counts of shape {counts.shape} and {k} names; expected (k, k), k ≤ {CLASSES_AT_MOST}"
        )
    if counts.dtype.kind not in "iu" or counts.min() < 0:
        raise ValueError(f"counts of dtype {counts.dtype}; expected integers from 0")
    _keep("confusion", caption, names=[_text(name) for name in names], counts=counts.tolist())


def show_examples(images: Any, labels: Sequence[str], *, caption: str) -> None:
    """Show the first images, at most 12, with a text under each, such as "boot, taken for a sandal".

    Of no image there is no figure.

    Args:
        images: (n, h, w), (n, 1, h, w) or (n, h, w, 1); uint8 are drawn as they are, others from their
            lowest (black) to their highest value (white).
        labels: n texts.
        caption: what they have in common, as a sentence.
    Raises:
        ValueError: the shape of `images` is another one, or there are not n labels.
    """
    _show_images(images, labels, None, None, caption)


def show_boxes(
    images: Any, truth: Any, got: Any, *, caption: str, labels: Sequence[str] | None = None
) -> None:
    """Show the first images, at most 12, with two boxes over each: the true one, and the student's.

    Args:
        images: as for `show_examples`.
        truth, got: (n, 4) boxes x0, y0, x1, y1 in pixels from the upper left corner of the image. Of corners
            in another order the box between them is drawn. A box that is not finite is left out, and what
            lies outside the image is cut.
        caption: what is shown, as a sentence.
        labels: n texts, such as "IoU 0.71".
    Raises:
        ValueError: the shape of one of them is another one.
    """
    truth, got = np.asarray(truth, float), np.asarray(got, float)
    _show_images(images, [""] * len(truth) if labels is None else labels, truth, got, caption)


def show_curve(
    x: Any, passed: Any, total: Any, *, caption: str, x_label: str, y_label: str, log_x: bool = False
) -> None:
    """Show which part passed, from 0 to 1, against x, with binomial errors: an efficiency.

    Args:
        x: (n + 1,) edges of bins or (n,) places, rising; n at most 60. In units that `x_label` names.
        passed, total: (n,) integers, 0 ≤ passed ≤ total. A bin of none is left out.
        caption: what is shown, as a sentence.
        x_label, y_label: of the axes, such as "p_T [GeV]" and "efficiency".
        log_x: draw x in decades; it must be positive.
    Raises:
        ValueError: the arrays do not fit together as said.
    """
    x, passed, total = np.asarray(x, float), np.asarray(passed), np.asarray(total)
    n = len(total)
    if (
        not 0 < n <= POINTS_AT_MOST
        or passed.shape != (n,)
        or total.shape != (n,)
        or x.shape not in ((n,), (n + 1,))
    ):
        shapes = f"x {x.shape}, passed {passed.shape}, total {total.shape}"
        raise ValueError(f"{shapes}; expected (n + 1,) or (n,) and twice (n,), n ≤ {POINTS_AT_MOST}")
    if not np.isfinite(x).all() or (np.diff(x) <= 0).any() or (log_x and x[0] <= 0):
        raise ValueError(f"x is {x.tolist()}; expected rising numbers{', all positive' if log_x else ''}")
    if not (
        passed.dtype.kind in "iu"
        and total.dtype.kind in "iu"
        and (passed >= 0).all()
        and (passed <= total).all()
    ):
        raise ValueError("passed and total must be integers with 0 ≤ passed ≤ total")
    middle = np.sqrt(x[:-1] * x[1:]) if log_x else (x[:-1] + x[1:]) / 2
    edges = (x[:-1], middle, x[1:]) if len(x) == n + 1 else (x, x, x)
    points = [
        {
            **{side: _number(values[i]) for side, values in zip(("left", "x", "right"), edges, strict=True)},
            "passed": int(passed[i]),
            "total": int(total[i]),
        }
        for i in range(n)
        if total[i]
    ]
    _keep("curve", caption, x_label=_text(x_label), y_label=_text(y_label), log_x=bool(log_x), points=points)


def show_history(
    lines: Mapping[str, Any],
    *,
    caption: str,
    x_label: str = "epoch",
    y_label: str = "loss",
    log_y: bool = False,
) -> None:
    """Show how numbers went: one line each, the first number at x = 1.

    Args:
        lines: name → (n,) numbers; at most 4 lines. Of more than 60 numbers every second, third, … is shown.
            What is not finite is a gap; with `log_y`, so is what is not positive.
        caption: what is shown, as a sentence.
        x_label, y_label: of the axes.
        log_y: draw y in decades.
    Raises:
        ValueError: there are too many lines, or none, or one is not (n,).
    """
    arrays = {name: np.asarray(values, float) for name, values in lines.items()}
    if not 0 < len(arrays) <= LINES_AT_MOST or any(a.ndim != 1 or not len(a) for a in arrays.values()):
        shapes = {name: array.shape for name, array in arrays.items()}
        raise ValueError(f"lines are {shapes}; expected 1 to {LINES_AT_MOST} arrays of shape (n,)")
    records = []
    for name, values in arrays.items():
        step = math.ceil(len(values) / POINTS_AT_MOST)
        y = [_number(value) for value in values[::step]]
        y = [None if log_y and value is not None and value <= 0 else value for value in y]
        records.append({"name": _text(name), "x": list(range(1, len(values) + 1, step)), "y": y})
    _keep(
        "history", caption, x_label=_text(x_label), y_label=_text(y_label), log_y=bool(log_y), lines=records
    )


def _keep(kind: str, caption: str, **fields: Any) -> None:
    figures = _shown.get()
    if figures is None:
        return
    if len(figures) == FIGURES_AT_MOST:
        raise ValueError(f"more than {FIGURES_AT_MOST} figures in one check")
    figures.append({"kind": kind, "caption": inert(caption, 300, 1), **fields})


def _show_images(
    images: Any, labels: Sequence[str], truth: np.ndarray | None, got: np.ndarray | None, caption: str
) -> None:
    images = stacked(np.asarray(images))
    n, height, width = images.shape
    boxes_fit = all(boxes is None or boxes.shape == (n, 4) for boxes in (truth, got))
    if len(labels) != n or not boxes_fit:
        raise ValueError(
            f"{n} images and {len(labels)} labels; expected as many, and boxes of shape ({n}, 4)"
        )
    if n == 0:
        return
    pngs = encoded(images[:IMAGES_AT_MOST], PNG_AT_MOST)
    shown = [
        {
            "png": png,
            "width": width,
            "height": height,
            "label": _text(label),
            "truth": None if truth is None else _box(truth[i], width, height),
            "got": None if got is None else _box(got[i], width, height),
        }
        for i, (png, label) in enumerate(zip(pngs, labels, strict=False))
    ]
    _keep("images", caption, images=shown)


def _box(corners: np.ndarray, width: int, height: int) -> list[float] | None:
    """Return a box as left, top, right, bottom, cut a little outside the image; None if it is not finite."""
    if not np.isfinite(corners).all():
        return None
    x, y = np.sort(np.clip(corners[::2], -1, width + 1)), np.sort(np.clip(corners[1::2], -1, height + 1))
    return [_number(value) or 0.0 for value in (x[0], y[0], x[1], y[1])]


def _number(value: float) -> float | None:
    """Return a number with four digits, which is what can be seen; None if it is as good as infinite."""
    if not abs(value) < 1e100:
        return None
    return float(f"{value:.4g}") if abs(value) > 1e-100 else 0.0


def _text(text: str) -> str:
    return inert(text, 60, 1)
