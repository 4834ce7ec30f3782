"""Whether what a model knows is in its weights, where a training has put it, and not in its code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

import numpy as np

from autograder.checks.outcomes import CheckFailure, StudentError

# So many times a quarter of the numbers of each array of weights change places among themselves. Trained
# references and alternatives then keep 0.1 of what they know, 0.8 the once, of 20 times each. A formula keeps
# all, and where one number in a large array switches it on, that number stays three times in four.
SHUFFLES, SHUFFLED = 5, 0.25
AS_GOOD, AT_MOST = 0.9, 1
# Noise of so much of the spread of each array: networks keep 0.9 of what they know, and where the very bits
# of the weights are the key to a formula, nothing is left.
NOISE, LEAST_KEPT = 0.003, 0.5
# Who scores less above chance than this part of the way to 1 knows nothing that could be lost.
WORTH_ASKING = 0.2


class Model(Protocol):
    """A model as a check gets it from `student.model`."""

    def __call__(self, inputs: np.ndarray, *, images: bool | None = None) -> Any:
        """Predict."""

    def disturbed(self, inputs: np.ndarray, seed: int, *, shuffled: float = 0.0, noise: float = 0.0) -> Any:
        """Predict with other weights, and keep its own."""


def assert_learned(
    model: Model,
    inputs: np.ndarray,
    score: Callable[[Any], float],
    rng: np.random.Generator,
    *,
    chance: float,
) -> None:
    """Hold if a trained model needs its weights: other ones must take from it what it knows.

    Args:
        model: with its trained weights; it stays as it is.
        inputs: (n, …); a hundred or so are enough.
        score: of predictions for `inputs`: 1 is right, and more is better.
        rng: where the other weights come from.
        chance: score of who knows nothing.
    Raises:
        CheckFailure: the model is as good with shuffled weights, or good with these very bits alone.
    """

    def known(predictions: Any) -> float:
        return min(1.0, max(0.0, (float(score(predictions)) - chance) / (1 - chance)))

    def known_with(**other: float) -> float:
        try:
            return known(model.disturbed(inputs, int(rng.integers(2**31)), **other))
        except StudentError:  # these weights are none that it can be used with
            return 0.0

    own = known(model(inputs))
    if own < WORTH_ASKING:
        return
    as_good = 0
    for left in reversed(range(SHUFFLES)):
        as_good += known_with(shuffled=SHUFFLED) >= AS_GOOD * own
        if as_good + left <= AT_MOST:
            break
    else:
        _not_learned(
            "your network is as good with its weights shuffled, so what it knows stands in its code: "
            "here it has to learn from examples, and to keep what it learned in its weights"
        )
    if known_with(noise=NOISE) < LEAST_KEPT * own:
        _not_learned(
            "your network forgets all when its weights change by a few thousandths: "
            "here it has to learn from examples, and not to take its weights for a key"
        )


def _not_learned(text: str) -> NoReturn:
    raise CheckFailure(text, hidden=text)  # nothing in it comes from the answer
