"""Worked examples of the decks: the photograph and banks of filters."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from book.claims.convolution_arithmetic import scipy_correlation
from kernelwise import convolution

Array = NDArray[Any]
Cases = Iterator[tuple[dict[str, Any], Any]]

# The corner of a photograph, red, green and blue, with zeros above and on the left (deck S).
PHOTO = np.pad(
    [
        [[156, 155, 156, 158, 158, 158], [153, 154, 157, 159, 159, 159], [149, 151, 155, 158, 159, 159],
         [146, 146, 149, 153, 158, 158], [145, 143, 143, 148, 158, 158]],
        [[167, 166, 167, 169, 169, 169], [164, 165, 168, 170, 170, 170], [160, 162, 166, 169, 170, 170],
         [156, 156, 159, 163, 168, 168], [155, 153, 153, 158, 168, 168]],
        [[163, 162, 163, 165, 165, 165], [160, 161, 164, 166, 166, 166], [156, 158, 162, 165, 166, 166],
         [155, 155, 158, 162, 167, 167], [154, 152, 152, 157, 167, 167]],
    ],
    ((0, 0), (1, 0), (1, 0)),
)  # fmt: skip
PHOTO_KERNEL = np.array(
    [
        [[-1, -1, 1], [0, 1, -1], [0, 1, 1]],
        [[1, 0, 0], [1, -1, -1], [1, 0, -1]],
        [[0, 1, 1], [0, 1, 0], [1, -1, 1]],
    ]
)


def photo_feature_map() -> Array:
    """The feature map of the photograph, with a bias of 1."""
    return convolution.conv2d(PHOTO[None], PHOTO_KERNEL[None], bias=[1])[0, 0]


def filter_banks() -> Cases:
    """The numbers in D kernels of C × h × w and in their D biases."""
    for D, C, h, w in product((1, 2, 5), (1, 3), (1, 3), (2, 5)):
        yield {"D": D, "C": C, "h": h, "w": w}, np.zeros((D, C, h, w)).size + np.zeros(D).size


def shapes_of_feature_maps() -> Cases:
    """The shape of what scipy makes of a colour image and D kernels."""
    for D, H, W, h, w in product((1, 2), (4, 5), (5, 6), (1, 3), (2, 3)):
        image, kernel = np.ones((3, H, W)), np.ones((3, h, w))
        yield {"D": D, "H": H, "W": W, "h": h, "w": w}, (D, *scipy_correlation(image, kernel).shape)
