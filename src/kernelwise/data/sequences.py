"""Sequences of two-dimensional vectors, the largest length in each and where it stands."""

from typing import Literal, NamedTuple, get_args

import numpy as np

from kernelwise.arguments import Array, quantity, whole_number

Distribution = Literal["normal", "uniform"]


class Sequences(NamedTuple):
    """Sequences of vectors and their largest lengths."""

    vectors: Array  # (n, steps, 2) float32. Dimensionless.
    lengths: Array  # (n, steps) float32. √(x² + y²) of each vector.
    largest: Array  # (n,) float32. The largest length of each sequence.
    position: Array  # (n,) int64. The step of the largest length, from 0; of equal ones the first.
    last_position: Array  # (n,) int64. The same, but of equal ones the last.

    @property
    def tied(self) -> Array:
        """(n,) bool: whether the largest length stands at more than one step."""
        return self.position != self.last_position

    @property
    def gap(self) -> Array:
        """(n,) float32: the largest length less the second largest, 0 for a tie."""
        second, first = np.partition(self.lengths, -2, axis=1)[:, -2:].T
        return first - second


def draw_sequences(
    n: int, seed: int, *, steps: int = 20, distribution: Distribution = "normal", ties: float = 0.0
) -> Sequences:
    """Draw sequences of vectors; the largest length and its position are what a network shall find.

    l_t = √(x_t² + y_t²),   largest = max_t l_t,   position = min{t : l_t = largest}

    In a sequence with a tie, one more step, any other, holds the longest vector with one or both of its signs
    changed. Signs leave the length the same to the last bit, however it is computed. Without a tie a gap of
    less than about 10⁻⁶ of the length is a matter of rounding: one such sequence in 10⁵ is typical.

    Args:
        n: sequences.
        seed: whole number of at least 0. The same seed gives the same bytes.
        steps: vectors in a sequence, at least 2.
        distribution: of each component: "normal", N(0, 1), or "uniform", U(−1, 1).
        ties: fraction of the sequences, from 0 to 1, in which the largest length stands twice; as many as the
            rounded product n·ties, anywhere.
    Returns:
        Sequences: vectors (n, steps, 2) and lengths (n, steps) float32, largest (n,) float32, position and
        last_position (n,) int64; dimensionless.
    Raises:
        ValueError: a parameter is outside its limits.
    Source: Rizzi, Computing Methods for Experimental Physics, assignment 4.
    Example:
        >>> sequences = draw_sequences(1000, seed=1, ties=0.1)
        >>> sequences.vectors.shape, int(sequences.tied.sum())
        ((1000, 20, 2), 100)
    """
    n, seed, steps = whole_number("n", n, 0), whole_number("seed", seed, 0), whole_number("steps", steps, 2)
    ties = quantity("ties", ties, 0, 1)
    if distribution not in get_args(Distribution):
        allowed = " or ".join(map(repr, get_args(Distribution)))
        raise ValueError(f"distribution must be {allowed}, got {distribution!r}")

    rng = np.random.default_rng(seed)
    shape = (n, steps, 2)
    if distribution == "normal":
        vectors = rng.standard_normal(shape, dtype=np.float32)
    else:
        vectors = 2 * rng.random(shape, dtype=np.float32) - 1
    _repeat_longest(rng, vectors, round(n * ties))
    lengths = np.hypot(vectors[..., 0], vectors[..., 1])
    position = lengths.argmax(axis=1)  # numpy's argmax is the first of equal ones
    last_position = steps - 1 - lengths[:, ::-1].argmax(axis=1)
    return Sequences(vectors, lengths, lengths.max(axis=1), position, last_position)


def _repeat_longest(rng: np.random.Generator, vectors: Array, ties: int) -> None:
    """Put the longest vector once more, with signs changed, into as many sequences as there shall be ties."""
    n, steps, _ = vectors.shape
    tied = rng.permutation(n)[:ties]
    longest = np.hypot(vectors[tied, :, 0], vectors[tied, :, 1]).argmax(axis=1)
    other = (longest + rng.integers(1, steps, ties)) % steps
    signs = np.array([(-1, 1), (1, -1), (-1, -1)], np.float32)[rng.integers(3, size=ties)]
    vectors[tied, other] = signs * vectors[tied, longest]
