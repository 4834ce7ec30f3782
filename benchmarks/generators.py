"""Measure the generators of images, beside loops that draw the same one image at a time.

    python benchmarks/generators.py

All is measured in one run on one core, best of several repeats, so that the ratios mean something; the
figures of another machine differ. The loops are given what to draw, the generators draw their numbers too.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import click
import matplotlib.pyplot as plt
import numpy as np
from machine import describe, write_results
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch, Rectangle
from PIL import Image, ImageDraw
from rich.console import Console
from rich.table import Table

from kernelwise.data.shapes import CIRCLE, EMPTY, Shapes, draw_shapes
from kernelwise.data.tracks import Tracks, draw_tracks

Thing = tuple[bool, list[float]]  # circle?, box
GREY = 200  # of all shapes that a loop draws
HEADER = [
    "images/s",
    "kernelwise",
    "numpy masks",
    "PIL",
    "matplotlib",
    "ratio to best loop",
    "peak MB (images)",
]
SCENES: dict[str, dict[str, Any]] = {
    "one shape": {"noise": 0},
    "one shape, noise": {"noise": 0.1},
    "1 to 4 shapes": {"noise": 0, "count": (1, 4)},
    "1 to 4 shapes, noise": {"noise": 0.1, "count": (1, 4)},
    "1 to 4 shapes apart": {"noise": 0, "count": (1, 4), "overlap": False},
    "1 to 4 shapes apart, noise": {"noise": 0.1, "count": (1, 4), "overlap": False},
}


def rates(drawers: Sequence[tuple[Callable[[], object], int]], repeats: int) -> list[float]:
    """Return images a second of functions that draw so many, the best of several runs.

    They run in turn and their processor time counts, so that what else the machine does harms little.
    """
    seconds = np.full((repeats, len(drawers)), np.inf)
    for repeat in range(repeats):
        for i, (draw, _) in enumerate(drawers):
            start = time.process_time()
            draw()
            seconds[repeat, i] = time.process_time() - start
    return [n / best for (_, n), best in zip(drawers, seconds.min(axis=0).tolist(), strict=True)]


def peak_memory(draw: Callable[[], Any]) -> str:
    """Return the peak of what numpy and Python allocate meanwhile, and what of it the images are, in MB."""
    tracemalloc.start()
    drawn = draw()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"{peak / 1e6:.0f} ({drawn.images.nbytes / 1e6:.0f})"


def objects(shapes: Shapes) -> Iterator[list[Thing]]:
    """Give for each image its shapes in the order of painting, as (circle?, box)."""
    for kinds, boxes in zip(shapes.kinds.tolist(), shapes.boxes.tolist(), strict=True):
        yield [(kind == CIRCLE, box) for kind, box in zip(kinds, boxes, strict=True) if kind != EMPTY]


def pil_image(things: list[Thing], size: int) -> np.ndarray:
    """Draw one image with PIL."""
    image = Image.new("L", (size, size))
    pen = ImageDraw.Draw(image)
    for circle, box in things:
        (pen.ellipse if circle else pen.rectangle)(box, fill=GREY)
    return np.asarray(image)


def mask_image(things: list[Thing], size: int) -> np.ndarray:
    """Draw one image with numpy, a mask of all pixels for each shape."""
    image = np.zeros((size, size), np.uint8)
    x = np.arange(size) + 0.5
    y = x[:, None]
    for circle, (x0, y0, x1, y1) in things:
        if circle:
            inside = (2 * x - x0 - x1) ** 2 + (2 * y - y0 - y1) ** 2 <= (x1 - x0) ** 2
        else:
            inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
        image[inside] = GREY
    return image


def canvas(size: int, limits: tuple[float, float, float, float]) -> tuple[Figure, Any]:
    """Return a black figure of size × size pixels without a frame, made once for all images."""
    figure = plt.figure(figsize=(1, 1), dpi=size, facecolor="black")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis(limits)
    axes.axis("off")
    return figure, axes


def grabbed(figure: Figure) -> np.ndarray:
    """Draw the figure and return its red channel, a copy."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., 0].copy()  # type: ignore[attr-defined]


def matplotlib_shapes(shapes: Shapes) -> Iterator[np.ndarray]:
    """Draw the images with matplotlib, on one figure."""
    size = shapes.images.shape[1]
    figure, axes = canvas(size, (0, size, size, 0))
    for things in objects(shapes):
        patches: list[Patch] = [
            Circle(((x0 + x1) / 2, (y0 + y1) / 2), (x1 - x0) / 2, color=str(GREY / 255))
            if circle
            else Rectangle((x0, y0), x1 - x0, y1 - y0, color=str(GREY / 255))
            for circle, (x0, y0, x1, y1) in things
        ]
        for patch in patches:
            axes.add_patch(patch)
        yield grabbed(figure)
        for patch in patches:
            patch.remove()
    plt.close(figure)


