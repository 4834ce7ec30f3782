"""A spectrometer: charged particles bend in a magnetic field and leave one hit in each detector plane.

A particle enters at x = 0, nearly along x, and runs on a circle of radius R = p_T/(0.3 B) through planes
x = constant, which measure its height y. An image shows the hits of ten particles; the question is whether
one of them is straighter, of high momentum. Row 0 of an image is y = 0: plot it with origin="lower".

Turned upside down, an image is one that could have been drawn: charges change sign. Mirrored left to right,
it could not: the arcs are still arcs of the same momenta, but those tracks would enter at large angles, by
tens of degrees, and leave nearly along x.
"""

from dataclasses import dataclass, fields
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array, interval, quantity, whole_number

BENDING = 0.3  # GeV/(T m): p_T = 0.3 B R for charge 1 (0.2998, the speed of light in 10⁹ m/s)


def _positive(name: str, value: ArrayLike, unit: str) -> Any:
    """Check that a physical quantity, a number or an array, is above 0 everywhere."""
    array = np.asarray(value, dtype=np.float64)
    if not (np.isfinite(array) & (array > 0)).all():
        raise ValueError(f"{name} must be above 0 {unit}, got {value!r}")
    return array[()]


def radius(momentum: ArrayLike, field: float = 2.0) -> Any:
    """Return the radius on which a particle of charge 1 runs.

    R = p_T/(0.3 B), p_T in GeV, B in T, R in m

    Args:
        momentum: p_T, GeV, above 0; a number or any array.
        field: B, T, above 0.
    Returns:
        R, m, in the shape of momentum.
    Raises:
        ValueError: momentum or field is not above 0.
    Source: Particle Data Group, "Kinematics" (curvature of tracks); 0.3 stands for 0.2998.
    Example:
        >>> round(float(radius(0.6)), 6)
        1.0
    """
    return _positive("momentum", momentum, "GeV") / (BENDING * _positive("field", field, "T"))


def sagitta(momentum: ArrayLike, field: float = 2.0, length: float = 1.0) -> Any:
    """Return how far the middle of an arc lies from its chord, for small angles.

    s = L²/(8 R) = 0.3 B L²/(8 p_T); exactly, for a chord L: s = R − √(R² − L²/4)

    The approximation is too small by the fraction L²/(16 R²) or so: 0.6 % at 2 GeV, 0.02 % at 10 GeV, but
    7 % at 0.6 GeV (2 T, 1 m).

    Args:
        momentum: p_T, GeV, above 0; a number or any array.
        field: B, T, above 0.
        length: L, m, above 0.
    Returns:
        s, m, in the shape of momentum.
    Raises:
        ValueError: momentum, field or length is not above 0.
    Source: Particle Data Group, "Particle Detectors at Accelerators" (momentum measurement).
    Example:
        >>> 1000 * sagitta(np.array([2.0, 10.0]))  # mm
        array([37.5,  7.5])
    """
    return _positive("length", length, "m") ** 2 / (8 * radius(momentum, field))


