"""What students' functions return: every usual kind is understood, others are named."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest
import torch

from autograder.player.plain_values import NotPlain, plain


class LyingFloat(float):
    """A float whose comparisons and conversions cannot be trusted."""

    def __eq__(self, other):
        return True

    __hash__ = None  # type: ignore[assignment]


class LyingArray(np.ndarray):
    """An array that answers for itself."""

    def __array_ufunc__(self, *args, **kwargs):
        return True


Pair = namedtuple("Pair", "a b")


@pytest.mark.parametrize("value", [None, True, 3, 2.5, 1j, "text", b"bytes", [1, [2]], (1, "a"), {"k": [1]}])
def test_plain_values_stay_what_they_are(value):
    """Types matter to checks."""
    result = plain(value)
    assert (result, type(result)) == (value, type(value))


def test_subclasses_lose_their_class():
    """Only the value crosses, so no method of the student's does."""
    assert type(plain(LyingFloat(2.0))) is float
    assert type(plain(np.zeros(3).view(LyingArray))) is np.ndarray
    assert type(plain(Pair(1, 2))) is tuple
    assert type(plain(OrderedDict(a=1))) is dict
    assert plain(range(3)) == [0, 1, 2]


def test_tensors_become_arrays():
    """Also one that is part of a graph, or on its way to a complex conjugate."""
    tensor = torch.tensor([1.0, 2.0], requires_grad=True) * 2
    assert np.array_equal(plain(tensor), [2.0, 4.0])
    assert np.array_equal(plain(torch.tensor([1 + 2j]).conj()), [1 - 2j])
    assert plain([torch.tensor(3)])[0].shape == ()


def test_numpy_scalars_keep_their_dtype():
    """They become arrays without axes."""
    assert plain(np.float32(1)).dtype == np.float32


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ((i for i in range(3)), "a generator; return the values themselves"),
        (len, "something to call"),
        (torch.nn.Linear(2, 2), "a Linear, which is something to call"),
        ({1, 2}, "a value of type set"),
        (np.array([[1], [2, 3]], dtype=object), "rows of different lengths"),
        (np.array(["a"]), "an array of dtype <U1"),
        (np.zeros(2, np.clongdouble), "an array of dtype complex256"),
        (object(), "a value of type object"),
    ],
)
def test_other_values_are_named(value, message):
    """The student reads what came back and what to return instead."""
    with pytest.raises(NotPlain, match=message):
        plain(value)


def test_endless_nesting_ends():
    """A list that contains itself is no value."""
    loop: list = []
    loop.append(loop)
    with pytest.raises(NotPlain, match="nested more than 40 levels"):
        plain(loop)
