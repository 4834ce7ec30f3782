"""The figures for every reader: screen readers, no motion, dark, narrow, on paper, and without scripts."""

import re

import pytest
from playwright.sync_api import expect

ELEMENTS = ("kw-conv1d", "kw-conv2d", "kw-pool", "kw-receptive-field")
LARGEST = {"i": 12, "k": 5, "s": 4, "d": 3, "p": 4}


def test_live_text_speaks_once_and_of_the_last_state(opened):
    """A slider that passes many values is read out once, with the size and the output of the last one."""
    figure = opened("kw-conv1d")
    figure.element.evaluate("""figure => {
        figure.said = [];
        const live = figure.querySelector('[aria-live=polite]');
        new MutationObserver(() => figure.said.push(live.textContent)).observe(live, { childList: true });
    }""")
    figure.tab_to("[name=s]")
    figure.press("ArrowRight", 3)
    figure.page.wait_for_function("document.querySelector('kw-conv1d').said.length > 0")
    figure.page.wait_for_timeout(500)
    assert figure.element.evaluate("figure => figure.said") == ["Output size 3. Output 1 of 3: 0 + 0 = 0."]
    figure.tab_to("[role=gridcell][tabindex='0']")
    figure.press("ArrowRight")
    expect(figure.find("[aria-live]")).to_have_text("Output 2 of 3: (−1) + 2 = 1.")


def test_nothing_moves_where_motion_is_unwelcome(opened):
    """With reduced motion there is no Play button and no transition, and a change of mind stops the play."""
    figure = opened("kw-conv1d", motion="no-preference")
    play = figure.find("[data-action=play]")
    figure.page.wait_for_timeout(1200)
    assert figure.state["position"] == 0, "nothing plays by itself"
    figure.tab_to("[data-action=play]")
    figure.press("Enter")
    expect(play).to_have_text("Pause")
    figure.page.wait_for_function("document.querySelector('kw-conv1d').state.position >= 1")
    figure.press("Enter")
    expect(play).to_have_text("Play")
    figure.press("Enter")
    figure.page.emulate_media(reduced_motion="reduce")
    expect(play).to_be_hidden()
    position = figure.state["position"]
    figure.page.wait_for_timeout(1200)
    assert figure.state["position"] == position
    assert figure.find(".kw-comb").evaluate("comb => getComputedStyle(comb).transitionDuration") == "0s"


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (390, "light"), (1440, "dark"), (390, "dark")]
)
def test_figures_break_no_accessibility_rule(opened, axe, width, scheme):
    """axe finds nothing wrong, light and dark, wide and narrow, with every control shown; nothing sticks out."""
    page = opened(width=width, scheme=scheme).page
    page.locator("kw-conv1d [name=kind]").select_option("explicit")
    page.locator("kw-conv2d [name=kind]").select_option("keras")
    for name, most in LARGEST.items():
        page.locator(f"kw-conv1d [name={name}]").fill(str(most))
    page.locator("kw-conv2d [name=i]").fill("9")
    page.locator("kw-conv2d [name=d]").fill("3")
    page.locator("kw-receptive-field [name=d-1]").fill("4")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.add_script_tag(path=axe)
    broken = page.evaluate("axe.run('main', {preload: false, resultTypes: ['violations']})")["violations"]
    assert [f"{rule['id']}: {node['html'][:150]}" for rule in broken for node in rule["nodes"]] == []


def test_dark_mode_changes_the_drawing(opened):
    """A figure follows the theme: its paper is dark where the page is dark, and its numbers are light."""
    colour = "cell => getComputedStyle(cell).fill"
    found = {}
    for scheme in ("light", "dark"):
        cell = opened(scheme=scheme).find(".kw-pixel").last
        found[scheme] = [cell.locator(part).evaluate(colour) for part in ("rect", "text")]
    (paper, ink), (dark_paper, dark_ink) = (
        [sum(map(int, re.findall(r"\d+", rgb)[:3])) for rgb in found[scheme]] for scheme in ("light", "dark")
    )
    assert paper > 600 > 200 > ink
    assert dark_paper < 200 < 500 < dark_ink


def test_resized_window_keeps_output_and_focus(opened):
    """A turned phone draws the figure anew and loses neither the chosen output nor the focus."""
    figure = opened("kw-conv2d")
    figure.tab_to("[role=gridcell][tabindex='0']")
    figure.press("ArrowRight", 4)
    wide = figure.find("svg").first.bounding_box()["width"]
    figure.page.set_viewport_size({"width": 390, "height": 800})
    figure.page.wait_for_function(
        f"document.querySelector('kw-conv2d svg').getBoundingClientRect().width < {wide}"
    )
    assert figure.find("[role=gridcell]:focus").get_attribute("data-index") == "4"
    assert figure.state["position"] == 4


def test_printed_figure_is_a_picture(opened):
    """On paper there are the drawing and the numbers, and nothing to press."""
    page = opened().page
    page.emulate_media(media="print")
    for element in ELEMENTS:
        figure = page.locator(element)
        expect(figure.locator("svg").first).to_be_visible()
        for control in figure.locator("button, input[type=range]").all():
            expect(control).to_be_hidden()


def test_text_takes_the_place_of_a_figure_without_scripts(opened):
    """Readers whose browser runs no scripts see the text, and those who see the figure do not."""
    texts = ("The ramp becomes a plateau.", "The X becomes", "Four windows", "Twelve pixels.")
    plain, scripted = opened(script=False).page, opened().page
    for element, text in zip(ELEMENTS, texts, strict=True):
        expect(plain.locator(element).get_by_text(text)).to_be_visible()
        expect(scripted.locator(element).get_by_text(text)).to_have_count(0)
