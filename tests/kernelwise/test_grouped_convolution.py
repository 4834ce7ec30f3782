"""Grouped, depthwise and 1×1 convolutions agree with torch, Keras, and what they are made of."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelwise.convolution import conv1d, conv2d, conv2d_loops

fixed = settings(deadline=None, derandomize=True, max_examples=40)
both = pytest.mark.parametrize("convolve", [conv2d, conv2d_loops])


def normal(seed, *shape, dtype=np.float64):
    """Draw normal numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


@both
@fixed
@given(
    groups=st.integers(1, 4),
    parts=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    dilation=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    seed=st.integers(0, 1000),
)
def test_grouped_conv2d_equals_torch(convolve, groups, parts, stride, padding, dilation, seed):
    """Any number of channels in and out of each group, with every other option."""
    x, kernel = normal(seed, 2, groups * parts[0], 6, 5), normal(seed + 1, groups * parts[1], parts[0], 2, 3)
    bias, options = (
        normal(seed + 2, len(kernel)),
        {"stride": stride, "padding": padding, "dilation": dilation},
    )
    expected = torch.nn.functional.conv2d(*map(torch.tensor, (x, kernel, bias)), groups=groups, **options)
    got = convolve(x, kernel, bias, groups=groups, **options)
    np.testing.assert_allclose(got, expected.numpy(), rtol=1e-12, atol=1e-12)


@both
def test_grouped_conv2d_is_convolutions_side_by_side(convolve):
    """Each group is a convolution of its own: the first kernels see the first channels."""
    x, kernel = normal(0, 1, 4, 5, 5), normal(1, 6, 2, 3, 3)
    halves = [convolve(x[:, :2], kernel[:3]), convolve(x[:, 2:], kernel[3:])]
    np.testing.assert_allclose(convolve(x, kernel, groups=2), np.concatenate(halves, axis=1), atol=1e-12)


@pytest.mark.parametrize("multiplier", [1, 2])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_depthwise_conv2d_equals_keras(multiplier, padding):
    """groups = c_in is Keras's depthwise convolution; with a multiplier, each channel has several kernels."""
    x, kernel = normal(0, 2, 3, 6, 5, dtype=np.float32), normal(1, 3 * multiplier, 1, 3, 3, dtype=np.float32)
    theirs = keras.ops.depthwise_conv(
        x.transpose(0, 2, 3, 1),
        kernel.reshape(3, multiplier, 3, 3).transpose(2, 3, 0, 1),
        strides=2,
        padding=padding,
    )
    got = conv2d(x, kernel, stride=2, padding=padding, groups=3)
    np.testing.assert_allclose(got, np.asarray(theirs).transpose(0, 3, 1, 2), rtol=1e-4, atol=1e-5)


@both
def test_separable_conv2d_is_one_full_convolution(convolve):
    """Depthwise, then 1×1, is a convolution with the products of both kernels: fewer numbers, less freedom."""
    x, depthwise, pointwise = normal(0, 1, 3, 5, 5), normal(1, 3, 1, 3, 3), normal(2, 4, 3, 1, 1)
    separable = convolve(convolve(x, depthwise, groups=3), pointwise)
    np.testing.assert_allclose(separable, convolve(x, pointwise * depthwise[:, 0]), atol=1e-12)


def test_one_by_one_conv2d_equals_keras_dense():
    """A dense layer of Keras, which acts on the last axis, is the 1×1 convolution, pixel by pixel."""
    x, kernel, bias = (
        normal(s, *shape, dtype=np.float32) for s, shape in enumerate([(2, 3, 4, 5), (6, 3), (6,)])
    )
    dense = keras.layers.Dense(6)
    dense.build((2, 4, 5, 3))
    dense.set_weights([kernel.T, bias])
    expected = np.asarray(dense(x.transpose(0, 2, 3, 1))).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(conv2d(x, kernel[:, :, None, None], bias), expected, rtol=1e-5, atol=1e-5)


def test_one_by_one_convolution_treats_particles_one_by_one():
    """Particles as a row of pixels, their momenta as channels: in another order they give the same, reordered."""
    particles, kernel = normal(0, 1, 4, 1, 7), normal(1, 5, 4, 1, 1)
    order = np.random.default_rng(2).permutation(7)
    together = conv2d(particles, kernel)
    np.testing.assert_allclose(conv2d(particles[..., order], kernel), together[..., order])
    np.testing.assert_allclose(together[0, :, 0, 3], kernel[:, :, 0, 0] @ particles[0, :, 0, 3])
    np.testing.assert_array_equal(conv1d([1, 2, 3], [5]), [5, 10, 15])


@both
def test_conv2d_refuses_channels_that_do_not_fit_the_groups(convolve):
    """A kernel that sees all channels, though there are two groups, is the usual mistake."""
    with pytest.raises(
        ValueError, match=r"has 4 channels, .* \(6, 4, 3, 3\) expects 4 in each of 2 groups: .*c/groups"
    ):
        convolve(np.ones((1, 4, 5, 5)), np.ones((6, 4, 3, 3)), groups=2)


@both
def test_conv2d_refuses_kernels_that_cannot_be_divided(convolve):
    """Every group has the same number of kernels."""
    with pytest.raises(
        ValueError, match=r"5 kernels cannot be divided into groups=2 .*multiple of 2 kernels"
    ):
        convolve(np.ones((1, 4, 5, 5)), np.ones((5, 2, 3, 3)), groups=2)


@both
def test_conv2d_refuses_groups_that_are_no_whole_number(convolve):
    """The option is checked under its own name."""
    with pytest.raises(ValueError, match="groups must be a whole number of at least 1, got 0"):
        convolve(np.ones((1, 4, 5, 5)), np.ones((4, 2, 3, 3)), groups=0)
