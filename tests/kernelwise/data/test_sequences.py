"""Sequences have the largest lengths that they state, ties where asked, and the same bytes for a seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kernelwise.data.sequences import draw_sequences

fixed = settings(deadline=None, derandomize=True, max_examples=40)
requests = {
    "seed": st.integers(0, 2**64),
    "steps": st.integers(2, 30),
    "distribution": st.sampled_from(["normal", "uniform"]),
    "ties": st.floats(0, 1),
}


@fixed
@given(n=st.integers(0, 60), chosen=st.fixed_dictionaries(requests))
def test_labels_are_the_first_largest_length(n, chosen):
    """A plain loop finds the same largest lengths, at the same first and last steps."""
    sequences = draw_sequences(n, **chosen)
    assert sequences.vectors.shape == (n, chosen["steps"], 2)
    assert [field.dtype for field in sequences] == [np.float32] * 3 + [np.int64] * 2
    for vectors, lengths, largest, position, last in zip(*sequences, strict=True):
        expected = [np.float32(np.hypot(*vector)) for vector in vectors]
        assert lengths.tolist() == expected
        assert largest == max(expected)
        assert position == expected.index(max(expected))
        assert last == len(expected) - 1 - expected[::-1].index(max(expected))


@fixed
@given(n=st.integers(0, 60), chosen=st.fixed_dictionaries(requests))
def test_as_many_ties_as_asked(n, chosen):
    """The rounded fraction of the sequences has its largest length twice, and no more than twice."""
    sequences = draw_sequences(n, **chosen)
    times = (sequences.lengths == sequences.largest[:, None]).sum(axis=1)
    assert (times == 2).sum() == sequences.tied.sum() == round(n * chosen["ties"])
    assert times.max(initial=0) <= 2
    np.testing.assert_array_equal(sequences.gap == 0, sequences.tied)


@pytest.mark.parametrize(
    "length",
    [
        lambda v: np.hypot(v[..., 0], v[..., 1]),
        lambda v: np.linalg.norm(v, axis=-1),
        lambda v: np.sqrt(v[..., 0] ** 2 + v[..., 1] ** 2),
        lambda v: np.sqrt(np.einsum("ntc,ntc->nt", v, v)),
        lambda v: np.abs(v[..., 0] + 1j * v[..., 1]),
        lambda v: (v.astype(float) ** 2).sum(axis=-1),
    ],
    ids=["hypot", "norm", "root of squares", "einsum", "complex", "squared, double"],
)
def test_ties_are_ties_however_lengths_are_computed(length):
    """A student's own formula finds the two equal lengths equal to the last bit, and the same position."""
    sequences = draw_sequences(5000, 1, ties=1)
    lengths, row = length(sequences.vectors), np.arange(5000)
    np.testing.assert_array_equal(lengths[row, sequences.position], lengths[row, sequences.last_position])
    np.testing.assert_array_equal(lengths.argmax(axis=1), sequences.position)


def test_the_twin_is_no_copy():
    """The repeated vector differs in one or both signs, each of the three ways as often."""
    sequences, row = draw_sequences(6000, 2, ties=1), np.arange(6000)
    first = sequences.vectors[row, sequences.position]
    signs = sequences.vectors[row, sequences.last_position] / first
    ways, frequency = np.unique(signs, axis=0, return_counts=True)
    assert ways.tolist() == [[-1, -1], [-1, 1], [1, -1]]
    assert stats.chisquare(frequency).pvalue > 0.001


def test_ties_stand_anywhere():
    """Tied sequences are spread over the set, and the two steps of a tie over all pairs of steps."""
    sequences = draw_sequences(40000, 3, steps=4, ties=0.3)
    assert abs(sequences.tied[:20000].mean() - 0.3) < 0.01
    pairs = np.stack([sequences.position, sequences.last_position], axis=1)[sequences.tied]
    _, frequency = np.unique(pairs, axis=0, return_counts=True)
    assert len(frequency) == 6
    assert stats.chisquare(frequency).pvalue > 0.001


def test_positions_are_balanced_without_ties():
    """No step is more likely than another, so that guessing gains 1/steps."""
    frequency = np.bincount(draw_sequences(40000, 4).position)
    assert len(frequency) == 20
    assert stats.chisquare(frequency).pvalue > 0.001


@pytest.mark.parametrize(
    ("distribution", "components", "lengths"),
    [
        ("normal", stats.norm(), stats.rayleigh()),
        ("uniform", stats.uniform(-1, 2), None),
    ],
)
def test_components_have_their_distribution(distribution, components, lengths):
    """Both components follow it and are independent; the lengths of normal vectors are Rayleigh's."""
    sequences = draw_sequences(2000, 5, distribution=distribution)
    x, y = sequences.vectors.reshape(-1, 2).T
    assert stats.kstest(x, components.cdf).pvalue > 0.001
    assert stats.kstest(y, components.cdf).pvalue > 0.001
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.02
    if lengths:
        assert stats.kstest(sequences.lengths.ravel(), lengths.cdf).pvalue > 0.001
    else:
        assert abs((sequences.lengths < 1).mean() - np.pi / 4) < 0.01


def test_gap_is_the_largest_less_the_second():
    """The gap tells near-ties apart, as sorting tells it."""
    sequences = draw_sequences(300, 6, ties=0.2)
    ordered = [sorted(lengths) for lengths in sequences.lengths]
    np.testing.assert_array_equal(sequences.gap, [values[-1] - values[-2] for values in ordered])


@fixed
@given(chosen=st.fixed_dictionaries(requests))
def test_the_same_seed_gives_the_same_bytes(chosen):
    """A second run gives every byte again, and another seed other vectors."""
    one, two = draw_sequences(20, **chosen), draw_sequences(20, **chosen)
    assert [field.tobytes() for field in one] == [field.tobytes() for field in two]
    other = draw_sequences(20, **{**chosen, "seed": chosen["seed"] + 1})
    assert (one.vectors != other.vectors).mean() > 0.9


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": 1.0}, r"n must be a whole number of at least 0, got 1\.0"),
        ({"seed": -1}, "seed must be a whole number of at least 0, got -1"),
        ({"steps": 1}, "steps must be a whole number of at least 2, got 1"),
        ({"distribution": "gauss"}, "distribution must be 'normal' or 'uniform', got 'gauss'"),
        ({"distribution": ["normal"]}, r"distribution must be 'normal' or 'uniform', got \['normal'\]"),
        ({"ties": 1.5}, r"ties must be a number from 0 to 1, got 1\.5"),
        ({"ties": None}, "ties must be a number from 0 to 1, got None"),
    ],
)
def test_bad_parameters_are_refused(wrong, message):
    """The message names the parameter, what was given and what is allowed."""
    with pytest.raises(ValueError, match=message):
        draw_sequences(**{"n": 1, "seed": 1, **wrong})
