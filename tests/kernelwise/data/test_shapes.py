"""Shapes are what their labels say: round, balanced, in their boxes, apart where asked, and reproducible."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kernelwise.data import shapes as module
from kernelwise.data.shapes import CIRCLE, EMPTY, RECTANGLE, Shapes, draw_shapes, visible_fraction

fixed = settings(deadline=None, derandomize=True, max_examples=25)


@st.composite
def parameters(draw):
    """Parameters that are allowed, for small images."""
    size = draw(st.integers(8, 80))
    fewest = draw(st.integers(0, 5))
    most = draw(st.integers(max(fewest, 1), 6))
    gap = draw(st.floats(0, 3))
    overlap = draw(st.booleans())
    grid = 1 if overlap else next(side for side in (1, 2, 3) if side**2 >= most)
    largest = ((size + gap) / grid - gap) / 2
    if largest < 1.01:
        overlap, largest = True, size / 2
    widest = draw(st.floats(1, min(largest * 0.999, 20)))
    narrowest = draw(st.floats(1, widest))
    return {
        "size": size,
        "count": (fewest, most),
        "gap": gap,
        "overlap": overlap,
        "half_width": (narrowest, widest),
        "seed": draw(st.integers(0, 2**64)),
    }


def centre_in_shape(kind, box, size):
    """Whether each pixel's centre lies in the shape, in double precision; None within 10⁻⁴ of its edge."""
    y, x = np.mgrid[:size, :size] + 0.5
    x0, y0, x1, y1 = box.astype(float)
    if kind == CIRCLE:
        depth = (x1 - x0) / 2 - np.hypot(x - (x0 + x1) / 2, y - (y0 + y1) / 2)
    else:
        depth = np.minimum.reduce([x - x0, x1 - x, y - y0, y1 - y])
    return depth > 0, np.abs(depth) < 1e-4


@fixed
@given(chosen=parameters())
def test_a_pixel_belongs_to_a_shape_if_its_centre_does(chosen):
    """Every pixel is bright exactly where some shape's formula says so, for one shape and for several."""
    shapes = draw_shapes(4, noise=0, **chosen)
    for image, kinds, boxes in zip(*shapes, strict=True):
        expected, uncertain = np.zeros(image.shape, bool), np.zeros(image.shape, bool)
        for kind, box in zip(kinds, boxes, strict=True):
            if kind != EMPTY:
                inside, close = centre_in_shape(kind, box, len(image))
                expected, uncertain = expected | inside, uncertain | close
        np.testing.assert_array_equal((image > 0)[~uncertain], expected[~uncertain])


@fixed
@given(chosen=parameters())
def test_labels_fit_the_request(chosen):
    """Numbers, widths and boxes are in their ranges, boxes inside the images, empty places last and zero."""
    shapes = draw_shapes(30, noise=0, **chosen)
    (fewest, most), (narrowest, widest) = chosen["count"], chosen["half_width"]
    assert shapes.images.shape == (30, chosen["size"], chosen["size"])
    assert shapes.images.dtype == np.uint8
    assert shapes.kinds.shape == (30, most)
    assert shapes.boxes.shape == (30, most, 4)
    assert shapes.boxes.dtype == np.float32
    exists = shapes.kinds != EMPTY
    assert (np.diff(exists.astype(int), axis=1) <= 0).all(), "empty places are the last"
    assert (shapes.counts.sum(axis=1) == exists.sum(axis=1)).all()
    assert exists.sum(axis=1).min() >= fewest
    assert not shapes.boxes[~exists].any()
    boxes = shapes.boxes[exists]
    half = (boxes[:, 2:] - boxes[:, :2]) / 2
    assert boxes.min(initial=0) >= 0
    assert boxes.max(initial=0) <= chosen["size"]
    assert (half > narrowest - 1e-4).all()
    assert (half < widest + 1e-4).all()
    circles = half[shapes.kinds[exists] == CIRCLE]
    np.testing.assert_allclose(circles[:, 0], circles[:, 1], atol=1e-4)


