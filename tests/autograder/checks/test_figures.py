"""Figures of checks: small records of finite numbers and inert text, kept whether the check passes or not."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from autograder.assignment import load_assignment
from autograder.assignment.skeleton import new_assignment
from autograder.checks import (
    show_boxes,
    show_confusion_matrix,
    show_curve,
    show_examples,
    show_history,
)
from autograder.checks.figures import FIGURES_AT_MOST, PNG_AT_MOST, kept
from autograder.judge.collection import Checks
from autograder.judge.verdict import FIGURES_OF_RESULT, with_room
from autograder.notebook.live import run_checks
from autograder.referee import Referee
from autograder.result import CheckResult

SQUARES = np.zeros((2, 6, 8), np.uint8)
SQUARES[:, 1:3, 2:5] = 255
BOXES = np.array([[2, 1, 5, 3], [2, 1, 5, 3.0]])


def shown(show, *args, **kwargs) -> dict:
    """The one record that a call leaves."""
    with kept() as figures:
        show(*args, **{"caption": "A figure."} | kwargs)
    (figure,) = figures
    return figure


def pixels(image: dict) -> np.ndarray:
    """The grey levels, 0 to 1, that another reader finds in an image."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(image["png"]))).convert("L")) / 255


def test_nothing_is_kept_outside_a_check():
    """Calling it elsewhere, as in a notebook, does nothing."""
    show_confusion_matrix(np.eye(2, dtype=int), ["a", "b"], caption="Nobody looks.")


@pytest.mark.parametrize(
    ("ending", "status"),
    [("", "passed"), ("fail('no')", "failed"), ("partial(0.5, 'half')", "partial"), ("assert False", "failed"),
     ("student.nothing()", "failed")],
)  # fmt: skip
def test_check_shows_its_figure_however_it_ends(tmp_path, ending, status):
    """The figure is kept with the result of its own check, and of no other."""
    source = f"""
import pytest
from autograder.checks import fail, partial
from autograder.checks import show_history

@pytest.mark.points(1)
@pytest.mark.question("a")
def test_a(student):
    "It shows its losses."
    show_history({{"loss": [3, 2, 1]}}, caption="The loss.")
    {ending}

@pytest.mark.points(1)
@pytest.mark.question("a")
def test_b(student):
    "It shows nothing."
"""
    path = tmp_path / "checks_public.py"
    path.write_text(source)
    first, second = run_checks(Checks([(path, "public")], b""), {})
    assert (first.status, second.status) == (status, "passed")
    assert [figure["lines"][0]["y"] for figure in first.figures] == [[3, 2, 1]]
    assert second.figures == ()


def test_grader_keeps_figures_of_hidden_checks(tmp_path):
    """In the sandbox, too: the figure of a hidden check is in the result although the answer raised an error."""
    folder = new_assignment("sample", tmp_path)
    with (folder / "checks_hidden.py").open("a") as file:
        file.write("""

@pytest.mark.points(1)
@pytest.mark.question("weighted_mean")
def test_shown(student):
    "It shows what goes in."
    from autograder.checks import show_confusion_matrix, show_history
    show_history({"values": [1, 2]}, caption="What the answer says, number for number.")
    show_confusion_matrix([[1, 2], [3, 4]], ["a", "b"], caption="What goes in.")
    student.weighted_mean(np.ones(2), np.ones(2))
""")
    with Referee(load_assignment(folder), seed=1) as referee:
        result = referee.grade_notebook("ada", referee.released).result
    figures = {check.id: check.figures for check in result.checks if check.figures}
    assert list(figures) == ["test_shown"]
    assert json.loads(result.dumps())["checks"][-1]["figures"][0]["caption"] == "What goes in."


def test_too_many_figures_are_refused():
    """A check that shows one figure per example is found out by its author."""
    with kept(), pytest.raises(ValueError, match="more than 4 figures in one check"):
        for _ in range(FIGURES_AT_MOST + 1):
            show_history({"a": [1]}, caption="Again.")


def test_confusion_matrix_is_rows_of_true_classes():
    """Counts are kept as they are, with one name a class."""
    figure = shown(show_confusion_matrix, np.array([[5, 1], [0, 6]]), ["circle", "rectangle"])
    assert figure["counts"] == [[5, 1], [0, 6]]
    assert figure["names"] == ["circle", "rectangle"]


