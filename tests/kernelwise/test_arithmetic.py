"""Sizes agree with torch, with Keras, with hand values, and with windows that are counted one by one."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernelwise.arithmetic import (
    output_size,
    receptive_field,
    same_padding,
    transposed_output_size,
)

fixed = settings(deadline=None, derandomize=True, max_examples=100)
sizes, steps, pads = st.integers(1, 12), st.integers(1, 4), st.integers(0, 4)


@pytest.mark.parametrize(
    ("i", "k", "s", "p", "o"),
    [
        (4, 3, 1, 0, 2),
        (5, 3, 2, 0, 2),
        (5, 3, 2, 1, 3),
        (6, 3, 2, 0, 2),
        (512, 5, 4, 2, 128),
        (3, 3, 7, 0, 1),
    ],
)
def test_output_size_equals_hand_value(i, k, s, p, o):
    """The lecture's examples, and the counter-example i=6, k=3, s=2 that rounding up gets wrong."""
    assert output_size(i, k, s, p) == o


def test_output_size_of_dilated_kernel_counts_its_span():
    """Three weights two pixels apart span five pixels."""
    assert output_size(7, 3, d=2) == 3


@fixed
@given(i=sizes, k=sizes, s=steps, p=pads, d=steps)
def test_output_size_equals_counted_windows(i, k, s, p, d):
    """The formula counts the starts at which the whole kernel lies on the padded axis."""
    starts = [start for start in range(0, i + 2 * p, s) if start + d * (k - 1) < i + 2 * p]
    assume(starts)
    assert output_size(i, k, s, p, d) == len(starts)


@fixed
@given(i=sizes, k=sizes, s=steps, p=pads, d=steps)
def test_output_size_equals_torch(i, k, s, p, d):
    """torch makes an output of this size."""
    assume(d * (k - 1) < i + 2 * p)
    y = torch.nn.functional.conv1d(
        torch.zeros(1, 1, i), torch.zeros(1, 1, k), stride=s, padding=p, dilation=d
    )
    assert output_size(i, k, s, p, d) == y.shape[-1]


@fixed
@given(i=sizes, k=sizes, s=steps, p=pads, d=steps, op=pads)
def test_transposed_output_size_equals_torch(i, k, s, p, d, op):
    """torch's transposed convolution makes an output of this size."""
    assume(op < max(s, d) and (i - 1) * s - 2 * p + d * (k - 1) + op >= 0)
    y = torch.nn.functional.conv_transpose1d(
        torch.zeros(1, 1, i),
        torch.zeros(1, 1, k),
        stride=s,
        padding=p,
        output_padding=op,
        dilation=d,
    )
    assert transposed_output_size(i, k, s, p, d, op) == y.shape[-1]


@fixed
@given(i=sizes, k=sizes, s=steps, p=pads, d=steps)
def test_transposed_output_size_undoes_output_size(i, k, s, p, d):
    """With the rest of the division as output padding, the size before the convolution comes back."""
    assume(d * (k - 1) < i + 2 * p)
    rest = (i + 2 * p - d * (k - 1) - 1) % s
    assert transposed_output_size(output_size(i, k, s, p, d), k, s, p, d, op=rest) == i


@fixed
@given(i=sizes, k=sizes, s=steps, d=steps)
def test_same_padding_makes_rounded_up_output(i, k, s, d):
    """`same` gives ⌈i/s⌉ pixels, and the odd pixel of padding stands after."""
    before, after = same_padding(i, k, s, d)
    assert output_size(i + before + after, k, s, 0, d) == -(-i // s)
    assert after - before in (0, 1)


@pytest.mark.parametrize(
    ("i", "k", "s", "expected"),
    [(6, 3, 1, (1, 1)), (6, 3, 2, (0, 1)), (5, 3, 2, (1, 1)), (5, 2, 1, (0, 1)), (4, 1, 3, (0, 0))],
)
def test_same_padding_equals_hand_value(i, k, s, expected):
    """Keras pads asymmetrically, and with a stride the padding depends on the input."""
    assert same_padding(i, k, s) == expected


@settings(fixed, max_examples=20)
@given(i=sizes, k=st.integers(1, 6), s=steps)
def test_same_padding_equals_keras(i, k, s):
    """Weights of powers of two show which pixels lay under which weight at the first position."""
    before, _ = same_padding(i, k, s)
    kernel = 2.0 ** np.arange(k)
    y = keras.ops.conv(np.ones((1, i, 1)), kernel.reshape(k, 1, 1), strides=s, padding="same")
    assert float(np.asarray(y)[0, 0, 0]) == kernel[before : before + i].sum()


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ([], 1),
        ([(3, 1, 1)], 3),
        ([(3, 1, 1), (3, 1, 1)], 5),
        ([(3, 2, 1), (3, 1, 1)], 7),
        ([(3, 1, 2), (3, 1, 4)], 13),
        ([(3, 1, 1), (2, 2, 1), (3, 1, 1), (2, 2, 1)], 10),
    ],
)
def test_receptive_field_equals_hand_value(layers, field):
    """Two 3-pixel layers see five pixels; a stride widens the steps of all layers after it, not its own."""
    assert receptive_field(layers) == field