@dataclass(frozen=True)
class Spectrometer:
    """What is built and what is drawn; the window is a square, 0 ≤ x, y ≤ length.

    R = p_T/(0.3 B); tracks that leave the window or turn back before the last plane are drawn again, with
    their momentum and charge kept. What cannot be built, or is so curved that fewer than 1 in 100 tracks
    cross all planes, is a ValueError.

    Args:
        field: B, T, along the axis that is not drawn.
        length: between the first and the last plane, and height of the window, m.
        planes: equidistant, with the first at x = 0.
        tracks: in an image.
        low: range of the uniform p_T of ordinary tracks, GeV.
        high: range of the log-uniform p_T of the high-momentum track, GeV.
        resolution: standard deviation of a measured height, m.
        angle: standard deviation of the normal angle to x at the entrance, rad.
        margin: true heights keep this distance from the window's edges, at least 6 resolutions, m.
        spot: standard deviation of the Gaussian spot of a hit, in pixels of a 128×128 image.
    """

    field: float = 2.0
    length: float = 1.0
    planes: int = 16
    tracks: int = 10
    low: tuple[float, float] = (0.6, 1.5)
    high: tuple[float, float] = (5.0, 20.0)
    resolution: float = 1e-3
    angle: float = 0.10
    margin: float = 0.02
    spot: float = 0.75

    def __post_init__(self) -> None:
        """Check the parameters, and that tracks can be drawn at all."""
        length = quantity("length", self.length, 0.1, 10, "m")
        low = interval("low", self.low, 0.01, 1000, "GeV")
        margin = quantity("margin", self.margin, 0, length / 4, "m")
        checked = {
            "field": quantity("field", self.field, 0.01, 10, "T"),
            "length": length,
            "planes": whole_number("planes", self.planes, 3, 64),
            "tracks": whole_number("tracks", self.tracks, 1, 100),
            "low": low,
            "high": interval("high", self.high, low[1], 1000, "GeV"),
            "resolution": quantity("resolution", self.resolution, 0, margin / 6, "m"),
            "angle": quantity("angle", self.angle, 0, 0.3, "rad"),
            "margin": margin,
            "spot": quantity("spot", self.spot, 0.3, 3, "pixels"),
        }
        for field in fields(self):
            object.__setattr__(self, field.name, checked[field.name])
        accepted = self._share_accepted(low[0])
        if accepted < 0.01:
            raise ValueError(
                f"low[0] = {low[0]:g} GeV bends so much in {self.field:g} T over {length:g} m (R = "
                f"{radius(low[0], self.field):.3g} m) that {accepted:.1%} of such tracks cross all planes, "
                "and at least 1% must: allow more momentum, a weaker field or a shorter length"
            )

    @property
    def plane_positions(self) -> Array:
        """The planes' x, m, (planes,)."""
        return np.linspace(0, self.length, self.planes)

    def arcs(self, sine: Array, curvature: Array) -> tuple[Array, Array]:
        """Follow circles through the planes.

        sin θ(x) = sin θ₀ + x·k,  y(x) − y(0) = x·(sin θ₀ + sin θ)/(cos θ₀ + cos θ): the chord of an arc
        points along the mean of its two directions.

        Args:
            sine: (m,). sin θ₀ at the entrance.
            curvature: (m,), 1/m. k = ±1/R, positive towards larger y.
        Returns:
            Heights above the entrance, (m, planes), m; and (m,) bool, whether an arc reaches the last plane
            before it turns back.
        """
        sines = sine[:, None] + curvature[:, None] * self.plane_positions
        cosines = np.sqrt(np.maximum(1 - sines**2, 0))
        slopes = (sines[:, :1] + sines) / (cosines[:, :1] + cosines)
        return self.plane_positions * slopes, np.abs(sines[:, -1]) < 1

    def _share_accepted(self, momentum: float) -> float:
        """Share of the tracks of one momentum that cross all planes inside the window."""
        shares = (np.arange(200) + 0.5) / 200
        angles = np.array([NormalDist().inv_cdf(share) for share in shares]) * self.angle
        arcs, through = self.arcs(np.sin(angles), np.full(len(angles), 1 / radius(momentum, self.field)))
        room = self.length - 2 * self.margin
        return float((through * np.maximum(1 - np.ptp(arcs, axis=1) / room, 0)).mean())


class Hits(NamedTuple):
    """The tracks of n images: what is measured, and the truth."""

    labels: Array  # (n,) uint8. 1: one of the tracks is of high momentum
    hits: Array  # (n, tracks, planes) float64, m. Measured heights
    truth: Array  # (n, tracks, planes) float64, m. True heights
    momenta: Array  # (n, tracks) float64, GeV. Transverse momentum p_T
    charges: Array  # (n, tracks) int8. +1 bends towards larger y, −1 towards smaller


class Tracks(NamedTuple):
    """n images and all that Hits has."""

    images: Array  # (n, size, size) uint8. Rows are y, upwards; columns x
    labels: Array  # as in Hits, all five
    hits: Array
    truth: Array
    momenta: Array
    charges: Array


SPECTROMETER = Spectrometer()


