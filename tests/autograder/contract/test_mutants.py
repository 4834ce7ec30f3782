"""Mechanical mutants: every kind of fault, and nothing that no check could find."""

import numpy as np
import pytest

from autograder.contract.mutants import mutants


def names(source):
    """Return the names of the mutants of a source, less "f:1: " where they have it."""
    return [mutant.name.removeprefix("f:1: ") for mutant in mutants(source)]


@pytest.mark.parametrize(
    ("expression", "kinds"),
    [
        ("a + b", ["+ → -"]),
        ("a - b", ["- → +"]),
        ("a * b", ["* → /"]),
        ("a / b", ["/ → *"]),
        ("a // b", ["// → /", "// → ceil"]),
        ("a % b", ["% → //"]),
        ("a ** b", ["** → *"]),
        ("a @ b", ["@ → *"]),
        ("a & b | c", ["& → |", "| → &"]),
        ("a < b <= c", ["< → <=", "<= → <"]),
        ("a > b >= c", ["> → >=", ">= → >"]),
        ("a == b != c", ["== → !=", "!= → =="]),
        ("a is b", ["is → is not"]),
        ("a not in b", ["not in → in"]),
        ("a and b or c", ["and → or", "or → and"]),
        ("-a", ["removed -"]),
        ("not a", ["removed not"]),
        ("7", ["7 → 6", "7 → 8"]),
        ("g(a, x=b, **c)", ["dropped x="]),
        ("g(a, b, c)", ["swapped arguments 1 and 2", "swapped arguments 2 and 3"]),
        ("a[b:c]", ["slice start + 1", "slice end - 1"]),
        ("range(n)", ["range end + 1", "range end - 1", "range start + 1"]),
        ("range(m, n)", ["range end + 1", "range end - 1", "range start + 1", "swapped arguments 1 and 2"]),
    ],
)
def test_expression_has_exactly_these_mutants(expression, kinds):
    """Each kind of fault of the design is made, once."""
    assert names(f"def f(): return {expression}") == kinds


@pytest.mark.parametrize(
    "expression",
    [
        "a",
        "True",
        "None",
        "2.5",
        "'text'",
        "f'{1 + 2:3}'",
        "max(a, b)",
        "np.minimum(a, b)",
        "g(*a)",
        "a << b",
    ],
)
def test_expression_has_no_mutant(expression):
    """Truth values, text and the order of symmetric arguments are left alone."""
    assert names(f"def f(): return {expression}") == []


def test_text_of_errors_annotations_decorators_and_docstrings_are_left_alone():
    """No check should fail an answer for the wording of an error or for an annotation."""
    source = (
        "@cache(maxsize=1 + 2)\n"
        "def f(a: Literal[1]) -> tuple[2]:\n"
        "    '''Text.'''\n"
        "    b: Literal[3] = a\n"
        "    if a:\n"
        "        raise ValueError('more than %d' % (4 - 1))\n"
        "    return b"
    )
    assert names(source) == ["f:5: removed statement"]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("b = 2.5\nreturn b", []),
        ("a = g(a)\nreturn a", [2]),
        ("for i in a:\n    b[i] = a\nreturn b", [2, 3]),
        ("g(a)\na += b\nreturn a", [2, 3]),
        ("if a:\n    return b\nreturn a", [2]),
        ("while a:\n    a.pop()\n    break\nreturn a", [2, 3, 4]),
        ("import math\npass\nglobal b\nb = a", []),
        ("def g():\n    return a\nreturn g", []),
    ],
)
def test_statement_is_removed_where_that_is_a_fault_of_its_own(body, lines):
    """A first assignment is never removed: that is a sure NameError, which any check finds."""
    source = "def f(a):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    removed = [mutant for mutant in mutants(source) if mutant.name.endswith(": removed statement")]
    assert [int(mutant.name.split(":")[1]) for mutant in removed] == lines
    assert all(mutant.change.startswith("(removed) ") for mutant in removed)


def test_name_gives_function_and_line_and_tells_equal_ones_apart():
    """An author finds the place in the answer cell, and lists an equivalent mutant without doubt."""
    source = "LIMIT = 2\n\nclass A:\n    def g(self, x):\n        return x + x + LIMIT\n"
    expected = ["cell:1: 2 → 1", "cell:1: 2 → 3", "A.g:5: + → -", "A.g:5: + → - (2)"]
    assert [mutant.name for mutant in mutants(source)] == expected


def test_change_shows_the_statement_with_the_fault():
    """What a finding prints can be compared with the answer cell by eye."""
    source = "def f(x, s=1):\n    # halve\n    y = x // 2\n    return y"
    changes = [mutant.change for mutant in mutants(source)]
    assert changes[0] == "def f(x, s=0):"
    assert "y = x / 2" in changes
    assert "y = (x + 2 - 1) // 2" in changes


@pytest.mark.parametrize("n", [6, 7])
def test_ceil_rounds_up(n):
    """The mutant called ceil does what its name says."""
    (ceil,) = [mutant for mutant in mutants("def half(n):\n    return n // 2") if "ceil" in mutant.name]
    namespace: dict = {}
    exec(ceil.source, namespace)
    assert namespace["half"](n) == np.ceil(n / 2)


def test_mutants_are_distinct_compile_and_come_in_one_order():
    """No mutant counts twice, none is the source itself, and a second run names the same ones."""
    source = "def f(x):\n    for i in range(1, 4):\n        x[1:2] = x[i - 1 : i]\n    return x == 3, *x"
    first, second = mutants(source), mutants(source)
    assert first == second
    assert (
        len({mutant.source for mutant in first}) == len({mutant.name for mutant in first}) == len(first) > 10
    )
    for mutant in first:
        compile(mutant.source, mutant.name, "exec")


def test_odd_code_does_not_warn():
    """A warning of the compiler about a mutant is no concern of the author's."""
    assert "is → is not" in names("def f(): return 3 is 4")


def test_mutant_that_does_not_compile_is_left_out():
    """A constant pattern may not become an expression, so such a mutant is no answer at all."""
    source = "def f(x):\n    match x:\n        case -1:\n            return x"
    assert "f:3: removed -" not in names(source)


def test_source_that_is_no_python_is_refused():
    """A broken reference is reported, not taken for one without mutants."""
    with pytest.raises(SyntaxError, match="expected ':'"):
        mutants("def f()\n    return 1")