@fixed
@given(seed=st.integers(0, 2**32), half=st.floats(1, 20))
def test_boxes_are_tight_around_the_drawn_pixels(seed, half):
    """Each edge of a box lies less than a pixel from the outermost drawn pixel, down to the smallest shapes."""
    shapes = draw_shapes(40, seed, noise=0, half_width=(half, half))
    for image, box in zip(shapes.images, shapes.boxes[:, 0], strict=True):
        row, column = np.nonzero(image)
        drawn = [column.min(), row.min(), column.max() + 1, row.max() + 1]
        np.testing.assert_array_less(np.abs(drawn - box), 1)


def test_rounded_boxes_cut_rectangles_out():
    """`np.rint` gives the whole-pixel boxes of the lecture, [13 11 29 20]: slices that are all rectangle."""
    shapes = draw_shapes(500, 3, noise=0)
    for image, kind, box in zip(shapes.images, shapes.kinds[:, 0], shapes.boxes[:, 0], strict=True):
        x0, y0, x1, y1 = np.rint(box).astype(int)
        if kind == RECTANGLE:
            assert image[y0:y1, x0:x1].all()
        assert not image[:y0].any()
        assert not image[y1:].any()
        assert not image[:, :x0].any()
        assert not image[:, x1:].any()


def test_a_circle_is_really_round():
    """Its area is πr², its centre the box's, its second moments r²/4 along both axes and 0 between them."""
    shapes = draw_shapes(4000, 5, noise=0, half_width=(8, 16))
    circle = shapes.kinds[:, 0] == CIRCLE
    mask = shapes.images[circle] > 0
    box = shapes.boxes[circle, 0].astype(float)
    r = (box[:, 2] - box[:, 0]) / 2
    axis = np.arange(64) + 0.5
    area = mask.sum(axis=(1, 2))
    x = mask.sum(axis=1) @ axis / area
    y = mask.sum(axis=2) @ axis / area
    xx = mask.sum(axis=1) @ axis**2 / area - x**2
    yy = mask.sum(axis=2) @ axis**2 / area - y**2
    xy = np.einsum("nij,i,j->n", mask, axis, axis, optimize=True) / area - x * y
    for measured, expected, single in [
        (area / (np.pi * r**2), 1, 0.05),
        (x - (box[:, 0] + box[:, 2]) / 2, 0, 0.25),
        (y - (box[:, 1] + box[:, 3]) / 2, 0, 0.25),
        (4 * xx / r**2, 1, 0.08),
        (4 * yy / r**2, 1, 0.08),
        (4 * xy / r**2, 0, 0.05),
    ]:
        np.testing.assert_allclose(measured, expected, atol=single)  # each circle, as far as pixels allow
        assert abs(measured.mean() - expected) < 0.003  # no bias: the pixels' roughness averages out


def test_properties_are_uniform_in_their_ranges():
    """Kolmogorov–Smirnov tests of places, widths and brightness, which do not depend on the kind."""
    shapes = draw_shapes(20000, 11, noise=0, half_width=(5, 9), brightness=(0.5, 0.9))
    x0, y0, x1, y1 = shapes.boxes[:, 0].T.astype(float)
    w, h = x1 - x0, y1 - y0
    circle = shapes.kinds[:, 0] == CIRCLE
    uniform = [x0 / (64 - w), y0 / (64 - h), (w - 10) / 8, (h - 10) / 8]
    uniform += [(shapes.images.max(axis=(1, 2)) / 255 - 0.5) / 0.4]
    for values in uniform:
        assert stats.kstest(values, "uniform").statistic < 0.02
        assert stats.ks_2samp(values[circle], values[~circle]).statistic < 0.03
    assert abs(np.corrcoef(w[~circle], h[~circle])[0, 1]) < 0.03