def draw_hits(n: int, seed: int, *, spectrometer: Spectrometer = SPECTROMETER) -> Hits:
    """Draw n images' worth of tracks without the images.

    sin θ(x) = sin θ₀ ± x/R,  y(x) = y₀ + x·(sin θ₀ + sin θ)/(cos θ₀ + cos θ),  hit = y + N(0, resolution)

    θ₀ is normal with standard deviation angle, y₀ uniform, the sign random. Half of the images, to within
    one, have one track of high momentum, at a random place among the others: an image is a set of tracks.

    Args:
        n: images, at least 1.
        seed: whole number of at least 0; the same seed gives the same bytes.
        spectrometer: what is built and drawn.
    Returns:
        Hits: labels, hits, truth, momenta, charges.
    Raises:
        ValueError: n or seed is wrong.
    Source: an arc's chord points along the mean of its two directions.
    Example:
        >>> draw_hits(4, seed=1).hits.shape
        (4, 10, 16)
    """
    n, rng = whole_number("n", n, 1), np.random.default_rng(whole_number("seed", seed, 0))
    shape = (n, spectrometer.tracks)
    labels = rng.permutation(np.arange(n, dtype=np.uint8) % 2)
    low, high = spectrometer.low, np.log(spectrometer.high)
    momenta = rng.uniform(low[0], low[1], shape)
    straight = np.flatnonzero(labels)
    logarithms = rng.uniform(high[0], high[1], len(straight))
    momenta[straight, rng.integers(spectrometer.tracks, size=len(straight))] = np.exp(logarithms)
    charges = rng.choice(np.array([-1, 1], np.int8), shape)
    truth = _draw_heights(charges / radius(momenta, spectrometer.field), rng, spectrometer)
    hits = truth + rng.normal(0, spectrometer.resolution, truth.shape)
    return Hits(labels, hits, truth, momenta, charges)


def draw_tracks(
    n: int, seed: int, *, size: int = 128, spectrometer: Spectrometer = SPECTROMETER, chunk: int = 50
) -> Tracks:
    """Draw n images of tracks; the same seed shows the same hits at every size.

    images = render_hits(hits),  with hits as in draw_hits

    Memory: the result, size² bytes an image and 2.7 kB for its tracks, and beside it about 12 bytes for each
    pixel of one chunk: 190 MB for 10,000 images at 128², 2.7 GB at 512².

    Args:
        n: images, at least 1.
        seed: whole number of at least 0; the same seed gives the same bytes, for any chunk.
        size: pixels along each side, at least 4 a plane.
        spectrometer: what is built and drawn.
        chunk: images rendered at a time, at least 1.
    Returns:
        Tracks: images, labels, hits, truth, momenta, charges. Row 0 is y = 0: plot with origin="lower".
    Raises:
        ValueError: n, seed, size or chunk is wrong.
    Source: after the deck's example of a spectrometer.
    Example:
        >>> tracks = draw_tracks(4, seed=1)
        >>> tracks.images.shape, int(tracks.labels.sum())
        ((4, 128, 128), 2)
    """
    drawn = draw_hits(n, seed, spectrometer=spectrometer)
    return Tracks(render_hits(drawn.hits, size=size, spectrometer=spectrometer, chunk=chunk), *drawn)


def render_hits(
    hits: ArrayLike, *, size: int = 128, spectrometer: Spectrometer = SPECTROMETER, chunk: int = 50
) -> Array:
    """Draw hits into images, each as a Gaussian spot at its exact place, between the pixels' centres too.

    I(r, c) = 255·min(1, Σ_tracks exp(−(r−r_hit)²/2σ²))·exp(−(c−c_plane)²/2σ²),  σ = spot·size/128

    Pixel r covers heights from r to r+1 in units of length/size: r_hit = y·size/length − ½. Plane i stands in
    the middle of its strip of size/planes columns: c_plane = (i+½)·size/planes − ½.

    Args:
        hits: (n, tracks, planes), m. Heights inside the window; any number of tracks.
        size: pixels along each side, at least 4 a plane.
        spectrometer: gives length, planes and spot.
        chunk: images drawn at a time, at least 1; it bounds the memory, about 12 bytes a pixel of the chunk.
    Returns:
        (n, size, size) uint8. Row 0 is y = 0: plot with origin="lower".
    Raises:
        ValueError: hits has another shape or leaves the window, or size or chunk is wrong.
    Example:
        >>> int(render_hits(np.full((1, 1, 16), 0.5)).max())
        164
    """
    hits, planes = np.asarray(hits, dtype=np.float64), spectrometer.planes
    size, chunk = whole_number("size", size, 4 * planes, 4096), whole_number("chunk", chunk, 1)
    if hits.ndim != 3 or hits.shape[2] != planes:
        raise ValueError(f"hits must have the shape (n, tracks, {planes}), got {hits.shape}")
    if not ((hits >= 0) & (hits <= spectrometer.length)).all():
        raise ValueError(f"hits must lie inside the window, from 0 to {spectrometer.length:g} m")
    spot = spectrometer.spot * size / 128
    columns = np.arange(size)
    plane = columns * planes // size  # the plane in whose strip a column lies
    across = 255 * np.exp(-0.5 * (((columns + 0.5) - (plane + 0.5) * size / planes) / spot) ** 2)
    images = np.empty((len(hits), size, size), np.uint8)
    for first in range(0, len(hits), chunk):
        rows = hits[first : first + chunk] * (size / spectrometer.length) - 0.5
        along = _profiles(rows, size, spot)
        pixels = np.take(along, plane, axis=2)
        pixels *= across.astype(np.float32)
        np.rint(pixels, out=images[first : first + chunk], casting="unsafe")
    return images


