"""Checks that a student can run and redo by hand: every number here fits on a sheet of paper."""

import numpy as np
import pytest

from autograder.checks import StudentError, assert_close, assert_equal, fail

# The lecture's picture of an X, and the kernel that looks for its falling diagonal.
X_IMAGE = np.array(
    [
        [-1.0, -1.0, -1.0, -1.0, -1.0],
        [-1.0, +1.0, -1.0, +1.0, -1.0],
        [-1.0, -1.0, +1.0, -1.0, -1.0],
        [-1.0, +1.0, -1.0, +1.0, -1.0],
        [-1.0, -1.0, -1.0, -1.0, -1.0],
    ]
)
DIAGONAL = np.array([[+1.0, -1.0, -1.0], [-1.0, +1.0, -1.0], [-1.0, -1.0, +1.0]])
X_AFTER_RELU = np.array([[7.0, 0.0, 3.0], [0.0, 5.0, 0.0], [3.0, 0.0, 7.0]])

# Upper left corner of the lecture's colour picture, and its kernel: red, green, blue.
RGB_CORNER = np.array(
    [
        [[156.0, 155.0], [153.0, 154.0]],
        [[167.0, 166.0], [164.0, 165.0]],
        [[163.0, 162.0], [160.0, 161.0]],
    ]
)
RGB_KERNEL = np.array(
    [
        [[-1.0, -1.0, 1.0], [0.0, 1.0, -1.0], [0.0, 1.0, 1.0]],
        [[1.0, 0.0, 0.0], [1.0, -1.0, -1.0], [1.0, 0.0, -1.0]],
        [[0.0, 1.0, 1.0], [0.0, 1.0, 0.0], [1.0, -1.0, 1.0]],
    ]
)
PADDED_CORNER = np.array([[[[-26.0, 635.0], [154.0, 332.0]]]])
EDGED_CORNER = np.array([[[[800.0, 799.0], [796.0, 797.0]]]])
PADS = (
    "np.pad(x, padding) pads all four axes, images and channels too; "
    "write ((0, 0), (0, 0), (padding, padding), (padding, padding))"
)


@pytest.mark.points(1)
@pytest.mark.question("output_size")
def test_output_size_of_the_lecture(student):
    """output_size must give the lecture's sizes: 4 → 2, 5 → 2 with stride 2, 5 → 3 padded as well."""
    got = student.output_size(4, 3)
    if np.array_equal(got, 1):
        fail("output_size(4, 3) gave 1, expected 2: the kernel can take 1 step, so it has 2 places; add 1")
    if isinstance(got, float):
        fail("expected an integer, got a float: / divides to a float, // rounds down to a whole number")
    assert_equal(got, 2)
    got = student.output_size(5, 3, s=2)
    if np.array_equal(got, 3):
        fail(
            "output_size(5, 3, s=2) gave 3, expected 2: the stride is forgotten; divide by s before adding 1"
        )
    assert_equal(got, 2)
    got = student.output_size(5, 3, s=2, p=1)
    if np.array_equal(got, 2):
        fail("output_size(5, 3, s=2, p=1) gave 2, expected 3: p pixels are added on both sides, 2·p in all")
    assert_equal(got, 3)


@pytest.mark.points(1)
@pytest.mark.question("output_size")
def test_output_size_rounds_down(student):
    """output_size must round down: a last window that does not fit whole does not count."""
    got = student.output_size(6, 3, s=2)
    if np.array_equal(got, 3):
        fail("output_size(6, 3, s=2) gave 3, expected 2: a third window needs a pixel 7 of 6; take the floor")
    assert_equal(got, 2)


@pytest.mark.points(1)
@pytest.mark.question("conv1d")
def test_conv1d_by_hand(student):
    """conv1d must give (1, 2, 3, 4) ⊛ (3, 2) = (7, 12, 17)."""
    got = student.conv1d(np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 2.0]))
    if np.shape(got) == (2,):
        fail("expected shape (3,), got shape (2,): the last window is missing; there are W − w + 1 of them")
    if np.shape(got) in ((4,), (5,)):
        fail("expected shape (3,): only windows that lie fully inside count, W − w + 1 of them; do not pad")
    if np.array_equal(got, [8.0, 13.0, 18.0]):
        fail("got (8, 13, 18), expected (7, 12, 17): the kernel is flipped; slide it over x as it stands")
    assert_close(got, np.array([7.0, 12.0, 17.0]))


@pytest.mark.points(1)
@pytest.mark.question("conv1d")
def test_conv1d_takes_differences(student):
    """conv1d with the kernel (−1, 1) must give the 9 differences between 10 neighbours."""
    x = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 4.0, 4.0])
    assert_close(
        student.conv1d(x, np.array([-1.0, 1.0])),
        np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0]),
    )


@pytest.mark.points(1)
@pytest.mark.question("conv2d")
def test_conv2d_finds_the_diagonal(student):
    """conv2d must find the falling diagonal of the lecture's X: 7, 5, 7 from corner to corner."""
    got = student.conv2d(X_IMAGE[None, None], DIAGONAL[None, None])
    if student.changed:
        fail("conv2d changed the image that it was given: later windows see other numbers; work on a copy")
    if np.shape(got) == (1, 1, 2, 2):
        fail(
            "expected shape (1, 1, 3, 3), got shape (1, 1, 2, 2): "
            "the last row and column of windows are missing; there are (h − k_h) // stride + 1 rows of them"
        )
    if isinstance(got, np.ndarray) and np.isnan(got).any():
        fail(
            f"{np.isnan(got).sum()} of {got.size} values are NaN: something divides by 0, and nothing has to"
        )
    expected = np.array([[7.0, -3.0, 3.0], [-3.0, 5.0, -3.0], [3.0, -3.0, 7.0]])
    assert_close(got, expected[None, None])


