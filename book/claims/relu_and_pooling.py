"""Worked examples of the decks: the rectified letter X."""

from collections.abc import Iterator
from typing import Any

import numpy as np

Cases = Iterator[tuple[dict[str, Any], Any]]

X_MAP = np.array([[7, -3, 3], [-3, 5, -3], [3, -3, 7]])
X_RECTIFIED = np.array([[7, 0, 3], [0, 5, 0], [3, 0, 7]])


def rectified_numbers() -> Cases:
    """Negative numbers become 0, the others stay."""
    for x in (-200, -2, -0.5, 0.5, 2, 200):
        yield {"x": x}, x if x > 0 else 0
