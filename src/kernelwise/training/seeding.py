"""Seeding: one call for every generator of random numbers that a network may draw from."""

import random
import sys

import numpy as np

from kernelwise.arguments import whole_number


def seed_everything(seed: int) -> None:
    """Seed Python, numpy's legacy generator, and torch and Keras where they are imported.

    state ← f(seed)

    Call it before a network is built, so that its first weights repeat; the fit loops call it themselves.
    Import the framework first: one that is not there yet cannot be seeded.

    Args:
        seed: 0 to 2³² − 1.
    Raises:
        ValueError: seed is no whole number in this range.
    Example:
        >>> seed_everything(0)
        >>> first = random.random()
        >>> seed_everything(0)
        >>> random.random() == first
        True
    """
    if whole_number("seed", seed, 0) >= 2**32:
        raise ValueError(f"seed must be below 2**32, as numpy wants it, got {seed}")
    random.seed(seed)
    np.random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(seed)
