"""Formulas written in Python, as claims have them: evaluated for given letters, or printed as LaTeX.

`o = floor((i - k) / s) + 1` is one line that a person can type, a test can evaluate and a page can print, so
that the printed formula is the tested one.
"""

import ast
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

FUNCTIONS = {"floor": math.floor, "ceil": math.ceil, "fft": np.fft.fft, "ifft": np.fft.ifft}
BRACKETS = {
    "floor": (r"\left\lfloor ", r" \right\rfloor"),
    "ceil": (r"\left\lceil ", r" \right\rceil"),
    "abs": (r"\left| ", r" \right|"),
    "fft": (r"\mathcal{F}\left\{", r"\right\}"),
    "ifft": (r"\mathcal{F}^{-1}\left\{", r"\right\}"),
    "max": (r"\max\left(", r"\right)"),
}


class FormulaError(ValueError):
    """The formula uses something that is not printed here; the message names it."""


def evaluate(formula: str, letters: Mapping[str, Any]) -> Any:
    """Give the value of the right-hand side (of the whole formula, if it has no `=`).

    Args:
        formula: Python; `^` does not occur, `convolve` has no value.
        letters: what each letter stands for.
    Example:
        >>> evaluate("o = floor((i - k) / s) + 1", {"i": 6, "k": 3, "s": 2})
        2
    """
    return eval(formula.split(" = ")[-1], {**FUNCTIONS, "convolve": _convolve, **letters})


def latex(formula: str) -> str:
    r"""Print a formula as LaTeX.

    Raises:
        FormulaError: it uses a sign or function that has no LaTeX here.
    Example:
        >>> latex("o = ceil(i / s)")
        'o = \\left\\lceil \\frac{i}{s} \\right\\rceil'
    """
    return " = ".join(_print(ast.parse(side, mode="eval").body) for side in formula.split(" = "))


def _convolve(f: Any, g: Any) -> Any:
    """Convolve two functions on a circle."""
    return np.array([sum(f[m - a] * g[a] for a in range(len(g))) for m in range(len(f))])


def _print(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=int(number)):
            return str(number)
        case ast.Name(id=letter):
            return letter
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return f"{_print(left)} + {_print(right)}"
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return f"{_print(left)} - {_factor(right)}"
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return rf"\frac{{{_print(left)}}}{{{_print(right)}}}"
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            sign = r" \cdot " if isinstance(left, ast.Call) else r"\, "
            return _factor(left) + sign + _factor(right)
        case ast.Tuple(elts=sizes):
            return r" \times ".join(_factor(size) for size in sizes)
        case ast.Subscript(value=name, slice=place):
            places = place.elts if isinstance(place, ast.Tuple) else [place]
            return f"{_factor(name)}_{{{', '.join(_print(one) for one in places)}}}"
        case ast.Call(func=ast.Name(id="convolve"), args=[f, g]):
            return f"{_print(f)} * {_print(g)}"
        case ast.Call(func=ast.Name(id="sum"), args=[ast.GeneratorExp(elt=term, generators=loops)]):
            return " ".join([*map(_sum, loops), _factor(term)])
        case ast.Call(func=ast.Name(id=name), args=arguments) if name in BRACKETS:
            before, after = BRACKETS[name]
            return before + ", ".join(map(_print, arguments)) + after
    raise FormulaError(f"{ast.unparse(node)!r} in a formula has no LaTeX: add it to {__name__}._print")


def _factor(node: ast.expr) -> str:
    """Print what stands in a product or before an index: a sum gets brackets, a convolution too."""
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()) | ast.Call(func=ast.Name(id="convolve")):
            return f"({_print(node)})"
    return _print(node)


def _sum(loop: ast.comprehension) -> str:
    match loop.target, loop.iter:
        case ast.Name(id=letter), ast.Call(func=ast.Name(id="range"), args=[end]):
            return rf"\sum_{{{letter}=0}}^{{{_print(end)}-1}}"
    raise FormulaError(f"a sum must run over `for a in range(k)`, got {ast.unparse(loop)!r}: write it so")
