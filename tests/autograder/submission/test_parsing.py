"""Whatever bytes a student hands in, they become a plain notebook or one sentence that says why not."""

import codecs
import json
import math

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import v3, v4

from autograder.errors import Rejected
from autograder.submission.parsing import SubmittedNotebook, clean, parse


def as_bytes(cells, **changes):
    """The file of a notebook that has these cells."""
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **changes}
    ).encode()


def code(source, **changes):
    return {"cell_type": "code", "id": "c", "metadata": {}, "source": source, "outputs": [], **changes}


def test_parse_keeps_what_grading_reads():
    """Type, source, id and nbgrader's marks survive; a known notebook has no notes."""
    marks = {
        "grade_id": "q",
        "grade": False,
        "solution": True,
        "locked": False,
        "points": 2.5,
        "checksum": "x",
    }
    notebook, notes = parse(as_bytes([code(["a\n", "b"], metadata={"nbgrader": marks, "question": "q"})]))
    (cell,) = notebook.cells
    assert (cell.cell_type, cell.id, cell.source, notes) == ("code", "c", "a\nb", ())
    assert cell.metadata == {"nbgrader": {k: marks[k] for k in marks if k != "checksum"}, "question": "q"}
    nbformat.validate(notebook)


def test_parse_drops_outputs_attachments_and_kernel():
    """What the student's machine printed, and the kernel that it names, never reach the grader."""
    output = {"output_type": "display_data", "data": {"text/html": "<script>"}, "metadata": {}}
    cells = [code("x", outputs=[output], execution_count=3)]
    cells.append({"cell_type": "markdown", "source": "t", "attachments": {"a.png": {}}, "metadata": {"x": 1}})
    notebook, _ = parse(as_bytes(cells, metadata={"kernelspec": {"name": "; rm -rf /"}}))
    assert notebook.metadata == {}
    assert notebook.cells[0].outputs == []
    assert notebook.cells[0].execution_count is None
    assert set(notebook.cells[1]) == {"id", "cell_type", "metadata", "source"}


@pytest.mark.parametrize(
    ("encode", "note"),
    [
        (lambda data: codecs.BOM_UTF8 + data, "byte-order mark"),
        (lambda data: data.decode().encode("utf-16"), "UTF-16"),
        (lambda data: codecs.BOM_UTF16_BE + data.decode().encode("utf-16-be"), "UTF-16"),
    ],
)
def test_parse_salvages_other_encodings(encode, note):
    """Editors on Windows add a byte-order mark, or write UTF-16; the answer is all there."""
    notebook, (flag,) = parse(encode(as_bytes([code("x = 'é'")])))
    assert notebook.cells[0].source == "x = 'é'"
    assert flag.kind == "salvaged"
    assert note in flag.text


def test_parse_reads_nbformat_3():
    """A notebook of old Jupyter is read as nbformat itself would convert it."""
    cells = [
        v3.new_code_cell("x = 1"),
        v3.new_text_cell("markdown", "text"),
        v3.new_heading_cell("H", level=2),
    ]
    old = v3.new_notebook(worksheets=[v3.new_worksheet(cells=cells)])
    notebook, _ = parse(json.dumps(old).encode())
    theirs = v4.upgrade(old)
    assert [(c.cell_type, c.source) for c in notebook.cells] == [
        (c.cell_type, c.source) for c in theirs.cells
    ]


def test_parse_salvages_damaged_cells():
    """One broken cell does not cost the others, and is noted."""
    cells = [
        1,
        None,
        code({"a": 1}),
        code(["a", 2, "b"]),
        {"cell_type": ["code"], "source": "r"},
        {},
        code("x\r\ny\rz"),
    ]
    notebook, notes = parse(as_bytes(cells))
    assert [cell.source for cell in notebook.cells] == ["", "ab", "r", "", "x\ny\nz"]
    assert [cell.cell_type for cell in notebook.cells] == ["code", "code", "raw", "raw", "code"]
    assert [flag.text for flag in notes] == [
        "2 damaged cell(s) left out: not a cell.",
        "2 damaged cell(s) with source that is no text.",
    ]


def test_parse_replaces_invalid_ids():
    """An id that nbformat would refuse is replaced, so that what we write can be read."""
    cells = [code("", id=name) for name in ("", "a b", "x" * 65, 3, None, "../x")]
    notebook, _ = parse(as_bytes(cells))
    assert [cell.id for cell in notebook.cells] == [f"cell-{k}" for k in range(6)]


def test_parse_replaces_half_surrogates():
    """JSON can spell text that no file can hold; writing feedback must not fail on it."""
    notebook, _ = parse(as_bytes([code("x = '\ud800'")]))
    assert notebook.cells[0].source == "x = '?'"


