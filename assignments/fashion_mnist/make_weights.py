"""Make the weights that the answer files need besides the reference's own; about five minutes on one core.

    python assignments/fashion_mnist/make_weights.py

Run it after `make train-references`: two of the files are made from the reference's weights and the test
images, two are trained. The same seed gives the same weights on the same type of machine.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import read_answer_file
from autograder.assignment.source import reference_answers
from kernelwise.data import fashion_mnist
from kernelwise.training import fit_torch, seed_everything

FOLDER = Path(__file__).parent
SEED = 0
# Layers of the reference, alone or as (convolution, batch norm), and where they go without the norms.
FOLDED = {"0": "0", "16": "12"}
NORMED = {("3", "4"): "3", ("7", "8"): "6", ("10", "11"): "8"}
EPS = 1e-3


def build(answer: str) -> Any:
    """Build the network of an answer file."""
    namespace = {"nn": nn, "torch": torch, "F": F}
    reference = reference_answers(load_assignment(FOLDER))
    sources = [source for _, source in read_answer_file(FOLDER / answer).cells_with(reference)]
    for source in (reference["simple"], *sources):
        exec(source, namespace)
    return namespace["build_model"]()


def simple() -> dict[str, torch.Tensor]:
    """Train the simple network as the notebook says, without augmentation."""
    seed_everything(SEED)
    data = fashion_mnist.load()
    parts = fashion_mnist.split(data.train_images, data.train_labels, SEED)
    network = build("wrong/model_is_the_simple_network.py")
    fit_torch(network, parts[:2], parts[2:], loss="cross entropy", epochs=5, seed=SEED)
    return network.state_dict()


def shuffled() -> dict[str, torch.Tensor]:
    """Train on labels in another order than the images."""
    seed_everything(SEED)
    data = fashion_mnist.load_subset()
    labels = np.random.default_rng(SEED).permutation(data.train_labels)
    network = build("wrong/model_learned_shuffled_labels.py")
    examples = data.train_images, labels
    fit_torch(network, examples, examples, loss="cross entropy", epochs=1, seed=SEED)
    return network.state_dict()


def folded() -> dict[str, torch.Tensor]:
    """Fold each batch norm of the reference into the convolution before it.

    γ·(W∗x − μ)/√(σ² + ε) + β  =  (γ/√(σ² + ε)·W)∗x + (β − γ·μ/√(σ² + ε))
    """
    given = load_file(FOLDER / "weights" / "model.safetensors")
    made = {
        f"{new}.{name}": given[f"{old}.{name}"] for old, new in FOLDED.items() for name in ("weight", "bias")
    }
    for (convolution, norm), new in NORMED.items():
        factor = given[f"{norm}.weight"] / torch.sqrt(given[f"{norm}.running_var"] + EPS)
        made[f"{new}.weight"] = given[f"{convolution}.weight"] * factor[:, None, None, None]
        made[f"{new}.bias"] = given[f"{norm}.bias"] - given[f"{norm}.running_mean"] * factor
    return made


def table() -> dict[str, torch.Tensor]:
    """Note the sum of the pixels of each test image, and its class."""
    data = fashion_mnist.load_subset()
    sums = (torch.from_numpy(data.test_images).float() / 255).double().sum(dim=(1, 2))
    return {"sums": sums, "labels": torch.from_numpy(data.test_labels).long()}


def main() -> None:
    """Write all of them."""
    torch.set_num_threads(1)
    for make in (table, folded, shuffled, simple):
        path = FOLDER / "weights" / f"{make.__name__}.safetensors"
        save_file({name: tensor.contiguous() for name, tensor in make().items()}, path)
        path.chmod(0o644)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
