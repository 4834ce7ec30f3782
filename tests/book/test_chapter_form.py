"""Every chapter keeps the form of the book: goals that something tests, worked exercises, pictures with words."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
NOT_CHAPTERS = {
    "book/intro",
    "book/notation",
    "book/errata",
    "book/references",
    "book/graded_with",
}  # they teach nothing new
FENCE = re.compile(r"^(`{3,}|:{3,})\{([\w-]+)\}([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
SOLUTION = re.compile(
    r"^`{3,}\{solution-start\} (\S+)\n(.*?)^`{3,}$(.*?)^`{3,}\{solution-end\}", re.MULTILINE | re.DOTALL
)
OPTION = re.compile(r"^:([\w-]+): (.+)$", re.MULTILINE)
AMERICAN = re.compile(
    r"\b(colou?rize|colors?|colored|gray|centers?|centered|neighbors?|neighboring|behaviors?|favors?|favorite"
    r"|labeled|labeling|modeled|modeling|traveled|analyze[sd]?|catalog|fibers?|meters|artifacts?|math"
    r"|(?:normal|summar|recogn|general|initial|minim|maxim|regular|visual)iz(?:e|es|ed|ing|ation))\b",
    re.IGNORECASE,
)


def pages(contents: dict | list) -> list[str]:
    """The pages of a table of contents, the first page left out."""
    found = []
    for entry in contents if isinstance(contents, list) else contents.values():
        if isinstance(entry, dict):
            found += [entry["file"]] if "file" in entry else []
        if isinstance(entry, dict | list):
            found += pages(entry)
    return found


CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = [CONTENTS["root"], *pages(CONTENTS)]
CHAPTERS = [name for name in PAGES if name not in NOT_CHAPTERS]
each_chapter = pytest.mark.parametrize("name", CHAPTERS)
each_page = pytest.mark.parametrize("name", PAGES)


def source(name: str) -> str:
    return (ROOT / f"{name}.md").read_text(encoding="utf-8")


def directives(text: str, kind: str) -> list[tuple[str, str]]:
    """(title, content) of all directives of one kind."""
    return [(title.strip(), content) for _, found, title, content in FENCE.findall(text) if found == kind]


def labels(text: str) -> list[str]:
    return [dict(OPTION.findall(content)).get("label", "") for _, content in directives(text, "exercise")]


def sections(text: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", FENCE.sub("", text), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def prose(text: str) -> str:
    """What a reader reads: no code, formula, address, option or quotation, but captions and descriptions of pictures."""
    figures = re.findall(r"^\s+(?:alt|caption|description): (.+)$", text, re.MULTILINE)
    text = re.sub(r"\A---\n.*?^---$", "", text, flags=re.MULTILINE | re.DOTALL)
    for hidden in (
        r"^(`{3,}|:{3,})\{(?:code-cell|literalinclude|bibliography)\}.*?^\1$",
        r"^```python.*?^```$",
        r"^(?:`{3,}|:{3,})(?:\{[\w-]+\})?",
        r"\$\$.*?\$\$",
        r"\$[^$]*\$",
        r"^:[\w-]+:[^\n]*$",
        r"(?:\{[\w:-]+\})?`[^`]*`",
        r"\(https?://[^)]*\)|https?://\S+",
        r"“[^”]*”|\"[^\"\n]*\"",
    ):
        text = re.sub(hidden, " ", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join([text, *figures])


def test_chapters_are_found():
    """The tests below look at something, and every page that is called no chapter exists."""
    assert CHAPTERS
    assert all((ROOT / f"{name}.md").exists() for name in NOT_CHAPTERS)


@each_chapter
def test_chapter_says_what_it_is_about(name):
    """The start page has a sentence for the chapter."""
    description = re.search(r"^    description: (.+)$", source(name), re.MULTILINE)
    assert description
    assert len(description[1]) > 40


@each_chapter
def test_goals_are_tested(name):
    """Each goal names what tests it, an exercise of the book or a graded question, and that exists."""
    found = [
        content for title, content in directives(source(name), "admonition") if ":class: goals" in content
    ]
    assert len(found) == 1
    goals = re.split(r"^- ", found[0], flags=re.MULTILINE)[1:]
    assert len(goals) >= 3
    exercises = {label for page in PAGES for label in labels(source(page))}
    notebooks = [path.read_text(encoding="utf-8") for path in ROOT.glob("assignments/*/notebook.py")]
    questions = {question for text in notebooks for question in re.findall(r'question="(\w+)"', text)}
    for goal in goals:
        tested_by = set(re.findall(r"\{ref\}`(ex-[\w-]+)`", goal))
        graded_by = {
            question
            for found in re.findall(r"questions? ((?:`\w+`(?:, | and )?)+)", goal)
            for question in re.findall(r"\w+", found)
            if question != "and"
        }
        assert tested_by | graded_by, f"nothing tests the goal: {goal}"
        assert tested_by <= exercises, goal
        assert graded_by <= questions, goal


def test_labels_are_unique():
    """No exercise takes the label of another."""
    counts = Counter(label for page in PAGES for label in labels(source(page)))
    assert [label for label, count in counts.items() if count > 1] == []


@each_chapter
def test_exercises_have_solutions_that_run(name):
    """Each exercise has a label and one folded solution, whose code runs at every build and shows or asserts something."""
    text = source(name)
    exercises = labels(text)
    solutions = {label: (options, content) for label, options, content in SOLUTION.findall(text)}
    assert len(exercises) >= 3
    assert all(re.fullmatch(r"ex-[a-z]+-\d+", label) for label in exercises), exercises
    assert list(solutions) == exercises
    assert not directives(text, "solution"), "a solution without -start and -end holds no code that runs"
    for label, (options, content) in solutions.items():
        assert ":class: dropdown" in options, f"the solution of {label} is not folded"
        code = "\n".join(cell for _, cell in directives(content, "code-cell"))
        assert re.search(r"^\s*(assert |print\()", code, re.MULTILINE), (
            f"the solution of {label} shows nothing"
        )


@each_chapter
def test_cells_are_executed(name):
    """No cell is kept from running, and none is allowed to fail."""
    assert re.findall(r"skip-execution|raises-exception", source(name)) == []


@each_chapter
def test_chapter_ends_with_physics_and_summary(name):
    """A chapter says where physics uses it, with references, and ends with about five lines."""
    found = sections(source(name))
    assert {"Exercises", "Where physics uses this", "Summary"} <= set(found)
    assert list(found)[-1] == "Summary"
    assert "{cite:" in found["Where physics uses this"]
    assert 4 <= len(re.findall(r"^- ", found["Summary"], re.MULTILINE)) <= 6


@each_page
def test_pictures_have_words(name):
    """Every cell that draws, and every picture in the text, has a sentence for readers who do not see it."""
    text = source(name)
    for _, cell in directives(text, "code-cell"):
        if re.search(r"plt\.(subplots|figure)\(|plotting\.show_\w+\(", cell):
            alt = re.search(r"^\s+alt: (.+)$", cell, re.MULTILINE)
            assert alt, f"no words for the picture of\n{cell}"
            assert len(alt[1]) > 20, alt[1]
    for kind in ("figure", "image"):
        assert all(re.search(r"^:alt: .{20}", content, re.MULTILINE) for _, content in directives(text, kind))
    assert all(len(alt) > 20 for alt in re.findall(r"!\[([^\]]*)\]\(", text))


@each_page
def test_spelling_is_british(name):
    """One spelling in the whole book. Quotations keep theirs."""
    assert sorted({word.lower() for word in AMERICAN.findall(prose(source(name)))}) == []


def test_spelling_looks_at_what_is_read():
    """The check above sees text and captions, and neither code, formulas nor quotations."""
    text = (
        '---\n    description: a gray cat\n---\n# A color\n`color=1` and "center" and {cite:p}`neighbor`\n'
        "```{code-cell} ipython3\n---\n    alt: labeled axes\n---\nnormalize(x)\n```\n"
        "```{exercise}\n:label: ex-modeling-1\nA favorite.\n```\n"
    )
    assert AMERICAN.findall(prose(text)) == ["color", "favorite", "gray", "labeled"]


@each_page
def test_references_are_in_the_bibliography(name):
    """Every cited key is in references.bib."""
    cited = {
        key.strip()
        for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", source(name))
        for key in keys.split(",")
    }
    entries = re.findall(r"^@\w+\{([^,\s]+),", bibliography(), re.MULTILINE)
    assert sorted(cited - set(entries)) == []


def bibliography() -> str:
    return (ROOT / "book" / "references.bib").read_text(encoding="utf-8")


def test_bibliography_is_complete():
    """Each work stands there once, with author, title and year."""
    entries = re.findall(r"^@\w+\{([^,\s]+),\n(.*?)^\}", bibliography(), re.MULTILINE | re.DOTALL)
    assert max(Counter(key for key, _ in entries).values()) == 1
    for key, fields in entries:
        assert {"author", "title", "year"} <= set(re.findall(r"^  (\w+) *= ", fields, re.MULTILINE)), key
