"""Whether a model needs its weights: a network that learned does, a formula does not."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import CheckFailure, StudentError, assert_learned
from autograder.player.disturbance import _noisy, _shuffled

X = np.random.default_rng(0).normal(size=(100, 30)).astype(np.float32)
TRUE = np.random.default_rng(1).normal(size=30)
LABELS = X @ TRUE > 0


class Answer:
    """A model whose predictions are a function of one array of weights and of the inputs."""

    def __init__(self, weights, forward):
        self.weights, self.forward, self.asked = np.asarray(weights, float), forward, 0

    def __call__(self, inputs, *, images=None):
        return self.forward(self.weights, inputs)

    def disturbed(self, inputs, seed, *, shuffled=0.0, noise=0.0):
        self.asked += 1
        rng = np.random.default_rng(seed)
        return self.forward(_noisy(_shuffled(self.weights, shuffled, rng), noise, rng), inputs)


def accuracy(said):
    """The part that is right."""
    return np.mean(said == LABELS)


def learned(answer, seed=0):
    """Ask whether the answer has learned."""
    assert_learned(answer, X, accuracy, np.random.default_rng(seed), chance=0.5)


def formula(weights, x):
    """Right without any learning."""
    return x @ TRUE > 0


def behind_a_switch(weights, x):
    """A formula that the first of many weights switches on."""
    return formula(weights, x) if weights[0] > 0.5 else np.zeros(len(x), bool)


def behind_a_key(weights, x):
    """A formula for whoever brings these very weights."""
    return formula(weights, x) if np.array_equal(weights, TRUE) else np.zeros(len(x), bool)


@pytest.mark.parametrize("seed", range(5))
def test_a_network_that_learned_holds(seed):
    """Its weights are what it knows, even if they are as few as these."""
    answer = Answer(TRUE, lambda w, x: x @ w > 0)
    learned(answer, seed)
    assert answer.asked <= 6


def test_who_knows_nothing_is_passed_over():
    """What such a model earns, other checks decide."""
    answer = Answer(TRUE, lambda w, x: np.zeros(len(x), bool))
    learned(answer)
    assert answer.asked == 0


@pytest.mark.parametrize(
    ("weights", "forward", "message"),
    [
        ([1.0], formula, "as good with its weights shuffled"),
        ([1.0], behind_a_switch, "as good with its weights shuffled"),
        (np.ones(1000), behind_a_switch, "as good with its weights shuffled"),
        (np.eye(1, 1000)[0], behind_a_switch, "as good with its weights shuffled"),
        (TRUE, behind_a_key, "forgets all when its weights change by a few thousandths"),
    ],
)
def test_a_formula_does_not_hold(weights, forward, message):
    """Plain, behind one number, behind one number in a thousand, and behind a key."""
    with pytest.raises(CheckFailure, match=message):
        learned(Answer(weights, forward))


def test_scores_that_are_no_numbers_count_as_nothing():
    """With other weights a network may give NaN; that is forgetting."""
    answer = Answer(TRUE, lambda w, x: x @ TRUE > 0 if np.allclose(w, TRUE, atol=0.05) else np.nan)
    assert_learned(
        answer,
        X,
        lambda said: float(np.mean(said == LABELS)) if np.ndim(said) else said,
        np.random.default_rng(0),
        chance=0.5,
    )


def test_a_model_that_raises_with_other_weights_has_forgotten():
    """For shuffled weights that is honest; for weights that hardly changed it is a key."""

    def forward(weights, x):
        if not np.allclose(weights, TRUE, atol=tolerance):
            raise StudentError("ValueError", "not mine")
        return formula(weights, x)

    tolerance = 0.05
    learned(Answer(TRUE, forward))
    tolerance = 0.0
    with pytest.raises(CheckFailure, match="forgets all"):
        learned(Answer(TRUE, forward))
