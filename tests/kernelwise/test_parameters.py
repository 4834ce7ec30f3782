"""Counts of parameters agree with the lectures' corrected numbers, with torch and with Keras."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelwise.parameters import memory_bytes, parameter_count

fixed = settings(deadline=None, derandomize=True, max_examples=20)
COLOUR_IMAGE = 256 * 256 * 3


@pytest.mark.parametrize(
    ("shapes", "count"),
    [
        ([(1, 1, 3, 3)], 10),
        ([(64, 1, 3, 3)], 640),
        ([(32, 64, 3, 3)], 18_464),
        ([(32, 32), (1, 32)], 1_089),
        ([(64, 784), (64, 64), (10, 64)], 55_050),
        ([(COLOUR_IMAGE, COLOUR_IMAGE)], 38_654_705_664 + 196_608),
    ],
)
def test_parameter_count_equals_lectures(shapes, count):
    """3·3 + 1 = 10 is the smallest; a dense layer between two colour images is the largest."""
    assert sum(parameter_count(shape) for shape in shapes) == count


@fixed
@given(
    d=st.integers(1, 5),
    c=st.integers(1, 4),
    h=st.integers(1, 4),
    w=st.integers(1, 4),
    groups=st.integers(1, 3),
)
def test_parameter_count_equals_torch(d, c, h, w, groups):
    """D(Chw + 1), with and without bias; C counts the channels that one kernel sees."""
    for bias in (True, False):
        layer = torch.nn.Conv2d(c * groups, d * groups, (h, w), groups=groups, bias=bias)
        expected = sum(p.numel() for p in layer.parameters())
        assert parameter_count(tuple(layer.weight.shape), bias=bias) == expected
        assert expected == d * groups * (c * h * w + bias)


def test_parameter_count_equals_keras():
    """A convolution and a dense layer of the other library."""
    convolution, dense = keras.layers.Conv2D(5, (3, 2)), keras.layers.Dense(7)
    convolution.build((None, 8, 8, 4))
    dense.build((None, 12))
    assert parameter_count((5, 4, 3, 2)) == convolution.count_params()
    assert parameter_count((7, 12)) == dense.count_params()


def test_memory_bytes_of_dense_layer_equals_hand_value():
    """154.6 GB are 144 GiB: bytes, not bits."""
    memory = memory_bytes(COLOUR_IMAGE**2)
    assert memory == 154_618_822_656
    assert memory / 2**30 == 144


@pytest.mark.parametrize("dtype", ["float16", np.float32, "f8", np.uint8])
def test_memory_bytes_equals_numpy(dtype):
    """What numpy's own arrays take."""
    assert memory_bytes(12, dtype) == np.zeros(12, dtype).nbytes


@pytest.mark.parametrize("shape", [9, "3x3", (9,), ()])
def test_parameter_count_refuses_what_is_no_shape(shape):
    """The message says which axis comes first."""
    with pytest.raises(
        ValueError, match=r"shape of a kernel or of a matrix of weights, got .*: give outputs first"
    ):
        parameter_count(shape)


def test_parameter_count_names_the_wrong_entry():
    """Entries are counted from 0."""
    with pytest.raises(ValueError, match="entry 2 of shape must be a whole number of at least 1, got 0"):
        parameter_count((1, 1, 0, 3))


def test_memory_bytes_refuses_fractions():
    """Half a number takes no memory."""
    with pytest.raises(ValueError, match=r"count must be a whole number of at least 0, got 0\.5"):
        memory_bytes(0.5)
