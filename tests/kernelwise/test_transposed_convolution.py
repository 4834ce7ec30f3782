"""Transposed convolutions agree with hand values, torch and Keras, and are the transposes of convolutions."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernelwise.convolution import conv1d, conv2d
from kernelwise.transposed_convolution import conv_transpose1d, conv_transpose2d, stamp

fixed = settings(deadline=None, derandomize=True, max_examples=60)
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-12}


def frozen(seed, *shape, dtype=np.float64):
    """Draw normal numbers that nobody can write to: a function that changes its input fails."""
    values = np.random.default_rng(seed).normal(size=shape).astype(dtype)
    values.flags.writeable = False
    return values


@st.composite
def axes(draw):
    """Draw (i, k, s, p, op, d) of one axis such that something is left of the output."""
    k, s, d, p = (draw(st.integers(*ends)) for ends in ((1, 4), (1, 3), (1, 3), (0, 2)))
    op, i = draw(st.integers(0, max(s, d) - 1)), draw(st.integers(1, 5))
    assume((i - 1) * s - 2 * p + d * (k - 1) + op >= 0)
    return i, k, s, p, op, d


def assert_same(got, expected):
    """Same shape, same dtype, same values but for rounding."""
    expected = np.asarray(expected)
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    tolerance = TOLERANCE[got.dtype.type]
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance * 10)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [10, 21, 32, 3]),
        ({"stride": 2}, [10, 1, 20, 2, 30, 3]),
        ({"stride": 3}, [10, 1, 0, 20, 2, 0, 30, 3]),
        ({"padding": 1}, [21, 32]),
        ({"stride": 2, "output_padding": 1}, [10, 1, 20, 2, 30, 3, 0]),
        ({"dilation": 2}, [10, 20, 31, 2, 3]),
        ({"stride": 2, "padding": 1, "output_padding": 1}, [1, 20, 2, 30, 3]),
    ],
)
def test_conv_transpose1d_equals_hand_value(options, expected):
    """Three stamps of (10, 1), the digits of which show where they overlap; padding cuts off."""
    assert conv_transpose1d([1, 2, 3], [10, 1], **options).tolist() == expected


@fixed
@given(axis=axes(), seed=st.integers(0, 1000), dtype=st.sampled_from([np.float32, np.float64]))
def test_conv_transpose1d_equals_torch(axis, seed, dtype):
    """Any size, stride, padding, output padding and dilation, in both precisions."""
    i, k, s, p, op, d = axis
    x, u = frozen(seed, i, dtype=dtype), frozen(seed + 1, k, dtype=dtype)
    options = {"stride": s, "padding": p, "output_padding": op, "dilation": d}
    expected = torch.nn.functional.conv_transpose1d(
        torch.tensor(x)[None, None], torch.tensor(u)[None, None], **options
    )
    assert_same(conv_transpose1d(x, u, **options), expected[0, 0].numpy())


@fixed
@given(
    vertical=axes(),
    horizontal=axes(),
    groups=st.integers(1, 3),
    parts=st.tuples(st.integers(1, 2), st.integers(1, 3)),
    seed=st.integers(0, 1000),
    dtype=st.sampled_from([np.float32, np.float64]),
    biased=st.booleans(),
)
def test_conv_transpose2d_equals_torch(vertical, horizontal, groups, parts, seed, dtype, biased):
    """Any shape and option, different in the two directions, with groups and bias."""
    (h, k_h, *_), (w, k_w, *_) = vertical, horizontal
    c_in = groups * parts[0]
    x, kernel = (
        frozen(seed, 2, c_in, h, w, dtype=dtype),
        frozen(seed + 1, c_in, parts[1], k_h, k_w, dtype=dtype),
    )
    bias = frozen(seed + 2, groups * parts[1], dtype=dtype) if biased else None
    names = ("stride", "padding", "output_padding", "dilation")
    options = dict(zip(names, zip(vertical[2:], horizontal[2:], strict=True), strict=True)) | {
        "groups": groups
    }
    operands = (None if array is None else torch.tensor(array) for array in (x, kernel, bias))
    expected = torch.nn.functional.conv_transpose2d(*operands, **options)
    assert_same(conv_transpose2d(x, kernel, bias, **options), expected.numpy())


@settings(fixed, max_examples=20)
@given(k=st.integers(1, 5), s=st.integers(1, 4), word=st.sampled_from(["same", "valid"]))
def test_conv_transpose2d_equals_keras(k, s, word):
    """Keras's `same`, and its `valid`, where a stamp takes stride pixels at least; dilation TensorFlow lacks."""
    x, kernel = frozen(k, 1, 2, 3, 4, dtype=np.float32), frozen(s, 2, 3, k, k, dtype=np.float32)
    y = keras.ops.conv_transpose(
        x.transpose(0, 2, 3, 1), kernel.transpose(2, 3, 1, 0), strides=s, padding=word
    )
    options = {"padding": "same"} if word == "same" else {"output_padding": max(s - k, 0)}
    assert_same(conv_transpose2d(x, kernel, stride=s, **options), np.asarray(y).transpose(0, 3, 1, 2))


