"""Gradients agree with finite differences of our own forward functions, and with torch's autograd."""

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernelwise import activations
from kernelwise.convolution import conv1d, conv2d
from kernelwise.gradients import (
    activation_gradient,
    average_pool2d_gradient,
    conv1d_gradients,
    conv2d_gradients,
    max_pool2d_gradient,
    softmax_gradient,
)
from kernelwise.pooling import average_pool2d, max_pool2d

fixed = settings(deadline=None, derandomize=True, max_examples=40)
STEP = 1 / 8  # exact in binary; what is linear in its argument has no error of a finite step
WORDS = [None, None, "same", "valid"]  # None: a drawn number of pixels


def normal(seed, *shape, dtype=np.float64):
    """Draw normal numbers that nobody can write to: a function that changes its input fails."""
    values = np.random.default_rng(seed).normal(size=shape).astype(dtype)
    values.flags.writeable = False
    return values


def finite_difference(loss, x, step=STEP):
    """Change one number of x at a time: (L(x + step) − L(x − step)) / (2 step)."""
    gradient = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        low, high = x.copy(), x.copy()
        low[place] -= step
        high[place] += step
        gradient[place] = (loss(high) - loss(low)) / (2 * step)
    return gradient


def assert_close(got, expected, tolerance=1e-10):
    """Same shape, same values but for rounding."""
    expected = np.asarray(expected)
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


@st.composite
def axes(draw):
    """Draw (i, k, s, p, d) of one axis such that the kernel fits."""
    k, s, p, d = (draw(st.integers(*ends)) for ends in ((1, 3), (1, 3), (0, 2), (1, 2)))
    least = d * (k - 1) + 1
    return draw(st.integers(least, least + 3)), k, s, p, d


@st.composite
def convolutions(draw):
    """Draw x, kernel, and the options of a two-dimensional convolution, words for the padding included."""
    (h, k_h, *vertical), (w, k_w, *horizontal) = draw(axes()), draw(axes())
    n, groups, c_in, c_out = (draw(st.integers(1, 2)) for _ in range(4))
    seed = draw(st.integers(0, 1000))
    x, kernel = normal(seed, n, groups * c_in, h, w), normal(seed + 1, groups * c_out, c_in, k_h, k_w)
    stride, padding, dilation = zip(vertical, horizontal, strict=True)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return x, kernel, options | {"padding": draw(st.sampled_from(WORDS)) or padding}


