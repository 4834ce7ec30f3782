"""Checks that a student can run: small inputs, most of which can be redone by hand."""

import numpy as np
import pytest

from autograder.checks import assert_close, assert_logits, assert_shape, fail

MOST_PARAMETERS = 200_000


def stripes(n, rng):
    """Draw n images and their classes: class c has a bright stripe in rows 2c and 2c + 1."""
    labels = rng.integers(0, 10, n)
    x = 0.3 * rng.random((n, 1, 28, 28), dtype=np.float32)
    for image, label in zip(x, labels, strict=True):
        image[0, 2 * label : 2 * label + 2] += 0.5
    return x, labels


@pytest.mark.points(1)
@pytest.mark.question("to_tensor")
def test_to_tensor_by_hand(student):
    """to_tensor must make of pixels 0, 51 and 255 the numbers 0, 0.2 and 1, in shape (n, 1, 28, 28)."""
    images = np.zeros((3, 28, 28), np.uint8)
    images[1, 0, 27], images[2, 5, 6] = 51, 255
    got = student.checked_tensor(images)
    if getattr(got, "shape", None) == (3, 28, 28):
        fail("got shape (3, 28, 28): the axis of the channels is missing, expected (3, 1, 28, 28)")
    if getattr(got, "shape", None) == (3, 28, 28, 1):
        fail("got shape (3, 28, 28, 1): PyTorch has the channels before rows and columns, (3, 1, 28, 28)")
    expected = np.zeros((3, 1, 28, 28), np.float32)
    expected[1, 0, 0, 27], expected[2, 0, 5, 6] = 0.2, 1.0
    assert_close(got, expected)


@pytest.mark.points(2)
@pytest.mark.question("simple")
def test_simple_is_the_network_of_the_table(student):
    """build_simple must have 121,930 parameters and give (n, 10) numbers for (n, 1, 28, 28) images."""
    model = student.model("simple", build="build_simple", weights=False, input_shape=(1, 28, 28))
    assert_shape(model(np.zeros((3, 1, 28, 28), np.float32)), (3, 10))
    count = student.parameter_count(model)
    if count != 121_930:
        fail(f"build_simple has {count:,} parameters, expected 121,930; compare it with the table")


@pytest.mark.points(1)
@pytest.mark.question("mean_loss")
def test_mean_loss_by_hand(student):
    """mean_loss must give 1.75 for a loss of 2.0 on 3 images and of 1.0 on 1 image."""
    got = student.mean_loss([2.0, 1.0], [3, 1])
    if np.array_equal(got, 1.5):
        fail("got 1.5, the mean of the two batches; expected 1.75, the mean of the four images")
    assert_close(got, 1.75)


@pytest.mark.points(1)
@pytest.mark.question("train")
def test_train_learns_stripes(student, rng):
    """train must teach a small network where a bright stripe is, and give one falling loss for each epoch."""
    (x, labels), (others, truth) = stripes(600, rng), stripes(200, rng)
    numbers = rng.permutation(10)  # of the classes: only the labels can tell them
    model = student.model("train", build="build_probe", weights=False)
    losses = student.checked_train(model, x, numbers[labels], 3)
    if losses is None:
        fail("train returned nothing: return a list with the mean loss of each epoch")
    if (
        not isinstance(losses, list)
        or len(losses) != 3
        or not all(isinstance(loss, float) for loss in losses)
    ):
        fail("train(…, epochs=3) must return a list of three floats")
    assert_shape(np.array(losses), (3,))
    if not losses[2] < losses[0] - 0.2:
        fail(f"the losses of the epochs are {', '.join(f'{loss:.2f}' for loss in losses)}: they hardly fall")
    logits = model(others)
    assert_shape(logits, (200, 10))
    right = np.mean(logits.argmax(axis=1) == numbers[truth])
    if right < 0.3:
        fail(
            f"after the training the network knows the stripe of {right:.0%} of other images, "
            "a guess of 10%: does train change the network that it is given?"
        )