@pytest.mark.parametrize(
    ("show", "args", "message"),
    [
        (show_confusion_matrix, (np.eye(3, dtype=int), ["a", "b"]), r"shape \(3, 3\) and 2 names"),
        (show_confusion_matrix, (np.eye(2), ["a", "b"]), "dtype float64; expected integers from 0"),
        (show_confusion_matrix, (-np.eye(2, dtype=int), ["a", "b"]), "expected integers from 0"),
        (show_confusion_matrix, (np.eye(21, dtype=int), ["a"] * 21), "k ≤ 20"),
        (show_examples, (np.zeros((2, 3)), ["a", "b"]), r"shape \(2, 3\) and dtype float64; expected"),
        (show_examples, (SQUARES.astype(str), ["a", "b"]), "expected numbers"),
        (show_examples, (SQUARES, ["a"]), "2 images and 1 labels"),
        (show_boxes, (SQUARES, BOXES, BOXES[:1]), r"boxes of shape \(2, 4\)"),
        (show_boxes, (SQUARES, BOXES, BOXES[:, :2]), r"boxes of shape \(2, 4\)"),
        (show_history, ({},), "expected 1 to 4 arrays"),
        (show_history, ({"a": 1.0},), r"expected 1 to 4 arrays of shape \(n,\)"),
        (show_history, ({name: [1] for name in "abcde"},), "expected 1 to 4 arrays"),
    ],
)  # fmt: skip
def test_wrong_shapes_are_refused(show, args, message):
    """An author reads what was given and what is allowed."""
    with kept(), pytest.raises(ValueError, match=message):
        show(*args, caption="No.")


@pytest.mark.parametrize(
    ("x", "passed", "total", "message"),
    [
        ([0, 1], [1, 2], [2, 2, 2], r"passed \(2,\), total \(3,\)"),
        ([0, 0, 1], [1, 2], [2, 2], "expected rising numbers"),
        ([0, 1, np.inf], [1, 2], [2, 2], "expected rising numbers"),
        ([0, 1, 2], [1, 2], [2, 2], "all positive"),
        ([1, 2, 3], [3, 2], [2, 2], "0 ≤ passed ≤ total"),
        ([1, 2, 3], [0.5, 2], [2, 2], "must be integers"),
    ],
)
def test_wrong_counts_are_refused(x, passed, total, message):
    """A part is a number of a number, over edges that rise."""
    with kept(), pytest.raises(ValueError, match=message):
        show_curve(x, passed, total, caption="No.", x_label="x", y_label="y", log_x=True)


def test_curve_has_edges_or_places():
    """Bins are drawn between their edges, in decades around the geometric middle; an empty one is left out."""
    labels = {"x_label": "p_T [GeV]", "y_label": "efficiency"}
    binned = shown(show_curve, [1, 4, 16, 64], [3, 0, 2], [4, 0, 2], log_x=True, **labels)
    assert binned["points"] == [
        {"left": 1, "x": 2, "right": 4, "passed": 3, "total": 4},
        {"left": 16, "x": 32, "right": 64, "passed": 2, "total": 2},
    ]
    linear = shown(show_curve, [1, 3], [1], [1], **labels)
    assert linear["points"][0]["x"] == 2
    places = shown(show_curve, [1.0, 2], [1, 1], [1, 2], **labels)
    assert [(p["left"], p["right"]) for p in places["points"]] == [(1, 1), (2, 2)]


def test_history_is_thinned_and_has_gaps():
    """At most 60 values a line, with their numbers; what is not finite, or has no logarithm, is none."""
    long = shown(show_history, {"loss": np.arange(150.0)})["lines"][0]
    assert long["x"][:3] == [1, 4, 7]
    assert long["y"][:3] == [0, 3, 6]
    assert len(long["x"]) == len(long["y"]) == 50
    broken = shown(show_history, {"loss": [1, np.nan, np.inf, -1, 1e300, 1e-300, 0.12345678]}, log_y=True)
    assert broken["lines"][0]["y"] == [1, *[None] * 5, 0.1235]