@st.composite
def poolings(draw):
    """Draw x without ties, and size, stride and padding of a pooling."""
    drawn = []
    for _ in range(2):
        k = draw(st.integers(1, 3))
        drawn.append((draw(st.integers(k, 6)), k, draw(st.integers(1, 3)), draw(st.integers(0, k // 2))))
    (h, w), size, stride, padding = zip(*drawn, strict=True)
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 2)), h, w)
    # Whole numbers, each once, below zero: no tie within STEP, and a padded zero would win if it counted.
    x = np.random.default_rng(draw(st.integers(0, 1000))).permutation(np.prod(shape)).reshape(shape) - 1000.0
    return x, size, stride, draw(st.sampled_from(WORDS)) or padding


@fixed
@given(axis=axes(), word=st.sampled_from(WORDS), seed=st.integers(0, 1000))
def test_conv1d_gradients_equal_finite_differences(axis, word, seed):
    """Both gradients, with any option; the loss is linear in each, so that the difference is exact."""
    i, k, s, p, d = axis
    options = {"stride": s, "padding": word or p, "dilation": d}
    x, u = normal(seed, i), normal(seed + 1, k)
    dy = normal(seed + 2, *conv1d(x, u, **options).shape)
    dx, du = conv1d_gradients(x, u, dy, **options)
    assert_close(dx, finite_difference(lambda x: conv1d(x, u, **options) @ dy, x))
    assert_close(du, finite_difference(lambda u: conv1d(x, u, **options) @ dy, u))


@fixed
@given(axis=axes(), seed=st.integers(0, 1000))
def test_conv1d_gradients_equal_torch(axis, seed):
    """Automatic differentiation of the other library."""
    i, k, s, p, d = axis
    x, u = (torch.tensor(normal(seed, size)[None, None], requires_grad=True) for size in (i, k))
    y = torch.nn.functional.conv1d(x, u, stride=s, padding=p, dilation=d)
    dy = normal(seed + 2, *y.shape)
    y.backward(torch.tensor(dy))
    numbers = (a.detach().numpy()[0, 0] for a in (x, u))
    dx, du = conv1d_gradients(*numbers, dy[0, 0], stride=s, padding=p, dilation=d)
    assert_close(dx, x.grad[0, 0])
    assert_close(du, u.grad[0, 0])


@fixed
@given(drawn=convolutions())
def test_conv2d_gradients_equal_finite_differences(drawn):
    """All three, with every option, groups and Keras's asymmetric padding included."""
    x, kernel, options = drawn
    bias = np.zeros(len(kernel))
    dy = normal(7, *conv2d(x, kernel, **options).shape)
    dx, dkernel, dbias = conv2d_gradients(x, kernel, dy, **options)
    assert_close(dx, finite_difference(lambda x: np.vdot(conv2d(x, kernel, **options), dy), x))
    assert_close(dkernel, finite_difference(lambda k: np.vdot(conv2d(x, k, **options), dy), kernel))
    assert_close(dbias, finite_difference(lambda b: np.vdot(conv2d(x, kernel, b, **options), dy), bias))


@fixed
@given(drawn=convolutions())
def test_conv2d_gradients_equal_torch(drawn):
    """Automatic differentiation of the other library."""
    x, kernel, options = drawn
    assume(options["padding"] != "same" or options["stride"] == (1, 1))  # torch's `same` knows no stride
    operands = [torch.tensor(a, requires_grad=True) for a in (x, kernel, np.zeros(len(kernel)))]
    if options["padding"] == "same":
        assume(all(d * (k - 1) % 2 == 0 for k, d in zip(kernel.shape[2:], options["dilation"], strict=True)))
    y = torch.nn.functional.conv2d(*operands, **options)
    dy = normal(7, *y.shape)
    y.backward(torch.tensor(dy))
    for got, operand in zip(conv2d_gradients(x, kernel, dy, **options), operands, strict=True):
        assert_close(got, operand.grad)


@fixed
@given(drawn=poolings())
def test_max_pool2d_gradient_equals_finite_differences(drawn):
    """Windows that overlap, leave gaps, and stick out; no tie is within the step."""
    x, *options = drawn
    dy = normal(7, *max_pool2d(x, *options).shape)
    expected = finite_difference(lambda x: np.vdot(max_pool2d(x, *options), dy), x)
    assert_close(max_pool2d_gradient(x, dy, *options), expected)


@fixed
@given(drawn=poolings(), levels=st.sampled_from([1, 2, 3, 1000]))
def test_max_pool2d_gradient_equals_torch_with_ties(drawn, levels):
    """With few different numbers nearly every window has ties: the first one wins in torch as here."""
    x, *options = drawn
    assume(not isinstance(options[2], str))
    x = x % levels - 5
    t = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.max_pool2d(t, *options)
    dy = normal(7, *y.shape)
    y.backward(torch.tensor(dy))
    assert_close(max_pool2d_gradient(x, dy, *options), t.grad)


def test_max_pool2d_gradient_goes_to_the_first_of_equals():
    """Row by row: the upper left pixel of a constant window, not a share for each."""
    dx = max_pool2d_gradient(np.zeros((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), 2, stride=1)
    assert dx[0, 0].tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_max_pool2d_gradient_adds_up_where_windows_overlap():
    """A pixel that wins four windows gets all four gradients."""
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 1, 1] = 1
    dx = max_pool2d_gradient(x, np.array([[[[1.0, 2], [3, 4]]]]), 2, stride=1)
    assert dx[0, 0].tolist() == [[0, 0, 0], [0, 10, 0], [0, 0, 0]]


@pytest.mark.parametrize("lowest", [-np.inf, np.iinfo(np.int16).min])
def test_max_pool2d_gradient_never_goes_to_padding(lowest):
    """Even where the image itself holds the value that loses every comparison."""
    x = np.full((1, 1, 3, 3), lowest)
    dx = max_pool2d_gradient(x, np.ones((1, 1, 2, 2)), 2, padding=1)
    assert dx[0, 0].tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_max_pool2d_gradient_goes_to_the_first_nan():
    """A NaN made its window NaN, so that it gets the gradient."""
    x = np.array([[[[1, np.nan], [np.nan, 9]]]])
    assert max_pool2d_gradient(x, np.ones((1, 1, 1, 1)), 2)[0, 0].tolist() == [[0, 1], [0, 0]]


@fixed
@given(drawn=poolings(), count_include_pad=st.booleans())
def test_average_pool2d_gradient_equals_finite_differences(drawn, count_include_pad):
    """Both ways to count a window that sticks out; the mean is linear, so that the difference is exact."""
    x, *options = drawn
    keywords = {"count_include_pad": count_include_pad}
    dy = normal(7, *average_pool2d(x, *options).shape)
    expected = finite_difference(lambda x: np.vdot(average_pool2d(x, *options, **keywords), dy), x + 1000)
    assert_close(average_pool2d_gradient(x, dy, *options, **keywords), expected)


@fixed
@given(drawn=poolings(), count_include_pad=st.booleans())
def test_average_pool2d_gradient_equals_torch(drawn, count_include_pad):
    """Automatic differentiation of the other library."""
    x, *options = drawn
    assume(not isinstance(options[2], str))
    t = torch.tensor(x, requires_grad=True)
    y = torch.nn.functional.avg_pool2d(t, *options, count_include_pad=count_include_pad)
    dy = normal(7, *y.shape)
    y.backward(torch.tensor(dy))
    got = average_pool2d_gradient(x, dy, *options, count_include_pad=count_include_pad)
    assert_close(got, t.grad)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh"])
@fixed
@given(shape=st.lists(st.integers(1, 3), max_size=3), seed=st.integers(0, 1000))
def test_activation_gradient_equals_finite_differences_and_torch(name, shape, seed):
    """Any shape; the ReLUs are kept a step away from their kink."""
    x, dy, step = normal(seed, *shape), normal(seed + 1, *shape), 1e-6
    x = np.where(np.abs(x) < 2 * step, 1.0, x)
    activation = getattr(activations, name)
    got = activation_gradient(getattr(activations, f"{name}_derivative"), x, dy)
    assert_close(got, finite_difference(lambda x: np.vdot(activation(x), dy), x, step), 1e-8)
    t = torch.tensor(x, requires_grad=True)
    (torch.relu if name == "relu" else getattr(torch.nn.functional, name))(t).backward(torch.tensor(dy))
    assert_close(got, t.grad)


@fixed
@given(
    shape=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    axis=st.integers(-3, 2),
    seed=st.integers(0, 99),
)
def test_softmax_gradient_equals_finite_differences_and_torch(shape, axis, seed):
    """Any shape, the classes along any axis."""
    assume(-len(shape) <= axis < len(shape))
    x, dy = normal(seed, *shape), normal(seed + 1, *shape)
    got = softmax_gradient(x, dy, axis)
    expected = finite_difference(lambda x: np.vdot(activations.softmax(x, axis), dy), x, 1e-6)
    assert_close(got, expected, 1e-8)
    t = torch.tensor(x, requires_grad=True)
    torch.softmax(t, dim=axis).backward(torch.tensor(dy))
    assert_close(got, t.grad)


def test_softmax_gradient_equals_product_with_jacobian():
    """The short form is the product of dy with the Jacobian that is never made."""
    x, dy = normal(0, 5), normal(1, 5)
    assert_close(softmax_gradient(x, dy), dy @ activations.softmax_jacobian(x))


def test_gradients_of_a_small_network_equal_torch():
    """Convolution, ReLU, pooling, softmax: the chain rule from the last layer back to the kernel."""
    x, kernel = normal(0, 2, 1, 6, 6), normal(1, 3, 1, 3, 3)
    target = normal(2, 2, 12)
    z = conv2d(x, kernel)
    pooled = max_pool2d(activations.relu(z), 2)
    # Forward is done; now backward. L = target · softmax(pooled as a vector).
    d_pooled = softmax_gradient(pooled.reshape(2, -1), target).reshape(pooled.shape)
    d_relu = max_pool2d_gradient(activations.relu(z), d_pooled, 2)
    _, d_kernel, _ = conv2d_gradients(x, kernel, activation_gradient(activations.relu_derivative, z, d_relu))

    weights = torch.tensor(kernel, requires_grad=True)
    hidden = torch.relu(torch.nn.functional.conv2d(torch.tensor(x), weights))
    p = torch.softmax(torch.nn.functional.max_pool2d(hidden, 2).flatten(1), dim=1)
    (torch.tensor(target) * p).sum().backward()
    assert_close(d_kernel, weights.grad)


def test_gradients_keep_float32_and_do_not_share_memory():
    """A training step in float32 stays there, and a gradient may be changed in place."""
    x, kernel = normal(0, 1, 2, 4, 4, dtype=np.float32), normal(1, 2, 2, 3, 3, dtype=np.float32)
    dy = np.ones((1, 2, 2, 2), np.float32)
    found = [
        *conv2d_gradients(x, kernel, dy),
        max_pool2d_gradient(x, dy, 2),
        average_pool2d_gradient(x, dy, 2),
    ]
    for gradient in found:
        assert gradient.dtype == np.float32
        assert gradient.base is None
        assert gradient.flags.writeable


def test_average_pool2d_gradient_of_integers_is_float():
    """A quarter of 1 is not 0."""
    dx = average_pool2d_gradient(np.zeros((1, 1, 2, 2), np.uint8), np.ones((1, 1, 1, 1), int), 2)
    assert dx[0, 0].tolist() == [[0.25, 0.25], [0.25, 0.25]]


def test_gradients_of_no_image_are_zero():
    """An empty batch teaches nothing, and breaks nothing."""
    x, dy = np.zeros((0, 2, 4, 4)), np.zeros((0, 2, 2, 2))
    dx, dkernel, dbias = conv2d_gradients(x, np.ones((2, 2, 3, 3)), dy)
    assert dx.shape == x.shape
    assert not dkernel.any()
    assert dbias.tolist() == [0, 0]
    assert max_pool2d_gradient(x, dy, 2).shape == average_pool2d_gradient(x, dy, 2).shape == x.shape


@pytest.mark.parametrize(
    ("backward", "operands"),
    [
        (conv1d_gradients, ([1, 2, 3], [1, 1], [1, 1, 1])),
        (conv2d_gradients, (np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), np.ones((1, 1, 1, 1)))),
        (max_pool2d_gradient, (np.ones((1, 1, 4, 4)), np.ones((1, 1, 1, 1)), 2)),
        (average_pool2d_gradient, (np.ones((1, 1, 4, 4)), np.ones((1, 1, 1, 1)), 2)),
        (lambda x, dy: activation_gradient(activations.relu_derivative, x, dy), ([1, 2], 1)),
        (softmax_gradient, ([1, 2], 1)),
    ],
)
def test_gradients_refuse_dy_of_other_shape(backward, operands):
    """Nothing is broadcast: dy of other options, or of another layer, is found."""
    with pytest.raises(
        ValueError, match=r"dy must have the shape \(.*\) of the output, got \(.*\): give one"
    ):
        backward(*operands)


def test_gradients_refuse_what_forward_refuses():
    """The arguments are checked by the same functions."""
    with pytest.raises(ValueError, match="groups must be a whole number"):
        conv2d_gradients(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2)), groups=0)
    with pytest.raises(ValueError, match="u must be a vector"):
        conv1d_gradients([1, 2], [], [1])
    with pytest.raises(ValueError, match="more than half of the window"):
        average_pool2d_gradient(np.ones((1, 1, 3, 3)), np.ones((1, 1, 2, 2)), 2, padding=2)
