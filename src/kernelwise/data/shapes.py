"""Shapes: grey images of circles and rectangles, one or several, with their kinds and bounding boxes.

A filled circle or rectangle covers one interval of columns in each row. So a whole set of images is drawn by
comparing column numbers with two numbers a row, without a Python loop over images.
"""

from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from kernelwise.arguments import Array, interval, quantity, whole_number

EMPTY, RECTANGLE, CIRCLE = -1, 0, 1
MOST = 64  # shapes on one image
SWEEPS = 20  # of the Metropolis walk that moves shapes apart: the test compares it with plain rejection


class Shapes(NamedTuple):
    """Images of circles and rectangles, and what is on them.

    Row i of an image is y downwards, column j is x to the right, and pixel (i, j) covers
    [j, j+1) × [i, i+1). An image holds up to `most` shapes, in the order in which they were painted; the
    places that remain are EMPTY, and always the last ones.
    """

    images: Array  # (n, size, size) uint8. Background 0, full brightness 255.
    kinds: Array  # (n, most) int64. RECTANGLE = 0, CIRCLE = 1, EMPTY = −1.
    boxes: Array  # (n, most, 4) float32. Edges (x0, y0, x1, y1) of each shape, pixels; 0 where empty.

    @property
    def counts(self) -> Array:
        """(n, 2) int64: the number of (rectangles, circles) on each image."""
        return np.stack([(self.kinds == kind).sum(axis=1) for kind in (RECTANGLE, CIRCLE)], axis=1)


def draw_shapes(
    n: int,
    seed: int,
    *,
    size: int = 64,
    count: int | tuple[int, int] = 1,
    half_width: tuple[float, float] = (4.0, 12.0),
    brightness: tuple[float, float] = (0.4, 1.0),
    noise: float = 0.1,
    overlap: bool = True,
    gap: float = 2.0,
    chunk: int = 256,
) -> Shapes:
    """Draw images of filled circles and rectangles.

    pixel (i, j) is bright if (x, y) = (j + ½, i + ½) lies in a shape:
    (x − c_x)² + (y − c_y)² ≤ r²,  or  x0 ≤ x ≤ x1 and y0 ≤ y ≤ y1

    Numbers of shapes and kinds are as equal as their totals allow, then shuffled: of 1001 single shapes 501
    are rectangles. All other properties are uniform in their ranges; a rectangle's width is independent of
    its height. Later shapes are painted over earlier ones, see `visible_fraction`.

    Whole-pixel boxes, such as the lecture's [13 11 29 20], are `np.rint(boxes)`: numbers of columns and rows,
    the last one excluded, so that the rectangle is `image[11:20, 13:29]`.

    Args:
        n: images.
        seed: whole number of at least 0. The same seed gives the same bytes, and the same shapes whatever the
            noise.
        size: height and width of the images, pixels.
        count: shapes on an image, or (fewest, most).
        half_width: (smallest, largest) radius of a circle, or half the width or height of a rectangle,
            pixels.
        brightness: (smallest, largest) brightness of a shape, in units of full scale.
        noise: standard deviation of the Gaussian noise added to every pixel, in units of full scale. Outside
            0 … 1 the sum is clipped, so that the dark background keeps only half of its noise.
        overlap: whether shapes may cover each other. If not, their boxes keep the gap.
        gap: least distance between two boxes along x or along y, pixels (to the rounding of float32).
        chunk: images per step of the work. It bounds the memory beside the result, about 6·size² bytes an
            image of a chunk and 200 bytes a shape, and changes nothing else.
    Returns:
        Shapes: images (n, size, size) uint8, kinds (n, most) int64, boxes (n, most, 4) float32 in pixels.
    Raises:
        ValueError: a parameter is outside its limits, or so many shapes of the largest width cannot keep the
            gap: they must fit on a square grid.
    Source: Rizzi, Computing Methods for Experimental Physics, assignment 3; shapes without overlap
        are placed as the hard disks of Metropolis et al. 1953, doi:10.1063/1.1699114.
    Example:
        >>> shapes = draw_shapes(1000, seed=1, count=(1, 4), overlap=False)
        >>> shapes.images.shape, shapes.boxes.shape
        ((1000, 64, 64), (1000, 4, 4))
        >>> shapes.counts.sum(axis=0)  # rectangles, circles
        array([1250, 1250])
    """
    n, seed = whole_number("n", n, 0), whole_number("seed", seed, 0)
    size, chunk = whole_number("size", size, 8, 1024), whole_number("chunk", chunk, 1)
    fewest, most = _count_range(count)
    half_width = interval("half_width", half_width, 1, size / 2, "pixels")
    brightness = interval("brightness", brightness, 0.01, 1)
    noise, gap = quantity("noise", noise, 0, 1), quantity("gap", gap, 0, size, "pixels")
    if not overlap:
        _check_room(most, half_width[1], gap, size)

    rng = np.random.Generator(np.random.SFC64(seed))  # numpy's fastest for normal numbers
    kinds = _draw_kinds(rng, n, fewest, most)
    widths = 2 * rng.uniform(*half_width, (2, most, n))
    widths[1] = np.where(kinds.T == CIRCLE, widths[0], widths[1])
    corners = rng.random(widths.shape) * (size - widths)
    if not overlap and most > 1:
        corners = _keep_apart(rng, kinds.T != EMPTY, widths, size, gap)
    boxes = np.concatenate([corners, corners + widths]).T.astype(np.float32)
    boxes[kinds == EMPTY] = 0
    grey = np.rint(255 * rng.uniform(*brightness, kinds.shape)).astype(np.uint8)

    images = np.zeros((n, size, size), np.uint8)
    for start in range(0, n, chunk):
        part = slice(start, start + chunk)
        _paint(images[part], kinds[part], boxes[part], grey[part])
        if noise:
            _add_noise(rng, images[part], 255 * noise)
    return Shapes(images, kinds, boxes)


