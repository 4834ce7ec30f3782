"""What a hidden check may say of its own: the words of its file, and nothing that was put in."""

import ast
import time
from pathlib import Path

import pytest

from autograder.judge.vocabulary import NOT_SHOWN, Vocabulary, _constants, _text

ROOT = Path(__file__).resolve().parents[3]
SOURCE = '''
"""A file of checks."""
LEARNED = 1.1
HALF, FULL = 0.5, 0.9
COMPUTED = len("abc")
WORDS = {"x comes first": 1, "y is measured downwards": 2}

def test_it(student):
    """It must learn."""
    if loss:
        fail(
            f"after 8 epochs the loss is {loss:.2f}, expected below {LEARNED}: "
            "forget the gradients"
        )
    fail(f"your numbers look like {words}")
    fail(f"from {HALF} to {FULL} of {COMPUTED}")
    fail("the result is transposed")
    fail(f"{everything}")
'''


@pytest.mark.parametrize(
    ("message", "spoken"),
    [
        ("the result is transposed", "the result is transposed"),
        (
            "after 8 epochs the loss is 4711.08, expected below 1.1: forget the gradients",
            "after 8 epochs the loss is …, expected below 1.1: forget the gradients",
        ),
        ("your numbers look like x comes first", "your numbers look like x comes first"),
        ("your numbers look like 4711", "your numbers look like …"),
        ("your numbers look like x comes first\n4711", "your numbers look like …"),
        ("from 0.5 to 0.9 of 4711", "from 0.5 to 0.9 of …"),
        ("4711", NOT_SHOWN),
        ("", NOT_SHOWN),
        ("your numbers look like " + "x" * 10_000, "your numbers look like …"),
    ],
)
def test_only_words_of_the_file_are_spoken(message, spoken):
    """Texts and constants of the file stay; what was put in is left out; other words are not shown."""
    assert Vocabulary([SOURCE]).spoken(message) == spoken


def test_no_word_is_known_without_a_file():
    """Fail closed: who forgets to say where the words stand shows none."""
    assert Vocabulary().spoken("the result is transposed") == NOT_SHOWN


def test_hostile_message_costs_no_time():
    """A message that nearly fits a pattern of many values at every place is given up in time."""
    words = Vocabulary(['fail(f"a{b}a{c}a{d}a{e}!")'])
    start = time.thread_time()
    assert words.spoken("a" * 1_000_000) == NOT_SHOWN
    assert time.thread_time() - start < 2


def own_messages(path):
    """Give what each `fail` and `partial` of a file says, with 4711 for what is put in."""
    tree = ast.parse(path.read_text())
    constants = _constants(tree)
    for node in ast.walk(tree):
        name = getattr(getattr(node, "func", None), "id", "")
        if isinstance(node, ast.Call) and name in ("fail", "partial"):
            said = node.args[-1]
            assert isinstance(said, ast.Constant | ast.JoinedStr), f"line {node.lineno}: write it as one text"
            parts = said.values if isinstance(said, ast.JoinedStr) else [said]
            texts = [_text(part, constants) for part in parts]
            yield "".join("4711" if text is None else text for text in texts)


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("assignments/*/checks_hidden.py")), ids=lambda path: path.parent.name
)
def test_messages_of_the_course_are_spoken(path):
    """No hidden check of the course is struck dumb, and none says what it was given."""
    words = Vocabulary([path.read_text()])
    spoken = [words.spoken(message) for message in own_messages(path)]
    assert spoken
    assert NOT_SHOWN not in spoken
    assert not any("4711" in text for text in spoken)
