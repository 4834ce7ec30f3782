"""Figures show the numbers that they were given, readably, and leave matplotlib's settings as they were."""

import itertools

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from kernelwise.plotting import MOST_CELLS, PALETTE, show_convolution, show_image, show_matrix, style

# Machado, Oliveira & Fernandes 2009, severity 1: what the colour-blind see, in linear RGB.
COLOUR_BLIND = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "none": np.eye(3),
}


@pytest.fixture(autouse=True)
def _off_screen():
    """Draw without a display, start from matplotlib's own settings, and close what was drawn."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        plt.switch_backend("agg")
        yield
        plt.close("all")


def linear(colour):
    """Undo the gamma of sRGB."""
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """Turn linear RGB into CIELAB, where a distance of 2 is just seen."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ rgb.clip(0, 1) / (0.9505, 1, 1.089))
    return np.array([116 * y, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", list(COLOUR_BLIND))
def test_palette_colours_differ_to_everyone(sight):
    """Any two colours are apart, as the colour-blind see them."""
    seen = [lab(np.array(COLOUR_BLIND[sight]) @ linear(colour)) for colour in PALETTE]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 10


def texts(ax):
    """The numbers in the cells, row by row."""
    return [text.get_text() for text in ax.texts]


def test_show_matrix_prints_every_number_in_its_cell():
    """Row i is counted from the top, column j from the left; the minus is a true one."""
    ax = show_matrix([[7, -3, 3], [-3, 5, -3]], title="feature map")
    assert texts(ax) == ["7", "−3", "3", "−3", "5", "−3"]
    assert [text.get_position() for text in ax.texts[2:4]] == [(2, 0), (0, 1)]
    assert ax.yaxis_inverted()
    assert ax.get_title() == "feature map"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.123456, -2e-5, 1e6], ["0.123", "−2e−05", "1e+06"]),
        ([np.nan, np.inf, -np.inf], ["nan", "inf", "−inf"]),
        ([True, False], ["1", "0"]),
        (np.array([200, 7], np.uint8), ["200", "7"]),
        (np.array([0.5], np.float32), ["0.5"]),
    ],
)
def test_show_matrix_writes_numbers_short(values, expected):
    """Three digits of a float, all of an integer, a word where there is no number; a vector is a row."""
    assert texts(show_matrix(values)) == expected


def test_show_matrix_numbers_stand_out_from_their_cells():
    """On every cell, the grey of missing values included, the contrast of the text is at least 4.5."""
    values = np.append(np.linspace(-1, 1, 33), [np.nan, np.inf, -np.inf]).reshape(6, 6)
    ax = show_matrix(values, largest=1)
    (image,) = ax.get_images()
    cells = image.to_rgba(image.get_array()).reshape(-1, 4)
    assert (cells[:, 3] == 1).all()
    for cell, text in zip(cells, ax.texts, strict=True):
        light, dark = sorted(
            (linear(c) @ (0.2126, 0.7152, 0.0722) for c in (cell, text.get_color())), reverse=True
        )
        assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("values", [[[-2, 8]], [[0, 0]], [[np.nan, np.nan]], [[1, 2]]])
def test_show_matrix_shows_zero_in_the_middle_of_the_colours(values):
    """The sign of a number is seen from its colour, in matrices without a number or a sign too."""
    low, high = show_matrix(values).get_images()[0].get_clim()
    assert low == -high < 0


def test_show_matrix_with_given_largest_makes_matrices_comparable():
    """The same number has the same colour in both."""
    limits = {show_matrix(values, largest=9).get_images()[0].get_clim() for values in ([1, 2], [8, -9])}
    assert limits == {(-9, 9)}


@pytest.mark.parametrize(
    "values", [5 * np.ones((2, 2, 2)), np.zeros((0, 3)), np.zeros((1, MOST_CELLS + 1)), [["a"]], [[1j]]]
)
def test_show_matrix_refuses_what_it_cannot_print(values):
    """The message gives shape and dtype, and names the function for large images."""
    with pytest.raises(
        ValueError, match=r"1 to 40 rows and columns, got shape \(.*\), dtype .*: cut .* show_image"
    ):
        show_matrix(values)
    assert plt.get_fignums() == []


def test_show_matrix_draws_into_given_axes():
    """A figure of several parts is the caller's."""
    _, ax = plt.subplots()
    assert show_matrix([[1]], ax=ax) is ax
    assert plt.get_fignums() == [1]


@pytest.mark.parametrize("shape", [(4, 6), (1, 4, 6)])
def test_show_image_of_one_channel_has_colour_bar_with_unit(shape):
    """What the colours count is written beside them."""
    ax = show_image(np.arange(24.0).reshape(shape), title="shower", unit="photons")
    assert ax.get_images()[0].get_array().shape == (4, 6)
    assert ax.get_images()[0].get_cmap().name == "cividis"
    assert ax.figure.axes[1].get_ylabel() == "photons"
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("shower", "column j", "row i")


