"""Losses agree with torch and Keras, stay finite, and refuse what would broadcast."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from kernelwise import losses

fixed = settings(deadline=None, derandomize=True, max_examples=50)
numbers = st.integers(-3000, 3000).map(lambda v: v / 16)


@st.composite
def logits_and_labels(draw):
    """Draw logits up to ±187, where a naive softmax of float32 overflows, and a true class for each row."""
    n, k = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    z = draw(npst.arrays(np.float64, (n, k), elements=numbers))
    return z, draw(npst.arrays(np.int64, n, elements=st.integers(0, k - 1)))


@fixed
@given(both=logits_and_labels())
def test_cross_entropy_equals_torch_and_keras(both):
    """Large logits included."""
    z, t = both
    expected = torch.nn.functional.cross_entropy(torch.tensor(z), torch.tensor(t)).item()
    got = losses.cross_entropy(z, t)
    assert got == pytest.approx(expected, abs=1e-9)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert got == pytest.approx(float(loss(t, z)), rel=1e-4, abs=1e-4)


@fixed
@given(z=npst.arrays(np.float64, st.integers(1, 9), elements=numbers), data=st.data())
def test_binary_cross_entropy_equals_torch(z, data):
    """Hard and soft labels."""
    t = data.draw(npst.arrays(np.float64, z.shape, elements=st.sampled_from([0.0, 1.0, 0.25])))
    expected = torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor(z), torch.tensor(t)).item()
    assert losses.binary_cross_entropy(z, t) == pytest.approx(expected, abs=1e-9)


@fixed
@given(both=npst.arrays(np.float64, st.tuples(st.just(2), st.integers(1, 9)), elements=numbers))
def test_errors_equal_torch(both):
    """L1 and L2 are means, not sums."""
    p, t = both
    a, b = torch.tensor(p), torch.tensor(t)
    assert losses.mean_absolute_error(p, t) == pytest.approx(torch.nn.functional.l1_loss(a, b).item())
    assert losses.mean_squared_error(p, t) == pytest.approx(torch.nn.functional.mse_loss(a, b).item())


def test_ignorance_costs_log_k():
    """Equal logits for k classes cost log k, whatever the label."""
    assert losses.cross_entropy(np.zeros((7, 10)), np.arange(7)) == pytest.approx(np.log(10))
    assert losses.binary_cross_entropy(np.zeros(3), [0, 1, 0.5]) == pytest.approx(np.log(2))


@pytest.mark.parametrize("name", ["mean_absolute_error", "mean_squared_error", "binary_cross_entropy"])
def test_broadcasting_is_refused(name):
    """(n, 1) against (n,) is the classical silent fault: it is an error that gives both shapes."""
    with pytest.raises(ValueError, match=r"same shape, got \(4, 1\) and \(4,\)"):
        getattr(losses, name)(np.zeros((4, 1)), np.zeros(4))


@pytest.mark.parametrize(
    ("z", "t", "said"),
    [
        (np.zeros(3), [0, 0, 0], "logits must have shape"),
        (np.zeros((2, 3)), [0, 3], "2 integers from 0 to 2"),
        (np.zeros((2, 3)), [-1, 0], "2 integers from 0 to 2"),
        (np.zeros((2, 3)), [0.0, 1.0], "dtype float64"),
        (np.zeros((2, 3)), np.eye(3, dtype=int)[:2], r"argmax\(1\)"),
    ],
)
def test_wrong_labels_are_named(z, t, said):
    """One-hot rows, fractions and classes that do not exist are refused, with what to do."""
    with pytest.raises(ValueError, match=said):
        losses.cross_entropy(z, t)


def test_class_numbers_are_no_binary_labels():
    """Class 3 given to the binary loss is named."""
    with pytest.raises(ValueError, match="then use cross_entropy"):
        losses.binary_cross_entropy([0.0, 0.0], [0, 3])
