"""Tracks are circles of radius p_T/(0.3 B), measured and drawn as documented, and hide the label well."""

import math
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kernelwise.data.tracks import (
    Spectrometer,
    draw_hits,
    draw_tracks,
    radius,
    render_hits,
    resize_images,
    sagitta,
)

fixed = settings(deadline=None, derandomize=True, max_examples=30)


@pytest.fixture(scope="module")
def drawn():
    """Two thousand images' worth of hits of the spectrometer as it stands."""
    return draw_hits(2000, seed=7)


@pytest.fixture(scope="module")
def tracks():
    """Two thousand images."""
    return draw_tracks(2000, seed=8)


@st.composite
def spectrometers(draw):
    """Draw spectrometers of other sizes, fields and spectra, in which half a circle is never reached."""
    length = draw(st.floats(0.3, 3))
    field = draw(st.floats(0.5, 4))
    softest = 0.3 * field * length / draw(st.floats(0.1, 1))  # L/R from 0.1 to 1
    low = (softest, softest * draw(st.floats(1, 3)))
    high = (low[1] * draw(st.floats(1, 5)), low[1] * draw(st.floats(5, 20)))
    margin = length * draw(st.floats(0.01, 0.1))
    return Spectrometer(
        field=field,
        length=length,
        planes=draw(st.integers(3, 20)),
        tracks=draw(st.integers(1, 12)),
        low=low,
        high=high,
        resolution=margin * draw(st.floats(0, 1 / 6)),
        angle=draw(st.floats(0, 0.2)),
        margin=margin,
        spot=draw(st.floats(0.3, 2)),
    )


def circle_through(x, y):
    """Centre and radius of the circles through three points: where two perpendicular bisectors meet."""
    (x_1, x_2, x_3), (y_1, y_2, y_3) = x, y
    rows = np.array([[x_2 - x_1, y_2 - y_1], [x_3 - x_1, y_3 - y_1]])
    squares = np.array([x_2**2 + y_2**2, x_3**2 + y_3**2]) - x_1**2 - y_1**2
    centre = np.linalg.solve(rows, squares / 2)
    return centre, math.hypot(x_1 - centre[0], y_1 - centre[1])


def test_radius_and_sagitta_equal_hand_values():
    """1 m at 0.6 GeV in 2 T; over 1 m the sagitta is 37.5 mm at 2 GeV and 7.5 mm at 10 GeV."""
    assert radius(0.6) == pytest.approx(1)
    assert radius([3.0, 6.0], field=4.0) == pytest.approx([2.5, 5])
    assert sagitta([2.0, 10.0]) == pytest.approx([0.0375, 0.0075])
    assert sagitta(1.0, field=1.0, length=2.0) == pytest.approx(0.15)


@pytest.mark.parametrize(("momentum", "percent"), [(0.6, 7.18), (2, 0.569), (10, 0.0225)])
def test_sagitta_is_the_small_angle_limit(momentum, percent):
    """The exact R − √(R² − L²/4) is larger, by L²/(16 R²) to leading order."""
    r = momentum / 0.6
    excess = (r - math.sqrt(r**2 - 1 / 4)) / sagitta(momentum) - 1
    assert 100 * excess == pytest.approx(percent, rel=2e-3)
    assert excess == pytest.approx(1 / (16 * r**2), rel=0.2 / r**2 + 1e-6)


@fixed
@given(spectrometer=spectrometers(), seed=st.integers(0, 1000))
def test_true_heights_lie_on_circles(spectrometer, seed):
    """The circle through three planes has R = p_T/(0.3 B), bends as the charge says, and meets all planes."""
    drawn, x = draw_hits(3, seed, spectrometer=spectrometer), spectrometer.plane_positions
    middle, last = len(x) // 2, len(x) - 1
    expected = drawn.momenta / (0.3 * spectrometer.field)
    for index in np.ndindex(drawn.momenta.shape):
        y = drawn.truth[index]
        centre, r = circle_through(x[[0, middle, last]], y[[0, middle, last]])
        assert r == pytest.approx(expected[index], rel=1e-8)
        assert np.sign(centre[1] - y[0]) == drawn.charges[index]
        assert np.hypot(x - centre[0], y - centre[1]) == pytest.approx(r, rel=1e-10)


