"""Receptive fields agree with hand values, with the reach of a backward pass, and with finite differences."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernelwise.arithmetic import output_size, receptive_field
from kernelwise.convolution import conv1d
from kernelwise.gradients import conv1d_gradients
from kernelwise.receptive_fields import ReceptiveField, receptive_fields, seen_pixels

fixed = settings(deadline=None, derandomize=True, max_examples=60)
VGG = [(3, 1, 1, 1), (3, 1, 1, 1), (2, 2, 1), (3, 1, 1, 1), (3, 1, 1, 1), (2, 2, 1)]


@st.composite
def stacks(draw, largest_padding=2):
    """Draw layers (k, s, d, p) and an input size i such that every kernel fits."""
    numbers = [st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(0, largest_padding)]
    layers, i = draw(st.lists(st.tuples(*numbers), max_size=3)), draw(st.integers(1, 30))
    size = i
    for k, s, d, p in layers:
        assume(d * (k - 1) < size + 2 * p)
        size = output_size(size, k, s, p, d)
    return layers, i, draw(st.integers(0, size - 1))


def forward(layers, x):
    """Give what goes into each layer, and the output: convolutions with weights of one."""
    values = [x]
    for k, s, d, p in layers:
        values.append(conv1d(values[-1], np.ones(k), stride=s, dilation=d, padding=p))
    return values


def test_receptive_fields_of_vgg_blocks_equal_hand_values():
    """Two convolutions of 3, a pooling of 2, and again: 5, 6, then steps of two."""
    fields = receptive_fields(VGG)
    assert [field.size for field in fields] == [1, 3, 5, 6, 10, 14, 16]
    assert [field.jump for field in fields] == [1, 1, 1, 2, 2, 2, 4]
    assert [field.start for field in fields] == [0, -1, -2, -2, -4, -6, -6]


def test_same_padding_of_odd_kernel_keeps_the_centre():
    """With p = d(k−1)/2 each pixel sees around itself; a pooling of two moves the middle by half a pixel."""
    assert [f.centre for f in receptive_fields([(3, 1, 1, 1), (3, 1, 4, 4), (2, 2, 1)])] == [0, 0, 0, 0.5]


def test_receptive_fields_of_no_layer_is_the_input():
    """A pixel of the input sees itself."""
    assert receptive_fields([]) == [ReceptiveField(size=1, jump=1, start=0)]


@fixed
@given(drawn=stacks())
def test_receptive_fields_end_with_receptive_field(drawn):
    """The recurrence and the sum over layers are one formula."""
    layers, _, _ = drawn
    assert receptive_fields(layers)[-1].size == receptive_field([layer[:3] for layer in layers])


@fixed
@given(drawn=stacks())
def test_seen_pixels_equal_nonzero_gradient(drawn):
    """A backward pass of one output pixel, through layers without a zero weight, reaches these pixels."""
    layers, i, o = drawn
    values = forward(layers, np.ones(i))
    gradient = np.zeros(len(values[-1]))
    gradient[o] = 1
    for (k, s, d, p), x in zip(reversed(layers), reversed(values[:-1]), strict=True):
        gradient, _ = conv1d_gradients(x, np.ones(k), gradient, stride=s, dilation=d, padding=p)
    assert seen_pixels(layers, o, i) == np.flatnonzero(gradient).tolist()


@fixed
@given(drawn=stacks())
def test_seen_pixels_equal_finite_differences(drawn):
    """Changing one input pixel at a time changes the output pixel for these only."""
    layers, i, o = drawn
    moved = [forward(layers, pixel)[-1][o] != 0 for pixel in np.eye(i)]
    assert seen_pixels(layers, o, i) == np.flatnonzero(moved).tolist()


@fixed
@given(drawn=stacks())
def test_seen_pixels_lie_in_the_receptive_field(drawn):
    """Between start and end of the field of output o, which dilation and the edges may thin out."""
    layers, i, o = drawn
    field = receptive_fields(layers)[-1]
    first = field.start + o * field.jump
    assert set(seen_pixels(layers, o, i)) <= set(range(first, first + field.size))


@fixed
@given(drawn=stacks(largest_padding=0))
def test_seen_pixels_reach_from_end_to_end_without_padding(drawn):
    """The formula is sharp: first and last pixel of the field are seen."""
    layers, i, o = drawn
    field, seen = receptive_fields(layers)[-1], seen_pixels(layers, o, i)
    assert seen[0] == field.start + o * field.jump
    assert seen[-1] == seen[0] + field.size - 1


@pytest.mark.parametrize(
    ("layers", "o", "i", "expected"),
    [
        ([], 3, 5, [3]),
        ([(3, 1, 1)], 0, 5, [0, 1, 2]),
        ([(3, 1, 2)], 1, 7, [1, 3, 5]),
        ([(1, 3, 1)], 2, 9, [6]),
        ([(3, 1, 1, 1)], 4, 5, [3, 4]),
        ([(3, 2, 1), (3, 1, 1)], 0, 9, [0, 1, 2, 3, 4, 5, 6]),
        ([(1, 1, 1, 2)], 0, 3, []),
    ],
)
def test_seen_pixels_equal_hand_values(layers, o, i, expected):
    """Holes of a dilation, gaps of a stride, and an edge; a pixel made of padding sees nothing."""
    assert seen_pixels(layers, o, i) == expected


@pytest.mark.parametrize("layer", [(3, 1), 3, "311", (3, 1, 1, 1, 1)])
def test_receptive_fields_refuse_layer_of_other_length(layer):
    """The message says which layer it was, and what is wanted."""
    with pytest.raises(
        ValueError, match=r"layer 1 must be \(k, s, d\) or \(k, s, d, p\), got .*: give kernel"
    ):
        receptive_fields([(3, 1, 1), layer])


@pytest.mark.parametrize(
    ("layer", "name"), [((0, 1, 1), "k"), ((1, 0, 1), "s"), ((1, 1, 0), "d"), ((1, 1, 1, -1), "p")]
)
def test_receptive_fields_name_the_wrong_number(layer, name):
    """Letter and layer are in the message."""
    with pytest.raises(ValueError, match=rf"^{name} of layer 0 must be a whole number"):
        receptive_fields([layer])


def test_seen_pixels_refuse_output_outside():
    """The message gives the size of the output."""
    with pytest.raises(ValueError, match=r"o=3 is no output pixel: 5 input pixels give 3 .*from 0, to 2"):
        seen_pixels([(3, 1, 1)], 3, 5)


@pytest.mark.parametrize(("o", "i", "name"), [(-1, 5, "o"), (0, 0, "i")])
def test_seen_pixels_name_the_wrong_argument(o, i, name):
    """Pixels are not counted backwards, and an input has at least one."""
    with pytest.raises(ValueError, match=rf"^{name} must be a whole number"):
        seen_pixels([], o, i)


def test_seen_pixels_refuse_kernel_larger_than_input():
    """The message gives the sizes of the layer where it happens."""
    with pytest.raises(ValueError, match=r"\(k=3, d=1\) spans 3 pixels, .* \(i=2, p=0\)"):
        seen_pixels([(2, 2, 1), (3, 1, 1)], 0, 4)
