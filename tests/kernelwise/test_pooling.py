"""Poolings agree with hand values, torch and Keras, and never count padding as a pixel unless asked."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernelwise.pooling import average_pool2d, max_pool2d

fixed = settings(deadline=None, derandomize=True, max_examples=80)
both = pytest.mark.parametrize("pool", [max_pool2d, average_pool2d])

AFTER_RELU = np.array([[[[7, 0, 3], [0, 5, 0], [3, 0, 7]]]])


@st.composite
def images(draw):
    """Draw x, whose pixels are below zero so that padded zeros would win, size, stride and padding."""
    axes = []
    for _ in range(2):
        k = draw(st.integers(1, 4))
        p = draw(st.integers(0, k // 2))
        axes.append((draw(st.integers(max(1, k - 2 * p), 11)), k, draw(st.integers(1, 5)), p))
    (h, w), size, stride, padding = zip(*axes, strict=True)
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 3)), h, w)
    x = -1 - np.random.default_rng(draw(st.integers(0, 1000))).random(shape).astype(dtype)
    x.flags.writeable = False  # a function that changes its input fails
    return x, size, stride, padding


def assert_same(got, expected):
    """Same shape, same dtype, same values but for rounding."""
    expected = np.asarray(expected)
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=1e-6 if got.dtype == np.float32 else 1e-13)


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ({}, [[7]]),
        ({"stride": 1}, [[7, 5], [5, 7]]),
        ({"padding": "same"}, [[7, 3], [3, 7]]),
        ({"padding": 1}, [[7, 3], [3, 7]]),
        ({"stride": (1, 2)}, [[7], [5]]),
    ],
)
def test_max_pool2d_equals_hand_value(keywords, expected):
    """The X image after ReLU: the deck's "7 5 / 5 7" needs stride 1, MaxPooling2D((2,2)) gives 7 alone."""
    y = max_pool2d(AFTER_RELU, 2, **keywords)
    assert y[0, 0].tolist() == expected
    assert y.dtype == AFTER_RELU.dtype


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ({}, [[3.0]]),
        ({"stride": 1}, [[3.0, 2.0], [2.0, 3.0]]),
        ({"padding": "same"}, [[3.0, 1.5], [1.5, 7.0]]),
        ({"padding": "same", "count_include_pad": True}, [[3.0, 0.75], [0.75, 1.75]]),
    ],
)
def test_average_pool2d_equals_hand_value(keywords, expected):
    """A window that sticks out averages the pixels that it has, or counts the padded zeros when asked."""
    y = average_pool2d(AFTER_RELU, 2, **keywords)
    assert y[0, 0].tolist() == expected
    assert y.dtype == np.float64


@fixed
@given(drawn=images())
def test_max_pool2d_equals_torch(drawn):
    """Any window, stride and padding, different in the two directions; padding never wins."""
    x, size, stride, padding = drawn
    expected = torch.nn.functional.max_pool2d(torch.tensor(x), size, stride, padding).numpy()
    assert_same(max_pool2d(x, size, stride, padding), expected)


@fixed
@given(drawn=images(), count_include_pad=st.booleans())
def test_average_pool2d_equals_torch(drawn, count_include_pad):
    """Both ways to count a window that sticks out."""
    x, size, stride, padding = drawn
    expected = torch.nn.functional.avg_pool2d(
        torch.tensor(x), size, stride, padding, count_include_pad=count_include_pad
    )
    assert_same(
        average_pool2d(x, size, stride, padding, count_include_pad=count_include_pad), expected.numpy()
    )


@pytest.mark.parametrize(
    ("pool", "reference"),
    [(max_pool2d, keras.ops.max_pool), (average_pool2d, keras.ops.average_pool)],
)
@settings(fixed, max_examples=15)
@given(drawn=images(), padding=st.sampled_from(["same", "valid"]))
def test_pooling_equals_keras(pool, reference, drawn, padding):
    """Keras's two words: `same` neither lets padding win a maximum nor counts it in a mean."""
    x, size, stride, _ = drawn
    x = x.astype(np.float32)  # all that Keras pools in
    assume(padding == "same" or (x.shape[2] >= size[0] and x.shape[3] >= size[1]))
    y = reference(x.transpose(0, 2, 3, 1), size, strides=stride, padding=padding)
    assert_same(pool(x, size, stride, padding), np.asarray(y).transpose(0, 3, 1, 2))


@both
def test_stride_default_is_the_window(pool):
    """Without a stride the windows stand side by side, and a rest that fills no window is dropped."""
    x = np.random.default_rng(2).normal(size=(1, 2, 7, 8))
    np.testing.assert_array_equal(pool(x, (2, 3)), pool(x, (2, 3), stride=(2, 3)))
    assert pool(x, (2, 3)).shape == (1, 2, 3, 2)


@both
def test_pooling_of_constant_is_constant(pool):
    """Edges are not darkened by default."""
    assert (pool(np.full((1, 1, 5, 5), -2.0), 3, stride=2, padding=1) == -2).all()


@both
def test_pooling_of_single_pixels_is_a_copy(pool):
    """A window of one pixel gives the image back, in memory of its own."""
    x = np.arange(9.0).reshape(1, 1, 3, 3)
    y = pool(x, 1)
    np.testing.assert_array_equal(x, y)
    assert not np.shares_memory(x, y)