@fixed
@given(spectrometer=spectrometers(), n=st.integers(1, 9), seed=st.integers(0, 1000))
def test_everything_drawn_is_in_its_range(spectrometer, n, seed):
    """Heights keep off the edges, momenta are in their spectra, one track is high where the label says so."""
    drawn, (planes, edge) = draw_hits(n, seed, spectrometer=spectrometer), (spectrometer.planes, 1e-9)
    assert drawn.hits.shape == drawn.truth.shape == (n, spectrometer.tracks, planes)
    assert drawn.momenta.shape == drawn.charges.shape == (n, spectrometer.tracks)
    assert drawn.truth.min() >= spectrometer.margin
    assert drawn.truth.max() <= spectrometer.length - spectrometer.margin
    assert drawn.hits.min() >= 0
    assert drawn.hits.max() <= spectrometer.length
    assert set(np.unique(drawn.charges)) <= {-1, 1}
    assert drawn.labels.dtype == np.uint8
    assert drawn.labels.sum() == n // 2
    low, high = spectrometer.low, spectrometer.high
    ordinary = (drawn.momenta >= low[0] - edge) & (drawn.momenta <= low[1] + edge)
    straight = (drawn.momenta >= high[0] - edge) & (drawn.momenta <= high[1] + edge)
    assert (ordinary | straight).all()
    if low[1] < high[0] - 2 * edge:
        assert straight.sum(axis=1).tolist() == drawn.labels.tolist()


def test_barely_possible_tracks_are_drawn():
    """Where only 1 track in 60 gets through, drawing again still ends, and momenta keep their value."""
    drawn = draw_hits(100, 1, spectrometer=Spectrometer(low=(0.52, 0.52)))
    assert np.isfinite(drawn.truth).all()
    assert np.sort(np.unique(drawn.momenta))[0] == 0.52
    assert (drawn.momenta == 0.52).sum() == 950


def test_plane_positions_are_equidistant():
    """The first plane stands at the entrance, the last at the length."""
    spectrometer = Spectrometer(length=3.0, planes=4, field=0.5)
    assert spectrometer.plane_positions.tolist() == [0, 1, 2, 3]


def test_hits_scatter_by_the_resolution(drawn):
    """hit − truth is normal with standard deviation 1 mm and no bias."""
    error = (drawn.hits - drawn.truth).ravel()
    assert error.std() == pytest.approx(1e-3, rel=5 / math.sqrt(2 * error.size))
    assert abs(error.mean()) < 5e-3 / math.sqrt(error.size)
    assert stats.kstest(error / 1e-3, "norm").pvalue > 0.01


def test_spectra_are_uniform_and_log_uniform(drawn):
    """p_T of ordinary tracks is uniform over 0.6–1.5 GeV, log p_T of the high one over 5–20 GeV."""
    straight = drawn.momenta > 3
    assert stats.kstest(drawn.momenta[~straight], stats.uniform(0.6, 0.9).cdf).pvalue > 0.01
    assert stats.kstest(drawn.momenta[straight], stats.loguniform(5, 20).cdf).pvalue > 0.01


def test_high_track_stands_anywhere_in_the_image(drawn):
    """Neither a track's index, nor its charge, nor the image's place in the set tells the momentum."""
    image, index = np.nonzero(drawn.momenta > 3)
    assert image.tolist() == np.flatnonzero(drawn.labels).tolist()
    assert stats.chisquare(np.bincount(index, minlength=10)).pvalue > 0.01
    assert abs(drawn.charges[image, index].mean()) < 4 / math.sqrt(len(image))
    assert abs(drawn.labels[::2].mean() - 0.5) < 4 / math.sqrt(len(drawn.labels))


def test_brightness_does_not_tell_the_label(tracks):
    """No threshold on an image's brightness is right much more often than a coin."""
    brightness = tracks.images.mean(axis=(1, 2))
    thresholds = np.quantile(brightness, np.linspace(0, 1, 50))
    right = [np.mean((brightness > threshold) == tracks.labels) for threshold in thresholds]
    assert max(*right, 1 - min(right)) < 0.55


