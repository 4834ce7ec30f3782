"""The networks of the course in Keras; torch_nets has the same functions.

Images are (n, h, w, c) float32, 0 to 1; sequences (n, steps, 2) float32. Weights start from Keras's defaults,
he uniform where a ReLU follows; kernelwise.training.seed_everything makes them repeatable. All networks give
logits; the decks' own can also end in their deck's activation.

What each network is for, its shapes and sizes stand in kernelwise.models.catalogue; arguments mean what they
mean in torch_nets.
"""

import os

# TensorFlow reads both when Keras loads it: which backend, and that only errors are worth a message. They
# stand here, since a package is imported before its modules.
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from kernelwise.models.keras_nets.digits import digits_cnn, digits_mlp
from kernelwise.models.keras_nets.fashion_mnist import fashion_best, fashion_cnn
from kernelwise.models.keras_nets.sequences import lstm_max, lstm_scores
from kernelwise.models.keras_nets.shapes import shape_classifier, shape_counter, shape_locator
from kernelwise.models.keras_nets.tracks import deck_tracks, small_tracks
from kernelwise.models.keras_nets.vectors import first_mlp

__all__ = [
    "deck_tracks",
    "digits_cnn",
    "digits_mlp",
    "fashion_best",
    "fashion_cnn",
    "first_mlp",
    "lstm_max",
    "lstm_scores",
    "shape_classifier",
    "shape_counter",
    "shape_locator",
    "small_tracks",
]