@pytest.mark.points(1)
@pytest.mark.question("predict")
def test_logits_of_a_network_in_use(student, rng):
    """logits_of must give the logits of every image, as they are in use, and without gradients."""
    x = rng.random((7, 1, 28, 28), dtype=np.float32)
    model = student.model("predict", build="build_probe", weights=False, training=True)
    expected = model(x)
    got, has_gradients = student.checked_logits(model, x)
    again, _ = student.checked_logits(model, x)
    if np.shape(got) == np.shape(again) == expected.shape and not np.allclose(got, again, atol=1e-3):
        fail("the same images get other logits the second time: dropout is on; call model.eval() first")
    assert_close(got, expected)
    if not np.array_equal(student.checked_classes(model, x), expected.argmax(axis=1)):
        fail("logits_of is right, but predict does not give the class with the largest logit for each image")
    if has_gradients:
        fail("the logits carry gradients: all that they were computed from is kept; use torch.no_grad()")


@pytest.mark.points(1)
@pytest.mark.question("confusion")
def test_confusion_matrix_by_hand(student):
    """confusion_matrix must count in row t and column p what has class t and is called p."""
    got = student.confusion_matrix(np.array([0, 0, 0, 1]), np.array([0, 2, 0, 1]), 3)
    expected = np.array([[2, 0, 1], [0, 1, 0], [0, 0, 0]])
    if np.array_equal(got, expected.T):
        fail("rows and columns are exchanged: rows are true classes, columns are predictions")
    assert_close(got, expected)


@pytest.mark.points(1)
@pytest.mark.question("worst")
def test_worst_mistakes_by_hand(student):
    """worst_mistakes must give images 2 and 1 of the table, in this order, and leave out image 0."""
    logits = np.array([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0], [5.0, 9.0, 5.0]])
    got = student.worst_mistakes(logits, np.zeros(3, int), 3)
    if np.array_equal(got, [1, 2]):
        fail("got images 1 and 2: the largest loss comes first, which is that of image 2")
    if np.size(got) == 3:
        fail("image 0 is among the mistakes, but its largest logit is that of its own class")
    assert_close(got, np.array([2, 1]))


@pytest.mark.points(1)
@pytest.mark.question("augment")
def test_augment_moves_a_point(student):
    """augment must move the one bright pixel of an image by at most 2 pixels, or its mirror image."""
    x = np.zeros((200, 1, 28, 28), np.float32)
    x[:, 0, 10, 5] = 1
    got = student.checked_augment(x)
    assert_shape(got, (200, 1, 28, 28))
    got = got.round(3)  # as exact as a warp by interpolation is
    _, _, rows, columns = np.nonzero(got)
    if len(rows) != 200 or np.ptp(got) != 1:
        fail("each image has one bright pixel of 1; after augment some have none, several, or another value")
    if np.any(abs(rows - 10) > 2):
        fail("the pixel went from row 10 to another that is more than 2 away; rows are not mirrored")
    if np.any((abs(columns - 5) > 2) & (abs(columns - 22) > 2)):
        fail("the pixel went from column 5 to one that is near neither 5 nor its mirror image, 27 − 5 = 22")


@pytest.mark.points(1)
@pytest.mark.question("model")
def test_model_gives_logits(student, rng):
    """build_model, fresh and with the weights that you hand in, must give (n, 10) logits."""
    x = rng.random((8, 1, 28, 28), dtype=np.float32)
    for weights in (False, True):
        got = student.model("model", weights=weights, input_shape=(1, 28, 28))(x)
        assert_shape(got, (8, 10))
        assert_logits(got)


@pytest.mark.points(1)
@pytest.mark.question("model")
def test_model_is_small(student):
    """build_model must have at most 200,000 parameters."""
    count = student.parameter_count(student.model("model", weights=False, input_shape=(1, 28, 28)))
    if not count <= MOST_PARAMETERS:
        fail(
            f"build_model has {count:,} parameters, at most {MOST_PARAMETERS:,} are asked: "
            "a dense layer on large maps has most; put nn.AdaptiveAvgPool2d(1) before it"
        )
