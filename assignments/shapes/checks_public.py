"""Checks that a student can run: numbers to redo by hand, and whether networks and weights fit together."""

import numpy as np
import pytest

from autograder.checks import (
    assert_close,
    assert_equal,
    assert_logits,
    assert_shape,
    fail,
    scale,
    show_history,
)
from kernelwise.data.shapes import draw_shapes

NAN = float("nan")

# A short training must rank so well: the area under the ROC curve, 0.5 for guessing and at most that at the
# start. Measured with six designs and sizes of batches, five starts each: 1.00 in all.
RANKING_HALF, RANKING_FULL = 0.75, 0.90
# The training loss was 0.62 at most there after three epochs, 0.33 after six; with shuffled labels 0.64 and
# 0.58 at least: these leave ln 2 = 0.69 slowly, by heart, and the ranking to luck.
GUESSING = 0.5


# A file of weights of 4 MB holds no more numbers.
MOST_NUMBERS = 1_000_000


def must_be_small(model):
    """Fail if the weights of a network do not fit into the file that is taken."""
    if model.size > MOST_NUMBERS:
        fail(
            f"the network has {model.size:,} weights, at most {MOST_NUMBERS:,} fit into 4 MB: a dense layer "
            "on large maps has most of them; pool more before it, or make it narrower"
        )


def pixels(shapes):
    """Images as networks get them: (n, 64, 64) float32, 0 to 1."""
    return shapes.images.astype(np.float32) / 255


@pytest.mark.points(1)
@pytest.mark.question("split")
def test_split_of_ten(student):
    """split(10, 2, 3, seed=0) must give 5, 2 and 3 indices, together 0 … 9."""
    parts = student.split(10, 2, 3, 0)
    if not isinstance(parts, list | tuple) or len(parts) != 3:
        fail("expected three arrays: return training, validation, test")
    sizes = [len(np.atleast_1d(part)) for part in parts]
    if sizes != [5, 2, 3]:
        fail(f"the parts have {sizes} indices, expected [5, 2, 3]: training, validation, test")
    together = np.sort(np.concatenate(parts))
    if len(np.unique(together)) < 10:
        fail(f"together the parts hold {together.tolist()}: an example that is in two parts is a leak")
    assert_close(together, np.arange(10))


@pytest.mark.points(1)
@pytest.mark.question("cross_entropy")
def test_cross_entropy_by_hand(student):
    """cross_entropy must be ln 2 for logits (0, 0), and (0.127 + 1.313) / 2 for two images."""
    got = student.cross_entropy(np.zeros((1, 2)), np.array([1]))
    if np.size(got) == 1 and (not np.isfinite(got) or got > 10):
        fail("logits of 0 cost more than 10, expected 0.693: they are logits; the softmax comes first")
    if np.array_equal(got, 0):
        fail("got 0, expected 0.693: the sum in the softmax goes over the classes of one image, axis 1")
    assert_close(got, np.log(2))
    got = student.cross_entropy(np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([0, 0]))
    if np.isclose(got, np.log1p(np.exp(-2)) + np.log1p(np.exp(1))):
        fail("got 1.440, expected 0.720: that is the sum over the images; take the mean")
    assert_close(got, (np.log1p(np.exp(-2)) + np.log1p(np.exp(1))) / 2)


@pytest.mark.points(1)
@pytest.mark.question("choose_epoch")
def test_choose_epoch_of_four(student):
    """choose_epoch must find the smallest loss, the first of equal ones."""
    for losses in ([0.9, 0.4, 0.3, 0.5], [0.3, 0.5, 0.9, 0.4], [0.4, 0.3, 0.5, 0.9], [0.5, 0.9, 0.4, 0.3]):
        got = student.choose_epoch(losses)
        if np.array_equal(got, losses.index(0.9)):
            fail(f"choose_epoch({losses}) gave {got}, expected {losses.index(0.3)}: the smallest is best")
        if np.array_equal(got, 3) and losses[3] != 0.3:
            fail(f"choose_epoch({losses}) gave the last epoch: look for the smallest loss")
        assert_equal(got, losses.index(0.3))
    got = student.choose_epoch([0.9, 0.3, 0.4, 0.3])
    if np.array_equal(got, 3):
        fail("choose_epoch([0.9, 0.3, 0.4, 0.3]) gave 3, expected 1: of equal losses take the first")
    assert_equal(got, 1)


