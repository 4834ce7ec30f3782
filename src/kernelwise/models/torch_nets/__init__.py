"""The networks of the course in PyTorch; keras_nets has the same functions.

Images are (n, c, h, w) float32, 0 to 1; sequences (n, steps, 2) float32. Weights start from Keras's
distributions, so that twins are alike before training too; kernelwise.training.seed_everything makes them
repeatable. All networks give logits; the decks' own can also end in their deck's activation.

What each network is for, its shapes and sizes stand in kernelwise.models.catalogue.
"""

from kernelwise.models.torch_nets.digits import digits_cnn, digits_mlp
from kernelwise.models.torch_nets.fashion_mnist import fashion_best, fashion_cnn
from kernelwise.models.torch_nets.layers import LSTM
from kernelwise.models.torch_nets.sequences import lstm_max, lstm_scores
from kernelwise.models.torch_nets.shapes import shape_classifier, shape_counter, shape_locator
from kernelwise.models.torch_nets.tracks import deck_tracks, small_tracks
from kernelwise.models.torch_nets.vectors import first_mlp

__all__ = [
    "LSTM",
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
