"""Convolutions agree with hand values, torch, Keras and numpy, and the loops with the matrix product."""

import keras
import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kernelwise.convolution import conv1d, conv1d_loops, conv2d, conv2d_loops

fixed = settings(deadline=None, derandomize=True, max_examples=60)
TOLERANCE = {np.float32: 1e-5, np.float64: 1e-12}
dtypes = st.sampled_from([np.float32, np.float64])
one_dimensional = pytest.mark.parametrize("convolve", [conv1d, conv1d_loops])
two_dimensional = pytest.mark.parametrize("convolve", [conv2d, conv2d_loops])

X_IMAGE = np.array(
    [[-1, -1, -1, -1, -1], [-1, 1, -1, 1, -1], [-1, -1, 1, -1, -1], [-1, 1, -1, 1, -1], [-1, -1, -1, -1, -1]]
)
DIAGONAL = np.array([[1, -1, -1], [-1, 1, -1], [-1, -1, 1]])


def frozen(seed, shape, dtype):
    """Draw normal numbers that nobody can write to: a function that changes its input fails."""
    values = np.random.default_rng(seed).normal(size=shape).astype(dtype)
    values.flags.writeable = False
    return values


@st.composite
def geometries(draw, least_kernel=1):
    """Draw (i, k, s, p, d) of one axis such that the kernel fits."""
    k, s, d = draw(st.integers(least_kernel, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    p = draw(st.integers(0, 3))
    least = max(1, d * (k - 1) + 1 - 2 * p)
    return draw(st.integers(least, least + 6)), k, s, p, d


@st.composite
def images(draw):
    """Draw x, kernel, bias and the keyword arguments of a two-dimensional convolution."""
    (h, k_h, s_h, p_h, d_h), (w, k_w, s_w, p_w, d_w) = draw(geometries()), draw(geometries())
    n, c_in, c_out = draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    seed, dtype = draw(st.integers(0, 1000)), draw(dtypes)
    bias = draw(st.sampled_from([None, frozen(seed + 2, (c_out,), dtype)]))
    x, kernel = frozen(seed, (n, c_in, h, w), dtype), frozen(seed + 1, (c_out, c_in, k_h, k_w), dtype)
    return x, kernel, bias, {"stride": (s_h, s_w), "padding": (p_h, p_w), "dilation": (d_h, d_w)}


def assert_same(got, expected):
    """Same shape, same dtype, same values but for rounding."""
    expected = np.asarray(expected)
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    tolerance = TOLERANCE[got.dtype.type]
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance * 10)


def torch_conv(x, kernel, bias=None, **keywords):
    """Convolve by torch, from and to numpy."""
    convolve = torch.nn.functional.conv1d if x.ndim == 3 else torch.nn.functional.conv2d
    b = None if bias is None else torch.tensor(bias)
    return convolve(torch.tensor(x), torch.tensor(kernel), b, **keywords).numpy()


def keras_conv2d(x, kernel, bias, stride, padding, dilation=1):
    """Convolve by Keras, whose images are (n, h, w, c) and whose kernels are (k_h, k_w, c_in, c_out)."""
    y = keras.ops.conv(
        x.transpose(0, 2, 3, 1),
        kernel.transpose(2, 3, 1, 0),
        strides=stride,
        padding=padding,
        dilation_rate=dilation,
    )
    return np.asarray(y).transpose(0, 3, 1, 2) + (0 if bias is None else bias[:, None, None])


@one_dimensional
def test_conv1d_equals_hand_value(convolve):
    """(1,2,3,4) ⊛ (3,2) = (7,12,17): 1·3 + 2·2 = 7."""
    assert convolve([1, 2, 3, 4], [3, 2]).tolist() == [7, 12, 17]


@one_dimensional
def test_true_convolution_flips_the_kernel(convolve):
    """The convolution of the convolution theorem gives (8,13,18), flipped or by Fourier transforms."""
    x, u = np.array([1, 2, 3, 4]), np.array([3, 2])
    assert convolve(x, u[::-1]).tolist() == [8, 13, 18] == np.convolve(x, u, "valid").tolist()
    product = np.fft.rfft(x, 5) * np.fft.rfft(u, 5)
    np.testing.assert_allclose(np.fft.irfft(product, 5)[1:4], [8, 13, 18])


@one_dimensional
def test_conv1d_derivative_kernel_finds_slopes(convolve):
    """Ten inputs and a kernel of two give nine outputs: the slope between neighbours."""
    x = np.array([1, 1, 1, 1, 2, 3, 4, 5, 5, 5])
    assert convolve(x, [-1, 1]).tolist() == [0, 0, 0, 1, 1, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ({"stride": 2}, [12, 34, 56]),
        ({"dilation": 3}, [14, 25, 36]),
        ({"padding": 1}, [1, 12, 23, 34, 45, 56, 60]),
        ({"padding": "same"}, [12, 23, 34, 45, 56, 60]),
        ({"padding": "same", "stride": 4}, [12, 56]),
        ({"padding": "valid"}, [12, 23, 34, 45, 56]),
    ],
)
@one_dimensional
def test_conv1d_options_equal_hand_values(convolve, keywords, expected):
    """The kernel (10, 1) writes the two digits that each output saw; `same` pads after, not before."""
    assert convolve([1, 2, 3, 4, 5, 6], [10, 1], **keywords).tolist() == expected