def visible_fraction(shapes: Shapes, *, chunk: int = 256) -> Array:
    """Measure how much of each shape is not painted over by later ones.

    f = visible pixels / pixels of the whole shape

    A shape with f = 0 is hidden whole, and no network can count it.

    Args:
        shapes: images of any noise; only the kinds and the boxes are read, and the images' size.
        chunk: images per step of the work, which bounds the memory.
    Returns:
        (n, most) float64 from 0 to 1; NaN where there is no shape.
    Raises:
        ValueError: chunk is not a whole number of at least 1.
    Example:
        >>> fraction = visible_fraction(draw_shapes(1000, seed=1, count=4))
        >>> float((fraction == 0).any(axis=1).mean())  # images on which a shape is hidden whole
        0.029
    """
    chunk = whole_number("chunk", chunk, 1)
    size = shapes.images.shape[1]
    fraction = np.full(shapes.kinds.shape, np.nan)
    for start in range(0, len(fraction), chunk):
        part = slice(start, start + chunk)
        kinds, boxes = shapes.kinds[part], shapes.boxes[part]
        covered = np.zeros((len(kinds), size, size), bool)
        for place in reversed(range(kinds.shape[1])):
            image, row, inside = _covered_rows(kinds[:, place], boxes[:, place], size)
            visible = inside & ~covered[image, row]
            whole = np.bincount(image, inside.sum(axis=1), len(kinds))
            seen = np.bincount(image, visible.sum(axis=1), len(kinds))
            np.divide(seen, whole, out=fraction[part, place], where=whole > 0)
            covered[image, row] |= inside
    return fraction


def _count_range(count: int | tuple[int, int]) -> tuple[int, int]:
    """Read the number of shapes on an image as (fewest, most)."""
    if not isinstance(count, tuple | list):
        count = whole_number("count", count, 1, MOST)
        return count, count
    if len(count) != 2:
        raise ValueError(f"count must be a whole number or (fewest, most), got {count!r}")
    fewest = whole_number("count[0]", count[0], 0, MOST)
    return fewest, whole_number("count[1]", count[1], max(fewest, 1), MOST)


def _check_room(most: int, half_width: float, gap: float, size: int) -> None:
    """Refuse shapes for which the square grid, where the walk of _keep_apart starts, is too large."""
    grid = _grid(most)
    needed = grid * (2 * half_width + gap) - gap
    if needed > size:
        raise ValueError(
            f"{most} shapes of half-width up to {half_width:g} pixels with a gap of {gap:g} pixels need "
            f"{needed:g} pixels ({grid} in a row), got size={size}: give a larger size, or a smaller count, "
            "half_width or gap, or overlap=True"
        )


