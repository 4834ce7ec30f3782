"""Metrics against counting by hand and, for the error of a fraction, against repeated draws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernelwise import metrics

fixed = settings(deadline=None, derandomize=True, max_examples=50)


@fixed
@given(pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_confusion_matrix_counts_every_pair(pairs):
    """Entry (t, p) is the number of pairs (t, p); the diagonal gives the accuracy."""
    t, p = np.array(pairs).T
    got = metrics.confusion_matrix(p, t, 4)
    assert [[pairs.count((i, j)) for j in range(4)] for i in range(4)] == got.tolist()
    assert metrics.accuracy(p, t) == pytest.approx(np.trace(got) / len(pairs))


def test_all_numbers_of_a_row_must_be_right():
    """Of two counts an image, one right is not right."""
    assert metrics.accuracy([[1, 2], [3, 0]], [[1, 2], [3, 1]]) == 0.5


def test_binomial_error_is_the_spread_of_counted_fractions():
    """The formula gives the standard deviation of 20,000 simulated counts to 2 %."""
    counted = np.random.default_rng(0).binomial(400, 0.9, size=20_000) / 400
    assert metrics.binomial_error(0.9, 400) == pytest.approx(counted.std(), rel=0.02)


@fixed
@given(values=st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=60))
def test_efficiency_counts_bins(values):
    """Bins hold their left edge and not their right; what lies outside is left out; empty bins are NaN."""
    found, quantity = np.array(values, dtype=int).reshape(-1, 2).T
    edges = [5, 10, 20]
    epsilon, sigma, n = metrics.efficiency(found.astype(bool), quantity, edges)
    for b in (0, 1):
        inside = [hit for hit, q in values if edges[b] <= q < edges[b + 1]]
        assert n[b] == len(inside)
        if inside:
            assert epsilon[b] == pytest.approx(sum(inside) / len(inside))
            assert sigma[b] == pytest.approx(metrics.binomial_error(epsilon[b], len(inside)))
        else:
            assert np.isnan(epsilon[b])
            assert np.isnan(sigma[b])


@pytest.mark.parametrize(
    "call",
    [
        lambda: metrics.accuracy(np.zeros((3, 2)), np.zeros(3)),
        lambda: metrics.accuracy([], []),
        lambda: metrics.binomial_error(1.2, 10),
        lambda: metrics.binomial_error(0.5, 0),
        lambda: metrics.confusion_matrix([0, 4], [0, 1], 4),
        lambda: metrics.confusion_matrix([0.0, 1.0], [0, 1], 4),
        lambda: metrics.efficiency([True], [1.0, 2.0], [0, 1]),
        lambda: metrics.efficiency([True], [1.0], [1, 0]),
    ],
)
def test_bad_input_is_named(call):
    """Wrong shapes, classes and numbers are refused with what was given."""
    with pytest.raises(ValueError, match=r"must .*got"):
        call()
