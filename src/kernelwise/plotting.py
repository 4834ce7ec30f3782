"""Figures in one style: matrices with their numbers, images, and a convolution as input, kernel and output.

Colours are safe for colour-blind readers, and no figure relies on colour alone: matrices print their numbers.
Matplotlib is imported when the first figure is drawn, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe & Ito's colours; black first, for data, and yellow last, since it is faint on white.
PALETTE = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#F0E442")
MOST_CELLS = 40  # in a row or column; numbers are unreadable beyond
_MISSING = "#DDDDDD"


def style() -> None:
    """Give all figures that follow the look of the course.

    rcParams ← the course's settings

    Args:
        None.
    Returns:
        None; matplotlib's global settings change. Put it in `with matplotlib.rc_context():` to undo it
        afterwards.
    Source: colours: Okabe & Ito 2008, "Color universal design", https://jfly.uni-koeln.de/color/
    Example:
        >>> import matplotlib
        >>> with matplotlib.rc_context():
        ...     style()
        ...     matplotlib.rcParams["image.cmap"]
        'cividis'
    """
    import matplotlib

    matplotlib.rcParams.update(_settings())


def show_matrix(
    values: ArrayLike, *, title: str = "", ax: Axes | None = None, largest: float | None = None
) -> Axes:
    """Draw a matrix as coloured cells with their numbers in them.

    Cell (i, j) stands in row i, counted from the top, and column j. Purple is negative, orange is positive,
    white is zero; a number is black or white, whichever is easier to read on its cell.

    Args:
        values: (rows, columns), at most 40 × 40, or a vector, drawn as one row. Units: any. NaN and ±∞ are
            grey.
        title: above the matrix.
        ax: where to draw; None: a new figure.
        largest: the magnitude of the strongest colour, in the units of values; None: a little above the
            largest of all. Give the same to matrices that are to be compared.
    Returns:
        The axes; the figure is `.figure`.
    Raises:
        ValueError: values is no real vector or matrix, is empty, or is too large for numbers to be read.
    Source: contrast: W3C, Web Content Accessibility Guidelines 2.2, success criterion 1.4.3.
    Example:
        >>> ax = show_matrix([[7, -3], [-3, 5]], title="feature map")
        >>> [text.get_text() for text in ax.texts]
        ['7', '−3', '−3', '5']
    """
    matrix = _drawable_matrix(values)
    import matplotlib.pyplot as plt

    rows, columns = matrix.shape
    with plt.rc_context(_settings()):
        if ax is None:
            _, ax = plt.subplots(figsize=(max(1.6, 0.55 * columns), max(1.2, 0.55 * rows + 0.4)))
        cmap = plt.colormaps["PuOr_r"].with_extremes(bad=_MISSING)
        shown = np.ma.masked_invalid(matrix.astype(float))
        # 1.4 spares the darkest shades; 1 where there is no number to tell apart from zero.
        limit = 1.4 * (np.abs(shown.compressed()).max(initial=0) or 1) if largest is None else largest
        image = ax.imshow(shown, cmap=cmap, vmin=-limit, vmax=limit)
        colours = image.to_rgba(shown).reshape(-1, 4)
        for (i, j), colour in zip(np.ndindex(rows, columns), colours, strict=True):
            text = _number(matrix[i, j])
            size = 10 if len(text) < 5 else 7
            ax.text(j, i, text, ha="center", va="center", size=size, color=_readable_on(colour))
        # Ticks stand between the cells, so that the grid draws their borders.
        ax.set_xticks(np.arange(columns + 1) - 0.5, labels=[])
        ax.set_yticks(np.arange(rows + 1) - 0.5, labels=[])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.grid(True)
        ax.set_title(title)
    return ax


def show_image(image: ArrayLike, *, title: str = "", unit: str = "", ax: Axes | None = None) -> Axes:
    """Draw an image: one channel with a colour bar, or three channels as colours.

    Pixel (i, j) stands in row i, counted from the top, and column j.

    Args:
        image: (h, w) or (1, h, w), units: any; or (3, h, w), integers of 0 to 255 or floats of 0 to 1.
        title: above the image.
        unit: what the colour bar counts, such as "photons".
        ax: where to draw; None: a new figure.
    Returns:
        The axes; the figure is `.figure`.
    Raises:
        ValueError: image has another shape.
    Source: colours: Nuñez, Anderton & Renslow 2018, "cividis", doi:10.1371/journal.pone.0199239.
    Example:
        >>> show_image(np.zeros((64, 64)), unit="photons").get_images()[0].get_array().shape
        (64, 64)
    """
    pixels = np.asarray(image)
    channels = pixels.shape[0] if pixels.ndim == 3 else 1
    if pixels.ndim not in (2, 3) or channels not in (1, 3) or pixels.size == 0:
        raise ValueError(
            f"an image has shape (h, w), (1, h, w) or (3, h, w), got {pixels.shape}: "
            "take one image of the batch, and move the channels to the front"
        )
    import matplotlib.pyplot as plt

    with plt.rc_context(_settings()):
        if ax is None:
            _, ax = plt.subplots()
        if channels == 3:
            ax.imshow(pixels.transpose(1, 2, 0))
        else:
            ax.figure.colorbar(ax.imshow(pixels.reshape(pixels.shape[-2:])), ax=ax, label=unit)
        ax.set(xlabel="column j", ylabel="row i", title=title)
    return ax


def show_convolution(
    x: ArrayLike,
    kernel: ArrayLike,
    output: ArrayLike,
    *,
    cell: tuple[int, int] | None = None,
    stride: int = 1,
    titles: tuple[str, str, str] = ("input", "kernel", "output"),
    sign: str = "⊛",
) -> tuple[Axes, Axes, Axes]:
    """Draw a convolution: input, kernel and output side by side.

    output[i,j] = Σ_ab x[i·s+a, j·s+b] · kernel[a,b]; with `cell`, frames mark one output cell and what it is
    made of.

    Args:
        x: (h, w). Input, padded already if the convolution pads; units: any.
        kernel: (k_h, k_w).
        output: (h', w'). The result, which this function draws and does not compute.
        cell: (i, j) of the output cell to mark, or None.
        stride: pixels, at least 1; only `cell` needs it.
        titles: above the three.
        sign: before the kernel's title: ⊛ is the cross-correlation of the course, ∗ the true convolution.
    Returns:
        The axes of input, kernel and output; the figure is `.figure` of each.
    Raises:
        ValueError: one of the three is no matrix that show_matrix draws, or cell lies outside the output, or
            its window outside the input.
    Source: after the figures of Dumoulin & Visin 2016, arXiv:1603.07285.
    Example:
        >>> axes = show_convolution(np.ones((3, 3)), np.ones((2, 2)), np.full((2, 2), 4.0), cell=(0, 1))
        >>> [ax.get_title() for ax in axes]
        ['input', '⊛ kernel', '= output']
    """
    matrices = [_drawable_matrix(values) for values in (x, kernel, output)]
    frames = [] if cell is None else _frames(matrices, cell, stride)
    import matplotlib.pyplot as plt
    from matplotlib.patches import Rectangle

    widths = [matrix.shape[1] for matrix in matrices]
    with plt.rc_context(_settings()):
        size = (0.5 * sum(widths) + 1.5, 0.5 * max(map(len, matrices)) + 0.6)
        _, axes = plt.subplots(1, 3, figsize=size, width_ratios=widths, layout="constrained")
        for ax, matrix, before, title in zip(axes, matrices, ("", f"{sign} ", "= "), titles, strict=True):
            show_matrix(matrix, title=before + title, ax=ax)
        for ax, (corner, width, height) in zip((axes[0], axes[2]), frames, strict=False):
            ax.add_patch(Rectangle(corner, width, height, fill=False, linewidth=3, clip_on=False, zorder=3))
    return tuple(axes)


def _readable_on(colour: NDArray[Any]) -> str:
    """Choose black or white for text on an sRGB colour, for a contrast (WCAG 2.2) of at least 4.5."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    luminance = linear[:3] @ (0.2126, 0.7152, 0.0722)
    return "black" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "white"


