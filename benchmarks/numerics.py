"""Measure kernelwise's convolution and pooling beside torch, Keras and scipy.

    python benchmarks/numerics.py

All is measured in one run, on one thread unless said, float32. The contenders take turns (A, B, C, A, B,
C, …), so that another load on the machine slows all of them; the ratios compare neighbours in time. Each has
its input in the memory format that it likes, and all results are compared with torch's before the clock runs.
"""

from __future__ import annotations

import ctypes
import os
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import click
import numpy as np
import torch
from machine import describe, write_results
from rich.console import Console
from rich.table import Table
from scipy import ndimage
from threadpoolctl import threadpool_limits
from torch.nn import functional

from kernelwise.convolution import conv2d, conv2d_loops
from kernelwise.gradients import conv2d_gradients
from kernelwise.pooling import average_pool2d, max_pool2d

Array = np.ndarray[Any, np.dtype[Any]]
Run = Callable[[], Any]

OURS, TORCH, LAST = "kernelwise", "torch", "torch channels_last"
TORCH_2, LAST_2 = "torch, 2 threads", "torch channels_last, 2 threads"
EAGER, GRAPH, SCIPY, LOOPS = "Keras eager", "Keras tf.function", "scipy", "kernelwise loops"
CONTENDERS = [OURS, TORCH, LAST, TORCH_2, LAST_2, EAGER, GRAPH, SCIPY, LOOPS]
SLOW, SLOW_ROUNDS = {SCIPY, LOOPS}, 3  # these take part in the first rounds only


@dataclass(frozen=True)
class Case:
    """One row of the table: what each contender runs; the loops do one of so many images."""

    name: str
    runs: dict[str, Run]
    images: int = 1
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def measure(self, rounds: int) -> None:
        """Let all on one thread take turns, then torch on two: its idle threads would disturb the others."""
        two = [name for name in (TORCH_2, LAST_2) if name in self.runs]
        for threads, names in ((1, [name for name in self.runs if name not in two]), (2, two)):
            torch.set_num_threads(threads)
            for number in range(rounds):
                for name in names:
                    if name not in SLOW or number < SLOW_ROUNDS:
                        self.seconds.setdefault(name, []).append(self._timed(name))

    def _timed(self, name: str) -> float:
        """Return the seconds of one call; a call before it, not timed, gets caches and memory ready."""
        if name not in SLOW:
            self.runs[name]()
        start = time.perf_counter()
        self.runs[name]()
        return (time.perf_counter() - start) * (self.images if name == LOOPS else 1)

    def ratio(self, name: str) -> str:
        """Return how long kernelwise takes in units of another's time: the median over the rounds."""
        pairs = zip(self.seconds[OURS], self.seconds[name], strict=True)
        return f"{statistics.median(ours / theirs for ours, theirs in pairs):.2f}"

    def row(self) -> list[str]:
        """Return the row: median and minimum in ms of each contender, and the ratios."""
        cells = [_milliseconds(self.seconds.get(name)) for name in CONTENDERS]
        return [self.name, *cells, self.ratio(TORCH), self.ratio(LAST)]


def convolution(
    name: str, x_shape: tuple[int, ...], kernel_shape: tuple[int, ...], stride: int, padding: int
) -> Case:
    """Prepare a convolution for all."""
    x, kernel = _normal(*x_shape), _normal(*kernel_shape)
    runs = {OURS: lambda: conv2d(x, kernel, stride=stride, padding=padding)}
    runs |= _torch_runs(partial(functional.conv2d, stride=stride, padding=padding), x, kernel)
    runs[SCIPY] = lambda: _scipy_correlate(x, kernel, stride)
    check(runs)
    # With a stride, Keras's "same" begins at another pixel than padding on all sides: same work, own check.
    keras_runs = _keras_runs(_keras_convolution(kernel, stride), x)
    check({OURS: lambda: conv2d(x, kernel, stride=stride, padding="same"), **keras_runs})
    return Case(name, runs | keras_runs)


def with_loops(case: Case, x_shape: tuple[int, ...], kernel_shape: tuple[int, ...], padding: int) -> Case:
    """Add the readable loops to a case; they are so slow that one image stands for all."""
    x, kernel = _normal(1, *x_shape[1:]), _normal(*kernel_shape)
    loops = {LOOPS: lambda: conv2d_loops(x, kernel, padding=padding)}
    check({OURS: lambda: conv2d(x, kernel, padding=padding), **loops})
    return Case(case.name, case.runs | loops, images=x_shape[0])


