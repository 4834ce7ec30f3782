"""The numbers of the interactive figures against kernelwise, over thousands of random cases."""

import functools
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kernelwise import arithmetic, convolution, plotting, pooling

ROOT = Path(__file__).resolve().parents[3]
FIGURES = ROOT / "book" / "_static" / "figures"
NODE = Path(sys.executable).with_name("node")
CASES = 1000


@pytest.fixture(scope="session")
def answers():
    """A function that sends calls of arithmetic.js to Node and gives the answers, in the same order."""

    def ask(calls):
        program = [str(NODE), str(Path(__file__).with_name("calls.js"))]
        done = subprocess.run(program, input=json.dumps(calls), capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    return ask


@pytest.fixture
def draw():
    """A generator of random cases, the same in every run."""
    return np.random.default_rng(20).integers


def attempt(function, *arguments, **options):
    """What kernelwise answers, in the form in which Node answers; None stands for any error."""
    try:
        value = function(*arguments, **options)
    except ValueError:
        return None
    return value.tolist() if isinstance(value, np.ndarray) else value


def assert_same(answers, calls, expected):
    """Every answer is the expected one, an error where kernelwise has one; both happen among the cases."""
    got = answers(calls)
    assert len(got) == len(calls) == len(expected)
    for call, answer, value in zip(calls, got, expected, strict=True):
        assert ("error" in answer) == (value is None), call
        if value is not None:
            np.testing.assert_allclose(answer["value"], value, rtol=1e-12, err_msg=str(call))
            assert np.shape(answer["value"]) == np.shape(value), call
    assert sum(value is not None for value in expected) > CASES / 4


def padding_widths(i, k, s, d, padding):
    """Padding as arithmetic.js takes it, from padding as kernelwise takes it."""
    if padding == "same":
        return list(arithmetic.same_padding(i, k, s, d))
    return [padding, padding]


def choices(draw, count=CASES):
    """Random kernel sizes, strides, dilations and paddings, `same` among them."""
    for _ in range(count):
        padding = "same" if draw(3) == 0 else int(draw(0, 4))
        yield int(draw(1, 6)), int(draw(1, 5)), int(draw(1, 4)), padding


def test_output_size_agrees(answers, draw):
    """The size that a figure shows is the size that the book computes, and both refuse the same input."""
    calls = [["outputSize", *map(int, draw(0, 9, 5))] for _ in range(3 * CASES)]
    assert_same(answers, calls, [attempt(arithmetic.output_size, *call[1:]) for call in calls])


def test_same_padding_agrees(answers, draw):
    """Keras's padding in a figure puts every zero on the side where it belongs."""
    calls = [["samePadding", *map(int, draw(1, 12, 4))] for _ in range(CASES)]
    assert_same(answers, calls, [attempt(arithmetic.same_padding, *call[1:]) for call in calls])


def test_symmetric_padding_keeps_the_size(answers):
    """The padding called PyTorch's keeps the size at stride 1 if the kernel spans an odd number of pixels."""
    kernels = [(k, d) for k in range(1, 8) for d in range(1, 4) if d * (k - 1) % 2 == 0]
    paddings = answers([["symmetricPadding", *kernel] for kernel in kernels])
    for (k, d), answer in zip(kernels, paddings, strict=True):
        assert arithmetic.output_size(30, k, 1, answer["value"], d) == 30


def test_symmetric_padding_differs_from_keras(answers):
    """Six pixels with stride 2: Keras pads 0 and 1, the other way pads 1 and 1, as the chapter says."""
    shape = {"i": 6, "k": 3, "s": 2, "d": 1}
    kinds = [["paddingWidths", kind, {**shape, "p": 4}] for kind in ("keras", "torch", "valid", "explicit")]
    assert [answer["value"] for answer in answers(kinds)] == [[0, 1], [1, 1], [0, 0], [4, 4]]


def test_correlation_in_one_dimension_agrees(answers, draw):
    """Signals convolved in a figure give the numbers of kernelwise, whatever stride, padding and dilation."""
    calls, expected = [], []
    for k, s, d, padding in choices(draw):
        x, u = draw(-9, 10, int(draw(1, 14))), draw(-3, 4, k)
        options = {"stride": s, "dilation": d, "padding": padding_widths(len(x), k, s, d, padding)}
        calls.append(["correlate1d", x.tolist(), u.tolist(), options])
        expected.append(attempt(convolution.conv1d, x, u, stride=s, dilation=d, padding=padding))
    assert_same(answers, calls, expected)


def test_correlation_in_two_dimensions_agrees(answers, draw):
    """Images convolved in a figure give the numbers of kernelwise, on rectangular images as well."""
    calls, expected = [], []
    for k, s, d, padding in choices(draw):
        x, u = draw(-9, 10, draw(1, 10, 2)), draw(-3, 4, (k, int(draw(1, 5))))
        sides = [padding_widths(*axis, s, d, padding) for axis in zip(x.shape, u.shape, strict=True)]
        calls.append(["correlate2d", x.tolist(), u.tolist(), {"stride": s, "dilation": d, "padding": sides}])
        options = {"stride": s, "dilation": d, "padding": padding}
        y = attempt(convolution.conv2d, x[None, None], u[None, None], **options)
        expected.append(y and y[0][0])
    assert_same(answers, calls, expected)


@pytest.mark.parametrize(
    ("name", "reference"), [("maxPool2d", pooling.max_pool2d), ("averagePool2d", pooling.average_pool2d)]
)
def test_pooling_agrees(answers, draw, name, reference):
    """Pooling in a figure agrees with kernelwise, and padding is no pixel: it never wins and never counts."""
    calls, expected = [], []
    for k, s, _, padding in choices(draw):
        padding = "same" if padding == "same" else min(padding, k // 2)
        x = draw(-9, 10, draw(1, 10, 2))
        sides = [padding_widths(i, k, s, 1, padding) for i in x.shape]
        calls.append([name, x.tolist(), {"size": k, "stride": s, "padding": sides}])
        y = attempt(reference, x[None, None], k, s, padding)
        expected.append(y and y[0][0])
    assert_same(answers, calls, expected)


def random_layers(draw, most=4):
    return [tuple(map(int, draw(1, (5, 4, 4)))) for _ in range(draw(0, most + 1))]


def as_objects(layers):
    return [dict(zip("ksd", layer, strict=True)) for layer in layers]


def test_receptive_field_agrees(answers, draw):
    """The field after each layer, and the step to the neighbour, are those of kernelwise."""
    stacks = [random_layers(draw, 6) for _ in range(CASES)]
    totals = answers([["receptiveField", as_objects(layers)] for layers in stacks])
    tables = answers([["fieldByLayer", as_objects(layers)] for layers in stacks])
    for layers, total, table in zip(stacks, totals, tables, strict=True):
        assert total["value"] == arithmetic.receptive_field(layers)
        for number, line in enumerate(table["value"], start=1):
            assert line["field"] == arithmetic.receptive_field(layers[:number])
            assert line["step"] == np.prod([s for _, s, _ in layers[:number]])


def test_impossible_layer_is_refused(answers):
    """A layer without a kernel is an error that names the letter, not a number that looks right."""
    [answer] = answers([["receptiveField", as_objects([(3, 1, 1), (0, 1, 1)])]])
    assert re.search("k must be a whole number of at least 1, got 0", answer["error"])


def test_seen_pixels_are_those_that_matter(answers, draw):
    """An input pixel is drawn as seen if, and only if, changing it changes the output pixel."""
    stacks = [(random_layers(draw, 3), int(draw(1, 4))) for _ in range(100)]
    sizes = answers([["levelSizes", as_objects(layers), outputs] for layers, outputs in stacks])
    seen = answers([["seenCells", as_objects(layers), outputs - 1] for layers, outputs in stacks])
    for (layers, outputs), size, cells in zip(stacks, sizes, seen, strict=True):
        pulses = np.eye(size["value"][0], dtype=int)
        for level, (k, s, d) in enumerate(layers):
            ones = functools.partial(convolution.conv1d, u=np.ones(k, int), stride=s, dilation=d)
            pulses = np.stack([ones(pulse) for pulse in pulses])
            assert pulses.shape[1] == size["value"][level + 1]
        assert cells["value"][0] == np.flatnonzero(pulses[:, outputs - 1]).tolist()


def test_marks_have_the_colours_of_the_plots():
    """Figures in the page and figures by matplotlib use one palette, safe for colour blindness."""
    css = (FIGURES / "figures.css").read_text()
    marks = re.findall(r"--kw-(?:window|output): (#\w{6});", css)
    assert len(marks) == 4
    assert {mark.upper() for mark in marks} <= {colour.upper() for colour in plotting.PALETTE}


def test_no_figure_names_another_host():
    """Nothing in the scripts could ask another host; the names of the XML languages are no addresses."""
    for path in FIGURES.iterdir():
        addresses = re.findall(r"https?://[^\s\"]+", path.read_text())
        assert all(re.match(r"http://www\.w3\.org/(1999/xhtml|2000/svg|1998/Math)", it) for it in addresses)
