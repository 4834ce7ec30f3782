"""Boxes: areas and overlaps against counted pixels and hand values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelwise.boxes import area, intersection_over_union

fixed = settings(deadline=None, derandomize=True, max_examples=200)


@st.composite
def boxes(draw):
    """Draw a box with whole-number corners on a 12×12 image, empty ones included."""
    x0, x1 = sorted((draw(st.integers(0, 12)), draw(st.integers(0, 12))))
    y0, y1 = sorted((draw(st.integers(0, 12)), draw(st.integers(0, 12))))
    return x0, y0, x1, y1


def painted(box):
    """The pixels of a box, as a mask."""
    mask = np.zeros((12, 12), dtype=bool)
    mask[box[1] : box[3], box[0] : box[2]] = True
    return mask


@fixed
@given(a=boxes(), b=boxes())
def test_overlap_is_that_of_the_pixels(a, b):
    """Area and IoU are what one gets by painting both boxes and counting."""
    one, other = painted(a), painted(b)
    union = (one | other).sum()
    assert area(a) == one.sum()
    assert intersection_over_union(a, b) == pytest.approx((one & other).sum() / union if union else 0)


@fixed
@given(a=boxes(), b=boxes(), shift=st.integers(-50, 50))
def test_overlap_is_symmetric_and_moves_along(a, b, shift):
    """IoU(a, b) = IoU(b, a), IoU(a, a) = 1, and the place on the image is irrelevant."""
    one, other = np.array(a), np.array(b)
    value = intersection_over_union(one, other)
    assert 0 <= value <= 1
    assert value == intersection_over_union(other, one) == intersection_over_union(one + shift, other + shift)
    assert intersection_over_union(one, one) == (1 if area(one) else 0)


def test_many_boxes_at_once():
    """Shapes broadcast: each of three boxes against one."""
    got = intersection_over_union([[0, 0, 2, 2], [2, 0, 4, 2], [0, 0, 4, 4]], [0, 0, 2, 2])
    np.testing.assert_allclose(got, [1, 0, 0.25])


def test_exchanged_corners_have_no_inside():
    """A box whose corners are exchanged has area 0: two negative sides do not make a positive area."""
    assert area([5, 5, 2, 2]) == 0
    assert intersection_over_union([5, 5, 2, 2], [2, 2, 5, 5]) == 0


@pytest.mark.parametrize("wrong", [3.0, [1, 2, 3], np.zeros((4, 3))])
def test_wrong_shapes_are_named(wrong):
    """What is no box is refused, with its shape."""
    with pytest.raises(ValueError, match=r"a must hold boxes .* got shape"):
        intersection_over_union(wrong, [0, 0, 1, 1])
