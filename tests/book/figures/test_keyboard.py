"""Every figure, driven by keyboard alone, shows the numbers that kernelwise computes."""

import numpy as np
import pytest
from playwright.sync_api import expect

from kernelwise import arithmetic, convolution, pooling

PADDINGS = ("valid", "keras", "torch", "explicit")
LEAST = {"i": 2, "k": 1, "s": 1, "d": 1, "kind": 0, "p": 0}
MOST = {
    "kw-conv1d": {"i": 12, "k": 5, "s": 4, "d": 3, "kind": 3, "p": 4},
    "kw-conv2d": {"i": 9, "k": 4, "s": 4, "d": 3, "kind": 3, "p": 3},
}


def padding_of(settings):
    """The padding in the words of kernelwise."""
    if settings["kind"] == "keras":
        return "same"
    symmetric = settings["d"] * (settings["k"] - 1) // 2
    return {"valid": 0, "torch": symmetric, "explicit": settings["p"]}[settings["kind"]]


def expected_output(element, now):
    """What kernelwise makes of the input of a figure."""
    x, u, settings = np.array(now["x"]), np.array(now["u"]), now["settings"]
    options = {name: settings[letter] for name, letter in (("stride", "s"), ("dilation", "d"))}
    options["padding"] = padding_of(settings)
    if element == "kw-conv1d":
        return convolution.conv1d(x, u, **options)[None]
    return convolution.conv2d(x[None, None], u[None, None], **options)[0, 0]


@pytest.mark.parametrize("element", ["kw-conv1d", "kw-conv2d"])
def test_convolution_by_keyboard_shows_the_right_numbers(opened, element):
    """Any setting chosen by keyboard shows the output that kernelwise computes, in the size of the formula."""
    figure = opened(element)
    random = np.random.default_rng(8)
    for turn in range(12):
        steps = {name: int(random.integers(most - LEAST[name] + 1)) for name, most in MOST[element].items()}
        steps["kind"] = turn % 4
        figure.choose(steps)
        now = figure.state
        assert now["settings"]["kind"] == PADDINGS[turn % 4]
        assert all(now["settings"][name] == LEAST[name] + steps[name] for name in "iksd")
        y = expected_output(element, now)
        assert figure.outputs == y.tolist()
        lines = figure.find(".kw-line").all_text_contents()
        assert any(line.endswith(f"={len(y[0])}") for line in lines), "the formula gives another size"


@pytest.mark.parametrize(("element", "least", "span"), [("kw-conv1d", 2, 5), ("kw-conv2d", 2, 4)])
def test_kernel_that_does_not_fit_is_a_sentence(opened, element, least, span):
    """Where the kernel is too long the figure says so and shows no output; one padding later it goes on."""
    figure = opened(element)
    figure.choose({"i": 0, "k": span - 1, "s": 0, "d": 0, "kind": 0})
    words = f"The kernel spans {span} pixels, but the padded input has only {least}: it fits nowhere."
    expect(figure.find(".kw-problem")).to_have_text(words)
    expect(figure.find("[aria-live]")).to_have_text(words)
    assert figure.find("[role=gridcell]").count() == 0
    assert {button.get_attribute("aria-disabled") for button in figure.find(".kw-bar button").all()} == {
        "true"
    }
    figure.choose({"kind": 1})
    assert figure.outputs == expected_output(element, figure.state).tolist()


def test_steps_show_the_products_and_their_sum(opened):
    """Arrow keys walk through all outputs; each shows the window, the products and the sum that belong to it."""
    figure = opened("kw-conv1d")
    figure.choose({"kind": 1, "k": 2, "s": 1, "d": 1})
    figure.tab_to("[role=gridcell][tabindex='0']")
    now = figure.state
    padded = np.pad(now["x"], arithmetic.same_padding(10, 3, 2, 2))
    for index, value in enumerate(expected_output("kw-conv1d", now)[0]):
        window = padded[index * 2 : index * 2 + 5 : 2]
        now = figure.state
        assert (now["position"], now["value"]) == (index, value)
        assert figure.read(figure.find(".kw-product")) == now["products"]
        assert now["products"] == (window * now["u"]).tolist()
        assert figure.read(figure.find(".kw-seen")) == window.tolist()
        assert figure.read(figure.find(".kw-calculation b")) == [value]
        assert figure.find("[aria-selected=true]").get_attribute("data-index") == str(index)
        figure.press("ArrowRight")
    assert figure.state["position"] == index, "the last output is the end"


def test_steps_through_an_image_by_arrow_keys(opened):
    """In two dimensions the arrows go right and down, Home and End along the row, and the focus goes with them."""
    figure = opened("kw-conv2d")
    figure.tab_to("[role=gridcell][tabindex='0']")
    image, kernel = np.array(figure.state["x"]), np.array(figure.state["u"])
    places = {"ArrowRight": (0, 1), "ArrowDown": (1, 1), "End": (1, 2), "ArrowUp": (0, 2), "Home": (0, 0)}
    for key, (row, column) in places.items():
        figure.press(key)
        window = image[row : row + 3, column : column + 3]
        now = figure.state
        assert now["place"] == [row, column]
        assert now["window"] == window.tolist()
        products = figure.read(figure.find(".kw-part").nth(2).locator("text"))
        assert products == (window * kernel).ravel().tolist()
        assert figure.read(figure.find(".kw-calculation b")) == [(window * kernel).sum()]
        assert figure.find("[role=gridcell]:focus").get_attribute("data-index") == str(3 * row + column)
        assert figure.find("[role=gridcell][tabindex='0']").count() == 1, "one stop for Tab, not nine"