def matplotlib_tracks(tracks: Tracks) -> Iterator[np.ndarray]:
    """Draw the hits of each image with matplotlib, on one figure: round dots of about the spots' size."""
    planes, size = tracks.hits.shape[2], tracks.images.shape[1]
    figure, axes = canvas(size, (0, 1, 0, 1))
    x = np.broadcast_to((np.arange(planes) + 0.5) / planes, tracks.hits.shape[1:]).ravel()
    (dots,) = axes.plot(x, x, "o", color="white", markersize=1.5 * 72 / 128, markeredgewidth=0)
    for hits in tracks.hits:
        dots.set_ydata(hits.ravel())
        yield grabbed(figure)
    plt.close(figure)


def noisy(image: np.ndarray, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Add noise to one image, as the generator does."""
    if not sigma:
        return image
    noise = rng.normal(0, 255 * sigma, image.shape)
    return np.clip(np.rint(image + noise), 0, 255).astype(np.uint8)


def shape_rates(scene: dict[str, Any], n: int, repeats: int) -> list[float]:
    """Return images/s of the generator and of the loops with numpy masks, PIL and matplotlib."""
    few, fewest = draw_shapes(n // 10, 1, **scene), draw_shapes(n // 100, 1, **scene)
    rng, size, sigma = np.random.default_rng(1), few.images.shape[1], scene["noise"]

    def loop(draw: Callable[[list[Thing], int], np.ndarray]) -> list[np.ndarray]:
        """Draw one image after the other."""
        return [noisy(draw(things, size), sigma, rng) for things in objects(few)]

    drawers = [
        (lambda: draw_shapes(n, 1, **scene), n),
        (lambda: loop(mask_image), len(few.images)),
        (lambda: loop(pil_image), len(few.images)),
        (lambda: [noisy(image, sigma, rng) for image in matplotlib_shapes(fewest)], len(fewest.images)),
    ]
    return rates(drawers, repeats)


def track_rates(size: int, n: int, repeats: int) -> list[float]:
    """Return images/s of the generator and of the loop with matplotlib."""
    few = draw_tracks(max(n // 20, 10), 1, size=size)
    drawers = [
        (lambda: draw_tracks(n, 1, size=size), n),
        (lambda: list(matplotlib_tracks(few)), len(few.images)),
    ]
    return rates(drawers, repeats)


def measure(n: int, repeats: int) -> list[list[str]]:
    """Return the rows of the table: n images of shapes, and images of tracks with as many pixels."""
    rows = []
    for name, scene in SCENES.items():
        ours, *loops = shape_rates(scene, n, repeats)
        memory = peak_memory(partial(draw_shapes, n, 1, **scene))
        rows.append([f"{name}, 64²", *map(_digits, [ours, *loops]), f"{ours / max(loops):.1f}", memory])
    for size in (128, 512):
        many = n * 64**2 // size**2
        ours, loop = track_rates(size, many, repeats)
        memory = peak_memory(partial(draw_tracks, many, 1, size=size))
        rows.append(
            [f"10 tracks, {size}²", _digits(ours), "–", "–", _digits(loop), f"{ours / loop:.1f}", memory]
        )
    return rows


def _digits(number: float) -> str:
    """Write a rate with the three digits that mean something."""
    return f"{float(f'{number:.3g}'):,.0f}"


def notes(n: int) -> list[str]:
    """Return what a reader of the table has to know, for n images of shapes."""
    return [
        "Images a second of one core's time, best of several repeats, all in one run.",
        "The loops are told where to draw; the generators draw kinds, places and sizes as well. Shapes apart "
        "are the costliest to place.",
        "The loop of matplotlib keeps one figure; its edges are smooth. Of the tracks it draws dots of about "
        "the spots' size.",
        "With noise, the normal numbers take most of the generator's time: 4,096 an image.",
        f"Peak memory of kernelwise: what numpy and Python allocate during one call of {n:,} images of "
        "shapes, or of tracks with as many pixels; in brackets, the part that is the images returned.",
    ]


@click.command(help=__doc__.splitlines()[0])
@click.option(
    "--images",
    type=click.IntRange(1000),
    default=20_000,
    show_default=True,
    help="shapes drawn by the generator",
)
@click.option("--repeats", default=7, show_default=True)
def main(images: int, repeats: int) -> None:
    """Print the table and write it down."""
    plt.switch_backend("agg")
    rows = measure(images, repeats)
    table = Table(title="Generators of images")
    for name in HEADER:
        table.add_column(name, justify="left" if name == HEADER[0] else "right")
    for row in rows:
        table.add_row(*row)
    console = Console(width=110)
    console.print(table)
    console.print(", ".join(f"{what} {value}" for what, value in describe().items()))
    write_results("generators", "Generators of images", HEADER, rows, notes(images))


if __name__ == "__main__":
    main()
