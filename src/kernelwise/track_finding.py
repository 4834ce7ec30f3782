"""Classical track finding: what the textbook's methods reach on the images of kernelwise.data.tracks.

From knowing most to knowing least: fit_circle is told which hits belong together, follow_arcs has the hits
alone, hough_arcs and hough_lines have the image alone, as a network does. Each gives a score, larger for an
image with a track of high momentum; best_threshold turns it into a decision, on other images than those that
are then judged. Fraction of images judged rightly (2,000 for hough_arcs, whose brightness cap was chosen on
others; else 4,000), with the binomial error, threshold from as many others; images/s on one core:

    fit_circle, true association    1.0000             150,000
    follow_arcs                     0.9998 ± 0.0002    10,000
    hough_arcs                      0.9945 ± 0.0017    1,100
    hough_arcs, curvatures=[0]      0.955 ± 0.003      3,300 (both cores busy)
    hough_lines                     0.917 ± 0.004      11,000

A circle fit's score is −min |k| over an image's tracks. hough_arcs hardly ever misses a straight track: what
it gets wrong are hits of several soft tracks that happen to lie in line.
"""

import numpy as np
from numpy.typing import ArrayLike

from kernelwise.arguments import Array, quantity, whole_number
from kernelwise.data.tracks import BENDING, SPECTROMETER, Spectrometer

_ROWS = 128  # heights and slopes that the Hough transforms tell apart, at any size of the images
_STEEPEST = 0.5  # largest slope at x = L/2; that of straight tracks is 0 ± 0.12 or so
_FULL = 0.8  # of a lone hit's brightness: reached half a row of a 128² image beside it, between two pixels
_IMAGES_AT_ONCE = 64  # their sums stay in the processor's cache


def fit_circle(heights: ArrayLike, positions: ArrayLike) -> Array:
    """Fit circles to tracks and return their signed curvature, all tracks at once.

    k = ±1/R from the least squares of y' = a + b·x' + c·(x'² + y'²):  k = 2c/√(1 + b² − 4ac)

    The equation is that of a circle for every c, and of a straight line for c = 0. x' runs along the track's
    straight-line fit, so that all errors lie nearly along y'. p_T = 0.3 B/|k|; at high momentum, N planes
    that measure to σ give the error of curvature_error.

    Args:
        heights: (…, planes), m. Hits of one track in the last axis, at least 3.
        positions: (planes,), m. The planes' x, all different; spectrometer.plane_positions.
    Returns:
        (…,) 1/m, positive if the track bends towards larger y.
    Raises:
        ValueError: positions is no vector of at least 3 different numbers, or heights does not fit to it.
    Source: linear circle fits: Kåsa 1976, IEEE Trans. Instrum. Meas. IM-25, 8; here normalised so that
        straight tracks are allowed.
    Example:
        >>> x = np.linspace(-0.5, 0.5, 16)
        >>> round(float(fit_circle(2 - np.sqrt(4 - x**2), x)), 6)  # R = 2 m
        0.5
    """
    heights, x = np.asarray(heights, dtype=np.float64), np.asarray(positions, dtype=np.float64)
    if x.ndim != 1 or len(np.unique(x)) != x.size or x.size < 3:
        raise ValueError(f"positions must be at least 3 different numbers in one axis, got {positions!r}")
    if heights.ndim == 0 or heights.shape[-1] != x.size:
        raise ValueError(f"heights must have {x.size} planes in its last axis, got the shape {heights.shape}")
    x, y = x - x.mean(), heights - heights.mean(axis=-1, keepdims=True)
    slope = (y @ x / (x @ x))[..., None]
    cosine = 1 / np.sqrt(1 + slope**2)
    along, across = (x + slope * y) * cosine, (y - slope * x) * cosine
    square = along**2 + across**2
    mean = square.mean(axis=-1, keepdims=True)
    xx, xq, qq = (along**2).sum(-1), (along * square).sum(-1), ((square - mean) ** 2).sum(-1)
    xy, qy = (along * across).sum(-1), (square * across).sum(-1)
    determinant = xx * qq - xq**2
    b, c = (qq * xy - xq * qy) / determinant, (xx * qy - xq * xy) / determinant
    a = -c * mean[..., 0]  # x' and y' have zero mean
    return 2 * c / np.sqrt(1 + b**2 - 4 * a * c)


