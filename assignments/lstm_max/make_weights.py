"""Make the weights of answers that are not the reference's: other designs, and mistakes made in training.

    python assignments/lstm_max/make_weights.py

It takes two minutes on one core, and needs weights/twins/model.safetensors of `make train-references`. The
same seed gives the same weights on the same type of machine. What it prints is what each reaches on fresh
sequences.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

from kernelwise import recipes
from kernelwise.data.sequences import draw_sequences
from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.files import load_weights, save_weights
from kernelwise.models.twins import copy_weights
from kernelwise.training import fit_torch, seed_everything

WEIGHTS = Path(__file__).parent / "weights"
SEED = 0
RECIPE = recipes.recipe("lstm_max/scores")


class PlainLSTM(nn.Module):
    """LSTM and dense layer as a student writes them in PyTorch, with torch's two biases."""

    def __init__(self, units: int, outputs: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(2, units, batch_first=True)
        self.dense = nn.Linear(units, outputs)


def with_two_biases(network: Any) -> nn.Module:
    """Give torch's own LSTM the weights of the course's, whose second bias is always zero."""
    plain = PlainLSTM(network.dense.in_features, network.dense.out_features)
    state = dict(network.state_dict())
    plain.load_state_dict(state | {"lstm.bias_hh_l0": torch.zeros_like(state["lstm.bias_ih_l0"])})
    return plain


def examples(n: int, seed: int, **options: Any) -> recipes.Examples:
    """Draw sequences, and position and largest length of each, as the recipes have them."""
    drawn = draw_sequences(n, seed, **options)
    return recipes.Examples(drawn.vectors, np.stack([drawn.position, drawn.largest], 1, dtype=np.float32))


def trained(network: Any, train: recipes.Examples, epochs: int, loss: Callable = RECIPE.loss) -> Any:
    """Train a network as the recipe does, but on these examples."""
    validation = recipes.Examples(*(part[:1000] for part in train))
    options = {"batch_size": 128, "learning_rate": 8e-3, "clip": 1.0, "seed": SEED, "progress": False}
    fit_torch(network, train, validation, loss=loss, epochs=epochs, **options)
    return network


def regression_loss(output: Any, y: Any) -> Any:
    """Squared error of the position, in units of its spread, and of the length."""
    return ((output - y) ** 2 * torch.tensor([0.03, 4.0])).mean()


def save_for_keras(network: Any, twin: Any, name: str) -> None:
    """Write the weights of a torch network as those of its twin."""
    copy_weights(network, twin)
    save_weights(twin, WEIGHTS / f"{name}.weights.h5")


def report(name: str, network: Any) -> None:
    """Print what a network reaches, if its outputs are those that the assignment asks for."""
    figures = recipes.evaluate("lstm_max/model", network)
    print(f"{name}: " + ", ".join(f"{title} {figure.value:.3f}" for title, figure in figures.items()))


def save_for_formula() -> None:
    """Write the weights of hostile/formula_behind_a_weight.py: its switch is on, nothing else is in them."""
    state = {"w": np.ones(1), "lin.weight": np.zeros((21, 2)), "lin.bias": np.zeros(21)}
    save_file(
        {name: array.astype(np.float32) for name, array in state.items()}, WEIGHTS / "formula.safetensors"
    )


def main() -> None:
    """Make all of them."""
    torch.set_num_threads(1)
    save_for_formula()
    reference = torch_nets.lstm_max()
    load_weights(reference, WEIGHTS / "twins" / "model.safetensors")
    save_weights(with_two_biases(reference), WEIGHTS / "torch.safetensors")

    scores, _ = recipes.train("lstm_max/scores", SEED)
    report("a score for each step", scores)
    save_weights(with_two_biases(scores), WEIGHTS / "scores.safetensors")
    save_for_keras(scores, keras_nets.lstm_scores(), "scores")

    x, y = examples(20_000, SEED)
    seed_everything(SEED)
    shuffled = np.random.default_rng(SEED).permutation(y)
    network = trained(torch_nets.lstm_max(), recipes.Examples(x, shuffled), epochs=3)
    report("on shuffled answers", network)
    save_for_keras(network, keras_nets.lstm_max(), "shuffled")

    network = trained(torch_nets.lstm_max(units=32), recipes.Examples(x, y), epochs=10)
    report("32 units, many to one", network)
    save_for_keras(network, keras_nets.lstm_max(units=32), "small")

    network = trained(torch_nets.lstm_scores(), examples(20_000, SEED, distribution="uniform"), epochs=15)
    report("on uniform components", network)
    save_for_keras(network, keras_nets.lstm_scores(), "uniform")

    # Two outputs, position and length, of any number of steps.
    network = trained(torch_nets.lstm_max(32, steps=1), recipes.Examples(x, y), 10, regression_loss)
    save_for_keras(network, keras_nets.lstm_max(32, steps=1), "regression")


if __name__ == "__main__":
    main()