def backward(name: str, x_shape: tuple[int, ...], kernel_shape: tuple[int, ...]) -> Case:
    """Prepare the backward pass of a convolution with "same" padding; its forward pass is not timed."""
    x, kernel, padding = _normal(*x_shape), _normal(*kernel_shape), kernel_shape[2] // 2
    dy = _normal(x_shape[0], kernel_shape[0], *x_shape[2:])

    def gradients(x: torch.Tensor, kernel: torch.Tensor, dy: torch.Tensor) -> Run:
        """Go forward, and return what goes backward."""
        inputs = [x.requires_grad_(), kernel.requires_grad_(), torch.zeros(len(kernel), requires_grad=True)]
        y = functional.conv2d(*inputs, padding=padding)
        return lambda: torch.autograd.grad(y, inputs, dy, retain_graph=True)

    one, last = (
        gradients(*(torch.tensor(a).contiguous(memory_format=layout) for a in (x, kernel, dy)))
        for layout in (torch.contiguous_format, torch.channels_last)
    )
    runs = {OURS: lambda: conv2d_gradients(x, kernel, dy, padding=padding)}
    runs |= {TORCH: one, LAST: last, TORCH_2: one, LAST_2: last}
    for part in range(3):  # ∂L/∂x, ∂L/∂kernel, ∂L/∂bias
        check({who: lambda run=run: run()[part] for who, run in runs.items()})  # type: ignore[misc] # noqa: B023
    return Case(name, runs)