@one_dimensional
@fixed
@given(geometry=geometries(), seed=st.integers(0, 1000), dtype=dtypes)
def test_conv1d_equals_torch(convolve, geometry, seed, dtype):
    """Any size, stride, padding and dilation, in both precisions."""
    i, k, s, p, d = geometry
    x, u = frozen(seed, i, dtype), frozen(seed + 1, k, dtype)
    got = convolve(x, u, stride=s, padding=p, dilation=d)
    assert_same(got, torch_conv(x[None, None], u[None, None], stride=s, padding=p, dilation=d)[0, 0])


@settings(fixed, max_examples=15)
@given(geometry=geometries(), seed=st.integers(0, 1000), padding=st.sampled_from(["same", "valid"]))
def test_conv1d_equals_keras(geometry, seed, padding):
    """Keras's two words, `same` with its asymmetric padding."""
    i, k, s, _, d = geometry
    d = 1 if s > 1 else d  # Keras has no stride and dilation at once
    assume(padding == "same" or d * (k - 1) < i)
    x, u = frozen(seed, i, np.float32), frozen(seed + 1, k, np.float32)
    y = keras.ops.conv(x[None, :, None], u[:, None, None], strides=s, padding=padding, dilation_rate=d)
    assert_same(conv1d(x, u, stride=s, padding=padding, dilation=d), np.asarray(y)[0, :, 0])


@fixed
@given(geometry=geometries(), seed=st.integers(0, 1000), padding=st.sampled_from(["same", "valid", 0, 2]))
def test_conv1d_loops_equal_matrix_product(geometry, seed, padding):
    """The readable loops and the fast form are one function, `same` with stride and dilation included."""
    i, k, s, _, d = geometry
    i += d * (k - 1)
    x, u = frozen(seed, i, np.float64), frozen(seed + 1, k, np.float64)
    keywords = {"stride": s, "padding": padding, "dilation": d}
    assert_same(conv1d(x, u, **keywords), conv1d_loops(x, u, **keywords))


@two_dimensional
def test_conv2d_x_image_equals_hand_value(convolve):
    """The diagonal kernel finds the diagonal of the X; the deck misprints the corner values."""
    y = convolve(X_IMAGE[None, None], DIAGONAL[None, None])
    assert y[0, 0].tolist() == [[7, -3, 3], [-3, 5, -3], [3, -3, 7]]
    assert np.issubdtype(y.dtype, np.integer)


@two_dimensional
def test_conv2d_colour_image_equals_hand_value(convolve):
    """Three channels are summed: 308 − 498 + 164 + 1 = −25, the first pixel of the lecture's colour image."""
    red = [[156, 155, 156, 158, 158], [153, 154, 157, 159, 159]]
    green = [[167, 166, 167, 169, 169], [164, 165, 168, 170, 170]]
    blue = [[163, 162, 163, 165, 165], [160, 161, 164, 166, 166]]
    kernel = [
        [[-1, -1, 1], [0, 1, -1], [0, 1, 1]],
        [[1, 0, 0], [1, -1, -1], [1, 0, -1]],
        [[0, 1, 1], [0, 1, 0], [1, -1, 1]],
    ]
    x = np.array([[red, green, blue]])
    y = convolve(x, [kernel], [1], padding=1)
    assert y[0, 0, 0, :4].tolist() == [-25, 466, 466, 475]
    channels = [int(convolve(x[:, [c]], [[kernel[c]]], padding=1)[0, 0, 0, 0]) for c in range(3)]
    assert channels == [308, -498, 164]


