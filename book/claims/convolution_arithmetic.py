"""Worked examples of the decks: sums, sizes and the letter X."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from kernelwise import arithmetic, convolution

Array = NDArray[Any]
Cases = Iterator[tuple[dict[str, Any], Any]]

# The letter X, the kernel that looks for its falling stroke, the map, the map after ReLU (deck B).
X_IMAGE = np.array(
    [[-1, -1, -1, -1, -1], [-1, 1, -1, 1, -1], [-1, -1, 1, -1, -1], [-1, 1, -1, 1, -1], [-1, -1, -1, -1, -1]]
)
X_KERNEL = np.array([[1, -1, -1], [-1, 1, -1], [-1, -1, 1]])


def x_feature_map() -> Array:
    """The feature map of the letter X."""
    return convolution.conv2d(X_IMAGE[None, None], X_KERNEL[None, None])[0, 0]


def scipy_correlation(x: Array, kernel: Array) -> Array:
    """Cross-correlate an image (c, h, w) with one kernel (c, k_h, k_w), by scipy."""
    return signal.correlate(x, kernel, mode="valid")[0]


def counted_places() -> Cases:
    """Every place where a kernel fits on a padded axis, counted one by one."""
    for d, p, s, k, i in product((1, 2), (0, 1, 2), (1, 2, 3), range(1, 5), range(1, 9)):
        end, reach = i + 2 * p, d * (k - 1)
        places = [start for start in range(0, end, s) if start + reach < end]
        if places:
            yield {"i": i, "k": k, "s": s, "p": p, "d": d}, len(places)


def places_with_same_padding() -> Cases:
    """As many outputs as every s-th pixel of the input, and the padding of `same` makes exactly these fit."""
    for i, k, s in product(range(1, 9), range(1, 5), (1, 2, 3)):
        padded = np.pad(np.ones(i), arithmetic.same_padding(i, k, s))
        fits = len(np.correlate(padded, np.ones(k), "valid")[::s])
        assert fits == len(range(0, i, s)), (i, k, s)
        yield {"i": i, "s": s}, fits


def sizes_without_padding() -> Cases:
    """What numpy makes of W numbers and a kernel of w."""
    for W, w in product(range(4, 9), range(1, 4)):
        output = np.correlate(np.ones(W), np.ones(w), "valid")
        yield {"W": W, "w": w}, len(output)


def correlated_signals() -> Cases:
    """One output of numpy's cross-correlation."""
    x, u = np.array([1, 2, 3, 4]), np.array([3, 2])
    for m, right in enumerate(np.correlate(x, u, "valid")):
        yield {"x": x, "u": u, "k": 2, "m": m}, right


def convolved_signals() -> Cases:
    """One output of numpy's convolution, where the kernel lies fully on the signal."""
    x, u = np.array([1, 2, 3, 4]), np.array([3, 2])
    for m in range(1, 4):
        yield {"x": x, "u": u, "k": 2, "m": m}, np.convolve(x, u)[m]


def correlated_images() -> Cases:
    """One output of scipy's cross-correlation of the X, with a bias c."""
    right = signal.correlate2d(X_IMAGE, X_KERNEL, "valid")
    for c in (0, 10):
        for (m, n), value in np.ndenumerate(right):
            yield {"x": X_IMAGE, "u": X_KERNEL, "k": 3, "m": m, "l": n, "c": c}, value + c


def functions_and_their_convolution() -> Cases:
    """Two functions on a circle of four points, and the sum over all ways to share an angle between them."""
    f, g = np.array([1, 2, 3, 4]), np.array([3, 2, 0, 0])
    right = [sum(f[m - a] * g[a] for a in range(4)) for m in range(4)]
    yield {"f": f, "g": g}, right