def test_upside_down_is_drawn_alike_but_mirrored_is_not(drawn):
    """Slopes at the entrance: y → L − y leaves their distribution as it is, x → L − x makes it far wider."""
    spacing = 1 / 15
    entrance = (drawn.truth[..., 1] - drawn.truth[..., 0]).ravel() / spacing
    mirrored = (drawn.truth[..., -2] - drawn.truth[..., -1]).ravel() / spacing
    assert stats.ks_2samp(entrance, -entrance).pvalue > 0.01
    assert stats.ks_2samp(drawn.truth[..., 0].ravel(), 1 - drawn.truth[..., 0].ravel()).pvalue > 0.01
    assert entrance.std() < 0.15
    assert mirrored.std() > 4 * entrance.std()


def test_one_seed_gives_one_set_of_bytes():
    """Two runs agree, whatever the chunks; images do not change the hits; another seed changes all."""
    first, again = draw_tracks(23, 5), draw_tracks(23, 5, chunk=4)
    for one, two in zip(first, again, strict=True):
        assert one.tobytes() == two.tobytes()
    for one, two in zip(first[1:], draw_hits(23, 5), strict=True):
        assert one.tobytes() == two.tobytes()
    assert first.images.tobytes() == render_hits(first.hits, chunk=1).tobytes()
    assert not np.array_equal(first.hits, draw_hits(23, 6).hits)


@pytest.mark.parametrize(
    ("size", "planes", "length"), [(64, 16, 1.0), (128, 16, 2.0), (200, 11, 1.0), (512, 16, 0.5)]
)
def test_spot_is_a_gaussian_at_the_exact_place(size, planes, length):
    """Each pixel near a lone hit equals the Gaussian of its distance, row 0 at y = 0, to within 3 counts."""
    spectrometer = Spectrometer(planes=planes, length=length, field=1.0)
    image = render_hits(np.full((1, 1, planes), 0.3217 * length), size=size, spectrometer=spectrometer)[0]
    centres, spot = np.arange(size) + 0.5, 0.75 * size / 128
    distance = np.abs(centres[:, None] - (np.arange(planes) + 0.5) * size / planes).min(axis=1)
    across = np.exp(-((distance / spot) ** 2) / 2)
    along = np.exp(-(((centres - 0.3217 * size) / spot) ** 2) / 2)
    assert np.abs(image - 255 * np.outer(along, across)).max() < 3.5
    assert image.shape == (size, size)
    assert image.dtype == np.uint8


def test_crossing_tracks_saturate():
    """Two hits in one place are as bright as one at its middle; hits at the very edge are half inside."""
    middle = (64 + 0.5) / 128
    once, twice = (render_hits(np.full((1, count, 16), middle))[0] for count in (1, 2))
    assert once.max() == twice.max() == round(255 * math.exp(-((0.5 / 0.75) ** 2) / 2))
    assert twice.sum() > once.sum()
    bottom, top = (render_hits(np.full((1, 1, 16), edge))[0] for edge in (0.0, 1.0))
    assert np.array_equal(bottom, top[::-1])
    assert bottom[0].max() > 100
    assert bottom[5:].max() == 0


def test_both_sizes_show_the_same_hits():
    """512² made smaller to 128² has each hit where the 128² of the same seed has it."""
    one = Spectrometer(tracks=1)
    large, small = draw_tracks(20, 3, size=512, spectrometer=one), draw_tracks(20, 3, spectrometer=one)
    assert np.array_equal(large.hits, small.hits)
    for images in (resize_images(large.images, 128), small.images):
        strips = images.reshape(20, 128, 16, 8).astype(float)
        rows = np.einsum("r,nrpc->np", np.arange(128) + 0.5, strips) / strips.sum(axis=(1, 3))
        columns = np.einsum("c,nrpc->np", np.arange(8) + 0.5, strips) / strips.sum(axis=(1, 3))
        assert np.abs(rows - 128 * large.hits[:, 0]).max() < 0.02
        assert np.abs(columns - 4).max() < 0.02


