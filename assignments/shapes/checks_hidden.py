"""Checks on fresh inputs. Networks are shown new images; the truth about them stays here."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks import (
    assert_close,
    assert_equal,
    assert_learned,
    assert_logits,
    assert_shape,
    fail,
    scale,
    show_boxes,
    show_confusion_matrix,
    show_examples,
)
from kernelwise import boxes
from kernelwise.data.shapes import draw_shapes

EXAMPLES = settings(max_examples=12, deadline=None)

# Fresh images for each network: enough for ± 0.01 at the thresholds, and drawn and seen in 0.2 s.
N = 256
FEW = 64  # of them, with other weights
# Half marks and full marks. The references reach 1.000, 0.999 and 0.905 (benchmarks/results/thresholds.md has
# other designs too); constant answers reach 0.50, 0.125 and 0.11.
CLASSIFY_HALF, CLASSIFY_FULL = 0.97, 0.995
COUNT_HALF, COUNT_FULL = 0.85, 0.97
LOCATE_HALF, LOCATE_FULL = 0.70, 0.85

KINDS = ("rectangle", "circle")
NUMBERS = ("0", "1", "2", "3", "4")


def fresh(rng, **options):
    """Draw N new shapes."""
    return draw_shapes(N, int(rng.integers(2**31)), **options)


def confusion(truth, said, classes):
    """Count how often each class was taken for each."""
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (truth, said), 1)
    return counts


@pytest.mark.points(1)
@pytest.mark.question("split")
@EXAMPLES
@given(sizes=st.tuples(*[st.integers(0, 30)] * 3), seed=st.integers(0, 1000))
def test_split_of_any_sizes(student, sizes, seed):
    """split must keep its sizes, also if one is 0, and put every example into one part exactly."""
    training, validation, test = sizes
    parts = student.split(sum(sizes), validation, test, seed)
    if tuple(len(part) for part in parts) != (training, validation, test):
        fail("the parts have other sizes than asked for")
    together = np.concatenate(parts)
    if len(np.unique(together)) < sum(sizes):
        fail("an example is in two parts, or twice in one: no image may be used for two purposes")
    assert_close(np.sort(together), np.arange(sum(sizes)))


@pytest.mark.points(1)
@pytest.mark.question("split")
def test_split_is_random(student, rng):
    """split must shuffle: of sorted data each part holds a fair share of both classes."""
    labels = np.arange(2000) >= 1000
    parts = student.split(2000, 400, 400, int(rng.integers(1000)))
    if tuple(len(part) for part in parts) != (1200, 400, 400):
        fail("the parts have other sizes than asked for")
    # Six standard deviations of 400 drawn from 2000.
    if any(abs(labels[part].mean() - 0.5) > 6 * 0.5 / math.sqrt(500) for part in parts):
        fail("the data were sorted, and one part holds nearly all examples of a class: shuffle first")


@pytest.mark.points(1)
@pytest.mark.question("split")
def test_split_follows_its_seed(student, rng):
    """split must give the same parts for the same seed, and others for another."""
    seed = int(rng.integers(1000))
    first, again, other = (student.split(60, 20, 20, number) for number in (seed, seed, seed + 1))
    if any(not np.array_equal(a, b) for a, b in zip(first, again, strict=True)):
        fail("the same seed gives another split the second time: draw from np.random.default_rng(seed)")
    if all(np.array_equal(a, b) for a, b in zip(first, other, strict=True)):
        fail("two seeds give the same split: use the seed that is given")


@pytest.mark.points(2)
@pytest.mark.question("cross_entropy")
@EXAMPLES
@given(n=st.integers(2, 8), classes=st.integers(2, 6))
def test_cross_entropy_of_any_batch(student, rng, n, classes):
    """cross_entropy must be the mean of −ln softmax at the labels, for any batch."""
    logits, labels = 3 * rng.normal(size=(n, classes)), rng.integers(classes, size=n)
    surprise = [
        math.log(sum(map(math.exp, row))) - row[label]
        for row, label in zip(logits.tolist(), labels, strict=True)
    ]
    assert_close(student.cross_entropy(logits, labels), sum(surprise) / n)


@pytest.mark.points(1)
@pytest.mark.question("cross_entropy")
def test_cross_entropy_of_large_logits(student):
    """cross_entropy must stay finite and right for logits of 1000 and −1000."""
    logits = np.array([[1000.0, 0.0], [-1000.0, -1001.0], [0.0, 1000.0], [1000.0, 1000.0]])
    got = student.cross_entropy(logits, np.array([0, 0, 0, 1]))
    if not np.all(np.isfinite(got)):
        fail("the loss is NaN or infinite for logits of ±1000: subtract the largest logit before exp")
    assert_close(got, (0 + math.log1p(math.exp(-1)) + 1000 + math.log(2)) / 4)


@pytest.mark.points(1)
@pytest.mark.question("choose_epoch")
def test_choose_epoch_passes_over_nan(student, rng):
    """choose_epoch must never choose an epoch whose loss is NaN, wherever that is."""
    for place in (0, 1, 5, 9):
        losses = rng.permutation(np.linspace(0.1, 1, 10))
        losses[place] = np.nan
        best = min((loss, epoch) for epoch, loss in enumerate(losses) if loss == loss)[1]
        got = student.choose_epoch(losses.tolist())
        if np.array_equal(got, place):
            fail("an epoch whose loss is NaN was chosen")
        assert_equal(got, best)


@pytest.mark.points(5)
@pytest.mark.question("classify")
def test_classifier_on_new_images(student, rng):
    """Your network must tell rectangles from circles on 256 new images."""
    shapes = fresh(rng)
    model = student.model("classify", build="build_classifier")
    logits = model(shapes.images)
    assert_shape(logits, (N, 2))
    assert_logits(logits)
    truth, said = shapes.kinds[:, 0], logits.argmax(axis=1)
    show_confusion_matrix(confusion(truth, said, 2), KINDS, caption="256 new images.")
    wrong = np.flatnonzero(said != truth)[:6]
    show_examples(
        shapes.images[wrong],
        [
            f"{KINDS[true]}, taken for a {KINDS[other]}"
            for true, other in zip(truth[wrong], said[wrong], strict=True)
        ],
        caption="Some that your network takes for the other.",
    )
    right = np.mean(said == truth)
    if right < 0.1:
        fail("nearly every rectangle is called a circle, and the reverse: the first logit is the rectangle's")
    few = shapes.kinds[:FEW, 0]
    assert_learned(
        model, shapes.images[:FEW], lambda got: np.mean(got.argmax(axis=1) == few), rng, chance=0.5
    )
    scale(right, half=CLASSIFY_HALF, full=CLASSIFY_FULL, n=N)


@pytest.mark.points(1)
@pytest.mark.question("count_target")
def test_count_target_of_any_images(student, rng):
    """count_target must count both kinds, and nothing where there is nothing."""
    for most in (4, 7):
        kinds = rng.integers(-1, 2, size=(20, most))
        expected = np.array([[row.count(0), row.count(1)] for row in kinds.tolist()])
        assert_close(student.count_target(kinds), expected)


@pytest.mark.points(6)
@pytest.mark.question("count")
def test_counter_on_new_images(student, rng):
    """Your network must count both the rectangles and the circles on 256 new images."""
    shapes = fresh(rng, count=(1, 4), half_width=(4, 10), overlap=False)
    model = student.model("count", build="build_counter")
    logits = model(shapes.images)
    assert_shape(logits, (N, 2, 5))
    assert_logits(logits)
    truth, said = shapes.counts, logits.argmax(axis=2)
    for column, kind in enumerate(KINDS):
        counts = confusion(truth[:, column], said[:, column], 5)
        show_confusion_matrix(counts, NUMBERS, caption=f"Number of {kind}s on 256 new images.")
    right = (said == truth).all(axis=1)
    wrong = np.flatnonzero(~right)[:6]
    words = ["{} and {}, said {} and {}".format(*truth[i], *said[i]) for i in wrong]
    show_examples(shapes.images[wrong], words, caption="Rectangles and circles that are miscounted.")
    if (said[:, ::-1] == truth).all(axis=1).mean() > max(0.5, right.mean()):
        fail("the two numbers are exchanged: [:, 0] counts rectangles, [:, 1] circles")
    few = truth[:FEW]
    assert_learned(
        model,
        shapes.images[:FEW],
        lambda got: np.mean((got.argmax(axis=2) == few).all(axis=1)),
        rng,
        chance=0.125,
    )
    scale(right.mean(), half=COUNT_HALF, full=COUNT_FULL, n=N, name="both numbers right:")


@st.composite
def pairs_of_boxes(draw):
    """Draw two arrays (n, 4) of boxes with whole corners, so that they often touch or share an edge."""
    n = draw(st.integers(1, 6))
    corners = st.tuples(st.integers(0, 12), st.integers(0, 9), st.integers(1, 9), st.integers(1, 6))
    pairs = draw(st.lists(st.tuples(corners, corners), min_size=n, max_size=n))
    corner, size = np.split(np.array(pairs, dtype=float), 2, axis=2)
    both = np.concatenate([corner, corner + size], axis=2)
    return both[:, 0], both[:, 1]


@pytest.mark.points(2)
@pytest.mark.question("iou")
@EXAMPLES
@given(pair=pairs_of_boxes())
def test_iou_of_any_boxes(student, pair):
    """iou must be right for any boxes: inside each other, touching, overlapping, apart."""
    a, b = pair
    assert_close(student.iou(a, b), boxes.intersection_over_union(a, b))


@pytest.mark.points(1)
@pytest.mark.question("iou")
def test_iou_of_boxes_without_inside(student):
    """iou must be 0, not NaN, where both boxes are empty, and a box that ends before it begins has area 0."""
    box = [2.0, 3.0, 6.0, 5.0]
    a = np.array([[4.0, 4.0, 4.0, 4.0], box, box, [6.0, 5.0, 2.0, 3.0]])
    b = np.array([[4.0, 4.0, 4.0, 4.0], box, [4.0, 4.0, 4.0, 4.0], box])
    got = student.iou(a, b)
    if np.shape(got) == (4,) and np.isnan(got[0]):
        fail("the IoU of two empty boxes is NaN: where the union is 0, give 0")
    assert_close(got, np.array([0.0, 1.0, 0.0, 0.0]))


@pytest.mark.points(5)
@pytest.mark.question("locate")
def test_locator_on_new_images(student, rng):
    """Your network must find the box around the shape on 256 new images."""
    shapes = fresh(rng)
    model = student.model("locate", build="build_locator")
    got = model(shapes.images)
    assert_shape(got, (N, 4))
    truth = shapes.boxes[:, 0]
    got = near(got)
    agreement = boxes.intersection_over_union(got, truth)
    worst = np.argsort(agreement)[:6]
    show_boxes(
        shapes.images[worst],
        truth[worst],
        got[worst],
        labels=[f"IoU {value:.2f}" for value in agreement[worst]],
        caption="Those of 256 new images where your network agrees least.",
    )
    _suggest(got, truth, agreement.mean())
    assert_learned(
        model,
        shapes.images[:FEW],
        lambda got: boxes.intersection_over_union(near(got), truth[:FEW]).mean(),
        rng,
        chance=0.11,
    )
    error = agreement.std() / math.sqrt(N)
    scale(agreement.mean(), half=LOCATE_HALF, full=LOCATE_FULL, n=N, error=error, name="mean IoU")


def near(got):
    """Cut boxes a whole image beyond its edges: an absurd one agrees with nothing, and spoils no mean."""
    return np.clip(got.astype(float), -64, 128)


def _suggest(got, truth, reached):
    """End the check where another reading of the four numbers agrees much better with the truth."""
    first, last = got[:, :2], got[:, 2:]
    x0, y0, x1, y1 = got.T
    readings = {
        "fractions of the image: multiply by 64": 64 * got,
        "(y0, x0, y1, x1): x comes first": np.stack([y0, x0, y1, x1], axis=1),
        "(x1, y1, x0, y0): the upper left corner comes first": np.stack([x1, y1, x0, y0], axis=1),
        "(x0, x1, y0, y1): give one corner after the other": got[:, [0, 2, 1, 3]],
        "boxes seen upside down: y is measured downwards": np.stack([x0, 64 - y1, x1, 64 - y0], axis=1),
        "(x0, y0, width, height): give two corners": np.concatenate([first, first + last], axis=1),
        "(x, y of the middle, width, height): give two corners": np.concatenate(
            [first - last / 2, first + last / 2], axis=1
        ),
    }
    for words, reading in readings.items():
        if boxes.intersection_over_union(reading, truth).mean() > reached + 0.3:
            fail(f"your numbers look like {words}")
