"""Activations agree with torch, Keras and hand values, do not overflow, and their derivatives are right."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from kernelwise import activations

fixed = settings(deadline=None, derandomize=True, max_examples=50)
few = settings(fixed, max_examples=10)

NAMES = ["relu", "leaky_relu", "sigmoid", "tanh", "softmax"]
POINTWISE = NAMES[:-1]
KERAS = {
    "relu": keras.ops.relu,
    "leaky_relu": lambda x: keras.ops.leaky_relu(x, negative_slope=0.01),
    "sigmoid": keras.ops.sigmoid,
    "tanh": keras.ops.tanh,
    "softmax": keras.ops.softmax,
}
TORCH = {
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda x: torch.softmax(x, dim=-1),
}


@st.composite
def inputs(draw):
    """Draw an array of one to three axes, small, large and exactly zero values, that nobody can write to."""
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    shape = draw(npst.array_shapes(max_dims=3, max_side=5))
    x = draw(npst.arrays(dtype, shape, elements=st.integers(-12800, 12800).map(lambda v: v / 128)))
    x.flags.writeable = False
    return x


def assert_same(got, expected):
    """Same shape, same dtype, same values but for rounding."""
    expected = np.asarray(expected)
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    tolerance = 2e-6 if got.dtype == np.float32 else 1e-14
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", NAMES)
@fixed
@given(x=inputs())
def test_activation_equals_torch(name, x):
    """Values of any size, in both precisions; the input is read-only and stays as it is."""
    assert_same(getattr(activations, name)(x), TORCH[name](torch.tensor(x)).numpy())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1 of a tensor")  # of one class: legal
@few
@given(x=inputs())
def test_activation_equals_keras(name, x):
    """The second library, in float32 (TensorFlow rounds the slope to it), with torch's slope."""
    x = x.astype(np.float32)
    assert_same(getattr(activations, name)(x), KERAS[name](x))


@pytest.mark.parametrize("name", POINTWISE)
@fixed
@given(x=inputs())
def test_derivative_equals_torch_gradient(name, x):
    """Automatic differentiation gives the same, at the kink of the ReLUs too."""
    t = torch.tensor(x, requires_grad=True)
    TORCH[name](t).sum().backward()
    assert_same(getattr(activations, f"{name}_derivative")(x), t.grad.numpy())


@pytest.mark.parametrize("name", POINTWISE)
def test_derivative_equals_finite_difference(name):
    """Half a step on either side gives the same slope, away from the kink."""
    x, step = np.linspace(-3, 3, 12), 1e-5
    activation = getattr(activations, name)
    slope = (activation(x + step / 2) - activation(x - step / 2)) / step
    np.testing.assert_allclose(getattr(activations, f"{name}_derivative")(x), slope, atol=1e-9)


@few
@given(x=npst.arrays(np.float64, st.integers(1, 5), elements=st.integers(-10, 10)))
def test_softmax_jacobian_equals_torch(x):
    """Automatic differentiation gives the same matrix."""
    expected = torch.autograd.functional.jacobian(TORCH["softmax"], torch.tensor(x)).numpy()
    assert_same(activations.softmax_jacobian(x), expected)


def test_softmax_jacobian_of_batch_is_batch_of_jacobians():
    """Leading axes are kept, and so is float32."""
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
    jacobian = activations.softmax_jacobian(x)
    assert jacobian.shape == (2, 3, 4, 4)
    assert jacobian.dtype == np.float32
    assert_same(jacobian[1, 2], activations.softmax_jacobian(x[1, 2]))


def test_relu_of_x_image_equals_hand_value():
    """The lecture's feature map after ReLU, still integers."""
    y = activations.relu(np.array([[7, -3, 3], [-3, 5, -3], [3, -3, 7]]))
    assert y.tolist() == [[7, 0, 3], [0, 5, 0], [3, 0, 7]]
    assert np.issubdtype(y.dtype, np.integer)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_is_stable_at_both_ends(dtype):
    """No overflow warning, and tiny values keep their digits: σ(−80) = exp(−80) to rounding."""
    y = activations.sigmoid(np.array([-1e4, -80, 0, 80, 1e4], dtype))
    assert y.dtype == dtype
    np.testing.assert_allclose(y, [0, np.exp(-80.0), 0.5, 1, 1], rtol=1e-5)


def test_derivatives_keep_their_digits_far_from_zero():
    """σ′(40) = exp(−40) and tanh′(20) = 4 exp(−40), where y(1 − y) and 1 − y² would give 0."""
    assert activations.sigmoid_derivative(40.0) == pytest.approx(np.exp(-40), rel=1e-12, abs=0)
    assert activations.tanh_derivative(20.0) == pytest.approx(4 * np.exp(-40), rel=1e-12, abs=0)


def test_derivatives_have_their_largest_value_at_zero():
    """σ′ ≤ 1/4 and tanh′ ≤ 1, and neither is negative: the deck gives −1…1, which is the range of tanh."""
    x = np.linspace(-5, 5, 101)
    for derivative, largest in ((activations.sigmoid_derivative, 0.25), (activations.tanh_derivative, 1.0)):
        assert derivative(0.0) == largest == derivative(x).max()
        assert derivative(x).min() > 0


def test_softmax_of_large_logits_is_stable():
    """A common shift of all logits changes nothing, and nothing overflows."""
    x = np.array([[1.0, 2.0, 3.0]])
    np.testing.assert_allclose(activations.softmax(x + 1e4), activations.softmax(x))


def test_softmax_sums_to_one_along_its_axis():
    """Another axis than the last one can hold the classes."""
    p = activations.softmax(np.random.default_rng(0).normal(size=(3, 4)), axis=0)
    np.testing.assert_allclose(p.sum(axis=0), 1)


@pytest.mark.parametrize("name", ["leaky_relu", "leaky_relu_derivative", "sigmoid", "tanh", "softmax"])
def test_integers_become_float64(name):
    """Where the result is no integer, integer input is not rounded."""
    y = getattr(activations, name)(np.array([-1, 2], np.int8))
    assert y.dtype == np.float64
    assert_same(y, getattr(activations, name)(np.array([-1.0, 2.0])))


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name):
    """A broken value is not hidden."""
    assert np.isnan(getattr(activations, name)(np.array([np.nan]))).all()


@pytest.mark.parametrize(("x", "axis"), [(1.0, -1), (np.zeros((2, 3)), 2), (np.zeros((2, 0)), -1)])
def test_softmax_refuses_axis_without_classes(x, axis):
    """The message gives axis and shape."""
    with pytest.raises(
        ValueError, match=rf"at least one class along axis {axis}, got shape \(.*\): give logits"
    ):
        activations.softmax(x, axis)