@two_dimensional
def test_conv2d_one_by_one_kernel_is_shared_dense_layer(convolve):
    """A 1×1 convolution mixes the channels of each pixel by one matrix, the same for all pixels."""
    x, kernel = frozen(3, (2, 3, 4, 5), np.float64), frozen(4, (6, 3, 1, 1), np.float64)
    assert_same(convolve(x, kernel), np.einsum("nchw,oc->nohw", x, kernel[:, :, 0, 0]))


@fixed
@given(drawn=images())
def test_conv2d_equals_torch(drawn):
    """Any shape, stride, padding, dilation and bias, different in the two directions, in both precisions."""
    x, kernel, bias, keywords = drawn
    assert_same(conv2d(x, kernel, bias, **keywords), torch_conv(x, kernel, bias, **keywords))


@settings(fixed, max_examples=25)
@given(drawn=images(), same=st.booleans())
def test_conv2d_loops_equal_matrix_product(drawn, same):
    """The readable loops and the fast form are one function, `same` with stride and dilation included."""
    x, kernel, bias, keywords = drawn
    keywords = keywords | ({"padding": "same"} if same else {})
    assert_same(conv2d(x, kernel, bias, **keywords), conv2d_loops(x, kernel, bias, **keywords))


@settings(fixed, max_examples=20)
@given(drawn=images(), padding=st.sampled_from(["same", "valid"]))
def test_conv2d_equals_keras_with_stride(drawn, padding):
    """Keras's two words, with a stride of its own in each direction."""
    x, kernel, bias, keywords = drawn
    assume(padding == "same" or (x.shape[2] >= kernel.shape[2] and x.shape[3] >= kernel.shape[3]))
    got = conv2d(x, kernel, bias, stride=keywords["stride"], padding=padding)
    assert_same(got, keras_conv2d(x, kernel, bias, keywords["stride"], padding))


@settings(fixed, max_examples=10)
@given(drawn=images())
def test_conv2d_equals_keras_with_dilation(drawn):
    """Keras's `same` of a dilated kernel pads by its span."""
    x, kernel, bias, keywords = drawn
    got = conv2d(x, kernel, bias, padding="same", dilation=keywords["dilation"])
    assert_same(got, keras_conv2d(x, kernel, bias, 1, "same", keywords["dilation"]))


def test_same_padding_differs_from_torch_padding_with_stride():
    """Six pixels, kernel 3, stride 2: Keras's `same` pads below and right, torch's padding=1 all around."""
    x, kernel = np.arange(36.0).reshape(1, 1, 6, 6), np.ones((1, 1, 3, 3))
    ours, theirs = conv2d(x, kernel, stride=2, padding="same"), torch_conv(x, kernel, stride=2, padding=1)
    assert ours.shape == theirs.shape
    assert ours[0, 0, 0, 0] == x[0, 0, :3, :3].sum()
    assert theirs[0, 0, 0, 0] == x[0, 0, :2, :2].sum()


def test_same_padding_equals_torch_same_without_stride():
    """With stride 1 the two libraries agree, for even kernels too."""
    x, kernel = frozen(5, (1, 2, 6, 7), np.float64), frozen(6, (3, 2, 4, 2), np.float64)
    with pytest.warns(UserWarning, match="even kernel"):
        expected = torch_conv(x, kernel, padding="same")
    assert_same(conv2d(x, kernel, padding="same"), expected)


@two_dimensional
def test_conv2d_of_no_image_is_no_image(convolve):
    """An empty batch gives an empty batch of the right shape."""
    assert convolve(np.zeros((0, 2, 5, 5)), np.zeros((3, 2, 3, 3))).shape == (0, 3, 3, 3)