def test_resize_images_equals_average_pooling():
    """Area means of 4×4 pixels, as torch's average pooling, rounded."""
    images = np.random.default_rng(0).integers(0, 256, (3, 32, 32), np.uint8)
    pooled = torch.nn.functional.avg_pool2d(torch.tensor(images[:, None], dtype=torch.float64), 4)
    assert np.array_equal(resize_images(images, 8), np.rint(pooled[:, 0].numpy()))
    assert np.array_equal(resize_images(images, 32), images)


def test_memory_is_the_result_and_one_chunk():
    """Beside the images, drawing holds no more than the documented bytes a pixel of a chunk."""
    hits, (size, chunk) = draw_hits(300, 1).hits, (128, 10)
    tracemalloc.start()
    images = render_hits(hits, size=size, chunk=chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - images.nbytes < 12 * chunk * size**2 + 1e6


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"field": 0}, "field must be a number from 0.01 to 10 T, got 0"),
        ({"length": "1"}, "length must be a number from 0.1 to 10 m, got '1'"),
        ({"planes": 2}, "planes must be a whole number from 3 to 64, got 2"),
        ({"tracks": 1.5}, "tracks must be a whole number from 1 to 100, got 1.5"),
        ({"low": (1.5, 0.6)}, r"low must have its smallest number first, got \(1.5, 0.6\)"),
        ({"high": (1.0, 20.0)}, r"high\[0\] must be a number from 1.5 to 1000 GeV, got 1.0"),
        ({"resolution": 0.01}, "resolution must be a number from 0 to 0.00333333 m, got 0.01"),
        ({"angle": 1}, "angle must be a number from 0 to 0.3 rad, got 1"),
        ({"margin": 0.3}, "margin must be a number from 0 to 0.25 m, got 0.3"),
        ({"spot": 0}, "spot must be a number from 0.3 to 3 pixels, got 0"),
        (
            {"low": (0.2, 1.5)},
            r"low\[0\] = 0.2 GeV bends so much in 2 T over 1 m \(R = 0.333 m\) that 0.0% of",
        ),
        ({"field": 3.5}, "at least 1% must: allow more momentum, a weaker field or a shorter length"),
    ],
)
def test_impossible_spectrometers_are_refused(keywords, message):
    """The message names the parameter and what it may be; no drawing runs forever."""
    with pytest.raises(ValueError, match=message):
        Spectrometer(**keywords)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw_hits(0, 1), "n must be a whole number of at least 1, got 0"),
        (lambda: draw_hits(1, -1), "seed must be a whole number of at least 0, got -1"),
        (lambda: draw_tracks(1, None), "seed must be a whole number of at least 0, got None"),
        (lambda: draw_tracks(1, 1, size=63), "size must be a whole number from 64 to 4096, got 63"),
        (lambda: draw_tracks(1, 1, chunk=0), "chunk must be a whole number of at least 1, got 0"),
        (lambda: render_hits(np.zeros((1, 2, 3))), r"shape \(n, tracks, 16\), got \(1, 2, 3\)"),
        (lambda: render_hits(np.full((1, 1, 16), 1.01)), "inside the window, from 0 to 1 m"),
        (lambda: render_hits(np.full((1, 1, 16), np.nan)), "inside the window, from 0 to 1 m"),
        (lambda: radius(0), "momentum must be above 0 GeV, got 0"),
        (lambda: radius(1, -2), "field must be above 0 T, got -2"),
        (lambda: sagitta([1, np.inf]), r"momentum must be above 0 GeV, got \[1, inf\]"),
        (lambda: sagitta(1, length=0), "length must be above 0 m, got 0"),
        (lambda: resize_images(np.zeros((1, 8, 8), np.uint8), 3), "must divide the images' 8 pixels, got 3"),
        (
            lambda: resize_images(np.zeros((1, 8, 8), np.uint8), 16),
            "must divide the images' 8 pixels, got 16",
        ),
        (
            lambda: resize_images(np.zeros((8, 8), np.uint8), 4),
            r"must be \(n, h, h\) uint8, got \(8, 8\) uint8",
        ),
        (
            lambda: resize_images(np.zeros((1, 8, 8)), 4),
            r"must be \(n, h, h\) uint8, got \(1, 8, 8\) float64",
        ),
    ],
)
def test_wrong_requests_are_refused(call, message):
    """The message says what was given and what is allowed."""
    with pytest.raises(ValueError, match=message):
        call()