def test_conv_transpose2d_equals_keras_layer():
    """The layer of the book's tabs: its kernel has the output channels before the input channels."""
    x, kernel, bias = (
        frozen(0, 1, 2, 3, 3, dtype=np.float32),
        frozen(1, 2, 4, 3, 3, dtype=np.float32),
        [1, 2, 3, 4],
    )
    layer = keras.layers.Conv2DTranspose(4, 3, strides=2, padding="same")
    layer.build((1, 3, 3, 2))
    layer.set_weights([kernel.transpose(2, 3, 1, 0), np.array(bias, np.float32)])
    expected = np.asarray(layer(x.transpose(0, 2, 3, 1))).transpose(0, 3, 1, 2)
    got = conv_transpose2d(x, kernel, np.array(bias, np.float32), stride=2, padding="same")
    assert got.shape == (1, 4, 6, 6)
    assert_same(got, expected)


@settings(fixed, max_examples=80)
@given(
    drawn=st.tuples(axes(), axes()),
    groups=st.integers(1, 2),
    parts=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    seed=st.integers(0, 1000),
    same=st.booleans(),
)
def test_transposed_convolution_is_adjoint_of_convolution(drawn, groups, parts, seed, same):
    """⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ with the same kernel, whatever the options."""
    (h, k_h, s_h, p_h, op_h, d_h), (w, k_w, s_w, p_w, op_w, d_w) = drawn
    # The axes are those of the transposed convolution; op < s makes the convolution undo its size.
    assume(same or (op_h < s_h and op_w < s_w))
    options = {"stride": (s_h, s_w), "dilation": (d_h, d_w), "groups": groups}
    options |= {"padding": "same" if same else (p_h, p_w)}
    more = {} if same else {"output_padding": (op_h, op_w)}
    y, kernel = (
        frozen(seed, 2, groups * parts[0], h, w),
        frozen(seed + 1, groups * parts[0], parts[1], k_h, k_w),
    )
    back = conv_transpose2d(y, kernel, **options, **more)
    x = frozen(seed + 2, *back.shape)
    np.testing.assert_allclose(
        np.vdot(conv2d(x, kernel, **options), y), np.vdot(x, back), rtol=1e-10, atol=1e-10
    )


def test_transposed_convolution_is_the_transposed_matrix():
    """Each row of the matrix of a convolution is the kernel, moved; its transpose is the other one."""
    u, s = np.array([3.0, 2.0, 1.0]), 2
    matrix = np.array([conv1d(column, u, stride=s) for column in np.eye(7)]).T
    assert matrix.shape == (3, 7)
    assert matrix[1].tolist() == [0, 0, 3, 2, 1, 0, 0]
    y = np.array([1.0, 10.0, 100.0])
    np.testing.assert_array_equal(conv_transpose1d(y, u, stride=s), matrix.T @ y)


def test_transposed_convolution_is_no_inverse():
    """It gives back the size, not the values: its old name "deconvolution" promises too much."""
    x, u = np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 2.0])
    back = conv_transpose1d(conv1d(x, u), u)
    assert back.tolist() == [21, 50, 75, 34]