def test_image_is_a_readable_png():
    """Another reader finds the pixels, in as many levels as the format has; odd widths too."""
    grey = np.linspace(0, 255, 5 * 7).reshape(1, 5, 7).astype(np.uint8)
    (image,) = shown(show_examples, grey, ["ramp"])["images"]
    assert (image["width"], image["height"]) == (7, 5)
    np.testing.assert_allclose(pixels(image), grey[0] / 255, atol=0.5 / 15 + 1e-3)


@pytest.mark.parametrize("shape", [(2, 1, 6, 8), (2, 6, 8, 1)])
@pytest.mark.parametrize("scale", [1.0, -3.0])
def test_any_numbers_are_drawn_from_lowest_to_highest(shape, scale):
    """Images as networks take them, channel first or last and scaled, look like what they are."""
    values = np.where(SQUARES > 0, 1.0, 0.0).reshape(shape) * scale
    image = shown(show_examples, values, ["a", "b"])["images"][1]
    expected = SQUARES[1] > 0 if scale > 0 else SQUARES[1] == 0
    np.testing.assert_array_equal(pixels(image), expected)


@pytest.mark.parametrize(
    "values", [np.full((1, 4, 4), 7.0), np.full((1, 4, 4), np.nan), np.zeros((1, 4, 4), bool)]
)
def test_image_without_contrast_is_black(values):
    """Nothing is divided by zero, and no warning raised."""
    (image,) = shown(show_examples, values, ["flat"])["images"]
    assert not pixels(image).any()


def test_images_are_few_and_small():
    """Twelve large images of noise take no more room than allowed; what stays is their size in pixels."""
    noise = np.random.default_rng(1).integers(0, 256, (40, 301, 200)).astype(np.uint8)
    images = shown(show_examples, noise, ["noise"] * 40)["images"]
    assert len(images) == 12
    assert sum(len(image["png"]) for image in images) <= PNG_AT_MOST
    assert (images[0]["width"], images[0]["height"]) == (200, 301)


def test_no_image_is_no_fault():
    """A network without a mistake has none to show."""
    with kept() as figures:
        show_examples(SQUARES[:0], [], caption="No mistakes.")
    assert figures == []


def test_boxes_are_finite_and_near_the_image():
    """Whatever a student's box holds, four numbers are kept, or none."""
    images = np.zeros((4, 6, 8), np.uint8)
    got = np.array([[2, 1, 5, 3], [5, 3, 2, 1], [-1e300, 2, np.finfo(float).max, 4], [0, 0, np.nan, 1]])
    figure = shown(show_boxes, images, np.tile(BOXES[0], (4, 1)), got)
    assert [image["got"] for image in figure["images"]] == [[2, 1, 5, 3], [2, 1, 5, 3], [-1, 2, 9, 4], None]
    assert figure["images"][3]["truth"] == [2, 1, 5, 3]


def test_texts_are_inert_and_short():
    """Names may come from a student: no control, one line, no endless text."""
    evil = "\x1b[31m" + "x\n" * 500 + "\u202e"
    figures = [
        shown(show_confusion_matrix, np.eye(1, dtype=int), [evil], caption=evil),
        shown(show_history, {evil: [1]}, caption=evil, x_label=evil, y_label=evil),
        shown(show_curve, [1], [1], [1], caption=evil, x_label=evil, y_label=evil),
        shown(show_examples, SQUARES, [evil, evil], caption=evil),
    ]
    text = json.dumps(figures, ensure_ascii=False)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text) < 5000


def test_figures_of_a_result_have_a_limit():
    """What goes beyond is left out from the end, and the checks stay."""
    noise = np.random.default_rng(1).integers(0, 256, (12, 60, 60)).astype(np.uint8)
    figure = shown(show_examples, noise, ["noise"] * 12)
    check = CheckResult("t", "q", "Sentence.", 1.0, 1.0, "passed", "hidden", figures=(figure, figure))
    checks = with_room([check] * 5)
    assert len(checks) == 5
    assert checks[0] == check
    assert checks[-1].figures == ()
    assert len(json.dumps([one.figures for one in checks], indent=2)) < FIGURES_OF_RESULT + 40_000
