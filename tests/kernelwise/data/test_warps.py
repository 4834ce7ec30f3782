"""Warps move, turn, scale and brighten images as scipy does, and depend on the seed alone."""

from time import perf_counter

import numpy as np
import pytest
from scipy import ndimage

from kernelwise.data.warps import Warps, apply_warps, draw_warps, warp_images

IMAGES = np.random.default_rng(0).integers(0, 256, (40, 28, 20), dtype=np.uint8)
NOTHING = {"shift": 0, "rotation": 0, "scale": 0, "contrast": 0}


def one_warp(shift=(0.0, 0.0), rotation=0.0, scale=1.0, contrast=1.0):
    """A warp for one image."""
    return Warps(np.array([shift]), np.array([rotation]), np.array([scale]), np.array([contrast]))


def test_nothing_changes_without_a_warp():
    """Parameters of zero give the identical images, for even and odd sizes."""
    np.testing.assert_array_equal(warp_images(IMAGES, 1, **NOTHING), IMAGES)
    np.testing.assert_array_equal(warp_images(IMAGES[:, :27, :19], 1, **NOTHING), IMAGES[:, :27, :19])


def test_warps_agree_with_scipy():
    """Each image is scipy's affine_transform, linear and dark outside, times its contrast."""
    warps = draw_warps(40, 3, shift=4, rotation=180, scale=0.5, contrast=0.5)
    warped = apply_warps(IMAGES, warps)
    centre = np.array([13.5, 9.5])
    for image, got, (dx, dy), turn, scale, contrast in zip(IMAGES, warped, *warps, strict=True):
        angle = np.radians(turn)
        inverse = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / scale
        offset = centre - inverse @ (centre + np.array([dy, dx]))
        expected = ndimage.affine_transform(
            image.astype(float), inverse, offset, order=1, mode="grid-constant"
        )
        expected = np.clip(expected * contrast, 0, 255)
        assert np.abs(got - expected).max() <= 0.5 + 1e-6


def test_shift_moves_right_and_down():
    """Whole pixels move as they are, and darkness comes in."""
    warped = apply_warps(IMAGES[:1], one_warp(shift=(2.0, 3.0)))[0]
    np.testing.assert_array_equal(warped[3:, 2:], IMAGES[0, :-3, :-2])
    assert warped[:3].sum() == warped[:, :2].sum() == 0


def test_rotation_is_counter_clockwise():
    """A quarter turn is numpy's."""
    square = IMAGES[:1, :20]
    np.testing.assert_array_equal(apply_warps(square, one_warp(rotation=90.0))[0], np.rot90(square[0]))


def test_scale_enlarges():
    """Twice as large, the middle of a ramp keeps its value and rises half as fast."""
    ramp = np.tile(np.arange(0, 210, 10, dtype=np.uint8), (1, 21, 1))
    assert apply_warps(ramp, one_warp(scale=2.0))[0, 10, 8:13].tolist() == [90, 95, 100, 105, 110]


def test_contrast_saturates():
    """Brightness is multiplied, and never wraps around."""
    image = np.array([[[0, 100, 200]]], np.uint8)
    assert apply_warps(image, one_warp(contrast=1.5)).tolist() == [[[0, 150, 255]]]


@pytest.mark.parametrize("chunk", [1, 7, 40, 1000])
def test_chunk_changes_no_byte(chunk):
    """The seed alone decides, so that a grader and a student may use other chunks."""
    assert warp_images(IMAGES, 5, chunk=chunk).tobytes() == warp_images(IMAGES, 5).tobytes()


def test_first_images_do_not_depend_on_how_many_follow():
    """The first ten warped images are the ten images warped."""
    np.testing.assert_array_equal(warp_images(IMAGES, 5)[:10], warp_images(IMAGES[:10], 5))


def test_seeds_differ():
    """Another seed warps otherwise."""
    assert (warp_images(IMAGES, 1) != warp_images(IMAGES, 2)).any()


def test_drawn_warps_fill_their_ranges():
    """Every number is uniform in its range: extremes, mean and spread are those of the formula."""
    warps = draw_warps(20_000, 0, shift=2, rotation=10, scale=0.1, contrast=0.2)
    for values, middle, half in zip(warps, (0, 0, 1, 1), (2, 10, 0.1, 0.2), strict=True):
        assert np.abs(values - middle).max() <= half
        np.testing.assert_allclose(values.mean(), middle, atol=0.03 * half)
        np.testing.assert_allclose(values.std(), half / np.sqrt(3), rtol=0.02)
    correlations = np.corrcoef(np.column_stack(warps).T) - np.eye(5)
    assert np.abs(correlations).max() < 0.05


def test_no_images_are_no_fault():
    """An empty set stays empty."""
    assert warp_images(IMAGES[:0], 1).shape == (0, 28, 20)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"seed": -1}, "seed must be a whole number"),
        ({"shift": -1}, "shift must be a number from 0 to 1000 pixels"),
        ({"rotation": 181}, "rotation must be a number from 0 to 180 degrees"),
        ({"scale": 1}, "scale must be a number from 0 to 0.9"),
        ({"contrast": 2}, "contrast must be a number from 0 to 1"),
        ({"chunk": 0}, "chunk must be a whole number of at least 1"),
        ({"images": IMAGES[0]}, r"images must be \(n, h, w\) uint8, got \(28, 20\) uint8"),
        ({"images": IMAGES / 255}, "got .* float64"),
    ],
)
def test_wrong_parameters_are_named(wrong, message):
    """Each message says what was given and what is allowed."""
    with pytest.raises(ValueError, match=message):
        warp_images(**({"images": IMAGES, "seed": 1} | wrong))


def test_as_many_warps_as_images():
    """One warp is not spread over many images."""
    with pytest.raises(ValueError, match="one warp for each of 40 images is needed, got 1"):
        apply_warps(IMAGES, one_warp())


def test_warps_are_fast():
    """2,000 images a second at least, ten times less than measured."""
    images = np.tile(IMAGES[:, :, :1], (25, 1, 28))
    seconds = []
    for _ in range(3):
        start = perf_counter()
        warp_images(images, 1)
        seconds.append(perf_counter() - start)
    assert len(images) / min(seconds) > 2000
