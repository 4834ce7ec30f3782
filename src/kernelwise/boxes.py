"""Boxes around objects, as (x0, y0, x1, y1) in pixels: x to the right, y downwards, (x0, y0) upper left.

A box is a rectangle of the plane, not a set of pixels: pixel (i, j) covers [j, j+1) × [i, i+1), and a box
from 10 to 13 is 3 pixels wide.
"""

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array


def area(boxes: ArrayLike) -> Array:
    """Compute the areas of boxes.

    A = max(0, x1 − x0) · max(0, y1 − y0)

    Args:
        boxes: (…, 4). Corners (x0, y0, x1, y1), pixels.
    Returns:
        (…,), float64, pixels². A box whose corners are exchanged has no inside: its area is 0.
    Raises:
        ValueError: the last axis has not four entries.
    Example:
        >>> area([13, 11, 29, 20]).item()
        144.0
    """
    boxes = _as_boxes("boxes", boxes)
    return np.prod(np.clip(boxes[..., 2:] - boxes[..., :2], 0, None), axis=-1)


def intersection_over_union(a: ArrayLike, b: ArrayLike) -> Array:
    """Compute how well boxes agree, from 0 (apart) to 1 (equal).

    IoU = |a ∩ b| / |a ∪ b|,  |a ∪ b| = |a| + |b| − |a ∩ b|

    Args:
        a, b: (…, 4). Corners (x0, y0, x1, y1), pixels; shapes that broadcast.
    Returns:
        (…,), float64, dimensionless. 0 where both boxes are empty.
    Raises:
        ValueError: the last axis of a or b has not four entries.
    Source: Jaccard 1912, doi:10.1111/j.1469-8137.1912.tb05611.x; Everingham et al. 2010 (PASCAL VOC),
        doi:10.1007/s11263-009-0275-4.
    Example:
        >>> intersection_over_union([0, 0, 2, 2], [1, 0, 3, 2]).item()  # 2 pixels of 6
        0.3333333333333333
    """
    a, b = _as_boxes("a", a), _as_boxes("b", b)
    corners = np.concatenate(
        [np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])], axis=-1
    )
    shared = area(corners)
    union = area(a) + area(b) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def _as_boxes(name: str, boxes: ArrayLike) -> Array:
    boxes = np.asarray(boxes, dtype=np.float64)
    if boxes.ndim == 0 or boxes.shape[-1] != 4:
        raise ValueError(
            f"{name} must hold boxes (x0, y0, x1, y1) along its last axis, got shape {boxes.shape}: "
            "give four numbers a box"
        )
    return boxes
