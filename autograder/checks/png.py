"""Small grey images as PNG files in base64, with 16 levels of grey: twelve of them fit a record."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image


def stacked(images: np.ndarray) -> np.ndarray:
    """Return images, with or without an axis of one channel, as (n, h, w).

    Raises:
        ValueError: they have another shape, or hold no numbers.
    """
    if images.ndim == 4 and 1 in (images.shape[1], images.shape[3]):
        images = images[:, 0] if images.shape[1] == 1 else images[..., 0]
    if images.ndim != 3 or 0 in images.shape[1:] or images.dtype.kind not in "biuf":
        raise ValueError(
            f"images of shape {images.shape} and dtype {images.dtype}; expected numbers, (n, h, w)"
        )
    return images


def encoded(images: np.ndarray, room: int) -> list[str]:
    """Encode images (n, h, w) as PNG in base64.

    Args:
        images: uint8 are drawn as they are, others from their lowest to their highest value.
        room: characters of all of them together; larger images get fewer pixels.
    """
    grey = _levels(images)
    while True:
        levels = np.round(grey * 15).astype(np.uint8)
        texts = [base64.b64encode(_png(image)).decode() for image in levels]
        if sum(map(len, texts)) <= room:
            return texts
        grey = _halved(grey)


def _levels(images: np.ndarray) -> np.ndarray:
    """Return the grey levels of images, from 0 (black) to 1 (white)."""
    values = images.astype(float)
    if images.dtype == np.uint8:
        return values / 255
    finite = np.isfinite(values)
    low = values.min(initial=np.inf, where=finite)
    high = values.max(initial=-np.inf, where=finite)
    if not high > low:
        return np.zeros_like(values)
    return np.where(finite, (values - low) / (high - low), 0.0)


def _halved(grey: np.ndarray) -> np.ndarray:
    """Return images with each 2×2 pixels as one, their mean; a last odd row or column counts twice."""
    _, height, width = grey.shape
    even = np.pad(grey, ((0, 0), (0, height % 2), (0, width % 2)), mode="edge")
    return (even[:, ::2, ::2] + even[:, 1::2, ::2] + even[:, ::2, 1::2] + even[:, 1::2, 1::2]) / 4


def _png(levels: np.ndarray) -> bytes:
    """Encode (h, w) levels from 0 to 15 as a PNG with four bits a pixel, which index a palette of greys."""
    image = Image.fromarray(levels, mode="P")
    image.putpalette([level * 17 for level in range(16) for _ in range(3)])
    file = io.BytesIO()
    image.save(file, "PNG", bits=4, optimize=True)
    return file.getvalue()
