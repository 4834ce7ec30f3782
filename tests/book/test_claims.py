"""book/claims: every number and formula that comes from a lecture deck is computed again, and printed."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from book.machinery import build, claims

ROOT = Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"(?<![\w.])\d[\d_]*(?:\.\d+)?")
OURS = re.compile(r"\b(?:activations|arithmetic|convolution|pooling|tracks)\.\w+\(")

# What content.md marks as wrong in the decks, sections 2 to 4, and the claim that puts it right.
WRONG_IN_THE_DECKS = {
    # Images as tensors
    "hubel-wiesel-animals": "“on cast” → cats",
    "dense-memory": "“Gb” means gigabit",
    "pixel-tables": "two printed 16×12 pixel tables differ in three cells",
    "pixel-eight-bits": "299 is impossible for 8 bits: use 239",
    # Convolution arithmetic
    "true-convolution": "(7, 12, 17) is cross-correlation; true convolution gives (8, 13, 18)",
    "convolution-symbol": "“f x g” is f*g",
    "valid-size": "w for both lengths: W and w, output W−w+1",
    "derivative": "the printed 10 inputs give 9 outputs",
    "output-size": "“round up” is wrong",
    "hadamard-sum": "“Hadamard product”: Hadamard then sum, plus bias",
    "x-first-row": "the deck prints 7 −1 3 …",
    "x-feature-map": "… and 3 −1 7 …",
    "x-after-relu": "… and once 0 0 7",
    # ReLU and pooling
    "max-pool": "“7 5 / 5 7” needs stride 1; the printed line gives [[7]]",
    "cat-eye": "“cut eye” → cat eye",
    "relu": "“ReLU is a normalisation” (of section 1, but taught here)",
}


TEXT = claims.text()
REGISTRY = claims.load()
CORRECTIONS = [claim for claim in REGISTRY.claims.values() if claim.title]
each_claim = pytest.mark.parametrize("claim", REGISTRY.claims.values(), ids=REGISTRY.claims)
each_correction = pytest.mark.parametrize("claim", CORRECTIONS, ids=lambda claim: claim.id)


def edits(line: str) -> Iterator[str]:
    """A line of a claim with one number, one sign, one bracket or, where there is none, one word changed."""
    changed = []
    for found in NUMBER.finditer(line):
        number = found[0].replace("_", "")
        digits = len(number.partition(".")[2])
        one_more = f"{float(number) + 10.0**-digits:.{digits}f}" if digits else str(int(number) + 1)
        changed.append(line[: found.start()] + one_more + line[found.end() :])
    swaps = ((r"\+ ", "- "), (r"- ", "+ "), (r"-(?=\d)", ""), ("floor", "ceil"), ("ceil", "floor"))
    for old, new in swaps:
        changed += [line[: at.start()] + new + line[at.end() :] for at in re.finditer(old, line)]
    yield from changed or [re.sub(r'"$', ' + 1"', line)]


@each_claim
def test_claim_is_computed_again(claim):
    """What the book prints is what its code gives, and where kernelwise computes it, an independent way too."""
    assert claims.disagreement(claim) is None


@each_claim
def test_edited_value_is_noticed(claim):
    """Any single number, sign or rounding changed in a claim is found by the test above."""
    block = TEXT[TEXT.index(f"[claim.{claim.id}]\n") :]
    line = re.search(r"^(?:value|formula) = .+$", block, re.MULTILINE)[0]
    changed = list(edits(line))
    assert changed
    for other in changed:
        edited = claims.parse(TEXT[: -len(block)] + block.replace(line, other, 1))
        assert claims.disagreement(edited.claims[claim.id]), other


@each_correction
def test_deck_is_really_wrong(claim):
    """Nobody is corrected without reason: what the deck has in place of the value fails the same test."""
    assert claims.disagreement(claims.deck_version(claim))


def test_claims_from_kernelwise_have_an_oracle():
    """A mistake of our own library cannot confirm itself."""
    for claim in REGISTRY.claims.values():
        if claim.code and claim.formula is None and OURS.search(claims.shown_code(claim)):
            assert claim.oracle, claim.id
            names = [node.id for node in ast.walk(ast.parse(claim.oracle)) if isinstance(node, ast.Name)]
            called = [claims.EXAMPLES.get(name) for name in names]
            code = [
                claim.oracle,
                *(inspect.getsource(thing) for thing in called if inspect.isfunction(thing)),
            ]
            assert not OURS.search("\n".join(code)), claim.id


def test_every_worked_example_backs_a_claim():
    """No function stays behind that computes what nobody prints."""
    code = " ".join(f"{claim.code} {claim.oracle}" for claim in REGISTRY.claims.values())
    functions = [name for name, thing in claims.EXAMPLES.items() if inspect.isfunction(thing)]
    assert len(functions) > 10
    assert [name for name in functions if f"{name}(" not in code] == []


def test_each_error_of_the_decks_is_corrected():
    """Every item of the course's list of errors, sections 2 to 4, is an entry of its own."""
    assert WRONG_IN_THE_DECKS.keys() - {claim.id for claim in CORRECTIONS} == set()