@pytest.mark.parametrize("n", [1, 2, 999, 1000])
def test_single_shapes_are_balanced(n):
    """The two classes differ by one at most, and their order is random."""
    kinds = draw_shapes(n, 7, noise=0, size=32).kinds[:, 0]
    rectangles, circles = (kinds == RECTANGLE).sum(), (kinds == CIRCLE).sum()
    assert rectangles + circles == n
    assert abs(rectangles - circles) <= 1
    if n > 100:
        changes = (kinds[1:] != kinds[:-1]).mean()
        assert 0.42 < changes < 0.58


@fixed
@given(n=st.integers(1, 300), fewest=st.integers(0, 4), more=st.integers(0, 4), seed=st.integers(0, 99))
def test_several_shapes_are_balanced(n, fewest, more, seed):
    """Each number of shapes is as frequent as any other to within one, and so are the two kinds over all."""
    most = max(fewest + more, 1)
    shapes = draw_shapes(n, seed, noise=0, size=8, half_width=(1, 2), count=(fewest, most))
    frequency = np.bincount(shapes.counts.sum(axis=1), minlength=most + 1)
    assert np.ptp(frequency[fewest:]) <= 1
    assert not frequency[:fewest].any()
    assert np.ptp(shapes.counts.sum(axis=0)) <= 1


def least_distance(shapes):
    """Return the least distance between two boxes of each image, the larger of those along x and along y."""
    least = np.full(len(shapes.images), np.inf)
    for a in range(shapes.kinds.shape[1]):
        for b in range(a):
            first, second = shapes.boxes[:, a], shapes.boxes[:, b]
            distance = np.maximum(first[:, :2] - second[:, 2:], second[:, :2] - first[:, 2:]).max(axis=1)
            both = (shapes.kinds[:, [a, b]] != EMPTY).all(axis=1)
            least[both] = np.minimum(least, distance)[both]
    return least


@fixed
@given(chosen=parameters())
def test_shapes_keep_their_gap(chosen):
    """Without overlap, no two boxes of an image come closer than the gap, however full it is."""
    if not chosen["overlap"]:
        shapes = draw_shapes(50, noise=0, **chosen)
        assert least_distance(shapes).min() >= chosen["gap"] - 1e-5


@pytest.mark.parametrize(("count", "half_width"), [(4, 15.5), (9, 10), (1, 32)])
def test_an_image_filled_to_the_last_pixel_is_drawn(count, half_width):
    """Where all shapes only just fit, they are placed: nothing is drawn until it happens to fit."""
    gap = 2
    shapes = draw_shapes(
        100, 1, count=count, half_width=(half_width, half_width), overlap=False, gap=gap, noise=0
    )
    assert (shapes.kinds != EMPTY).all()
    assert least_distance(shapes).min() >= gap - 1e-5


def test_shapes_overlap_where_they_may():
    """With overlap allowed, most images with four shapes have an overlap."""
    assert (least_distance(draw_shapes(500, 1, count=4, noise=0)) < 0).mean() > 0.5


def test_places_without_overlap_are_those_of_plain_rejection():
    """The Metropolis walk has forgotten its grid: places are as if drawn anew until all boxes are apart."""
    n, half, gap = 6000, 8.0, 2.0
    shapes = draw_shapes(n, 2, count=4, half_width=(half, half), overlap=False, gap=gap, noise=0)
    walked = shapes.boxes[..., :2].astype(float)
    rng = np.random.default_rng(0)
    free = rng.uniform(0, 64 - 2 * half, (40 * n, 4, 2))
    for a in range(4):
        for b in range(a):
            free = free[(np.abs(free[:, a] - free[:, b]) >= 2 * half + gap).any(axis=1)]
    assert len(free) > n / 2
    for quantity in (
        lambda corner: corner[:, 0, 0],
        lambda corner: corner[:, 3, 1],
        lambda corner: np.abs(corner[:, 0] - corner[:, 1]).max(axis=1),
        lambda corner: np.abs(corner - 24).max(axis=(1, 2)),
    ):
        assert stats.ks_2samp(quantity(walked), quantity(free)).pvalue > 0.001


