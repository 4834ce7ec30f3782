"""Axes are moved and joined as torch and Keras do it, and back again."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis.extra import numpy as npst

from kernelwise.images import flatten, to_channels_first, to_channels_last, unflatten

fixed = settings(deadline=None, derandomize=True, max_examples=25)


@fixed
@given(x=npst.arrays(np.uint8, npst.array_shapes(min_dims=3, max_dims=4, max_side=4)))
def test_channels_move_as_in_torch(x):
    """One image or a batch; no pixel is copied, and the way back is the inverse."""
    first = to_channels_first(x)
    np.testing.assert_array_equal(first, torch.tensor(x).movedim(-1, -3).numpy())
    np.testing.assert_array_equal(to_channels_last(first), x)
    assert np.shares_memory(first, x)


def test_channels_first_keeps_each_pixel():
    """The green of row 0, column 1 is the green of row 0, column 1."""
    x = np.arange(12).reshape(1, 2, 2, 3)
    assert to_channels_first(x)[0, 1, 0, 1] == x[0, 0, 1, 1]


@pytest.mark.parametrize("move", [to_channels_first, to_channels_last])
@pytest.mark.parametrize("shape", [(4, 4), (4,), (1, 1, 4, 4, 3)])
def test_moving_channels_refuses_images_without_them(move, shape):
    """The axis of one channel is not guessed at: the message says how to add it."""
    with pytest.raises(ValueError, match=r"shape \(.*\) or \(n, .*\), got \(.*\): .* channel axis, image\["):
        move(np.zeros(shape))


def test_flatten_equals_hand_value():
    """The lecture's 3×3 image becomes nine numbers, row by row."""
    assert flatten([[[1, 1, 0], [4, 2, 1], [0, 2, 1]]]).tolist() == [[1, 1, 0, 4, 2, 1, 0, 2, 1]]


@fixed
@given(x=npst.arrays(np.int16, npst.array_shapes(min_dims=2, max_dims=4, max_side=4)))
def test_flatten_equals_torch_and_unflatten_undoes_it(x):
    """The first axis is kept, whatever the others are."""
    flat = flatten(x)
    np.testing.assert_array_equal(flat, torch.nn.Flatten()(torch.tensor(x)).numpy())
    np.testing.assert_array_equal(unflatten(flat, x.shape[1:]), x)


def test_flatten_equals_keras_for_channels_last_only():
    """Both flatten what they have: weights of a dense layer behind it cannot be carried over as they are."""
    x = np.arange(24.0, dtype=np.float32).reshape(1, 2, 3, 4)
    theirs = np.asarray(keras.layers.Flatten()(to_channels_last(x)))
    np.testing.assert_array_equal(flatten(to_channels_last(x)), theirs)
    assert (flatten(x) != theirs).any()
    assert sorted(flatten(x)[0]) == sorted(theirs[0])


def test_flatten_of_no_image_is_no_vector():
    """An empty batch keeps the length of its vectors, there and back."""
    assert flatten(np.zeros((0, 3, 4, 5))).shape == (0, 60)
    assert unflatten(np.zeros((0, 60)), (3, 4, 5)).shape == (0, 3, 4, 5)


def test_flatten_refuses_what_has_no_batch():
    """A vector is flat already."""
    with pytest.raises(ValueError, match=r"needs a batch, .* got shape \(4,\): give .* image\[None\]"):
        flatten(np.zeros(4))


@pytest.mark.parametrize("shape", [(1, 8), (9,), (1, 3, 3)])
def test_unflatten_refuses_vectors_of_other_length(shape):
    """The message gives the length that the shape asks for."""
    with pytest.raises(
        ValueError, match=r"shape \(3, 3\) need vectors \(n, 9\), got shape .*: give the shape"
    ):
        unflatten(np.zeros(shape), (3, 3))


def test_unflatten_names_the_wrong_entry():
    """No size is left for numpy to guess: −1 is refused."""
    with pytest.raises(ValueError, match="entry 1 of shape must be a whole number of at least 1, got -1"):
        unflatten(np.zeros((1, 9)), (3, -1))
