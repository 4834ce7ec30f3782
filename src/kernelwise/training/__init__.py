"""Training: the only fit loop of the course, for Keras and PyTorch alike, and its only seeding.

`fit_torch` and `fit_keras` take the same arguments and mean the same by them. Neither framework is loaded
before it is used.
"""

from kernelwise.training.batches import accuracy
from kernelwise.training.keras_fit import fit_keras
from kernelwise.training.loop import History
from kernelwise.training.prediction import predict
from kernelwise.training.schedules import learning_rates
from kernelwise.training.seeding import seed_everything
from kernelwise.training.torch_fit import fit_torch

__all__ = ["History", "accuracy", "fit_keras", "fit_torch", "learning_rates", "predict", "seed_everything"]