def _settings() -> dict[str, Any]:
    """Give the course's look as matplotlib settings."""
    from cycler import cycler

    return {
        "axes.prop_cycle": cycler(color=PALETTE[:-1]),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": "medium",
        "figure.constrained_layout.use": True,
        "figure.dpi": 120,
        "font.size": 10,
        "grid.color": "#888888",
        "grid.linewidth": 0.5,
        "image.cmap": "cividis",
        "legend.frameon": False,
        "savefig.bbox": "tight",
    }


def _drawable_matrix(values: ArrayLike) -> NDArray[Any]:
    """Check that values is a matrix whose numbers fit into a figure; a vector becomes one row."""
    matrix = np.atleast_2d(np.asarray(values))
    drawable = matrix.ndim == 2 and matrix.size > 0 and max(matrix.shape) <= MOST_CELLS
    if matrix.dtype.kind not in "biuf" or not drawable:
        raise ValueError(
            f"a drawing with numbers needs a real vector or matrix of 1 to {MOST_CELLS} rows and columns, "
            f"got shape {np.shape(values)}, dtype {matrix.dtype}: cut out a part, or draw it by show_image"
        )
    return matrix


def _number(value: Any) -> str:
    """Write a number so that it fits into a cell, with a true minus sign."""
    text = f"{value:.3g}" if isinstance(value, np.floating) else str(int(value))
    return text.replace("-", "−")


def _frames(
    matrices: list[NDArray[Any]], cell: tuple[int, int], stride: int
) -> list[tuple[tuple[float, float], int, int]]:
    """Give (corner, width, height) of the window in the input and of the cell in the output."""
    x, kernel, output = matrices
    (i, j), (k_h, k_w) = cell, kernel.shape
    top, left = i * stride, j * stride
    if not (0 <= i < output.shape[0] and 0 <= j < output.shape[1]):
        raise ValueError(
            f"cell {cell} lies outside the output of shape {output.shape}: count rows and columns from 0"
        )
    if top + k_h > x.shape[0] or left + k_w > x.shape[1]:
        raise ValueError(
            f"the window of cell {cell} with stride {stride} ends at row {top + k_h}, column {left + k_w}, "
            f"but the input has shape {x.shape}: give the padded input, and the stride of the convolution"
        )
    return [((left - 0.5, top - 0.5), k_w, k_h), ((j - 0.5, i - 0.5), 1, 1)]