@both
@pytest.mark.parametrize("size", [1, (1, 2), 2, 3])
@pytest.mark.parametrize(
    "view",
    [
        lambda x: np.asfortranarray(x),
        lambda x: x[:, :, ::-1, ::-1],
        lambda x: x[::2, 1:, ::3, ::2],
        lambda x: np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2),
        lambda x: np.broadcast_to(x[:1, :1], x.shape),
    ],
    ids=["Fortran", "flipped", "strided", "channels last", "broadcast"],
)
def test_pooling_ignores_how_images_lie_in_memory(pool, size, view):
    """Views give what their contiguous copies give; the result is contiguous memory of its own."""
    x = view(np.random.default_rng(3).normal(size=(3, 4, 12, 10)))
    before = x.copy(order="C")
    y = pool(x, size)
    np.testing.assert_array_equal(y, pool(before, size))
    assert y.flags.c_contiguous
    assert not np.shares_memory(x, y)
    y[:] = 0
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("dtype", ["u1", "i2", "i8"])
def test_max_pool2d_of_integers_is_exact(dtype):
    """Integers that no float holds keep their last digit; the largest comes out by plain comparison."""
    limits = np.iinfo(dtype)
    x = np.random.default_rng(4).integers(limits.max - 9, limits.max, (2, 3, 6, 8), dtype, endpoint=True)
    expected = [
        [
            [[x[n, c, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max() for j in range(4)] for i in range(3)]
            for c in range(3)
        ]
        for n in range(2)
    ]
    y = max_pool2d(x, 2)
    assert y.dtype == np.dtype(dtype)
    assert y.tolist() == np.array(expected).tolist()


@both
def test_nan_makes_its_window_nan(pool):
    """A dead pixel is not hidden, and spoils its own window only."""
    x = np.ones((1, 1, 4, 4))
    x[0, 0, 0, 1] = np.nan
    assert np.isnan(pool(x, 2)[0, 0]).tolist() == [[True, False], [False, False]]


@both
def test_pooling_of_no_image_is_no_image(pool):
    """An empty batch gives an empty batch of the right shape."""
    assert pool(np.zeros((0, 2, 5, 4)), 2).shape == (0, 2, 2, 2)


@pytest.mark.parametrize("dtype", ["u1", "i2", "f2", "f4", "?"])
def test_max_pool2d_keeps_dtype_with_padding(dtype):
    """The padding is the lowest value of the dtype, so it wins nowhere; smallest values stay."""
    lowest = np.iinfo(dtype).min if dtype in ("u1", "i2") else 0
    y = max_pool2d(np.full((1, 1, 3, 3), lowest, dtype), 2, padding=1)
    assert y.dtype == np.dtype(dtype)
    assert (y == lowest).all()


def test_average_pool2d_of_bytes_does_not_wrap():
    """Four pixels of 255 have mean 255, though their sum does not fit into eight bits."""
    assert average_pool2d(np.full((1, 1, 2, 2), 255, np.uint8), 2)[0, 0].tolist() == [[255.0]]


def test_max_pool2d_refuses_complex_numbers():
    """Complex numbers have no order."""
    with pytest.raises(
        ValueError, match=r"real numbers to have a maximum, got dtype complex128: pool the absolute"
    ):
        max_pool2d(np.ones((1, 1, 2, 2), complex), 2)


@both
def test_pooling_refuses_padding_above_half_the_window(pool):
    """The message gives the window, the padding and the most that is allowed, as in torch."""
    with pytest.raises(
        ValueError, match=r"padding=\(0, 2\) is more than half of the window's width of 3: .*at most 1"
    ):
        pool(np.ones((1, 1, 5, 5)), 3, padding=(0, 2))


@both
def test_pooling_refuses_window_larger_than_image(pool):
    """The message gives both sizes and the direction."""
    with pytest.raises(
        ValueError, match=r"window 2×6 exceeds .* in width \(6 > 5; .*\(1, 1, 5, 5\)\): use a smaller"
    ):
        pool(np.ones((1, 1, 5, 5)), (2, 6))


@both
@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"size": 0}, "size must be a whole number of at least 1, got 0"),
        (
            {"size": 2, "stride": (1, 2, 3)},
            r"stride must be .* pair \(vertical, horizontal\), got \(1, 2, 3\)",
        ),
        ({"size": 2, "padding": -1}, "padding must be a whole number of at least 0, got -1"),
        ({"size": 2, "padding": "SAME"}, "'same' or 'valid', got 'SAME': write the word"),
    ],
)
def test_pooling_names_the_wrong_option(pool, keywords, message):
    """Each option is checked under its own name."""
    with pytest.raises(ValueError, match=message):
        pool(np.ones((1, 1, 5, 5)), **keywords)


@both
def test_pooling_refuses_single_image(pool):
    """An image without batch and channel axes is not guessed at."""
    with pytest.raises(
        ValueError, match=r"got shape \(4, 4\): reshape it; a single grey image is x\[None, None\]"
    ):
        pool(np.ones((4, 4)), 2)