def _grid(most: int) -> int:
    """Number of cells along one side of the smallest square grid that has a cell for each shape."""
    return ceil(sqrt(most))


def _shuffled(rng: np.random.Generator, n: int, values: int) -> Array:
    """Return n numbers 0 … values − 1 in random order, each as often as the others to within one."""
    return rng.permutation(np.arange(n) % values)


def _draw_kinds(rng: np.random.Generator, n: int, fewest: int, most: int) -> Array:
    """Return (n, most) kinds, balanced over images and over shapes, the empty places last."""
    number = fewest + _shuffled(rng, n, most - fewest + 1)
    exists = np.arange(most) < number[:, None]
    kinds = np.full((n, most), EMPTY)
    kinds[exists] = _shuffled(rng, number.sum(), 2)  # RECTANGLE = 0, CIRCLE = 1
    return kinds


def _keep_apart(rng: np.random.Generator, exists: Array, widths: Array, size: int, gap: float) -> Array:
    """Return corners (2, most, n) at which the boxes of each image keep the gap.

    The Metropolis algorithm for hard boxes: start from an allowed configuration, each shape in its own cell
    of a grid; then offer one shape after the other a place anywhere, and take it if it is free. Each image is
    allowed at any time, and tends to the uniform distribution over all allowed ones.
    """
    most, n = exists.shape
    grid = _grid(most)
    cell = rng.permuted(np.tile(np.arange(grid**2), (n, 1)), axis=1)[:, :most].T
    pitch = (size + gap) / grid
    room = np.maximum(pitch - gap - widths, 0)  # rounding must not make it negative
    corners = np.stack([cell % grid, cell // grid]) * pitch + room * rng.random(widths.shape)
    for _ in range(SWEEPS):
        for place in range(most):
            offer = rng.random((2, n)) * (size - widths[:, place])
            ends = offer + widths[:, place]
            distance = np.maximum(offer[:, None] - (corners + widths), corners - ends[:, None])
            apart = (distance >= gap).any(axis=0) | ~exists
            apart[place] = True  # nobody is in its own way
            np.copyto(corners[:, place], offer, where=apart.all(axis=0))
    return corners


def _covered_rows(kinds: Array, boxes: Array, size: int) -> tuple[Array, Array, Array]:
    """Find the pixels of one shape an image: a pixel belongs to it if its centre does.

    kinds (n,), boxes (n, 4) ↦ image (r,), row (r,), inside (r, size) bool, for the rows that have any.
    """
    present = np.flatnonzero(kinds != EMPTY)
    x0, y0, x1, y1 = boxes[present].T[:, :, None]
    centre = np.arange(size, dtype=np.float32) + np.float32(0.5)
    height = (2 * centre - (y0 + y1)) / (y1 - y0)  # from −1 at the top of the shape to 1 at its bottom
    # The row's interval is the box's; for a circle less (1 − cos φ)·r on both sides, where sin φ = height.
    chord = np.sqrt(np.maximum(1 - height**2, 0))
    inset = np.where(kinds[present, None] == CIRCLE, (1 - chord) * (x1 - x0) / 2, 0)
    half = np.float32(0.5)
    first, stop = np.ceil(x0 + inset - half), np.floor(x1 - inset + half)
    shape, row = np.nonzero((np.abs(height) <= 1) & (first < stop))
    column = np.arange(size, dtype=np.int16)
    first, stop = (edge[shape, row].astype(np.int16)[:, None] for edge in (first, stop))
    return present[shape], row, (column >= first) & (column < stop)


def _paint(images: Array, kinds: Array, boxes: Array, grey: Array) -> None:
    """Paint the shapes into the images, the later over the earlier ones."""
    for place in range(kinds.shape[1]):
        image, row, inside = _covered_rows(kinds[:, place], boxes[:, place], images.shape[1])
        images[image, row] = np.where(inside, grey[image, place, None], images[image, row])


def _add_noise(rng: np.random.Generator, images: Array, sigma: float) -> None:
    """Add Gaussian noise of sigma grey levels, clipped and rounded to 0 … 255."""
    noisy = rng.standard_normal(images.shape, dtype=np.float32)
    noisy *= np.float32(sigma)
    noisy += images
    np.clip(noisy, 0, 255, out=noisy)
    np.rint(noisy, out=noisy)
    images[...] = noisy
