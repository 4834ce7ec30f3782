"""Checks on fresh inputs, compared with the reference; they never run in one process with the answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks import assert_close, assert_equal, fail
from kernelwise import arithmetic, convolution, pooling

# Small sizes: a hundred of them in pure Python loops still take well under a second.
EXAMPLES = settings(max_examples=12, deadline=None)


@pytest.mark.points(2)
@pytest.mark.question("output_size")
def test_output_size_with_dilation(student, rng):
    """output_size must count what a dilated kernel spans: d·(k − 1) + 1 pixels."""
    for _ in range(5):
        i, k, d = int(rng.integers(30, 60)), int(rng.integers(2, 6)), int(rng.integers(2, 5))
        got = student.output_size(i, k, d=d)
        if np.array_equal(got, arithmetic.output_size(i, k)):
            fail("the dilation makes no difference: k taps, d pixels apart, span d·(k − 1) + 1 pixels")
        assert_equal(got, arithmetic.output_size(i, k, d=d))


@st.composite
def layers_that_fit(draw):
    """Draw (i, k, s, p, d) such that the kernel fits the padded image, often by a hair."""
    k, s, p, d = (draw(st.integers(low, high)) for low, high in ((1, 7), (1, 4), (0, 3), (1, 3)))
    smallest = max(1, d * (k - 1) + 1 - 2 * p)
    return smallest + draw(st.integers(0, 20)), k, s, p, d


@pytest.mark.points(2)
@pytest.mark.question("output_size")
@EXAMPLES
@given(layer=layers_that_fit())
def test_output_size_of_any_layer(student, layer):
    """output_size must be right for any size, kernel, stride, padding and dilation together."""
    i, k, s, p, d = layer
    assert_equal(student.output_size(i, k, s=s, p=p, d=d), arithmetic.output_size(i, k, s=s, p=p, d=d))


@pytest.mark.points(2)
@pytest.mark.question("conv1d")
@EXAMPLES
@given(length=st.integers(1, 12), extra=st.integers(0, 12))
def test_conv1d_of_any_signal(student, rng, length, extra):
    """conv1d must be right for any signal and any kernel that is not longer than the signal."""
    x, u = rng.normal(size=length + extra), rng.normal(size=length)
    assert_close(student.conv1d(x, u), convolution.conv1d(x, u))


@pytest.mark.points(1)
@pytest.mark.question("conv1d")
def test_conv1d_keeps_the_dtype(student, rng):
    """conv1d must give float32 for float32."""
    x, u = rng.normal(size=11).astype(np.float32), rng.normal(size=4).astype(np.float32)
    assert_close(student.conv1d(x, u), convolution.conv1d(x, u), dtype=np.float32)


@pytest.mark.points(2)
@pytest.mark.question("conv2d")
def test_conv2d_of_rectangles(student, rng):
    """conv2d must take images and kernels that are not square."""
    x, kernel = rng.normal(size=(1, 2, 6, 9)), rng.normal(size=(3, 2, 2, 4))
    assert_close(student.conv2d(x, kernel), convolution.conv2d(x, kernel))
    x, kernel = rng.normal(size=(1, 2, 9, 6)), rng.normal(size=(3, 2, 4, 2))
    assert_close(student.conv2d(x, kernel), convolution.conv2d(x, kernel))


@pytest.mark.points(3)
@pytest.mark.question("conv2d")
def test_conv2d_with_a_stride(student, rng):
    """conv2d must honour the stride in both directions, also where the last step does not fit."""
    x, kernel = rng.normal(size=(1, 2, 10, 10)), rng.normal(size=(2, 2, 3, 3))
    for stride in (2, 3):
        expected = convolution.conv2d(x, kernel, stride=stride)
        got = student.conv2d(x, kernel, stride=stride)
        if np.shape(got) == convolution.conv2d(x, kernel).shape:
            fail(
                "the stride is forgotten: windows begin at i·stride and j·stride, and there are fewer of them"
            )
        if np.shape(got)[3:] == (8,):
            fail("the stride moves the windows down, and not to the right: it counts in both directions")
        assert_close(got, expected)


@pytest.mark.points(3)
@pytest.mark.question("conv2d")
def test_conv2d_with_padding(student, rng):
    """conv2d must pad with zeros on all four sides."""
    x, kernel = rng.normal(size=(1, 2, 6, 6)), rng.normal(size=(2, 2, 3, 3))
    for padding in (1, 2):
        expected = convolution.conv2d(x, kernel, padding=padding)
        assert_close(student.conv2d(x, kernel, padding=padding), expected)


@pytest.mark.points(2)
@pytest.mark.question("conv2d")
def test_conv2d_keeps_the_images_of_a_batch_apart(student, rng):
    """conv2d must give for each image of a batch what it gives for that image alone."""
    x, kernel = rng.normal(size=(3, 1, 5, 5)), rng.normal(size=(2, 1, 3, 3))
    expected = convolution.conv2d(x, kernel)
    assert_close(student.conv2d(x[1:2], kernel), expected[1:2])
    got = student.conv2d(x, kernel)
    if getattr(got, "shape", None) == expected.shape and not np.allclose(got, expected):
        fail("an image alone comes out right, but not in a batch of 3: the images of a batch are mixed")
    assert_close(got, expected)


@st.composite
def image_layers(draw):
    """Draw (shape of x, shape of kernel, stride, padding) such that the kernel fits the padded image."""
    n, c, c_out, k_h, k_w = (draw(st.integers(1, high)) for high in (3, 3, 3, 4, 4))
    stride, padding = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    h, w = (max(1, k - 2 * padding) + draw(st.integers(0, 5)) for k in (k_h, k_w))
    return (n, c, h, w), (c_out, c, k_h, k_w), stride, padding


@pytest.mark.points(2)
@pytest.mark.question("conv2d")
@EXAMPLES
@given(layer=image_layers())
def test_conv2d_of_any_layer(student, rng, layer):
    """conv2d must be right for any batch, channels, sizes, stride and padding together."""
    x_shape, kernel_shape, stride, padding = layer
    x, kernel = rng.normal(size=x_shape), rng.normal(size=kernel_shape)
    got = student.conv2d(x, kernel, stride=stride, padding=padding)
    # Windows may see nothing but padding: exactly 0 in a loop, rounding noise after a Fourier transform.
    assert_close(got, convolution.conv2d(x, kernel, stride=stride, padding=padding), atol=1e-9)


@pytest.mark.points(1)
@pytest.mark.question("conv2d")
def test_conv2d_keeps_the_dtype(student, rng):
    """conv2d must give float32 for float32."""
    x, kernel = (rng.normal(size=shape).astype(np.float32) for shape in ((1, 1, 5, 5), (1, 1, 3, 3)))
    assert_close(student.conv2d(x, kernel), convolution.conv2d(x, kernel), dtype=np.float32)


@pytest.mark.points(1)
@pytest.mark.question("conv2d")
def test_conv2d_leaves_its_inputs_alone(student, rng):
    """conv2d must leave the images and the kernel that it is given unchanged."""
    x, kernel = rng.normal(size=(1, 1, 6, 6)), rng.normal(size=(1, 1, 3, 3))
    assert_close(student.conv2d(x, kernel, padding=1), convolution.conv2d(x, kernel, padding=1))
    if student.changed:
        fail("conv2d changed an array that it was given: work on a copy")


@pytest.mark.points(3)
@pytest.mark.question("max_pool2d")
def test_max_pool2d_of_negative_values(student, rng):
    """max_pool2d must find the largest value also where all are negative."""
    x = (-1.0 - rng.random(size=(1, 2, 6, 6))).astype(np.float32)
    got = student.max_pool2d(x, 2)
    if getattr(got, "shape", None) == (1, 2, 3, 3) and not np.any(got):
        fail("all values are negative, yet the result is 0: start the search at a pixel, not at 0")
    assert_close(got, pooling.max_pool2d(x, 2), dtype=np.float32)


@st.composite
def poolings(draw):
    """Draw (shape of x, size, stride) such that at least one window fits."""
    n, c, size = (draw(st.integers(1, high)) for high in (3, 3, 4))
    h, w = (size + draw(st.integers(0, 7)) for _ in range(2))
    return (n, c, h, w), size, draw(st.integers(1, 4))


@pytest.mark.points(2)
@pytest.mark.question("max_pool2d")
@EXAMPLES
@given(layer=poolings())
def test_max_pool2d_of_any_layer(student, rng, layer):
    """max_pool2d must be right for any batch, size and stride, and drop windows that do not fit whole."""
    shape, size, stride = layer
    x = rng.normal(size=shape)
    assert_close(student.max_pool2d(x, size), pooling.max_pool2d(x, size))
    assert_close(student.max_pool2d(x, size, stride=stride), pooling.max_pool2d(x, size, stride=stride))


LAYER = st.tuples(st.integers(1, 7), st.integers(1, 3), st.integers(1, 4))


@pytest.mark.points(3)
@pytest.mark.question("receptive_field")
@EXAMPLES
@given(layers=st.lists(LAYER, min_size=1, max_size=6))
def test_receptive_field_of_any_network(student, layers):
    """receptive_field must be right for any stack of kernels, strides and dilations."""
    assert_equal(student.receptive_field(layers), arithmetic.receptive_field(layers))