def test_every_claim_is_printed_by_a_chapter():
    """A claim that no page of the book prints is no claim of the book; the errata page alone does not count."""
    names = re.findall(r"book/\w+", yaml.safe_dump(yaml.safe_load((ROOT / "_toc.yml").read_text())))
    pages = {name: (ROOT / f"{name}.md").read_text() for name in names if name != "book/errata"}
    assert sorted(REGISTRY.claims.keys() - claims.pages_printing(pages)) == []


GOOD = 'deck = "Z"\nquote = "7"\nstatus = "confirmed"\nvalue = 7\ncode = "3 + 4"'
EXPLAINED = 'title = "t"\ndeck_says = 8\ncounter_example = "c"\nfix = "f"'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "3 + 4"', 'code = "3 + 4"\ncolour = "red"', "claim a: unknown field colour"),
        ('quote = "7"', "", "claim a: add quote"),
        ('"Z"', '"Y"', "claim a: deck 'Y' is not among the decks Z"),
        ('"confirmed"', '"true"', "claim a: status 'true' is none of confirmed, corrected, not_checkable"),
        ("value = 7", "", "claim a: give either a value or a formula"),
        ("value = 7", 'value = 7\nformula = "3 + 4"', "claim a: give either a value or a formula"),
        ('code = "3 + 4"', "", "claim a: give either code, or a reference"),
        ('"confirmed"', '"corrected"', "claim a: a corrected claim has title, deck_says"),
        ('"7"', f'"7"\n{EXPLAINED}', "claim a: only a corrected claim without see has title"),
        ('"confirmed"', '"corrected"\nsee = "b"', "claim a: see = 'b' is no correction of the same deck"),
    ],
)
def test_wrong_entry_is_refused(old, new, message):
    """An author who writes an incomplete or contradictory entry is told which, and what it needs."""
    text = f'[deck.Z]\nauthor = "A"\n\n[claim.a]\n{GOOD}\n'
    assert claims.disagreement(claims.parse(text).claims["a"]) is None
    with pytest.raises(claims.ClaimError, match=re.escape(message)):
        claims.parse(text.replace(old, new))


def test_words_and_numbers_are_compared_strictly():
    """A row is no matrix, a rounded number is right to its last digit, and a reference must hold the words."""
    claim = claims.Claim("a", "Z", "", "confirmed", value=[7], code="[[7]]")
    assert claims.disagreement(claim) == "[[7]] gives [[7]], and not [7]"
    for value, tolerance, right in (
        (3.14, None, True),
        (3.15, None, False),
        (3.15, 0.01, True),
        (3, None, False),
    ):
        claim = claims.Claim("a", "Z", "", "confirmed", value=value, tolerance=tolerance, code="np.pi")
        assert (claims.disagreement(claim) is None) is right, value
    claim = claims.Claim("a", "Z", "", "not_checkable", value="cat", reference="about cats")
    assert claims.disagreement(claim) == "'cat' does not occur in the reference"


