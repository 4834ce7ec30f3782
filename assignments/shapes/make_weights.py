"""Train the further weights of this assignment: of other designs, and of a training gone wrong.

    python assignments/shapes/make_weights.py

The references' own weights come from `make train-references`. These take about eight minutes on one core. The
other designs are those of alternatives/torch.py itself, trained by the recipes of the references.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import read_answer_file
from autograder.assignment.source import reference_answers
from kernelwise import recipes
from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.files import save_weights
from kernelwise.models.twins import copy_weights
from kernelwise.training import fit_torch, seed_everything

FOLDER = Path(__file__).parent
SEED = 0
OTHERS = {  # question: (function, file)
    "classify": ("build_classifier", "strided_classifier"),
    "count": ("build_counter", "strided_counter"),
    "locate": ("build_locator", "heat_maps"),
}


def answers(name: str) -> dict[str, Any]:
    """Return what the cells of an answer file define."""
    namespace: dict[str, Any] = {"np": np}
    reference = reference_answers(load_assignment(FOLDER))
    for _, source in read_answer_file(FOLDER / name).cells_with(reference):
        exec(source, namespace)
    return namespace


def fit(question: str, network: torch.nn.Module, training: recipes.Examples | None = None) -> None:
    """Train a network by the recipe of a question, and print what it reaches on fresh images."""
    name = f"shapes/{question}"
    recipe = recipes.recipe(name)
    drawn, validation = recipe.data(SEED)
    fit_torch(
        network,
        training or drawn,
        validation,
        loss=recipe.loss,
        epochs=recipe.epochs,
        batch_size=recipe.batch_size,
        learning_rate=recipe.learning_rate,
        seed=SEED,
    )
    for title, figure in recipes.evaluate(name, network).items():
        print(f"{name}: {title} {figure.value:.4f} ± {figure.error:.4f}", flush=True)


def main() -> None:
    """Train all of them, and write their weights."""
    torch.set_num_threads(1)
    functions = answers("alternatives/torch.py")
    for question, (build, file) in OTHERS.items():
        seed_everything(SEED)
        network = functions[build]()
        fit(question, network)
        save_weights(network, FOLDER / "weights" / f"{file}.safetensors")

    # wrong/classify_learns_shuffled_labels.py has the reference's network, which is a Keras model.
    seed_everything(SEED)
    network, twin = torch_nets.shape_classifier(), keras_nets.shape_classifier()
    x, y = recipes.recipe("shapes/classify").data(SEED)[0]
    fit("classify", network, recipes.Examples(x, np.random.default_rng(SEED).permutation(y)))
    copy_weights(network, twin)
    save_weights(twin, FOLDER / "weights" / "shuffled.weights.h5")


if __name__ == "__main__":
    main()
