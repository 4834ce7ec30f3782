"""Text of strangers made harmless, and numbers as people write them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

MESSAGE_CHARACTERS = 4000
MESSAGE_LINES = 60
NAME_CHARACTERS = 80

WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")

# Bounded repeats: a long text of half-finished sequences must not cost quadratic time.
_ANSI = re.compile(r"\x1b\[[0-?]{0,99}[ -/]{0,9}[@-~]|\x1b\][^\x07\x1b]{0,999}(?:\x07|\x1b\\)|\x1b[@-_]")
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls, bidirectional overrides, lone surrogates, non-characters: unseen, or they move their neighbours.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]"
)
_CODE = re.compile(r"`([^`\n]+)`|\((?:\d+, ?)+\d*\)|(?<=shape )\(\)|\b(?:float|u?int|complex)\d+\b")

_COMMAND = re.compile(r"\\([A-Za-z]+)")
# Without those that take a colour, a style, an address, a class or an option, and those that define others.
_MATHEMATICS = frozenset(
    """
    Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho Sigma Tau
    Upsilon Phi Chi Psi Omega alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota
    kappa varkappa lambda mu nu xi omicron pi varpi rho varrho sigma varsigma tau upsilon phi varphi chi
    psi omega digamma hbar hslash ell imath jmath Re Im wp aleph beth infty partial nabla emptyset
    varnothing forall exists nexists neg lnot prime degree angle frac dfrac tfrac cfrac sqrt binom
    dbinom tbinom over choose atop stackrel overset underset substack sideset sum prod coprod int iint
    iiint oint bigcup bigcap bigsqcup bigvee bigwedge bigoplus bigotimes bigodot biguplus limits
    nolimits displaystyle textstyle scriptstyle scriptscriptstyle left right middle big Big bigg Bigg
    bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm lbrace rbrace lbrack rbrack langle rangle
    lvert rvert lVert rVert vert Vert lfloor rfloor lceil rceil begin end hline cr tag notag nonumber
    label ref eqref text textrm textit textbf textsf texttt textnormal mbox mathrm mathit mathbf mathsf
    mathtt mathcal mathbb mathfrak mathscr mathnormal boldsymbol bm pmb rm it bf sf tt cal operatorname
    mathop mathbin mathrel mathord mathopen mathclose mathpunct mathinner hat widehat check tilde
    widetilde acute grave dot ddot dddot breve bar vec mathring overline underline overbrace underbrace
    overrightarrow overleftarrow overleftrightarrow underrightarrow times div cdot cdots ldots dots
    dotsb dotsc dotsm dotsi vdots ddots pm mp ast star circ bullet oplus ominus otimes oslash odot wedge
    vee land lor cap cup sqcap sqcup setminus smallsetminus dagger ddagger wr amalg bigtriangleup
    bigtriangledown triangleleft triangleright diamond uplus le leq leqslant ge geq geqslant ne neq ll
    gg lll ggg equiv sim simeq approx cong propto asymp doteq triangleq prec succ preceq succeq subset
    supset subseteq supseteq subsetneq supsetneq in ni notin not mid nmid parallel nparallel perp vdash
    dashv models bowtie lesssim gtrsim lessgtr coloneqq because therefore to gets leftarrow rightarrow
    leftrightarrow Leftarrow Rightarrow Leftrightarrow longleftarrow longrightarrow longleftrightarrow
    Longleftarrow Longrightarrow Longleftrightarrow mapsto longmapsto uparrow downarrow updownarrow
    Uparrow Downarrow Updownarrow nearrow searrow swarrow nwarrow hookleftarrow hookrightarrow
    rightharpoonup rightleftharpoons rightharpoondown leftharpoonup leftharpoondown leadsto iff implies
    impliedby xrightarrow xleftarrow sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth
    exp log ln lg lim limsup liminf sup inf max min argmax argmin arg det dim ker deg gcd hom Pr mod
    bmod pmod pod quad qquad enspace enskip thinspace medspace thickspace negthinspace phantom hphantom
    vphantom smash boxed square Box blacksquare triangle Diamond clubsuit diamondsuit heartsuit
    spadesuit flat natural sharp checkmark backslash colon top bot surd
    """.split()  # noqa: SIM905
)


def inert(text: object, characters: int = MESSAGE_CHARACTERS, lines: int = MESSAGE_LINES) -> str:
    """Return text that shows what it holds: no escape sequences, controls or overrides, and not too long.

    What cannot be seen becomes U+FFFD, so that two different names never look the same by accident.

    >>> inert("\\x1b[31mred\\x1b[0m and \\u202eback")
    'red and �back'
    """
    whole = str(text)
    shown = _ANSI.sub("", whole[: 4 * characters])
    shown = _UNSEEN.sub("\ufffd", _NEWLINES.sub("\n", shown))
    kept = "\n".join(shown.split("\n", lines)[:lines])[:characters]
    shortened = len(whole) > 4 * characters or kept != shown
    return f"{kept}\n… (shortened)" if shortened else kept


def inert_name(text: object) -> str:
    """Return a name on one line of at most 80 characters.

    One that a spreadsheet would run as a formula, if a table were copied there, gets an apostrophe in front.

    >>> inert_name("=cmd()")
    "'=cmd()"
    """
    line = " ".join(inert(str(text)[: 4 * NAME_CHARACTERS]).split())
    short = line if len(line) <= NAME_CHARACTERS else line[: NAME_CHARACTERS - 1] + "…"
    return f"'{short}" if short.startswith(("=", "+", "-", "@")) else short


def plain_tex(text: str) -> str:
    """Return text in which no formula does anything but show mathematics.

    MathJax and KaTeX read formulas wherever they stand in a page, and some commands make links, load files or
    set styles. What is no command of mathematics becomes a word, by a space after its backslash.

    >>> plain_tex(r"\\frac{1}{2} \\href{javascript:alert(1)}{x}")
    '\\\\frac{1}{2} \\\\ href{javascript:alert(1)}{x}'
    """
    return _COMMAND.sub(lambda found: found[0] if found[1] in _MATHEMATICS else rf"\ {found[1]}", text)


def points(value: float) -> str:
    """Return points as people write them: at most two decimals, none where none is needed.

    >>> points(2.0), points(1 / 3)
    ('2', '0.33')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def pieces(message: str) -> list[tuple[bool, str]]:
    """Split a message into (is code, text): shapes, types and what stands between backticks are code.

    >>> pieces("shape (2, 3)")
    [(False, 'shape '), (True, '(2, 3)')]
    """
    found, end = [], 0
    for match in _CODE.finditer(message):
        found += [(False, message[end : match.start()]), (True, match[1] or match[0])]
        end = match.end()
    return [(code, text) for code, text in [*found, (False, message[end:])] if text]


def close_name(name: str, names: Iterable[str]) -> str:
    """Return the one of `names` that is most likely meant by `name`, or "" where none is like it.

    Case and underscores make no difference; other digits make another name.

    >>> close_name("max_pool2d", ["maxpool2d", "conv2d"]), close_name("conv1d", ["conv2d"])
    ('maxpool2d', '')
    """
    digits = (_digits(name), "")
    alike = {_bare(other): other for other in names if _digits(other) in digits and other != name}
    found = difflib.get_close_matches(_bare(name), alike, 1, 0.8)
    return alike[found[0]] if found else ""


def _bare(name: str) -> str:
    return name.replace("_", "").lower()


def _digits(name: str) -> str:
    return "".join(sign for sign in name if sign.isdigit())