def pooling(name: str, largest: bool, x_shape: tuple[int, ...], size: int) -> Case:
    """Prepare a pooling without gaps or overlap for all."""
    x = _normal(*x_shape)
    ours, theirs, layer, filtered = (
        (max_pool2d, functional.max_pool2d, "MaxPooling2D", ndimage.maximum_filter)
        if largest
        else (average_pool2d, functional.avg_pool2d, "AveragePooling2D", ndimage.uniform_filter)
    )
    # scipy's filter has every window, overlapping; its first whole one ends at pixel size − 1.
    step = slice(size // 2, None, size)
    runs = {
        OURS: lambda: ours(x, size),
        **_torch_runs(partial(theirs, kernel_size=size), x),
        **_keras_runs(getattr(_keras().layers, layer)(size), x),
        SCIPY: lambda: filtered(x, (1, 1, size, size))[:, :, step, step],
    }
    check(runs)
    return Case(name, runs)


def check(runs: dict[str, Run]) -> None:
    """Refuse to time a contender whose result is another than kernelwise's, but for rounding."""
    expected = runs[OURS]()
    for name, run in runs.items():
        y = np.asarray(run())
        y = y.transpose(0, 3, 1, 2) if name in (EAGER, GRAPH) else y
        np.testing.assert_allclose(y, expected, rtol=0, atol=1e-4 * abs(expected).max(), err_msg=name)


def cases() -> list[Case]:
    """Return the rows of the table."""
    main, kernel, features = (32, 3, 64, 64), (16, 3, 3, 3), (32, 16, 64, 64)
    first = convolution("conv 3→16, 3×3, 32 × 64² (main case)", main, kernel, 1, 1)
    return [
        with_loops(first, main, kernel, 1),
        convolution("conv 1→32, 5×5, 8 × 128² (tracks, first layer)", (8, 1, 128, 128), (32, 1, 5, 5), 1, 2),
        convolution("conv 32→64, 3×3, 8 × 64²", (8, 32, 64, 64), (64, 32, 3, 3), 1, 1),
        convolution("conv 1→32, 3×3, 64 × 28² (digits)", (64, 1, 28, 28), (32, 1, 3, 3), 1, 1),
        convolution("conv 256→256, 3×3, 8 × 7² (deep, tiny)", (8, 256, 7, 7), (256, 256, 3, 3), 1, 1),
        convolution("main case with stride 2", main, kernel, 2, 1),
        backward("main case, backward pass", main, kernel),
        pooling("max-pool 2×2, 32 × 16 × 64²", True, features, 2),
        pooling("average-pool 2×2, 32 × 16 × 64²", False, features, 2),
        pooling("max-pool 3×3, 32 × 16 × 64²", True, features, 3),
    ]


def keep_memory() -> None:
    """Tell glibc to keep freed memory: else one contender or another pays for fresh pages, by chance."""
    with suppress(OSError, AttributeError):  # other systems have no such switch
        mallopt = ctypes.CDLL("libc.so.6").mallopt
        mallopt(-1, 2**30)  # M_TRIM_THRESHOLD, bytes
        mallopt(-3, 2**25)  # M_MMAP_THRESHOLD, bytes; the most that is allowed


def _normal(*shape: int) -> Array:
    """Draw normal numbers in single precision."""
    return np.random.default_rng(0).standard_normal(shape, dtype=np.float32)


def _torch_runs(function: Callable[..., torch.Tensor], *arrays: Array) -> dict[str, Run]:
    """Return torch's function in both memory formats; the threads are set when it is timed."""

    def run(tensors: list[torch.Tensor]) -> torch.Tensor:
        with torch.inference_mode():
            return function(*tensors)

    default = partial(run, [torch.from_numpy(array) for array in arrays])
    last = partial(run, [torch.from_numpy(a).contiguous(memory_format=torch.channels_last) for a in arrays])
    return {TORCH: default, LAST: last, TORCH_2: default, LAST_2: last}


def _keras() -> Any:
    """Import Keras, on TensorFlow with one thread."""
    os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    import keras
    import tensorflow as tf

    if tf.config.threading.get_intra_op_parallelism_threads() != 1:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    return keras


def _keras_convolution(kernel: Array, stride: int) -> Any:
    """Return Keras's layer with this kernel."""
    layer = _keras().layers.Conv2D(
        len(kernel), kernel.shape[2:], strides=stride, padding="same", use_bias=False
    )
    layer.build((None, None, None, kernel.shape[1]))
    layer.set_weights([kernel.transpose(2, 3, 1, 0)])
    return layer


def _keras_runs(layer: Any, x: Array) -> dict[str, Run]:
    """Return a layer called as it is, and compiled; images are (n, h, w, c), as Keras likes them."""
    import tensorflow as tf

    images = tf.constant(x.transpose(0, 2, 3, 1))
    compiled = tf.function(layer)
    return {EAGER: lambda: layer(images).numpy(), GRAPH: lambda: compiled(images).numpy()}


def _scipy_correlate(x: Array, kernel: Array, stride: int) -> Array:
    """Convolve by scipy, one channel after the other: it knows neither banks of kernels nor strides."""
    y = np.zeros((len(kernel), len(x), *x.shape[2:]), x.dtype)
    for o, c in np.ndindex(kernel.shape[:2]):
        y[o] += ndimage.correlate(x[:, c], kernel[o, c][None], mode="constant")
    return y.swapaxes(0, 1)[:, :, ::stride, ::stride]


def _milliseconds(seconds: list[float] | None) -> str:
    """Write median and minimum with the three digits that mean something."""
    if seconds is None:
        return "–"
    return " / ".join(f"{float(f'{1000 * s:.3g}'):g}" for s in (statistics.median(seconds), min(seconds)))


HEADER = ["ms (median / minimum)", *CONTENDERS, f"{OURS} ÷ {TORCH}", f"{OURS} ÷ {LAST}"]
NOTES = [
    "float32, one thread unless said; the contenders took turns, each timed call after an untimed one.",
    "The ratios are medians over the rounds; below 1 kernelwise is faster, above 1 the other one is.",
    "torch alone means its default memory format, NCHW, which kernelwise and its readers use; channels_last "
    "(NHWC) input is what its kernels like best, and what Keras has always.",
    "torch on two threads was timed after the others, and is slow where another process had the second core.",
    "scipy: `ndimage.correlate`, one call for each pair of channels, faster in the main case than "
    "`signal.correlate`, and the filters of `ndimage` for pooling. It knows no stride and computes every "
    "pixel. Three rounds only.",
    "kernelwise loops: `conv2d_loops` of one image, times 32 for the batch. Three rounds only.",
    "Memory that was freed stays with the process, for all. Fresh memory costs a result of 8 MB another 4 ms "
    "here, whoever asks for it, and when that happens is up to the history of the process.",
    "32→64 channels: nearly all is the matrix product, where torch's library is faster than OpenBLAS. "
    "7×7 pixels: kernelwise makes a matrix product of each row, and seven pixels are too few for one.",
    "The backward pass is the gradients of images, kernels and bias, without the forward pass before it.",
]


@click.command(help=__doc__.splitlines()[0])
@click.option("--rounds", default=25, show_default=True)
def main(rounds: int) -> None:
    """Print the table and write it down."""
    keep_memory()
    with threadpool_limits(1):
        measured = cases()
        for case in measured:
            case.measure(rounds)
    rows = [case.row() for case in measured]
    console = Console()
    for name, *cells in rows:  # upright, since a terminal is narrow
        table = Table("who", "ms (median / minimum)", title=name)
        for what, cell in zip(HEADER[1:], cells, strict=True):
            table.add_row(what, cell)
        console.print(table)
    console.print(", ".join(f"{what} {value}" for what, value in describe().items()))
    write_results("numerics", "Convolution and pooling", HEADER, rows, NOTES)


if __name__ == "__main__":
    main()