def resize_images(images: ArrayLike, size: int) -> Array:
    """Make images smaller by a whole factor, as the deck does from 512² to 128².

    y[i, j] = mean of the f×f pixels x[i·f … i·f+f−1, j·f … j·f+f−1],  f = h/size

    Args:
        images: (n, h, h) uint8. Square images.
        size: pixels along each side of the result; divides h.
    Returns:
        (n, size, size) uint8, rounded to the nearest, a half to the even number.
    Raises:
        ValueError: images are not (n, h, h) uint8, or size does not divide h.
    Source: area averaging, as INTER_AREA of OpenCV.
    Example:
        >>> resize_images(np.array([[[0, 4], [8, 12]]], np.uint8), 1).tolist()
        [[[6]]]
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1] != images.shape[2]:
        raise ValueError(f"images must be (n, h, h) uint8, got {images.shape} {images.dtype}")
    h, size = images.shape[1], whole_number("size", size, 1)
    if h % size:
        raise ValueError(f"size must divide the images' {h} pixels, got {size}")
    factor = h // size
    out = np.empty((len(images), size, size), np.uint8)
    for image, small in zip(images, out, strict=True):  # one at a time: sums need four bytes a pixel
        rows = image.reshape(size, factor, h).sum(axis=1, dtype=np.uint32)
        sums = rows.reshape(size, size, factor).sum(axis=2)
        np.rint(sums / factor**2, out=small, casting="unsafe")
    return out


def _draw_heights(curvature: Array, rng: np.random.Generator, spectrometer: Spectrometer) -> Array:
    """Draw entrances until every arc crosses all planes inside the window; (n, tracks, planes), m."""
    low, high = spectrometer.margin, spectrometer.length - spectrometer.margin
    heights = np.empty((curvature.size, spectrometer.planes))
    todo = np.arange(curvature.size)
    while len(todo):
        entrance = rng.uniform(low, high, len(todo))
        sine = np.sin(rng.normal(0, spectrometer.angle, len(todo)))
        arcs, good = spectrometer.arcs(sine, curvature.ravel()[todo])
        arcs += entrance[:, None]
        good &= (arcs.min(axis=1) >= low) & (arcs.max(axis=1) <= high)
        heights[todo[good]] = arcs[good]
        todo = todo[~good]
    return heights.reshape(*curvature.shape, spectrometer.planes)


def _profiles(rows: Array, size: int, spot: float) -> Array:
    """Sum the spots' profiles along y for each plane and cap them at 1; (n, size, planes) float32."""
    n, _, planes = rows.shape
    reach = int(np.ceil(3 * spot))  # a spot ends where it is below 255·exp(−9/2) = 3 counts
    offsets = np.arange(-reach, reach + 1)
    nearest = np.rint(rows).astype(np.intp)
    heights = np.exp(-0.5 * ((nearest - rows)[..., None] + offsets) ** 2 / spot**2)
    # One histogram, with reach rows beside the image for spots at its edges.
    padded = size + 2 * reach + 1
    image = np.arange(n)[:, None, None] * padded
    bins = (image + nearest + reach) * planes + np.arange(planes)
    bins = bins[..., None] + offsets * planes
    sums = np.bincount(bins.ravel(), heights.ravel(), n * padded * planes).reshape(n, padded, planes)
    return np.minimum(sums[:, reach : reach + size], 1).astype(np.float32)