@pytest.mark.parametrize(
    ("formula", "printed"),
    [
        ("o = floor((i - k) / s) + 1", r"o = \left\lfloor \frac{i - k}{s} \right\rfloor + 1"),
        ("a - (b - c)", "a - (b - c)"),
        ("D * (C*h*w + 1)", r"D\, (C\, h\, w + 1)"),
        ("(D, H - h + 1)", r"D \times (H - h + 1)"),
        ("abs(x)", r"\left| x \right|"),
        ("sum(x[m + a] * u[a] for a in range(k))", r"\sum_{a=0}^{k-1} x_{m + a}\, u_{a}"),
        ("convolve(f, g)[m]", "(f * g)_{m}"),
    ],
)
def test_formula_is_printed_with_its_brackets(formula, printed):
    """The printed formula means what the tested one computes."""
    assert claims.formula_language.latex(formula) == printed


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("x ** 2", r"'x \*\* 2' in a formula has no LaTeX"),
        ("sum(x[a] for a in u)", r"a sum must run over `for a in range\(k\)`, got"),
    ],
)
def test_unknown_sign_in_a_formula_is_refused(formula, message):
    """A sign that would be printed wrongly is refused instead."""
    with pytest.raises(claims.formula_language.FormulaError, match=message):
        claims.formula_language.latex(formula)


def test_number_has_no_line_of_its_own():
    """Only formulas, rows and matrices are set as displayed mathematics."""
    with pytest.raises(claims.ClaimError, match="claim a is no formula, row or matrix"):
        claims.latex(claims.Claim("a", "Z", "", "confirmed", value=7))


def test_pages_print_claims_and_errata(minimal_book):
    """Each claim is printed from the registry; the errata have every correction, counter-example first."""
    listed = "\n".join(f"- {name}: {{claim}}`{name}`." for name in REGISTRY.claims)
    shown = "```{claim-math} x-feature-map\n:label: eq-map\n```\n\nSee {eq}`eq-map`."
    book = minimal_book(text=f"{listed}\n\n{shown}\n\n```{{errata}}\n```")
    build.build(book)
    page = BeautifulSoup((book.out / "book" / "page.html").read_text(), "html.parser")
    items = {item.get_text() for item in page.select("main li")}
    for claim in REGISTRY.claims.values():
        printed = re.sub(r"\$(.+)\$", r"\\(\1\\)", claims.markup(claim))
        assert f"{claim.id}: {printed}." in items
    assert {"dense-weights: 38,654,705,664.", "rgb-pixel: −25.", "dense-memory: 154.6\u00a0GB."} <= items
    assert r"\begin{pmatrix} 7 & -3 & 3 \\ -3 & 5 & -3" in page.select_one("#equation-eq-map").get_text()
    sections = {section.find("h3").contents[0]: section for section in page.select("section:has(> h3)")}
    assert sections.keys() == {claim.title for claim in CORRECTIONS}
    for section in sections.values():
        bold = [word.get_text() for word in section.select("p > strong")]
        assert bold == ["Counter-example.", "The deck.", "The fix."]
        assert section.select_one("pre, blockquote")


def test_unknown_claim_fails_the_build(minimal_book, capfd):
    """A misspelt id never reaches a reader, and the author is told the right one."""
    text = "{claim}`dense-weigths`\n\n```{claim-math} nonsense\n```\n\n```{claim-math} dense-weights\n```"
    book = minimal_book(text=text)
    with pytest.raises(build.BuildError, match="a warning or a failing cell"):
        build.build(book)
    said = capfd.readouterr().err
    assert "unknown claim 'dense-weigths': use dense-weights" in said
    assert "unknown claim 'nonsense': use one of those in book/claims" in said
    assert "claim dense-weights is no formula, row or matrix" in said