@pytest.mark.points(1)
@pytest.mark.question("classify")
def test_classifier_gives_two_logits(student):
    """Your network, fresh and with its weights, must give two logits for each of eight images."""
    images = pixels(draw_shapes(8, seed=8))
    for weights in (False, True):
        model = student.model("classify", build="build_classifier", weights=weights)
        must_be_small(model)
        got = model(images)
        assert_shape(got, (8, 2))
        assert_logits(got)


def small_and_large(rng, n):
    """Draw n images that any network learns quickly: small shapes (0) and large ones (1), in random order."""
    small, large = (
        draw_shapes(n // 2, int(rng.integers(2**31)), half_width=width, brightness=(0.7, 1))
        for width in ((3, 5), (12, 16))
    )
    order = rng.permutation(n)
    return np.concatenate([pixels(small), pixels(large)])[order], np.repeat([0, 1], n // 2)[order]


def ranking(logits, labels):
    """Measure how many pairs of a 1 and a 0 are ranked right: the area under the ROC curve."""
    score = logits[:, 1] - logits[:, 0]
    ones, zeros = score[labels == 1, None], score[labels == 0]
    return np.mean(ones > zeros) + np.mean(ones == zeros) / 2


def taught(student, images, labels, new_images, new_labels):
    """Train a fresh network until it has learned; return the part of new pairs that it ranks right."""
    model = student.model("classify", build="build_classifier", weights=False)
    before = model(new_images)
    history = []

    def teach(epochs):
        losses = student.train(model, images, labels, epochs, 0.01)
        if losses is None:
            fail("train returned nothing: return a list with the loss of each epoch")
        if not isinstance(losses, list | tuple | np.ndarray) or np.shape(losses) != (epochs,):
            fail(f"train was asked for {epochs} epochs: return a list of {epochs} losses, one an epoch")
        if not np.isfinite(np.asarray(losses, dtype=float)).all():
            fail("the losses that train returned are NaN or infinite")
        after = model(new_images)
        assert_shape(after, (128, 2))
        if np.array_equal(before, after):
            fail(
                "train left the network as it was: change the model that is given, not a copy, and take steps"
            )
        history.extend(losses)
        # Ranks, not losses: batch normalisation does not know its means yet, and shifts all logits alike.
        return losses[-1], ranking(after, new_labels)

    loss, area = teach(3)
    if loss > GUESSING:  # some networks, and large batches, take twice the steps
        loss, area = teach(3)
    if loss <= GUESSING and area < RANKING_FULL:  # batch norm's averages take longer in torch
        _, area = teach(6)
    show_history({"training loss": history}, caption=f"Your train: {len(history)} epochs with 128 images.")
    if loss > GUESSING:
        fail(
            f"after six epochs the training loss is {loss:.2f}, and ln 2 = 0.69 for guessing: do images and "
            "labels stay together, are the gradients of the last batch forgotten (zero_grad), does each step "
            "go down the gradient, and does the loss get logits?"
        )
    return area


@pytest.mark.points(4)
@pytest.mark.question("train")
def test_train_teaches_a_fresh_network(student, rng):
    """train must return one loss an epoch, and teach fresh networks to tell small shapes from large ones."""
    (images, labels), (new_images, new_labels) = small_and_large(rng, 128), small_and_large(rng, 128)
    before = student.model("classify", build="build_classifier", weights=False)(new_images)
    assert_shape(before, (128, 2))
    if ranking(before, new_labels) > 0.5:  # teach it the contrary of what it says by chance
        labels, new_labels = 1 - labels, 1 - new_labels
    area = taught(student, images, labels, new_images, new_labels)
    if area >= RANKING_HALF:
        # Another one is taught the contrary: nobody but the labels can tell it.
        area = min(area, taught(student, images, 1 - labels, new_images, 1 - new_labels))
    scale(area, half=RANKING_HALF, full=RANKING_FULL, on="new pairs", name="part of new pairs ranked right")


@pytest.mark.points(1)
@pytest.mark.question("count_target")
def test_count_target_of_three_images(student):
    """count_target must give 1 rectangle and 2 circles, 2 and none, none and 1."""
    got = student.count_target(np.array([[0, 1, 1, -1], [0, 0, -1, -1], [1, -1, -1, -1]]))
    expected = np.array([[1, 2], [2, 0], [0, 1]])
    if np.array_equal(got, expected.T):
        fail("got one row for each kind, expected one for each image: put the two numbers along axis 1")
    if np.array_equal(got, expected[:, ::-1]):
        fail("the numbers are exchanged: first rectangles, then circles")
    if np.array_equal(got, [[2, 2], [4, 0], [3, 1]]):
        fail("empty places were counted as rectangles: they are −1, rectangles 0")
    assert_close(got, expected)


@pytest.mark.points(1)
@pytest.mark.question("count")
def test_counter_gives_two_times_five_logits(student):
    """Your network, fresh and with its weights, must give 2 × 5 logits for each of eight images."""
    images = pixels(draw_shapes(8, seed=8, count=(1, 4), half_width=(4, 10), overlap=False))
    for weights in (False, True):
        model = student.model("count", build="build_counter", weights=weights)
        must_be_small(model)
        got = model(images)
        if np.shape(got) == (8, 10):
            fail(
                "expected shape (8, 2, 5), got shape (8, 10): end with Reshape((2, 5)) in Keras or "
                "nn.Unflatten(1, (2, 5)) in PyTorch"
            )
        assert_shape(got, (8, 2, 5))
        assert_logits(got)


@pytest.mark.points(1)
@pytest.mark.question("iou")
def test_iou_by_hand(student):
    """iou must be 72/216 for the two boxes of the picture, and 1 for a box and itself."""
    a, b = np.array([[13.0, 11.0, 29.0, 20.0]]), np.array([[21.0, 11.0, 37.0, 20.0]])
    got = student.iou(a, b)
    if np.allclose(got, 72 / 288):
        fail("got 72/288 = 0.25, expected 72/216: the union counts what both share once, so subtract it")
    if np.allclose(got, 90 / 250):
        fail("got 90/250, expected 72/216: from 13 to 29 are 16 pixels; do not add 1")
    assert_close(got, np.array([1 / 3]))
    assert_close(student.iou(a, a), np.array([1.0]))


@pytest.mark.points(1)
@pytest.mark.question("iou")
def test_iou_of_boxes_that_are_apart(student):
    """iou must be 0 for boxes that are apart to the right, below, or both."""
    a = np.array([[0.0, 0.0, 4.0, 2.0]] * 3)
    b = np.array([[6.0, 0.0, 8.0, 2.0], [0.0, 5.0, 4.0, 9.0], [6.0, 5.0, 8.0, 9.0]])
    got = student.iou(a, b)
    if np.shape(got) == (3,) and np.any(got != 0):
        fail("boxes that are apart have an IoU other than 0: widths and heights below zero count as zero")
    assert_close(got, np.zeros(3))


@pytest.mark.points(1)
@pytest.mark.question("locate")
def test_locator_gives_boxes_in_pixels(student):
    """Your network and its weights must fit together, and give a box in pixels for each of eight images."""
    must_be_small(student.model("locate", build="build_locator", weights=False))
    got = student.model("locate", build="build_locator")(pixels(draw_shapes(8, seed=8)))
    assert_shape(got, (8, 4))
    if np.abs(got).max() <= 1:
        fail("all numbers lie within −1 … 1: boxes are asked in pixels, 0 to 64")
    if not (got[:, :2] < got[:, 2:]).all():
        fail("a box ends before it begins: give x0, y0 (upper left), then x1, y1 (lower right)")
