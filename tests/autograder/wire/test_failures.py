"""Failures as they cross: whatever an exception is, it becomes three short texts."""

import pytest

from autograder.wire.failures import (
    MESSAGE_CHARACTERS,
    TRACEBACK_CHARACTERS,
    TYPE_CHARACTERS,
    Failure,
    failure,
)


class Mute(Exception):
    def __str__(self) -> str:
        raise SystemExit


def test_exception_becomes_its_type_and_text():
    """What a student reads of it."""
    assert failure(ValueError("no such kernel")) == Failure("ValueError", "no such kernel")


def test_exception_without_a_text_is_described():
    """An exception whose text cannot be had ends nothing."""
    assert failure(Mute()).message == "(the exception cannot be turned into text)"


def test_texts_are_cut():
    """The beginning of a message says what is wrong, the end of a traceback where."""
    long = Failure("T" * 1000, "m" * 10_000, "old" + "t" * TRACEBACK_CHARACTERS)
    assert len(long.type_name) == TYPE_CHARACTERS
    assert len(long.message) == MESSAGE_CHARACTERS
    assert long.traceback == "t" * TRACEBACK_CHARACTERS


@pytest.mark.parametrize("source", ["def f(:", "x = (1,\n", "if True:\n"])
def test_syntax_errors_have_one_name(source):
    """Python 3.13 has a private kind for a cell that ends too early."""
    with pytest.raises(SyntaxError) as caught:
        compile(source, "cell", "exec")
    assert failure(caught.value).type_name in ("SyntaxError", "IndentationError")


def test_record_has_what_the_other_side_reads():
    """The keys of a reply."""
    assert Failure("A", "b", "c").record() == {"type": "A", "message": "b", "traceback": "c"}