@settings(fixed, max_examples=40)
@given(layers=st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)), max_size=4))
def test_receptive_field_equals_reach_of_torch_gradient(layers):
    """The gradient of one output pixel reaches from the first to the last pixel of this many."""
    x = torch.zeros(1, 1, receptive_field(layers), requires_grad=True)
    y = x
    for k, s, d in layers:
        y = torch.nn.functional.conv1d(y, torch.ones(1, 1, k), stride=s, dilation=d)
    assert y.shape == (1, 1, 1)
    (gradient,) = torch.autograd.grad(y.sum(), x)
    assert gradient[0, 0, 0] != 0
    assert gradient[0, 0, -1] != 0


def test_numpy_integers_are_whole_numbers():
    """Sizes read from an array's shape or computed by numpy are accepted and come back as plain ints."""
    assert type(output_size(np.int64(6), np.uint8(3), np.int32(2))) is int


@pytest.mark.parametrize("name", ["i", "k", "s", "p", "d"])
def test_output_size_names_the_wrong_argument(name):
    """Each argument is checked under its own letter."""
    with pytest.raises(ValueError, match=rf"^{name} must be a whole number"):
        output_size(**({"i": 5, "k": 3} | {name: -1}))


@pytest.mark.parametrize("name", ["i", "k", "s", "d"])
def test_same_padding_names_the_wrong_argument(name):
    """Each argument is checked under its own letter."""
    with pytest.raises(ValueError, match=rf"^{name} must be a whole number"):
        same_padding(**({"i": 5, "k": 3} | {name: 0}))


@pytest.mark.parametrize("name", ["i", "k", "s", "p", "d", "op"])
def test_transposed_output_size_names_the_wrong_argument(name):
    """Each argument is checked under its own letter."""
    with pytest.raises(ValueError, match=rf"^{name} must be a whole number"):
        transposed_output_size(**({"i": 5, "k": 3} | {name: -1}))


def test_output_size_refuses_kernel_larger_than_padded_input():
    """The message gives the span of the dilated kernel and the padded size."""
    with pytest.raises(
        ValueError, match=r"\(k=3, d=3\) spans 7 pixels, .* \(i=4, p=1\) has 6: use a smaller"
    ):
        output_size(4, 3, p=1, d=3)


def test_transposed_output_size_refuses_large_output_padding():
    """Output padding only chooses among the sizes that the stride merged."""
    with pytest.raises(ValueError, match=r"op=2 must be smaller than the stride s=2 .*give at most 1"):
        transposed_output_size(3, 3, s=2, op=2)


@pytest.mark.parametrize(("i", "p", "left"), [(3, 4, -3), (2, 2, 0)])
def test_transposed_output_size_refuses_empty_output(i, p, left):
    """Padding that removes every pixel is an error, not a size of zero or less."""
    with pytest.raises(ValueError, match=rf"p={p}.* leave {left} pixels, .* needs at least 1: use less"):
        transposed_output_size(i, 3, p=p)


@pytest.mark.parametrize("layer", [(3, 1), 3, "311", (3, 1, 1, 1)])
def test_receptive_field_refuses_layer_that_is_no_triple(layer):
    """The message says which layer it was."""
    with pytest.raises(ValueError, match=r"layer 1 must be a triple \(k, s, d\), got .*: give kernel size"):
        receptive_field([(3, 1, 1), layer])


@pytest.mark.parametrize(("layer", "name"), [((0, 1, 1), "k"), ((3, 0, 1), "s"), ((3, 1, 1.5), "d")])
def test_receptive_field_names_the_wrong_number(layer, name):
    """The message says which number of which layer it was."""
    with pytest.raises(ValueError, match=rf"^{name} of layer 0 must be a whole number of at least 1"):
        receptive_field([layer])
