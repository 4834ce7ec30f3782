"""The worked examples of the lecture decks, computed again: the functions that `code` in claims.toml calls.

Data are copied from the decks, cell by cell. A function that backs a formula gives pairs (letters, right
answer): the answer comes from counting or from numpy and scipy, never from the formula.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from kernelwise import arithmetic, convolution
from kernelwise.data import tracks

Array = NDArray[Any]
Cases = Iterator[tuple[dict[str, Any], Any]]

# The two tables of one picture, as printed side by side (deck S).
FIRST_TABLE = np.loadtxt(
    """
    157 153 174 168 160 162 129 151 172 161 155 166  166 182 163  74  75  62  33  17 110 210 180 154
    180 180  50  14  34   6  10  33  48 105 159 181  206 109   5 124 131 111 120 204 166  15  56 180
    194  68 137 251 237 299 239 228 227  87  71 201  172 105 207 233 233 214 220 239 228  98  74 206
    188  88 179 209 185 215 211 158 139  75  20 169  189  97 165  84  10 168 134  11  31  62  22 148
    199 168 191 193 158 227 178 143 182 105  36 190  205 174 155 252 236 231 149 178 228  43  95 234
    190 216 116 149 236 187  85 150  79  38 218 241  190 224 147 108 227 210 127 102  36 101 255 224
    190 214 173  66 103 143  95  50   2 109 249 215  187 196 235  75   1  81  47   0   6 217 255 211
    183 202 237 145   0   0  12 108 200 138 243 236  195 206 123 207 177 121 123 200 175  13  96 218
    """.splitlines(),
    dtype=int,
).reshape(16, 12)
SECOND_TABLE = np.loadtxt(
    """
    157 153 174 168 160 162 129 151 172 161 155 166  156 182 163  74  75  62  33  17 110 210 180 154
    180 180  50  14  34   6  10  33  48 106 159 181  206 109   5 124 131 111 120 204 166  15  56 180
    194  68 137 251 237 239 239 228 227  87  71 201  172 105 207 233 233 214 220 239 228  98  74 206
    188  88 179 209 185 215 211 158 139  75  20 169  189  97 165  84  10 168 134  11  31  62  22 148
    199 168 191 193 158 227 178 143 182 105  36 190  205 174 155 252 236 231 149 178 228  43  95 234
    190 216 116 149 236 187  85 150  79  38 218 241  190 224 147 108 227 210 127 102  36 101 255 224
    190 214 173  66 103 143  95  50   2 109 249 215  187 196 235  75   1  81  47   0   6 217 255 211
    183 202 237 145   0   0  12 108 200 138 243 236  195 206 123 207 177 121 123 200 175  13  96 218
    """.splitlines(),
    dtype=int,
).reshape(16, 12)

# The corner of a photograph, red, green and blue, with zeros above and on the left (deck S).
PHOTO = np.pad(
    [
        [[156, 155, 156, 158, 158, 158], [153, 154, 157, 159, 159, 159], [149, 151, 155, 158, 159, 159],
         [146, 146, 149, 153, 158, 158], [145, 143, 143, 148, 158, 158]],
        [[167, 166, 167, 169, 169, 169], [164, 165, 168, 170, 170, 170], [160, 162, 166, 169, 170, 170],
         [156, 156, 159, 163, 168, 168], [155, 153, 153, 158, 168, 168]],
        [[163, 162, 163, 165, 165, 165], [160, 161, 164, 166, 166, 166], [156, 158, 162, 165, 166, 166],
         [155, 155, 158, 162, 167, 167], [154, 152, 152, 157, 167, 167]],
    ],
    ((0, 0), (1, 0), (1, 0)),
)  # fmt: skip
PHOTO_KERNEL = np.array(
    [
        [[-1, -1, 1], [0, 1, -1], [0, 1, 1]],
        [[1, 0, 0], [1, -1, -1], [1, 0, -1]],
        [[0, 1, 1], [0, 1, 0], [1, -1, 1]],
    ]
)

# The letter X, the kernel that looks for its falling stroke, the map, the map after ReLU (deck B).
X_IMAGE = np.array(
    [[-1, -1, -1, -1, -1], [-1, 1, -1, 1, -1], [-1, -1, 1, -1, -1], [-1, 1, -1, 1, -1], [-1, -1, -1, -1, -1]]
)
X_KERNEL = np.array([[1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
X_MAP = np.array([[7, -3, 3], [-3, 5, -3], [3, -3, 7]])
X_RECTIFIED = np.array([[7, 0, 3], [0, 5, 0], [3, 0, 7]])


def differing_pixels() -> list[tuple[int, int, int, int]]:
    """Row and column, from zero, of each cell in which the two tables differ, and the two values."""
    cells = np.argwhere(FIRST_TABLE != SECOND_TABLE).tolist()
    return [(i, j, int(FIRST_TABLE[i, j]), int(SECOND_TABLE[i, j])) for i, j in cells]


def second_table_where_first_is_impossible() -> int:
    """What the second table has in the one cell where the first exceeds eight bits."""
    return SECOND_TABLE[FIRST_TABLE >= 2**8].item()


def dense_layer_bytes() -> int:
    """Bytes of a dense layer's weights from one RGB image to another, in float32."""
    values = 3 * 256 * 256
    return values * values * np.dtype(np.float32).itemsize