def test_parse_takes_the_last_of_duplicate_keys():
    """The grader reads what Jupyter reads: of two `source` keys the last."""
    data = b'{"cells": [{"cell_type": "code", "source": "a", "source": "b"}], "cells": [{"source": "c"}]}'
    assert [cell.source for cell in parse(data)[0].cells] == ["c"]


def test_parse_reads_no_infinite_points():
    """NaN and Infinity are no JSON; as points they would pass every comparison."""
    data = b'{"cells": [{"metadata": {"nbgrader": {"points": NaN, "grade": Infinity, "grade_id": "q"}}}]}'
    assert parse(data)[0].cells[0].metadata == {"nbgrader": {"grade_id": "q"}}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"PK\x03\x04rest", "the file is a zip archive; hand in the notebook that is in it"),
        (b"\n <!DOCTYPE html>", "the file is a web page; hand in the notebook itself"),
        (b"\x80abc", "it is not text in UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "it is not text in UTF-8"),
        (b'{"cells": [', r"not valid JSON \(Expecting value, line 1\)"),
        (b'{"cells": ' + b"1" * 5000 + b"}", r"not valid JSON \(a number in it is too long\)"),
        (b'{"cells": ' + b"[" * 100_000, "nested too deeply"),
        (b"[" * 5_000_000, "holds too many values; clear its outputs"),
        (b"3", "JSON, but no notebook: it holds no cells"),
        (b'{"cells": {}}', "JSON, but no notebook: it holds no cells"),
        (b'{"worksheets": [1, {"cells": 2}]}', "JSON, but no notebook: it holds no cells"),
        (as_bytes([{}] * 2001), "the notebook has 2001 cells; at most 2000 are read"),
        (as_bytes([code("x" * (3 << 20))] * 2), "the cells hold more than 4 MiB of text"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else "",
)
def test_parse_rejects_what_is_no_notebook(data, reason):
    """The student learns in one sentence what is wrong with the file."""
    with pytest.raises(Rejected, match=reason):
        parse(data)


def test_parse_accepts_exactly_the_largest_notebook():
    """The limit on cells is a limit, not one less."""
    assert len(parse(as_bytes([{}] * 2000))[0].cells) == 2000


def test_from_bytes_and_of_agree():
    """A notebook in memory is cleaned as a file is; the digest of a file is that of its bytes."""
    data = as_bytes([code("x = 1", outputs=[1])])
    read = SubmittedNotebook.from_bytes(data, "a.ipynb")
    held = SubmittedNotebook.of(json.loads(data))
    assert (read.notebook, read.notes, read.name) == (held.notebook, held.notes, "a.ipynb")
    assert read.digest != held.digest == SubmittedNotebook.of(json.loads(data)).digest


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("cell_type", "source", "input", "id", "metadata", "level", "outputs")
TYPES = st.sampled_from(["code", "markdown", "raw", "heading", "html"])
MARKS = st.fixed_dictionaries({}, optional=dict.fromkeys(("grade_id", "grade", "points", "locked"), ANYTHING))
METADATA = st.fixed_dictionaries({}, optional={"nbgrader": MARKS | ANYTHING, "question": ANYTHING})
CELL = st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, ANYTHING))
LIKELY = st.fixed_dictionaries({"cell_type": TYPES, "source": ANYTHING, "metadata": METADATA})
CELLS = st.lists(CELL | LIKELY | ANYTHING, max_size=4)
SHEETS = st.lists(st.fixed_dictionaries({"cells": CELLS | ANYTHING}) | ANYTHING, max_size=3)
NOTEBOOKS = ANYTHING | st.fixed_dictionaries({"cells": CELLS}) | st.fixed_dictionaries({"worksheets": SHEETS})


@settings(max_examples=200, deadline=None)
@given(NOTEBOOKS)
def test_clean_makes_a_valid_notebook_of_anything_or_rejects_it(content):
    """No structure, however odd, raises anything but Rejected, and what passes can be written and read."""
    try:
        notebook, _ = clean(content)
    except Rejected:
        return
    for cell in notebook.cells:
        cell.source.encode("utf-8")
        marks = cell.metadata.get("nbgrader", {})
        assert all(isinstance(value, (str, bool, int, float)) for value in marks.values())
    ids = [cell.id for cell in notebook.cells]
    if len(set(ids)) == len(ids):
        nbformat.validate(notebook)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=64) | NOTEBOOKS.map(lambda content: json.dumps(content).encode()))
def test_parse_raises_nothing_but_rejected(data):
    """No bytes raise anything but Rejected."""
    try:
        notebook, _ = parse(data)
    except Rejected:
        return
    assert not any(isinstance(p, float) and math.isnan(p) for p in _points(notebook))


def _points(notebook):
    return [cell.metadata.get("nbgrader", {}).get("points") for cell in notebook.cells]