def test_buttons_and_clicks_step_as_well(opened):
    """Next and Previous work by keyboard, and a click on an output goes there."""
    figure = opened("kw-conv1d")
    figure.tab_to("[data-action=next]")
    figure.press("Enter", 2)
    assert figure.state["position"] == 2
    figure.tab_to("[data-action=next]")
    figure.press("Shift+Tab")
    figure.press("Space")
    assert figure.state["position"] == 1
    figure.element.get_by_role("gridcell").nth(7).click()
    assert figure.state["position"] == 7
    assert figure.state["value"] == 0


@pytest.mark.parametrize(
    ("combine", "reference"), [(0, pooling.max_pool2d), (1, pooling.average_pool2d)], ids=["max", "average"]
)
def test_pooling_by_keyboard_shows_the_right_numbers(opened, combine, reference):
    """Window, stride and padding chosen by keyboard give the pooled image that kernelwise computes."""
    figure = opened("kw-pool")
    random = np.random.default_rng(9)
    for turn in range(6):
        numbers = {"i": random.integers(2, 8), "k": random.integers(0, 4), "s": random.integers(0, 4)}
        steps = {name: int(number) for name, number in numbers.items()}
        figure.choose({"combine": combine, **steps, "kind": turn % 2})
        now = figure.state
        settings = now["settings"]
        y = reference(np.array(now["x"])[None, None], settings["k"], settings["s"], settings["kind"])[0, 0]
        np.testing.assert_allclose(now["y"], y, rtol=1e-12)
        np.testing.assert_allclose(figure.outputs, y, atol=0.005001)
        figure.tab_to("[role=gridcell][tabindex='0']")
        figure.press("End")
        assert figure.state["value"] == pytest.approx(y.ravel()[figure.state["position"]])


def test_pooling_of_the_lecture_opens(opened):
    """The figure opens with the example of the lecture, 7 5 / 5 7, and marks where a maximum came from."""
    figure = opened("kw-pool")
    assert figure.outputs == [[7, 5], [5, 7]]
    assert figure.find(".kw-winner").all_text_contents() == ["7"]


def test_receptive_field_by_keyboard(opened):
    """Layers altered, added and removed by keyboard show the steps and fields that kernelwise computes."""
    figure = opened("kw-receptive-field")

    def check(layers):
        lines = figure.find("tbody tr").all()[1:]
        shown = [figure.read(line.locator(".kw-number")) for line in lines]
        steps = np.cumprod([s for _, s, _ in layers]).tolist()
        fields = [arithmetic.receptive_field(layers[:end]) for end in range(1, len(layers) + 1)]
        assert shown == [list(line) for line in zip(steps, fields, strict=True)]
        assert figure.find(".kw-measure").text_content() == f"{fields[-1]} pixels"
        now = figure.state
        assert now["seen"][0][-1] - now["seen"][0][0] + 1 == fields[-1]
        assert figure.find(".kw-seen").count() == sum(map(len, now["seen"]))

    layers = [(5, 1, 1), (2, 2, 1), (3, 1, 1), (2, 2, 1)]
    check(layers)
    figure.tab_to("[name=k-3]")
    figure.press("ArrowUp")
    figure.tab_to("[name=d-3]")
    figure.press("ArrowUp")
    layers[2] = (4, 1, 2)
    check(layers)
    figure.tab_to("[data-action=add]")
    figure.press("Enter")
    check([*layers, (3, 1, 1)])
    figure.tab_to("[aria-label='Remove layer 1']")
    figure.press("Enter")
    check([*layers[1:], (3, 1, 1)])
    assert figure.find("[aria-label='Remove layer 1']:focus").count() == 1, "the focus is lost"
    figure.tab_to("[role=gridcell][tabindex='0']")
    figure.press("ArrowRight")
    assert figure.state["seen"][0][0] == 4, "the neighbour sees a field one step further"


def test_too_wide_a_field_is_a_sentence(opened):
    """Where a field is too wide to draw, the numbers stay and a sentence takes the place of the drawing."""
    figure = opened("kw-receptive-field")
    for layer in range(1, 5):
        for name in "ks":
            figure.tab_to(f"[name={name}-{layer}]")
            figure.press("ArrowUp", 6)
    field = arithmetic.receptive_field([(7, 4, 1)] * 4)
    expect(figure.find(".kw-problem")).to_contain_text(f"sees {field} input pixels")
    assert figure.find("tbody tr").last.locator(".kw-number").last.inner_text() == str(field)
    figure.tab_to("[data-action=add]")
    figure.press("Enter", 4)
    assert figure.find("tbody tr").count() == 7, "six layers at most"