def test_noise_is_gaussian_and_clipped():
    """On the shape the noise has its sigma; on the background the negative half is clipped to black."""
    shapes, clean = (
        draw_shapes(200, 4, brightness=(0.5, 0.5), half_width=(16, 20), noise=noise) for noise in (0.1, 0)
    )
    noise = shapes.images[clean.images > 0] - 128.0
    assert abs(noise.mean()) < 0.3
    assert abs(noise.std() - 25.5) < 0.3
    assert (
        stats.kstest(noise + np.random.default_rng(0).uniform(-0.5, 0.5, noise.size), "norm", (0, 25.5))[0]
        < 0.01
    )
    background = shapes.images[clean.images == 0]
    assert abs((background == 0).mean() - 0.5) < 0.02
    assert abs(np.sqrt((background.astype(float) ** 2).mean() * 2) - 25.5) < 0.3


def test_noise_changes_no_label():
    """The same seed gives the same shapes with and without noise, so that clean images can be compared."""
    noisy, clean = (draw_shapes(50, 8, count=(1, 4), noise=noise) for noise in (0.2, 0.0))
    np.testing.assert_array_equal(noisy.kinds, clean.kinds)
    np.testing.assert_array_equal(noisy.boxes, clean.boxes)
    assert (noisy.images != clean.images).any()


@fixed
@given(chosen=parameters(), chunk=st.integers(1, 70), noise=st.sampled_from([0, 0.1]))
def test_the_same_seed_gives_the_same_bytes_for_any_chunk(chosen, chunk, noise):
    """A second run, in steps of another size, gives every byte again."""
    one, two = draw_shapes(65, noise=noise, **chosen), draw_shapes(65, noise=noise, chunk=chunk, **chosen)
    assert [field.tobytes() for field in one] == [field.tobytes() for field in two]
    np.testing.assert_array_equal(visible_fraction(one), visible_fraction(one, chunk=chunk))


def test_another_seed_gives_another_set():
    """Seeds one apart share neither shapes nor order of labels."""
    one, two = draw_shapes(100, 1), draw_shapes(100, 2)
    assert (one.boxes != two.boxes).all()
    assert (one.kinds != two.kinds).any()


def test_no_images_are_an_empty_set():
    """n = 0 gives arrays of length 0, with all their other axes."""
    shapes = draw_shapes(0, 1, count=(1, 3), overlap=False)
    assert [field.shape for field in shapes] == [(0, 64, 64), (0, 3), (0, 3, 4)]
    assert shapes.counts.shape == (0, 2)
    assert visible_fraction(shapes).shape == (0, 3)


def test_visible_fraction_of_hand_made_shapes():
    """A square half covered, one hidden whole, a later one untouched, and no shape at all."""
    boxes = [
        [[0, 0, 8, 4], [4, 0, 10, 6], [0, 0, 0, 0]],
        [[4, 4, 6, 6], [2, 2, 8, 8], [10, 10, 12, 12]],
        [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]],
    ]
    kinds = [[RECTANGLE, RECTANGLE, EMPTY], [CIRCLE, RECTANGLE, RECTANGLE], [EMPTY, EMPTY, EMPTY]]
    shapes = Shapes(np.zeros((3, 16, 16), np.uint8), np.array(kinds), np.array(boxes, np.float32))
    nan = np.nan
    np.testing.assert_array_equal(visible_fraction(shapes), [[0.5, 1, nan], [0, 1, 1], [nan, nan, nan]])