def curvature_error(resolution: float, length: float, planes: int) -> float:
    """Return the standard deviation of a fitted curvature, for a nearly straight track.

    σ_k = σ/L²·√(720 (N−1)³/((N−2)N(N+1)(N+2))) ≈ σ/L²·√(720/(N+4)),  σ(1/p_T) = σ_k/(0.3 B)

    Args:
        resolution: σ of each height, m, at least 0.
        length: L from the first to the last plane, m, above 0.
        planes: N equidistant ones, at least 3.
    Returns:
        σ_k, 1/m.
    Raises:
        ValueError: resolution, length or planes is out of range.
    Source: Gluckstern 1963, Nucl. Instrum. Methods 24, 381, doi:10.1016/0029-554X(63)90347-1.
    Example:
        >>> round(curvature_error(1e-3, 1.0, 16), 5)  # in 2 T: 0.0099/GeV, 10 % of 1/p_T at 10 GeV
        0.00595
    """
    resolution = quantity("resolution", resolution, 0, np.inf, "m")
    length = quantity("length", length, 1e-9, np.inf, "m")
    n = whole_number("planes", planes, 3)
    return float(resolution / length**2 * np.sqrt(720 * (n - 1) ** 3 / ((n - 2) * n * (n + 1) * (n + 2))))


def follow_arcs(
    hits: ArrayLike,
    *,
    momentum: float = 4.0,
    tolerance: float = 5e-3,
    spectrometer: Spectrometer = SPECTROMETER,
    chunk: int = 50,
) -> Array:
    """Score hits of unknown association: a curve through three hits, followed through the other planes.

    score = max over (hit in the first, middle, last plane) with 0.3 B/|k| ≥ momentum of the number of planes
    with a hit within tolerance of the parabola through the three

    Args:
        hits: (n, tracks, planes), m. The order of the hits in a plane does not matter.
        momentum: smallest p_T of a curve that is followed, GeV.
        tolerance: largest distance of a hit, m; 5 resolutions by default, as the three hits err too.
        spectrometer: gives field and planes.
        chunk: images at a time; it bounds the memory, some 0.2 MB an image of the chunk.
    Returns:
        (n,) int64, the planes hit, 3 to planes; 0 where no curve is straight enough.
    Raises:
        ValueError: hits is not (n, tracks, planes), or momentum, tolerance or chunk is out of range.
    Source: combinatorial track following: Frühwirth & Strandlie 2021, "Pattern Recognition, Tracking and
        Vertex Reconstruction in Particle Detectors", doi:10.1007/978-3-030-65771-0.
    Example:
        >>> follow_arcs(np.full((1, 1, 16), 0.5)).tolist()
        [16]
    """
    hits, chunk = np.asarray(hits, dtype=np.float64), whole_number("chunk", chunk, 1)
    if hits.ndim != 3 or hits.shape[2] != spectrometer.planes:
        raise ValueError(f"hits must have the shape (n, tracks, {spectrometer.planes}), got {hits.shape}")
    largest = BENDING * spectrometer.field / quantity("momentum", momentum, 0.01, 1000, "GeV")
    tolerance = quantity("tolerance", tolerance, 0, spectrometer.length, "m")
    scores = np.zeros(len(hits), np.int64)
    for start in range(0, len(hits), chunk):
        some = hits[start : start + chunk]
        image, curves = _curves(some, largest, spectrometer.plane_positions)
        distances = np.abs(some[image] - curves[:, None]).min(axis=1)
        np.maximum.at(scores, start + image, (distances <= tolerance).sum(axis=1))
    return scores


