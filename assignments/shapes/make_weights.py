"""Train the further weights of this assignment: of another design, and of a training gone wrong.

    python assignments/shapes/make_weights.py

The references' own weights come from `make train-references`. These two take about two minutes on one core:

- weights/strided.safetensors: a classifier without batch normalisation and pooling (alternatives/torch.py)
- weights/shuffled.weights.h5: the reference classifier, its labels shuffled
  (wrong/classify_learns_shuffled_labels.py)
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from kernelwise import recipes
from kernelwise.models import keras_nets, torch_nets
from kernelwise.models.twins import copy_weights, save_weights
from kernelwise.training import fit_torch, seed_everything

FOLDER = Path(__file__).parent / "weights"


def strided() -> nn.Module:
    """Three convolutions that step by two pixels, and the mean of what is left."""
    layers: list[nn.Module] = []
    for c_in, c_out, kernel in ((1, 12, 5), (12, 24, 3), (24, 32, 3)):
        layers += [nn.Conv2d(c_in, c_out, kernel, stride=2, padding=kernel // 2), nn.ReLU()]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 2))


def fit(network: nn.Module, train: recipes.Examples, validation: recipes.Examples, **options: float) -> None:
    """Train a classifier with seed 0."""
    fit_torch(network, train, validation, loss="cross entropy", metric="accuracy", seed=0, **options)
    accuracy = recipes.evaluate("shapes/classify", network, n=2000)["accuracy"]
    print(f"accuracy {accuracy.value:.4f} ± {accuracy.error:.4f} on fresh images")


def main() -> None:
    """Train both, and write their weights."""
    torch.set_num_threads(1)
    train, validation = recipes.recipe("shapes/classify").data(0)

    seed_everything(0)
    network = strided()
    fit(network, train, validation, epochs=4, learning_rate=1e-2)
    save_weights(network, FOLDER / "strided.safetensors")

    seed_everything(0)
    network, twin = torch_nets.shape_classifier(), keras_nets.shape_classifier()
    labels = np.random.default_rng(0).permutation(train.y)
    fit(network, recipes.Examples(train.x, labels), validation, epochs=1, learning_rate=1e-2)
    copy_weights(network, twin)
    save_weights(twin, FOLDER / "shuffled.weights.h5")


if __name__ == "__main__":
    main()