@pytest.mark.points(1)
@pytest.mark.question("conv2d")
def test_conv2d_does_not_flip_the_kernel(student):
    """conv2d with the kernel [[1, 0], [0, 0]] must pick the upper left pixel of every window."""
    x = np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]])
    got = student.conv2d(x, np.array([[[[1.0, 0.0], [0.0, 0.0]]]]))
    if np.array_equal(got, [[[[5.0, 6.0], [8.0, 9.0]]]]):
        fail("got the lower right pixel of every window: the kernel is flipped; use it as it stands")
    assert_close(got, np.array([[[[1.0, 2.0], [4.0, 5.0]]]]))


@pytest.mark.points(1)
@pytest.mark.question("conv2d")
def test_conv2d_sums_over_the_channels(student):
    """conv2d must sum over the channels: red 308, green −498 and blue 164 make −26 in the padded corner."""
    try:
        got = student.conv2d(RGB_CORNER[None], RGB_KERNEL[None], padding=1)
    except StudentError:
        framed = np.pad(RGB_CORNER, ((0, 0), (1, 1), (1, 1)))
        assert_close(student.conv2d(framed[None], RGB_KERNEL[None]), PADDED_CORNER)
        fail(
            f"with padding=1 conv2d raises an error, with an image that is padded already it is right: {PADS}"
        )
    if np.shape(got)[:2] != (1, 1) and np.shape(got)[2:] == (2, 2):
        fail(f"expected shape (1, 1, 2, 2), got shape {np.shape(got)}: {PADS}")
    if np.shape(got) == (1, 1, 1, 1):
        fail(
            "expected shape (1, 1, 2, 2), got shape (1, 1, 1, 1): "
            "p zeros go on both sides of rows and columns; write (padding, padding) for each of them"
        )
    if np.array_equal(got, EDGED_CORNER):
        fail(
            "the image is padded with the pixels of its edge, expected zeros: np.pad does that without a mode"
        )
    if getattr(got, "shape", None) == (1, 1, 2, 2) and got[0, 0, 0, 0] == 308:
        fail("got 308 in the corner, expected −26: 308 is red alone, green and blue have to be added")
    assert_close(got, PADDED_CORNER)


@pytest.mark.points(1)
@pytest.mark.question("max_pool2d")
def test_max_pool2d_steps_by_its_size(student):
    """max_pool2d must step by the size of its window where no stride is given."""
    x = np.array([[1.0, 2.0, 5.0, 6.0], [3.0, 4.0, 7.0, 8.0], [9.0, 9.0, 0.0, 1.0], [9.0, 9.0, 2.0, 3.0]])
    got = student.max_pool2d(x[None, None], 2)
    if getattr(got, "shape", None) == (1, 1, 3, 3):
        fail("expected shape (1, 1, 2, 2), got (1, 1, 3, 3): without a stride, step by size, not by 1")
    if np.array_equal(got, [[[[2.5, 6.5], [9.0, 1.5]]]]):
        fail("got the average of every window, expected the largest value: [[4, 8], [9, 3]]")
    assert_close(got, np.array([[[[4.0, 8.0], [9.0, 3.0]]]]))


@pytest.mark.points(1)
@pytest.mark.question("max_pool2d")
def test_max_pool2d_windows_may_overlap(student):
    """max_pool2d with size 2 and stride 1 must give the lecture's [[7, 5], [5, 7]]."""
    got = student.max_pool2d(X_AFTER_RELU[None, None], 2, stride=1)
    if getattr(got, "shape", None) == (1, 1, 1, 1):
        fail("expected shape (1, 1, 2, 2), got (1, 1, 1, 1): the stride of 1 is ignored")
    assert_close(got, np.array([[[[7.0, 5.0], [5.0, 7.0]]]]))


@pytest.mark.points(1)
@pytest.mark.question("receptive_field")
def test_receptive_field_of_one_layer(student):
    """receptive_field of one layer must be what its kernel spans: 3 pixels, or 5 with dilation 2."""
    got = student.receptive_field([(3, 1, 1)])
    if np.array_equal(got, 2):
        fail("receptive_field([(3, 1, 1)]) gave 2, expected 3: the pixel itself counts too; begin with r = 1")
    assert_equal(got, 3)
    got = student.receptive_field([(3, 1, 2)])
    if np.array_equal(got, 3):
        fail("receptive_field([(3, 1, 2)]) gave 3, expected 5: the dilation spreads the kernel over 5 pixels")
    assert_equal(got, 5)
    got = student.receptive_field([(2, 2, 1)])
    if np.array_equal(got, 3):
        fail("receptive_field([(2, 2, 1)]) gave 3, expected 2: a stride widens only the layers after its own")
    assert_equal(got, 2)


@pytest.mark.points(1)
@pytest.mark.question("receptive_field")
def test_receptive_field_of_a_small_network(student):
    """receptive_field of convolution, pooling, convolution must be 8: they widen it from 1 to 3, 4 and 8."""
    got = student.receptive_field([(3, 1, 1), (3, 1, 1)])
    if np.array_equal(got, 6):
        fail(
            "receptive_field([(3, 1, 1), (3, 1, 1)]) gave 6, expected 5: kernel sizes are summed; "
            "neighbouring windows overlap, so that a layer adds k − 1"
        )
    assert_equal(got, 5)
    got = student.receptive_field([(3, 1, 1), (2, 2, 1), (3, 1, 1)])
    if np.array_equal(got, 6):
        fail("got 6, expected 8: after the pooling's stride of 2, neighbours lie 2 pixels of the image apart")
    assert_equal(got, 8)
