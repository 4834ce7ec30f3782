"""Replies are a stranger's: whatever they hold, what is read of them is plain, short and of a known kind."""

import numpy as np
import pytest

from autograder.checks import StudentError
from autograder.judge.replies import cell_played, failure_of, padded_size, returned
from autograder.wire.failures import MESSAGE_CHARACTERS, OUTPUTS_AT_MOST


def test_value_and_changed_arguments_are_read():
    """Only arguments that there were can have been changed."""
    reply = {"value": [1], "changed": [0, "y", 7, "z", True, None, [0], np.zeros(2)]}
    assert returned(reply, "f", {0, 1, "y"}) == ([1], (0, "y"))


@pytest.mark.parametrize("changed", [None, 5, "y", {"y": 1}, np.zeros(2)])
def test_other_kinds_of_changed_are_none(changed):
    """A list or nothing."""
    assert returned({"value": 1, "changed": changed}, "f", {"y"}) == (1, ())


def test_failure_is_the_students_error():
    """With its type and text; what is no text counts as none."""
    with pytest.raises(StudentError, match="ValueError: too large") as caught:
        returned({"failure": {"type": "ValueError", "message": "too large", "traceback": 5}}, "f", set())
    assert caught.value.type_name == "ValueError"
    assert failure_of({"failure": np.zeros(2)}).type_name == "Error"
    assert failure_of({"failure": {"type": 3, "message": "m" * 9999}}).message == "m" * MESSAGE_CHARACTERS
    assert failure_of({"failure": {"type": "\ud800"}}).type_name == "?"


def test_text_that_numpy_would_blow_up_is_refused():
    """One long word in a long list is as long for every item once numpy makes an array of it."""
    assert padded_size(["ab", "c", 1]) == 4 * 3 * 2
    with pytest.raises(StudentError, match="f returned long text in a long list"):
        returned({"value": ["x" * 10_000] + [""] * 10_000}, "f", set())


def test_outputs_of_a_cell_are_bounded():
    """In number, and in characters of all of them together."""
    one = {"output_type": "stream", "name": "stdout", "text": "abcd"}
    assert len(cell_played({"outputs": [one] * 1000}, 10**6).outputs) == OUTPUTS_AT_MOST
    assert len(cell_played({"outputs": [one] * 10}, 10).outputs) == 2
    assert cell_played({"outputs": one}, 100).outputs == []
    assert cell_played({}, 100).status == "ran"
    assert cell_played({"failure": {}, "changed": "x"}, 100).status == "failed"
