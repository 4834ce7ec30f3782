"""Warps: small random shifts, rotations, scalings and changes of contrast of grey images.

An image that is moved a little shows the same thing, so warps make more training images out of few, and test
images that nobody has seen. Pixels are interpolated linearly between their four neighbours.
"""

from typing import NamedTuple

import numpy as np

from kernelwise.arguments import Array, quantity, whole_number


class Warps(NamedTuple):
    """One warp for each of n images. All zero, and scale and contrast 1, is the identity."""

    shift: Array  #: (n, 2) float64. (x to the right, y downwards), pixels.
    rotation: Array  #: (n,) float64. About the centre of the image, counter-clockwise as seen, degrees.
    scale: Array  #: (n,) float64. About the centre; above 1 the image shows things larger.
    contrast: Array  #: (n,) float64. Factor of the brightness, which saturates at 255.


def draw_warps(
    n: int,
    seed: int,
    *,
    shift: float = 2.0,
    rotation: float = 10.0,
    scale: float = 0.1,
    contrast: float = 0.2,
) -> Warps:
    """Draw random warps, each of its numbers uniform and independent of the others.

    shift ~ U(−shift, shift),  rotation ~ U(−rotation, rotation),  scale ~ U(1 − scale, 1 + scale),
    contrast ~ U(1 − contrast, 1 + contrast)

    Args:
        n: number of warps.
        seed: whole number; the same seed draws the same warps, and the first m of n are those of n = m.
        shift: pixels, in x and in y, at most 1000.
        rotation: degrees, at most 180.
        scale, contrast: at most 0.9 and 1; dimensionless.
    Returns:
        Warps of n images.
    Raises:
        ValueError: a parameter is no number, or outside its limits.
    Example:
        >>> draw_warps(1, 0, shift=0, rotation=0, scale=0, contrast=0).scale.tolist()
        [1.0]
    """
    n, seed = whole_number("n", n, 0), whole_number("seed", seed, 0)
    shift = quantity("shift", shift, 0, 1000, "pixels")
    rotation = quantity("rotation", rotation, 0, 180, "degrees")
    scale, contrast = quantity("scale", scale, 0, 0.9), quantity("contrast", contrast, 0, 1)
    x, y, turn, size, light = np.random.default_rng(seed).uniform(-1, 1, (n, 5)).T
    return Warps(shift * np.stack([x, y], axis=1), rotation * turn, 1 + scale * size, 1 + contrast * light)


def apply_warps(images: Array, warps: Warps, *, chunk: int = 64) -> Array:
    """Warp images, each with its own warp.

    out(p) = contrast · in(c + R⁻¹(p − c − shift)/scale),  c the centre of the image, R the rotation

    Args:
        images: (n, h, w) uint8. Outside an image there is darkness, 0.
        warps: of n images.
        chunk: images warped at a time, at least 1. It changes the memory, not the
            result.
    Returns:
        (n, h, w) uint8, rounded to the nearest whole number.
    Raises:
        ValueError: images has another shape or dtype, or there are not n warps.
    Source: the linear interpolation is that of scipy.ndimage.map_coordinates(order=1,
        mode="grid-constant").
    Example:
        >>> image = np.array([[[10, 20, 30]]], np.uint8)
        >>> half = Warps(np.array([[0.5, 0.0]]), np.zeros(1), np.ones(1), np.ones(1))  # pixels to the right
        >>> apply_warps(image, half).tolist()
        [[[5, 15, 25]]]
    """
    images = np.asarray(images)
    if images.ndim != 3 or images.dtype != np.uint8:
        raise ValueError(f"images must be (n, h, w) uint8, got {images.shape} {images.dtype}")
    if any(len(values) != len(images) for values in warps):
        raise ValueError(f"one warp for each of {len(images)} images is needed, got {len(warps.scale)}")
    chunk = whole_number("chunk", chunk, 1)
    n, h, w = images.shape
    # A dark frame: what lies outside is found there.
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    cos, sin = np.cos(np.radians(warps.rotation)), np.sin(np.radians(warps.rotation))
    matrix = np.stack([cos, -sin, sin, cos])[:, :, None, None] / warps.scale[:, None, None]
    y, x = np.ogrid[:h, :w]
    out = np.empty_like(images)
    for first in range(0, n, chunk):
        part = slice(first, first + chunk)
        shift = warps.shift[part, :, None, None]
        dx, dy = x - (w - 1) / 2 - shift[:, 0], y - (h - 1) / 2 - shift[:, 1]
        xx, xy, yx, yy = matrix[:, part]
        values = _interpolate(framed[part], yx * dx + yy * dy + (h + 1) / 2, xx * dx + xy * dy + (w + 1) / 2)
        out[part] = np.rint(np.clip(values * warps.contrast[part, None, None], 0, 255))
    return out


def warp_images(
    images: Array,
    seed: int,
    *,
    shift: float = 2.0,
    rotation: float = 10.0,
    scale: float = 0.1,
    contrast: float = 0.2,
    chunk: int = 64,
) -> Array:
    """Warp images at random, each in its own way.

    apply_warps(images, draw_warps(n, seed, …))

    Args:
        images: (n, h, w) uint8.
        seed: whole number; the same seed gives the same images, whatever the chunk.
        shift, rotation, scale, contrast: the largest changes, as in draw_warps; all 0: images come back as
            they are.
        chunk: images warped at a time.
    Returns:
        (n, h, w) uint8.
    Raises:
        ValueError: as draw_warps and apply_warps.
    Example:
        >>> warp_images(np.full((2, 28, 28), 100, np.uint8), 1).shape
        (2, 28, 28)
    """
    warps = draw_warps(len(images), seed, shift=shift, rotation=rotation, scale=scale, contrast=contrast)
    return apply_warps(images, warps, chunk=chunk)


def _interpolate(framed: Array, y: Array, x: Array) -> Array:
    """Values between pixels of images that have a frame of one dark pixel; y and x count from the frame."""
    n, h, w = framed.shape
    y, x = np.clip(y, 0, h - 1), np.clip(x, 0, w - 1)
    # The last pixel of the frame is reached from the one before it.
    i, j = np.minimum(y.astype(np.intp), h - 2), np.minimum(x.astype(np.intp), w - 2)
    y, x = y - i, x - j
    at = (np.arange(n)[:, None, None] * h + i) * w + j
    flat = framed.ravel()
    above = flat[at] * (1 - x) + flat[at + 1] * x
    below = flat[at + w] * (1 - x) + flat[at + w + 1] * x
    return above * (1 - y) + below * y
