"""Classical track finding fits circles to their known error, and finds straight tracks as often as it says."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from kernelwise.data.tracks import SPECTROMETER, Spectrometer, draw_hits, draw_tracks, render_hits
from kernelwise.track_finding import (
    best_threshold,
    curvature_error,
    fit_circle,
    follow_arcs,
    hough_arcs,
    hough_lines,
)

fixed = settings(deadline=None, derandomize=True, max_examples=60)
X = SPECTROMETER.plane_positions


@pytest.fixture(scope="module")
def training():
    """Images on which thresholds are chosen."""
    return draw_tracks(400, seed=31)


@pytest.fixture(scope="module")
def fresh():
    """Other images, on which they are judged."""
    return draw_tracks(400, seed=32)


def arc(height, slope, curvature):
    """Heights at the planes of a circle of known curvature, by its height and slope at x = L/2."""
    sine = slope / np.sqrt(1 + slope**2)
    x = X - 0.5
    sines = sine + curvature * x
    return height + x * (sine + sines) / (np.sqrt(1 - sine**2) + np.sqrt(1 - sines**2))


def geometric_fit(y):
    """Signed curvature of the circle with the least squares of true distances, by scipy."""

    def distances(parameters):
        offset, angle, curvature = parameters
        # distance from the circle that passes (0.5, offset) at this angle, without a division by curvature
        u = (X - 0.5) * np.cos(angle) + (y - offset) * np.sin(angle)
        v = (y - offset) * np.cos(angle) - (X - 0.5) * np.sin(angle)
        return (2 * v - curvature * (u**2 + v**2)) / (
            1 + np.sqrt(u**2 * curvature**2 + (1 - curvature * v) ** 2)
        )

    line = np.polyfit(X - 0.5, y, 1)
    start = [line[1], np.arctan(line[0]), 0.0]
    return optimize.least_squares(distances, start, xtol=1e-14, ftol=1e-14, gtol=1e-14).x[2]


def accuracy(score, training, fresh):
    """Choose the threshold on the training images, count right decisions on the others."""
    threshold = best_threshold(score(training), training.labels)
    return np.mean((score(fresh) >= threshold) == fresh.labels)


def test_fit_circle_is_exact_on_circles():
    """Without errors the curvature is ±0.3 B/p_T, for soft and hard tracks at any angle."""
    drawn = draw_hits(200, 1)
    expected = drawn.charges * 0.6 / drawn.momenta
    np.testing.assert_allclose(fit_circle(drawn.truth, X), expected, rtol=0, atol=1e-12)


def test_fit_circle_agrees_with_the_geometric_fit():
    """With errors of 1 mm it differs from the least squares of true distances by much less than the error."""
    hits = draw_hits(6, 2).hits.reshape(-1, 16)
    difference = fit_circle(hits, X) - [geometric_fit(y) for y in hits]
    assert np.abs(difference).max() < 0.02 * curvature_error(1e-3, 1, 16)


def test_fit_circle_gives_zero_for_straight_lines():
    """A straight line is a circle of no curvature, and a mirrored arc has the opposite one."""
    assert fit_circle(0.2 + 0.3 * X, X) == pytest.approx(0, abs=1e-13)
    assert fit_circle(-arc(0.5, 0.2, 0.4), X) == pytest.approx(-0.4)


@pytest.mark.parametrize("planes", [3, 5, 16])
def test_curvature_error_is_that_of_a_parabola(planes):
    """Gluckstern's formula equals the covariance of the linear least squares of y = a + b·x + ½k·x²."""
    x = np.linspace(0, 2, planes)
    columns = np.stack([np.ones(planes), x, x**2 / 2], axis=1)
    covariance = 0.01**2 * np.linalg.inv(columns.T @ columns)
    assert curvature_error(0.01, 2, planes) == pytest.approx(np.sqrt(covariance[2, 2]))


def test_fitted_curvature_scatters_by_the_known_error():
    """Nearly straight tracks scatter without bias by what Gluckstern says; √(720/(N+4)) is 1 % larger."""
    spectrometer = Spectrometer(tracks=1, low=(20.0, 20.0), high=(50.0, 50.0), angle=0.02)
    drawn = draw_hits(10000, 3, spectrometer=spectrometer)
    error = fit_circle(drawn.hits, X)[:, 0] - (drawn.charges * 0.6 / drawn.momenta)[:, 0]
    expected = curvature_error(1e-3, 1, 16)
    assert error.std() == pytest.approx(expected, rel=0.03)
    assert abs(error.mean()) < 4 * expected / 100
    assert 1e-3 * np.sqrt(720 / 20) == pytest.approx(expected, rel=0.01)


def test_association_makes_the_decision_exact(training, fresh):
    """Told which hits belong together, a circle fit makes no mistake: the images lose it, not the planes."""
    assert accuracy(lambda tracks: -np.abs(fit_circle(tracks.hits, X)).min(axis=1), training, fresh) == 1


def test_follow_arcs_finds_straight_tracks(training, fresh):
    """From the hits alone, in any order within a plane, at least 99 of 100 decisions are right."""
    assert accuracy(lambda tracks: follow_arcs(tracks.hits), training, fresh) >= 0.99
    shuffled = np.random.default_rng(0).permuted(fresh.hits, axis=1)
    assert np.array_equal(follow_arcs(shuffled), follow_arcs(fresh.hits, chunk=7))