def photo_feature_map() -> Array:
    """The feature map of the photograph, with a bias of 1."""
    return convolution.conv2d(PHOTO[None], PHOTO_KERNEL[None], bias=[1])[0, 0]


def x_feature_map() -> Array:
    """The feature map of the letter X."""
    return convolution.conv2d(X_IMAGE[None, None], X_KERNEL[None, None])[0, 0]


def scipy_correlation(x: Array, kernel: Array) -> Array:
    """Cross-correlate an image (c, h, w) with one kernel (c, k_h, k_w), by scipy."""
    return signal.correlate(x, kernel, mode="valid")[0]


def counted_places() -> Cases:
    """Every place where a kernel fits on a padded axis, counted one by one."""
    for d, p, s, k, i in product((1, 2), (0, 1, 2), (1, 2, 3), range(1, 5), range(1, 9)):
        end, reach = i + 2 * p, d * (k - 1)
        places = [start for start in range(0, end, s) if start + reach < end]
        if places:
            yield {"i": i, "k": k, "s": s, "p": p, "d": d}, len(places)


def places_with_same_padding() -> Cases:
    """As many outputs as every s-th pixel of the input, and the padding of `same` makes exactly these fit."""
    for i, k, s in product(range(1, 9), range(1, 5), (1, 2, 3)):
        padded = np.pad(np.ones(i), arithmetic.same_padding(i, k, s))
        fits = len(np.correlate(padded, np.ones(k), "valid")[::s])
        assert fits == len(range(0, i, s)), (i, k, s)
        yield {"i": i, "s": s}, fits


def sizes_without_padding() -> Cases:
    """What numpy makes of W numbers and a kernel of w."""
    for W, w in product(range(4, 9), range(1, 4)):
        output = np.correlate(np.ones(W), np.ones(w), "valid")
        yield {"W": W, "w": w}, len(output)


def correlated_signals() -> Cases:
    """One output of numpy's cross-correlation."""
    x, u = np.array([1, 2, 3, 4]), np.array([3, 2])
    for m, right in enumerate(np.correlate(x, u, "valid")):
        yield {"x": x, "u": u, "k": 2, "m": m}, right


def convolved_signals() -> Cases:
    """One output of numpy's convolution, where the kernel lies fully on the signal."""
    x, u = np.array([1, 2, 3, 4]), np.array([3, 2])
    for m in range(1, 4):
        yield {"x": x, "u": u, "k": 2, "m": m}, np.convolve(x, u)[m]


def correlated_images() -> Cases:
    """One output of scipy's cross-correlation of the X, with a bias c."""
    right = signal.correlate2d(X_IMAGE, X_KERNEL, "valid")
    for c in (0, 10):
        for (m, n), value in np.ndenumerate(right):
            yield {"x": X_IMAGE, "u": X_KERNEL, "k": 3, "m": m, "l": n, "c": c}, value + c


def functions_and_their_convolution() -> Cases:
    """Two functions on a circle of four points, and the sum over all ways to share an angle between them."""
    f, g = np.array([1, 2, 3, 4]), np.array([3, 2, 0, 0])
    right = [sum(f[m - a] * g[a] for a in range(4)) for m in range(4)]
    yield {"f": f, "g": g}, right


def filter_banks() -> Cases:
    """The numbers in D kernels of C × h × w and in their D biases."""
    for D, C, h, w in product((1, 2, 5), (1, 3), (1, 3), (2, 5)):
        yield {"D": D, "C": C, "h": h, "w": w}, np.zeros((D, C, h, w)).size + np.zeros(D).size


def shapes_of_feature_maps() -> Cases:
    """The shape of what scipy makes of a colour image and D kernels."""
    for D, H, W, h, w in product((1, 2), (4, 5), (5, 6), (1, 3), (2, 3)):
        image, kernel = np.ones((3, H, W)), np.ones((3, h, w))
        yield {"D": D, "H": H, "W": W, "h": h, "w": w}, (D, *scipy_correlation(image, kernel).shape)


def rectified_numbers() -> Cases:
    """Negative numbers become 0, the others stay."""
    for x in (-200, -2, -0.5, 0.5, 2, 200):
        yield {"x": x}, x if x > 0 else 0


def box_of_the_painted() -> list[int]:
    """Paint columns 13 to 28 of rows 11 to 19, counted from 0, and find the edges (x0, y0, x1, y1) again."""
    image = np.zeros((64, 64))
    image[np.ix_(range(11, 20), range(13, 29))] = 1
    ((rows, columns),) = ndimage.find_objects(image.astype(int))
    return [columns.start, rows.start, columns.stop, rows.stop]


def spots_of_one_track() -> int:
    """Count the separate spots in the image of a single track."""
    image = tracks.draw_tracks(1, seed=1, size=512, spectrometer=tracks.Spectrometer(tracks=1)).images[0]
    return ndimage.label(image)[1]


def resized_tracks() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shapes of an image of tracks before and after it is made smaller, 4 × 4 pixels to one."""
    large = tracks.draw_tracks(1, seed=1, size=512).images
    return large.shape[1:], tracks.resize_images(large, large.shape[1] // 4).shape[1:]