@pytest.mark.parametrize(
    ("x_dtype", "kernel_dtype", "expected"),
    [("f4", "f4", "f4"), ("f8", "f8", "f8"), ("f4", "i1", "f4"), ("u1", "i8", "i8"), ("f4", "f8", "f8")],
)
@two_dimensional
def test_conv2d_dtype_is_numpys_promotion(convolve, x_dtype, kernel_dtype, expected):
    """float32 stays float32 with a float32 or a small integer kernel."""
    y = convolve(
        np.ones((1, 1, 3, 3), x_dtype), np.ones((2, 1, 2, 2), kernel_dtype), np.ones(2, kernel_dtype)
    )
    assert y.dtype == np.dtype(expected)
    assert (y == 5).all()


@fixed
@given(
    sizes=st.tuples(st.integers(1, 3), st.integers(3, 7), st.integers(3, 7)),
    options=st.fixed_dictionaries(
        {
            "stride": st.integers(1, 2),
            "dilation": st.integers(1, 2),
            "padding": st.sampled_from([0, 1, "same"]),
        }
    ),
    dtype=st.sampled_from(["u1", "i2", "i8"]),
    seed=st.integers(0, 1000),
)
def test_conv2d_of_integers_is_exact(sizes, options, dtype, seed):
    """Whole numbers go through no float on the way: the matrix product gives the integers of the loops."""
    (n, h, w), rng = sizes, np.random.default_rng(seed)
    limits = np.iinfo(dtype)
    x = rng.integers(limits.min, limits.max, (n, 2, h, w), dtype, endpoint=True)
    kernel = rng.integers(-3, 4, (3, 2, 2, 2)).astype("i8")
    got, expected = conv2d(x, kernel, **options), conv2d_loops(x, kernel, **options)
    assert got.dtype == expected.dtype == np.int64
    np.testing.assert_array_equal(got, expected)


@two_dimensional
def test_conv2d_of_bytes_wraps_as_documented(convolve):
    """Four pixels of 200 add up to 800 = 3·256 + 32, when image and kernel are both 8 bits wide."""
    y = convolve(np.full((1, 1, 2, 2), 200, np.uint8), np.ones((1, 1, 2, 2), np.uint8))
    assert y.dtype == np.uint8
    assert y.item() == 32


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
def test_conv2d_ignores_how_its_arguments_lie_in_memory(view):
    """Views give what their contiguous copies give, and the result is contiguous."""
    x, kernel = (
        view(frozen(7, (3, 4, 12, 10), np.float32)),
        view(frozen(8, (5, 4, 9, 8), np.float32))[..., :2, :2],
    )
    got = conv2d(x, kernel, padding=1)
    np.testing.assert_array_equal(got, conv2d(x.copy(order="C"), kernel.copy(order="C"), padding=1))
    assert_same(got, torch_conv(x.copy(order="C"), kernel.copy(order="C"), padding=1))
    assert got.flags.c_contiguous


def test_conv2d_images_of_a_batch_do_not_mix():
    """One place in memory serves all images in turn; each image of a large batch is treated as if alone."""
    x, kernel = frozen(9, (300, 2, 7, 6), np.float32), frozen(10, (4, 2, 3, 3), np.float32)
    alone = np.concatenate([conv2d(image[None], kernel, stride=2, padding=1) for image in x])
    np.testing.assert_array_equal(conv2d(x, kernel, stride=2, padding=1), alone)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_conv2d_equals_torch_on_large_images(dtype):
    """The first layer of the tracks network, 128×128 pixels and a 5×5 kernel, at the precision of its dtype."""
    x, kernel = frozen(11, (2, 1, 128, 128), dtype), frozen(12, (32, 1, 5, 5), dtype)
    assert_same(conv2d(x, kernel, padding=2), torch_conv(x, kernel, padding=2))


def test_conv2d_changes_neither_image_nor_kernel():
    """Padding 0 and a 1×1 kernel leave nothing to copy; the output is memory of its own all the same."""
    x, kernel = np.ones((2, 3, 4, 4)), np.full((3, 3, 1, 1), 2.0)
    y = conv2d(x, kernel)
    y[:] = 0
    assert (x == 1).all()
    assert (kernel == 2).all()