def test_hough_transforms_find_straight_tracks(training, fresh):
    """Lines are right nine times in ten; arcs, which also weigh the brightness, nearly always."""
    assert 0.85 < accuracy(lambda tracks: hough_lines(tracks.images), training, fresh) < 0.96
    assert accuracy(lambda tracks: hough_arcs(tracks.images), training, fresh) > 0.98


@pytest.mark.parametrize("size", [128, 512])
def test_hough_lines_counts_planes(size):
    """A straight track scores its planes; where planes miss it by far, it scores the others."""
    line = arc(0.4, 0.3, 0.0)
    bent = arc(0.4, 0.3, 0.4)
    gaps = line.copy()
    gaps[[3, 7, 12]] = [0.05, 0.95, 0.05]
    images = render_hits(np.stack([line, gaps, bent])[:, None], size=size)
    scores = hough_lines(images)
    assert scores[:2].tolist() == [16, 13]
    assert scores[2] < 13


@pytest.mark.parametrize("size", [128, 512])
@pytest.mark.parametrize("curvature", [-0.12, -0.05, 0.0, 0.1])
def test_hough_arcs_follows_nearly_straight_arcs(size, curvature):
    """Arcs of 5 GeV and more score nearly all planes at both sizes, those of 1.5 GeV far fewer."""
    arcs = np.stack([arc(0.4, 0.2, curvature), arc(0.4, 0.2, 0.4)])
    scores = hough_arcs(render_hits(arcs[:, None], size=size))
    assert scores[0] > 15.3
    assert scores[1] < 13
    ends = hough_arcs(render_hits(arcs[:1, None], size=size), curvatures=[curvature])
    assert ends[0] > 15.3


def test_follow_arcs_needs_straightness_and_closeness():
    """A soft track is not followed, hits beyond the tolerance do not count."""
    bent, line = arc(0.4, 0.2, 0.3), arc(0.4, 0.2, 0.0)
    line[[2, 5]] += [0.004, 0.006]
    hits = np.stack([bent, line])[:, None]
    assert follow_arcs(hits).tolist() == [0, 15]
    assert follow_arcs(hits, momentum=1.0, tolerance=0.003).tolist() == [16, 14]


@fixed
@given(pairs=st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 1)), min_size=1, max_size=12))
def test_best_threshold_beats_every_other(pairs):
    """No threshold judges more images rightly than the one chosen."""
    scores, labels = np.array(pairs).T
    candidates = np.arange(-3.5, 4)
    right = [np.sum((scores >= threshold) == labels) for threshold in candidates]
    assert np.sum((scores >= best_threshold(scores, labels)) == labels) == max(right)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit_circle([1.0, 2.0], [0.0, 1.0]), "at least 3 different numbers in one axis"),
        (lambda: fit_circle([1.0, 2.0, 3.0], [0.0, 1.0, 1.0]), "at least 3 different numbers in one axis"),
        (
            lambda: fit_circle(np.zeros((3, 2)), [0.0, 1.0, 2.0]),
            r"3 planes in its last axis, got the shape \(3, 2\)",
        ),
        (lambda: curvature_error(-1, 1, 16), "resolution must be a number from 0 to inf m, got -1"),
        (lambda: curvature_error(1, 0, 16), "length must be a number from 1e-09 to inf m, got 0"),
        (lambda: curvature_error(1, 1, 2), "planes must be a whole number of at least 3, got 2"),
        (lambda: follow_arcs(np.zeros((1, 16))), r"shape \(n, tracks, 16\), got \(1, 16\)"),
        (
            lambda: follow_arcs(np.zeros((1, 1, 16)), momentum=0),
            "momentum must be a number from 0.01 to 1000 GeV",
        ),
        (
            lambda: follow_arcs(np.zeros((1, 1, 16)), tolerance=-1),
            "tolerance must be a number from 0 to 1 m, got -1",
        ),
        (
            lambda: follow_arcs(np.zeros((1, 1, 16)), chunk=0),
            "chunk must be a whole number of at least 1, got 0",
        ),
        (
            lambda: hough_lines(np.zeros((1, 128, 128))),
            r"\(n, size, size\) uint8, got \(1, 128, 128\) float64",
        ),
        (lambda: hough_lines(np.zeros((1, 9, 9), np.uint8)), "at least 64 pixels a side, got 9"),
        (lambda: hough_arcs(np.zeros((9, 9), np.uint8)), r"\(n, size, size\) uint8, got \(9, 9\) uint8"),
        (lambda: hough_arcs(np.zeros((1, 64, 64), np.uint8), curvatures=[]), "finite numbers in one axis"),
        (lambda: best_threshold([1, 2], [1]), r"vectors of one length, got \(2,\), \(1,\)"),
        (lambda: best_threshold([1, np.nan], [0, 1]), "scores must be finite and labels 0 or 1"),
        (lambda: best_threshold([1, 2], [0, 2]), "scores must be finite and labels 0 or 1"),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    """The message says what was given and what is allowed."""
    with pytest.raises(ValueError, match=message):
        call()