def hough_lines(images: ArrayLike, *, spectrometer: Spectrometer = SPECTROMETER) -> Array:
    """Score images by the straight line that passes the most planes' hits: the Hough transform.

    score = max over lines y = y₀ + s·(x − L/2) of the number of planes that are bright there

    Bright is 0.4 of a lone hit's brightness or more: one row up or down at 128². 128 heights times 129 slopes
    from −0.5 to 0.5.

    Args:
        images: (n, size, size) uint8, row 0 at y = 0, as of draw_tracks.
        spectrometer: gives planes and spot.
    Returns:
        (n,) float64, planes, 0 to planes.
    Raises:
        ValueError: images are not (n, size, size) uint8 with at least 4 columns a plane.
    Source: Hough 1962, US patent 3,069,654, made for bubble-chamber tracks; with slopes as here.
    Example:
        >>> from kernelwise.data.tracks import render_hits
        >>> hough_lines(render_hits(np.full((1, 1, 16), 0.5))).tolist()
        [16.0]
    """
    shifts = _shifts(np.zeros(1), _ROWS, spectrometer)
    return _highest(images, shifts, _ROWS, 1, spectrometer)


def hough_arcs(
    images: ArrayLike, *, curvatures: ArrayLike | None = None, spectrometer: Spectrometer = SPECTROMETER
) -> Array:
    """Score images by the nearly straight arc along which the planes are brightest.

    score = max over y₀, s, k of Σ_planes brightness at y₀ + s·x' + ½k(1+s²)^{3/2}·x'²,  x' = x − L/2

    The brightness itself is summed, a matched filter: 1 up to half a row of a 128² image beside a hit, 0.5
    one row away. 256 heights times 129 slopes from −0.5 to 0.5 times 9 curvatures; curvatures=[0] are lines.

    Args:
        images: (n, size, size) uint8, row 0 at y = 0, as of draw_tracks.
        curvatures: (m,), 1/m. None: 9 from −k to k, k that of the smallest high momentum.
        spectrometer: gives field, planes, spot and high.
    Returns:
        (n,) float64, planes, 0 to planes.
    Raises:
        ValueError: images are not (n, size, size) uint8 with at least 4 columns a plane, or curvatures is no
            vector of finite numbers.
    Source: Hough 1962, US patent 3,069,654; curves: Duda & Hart 1972, doi:10.1145/361237.361242.
    Example:
        >>> from kernelwise.data.tracks import render_hits
        >>> hough_arcs(render_hits(np.full((1, 1, 16), 0.5))).tolist()
        [16.0]
    """
    if curvatures is None:
        curvatures = np.linspace(-1, 1, 9) * BENDING * spectrometer.field / spectrometer.high[0]
    curvatures = np.asarray(curvatures, dtype=np.float64)
    if curvatures.ndim != 1 or curvatures.size == 0 or not np.isfinite(curvatures).all():
        raise ValueError(f"curvatures must be finite numbers in one axis, got {curvatures!r}")
    levels = min(15, 255 // spectrometer.planes)  # sums over all planes stay below 256
    shifts = _shifts(curvatures, 2 * _ROWS, spectrometer)
    return _highest(images, shifts, 2 * _ROWS, levels, spectrometer)


def best_threshold(scores: ArrayLike, labels: ArrayLike) -> float:
    """Choose the threshold that judges the most training images rightly.

    t = argmax_t Σ [(score ≥ t) = label],  halfway between neighbouring scores

    Args:
        scores: (n,). Larger for label 1.
        labels: (n,), 0 or 1.
    Returns:
        t, in units of the scores; of equally good ones, the smallest.
    Raises:
        ValueError: scores and labels are not two vectors of one length, a score is not finite, or labels are
            other than 0 and 1.
    Example:
        >>> best_threshold([11, 12, 15, 16], [0, 0, 1, 1])
        13.5
    """
    scores, labels = np.asarray(scores, dtype=np.float64), np.asarray(labels)
    if scores.ndim != 1 or scores.shape != labels.shape or scores.size == 0:
        raise ValueError(
            f"scores and labels must be vectors of one length, got {scores.shape}, {labels.shape}"
        )
    if not np.isfinite(scores).all() or not np.isin(labels, (0, 1)).all():
        raise ValueError("scores must be finite and labels 0 or 1")
    values, place = np.unique(scores, return_inverse=True)
    gain = np.bincount(place, np.where(labels == 1, 1.0, -1.0))  # of judging this value as 1 rather than 0
    right = np.cumsum(gain[::-1])[::-1]
    middle = (values + np.roll(values, 1)) / 2
    middle[0] = values[0]
    right, middle = np.append(right, 0), np.append(middle, np.nextafter(values[-1], np.inf))
    return float(middle[np.argmax(right)])


def _curves(hits: Array, largest: float, x: Array) -> tuple[Array, Array]:
    """Parabolas through a hit in the first, middle and last plane, if straight enough: image and heights."""
    middle = len(x) // 2
    first, second = x[middle] - x[0], x[-1] - x[middle]
    y_0, y_1, y_2 = hits[:, :, None, None, 0], hits[:, None, :, None, middle], hits[:, None, None, :, -1]
    slope = (y_1 - y_0) / first
    bend = ((y_2 - y_1) / second - slope) / (first + second)
    mean_slope = (y_2 - y_0) / (first + second)
    straight = np.abs(2 * bend) <= largest * (1 + mean_slope**2) ** 1.5
    image, i, j, _ = np.nonzero(straight)
    rise = slope[image, i, j, 0, None] * (x - x[0]) + bend[straight][:, None] * (x - x[0]) * (x - x[middle])
    return image, hits[image, i, 0, None] + rise


def _shifts(curvatures: Array, rows: int, spectrometer: Spectrometer) -> Array:
    """Rows by which each curve lies above its middle, at each plane; (curves, planes) whole numbers."""
    x = (spectrometer.plane_positions / spectrometer.length) - 0.5
    slopes = np.linspace(-_STEEPEST, _STEEPEST, _ROWS + 1)[:, None, None]
    bends = curvatures[:, None] * spectrometer.length * (1 + slopes**2) ** 1.5 / 2
    return np.rint(rows * (slopes * x + bends * x**2)).astype(int).reshape(-1, len(x))


def _highest(images: ArrayLike, shifts: Array, rows: int, levels: int, spectrometer: Spectrometer) -> Array:
    """Sum the planes' brightness along every curve; the largest sum of each image, in units of a hit."""
    images, planes = np.asarray(images), spectrometer.planes
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1] != images.shape[2]:
        raise ValueError(f"images must be (n, size, size) uint8, got {images.shape} {images.dtype}")
    if images.shape[1] < 4 * planes:
        raise ValueError(f"images must have at least {4 * planes} pixels a side, got {images.shape[1]}")
    highest = np.zeros(len(images), np.uint8)
    for start in range(0, len(images), _IMAGES_AT_ONCE):
        bright = _brightness(images[start : start + _IMAGES_AT_ONCE], rows, spectrometer)
        bright = np.rint(levels * bright).astype(np.uint8)
        best = highest[start : start + _IMAGES_AT_ONCE]
        for shift in shifts:
            low, high = max(0, -shift.min()), rows - max(0, shift.max())
            total = bright[0, low + shift[0] : high + shift[0]].copy()
            for plane in range(1, planes):
                total += bright[plane, low + shift[plane] : high + shift[plane]]
            np.maximum(best, total.max(axis=0), out=best)
    return highest / levels


def _brightness(images: Array, rows: int, spectrometer: Spectrometer) -> Array:
    """Brightness of each plane at evenly spaced heights, 1 on a hit; (planes, rows, n)."""
    size, planes = images.shape[1], spectrometer.planes
    column = (np.arange(planes) + 0.5) * size / planes - 0.5
    left, right = np.floor(column).astype(int), np.ceil(column).astype(int)
    spot = spectrometer.spot * size / 128
    lone = 255 * (
        np.exp(-0.5 * ((column - left) / spot) ** 2) + np.exp(-0.5 * ((column - right) / spot) ** 2)
    )
    profile = (images[:, :, left].astype(np.float32) + images[:, :, right]) / lone.astype(np.float32)
    profile = profile.transpose(2, 1, 0) / np.float32(_FULL)
    row = np.clip((np.arange(rows) + 0.5) * size / rows - 0.5, 0, size - 1)
    below = np.minimum(row.astype(int), size - 2)
    share = (row - below).astype(np.float32)[:, None]
    return np.minimum(profile[:, below] * (1 - share) + profile[:, below + 1] * share, 1)