def test_overlapping_stamps_make_a_checkerboard():
    """Kernel 3 and stride 2 overlap in every second pixel: a constant image comes out uneven."""
    y = conv_transpose2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 3, 3)), stride=2, padding=1)
    assert y[0, 0, :3, :3].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


def test_conv_transpose_of_integers_stays_integer():
    """The dtype is numpy's promotion, as in conv2d; without bias the result is memory of its own."""
    x = np.ones((1, 1, 2, 2), np.int16)
    y = conv_transpose2d(x, np.ones((1, 1, 1, 1), np.int8))
    assert y.dtype == np.int16
    assert y.base is None  # no view of a larger canvas
    assert conv_transpose1d(np.ones(2, np.float32), np.ones(2, np.float32)).dtype == np.float32


def test_conv_transpose2d_of_no_image_is_no_image():
    """An empty batch gives an empty batch of the right shape."""
    assert conv_transpose2d(np.zeros((0, 2, 3, 3)), np.zeros((2, 5, 3, 3))).shape == (0, 5, 5, 5)


def test_stamp_leaves_the_rest_of_the_canvas_empty():
    """What no stamp reaches is 0, below and right too."""
    y = stamp(np.ones((1, 1, 1, 1)), np.ones((1, 1, 2, 2)), (3, 4), (1, 1), (1, 2))
    assert y[0, 0].tolist() == [[1, 0, 1, 0], [1, 0, 1, 0], [0, 0, 0, 0]]


def test_conv_transpose2d_refuses_other_channels():
    """The kernel of a convolution from 3 to 2 channels has the axes the other way round."""
    with pytest.raises(
        ValueError,
        match=r"\(1, 3, 5, 5\) has 3 channels, .* \(2, 3, 3, 3\) expects 2, .*swap its first two axes",
    ):
        conv_transpose2d(np.ones((1, 3, 5, 5)), np.ones((2, 3, 3, 3)))


def test_conv_transpose2d_refuses_groups_that_do_not_divide():
    """Three channels are not two equal parts."""
    with pytest.raises(ValueError, match=r"expects 3, in groups=2 equal parts: .*or change the groups"):
        conv_transpose2d(np.ones((1, 3, 5, 5)), np.ones((3, 1, 3, 3)), groups=2)


def test_conv_transpose2d_refuses_output_padding_with_same():
    """`same` has given the size already."""
    with pytest.raises(
        ValueError, match=r"output_padding must be 0 with padding='same', got 1: .*leave it out"
    ):
        conv_transpose2d(
            np.ones((1, 1, 3, 3)), np.ones((1, 1, 3, 3)), stride=2, padding="same", output_padding=1
        )


def test_conv_transpose2d_refuses_other_words():
    """What Keras calls `valid` is not exactly padding 0, so that it is not guessed at."""
    with pytest.raises(ValueError, match=r"a whole number, a pair or 'same', got 'valid': give pixels"):
        conv_transpose2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 3, 3)), padding="valid")


@pytest.mark.parametrize("name", ["stride", "padding", "output_padding", "dilation"])
def test_conv_transpose_names_the_wrong_option(name):
    """Each option is checked under its own name, in one dimension and in two."""
    with pytest.raises(ValueError, match=rf"^{name} must be a whole number"):
        conv_transpose1d([1, 2, 3], [1, 1], **{name: -1})
    with pytest.raises(ValueError, match=rf"^{name} must be a whole number"):
        conv_transpose2d(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), **{name: -1})


def test_conv_transpose2d_refuses_bias_of_other_shape():
    """One bias for each output channel, in all groups together."""
    with pytest.raises(ValueError, match=r"bias must have shape \(6,\), .* got \(3,\)"):
        conv_transpose2d(np.ones((1, 2, 3, 3)), np.ones((2, 3, 2, 2)), np.ones(3), groups=2)


def test_conv_transpose_refuses_empty_output():
    """Padding that removes every pixel is an error."""
    with pytest.raises(ValueError, match=r"leave 0 pixels, but an output needs at least 1: use less padding"):
        conv_transpose1d([1, 2], [1], padding=1)