def test_show_image_of_three_channels_is_coloured():
    """Channels first, as everywhere in the course: the first is red."""
    image = np.zeros((3, 4, 6))
    image[0] = 1
    ax = show_image(image, ax=plt.subplots()[1])
    pixels = ax.get_images()[0].get_array()
    assert pixels.shape == (4, 6, 3)
    assert pixels[2, 3].tolist() == [1, 0, 0]
    assert len(ax.figure.axes) == 1


@pytest.mark.parametrize("shape", [(4,), (4, 6, 3), (1, 1, 4, 6), (0, 4), (2, 4, 6)])
def test_show_image_refuses_other_shapes(shape):
    """Channels last is the usual mistake: the message says where they belong."""
    with pytest.raises(
        ValueError, match=r"shape \(h, w\), .* got \(.*\): take one image .* channels to the front"
    ):
        show_image(np.zeros(shape))


def test_show_convolution_draws_all_three_with_numbers():
    """Input, kernel and output stand side by side in one figure."""
    axes = show_convolution([[1, 2, 3, 4]], [[3, 2]], [[7, 12, 17]], titles=("x", "u", "y"))
    assert [ax.get_title() for ax in axes] == ["x", "⊛ u", "= y"]
    assert [texts(ax) for ax in axes] == [["1", "2", "3", "4"], ["3", "2"], ["7", "12", "17"]]
    assert list(axes) == axes[0].figure.axes
    assert not any(ax.patches for ax in axes)


def test_show_convolution_can_show_the_true_convolution():
    """The sign of the flipped kernel is ∗, as in the convolution theorem."""
    axes = show_convolution([[1, 2, 3, 4]], [[2, 3]], [[8, 13, 18]], sign="∗")
    assert [ax.get_title() for ax in axes] == ["input", "∗ kernel", "= output"]


def test_show_convolution_frames_cell_and_its_window():
    """With stride 2, output cell (1, 2) comes from the window that starts at row 2, column 4."""
    axes = show_convolution(np.zeros((5, 7)), np.zeros((3, 2)), np.zeros((2, 3)), cell=(1, 2), stride=2)
    (window,), none, (cell,) = (ax.patches for ax in axes)
    assert (window.get_xy(), window.get_width(), window.get_height()) == ((3.5, 1.5), 2, 3)
    assert (cell.get_xy(), cell.get_width(), cell.get_height()) == ((1.5, 0.5), 1, 1)
    assert len(none) == 0


@pytest.mark.parametrize("cell", [(2, 0), (0, 3), (-1, 0)])
def test_show_convolution_refuses_cell_outside_output(cell):
    """Rows and columns count from 0, and not backwards."""
    with pytest.raises(ValueError, match=r"cell \(.*\) lies outside the output of shape \(2, 3\): count"):
        show_convolution(np.zeros((5, 7)), np.zeros((3, 2)), np.zeros((2, 3)), cell=cell)


@pytest.mark.parametrize(("cell", "end"), [((2, 0), "row 4, column 2"), ((0, 2), "row 2, column 4")])
def test_show_convolution_refuses_window_outside_input(cell, end):
    """An input that was not padded does not reach as far as its output, in either direction."""
    with pytest.raises(
        ValueError, match=rf"ends at {end}, but the input has shape \(3, 3\): give the padded"
    ):
        show_convolution(np.zeros((3, 3)), np.zeros((2, 2)), np.zeros((3, 3)), cell=cell)


def test_show_convolution_refuses_large_matrix():
    """All three are checked before anything is drawn."""
    with pytest.raises(ValueError, match=r"got shape \(64, 64\)"):
        show_convolution(np.zeros((3, 3)), np.zeros((2, 2)), np.zeros((64, 64)))
    assert plt.get_fignums() == []


def test_figures_can_be_saved(tmp_path):
    """Every glyph exists in matplotlib's own font: a missing one warns, and fails the test."""
    figure = show_convolution(np.eye(3), -np.eye(2), np.eye(2), cell=(0, 0))[0].figure
    figure.savefig(tmp_path / "convolution.png")
    assert plt.imread(tmp_path / "convolution.png").std() > 0


def test_drawing_leaves_settings_as_they_were():
    """A student's own figures keep their look."""
    before = dict(matplotlib.rcParams)
    show_matrix([[1]])
    show_image([[1, 2]])
    show_convolution([[1]], [[1]], [[1]])
    assert dict(matplotlib.rcParams) == before


def test_style_sets_the_palette():
    """Lines that follow have the safe colours, without the faint yellow."""
    style()
    assert matplotlib.rcParams["axes.prop_cycle"].by_key()["color"] == list(PALETTE[:-1])
    assert matplotlib.rcParams["image.cmap"] == "cividis"