@two_dimensional
@pytest.mark.parametrize("shape", [(3, 3), (1, 3, 3), (0, 1, 3, 3), (1, 1, 0, 3)])
def test_conv2d_refuses_kernel_without_four_axes(convolve, shape):
    """A bare 3×3 kernel is the usual mistake: the message gives the cure."""
    with pytest.raises(
        ValueError, match=r"kernel must have shape \(c_out, c_in, k_h, k_w\).*kernel\[None, None\]"
    ):
        convolve(np.ones((1, 1, 5, 5)), np.ones(shape))


@two_dimensional
def test_conv2d_refuses_single_image(convolve):
    """An image without the batch axis is not guessed at."""
    with pytest.raises(ValueError, match=r"x must be images of shape \(n, c, h, w\).*got shape \(5, 5\)"):
        convolve(np.ones((5, 5)), np.ones((1, 1, 3, 3)))


@two_dimensional
def test_conv2d_refuses_other_channels(convolve):
    """Channels-last images are the usual cause: the message gives both shapes and the order of the axes."""
    with pytest.raises(
        ValueError, match=r"x of shape \(1, 5, 5, 3\) has 5 channels.*\(2, 3, 3, 3\) expects 3: images are"
    ):
        convolve(np.ones((1, 5, 5, 3)), np.ones((2, 3, 3, 3)))


@two_dimensional
@pytest.mark.parametrize("bias", [1.0, [1.0], [[1.0, 2.0]]])
def test_conv2d_refuses_bias_of_other_shape(convolve, bias):
    """A bias that numpy could broadcast is refused all the same."""
    with pytest.raises(
        ValueError, match=r"bias must have shape \(2,\), .* got \(.*\): give one bias for each"
    ):
        convolve(np.ones((1, 1, 3, 3)), np.ones((2, 1, 2, 2)), bias)


@two_dimensional
def test_conv2d_refuses_kernel_larger_than_padded_image(convolve):
    """Both forms give the span of the kernel and the padded size, and say what to do."""
    with pytest.raises(ValueError, match=r"spans 7.* has?v?e? .*5.*: use a smaller"):
        convolve(np.ones((1, 1, 3, 3)), np.ones((1, 1, 7, 3)), padding=1)


@two_dimensional
@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"stride": 0}, "stride must be a whole number of at least 1, got 0"),
        ({"dilation": (1, 0)}, "dilation must be a whole number of at least 1, got 0"),
        ({"padding": -1}, "padding must be a whole number of at least 0, got -1"),
        ({"padding": "full"}, "'same' or 'valid', got 'full': write the word"),
    ],
)
def test_conv2d_names_the_wrong_option(convolve, keywords, message):
    """Each option is checked under its own name."""
    with pytest.raises(ValueError, match=message):
        convolve(np.ones((1, 1, 5, 5)), np.ones((1, 1, 3, 3)), **keywords)


@one_dimensional
@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"stride": 0}, "stride must be a whole number of at least 1, got 0"),
        ({"dilation": 1.5}, "dilation must be a whole number of at least 1, got 1.5"),
        ({"padding": -1}, "padding must be a whole number of at least 0, got -1"),
        ({"padding": "full"}, "'same' or 'valid', got 'full': write the word"),
    ],
)
def test_conv1d_names_the_wrong_option(convolve, keywords, message):
    """Each option is checked under its own name."""
    with pytest.raises(ValueError, match=message):
        convolve([1, 2, 3], [1, 1], **keywords)


@one_dimensional
@pytest.mark.parametrize(
    ("x", "u", "name"), [([[1, 2]], [1], "x"), ([1, 2], 1, "u"), ([], [1], "x"), ([1], [], "u")]
)
def test_conv1d_refuses_what_is_no_vector(convolve, x, u, name):
    """The message says which of the two it was."""
    with pytest.raises(
        ValueError, match=rf"^{name} must be a vector with at least one entry, got shape .*: flatten"
    ):
        convolve(x, u)


@one_dimensional
def test_conv1d_refuses_kernel_longer_than_padded_signal(convolve):
    """The message gives both lengths."""
    with pytest.raises(
        ValueError, match=r"spans 5 pixels, but the padded input \(i=4, p=0\) has 4: use a smaller"
    ):
        convolve([1, 2], [1, 1, 1], padding=1, dilation=2)
