"""Outputs of student cells: kept where they are harmless, and never mistaken for a score."""

import base64

import nbformat
import pytest

from autograder.judge.replies import Played
from autograder.referee.outputs import safe_outputs
from autograder.wire.failures import Failure

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()


def test_text_figures_and_quiet_html_are_kept():
    """What a student wanted to show is there for the instructor."""
    record = {
        "output_type": "display_data",
        "data": {"text/plain": "1", "image/png": PNG, "text/html": "<b>bold</b>"},
    }
    outputs = safe_outputs(Played("ran", [{"output_type": "stream", "name": "stdout", "text": "hi"}, record]))
    assert outputs[0].text == "hi"
    assert outputs[1].data == record["data"]


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<iframe src='//x'>",
    ],
)
def test_active_html_is_made_quiet(html):
    """The instructor's browser runs nothing of the student's."""
    (output,) = safe_outputs(
        Played("ran", [{"output_type": "display_data", "data": {"text/plain": "x", "text/html": html}}])
    )
    text = output.data["text/html"]
    assert not any(word in text for word in ("script", "onerror", "iframe"))


def test_result_of_a_students_cell_is_no_execute_result():
    """nbgrader reads a score from an execute_result; none of these is one."""
    outputs = safe_outputs(
        Played("ran", [{"output_type": "execute_result", "data": {"text/plain": "100.0"}}])
    )
    assert [output.output_type for output in outputs] == ["display_data"]


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"output_type": "error", "ename": "x"},
        {"output_type": "stream", "text": 3},
        {"output_type": "display_data", "data": "text"},
        {
            "output_type": "display_data",
            "data": {"application/javascript": "alert(1)", "image/svg+xml": "<svg onload=alert(1)>"},
        },
        {"output_type": "display_data", "data": {"image/png": "no base64 !"}},
        {"output_type": "display_data", "data": {"image/png": base64.b64encode(b"GIF89a").decode()}},
        {"output_type": "display_data", "data": {"text/plain": ["a"], "text/markdown": "<script>"}},
    ],
)
def test_other_records_are_dropped(record):
    """Only kinds that are known to be harmless are passed on."""
    assert safe_outputs(Played("ran", [record])) == []


def test_failure_and_message_become_outputs_of_a_valid_notebook():
    """The played notebook can be opened like any other."""
    played = Played(
        "timeout",
        failure=Failure("ValueError", "bad", "Traceback\nValueError: bad"),
        message="It took too long.",
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", id="c")])
    notebook.cells[0].outputs = safe_outputs(played)
    nbformat.validate(notebook)
    assert [output.output_type for output in notebook.cells[0].outputs] == ["stream", "error"]
