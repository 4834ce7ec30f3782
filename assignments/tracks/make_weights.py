"""Train the weights that alternatives/ and wrong/ hand in beside the reference's.

    python assignments/tracks/make_weights.py

The network and how it trains are those of the answer file itself. About three minutes on one core.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.assignment import load_assignment
from autograder.assignment.answer_files import read_answer_file
from autograder.assignment.source import reference_answers
from kernelwise.data.tracks import draw_tracks
from kernelwise.models import keras_nets
from kernelwise.models.files import save_weights
from kernelwise.models.twins import copy_weights
from kernelwise.training import predict, seed_everything

FOLDER = Path(__file__).parent
SEED = 0


def answer(name: str) -> dict[str, Any]:
    """Return the functions that an answer file gives for the model."""
    namespace: dict[str, Any] = {"np": np}
    reference = reference_answers(load_assignment(FOLDER))
    for question, source in read_answer_file(FOLDER / name).cells_with(reference):
        if question == "model":
            exec(source, namespace)
    return namespace


def fit(name: str, images: int, epochs: int, *, shuffled: bool = False) -> torch.nn.Module:
    """Train an answer file's network as the notebook does: pictures turned over, a falling rate."""
    seed_everything(SEED)
    rng = np.random.default_rng(SEED)
    functions, tracks = answer(name), draw_tracks(images, 2 * SEED)
    labels = rng.permutation(tracks.labels) if shuffled else tracks.labels
    model = functions["build_model"]()
    for epoch in range(epochs):
        x = np.where((rng.random(images) < 0.5)[:, None, None], tracks.images[:, ::-1], tracks.images)
        rate = 2e-3 * (1 + np.cos(np.pi * epoch / epochs)) / 2
        functions["train"](model, x.astype(np.float32) / 255, labels, 1, rate)
    fresh = draw_tracks(2000, 2 * SEED + 1)
    said = predict(model, fresh.images)[:, 0] > 0
    print(f"{name}{', shuffled labels' if shuffled else ''}: accuracy {np.mean(said == fresh.labels):.4f}")
    return model


if __name__ == "__main__":
    torch.set_num_threads(1)
    other = fit("alternatives/torch_maximum_and_mean.py", 10_000, 6)
    save_weights(other, FOLDER / "weights/maximum_and_mean.safetensors")
    # As a Keras network: the answer that hands it in has the reference's build_model.
    shuffled = keras_nets.small_tracks()
    copy_weights(fit("alternatives/torch_twin.py", 2_000, 1, shuffled=True), shuffled)
    save_weights(shuffled, FOLDER / "weights/shuffled.weights.h5")
