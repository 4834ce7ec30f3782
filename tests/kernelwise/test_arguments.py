"""Arguments that are wrong are named, with what was given and what to do."""

import numpy as np
import pytest

from kernelwise.arguments import (
    as_bias,
    as_images,
    as_kernel,
    as_output_gradient,
    as_vector,
    interval,
    pair,
    quantity,
    whole_number,
)


@pytest.mark.parametrize("value", [0, -1, 2.0, "3", None, True, np.float64(2)])
def test_whole_number_refuses_other_values(value):
    """A message names the argument, what was given, and the least allowed."""
    with pytest.raises(
        ValueError, match=r"stride must be a whole number of at least 1, got .*: give an integer, such as 1"
    ):
        whole_number("stride", value, 1)


@pytest.mark.parametrize("value", [2, 65, 3.0, True])
def test_whole_number_keeps_both_limits(value):
    """With two limits the message gives both; the limits themselves are allowed."""
    assert [whole_number("planes", limit, 3, 64) for limit in (3, np.int64(64))] == [3, 64]
    with pytest.raises(
        ValueError, match=r"planes must be a whole number from 3 to 64, got .*: give an integer"
    ):
        whole_number("planes", value, 3, 64)


@pytest.mark.parametrize("value", [0, 11.0, float("nan"), float("inf"), "2", True, None])
def test_quantity_refuses_other_values(value):
    """The message gives the limits with their unit; whole numbers and numpy's floats are numbers too."""
    assert quantity("field", 2, 0.1, 10, "T") == quantity("field", np.float32(2), 0.1, 10, "T") == 2.0
    with pytest.raises(ValueError, match=r"field must be a number from 0\.1 to 10 T, got "):
        quantity("field", value, 0.1, 10, "T")


def test_quantity_may_have_no_unit_and_no_limit():
    """What has no unit is said without one; an infinite limit is none."""
    assert quantity("contrast", 1e300, 0, float("inf")) == 1e300
    with pytest.raises(ValueError, match=r"contrast must be a number from 0 to inf, got -1"):
        quantity("contrast", -1, 0, float("inf"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (5, r"high must be two numbers \(smallest, largest\), got 5"),
        ((5, 6, 7), r"high must be two numbers \(smallest, largest\), got \(5, 6, 7\)"),
        ((0, 5), r"high\[0\] must be a number from 1 to 50 GeV, got 0"),
        ((5, 51), r"high\[1\] must be a number from 1 to 50 GeV, got 51"),
        ((6, 5), r"high must have its smallest number first, got \(6, 5\)"),
    ],
)
def test_interval_refuses_what_is_no_range(value, message):
    """The message says which end is wrong; a range of one number is one."""
    assert interval("high", [5, 5], 1, 50, "GeV") == (5.0, 5.0)
    with pytest.raises(ValueError, match=message):
        interval("high", value, 1, 50, "GeV")


@pytest.mark.parametrize(("value", "expected"), [(3, (3, 3)), ((1, 2), (1, 2)), ([4, 5], (4, 5))])
def test_pair_reads_one_number_or_two(value, expected):
    """One number stands for both directions."""
    assert pair("stride", value) == expected


@pytest.mark.parametrize("value", [(1,), (1, 2, 3), ()])
def test_pair_refuses_other_lengths(value):
    """The order of the two directions is in the message."""
    with pytest.raises(
        ValueError, match=r"stride must be .* \(vertical, horizontal\), got .*: give one number or two"
    ):
        pair("stride", value)


@pytest.mark.parametrize("value", [0, (1, 0), "2", 1.5, None])
def test_pair_refuses_what_is_no_whole_number(value):
    """A number that is wrong in one direction only is found too."""
    with pytest.raises(ValueError, match="stride must be a whole number of at least 1"):
        pair("stride", value)


@pytest.mark.parametrize("shape", [(5, 5), (3, 5, 5), (1, 3, 5, 5, 1), (1, 0, 5, 5), (1, 3, 0, 5)])
def test_as_images_refuses_other_shapes(shape):
    """A forgotten batch axis is named, with the cure."""
    with pytest.raises(ValueError, match=r"\(n, c, h, w\).* got shape \(.*\): reshape it"):
        as_images(np.zeros(shape))


@pytest.mark.parametrize("x", [1.0, [], [[1.0]]])
def test_as_vector_refuses_other_shapes(x):
    """The message gives the argument's name and its shape."""
    with pytest.raises(
        ValueError, match=r"^u must be a vector with at least one entry, got shape .*: flatten"
    ):
        as_vector("u", x)


@pytest.mark.parametrize("shape", [(3, 3), (1, 1, 3, 0)])
def test_as_kernel_refuses_other_shapes(shape):
    """The order of the axes in the message is that of the layer that asks."""
    with pytest.raises(ValueError, match=r"shape \(a, b, c, d\) with no size 0, got \(.*\): reshape it"):
        as_kernel(np.ones(shape), "(a, b, c, d)")


def test_as_bias_refuses_what_numpy_would_broadcast():
    """One number for all channels is not what was asked for."""
    with pytest.raises(ValueError, match=r"bias must have shape \(2,\), .* got \(1,\): give one bias"):
        as_bias([1.0], 2)


def test_as_output_gradient_refuses_what_numpy_would_broadcast():
    """A gradient of another layer, or of other options, is found."""
    with pytest.raises(
        ValueError, match=r"dy must have the shape \(2, 3\) of the output, got \(1, 3\): give"
    ):
        as_output_gradient(np.ones((1, 3)), (2, 3))


@pytest.mark.parametrize(
    "read", [as_images, as_kernel, lambda x: as_bias(x[0, 0, 0], 1), lambda x: as_vector("x", x[0, 0, 0])]
)
def test_arrays_are_not_copied(read):
    """A check costs no memory."""
    x = np.ones((1, 1, 1, 1))
    assert np.shares_memory(read(x), x)