def test_visible_fraction_is_what_the_image_shows():
    """Where each shape has a grey of its own, its fraction can be counted on the image."""
    shapes = draw_shapes(300, 6, count=(1, 4), noise=0)
    fraction = visible_fraction(shapes)
    alone = np.stack(
        [draw_alone(shapes, place) for place in range(4)],
        axis=1,
    )
    for i in range(300):
        for place in np.flatnonzero(shapes.kinds[i] != EMPTY):
            later = alone[i, place + 1 :].any(axis=0)
            visible = (alone[i, place] & ~later).sum() / alone[i, place].sum()
            assert fraction[i, place] == pytest.approx(visible, abs=0.01)
    assert (fraction[shapes.kinds != EMPTY] < 1).any()


def draw_alone(shapes, place):
    """Return the masks of the shapes in one place, by their formulas; empty where there is none."""
    size = shapes.images.shape[1]
    return [
        centre_in_shape(kind, box, size)[0] & (kind != EMPTY)
        for kind, box in zip(shapes.kinds[:, place], shapes.boxes[:, place], strict=True)
    ]


def test_shapes_without_overlap_are_wholly_visible():
    """Nothing is hidden where nothing overlaps."""
    shapes = draw_shapes(200, 1, count=(0, 4), overlap=False, gap=0)
    fraction = visible_fraction(shapes)
    assert (fraction[shapes.kinds != EMPTY] == 1).all()
    assert np.isnan(fraction[shapes.kinds == EMPTY]).all()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n": -1}, "n must be a whole number of at least 0, got -1"),
        ({"seed": 1.5}, r"seed must be a whole number of at least 0, got 1\.5"),
        ({"size": 7}, "size must be a whole number from 8 to 1024, got 7"),
        ({"chunk": 0}, "chunk must be a whole number of at least 1, got 0"),
        ({"count": 0}, "count must be a whole number from 1 to 64, got 0"),
        ({"count": (1, 2, 3)}, r"count must be a whole number or \(fewest, most\), got \(1, 2, 3\)"),
        ({"count": (-1, 3)}, r"count\[0\] must be a whole number from 0 to 64, got -1"),
        ({"count": (3, 2)}, r"count\[1\] must be a whole number from 3 to 64, got 2"),
        ({"count": (0, 0)}, r"count\[1\] must be a whole number from 1 to 64, got 0"),
        ({"half_width": 5}, r"half_width must be two numbers \(smallest, largest\), got 5"),
        ({"half_width": (0.5, 3)}, r"half_width\[0\] must be a number from 1 to 32 pixels, got 0\.5"),
        ({"half_width": (5, 33)}, r"half_width\[1\] must be a number from 1 to 32 pixels, got 33"),
        ({"brightness": (0.9, 0.5)}, r"brightness must have its smallest number first, got \(0\.9, 0\.5\)"),
        ({"brightness": (0, 1)}, r"brightness\[0\] must be a number from 0\.01 to 1, got 0"),
        ({"noise": -0.1}, r"noise must be a number from 0 to 1, got -0\.1"),
        ({"gap": np.nan}, "gap must be a number from 0 to 64 pixels, got nan"),
        (
            {"count": (1, 5), "overlap": False},
            r"5 shapes of half-width up to 12 pixels with a gap of 2 pixels need 76 pixels \(3 in a row\), "
            "got size=64: give a larger size, or a smaller count, half_width or gap, or overlap=True",
        ),
    ],
)
def test_bad_parameters_are_refused(wrong, message):
    """The message names the parameter, what was given and what is allowed."""
    with pytest.raises(ValueError, match=message):
        draw_shapes(**{"n": 1, "seed": 1, **wrong})


def test_bad_chunk_of_visible_fraction_is_refused():
    """Steps of no image would never end."""
    with pytest.raises(ValueError, match="chunk must be a whole number of at least 1, got 0"):
        visible_fraction(draw_shapes(1, 1), chunk=0)


def test_kinds_have_the_documented_numbers():
    """Saved labels keep their meaning: rectangle 0, circle 1, empty −1."""
    assert (module.RECTANGLE, module.CIRCLE, module.EMPTY) == (0, 1, -1)
